/**
 * A figure among others that it adds up with: so many went from one place to another. A table whose rows add up to a
 * total is the same: each row goes from the one end to the other, and the total comes back.
 */
export interface Arc {
  from: string;
  to: string;
  count: number;
  /** How many people that is. */
  people: number;
  /** Known to the reader already, as a total that stands elsewhere. */
  known?: true;
}

/** How a figure is shown. */
export type Shown =
  | { kind: 'exact'; count: number }
  /** Of fewer than five people. */
  | { kind: 'few' }
  /** Only about how many: so that a group of fewer than five can't be worked out from the rest. */
  | { kind: 'range'; from: number; to: number }
  | { kind: 'from'; from: number };

/** Nothing is said about a group of fewer people than this. */
const smallest = 5;

/**
 * How each figure may be shown, so that no group of fewer than five can be worked out from the others: what is known of
 * the figures leaves, for each of them, at least one other number that fits everything that is shown.
 *
 * All that comes to a place also leaves it, so that figures that fit what is shown differ by going round in rings: one
 * more along each arc of the ring, one fewer where the ring runs against it (the theory of circulations; for tables:
 * L. Cox, Network models for complementary cell suppression, Journal of the American Statistical Association 90 (1995),
 * 1453-1462). For each small figure the ring is looked for that makes the fewest others less exact.
 * @returns in the same order, or undefined where no such ring can be had: then none of them may be shown.
 */
export function protect(arcs: readonly Arc[]): Shown[] | undefined {
  const levels: Level[] = arcs.map(() => 'exact');
  const leaving = new Map<string, { arc: number; way: Way; to: string }[]>();
  const add = (from: string, arc: number, way: Way, to: string) =>
    leaving.set(from, [...(leaving.get(from) ?? []), { arc, way, to }]);
  for (const [i, { from, to, count }] of arcs.entries()) {
    if (count === 0) continue;
    add(from, i, 1, to);
    add(to, i, -1, from);
  }
  // A ring gives all the small figures along it another number at once.
  const covered = new Set<number>();
  for (const [i, arc] of arcs.entries()) {
    if (!isSmall(arc) || covered.has(i)) continue;
    if (arc.known) return undefined;
    const rings = ([1, -1] as const).flatMap((way) => {
      if (costOf(arc, 'exact', way) !== 0) return [];
      const [from, to] = way === 1 ? [arc.to, arc.from] : [arc.from, arc.to];
      const ring = cheapest(arcs, levels, leaving, i, from, to);
      return ring ? [ring] : [];
    });
    const [ring] = rings.sort((a, b) => a.cost - b.cost);
    if (!ring) return undefined;
    for (const { arc, way } of ring.steps) {
      levels[arc] = levelFor(arcs[arc]!, levels[arc]!, way)!;
      covered.add(arc);
    }
  }
  return arcs.map((arc, i) => shownAt(arc, levels[i]!));
}

/** Whether it is a group of whom nothing is said. Nobody at all is no group. */
export function isSmall({ count, people }: Pick<Arc, 'count' | 'people'>): boolean {
  return count > 0 && people < smallest;
}

/** One more, or one fewer. */
type Way = 1 | -1;
/** How exactly it is shown. */
type Level = 'exact' | 'range' | 'from';

const costs: Record<Level, number> = { exact: 0, range: 1, from: 3 };

/** The most exact way to show it, from this one on, that leaves room for one more or one fewer. */
function levelFor(arc: Arc, level: Level, way: Way): Level | undefined {
  if (arc.known || arc.count === 0) return undefined;
  if (isSmall(arc)) {
    // It is known to be somebody; and of the number only where it is that of few people.
    const room = way === 1 ? arc.count < smallest - 1 || arc.count >= smallest : arc.count > 1;
    return room ? level : undefined;
  }
  const inFive = arc.count % 5;
  if (level !== 'from' && (way === 1 ? inFive !== 4 : inFive !== 0)) return 'range';
  return way === 1 || arc.count > smallest ? 'from' : undefined;
}

function costOf(arc: Arc, level: Level, way: Way): number | undefined {
  const needed = levelFor(arc, level, way);
  // Of two rings the one through smaller figures, which say less, is taken.
  return needed && (needed === level ? 0 : costs[needed] - costs[level] + Math.min(0.9, arc.count / 1e6));
}

interface Ring {
  cost: number;
  steps: { arc: number; way: Way }[];
}

/** Dijkstra's way from one place to another, not along the arc that it is to close the ring with. */
function cheapest(
  arcs: readonly Arc[],
  levels: readonly Level[],
  leaving: ReadonlyMap<string, { arc: number; way: Way; to: string }[]>,
  without: number,
  from: string,
  to: string,
): Ring | undefined {
  const best = new Map<string, { cost: number; by?: { arc: number; way: Way; before: string } }>([[from, { cost: 0 }]]);
  const done = new Set<string>();
  // The places that can be reached, the nearest last.
  const queue: { place: string; cost: number }[] = [{ place: from, cost: 0 }];
  for (let nearest = queue.pop(); nearest; nearest = queue.pop()) {
    const { place, cost } = nearest;
    if (place === to) break;
    if (done.has(place)) continue;
    done.add(place);
    for (const { arc, way, to: next } of leaving.get(place) ?? []) {
      const more = arc === without || done.has(next) ? undefined : costOf(arcs[arc]!, levels[arc]!, way);
      if (more === undefined || cost + more >= (best.get(next)?.cost ?? Number.POSITIVE_INFINITY)) continue;
      best.set(next, { cost: cost + more, by: { arc, way, before: place } });
      const at = queue.findLastIndex((other) => other.cost >= cost + more) + 1;
      queue.splice(at, 0, { place: next, cost: cost + more });
    }
  }
  const end = best.get(to);
  if (!end) return undefined;
  const steps: Ring['steps'] = [];
  for (let step = end.by; step; step = best.get(step.before)?.by) steps.push({ arc: step.arc, way: step.way });
  return { cost: end.cost, steps };
}

function shownAt(arc: Arc, level: Level): Shown {
  if (isSmall(arc)) return { kind: 'few' };
  if (level === 'exact') return { kind: 'exact', count: arc.count };
  if (level === 'from') return { kind: 'from', from: smallest };
  const from = arc.count - (arc.count % 5);
  return { kind: 'range', from, to: from + 4 };
}

/** How many in a row of a table, and how many people that is. */
export interface Cell {
  count: number;
  people: number;
}

/** The same for the rows of a table that add up to a total that the reader knows. */
export function protectTable(rows: readonly Cell[], total: Cell): Shown[] | undefined {
  const arcs = rows.map(({ count, people }): Arc => ({ from: 'all', to: 'rows', count, people }));
  return protect([...arcs, { from: 'rows', to: 'all', ...total, known: true }])?.slice(0, rows.length);
}
