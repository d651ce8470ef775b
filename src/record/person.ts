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
  const row: PersonRow = { hash, platform, tenant, user_id: userId, address: null, name: null, unit: null, ...known };
  await jot((tx) =>
    tx
      .insertInto('person')
      .values(row)
      .onConflict((hash) => hash.column('hash').doUpdateSet(known))
      .execute(),
  );
}
