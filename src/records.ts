import { existsSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { environment, readConfig } from './config.ts';
import { type Database, fileOf, openDatabase } from './database/database.ts';
import type { RecordRow } from './database/tables.ts';
import { Filter, list } from './record/list.ts';
import { openLog } from './record/log.ts';
import { readNumber } from './record/number.ts';
import { rebuild } from './record/rebuild.ts';
import { deriveKeys, type Keys } from './record/seal.ts';
import { describe, describeWhole, transcribe } from './record/transcript.ts';
import { verify } from './record/verify.ts';
import { writeCsv } from './review/exportcsv.ts';
import type { Cell } from './review/exporttable.ts';

const usage = `npm run --silent records -- COMMAND

  list [--json] [--flow F] [--outcome CODE] [--status open|concluded|closed|lapsed|disposed]
       [--from 2026-11-01] [--to 2026-11-30] [--search WORDS] [--limit N]
  show VGL-2026-00042 [--json]
  verify [--head POSITION:MAC]    is every record as it was written? exit 1 and its number where one is not
  export --format jsonl|csv       one row a record, with the same filters as list
  rebuild                         makes the list of records anew from the log`;

/** What a row of the CSV file says; names as in the list of contracts. */
const columns = [
  'number',
  'flow',
  'version',
  'platform',
  'status',
  'outcome',
  'startedAt',
  'endedAt',
  'label',
] as const;

try {
  process.exitCode = await main();
} catch (fault) {
  // Whoever reads us has read enough, as "head" does.
  if ((fault as NodeJS.ErrnoException).code !== 'EPIPE') {
    console.error(
      fault instanceof z.ZodError ? z.prettifyError(fault) : fault instanceof Error ? fault.message : fault,
    );
    process.exitCode = 1;
  }
}

async function main(): Promise<number> {
  const text = { type: 'string' } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      json: { type: 'boolean' },
      head: text,
      format: text,
      flow: text,
      outcome: text,
      status: text,
      from: text,
      to: text,
      search: text,
      limit: text,
    },
  });
  const { json = false, head, format, ...filter } = values;
  const [command, number] = positionals;
  if (!['list', 'show', 'verify', 'export', 'rebuild'].includes(command ?? '')) throw new Error(usage);
  const config = readConfig(environment());
  const file = fileOf(config.DATABASE_URL);
  if (file !== undefined && !existsSync(file))
    throw new Error(`There is no log at ${file} yet: it is made when the program is started.`);
  const database = await openDatabase(config.DATABASE_URL);
  const keys = deriveKeys(config.SECRET_KEY);
  try {
    switch (command) {
      case 'show':
        return await show(database, keys, number, json);
      case 'verify':
        return await tellVerdict(database, keys, head);
      case 'export':
        return await exportAll(database, Filter.parse(filter), format);
      case 'rebuild':
        console.log(`${await rebuild(database)} rows made anew from the log.`);
        return 0;
      default:
        return await listAll(database, Filter.parse(filter), json);
    }
  } finally {
    await database.close();
  }
}

async function listAll(database: Database, filter: Filter, json: boolean): Promise<number> {
  await write(json ? jsonArray(list(database, filter)) : table(list(database, filter)));
  return 0;
}

async function* jsonArray(rows: AsyncIterable<RecordRow>) {
  let before = '[';
  for await (const row of rows) {
    yield `${before}\n${JSON.stringify(describe(row))}`;
    before = ',';
  }
  yield before === '[' ? '[]\n' : '\n]\n';
}

async function* table(rows: AsyncIterable<RecordRow>) {
  for await (const row of rows) {
    const { number, flow, status, outcome, startedAt, label } = describe(row);
    yield `${[number, startedAt, flow, outcome ?? status, label ?? ''].join('  ').trimEnd()}\n`;
  }
}

async function show(database: Database, keys: Keys, number: string | undefined, json: boolean): Promise<number> {
  const id = readNumber(number ?? '');
  if (id === undefined) throw new Error(`"${number ?? ''}" is no number of a record; they look like VGL-2026-00042.`);
  const row = await database.query.selectFrom('record').selectAll().where('id', '=', id).executeTakeFirst();
  const record = row && (await openLog(database, keys.ledger).read(row.session));
  if (!row || !record) throw new Error(`There is no record ${number}.`);
  await write([json ? `${JSON.stringify(describeWhole(row, record), null, 2)}\n` : transcribe(row, record)]);
  return 0;
}

async function tellVerdict(database: Database, keys: Keys, head: string | undefined): Promise<number> {
  const { records, entries, faults, head: found } = await verify(database, keys.ledger, head);
  for (const { record, what } of faults) console.log(`${record}: ${what}`);
  console.log(
    `${records} records, ${entries} entries, ${faults.length === 0 ? 'all as they were written' : `${faults.length} fault(s)`}`,
  );
  console.log(`head ${found}`);
  return faults.length === 0 ? 0 : 1;
}

async function exportAll(database: Database, filter: Filter, format: string | undefined): Promise<number> {
  if (format !== 'jsonl' && format !== 'csv') throw new Error('Say in which form: --format jsonl or --format csv.');
  const rows = list(database, filter);
  await write(
    format === 'jsonl'
      ? mapped(rows, (row) => `${JSON.stringify(describe(row))}\n`)
      : writeCsv(
          columns,
          mapped(rows, (row) => [cells(row)]),
        ),
  );
  return 0;
}

function cells(row: RecordRow): Cell[] {
  const described = describe(row);
  return columns.map((name) => described[name] ?? null);
}

async function* mapped<A, B>(rows: AsyncIterable<A>, change: (row: A) => B): AsyncGenerator<B> {
  for await (const row of rows) yield change(row);
}

async function write(chunks: Iterable<string> | AsyncIterable<string>): Promise<void> {
  await pipeline(Readable.from(chunks), process.stdout, { end: false });
}
