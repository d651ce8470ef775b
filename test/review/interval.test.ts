import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dice, draw, estimate, wilson } from '../../src/review/interval.ts';

test('Wilson’s interval is the one that the textbooks give', () => {
  const { from, to } = wilson(0.2, 10);
  assert.ok(Math.abs(from - 0.0567) < 0.0001 && Math.abs(to - 0.5098) < 0.0001, `${from} ${to}`);
  const none = wilson(0, 50);
  assert.equal(none.from, 0);
  assert.ok(Math.abs(none.to - 0.0714) < 0.0001, `${none.to}`);
});

test('with equal probabilities the estimate is the plain share, and its interval about Wilson’s', () => {
  const observed = Array.from({ length: 100 }, (_, i) => ({ wrong: i < 12, probability: 0.001 }));
  const found = estimate(observed, 100)!;
  const plain = wilson(0.12, 100);
  assert.ok(Math.abs(found.share - 0.12) < 1e-9);
  assert.ok(Math.abs(found.from - plain.from) < 0.002 && Math.abs(found.to - plain.to) < 0.002);
});

test('where all were looked at, nothing is left to chance', () => {
  const observed = Array.from({ length: 20 }, (_, i) => ({ wrong: i < 3, probability: 1 }));
  assert.deepEqual(estimate(observed, 20), { share: 0.15, from: 0.15, to: 0.15 });
  assert.equal(estimate([], 20), undefined);
});

test('the same seed draws the same, never one twice, always as many as were asked for', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const random = dice(seed);
    const all = Array.from({ length: 1 + Math.floor(random() * 60) }, (_, what) => ({
      what,
      weight: 0.1 + random() * 20,
    }));
    const size = 1 + Math.floor(random() * 70);
    const drawn = draw(all, size, seed);
    assert.deepEqual(drawn, draw(all, size, seed));
    assert.equal(drawn.length, Math.min(size, all.length));
    assert.equal(new Set(drawn.map(({ what }) => what)).size, drawn.length);
    for (const { probability } of drawn) assert.ok(probability > 0 && probability <= 1);
  }
});

test('each is drawn as often as its probability says', () => {
  const all = [1, 1, 2, 3, 5, 8, 40].map((weight, what) => ({ what, weight }));
  const times = new Map<number, number>();
  const said = new Map<number, number>();
  for (let seed = 0; seed < 20_000; seed += 1)
    for (const { what, probability } of draw(all, 3, seed)) {
      times.set(what, (times.get(what) ?? 0) + 1);
      said.set(what, probability);
    }
  assert.equal(said.get(6), 1);
  for (const { what } of all)
    assert.ok(
      Math.abs(times.get(what)! / 20_000 - said.get(what)!) < 0.012,
      `${what}: ${times.get(what)} ${said.get(what)}`,
    );
  const sum = all.reduce((all, { what }) => all + said.get(what)!, 0);
  assert.ok(Math.abs(sum - 3) < 1e-9);
});

/** In each kind of record, how many there are, how they are weighed, and how many of them are in error. */
interface Kind {
  many: number;
  weight: number;
  wrong: number;
}

/** How often the interval holds the truth, over 2 000 draws. */
function coverage(kinds: readonly Kind[], size: number, reviewed = size): number {
  const random = dice(size);
  const all = kinds.flatMap(({ many, weight, wrong }) =>
    Array.from({ length: many }, () => ({ what: random() < wrong, weight })),
  );
  const truth = all.filter(({ what }) => what).length / all.length;
  let held = 0;
  for (let run = 0; run < 2000; run += 1) {
    const observed = draw(all, size, run * 7919 + 13)
      .slice(0, reviewed)
      .map(({ what, probability }) => ({ wrong: what, probability }));
    const { from, to } = estimate(observed, size)!;
    if (from <= truth && truth <= to) held += 1;
  }
  return held / 2000;
}

const cases: [string, Kind[], number, number?][] = [
  ['at random, 60 of 2 000, 15 % wrong', [{ many: 2000, weight: 1, wrong: 0.15 }], 60],
  ['at random, 100 of 2 000, half wrong', [{ many: 2000, weight: 1, wrong: 0.5 }], 100],
  ['at random, 200 of 1 000, 10 % wrong', [{ many: 1000, weight: 1, wrong: 0.1 }], 200],
  ['at random, 200 of 5 000, 3 % wrong', [{ many: 5000, weight: 1, wrong: 0.03 }], 200],
  ['at random, 150 of 5 000, 95 % wrong', [{ many: 5000, weight: 1, wrong: 0.95 }], 150],
  [
    '"I don’t know" three times as often, 100 of 2 000',
    [
      { many: 1600, weight: 1, wrong: 0.1 },
      { many: 400, weight: 3, wrong: 0.3 },
    ],
    100,
  ],
  [
    'one flow five times as often, 150 of 2 000',
    [
      { many: 1700, weight: 1, wrong: 0.15 },
      { many: 300, weight: 5, wrong: 0.25 },
    ],
    150,
  ],
  [
    'weights against the errors, 200 of 3 000',
    [
      { many: 1000, weight: 1, wrong: 0.3 },
      { many: 2000, weight: 2, wrong: 0.1 },
    ],
    200,
  ],
  [
    'a small share, twice as often where it is, 200 of 5 000',
    [
      { many: 4000, weight: 1, wrong: 0.02 },
      { many: 1000, weight: 2, wrong: 0.06 },
    ],
    200,
  ],
  [
    'a large share, weighted, 150 of 3 000',
    [
      { many: 2000, weight: 1, wrong: 0.92 },
      { many: 1000, weight: 2, wrong: 0.96 },
    ],
    150,
  ],
  [
    'weighted, and half of it reviewed so far',
    [
      { many: 1600, weight: 1, wrong: 0.15 },
      { many: 400, weight: 3, wrong: 0.3 },
    ],
    200,
    100,
  ],
];

for (const [name, kinds, size, reviewed] of cases)
  test(`the interval covers: ${name}`, () => {
    const covered = coverage(kinds, size, reviewed);
    assert.ok(covered >= 0.93 && covered <= 0.97, `${covered}`);
  });
