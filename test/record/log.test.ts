import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { openStorage, settleStorage, sweepStorage } from '../../src/database/storage.ts';
import type { Content } from '../../src/record/entry.ts';
import { list } from '../../src/record/list.ts';
import { type Log, openLog, Taken } from '../../src/record/log.ts';
import { numberOf } from '../../src/record/number.ts';
import { rebuild } from '../../src/record/rebuild.ts';
import type { GuidanceRecord } from '../../src/record/record.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import { databases } from '../support/databases.ts';
import { secret } from '../support/house.ts';

const key = deriveKeys(secret).ledger;
const noon = new Date('2026-11-22T12:00:00Z');

const start: Content = {
  kind: 'start',
  flow: 'is-it-public',
  title: 'Är det en allmän handling?',
  version: 'f'.repeat(64),
  platform: 'web',
  person: 'p'.repeat(64),
  language: 'sv',
};
const answer = (label: string): Content => ({
  kind: 'answer',
  node: 'what',
  question: 'Vad?',
  offered: [],
  option: 'made',
  label,
});
const outcome: Content = {
  kind: 'outcome',
  node: 'release',
  code: 'release',
  title: 'Lämna ut',
  text: 'Lämna ut.',
  do: [],
  clock: '',
  cites: [],
  decided: [],
};

for (const { name, fresh } of await databases())
  describe(`the log on ${name}`, () => {
    async function open(): Promise<{ database: Database; log: Log; url: string; close(): Promise<void> }> {
      const url = await fresh();
      const database = await openDatabase(url);
      return { database, log: openLog(database, key), url, close: () => database.close() };
    }

    let sessions = 0;
    const newSession = () => {
      sessions += 1;
      return `00000000-0000-7000-8000-${String(sessions).padStart(12, '0')}`;
    };
    const begin = (log: Log, time = noon, label = 'Något som vi har gjort') =>
      log.append(newSession(), undefined, [start, answer(label)], time);

    test('what was written is read back, in order, word for word', async () => {
      const { log, close } = await open();
      const begun = await begin(log);
      await log.append(begun.session, begun, [answer('Ja'), outcome], noon);
      const read = await log.read(begun.session);
      assert.deepEqual(
        read?.entries.map(({ seq, content }) => [seq, content]),
        [
          [1, start],
          [2, answer('Något som vi har gjort')],
          [3, answer('Ja')],
          [4, outcome],
        ],
      );
      assert.equal(await log.read(newSession()), undefined);
      await close();
    });

    test('numbers follow one another without gaps, however many begin at once and however many fail', async () => {
      const { database, log, close } = await open();
      const taken = await begin(log);
      const attempts = await Promise.allSettled(
        Array.from({ length: 120 }, (_, i) =>
          i % 10 === 0 ? log.append(taken.session, undefined, [start, answer('Ja')], noon) : begin(log),
        ),
      );
      assert.equal(attempts.filter(({ status }) => status === 'rejected').length, 12);
      const rows = await database.query.selectFrom('record').select('id').orderBy('id').execute();
      assert.deepEqual(
        rows.map((row) => numberOf(row.id)),
        Array.from({ length: 109 }, (_, i) => `VGL-2026-${String(i + 1).padStart(5, '0')}`),
      );
      assert.deepEqual((await verify(database, key)).faults, []);
      await close();
    });

    test('the year of a number is the year in Sweden', async () => {
      const { log, close } = await open();
      assert.equal(numberOf((await begin(log, new Date('2026-12-31T22:59:59Z'))).id), 'VGL-2026-00001');
      assert.equal(numberOf((await begin(log, new Date('2026-12-31T23:00:01Z'))).id), 'VGL-2027-00001');
      assert.equal(numberOf((await begin(log, new Date('2026-12-31T22:00:00Z'))).id), 'VGL-2026-00002');
      await close();
    });

    test('one place in a session goes to one press only; the other is told that it is taken', async () => {
      const { database, log, close } = await open();
      const begun = await begin(log);
      const both = await Promise.allSettled(
        ['Ja', 'Nej'].map((label) => log.append(begun.session, begun, [answer(label)], noon)),
      );
      assert.deepEqual(both.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
      const refused = both.find((one) => one.status === 'rejected');
      assert.ok(refused?.status === 'rejected' && refused.reason instanceof Taken);
      assert.equal((await log.read(begun.session))?.entries.length, 3);
      assert.deepEqual((await verify(database, key)).faults, []);
      await close();
    });

    test('a clock that is set back turns neither the order nor the numbers', async () => {
      const { database, log, close } = await open();
      const begun = await begin(log);
      const after = await log.append(begun.session, begun, [answer('Ja')], new Date('2026-11-20T12:00:00Z'));
      assert.deepEqual(
        after.entries.map((entry) => entry.time),
        after.entries.map((entry) => entry.time).toSorted(),
      );
      assert.deepEqual((await verify(database, key)).faults, []);
      await close();
    });

    test('two programs on one database chain one ledger', async () => {
      const { database, log, url, close } = await open();
      const other = await openDatabase(url);
      const logs = [log, openLog(other, key)];
      await Promise.all(Array.from({ length: 40 }, (_, i) => begin(logs[i % 2]!)));
      const verdict = await verify(database, key);
      assert.deepEqual([verdict.faults, verdict.records], [[], 40]);
      assert.equal(verdict.head, await log.head());
      await other.close();
      await close();
    });

    test('the list narrows down by each filter, latest first, and finds parts of words in any case', async () => {
      const { database, log, close } = await open();
      const first = await begin(log, new Date('2026-11-01T22:59:00Z'), 'Ett ärende om BYGGLOV');
      const decided = await log.append(first.session, first, [outcome], new Date('2026-11-01T23:10:00Z'));
      await begin(log, new Date('2026-11-01T23:01:00Z'), '100 % säkert_ord');
      const numbers = async (filter: Parameters<typeof list>[1]) =>
        (await Array.fromAsync(list(database, filter))).map((row) => row.id % 10_000_000);
      assert.deepEqual(await numbers({}), [2, 1]);
      assert.deepEqual(await numbers({ limit: 1 }), [2]);
      assert.deepEqual(await numbers({ outcome: 'release' }), [1]);
      assert.deepEqual(await numbers({ status: 'open' }), [2]);
      assert.deepEqual(await numbers({ flow: 'another' }), []);
      assert.deepEqual(await numbers({ to: '2026-11-01' }), [1]);
      assert.deepEqual(await numbers({ from: '2026-11-02', to: '2026-11-02' }), [2]);
      assert.deepEqual(await numbers({ search: 'Ärende OM bygg' }), [1]);
      assert.deepEqual(await numbers({ search: '0 % s' }), [2]);
      assert.deepEqual(await numbers({ search: 't_ord' }), [2]);
      assert.deepEqual(await numbers({ search: 'e%d' }), []);
      assert.deepEqual(await numbers({ search: '"*' + 'x' }), []);
      const asked: Content = { kind: 'ask', node: 'what', question: 'Hur svårt är det?', words: 'Om SMS' };
      await log.append(first.session, decided, [asked], noon);
      for (const words of [outcome.title, outcome.text, 'hur svårt', 'om sms'])
        assert.deepEqual(await numbers({ search: words }), [1], words);
      await close();
    });

    test('a record is found by its day although the clock was set back before it, and across the turn of the year', async () => {
      const { database, log, close } = await open();
      for (const time of [
        '2026-11-20T12:00:00Z',
        '2026-11-01T12:00:00Z',
        '2026-11-11T12:00:00Z',
        '2026-12-31T23:30:00Z',
      ])
        await begin(log, new Date(time));
      const numbers = async (filter: Parameters<typeof list>[1]) =>
        (await Array.fromAsync(list(database, filter))).map((row) => numberOf(row.id));
      assert.deepEqual(await numbers({ to: '2026-11-10' }), ['VGL-2026-00002']);
      assert.deepEqual(await numbers({ from: '2026-11-12', to: '2026-12-31' }), ['VGL-2026-00001']);
      assert.deepEqual(await numbers({ from: '2026-12-01' }), ['VGL-2027-00001']);
      assert.deepEqual(await numbers({ from: '2027-01-01', to: '2027-01-01' }), ['VGL-2027-00001']);
      assert.deepEqual(await numbers({ from: '2027-01-02' }), []);
      assert.deepEqual(await numbers({ to: '2026-10-31' }), []);
      assert.equal((await numbers({ from: '2020-01-01', to: '2030-01-01', search: 'något' })).length, 4);
      await close();
    });

    test('a list longer than a page comes whole', async () => {
      const { database, log, close } = await open();
      await Promise.all(Array.from({ length: 1203 }, () => begin(log)));
      assert.equal((await Array.fromAsync(list(database))).length, 1203);
      assert.equal((await Array.fromAsync(list(database, { limit: 1100 }))).length, 1100);
      await close();
    });

    test('the list can be made anew from the log', async () => {
      const { database, log, close } = await open();
      const records: GuidanceRecord[] = [];
      for (let i = 0; i < 5; i += 1) records.push(await begin(log));
      await log.append(records[0]!.session, records[0], [answer('Ja'), outcome], noon);
      const before = await Array.fromAsync(list(database));
      await database.query.updateTable('record').set({ outcome: 'keep' }).where('id', '=', records[1]!.id).execute();
      await database.query.deleteFrom('record').where('id', '=', records[2]!.id).execute();
      assert.equal((await verify(database, key)).faults.length, 2);
      assert.equal(await rebuild(database), 5);
      assert.deepEqual(await Array.fromAsync(list(database)), before);
      assert.deepEqual((await Array.fromAsync(list(database, { search: 'som vi har' }))).length, 5);
      assert.deepEqual((await verify(database, key)).faults, []);
      await close();
    });

    test('what may be forgotten is kept by name, apart from other names, until its time is over', async () => {
      const { database, close } = await open();
      const [one, other] = [
        openStorage<string>(database, 'one', 60_000),
        openStorage<string>(database, 'other', 60_000),
      ];
      await one.set('anna', 'här');
      await other.set('anna', 'där');
      assert.equal(await one.get('anna'), 'här');
      await one.set('anna', 'nu här');
      await one.set('kort', 'snart borta', 1);
      await new Promise((resolve) => setTimeout(resolve, 5));
      assert.equal(await one.get('kort'), undefined);
      // It is written a moment later, together with what else comes in.
      await settleStorage(database);
      await sweepStorage(database, new Date());
      assert.deepEqual([await one.get('anna'), await other.get('anna')], ['nu här', 'där']);
      assert.deepEqual(
        (await database.query.selectFrom('keyv').select('key').orderBy('key').execute()).map((row) => row.key),
        ['one:anna', 'other:anna'],
      );
      await one.clear();
      assert.deepEqual([await one.get('anna'), await other.get('anna')], [undefined, 'där']);
      assert.equal(await other.delete('anna'), true);
      assert.equal(await other.has('anna'), false);
      await close();
    });
  });
