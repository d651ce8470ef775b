import { createHash } from 'node:crypto';
import { type Flow, type Node, nextOf } from '../guidance/flow.ts';
import { countPaths, inOrder, waysOn, waysTo } from '../guidance/paths.ts';
import { canonical } from '../record/seal.ts';

/** A flow among others, as a reader meets it in print. */
export interface Chapter {
  flow: Flow;
  /** How many whole paths the flow has. */
  paths: number;
  /** All that the flow is made of, from its start on. */
  items: Item[];
  /** What of it has not stood in an earlier chapter. */
  own: Item[];
  start: Item;
}

/** A node in print. What is the same, down to all that it leads to, is printed once, wherever and under whatever id it stands. */
export interface Item {
  /** `2.7`: the chapter where it is first met, and its place there. */
  number: string;
  node: Node;
  /** What each answer leads to, in the order of the answers. */
  leads: Item[];
  /** Under which ids it stands, by flow. */
  ids: Map<string, string[]>;
  /** How many answers lead here, over all chapters. */
  answers: number;
  /** Whether a flow starts here. */
  starts: boolean;
}

/** The paths from one node on, cut where paths join: at every node that more than one answer leads to. */
export interface PathTable {
  head: Item;
  rows: PathRow[];
}

/** Answers in order, up to an outcome or to the head of another table. */
export interface PathRow {
  steps: { item: Item; answer: number }[];
  end: Item;
}

/** The flows as they are printed one after another: each node once, and numbered. */
export function tabulate(flows: Iterable<Flow>): Chapter[] {
  const known = new Map<string, Item>();
  return [...flows].map((flow, chapter) => {
    const own: Item[] = [];
    const keys = keysOf(flow);
    const found = new Map<string, Item>();
    for (const id of inOrder(flow)) {
      const key = keys.get(id)!;
      let item = known.get(key);
      if (!item) {
        const number = `${chapter + 1}.${own.length + 1}`;
        item = { number, node: flow.nodes[id]!, leads: [], ids: new Map(), answers: 0, starts: false };
        known.set(key, item);
        own.push(item);
      }
      item.ids.set(flow.id, [...(item.ids.get(flow.id) ?? []), id]);
      found.set(id, item);
    }
    for (const item of own) {
      item.leads = nextOf(item.node).map((id) => found.get(id)!);
      for (const lead of item.leads) lead.answers += 1;
    }
    const start = found.get(flow.start)!;
    start.starts = true;
    return { flow, paths: countPaths(flow), items: [...new Set(found.values())], own, start };
  });
}

/** Whether a table of paths begins here. */
export function heads({ node, answers, starts }: Item): boolean {
  return starts || (!('outcome' in node) && answers > 1);
}

/** Every way on from a node, as far as its own table goes. */
export function pathTable(head: Item): PathTable {
  const walk = (item: Item, steps: PathRow['steps']): PathRow[] =>
    item.leads.flatMap((end, answer) => {
      const walked = [...steps, { item, answer }];
      return 'outcome' in end.node || heads(end) ? [{ steps: walked, end }] : walk(end, walked);
    });
  return { head, rows: walk(head, []) };
}

/** How many ways lead to a node in a flow, and how many lead on from it to an outcome. */
export function waysThrough(flow: Flow): (item: Item) => { to: number; on: number } {
  const [to, on] = [waysTo(flow), waysOn(flow)];
  return ({ ids }) => {
    const here = ids.get(flow.id) ?? [];
    return { to: here.reduce((sum, id) => sum + to.get(id)!, 0), on: here[0] === undefined ? 0 : on(here[0]) };
  };
}

/** By node id, what tells a node from every other: its content, with the same of the node led to in the place of each `next`. */
function keysOf({ start, nodes }: Flow): Map<string, string> {
  const keys = new Map<string, string>();
  const key = (id: string): string => {
    const known = keys.get(id);
    if (known !== undefined) return known;
    const node = nodes[id]!;
    const content =
      'question' in node
        ? { ...node, options: node.options.map((option) => ({ ...option, next: key(option.next) })) }
        : 'checklist' in node
          ? { ...node, complete: key(node.complete), incomplete: key(node.incomplete) }
          : node;
    const made = createHash('sha256').update(canonical(content)).digest('hex');
    keys.set(id, made);
    return made;
  };
  key(start);
  return keys;
}
