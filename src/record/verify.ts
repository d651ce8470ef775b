import { createHash } from 'node:crypto';
import type { Kysely } from 'kysely';
import type { Database } from '../database/database.ts';
import type { ClarificationRow, LedgerRow, QuestionRow, RecordRow, Tables } from '../database/tables.ts';
import { sealing } from './batch.ts';
import { clarificationsOf } from './clarification.ts';
import type { Entry } from './entry.ts';
import { type Fault, verifyLedger } from './ledger.ts';
import { readEntry, selectEntries } from './log.ts';
import { idOf, numberOf } from './number.ts';
import { questionOf } from './question.ts';
import { summarise } from './record.ts';
import { canonical, commit, link, seal } from './seal.ts';

/** What a verification found. */
export interface Verdict {
  records: number;
  entries: number;
  /** The latest link found: `position:mac`. */
  head: string;
  faults: Fault[];
}

/**
 * Holds every entry against its commitment, every record against its seals in the ledger, the ledger against its
 * chain, the list against the log, and the flows that were used against their versions. Reads in pages, so that a log
 * of any length can be verified.
 * @param key the ledger's key.
 * @param head a link noted earlier, as `position:mac`; with it a tail that was cut off shows as well.
 */
export async function verify({ snapshot }: Database, key: Buffer, head?: string): Promise<Verdict> {
  return snapshot(async (query) => {
    const ledger = await verifyLedger(query, key, head);
    const log = await verifyRecords(query);
    const faults = [...ledger.faults, ...log.faults, ...(await verifyVersions(query))];
    return { ...log, head: ledger.head, faults };
  });
}

/** One record as the log holds it, and what is not as it was written. */
export interface Proof {
  row: RecordRow | undefined;
  /** What can be read; content that somebody has broken is null. */
  entries: Entry[];
  faults: string[];
  /** What the list says otherwise than the log; the log holds. */
  misread: string[];
  /** The last place in the ledger that covers it, and up to which of its entries. */
  sealed: { position: number; seq: number } | undefined;
}

/**
 * Holds one record against its commitments, its seals, its rows of the ledger and the row before each of these, and the
 * flow that it was guided by against its version. Whether the ledger's tail was cut off shows in `verify` alone.
 * @param key the ledger's key.
 */
export async function verifyRecord({ snapshot }: Database, key: Buffer, session: string): Promise<Proof> {
  return snapshot(async (query) => {
    const [found] = await findSessions(query, [session]);
    const { entries, ledger, row } = found!;
    const faults = [...faultsInLog(found!), ...(await verifyLinks(query, key, ledger))];
    if (row) faults.push(...(await verifyVersions(query, row.version)).map(({ what }) => what));
    const last = ledger.at(-1);
    const sealed = last && { position: last.position, seq: last.seq };
    return { row, entries, faults, misread: faultsInList(found!, faults.length === 0), sealed };
  });
}

/** Holds these rows of the ledger against the key, and each against the row before it. */
async function verifyLinks(query: Kysely<Tables>, key: Buffer, rows: readonly LedgerRow[]): Promise<string[]> {
  const before = rows.filter(({ position }) => position > 1).map(({ position }) => position - 1);
  const found =
    before.length === 0
      ? []
      : await query.selectFrom('ledger').select(['position', 'mac']).where('position', 'in', before).execute();
  const macs = new Map([[0, ''], ...found.map(({ position, mac }) => [position, mac] as const)]);
  return rows.flatMap((row) => {
    const { position, previous } = row;
    const altered = row.mac !== link(key, row) ? [`row ${position} of the ledger has been altered`] : [];
    if (macs.get(position - 1) === previous) return altered;
    return [...altered, `row ${position} of the ledger does not follow from the row before it`];
  });
}

async function verifyRecords(query: Kysely<Tables>) {
  const faults: Fault[] = [];
  let records = 0;
  let entries = 0;
  for await (const found of sessions(query)) {
    records += 1;
    entries += found.entries.length;
    for (const record of found.names) faults.push(...faultsOf(found).map((what) => ({ record, what })));
  }
  return { records, entries, faults };
}

interface Found {
  /** The record's number; more than one where ledger and list do not agree. */
  names: string[];
  entries: Entry[];
  unreadable: number[];
  rewritten: number[];
  ledger: LedgerRow[];
  row: RecordRow | undefined;
  question: QuestionRow | undefined;
  clarifications: ClarificationRow[];
}

function faultsOf(found: Found): string[] {
  const faults = faultsInLog(found);
  return [...faults, ...faultsInList(found, faults.length === 0)];
}

function faultsInLog({ names, entries, unreadable, rewritten, ledger }: Found): string[] {
  if (entries.length === 0) return ['all of its entries are missing'];
  const faults = names.length > 1 ? [`ledger and list give it different numbers: ${names.join(', ')}`] : [];
  faults.push(...unreadable.map((seq) => `entry ${seq} can't be read any more`));
  const disposed = entries.some((entry) => entry.kind === 'dispose');
  const seals = new Map<number, string>();
  let sealed = '';
  entries.forEach((entry, i) => {
    const { seq, content, salt, commitment } = entry;
    const expected = i === 0 ? 1 : entries[i - 1]!.seq + 1;
    if (seq !== expected) faults.push(`entry ${expected} is missing`);
    if (content === null && !unreadable.includes(seq) && !disposed)
      faults.push(`the content of entry ${seq} is missing, and no disposal says why`);
    const whole = isHash(commitment) && (content === null || (isHash(salt!) && commit(entry, salt!) === commitment));
    if (!whole || rewritten.includes(seq)) faults.push(`entry ${seq} has been altered`);
    sealed = isHash(commitment) ? seal([commitment], sealed) : '';
    seals.set(seq, sealed);
  });
  for (const { seq, seal } of ledger) {
    if (!seals.has(seq)) faults.push(`entry ${seq} is in the ledger and missing in the log`);
    else if (seals.get(seq) !== seal) faults.push(`the entries up to ${seq} are not those that the ledger sealed`);
  }
  const inLedger = new Set(ledger.map(({ seq }) => seq));
  for (const { seq, kind } of entries)
    if (sealing.has(kind) && !inLedger.has(seq)) faults.push(`entry ${seq} (${kind}) is missing in the ledger`);
  return faults;
}

/** What the list says otherwise than the log; not asked where the log itself is not whole. */
function faultsInList({ row, entries, question, clarifications }: Found, whole: boolean): string[] {
  if (!row) return entries.length > 0 ? ['it is missing in the list'] : [];
  if (!whole) return [];
  if (!entries.some((entry) => entry.kind === 'dispose'))
    return [
      ...differences(row, summarise(entries, seal(entries.map((entry) => entry.commitment)))),
      ...differencesAsked(entries, question, clarifications),
    ];
  return row.status === 'disposed' ? [] : ['the list does not show that it was disposed of'];
}

const isHash = (text: string) => /^[0-9a-f]{64}$/.test(text);

/** What the log makes of a row, against the row as it is. */
function differences<Row extends object>(row: Row, made: Partial<Row>, list = 'the list'): string[] {
  return Object.entries(made)
    .filter(([column, value]) => row[column as keyof Row] !== value)
    .map(([column]) => `${list} says something else than the log (${column})`);
}

function differencesAsked(
  entries: readonly Entry[],
  question: QuestionRow | undefined,
  clarifications: readonly ClarificationRow[],
): string[] {
  const asked = questionOf(entries);
  const made = clarificationsOf(entries);
  const questions = 'the list of questions';
  const faults: string[] = [];
  if (asked && question) faults.push(...differences(question, asked, questions));
  else if (asked) faults.push(`it is missing in ${questions}`);
  else if (question) faults.push(`${questions} has one that the log does not know`);
  const list = 'the list of clarifications';
  for (const one of made) {
    const row = clarifications.find(({ id }) => id === one.id);
    faults.push(...(row ? differences(row, one, list) : [`clarification ${one.id} is missing in ${list}`]));
  }
  for (const { id } of clarifications)
    if (!made.some((one) => one.id === id)) faults.push(`${list} has ${id}, which the log does not know`);
  return faults;
}

/** Every session that the log, the ledger or a list knows, with what each of them says of it. */
async function* sessions(query: Kysely<Tables>): AsyncGenerator<Found> {
  let after = '';
  for (;;) {
    const tables = ['entry', 'ledger', 'record', 'question', 'clarification'] as const;
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
    yield* await findSessions(query, names);
  }
}

/** What log, ledger and lists know of these sessions, which are all that there are from the first to the last of them. */
async function findSessions(query: Kysely<Tables>, sessions: readonly string[]): Promise<Found[]> {
  const [first, last] = [sessions[0]!, sessions.at(-1)!];
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
  const questions = await query
    .selectFrom('question')
    .selectAll()
    .where('session', '>=', first)
    .where('session', '<=', last)
    .execute();
  const clarifications = await query
    .selectFrom('clarification')
    .selectAll()
    .where('session', '>=', first)
    .where('session', '<=', last)
    .execute();
  const entriesOf = Map.groupBy(entries, (row) => row.session);
  const askedOf = new Map(questions.map((row) => [row.session, row]));
  const clarifiedOf = Map.groupBy(clarifications, (row) => row.session);
  const linksOf = Map.groupBy(ledger, (row) => row.session);
  const rowOf = new Map(rows.map((row) => [row.session, row]));
  return sessions.map((session) => {
    const links = linksOf.get(session) ?? [];
    const row = rowOf.get(session);
    const numbers = [...links.map(({ year, number }) => idOf(year, number)), ...(row ? [row.id] : [])].map(numberOf);
    const names = numbers.length > 0 ? [...new Set(numbers)] : [session];
    const asked = { question: askedOf.get(session), clarifications: clarifiedOf.get(session) ?? [] };
    return { names, ledger: links, row, ...asked, ...readAll(entriesOf.get(session) ?? []) };
  });
}

/** A content that somebody has broken is named, and the rest is verified all the same. */
function readAll(rows: Parameters<typeof readEntry>[0][]): Pick<Found, 'entries' | 'unreadable' | 'rewritten'> {
  const unreadable: number[] = [];
  const rewritten: number[] = [];
  const entries = rows.map((row) => {
    try {
      const entry = readEntry(row);
      if (row.content !== null && row.content !== canonical(entry.content)) rewritten.push(row.seq);
      return entry;
    } catch {
      unreadable.push(row.seq);
      return readEntry({ ...row, content: null });
    }
  });
  return { entries, unreadable, rewritten };
}

/** A version is the SHA-256 of the flow that it names, so that nobody is guided by another one under its name. */
async function verifyVersions(query: Kysely<Tables>, version?: string): Promise<Fault[]> {
  const rows = await query
    .selectFrom('flow_version')
    .select(['version', 'flow', 'body'])
    .$if(version !== undefined, (rows) => rows.where('version', '=', version!))
    .execute();
  return rows
    .filter(({ version, body }) => createHash('sha256').update(body).digest('hex') !== version)
    .map(({ version, flow }) => ({ record: `flow ${flow}`, what: `its version ${version} has been altered` }));
}
