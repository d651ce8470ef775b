import { randomUUID } from 'node:crypto';
import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { OutboxRow, PersonRow, Tables } from '../database/tables.ts';
import type { Language } from './entry.ts';
import type { Person } from './person.ts';

/** What is said, in the language that the person reads: lines of plain text. */
export type Telling = Record<Language, string[]>;

/**
 * What it is about: a person's guidance that was corrected, sent back, or approved after that; what the registrar says about a question of
 * theirs, an answer or a question back; what somebody says to a question back, for whoever has taken the question; that a
 * clarification they were told of holds no longer; and, as reminders, a clarification of what they have passed, a question
 * that somebody has asked, one that waits and is raised again, and the summary of a week. A reviewer is told that
 * the person has answered what they were asked.
 */
export type Subject =
  | 'corrected'
  | 'returned'
  | 'responded'
  | 'approved'
  | 'reply'
  | 'answered back'
  | 'withdrawn'
  | 'clarification'
  | 'asked'
  | 'raised'
  | 'summary';

/** What a person can turn off. What answers their own question or corrects their own guidance is always told. */
const reminders: ReadonlySet<string> = new Set<Subject>(['clarification', 'asked', 'raised', 'summary']);

/** Whether it is what a person can turn off: see `mute`. */
export function isReminder({ kind }: Pick<OutboxRow, 'kind'>): boolean {
  return reminders.has(kind);
}

interface Said {
  /** The record that it is about. */
  session: string | null;
  kind: Subject;
  words: Telling;
  now: Date;
}

/** Something to be told of the program's own accord. To be written with the entry that it comes of: see `Log.append`. */
export function newTelling({ hash, platform }: Pick<Person, 'hash' | 'platform'>, said: Said): OutboxRow {
  return newRow(hash, platform, said);
}

/** The same for a room that the settings name, where many read it. @param channel as the platform calls it. */
export function newAnnouncement(channel: string, platform: 'slack' | 'teams', said: Said): OutboxRow {
  return newRow(`${room}${channel}`, platform, said);
}

const room = 'channel:';

/** The room that it is for, as the platform calls it; undefined where it is for a person. */
export function channelOf({ recipient }: Pick<OutboxRow, 'recipient'>): string | undefined {
  return recipient.startsWith(room) ? recipient.slice(room.length) : undefined;
}

function newRow(recipient: string, platform: string, { session, kind, words, now }: Said): OutboxRow {
  const at = now.toISOString();
  return {
    ...{ id: randomUUID(), recipient, platform, session, kind, body: JSON.stringify(words) },
    ...{ created_at: at, due_at: at, attempts: 0, state: 'waiting', sent_at: null, because: null },
  };
}

/** Something to be told now, and to whom; nobody where it is for a room, or where the person has been erased. */
export interface Due {
  row: OutboxRow;
  person: PersonRow | undefined;
}

/**
 * What became of it: told; not yet; never, since the person can't be reached any more or wants no reminders; or perhaps,
 * and nobody knows.
 */
export type Told = { kind: 'sent' } | { kind: 'later' | 'gone' | 'uncertain' | 'muted'; because: string };

/** How long after each attempt it is tried again, in minutes. */
const pauses = [1, 5, 30, 120, 720, 1440];

/** Keeps what is to be told, but for what stands there by its id already. @returns how much of it is new. */
export async function keepTellings(tx: Transaction<Tables>, rows: OutboxRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const { numInsertedOrUpdatedRows = 0n } = await tx
    .insertInto('outbox')
    .values(rows)
    .onConflict((known) => known.column('id').doNothing())
    .executeTakeFirst();
  return Number(numInsertedOrUpdatedRows);
}

/**
 * Takes what has been due longest, so that no other instance takes it as well. Whoever takes it says with `settle` what became of it; what
 * was being told when the program ended is never told twice, and shows as uncertain.
 */
export async function takeDue({ query, transact }: Database, now: Date): Promise<Due | undefined> {
  const at = now.toISOString();
  // Asked every second, and hardly ever is there anything: to read holds nobody up.
  const due = query.selectFrom('outbox').select('id').where('state', 'in', ['waiting', 'sending']);
  if (!(await due.where('due_at', '<=', at).limit(1).executeTakeFirst())) return undefined;
  const long = new Date(now.getTime() - 10 * 60_000).toISOString();
  return transact(async (tx) => {
    await tx
      .updateTable('outbox')
      .set({ state: 'uncertain', because: 'the program ended while it was being told', due_at: null })
      .where('state', '=', 'sending')
      .where('due_at', '<', long)
      .execute();
    const row = await tx
      .updateTable('outbox')
      .set({ state: 'sending', due_at: at, attempts: sql`attempts + 1` })
      .where('id', 'in', (due) =>
        due
          .selectFrom('outbox')
          .select('id')
          .where('state', '=', 'waiting')
          .where('due_at', '<=', at)
          .orderBy('due_at')
          .limit(1),
      )
      .where('state', '=', 'waiting')
      .returningAll()
      .executeTakeFirst();
    if (!row) return undefined;
    const person = await tx.selectFrom('person').selectAll().where('hash', '=', row.recipient).executeTakeFirst();
    return { row, person };
  });
}

/**
 * Keeps what became of it; what can be tried again is, with longer and longer pauses, for about two days. Whoever can't be
 * reached is marked, so that what comes later is not tried in vain.
 */
export async function settle(
  { transact }: Database,
  { id, attempts, recipient }: OutboxRow,
  told: Told,
  now: Date,
): Promise<void> {
  const pause = pauses[attempts - 1];
  const state = told.kind !== 'later' ? told.kind : pause === undefined ? 'failed' : 'waiting';
  const next = state === 'waiting' ? new Date(now.getTime() + pause! * 60_000).toISOString() : null;
  await transact(async (tx) => {
    await tx
      .updateTable('outbox')
      .set({
        state,
        due_at: next,
        sent_at: told.kind === 'sent' ? now.toISOString() : null,
        because: told.kind === 'sent' ? null : told.because,
      })
      .where('id', '=', id)
      .execute();
    if (told.kind === 'gone')
      await tx.updateTable('person').set({ unreachable: told.because }).where('hash', '=', recipient).execute();
  });
}

/**
 * Tells once more what could not be told, or may have been: only because a person has chosen to.
 * @param row with the state in which they saw it. @returns whether it was still in that state.
 */
export async function tellAgain(
  { transact }: Database,
  { id, state }: Pick<OutboxRow, 'id' | 'state'>,
  now: Date,
): Promise<boolean> {
  const told = await transact((tx) =>
    tx
      .updateTable('outbox')
      .set({ state: 'waiting', due_at: now.toISOString(), attempts: 0, because: null })
      .where('id', '=', id)
      .where('state', '=', state)
      .returning('id')
      .execute(),
  );
  return told.length > 0;
}
