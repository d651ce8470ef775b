import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { fold } from './record.ts';

/** Which records to list; every part narrows the list. */
export const Filter = z.strictObject({
  flow: z.string().optional(),
  outcome: z.string().optional(),
  status: z.enum(['open', 'concluded', 'closed', 'lapsed', 'disposed']).optional(),
  /** First and last day of the start, in Sweden: 2026-11-01. */
  from: z.iso.date().optional(),
  to: z.iso.date().optional(),
  /** Part of a label, of an answer or of an outcome: three letters or more. */
  search: z.string().trim().min(3).optional(),
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
export async function page(
  { kind, query }: Database,
  filter: Filter,
  before: number | undefined,
  limit: number,
): Promise<RecordRow[]> {
  const words = filter.search === undefined ? undefined : fold(filter.search);
  const indexed = words !== undefined && kind === 'sqlite';
  // With words to look for, SQLite walks its trigram index from the latest record backwards and stops at the limit.
  const id = indexed ? 'record_search.rowid' : 'record.id';
  let rows = query
    .selectFrom('record')
    .$if(indexed, (rows) =>
      rows
        .innerJoin('record_search', 'record_search.rowid', 'record.id')
        .where('record_search.search', 'like', `%${words}%`)
        .where(sql<boolean>`instr(record.search, ${words}) > 0`),
    )
    .selectAll('record')
    .orderBy(sql.ref(id), 'desc')
    .limit(limit);
  if (words !== undefined && !indexed)
    rows = rows.where('record.search', 'like', `%${words.replace(/[\\%_]/g, '\\$&')}%`);
  if (before !== undefined) rows = rows.where(sql.ref(id), '<', before);
  if (filter.flow !== undefined) rows = rows.where('flow', '=', filter.flow);
  if (filter.outcome !== undefined) rows = rows.where('outcome', '=', filter.outcome);
  if (filter.status !== undefined) rows = rows.where('status', '=', filter.status);
  if (filter.from !== undefined) rows = rows.where('started_at', '>=', midnight(filter.from));
  if (filter.to !== undefined) rows = rows.where('started_at', '<', midnight(dayAfter(filter.to)));
  return rows.execute();
}

function dayAfter(day: string): string {
  const next = new Date(`${day}T12:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return next.toISOString().slice(0, 10);
}

/** The moment a day begins in Sweden, whichever side of summer time it lies on. */
function midnight(day: string): string {
  const hours = [1, 2].find((ahead) => {
    const moment = new Date(Date.parse(`${day}T00:00:00Z`) - ahead * 3_600_000);
    return swedishTime.format(moment) === `${day} 00:00`;
  });
  return new Date(Date.parse(`${day}T00:00:00Z`) - (hours ?? 1) * 3_600_000).toISOString();
}

const swedishTime = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});
