import { createHmac } from 'node:crypto';
import type { Database } from '../database/database.ts';
import type { PersonRow } from '../database/tables.ts';
import { canonical } from './seal.ts';

/** Who presses: known to the log by `hash` alone. */
export interface Person {
  hash: string;
  platform: string;
  tenant: string;
  userId: string;
  /** Where to write to them, in the platform's own words, where that is more than who they are. */
  address?: string;
}

/** HMAC over platform, tenant and user id: the same person is the same hash, and nobody can guess it without the key. */
export function recognise(key: Buffer, platform: string, tenant: string, userId: string): Person {
  const hash = createHmac('sha256', key)
    .update(canonical([platform, tenant, userId]))
    .digest('hex');
  return { hash, platform, tenant, userId };
}

/** Keeps what is needed to write to a person again. Not part of the log, never needed to read it, and kept anew each time. */
export async function remember(
  { jot }: Database,
  { hash, platform, tenant, userId, address }: Person,
  language: string,
) {
  const known = { language, ...(address !== undefined && { address }) };
  const unknown = { address: null, name: null, unit: null, unreachable: null, muted: 0 };
  const row: PersonRow = { hash, platform, tenant, user_id: userId, ...unknown, ...known };
  await jot((tx) =>
    tx
      .insertInto('person')
      .values(row)
      .onConflict((hash) => hash.column('hash').doUpdateSet({ ...known, unreachable: null }))
      .execute(),
  );
}

/** Whoever presses something can be written to again, also where they could not be: see `PersonRow.unreachable`. */
export async function welcomeBack({ query, jot }: Database, { hash }: Pick<Person, 'hash'>): Promise<void> {
  // Asked at each press, and hardly ever is there anything: to read holds nobody up.
  const left = query.selectFrom('person').select('hash').where('hash', '=', hash).where('unreachable', 'is not', null);
  if (!(await left.executeTakeFirst())) return;
  await jot((tx) => tx.updateTable('person').set({ unreachable: null }).where('hash', '=', hash).execute());
}

/** Turns reminders off for somebody, or on again; under each hash that the program knows them by. */
export async function mute({ transact }: Database, hashes: readonly string[], on: boolean): Promise<void> {
  if (hashes.length === 0) return;
  const muted = on ? 1 : 0;
  await transact((tx) => tx.updateTable('person').set({ muted }).where('hash', 'in', hashes).execute());
}

/** Whether reminders are turned off; undefined where nobody of these can be written to at all. */
export async function isMuted({ query }: Database, hashes: readonly string[]): Promise<boolean | undefined> {
  if (hashes.length === 0) return undefined;
  const rows = await query
    .selectFrom('person')
    .select('muted')
    .where('hash', 'in', hashes)
    .where('platform', '<>', 'web')
    .execute();
  return rows.length === 0 ? undefined : rows.every(({ muted }) => muted === 1);
}

/** Keeps the unit that somebody has said they work in. */
export async function rememberUnit({ jot }: Database, { hash }: Pick<Person, 'hash'>, unit: string): Promise<void> {
  await jot((tx) => tx.updateTable('person').set({ unit }).where('hash', '=', hash).execute());
}

/** The unit that somebody has said they work in. */
export async function unitKnown({ query }: Database, { hash }: Pick<Person, 'hash'>): Promise<string | undefined> {
  const row = await query.selectFrom('person').select('unit').where('hash', '=', hash).executeTakeFirst();
  return row?.unit ?? undefined;
}

/** The first of these hashes of one person under which they can be written to in a chat, as far as is known. */
export async function findReached({ query }: Database, hashes: readonly string[]) {
  if (hashes.length === 0) return undefined;
  const rows = await query
    .selectFrom('person')
    .select(['hash', 'platform'])
    .where('hash', 'in', hashes)
    .where('platform', '<>', 'web')
    .where('unreachable', 'is', null)
    .execute();
  return hashes.flatMap((one) => rows.find(({ hash }) => hash === one) ?? [])[0];
}
