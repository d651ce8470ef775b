import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { converse } from '../../src/guidance/conversation.ts';
import type { Guidance } from '../../src/guidance/guidance.ts';
import { newAnnouncement, newTelling, type Subject } from '../../src/record/outbox.ts';
import { mute, recognise } from '../../src/record/person.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice } from './office.ts';

const script = '<script>alert(1)</script>';

/** Somebody in Slack who has asked something. */
async function asker(guidance: Guidance, name: string) {
  const person = recognise(guidance.keys.person, 'slack', 'T1', name);
  const visitor = { person, language: 'sv' as const };
  const { view } = await converse(guidance, visitor, undefined, {
    verb: 'start',
    flow: 'is-it-public',
    given: ['incoming', 'none', 'none'],
  });
  const session = 'session' in view ? view.session : '';
  return { person, session, number: 'number' in view ? String(view.number) : '' };
}

for (const { name, fresh } of await databases())
  describe(`what is sent out, on ${name}`, { concurrency: 1 }, async () => {
    const { guidance, clock } = await openHouse(await fresh());
    const { query, transact } = guidance.database;
    const office = await openOffice(guidance);
    const rut = office.seat(memberOf('Rut', ['registrar']));
    const admin = office.seat(memberOf('Adam', ['administrator']));
    const auditor = office.seat(memberOf('Revisor', ['auditor']));
    const kim = await asker(guidance, 'Kim');
    const left = await asker(guidance, 'Lo');
    await transact((tx) =>
      tx.updateTable('person').set({ unreachable: 'account_inactive' }).where('hash', '=', left.person.hash).execute(),
    );

    async function put(
      state: string,
      { to = kim, because = null as string | null, kind = 'corrected' as Subject } = {},
    ) {
      clock.now = new Date(clock.now.getTime() + 60_000);
      const words = { sv: [`Rättat ${script}`], en: ['Corrected'] };
      const row = newTelling(to.person, { session: to.session, kind, words, now: clock.now });
      const due = state === 'waiting' ? row.due_at : null;
      await transact((tx) =>
        tx
          .insertInto('outbox')
          .values({ ...row, state, because, due_at: due })
          .execute(),
      );
      return row.id;
    }
    const failed = await put('failed', { because: 'ratelimited' });
    const uncertain = await put('uncertain', { because: 'the program ended while it was being told' });
    const gone = await put('gone', { to: left, because: 'account_inactive' });
    const muted = await put('muted', { because: 'the person has turned reminders off', kind: 'clarification' });
    const room = newAnnouncement('C42', 'teams', {
      ...{ session: null, kind: 'raised', words: { sv: ['Ingen har tagit den'], en: ['Nobody'] } },
      now: new Date(clock.now.getTime() + 60_000),
    });
    await transact((tx) => tx.insertInto('outbox').values(room).execute());
    const stateOf = (id: string) =>
      query
        .selectFrom('outbox')
        .select(['state', 'attempts', 'because'])
        .where('id', '=', id)
        .executeTakeFirstOrThrow();
    const idsOn = (html: string) =>
      [...html.matchAll(/href="\/review\/outbox\/([\da-f-]+)"/g)].map((found) => found[1]!);

    test('the latest stands first, by state, with why; and it is said who can’t be reached', async () => {
      const { html } = await rut.get('/review/outbox');
      assert.deepEqual(idsOn(html), [room.id, muted, gone, uncertain, failed]);
      assert.match(html, /rummet C42 i Teams/);
      assert.match(html, /någon i Slack \(går inte att nå\)/);
      assert.match(html, /Kontot är avslutat\./);
      assert.match(html, /Plattformen svarade <code>ratelimited<\/code>/);
      assert.match(html, /Personen har stängt av påminnelser\./);
      assert.match(html, /gick inte att skicka \(1\)/);
      assert.deepEqual(idsOn((await rut.get('/review/outbox?state=uncertain')).html), [uncertain]);
      assert.deepEqual(idsOn((await rut.get(`/review/outbox?before=${gone}`)).html), [uncertain, failed]);
      assert.deepEqual(
        idsOn((await rut.get(`/review/outbox?before=x&state=y`)).html).length,
        5,
        'nonsense narrows nothing',
      );
      assert.match((await rut.get('/review/outbox?language=en')).html, /What is sent out, the latest first/);
    });

    test('what it says is read by those who may read the record, which is noted; an administrator sees neither', async () => {
      for (const seat of [rut, auditor]) {
        const { html } = await seat.get(`/review/outbox/${failed}`);
        assert.match(html, /Rättat &lt;script&gt;/);
        assert.match(html, new RegExp(kim.number));
      }
      const noted = await query.selectFrom('access').select(['name', 'what', 'detail']).execute();
      assert.deepEqual(noted.map(({ name, what, detail }) => `${name} ${what} ${detail}`).sort(), [
        `Revisor opened ${kim.number}`,
        `Rut opened ${kim.number}`,
      ]);
      for (const path of ['/review/outbox', `/review/outbox/${failed}`]) {
        const { status, html } = await admin.get(path);
        assert.equal(status, 200);
        assert.doesNotMatch(html, /Rättat|VGL-/);
      }
      assert.equal((await query.selectFrom('access').select('id').execute()).length, 2);
      for (const role of ['reviewer', 'staff'] as const)
        assert.equal((await office.seat(memberOf(role, [role])).get('/review/outbox')).status, 403, role);
      for (const id of ['x', crypto.randomUUID()]) assert.equal((await rut.get(`/review/outbox/${id}`)).status, 404);
    });

    test('what failed is tried again by choice; what may have arrived only with a warning that was read', async () => {
      const again = (seat: typeof rut, id: string, fields: Record<string, string>) =>
        seat.send(`/review/outbox/${id}`, fields);
      assert.doesNotMatch((await auditor.get(`/review/outbox/${failed}`)).html, /<button class="main"/);
      assert.equal((await again(auditor, failed, { state: 'failed' })).status, 403);
      assert.equal((await again(admin, failed, { state: 'failed', token: '' })).status, 403);
      assert.equal((await again(admin, failed, { state: 'uncertain', sure: 'yes' })).status, 409, 'not as it was seen');
      const { location } = await again(admin, failed, { state: 'failed' });
      assert.equal(location, `/review/outbox/${failed}?told=again`);
      assert.deepEqual({ ...(await stateOf(failed)) }, { state: 'waiting', attempts: 0, because: null });
      assert.equal((await again(admin, failed, { state: 'failed' })).status, 409, 'once');

      assert.match((await rut.get(`/review/outbox/${uncertain}`)).html, /kan personen få samma sak två gånger/);
      const unsure = await again(rut, uncertain, { state: 'uncertain' });
      assert.equal(unsure.status, 422);
      assert.match(unsure.html, /Inget är skickat/);
      assert.equal((await stateOf(uncertain)).state, 'uncertain');
      assert.equal((await again(rut, uncertain, { state: 'uncertain', sure: 'yes' })).status, 303);
      assert.equal((await stateOf(uncertain)).state, 'waiting');

      assert.equal((await again(rut, gone, { state: 'gone' })).status, 403, 'in vain');
      assert.equal((await again(rut, muted, { state: 'muted' })).status, 403, 'against their wish');
      await asker(guidance, 'Lo');
      assert.equal((await again(rut, gone, { state: 'gone' })).status, 303, 'they are back');
      const noted = await query.selectFrom('access').select('name').where('what', '=', 'told again').execute();
      assert.deepEqual(noted.map(({ name }) => name).sort(), ['Adam', 'Rut', 'Rut']);
    });

    test('who has turned reminders off is marked', async () => {
      await mute(guidance.database, [kim.person.hash], true);
      assert.match((await rut.get(`/review/outbox/${muted}`)).html, /någon i Slack \(har stängt av påminnelser\)/);
    });
  });
