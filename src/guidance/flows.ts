import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Document, isMap, isNode, isPair, LineCounter, parseDocument, visit } from 'yaml';
import type { z } from 'zod';
import { canonical } from '../record/seal.ts';
import {
  type Check,
  Flow,
  FlowFile,
  Glossary,
  knowing,
  Municipality,
  type Node,
  nextOf,
  Part,
  Sources,
  type Text,
} from './flow.ts';
import { countPaths, inOrder } from './paths.ts';
import { placeholders } from './words.ts';

/** All that the municipality guides by: the flows in force today, and what the municipality has filled in. */
export interface Flows {
  /** Where they were read from. */
  folder: string;
  flows: Map<string, Flow>;
  municipality: Municipality;
  glossary: Glossary;
  /** Every source there is, those that no flow cites included. */
  sources: Sources;
  /** Who has signed which version of each flow. */
  checks: Map<string, Check>;
}

/** What is wrong in the files, each with its place and what to do about it. */
export class FlowFaults extends Error {
  override name = 'FlowFaults';
  readonly faults: readonly string[];

  constructor(faults: string[]) {
    super(`The flows can't be used as they are:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.faults = faults;
  }
}

/**
 * Reads and checks every flow in a folder, with `sources.yaml`, `municipality.yaml`, `glossary.yaml` (may be missing)
 * and the parts that flows share.
 * @throws FlowFaults with every fault found, each as `file:line:column what to do`.
 */
export function loadFlows(folder: string): Flows {
  const faults: string[] = [];
  if (!existsSync(folder))
    throw new FlowFaults([`${folder} is no folder: let FLOWS name the one that holds the flows`]);
  const municipality = readFile(folder, 'municipality.yaml', Municipality, faults);
  const sources = readFile(folder, 'sources.yaml', Sources, faults);
  const glossary = existsSync(join(folder, 'glossary.yaml'))
    ? readFile(folder, 'glossary.yaml', Glossary, faults)
    : { value: {}, at: () => folder, name: 'glossary.yaml' };
  const all = readdirSync(folder).sort();
  for (const name of all.filter((name) => name.endsWith('.yml')))
    faults.push(`${join(folder, name)}:1:1 is not read: give it the ending .yaml`);
  const names = all.filter((name) => name.endsWith('.yaml') && !beside.has(name));
  if (names.length === 0) faults.push(`${folder} holds no flow: put at least one <flow id>.yaml there`);
  const parts = readParts(folder, faults);
  const files = names
    .map((name) => readFile(folder, name, FlowFile, faults))
    .filter((file) => file !== undefined)
    .map((file) => withParts(file, parts, faults))
    .sort((one, other) => (one.value.order ?? last) - (other.value.order ?? last));
  if (municipality && sources && glossary) {
    const ids = new Set(files.map((file) => file.value.id));
    for (const texts of [municipality, sources, glossary]) checkTexts(texts, faults);
    checkGlossary(glossary, sources.value, faults);
    if (faults.length === 0) checkParts(parts, files, faults);
    for (const file of files) checkFlow(file, sources.value, municipality.value, ids, faults);
  }
  // What is wrong in a part is found once for each flow that shares it.
  if (faults.length > 0 || !municipality || !sources || !glossary) throw new FlowFaults([...new Set(faults)]);
  const flows = files.map((file) => bind(file.value, sources.value));
  return {
    folder,
    flows: new Map(flows.map((flow) => [flow.id, flow])),
    municipality: municipality.value,
    glossary: glossary.value,
    sources: sources.value,
    checks: new Map(files.map(({ value }) => [value.id, value.checked])),
  };
}

function readParts(folder: string, faults: string[]): Map<string, Read<Part>> {
  const within = join(folder, 'parts');
  const names = existsSync(within) ? readdirSync(within).filter((name) => name.endsWith('.yaml')) : [];
  const parts = names.map((name) => readFile(within, name, Part, faults)).filter((part) => part !== undefined);
  for (const { value, at, name } of parts)
    if (`${value.part}.yaml` !== name)
      faults.push(`${at(['part'])} the part is "${value.part}" and the file is ${name}; give them the same name`);
  return new Map(parts.map((part) => [part.value.part, part]));
}

/** The flow with the shared nodes that its answers lead to; each is still found in the file where it was written. */
function withParts(file: Read<FlowFile>, parts: Map<string, Read<Part>>, faults: string[]): Read<FlowFile> {
  const shared = new Map<string, Read<Part>>();
  for (const [i, id] of (file.value.parts ?? []).entries()) {
    const part = parts.get(id);
    if (!part) faults.push(`${file.at(['parts', i])} parts: there is no part "${id}"; name a file in parts/`);
    else
      for (const node of Object.keys(part.value.nodes)) {
        const other = shared.get(node);
        if (other)
          faults.push(
            `${part.at(['nodes', node])} nodes.${node}: stands in ${other.name} too; rename one, or name one part`,
          );
        shared.set(node, part);
      }
  }
  const own = file.value.nodes;
  const nodes = { ...own };
  const reach = (id: string): void => {
    const node = Object.hasOwn(own, id) ? own[id] : shared.get(id)?.value.nodes[id];
    if (!node || reached.has(id)) return;
    reached.add(id);
    nodes[id] = node;
    for (const to of nextOf(node)) reach(to);
  };
  const reached = new Set<string>();
  reach(file.value.start);
  for (const node of Object.values(own)) for (const to of nextOf(node)) reach(to);
  const at = (path: PropertyKey[]) => {
    const id = path[0] === 'nodes' && path.length > 1 ? String(path[1]) : undefined;
    const part = id !== undefined && !Object.hasOwn(own, id) ? shared.get(id) : undefined;
    return (part ?? file).at(path);
  };
  return { ...file, value: { ...file.value, nodes }, at };
}

const last = Number.MAX_SAFE_INTEGER;

const beside = new Set(['sources.yaml', 'municipality.yaml', 'glossary.yaml']);

/** The flow with the sources that it cites, and as version the SHA-256 over both, without who has checked them. */
function bind({ checked: _, parts: __, order: ___, ...file }: FlowFile, sources: Sources): Flow {
  const cited = [...new Set(citesOf(file.nodes).map(([id]) => id))].sort();
  const body = {
    ...file,
    sources: Object.fromEntries(cited.map((id) => [id, (({ checked: _, ...source }) => source)(sources[id]!)])),
  };
  return { ...body, version: versionOf(canonical(body)) };
}

const versionOf = (body: string) => createHash('sha256').update(body).digest('hex');

/** A version kept earlier, as it was. @throws where this program can't read it any more. */
export function unpack(version: string, body: string): Flow {
  if (versionOf(body) !== version) throw new Error('what is kept under this version is another flow');
  return { ...Flow.parse(JSON.parse(body)), version };
}

/** The flow as it is kept: canonical, so that its version is the SHA-256 of just this text. */
export function pack({ version: _, ...body }: Flow): string {
  return canonical(body);
}

interface Read<T> {
  value: T;
  /** `file:line:column` of the part at this path. */
  at(path: PropertyKey[]): string;
  name: string;
}

function readFile<T>(folder: string, name: string, schema: z.ZodType<T>, faults: string[]): Read<T> | undefined {
  const path = join(folder, name);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    faults.push(`${path}:1:1 can't be read: the file is missing or closed to this user`);
    return undefined;
  }
  const { document, place } = openFile(path, text);
  if (document.errors.length > 0) {
    for (const fault of document.errors) faults.push(`${place(fault.pos[0])} ${firstLine(fault.message)}`);
    return undefined;
  }
  // How a file is written takes much room, and is asked for only where something is wrong: then it is looked up again.
  let again: ReturnType<typeof openFile> | undefined;
  const at = (where: PropertyKey[]) => {
    again ??= openFile(path, text);
    return again.place(offsetOf(again.document, where));
  };
  const raw = toPlain(document, faults, place);
  if (raw === undefined) return undefined;
  const parsed = schema.safeParse(raw);
  if (parsed.success) return { value: parsed.data, at, name };
  for (const issue of parsed.error.issues) faults.push(...explain(issue, [], raw, at));
  return undefined;
}

/** A file as it is written, and `file:line:column` for each place in it. */
function openFile(path: string, text: string) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true, strict: true });
  const place = (offset: number) => `${path}:${lines.linePos(offset).line}:${lines.linePos(offset).col}`;
  return { document, place };
}

/** An alias that names nothing, or one that unfolds without end, shows only when the document is unfolded. */
function toPlain(document: Document, faults: string[], place: (offset: number) => string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 }) ?? {};
  } catch (fault) {
    const aliases: number[] = [];
    visit(document, { Alias: (_, { range }) => void aliases.push(range?.[0] ?? 0) });
    const [offset = 0] = aliases;
    faults.push(
      `${place(offset)} ${firstLine(fault instanceof Error ? fault.message : String(fault))}; write the text out instead`,
    );
    return undefined;
  }
}

const firstLine = (text: string) => text.split('\n')[0]!.replace(/ at line \d+.*$/, '');

/** The nearest part of the file that exists; for a key that should not be there, the key itself. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length >= 0; length--) {
    const parent = document.getIn(path.slice(0, Math.max(length - 1, 0)), true);
    if (length > 0 && isMap(parent)) {
      const pair = parent.items.find(
        (item) => isPair(item) && isNode(item.key) && String(item.key) === String(path[length - 1]),
      );
      if (pair && isNode(pair.key) && pair.key.range) return pair.key.range[0];
    }
    const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

type Issue = z.core.$ZodIssue;

function explain(issue: Issue, above: PropertyKey[], raw: unknown, at: (path: PropertyKey[]) => string): string[] {
  const path = [...above, ...issue.path];
  const name = path.join('.') || 'the file';
  const value = path.reduce<unknown>((part, key) => (part as Record<PropertyKey, unknown> | undefined)?.[key], raw);
  if (issue.code === 'invalid_union') {
    const kind = ['question', 'checklist', 'outcome'].findIndex((key) => value instanceof Object && key in value);
    if (kind < 0)
      return [`${at(path)} ${name}: a node is a question, a checklist or an outcome; give it one of these keys`];
    return issue.errors[kind]!.flatMap((inner) => explain(inner, path, raw, at));
  }
  if (issue.code === 'unrecognized_keys')
    return issue.keys.map(
      (key) => `${at([...path, key])} ${name}: "${key}" is no key here; remove it or mend its spelling`,
    );
  if (issue.code === 'invalid_key' || issue.code === 'invalid_element')
    return issue.issues.map((inner) => `${at(path)} ${name}: ${inner.message}`);
  const last = path.at(-1);
  if (value === undefined && (last === 'sv' || last === 'en'))
    return [`${at(path)} ${name}: the text is missing in ${last === 'sv' ? 'Swedish' : 'English'}; write it`];
  if (value === undefined) return [`${at(path)} ${name} is missing; add it`];
  if (issue.code === 'too_big' && issue.maximum === 75)
    return [`${at(path)} ${name} has ${String(value).length} characters; shorten it to 75, or move a part to "hint"`];
  if (issue.code === 'too_small' && last === 'cites') return [`${at(path)} ${name}: cite at least one source`];
  return [`${at(path)} ${name}: ${issue.message}`];
}

function checkFlow(
  { value: flow, at, name }: Read<FlowFile>,
  sources: Sources,
  municipality: Municipality,
  ids: Set<string>,
  faults: string[],
): void {
  const before = faults.length;
  const fault = (path: PropertyKey[], what: string) => faults.push(`${at(path)} ${what}`);
  if (`${flow.id}.yaml` !== name)
    fault(['id'], `the id is "${flow.id}" and the file is ${name}; give them the same name`);
  if (!Object.hasOwn(flow.nodes, flow.start))
    fault(['start'], `start: there is no node "${flow.start}"; name one that exists`);
  for (const [id, node] of Object.entries(flow.nodes)) {
    for (const [path, to] of leads(id, node))
      if (!Object.hasOwn(flow.nodes, to))
        fault(path, `${path.join('.')}: there is no node "${to}"; name one that exists`);
    if ('question' in node) checkOptions(id, node, fault);
    if ('checklist' in node) {
      if (repeated(node.items.map((item) => item.id)))
        fault(['nodes', id, 'items'], `nodes.${id}.items: two items have the same id; rename one`);
      if (!node.cites && !node.items.some((item) => item.cites))
        fault(['nodes', id], `nodes.${id}: a checklist without a citation; cite at least one source`);
    }
    if ('outcome' in node) {
      checkOutcome(id, node, sources, fault);
      for (const [i, to] of (node.then ?? []).entries())
        if (!ids.has(to))
          fault(['nodes', id, 'then', i], `nodes.${id}.then: there is no flow "${to}"; name one that exists`);
    }
  }
  for (const [cite, path] of citesOf(flow.nodes))
    if (!Object.hasOwn(sources, cite))
      fault(path, `${path.join('.')}: there is no source "${cite}"; add it to sources.yaml or mend its spelling`);
  checkTexts({ value: flow, at }, faults);
  if (faults.length > before) return;
  checkShape(flow, municipality, fault);
}

type FaultAt = (path: PropertyKey[], what: string) => void;

function checkOptions(id: string, node: Extract<Node, { question: Text }>, fault: FaultAt): void {
  if (!node.options.some((option) => option.id === 'unsure'))
    fault(
      ['nodes', id, 'options'],
      `nodes.${id}: a question without the option "unsure"; nobody may be forced to guess`,
    );
  if (repeated(node.options.map((option) => option.id)))
    fault(['nodes', id, 'options'], `nodes.${id}.options: two options have the same id; rename one`);
}

/** Newspapers tell what happened, not what the law is. */
function checkOutcome(id: string, node: Extract<Node, { outcome: string }>, sources: Sources, fault: FaultAt): void {
  const kinds = node.cites.map((cite) => (Object.hasOwn(sources, cite) ? sources[cite]!.kind : undefined));
  if (kinds.every((kind) => kind === 'press'))
    fault(
      ['nodes', id, 'cites'],
      `nodes.${id}: only the press is cited; cite the law, a ruling or a guideline as well`,
    );
  if (node.draft && node.outcome !== 'keep')
    fault(['nodes', id, 'draft'], `nodes.${id}: only "keep" can offer a draft of a disposal decision; remove it`);
}

/** What no flow has taken up would be checked by nobody. */
function checkParts(parts: Map<string, Read<Part>>, files: Read<FlowFile>[], faults: string[]): void {
  const taken = new Set(files.flatMap((file) => Object.values(file.value.nodes)));
  for (const { value, at } of parts.values())
    for (const [id, node] of Object.entries(value.nodes))
      if (!taken.has(node))
        faults.push(`${at(['nodes', id])} nodes.${id}: no flow leads here; lead an answer to it or remove it`);
}

function checkGlossary({ value, at }: Read<Glossary>, sources: Sources, faults: string[]): void {
  for (const [id, { cites = [] }] of Object.entries(value))
    for (const [i, cite] of cites.entries())
      if (!Object.hasOwn(sources, cite))
        faults.push(`${at([id, 'cites', i])} ${id}: there is no source "${cite}"; add it to sources.yaml`);
}

const repeated = (ids: string[]) => new Set(ids).size < ids.length;

/** What can only be asked once every `next` is known: cycles, nodes nobody reaches, dead ends, too many paths. */
function checkShape(flow: FlowFile, municipality: Municipality, fault: FaultAt): void {
  const cycle = findCycle(flow);
  if (cycle) {
    fault(
      ['nodes', cycle[0]!],
      `nodes.${cycle[0]}: the flow goes round in a circle (${[...cycle, cycle[0]].join(' -> ')}); lead one of these elsewhere`,
    );
    return;
  }
  const begin = flow.nodes[flow.start];
  if (begin && 'outcome' in begin)
    fault(['start'], 'start: a flow begins with a question or a checklist; name one of these');
  const reached = new Set(inOrder(flow));
  for (const id of Object.keys(flow.nodes))
    if (!reached.has(id)) fault(['nodes', id], `nodes.${id}: no answer leads here; lead one to it or remove it`);
  for (const without of [municipality, { ...municipality, 'disposal-decision': null, tariff: null }])
    for (const [id, node] of Object.entries(flow.nodes))
      if ('question' in node && knowing(node).every((option) => option.needs && !without[option.needs]))
        fault(
          ['nodes', id],
          `nodes.${id}: a dead end where the municipality lacks what the options need; add an option without "needs"`,
        );
  const paths = countPaths(flow);
  if (paths > 20_000)
    fault(['nodes'], `the flow has ${paths} paths; join some, so that at most 20 000 are left to check`);
}

function findCycle(flow: FlowFile): string[] | undefined {
  const done = new Set<string>();
  const visit = (id: string, trail: string[]): string[] | undefined => {
    if (trail.includes(id)) return trail.slice(trail.indexOf(id));
    if (done.has(id)) return undefined;
    for (const to of nextOf(flow.nodes[id]!)) {
      const cycle = visit(to, [...trail, id]);
      if (cycle) return cycle;
    }
    done.add(id);
    return undefined;
  };
  for (const id of Object.keys(flow.nodes)) {
    const cycle = visit(id, []);
    if (cycle) return cycle;
  }
  return undefined;
}

/** Every way on from a node, with its place in the file. */
function leads(id: string, node: Node): [PropertyKey[], string][] {
  if ('question' in node) return node.options.map((option, i) => [['nodes', id, 'options', i, 'next'], option.next]);
  if (!('checklist' in node)) return [];
  return [
    [['nodes', id, 'complete'], node.complete],
    [['nodes', id, 'incomplete'], node.incomplete],
  ];
}

/** Every citation in the nodes, with its place in the file. */
function citesOf(nodes: FlowFile['nodes']): [string, PropertyKey[]][] {
  return Object.entries(nodes).flatMap(([id, node]) => {
    const parts: [PropertyKey[], string[] | undefined][] = [[['nodes', id], node.cites]];
    if ('question' in node)
      node.options.forEach((option, i) => void parts.push([['nodes', id, 'options', i], option.cites]));
    if ('checklist' in node) node.items.forEach((item, i) => void parts.push([['nodes', id, 'items', i], item.cites]));
    return parts.flatMap(([path, cites]) =>
      (cites ?? []).map((cite, i): [string, PropertyKey[]] => [cite, [...path, 'cites', i]]),
    );
  });
}

/** A text may name in braces only what the municipality has filled in. */
function checkTexts({ value, at }: Pick<Read<unknown>, 'value' | 'at'>, faults: string[]): void {
  const known = new Set<string>(placeholders);
  const look = (part: unknown, path: PropertyKey[]): void => {
    if (typeof part === 'string') {
      const left = part.replace(/\{([^{}]*)\}/g, (found, name) => (known.has(name) ? '' : found));
      const wrong = /\{[^{}]*\}|[{}]/.exec(left)?.[0];
      if (wrong !== undefined)
        faults.push(
          `${at(path)} ${path.join('.')}: ${wrong} stands for nothing; use one of ${placeholders.map((word) => `{${word}}`).join(', ')}`,
        );
    } else if (part instanceof Object) for (const [key, inner] of Object.entries(part)) look(inner, [...path, key]);
  };
  look(value, []);
}
