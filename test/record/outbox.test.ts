import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { pino } from 'pino';
import { openCourier, type Teller } from '../../src/chat/courier.ts';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/database.ts';
import { newAnnouncement, newTelling, type Subject, settle, type Told, takeDue } from '../../src/record/outbox.ts';
import { isMuted, mute, remember, welcomeBack } from '../../src/record/person.ts';
import { databases } from '../support/databases.ts';

const anna = { hash: 'a'.repeat(64), platform: 'slack', tenant: 'T1', userId: 'U1' };
const words = { sv: ['Hej', 'Det är rättat.'], en: ['Hello', 'It has been corrected.'] };
const begun = new Date('2026-11-22T09:00:00.000Z');
const after = (minutes: number) => new Date(begun.getTime() + minutes * 60_000);

async function write(database: Database, to = anna, kind: Subject = 'corrected'): Promise<string> {
  const row = newTelling(to, { session: null, kind, words, now: begun });
  await database.transact((tx) => tx.insertInto('outbox').values(row).execute());
  return row.id;
}

const stateOf = (database: Database, id: string) =>
  database.query.selectFrom('outbox').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Says of each telling what it is told to say, and keeps what it was asked to tell. */
function tellerOf(...answers: Told[]): Teller & { heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    async tell({ user_id }, lines) {
      heard.push(`${user_id}: ${lines.join(' ')}`);
      return answers.shift() ?? { kind: 'sent' };
    },
  };
}

for (const { name, fresh } of await databases())
  describe(`what is to be told, on ${name}`, () => {
    test('it is told once, in the language that the person reads', async () => {
      const database = await openDatabase(await fresh());
      await remember(database, anna, 'en');
      const id = await write(database);
      const slack = tellerOf();
      const courier = openCourier(database, { slack }, () => after(1), pino({ level: 'silent' }));
      await Promise.all([courier.go(), courier.go()]);
      await courier.go();
      assert.deepEqual(slack.heard, ['U1: Hello It has been corrected.']);
      const { state, sent_at, attempts } = await stateOf(database, id);
      assert.deepEqual({ state, sent_at, attempts }, { state: 'sent', sent_at: after(1).toISOString(), attempts: 1 });
      await courier.close();
      await database.close();
    });

    test('two instances never tell the same', async () => {
      const url = await fresh();
      const [one, other] = [await openDatabase(url), await openDatabase(url)];
      await remember(one, anna, 'sv');
      for (let i = 0; i < 30; i += 1) await write(one);
      const slack = tellerOf();
      const couriers = [one, other].map((database) =>
        openCourier(database, { slack }, () => after(1), pino({ level: 'silent' })),
      );
      await Promise.all(couriers.map((courier) => courier.go()));
      assert.equal(slack.heard.length, 30);
      for (const courier of couriers) await courier.close();
      await one.close();
      await other.close();
    });

    test('what can’t be told yet is tried again later and later, and then shown as failed', async () => {
      const database = await openDatabase(await fresh());
      await remember(database, anna, 'sv');
      const id = await write(database);
      const waits: number[] = [];
      let now = after(0);
      for (let attempt = 1; attempt <= 7; attempt += 1) {
        const due = await takeDue(database, now);
        assert.ok(due, `attempt ${attempt}`);
        assert.equal(await takeDue(database, now), undefined, 'it is taken');
        await settle(database, due.row, { kind: 'later', because: '503' }, now);
        const { state, due_at } = await stateOf(database, id);
        if (state === 'failed') break;
        waits.push((Date.parse(due_at!) - now.getTime()) / 60_000);
        assert.equal(await takeDue(database, new Date(Date.parse(due_at!) - 1)), undefined, 'not before its time');
        now = new Date(due_at!);
      }
      assert.deepEqual(waits, [1, 5, 30, 120, 720, 1440]);
      const { state, because, due_at } = await stateOf(database, id);
      assert.deepEqual({ state, because, due_at }, { state: 'failed', because: '503', due_at: null });
      await database.close();
    });

    test('whoever has left is marked and not tried again until they press something; whoever was erased neither; a door that is shut waits', async () => {
      const database = await openDatabase(await fresh());
      const teams = { ...anna, hash: 'b'.repeat(64), platform: 'teams' };
      await remember(database, anna, 'sv');
      await remember(database, teams, 'sv');
      const left = await write(database);
      const shut = await write(database, teams);
      const erased = await write(database, { ...anna, hash: 'c'.repeat(64) });
      const slack = tellerOf({ kind: 'gone', because: 'account_inactive' });
      const courier = openCourier(database, { slack }, () => after(1), pino({ level: 'silent' }));
      await courier.go();
      assert.deepEqual(await Promise.all([left, shut, erased].map(async (id) => (await stateOf(database, id)).state)), [
        'gone',
        'waiting',
        'gone',
      ]);
      const next = await write(database);
      await courier.go();
      const { state, because } = await stateOf(database, next);
      assert.deepEqual({ state, because }, { state: 'gone', because: 'account_inactive' });
      assert.equal(slack.heard.length, 1, 'told in vain once');

      await welcomeBack(database, anna);
      const heard = await write(database);
      await courier.go();
      assert.equal((await stateOf(database, heard)).state, 'sent');
      await courier.close();
      await database.close();
    });

    test('who has turned reminders off is told what is theirs, and nothing else; a room is told by its name', async () => {
      const database = await openDatabase(await fresh());
      const other = { ...anna, hash: 'd'.repeat(64), userId: 'U2' };
      await remember(database, anna, 'sv');
      await remember(database, other, 'sv');
      assert.equal(await isMuted(database, [anna.hash]), false);
      await mute(database, [anna.hash], true);
      await remember(database, anna, 'sv');
      assert.equal(await isMuted(database, [anna.hash]), true, 'also after the next guidance');
      assert.equal(await isMuted(database, ['e'.repeat(64)]), undefined, 'nobody is told anything there');
      const kinds: Subject[] = ['corrected', 'returned', 'reply', 'clarification', 'asked', 'raised', 'summary'];
      const ids: string[] = [];
      for (const kind of kinds) ids.push(await write(database, anna, kind));
      const others = await write(database, other, 'summary');
      const rooms = ['slack', 'teams'] as const;
      const said = rooms.map((platform) =>
        newAnnouncement('C123', platform, { session: null, kind: 'raised', words, now: begun }),
      );
      await database.transact((tx) => tx.insertInto('outbox').values(said).execute());

      const rung: string[] = [];
      const slack: Teller = {
        ...tellerOf(),
        async announce(channel, lines) {
          rung.push(`${channel}: ${lines.join(' ')}`);
          return { kind: 'sent' };
        },
      };
      const courier = openCourier(database, { slack, teams: tellerOf() }, () => after(1), pino({ level: 'silent' }));
      await courier.go();
      const states = await Promise.all(ids.map(async (id) => (await stateOf(database, id)).state));
      assert.deepEqual(states, ['sent', 'sent', 'sent', 'muted', 'muted', 'muted', 'muted']);
      assert.equal((await stateOf(database, others)).state, 'sent');
      assert.deepEqual(rung, ['C123: Hej Det är rättat.']);
      const [told, waits] = await Promise.all(said.map(({ id }) => stateOf(database, id)));
      assert.deepEqual([told?.state, waits?.state], ['sent', 'waiting'], 'where nobody writes in rooms, it waits');
      await courier.close();
      await database.close();
    });

    test('what was being told when the program was killed is not told twice, and is shown as uncertain', async () => {
      const database = await openDatabase(await fresh());
      await remember(database, anna, 'sv');
      const id = await write(database);
      assert.equal((await takeDue(database, after(0)))?.row.id, id);
      assert.equal(await takeDue(database, after(5)), undefined, 'somebody may still be at it');
      const [next, last] = [await write(database), await write(database)];
      const taken = (await takeDue(database, after(20)))?.row.id;
      assert.equal((await stateOf(database, id)).state, 'uncertain');
      const left = taken === next ? last : next;
      assert.equal((await stateOf(database, left)).state, 'waiting', 'no more than one is at stake at a time');
      await database.close();
    });
  });
