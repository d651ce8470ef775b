import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Telling } from '../../src/record/outbox.ts';
import { tellSummary } from '../../src/review/summary.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';

const slack = { platform: 'slack', channel: 'C0REVIEW' } as const;
const teams = { platform: 'teams', channel: '19:review@thread.tacv2' } as const;
const address = 'https://example.org/review';

for (const { name, fresh } of await databases())
  describe(`the summary of a week, on ${name}`, { concurrency: 1 }, async () => {
    const house = await openHouse(await fresh());
    const { guidance, clock } = house;
    const at = (time: string) => {
      clock.now = new Date(time);
    };
    const said = async () => {
      const rows = await guidance.database.query.selectFrom('outbox').selectAll().orderBy('created_at').execute();
      return rows.filter(({ kind }) => kind === 'summary');
    };
    const latest = async () => JSON.parse((await said()).at(-1)!.body) as Telling;

    test('it comes once to each room, on Monday from eight by Swedish clocks, whoever writes it', async () => {
      at('2026-11-23T06:59:00Z');
      assert.equal(await tellSummary(guidance, [slack], address), 0);
      at('2026-11-23T07:00:00Z');
      assert.equal(await tellSummary(guidance, [], address), 0);
      const many = await Promise.all(Array.from({ length: 5 }, () => tellSummary(guidance, [slack], address)));
      assert.equal(
        many.reduce((sum, one) => sum + one),
        1,
      );
      at('2026-11-29T22:00:00Z');
      assert.equal(await tellSummary(guidance, [slack], address), 0);
      assert.equal(await tellSummary(guidance, [slack, teams], address), 1);
      const rows = await said();
      assert.deepEqual(
        rows.map(({ platform, recipient, session }) => [platform, recipient, session]),
        [
          ['slack', 'channel:C0REVIEW', null],
          ['teams', 'channel:19:review@thread.tacv2', null],
        ],
      );
      assert.deepEqual((await latest()).sv, [
        'Vecka 47 (16–22 november 2026): antal vägledningar 0. Veckan före: 0.',
        'Mer i statistiken: https://example.org/review/statistics',
      ]);
    });

    test('of fewer than five people nothing more is said', async () => {
      at('2026-12-01T09:00:00Z');
      for (const who of ['Ann', 'Bo', 'Cy', 'Dag', 'Dag']) await ask(house, who, 'unsure');
      at('2026-12-07T07:00:00Z');
      assert.equal(await tellSummary(guidance, [slack], undefined), 1);
      const [opening, ...more] = (await latest()).sv;
      assert.match(
        opening!,
        /^Vecka 49 \(30 november.{1,3}6 december 2026\): antal vägledningar från färre än 5 personer\./,
      );
      assert.deepEqual(more, ['Färre än 5 personer frågade. Då visas inget mer.']);
      assert.doesNotMatch((await latest()).en.join(), /5 sessions|sessions 5/);
    });

    test('outcomes, units, doubts and help are counted, rounded to five, and no small group is told', async () => {
      at('2026-12-08T09:00:00Z');
      for (let i = 0; i < 12; i += 1) await ask(house, `Ann ${i}`, 'unsure', i < 8 ? 'Socialtjänst' : undefined);
      for (let i = 0; i < 7; i += 1) await ask(house, `Bo ${i}`, 'incoming', 'Kommunledning');
      await ask(house, 'Ensam', 'unsure', 'Kultur och fritid');
      at('2026-12-13T22:30:00Z');
      await ask(house, 'Sen', 'unsure');
      at('2026-12-13T23:30:00Z');
      await ask(house, 'Nästa vecka', 'unsure');
      at('2026-12-14T07:00:00Z');
      await tellSummary(guidance, [slack], address);
      const { sv, en } = await latest();
      assert.match(sv[0]!, /^Vecka 50 .*: antal vägledningar 20\. Veckan före: från färre än 5 personer\.$/);
      assert.match(en[0]!, /^Week 50 \(7.{1,3}13 December 2026\): guidance sessions 20\./);
      const [outcomes, units, doubts, helped] = sv.slice(2) as [string, string, string, string];
      assert.match(outcomes, /^Så slutade de\nFråga registratorn +█{12} {2}15\npågår +█+ +5$/);
      assert.match(units, /\nKultur och fritid +färre än 5/);
      assert.match(units, /\nSocialtjänst +█+ +10/);
      assert.match(doubts, /^Svaret ”Vet inte”\nminst en gång +█+ +15\naldrig +█+ +5$/);
      assert.match(helped, /\ninget svar +█{12} {2}20$/);
      const lines = sv.slice(2, 6).flatMap((table) => table.split('\n'));
      assert.ok(Math.max(...lines.map(({ length }) => length)) <= 70);
    });
  });

/** Somebody new asks, and says where they work and whether it helped. */
async function ask(house: House, who: string, answer: string, unit?: string): Promise<void> {
  const colleague = house.visitor(`${who} ${house.clock.now.toISOString()}`);
  await colleague.start();
  await colleague.answers(answer);
  if (unit !== undefined) await colleague.press({ verb: 'unit', unit });
}
