import { EventEmitter } from 'node:events';
import { Keyv, type KeyvStorageAdapter, keyvStorageCapability } from 'keyv';
import type { Database } from './database.ts';
import type { KeyvRow } from './tables.ts';

/**
 * A Keyv over our own database, for what may be forgotten: every value under `namespace:`, gone after `ttl` ms.
 * No listener for 'error' is attached on purpose: with one, Keyv would turn a failing database into "no such key".
 */
export function openStorage<Value>(database: Database, namespace: string, ttl: number): Keyv<Value> {
  return new Keyv<Value>({ store: new TableStorage(database), namespace, ttl });
}

/** What is to be kept is known at once, and written with what else comes in within this time, in ms. */
const soon = 100;

/** What is not written yet, of one database: many things in one transaction, instead of one for each. */
class Shelf {
  readonly #database: Database;
  readonly #waiting = new Map<string, KeyvRow>();
  #writing = new Map<string, KeyvRow>();
  #done: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  find(key: string): KeyvRow | undefined {
    return this.#waiting.get(key) ?? this.#writing.get(key);
  }

  put(row: KeyvRow): void {
    this.#waiting.set(row.key, row);
    this.#later(soon);
  }

  /** Resolves when none of these keys will be written any more. */
  async drop(keys: (key: string) => boolean): Promise<void> {
    // Also out of what is being written: should that fail, it does not come back.
    for (const rows of [this.#waiting, this.#writing]) for (const key of rows.keys()) if (keys(key)) rows.delete(key);
    await this.#done;
  }

  /** Writes what waits. What can't be written now waits on: it may be forgotten, and nobody is held up by it. */
  write(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#done = this.#done.then(async () => {
      const rows = new Map(this.#waiting);
      if (rows.size === 0) return;
      this.#writing = rows;
      this.#waiting.clear();
      try {
        await this.#database.jot((tx) =>
          tx
            .insertInto('keyv')
            .values([...rows.values()])
            .onConflict((key) =>
              key.column('key').doUpdateSet({
                value: (row) => row.ref('excluded.value'),
                expires: (row) => row.ref('excluded.expires'),
              }),
            )
            .execute(),
        );
      } catch {
        for (const [key, row] of rows)
          if (!this.#waiting.has(key) && this.#waiting.size < 10_000) this.#waiting.set(key, row);
        this.#later(10 * soon);
      }
      this.#writing = new Map();
    });
    return this.#done;
  }

  #later(milliseconds: number): void {
    this.#timer ??= setTimeout(() => void this.write(), milliseconds).unref();
  }
}

const shelves = new WeakMap<Database, Shelf>();

function shelfOf(database: Database): Shelf {
  const shelf = shelves.get(database) ?? new Shelf(database);
  shelves.set(database, shelf);
  return shelf;
}

/** Writes what waits to be written; before the database is closed. */
export async function settleStorage(database: Database): Promise<void> {
  await shelfOf(database).write();
}

/** Keyv hands over the bare key, a value that is text already, and as `expires` an absolute time in ms. */
class TableStorage extends EventEmitter implements KeyvStorageAdapter {
  namespace?: string | undefined;
  readonly capabilities = keyvStorageCapability(this);
  readonly #database: Database;
  readonly #shelf: Shelf;

  constructor(database: Database) {
    super();
    this.#database = database;
    this.#shelf = shelfOf(database);
  }

  async get(key: string) {
    return (await this.getMany([key]))[0];
  }

  async getMany(keys: string[]) {
    const [wanted, now] = [keys.map(this.#prefixed), Date.now()];
    const near = new Map(wanted.map((key) => [key, this.#shelf.find(key)]));
    const far = wanted.filter((key) => near.get(key) === undefined);
    const rows = far.length === 0 ? [] : await this.#read(far);
    const found = new Map([...near, ...rows.map((row) => [row.key, row] as const)]);
    return wanted.map((key) => {
      const row = found.get(key);
      return row && (row.expires === null || row.expires > now) ? row.value : undefined;
    });
  }

  #read(keys: string[]): Promise<KeyvRow[]> {
    return this.#database.query.selectFrom('keyv').selectAll().where('key', 'in', keys).execute();
  }

  async set(key: string, value: unknown, expires?: number) {
    this.#shelf.put({ key: this.#prefixed(key), value: String(value), expires: expires ?? null });
    return true;
  }

  setMany<Value>(entries: { key: string; value: Value; expires?: number }[]) {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)));
  }

  async delete(key: string) {
    return (await this.deleteMany([key]))[0] === true;
  }

  async deleteMany(keys: string[]) {
    const existed = await this.hasMany(keys);
    const gone = new Set(keys.map(this.#prefixed));
    await this.#shelf.drop((key) => gone.has(key));
    await this.#database.jot((tx) => tx.deleteFrom('keyv').where('key', 'in', keys.map(this.#prefixed)).execute());
    return existed;
  }

  async has(key: string) {
    return (await this.get(key)) !== undefined;
  }

  async hasMany(keys: string[]) {
    return (await this.getMany(keys)).map((value) => value !== undefined);
  }

  async clear() {
    await this.#shelf.drop((key) => key.startsWith(this.#prefixed('')));
    await this.#database.jot((tx) =>
      tx.deleteFrom('keyv').where('key', '>=', this.#prefixed('')).where('key', '<', `${this.namespace};`).execute(),
    );
  }

  readonly #prefixed = (key: string) => `${this.namespace}:${key}`;
}

/** Removes what has expired; Keyv itself only looks at the expiry when a key is read. */
export async function sweepStorage({ jot }: Database, now: Date): Promise<void> {
  await jot((tx) => tx.deleteFrom('keyv').where('expires', '<=', now.getTime()).execute());
}

/** The keys that are kept under a namespace and have not expired, those that are about to be written included. */
export async function keysOf(database: Database, namespace: string): Promise<string[]> {
  await settleStorage(database);
  const rows = await database.query
    .selectFrom('keyv')
    .select('key')
    .where('key', '>=', `${namespace}:`)
    .where('key', '<', `${namespace};`)
    .where(({ or, eb }) => or([eb('expires', 'is', null), eb('expires', '>', Date.now())]))
    .execute();
  return rows.map(({ key }) => key.slice(namespace.length + 1));
}
