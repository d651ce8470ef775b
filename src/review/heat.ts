import type { RecordRow } from '../database/tables.ts';
import { type Flow, optionOf } from '../guidance/flow.ts';
import { pathOf, type Step } from '../guidance/session.ts';
import type { Content, Entry } from '../record/entry.ts';
import { type Cell, protect, type Shown } from './protect.ts';

/** How many went each way through a flow, and where they went back, changed, gave up or were corrected. */
export interface Heat {
  /** Of a node, how many came there. */
  met: Map<string, Shown>;
  /** Of a node and an answer: how many ended up with that answer. */
  ways: Map<string, Shown>;
  gaveUp: Map<string, Shown>;
  back: Map<string, Shown>;
  changed: Map<string, Shown>;
  /** How many times any of these, or "I don't know". */
  stuck: Map<string, Shown>;
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
  readonly #gaveUp = new Count();
  readonly #back = new Count();
  readonly #changed = new Count();
  readonly #stuck = new Count();
  readonly #approved = new Count();
  readonly #corrected = new Count();
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
      if (option === 'unsure') this.#stuck.add(node, person);
    }
    this.#met.add(walked.at, person);
    const note = (count: Count, node: string) => {
      count.add(node, person);
      this.#stuck.add(node, person);
    };
    for (const node of nodesOf(entries, 'back')) note(this.#back, node);
    for (const node of nodesOf(entries, 'change')) note(this.#changed, node);
    const ended = 'outcome' in this.#flow.nodes[walked.at]!;
    if (!ended && status !== 'open') note(this.#gaveUp, walked.at);
    if (ended && reviewed === 'approved') this.#approved.add(walked.at, person);
    if (ended && reviewed === 'corrected') this.#corrected.add(walked.at, person);
  }

  /** The figures as they may be shown. */
  finish(): Heat {
    const nodes = Object.entries(this.#flow.nodes);
    const byNode = (count: Count) => new Map(nodes.map(([id]) => [id, protect(count.of(id))]));
    const ways = nodes.flatMap(([id, node]) => optionsOf(node).map((option) => wayOf(id, option)));
    return {
      met: byNode(this.#met),
      ways: new Map(ways.map((way) => [way, protect(this.#ways.of(way))])),
      gaveUp: byNode(this.#gaveUp),
      back: byNode(this.#back),
      changed: byNode(this.#changed),
      stuck: byNode(this.#stuck),
      approved: byNode(this.#approved),
      corrected: byNode(this.#corrected),
      others: protect(this.#others.of('')),
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

function optionsOf(node: Flow['nodes'][string]): string[] {
  if ('question' in node) return node.options.map(({ id }) => id);
  return 'checklist' in node ? ['complete', 'incomplete'] : [];
}

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
