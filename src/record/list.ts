import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { idOf, swedishYear } from './number.ts';
import { fold } from './record.ts';

/** Which records to list; every part narrows the list. */
export const Filter = z.strictObject({
  flow: z.string().optional(),
  outcome: z.string().optional(),
  status: z.enum(['open', 'concluded', 'closed', 'lapsed', 'disposed']).optional(),
  /** First and last day of the start, in Sweden: 2026-11-01. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** Part of a label, of an answer or of an outcome; quick from three letters on. */
  search: z.string().trim().min(1).optional(),
  limit: z.coerce.number().int().positive().optional(),
});
export type Filter = z.infer<typeof Filter>;

/** The records that the filter leaves, latest first, a thousand at a time and never by counting past what was shown. */
export async function* list(database: Database, filter: Filter = {}): AsyncGenerator<RecordRow> {
  let left = filter.limit ?? Number.POSITIVE_INFINITY;
  let before: number | undefined;
  while (left > 0) {
    const rows = await page(database, filter, before, Math.min(left, 1000));
    yield* rows;
    left -= rows.length;
    before = rows.at(-1)?.id;
    if (rows.length < Math.min(left + rows.length, 1000)) return;
  }
}

/** One page of the list: the `limit` records that come right before the record `before`. */
async function page(
  database: Database,
  filter: Filter,
  before: number | undefined,
  limit: number,
): Promise<RecordRow[]> {
  const { kind, query } = database;
  const words = filter.search === undefined ? undefined : fold(filter.search);
  const indexed = words !== undefined && words.length >= 3 && kind === 'sqlite';
  // With words to look for, SQLite walks its trigram index from the latest record backwards and stops at the limit.
  const id = sql.ref<number>(indexed ? 'record_search.rowid' : 'record.id');
  // The plus keeps SQLite from walking the days instead, and asking for the words of each record in them.
  const startedAt = indexed ? sql<string>`+record.started_at` : sql.ref<string>('record.started_at');
  let rows = query
    .selectFrom('record')
    .$if(indexed, (rows) =>
      rows
        .innerJoin('record_search', 'record_search.rowid', 'record.id')
        .where('record_search.search', 'like', `%${words}%`)
        .where(sql<boolean>`instr(record.search, ${words}) > 0`),
    )
    .selectAll('record')
    .orderBy(id, 'desc')
    .limit(limit);
  if (words !== undefined && !indexed)
    rows = rows.where('record.search', 'like', `%${words.replace(/[\\%_]/g, '\\$&')}%`);
  if (before !== undefined) rows = rows.where(id, '<', before);
  if (filter.flow !== undefined) rows = rows.where('flow', '=', filter.flow);
  if (filter.outcome !== undefined) rows = rows.where('outcome', '=', filter.outcome);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.from !== undefined) {
    const from = midnight(filter.from);
    rows = rows.where(startedAt, '>=', from).where(id, '>=', await bound(database, 'first', from));
  }
  if (filter.to !== undefined) {
    const to = midnight(filter.to, 1);
    rows = rows.where(startedAt, '<', to).where(id, '<=', await bound(database, 'last', to));
  }
  return rows.execute();
}

/**
 * The first number from a moment on, or the last one before it, so that only that part of the list is looked through.
 * A record is numbered in the year that it starts in, so that no other year need be asked; within the year a clock may
 * have been set back, and numbers need not follow time.
 */
async function bound({ query }: Database, which: 'first' | 'last', time: string): Promise<number> {
  const year = swedishYear(which === 'first' ? time : new Date(Date.parse(time) - 1).toISOString());
  const found = await query
    .selectFrom('record')
    .select(({ fn }) => (which === 'first' ? fn.min('id') : fn.max('id')).as('id'))
    .where('started_at', '>=', which === 'first' ? time : midnight(`${year}-01-01`))
    .where('started_at', '<', which === 'first' ? midnight(`${year + 1}-01-01`) : time)
    .executeTakeFirst();
  return found?.id ?? idOf(which === 'first' ? year + 1 : year, 0);
}

/** The moment a day begins in Sweden, whichever side of summer time it lies on; `later` moves by whole days. */
function midnight(day: string, later = 0): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + later);
  const wanted = `${date.toISOString().slice(0, 10)} 00:00`;
  const ahead = [1, 2].find((hours) => swedishTime.format(date.getTime() - hours * 3_600_000) === wanted) ?? 1;
  return new Date(date.getTime() - ahead * 3_600_000).toISOString();
}

const swedishTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});
