import type { Database } from '../database/database.ts';
import type { LedgerRow, RecordRow } from '../database/tables.ts';
import { type Entry, sealing } from './entry.ts';
import { readEntry, selectEntries } from './log.ts';
import { idOf, numberOf } from './number.ts';
import { summarise } from './record.ts';
import { commit, link, seal } from './seal.ts';

/** Something in the log that is not as it was written. */
interface Fault {
  /** The record it is about: VGL-2026-00042, or the session's id where it has no number any more. */
  record: string;
  what: string;
}

export interface Verdict {
  records: number;
  entries: number;
  /** The latest link found: `position:mac`. */
  head: string;
  faults: Fault[];
}

/**
 * Holds every entry against its commitment, every record against its seals in the ledger, the ledger against its
 * chain, and the list against the log. Reads in pages, so that a log of any length can be verified.
 * @param key the ledger's key.
 * @param head a link noted earlier, as `position:mac`; with it a tail that was cut off shows as well.
 */
export async function verify(database: Database, key: Buffer, head?: string): Promise<Verdict> {
  const ledger = await verifyLedger(database, key, head);
  const log = await verifyRecords(database);
  return { ...log, head: ledger.head, faults: [...ledger.faults, ...log.faults] };
}

async function verifyLedger(database: Database, key: Buffer, head: string | undefined) {
  const faults: Fault[] = [];
  const wanted = head === undefined ? undefined : readHead(head);
  const numbers = new Map<number, number>();
  let before = { position: 0, mac: '' };
  let headFound = wanted === undefined || wanted.position === 0;
  for await (const row of ledgerRows(database)) {
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

async function* ledgerRows({ query }: Database): AsyncGenerator<LedgerRow> {
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

async function verifyRecords(database: Database) {
  const faults: Fault[] = [];
  let records = 0;
  let entries = 0;
  for await (const session of sessions(database)) {
    records += 1;
    entries += session.entries.length;
    for (const what of verifyRecord(session)) faults.push({ record: session.name, what });
  }
  return { records, entries, faults };
}

interface Found {
  name: string;
  entries: Entry[];
  unreadable: number[];
  ledger: LedgerRow[];
  row: RecordRow | undefined;
}

function verifyRecord({ entries, unreadable, ledger, row }: Found): string[] {
  if (entries.length === 0) return ['all of its entries are missing'];
  const faults = unreadable.map((seq) => `entry ${seq} can't be read any more`);
  const disposed = entries.some((entry) => entry.kind === 'dispose');
  const seals = new Map<number, string>();
  let sealed = '';
  entries.forEach((entry, i) => {
    const { seq, content, salt, commitment } = entry;
    const expected = i === 0 ? 1 : entries[i - 1]!.seq + 1;
    if (seq !== expected) faults.push(`entry ${expected} is missing`);
    if (content === null && !unreadable.includes(seq) && !disposed)
      faults.push(`the content of entry ${seq} is missing, and no disposal says why`);
    if (content !== null && commit(entry, salt!) !== commitment) faults.push(`entry ${seq} has been altered`);
    sealed = seal([commitment], sealed);
    seals.set(seq, sealed);
  });
  for (const { seq, seal } of ledger) {
    if (!seals.has(seq)) faults.push(`entry ${seq} is in the ledger and missing in the log`);
    else if (seals.get(seq) !== seal) faults.push(`the entries up to ${seq} are not those that the ledger sealed`);
  }
  const inLedger = new Set(ledger.map(({ seq }) => seq));
  for (const { seq, kind } of entries)
    if (sealing.has(kind) && !inLedger.has(seq)) faults.push(`entry ${seq} (${kind}) is missing in the ledger`);
  if (!row) faults.push('it is missing in the list');
  else if (faults.length === 0 && !disposed) faults.push(...differences(row, entries, sealed));
  else if (faults.length === 0 && row.status !== 'disposed')
    faults.push('the list does not show that it was disposed of');
  return faults;
}

function differences(row: RecordRow, entries: Entry[], sealed: string): string[] {
  const made = summarise(entries, sealed);
  return Object.entries(made)
    .filter(([column, value]) => row[column as keyof RecordRow] !== value)
    .map(([column]) => `the list says something else than the log (${column})`);
}

/** Every session that the log, the ledger or the list knows, with what each of them says of it. */
async function* sessions({ query }: Database): AsyncGenerator<Found> {
  let after = '';
  for (;;) {
    const tables = ['entry', 'ledger', 'record'] as const;
    const found = await Promise.all(
      tables.map((table) =>
        query
          .selectFrom(table)
          .select('session')
          .distinct()
          .where('session', '>', after)
          .orderBy('session')
          .limit(500)
          .execute(),
      ),
    );
    const names = [...new Set(found.flat().map((row) => row.session))].sort().slice(0, 500);
    if (names.length === 0) return;
    after = names.at(-1)!;
    const [first, last] = [names[0]!, after];
    const entries = await selectEntries(query)
      .where('entry.session', '>=', first)
      .where('entry.session', '<=', last)
      .execute();
    const ledger = await query
      .selectFrom('ledger')
      .selectAll()
      .where('session', '>=', first)
      .where('session', '<=', last)
      .orderBy('seq')
      .execute();
    const rows = await query
      .selectFrom('record')
      .selectAll()
      .where('session', '>=', first)
      .where('session', '<=', last)
      .execute();
    const entriesOf = Map.groupBy(entries, (row) => row.session);
    const linksOf = Map.groupBy(ledger, (row) => row.session);
    const rowOf = new Map(rows.map((row) => [row.session, row]));
    for (const session of names) {
      const links = linksOf.get(session) ?? [];
      const row = rowOf.get(session);
      const name = links[0] ? numberOf(idOf(links[0].year, links[0].number)) : row ? numberOf(row.id) : session;
      yield { name, ledger: links, row, ...readAll(entriesOf.get(session) ?? []) };
    }
  }
}

/** A content that somebody has broken is named, and the rest is verified all the same. */
function readAll(rows: Parameters<typeof readEntry>[0][]): Pick<Found, 'entries' | 'unreadable'> {
  const unreadable: number[] = [];
  const entries = rows.map((row) => {
    try {
      return readEntry(row);
    } catch {
      unreadable.push(row.seq);
      return readEntry({ ...row, content: null });
    }
  });
  return { entries, unreadable };
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
