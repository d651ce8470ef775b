import assert from 'node:assert/strict';
import { describe, type TestContext, test } from 'node:test';
import express from 'express';
import fc from 'fast-check';
import { pino } from 'pino';
import { readCases, untouched } from '../../src/guidance/cases.ts';
import { openConsole } from '../../src/review/console.ts';
import { countApart } from '../../src/review/count-thread.ts';
import type { Member } from '../../src/review/members.ts';
import { protect } from '../../src/review/protect.ts';
import { count } from '../../src/review/report.ts';
import { openStatistics } from '../../src/review/statistics.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';

const both = await databases();

test('a figure is nothing at all, hidden, or a multiple of five that is no more than two from the true one', () => {
  const cell = fc
    .tuple(fc.nat(40), fc.nat(40))
    .map(([some, more]) => ({ people: some, count: some === 0 ? 0 : some + more }));
  fc.assert(
    fc.property(cell, (cell) => {
      const shown = protect(cell);
      assert.equal(shown.kind === 'few', cell.people > 0 && cell.people < 5);
      if (shown.kind === 'few') return;
      assert.equal(shown.count % 5, 0);
      assert.ok(Math.abs(shown.count - cell.count) <= 2);
      assert.equal(shown.count === 0, cell.count === 0);
    }),
    { numRuns: 1000, seed: 6 },
  );
});

/** Some colleagues who each ask once in that month, and answer alike. */
interface Group {
  month: string;
  people: number;
  answers: string[];
  back?: boolean;
  helped?: boolean;
  unit?: string;
}

/** Each of a group by itself, so that no two of them are the same person. */
async function ask({ visitor, clock }: House, groups: readonly Group[]): Promise<void> {
  for (const [g, { month, people, answers, back, helped, unit }] of groups.entries())
    for (let i = 0; i < people; i += 1) {
      clock.now = new Date(`${month}-10T09:00:00Z`);
      const colleague = visitor(`colleague ${g} ${i}`);
      await colleague.start();
      if (unit !== undefined) await colleague.press({ verb: 'unit', unit });
      if (back) {
        await colleague.answer('incoming');
        await colleague.press({ verb: 'back' });
      }
      clock.now = new Date(`${month}-10T09:07:00Z`);
      await colleague.answers(...answers);
      if (helped !== undefined) await colleague.press({ verb: 'feedback', helped });
    }
}

const months = ['2026-09', '2026-10', '2026-11', '2026-12'];
const units = ['Socialtjänst', 'Kultur och fritid', 'Kommunledning', 'Teknik och gator', 'Vård och omsorg'];
const group = (people: fc.Arbitrary<number>): fc.Arbitrary<Group> =>
  fc.record(
    {
      month: fc.constantFrom(...months),
      people,
      answers: fc.constantFrom(['unsure'], ['incoming'], ['incoming', 'unsure'], ['made'], ['file'], ['list']),
      back: fc.boolean(),
      helped: fc.boolean(),
      unit: fc.constantFrom(...units),
    },
    { requiredKeys: ['month', 'people', 'answers'] },
  );

/** All that stands in the cells of the tables, in the pictures and in the heading of a page, but for minutes and presses. */
function figuresOn(html: string): string[] {
  const counts = html.replace(/<h2 id="lengths">.*$/s, '');
  return [
    .../<h2 id="sessions">[^:]*: ([^<]*)</.exec(counts)!.slice(1),
    ...[...counts.matchAll(/<td>([^<]*)<\/td>/g)].map(([, said]) => said!),
    ...[...counts.matchAll(/<text x="1" y="\d+">[^<]*: ([^<:]*)<\/text>/g)].map(([, said]) => said!),
    ...[...counts.matchAll(/<text class="heading" x="[\d.-]+" y="[\d.-]+">([^<]*\d[^<]*)<\/text>/g)].map(
      ([, said]) => said!,
    ),
  ].filter((said) => /\d/.test(said));
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
    async function house(t: TestContext): Promise<House & { get(path?: string): Promise<string> }> {
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
      assert.deepEqual(figures?.all, { kind: 'rounded', count: 10 });
      assert.deepEqual(figures?.flows, [{ name: 'is-it-public', shown: { kind: 'rounded', count: 10 } }]);
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
      for (let i = 0; i < 3; i += 1) await begin(i);
      const report = await counting;
      assert.deepEqual(report.figures?.all, { kind: 'rounded', count: 120 });
      assert.ok(report.figures?.heat, 'and so does what is counted after it');
      assert.deepEqual(told, [120, 120]);
      assert.deepEqual((await countApart(guidance, asking, () => {})).figures?.all, { kind: 'rounded', count: 125 });
    });

    test('of two periods that overlap, one less the other does not tell of the few in between', async (t) => {
      const opened = await house(t);
      const sizes = [8, 5, 5, 4];
      await ask(
        opened,
        months.map((month, i) => ({ month, people: sizes[i]!, answers: ['unsure'], back: true })),
      );
      const over = async (from: string, to: string) =>
        (await count(opened.guidance, { from, to, units: undefined, flow: undefined })).figures;
      const few = { kind: 'few' };
      const rounded = (count: number) => ({ kind: 'rounded', count });
      assert.deepEqual((await over('2026-09', '2026-11'))?.all, rounded(20), '18');
      const whole = await over('2026-09', '2026-12');
      assert.deepEqual(whole?.all, rounded(20), '22');
      assert.deepEqual(
        whole?.times.map(({ shown }) => shown),
        [rounded(10), rounded(5), rounded(5), few],
      );
      assert.equal(await over('2026-12', '2026-12'), undefined);
      // Minutes and presses need ten people: nine are too few.
      const more = { month: '2026-12', answers: ['unsure'], back: true };
      await ask(opened, [{ ...more, people: 5 }]);
      assert.equal((await over('2026-12', '2026-12'))?.lengths[0]?.minutes, undefined);
      const html = await opened.get('?from=2026-12&to=2026-12&language=en');
      assert.match(html, /All counts are rounded to the nearest five, so sums need not add up\./);
      assert.match(html, /fewer than 10 people/);
      await ask(opened, [
        { ...more, people: 0 },
        { ...more, people: 1 },
      ]);
      assert.deepEqual((await over('2026-12', '2026-12'))?.lengths[0]?.minutes, { lower: 7, median: 7, upper: 7 });
      assert.match(await opened.get('?language=sv'), /Alla antal är avrundade till närmaste femtal/);
    });

    test('whatever the log holds, no page shows another figure than multiples of five, over any period', async (t) => {
      const opened = await house(t);
      const [groups] = fc.sample(fc.array(group(fc.integer({ min: 1, max: 5 })), { minLength: 12, maxLength: 16 }), {
        numRuns: 1,
        seed: 11,
      });
      await ask(opened, groups!);
      opened.clock.now = new Date('2026-12-20T09:00:00Z');
      const { guidance, get } = opened;
      const records = await guidance.database.query.selectFrom('record').selectAll().execute();
      let hidden = 0;
      for (const [from, to] of [
        [0, 3],
        [0, 2],
        [1, 3],
        [2, 3],
        [1, 1],
      ] as const) {
        const asking = { from: months[from]!, to: months[to]!, units: undefined, flow: undefined };
        const { figures } = await count(guidance, asking);
        const html = await get(`?from=${asking.from}&to=${asking.to}&language=en`);
        const within = records.filter(
          ({ started_at: at }) => at.slice(0, 7) >= asking.from && at.slice(0, 7) <= asking.to,
        );
        if (!figures) {
          assert.ok(new Set(within.map(({ person }) => person)).size < 5);
          continue;
        }
        const said = figuresOn(html);
        assert.ok(said.length > 50, `${said.length} figures are read`);
        for (const one of said) assert.match(one, /^(fewer than 5 people|&lt; 5|([\d,]*[05]))( ○)?$/);
        hidden += said.filter((one) => /fewer|&lt;/.test(one)).length;
        for (const [table, which] of [
          [figures.units, 'unit'],
          [figures.flows, 'flow'],
        ] as const)
          for (const { name, shown } of table) {
            const those = within.filter((row) => (row[which] ?? '') === name);
            const people = new Set(those.map(({ person }) => person)).size;
            assert.equal(shown.kind === 'few', people > 0 && people < 5, `${name}: ${people}`);
            if (shown.kind === 'rounded') assert.ok(Math.abs(shown.count - those.length) <= 2);
          }
      }
      assert.ok(hidden > 10, 'some of it is of fewer than five');
    });

    test('two logs whose figures round alike make the same page, to the last stroke of its pictures', async (t) => {
      const [full] = fc.sample(fc.array(group(fc.constantFrom(5, 10, 15)), { minLength: 7, maxLength: 7 }), {
        numRuns: 1,
        seed: 12,
      });
      const small = { month: '2026-12', answers: ['how'], unit: 'Miljö och bygg' };
      // One more among the few, and one more among the many: no sum of them comes to another multiple of five.
      const one = [{ ...small, people: 3 }, ...full!];
      const [first, ...rest] = full!;
      const other = [...rest, { ...first!, people: first!.people + 1 }, { ...small, people: 4 }];
      const [here, there] = [await house(t), await house(t)];
      await ask(here, one);
      await ask(there, other);
      for (const { clock } of [here, there]) clock.now = new Date('2026-12-20T09:00:00Z');
      for (const period of ['from=2026-09&to=2026-12', 'from=2026-09&to=2026-11', 'from=2026-11&to=2026-12'])
        assert.equal(await there.get(`?${period}&language=en`), await here.get(`?${period}&language=en`), period);
    });
  });

/** The first answer of the flow that is no "I don't know". */
function firstOption({ flows }: Awaited<ReturnType<typeof openHouse>>['guidance']): string | undefined {
  const flow = flows.get('is-it-public')!;
  const start = flow.nodes[flow.start]!;
  return 'question' in start ? start.options.find(({ id }) => id !== 'unsure')?.id : undefined;
}
