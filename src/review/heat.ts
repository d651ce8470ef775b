import type { RecordRow } from '../database/tables.ts';
import { type Flow, optionOf } from '../guidance/flow.ts';
import { pathOf, type Step } from '../guidance/session.ts';
import type { Content, Entry } from '../record/entry.ts';
import { type Arc, type Cell, isSmall, protect, type Shown } from './protect.ts';

/** How many went each way through a flow, and where they went back, changed, gave up or were corrected. */
export interface Heat {
  /** Of a node, how many came there. */
  met: Map<string, Shown>;
  /** Of a node and an answer: how many ended up with that answer. */
  ways: Map<string, Shown>;
  gaveUp: Map<string, Shown>;
  back: Map<string, Shown>;
  changed: Map<string, Shown>;
  /** Of an outcome, how many reviewers approved and corrected. */
  approved: Map<string, Shown>;
  corrected: Map<string, Shown>;
  /** Of an older version that went another way, or disposed of: not in the picture. */
  others: Shown;
}

/** A way through the flow, by the node and the answer. */
export const wayOf = (node: string, option: string) => `${node} ${option}`;

/** What counts sessions one by one, and keeps nothing of a single one but whose they were, to tell people apart. */
export class HeatCount {
  readonly #flow: Flow;
  readonly #met = new Count();
  readonly #ways = new Count();
  readonly #stays = new Count();
  readonly #back = new Count();
  readonly #changed = new Count();
  readonly #others = new Count();

  constructor(flow: Flow) {
    this.#flow = flow;
  }

  add({ person, status, reviewed }: RecordRow, entries: readonly Entry[]): void {
    const walked = walk(this.#flow, pathOf(entries));
    if (!walked || entries.length === 0) {
      this.#others.add('', person);
      return;
    }
    for (const { node, option } of walked.ways) {
      this.#met.add(node, person);
      this.#ways.add(wayOf(node, option), person);
    }
    this.#met.add(walked.at, person);
    const gone =
      'outcome' in this.#flow.nodes[walked.at]! ? (reviewed ?? 'not') : status === 'open' ? 'open' : 'gave up';
    this.#stays.add(`${walked.at} ${gone}`, person);
    for (const node of nodesOf(entries, 'back')) this.#back.add(node, person);
    for (const node of nodesOf(entries, 'change')) this.#changed.add(node, person);
  }

  /**
   * The figures as they may be shown. What came to a node also left it, so that all of them hang together.
   * @returns undefined where too few people went through the flow for anything to be said.
   */
  finish(total: Cell): Heat | undefined {
    const { nodes, start } = this.#flow;
    const arcs: (Arc & { of: 'met' | 'ways' | 'stays' | 'others' | 'all'; key: string })[] = [];
    const add = (of: (typeof arcs)[number]['of'], key: string, from: string, to: string, cell: Cell) =>
      arcs.push({ of, key, from, to, count: cell.count, people: cell.people });
    for (const [id, node] of Object.entries(nodes)) {
      add('met', id, `to ${id}`, `from ${id}`, this.#met.of(id));
      for (const [option, next] of leads(node))
        add('ways', wayOf(id, option), `from ${id}`, `to ${next}`, this.#ways.of(wayOf(id, option)));
      const stays = 'outcome' in node ? ['approved', 'corrected', 'returned', 'not'] : ['open', 'gave up'];
      for (const stay of stays) add('stays', `${id} ${stay}`, `from ${id}`, 'all', this.#stays.of(`${id} ${stay}`));
    }
    // All of them begin at the first node, and the total of the flow is known from another table.
    add('others', '', 'begun', 'all', this.#others.of(''));
    arcs.push({ of: 'all', key: '', from: 'all', to: 'begun', ...total, known: true });
    add('all', 'start', 'begun', `to ${start}`, this.#met.of(start));
    const shown = protect(arcs);
    if (!shown) return undefined;
    const found = (of: (typeof arcs)[number]['of'], suffix = '') =>
      new Map(
        arcs.flatMap((arc, i) =>
          arc.of === of && arc.key.endsWith(suffix)
            ? [[arc.key.slice(0, arc.key.length - suffix.length), shown[i]!]]
            : [],
        ),
      );
    // The first node is counted on its way in and on its way out: what is said of it is the less exact of the two.
    const met = found('met');
    const begun = shown[arcs.findIndex(({ of, key }) => of === 'all' && key === 'start')]!;
    if (begun.kind !== 'exact') met.set(start, begun);
    const beside = (count: Count) =>
      new Map(Object.keys(nodes).map((id) => [id, asPart(count.of(id), this.#met.of(id))]));
    return {
      met,
      ways: found('ways'),
      gaveUp: found('stays', ' gave up'),
      approved: found('stays', ' approved'),
      corrected: found('stays', ' corrected'),
      back: beside(this.#back),
      changed: beside(this.#changed),
      others: found('others').get('')!,
    };
  }
}

/** How many times, and by how many people, by name. */
export class Count {
  readonly #counts = new Map<string, { count: number; people: Set<string> }>();

  add(name: string, person: string): void {
    const found = this.#counts.get(name) ?? { count: 0, people: new Set() };
    found.count += 1;
    // Whether they are five is all that is asked.
    if (found.people.size < 5) found.people.add(person);
    this.#counts.set(name, found);
  }

  of(name: string): Cell {
    const found = this.#counts.get(name);
    return { count: found?.count ?? 0, people: found?.people.size ?? 0 };
  }

  names(): string[] {
    return [...this.#counts.keys()];
  }
}

/** A part beside its whole, where the few that are not in it are as little to be known as the few that are. */
function asPart(part: Cell, whole: Cell): Shown {
  if (isSmall(part)) return { kind: 'few' };
  const rest = whole.count - part.count;
  if (part.count > 0 && rest > 0 && rest < 5) return { kind: 'from', from: 5 };
  return { kind: 'exact', count: part.count };
}

const leads = (node: Flow['nodes'][string]): [string, string][] => {
  if ('question' in node) return node.options.map(({ id, next }) => [id, next]);
  if ('checklist' in node)
    return [
      ['complete', node.complete],
      ['incomplete', node.incomplete],
    ];
  return [];
};

/** Where a path leads in the flow as it is today; undefined where it can't be walked there. */
function walk(flow: Flow, path: readonly Step[]): { ways: { node: string; option: string }[]; at: string } | undefined {
  const ways: { node: string; option: string }[] = [];
  let at = flow.start;
  for (const step of path) {
    const node = flow.nodes[at];
    if (!node || step.node !== at) return undefined;
    if ('checklist' in node && step.kind === 'done') {
      const complete = node.items.every(({ id }) => step.ticked.includes(id));
      ways.push({ node: at, option: complete ? 'complete' : 'incomplete' });
      at = complete ? node.complete : node.incomplete;
      continue;
    }
    const option = 'question' in node && step.kind === 'answered' ? optionOf(node, step.option) : undefined;
    if (!option) return undefined;
    ways.push({ node: at, option: option.id });
    at = option.next;
  }
  return flow.nodes[at] ? { ways, at } : undefined;
}

/** The nodes that somebody went back to or changed, each once. */
function nodesOf(entries: readonly Entry[], kind: 'back' | 'change'): Set<string> {
  const has = (content: Content | null) => (content?.kind === kind ? [content.node] : []);
  return new Set(entries.flatMap(({ content }) => has(content)));
}
