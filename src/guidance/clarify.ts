import type { Database } from '../database/database.ts';
import type { ClarificationRow } from '../database/tables.ts';
import type { Language, Role } from '../record/entry.ts';

/** What somebody in office has made clear to everybody at a node. It is shown there, and changes no outcome. */
export interface Clarification {
  id: string;
  flow: string;
  node: string;
  words: Record<Language, string>;
  /** Ids of the sources that it leans on. */
  cites: string[];
  /** In which office it was written. */
  role: Role;
  /** Since when it holds; ISO 8601. */
  at: string;
}

/** The clarifications in force, held in memory: they are asked for at every node that anybody sees. */
export interface Clarifications {
  /** Those at this node, the newest first. */
  on(flow: string, node: string): readonly Clarification[];
  /** Reads them anew; somebody here or in another process may have written one. */
  refresh(): Promise<void>;
}

/** Reads what has been made clear, and holds since. */
export async function openClarifications({ query }: Database): Promise<Clarifications> {
  let held = new Map<string, Clarification[]>();

  async function refresh(): Promise<void> {
    const rows = await query
      .selectFrom('clarification')
      .selectAll()
      .where('state', '=', 'in force')
      .orderBy('at', 'desc')
      .orderBy('id', 'desc')
      .execute();
    held = Map.groupBy(rows.map(readClarification), ({ flow, node }) => placeOf(flow, node));
  }

  await refresh();
  return { refresh, on: (flow, node) => held.get(placeOf(flow, node)) ?? [] };
}

/** The list's row in the trade's terms. */
export function readClarification({ id, flow, node, sv, en, cites, role, at }: ClarificationRow): Clarification {
  return { id, flow, node, words: { sv, en }, cites: JSON.parse(cites) as string[], role: role as Role, at };
}

const placeOf = (flow: string, node: string) => `${flow} ${node}`;
