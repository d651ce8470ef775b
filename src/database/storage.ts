import { EventEmitter } from 'node:events';
import { Keyv, type KeyvStorageAdapter, keyvStorageCapability } from 'keyv';
import type { Database } from './database.ts';

/**
 * A Keyv over our own database, for what may be forgotten: every value under `namespace:`, gone after `ttl` ms.
 * No listener for 'error' is attached on purpose: with one, Keyv would turn a failing database into "no such key".
 */
export function openStorage<Value>(database: Database, namespace: string, ttl: number): Keyv<Value> {
  return new Keyv<Value>({ store: new TableStorage(database), namespace, ttl });
}

/** Keyv hands over the bare key, a value that is text already, and as `expires` an absolute time in ms. */
class TableStorage extends EventEmitter implements KeyvStorageAdapter {
  namespace?: string | undefined;
  readonly capabilities = keyvStorageCapability(this);
  readonly #database: Database;

  constructor(database: Database) {
    super();
    this.#database = database;
  }

  async get(key: string) {
    return (await this.getMany([key]))[0];
  }

  async getMany(keys: string[]) {
    const rows = await this.#database.query
      .selectFrom('keyv')
      .select(['key', 'value'])
      .where('key', 'in', keys.map(this.#prefixed))
      .where((is) => is.or([is('expires', 'is', null), is('expires', '>', Date.now())]))
      .execute();
    const found = new Map(rows.map((row) => [row.key, row.value]));
    return keys.map((key) => found.get(this.#prefixed(key)));
  }

  async set(key: string, value: unknown, expires?: number) {
    const row = { key: this.#prefixed(key), value: String(value), expires: expires ?? null };
    await this.#database.jot((tx) =>
      tx
        .insertInto('keyv')
        .values(row)
        .onConflict((key) => key.column('key').doUpdateSet({ value: row.value, expires: row.expires }))
        .execute(),
    );
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
