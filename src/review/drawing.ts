import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import { list } from '../record/list.ts';
import { draw } from './interval.ts';
import { type Member, mayWith, reach } from './members.ts';

/** What was drawn, in the order it is to be looked at, and out of how many records. */
export interface Drawn {
  drawn: { what: number; probability: number }[];
  population: number;
}

/** Draws among the concluded records of the period that this member may review. */
export async function drawAmong(
  database: Database,
  member: Member,
  { from, to, size, weights }: Asked,
  seed: number,
): Promise<Drawn> {
  const units = reach(member, 'review');
  const all: { what: number; weight: number }[] = [];
  for await (const row of list(database, { from, to, status: 'concluded', ...(units && { unit: [...units] }) }))
    if (mayWith(member, 'review', row)) all.push({ what: row.id, weight: weightOf(row, weights) });
  // By number, so that the same records and the same seed always make the same sample.
  all.sort((a, b) => a.what - b.what);
  return { drawn: all.length === 0 ? [] : draw(all, size, seed), population: all.length };
}

function weightOf({ flow, outcome, unsure }: RecordRow, { flows, outcomes, unsure: doubt }: Weights): number {
  return (flows[flow] ?? 1) * (outcomes[outcome ?? ''] ?? 1) * (unsure > 0 ? doubt : 1);
}

/** What a sample is drawn from, and how much more often some are drawn than others. */
export interface Asked {
  /** First and last day of the records' start. */
  from: string;
  to: string;
  size: number;
  weights: Weights;
}

/** How many times as often as others: by flow, by outcome, and those with an answer "I don't know". */
export interface Weights {
  flows: Record<string, number>;
  outcomes: Record<string, number>;
  unsure: number;
}
