import { createWriteStream } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { pipeline } from 'node:stream/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Database, openDatabase } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import type { Language } from '../record/entry.ts';
import { type Filter, list } from '../record/list.ts';
import { writeCsv } from './exportcsv.ts';
import { columnsOf, describeMore, type Titles } from './exporttable.ts';
import { exportWords } from './exportwords.ts';
import { writeXlsx } from './exportxlsx.ts';

/** The forms that a list can be taken along in. */
export const formats = ['xlsx', 'csv', 'jsonl'] as const;
export type Format = (typeof formats)[number];

/** What is written, and where. */
interface Given {
  /** The database that is read. */
  url: string;
  filter: Filter;
  format: Format;
  language: Language;
  titles: Titles;
  /** A file that is not there yet. */
  file: string;
}

/** How far it has come: the rows read, and when the first and the last of these began. */
export interface Progress {
  rows: number;
  newest: string | undefined;
  latest: string | undefined;
}

/**
 * Writes the records that the filter leaves into a file, in a thread of its own that reads the database by itself: a few
 * at a time, so that the file may be of any length.
 * @returns the number of rows when all of them are on disk; `stop` makes that fail.
 */
export function writeApart(given: Given, tell: (progress: Progress) => void): { done: Promise<number>; stop(): void } {
  const thread = new Worker(new URL(import.meta.url), {
    workerData: { export: given },
    resourceLimits: { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 16 },
  });
  thread.unref();
  const done = new Promise<number>((resolve, reject) => {
    thread.on('message', (told: Progress | { written: number }) =>
      'written' in told ? resolve(told.written) : tell(told),
    );
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The export ended before all of it was written.')));
  });
  return { done, stop: () => void thread.terminate() };
}

/** So many records are read and written at a time. */
const portion = 1000;

if (!isMainThread && parentPort && workerData?.export) {
  // On Linux this holds for the thread alone, and whoever presses in the chat comes first; elsewhere it would hold for
  // the whole program.
  if (process.platform === 'linux') setPriority(constants.priority.PRIORITY_LOW);
  const port = parentPort;
  const given = workerData.export as Given;
  const database = await openDatabase(given.url, { beside: true });
  let told = 0;
  const rows = await write(database, given, (progress) => {
    if (performance.now() - told < 200) return;
    told = performance.now();
    port.postMessage(progress);
  });
  await database.close();
  port.postMessage({ written: rows });
}

async function write(database: Database, given: Given, tell: (progress: Progress) => void): Promise<number> {
  const { filter, format, language, titles, file } = given;
  const progress: Progress = { rows: 0, newest: undefined, latest: undefined };
  async function* portions(): AsyncGenerator<RecordRow[]> {
    let rows: RecordRow[] = [];
    const told = () => {
      progress.rows += rows.length;
      progress.newest ??= rows[0]?.started_at;
      progress.latest = rows.at(-1)?.started_at ?? progress.latest;
      tell(progress);
    };
    for await (const row of list(database, filter)) {
      rows.push(row);
      if (rows.length < portion) continue;
      yield rows;
      told();
      rows = [];
    }
    yield rows;
    told();
  }
  const columns = columnsOf(language, titles);
  const names = columns.map(({ name }) => name);
  async function* cells() {
    for await (const rows of portions()) yield rows.map((row) => columns.map(({ of }) => of(row)));
  }
  async function* lines() {
    for await (const rows of portions())
      yield rows.map((row) => `${JSON.stringify(describeMore(row, titles, language))}\n`).join('');
  }
  const written = {
    csv: () => writeCsv(names, cells()),
    xlsx: () => writeXlsx(exportWords(language).sheet, names, cells()),
    jsonl: lines,
  };
  // What is there already is never written over, and nobody else on the machine reads it.
  await pipeline(written[format](), createWriteStream(file, { flags: 'wx', mode: 0o600 }));
  return progress.rows;
}
