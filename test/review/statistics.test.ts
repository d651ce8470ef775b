import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import express from 'express';
import fc from 'fast-check';
import { pino } from 'pino';
import { readCases, untouched } from '../../src/guidance/cases.ts';
import { openConsole } from '../../src/review/console.ts';
import { countApart } from '../../src/review/count-thread.ts';
import type { Member } from '../../src/review/members.ts';
import { type Arc, isSmall, protect, protectTable, type Shown } from '../../src/review/protect.ts';
import { count } from '../../src/review/report.ts';
import { openStatistics } from '../../src/review/statistics.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

const both = await databases();

/** The numbers that fit what is shown, as far as somebody who knows how it is shown can tell; none far from the true one. */
function fits(shown: Shown, count: number): number[] {
  switch (shown.kind) {
    case 'exact':
      return [shown.count];
    case 'few':
      return [1, 2, 3, 4];
    case 'range':
      return Array.from({ length: 5 }, (_, i) => shown.from + i);
    case 'from':
      return Array.from({ length: 9 }, (_, i) => count - 4 + i).filter((n) => n >= 5);
  }
}

const cell = fc
  .oneof(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 40 }))
  .map((count) => ({ count, people: count }));

test('a table: no small group is shown, nothing untrue is, and each small group could be of another size', () => {
  fc.assert(
    fc.property(fc.array(cell, { minLength: 1, maxLength: 5 }), (rows) => {
      const total = rows.reduce((sum, { count }) => sum + count, 0);
      const shown = protectTable(rows, { count: total, people: total });
      if (!shown) return;
      const choices = shown.map((one, i) => fits(one, rows[i]!.count));
      const possible = rows.map(() => new Set<number>());
      const go = (i: number, left: number, chosen: number[]): void => {
        if (i === rows.length) {
          if (left === 0) for (const [j, n] of chosen.entries()) possible[j]!.add(n);
          return;
        }
        for (const n of choices[i]!) if (n <= left) go(i + 1, left - n, [...chosen, n]);
      };
      go(0, total, []);
      for (const [i, row] of rows.entries()) {
        assert.ok(possible[i]!.has(row.count));
        assert.equal(shown[i]!.kind === 'few', isSmall(row));
        if (isSmall(row)) assert.ok(possible[i]!.size > 1, JSON.stringify({ rows, shown }));
      }
    }),
    { numRuns: 2000, seed: 6 },
  );
});

/** Sessions that walk through a small flow: from a to b or c, from b to c or d, from c to d; any of them may stop. */
const walks = fc.array(fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 3, maxLength: 3 }), {
  minLength: 5,
  maxLength: 60,
});

test('a flow: all that comes to a node also leaves it, and still no small group can be worked out', () => {
  let said = 0;
  fc.assert(
    fc.property(walks, (all) => {
      const names = ['all a', 'a b', 'a c', 'a all', 'b c', 'b d', 'b all', 'c d', 'c all', 'd all'];
      const counts = new Map(names.map((name) => [name, 0]));
      const note = (name: string) => counts.set(name, counts.get(name)! + 1);
      for (const walk of all) {
        let at = 'a';
        note('all a');
        for (const turn of walk) {
          if (at === 'all') break;
          const to = (
            { a: ['b', 'c', 'all'], b: ['c', 'd', 'all'], c: ['d', 'd', 'all'], d: ['all', 'all', 'all'] } as const
          )[at as 'a']![turn]!;
          note(`${at} ${to}`);
          at = to;
        }
        if (at === 'd') note('d all');
        else if (at !== 'all') note(`${at} all`);
      }
      const arcs = names.map((name): Arc => {
        const [from, to] = name.split(' ') as [string, string];
        const count = counts.get(name)!;
        return { from, to, count, people: count, ...(name === 'all a' && { known: true }) };
      });
      const shown = protect(arcs);
      if (!shown) return;
      said += 1;
      // Another way to the same end than the program's: whether some other numbers fit, tried one by one.
      const choices = shown.map((one, i) => fits(one, arcs[i]!.count));
      const open = arcs.flatMap((arc, i) => (isSmall(arc) ? [i] : []));
      for (const i of open) assert.ok(others(arcs, choices, i), JSON.stringify({ arcs, shown }));
    }),
    { numRuns: 400, seed: 7 },
  );
  assert.ok(said > 100, `only ${said} flows could be shown`);
});

/** Whether some numbers that fit give this arc another one than its own, with as much leaving each place as comes. */
function others(arcs: readonly Arc[], choices: readonly number[][], which: number): boolean {
  const balance = new Map<string, number>();
  const last = new Map<string, number>();
  for (const [i, { from, to }] of arcs.entries()) for (const place of [from, to]) last.set(place, i);
  const go = (i: number): boolean => {
    if (i === arcs.length) return true;
    const { from, to, count } = arcs[i]!;
    for (const n of choices[i]!) {
      if (i === which && n === count) continue;
      balance.set(from, (balance.get(from) ?? 0) - n);
      balance.set(to, (balance.get(to) ?? 0) + n);
      const settled = [from, to].every((place) => last.get(place) !== i || balance.get(place) === 0);
      const found = settled && go(i + 1);
      balance.set(from, balance.get(from)! + n);
      balance.set(to, balance.get(to)! - n);
      if (found) return true;
    }
    return false;
  };
  return go(0);
}

const member: Member = {
  id: 'm',
  name: 'Chefen',
  granted: [{ role: 'reviewer', units: undefined }],
  own: [],
  local: true,
};

for (const { name, fresh } of both)
  describe(`statistics on ${name}`, () => {
    async function house(t: TestContext) {
      const opened = await openHouse(await fresh());
      const signIn = { router: express.Router(), signed: async () => ({ member, token: 't' }) };
      const console = openConsole(opened.guidance, signIn as never, pino({ level: 'silent' }));
      const app = express().use('/review/statistics', openStatistics(console));
      const server = app.listen(0);
      t.after(() => server.close());
      await new Promise((resolve) => server.once('listening', resolve));
      const { port } = server.address() as { port: number };
      const get = async (path = '') => (await fetch(`http://127.0.0.1:${port}/review/statistics${path}`)).text();
      return { ...opened, get };
    }

    test('every picture has a table with a caption; the small are not told', async (t) => {
      const { guidance, visitor, get } = await house(t);
      for (let i = 0; i < 12; i += 1) {
        const colleague = visitor(`colleague ${i}`);
        await colleague.start();
        await colleague.answers(i < 9 ? 'unsure' : (firstOption(guidance) ?? ''));
      }
      const asking = { from: '2026-11', to: '2026-11', units: undefined, flow: undefined };
      const { figures } = await count(guidance, asking);
      assert.equal(figures?.all, 12);
      assert.deepEqual(figures?.flows, [{ name: 'is-it-public', shown: { kind: 'exact', count: 12 } }]);
      assert.ok(figures?.heat, 'the flow is shown');
      const html = await get('?from=2026-11&to=2026-11&language=en');
      const pictures = [...html.matchAll(/<svg class="(bars|diagram)" aria-hidden="true" focusable/g)];
      const tables = [...html.matchAll(/<table class="figures"><caption>[^<]+<\/caption>/g)];
      assert.ok(pictures.length >= 8 && tables.length >= pictures.length, `${pictures.length} ${tables.length}`);
      // A figure of nobody is told in a word instead of in a picture.
      const told = [...html.matchAll(/<p>Nobody\.<\/p>/g)];
      assert.equal(tables.length, pictures.length + told.length);
      const left = untouched(guidance.flows.get('is-it-public')!, readCases('flows', 'is-it-public')).length;
      assert.ok(left > 0);
      assert.match(html, new RegExp(`no test case goes that way. That is so for ${left} of `));
      assert.equal([...html.matchAll(/<td>None<\/td><\/tr>/g)].length, left);
      assert.doesNotMatch(html, / style="|<script(?! src="\/assets\/page\.js" defer><)/);
      assert.match(html, /fewer than 5/);
      assert.match(await get('?from=2026-11&to=2026-11&language=sv'), /färre än 5/);
    });

    test('of four people nothing is said, however much they asked; of units that are not theirs neither', async (t) => {
      const { guidance, visitor, get } = await house(t);
      for (let i = 0; i < 20; i += 1) {
        const colleague = visitor(`colleague ${i % 4}`);
        await colleague.start();
        await colleague.answers('unsure');
      }
      const asking = { from: '2026-11', to: '2026-11', units: undefined, flow: undefined };
      assert.deepEqual(await count(guidance, asking), { figures: undefined });
      assert.deepEqual(await count(guidance, { ...asking, units: [] }), { figures: undefined });
      const html = await get('?language=sv');
      assert.match(html, /Färre än 5 personer/);
      assert.doesNotMatch(html, /\b20\b/);
    });

    test('it is counted beside the program, on a connection of its own, and what is begun meanwhile counts later', async () => {
      const { guidance, visitor } = await openHouse(await fresh());
      const begin = async (i: number) => {
        const colleague = visitor(`colleague ${i % 30}`);
        await colleague.start();
        await colleague.answers('unsure');
      };
      for (let i = 0; i < 120; i += 1) await begin(i);
      const told: number[] = [];
      const asking = { from: '2026-10', to: '2026-11', units: undefined, flow: 'is-it-public' };
      const counting = countApart(guidance, asking, (rows) => told.push(rows));
      // As soon as the database has been looked at, more is added: what is counted is how it was at that moment.
      while (told.length === 0) await new Promise((resolve) => setImmediate(resolve));
      await begin(1);
      const report = await counting;
      assert.equal(report.figures?.all, 120);
      assert.ok(report.figures?.heat, 'and so does what is counted after it');
      assert.deepEqual(told, [120, 120]);
      assert.equal((await countApart(guidance, asking, () => {})).figures?.all, 121);
    });
  });

/** The first answer of the flow that is no "I don't know". */
function firstOption({ flows }: Awaited<ReturnType<typeof openHouse>>['guidance']): string | undefined {
  const flow = flows.get('is-it-public')!;
  const start = flow.nodes[flow.start]!;
  return 'question' in start ? start.options.find(({ id }) => id !== 'unsure')?.id : undefined;
}
