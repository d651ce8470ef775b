import { type Flow, nextOf } from './flow.ts';

type Graph = Pick<Flow, 'start' | 'nodes'>;

/** How many ways lead from the start to an outcome: added up node by node, without walking any of them. */
export function countPaths(flow: Graph): number {
  return waysOn(flow)(flow.start);
}

/** Every way from the start to an outcome, walked: the second, slower way to count, and what the tests go by. */
export function* paths(flow: Graph, id = flow.start, trail: string[] = []): Generator<string[]> {
  const here = [...trail, id];
  const next = nextOf(flow.nodes[id]!);
  if (next.length === 0) yield here;
  for (const to of next) yield* paths(flow, to, here);
}

/** How many ways lead on from a node to an outcome. */
export function waysOn(flow: Graph): (id: string) => number {
  const known = new Map<string, number>();
  return function count(id: string): number {
    const found = known.get(id);
    if (found !== undefined) return found;
    const next = nextOf(flow.nodes[id]!);
    const ways = next.length === 0 ? 1 : next.reduce((sum, to) => sum + count(to), 0);
    known.set(id, ways);
    return ways;
  };
}

/** How many ways lead from the start to each node. */
export function waysTo(flow: Graph): Map<string, number> {
  const ways = new Map<string, number>([[flow.start, 1]]);
  for (const id of inOrder(flow))
    for (const to of nextOf(flow.nodes[id]!)) ways.set(to, (ways.get(to) ?? 0) + ways.get(id)!);
  return ways;
}

/** The nodes so that each stands before those that it leads to. */
export function inOrder(flow: Graph): string[] {
  const order: string[] = [];
  const seen = new Set<string>();
  const visit = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    for (const to of nextOf(flow.nodes[id]!).toReversed()) visit(to);
    order.unshift(id);
  };
  visit(flow.start);
  return order;
}

/** Every node once, its options, where each leads, and how many paths run through it: what a reviewer reads in a diff. */
export function outline(flow: Flow): string {
  const to = waysTo(flow);
  const on = waysOn(flow);
  const lines = inOrder(flow).flatMap((id) => {
    const node = flow.nodes[id]!;
    const through = `${to.get(id)! * on(id)} path(s)`;
    if ('outcome' in node) return ['', `${id}: ${node.outcome}, ${node.clock} [${node.cites.join(' ')}] ${through}`];
    const cites = (node.cites ?? []).join(' ');
    if ('checklist' in node) {
      const items = node.items.map((item) => `  [ ] ${item.id}: ${item.label.en}`);
      return [
        '',
        `${id}: ${node.checklist.en} [${cites}] ${through}`,
        ...items,
        `  complete -> ${node.complete}`,
        `  incomplete -> ${node.incomplete}`,
      ];
    }
    const options = node.options.map(({ id, label, next, needs, cites }) => {
      const pointed = cites ? ` [${cites.join(' ')}]` : '';
      return `  ${id}: ${label.en}${needs ? ` (needs ${needs})` : ''}${pointed} -> ${next}`;
    });
    return ['', `${id}: ${node.question.en} [${cites}] ${through}`, ...options];
  });
  const count = `${Object.keys(flow.nodes).length} nodes, ${countPaths(flow)} paths`;
  return [`${flow.id}: ${flow.title.en}`, count, ...lines, ''].join('\n');
}
