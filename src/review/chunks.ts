import { performance } from 'node:perf_hooks';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { type Filter, page } from '../record/list.ts';

/** How long a piece of work may keep everybody else waiting, in milliseconds. */
const patience = 5;

/**
 * The records that the filter leaves, so few at a time that nobody who presses in the chat has to wait: after each
 * portion whoever waits comes first, and the next portion is as large as the time that the last one took allows.
 * @param work what is done with each portion before the next is read; it counts as part of the time.
 */
export async function inPortions(
  database: Database,
  filter: Filter,
  work: (rows: RecordRow[]) => void | Promise<void>,
): Promise<void> {
  let before: number | undefined;
  let size = 25;
  for (;;) {
    const begun = performance.now();
    const rows = await page(database, filter, before, size);
    await work(rows);
    const taken = performance.now() - begun;
    if (rows.length < size) return;
    before = rows.at(-1)!.id;
    // A server of its own stops nobody here while it reads; there only the work itself does.
    if (taken > patience) size = Math.max(5, Math.floor((size * patience) / taken));
    else if (taken < patience / 2) size = Math.min(400, size * 2);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** The last day of a month: 2026-02-28 of 2026-02. */
export function lastDay(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
}

/** The day that a moment falls on in Sweden: 2026-11-22. */
export function swedishDay(time: string | Date): string {
  return days.format(new Date(time));
}

const days = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' });

/** The months up to and with the one that this day lies in, the latest first: 2026-11, 2026-10 ... */
export function monthsBefore(day: string, count: number): string[] {
  const [year, month] = day.split('-').map(Number);
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(year!, month! - 1 - i, 1)).toISOString().slice(0, 7),
  );
}
