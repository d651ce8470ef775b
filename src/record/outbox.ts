import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { OutboxRow, PersonRow } from '../database/tables.ts';
import type { Language } from './entry.ts';
import type { Person } from './person.ts';

/** What is said, in the language that the person reads: lines of plain text. */
export type Telling = Record<Language, string[]>;

/** Something to be told of the program's own accord. To be written with the entry that it comes of: see `Log.append`. */
export function newTelling(
  { hash, platform }: Pick<Person, 'hash' | 'platform'>,
  { session, kind, words, now }: { session: string | null; kind: string; words: Telling; now: Date },
): OutboxRow {
  const at = now.toISOString();
  return {
    ...{ id: randomUUID(), recipient: hash, platform, session, kind, body: JSON.stringify(words) },
    ...{ created_at: at, due_at: at, attempts: 0, state: 'waiting', sent_at: null, because: null },
  };
}

/** Something to be told now, and to whom; nobody where the person has been erased. */
export interface Due {
  row: OutboxRow;
  person: PersonRow | undefined;
}

/** What became of it: told; not yet; never, since the person can't be reached any more; or perhaps, and nobody knows. */
export type Told = { kind: 'sent' } | { kind: 'later' | 'gone' | 'uncertain'; because: string };

/** How long after each attempt it is tried again, in minutes. */
const pauses = [1, 5, 30, 120, 720, 1440];

/**
 * Takes what is due, so that no other instance takes it as well. Whoever takes it says with `settle` what became of it; what
 * was being told when the program ended is never told twice, and shows as uncertain.
 */
export async function takeDue({ query, transact }: Database, now: Date, most = 20): Promise<Due[]> {
  const at = now.toISOString();
  // Asked every second, and hardly ever is there anything: to read holds nobody up.
  const due = query.selectFrom('outbox').select('id').where('state', 'in', ['waiting', 'sending']);
  if (!(await due.where('due_at', '<=', at).limit(1).executeTakeFirst())) return [];
  const long = new Date(now.getTime() - 10 * 60_000).toISOString();
  return transact(async (tx) => {
    await tx
      .updateTable('outbox')
      .set({ state: 'uncertain', because: 'the program ended while it was being told', due_at: null })
      .where('state', '=', 'sending')
      .where('due_at', '<', long)
      .execute();
    const rows = await tx
      .updateTable('outbox')
      .set({ state: 'sending', due_at: at, attempts: sql`attempts + 1` })
      .where('id', 'in', (due) =>
        due
          .selectFrom('outbox')
          .select('id')
          .where('state', '=', 'waiting')
          .where('due_at', '<=', at)
          .orderBy('due_at')
          .limit(most),
      )
      .where('state', '=', 'waiting')
      .returningAll()
      .execute();
    if (rows.length === 0) return [];
    const hashes = rows.map(({ recipient }) => recipient);
    const people = await tx.selectFrom('person').selectAll().where('hash', 'in', hashes).execute();
    return rows.map((row) => ({ row, person: people.find(({ hash }) => hash === row.recipient) }));
  });
}

/** Keeps what became of it; what can be tried again is, with longer and longer pauses, for about two days. */
export async function settle(
  { transact }: Database,
  { id, attempts }: OutboxRow,
  told: Told,
  now: Date,
): Promise<void> {
  const pause = pauses[attempts - 1];
  const state = told.kind !== 'later' ? told.kind : pause === undefined ? 'failed' : 'waiting';
  const next = state === 'waiting' ? new Date(now.getTime() + pause! * 60_000).toISOString() : null;
  await transact((tx) =>
    tx
      .updateTable('outbox')
      .set({
        state,
        due_at: next,
        sent_at: told.kind === 'sent' ? now.toISOString() : null,
        because: told.kind === 'sent' ? null : told.because,
      })
      .where('id', '=', id)
      .execute(),
  );
}
