import { createHash, createHmac, randomBytes } from 'node:crypto';
import type { OutboxRow } from '../database/tables.ts';
import { type Content, type ContentOf, isByOthers, isResponse, type Language, type Message } from '../record/entry.ts';
import { Taken } from '../record/log.ts';
import { mask, tidy } from '../record/mask.ts';
import { type Person, remember, rememberUnit, unitKnown, welcomeBack } from '../record/person.ts';
import type { GuidanceRecord } from '../record/record.ts';
import { announceQuestion } from './desk.ts';
import { type Draft, drafts } from './draft.ts';
import type { Flows } from './flows.ts';
import { type Guidance, languageOf, type Memory, type Visitor } from './guidance.ts';
import { announceResponse, returnedIn } from './judged.ts';
import { findPlace, type Place } from './place.ts';
import { type Ref, readRef, writeRef } from './ref.ts';
import { applyAll, begin, carryOver, decide, type Press, replay, type Session } from './session.ts';
import {
  type Notice,
  present,
  presentFound,
  presentStart,
  refuse,
  type StartView,
  type View,
  withNotice,
} from './view.ts';
import { fill } from './words.ts';

/** Where a press points: what the view that it came from carried. */
export interface Pointer {
  session: string;
  seq: number;
}

/** All that a person can do, on whatever platform. */
export type Act =
  | Press
  /** Begins a flow, with its first answers given where a search led further in. */
  | { verb: 'start'; flow: string; given?: readonly string[] }
  /** Looks up where to begin. The words are neither stored nor logged. */
  | { verb: 'find'; words: string }
  /** Goes on to a flow that an outcome offers. */
  | { verb: 'then'; flow: string }
  /** Answers the reviewer who sent the record back with a question. */
  | { verb: 'respond'; words: string };

/** What a look or a press comes to: the view, and the code of the notice in it where there is one. */
export interface Seen {
  view: View;
  notice?: Notice;
}

/**
 * One press: reads the log, decides, writes, and shows what is next. What was acknowledged is on disk.
 * @throws where the database fails; nothing is half-written then, and the same press can be made again.
 */
export async function converse(
  guidance: Guidance,
  visitor: Visitor,
  pointer: Pointer | undefined,
  act: Act,
): Promise<Seen> {
  if (arriving.has(act.verb)) await welcomeBack(guidance.database, visitor.person);
  if (act.verb === 'find') return { view: await find(guidance, visitor, act.words) };
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (act.verb === 'start' && act.given?.length)
        return await enter(guidance, visitor, pointer, act.flow, act.given);
      if (act.verb === 'start' || act.verb === 'then') return await start(guidance, visitor, pointer, act);
      if (act.verb === 'respond') return await respond(guidance, visitor, pointer, act.words);
      return await press(guidance, visitor, pointer, act);
    } catch (fault) {
      // Somebody took this place in the session a moment ago: read again, and the press will be out of date.
      if (!(fault instanceof Taken) || attempt === 3) throw fault;
    }
  }
}

/** The presses of somebody who comes to us or waits for us: no need to look at each answer whether they can be written to. */
const arriving: ReadonlySet<string> = new Set<Act['verb']>(['start', 'find', 'then', 'ask', 'respond']);

/**
 * What the person sees without pressing anything; writes nothing.
 * @param session the session to show; without one, the one that they have open.
 * @param changing an answered question to show again, in order to change its answer.
 */
export async function look(guidance: Guidance, visitor: Visitor, session?: string, changing?: string): Promise<Seen> {
  const memory = session === undefined ? ((await guidance.memory.get(visitor.person.hash)) ?? {}) : {};
  const language = memory.language ?? visitor.language;
  const wanted = session ?? memory.open ?? (await latestOpen(guidance, visitor.person));
  if (wanted === undefined) return { view: await lookAtStart(guidance, visitor) };
  const ref = readRef(wanted);
  if (!ref) return { view: refuse(language, guidance.municipality, 'noSuchSession') };
  const place = await findPlace(guidance, { ...visitor, language }, ref);
  return { view: place.kind === 'refused' ? place.view : show(guidance, place, changing) };
}

/** A draft that the person's session leads to, to be worked on elsewhere; writes nothing. */
export async function fetchDraft(
  guidance: Guidance,
  visitor: Visitor,
  session: string,
  kind: string,
): Promise<{ kind: 'draft'; draft: Draft } | { kind: 'refused'; view: View }> {
  const { municipality } = guidance;
  const ref = readRef(session);
  if (!ref)
    return { kind: 'refused', view: refuse(await languageOf(guidance, visitor), municipality, 'noSuchSession') };
  const place = await findPlace(guidance, visitor, ref);
  if (place.kind === 'refused') return place;
  const draft = drafts(place.session, municipality, place.record).find((draft) => draft.kind === kind);
  if (!draft) return { kind: 'refused', view: refuse(place.session.language, municipality, 'noSuchDraft') };
  return { kind: 'draft', draft };
}

/** What can be started, and what is open already, for somebody who has put everything else away. */
export async function lookAtStart(
  guidance: Guidance,
  visitor: Visitor,
  ref: string = guidance.newId(),
): Promise<StartView> {
  const memory = (await guidance.memory.get(visitor.person.hash)) ?? {};
  const { language = visitor.language, recent } = memory;
  return presentStart(language, inForce(guidance), { recent, ref, open: await findOpen(guidance, visitor, memory) });
}

/** Begins with a chat message in hand: with the flow for such messages, or else by choosing one. Logs nothing yet. */
export async function lookAtMessage(
  guidance: Guidance,
  visitor: Visitor,
  permalink: string,
  text: string,
): Promise<View> {
  const id = guidance.newId();
  await guidance.messages.set(id, hashed(permalink, text));
  const flow = [...inForce(guidance).flows.values()].find((flow) => flow.message);
  if (!flow) return lookAtStart(guidance, visitor, id);
  return (await start(guidance, visitor, { session: id, seq: 0 }, { verb: 'start', flow: flow.id })).view;
}

/** A message as the log knows it: by its address, and by a hash that proves later which text it was. */
function hashed(permalink: string, text: string): Message {
  const salt = randomBytes(16).toString('hex');
  const hash = createHash('sha256').update(salt, 'hex').update(text.normalize('NFC')).digest('hex');
  return { permalink, salt, hash };
}

/** The session that can be gone on with: begun, and not ended. */
async function findOpen(guidance: Guidance, visitor: Visitor, memory: Memory): Promise<Place | undefined> {
  for (const wanted of [memory.open, await latestOpen(guidance, visitor.person)]) {
    const ref = wanted === undefined ? undefined : readRef(wanted);
    const place = ref && (await findPlace(guidance, visitor, ref));
    if (place?.kind === 'place' && place.record && place.session.status === 'open') return place;
  }
  return undefined;
}

async function find(guidance: Guidance, visitor: Visitor, words: string): Promise<View> {
  const language = await languageOf(guidance, visitor);
  const flows = inForce(guidance);
  const entries = guidance.find(words).filter(({ flow }) => flows.flows.has(flow));
  return presentFound(language, flows, { words: words.slice(0, 200), entries, ref: guidance.newId() });
}

/** Begins a flow with its first answers given: they are logged as the person's own, since they chose them. */
async function enter(
  guidance: Guidance,
  visitor: Visitor,
  pointer: Pointer | undefined,
  id: string,
  given: readonly string[],
): Promise<Seen> {
  const offered = pointer && readRef(pointer.session);
  const earlier = offered && (await guidance.log.read(offered.id));
  const ref: Ref = { id: offered && !offered.flow && !earlier ? offered.id : guidance.newId(), flow: id };
  const language = await languageOf(guidance, visitor);
  const flow = inForce(guidance).flows.get(id);
  if (!flow) return { view: refuse(language, guidance.municipality, 'noSuchFlow') };
  if (offered && earlier && beganSo(earlier, visitor.person, id, given)) return look(guidance, visitor, offered.id);
  let session = begin(flow, language);
  const contents: Content[] = [];
  for (const option of given) {
    const decision = decide(session, guidance.municipality, { verb: 'answer', node: session.node, option });
    if (decision.kind === 'nothing') break;
    contents.push(...decision.contents);
    session = applyAll(session, decision.contents);
  }
  if (contents.length === 0) return start(guidance, visitor, undefined, { verb: 'start', flow: id });
  const beginning = { ...(await startOf(guidance, visitor, session, ref)), given: session.path.length };
  await remember(guidance.database, visitor.person, language);
  const record = await guidance.log.append(ref.id, undefined, [beginning, ...contents], guidance.now());
  await recall(guidance, visitor, { open: ref.id, language }, id);
  return { view: show(guidance, { kind: 'place', ref, session: replay(flow, record.entries), record }) };
}

/** Whether the session came of this very press: what it began with, written at once with its start, is just what is given. */
function beganSo({ entries }: GuidanceRecord, { hash }: Person, flow: string, given: readonly string[]): boolean {
  const begun = entries[0]?.content;
  const together = entries.filter(({ time }) => time === entries[0]?.time);
  const answers = together.flatMap(({ content }) => (content?.kind === 'answer' ? [content.option] : []));
  const same = answers.join('/') === given.join('/');
  return begun?.kind === 'start' && begun.person === hash && begun.flow === flow && same;
}

/** Begins a flow. Nothing is logged until the first answer; until then the ref itself says what was begun. */
async function start(
  guidance: Guidance,
  visitor: Visitor,
  pointer: Pointer | undefined,
  { verb, flow }: Extract<Act, { flow: string }>,
): Promise<Seen> {
  const from = pointer && readRef(pointer.session);
  const earlier = from && (await findPlace(guidance, visitor, from));
  const place = earlier?.kind === 'place' ? earlier : undefined;
  const language = place?.session.language ?? (await languageOf(guidance, visitor));
  const today = inForce(guidance).flows.get(flow);
  if (!today) return { view: refuse(language, guidance.municipality, 'noSuchFlow') };
  if (place?.record && place.session.status === 'lapsed' && place.session.flow.id === flow)
    return resume(guidance, visitor, place);
  const node = place?.session.flow.nodes[place.session.node];
  const offered = node && 'outcome' in node && node.then?.includes(flow);
  const linked = verb === 'then' && offered ? place?.record?.session : undefined;
  const ref: Ref = { id: guidance.newId(), flow, ...(linked && { from: linked }) };
  // What is offered carries the id of what it begins, so that pressing it twice begins once.
  const meant = linked ? successor(guidance, `${linked} ${flow}`) : from && !from.flow && !place ? from.id : undefined;
  const begun = meant === undefined ? undefined : await findPlace(guidance, visitor, { ...ref, id: meant });
  if (begun?.kind === 'place' && (!begun.record || begun.session.status === 'open')) {
    await recall(guidance, visitor, { open: begun.record ? begun.ref.id : writeRef(begun.ref), language }, flow);
    return seen(guidance, begun.record ? begun : { ...begun, session: begin(today, language) });
  }
  await recall(guidance, visitor, { open: writeRef(ref), language }, flow);
  return seen(guidance, { kind: 'place', ref, session: begin(today, language), record: undefined });
}

async function press(guidance: Guidance, visitor: Visitor, pointer: Pointer | undefined, act: Press): Promise<Seen> {
  const ref = pointer && readRef(pointer.session);
  if (act.verb === 'language' && (!ref || (!ref.flow && !(await guidance.log.read(ref.id))))) {
    const { open } = (await guidance.memory.get(visitor.person.hash)) ?? {};
    await recall(guidance, visitor, { ...(open && { open }), language: act.language });
    return { view: await lookAtStart(guidance, visitor, ref?.id) };
  }
  if (!ref) return { view: refuse(await languageOf(guidance, visitor), guidance.municipality, 'noSuchSession') };
  const place = await findPlace(guidance, visitor, ref, pointer.seq);
  if (place.kind === 'refused') return { view: place.view };
  const { session, record } = place;
  if (!record) {
    if (act.verb === 'close') return leave(guidance, visitor, session.language, undefined);
    if (act.verb === 'back') return { view: await lookAtStart(guidance, visitor, ref.id) };
    if (act.verb === 'label') return seen(guidance, place, 'needsAnswerFirst');
    if (act.verb === 'unit') return seen(guidance, place, 'stale');
  }
  const running = record && (session.status === 'open' || session.status === 'concluded');
  if (act.verb === 'language' && !running) {
    await recall(guidance, visitor, { open: writeRef(ref), language: act.language });
    return seen(guidance, { ...place, session: { ...session, language: act.language } });
  }
  const tooLong = whyTooLong(act);
  if (tooLong) return seen(guidance, place, tooLong);
  const cleaned = clean(act);
  if (session.status === 'lapsed' && act.verb !== 'close') return resume(guidance, visitor, place, cleaned);
  if (pointer.seq !== session.seq && !(record && onlyTicked(record, pointer.seq, act)))
    return seen(guidance, place, repeats(session, act) || (record && asksAgain(record, cleaned)) ? undefined : 'stale');
  const decision = decide(session, guidance.municipality, cleaned);
  // From the first question, back leads to the choice of what to ask.
  if (decision.kind === 'nothing' && decision.because === 'first')
    return { view: await lookAtStart(guidance, visitor) };
  if (decision.kind === 'nothing') return seen(guidance, place, decision.because);
  const beginning = record ? [] : [await startOf(guidance, visitor, session, ref, place.message)];
  if (!record) await remember(guidance.database, visitor.person, session.language);
  const now = guidance.now();
  const contents = [...beginning, ...decision.contents];
  const tell = await announce(guidance, session, ref, contents);
  const written = await guidance.log.append(ref.id, record, contents, now, tell);
  if (act.verb === 'unit') await keepUnit(guidance, visitor, act.unit);
  if (act.verb === 'close') return leave(guidance, visitor, session.language, 'closed');
  if (act.verb === 'language') await recall(guidance, visitor, { open: ref.id, language: act.language });
  const next = { ...place, record: written, session: replay(session.flow, written.entries) };
  return seen(guidance, next, noticeOf(act, cleaned));
}

/** Keeps what the person answers a reviewer, once for each question, whatever became of the session; it is to be reviewed again. */
async function respond(
  guidance: Guidance,
  visitor: Visitor,
  pointer: Pointer | undefined,
  words: string,
): Promise<Seen> {
  const ref = pointer && readRef(pointer.session);
  if (!ref) return { view: refuse(await languageOf(guidance, visitor), guidance.municipality, 'noSuchSession') };
  // Read anew: the review may have come by another instance, of which the press knows nothing.
  const place = await findPlace(guidance, visitor, ref);
  if (place.kind === 'refused') return { view: place.view };
  const { record, session } = place;
  const written = mask(words);
  const kept = written === tidy(words) ? 'responded' : 'respondCleaned';
  const later = record?.entries.find(({ seq, content }) => seq > pointer.seq && isResponse(content))?.content;
  if (later && isResponse(later)) return seen(guidance, place, later.words === written ? kept : 'stale');
  const review = record && returnedIn(record.entries);
  if (!review) return seen(guidance, place, 'stale');
  if (written === '') return seen(guidance, place, 'respondNeedsWords');
  if (tidy(words).length > 1000) return seen(guidance, place, 'respondTooLong');
  const content = { kind: 'comment', words: written, of: review.seq } as const;
  const tell = await announceResponse(guidance, record, session.flow.id, review.content);
  await guidance.log.append(ref.id, record, [content], guidance.now(), tell);
  const next = await findPlace(guidance, visitor, ref);
  return next.kind === 'refused' ? { view: next.view } : seen(guidance, next, kept);
}

/** What is told of a question, to be written together with it: neither is there without the other. */
async function announce(
  guidance: Guidance,
  session: Session,
  { id }: Ref,
  contents: readonly Content[],
): Promise<OutboxRow[]> {
  const asked = contents.find((content) => content.kind === 'ask');
  return asked ? announceQuestion(guidance, session, id, asked) : [];
}

/** What the person writes themselves is never endless. */
function whyTooLong(act: Press): Notice | undefined {
  if (act.verb === 'label' && tidy(act.label).length > 120) return 'labelTooLong';
  return act.verb === 'ask' && tidy(act.words).length > 1000 ? 'askTooLong' : undefined;
}

/** What is never to be stored is taken out before anything is decided. */
function clean(act: Press): Press {
  if (act.verb === 'label') return { ...act, label: mask(act.label) };
  return act.verb === 'ask' ? { ...act, words: mask(act.words) } : act;
}

/** What is said of a press that was written. */
function noticeOf(act: Press, cleaned: Press): Notice | undefined {
  if (act.verb === 'label' && cleaned.verb === 'label')
    return cleaned.label === tidy(act.label) ? undefined : 'cleaned';
  if (act.verb === 'ask' && cleaned.verb === 'ask')
    return cleaned.words === tidy(act.words) ? 'askedRegistrar' : 'askCleaned';
  if (act.verb === 'unit') return 'unitKept';
  return act.verb === 'tick' ? 'saved' : undefined;
}

/** The same question sent twice is one question. */
function asksAgain({ entries }: GuidanceRecord, act: Press): boolean {
  const last = entries.findLast((entry) => !isByOthers(entry))?.content;
  return act.verb === 'ask' && last?.kind === 'ask' && last.node === act.node && (last.words ?? '') === act.words;
}

/** Later sessions of the person begin with the unit, and nobody asks for it again. */
async function keepUnit({ database, memory }: Guidance, { person }: Visitor, unit: string): Promise<void> {
  await memory.set(person.hash, { ...(await memory.get(person.hash)), unit });
  await rememberUnit(database, person, unit);
}

/** Says outside of any guidance in which unit somebody works: what they begin from now on carries it. */
export async function chooseUnit(guidance: Guidance, visitor: Visitor, unit: string): Promise<void> {
  if (!guidance.municipality.units.includes(unit)) return;
  // Whoever has never answered anything is not known yet.
  await remember(guidance.database, visitor.person, await languageOf(guidance, visitor));
  await keepUnit(guidance, visitor, unit);
}

/** The unit that the person has said they work in, if there still is one of that name. */
export async function unitOf(
  { database, memory, municipality }: Guidance,
  person: Person,
): Promise<string | undefined> {
  const unit = (await memory.get(person.hash))?.unit ?? (await unitKnown(database, person));
  return unit !== undefined && municipality.units.includes(unit) ? unit : undefined;
}

/** Whoever ticks quickly is ahead of what is drawn: among ticks alone, the last one says what is ticked. */
function onlyTicked({ entries }: GuidanceRecord, since: number, { verb }: Press): boolean {
  const later = entries.filter(({ seq }) => seq > since);
  return (verb === 'tick' || verb === 'done') && later.length > 0 && later.every(({ kind }) => kind === 'tick');
}

/** The same answer pressed twice is no news to anybody. */
function repeats({ path }: Session, press: Press): boolean {
  const last = path.at(-1);
  return (
    press.verb === 'answer' && last?.kind === 'answered' && last.node === press.node && last.option === press.option
  );
}

/** A lapsed session is not opened again: a new one goes on from it, with the answers that today's flow still asks for. */
async function resume(guidance: Guidance, visitor: Visitor, lapsed: Place, act?: Press): Promise<Seen> {
  const { language, flow: earlier } = lapsed.session;
  const flow = inForce(guidance).flows.get(earlier.id);
  if (!flow) return { view: refuse(language, guidance.municipality, 'noSuchFlow') };
  if (lapsed.lapse) await guidance.log.append(lapsed.ref.id, lapsed.record, [lapsed.lapse], guidance.now());
  const ref: Ref = { id: successor(guidance, lapsed.ref.id), flow: flow.id, from: lapsed.ref.id };
  await recall(guidance, visitor, { open: writeRef(ref), language });
  const place = await findPlace(guidance, visitor, ref);
  if (place.kind === 'refused') return { view: place.view };
  // A question that is not put must not look as if it were.
  const isLost = act?.verb === 'ask' && !(place.record && asksAgain(place.record, act));
  if (place.record) return seen(guidance, place, isLost ? 'stale' : undefined);
  const session = begin(flow, language);
  const kept = carryOver(lapsed.session, session, guidance.municipality);
  const reached = applyAll(session, kept);
  const decision = act && reached.status === 'open' ? decide(reached, guidance.municipality, act) : undefined;
  const contents = [...kept, ...(decision?.kind === 'append' ? decision.contents : [])];
  const notice = isLost && decision?.kind !== 'append' ? 'stale' : 'carriedOver';
  if (!contents.some(({ kind }) => ['answer', 'done', 'tick', 'ask'].includes(kind)))
    return seen(guidance, { ...place, session }, notice);
  const begun = await startOf(guidance, visitor, session, ref);
  const tell = await announce(guidance, reached, ref, contents);
  const written = await guidance.log.append(ref.id, undefined, [begun, ...contents], guidance.now(), tell);
  return seen(guidance, { ...place, record: written, session: replay(flow, written.entries) }, notice);
}

/** The id of the one session that goes on from another: pressed twice, it is still one; nobody else can tell it. */
function successor({ keys }: Guidance, before: string): string {
  const hex = createHmac('sha256', keys.person).update(`goes on from ${before}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function startOf(
  guidance: Guidance,
  { person }: Visitor,
  { flow, language }: Session,
  ref: Ref,
  message?: Message,
): Promise<ContentOf<'start'>> {
  const from = await linkOf(guidance, person, ref);
  const notices = (flow.notices ?? []).map(fill(language, guidance.municipality));
  const unit = await unitOf(guidance, person);
  return {
    kind: 'start',
    flow: flow.id,
    title: flow.title[language],
    version: flow.version,
    platform: person.platform,
    person: person.hash,
    language,
    ...(notices.length > 0 && { notices }),
    ...(from && { from }),
    ...(unit !== undefined && { unit }),
    ...(message && { message }),
  };
}

/** The session that this one goes on from, if it is the person's own: a ref comes from outside and may claim anything. */
async function linkOf({ log }: Guidance, person: Person, { from }: Ref): Promise<ContentOf<'start'>['from']> {
  const earlier = from === undefined ? undefined : await log.read(from);
  const begun = earlier?.entries[0]?.content;
  if (!earlier || begun?.kind !== 'start' || begun.person !== person.hash) return undefined;
  const lapsed = earlier.entries.some(({ kind }) => kind === 'lapse');
  return { session: earlier.session, because: lapsed ? 'lapsed' : 'offered' };
}

/** Puts the session away and shows what can be started. */
async function leave(
  guidance: Guidance,
  visitor: Visitor,
  language: Language,
  notice: Notice | undefined,
): Promise<Seen> {
  await recall(guidance, visitor, { language });
  return { view: withNotice(await lookAtStart(guidance, visitor), notice), ...(notice && { notice }) };
}

/** The flows that can be started: those whose version of today has not been withdrawn. */
function inForce(guidance: Guidance): Flows {
  const left = [...guidance.flows].filter(([, flow]) => !guidance.versions.isWithdrawn(flow.version));
  return { ...guidance, flows: new Map(left) };
}

function seen(guidance: Guidance, place: Place, notice?: Notice): Seen {
  return { view: withNotice(show(guidance, place), notice), ...(notice && { notice }) };
}

function show(guidance: Guidance, place: Place, changing?: string): View {
  const { ref, session, record, message, lapse, ended } = place;
  return present(session, {
    ...inForce(guidance),
    record,
    message,
    ref: record ? ref.id : writeRef(ref),
    changing,
    lapse,
    ended,
  });
}

/** Keeps where the person is; what they began last stays, with the flow begun now in front. */
async function recall({ memory }: Guidance, { person }: Visitor, now: Memory, begun?: string): Promise<void> {
  const { recent = [], unit } = (await memory.get(person.hash)) ?? {};
  const latest = begun === undefined ? recent : [begun, ...recent.filter((flow) => flow !== begun)].slice(0, 3);
  await memory.set(person.hash, { ...now, ...(latest.length > 0 && { recent: latest }), ...(unit && { unit }) });
}

/** Where what may be forgotten was forgotten, the log still knows which session is open. */
async function latestOpen({ database }: Guidance, { hash }: Person): Promise<string | undefined> {
  const found = await database.query
    .selectFrom('record')
    .select('session')
    .where('person', '=', hash)
    .where('status', '=', 'open')
    .orderBy('last_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.session;
}
