import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadFlows } from '../../src/guidance/flows.ts';
import { openGuidance } from '../../src/guidance/guidance.ts';
import { withdraw } from '../../src/guidance/versions.ts';
import { words } from '../../src/guidance/words.ts';
import { list } from '../../src/record/list.ts';
import { numberOf } from '../../src/record/number.ts';
import { verify } from '../../src/record/verify.ts';
import { databases } from '../support/databases.ts';
import { Colleague, type House, openHouse, secret } from '../support/house.ts';

const small = loadFlows('test/support/flows');
const text = words('sv');

for (const { name, fresh } of await databases()) {
  const open = async () => openHouse(await fresh(), small);

  test(`${name}: five identical presses at once are one answer in one record`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    const first = anna.pointer;
    const shown = await Promise.all(five(() => anna.press({ verb: 'answer', node: 'kind', option: 'ask' }, first)));
    for (const view of shown) assert.deepEqual(view, shown[0]);
    assert.deepEqual(await kinds(house), [['start', 'answer']]);
    const second = anna.pointer;
    await Promise.all(five(() => anna.press({ verb: 'answer', node: 'sure', option: 'yes-sure' }, second)));
    assert.equal(anna.view.kind, 'outcome');
    assert.deepEqual(await kinds(house), [['start', 'answer', 'answer', 'outcome']]);
    await intact(house);
  });

  test(`${name}: of two different answers at once one wins, and the other person at the screen is told`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    const pointer = anna.pointer;
    const options = ['ask', 'start', 'unsure'];
    const views = await Promise.all(
      options.map((option) => anna.press({ verb: 'answer', node: 'kind', option }, pointer)),
    );
    const won = await answered(house);
    assert.equal(won.length, 1);
    assert.equal(views.filter((view) => view.notice === text.notices.stale).length, 2);
    assert.equal(new Set(views.map((view) => 'node' in view && view.node)).size, 1);
    await intact(house);
  });

  test(`${name}: answer, undo, change, heading and end at once: one of them counts`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    const pointer = anna.pointer;
    await Promise.all([
      anna.press({ verb: 'answer', node: 'sure', option: 'yes-sure' }, pointer),
      anna.press({ verb: 'back' }, pointer),
      anna.press({ verb: 'change', node: 'kind', option: 'start' }, pointer),
      anna.press({ verb: 'label', label: 'skolan' }, pointer),
      anna.press({ verb: 'close' }, pointer),
    ]);
    const [entries] = await kinds(house);
    assert.ok(['outcome', 'back', 'change', 'label', 'close'].includes(entries!.at(-1)!));
    assert.ok(entries!.length <= 4, entries!.join());
    await intact(house);
  });

  test(`${name}: forty people at once get forty numbers in a row`, async () => {
    const house = await open();
    const people = Array.from({ length: 40 }, (_, i) => house.visitor(`person ${i}`));
    await Promise.all(people.map((person) => person.start('account').then(() => person.answer('ask'))));
    assert.deepEqual(
      (await numbers(house)).map((number) => Number(number.slice(-5))),
      Array.from({ length: 40 }, (_, i) => i + 1),
    );
    await intact(house);
  });

  test(`${name}: a press from an old page, a foreign one or one that makes no sense writes nothing`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    const bo = house.visitor('bo');
    await anna.start('account');
    const old = anna.pointer;
    await anna.answer('ask');
    const now = anna.pointer!;
    const before = await kinds(house);

    await anna.press({ verb: 'answer', node: 'kind', option: 'unsure' }, old);
    assert.equal(anna.view.notice, text.notices.stale);
    for (const option of ['dispose', 'nothing', '', '__proto__', 'constructor', 'x'.repeat(4000)]) {
      await anna.press({ verb: 'answer', node: 'sure', option }, now);
      assert.equal(anna.view.notice, text.notices.unknown);
    }
    for (const node of ['nowhere', '', '__proto__', 'constructor', 'ready', 'may-start']) {
      await anna.press({ verb: 'answer', node, option: 'unsure' }, now);
      await anna.press({ verb: 'change', node, option: 'unsure' }, now);
      await anna.press({ verb: 'tick', node, items: ['purpose'] }, now);
      await anna.press({ verb: 'done', node }, now);
      assert.equal(anna.view.notice, text.notices.stale);
    }
    await anna.press({ verb: 'back' }, { ...now, seq: 99 });
    assert.equal(anna.view.notice, text.notices.stale);

    for (const act of [
      { verb: 'answer', node: 'sure', option: 'unsure' },
      { verb: 'back' },
      { verb: 'close' },
      { verb: 'label', label: 'mitt' },
      { verb: 'language', language: 'en' },
    ] as const) {
      await bo.press(act, now);
      assert.equal(bo.view.kind === 'refused' && bo.view.why, text.refused.notYours);
    }
    assert.equal((await bo.look(now.session)).kind, 'refused');
    for (const session of ['', 'nonsense', '../../etc', `account.${'-'.repeat(36)}.x`, `nothing.${now.session}x`]) {
      await bo.press({ verb: 'answer', node: 'kind', option: 'ask' }, { session, seq: 0 });
      assert.equal(bo.view.kind, 'refused', session);
    }
    assert.deepEqual(await kinds(house), before);
    await intact(house);
  });

  test(`${name}: nobody can make a record that claims to go on from another person's`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answers('ask', 'yes-sure');
    const theirs = anna.pointer!.session;
    const bo = house.visitor('bo');
    await bo.start('account');
    await bo.press(
      { verb: 'answer', node: 'kind', option: 'ask' },
      { session: `${bo.pointer!.session}.${theirs}`, seq: 0 },
    );
    for (const content of await contents(house))
      if (content?.kind === 'start') assert.equal(content.from, undefined, 'the log says that Bo goes on from Anna');
    await intact(house);
  });

  test(`${name}: the button that takes answers along, pressed five times at once, begins one session`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    const old = anna.pointer;
    await withdraw(house.guidance.database, small.flows.get('account')!.version, 'prov', house.clock.now);
    const newer = await sameHouse(house);
    const later = newer.visitor('anna');
    const views = await Promise.all(five(() => later.press({ verb: 'start', flow: 'account' }, old)));
    for (const view of views) assert.equal(view.kind === 'question' && view.node, 'sure');
    assert.deepEqual(await kinds(newer), [
      ['start', 'answer', 'lapse'],
      ['start', 'answer'],
    ]);
    await intact(newer);
  });

  test(`${name}: where the list has lost a record, its owner gets an answer and the log is not doubled`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    const first = anna.pointer;
    await anna.answer('ask');
    await house.guidance.database.query.deleteFrom('record').execute();
    const pressed = anna.press({ verb: 'answer', node: 'kind', option: 'ask' }, first).then(
      () => 'answered',
      () => 'refused',
    );
    const silent = new Promise((resolve) => setTimeout(() => resolve('goes round for ever'), 2000).unref());
    assert.notEqual(await Promise.race([pressed, silent]), 'goes round for ever');
  });

  test(`${name}: a tick that is sent many times over is kept once`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('start');
    await anna.press({ verb: 'tick', node: 'ready', items: ['purpose', 'purpose', 'purpose'] });
    const ticks = (await contents(house)).flatMap((content) =>
      content?.kind === 'tick' ? [content.items.filter(({ ticked }) => ticked).map(({ id }) => id)] : [],
    );
    assert.deepEqual(ticks, [['purpose']]);
  });

  test(`${name}: when all that may be forgotten is forgotten, the question is still there`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    await house.guidance.database.query.deleteFrom('keyv').execute();
    const view = await anna.look();
    assert.equal(view.kind === 'question' && view.node, 'sure');
    await anna.answer('yes-sure');
    assert.equal(anna.view.kind, 'outcome');
    assert.deepEqual(await kinds(house), [['start', 'answer', 'answer', 'outcome']]);
  });

  test(`${name}: before the first answer, a forgotten memory costs nothing either`, async () => {
    const house = await open();
    const anna = house.visitor('anna');
    await anna.start('account');
    await house.guidance.database.query.deleteFrom('keyv').execute();
    await anna.answer('ask');
    assert.equal(anna.view.kind === 'question' && anna.view.node, 'sure');
    await intact(house);
  });
}

const five = <T>(press: () => Promise<T>) => Array.from({ length: 5 }, press);

/** The house with a newer version of its flow, on the same database. */
async function sameHouse(house: House): Promise<House> {
  const flow = small.flows.get('account')!;
  const flows = new Map([['account', { ...flow, title: { sv: 'Nytt', en: 'New' }, version: 'f'.repeat(64) }]]);
  const guidance = await openGuidance(house.guidance.database, { ...small, flows }, secret, () => house.clock.now);
  return { guidance, clock: house.clock, visitor: (name) => new Colleague(guidance, name) };
}

async function kinds({ guidance }: House): Promise<string[][]> {
  const rows = await guidance.database.query.selectFrom('entry').select(['session', 'kind']).orderBy('seq').execute();
  const records = Map.groupBy(rows, (row) => row.session).values();
  return [...records]
    .map((entries) => entries.map((entry) => entry.kind))
    .sort((one, other) => other.length - one.length);
}

async function contents({ guidance }: House) {
  const records = await Array.fromAsync(list(guidance.database));
  const read = await Promise.all(records.map(({ session }) => guidance.log.read(session)));
  return read.flatMap((record) => record?.entries.map((entry) => entry.content) ?? []);
}

const answered = async (house: House) => (await contents(house)).filter((content) => content?.kind === 'answer');

async function numbers({ guidance }: House): Promise<string[]> {
  return (await Array.fromAsync(list(guidance.database))).map(({ id }) => numberOf(id)).sort();
}

/** No record is at fault; what these tests do to the flows that are kept is found too, and meant. */
async function intact({ guidance }: House): Promise<void> {
  const { faults } = await verify(guidance.database, guidance.keys.ledger);
  assert.deepEqual(
    faults.filter(({ record }) => !record.startsWith('flow ')),
    [],
  );
}
