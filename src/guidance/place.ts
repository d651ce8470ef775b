import type { ContentOf, Entry, Message } from '../record/entry.ts';
import type { GuidanceRecord } from '../record/record.ts';
import { type Guidance, languageOf, type Visitor } from './guidance.ts';
import type { Ref } from './ref.ts';
import { begin, pathOf, replay, type Session } from './session.ts';
import type { Version } from './versions.ts';
import { refuse, type View } from './view.ts';

/** Where a ref leads this person: a place in a session, or words why not. */
export type Found = Place | { kind: 'refused'; view: View };

/** Where a person is in a session. */
export interface Place {
  kind: 'place';
  ref: Ref;
  session: Session;
  record: GuidanceRecord | undefined;
  /** The chat message that it is about. */
  message?: Message | undefined;
  /** The entry that ends the session at the next press: its version is out of use. A look alone writes nothing. */
  lapse?: ContentOf<'lapse'>;
  /** What came of a session that can't be walked any more, in the words that were kept. */
  ended?: string;
}

/**
 * One read of the log, and where it leads; a look alone writes nothing.
 * @param seq the last entry that a press knows of.
 */
export async function findPlace(guidance: Guidance, visitor: Visitor, ref: Ref, seq?: number): Promise<Found> {
  const { municipality, flows, log, messages, versions } = guidance;
  const record = await log.read(ref.id, seq);
  if (!record) {
    const flow = ref.flow === undefined ? undefined : flows.get(ref.flow);
    const language = await languageOf(guidance, visitor);
    if (!flow) return { kind: 'refused', view: refuse(language, municipality, 'noSuchSession') };
    return { kind: 'place', ref, session: begin(flow, language), record, message: await messages.get(ref.id) };
  }
  const begun = record.entries[0]?.content;
  if (begun?.kind !== 'start')
    return { kind: 'refused', view: refuse(await languageOf(guidance, visitor), municipality, 'noSuchSession') };
  if (begun.person !== visitor.person.hash)
    return { kind: 'refused', view: refuse(await languageOf(guidance, visitor), municipality, 'notYours') };
  const version = await versions.find(begun.version);
  if (version.kind === 'unreadable') return unreadable(guidance, ref, record, begun, version);
  const place: Place = {
    kind: 'place',
    ref,
    session: replay(version.flow, record.entries),
    record,
    message: begun.message,
  };
  if (version.kind === 'usable' || place.session.status !== 'open') return place;
  return { ...place, session: { ...place.session, status: 'lapsed' }, lapse: lapseOf(version) };
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
  const end = endOf(record);
  const outcome = end?.kind === 'outcome' ? end : undefined;
  const asked = askedIn(record);
  const session: Session = {
    ...begin(flow, language),
    path: pathOf(record.entries),
    status: outcome || end?.kind === 'close' ? 'closed' : 'lapsed',
    seq: record.entries.length,
    ...(asked && { asked }),
  };
  return {
    kind: 'place',
    ref,
    session,
    record,
    ...(!end && { lapse: lapseOf(version) }),
    ...(outcome && { ended: `${outcome.title}. ${outcome.text}` }),
  };
}

/** What has come of the last question to the registrar. */
function askedIn({ entries }: GuidanceRecord): Session['asked'] {
  const last = entries.findLast(({ kind }) => kind === 'ask' || kind === 'reply')?.content;
  if (last?.kind === 'ask') return 'waiting';
  return last?.kind === 'reply' ? (last.answers ? 'answered' : 'asked back') : undefined;
}

/** The entry that ends a session whose version is out of use. */
export function lapseOf({ kind, reason }: Exclude<Version, { kind: 'usable' }>): ContentOf<'lapse'> {
  return { kind: 'lapse', because: kind, reason };
}

/** The entry that ended the session, where it has not been opened again since. */
export function endOf({ entries }: GuidanceRecord): Entry['content'] | undefined {
  const last = entries.findLast(({ kind }) => kind === 'reopen' || ending.has(kind));
  return last?.kind === 'reopen' ? undefined : last?.content;
}

const ending = new Set(['outcome', 'close', 'lapse', 'dispose']);
