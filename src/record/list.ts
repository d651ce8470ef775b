import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { dayAfter, idOf, momentOf, swedishYear } from './number.ts';
import { fold } from './record.ts';

/** A day that a record may have begun on: the calendar is reckoned with, and it has no sense far away. */
const day = z.iso.date().refine((day) => day >= '1900' && day < '2200', 'is a day between 1900 and 2199');

/** Stands for a unit where none was given; no unit is called so. */
export const noUnit = '-';

/** Which records to list; every part narrows the list. */
export const Filter = z.strictObject({
  flow: z.string().optional(),
  outcome: z.string().optional(),
  status: z.enum(['open', 'concluded', 'closed', 'lapsed', 'disposed']).optional(),
  /** First and last day of the start, in Sweden: 2026-11-01. */
  from: day.optional(),
  to: day.optional(),
  /** Part of a label, of an answer or of an outcome; quick from three letters on. */
  search: z.string().trim().min(1).optional(),
  /** One unit, or several; `-` for records where none was given. */
  unit: z.union([z.string(), z.array(z.string())]).optional(),
  platform: z.enum(['web', 'slack', 'teams']).optional(),
  /** What a reviewer has said; `no` where nobody has yet. */
  reviewed: z.enum(['no', 'approved', 'corrected', 'returned']).optional(),
  /** Where a question to the registrar stands; `any` where there is one. */
  asked: z.enum(['any', 'waiting', 'asked back', 'answered']).optional(),
  /** With an answer "I don't know". */
  unsure: z.literal(true).optional(),
  held: z.literal(true).optional(),
  limit: z.coerce.number().int().positive().optional(),
});
export type Filter = z.infer<typeof Filter>;

/**
 * The records that the filter leaves, latest first, a thousand at a time and never by counting past what was shown.
 * @param before only records before this one.
 */
export async function* list(database: Database, filter: Filter = {}, before?: number): AsyncGenerator<RecordRow> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let next = before;
  const span = await spanOf(database, filter);
  while (left > 0) {
    const rows = await pageOf(database, filter, span, next, Math.min(left, 1000));
    yield* rows;
    left -= rows.length;
    next = rows.at(-1)?.id;
    if (rows.length < Math.min(left + rows.length, 1000)) return;
  }
}

/** The latest records of one person, for that person's own eyes: there is no such filter for anybody else. */
export function listOwn({ query }: Database, person: string, limit: number): Promise<RecordRow[]> {
  return query
    .selectFrom('record')
    .selectAll()
    .where('person', '=', person)
    .orderBy('last_at', 'desc')
    .limit(limit)
    .execute();
}

/** One record of that person, by its session or its id. */
export async function findOwn(
  { query }: Database,
  person: string,
  { session, id }: { session?: string; id?: number },
): Promise<RecordRow | undefined> {
  if (session === undefined && id === undefined) return undefined;
  const own = query.selectFrom('record').selectAll().where('person', '=', person);
  return (id === undefined ? own.where('session', '=', session!) : own.where('id', '=', id)).executeTakeFirst();
}

/** All of a row but the words that it is found by: nobody reads those in a list, and they are longer than all the rest. */
const columns = [
  ...(['id', 'session', 'flow', 'version', 'platform', 'person', 'language', 'label', 'status', 'outcome'] as const),
  ...(['started_at', 'ended_at', 'last_at', 'last_seq', 'seal', 'unit', 'unsure', 'backs', 'changes'] as const),
  ...(['presses', 'helped', 'asked', 'reviewed', 'should', 'held'] as const),
];

/** One page of the list: the `limit` records that come right before the record `before`. */
export async function page(
  database: Database,
  filter: Filter,
  before: number | undefined,
  limit: number,
): Promise<RecordRow[]> {
  return pageOf(database, filter, await spanOf(database, filter), before, limit);
}

/** Between which moments and numbers the records of a period lie. */
interface Span {
  from: string | undefined;
  to: string | undefined;
  first: number;
  last: number;
}

async function spanOf(database: Database, filter: Filter): Promise<Span> {
  const [from, to] = [filter.from && midnight(filter.from), filter.to && midnight(filter.to, 1)];
  const [first, last] = await Promise.all([
    from ? bound(database, 'first', from) : 0,
    to ? bound(database, 'last', to) : Number.MAX_SAFE_INTEGER,
  ]);
  return { from, to, first, last };
}

async function pageOf(
  database: Database,
  filter: Filter,
  span: Span,
  before: number | undefined,
  limit: number,
): Promise<RecordRow[]> {
  // Only what has come to an outcome waits for a review: the database would look through all of the others to find none.
  if (filter.reviewed === 'no' && filter.status !== undefined && filter.status !== 'concluded') return [];
  if (Array.isArray(filter.unit)) return pageOfUnits(database, filter, filter.unit, span, before, limit);
  const { kind, query } = database;
  const { from, to, first, last } = span;
  const words = filter.search === undefined ? undefined : fold(filter.search);
  // SQLite walks its trigram index from the latest record backwards and stops at the limit. It can't begin in the
  // middle, nor look for anything else on the way: a part of the list that is short enough is read through instead, and
  // so is all of it where every hundredth record or so has the words.
  const indexed =
    kind === 'sqlite' &&
    words !== undefined &&
    words.length >= 3 &&
    last - first > 50_000 &&
    !((before !== undefined || isNarrow(filter)) && (await isFrequent(database, words)));
  const id = sql.ref<number>(indexed ? 'record_search.rowid' : 'record.id');
  let rows = query
    .selectFrom('record')
    .$if(indexed, (rows) =>
      rows
        .innerJoin('record_search', 'record_search.rowid', 'record.id')
        .where('record_search.search', 'like', `%${words}%`),
    )
    .select(columns.map((name) => `record.${name}` as const))
    .select(sql<string>`''`.as('search'))
    .where(id, '>=', first)
    .where(id, '<=', Math.min(last, (before ?? Number.MAX_SAFE_INTEGER) - 1))
    .orderBy(id, 'desc')
    .limit(limit);
  if (words !== undefined)
    rows =
      kind === 'sqlite'
        ? rows.where(sql<boolean>`instr(record.search, ${words}) > 0`)
        : rows.where('record.search', 'like', `%${words.replace(/[\\%_]/g, '\\$&')}%`);
  // The plus keeps SQLite from taking another index first, and asking the trigrams about each record in it.
  const column = (name: string) => sql<string>`${sql.raw(indexed ? '+' : '')}${sql.ref(`record.${name}`)}`;
  if (filter.flow !== undefined) rows = rows.where(column('flow'), '=', filter.flow);
  if (filter.outcome !== undefined) rows = rows.where(column('outcome'), '=', filter.outcome);
  if (filter.status !== undefined) rows = rows.where(column('status'), '=', filter.status);
  if (filter.unit === noUnit) rows = rows.where(column('unit'), 'is', null);
  else if (filter.unit !== undefined) rows = rows.where(column('unit'), '=', filter.unit);
  if (filter.platform !== undefined) rows = rows.where(column('platform'), '=', filter.platform);
  if (filter.reviewed === 'no')
    rows = rows.where(column('reviewed'), 'is', null).where(column('status'), '=', 'concluded');
  else if (filter.reviewed !== undefined) rows = rows.where(column('reviewed'), '=', filter.reviewed);
  if (filter.asked === 'any') rows = rows.where(column('asked'), 'is not', null);
  else if (filter.asked !== undefined) rows = rows.where(column('asked'), '=', filter.asked);
  if (filter.unsure) rows = rows.where('record.unsure', '>', 0);
  if (filter.held) rows = rows.where('record.held', '=', 1);
  if (from) rows = rows.where(column('started_at'), '>=', from);
  if (to) rows = rows.where(column('started_at'), '<', to);
  return rows.execute();
}

/** Whether anything is asked for besides the words and the time. */
function isNarrow({ search: _, limit: __, from: ___, to: ____, ...others }: Filter): boolean {
  return Object.values(others).some((value) => value !== undefined);
}

/** Whether at least six in a thousand of the latest records have these words. */
async function isFrequent({ query }: Database, words: string): Promise<boolean> {
  const found = await query
    .selectFrom('record_search')
    .select('rowid')
    .where('search', 'like', `%${words}%`)
    .orderBy('rowid', 'desc')
    .limit(200)
    .execute();
  return found.length === 200 && found[0]!.rowid - found[199]!.rowid < 33_000;
}

/** Each unit is asked for by itself, so that the index gives the latest of each at once; none, where there is no unit. */
async function pageOfUnits(
  database: Database,
  filter: Filter,
  units: string[],
  span: Span,
  before: number | undefined,
  limit: number,
): Promise<RecordRow[]> {
  const parts = await Promise.all(
    [...new Set(units)].map((unit) => pageOf(database, { ...filter, unit }, span, before, limit)),
  );
  return parts
    .flat()
    .sort((one, other) => other.id - one.id)
    .slice(0, limit);
}

/**
 * The first number from a moment on, or the last one before it, so that only that part of the list is looked through.
 * A record is numbered in the year that it starts in, so that no other year need be asked; within the year a clock may
 * have been set back, and numbers need not follow time.
 */
async function bound({ query }: Database, which: 'first' | 'last', time: string): Promise<number> {
  const year = swedishYear(which === 'first' ? time : new Date(Date.parse(time) - 1).toISOString());
  const [begins, ends] = [midnight(`${year}-01-01`), midnight(`${year + 1}-01-01`)];
  if (time === begins || time === ends) return idOf(time === begins ? year : year + 1, 0);
  const found = await query
    .selectFrom('record')
    // Asked for the least number itself, PostgreSQL would go through all of them from the beginning until the time fits.
    .select(sql<number | null>`${sql.raw(which === 'first' ? 'min' : 'max')}(id + 0)`.as('id'))
    .where('started_at', '>=', which === 'first' ? time : begins)
    .where('started_at', '<', which === 'first' ? ends : time)
    .executeTakeFirst();
  return found?.id ?? idOf(which === 'first' ? year + 1 : year, 0);
}

/** The moment a day begins in Sweden; `later` moves by whole days. */
function midnight(day: string, later = 0): string {
  return new Date(momentOf(dayAfter(day, later))).toISOString();
}
