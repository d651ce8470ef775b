import type { Database } from '../database/database.ts';
import type { Flow } from './flow.ts';
import { type Flows, pack, unpack } from './flows.ts';

/** What became of a version that a session is pinned to. */
export type Version =
  | { kind: 'usable'; flow: Flow }
  | { kind: 'withdrawn'; flow: Flow; reason: string }
  | { kind: 'unreadable'; reason: string };

/** Every version of a flow that a session may be pinned to. */
export interface Versions {
  find(version: string): Promise<Version>;
  isWithdrawn(version: string): boolean;
  /** Looks again which versions have been withdrawn; another process may have done it. */
  refresh(): Promise<void>;
}

/** Keeps today's versions in the database, whole and for good, and finds any that was ever kept. */
export async function openVersions({ query }: Database, { flows }: Flows, now: Date): Promise<Versions> {
  const current = [...flows.values()];
  const rows = current.map((flow) => ({
    version: flow.version,
    flow: flow.id,
    body: pack(flow),
    first_seen: now.toISOString(),
  }));
  await query
    .insertInto('flow_version')
    .values(rows.map((row) => ({ ...row, withdrawn_at: null, withdrawn_because: null })))
    .onConflict((known) => known.column('version').doNothing())
    .execute();
  const read = new Map<string, Version>(current.map((flow) => [flow.version, { kind: 'usable', flow }]));
  let withdrawn = new Map<string, string>();

  async function refresh(): Promise<void> {
    const rows = await query
      .selectFrom('flow_version')
      .select(['version', 'withdrawn_because'])
      .where('withdrawn_at', 'is not', null)
      .execute();
    withdrawn = new Map(rows.map((row) => [row.version, row.withdrawn_because ?? '']));
  }

  async function fetch(version: string): Promise<Version> {
    const row = await query.selectFrom('flow_version').select('body').where('version', '=', version).executeTakeFirst();
    if (!row) return { kind: 'unreadable', reason: 'the version is not in the database' };
    try {
      return { kind: 'usable', flow: unpack(version, row.body) };
    } catch (fault) {
      return { kind: 'unreadable', reason: String(fault) };
    }
  }

  await refresh();
  return {
    refresh,
    isWithdrawn: (version) => withdrawn.has(version),
    async find(version) {
      const found = read.get(version) ?? (await fetch(version));
      read.set(version, found);
      const reason = withdrawn.get(version);
      return reason !== undefined && found.kind === 'usable' ? { kind: 'withdrawn', flow: found.flow, reason } : found;
    },
  };
}

/** Takes a version out of use: its open sessions lapse with this reason. @returns false where there is no such version. */
export async function withdraw({ query }: Database, version: string, because: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await query
    .updateTable('flow_version')
    .set({ withdrawn_at: now.toISOString(), withdrawn_because: because })
    .where('version', '=', version)
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}
