import type { Edge, graphlib } from '@dagrejs/dagre';

/**
 * Puts each column in the order in which the fewest arrows cross. The layout's own order takes all arrows of a box to
 * start at one point; here each starts at its own answer.
 * @param graph in columns, an arrow over several columns having a place of its own in each that it passes.
 * @param start how far down in its box an arrow starts, from -0.5 to 0.5.
 */
export function untangle(graph: graphlib.Graph, start: (box: string, option: string) => number): void {
  const columns: string[][] = [];
  for (const id of graph.nodes()) {
    const { rank = 0, order = 0 } = graph.node(id) as { rank?: number; order?: number };
    columns[rank] ??= [];
    columns[rank][order] = id;
  }
  const arrows = graph.edges().map(({ v, w, name }: Edge): Piece => ({ from: v, to: w, start: start(v, name ?? '') }));
  let best = columns.map((column) => [...column]);
  let fewest = crossings(columns, arrows);
  for (let sweep = 0; sweep < sweeps && fewest > 0; sweep += 1) {
    const forward = sweep % 2 === 0;
    for (let i = 1; i < columns.length; i += 1) {
      const [column, beside] = forward
        ? [columns[i]!, columns[i - 1]!]
        : [columns[columns.length - 1 - i]!, columns[columns.length - i]!];
      sortBy(column, beside, arrows, forward);
    }
    const now = crossings(columns, arrows);
    if (now >= fewest) continue;
    fewest = now;
    best = columns.map((column) => [...column]);
  }
  for (const column of best) for (const [order, id] of column.entries()) graph.node(id).order = order;
}

const sweeps = 24;

/** A piece of an arrow, from one column to the next. */
interface Piece {
  from: string;
  to: string;
  start: number;
}

/** Sorts a column by the mean height of what each of its places is joined to in the column beside it. */
function sortBy(column: string[], beside: string[], arrows: Piece[], forward: boolean): void {
  const height = new Map(beside.map((id, i) => [id, i]));
  const means = new Map(
    column.map((id, i) => {
      const heights = arrows
        .filter((arrow) => (forward ? arrow.to : arrow.from) === id)
        .map((arrow) => (forward ? height.get(arrow.from)! + arrow.start : height.get(arrow.to)!));
      return [id, heights.length === 0 ? i : heights.reduce((sum, y) => sum + y, 0) / heights.length];
    }),
  );
  column.sort((a, b) => means.get(a)! - means.get(b)!);
}

function crossings(columns: string[][], arrows: Piece[]): number {
  const height = new Map(columns.flatMap((column) => column.map((id, i) => [id, i])));
  const column = new Map(columns.flatMap((ids, i) => ids.map((id) => [id, i])));
  const ends = Map.groupBy(arrows, ({ from }) => column.get(from)!)
    .values()
    .map((pieces) => pieces.map(({ from, to, start }) => [height.get(from)! + start, height.get(to)!] as const));
  return ends.reduce((sum, pieces) => sum + crossed(pieces), 0);
}

function crossed(pieces: (readonly [number, number])[]): number {
  let count = 0;
  for (const [i, [from, to]] of pieces.entries())
    for (const [otherFrom, otherTo] of pieces.slice(i + 1)) if ((from - otherFrom) * (to - otherTo) < 0) count += 1;
  return count;
}
