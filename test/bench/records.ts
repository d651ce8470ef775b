import { randomBytes } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';
import type { EntryContentRow, EntryRow, LedgerRow, RecordRow } from '../../src/database/tables.ts';
import { offered } from '../../src/guidance/flow.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { applyAll, begin, decide, type Press } from '../../src/guidance/session.ts';
import { sealing } from '../../src/record/batch.ts';
import type { Content, ContentOf, Entry } from '../../src/record/entry.ts';
import { idOf, splitId, swedishYear } from '../../src/record/number.ts';
import { summarise } from '../../src/record/record.ts';
import { canonical, commit, link, seal } from '../../src/record/seal.ts';

/** Some hundred records, as rows of the tables. */
export interface Rows {
  entry: EntryRow[];
  content: EntryContentRow[];
  ledger: LedgerRow[];
  record: RecordRow[];
}

/** What there is to look for in the records. */
export const words = {
  common: 'handling',
  /** In the labels of three records: the first, the one in the middle, and the last. */
  rare: 'väderkvarn',
  none: 'zeppelinare',
  /** A part of words. */
  letters: 'byg',
};

/** The flows that the records name, from the most to the least common. */
export const flowIds = ['is-it-public', 'register-it', 'may-it-go', 'social-media'];

// As a thread of its own: a batch of rows whenever one is asked for, until all are made.
if (parentPort) {
  const port = parentPort;
  const { key, count } = workerData as { key: string; count: number };
  const made = batches(records(Buffer.from(key, 'hex'), count));
  port.on('message', () => {
    const { value } = made.next();
    if (value) port.postMessage(value);
    else port.close();
  });
}

function* batches(records: Iterable<Made>): Generator<Rows> {
  let batch: Rows = { entry: [], content: [], ledger: [], record: [] };
  for (const { entries, links, row } of records) {
    for (const { session, seq, time, kind, commitment, salt, content } of entries) {
      batch.entry.push({ session, seq, time, kind, commitment });
      batch.content.push({ session, seq, salt: salt!, content: textOf(content!) });
    }
    batch.ledger.push(...links);
    batch.record.push(row);
    if (batch.record.length < 500) continue;
    yield batch;
    batch = { entry: [], content: [], ledger: [], record: [] };
  }
  if (batch.record.length > 0) yield batch;
}

/** As `append` writes it. The walks are few, so most has been written before. */
function textOf(content: Content): string {
  const text = texts.get(content) ?? canonical(content);
  texts.set(content, text);
  return text;
}

const texts = new WeakMap<Content, string>();

interface Made {
  entries: Entry[];
  links: LedgerRow[];
  row: RecordRow;
}

/** Records in the order of their numbers, evenly over six years; the same ones in every run, but for their salts. */
function* records(key: Buffer, count: number): Generator<Made> {
  const random = dice(1);
  const walks = Array.from({ length: 500 }, () => walk(random));
  const rare = new Set([0, count >> 1, count - 1]);
  const years = { from: Date.parse('2021-01-04T08:00:00Z'), to: Date.parse('2026-11-20T15:00:00Z') };
  const numbers = new Map<number, number>();
  let last: Pick<LedgerRow, 'position' | 'mac'> = { position: 0, mac: '' };
  for (let i = 0; i < count; i += 1) {
    const time = years.from + Math.floor(((years.to - years.from) * i) / count);
    const year = swedishYear(new Date(time).toISOString());
    const id = idOf(year, (numbers.get(year) ?? 0) + 1);
    numbers.set(year, splitId(id).number);
    const { entries, seals } = sealUp(sessionAt(time, i), live(random, pick(random, walks), rare.has(i)), time);
    const links: LedgerRow[] = [];
    for (const [j, { session, seq, kind }] of entries.entries()) {
      if (!sealing.has(kind)) continue;
      const next = { position: last.position + 1, ...splitId(id), session, seq, seal: seals[j]!, previous: last.mac };
      links.push({ ...next, mac: link(key, next) });
      last = links.at(-1)!;
    }
    yield { entries, links, row: { id, ...summarise(entries, seals.at(-1)!) } };
  }
}

/** An id of a session; ids lie in the order of time, as the program's own do. */
export function sessionAt(time: number, i: number): string {
  const hex = `${time.toString(16).padStart(12, '0')}7000a000${i.toString(16).padStart(12, '0')}`;
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

function sealUp(session: string, contents: Content[], time: number): { entries: Entry[]; seals: string[] } {
  const salts = randomBytes(32 * contents.length);
  const seals: string[] = [];
  const entries = contents.map((content, i): Entry => {
    const at = new Date(time + i * 20_000).toISOString();
    const entry = { session, seq: i + 1, time: at, kind: content.kind, content };
    const salt = salts.toString('hex', i * 32, i * 32 + 32);
    const commitment = commit(entry, salt);
    seals.push(seal([commitment], seals.at(-1)));
    return { ...entry, salt, commitment };
  });
  return { entries, seals };
}

/** A session out of a walk: most reach the outcome; others are closed, lapse or stay open after two answers. */
function live(random: () => number, walked: Content[], rare: boolean): Content[] {
  const chance = random();
  const start = startOf(random);
  const label: Content[] = rare || random() < 0.3 ? [{ kind: 'label', label: labelOf(random, rare) }] : [];
  if (chance < 0.84) return [start, ...walked, ...label];
  const half = [start, ...walked.slice(0, Math.min(2, walked.length - 1)), ...label];
  if (chance < 0.9) return [...half, { kind: 'close' }];
  return chance < 0.99 ? [...half, { kind: 'lapse', because: 'idle' }] : half;
}

/** How a session begins: one of four hundred people, and one of the flows. */
export function startOf(random: () => number): ContentOf<'start'> {
  const person = String(Math.floor(random() * 400)).padStart(64, '0');
  const { title, version } = flow;
  return {
    kind: 'start',
    flow: pick(random, flowIds),
    title: title.sv,
    version,
    platform: 'web',
    person,
    language: 'sv',
  };
}

function labelOf(random: () => number, rare: boolean): string {
  const what = rare ? words.rare : pick(random, subjects);
  return `${pick(random, papers)} om ${what}, ${pick(random, ['BN', 'KS', 'SN', 'MN'])} ${Math.floor(random() * 9999)}`;
}

const papers = ['Begäran', 'Mejl', 'Handlingar', 'Protokoll', 'Ritning', 'Avtal', 'Tjänsteskrivelse', 'Klagomål'];
const subjects = ['bygglov', 'skolskjuts', 'upphandling', 'lön', 'strandskydd', 'hemtjänst', 'badplats', 'kameror'];

/** What somebody might answer in the flow, and what comes of it, after the start. */
export function walk(random: () => number): Content[] {
  let session = begin(flow, 'sv');
  const contents: Content[] = [];
  while (session.status === 'open') {
    const node = flow.nodes[session.node]!;
    const press: Press =
      'question' in node
        ? { verb: 'answer', node: session.node, option: pick(random, offered(node, municipality)).id }
        : { verb: 'done', node: session.node, items: [] };
    const decision = decide(session, municipality, press);
    if (decision.kind === 'nothing') throw new Error(`${JSON.stringify(press)} was not taken: ${decision.because}`);
    contents.push(...decision.contents);
    session = applyAll(session, decision.contents);
  }
  return contents;
}

const { flows, municipality } = loadFlows('flows');
const flow = flows.get('is-it-public')!;

/** One of them, those that stand first more often. */
function pick<T>(random: () => number, choices: readonly T[]): T {
  return choices[Math.floor(random() ** 2 * choices.length)]!;
}

/** Numbers from 0 to 1, the same ones in every run (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
