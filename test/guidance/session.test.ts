import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadFlows } from '../../src/guidance/flows.ts';
import { lapseIdle } from '../../src/guidance/lapse.ts';
import { withdraw } from '../../src/guidance/versions.ts';
import type { View } from '../../src/guidance/view.ts';
import { verify } from '../../src/record/verify.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

const fresh = () => `sqlite:${join(temporaryFolder(), 'log.db')}`;
const small = () => loadFlows('test/support/flows');

function outcomeOf(view: View): string {
  assert.equal(view.kind, 'outcome');
  return view.kind === 'outcome' ? view.advice.code : '';
}

test('a start alone logs nothing; the first answer begins the record, under the year’s next number', async () => {
  const { guidance, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  assert.deepEqual(await guidance.database.query.selectFrom('entry').selectAll().execute(), []);
  const view = await anna.answer('incoming');
  assert.equal('number' in view && view.number, 'VGL-2026-00001');
  const kinds = await guidance.database.query.selectFrom('entry').select('kind').execute();
  assert.deepEqual(
    kinds.map((row) => row.kind),
    ['start', 'answer'],
  );
});

test('back undoes the last answer, also after an outcome, and the record shows both', async () => {
  const { guidance, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none', 'none');
  assert.equal(outcomeOf(anna.view), 'release');
  const again = await anna.press({ verb: 'back' });
  assert.equal('node' in again && again.node, 'subject');
  const record = await guidance.log.read(anna.pointer!.session);
  assert.deepEqual(
    record?.entries.map((entry) => entry.kind),
    ['start', 'answer', 'answer', 'answer', 'outcome', 'reopen', 'back'],
  );
  const [row] = await guidance.database.query.selectFrom('record').selectAll().execute();
  assert.equal(row?.status, 'open');
  assert.equal(row?.outcome, null);
});

test('back at the first question leads to the choice of what to ask', async () => {
  const { visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  assert.equal((await anna.press({ verb: 'back' })).kind, 'start');
  await anna.start();
  await anna.answer('incoming');
  await anna.press({ verb: 'back' });
  const { session } = anna.pointer!;
  const view = await anna.press({ verb: 'back' });
  assert.equal(view.kind === 'start' && view.open?.session, session);
});

test('another answer to an earlier question keeps the later answers that still apply, and says what changed', async () => {
  const { guidance, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  await anna.answers('made', 'yes', 'none');
  assert.equal(outcomeOf(anna.view), 'release');
  const changed = await anna.press({ verb: 'change', node: 'what', option: 'incoming' });
  assert.equal('node' in changed && changed.node, 'exception');
  assert.match(changed.notice ?? '', /Du ändrade svaret på/);
  await anna.answer('none');
  const record = await guidance.log.read(anna.pointer!.session);
  const change = record?.entries.find((entry) => entry.kind === 'change')?.content;
  assert.deepEqual(change?.kind === 'change' && [change.kept, change.dropped], [[], ['sent', 'subject']]);
});

test('a change whose path meets the later questions again needs no new answers', async () => {
  const { visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  await anna.answers('unsure');
  const changed = await anna.press({ verb: 'change', node: 'kind', option: 'ask' });
  assert.equal('node' in changed && changed.node, 'sure');
  assert.equal(outcomeOf(await anna.answer('yes-sure')), 'may-start');
});

test('the answers that decided are named, and “I don’t know” is no other answer', async () => {
  const { guidance, visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  await anna.answers('ask', 'yes-sure');
  const record = await guidance.log.read(anna.pointer!.session);
  const outcome = record?.entries.at(-1)?.content;
  assert.deepEqual(outcome?.kind === 'outcome' && outcome.decided, ['kind']);
});

test('the law that an answer points to stands in the outcome, first, and unread law says so', async () => {
  const { visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  const view = await anna.answers('ask', 'yes-sure');
  assert.deepEqual(view.kind === 'outcome' && view.cites.map((cite) => cite.id), ['from-memory', 'house-rule']);
  assert.match((view.kind === 'outcome' && view.cites[0]?.unverified) || '', /inte läst/);
});

test('a checklist may be left half-done: the ticks stay, and the outcome names what is missing', async () => {
  const { visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  await anna.answer('start');
  await anna.press({ verb: 'tick', node: 'ready', items: ['purpose'] });
  await anna.look();
  assert.deepEqual(anna.view.kind === 'checklist' && anna.view.items.map((item) => item.ticked), [true, false]);
  const view = await anna.press({ verb: 'done', node: 'ready' });
  assert.equal(outcomeOf(view), 'not-ready');
  assert.deepEqual(view.kind === 'outcome' && view.advice.missing, ['Ansvariga']);
  await anna.press({ verb: 'back' });
  assert.equal(outcomeOf(await anna.press({ verb: 'done', node: 'ready', items: ['people', 'purpose'] })), 'may-start');
});

test('nobody can answer “it is covered” where the municipality has no disposal decision', async () => {
  const { visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  const view = await anna.start('account');
  assert.deepEqual(view.kind === 'question' && view.options.map((option) => option.id), ['start', 'ask', 'unsure']);
  assert.match((await anna.answer('dispose')).notice ?? '', /finns inte/);
  const flows = small();
  flows.municipality['disposal-decision'] = [{ says: { sv: 'x', en: 'x' }, decided: 'KS 2026/1' }];
  const covered = (await openHouse(fresh(), flows)).visitor('anna');
  await covered.start('account');
  assert.equal(outcomeOf(await covered.answer('dispose')), 'dispose');
});

test('going on to an offered flow makes a new record that is linked to the first', async () => {
  const { guidance, visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  await anna.answers('ask', 'yes-sure');
  const first = anna.pointer!.session;
  await anna.press({ verb: 'then', flow: 'account' });
  await anna.answer('unsure');
  const second = await guidance.log.read(anna.pointer!.session);
  const start = second?.entries[0]?.content;
  assert.deepEqual(start?.kind === 'start' && start.from, { session: first, because: 'offered' });
});

test('the language can be changed before the first answer and in mid-session, and is remembered', async () => {
  const { guidance, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  assert.equal((await anna.press({ verb: 'language', language: 'en' })).language, 'en');
  await anna.answer('incoming');
  assert.equal((await anna.press({ verb: 'language', language: 'sv' })).language, 'sv');
  await anna.press({ verb: 'language', language: 'en' });
  await anna.answers('none', 'none');
  assert.equal(anna.view.kind === 'outcome' && anna.view.advice.clock.startsWith('Normally'), true);
  assert.equal((await anna.start()).language, 'en');
  const [person] = await guidance.database.query.selectFrom('person').selectAll().execute();
  assert.equal(person?.user_id, 'anna');
});

test('a session that lies idle lapses; a press on it goes on in a new, linked one with the answers that hold', async () => {
  const { guidance, clock, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none');
  const old = anna.pointer!;
  clock.now = new Date('2026-12-05T09:00:00Z');
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 0);
  clock.now = new Date('2026-12-07T09:00:00Z');
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 1);
  assert.equal((await anna.look(old.session)).kind, 'ended');
  const view = await anna.press({ verb: 'answer', node: 'subject', option: 'none' }, old);
  assert.equal(outcomeOf(view), 'release');
  assert.equal('number' in view && view.number, 'VGL-2026-00002');
  const next = await guidance.log.read(anna.pointer!.session);
  const start = next?.entries[0]?.content;
  assert.deepEqual(start?.kind === 'start' && start.from, { session: old.session, because: 'lapsed' });
  await anna.press({ verb: 'answer', node: 'subject', option: 'none' }, old);
  assert.equal((await guidance.database.query.selectFrom('record').select('id').execute()).length, 2);
});

test('whoever presses while idle sessions are being ended is not ended', async () => {
  const { guidance, clock, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  await anna.answers('incoming', 'none');
  // The list as the sweep had read it before the last answer.
  await guidance.database.query.updateTable('record').set({ last_at: '2026-01-01T00:00:00.000Z' }).execute();
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 0);
  clock.now = new Date('2026-12-22T09:00:00Z');
  await anna.answer('none');
  await guidance.database.query.updateTable('record').set({ status: 'open' }).execute();
  clock.now = new Date('2027-12-22T09:00:00Z');
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 0);
});

test('a flow with checklists is waited for longer', async () => {
  const { guidance, clock, visitor } = await openHouse(fresh(), small());
  const anna = visitor('anna');
  await anna.start('account');
  await anna.answer('start');
  clock.now = new Date('2027-03-01T09:00:00Z');
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 0);
  clock.now = new Date('2027-07-01T09:00:00Z');
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 1);
});

test('a version that is withdrawn ends its open sessions with the reason, and never touches a concluded one', async () => {
  const { guidance, visitor } = await openHouse(fresh(), small());
  const [anna, berit] = [visitor('anna'), visitor('berit')];
  await anna.start('account');
  await anna.answer('ask');
  await berit.start('account');
  await berit.answers('ask', 'yes-sure');
  const version = guidance.flows.get('account')!.version;
  assert.equal(await withdraw(guidance.database, version, 'the law changed', new Date()), true);
  assert.equal(await lapseIdle(guidance, { days: 14, checklistDays: 180 }), 1);
  const record = await guidance.log.read(anna.pointer!.session);
  assert.deepEqual(record?.entries.at(-1)?.content, { kind: 'lapse', because: 'withdrawn', reason: 'the law changed' });
  assert.equal((await berit.look(berit.pointer!.session)).kind, 'outcome');
  assert.deepEqual((await verify(guidance.database, guidance.keys.ledger)).faults, []);
});

test('closing ends the record without an outcome', async () => {
  const { guidance, visitor } = await openHouse(fresh());
  const anna = visitor('anna');
  await anna.start();
  await anna.answer('incoming');
  const { session } = anna.pointer!;
  assert.equal((await anna.press({ verb: 'close' })).kind, 'start');
  const record = await guidance.log.read(session);
  assert.equal(record?.entries.at(-1)?.kind, 'close');
  assert.equal((await anna.look()).kind, 'start');
});
