import type { ContentOf, Language, Message } from '../record/entry.ts';
import { numberOf } from '../record/number.ts';
import type { GuidanceRecord } from '../record/record.ts';
import { type Advice, advise, cite } from './advice.ts';
import type { Clarification, Clarifications } from './clarify.ts';
import { asText, type DraftKind, drafts } from './draft.ts';
import { type Entrance, nameEntrance } from './entrance.ts';
import { type Explanation, explain } from './explain.ts';
import { type Flow, type Glossary, type Group, type Municipality, optionOf, type Source } from './flow.ts';
import type { Flows } from './flows.ts';
import { type Judged, judgedIn } from './judged.ts';
import type { Place } from './place.ts';
import type { Asked, Session } from './session.ts';
import { choices, fill, headingOf, type Words, words } from './words.ts';

/** What the person sees next, in plain words, before any platform draws it. */
export type View = StartView | FoundView | QuestionView | ChecklistView | OutcomeView | EndedView | RefusedView;

/** What can be said about the last press, as a code that an address can carry. */
export type Notice = keyof Words['notices'];

/** Whether a text is such a code. */
export function isNotice(text: unknown): text is Notice {
  return typeof text === 'string' && Object.hasOwn(words('sv').notices, text);
}

interface Shown {
  language: Language;
  municipality: { name: string; example: boolean };
  /** Said above everything else: what the last press did, or why it did nothing. */
  notice?: string;
}

/** Nothing is going on: what can be started, under the headings it belongs to. */
export interface StartView extends Shown {
  kind: 'start';
  groups: { id: Group | 'recent'; title: string; flows: Startable[] }[];
  /** What the person has begun and not ended: to go on with. */
  open?: { session: string; title: string; question: string; number: string };
  /** What a press on a flow carries as its session, so that pressing twice begins once. */
  ref: string;
  kept: string;
}

/** A flow that can be started. */
interface Startable {
  id: string;
  title: string;
  about?: string;
}

/** Where the words that were looked for may lead: the person chooses, and nothing is answered for them unseen. */
export interface FoundView extends Shown {
  kind: 'found';
  words: string;
  /** `start` with this begins there. `answers` are the first ones given, and can be changed afterwards. */
  offers: (Entrance & { title: string; about?: string; answers: { question: string; answer: string }[] })[];
  /** What a press on an offer carries as its session, so that pressing twice begins once. */
  ref: string;
  kept: string;
}

/** A session: where it is, what was answered on the way, and under which number it is kept. */
export interface InSession extends Shown {
  /** The session, node and seq that a press must carry. */
  session: string;
  node: string;
  seq: number;
  flow: { id: string; title: string; version: string };
  /** VGL-2026-00042, once the first answer is given. */
  number?: string;
  label?: string;
  /** Where the chat message stands that this is about. */
  message?: string;
  /** The words of the trade in what is shown, each to be explained to whoever asks. */
  terms: Explanation[];
  trail: { node: string; option: string; question: string; answer: string; changeable: boolean; decided: boolean }[];
  /** Whether the registrar can be asked from here, and what has been said so far where they were. */
  mayAsk: boolean;
  asking?: Asking;
  /** What a reviewer thinks of the outcome that stands, where one has looked at it, and what the person has answered. */
  judged?: Judged;
}

/** A talk with the registrar: every question and every answer, in order. */
interface Asking {
  state: Asked;
  /** When the person asked last, ISO 8601 in UTC. */
  since: string;
  lines: { from: 'person' | 'registrar'; who: string; at: string; words: string }[];
}

/** What the registrar has made clear to everybody at a node. */
interface Clarified {
  id: string;
  /** From when it is shown, ISO 8601 in UTC. */
  at: string;
  words: string;
  cites: Citation[];
  /** The author's role, in words. */
  role: string;
}

/** A question with its answers. */
export interface QuestionView extends InSession {
  kind: 'question';
  question: string;
  help?: string;
  why?: string;
  cites: Citation[];
  options: { id: string; label: string; hint?: string }[];
  /** Said where the question leans on law that nobody has read in the original. */
  doubt?: string;
  /** The answer given earlier, where an answered question is shown in order to be changed. */
  chosen?: string;
  /** Duties that hold whatever is answered, and what is kept: said at the first question. */
  notices: string[];
  kept?: string;
  clarifications: Clarified[];
}

/** A list to tick; what is ticked is kept also where it is left half-done. */
export interface ChecklistView extends InSession {
  kind: 'checklist';
  question: string;
  help?: string;
  why?: string;
  cites: Citation[];
  items: { id: string; label: string; ticked: boolean; cites: Citation[] }[];
  doubt?: string;
  notices: string[];
  kept?: string;
  clarifications: Clarified[];
}

/** What the answers lead to. */
export interface OutcomeView extends InSession {
  kind: 'outcome';
  advice: Omit<Advice, 'cites'>;
  cites: Citation[];
  /** When the outcome was reached, ISO 8601 in UTC. */
  at: string;
  /** Flows to go on with. */
  offers: { id: string; title: string }[];
  /** Whom to ask; where a person is needed, with a summary to send. */
  registrar: string;
  summary?: string;
  /** Words ready to use, in Swedish whatever the person reads: documents for somebody else to decide on. */
  drafts: { kind: DraftKind; title: string; text: string }[];
  /** Whether it helped, once the person has said so. */
  helped?: boolean;
  clarifications: Clarified[];
  /** The unit that the person works in, and those there are; none where the municipality has not named any. */
  unit: { chosen?: string; units: readonly string[] };
}

/** The session is over without an outcome to show. */
export interface EndedView extends InSession {
  kind: 'ended';
  why: string;
  /** Whether the answers can be taken along into a new session. */
  resumable: boolean;
}

/** The press is not this person's to make, or points at nothing. */
export interface RefusedView extends Shown {
  kind: 'refused';
  why: string;
}

/** A source, and how sure we are of it. */
export interface Citation {
  id: string;
  title: string;
  says: string;
  kind: string;
  /** Said where we have not read the text itself: nobody has, or only an account of it. */
  unverified?: string;
  secondHand?: string;
}

/** What a session's view is drawn from, beside the session. */
export interface Present {
  municipality: Municipality;
  flows: ReadonlyMap<string, Flow>;
  glossary: Glossary;
  /** What has been made clear at nodes. */
  clarifications?: Pick<Clarifications, 'on'>;
  record: GuidanceRecord | undefined;
  message?: Message | undefined;
  /** What the next press must carry as its session. */
  ref: string;
  /** Shows this question again, in order to change its answer. */
  changing?: string | undefined;
  /** The entry that is about to end the session, and what came of one that can't be walked any more. */
  lapse?: ContentOf<'lapse'> | undefined;
  ended?: string | undefined;
}

/** What do they see? The same session always gives the same view. */
export function present(
  session: Session,
  { municipality, flows, glossary, clarifications, record, message, ref, changing, lapse, ended }: Present,
): View {
  const { flow, language, path, seq } = session;
  const say = fill(language, municipality);
  const text = words(language);
  const shown: InSession = {
    ...base(language, municipality),
    session: ref,
    node: session.node,
    seq,
    flow: { id: flow.id, title: say(flow.title), version: flow.version },
    ...(record && { number: numberOf(record.id) }),
    ...(session.label && { label: session.label }),
    ...(message && { message: message.permalink }),
    terms: [],
    trail: trail(session, record, say),
    mayAsk: session.status === 'open' || session.status === 'concluded',
    ...(session.asked && record && { asking: talk(session.asked, record, text) }),
    ...(record && judgedIn(record, text)),
    ...(session.changed && { notice: changed(session, session.changed, municipality) }),
  };
  if (session.status === 'closed')
    return { kind: 'ended', ...shown, why: ended ?? text.notices.closed, resumable: false };
  if (session.status === 'disposed') return { kind: 'ended', ...shown, why: text.notices.ended, resumable: false };
  if (session.status === 'lapsed') {
    const why = whyLapsed(lapse ?? lapseIn(record), text);
    return { kind: 'ended', ...shown, why, resumable: flows.has(flow.id) };
  }
  const id =
    changing !== undefined && path.some((step) => step.kind === 'answered' && step.node === changing)
      ? changing
      : session.node;
  const node = flow.nodes[id]!;
  const citations = (cites: readonly string[] = []) => cites.map((id) => citation(flow.sources[id]!, id, language));
  const begun = record?.entries[0]?.content;
  // Whoever came in by a search has not seen the first question.
  const straightIn = begun?.kind === 'start' && begun.given === path.length && session.node === id;
  const opening = {
    notices: id === flow.start || straightIn ? (flow.notices ?? []).map(say) : [],
    ...((straightIn || (id === flow.start && path.length === 0)) && { kept: text.kept }),
  };
  const asked = {
    ...(node.why && { why: say(node.why) }),
    ...('help' in node && node.help && { help: say(node.help) }),
  };
  const made = (clarifications?.on(flow.id, id) ?? []).map((one) => clarified(one, flow, language));
  const said = [...Object.values(asked), ...opening.notices];
  const terms = (...texts: (string | undefined)[]) =>
    explain(glossary, language, [...said, ...texts.filter((text) => text !== undefined)]);
  const doubt = (cites: readonly Citation[]) => cites.some(({ unverified }) => unverified) && { doubt: text.doubt };
  if ('question' in node) {
    const chosen = path.find((step) => step.kind === 'answered' && step.node === id);
    const options = choices(node, municipality, say);
    const cites = citations(node.cites);
    return {
      kind: 'question',
      ...shown,
      node: id,
      question: say(node.question),
      ...asked,
      cites,
      ...doubt(cites),
      options,
      terms: terms(say(node.question), ...options.flatMap(({ label, hint }) => [label, hint])),
      ...(chosen?.kind === 'answered' && { chosen: chosen.option }),
      ...opening,
      clarifications: made,
    };
  }
  if ('checklist' in node) {
    const ticked = session.ticks[id] ?? [];
    const items = node.items.map((item) => ({
      id: item.id,
      label: say(item.label),
      ticked: ticked.includes(item.id),
      cites: citations(item.cites),
    }));
    const cites = citations(node.cites);
    return {
      kind: 'checklist',
      ...shown,
      question: say(node.checklist),
      ...asked,
      cites,
      ...doubt([...cites, ...items.flatMap((item) => item.cites)]),
      items,
      terms: terms(say(node.checklist), ...items.map(({ label }) => label)),
      ...opening,
      clarifications: made,
    };
  }
  const { cites, ...advice } = advise(session, municipality, node);
  return {
    kind: 'outcome',
    ...shown,
    advice,
    cites: citations(cites.map((cited) => cited.id)),
    terms: terms(advice.title, advice.text, advice.uncertain, ...advice.do, ...(advice.missing ?? [])),
    at: record?.entries.findLast((entry) => entry.kind === 'outcome')?.time ?? '',
    ...(session.helped !== undefined && { helped: session.helped }),
    clarifications: made,
    unit: { units: municipality.units, ...(session.unit !== undefined && { chosen: session.unit }) },
    offers: (node.then ?? []).flatMap((id) => {
      const next = flows.get(id);
      return next ? [{ id, title: say(next.title) }] : [];
    }),
    registrar: say({ sv: '{registrar}', en: '{registrar}' }),
    ...(node.outcome === 'ask-registrar' && { summary: summary(shown, advice) }),
    drafts: drafts(session, municipality, record).map((draft) => ({
      kind: draft.kind,
      title: text.drafts[draft.kind],
      text: asText(draft),
    })),
  };
}

/**
 * What can be started, where nothing is going on.
 * @param recent the flows that the person began last, the latest first; three of them come before all others.
 * @param open where the person is already.
 */
export function presentStart(
  language: Language,
  { municipality, flows }: Pick<Present, 'municipality' | 'flows'>,
  { recent = [], ref, open }: { recent?: readonly string[] | undefined; ref: string; open?: Place | undefined },
): StartView {
  const say = fill(language, municipality);
  const { groups, kept } = words(language);
  const last = recent.filter((id) => flows.has(id)).slice(0, 3);
  const members = {
    recent: last.map((id) => flows.get(id)!),
    ...Object.groupBy(
      [...flows.values()].filter(({ id }) => !last.includes(id)),
      ({ group = 'documents' }) => group,
    ),
  };
  return {
    kind: 'start',
    ...base(language, municipality),
    groups: (['recent', 'documents', 'social-media'] as const).flatMap((group) => {
      const found = members[group] ?? [];
      const startable = ({ id, title, about }: Flow) => ({
        id,
        title: say(title),
        ...(about && { about: say(about) }),
      });
      return found.length > 0 ? [{ id: group, title: groups[group], flows: found.map(startable) }] : [];
    }),
    ...(open?.record && {
      open: {
        session: open.ref.id,
        title: say(open.session.flow.title),
        question: headingOf(open.session.flow.nodes[open.session.node]!, language, municipality),
        number: numberOf(open.record.id),
      },
    }),
    ref,
    kept,
  };
}

/** Where the words may lead. */
export function presentFound(
  language: Language,
  flows: Flows,
  found: { words: string; entries: readonly Entrance[]; ref: string },
): FoundView {
  return {
    kind: 'found',
    ...base(language, flows.municipality),
    words: found.words,
    offers: found.entries.map((entrance) => ({ ...entrance, ...nameEntrance(entrance, flows, language) })),
    ref: found.ref,
    kept: words(language).kept,
  };
}

/** Why there is nothing to show. */
export function refuse(language: Language, municipality: Municipality, why: keyof Words['refused']): RefusedView {
  return { kind: 'refused', ...base(language, municipality), why: words(language).refused[why] };
}

/** The law of a list and of its items, each once. */
export function lawOf({ cites, items }: ChecklistView): Citation[] {
  const all = [...cites, ...items.flatMap((item) => item.cites)];
  return [...new Map(all.map((cite) => [cite.id, cite])).values()];
}

/** Which question it is that is asked, counted from 1; an earlier one keeps its number. */
export function stepOf({ trail, node }: InSession): number {
  const earlier = trail.findIndex((step) => step.node === node);
  return (earlier < 0 ? trail.length : earlier) + 1;
}

/** The view, with what is to be said about the last press. */
export function withNotice<V extends View>(view: V, notice: Notice | undefined): V {
  if (notice === undefined) return view;
  return { ...view, notice: words(view.language).notices[notice] };
}

function base(language: Language, { name, example }: Municipality): Shown {
  return { language, municipality: { name, example } };
}

/** A source in one language, with what it is and whether its text was read. */
export function citation(source: Omit<Source, 'checked'>, id: string, language: Language): Citation {
  const text = words(language);
  return {
    ...cite(source, id, language),
    kind: text.kinds[source.kind],
    ...(source.verified === 'memory' && { unverified: text.unverified }),
    ...(source.verified === 'second-hand' && { secondHand: text.secondHand }),
  };
}

/** What was asked of the registrar, and what they said. */
function talk(state: Asked, { entries }: GuidanceRecord, text: Words): Asking {
  const lines = entries.flatMap(({ time, content }): Asking['lines'] => {
    if (content?.kind === 'ask')
      return [{ from: 'person', who: text.you, at: time, words: content.words ?? text.askedWithoutWords }];
    if (content?.kind !== 'reply') return [];
    const { name, role } = content.by;
    return [{ from: 'registrar', who: text.inRole(name, role), at: time, words: content.words }];
  });
  return { state, since: entries.findLast(({ kind }) => kind === 'ask')?.time ?? '', lines };
}

function clarified({ id, at, words: made, cites, role }: Clarification, flow: Flow, language: Language): Clarified {
  const known = cites.flatMap((cite) => (flow.sources[cite] ? [citation(flow.sources[cite], cite, language)] : []));
  return { id, at, words: made[language], cites: known, role: words(language).roles[role] };
}

function trail(
  { flow, path, language }: Session,
  record: GuidanceRecord | undefined,
  say: ReturnType<typeof fill>,
): InSession['trail'] {
  const outcome = record?.entries.findLast((entry) => entry.kind === 'outcome' || entry.kind === 'reopen')?.content;
  const decided = outcome?.kind === 'outcome' ? outcome.decided : [];
  return path.flatMap((step): InSession['trail'] => {
    const node = flow.nodes[step.node];
    const at = { node: step.node, decided: decided.includes(step.node) };
    if (node && 'checklist' in node && step.kind === 'done')
      return [
        {
          ...at,
          option: '',
          question: say(node.checklist),
          answer: words(language).ticked(step.ticked.length, node.items.length),
          changeable: false,
        },
      ];
    const option = node && 'question' in node && step.kind === 'answered' && optionOf(node, step.option);
    return option
      ? [{ ...at, option: option.id, question: say(node.question), answer: say(option.label), changeable: true }]
      : [];
  });
}

function changed(
  { flow, language }: Session,
  { node, label, kept, dropped }: NonNullable<Session['changed']>,
  municipality: Municipality,
): string {
  const question = (id: string) => headingOf(flow.nodes[id]!, language, municipality);
  return words(language).changed(question(node), label, kept.length, dropped.map(question));
}

function lapseIn(record: GuidanceRecord | undefined): ContentOf<'lapse'> | undefined {
  const lapse = record?.entries.findLast((entry) => entry.kind === 'lapse')?.content;
  return lapse?.kind === 'lapse' ? lapse : undefined;
}

function whyLapsed(lapse: ContentOf<'lapse'> | undefined, { lapsed }: Words): string {
  if (lapse?.because === 'withdrawn') return lapsed.withdrawn(lapse.reason ?? '');
  return lapse?.because === 'unreadable' ? lapsed.unreadable : lapsed.idle;
}

/** What to send to the registrar: the path, why a person is needed, what is frozen, how much time there is, what was said. */
function summary(
  { flow, language, number, trail }: InSession,
  { title, why, clock, say }: Omit<Advice, 'cites'>,
): string {
  const { frozen, meanwhile } = words(language);
  const steps = trail.map(({ question, answer }) => `- ${question} ${answer}`);
  const reached = `=> ${title}${why ? `. ${why}` : ''}`;
  const said = say ? [meanwhile(say)] : [];
  return [`${number ?? ''} ${flow.title}`.trim(), ...steps, reached, frozen, clock, ...said].join('\n');
}
