import { parentPort, workerData } from 'node:worker_threads';
import { openDatabase } from '../database/database.ts';
import { type Writing, type Written, writeBatch } from './batch.ts';

// The thread's side of scribe.ts: one batch after another, on a connection of its own.
const { url, key } = workerData as { url: string; key: Uint8Array };
const database = await openDatabase(url);
let before = Promise.resolve();

parentPort!.on('message', (asked: { number: number; batch: Writing[] } | 'close') => {
  before = before.then(async () => {
    if (asked === 'close') {
      await database.close();
      parentPort!.close();
      return;
    }
    const written = await writeBatch(database, Buffer.from(key), asked.batch);
    parentPort!.postMessage({ batch: asked.number, written: written.map(asSent) });
  });
});

/** Of a fault only its words pass from thread to thread. */
function asSent(written: Written): Written {
  if ('id' in written) return written;
  return { fault: new Error(written.fault instanceof Error ? written.fault.message : String(written.fault)) };
}
