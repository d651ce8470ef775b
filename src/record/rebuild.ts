import { sql, type Transaction } from 'kysely';
import type { Database } from '../database/database.ts';
import type { RecordRow, Tables } from '../database/tables.ts';
import { listAsked } from './batch.ts';
import { clarificationsOf } from './clarification.ts';
import type { Entry } from './entry.ts';
import { readEntry, selectEntries } from './log.ts';
import { idOf } from './number.ts';
import { questionOf } from './question.ts';
import { summarise } from './record.ts';
import { seal } from './seal.ts';

/**
 * Makes the list of records, and those of questions and clarifications, anew from the log, some hundred at a time, so that nobody who presses has to wait for all
 * of it. A record that has been disposed of keeps its row: what the row was made from is gone.
 * @returns how many rows were made.
 */
export async function rebuild(database: Database): Promise<number> {
  let made = 0;
  let after: string | undefined = '';
  while (after !== undefined) {
    const part = await rebuildAfter(database, after);
    made += part.made;
    after = part.last;
  }
  await database.transact(async (tx) => {
    for (const list of ['record', 'question', 'clarification'] as const)
      await tx
        .deleteFrom(list)
        .where(sql<boolean>`not exists (select 1 from ledger where ledger.session = ${sql.ref(`${list}.session`)})`)
        .execute();
  });
  return made;
}

async function rebuildAfter(database: Database, after: string): Promise<{ made: number; last: string | undefined }> {
  return database.transact(async (tx) => {
    // Nobody may add to these records between their end in the list and their new beginning; SQLite sees to that itself.
    if (database.kind === 'postgres') await sql`lock table record in exclusive mode`.execute(tx);
    const found = await tx
      .selectFrom('ledger')
      .select(['session', 'year', 'number'])
      .distinct()
      .where('session', '>', after)
      .orderBy('session')
      .limit(500)
      .execute();
    const [first, last] = [found[0]?.session, found.at(-1)?.session];
    if (first === undefined || last === undefined) return { made: 0, last: undefined };
    const rows = await selectEntries(tx)
      .where('entry.session', '>=', first)
      .where('entry.session', '<=', last)
      .execute();
    const entriesOf = Map.groupBy(rows.map(readEntry), (entry) => entry.session);
    const kept = found.filter(({ session }) => !entriesOf.get(session)?.some(({ kind }) => kind === 'dispose'));
    await listAnew(
      tx,
      kept.map(({ session }) => entriesOf.get(session) ?? []),
    );
    const records = found.flatMap(({ session, year, number }): RecordRow[] => {
      const entries = entriesOf.get(session) ?? [];
      if (entries.some((entry) => entry.kind === 'dispose') || entries.length === 0) return [];
      const sealed = seal(entries.map((entry) => entry.commitment));
      return [{ id: idOf(year, number), ...summarise(entries, sealed) }];
    });
    if (records.length > 0) {
      const sessions = records.map((record) => record.session);
      const ids = records.map((record) => record.id);
      await tx
        .deleteFrom('record')
        .where((is) => is.or([is('session', 'in', sessions), is('id', 'in', ids)]))
        .execute();
      await tx.insertInto('record').values(records).execute();
    }
    return { made: records.length, last };
  });
}

/** Makes anew what the lists of questions and of clarifications say of these records. */
async function listAnew(tx: Transaction<Tables>, records: readonly Entry[][]): Promise<void> {
  const sessions = records.flatMap(([first]) => first?.session ?? []);
  if (sessions.length === 0) return;
  const questions = records.flatMap((entries) => questionOf(entries) ?? []);
  const clarifications = records.flatMap(clarificationsOf);
  const [asked, made] = [questions.map(({ session }) => session), clarifications.map(({ id }) => id)];
  await tx
    .deleteFrom('question')
    .where('session', 'in', sessions)
    .$if(asked.length > 0, (rows) => rows.where('session', 'not in', asked))
    .execute();
  await tx
    .deleteFrom('clarification')
    .where('session', 'in', sessions)
    .$if(made.length > 0, (rows) => rows.where('id', 'not in', made))
    .execute();
  await listAsked(tx, questions, clarifications);
}
