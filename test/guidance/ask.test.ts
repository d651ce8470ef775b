import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { openGuidance } from '../../src/guidance/guidance.ts';
import type { View } from '../../src/guidance/view.ts';
import type { Officer } from '../../src/record/entry.ts';
import { describeWhole, transcribe } from '../../src/record/transcript.ts';
import { temporaryFolder } from '../support/databases.ts';
import { shippedFlows } from '../support/flows.ts';
import { Colleague, type House, openHouse, secret } from '../support/house.ts';

const fresh = () => `sqlite:${join(temporaryFolder(), 'log.db')}`;
const rut: Officer = { id: 'rut', name: 'Rut', role: 'registrar' };

const ask = (colleague: Colleague, words = '') =>
  colleague.press({ verb: 'ask', node: 'node' in colleague.view ? colleague.view.node : '', words });

const kindsOf = async ({ guidance }: House, { pointer }: Colleague) =>
  (await guidance.log.read(pointer!.session))!.entries.map(({ kind }) => kind);

async function reply(house: House, { pointer }: Colleague, answers: boolean, words: string): Promise<void> {
  const record = (await house.guidance.log.read(pointer!.session))!;
  const content = { kind: 'reply', answers, words, by: rut } as const;
  await house.guidance.log.append(record.session, record, [content], house.guidance.now());
}

const talk = (view: View) =>
  'asking' in view && view.asking
    ? [view.asking.state, ...view.asking.lines.map(({ who, words }) => `${who}: ${words}`)]
    : undefined;

test('the registrar can be asked at the first question, which begins the record, and at an outcome, which stands', async () => {
  const house = await openHouse(fresh());
  const anna = house.visitor('anna');
  const first = await anna.start();
  assert.ok('mayAsk' in first && first.mayAsk && !first.asking);
  const asked = await ask(anna, '  Gäller det  även sms? ');
  assert.equal(asked.kind, 'question', 'and the guidance goes on');
  assert.match(asked.notice ?? '', /skickad till registratorn.*löper under tiden/);
  assert.deepEqual(talk(asked), ['waiting', 'Du: Gäller det även sms?']);
  assert.deepEqual(await kindsOf(house, anna), ['start', 'ask']);

  await anna.answers('incoming', 'none', 'none');
  assert.equal(anna.view.kind, 'outcome');
  await reply(house, anna, true, 'Ja.');
  const again = await ask(anna);
  assert.equal(again.kind, 'outcome');
  const outcome = await anna.look(anna.pointer!.session);
  assert.deepEqual(talk(outcome), [
    'waiting',
    'Du: Gäller det även sms?',
    'Rut (registrator): Ja.',
    'Du: Frågan skickades utan egna ord, med vägen hit.',
  ]);
  const [row] = await house.guidance.database.query.selectFrom('record').selectAll().execute();
  assert.deepEqual([row?.asked, row?.status, row?.outcome], ['waiting', 'concluded', 'release']);
});

test('what is asked holds no personal numbers, is not endless, and is written once however often it is sent', async () => {
  const house = await openHouse(fresh());
  const anna = house.visitor('anna');
  await anna.start();
  const before = anna.pointer;
  const cleaned = await ask(anna, 'Får 850709-9805 läsa? anna@exempel.se');
  assert.match(cleaned.notice ?? '', /Vi tog bort det som såg ut som personnummer.* Namn tas inte bort/);
  assert.deepEqual(talk(cleaned), ['waiting', 'Du: Får [personnummer] läsa? [e-post]']);
  const node = 'node' in anna.view ? anna.view.node : '';
  await anna.press({ verb: 'ask', node, words: 'Får 850709-9805 läsa? anna@exempel.se' }, before);
  assert.equal(anna.view.notice, undefined, 'sent twice at once, it is no news');
  assert.match((await ask(anna)).notice ?? '', /redan skickad/);
  assert.match((await ask(anna, 'å'.repeat(1001))).notice ?? '', /för långt.*1 000/);
  assert.deepEqual(await kindsOf(house, anna), ['start', 'ask']);
  assert.match((await ask(anna, 'Och en sak till')).notice ?? '', /skickad/);
  assert.deepEqual(await kindsOf(house, anna), ['start', 'ask', 'ask']);
  assert.match((await anna.press({ verb: 'ask', node: 'nowhere', words: 'x' })).notice ?? '', /redan besvarad/);
});

test('asked back, the person answers in the same talk; what others add makes no card of theirs out of date', async () => {
  const house = await openHouse(fresh());
  const anna = house.visitor('anna');
  await anna.start();
  await ask(anna, 'Vad gäller?');
  await reply(house, anna, false, 'Vilken handling?');
  const { seq } = anna.pointer!;
  assert.equal((await anna.answer('incoming')).notice, undefined);
  assert.ok(anna.pointer!.seq > seq);
  assert.deepEqual(talk(anna.view)?.[0], 'asked back');
  assert.match((await ask(anna)).notice ?? '', /Skriv något mer/);
  assert.deepEqual(talk(await ask(anna, 'Ett kontrakt'))?.at(-1), 'Du: Ett kontrakt');
  await anna.press({ verb: 'close' });
  const closed = await anna.look(anna.seen && 'session' in anna.seen.view ? anna.seen.view.session : undefined);
  assert.ok(!('mayAsk' in closed && closed.mayAsk), 'what has ended asks nothing');
});

test('the unit is asked for once, stands with every later session, and can be changed', async () => {
  const house = await openHouse(fresh());
  const anna = house.visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  const outcome = anna.view;
  assert.ok(outcome.kind === 'outcome' && outcome.unit.chosen === undefined);
  const [first = '', second = ''] = outcome.unit.units;
  assert.match((await anna.press({ verb: 'unit', unit: 'Hemliga enheten' })).notice ?? '', /finns inte/);
  const kept = await anna.press({ verb: 'unit', unit: first });
  assert.ok(kept.kind === 'outcome' && kept.unit.chosen === first);
  assert.match(kept.notice ?? '', /frågar inte om det igen/);

  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  assert.ok(anna.view.kind === 'outcome' && anna.view.unit.chosen === first);
  // What may be forgotten is forgotten.
  await house.guidance.memory.clear();
  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  assert.ok(anna.view.kind === 'outcome' && anna.view.unit.chosen === first);
  await anna.press({ verb: 'unit', unit: second });
  const rows = await house.guidance.database.query.selectFrom('record').select('unit').orderBy('id').execute();
  assert.deepEqual(
    rows.map(({ unit }) => unit),
    [first, first, second],
  );
});

test('what a reviewer thinks of an outcome stands with it, until the outcome is another', async () => {
  const house = await openHouse(fresh());
  const anna = house.visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  const record = (await house.guidance.log.read(anna.pointer!.session))!;
  const of = record.entries.at(-1)!.seq;
  const review = { kind: 'review', of, result: 'corrected', should: 'refusal-for-decision', why: 'Sekretess' } as const;
  await house.guidance.log.append(record.session, record, [{ ...review, by: rut }], house.guidance.now());
  const view = await anna.look(anna.pointer!.session);
  assert.ok(view.kind === 'outcome' && view.judged);
  const { at, ...judged } = view.judged;
  assert.deepEqual(judged, {
    ...{ result: 'corrected', who: 'Rut (registrator)', should: 'Pekar mot avslag', why: 'Sekretess', asks: false },
  });
  assert.equal(at, house.clock.now.toISOString());
  await anna.press({ verb: 'back' });
  await anna.answer('none');
  assert.ok(anna.view.kind === 'outcome' && anna.view.judged === undefined);
});

test('an answer that comes after the guidance has ended is there to be read; a question that is not put does not look as if it were', async () => {
  const house = await openHouse(fresh());
  const { log, now } = house.guidance;
  for (const end of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }] as const) {
    const anna = house.visitor(end.kind);
    await anna.start();
    await anna.answer('incoming');
    await ask(anna, 'Hur då?');
    const before = anna.pointer!;
    await log.append(before.session, await log.read(before.session), [end], now());
    await reply(house, anna, true, 'Så här.');
    const ended = await anna.look(before.session);
    assert.equal(ended.kind, 'ended');
    assert.deepEqual(talk(ended), ['answered', 'Du: Hur då?', 'Rut (registrator): Så här.']);

    const press = (words: string) => anna.press({ verb: 'ask', node: 'exception', words }, before);
    const said = async (words: string) => [await press(words), anna.seen?.notice] as const;
    const [first, notice] = await said('Och sedan?');
    if (end.kind === 'close') {
      assert.deepEqual([first.kind, notice], ['ended', 'stale']);
      continue;
    }
    assert.deepEqual([talk(first), notice], [['waiting', 'Du: Och sedan?'], 'carriedOver']);
    const [twice, silent] = await said('Och sedan?');
    assert.deepEqual([talk(twice), silent], [['waiting', 'Du: Och sedan?'], undefined]);
    const [other, stale] = await said('Något annat?');
    assert.deepEqual([talk(other), stale], [['waiting', 'Du: Och sedan?'], 'stale']);
  }
});

test('a reviewer is answered where they ask, also where the guidance can’t be read any more; once, and in order', async () => {
  const house = await openHouse(fresh());
  const { log, now, database } = house.guidance;
  const anna = house.visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  const { session } = anna.pointer!;
  const outcome = (await log.read(session))!.entries.at(-1)!.seq;
  const sendBack = async (why: string) => {
    const review = { kind: 'review', of: outcome, result: 'returned', why, by: { ...rut, role: 'reviewer' } } as const;
    await log.append(session, await log.read(session), [review], now());
    return anna.look(session);
  };
  const judgedIn = (view: View) => ('judged' in view && view.judged) || undefined;

  const asked = judgedIn(await sendBack('Vilken handling?'));
  assert.deepEqual(
    [asked?.result, asked?.why, asked?.asks, asked?.response],
    ['returned', 'Vilken handling?', true, undefined],
  );
  const before = anna.pointer;
  const answered = await anna.press({ verb: 'respond', words: 'Protokollet.' });
  assert.deepEqual([judgedIn(answered)?.asks, judgedIn(answered)?.response?.words], [false, 'Protokollet.']);
  assert.match(answered.notice ?? '', /Granskaren ser det/);

  const again = judgedIn(await sendBack('Vems protokoll?'));
  assert.deepEqual([again?.asks, again?.response], [true, undefined], 'a new question is answered anew');
  const old = anna.press({ verb: 'respond', words: 'Ett svar på den första frågan.' }, before);
  assert.match((await old).notice ?? '', /redan besvarad/);
  // The flow is another by now, and nobody can read any more what it was.
  const flows = shippedFlows();
  const flow = { ...flows.flows.get('is-it-public')!, version: '0'.repeat(64) };
  await sql`update flow_version set body = 'x'`.execute(database.query);
  const next = await openGuidance(database, { ...flows, flows: new Map([[flow.id, flow]]) }, secret, now);
  const later = new Colleague(next, 'anna');
  const unreadable = await later.look(session);
  assert.deepEqual([unreadable.kind, judgedIn(unreadable)?.asks], ['ended', true]);
  const ended = await later.press({ verb: 'respond', words: 'Nämndens.' });
  assert.deepEqual([ended.kind, judgedIn(ended)?.response?.words], ['ended', 'Nämndens.']);

  const record = (await log.read(session))!;
  const row = await database.query.selectFrom('record').selectAll().executeTakeFirstOrThrow();
  assert.match(transcribe(row, record), /comment {2}answer to entry \d+, by the person guided\n +Protokollet\./);
  const told = describeWhole(row, record).entries.findLast(({ kind }) => kind === 'comment');
  assert.deepEqual(told && { by: 'by' in told && told.by }, { by: { role: 'staff' } });
});
