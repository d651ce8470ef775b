/**
 * How a figure may be shown, whether it is a total, a row, a cell or a number in a sentence: nothing of a group of fewer
 * than five people, and else the nearest multiple of five. Each figure is rounded by itself, totals too, so that two
 * reports over periods that overlap differ by what rounding has done as well, and not by what one person did alone.
 *
 * Method: HESA, Rounding and suppression to anonymise statistics (the standard rounding methodology, base five). It makes
 * it hard to work somebody out, and does not rule it out for good.
 */
export function protect({ count, people }: Cell): Shown {
  if (count > 0 && people < smallest) return { kind: 'few' };
  return { kind: 'rounded', count: Math.round(count / base) * base };
}

/** How much it is, for the eye and for the order. What is small has no size. */
export function sizeOf(shown: Shown): number {
  return shown.kind === 'few' ? 0 : shown.count;
}

/** How many, and how many people that is. */
export interface Cell {
  count: number;
  people: number;
}

/** A figure as it is shown; no other leaves the counting. */
export type Shown =
  /** Of fewer than five people, but of somebody. */
  | { kind: 'few' }
  /** A multiple of five; 0 only where it is nobody at all. */
  | { kind: 'rounded'; count: number };

/** Nothing is said about a group of fewer people than this. */
const smallest = 5;
const base = 5;
