import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { type Database, openDatabase } from '../src/database/database.ts';
import { makeYear, whose } from '../src/demo-year.ts';
import { isHoliday } from '../src/guidance/holiday.ts';
import type { Content } from '../src/record/entry.ts';
import { list } from '../src/record/list.ts';
import { selectEntries } from '../src/record/log.ts';
import { numberOf } from '../src/record/number.ts';
import { deriveKeys } from '../src/record/seal.ts';
import { verify } from '../src/record/verify.ts';
import { temporaryFolder } from './support/databases.ts';
import { settings, startDemo } from './support/demo.ts';
import { shippedFlows } from './support/flows.ts';
import { openHouse, secret } from './support/house.ts';
import { Browser, runCommand } from './support/program.ts';

const flows = shippedFlows();

async function open(): Promise<Database> {
  const database = await openDatabase(`sqlite:${join(temporaryFolder(), 'demo.db')}`);
  after(() => database.close().catch(() => {}));
  return database;
}

async function make(today: string, count = 60): Promise<Database> {
  const database = await open();
  await makeYear(database, flows, secret, today, count);
  return database;
}

async function contentsOf({ query }: Database): Promise<Content[]> {
  const rows = await selectEntries(query).execute();
  return rows.map(({ content }) => JSON.parse(content!));
}

const made = make('2026-11-22');

test('a year that never was is a log like any other: intact, in the order of time, with something of everything', async () => {
  const database = await made;
  const verdict = await verify(database, deriveKeys(secret).ledger);
  assert.deepEqual(verdict.faults, []);
  assert.ok(verdict.records >= 60 && verdict.records < 80, `${verdict.records} records`);

  const contents = await contentsOf(database);
  const kinds = new Set(contents.map(({ kind }) => kind));
  const wanted = ['start', 'answer', 'outcome', 'unit', 'label', 'feedback', 'ask', 'reply', 'review', 'back'] as const;
  for (const kind of [...wanted, 'change', 'reopen', 'close', 'lapse', 'hold', 'comment', 'tick', 'done'] as const)
    assert.ok(kinds.has(kind), `nothing of the kind ${kind}`);
  assert.ok(contents.some((content) => content.kind === 'answer' && content.option === 'unsure'));
  const reviews = new Set(contents.map((content) => content.kind === 'review' && content.result));
  for (const result of ['approved', 'corrected', 'returned'] as const) assert.ok(reviews.has(result), `none ${result}`);

  const rows = await Array.fromAsync(list(database));
  assert.deepEqual([...new Set(rows.map(({ flow }) => flow))].sort(), [...flows.flows.keys()].sort());
  assert.deepEqual([...new Set(rows.map(({ platform }) => platform))].sort(), ['slack', 'teams', 'web']);
  assert.ok(rows.every(({ unit }) => unit !== null && flows.municipality.units.includes(unit)));
  const units = Map.groupBy(rows, ({ unit }) => unit);
  assert.ok(units.size > 3);

  // The ledger is in the order of time, and with it the numbers of each year.
  const links = await database.query
    .selectFrom('ledger')
    .innerJoin('entry', (on) => on.onRef('entry.session', '=', 'ledger.session').onRef('entry.seq', '=', 'ledger.seq'))
    .select('entry.time')
    .orderBy('position')
    .execute();
  assert.deepEqual(
    links,
    links.toSorted((one, other) => (one.time < other.time ? -1 : one.time > other.time ? 1 : 0)),
  );
  assert.deepEqual(
    rows.map(({ started_at }) => started_at),
    rows
      .map(({ started_at }) => started_at)
      .toSorted()
      .reverse(),
  );
  assert.ok(rows.every(({ started_at, last_at }) => started_at > '2025-11-21' && last_at < '2026-11-21T23:00:00.000Z'));
});

test('the last week has questions to the registrar: waiting, answered, and records that nobody has reviewed', async () => {
  const database = await made;
  const week = { outcome: 'ask-registrar', from: '2026-11-15' };
  const rows = await Array.fromAsync(list(database, week));
  assert.ok(rows.length >= 5, `${rows.length} records`);
  assert.ok(rows.every(({ reviewed }) => reviewed === null));
  for (const asked of ['waiting', 'asked back', 'answered'])
    assert.ok(
      rows.some((row) => row.asked === asked),
      `none ${asked}`,
    );
});

test('everything in it is marked: free text begins with DEMO, and names say that they are made up', async () => {
  const database = await made;
  for (const content of await contentsOf(database)) {
    if (content.kind === 'label') assert.match(content.label, /^DEMO: /);
    if (content.kind === 'ask' && content.words !== undefined) assert.match(content.words, /^DEMO: /);
    if (content.kind === 'reply' || content.kind === 'comment') assert.match(content.words, /^DEMO: /);
    if ((content.kind === 'review' || content.kind === 'hold') && content.why !== undefined)
      assert.match(content.why, /^DEMO: /);
    if ('by' in content && content.by) assert.match(content.by.name, /\(påhittad\)$/);
  }
  const people = await database.query.selectFrom('person').selectAll().execute();
  assert.ok(people.every(({ tenant, user_id, name }) => tenant === 'demo' && /^demo-/.test(user_id) && name === null));
  const openings = await database.query.selectFrom('access').selectAll().execute();
  assert.ok(openings.length > 0 && openings.every(({ name }) => /\(påhittad\)$/.test(name)));
});

test('everything in the console has something to show: what was sent and what was not, a clarification, half a sample', async () => {
  const database = await made;
  const outbox = await database.query.selectFrom('outbox').selectAll().execute();
  const states = new Set(outbox.map(({ state }) => state));
  // Nothing waits: a program that runs on it sends nothing.
  assert.deepEqual([...states].sort(), ['failed', 'gone', 'sent', 'uncertain']);
  const people = await database.query.selectFrom('person').selectAll().execute();
  const sessions = new Set((await Array.fromAsync(list(database))).map(({ session }) => session));
  for (const { body, recipient, platform, session, due_at } of outbox) {
    const { sv, en } = JSON.parse(body);
    for (const [first] of [sv, en]) assert.match(first, /^DEMO: /);
    assert.ok(people.some((one) => one.hash === recipient && one.platform === platform && platform !== 'web'));
    assert.ok(sessions.has(session!) && due_at === null);
  }

  const clarifications = await database.query.selectFrom('clarification').selectAll().orderBy('id').execute();
  assert.deepEqual(
    clarifications.map(({ flow, node, state, told_to }) => [flow, node, state, told_to]),
    [
      ['is-it-public', 'what', 'replaced', null],
      ['is-it-public', 'what', 'in force', null],
    ],
  );
  for (const { sv, en } of clarifications) for (const words of [sv, en]) assert.match(words, /^DEMO: /);
  assert.ok(outbox.some(({ id }) => id.startsWith(`${clarifications[1]!.telling}:`)));

  const { size } = await database.query.selectFrom('sample').selectAll().executeTakeFirstOrThrow();
  const drawn = await database.query
    .selectFrom('sample_record')
    .innerJoin('record', 'record.id', 'sample_record.record')
    .select('record.reviewed')
    .execute();
  const looked = drawn.filter(({ reviewed }) => reviewed !== null).length;
  assert.ok(drawn.length === size && looked >= size / 2 && looked < size, `${looked} of ${size}`);
});

test('people work on weekdays, in working hours, and hardly in holidays', async () => {
  const swedish = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Stockholm',
    dateStyle: 'short',
    timeStyle: 'short',
  });
  const rows = await Array.fromAsync(list(await made));
  const starts = rows.map(({ started_at }) => swedish.format(new Date(started_at)));
  for (const start of starts) assert.match(start, / (0[89]|1[0-6]):/);
  const off = starts.filter((start) => isHoliday(start.slice(0, 10)) || [0, 6].includes(new Date(start).getDay()));
  assert.ok(off.length <= 2, `${off.length} on days off`);
  const half = starts.filter((start) => start < '2026-05-22').length;
  assert.ok(half < starts.length / 2, `${half} of ${starts.length} in the first half`);
});

test('the same day makes the same records, and another day makes others', async () => {
  // Sessions and people are known by what the key and chance make of them; everything else is the same.
  const told = async (database: Database) =>
    (await Array.fromAsync(list(database))).map(({ session, seal, ...row }) => row);
  const [one, same, other] = await Promise.all(
    [made, make('2026-11-22'), make('2027-02-10')].map(async (it) => told(await it)),
  );
  assert.deepEqual(same, one);
  assert.notDeepEqual(
    other!.map(({ flow }) => flow),
    one!.map(({ flow }) => flow),
  );
});

test('a database is told by whose records it holds', async () => {
  const empty = await open();
  assert.equal(await whose(empty, secret), 'nobody');
  assert.equal(await whose(await made, secret), 'demo');
  assert.equal(await whose(await made, 'another secret, which is long enough as well'), 'somebody');

  const real = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const anna = real.visitor('Anna');
  await anna.start();
  await anna.answer('incoming');
  assert.equal(await whose(real.guidance.database, secret), 'somebody');
});

test('npm run demo makes it, starts the program on it, keeps it the next time, and makes it anew when told', async () => {
  const folder = temporaryFolder();
  const first = await startDemo(folder);
  assert.match(first.output(), /\d\d records, made in/);
  assert.match(
    first.output(),
    /web chat {2}http:\/\/127\.0\.0\.1:\d+\/\n {2}console {3}http:\/\/127\.0\.0\.1:\d+\/review\n/,
  );
  assert.match(first.output(), /Slack {6}off/);
  const browser = new Browser(first.address);
  assert.equal((await browser.get('/')).status, 200);
  await browser.press('start', 'is-it-public');
  await browser.press('answer', 'incoming');
  assert.equal(await first.stop(), 0);
  assert.ok(!existsSync(join(folder, 'data/demo.db.making')));
  const before = await records(folder);

  const again = await startDemo(folder);
  assert.match(again.output(), /is there already/);
  assert.equal(await again.stop(), 0);
  assert.deepEqual(await records(folder), before);
  assert.deepEqual(await toBeSent(folder), []);

  const anew = await startDemo(folder, '--again');
  assert.match(anew.output(), /\d\d records, made in/);
  assert.equal(await anew.stop(), 0);
  assert.equal((await records(folder)).length, before.length - 1);
  const { code, stdout } = await run(folder, 'src/records.ts', 'verify');
  assert.equal(code, 0, stdout);
});

test('npm run demo leaves a database alone that holds anything else', async () => {
  const folder = temporaryFolder();
  const file = join(folder, 'data/demo.db');
  const real = await openHouse(`sqlite:${file}`);
  const anna = real.visitor('Anna');
  await anna.start();
  await anna.answer('incoming');
  await real.guidance.log.close();
  await real.guidance.database.close();
  for (const more of [[], ['--again']]) {
    const { code, stderr } = await run(folder, 'src/demo.ts', '--records', '20', ...more);
    assert.equal(code, 1);
    assert.match(stderr, /data\/demo\.db holds records that are not the demo's/);
  }
  assert.equal((await records(folder)).length, 1);
});

function run(folder: string, script: string, ...args: string[]) {
  const found = script === 'src/demo.ts' ? {} : { DATABASE_URL: 'sqlite:data/demo.db' };
  return runCommand(resolve(script), args, { ...settings, ...found }, folder);
}

/** What a program that has run on it has left to send. */
async function toBeSent(folder: string) {
  const database = await openDatabase(`sqlite:${join(folder, 'data/demo.db')}`);
  const rows = await database.query
    .selectFrom('outbox')
    .select(['kind', 'state'])
    .where('state', 'in', ['waiting', 'sending'])
    .execute();
  await database.close();
  return rows;
}

async function records(folder: string): Promise<string[]> {
  const database = await openDatabase(`sqlite:${join(folder, 'data/demo.db')}`);
  const rows = await Array.fromAsync(list(database));
  await database.close();
  return rows.map(({ id, flow, label }) => `${numberOf(id)} ${flow} ${label}`);
}
