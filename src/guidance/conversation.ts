import { createHmac } from 'node:crypto';
import type { ContentOf, Entry, Language } from '../record/entry.ts';
import { Taken } from '../record/log.ts';
import { mask, tidy } from '../record/mask.ts';
import { type Person, remember } from '../record/person.ts';
import type { GuidanceRecord } from '../record/record.ts';
import type { Flow } from './flow.ts';
import type { Guidance, Memory } from './guidance.ts';
import { applyAll, begin, carryOver, decide, type Press, pathOf, replay, type Session } from './session.ts';
import type { Version } from './versions.ts';
import { type Notice, present, presentStart, refuse, type View, withNotice } from './view.ts';

/** Who presses, and in which language they read where they have not chosen one here. */
export interface Visitor {
  person: Person;
  language: Language;
}

/** Where a press points: what the view that it came from carried. */
export interface Pointer {
  session: string;
  seq: number;
}

/** All that a person can do, on whatever platform. */
export type Act =
  | Press
  | { verb: 'start'; flow: string }
  /** Goes on to a flow that an outcome offers. */
  | { verb: 'then'; flow: string };

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
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (act.verb === 'start' || act.verb === 'then') return await start(guidance, visitor, pointer, act);
      return await press(guidance, visitor, pointer, act);
    } catch (fault) {
      // Somebody took this place in the session a moment ago: read again, and the press will be out of date.
      if (!(fault instanceof Taken) || attempt === 3) throw fault;
    }
  }
}

/**
 * What the person sees without pressing anything; writes nothing.
 * @param session the session to show; without one, the one that they have open.
 * @param changing an answered question to show again, in order to change its answer.
 */
export async function look(guidance: Guidance, visitor: Visitor, session?: string, changing?: string): Promise<Seen> {
  const memory = session === undefined ? ((await guidance.memory.get(visitor.person.hash)) ?? {}) : {};
  const language = memory.language ?? visitor.language;
  const wanted = session ?? memory.open ?? (await latestOpen(guidance, visitor.person));
  if (wanted === undefined) return { view: presentStart(language, guidance) };
  const ref = readRef(wanted);
  if (!ref) return { view: refuse(language, guidance.municipality, 'noSuchSession') };
  const place = await findPlace(guidance, { ...visitor, language }, ref);
  return { view: place.kind === 'refused' ? place.view : show(guidance, place, changing) };
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
  const today = await usable(guidance, flow);
  if (!today) return { view: refuse(language, guidance.municipality, 'noSuchFlow') };
  if (place?.record && place.session.status === 'lapsed' && place.session.flow.id === flow)
    return resume(guidance, visitor, place);
  const linked = verb === 'then' ? place?.record?.session : undefined;
  const ref: Ref = { id: guidance.newId(), flow, ...(linked && { from: linked }) };
  await recall(guidance, visitor, { open: writeRef(ref), language });
  return { view: show(guidance, { kind: 'place', ref, session: begin(today, language), record: undefined }) };
}

async function press(guidance: Guidance, visitor: Visitor, pointer: Pointer | undefined, act: Press): Promise<Seen> {
  const ref = pointer && readRef(pointer.session);
  if (act.verb === 'language' && !ref) {
    await recall(guidance, visitor, { language: act.language });
    return look(guidance, { ...visitor, language: act.language });
  }
  if (!ref) return { view: refuse(visitor.language, guidance.municipality, 'noSuchSession') };
  const place = await findPlace(guidance, visitor, ref);
  if (place.kind === 'refused') return { view: place.view };
  const { session, record } = place;
  if (!record) {
    if (act.verb === 'close') return leave(guidance, visitor, session.language);
    if (act.verb === 'label') return seen(guidance, place, 'needsAnswerFirst');
    if (act.verb === 'language') {
      await recall(guidance, visitor, { open: writeRef(ref), language: act.language });
      return seen(guidance, { ...place, session: { ...session, language: act.language } });
    }
  }
  if (act.verb === 'label' && tidy(act.label).length > 120) return seen(guidance, place, 'labelTooLong');
  const cleaned = act.verb === 'label' ? { ...act, label: mask(act.label) } : act;
  if (session.status === 'lapsed' && act.verb !== 'close') return resume(guidance, visitor, place, cleaned);
  if (pointer.seq !== session.seq) return seen(guidance, place, repeats(session, act) ? undefined : 'stale');
  const decision = decide(session, guidance.municipality, cleaned);
  if (decision.kind === 'nothing') return seen(guidance, place, decision.because);
  const beginning = record ? [] : [await startOf(guidance, visitor, session, ref)];
  if (!record) await remember(guidance.database, visitor.person, session.language);
  const written = await guidance.log.append(ref.id, record, [...beginning, ...decision.contents], guidance.now());
  if (act.verb === 'close') return leave(guidance, visitor, session.language);
  if (act.verb === 'language') await recall(guidance, visitor, { open: ref.id, language: act.language });
  const masked = act.verb === 'label' && cleaned.verb === 'label' && cleaned.label !== tidy(act.label);
  const next = { ...place, record: written, session: replay(session.flow, written.entries) };
  return seen(guidance, next, masked ? 'cleaned' : undefined);
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
  const flow = await usable(guidance, earlier.id);
  if (!flow) return { view: refuse(language, guidance.municipality, 'noSuchFlow') };
  if (lapsed.lapse) await guidance.log.append(lapsed.ref.id, lapsed.record, [lapsed.lapse], guidance.now());
  const ref: Ref = { id: successor(guidance, lapsed.ref.id), flow: flow.id, from: lapsed.ref.id };
  await recall(guidance, visitor, { open: writeRef(ref), language });
  const place = await findPlace(guidance, visitor, ref);
  if (place.kind === 'refused') return { view: place.view };
  if (place.record) return seen(guidance, place);
  const session = begin(flow, language);
  const kept = carryOver(lapsed.session, session, guidance.municipality);
  const reached = applyAll(session, kept);
  const decision = act && reached.status === 'open' ? decide(reached, guidance.municipality, act) : undefined;
  const contents = [...kept, ...(decision?.kind === 'append' ? decision.contents : [])];
  if (!contents.some(({ kind }) => kind === 'answer' || kind === 'done' || kind === 'tick'))
    return seen(guidance, { ...place, session }, 'carriedOver');
  const begun = await startOf(guidance, visitor, session, ref);
  const written = await guidance.log.append(ref.id, undefined, [begun, ...contents], guidance.now());
  return seen(guidance, { ...place, record: written, session: replay(flow, written.entries) }, 'carriedOver');
}

/** The id of the one session that may go on from a lapsed one: pressed twice, it is still one; nobody else can tell it. */
function successor({ keys }: Guidance, session: string): string {
  const hex = createHmac('sha256', keys.person).update(`goes on from ${session}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

async function startOf(
  guidance: Guidance,
  { person }: Visitor,
  { flow, language }: Session,
  ref: Ref,
): Promise<ContentOf<'start'>> {
  const from = await linkOf(guidance, person, ref);
  return {
    kind: 'start',
    flow: flow.id,
    title: flow.title[language],
    version: flow.version,
    platform: person.platform,
    person: person.hash,
    language,
    ...(from && { from }),
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

/** Where a ref leads this person: a place in a session, or words why not. */
type Found = Place | { kind: 'refused'; view: View };

interface Place {
  kind: 'place';
  ref: Ref;
  session: Session;
  record: GuidanceRecord | undefined;
  /** The entry that ends the session at the next press: its version is out of use. A look alone writes nothing. */
  lapse?: ContentOf<'lapse'>;
  /** What came of a session that can't be walked any more, in the words that were kept. */
  ended?: string;
}

async function findPlace(guidance: Guidance, visitor: Visitor, ref: Ref): Promise<Found> {
  const { municipality, flows, log, versions } = guidance;
  const record = await log.read(ref.id);
  if (!record) {
    const flow = ref.flow === undefined ? undefined : flows.get(ref.flow);
    const language = await languageOf(guidance, visitor);
    if (!flow) return { kind: 'refused', view: refuse(language, municipality, 'noSuchSession') };
    return { kind: 'place', ref, session: begin(flow, language), record };
  }
  const begun = record.entries[0]?.content;
  if (begun?.kind !== 'start')
    return { kind: 'refused', view: refuse(visitor.language, municipality, 'noSuchSession') };
  if (begun.person !== visitor.person.hash)
    return { kind: 'refused', view: refuse(visitor.language, municipality, 'notYours') };
  const version = await versions.find(begun.version);
  if (version.kind === 'unreadable') return unreadable(guidance, ref, record, begun, version);
  const session = replay(version.flow, record.entries);
  if (version.kind === 'usable' || session.status !== 'open') return { kind: 'place', ref, session, record };
  return { kind: 'place', ref, session: { ...session, status: 'lapsed' }, record, ...lapseNow(record, version) };
}

/** What is left to show of a session whose version can't be read: its outcome as it was kept, or how to go on. */
function unreadable(
  { flows, municipality }: Guidance,
  ref: Ref,
  record: GuidanceRecord,
  { flow: id, language }: ContentOf<'start'>,
  version: Extract<Version, { kind: 'unreadable' }>,
): Found {
  const flow = flows.get(id);
  if (!flow) return { kind: 'refused', view: refuse(language, municipality, 'noSuchFlow') };
  const lapse = lapseNow(record, version);
  const end = endOf(record);
  const outcome = end?.kind === 'outcome' ? end : undefined;
  const session: Session = {
    ...begin(flow, language),
    path: pathOf(record.entries),
    status: outcome || end?.kind === 'close' ? 'closed' : 'lapsed',
    seq: record.entries.length,
  };
  return {
    kind: 'place',
    ref,
    session,
    record,
    ...lapse,
    ...(outcome && { ended: `${outcome.title}. ${outcome.text}` }),
  };
}

/** The entry that ends a session whose version is out of use, unless it has ended already. */
export function lapseNow(record: GuidanceRecord, version: Exclude<Version, { kind: 'usable' }>): Pick<Place, 'lapse'> {
  return endOf(record) ? {} : { lapse: { kind: 'lapse', because: version.kind, reason: version.reason } };
}

/** The entry that ended the session, where it has not been opened again since. */
function endOf({ entries }: GuidanceRecord): Entry['content'] | undefined {
  const last = entries.findLast(({ kind }) => kind === 'reopen' || ending.has(kind));
  return last?.kind === 'reopen' ? undefined : last?.content;
}

const ending = new Set(['outcome', 'close', 'lapse', 'dispose']);

/** Today's version of a flow, unless it has been withdrawn. */
async function usable({ flows, versions }: Guidance, id: string): Promise<Flow | undefined> {
  const flow = flows.get(id);
  return flow && (await versions.find(flow.version)).kind === 'usable' ? flow : undefined;
}

/** Puts the session away and shows what can be started. */
async function leave(guidance: Guidance, visitor: Visitor, language: Language): Promise<Seen> {
  await recall(guidance, visitor, { language });
  return { view: withNotice(presentStart(language, guidance), 'closed'), notice: 'closed' };
}

function seen(guidance: Guidance, place: Place, notice?: Notice): Seen {
  return { view: withNotice(show(guidance, place), notice), ...(notice && { notice }) };
}

function show({ municipality, flows }: Guidance, place: Place, changing?: string): View {
  const { ref, session, record, lapse, ended } = place;
  const because = lapse?.because;
  return present(session, {
    municipality,
    flows,
    record,
    ref: record ? ref.id : writeRef(ref),
    changing,
    because,
    ended,
  });
}

async function recall(guidance: Guidance, { person }: Visitor, memory: Memory): Promise<void> {
  await guidance.memory.set(person.hash, memory);
}

async function languageOf({ memory }: Guidance, { person, language }: Visitor): Promise<Language> {
  return (await memory.get(person.hash))?.language ?? language;
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

/**
 * How a view names its session. Before the first answer there is no record to read, so the ref itself carries the
 * flow that was begun and the session that it goes on from: `is-it-public.<id>`, `is-it-public.<id>.<from>`.
 */
interface Ref {
  id: string;
  flow?: string;
  from?: string;
}

function writeRef({ flow, id, from }: Ref): string {
  return [flow, id, from].filter((part) => part !== undefined).join('.');
}

function readRef(text: string): Ref | undefined {
  const found = /^(?:([a-z0-9-]{1,60})\.)?([0-9a-f-]{36})(?:\.([0-9a-f-]{36}))?$/.exec(text);
  if (!found?.[2]) return undefined;
  return { id: found[2], ...(found[1] && { flow: found[1] }), ...(found[3] && { from: found[3] }) };
}
