import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { tellConcerned } from '../../src/guidance/concerned.ts';
import { converse } from '../../src/guidance/conversation.ts';
import { raiseQuestions } from '../../src/guidance/desk.ts';
import type { Guidance, Visitor } from '../../src/guidance/guidance.ts';
import type { Content, ContentOf } from '../../src/record/entry.ts';
import { numberOf } from '../../src/record/number.ts';
import { mute, recognise, remember } from '../../src/record/person.ts';
import { rebuild } from '../../src/record/rebuild.ts';
import { verify } from '../../src/record/verify.ts';
import type { Member } from '../../src/review/members.ts';
import { performAtDesk, QuestionDeed } from '../../src/review/questionacts.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

const by = { id: 'id of Rut', name: 'Rut', role: 'registrar' } as const;

for (const { name, fresh } of await databases())
  describe(`clarifications and the desk, on ${name}`, { concurrency: 1 }, async () => {
    const { guidance, clock } = await openHouse(await fresh());
    const { database, log } = guidance;
    const address = 'https://guidance.example.org';
    Object.assign(guidance.rooms, { address });

    const faults = async () => (await verify(database, guidance.keys.ledger)).faults;
    const outbox = (kind: string) => database.query.selectFrom('outbox').selectAll().where('kind', '=', kind).execute();
    const add = async (session: string, ...contents: Content[]) =>
      log.append(session, await log.read(session), contents, guidance.now());
    const clarification = (id: string, more: Partial<ContentOf<'clarify'>> = {}): ContentOf<'clarify'> => ({
      ...{ kind: 'clarify', id, flow: 'is-it-public', node: 'what', state: 'in force', since: '2026-10-23', by },
      ...{ words: { sv: `Så här: ${id}.`, en: `Like this: ${id}.` }, cites: ['tf-2-3'] },
      ...more,
    });
    const held = () => guidance.clarifications.on('is-it-public', 'what').map(({ id }) => id);

    test('what is made clear at a node is held there, the newest first, until it is replaced or withdrawn', async () => {
      const { session } = await passed(guidance, { options: ['incoming'] });
      await add(session, clarification('a'));
      assert.deepEqual(held(), []);
      await guidance.clarifications.refresh();
      assert.deepEqual(guidance.clarifications.on('is-it-public', 'what'), [
        {
          ...{ id: 'a', flow: 'is-it-public', node: 'what', words: { sv: 'Så här: a.', en: 'Like this: a.' } },
          ...{ cites: ['tf-2-3'], role: 'registrar', at: clock.now.toISOString() },
        },
      ]);
      clock.now = new Date('2026-11-23T10:00:00Z');
      await add(
        session,
        clarification('a', { state: 'replaced', why: 'fel' }),
        clarification('b', { replaces: 'a', quiet: true }),
      );
      await add(session, clarification('c', { node: 'whose' }));
      await add(session, clarification('d'));
      await guidance.clarifications.refresh();
      assert.deepEqual(held(), ['d', 'b']);
      await add(session, clarification('d', { state: 'withdrawn', why: 'fel' }));
      await guidance.clarifications.refresh();
      assert.deepEqual(held(), ['b']);
    });

    test('the lists of questions and clarifications are made anew from the log, and held against it', async () => {
      const { session } = await passed(guidance, { options: ['incoming'] });
      await add(session, { kind: 'ask', node: 'what', question: 'Vad är det?' });
      await database.transact((tx) =>
        tx.updateTable('question').set({ taken_by: 'x', taken_name: 'Rut' }).where('session', '=', session).execute(),
      );
      const lists = () =>
        Promise.all([
          database.query.selectFrom('clarification').selectAll().orderBy('id').execute(),
          database.query.selectFrom('question').selectAll().orderBy('session').execute(),
        ]);
      const before = await lists();
      assert.deepEqual(await faults(), []);
      await rebuild(database);
      assert.deepEqual(await lists(), before);

      await database.transact(async (tx) => {
        await tx.updateTable('clarification').set({ sv: 'Något annat.' }).where('id', '=', 'b').execute();
        await tx.deleteFrom('clarification').where('id', '=', 'c').execute();
        await tx
          .insertInto('clarification')
          .values({ ...before[0][0]!, id: 'z', session: 'nowhere' })
          .execute();
        await tx.updateTable('question').set({ state: 'asked back' }).where('session', '=', session).execute();
      });
      const said = (await faults()).map(({ what }) => what).sort();
      assert.deepEqual(said, [
        'all of its entries are missing',
        'clarification c is missing in the list of clarifications',
        'the list of clarifications says something else than the log (sv)',
        'the list of questions says something else than the log (state)',
      ]);
      await rebuild(database);
      assert.deepEqual(await lists(), before);
      assert.deepEqual(await faults(), []);
    });

    test('those who doubted at the node or asked there are told once, whatever happens on the way', async () => {
      clock.now = new Date('2026-09-01T09:00:00Z');
      const early = await passed(guidance, { options: ['unsure'], platform: 'slack' });
      clock.now = new Date('2026-12-01T09:00:00Z');
      const unsure = await passed(guidance, { options: ['unsure'], platform: 'slack' });
      await passed(guidance, { options: ['unsure'], person: unsure.who });
      const changed = await passed(guidance, { options: ['unsure'], platform: 'teams' });
      const { seq } = (await log.read(changed.session))!.entries.at(-1)!;
      const change = { verb: 'change', node: 'what', option: 'incoming' } as const;
      await converse(guidance, changed.who, { session: changed.session, seq }, change);
      const asked = await passed(guidance, { options: ['incoming'], platform: 'slack' });
      await add(asked.session, { kind: 'ask', node: 'what', question: 'Vad är det?', words: 'Hemliga ord' });
      await passed(guidance, { options: ['incoming', 'unsure'], platform: 'slack' });
      await passed(guidance, { options: ['incoming', 'none', 'none'], platform: 'slack' });
      await passed(guidance, { options: ['unsure'], platform: 'web' });
      const many = Array.from({ length: 600 }, (_, i) =>
        begun(guidance, `Många ${i}`, i % 2 === 0 ? 'unsure' : 'incoming'),
      );
      await Promise.all(many.map(({ session, contents }) => log.append(session, undefined, contents, guidance.now())));

      clock.now = new Date('2026-12-02T09:00:00Z');
      await add(asked.session, clarification('told', { since: '2026-12-01' }));
      clock.now = new Date('2026-12-03T09:00:00Z');
      await passed(guidance, { options: ['unsure'], platform: 'slack' });
      const told = await Promise.all([tellConcerned(guidance), tellConcerned(guidance)]);
      const mine = async () => (await outbox('clarification')).filter(({ id }) => id.startsWith('told:'));
      const rows = await mine();
      assert.equal(rows.length, 303);
      assert.equal(new Set(rows.map(({ recipient }) => recipient)).size, 303);
      assert.ok(told[0]! + told[1]! >= 303);
      for (const { who } of [unsure, changed, asked])
        assert.ok(
          rows.some(({ recipient, platform }) => recipient === who.person.hash && platform === who.person.platform),
        );
      assert.ok(!rows.some(({ recipient }) => recipient === early.who.person.hash));
      const said = JSON.parse(rows.find(({ recipient }) => recipient === unsure.who.person.hash)!.body) as {
        sv: string[];
      };
      assert.match(
        said.sv.join('\n'),
        /VGL-2026-\d{5}.*\n.*\nSå här: told\.\nStöd: .+\nSkrivet av registrator 2026-12-02/s,
      );

      // Stopped on the way, with what it knew of how far it had come lost as well.
      const behind = database.transact((tx) =>
        tx.updateTable('clarification').set({ told_to: 0 }).where('id', '=', 'told').execute(),
      );
      await behind;
      assert.equal(await tellConcerned(guidance), 0);
      assert.equal((await mine()).length, 303);

      // What is withdrawn is told to nobody who has not heard of it.
      const [heard] = rows;
      await database.transact((tx) =>
        tx.updateTable('outbox').set({ state: 'sent' }).where('id', '=', heard!.id).execute(),
      );
      await add(asked.session, clarification('told', { state: 'withdrawn', why: 'fel', since: '2026-12-01' }));
      assert.deepEqual(
        (await mine()).map(({ id }) => id),
        [heard!.id],
      );
      assert.deepEqual(await faults(), []);

      // Whoever has heard of it hears once that it holds no longer, and why; also where that was under way just then.
      const settle = (state: string) =>
        database.transact((tx) => tx.updateTable('outbox').set({ state }).where('id', '=', heard!.id).execute());
      await settle('sending');
      assert.equal(await tellConcerned(guidance), 0);
      await settle('sent');
      const taken = await Promise.all([tellConcerned(guidance), tellConcerned(guidance)]);
      assert.equal(taken[0]! + taken[1]!, 1);
      await rebuild(database);
      await add(asked.session, { kind: 'comment', words: 'Mer.', by });
      assert.equal(await tellConcerned(guidance), 0);
      const [gone, ...more] = await outbox('withdrawn');
      assert.deepEqual([gone!.recipient, gone!.session, more.length], [heard!.recipient, heard!.session, 0]);
      const { id } = (await log.read(heard!.session!))!;
      const lines = JSON.parse(gone!.body) as Record<'sv' | 'en', string[]>;
      assert.match(
        lines.sv.join('\n'),
        new RegExp(`${numberOf(id)} .*gäller inte längre.*\n.*Skäl: fel\nÅterkallat av`, 's'),
      );
      assert.match(lines.en.join('\n'), /no longer holds.*\nReason: fel\nWithdrawn by the registrar on 2026-12-03\./s);
    });

    test('a question is told of in the rooms with its number and without the person’s words', async () => {
      Object.assign(guidance.rooms, { slack: 'C0123', teams: '19:abc@thread.tacv2' });
      clock.now = new Date('2026-12-04T09:00:00Z');
      const who = visitor(guidance, 'slack');
      const { view } = await converse(guidance, who, undefined, { verb: 'start', flow: 'is-it-public' });
      const ask = (view: object, words: string) => {
        const { session, seq, node } = view as { session: string; seq: number; node: string };
        return converse(guidance, who, { session, seq }, { verb: 'ask', node, words });
      };
      const first = (await ask(view, 'Hemliga ord')).view;
      const rows = await outbox('asked');
      assert.deepEqual(rows.map(({ recipient, platform }) => `${platform} ${recipient}`).sort(), [
        'slack channel:C0123',
        'teams channel:19:abc@thread.tacv2',
      ]);
      const [row] = rows;
      const record = (await log.read(row!.session!))!;
      const number = 'number' in first ? first.number! : '';
      assert.equal(JSON.parse(row!.body).sv.at(-1), `Läs och svara: ${address}/review/questions/${number}`);
      assert.match(row!.body, /Vad är det du har framför dig/);
      assert.doesNotMatch(row!.body, /Hemliga/);
      // Whoever adds to a question that waits has one question; an answer to a question back is told of.
      const second = (await ask(first, 'Och en sak till')).view;
      assert.equal((await outbox('asked')).length, 2);
      await add(record.session, { kind: 'reply', answers: false, words: 'Vilket ärende?', by });
      await ask(second, 'Det om bron');
      const later = await outbox('asked');
      assert.equal(later.length, 4);
      assert.equal(later.filter(({ body }) => body.includes('har svarat på en motfråga')).length, 2);
      assert.deepEqual(await faults(), []);
    });

    test('what nobody takes within the day is raised once on each working day, by whoever comes first', async () => {
      const registrars = () => ['slack:t1/KIM registrar', 'teams:T9/nobody'];
      await database.transact((tx) => tx.updateTable('question').set({ state: 'answered' }).execute());
      // A Friday.
      clock.now = new Date('2026-12-04T12:00:00Z');
      const { session } = await passed(guidance, { options: ['incoming'] });
      await add(session, { kind: 'ask', node: 'what', question: 'Vad är det?', words: 'Hemliga ord' });
      const raise = async (at: string) => {
        clock.now = new Date(at);
        const both = await Promise.all([raiseQuestions(guidance, registrars), raiseQuestions(guidance, registrars)]);
        return both[0]!.raised + both[1]!.raised;
      };
      for (const at of ['2026-12-04T22:30:00Z', '2026-12-05T12:00:00Z', '2026-12-07T06:59:00Z'])
        assert.equal(await raise(at), 0, at);
      assert.equal(await raise('2026-12-07T07:00:00Z'), 1);
      assert.equal(await raise('2026-12-07T16:00:00Z'), 0);
      const rows = await outbox('raised');
      assert.deepEqual(rows.map(({ recipient }) => recipient).sort(), ['channel:19:abc@thread.tacv2', 'channel:C0123']);
      assert.doesNotMatch(rows[0]!.body, /Hemliga/);

      // Without a room, those who may answer are told, as far as they are known in a chat.
      Object.assign(guidance.rooms, { slack: undefined, teams: undefined });
      const registrar = recognise(guidance.keys.person, 'slack', 'T1', 'Kim Registrar');
      await remember(database, registrar, 'sv');
      assert.equal(await raise('2026-12-08T09:00:00Z'), 1);
      assert.deepEqual(
        (await outbox('raised')).flatMap(({ recipient }) => (recipient.startsWith('channel:') ? [] : [recipient])),
        [registrar.hash],
      );

      // Where nobody can be told, it is not raised, and that is said; it is as soon as somebody can.
      const unheard = async () => (await raiseQuestions(guidance, registrars)).unheard;
      await mute(database, [registrar.hash], true);
      assert.deepEqual([await raise('2026-12-09T09:00:00Z'), await unheard()], [0, 1]);
      await mute(database, [registrar.hash], false);
      assert.deepEqual([await raise('2026-12-09T10:00:00Z'), await unheard()], [1, 0]);
      // Nobody works on Christmas Eve, on a Thursday, and on the Friday after it.
      for (const at of ['2026-12-24T09:00:00Z', '2026-12-25T09:00:00Z', '2026-12-26T09:00:00Z'])
        assert.equal(await raise(at), 0, at);
      assert.equal(await raise('2026-12-28T09:00:00Z'), 1);
    });

    test('who took a question hears in their own chat that a question back was answered; what they leave is raised', async () => {
      const registrars = () => [];
      clock.now = new Date('2027-01-11T09:00:00Z');
      await database.transact((tx) => tx.updateTable('question').set({ state: 'answered' }).execute());
      const taker = recognise(guidance.keys.person, 'teams', 'T1', 'Rut');
      await remember(database, taker, 'sv');
      const who = visitor(guidance, 'slack');
      const { view } = await converse(guidance, who, undefined, { verb: 'start', flow: 'is-it-public' });
      const ask = (view: object, words: string) => {
        const { session, seq, node } = view as { session: string; seq: number; node: string };
        return converse(guidance, who, { session, seq }, { verb: 'ask', node, words });
      };
      const first = (await ask(view, 'Gäller det?')).view;
      const session = 'session' in first ? first.session : '';
      const rut = { id: 'id of Rut', name: 'Rut', own: [taker.hash], local: false };
      const member: Member = { ...rut, granted: [{ role: 'registrar', units: undefined }] };
      const back = { do: 'ask back', seq: 2, words: 'Vilket ärende?' };
      const done = await performAtDesk(guidance, member, session, QuestionDeed.parse(back));
      assert.equal(done.kind, 'done');
      const raise = async (at: string) => {
        clock.now = new Date(at);
        return raiseQuestions(guidance, registrars);
      };
      assert.deepEqual(await raise('2027-01-12T09:00:00Z'), { raised: 0, unheard: 0 }, 'it waits for the person');
      const second = (await ask(first, 'Det om bron')).view;
      await ask(second, 'Och det om tunneln');
      const told = await outbox('answered back');
      assert.deepEqual(
        told.map(({ recipient, platform, session }) => [recipient, platform, session]),
        [[taker.hash, 'teams', session]],
      );
      assert.match(told[0]!.body, /har svarat på din motfråga: VGL-2027-\d{5}/);
      assert.doesNotMatch(told[0]!.body, /bron/);
      const mine = async () => (await outbox('raised')).filter((row) => row.session === session);
      assert.equal((await raise('2027-01-12T16:00:00Z')).raised, 0);
      assert.equal((await raise('2027-01-13T06:30:00Z')).raised, 0);
      assert.equal((await raise('2027-01-13T09:00:00Z')).raised, 1);
      assert.equal((await raise('2027-01-13T15:00:00Z')).raised, 0);
      assert.equal((await raise('2027-01-14T09:00:00Z')).raised, 1);
      const rows = await mine();
      assert.deepEqual([...new Set(rows.map(({ recipient }) => recipient))], [taker.hash]);
      assert.match(rows[0]!.body, /Någon har tagit den här frågan, men den väntar ännu på svar/);
      // Added words, and whoever takes it over, have the day.
      clock.now = new Date('2027-01-15T09:00:00Z');
      const again = await performAtDesk(guidance, member, session, QuestionDeed.parse({ do: 'take', seq: 2 }));
      assert.equal(again.kind, 'done');
      assert.equal((await raise('2027-01-15T10:00:00Z')).raised, 0);
      assert.equal((await raise('2027-01-18T10:00:00Z')).raised, 1);
    });
  });

let people = 0;

function visitor({ keys }: Guidance, platform = 'web'): Visitor {
  people += 1;
  return { person: recognise(keys.person, platform, 'T1', `Kim ${people}`), language: 'sv' };
}

/** Somebody who has gone this way. */
async function passed(
  guidance: Guidance,
  { options, platform, person }: { options: string[]; platform?: string; person?: Visitor },
) {
  const who = person ?? visitor(guidance, platform);
  const { view } = await converse(guidance, who, undefined, { verb: 'start', flow: 'is-it-public', given: options });
  return { session: 'session' in view ? view.session : '', who };
}

/** A record of somebody in Slack who has given one answer, as the log has it. */
function begun(guidance: Guidance, who: string, option: string): { session: string; contents: Content[] } {
  const flow = guidance.flows.get('is-it-public')!;
  const { hash } = recognise(guidance.keys.person, 'slack', 'T1', who);
  const start = { kind: 'start', flow: flow.id, title: flow.title.sv, version: flow.version, language: 'sv' } as const;
  const answer: Content = { kind: 'answer', node: 'what', question: 'Vad?', offered: [], option, label: option };
  return { session: guidance.newId(), contents: [{ ...start, platform: 'slack', person: hash }, answer] };
}
