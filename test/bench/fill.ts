import { on } from 'node:events';
import { Worker } from 'node:worker_threads';
import { sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import type { Rows } from './records.ts';

/**
 * Fills an empty log with `count` records as six years of use would leave them, sealed and linked as `append` does it,
 * but written in big batches and, with SQLite, without waiting for the disk: open the database anew before anything is
 * measured. A thread beside this one makes the next batch while one is written.
 */
export async function fill({ kind, query }: Database, key: Buffer, count: number): Promise<void> {
  if (kind === 'sqlite') await sql`pragma synchronous=off`.execute(query);
  const maker = new Worker(new URL('./records.ts', import.meta.url), {
    workerData: { key: key.toString('hex'), count },
  });
  const batches = on(maker, 'message', { close: ['exit'] }) as AsyncIterable<[Rows]>;
  for (const ahead of ['one', 'two']) maker.postMessage(ahead);
  for await (const [{ entry, content, ledger, record }] of batches) {
    maker.postMessage('another');
    await query.transaction().execute(async (tx) => {
      await tx.insertInto('entry').values(entry).execute();
      await tx.insertInto('entry_content').values(content).execute();
      await tx.insertInto('ledger').values(ledger).execute();
      await tx.insertInto('record').values(record).execute();
    });
  }
  if (kind === 'postgres') await sql`analyze`.execute(query);
}
