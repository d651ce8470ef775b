import { randomBytes } from 'node:crypto';
import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { EntryContentRow, EntryRow, LedgerRow, Tables } from '../database/tables.ts';
import { Content, type Entry, type Kind, sealing } from './entry.ts';
import { idOf, numberOf, splitId, swedishYear } from './number.ts';
import { type GuidanceRecord, type Summary, summarise } from './record.ts';
import { canonical, commit, link, seal } from './seal.ts';

/** The log of guidance: every entry of every record. It only ever grows. */
export interface Log {
  /**
   * One read: all entries of a session in order, or undefined where nothing has been written yet.
   * @param seq where the caller takes the record to end. What this process has itself just written up to there is not
   * read again; if somebody else has written since, `append` finds out.
   */
  read(session: string, seq?: number): Promise<GuidanceRecord | undefined>;
  /**
   * Writes the next entries of a session, all of them or none; resolves when they are on disk.
   * @param known what the caller read, and decided upon; the new entries follow right after it.
   * @throws Taken if somebody else has written the next entry meanwhile: read again, decide again.
   */
  append(session: string, known: GuidanceRecord | undefined, contents: Content[], time: Date): Promise<GuidanceRecord>;
  /** The ledger's latest link as `position:mac`. Whoever keeps it elsewhere can prove that no tail was cut off. */
  head(): Promise<string>;
}

/** The next place in the session is taken. */
export class Taken extends Error {
  override name = 'Taken';
}

/**
 * Appends that arrive at the same moment share one transaction, and so one wait for the disk.
 * @param key the ledger's key.
 */
export function openLog(database: Database, key: Buffer): Log {
  const waiting: Waiting[] = [];
  const written = new Map<string, GuidanceRecord>();
  let writing = false;

  /** Keeps the records written last, the latest at the end. */
  function keep(record: GuidanceRecord): GuidanceRecord {
    written.delete(record.session);
    written.set(record.session, record);
    if (written.size > 500) written.delete(written.keys().next().value!);
    return record;
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) await writeOrSplit(database, key, waiting.splice(0, 64));
    writing = false;
  }

  return {
    async read(session, seq) {
      const kept = written.get(session);
      if (kept && kept.entries.length === seq) return kept;
      written.delete(session);
      return read(database.query, session);
    },
    append(session, known, contents, time) {
      written.delete(session);
      return new Promise<GuidanceRecord>((resolve, reject) => {
        waiting.push({ known, resolve, reject, ...follow(session, known, contents, time) });
        if (writing) return;
        writing = true;
        setImmediate(() => void write());
      }).then(keep);
    },
    async head() {
      const { position, mac } = await lastLink(database.query);
      return `${position}:${mac}`;
    },
  };
}

/**
 * An append that waits for its transaction. `texts[i]` is what `entries[i]` says, in canonical form, and `seals[i]` covers
 * the session up to and with it.
 */
interface Waiting {
  known: GuidanceRecord | undefined;
  entries: Entry[];
  texts: string[];
  seals: string[];
  summary: Summary;
  id?: number;
  resolve(record: GuidanceRecord): void;
  reject(fault: unknown): void;
}

async function read(query: Kysely<Tables>, session: string): Promise<GuidanceRecord | undefined> {
  const rows = await selectEntries(query)
    .innerJoin('record', 'record.session', 'entry.session')
    .select('record.id')
    .where('entry.session', '=', session)
    .execute();
  if (!rows[0]) return undefined;
  return { id: rows[0].id, session, entries: rows.map(readEntry) };
}

/** Entries with their content, in the order of their sessions and within each in the order they were written. */
export function selectEntries(query: Kysely<Tables>) {
  return query
    .selectFrom('entry')
    .leftJoin('entry_content as content', (on) =>
      on.onRef('content.session', '=', 'entry.session').onRef('content.seq', '=', 'entry.seq'),
    )
    .select(['entry.session', 'entry.seq', 'entry.time', 'entry.kind', 'entry.commitment'])
    .select(['content.salt', 'content.content'])
    .orderBy('entry.session')
    .orderBy('entry.seq');
}

/** @throws where the content is none that this program knows: somebody has written to the database by hand. */
export function readEntry(row: EntryRow & { salt: string | null; content: string | null }): Entry {
  const { session, seq, time, kind, commitment, salt, content } = row;
  const read = content === null ? null : Content.parse(JSON.parse(content));
  return { session, seq, time, kind: kind as Kind, commitment, salt, content: read };
}

/** The new entries right after the known ones, sealed on to them. A clock that was set back does not turn the order. */
function follow(session: string, known: GuidanceRecord | undefined, contents: Content[], now: Date) {
  const before = known?.entries ?? [];
  const last = before.at(-1);
  const time = [now.toISOString(), last?.time ?? ''].sort().at(-1)!;
  let sealed = seal(before.map((entry) => entry.commitment));
  const seals: string[] = [];
  const texts = contents.map(canonical);
  const entries = contents.map((content, i): Entry => {
    const salt = newSalt();
    const entry = { session, seq: (last?.seq ?? 0) + i + 1, time, kind: content.kind, content };
    const commitment = commit(entry, salt, texts[i]!);
    sealed = seal([commitment], sealed);
    seals.push(sealed);
    return { ...entry, salt, commitment };
  });
  return { entries, texts, seals, summary: summarise([...before, ...entries], sealed) };
}

/** 32 random bytes. They are asked of the system for many entries at a time, since asking takes longer than getting. */
function newSalt(): string {
  if (salts.length === 0) {
    const bytes = randomBytes(32 * 64);
    for (let at = 0; at < bytes.length; at += 32) salts.push(bytes.toString('hex', at, at + 32));
  }
  return salts.pop()!;
}

const salts: string[] = [];

/** What one append does wrong must not cost the others their answer: a batch that fails is written one by one. */
async function writeOrSplit(database: Database, key: Buffer, batch: Waiting[]): Promise<void> {
  try {
    await writeTogether(database, key, batch);
    answer(batch);
  } catch (fault) {
    const oneIsAtFault = isTaken(fault) || fault instanceof Unlisted;
    if (batch.length === 1 || !oneIsAtFault) answer(batch, fault);
    else for (const one of batch) await writeOrSplit(database, key, [one]);
  }
}

async function writeTogether(database: Database, key: Buffer, batch: Waiting[]): Promise<void> {
  await database.transact(async (tx) => {
    const entries = batch.flatMap((one) => one.entries);
    await tx.insertInto('entry').values(entries.map(entryRow)).execute();
    await tx.insertInto('entry_content').values(batch.flatMap(contentRows)).execute();
    await sealTogether(database.kind, tx, key, batch);
    for (const { known, id, summary } of batch) {
      if (known) await moveOn(tx, known.id, summary);
      else
        await tx
          .insertInto('record')
          .values({ id: id!, ...summary })
          .execute();
    }
  });
}

/** Numbers the records that begin and chains every sealing entry into the ledger, alone in doing so. */
async function sealTogether(
  kind: Database['kind'],
  tx: Transaction<Tables>,
  key: Buffer,
  batch: Waiting[],
): Promise<void> {
  if (!batch.some((one) => one.entries.some((entry) => sealing.has(entry.kind)))) return;
  if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(ledgerLock)})`.execute(tx);
  let last = await lastLink(tx);
  const rows: LedgerRow[] = [];
  const numbers = new Map<number, number>();
  for (const one of batch) {
    one.id = one.known?.id ?? (await nextId(tx, numbers, swedishYear(one.entries[0]!.time)));
    for (const [i, { session, seq, kind }] of one.entries.entries()) {
      if (!sealing.has(kind)) continue;
      const row = { ...splitId(one.id), session, seq, seal: one.seals[i]! };
      const next = { position: last.position + 1, ...row, previous: last.mac };
      rows.push({ ...next, mac: link(key, next) });
      last = rows.at(-1)!;
    }
  }
  await tx.insertInto('ledger').values(rows).execute();
}

/** Any number does, as long as nobody else in the database locks on it. */
const ledgerLock = 1_766_1949;

async function lastLink(query: Kysely<Tables>): Promise<{ position: number; mac: string }> {
  const last = await query
    .selectFrom('ledger')
    .select(['position', 'mac'])
    .orderBy('position', 'desc')
    .limit(1)
    .execute();
  return last[0] ?? { position: 0, mac: '' };
}

async function nextId(tx: Transaction<Tables>, numbers: Map<number, number>, year: number): Promise<number> {
  const last =
    numbers.get(year) ??
    (
      await tx
        .selectFrom('ledger')
        .select('number')
        .where('year', '=', year)
        .orderBy('number', 'desc')
        .limit(1)
        .executeTakeFirst()
    )?.number ??
    0;
  numbers.set(year, last + 1);
  return idOf(year, last + 1);
}

function entryRow({ session, seq, time, kind, commitment }: Entry): EntryRow {
  return { session, seq, time, kind, commitment };
}

function contentRows({ entries, texts }: Waiting): EntryContentRow[] {
  return entries.map(({ session, seq, salt }, i) => ({ session, seq, salt: salt!, content: texts[i]! }));
}

/** A record is in the log and not in the list. */
class Unlisted extends Error {
  override name = 'Unlisted';
}

/** Brings the record's row in the list up to date, in all that can differ after the start. */
async function moveOn(tx: Transaction<Tables>, id: number, summary: Summary): Promise<void> {
  const { language, label, status, outcome, ended_at, last_at, last_seq, seal, search } = summary;
  const row = { language, label, status, outcome, ended_at, last_at, last_seq, seal, search };
  const { numUpdatedRows } = await tx.updateTable('record').set(row).where('id', '=', id).executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new Unlisted(`${numberOf(id)} is missing in the list; "records rebuild" makes it anew.`);
}

function answer(batch: Waiting[], fault?: unknown): void {
  for (const { known, id, entries, resolve, reject } of batch) {
    const { session, seq } = entries[0]!;
    if (isTaken(fault)) reject(new Taken(`Entry ${seq} of session ${session} is written already.`));
    else if (fault !== undefined) reject(fault);
    else resolve({ id: known?.id ?? id!, session, entries: [...(known?.entries ?? []), ...entries] });
  }
}

/** The triggers and the keys of the two databases say it in these words and codes. */
function isTaken(fault: unknown): boolean {
  return fault instanceof Error && (/UNIQUE/.test(fault.message) || ('code' in fault && fault.code === '23505'));
}
