import type { Database } from '../database/database.ts';
import type { RecordRow, SampleRow } from '../database/tables.ts';
import { list } from '../record/list.ts';
import { draw } from './interval.ts';
import { type Member, mayWith, reach } from './members.ts';

/** A sample before it is known what it holds. */
export type NewSample = Omit<SampleRow, 'size' | 'population'>;

/**
 * Draws among the concluded records of the period that this member may review, and keeps what was drawn with the
 * probability of each; nothing where there is none to draw from.
 * @returns how many it was drawn from.
 */
export async function drawAmong(
  database: Database,
  member: Member,
  { from, to, size, weights }: Asked,
  sample: NewSample,
): Promise<number> {
  const units = reach(member, 'review');
  const all: { what: number; weight: number }[] = [];
  for await (const row of list(database, { from, to, status: 'concluded', ...(units && { unit: [...units] }) }))
    if (mayWith(member, 'review', row)) all.push({ what: row.id, weight: weightOf(row, weights) });
  if (all.length === 0) return 0;
  // By number, so that the same records and the same seed always make the same sample.
  all.sort((a, b) => a.what - b.what);
  const drawn = draw(all, size, sample.seed);
  const rows = drawn.map(({ what, probability }, i) => ({
    sample: sample.id,
    place: i + 1,
    record: what,
    probability,
  }));
  await database.transact(async (tx) => {
    await tx
      .insertInto('sample')
      .values({ ...sample, size: drawn.length, population: all.length })
      .execute();
    await tx.insertInto('sample_record').values(rows).execute();
  });
  return all.length;
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
