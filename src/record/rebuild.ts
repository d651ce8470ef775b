import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { readEntry, selectEntries } from './log.ts';
import { idOf } from './number.ts';
import { summarise } from './record.ts';
import { seal } from './seal.ts';

/**
 * Makes the list of records anew from the log, some hundred at a time, so that nobody who presses has to wait for all
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
  await database.transact((tx) =>
    tx
      .deleteFrom('record')
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('ledger').select('ledger.session').whereRef('ledger.session', '=', 'record.session'))),
      )
      .execute(),
  );
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
