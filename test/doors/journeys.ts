import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { readCases } from '../../src/guidance/cases.ts';
import type { Visitor } from './door.ts';

/** What somebody does, and what the log says of it afterwards: line by line, over all records that they have made. */
export interface Journey {
  name: string;
  walk(visitor: Visitor): Promise<void>;
  log: string[];
}

/** The known cases of the law, walked straight to their outcome. */
export const cases: Journey[] = readdirSync('flows/cases')
  .flatMap((name) => readCases('flows', name.replace('.yaml', '')))
  .map(({ id, sv, flow, code, answers }): Journey => {
    const steps = Object.entries(answers);
    return {
      name: `${id} ${sv}`,
      async walk(visitor) {
        await visitor.start(flow);
        for (const answer of Object.values(answers))
          if (visitor.items.length === 0) await visitor.answer(String(answer));
          else await finish(visitor, answer === 'all' ? visitor.items.map(({ id }) => id) : [answer].flat());
      },
      log: [
        `start ${flow}`,
        ...steps.flatMap(([node, answer]) =>
          typeof answer === 'string' && answer !== 'all' ? [`answer ${node} ${answer}`] : finished(node, answer),
        ),
        `outcome ${code}`,
      ],
    };
  });

/** Ticks these, where there are any, and says that it is done. */
async function finish(visitor: Visitor, items: readonly string[]): Promise<void> {
  if (items.length > 0) await visitor.tick(items);
  await visitor.done();
}

function finished(node: string, items: 'all' | string[]): string[] {
  const list = items === 'all' ? 'all' : items.join(' ');
  return [...(list === '' ? [] : [`tick ${node} ${list}`]), `done ${node} ${list || 'nothing'}`];
}

/** Everything else that one can do at every door. */
export const journeys: Journey[] = [
  {
    name: 'undoes an answer, and gives another',
    async walk(visitor) {
      await visitor.start('is-it-public');
      const first = visitor.heading;
      await visitor.answer('log');
      await visitor.back();
      assert.equal(visitor.heading, first);
      await visitor.answer('incoming');
      await visitor.answer('library');
    },
    log: [
      'start is-it-public',
      'answer what log',
      'back what',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'undoes the last answer at an outcome',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('incoming');
      await visitor.answer('library');
      await visitor.back();
      await visitor.answer('unsure');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
      'reopen',
      'back exception',
      'answer exception unsure',
      'outcome ask-registrar',
    ],
  },
  {
    name: 'goes back from the first question, and nothing is kept',
    async walk(visitor) {
      const choice = visitor.heading;
      await visitor.start('register-it');
      assert.notEqual(visitor.heading, choice);
      await visitor.back();
      assert.equal(visitor.heading, choice);
    },
    log: [],
  },
  {
    name: 'changes an earlier answer, and keeps those that still apply',
    async walk(visitor) {
      await visitor.start('is-it-public');
      for (const option of ['made', 'no', 'closed', 'facts']) await visitor.answer(option);
      const last = visitor.heading;
      await visitor.change('sent', 'leaked');
      assert.equal(visitor.heading, last);
      await visitor.answer('none');
    },
    log: [
      'start is-it-public',
      'answer what made',
      'answer sent no',
      'answer case closed',
      'answer case-closed facts',
      'change sent leaked (kept case, case-closed)',
      'answer subject none',
      'outcome release',
    ],
  },
  {
    name: 'changes the first answer at an outcome, and is asked anew',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('incoming');
      await visitor.answer('library');
      await visitor.change('what', 'log');
      await visitor.answer('private-account');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
      'reopen',
      'change what log (dropped exception)',
      'answer log-kind private-account',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'reads on in English',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('log');
      await visitor.language();
      await visitor.answer('private-account');
      assert.match(visitor.text, /What it means/);
    },
    log: [
      'start is-it-public',
      'answer what log',
      'language en',
      'answer log-kind private-account',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'reads in English from the beginning',
    async walk(visitor) {
      await visitor.language();
      assert.equal(visitor.heading, 'What do you need help with?');
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
      assert.match(visitor.text, /Ask the registrar/);
    },
    log: ['start is-it-public', 'answer what unsure', 'outcome ask-registrar'],
  },
  {
    name: 'leaves a checklist half-done, comes back, and is not ready',
    async walk(visitor) {
      await visitor.start('start-account');
      await visitor.answer('new');
      await visitor.tick(['purpose', 'people']);
      await visitor.tick(['purpose', 'terms']);
      await visitor.comeBack();
      assert.deepEqual(
        visitor.items.filter(({ ticked }) => ticked).map(({ id }) => id),
        ['purpose', 'terms'],
      );
      await visitor.done();
    },
    log: [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'tick points purpose terms',
      'done points purpose terms',
      'outcome not-ready',
    ],
  },
  {
    name: 'goes through the checklist again until all is done',
    async walk(visitor) {
      await visitor.start('start-account');
      await visitor.answer('new');
      const all = visitor.items.map(({ id }) => id);
      await finish(visitor, all.slice(0, 2));
      await visitor.back();
      await finish(visitor, all);
    },
    log: [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'done points purpose people',
      'outcome not-ready',
      'reopen',
      'back points',
      'tick points all',
      'done points all',
      'outcome may-start',
    ],
  },
  {
    name: 'ends without an outcome, and begins anew',
    async walk(visitor) {
      const choice = visitor.heading;
      await visitor.start('register-it');
      await visitor.answer('unsure');
      await visitor.close();
      assert.equal(visitor.heading, choice);
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
    },
    log: [
      'start register-it',
      'answer what unsure',
      'close',
      'start is-it-public',
      'answer what unsure',
      'outcome ask-registrar',
    ],
  },
  {
    name: 'goes on to what the outcome offers',
    async walk(visitor) {
      await visitor.start('is-it-public');
      for (const option of ['incoming', 'none', 'none']) await visitor.answer(option);
      await visitor.goOn('register-it');
      await visitor.answer('unsure');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'start register-it (offered)',
      'answer what unsure',
    ],
  },
  {
    name: 'begins where a search leads',
    async walk(visitor) {
      await visitor.find('passerkort');
    },
    log: ['start is-it-public', 'answer what how', 'answer how pass-on', 'outcome how-to'],
  },
  {
    name: 'gives the guidance a heading, and says that it helped',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
      await visitor.label('Frågan från tidningen');
      assert.match(visitor.text, /Frågan från tidningen/);
      await visitor.feedback(true);
      assert.match(visitor.text, /Tack, ditt svar är sparat/);
    },
    log: ['start is-it-public', 'answer what unsure', 'outcome ask-registrar', 'label', 'feedback yes'],
  },
  {
    name: 'asks the registrar at the first question, goes on, and asks again where a person is needed',
    async walk(visitor) {
      await visitor.start('is-it-public');
      const first = visitor.heading;
      await visitor.ask('Gäller det sms också?');
      assert.equal(visitor.heading, first);
      assert.match(visitor.text, /Väntar på svar/);
      assert.match(visitor.text, /Gäller det sms också\?/);
      await visitor.answer('unsure');
      await visitor.ask('Det är bråttom');
      assert.match(visitor.text, /Det är bråttom/);
    },
    log: [
      'start is-it-public',
      'ask what with words',
      'answer what unsure',
      'outcome ask-registrar',
      'ask registrar-unsure with words',
    ],
  },
  {
    name: 'asks without words of its own at an outcome',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
      await visitor.ask('');
      assert.match(visitor.text, /Frågan skickades utan egna ord/);
    },
    log: ['start is-it-public', 'answer what unsure', 'outcome ask-registrar', 'ask registrar-unsure'],
  },
  {
    name: 'says once where it works, and the next guidance knows',
    async walk(visitor) {
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
      assert.match(visitor.text, /Var arbetar du\?/);
      await visitor.unit('Vård och omsorg');
      assert.match(visitor.text, /Enhet: Vård och omsorg/);
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
      assert.match(visitor.text, /Enhet: Vård och omsorg/);
    },
    log: [
      'start is-it-public',
      'answer what unsure',
      'outcome ask-registrar',
      'unit Vård och omsorg',
      'start is-it-public, Vård och omsorg',
      'answer what unsure',
      'outcome ask-registrar',
    ],
  },
];
