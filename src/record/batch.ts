import { type Kysely, sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { EntryContentRow, EntryRow, LedgerRow, OutboxRow, Tables } from '../database/tables.ts';
import { type Clarified, tellingsOf } from './clarification.ts';
import type { Kind } from './entry.ts';
import { idOf, numberOf, ownNumber, splitId, swedishYear } from './number.ts';
import type { Asked } from './question.ts';
import type { Summary } from './record.ts';
import { link } from './seal.ts';

/** Entries that begin, conclude, reopen or end a record; each is sealed into the ledger. */
export const sealing: ReadonlySet<Kind> = new Set([
  'start',
  'outcome',
  'reopen',
  'close',
  'lapse',
  'review',
  'dispose',
]);

/** What one append writes, as plain rows. `seals[i]` covers the session up to and with `entries[i]`. */
export interface Writing {
  /** The record's; undefined where the record begins, and gets one. */
  id: number | undefined;
  entries: EntryRow[];
  contents: EntryContentRow[];
  seals: string[];
  summary: Summary;
  /** What the lists of questions and of clarifications say of it, where these entries have changed that. */
  question: Asked | undefined;
  clarifications: Clarified[];
  /** What is to be told of it, written together with it: neither is ever there without the other. */
  tell: OutboxRow[];
}

/** What became of it: written under this id, or not at all and why. */
export type Written = { id: number } | { fault: unknown };

/**
 * Writes several appends in one transaction. What one of them does wrong must not cost the others their answer: a batch
 * that fails is written one by one.
 */
export async function writeBatch(database: Database, key: Buffer, batch: readonly Writing[]): Promise<Written[]> {
  try {
    return await writeTogether(database, key, batch);
  } catch (fault) {
    const oneIsAtFault = isTaken(fault) || fault instanceof Unlisted;
    if (batch.length === 1 || !oneIsAtFault) return batch.map(() => ({ fault }));
    const written: Written[] = [];
    for (const one of batch) written.push(...(await writeBatch(database, key, [one])));
    return written;
  }
}

async function writeTogether(database: Database, key: Buffer, batch: readonly Writing[]): Promise<Written[]> {
  return database.transact(async (tx) => {
    await tx
      .insertInto('entry')
      .values(batch.flatMap(({ entries }) => entries))
      .execute();
    await tx
      .insertInto('entry_content')
      .values(batch.flatMap(({ contents }) => contents))
      .execute();
    const ids = await sealTogether(database.kind, tx, key, batch);
    const tell = batch.flatMap((one, i) => one.tell.map((row) => numbered(row, ids[i]!)));
    if (tell.length > 0) await tx.insertInto('outbox').values(tell).execute();
    for (const [i, { id, summary }] of batch.entries()) {
      if (id === undefined)
        await tx
          .insertInto('record')
          .values({ id: ids[i]!, ...summary })
          .execute();
      else await moveOn(tx, id, summary);
    }
    for (const { question, clarifications } of batch) await listAsked(tx, question ? [question] : [], clarifications);
    return ids.map((id) => ({ id }));
  });
}

/** Brings the lists of questions and of clarifications up to date; what they alone know stays as far as it still holds. */
export async function listAsked(
  tx: Transaction<Tables>,
  questions: readonly Asked[],
  clarifications: readonly Clarified[],
): Promise<void> {
  const nobody = { taken_by: null, taken_name: null, taken_at: null, taken_as: null, raised_on: null };
  for (const { session, state, asked_at } of questions) {
    await tx
      .insertInto('question')
      .values({ session, state, asked_at, ...nobody })
      .onConflict((known) =>
        known.column('session').doUpdateSet({
          state,
          asked_at,
          // What is asked after an answer is a new question, which nobody is on yet.
          ...(state === 'waiting' && {
            taken_by: sql`case when question.state = 'answered' then null else question.taken_by end`,
            taken_name: sql`case when question.state = 'answered' then null else question.taken_name end`,
            taken_at: sql`case when question.state = 'answered' then null else question.taken_at end`,
            taken_as: sql`case when question.state = 'answered' then null else question.taken_as end`,
            raised_on: sql`case when question.asked_at < ${asked_at} then null else question.raised_on end`,
          }),
        }),
      )
      .execute();
  }
  for (const row of clarifications) {
    await tx
      .insertInto('clarification')
      .values({ ...row, told_to: 0 })
      .onConflict((known) =>
        known.column('id').doUpdateSet({
          ...row,
          // From its beginning, since whoever was told of it is now told that it holds no longer.
          ...(row.state === 'withdrawn' && {
            told_to: sql`case when clarification.state = 'in force' then 0 else clarification.told_to end`,
          }),
        }),
      )
      .execute();
    if (row.state !== 'in force') await holdBack(tx, row);
  }
}

/** What does not hold any more is told to nobody else; where it was replaced, they are told what holds instead. */
async function holdBack(tx: Transaction<Tables>, { telling }: Clarified): Promise<void> {
  const { from, to } = tellingsOf(telling);
  const { numDeletedRows } = await tx
    .deleteFrom('outbox')
    .where('id', '>', from)
    .where('id', '<', to)
    .where('state', '=', 'waiting')
    .executeTakeFirst();
  if (numDeletedRows === 0n) return;
  await tx
    .updateTable('clarification')
    .set({ told_to: 0 })
    .where('telling', '=', telling)
    .where('state', '=', 'in force')
    .execute();
}

/** What is to be told, with the number that the record has got. */
function numbered(row: OutboxRow, id: number): OutboxRow {
  return row.body.includes(ownNumber) ? { ...row, body: row.body.replaceAll(ownNumber, numberOf(id)) } : row;
}

/** Numbers the records that begin and chains every sealing entry into the ledger, alone in doing so. @returns the ids. */
async function sealTogether(
  kind: Database['kind'],
  tx: Transaction<Tables>,
  key: Buffer,
  batch: readonly Writing[],
): Promise<number[]> {
  const seals = (entry: EntryRow) => sealing.has(entry.kind as Kind);
  if (!batch.some(({ entries }) => entries.some(seals))) return batch.map(({ id }) => id!);
  if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${sql.lit(ledgerLock)})`.execute(tx);
  let last = await lastLink(tx);
  const rows: LedgerRow[] = [];
  const ids: number[] = [];
  const numbers = new Map<number, number>();
  for (const one of batch) {
    const id = one.id ?? (await nextId(tx, numbers, swedishYear(one.entries[0]!.time)));
    ids.push(id);
    for (const [i, entry] of one.entries.entries()) {
      if (!seals(entry)) continue;
      const row = { ...splitId(id), session: entry.session, seq: entry.seq, seal: one.seals[i]! };
      const next = { position: last.position + 1, ...row, previous: last.mac };
      rows.push({ ...next, mac: link(key, next) });
      last = rows.at(-1)!;
    }
  }
  await tx.insertInto('ledger').values(rows).execute();
  return ids;
}

/** Any number does, as long as nobody else in the database locks on it. */
const ledgerLock = 1_766_1949;

/** The ledger's latest link. */
export async function lastLink(query: Kysely<Tables>): Promise<{ position: number; mac: string }> {
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

/** A record is in the log and not in the list. */
class Unlisted extends Error {
  override name = 'Unlisted';
}

/** Brings the record's row in the list up to date, in all that can differ after the start. */
async function moveOn(tx: Transaction<Tables>, id: number, summary: Summary): Promise<void> {
  // What can't differ after the start stays.
  const { session, flow, version, platform, person, started_at, ...row } = summary;
  const { numUpdatedRows } = await tx.updateTable('record').set(row).where('id', '=', id).executeTakeFirst();
  if (numUpdatedRows === 0n)
    throw new Unlisted(`${numberOf(id)} is missing in the list; "records rebuild" makes it anew.`);
}

/** The triggers and the keys of the two databases say it in these words and codes. */
export function isTaken(fault: unknown): boolean {
  return fault instanceof Error && (/UNIQUE/.test(fault.message) || ('code' in fault && fault.code === '23505'));
}
