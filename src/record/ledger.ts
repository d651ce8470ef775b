import type { Kysely } from 'kysely';
import type { Database } from '../database/database.ts';
import type { LedgerRow, Tables } from '../database/tables.ts';
import { idOf, numberOf } from './number.ts';
import { link } from './seal.ts';

/** Something in the log that is not as it was written. */
export interface Fault {
  /** The record it is about: VGL-2026-00042, or the session's id where it has no number any more. */
  record: string;
  what: string;
}

/**
 * Holds every row of the ledger against the key, the row before it and the numbers before it.
 * @param head a link noted earlier, as `position:mac`.
 */
export async function verifyLedger(query: Kysely<Tables>, key: Buffer, head: string | undefined) {
  const faults: Fault[] = [];
  const wanted = head === undefined ? undefined : readHead(head);
  const numbers = new Map<number, number>();
  let before = { position: 0, mac: '' };
  let headFound = wanted === undefined || wanted.position === 0;
  for await (const row of ledgerRows(query)) {
    const record = numberOf(idOf(row.year, row.number));
    if (row.position !== before.position + 1)
      faults.push({
        record,
        what: `the ledger misses the ${row.position - before.position - 1} row(s) before row ${row.position}`,
      });
    else if (row.previous !== before.mac)
      faults.push({ record, what: `row ${row.position} of the ledger does not follow from the row before it` });
    if (row.mac !== link(key, row)) faults.push({ record, what: `row ${row.position} of the ledger has been altered` });
    const last = numbers.get(row.year) ?? 0;
    if (row.number > last + 1)
      faults.push({ record, what: `the numbers before it are missing, from ${numberOf(idOf(row.year, last + 1))} on` });
    numbers.set(row.year, Math.max(last, row.number));
    if (wanted?.position === row.position) {
      headFound = true;
      if (wanted.mac !== row.mac)
        faults.push({ record, what: `row ${row.position} of the ledger is not the one that the given head names` });
    }
    before = row;
  }
  if (!headFound) {
    const year = Math.max(...numbers.keys(), 0);
    const record = year === 0 ? 'the whole log' : `after ${numberOf(idOf(year, numbers.get(year)!))}`;
    faults.push({
      record,
      what: `the ledger ends at row ${before.position}; the given head is row ${wanted!.position}: its tail has been cut off`,
    });
  }
  return { faults, head: `${before.position}:${before.mac}` };
}

function readHead(head: string): { position: number; mac: string } {
  const [position, mac] = head.split(':');
  if (!/^\d+$/.test(position ?? '') || mac === undefined)
    throw new Error(`A head looks like 42:9f0c... and "${head}" does not. It stands in the program's own log.`);
  return { position: Number(position), mac };
}

async function* ledgerRows(query: Kysely<Tables>): AsyncGenerator<LedgerRow> {
  let after = 0;
  for (;;) {
    const rows = await query
      .selectFrom('ledger')
      .selectAll()
      .where('position', '>', after)
      .orderBy('position')
      .limit(2000)
      .execute();
    if (rows.length === 0) return;
    yield* rows;
    after = rows.at(-1)!.position;
  }
}

/**
 * Holds the key against the latest link of the ledger, before anything is written with it.
 * @throws where the log was sealed with another key.
 */
export async function checkKey({ query }: Database, key: Buffer): Promise<void> {
  const last = await query.selectFrom('ledger').selectAll().orderBy('position', 'desc').limit(1).executeTakeFirst();
  if (last && last.mac !== link(key, last))
    throw new Error(
      'The log is sealed with another key than SECRET_KEY (with SQLite: secret.key beside the database), or its last row has been altered. Put the right key back; "npm run records -- verify" tells more.',
    );
}
