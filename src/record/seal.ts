import { createHmac, hash, hkdfSync } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { LedgerRow } from '../database/tables.ts';
import type { Entry } from './entry.ts';

/**
 * SHA-256 over the salt and the RFC 8785 form of the entry.
 * @param content what the entry says, in that form, where that is at hand.
 */
export function commit(
  entry: Pick<Entry, 'session' | 'seq' | 'time' | 'kind' | 'content'>,
  salt: string,
  content = canonical(entry.content),
): string {
  const { session, seq, time, kind } = entry;
  const rest = canonical({ kind, seq, session, time });
  return hash(
    'sha256',
    Buffer.concat([Buffer.from(salt, 'hex'), Buffer.from(`{"content":${content},${rest.slice(1)}`)]),
  );
}

/** Seal of a session after its entries: each seal covers the one before it, from nothing at all. */
export function seal(commitments: readonly string[], previous = ''): string {
  return commitments.reduce((before, commitment) => hash('sha256', Buffer.from(before + commitment, 'hex')), previous);
}

/** The ledger's own link: an HMAC under a key that is not in the database, over the row and the link before it. */
export function link(key: Buffer, row: Omit<LedgerRow, 'mac'>): string {
  const { position, year, number, session, seq, seal, previous } = row;
  return createHmac('sha256', key)
    .update(canonical({ position, year, number, session, seq, seal, previous }))
    .digest('hex');
}

/** RFC 8785 canonical JSON: the same value is the same text everywhere and for ever. */
export function canonical(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new Error('This value has no JSON form.');
  return text;
}

/** The keys that the program works with; none of them is in the database. */
export interface Keys {
  /** Chains the ledger. */
  ledger: Buffer;
  /** Turns a person into the hash that the log knows. */
  person: Buffer;
  /** Locks what the database keeps for the program alone, such as tokens. */
  vault: Buffer;
}

/** Separate keys out of the one secret (HKDF, RFC 5869), so that none gives away another. */
export function deriveKeys(secret: string): Keys {
  const derive = (use: string) => Buffer.from(hkdfSync('sha256', secret, '', `isitpublic ${use}`, 32));
  return { ledger: derive('ledger'), person: derive('person'), vault: derive('vault') };
}
