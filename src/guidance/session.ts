import { type Content, type ContentOf, type Entry, isByOthers, type Language } from '../record/entry.ts';
import { advise } from './advice.ts';
import {
  type Checklist,
  type Flow,
  knowing,
  type Municipality,
  nextOf,
  type Option,
  type Outcome,
  offered,
  optionOf,
  type Question,
} from './flow.ts';
import { choices, fill, headingOf } from './words.ts';

/** One node that the person has passed, and how. */
export type Step =
  | { kind: 'answered'; node: string; option: string }
  | { kind: 'done'; node: string; ticked: string[] };

/** Where one person is in one version of one flow. Never stored: replayed from the log. */
export interface Session {
  flow: Flow;
  status: 'open' | 'concluded' | 'closed' | 'lapsed' | 'disposed';
  language: Language;
  /** The nodes passed, from the first one on. */
  path: Step[];
  /** The node that is asked now, or the outcome that was reached. */
  node: string;
  /** What is ticked on checklists, also on those not left yet. */
  ticks: Record<string, string[]>;
  /** The last entry's place; a press that carries another one is out of date. 0 before the first answer. */
  seq: number;
  label?: string;
  /** Whether the outcome helped, once the person has said so. */
  helped?: boolean;
  /** The unit that the person works in, once they have said so. */
  unit?: string;
  /** What has come of the last question to the registrar, where one was asked. */
  asked?: Asked;
  /** What the last entry did beside answering: said to the person. */
  changed?: ContentOf<'change'>;
}

/** Whether a question to the registrar waits for them, for the person, or for nobody any more. */
export type Asked = 'waiting' | 'asked back' | 'answered';

/** What a person did, on whatever platform, at a place in a session. */
export type Press =
  | { verb: 'answer'; node: string; option: string }
  | { verb: 'tick'; node: string; items: string[] }
  | { verb: 'done'; node: string; items?: string[] }
  | { verb: 'back' }
  | { verb: 'change'; node: string; option: string }
  | { verb: 'label'; label: string }
  | { verb: 'language'; language: Language }
  | { verb: 'feedback'; helped: boolean }
  /** Puts a question to the registrar; with words of the person's own, where they have any. */
  | { verb: 'ask'; node: string; words: string }
  /** Says in which unit the person works. */
  | { verb: 'unit'; unit: string }
  | { verb: 'close' };

/** What a press does: entries to write, or nothing, and why. */
export type Decision =
  | { kind: 'append'; contents: Content[] }
  | { kind: 'nothing'; because: 'stale' | 'unknown' | 'same' | 'ended' | 'askNeedsWords' }
  | { kind: 'nothing'; because: 'first' };

/** A session in which nothing has been pressed yet. */
export function begin(flow: Flow, language: Language): Session {
  return { flow, status: 'open', language, path: [], node: flow.start, ticks: {}, seq: 0 };
}

/** Where are they? Goes through the entries in order; the same entries always lead to the same place. */
export function replay(flow: Flow, entries: readonly Entry[]): Session {
  let session = begin(flow, 'sv');
  for (const entry of entries) {
    const { seq, content } = entry;
    const next = content ? applied(session, content) : { ...session, status: 'disposed' as const };
    // What others add makes nobody's card out of date.
    session = isByOthers(entry) ? next : { ...next, seq };
  }
  return session;
}

/** The nodes passed and how, told from the entries alone: also where the flow itself can't be read any more. */
export function pathOf(entries: readonly Entry[]): Step[] {
  return entries.reduce<Step[]>((path, { content }) => (content ? walked(path, content) : path), []);
}

function walked(path: Step[], content: Content): Step[] {
  switch (content.kind) {
    case 'answer':
      return [...path, { kind: 'answered', node: content.node, option: content.option }];
    case 'done':
      return [...path, { kind: 'done', node: content.node, ticked: tickedIn(content) }];
    case 'back':
      return path.slice(0, -1);
    case 'change': {
      const at = path.findIndex((step) => step.node === content.node);
      const kept = path.slice(at + 1).filter((step) => content.kept.includes(step.node));
      return [...path.slice(0, at), { kind: 'answered', node: content.node, option: content.option }, ...kept];
    }
    default:
      return path;
  }
}

const tickedIn = ({ items }: Pick<ContentOf<'done'>, 'items'>) =>
  items.filter((item) => item.ticked).map((item) => item.id);

/** The session after these contents, before they are written. */
export function applyAll(session: Session, contents: readonly Content[]): Session {
  return contents.reduce(applied, session);
}

function applied(session: Session, content: Content): Session {
  const { changed: _, ...rest } = session;
  const moved = () => placed(rest, walked(rest.path, content));
  switch (content.kind) {
    case 'start':
      return { ...session, language: content.language, ...(content.unit !== undefined && { unit: content.unit }) };
    case 'language':
      return { ...session, language: content.language };
    case 'answer':
    case 'back':
      return moved();
    case 'change':
      return { ...moved(), changed: content };
    case 'done':
      return ticking(moved(), content.node, tickedIn(content));
    case 'tick':
      return ticking(rest, content.node, tickedIn(content));
    case 'label':
      return { ...session, label: content.label };
    case 'outcome':
      return { ...session, status: 'concluded' };
    case 'feedback':
      return { ...session, helped: content.helped };
    case 'unit':
      return { ...session, unit: content.unit };
    case 'ask':
      return { ...session, asked: 'waiting' };
    case 'reply':
      return { ...session, asked: content.answers ? 'answered' : 'asked back' };
    case 'review':
    case 'comment':
    case 'hold':
    case 'clarify':
      return session;
    case 'reopen': {
      const { helped: _, ...again } = rest;
      return { ...again, status: 'open' };
    }
    case 'close':
      return { ...rest, status: 'closed' };
    case 'lapse':
      return { ...rest, status: 'lapsed' };
    case 'dispose':
      return { ...rest, status: 'disposed' };
  }
}

/** The session at the end of a path. */
function placed(session: Session, path: Step[]): Session {
  const last = path.at(-1);
  return { ...session, path, node: last ? follow(session.flow, last) : session.flow.start };
}

function ticking(session: Session, node: string, items: string[]): Session {
  return { ...session, ticks: { ...session.ticks, [node]: items } };
}

/** The node that a step leads to. */
function follow(flow: Flow, step: Step): string {
  const node = flow.nodes[step.node];
  if (node && 'checklist' in node && step.kind === 'done')
    return node.items.every((item) => step.ticked.includes(item.id)) ? node.complete : node.incomplete;
  const option = node && 'question' in node && step.kind === 'answered' && optionOf(node, step.option);
  if (!option) throw new Error(`Flow ${flow.id} has no way on from ${JSON.stringify(step)}.`);
  return option.next;
}

/** The session with another answer at `node`: later answers hold where the new path still meets their question. */
function changedTo(session: Session, node: string, option: string) {
  const at = session.path.findIndex((step) => step.node === node);
  const earlier = new Map(session.path.slice(at + 1).map((step) => [step.node, step]));
  let changed = placed(session, [...session.path.slice(0, at), { kind: 'answered', node, option }]);
  const kept: string[] = [];
  for (let step = earlier.get(changed.node); step; step = earlier.get(changed.node)) {
    changed = placed(changed, [...changed.path, step]);
    kept.push(step.node);
  }
  const dropped = [...earlier.keys()].filter((id) => !kept.includes(id));
  return { session: changed, kept, dropped };
}

/** What happens on this press, or why nothing does. Writes nothing itself. */
export function decide(session: Session, municipality: Municipality, press: Press): Decision {
  const { flow, status } = session;
  if (status === 'closed' || status === 'lapsed' || status === 'disposed') return nothing('ended');
  switch (press.verb) {
    case 'answer': {
      const node = flow.nodes[session.node];
      if (press.node !== session.node || !node || !('question' in node)) return nothing('stale');
      const option = offered(node, municipality).find(({ id }) => id === press.option);
      if (!option) return nothing('unknown');
      return onwards(session, municipality, [answer(session, municipality, press.node, node, option)]);
    }
    case 'tick':
    case 'done': {
      const node = flow.nodes[session.node];
      if (press.node !== session.node || !node || !('checklist' in node)) return nothing('stale');
      const items = [...new Set(press.items ?? session.ticks[press.node])];
      if (items.some((id) => !node.items.some((item) => item.id === id))) return nothing('unknown');
      const content = done(session, municipality, press.node, node, items);
      if (press.verb === 'done') return onwards(session, municipality, [content]);
      if (sameItems(items, session.ticks[press.node] ?? [])) return nothing('same');
      return write([{ ...content, kind: 'tick' }]);
    }
    case 'back': {
      const last = session.path.at(-1);
      if (!last) return nothing('first');
      return write([...reopened(session), { kind: 'back', node: last.node }]);
    }
    case 'change': {
      const step = session.path.find((step) => step.node === press.node);
      const node = flow.nodes[press.node];
      if (step?.kind !== 'answered' || !node || !('question' in node)) return nothing('stale');
      const option = offered(node, municipality).find(({ id }) => id === press.option);
      if (!option) return nothing('unknown');
      if (option.id === step.option) return nothing('same');
      const { kept, dropped } = changedTo(session, press.node, press.option);
      const { kind: _, ...answered } = answer(session, municipality, press.node, node, option);
      return onwards(session, municipality, [...reopened(session), { kind: 'change', ...answered, kept, dropped }]);
    }
    case 'label':
      return press.label === (session.label ?? '') ? nothing('same') : write([{ kind: 'label', label: press.label }]);
    case 'language':
      if (press.language === session.language) return nothing('same');
      // An outcome that is shown in another language is kept in it as well.
      return onwards(session, municipality, [{ kind: 'language', language: press.language }]);
    case 'feedback':
      if (status !== 'concluded') return nothing('stale');
      return press.helped === session.helped ? nothing('same') : write([{ kind: 'feedback', helped: press.helped }]);
    case 'ask': {
      const node = flow.nodes[press.node];
      const met = press.node === session.node || session.path.some((step) => step.node === press.node);
      if (!node || !met) return nothing('stale');
      if (press.words === '' && session.asked !== undefined && session.asked !== 'answered')
        return nothing('askNeedsWords');
      const question = headingOf(node, session.language, municipality);
      return write([{ kind: 'ask', node: press.node, question, ...(press.words !== '' && { words: press.words }) }]);
    }
    case 'unit':
      if (!municipality.units.includes(press.unit)) return nothing('unknown');
      return press.unit === session.unit ? nothing('same') : write([{ kind: 'unit', unit: press.unit }]);
    case 'close':
      return status === 'concluded' ? nothing('ended') : write([{ kind: 'close' }]);
  }
}

const nothing = (because: Extract<Decision, { kind: 'nothing' }>['because']) =>
  ({ kind: 'nothing', because }) as Decision;
const write = (contents: Content[]): Decision => ({ kind: 'append', contents });
const sameItems = (one: string[], other: string[]) => [...one].sort().join() === [...other].sort().join();

function reopened(session: Session): Content[] {
  return session.status === 'concluded' ? [{ kind: 'reopen' }] : [];
}

/** The contents, and the outcome with them where they lead to one. */
function onwards(session: Session, municipality: Municipality, contents: Content[]): Decision {
  return write([...contents, ...outcomeOf(applyAll(session, contents), municipality)]);
}

/** The outcome that the session stands at, if it does. */
function outcomeOf(session: Session, municipality: Municipality): Content[] {
  const node = session.flow.nodes[session.node];
  return node && 'outcome' in node ? [conclude(session, municipality, node)] : [];
}

/** The answers of a session that has ended, taken over into a new one as far as its flow still asks the same. */
export function carryOver(from: Session, to: Session, municipality: Municipality): Content[] {
  const earlier = new Map(from.path.map((step) => [step.node, step]));
  const contents: Content[] = [];
  let session = to;
  for (let step = earlier.get(session.node); step; step = earlier.get(session.node)) {
    const content = repeated(session, municipality, step);
    if (!content) break;
    contents.push(content);
    session = applied(session, content);
  }
  return [...contents, ...outcomeOf(session, municipality)];
}

function repeated(session: Session, municipality: Municipality, step: Step): Content | undefined {
  const node = session.flow.nodes[step.node];
  if (node && 'checklist' in node && step.kind === 'done') {
    const ticked = step.ticked.filter((id) => node.items.some((item) => item.id === id));
    return { ...done(session, municipality, step.node, node, ticked), kept: true };
  }
  if (!node || !('question' in node) || step.kind !== 'answered') return undefined;
  const option = offered(node, municipality).find(({ id }) => id === step.option);
  return option && { ...answer(session, municipality, step.node, node, option), kept: true };
}

function answer(
  session: Session,
  municipality: Municipality,
  id: string,
  node: Question,
  option: Option,
): ContentOf<'answer'> {
  const say = fill(session.language, municipality);
  const help = node.help && { help: say(node.help) };
  return {
    kind: 'answer',
    node: id,
    question: say(node.question),
    ...help,
    offered: choices(node, municipality, say),
    option: option.id,
    label: say(option.label),
  };
}

function done(
  session: Session,
  municipality: Municipality,
  id: string,
  node: Checklist,
  ticked: string[],
): ContentOf<'done'> {
  const say = fill(session.language, municipality);
  const items = node.items.map((item) => ({ id: item.id, label: say(item.label), ticked: ticked.includes(item.id) }));
  return { kind: 'done', node: id, question: say(node.checklist), items };
}

function conclude(session: Session, municipality: Municipality, node: Outcome): ContentOf<'outcome'> {
  return {
    kind: 'outcome',
    node: session.node,
    ...advise(session, municipality, node),
    decided: decisive(session, municipality),
  };
}

/**
 * The questions whose answer decided: another option there, with later answers kept where they still apply, can lead
 * to another outcome. "I don't know" does not count as another answer, or every question would have decided.
 */
function decisive(session: Session, municipality: Municipality): string[] {
  const codes = codesFrom(session.flow, municipality);
  const reached = codes(session.node);
  return session.path.flatMap((step) => {
    const node = session.flow.nodes[step.node];
    if (step.kind === 'done' || !node || !('question' in node)) return [];
    const others = known(node, municipality).filter((option) => option.id !== step.option);
    const differs = others.some(({ id }) => {
      const end = changedTo(session, step.node, id).session.node;
      return [...codes(end)].some((code) => !reached.has(code));
    });
    return differs ? [step.node] : [];
  });
}

/** The outcome codes that can still be reached from a node without answering "I don't know". */
function codesFrom(flow: Flow, municipality: Municipality): (id: string) => Set<string> {
  const found = reachable.get(flow) ?? new Map<string, Set<string>>();
  reachable.set(flow, found);
  return function codes(id: string): Set<string> {
    const key = `${id} ${municipality.tariff !== null} ${municipality['disposal-decision'] !== null}`;
    const before = found.get(key);
    if (before) return before;
    const node = flow.nodes[id]!;
    const next = 'question' in node ? known(node, municipality).map((option) => option.next) : nextOf(node);
    const reached = new Set('outcome' in node ? [node.outcome as string] : next.flatMap((to) => [...codes(to)]));
    found.set(key, reached);
    return reached;
  };
}

/** The answers that a person can give who does know. */
function known(node: Question, municipality: Municipality): Option[] {
  return knowing({ ...node, options: offered(node, municipality) });
}

/** Worked out once for each version, and for what the municipality has. */
const reachable = new WeakMap<Flow, Map<string, Set<string>>>();
