import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import express from 'express';
import { pino } from 'pino';
import { numberOf } from '../../src/record/number.ts';
import { openConsole } from '../../src/review/console.ts';
import type { Member } from '../../src/review/members.ts';
import { drawSample, openSample, openSamples } from '../../src/review/samples.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

const everywhere: Member = {
  id: 'm',
  name: 'Chefen',
  granted: [{ role: 'reviewer', units: undefined }],
  own: [],
  local: true,
};
const ofSchool: Member = { ...everywhere, granted: [{ role: 'reviewer', units: ['Skola och förskola'] }] };
const november = { from: '2026-11-01', to: '2026-11-30' };
const equal = { flows: {}, outcomes: {}, unsure: 1 };

for (const { name, fresh } of await databases())
  describe(`samples on ${name}`, () => {
    /** Forty concluded records of twenty people, the first ten of them in a school. */
    async function filled() {
      const { guidance, visitor } = await openHouse(await fresh());
      for (let i = 0; i < 40; i += 1) {
        const colleague = visitor(`colleague ${i % 20}`);
        await colleague.start();
        await colleague.answers('unsure');
      }
      const rows = await guidance.database.query.selectFrom('record').selectAll().orderBy('id').execute();
      assert.ok(rows.every(({ status }) => status === 'concluded'));
      for (const { id } of rows.slice(0, 10))
        await guidance.database.query
          .updateTable('record')
          .set({ unit: 'Skola och förskola' })
          .where('id', '=', id)
          .execute();
      const review = async (id: number, result: 'approved' | 'corrected' | 'returned') => {
        const { session } = rows.find((row) => row.id === id)!;
        const record = (await guidance.log.read(session))!;
        const by = { id: 'm', name: 'Chefen', role: 'reviewer' as const };
        const content = { kind: 'review' as const, of: record.entries.length, result, by };
        await guidance.log.append(
          session,
          record,
          [{ ...content, ...(result === 'corrected' && { should: 'release' }) }],
          guidance.now(),
        );
      };
      return { guidance, rows, review };
    }

    test('what was drawn is kept with its probability, and the same seed draws the same again', async () => {
      const { guidance } = await filled();
      const [one, other] = [
        await drawSample(guidance, everywhere, { ...november, size: 12, weights: equal }, 4711),
        await drawSample(guidance, everywhere, { ...november, size: 12, weights: equal }, 4711),
      ];
      const first = (await openSample(guidance.database, everywhere, one!))!;
      const second = (await openSample(guidance.database, everywhere, other!))!;
      assert.deepEqual(first.records, second.records);
      assert.equal(first.records.length, 12);
      assert.equal(first.sample.population, 40);
      for (const { probability } of first.records) assert.ok(Math.abs(probability - 0.3) < 1e-12);
    });

    test('only concluded records of the period, of the member’s units, and none of their own', async () => {
      const { guidance, rows } = await filled();
      const all = { ...november, size: 500, weights: equal };
      const school = (await drawSample(guidance, ofSchool, all, 1))!;
      const found = (await openSample(guidance.database, ofSchool, school))!;
      assert.deepEqual(
        found.records.map(({ id }) => id).sort(),
        rows.slice(0, 10).map(({ id }) => id),
      );
      const own: Member = { ...everywhere, own: [rows[0]!.person] };
      const others = (await openSample(guidance.database, own, (await drawSample(guidance, own, all, 1))!))!;
      assert.equal(others.records.length, 38);
      assert.equal(
        await drawSample(guidance, everywhere, { ...all, from: '2025-01-01', to: '2025-02-01' }, 1),
        undefined,
      );
      const wide = (await drawSample(guidance, everywhere, all, 1))!;
      assert.equal(await openSample(guidance.database, ofSchool, wide), undefined);
      const stranger: Member = { ...everywhere, granted: [] };
      assert.equal(await openSample(guidance.database, stranger, wide), undefined);
    });

    test('the share in error follows the reviews, and is corrected for the weights', async () => {
      const { guidance, review } = await filled();
      const weights = { ...equal, outcomes: { 'ask-registrar': 3 } };
      const id = (await drawSample(guidance, everywhere, { ...november, size: 10, weights }, 5))!;
      const drawn = (await openSample(guidance.database, everywhere, id))!;
      assert.equal(drawn.estimate, undefined);
      assert.equal(drawn.left, 10);
      for (const [i, { id }] of drawn.records.slice(0, 6).entries())
        await review(id, i < 2 ? 'corrected' : i < 5 ? 'approved' : 'returned');
      const found = (await openSample(guidance.database, everywhere, id))!;
      assert.deepEqual([found.reviewed, found.wrong, found.left], [5, 2, 4]);
      assert.ok(Math.abs(found.estimate!.share - 0.4) < 1e-9);
      assert.ok(found.estimate!.from < 0.4 && found.estimate!.to > 0.4);
    });

    test('what has moved to another unit since shows its place alone, and no more is said of it', async () => {
      const { guidance, rows, review } = await filled();
      const id = (await drawSample(guidance, ofSchool, { ...november, size: 10, weights: equal }, 1))!;
      for (const { id } of rows.slice(0, 3)) await review(id, 'corrected');
      await review(rows[3]!.id, 'approved');
      // What is added to a record makes its row anew, so that the units are set once more.
      const moved = rows.slice(0, 2).map(({ id }) => id);
      const put = (unit: string, ids: number[]) =>
        guidance.database.query.updateTable('record').set({ unit }).where('id', 'in', ids).execute();
      await put(
        'Skola och förskola',
        rows.slice(2, 10).map(({ id }) => id),
      );
      await put('Vård och omsorg', moved);
      const found = (await openSample(guidance.database, ofSchool, id))!;
      assert.deepEqual([found.records.length, found.hidden.length], [8, 2]);
      assert.ok(found.records.every(({ id }) => !moved.includes(id)));
      assert.deepEqual([found.reviewed, found.wrong, found.left], [2, 1, 6]);
      const all = (await openSample(guidance.database, everywhere, id))!;
      assert.deepEqual([all.hidden, all.reviewed, all.wrong], [[], 4, 3]);
      const open = async (member: Member) => {
        const signIn = { router: express.Router(), signed: async () => ({ member, token: 'the token' }) };
        const console = openConsole(guidance, signIn as never, pino({ level: 'silent' }));
        const server = express().use('/review/samples', openSamples(console)).listen(0);
        await new Promise((resolve) => server.once('listening', resolve));
        const at = `http://127.0.0.1:${(server.address() as { port: number }).port}/review/samples`;
        return { at, close: () => server.close() };
      };
      const page = async (member: Member, language: string) => {
        const { at, close } = await open(member);
        const html = await (await fetch(`${at}/${id}?language=${language}`)).text();
        close();
        return html;
      };
      const html = await page(ofSchool, 'sv');
      for (const id of moved) assert.doesNotMatch(html, new RegExp(numberOf(id)));
      assert.equal(html.match(/<th role="rowheader" scope="row">inte längre din att läsa<\/th>/g)?.length, 2);
      assert.match(html, /6 är kvar att granska\. 2 är inte längre dina att läsa\./);
      for (const { id } of rows.slice(4, 7)) await review(id, 'returned');
      await guidance.database.query
        .updateTable('record')
        .set({ status: 'open', reviewed: null })
        .where(
          'id',
          'in',
          rows.slice(7, 9).map(({ id }) => id),
        )
        .execute();
      assert.match(
        await page(everywhere, 'sv'),
        /En är kvar att granska\. 3 är återsända med en fråga och räknas när de är avgjorda\. 2 kan inte granskas: öppnade igen eller gallrade\./,
      );
      assert.match(
        await page(everywhere, 'en'),
        /One is left to review\. 3 were sent back with a question, and count once they are decided\. 2 can’t be reviewed: they were/,
      );

      // Who reads all reads the samples too, and draws none.
      for (const role of ['auditor', 'archivist'] as const) {
        const { at, close } = await open({ ...everywhere, granted: [{ role, units: undefined }] });
        for (const path of [at, `${at}/${id}`]) {
          const html = await (await fetch(path)).text();
          assert.match(html, /<a href="\/review\/samples"/);
          assert.match(html, new RegExp(path === at ? id : 'att granska av någon annan'));
          assert.doesNotMatch(/<main.*<\/main>/s.exec(html)![0], /<form|<button|Granska nästa/);
        }
        const body = new URLSearchParams({ ...november, size: '3', token: 'the token' });
        assert.equal((await fetch(at, { method: 'POST', body })).status, 403);
        close();
      }
    });

    test('a manager draws by a form, goes through the sample one by one, and reads the share in words', async () => {
      const { guidance, review } = await filled();
      const signIn = { router: express.Router(), signed: async () => ({ member: everywhere, token: 'the token' }) };
      const console = openConsole(guidance, signIn as never, pino({ level: 'silent' }));
      const server = express().use('/review/samples', openSamples(console)).listen(0);
      await new Promise((resolve) => server.once('listening', resolve));
      const address = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
      const send = (fields: Record<string, string>) =>
        fetch(`${address}/review/samples`, { method: 'POST', redirect: 'manual', body: new URLSearchParams(fields) });
      const form = { ...november, size: '8', unsure: '3', 'flow.is-it-public': '2', 'outcome.release': '1' };
      assert.equal((await send(form)).status, 403);
      assert.equal((await send({ ...form, token: 'the token', size: '0' })).status, 400);
      assert.equal((await send({ ...form, token: 'the token', unsure: '-1' })).status, 400);
      const drawn = await send({ ...form, token: 'the token' });
      assert.equal(drawn.status, 303);
      const at = drawn.headers.get('location')!;
      const id = at.split('/').at(-1)!;
      const get = async (path: string) => (await fetch(address + path)).text();
      assert.match(await get(`${at}?language=sv`), /Ingen är granskad ännu/);
      const { records } = (await openSample(guidance.database, everywhere, id))!;
      const next = (after: string) => fetch(`${address}${at}/next${after}`, { redirect: 'manual' });
      assert.equal((await next('')).headers.get('location'), `/review/${numberOf(records[0]!.id)}?sample=${id}`);
      const second = `/review/${numberOf(records[1]!.id)}?sample=${id}`;
      assert.equal((await next(`?after=${numberOf(records[0]!.id)}`)).headers.get('location'), second);
      for (const [i, { id }] of records.entries()) await review(id, i === 0 ? 'corrected' : 'approved');
      assert.equal((await next('')).headers.get('location'), at);
      const [swedish, english] = [await get(`${at}?language=sv`), await get(`${at}?language=en`)];
      assert.match(swedish, /Av 8 granskade rättades 1\. .*12,5.%.*Med 95 procents säkerhet/s);
      assert.match(english, /Of 8 reviewed, 1 was corrected\..*12\.5.?%.*None is left to review/s);
      assert.match(english, /<table role="table" class="records"><caption>/);
      assert.doesNotMatch(swedish + english, / style="|<script|colleague/);
      assert.equal((await fetch(`${address}/review/samples/unknown`)).status, 404);
      assert.match(await get('/review/samples?language=sv'), new RegExp(`href="${at}"`));
      server.close();
    });
  });
