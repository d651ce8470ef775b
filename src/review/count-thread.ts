import { constants, setPriority } from 'node:os';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../database/database.ts';
import type { Flow, Municipality } from '../guidance/flow.ts';
import { type Asked, drawAmong, type NewSample } from './drawing.ts';
import type { Member } from './members.ts';
import { type Asking, type Counted, count, type Report } from './report.ts';

/** What a thread is given: the address of the database, and what is to be done with all that it holds. */
type Work = { url: string } & (
  | { what: 'count'; asking: Asking; flows: Map<string, Flow>; municipality: Municipality }
  | { what: 'draw'; member: Member; asked: Asked; sample: NewSample }
);

/**
 * Counts in a thread of its own, on a connection of its own: however many records there are, nobody who presses in the
 * chat waits for it. It reads them a thousand at a time: a read that lasted for minutes would keep SQLite from putting
 * its journal away, and all that had gathered there would then be put away while somebody waits.
 */
export function countApart(
  { database, flows, municipality }: Counted,
  asking: Asking,
  tell: (rows: number) => void,
): Promise<Report> {
  return workApart({ url: database.url, what: 'count', asking, flows, municipality }, tell);
}

/** Draws and keeps a sample in a thread of its own, as `countApart` counts. @returns how many it was drawn from. */
export function drawApart({ url }: Database, member: Member, asked: Asked, sample: NewSample): Promise<number> {
  return workApart({ url, what: 'draw', member, asked, sample });
}

function workApart<T>(work: Work, tell: (rows: number) => void = () => {}): Promise<T> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { work } });
    thread.on('message', (said: { counted: number } | { done: T }) =>
      'done' in said ? resolve(said.done) : tell(said.counted),
    );
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The counting has ended before its end.')));
  });
}

if (!isMainThread && parentPort && workerData?.work) {
  const work = workerData.work as Work;
  const port = parentPort;
  // Where a thread can have a rank of its own, whoever presses comes first on a processor that is busy.
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
  const database = await openDatabase(work.url, { beside: true });
  const done =
    work.what === 'count'
      ? await count({ ...work, database }, work.asking, (counted) => port.postMessage({ counted }))
      : await drawAmong(database, work.member, work.asked, work.sample);
  port.postMessage({ done });
  await database.close();
}
