import { randomBytes } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/database.ts';
import type { EntryRow, OutboxRow, Tables } from '../database/tables.ts';
import { isTaken, lastLink, type Writing, type Written, writeBatch } from './batch.ts';
import { clarificationsOf } from './clarification.ts';
import { Content, type Entry, type Kind } from './entry.ts';
import { questionOf } from './question.ts';
import { type GuidanceRecord, summarise } from './record.ts';
import { openScribe } from './scribe.ts';
import { canonical, commit, seal } from './seal.ts';

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
   * @param tell what is to be told to somebody because of it.
   * @throws Taken if somebody else has written the next entry meanwhile: read again, decide again.
   */
  append(
    session: string,
    known: GuidanceRecord | undefined,
    contents: Content[],
    time: Date,
    tell?: OutboxRow[],
  ): Promise<GuidanceRecord>;
  /** Ends what writes the log. */
  close(): Promise<void>;
  /** The ledger's latest link as `position:mac`. Whoever keeps it elsewhere can prove that no tail was cut off. */
  head(): Promise<string>;
}

/** The next place in the session is taken. */
export class Taken extends Error {
  override name = 'Taken';
}

/**
 * Appends that arrive at the same moment share one transaction, and so one wait for the disk. Where the database would
 * stop everybody else meanwhile, a thread of its own waits.
 * @param key the ledger's key.
 */
export function openLog(database: Database, key: Buffer): Log {
  const waiting: Waiting[] = [];
  const written = new Map<string, GuidanceRecord>();
  const scribe = database.apart === undefined ? undefined : openScribe(database.apart, key);
  // While one transaction is on its way to the disk, the next one is made ready.
  const lanes = database.kind === 'postgres' || scribe ? 2 : 1;
  let writing = 0;

  /** Keeps the records written last, the latest at the end. */
  function keep(record: GuidanceRecord): GuidanceRecord {
    written.delete(record.session);
    written.set(record.session, record);
    if (written.size > 200) written.delete(written.keys().next().value!);
    return record;
  }

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, 64);
      const written = await (scribe ? scribe.write(batch.map(plainly)) : writeBatch(database, key, batch));
      for (const [i, one] of batch.entries()) answer(one, written[i]!);
    }
    writing -= 1;
  }

  return {
    async read(session, seq) {
      const kept = written.get(session);
      if (kept && kept.entries.length === seq) return kept;
      written.delete(session);
      return read(database.query, session);
    },
    append(session, known, contents, time, tell = []) {
      written.delete(session);
      return new Promise<GuidanceRecord>((resolve, reject) => {
        const { record, ...rows } = follow(session, known, contents, time);
        waiting.push({ id: known?.id, ...rows, tell, record, resolve, reject });
        if (writing === lanes) return;
        writing += 1;
        setImmediate(() => void write());
      }).then(keep);
    },
    close: async () => scribe?.close(),
    async head() {
      const { position, mac } = await lastLink(database.query);
      return `${position}:${mac}`;
    },
  };
}

/** An append that waits for its transaction, and the record as it is after it. */
interface Waiting extends Writing {
  record: Omit<GuidanceRecord, 'id'>;
  resolve(record: GuidanceRecord): void;
  reject(fault: unknown): void;
}

function plainly({ id, entries, contents, seals, summary, question, clarifications, tell }: Waiting): Writing {
  return { id, entries, contents, seals, summary, question, clarifications, tell };
}

function answer({ record, resolve, reject, entries }: Waiting, written: Written): void {
  const [first] = entries;
  if ('id' in written) resolve({ id: written.id, ...record });
  else if (!isTaken(written.fault)) reject(written.fault);
  else reject(new Taken(`Entry ${first?.seq} of session ${first?.session} is written already.`));
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
  const added = contents.map((content, i): Entry => {
    const salt = newSalt();
    const entry = { session, seq: (last?.seq ?? 0) + i + 1, time, kind: content.kind, content };
    const commitment = commit(entry, salt, texts[i]);
    sealed = seal([commitment], sealed);
    seals.push(sealed);
    return { ...entry, salt, commitment };
  });
  const entries = [...before, ...added];
  return {
    entries: added.map(({ seq, kind, commitment }): EntryRow => ({ session, seq, time, kind, commitment })),
    contents: added.map(({ seq, salt }, i) => ({ session, seq, salt: salt!, content: texts[i]! })),
    seals,
    summary: summarise(entries, sealed),
    question: contents.some(({ kind }) => questions.has(kind)) ? questionOf(entries) : undefined,
    clarifications: contents.some(({ kind }) => kind === 'clarify') ? clarificationsOf(entries) : [],
    record: { session, entries },
  };
}

/** What can change where a question stands. */
const questions: ReadonlySet<Kind> = new Set(['ask', 'reply', 'dispose']);

/** 32 random bytes. They are asked of the system for many entries at a time, since asking takes longer than getting. */
function newSalt(): string {
  if (salts.length === 0) {
    const bytes = randomBytes(32 * 64);
    for (let at = 0; at < bytes.length; at += 32) salts.push(bytes.toString('hex', at, at + 32));
  }
  return salts.pop()!;
}

const salts: string[] = [];
