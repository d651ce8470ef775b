import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { readEntry, selectEntries } from './log.ts';
import { idOf } from './number.ts';
import { summarise } from './record.ts';
import { seal } from './seal.ts';

/**
 * Makes the list of records anew from the log, in one transaction. A record that has been disposed of keeps its row:
 * what the row was made from is gone.
 * @returns how many rows were made.
 */
export async function rebuild(database: Database): Promise<number> {
  return database.transact(async (tx) => {
    // Nobody may add to the list between its end and its new beginning; SQLite's transaction sees to that by itself.
    if (database.kind === 'postgres') await sql`lock table record in exclusive mode`.execute(tx);
    await tx.deleteFrom('record').where('status', '<>', 'disposed').execute();
    let made = 0;
    let after = '';
    for (;;) {
      const found = await tx
        .selectFrom('ledger')
        .select(['session', 'year', 'number'])
        .distinct()
        .where('session', '>', after)
        .orderBy('session')
        .limit(500)
        .execute();
      if (found.length === 0) return made;
      const [first, last] = [found[0]!.session, found.at(-1)!.session];
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
      if (records.length > 0) await tx.insertInto('record').values(records).execute();
      made += records.length;
      after = last;
    }
  });
}
