import { statSync } from 'node:fs';
import { sql } from 'kysely';
import { type Database, openDatabase } from '../../src/database/database.ts';
import type { Content } from '../../src/record/entry.ts';
import { type Filter, list } from '../../src/record/list.ts';
import { openLog } from '../../src/record/log.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import { fill } from './fill.ts';
import { dice, flowIds, sessionAt, startOf, walk, words } from './records.ts';
import { percentile, table } from './table.ts';

const runs = 200;
/** What is slow is run less often, so that nothing takes much longer than this, in ms. */
const patience = 3000;
const { ledger: key } = deriveKeys('the secret of a log that is thrown away at once');

/** What was measured at one size of the log. */
export interface Measured {
  count: number;
  /** What each run took, in ms. */
  times: Record<string, number[]>;
  figures: Record<string, number>;
}

/** Fills an empty database with `count` records, and times what is done with a log of that size. */
export async function benchLog(url: string, count: number): Promise<Measured> {
  const empty = await openDatabase(url);
  const began = performance.now();
  await fill(empty, key, count);
  const filled = (performance.now() - began) / 1000;
  await empty.close();
  const database = await openDatabase(url);
  try {
    const listed = await lists(database);
    const { times: appended, aSecond } = await appends(database);
    const size = await sizeOf(database, url);
    const from = performance.now();
    const { records, faults } = await verify(database, key);
    const seconds = (performance.now() - from) / 1000;
    for (const { record, what } of faults.slice(0, 5)) console.error(`${record}: ${what}`);
    if (faults.length > 0) process.exitCode = 1;
    const figures = {
      'append, 50 people at once, a second': aSecond,
      'verify, s': seconds,
      'verify, records a second': records / seconds,
      'verify, faults found': faults.length,
      'database, MB': size / 1e6,
      'database, KB a record': size / 1e3 / records,
      'filled by the bench in, s': filled,
    };
    return { count, times: { ...listed, ...appended }, figures };
  } finally {
    await database.close();
  }
}

/** A page of 50 records, asked for in all ways. */
async function lists(database: Database): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (const [name, filter] of await questions(database)) {
    const took: number[] = [];
    const ask = () => Array.fromAsync(list(database, { ...filter, limit: 50 }));
    await ask();
    const until = performance.now() + patience;
    while (took.length < runs && performance.now() < until) await clock(took, ask);
    times[name] = took;
  }
  return times;
}

async function questions({ query }: Database): Promise<[name: string, filter: Filter][]> {
  const outcomes = await query
    .selectFrom('record')
    .select('outcome')
    .where('outcome', 'is not', null)
    .groupBy('outcome')
    .orderBy((one) => one.fn.countAll(), 'desc')
    .execute();
  const [usual, rarest] = [outcomes[0]!.outcome!, outcomes.at(-1)!.outcome!];
  const old = { from: '2021-03-01', to: '2021-03-31' };
  return [
    ['list', {}],
    ['flow, most common', { flow: flowIds[0] }],
    ['flow, least common', { flow: flowIds.at(-1) }],
    ['outcome, most common', { outcome: usual }],
    ['outcome, rarest', { outcome: rarest }],
    ['status concluded', { status: 'concluded' }],
    ['status lapsed', { status: 'lapsed' }],
    ['status open', { status: 'open' }],
    ['status disposed, no hit', { status: 'disposed' }],
    ['from/to, the last month', { from: '2026-10-21', to: '2026-11-20' }],
    ['from/to, a month in 2021', old],
    ['to, the latest of 2023', { to: '2023-12-31' }],
    ['from/to, no hit', { from: '2019-01-01', to: '2019-01-31' }],
    ['flow + rarest outcome', { flow: flowIds.at(-1), outcome: rarest }],
    ['flow + status + a month in 2021', { flow: flowIds[1], status: 'lapsed', ...old }],
    ['search, common word', { search: words.common }],
    ['search, rare word', { search: words.rare }],
    ['search, no hit', { search: words.none }],
    ['search, 3 letters', { search: words.letters }],
    ['search, rare word + flow', { search: words.rare, flow: flowIds[0] }],
    ['search, common word + status open', { search: words.common, status: 'open' }],
    ['search, common word + rarest outcome', { search: words.common, outcome: rarest }],
    ['search, common word + a month in 2021', { search: words.common, ...old }],
  ];
}

/** Sessions that begin, go on and come to their outcome: one after another, and fifty at once. */
async function appends(database: Database) {
  const log = openLog(database, key);
  const random = dice(2);
  const walks = Array.from({ length: 500 }, () => walk(random)).filter((contents) => contents.length >= 4);
  const now = new Date('2026-11-21T09:00:00Z');
  let begun = 0;
  const begin = ([answer]: Content[]) => {
    begun += 1;
    return log.append(sessionAt(now.getTime(), begun), undefined, [startOf(random), answer!], now);
  };
  const [first, next, last, read, crowd]: [number[], number[], number[], number[], number[]] = [[], [], [], [], []];
  for (let i = 0; i < runs; i += 1) {
    const walked = walks[i % walks.length]!;
    const record = await clock(first, () => begin(walked));
    const further = await clock(next, () => log.append(record.session, record, [walked[1]!], now));
    await clock(last, () => log.append(record.session, further, walked.slice(-2), now));
    await clock(read, () => log.read(record.session));
  }
  const person = async (_: unknown, i: number) => {
    for (let j = 0; j < 20; j += 1) await clock(crowd, () => begin(walks[(i + j) % walks.length]!));
  };
  const from = performance.now();
  await Promise.all(Array.from({ length: 50 }, person));
  const aSecond = (1000 * crowd.length) / (performance.now() - from);
  const times = {
    'append, start and first answer': first,
    'append, next answer': next,
    'append, last answer and outcome': last,
    'append, 50 people at once': crowd,
    'read one record': read,
  };
  return { times, aSecond };
}

async function clock<T>(took: number[], work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  took.push(performance.now() - from);
  return result;
}

async function sizeOf({ kind, query }: Database, url: string): Promise<number> {
  if (kind === 'sqlite') return statSync(url.slice('sqlite:'.length)).size;
  const { rows } = await sql<{ size: number }>`select pg_database_size(current_database()) as size`.execute(query);
  return rows[0]!.size;
}

/** All sizes side by side. */
export function tellLog(all: Measured[]): string {
  const names = Object.keys(all[0]!.times);
  const times = names.map((name) => [
    name,
    ...all.flatMap(({ times: { [name]: took = [] } }) => [percentile(took, 0.5), percentile(took, 0.99)]),
  ]);
  const heads = all.flatMap(({ count }) => [`${count}: p50`, 'p99']);
  const figures = Object.keys(all[0]!.figures).map((name) => [
    name,
    ...all.map((one) => one.figures[name] ?? Number.NaN),
  ]);
  return [
    table(['ms; a page of 50 where it is a list', ...heads], times),
    table(['records', ...all.map(({ count }) => String(count))], figures),
  ].join('\n\n');
}
