import { chmodSync, existsSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import { setTimeout as wait } from 'node:timers/promises';
import { Kysely, PostgresDialect, SqliteDialect, sql, type Transaction } from 'kysely';
import { migrate } from './migrations.ts';
import type { Tables } from './tables.ts';

/** One handle over SQLite or PostgreSQL. All that the program stores goes through it. */
export interface Database {
  readonly kind: 'sqlite' | 'postgres';
  readonly query: Kysely<Tables>;
  /** The address by which a thread of its own opens the same database. */
  readonly url: string;
  /** Where each write would stop the whole program: the address by which a thread of its own opens the same database. */
  readonly apart?: string | undefined;
  /** Runs `work` as one transaction: all of it is on disk when the promise resolves, or nothing of it is. */
  transact<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** The same for what may be forgotten: nobody waits until it is on disk, and a power cut may lose it. */
  jot<T>(work: (tx: Transaction<Tables>) => Promise<T>): Promise<T>;
  /** Runs `work` on the database as it is at this moment, whatever others write meanwhile. */
  snapshot<T>(work: (query: Kysely<Tables>) => Promise<T>): Promise<T>;
  /** Resolves when the database answers, rejects with its own words when it does not. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface OpenOptions {
  /** Claim the file for one server. A second server on one SQLite file would miss the first one's draws. */
  server?: boolean;
  /** Another thread of a program that has it open, and has brought the tables up to date. */
  beside?: boolean;
}

/**
 * Opens `sqlite:<file>` or `postgres://...` and brings the tables up to date.
 * @throws an Error with a sentence for the administrator: file not writable, server not reachable, file in use.
 */
export async function openDatabase(url: string, options: OpenOptions = {}): Promise<Database> {
  const file = fileOf(url);
  const database = file === undefined ? await openPostgres(url) : openSqlite(file, options);
  if (options.beside) return database;
  try {
    await migrate(database);
  } catch (fault) {
    await database.close();
    throw fault;
  }
  return database;
}

/** The file of `sqlite:<file>`; undefined where the database is a server. */
export function fileOf(url: string): string | undefined {
  return url.startsWith('sqlite:') ? url.slice('sqlite:'.length) : undefined;
}

function openSqlite(named: string, { server = false }: OpenOptions): Database {
  mkdirSync(dirname(named), { recursive: true, mode: 0o700 });
  // A second name for the same file is the same file.
  const file = existsSync(named) ? realpathSync(named) : named;
  const claim = server ? claimFile(file) : undefined;
  const connection = new SqliteFile(file);
  const query = new Kysely<Tables>({ dialect: new SqliteDialect({ database: connection }) });
  return {
    kind: 'sqlite',
    query,
    url: `sqlite:${file}`,
    apart: server ? `sqlite:${file}` : undefined,
    transact: (work) => patiently(() => query.transaction().execute(work)),
    jot: (work) =>
      patiently(() =>
        query.connection().execute(async (connection) => {
          await sql`pragma synchronous = normal`.execute(connection);
          return connection
            .transaction()
            .execute(work)
            .finally(() => sql`pragma synchronous = full`.execute(connection));
        }),
      ),
    snapshot: (work) =>
      query.connection().execute(async (connection) => {
        await sql`begin deferred`.execute(connection);
        return work(connection).finally(() => sql`rollback`.execute(connection));
      }),
    async ping() {
      connection.check();
      await sql`select 1`.execute(query);
    },
    async close() {
      await query.destroy();
      claim?.close();
    },
  };
}

/** The operating system lets go of this lock when the process ends, however it ends. */
function claimFile(file: string): DatabaseSync {
  const claim = new DatabaseSync(`${file}-server`);
  try {
    claim.exec('PRAGMA busy_timeout=0; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch {
    claim.close();
    throw new Error(
      `Another isitpublic server already uses ${file}. Stop that one first, or give this one its own DATABASE_URL. Several servers side by side need PostgreSQL.`,
    );
  }
  return claim;
}

/** What Kysely asks of a SQLite driver, over node:sqlite: statements kept, write transactions begun as such. */
class SqliteFile {
  readonly #file: string;
  #raw: DatabaseSync;
  #inode: number;
  readonly #statements = new Map<string, ReturnType<typeof wrap>>();

  constructor(file: string) {
    this.#file = file;
    this.#raw = openRaw(file);
    this.#inode = statSync(file).ino;
  }

  prepare(text: string) {
    if (text === 'begin') {
      this.check();
      return wrap(this.#raw.prepare('begin immediate'));
    }
    let statement = this.#statements.get(text);
    if (!statement) {
      if (this.#statements.size >= 500) this.#statements.clear();
      statement = wrap(this.#raw.prepare(text));
      this.#statements.set(text, statement);
    }
    return statement;
  }

  /** A file that was moved away would take writes that nobody ever finds again; one that was put back is opened anew. */
  check(): void {
    const found = statSync(this.#file, { throwIfNoEntry: false });
    if (!found) throw new Error(`The database file ${this.#file} is gone.`);
    if (found.ino === this.#inode) return;
    const raw = openRaw(this.#file);
    this.close();
    this.#raw = raw;
    this.#inode = found.ino;
  }

  close(): void {
    this.#statements.clear();
    this.#raw.close();
  }
}

function openRaw(file: string): DatabaseSync {
  let raw: DatabaseSync | undefined;
  try {
    raw = new DatabaseSync(file);
    chmodSync(file, 0o600);
    raw.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=5; PRAGMA foreign_keys=ON');
    return raw;
  } catch (fault) {
    raw?.close();
    throw new Error(`${file} can't be used as a database: ${fault instanceof Error ? fault.message : fault}.`);
  }
}

function wrap(statement: StatementSync) {
  const values = (parameters: readonly unknown[]) => parameters as SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters: readonly unknown[]) => statement.all(...values(parameters)),
    run: (parameters: readonly unknown[]) => statement.run(...values(parameters)),
    iterate: (parameters: readonly unknown[]) => statement.iterate(...values(parameters)) as IterableIterator<unknown>,
  };
}

/** A command that writes beside the server holds the file for a moment: wait for it without stopping the others. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  const until = Date.now() + 3000;
  for (;;) {
    try {
      return await work();
    } catch (fault) {
      if (!/database is locked/.test(String(fault)) || Date.now() > until) throw fault;
      await wait(5);
    }
  }
}

async function openPostgres(connectionString: string): Promise<Database> {
  // Only read where it is needed: a program with SQLite is smaller without it.
  const { default: pg } = await import('pg');
  pg.types.setTypeParser(pg.types.builtins.INT8, Number);
  // A server that has gone silent must not hold us for ever: each query has its time, and then its connection is dropped.
  const patience = { connectionTimeoutMillis: 3000, query_timeout: 20_000, statement_timeout: 19_000, keepAlive: true };
  const pool = new pg.Pool({ connectionString, max: 10, ...patience });
  // A connection that breaks is told to the query that uses it, and replaced at the next; without listeners, the event
  // itself would end the program.
  pool.on('error', () => {});
  pool.on('connect', (client) => client.on('error', () => {}));
  const query = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  return {
    kind: 'postgres',
    query,
    url: connectionString,
    transact: (work) => query.transaction().execute(work),
    jot: (work) =>
      query.transaction().execute(async (tx) => {
        await sql`set local synchronous_commit = off`.execute(tx);
        return work(tx);
      }),
    snapshot: (work) =>
      query.transaction().setIsolationLevel('repeatable read').setAccessMode('read only').execute(work),
    ping: () => Promise.race([sql`select 1`.execute(query).then(() => {}), tooSlow(2000)]),
    close: () => query.destroy(),
  };
}

async function tooSlow(milliseconds: number): Promise<never> {
  await wait(milliseconds, undefined, { ref: false });
  throw new Error(`The database did not answer within ${milliseconds} ms.`);
}
