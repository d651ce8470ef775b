import { z } from 'zod';
import { writeTime } from '../chat/words.ts';
import type { OutboxRow, RecordRow } from '../database/tables.ts';
import type { Flow, OutcomeCode } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { fill, words } from '../guidance/words.ts';
import { type Content, type ContentOf, type Entry, type Language, type Officer, officerOf } from '../record/entry.ts';
import { Taken } from '../record/log.ts';
import { mask, tidy } from '../record/mask.ts';
import { numberOf } from '../record/number.ts';
import { newTelling } from '../record/outbox.ts';
import { type Proof, verifyRecord } from '../record/verify.ts';
import { type Member, mayWith, officer } from './members.ts';
import { consoleWords } from './words.ts';

/** What somebody does to a record, as their form says it. */
export const Deed = z.object({
  do: z.enum(['approve', 'correct', 'return', 'comment', 'hold', 'release']),
  /** The last entry that they saw. */
  seq: z.coerce.number().int().min(1).max(1_000_000),
  words: z.string().max(20_000).default(''),
  should: z.string().max(100).default(''),
});
export type Deed = z.infer<typeof Deed>;

/** Why nothing was written, as the words name it; or that this is not theirs to do at all. */
type Refusal = 'forbidden' | Exclude<keyof ReturnType<typeof consoleWords>['wrong'], 'quicker'>;

/** What came of it. */
export type Done =
  | { kind: 'done'; did: keyof ReturnType<typeof consoleWords>['did']; masked: boolean; told: boolean }
  | { kind: 'refused'; why: Refusal }
  /** Somebody else has written meanwhile. */
  | { kind: 'quicker'; who: string };

/** How long what a reviewer writes may be, in characters. */
export const longest = 1000;

/**
 * Writes what a member does to a record, and with it what the person is to be told. Rights are asked of the record as it
 * is now; what was decided on an older state of it is not written.
 */
export async function perform(guidance: Guidance, member: Member, session: string, deed: Deed): Promise<Done> {
  for (;;) {
    const proof = await verifyRecord(guidance.database, guidance.keys.ledger, session);
    const { row, entries } = proof;
    if (!row) return { kind: 'refused', why: 'unknown' };
    const flow = await flowOf(guidance, row);
    const decided = decide(member, proof, flow, deed);
    if (decided.kind !== 'write') return decided;
    const { content, did, masked } = decided;
    const now = guidance.now();
    const tell = content.kind === 'review' ? tellings(guidance, row, entries, flow, content, now) : [];
    try {
      await guidance.log.append(session, { id: row.id, session, entries }, [content], now, tell);
      return { kind: 'done', did, masked, told: tell.length > 0 };
    } catch (fault) {
      // Somebody took this place a moment ago: read again, and see what they have done.
      if (!(fault instanceof Taken)) throw fault;
    }
  }
}

type Decided = Done | { kind: 'write'; content: Content; did: Extract<Done, { kind: 'done' }>['did']; masked: boolean };

function decide(member: Member, { row, entries, faults }: Proof, flow: Flow | undefined, deed: Deed): Decided {
  const why = (why: Refusal): Decided => ({ kind: 'refused', why });
  const rights = rightsOn(member, row!);
  const needed = deed.do === 'comment' ? rights.comment : isHold(deed.do) ? rights.hold : rights.review;
  if (!needed)
    return why(rights.own && !isHold(deed.do) && mayComment({ ...member, own: [] }, row!) ? 'own' : 'forbidden');
  if (entries.some(({ kind }) => kind === 'dispose')) return why('disposed');
  if (faults.length > 0 || entries.some(({ content }) => content === null)) return why('broken');
  const later = entries.filter(({ seq }) => seq > deed.seq);
  const written = mask(deed.words);
  const masked = written !== tidy(deed.words);
  const seen = entries.filter(({ seq }) => seq <= deed.seq);
  const read = readDeed(deed, written, officerFor(member, row!, deed), seen, flow, member.own);
  if (later.length > 0) return overtaken(member, later, read);
  if (entries.at(-1)!.seq !== deed.seq) return why('moved');
  if (typeof read === 'string') return why(read);
  return { kind: 'write', content: read, did: did[deed.do], masked };
}

const did = {
  ...{ approve: 'approved', correct: 'corrected', return: 'returned' },
  ...{ comment: 'commented', hold: 'held', release: 'released' },
} as const satisfies Record<Deed['do'], keyof ReturnType<typeof consoleWords>['did']>;

const isHold = (deed: Deed['do']) => deed === 'hold' || deed === 'release';

/** What a member may do to this record. */
export function rightsOn(member: Member, row: RecordRow) {
  const own = member.own.includes(row.person);
  const [review, hold] = [mayWith(member, 'review', row), mayWith(member, 'hold', row)];
  // Nobody adds to their own record what others are to judge it by.
  return { own, review, hold, comment: mayComment(member, row) && !own };
}

function mayComment(member: Member, row: RecordRow): boolean {
  return mayWith(member, 'review', row) || mayWith(member, 'hold', row);
}

function officerFor(member: Member, row: RecordRow, deed: Deed): Officer {
  const act = isHold(deed.do) || !mayWith(member, 'review', row) ? 'hold' : 'review';
  return officer(member, act, row);
}

/** What there is to write, or why it can't be. */
function readDeed(
  deed: Deed,
  written: string,
  by: Officer,
  entries: readonly Entry[],
  flow: Flow | undefined,
  own: readonly string[],
): ContentOf<'review' | 'comment' | 'hold'> | Refusal {
  if (written.length > longest) return 'tooLong';
  if (written === '' && deed.do !== 'approve') return 'noWords';
  if (deed.do === 'comment') return { kind: 'comment', words: written, by };
  if (isHold(deed.do)) {
    const held = deed.do === 'hold';
    return held === isHeld(entries) ? 'same' : { kind: 'hold', held, why: written, by };
  }
  const outcome = outcomeNow(entries);
  if (!outcome) return 'noOutcome';
  const review = { kind: 'review', of: outcome.seq, ...(written !== '' && { why: written }), by } as const;
  if (deed.do === 'approve') return { ...review, result: 'approved' };
  if (deed.do === 'return') {
    const tell = own.filter((hash) => hash !== by.id);
    return { ...review, result: 'returned', ...(tell.length > 0 && { tell }) };
  }
  if (deed.should === outcome.content.code) return 'sameCode';
  if (!codesOf(flow).some((code) => code === deed.should)) return 'noCode';
  return { ...review, result: 'corrected', should: deed.should };
}

/** Whoever presses twice has done it once; what anybody else has done meanwhile is to be read first. */
function overtaken(member: Member, later: readonly Entry[], read: ReturnType<typeof readDeed>): Decided {
  const [first] = later;
  if (typeof read !== 'string' && later.length === 1 && sameDeed(first!.content, read))
    return { kind: 'done', did: didOf(read), masked: false, told: false };
  const by = later.flatMap(({ content }) => officerOf(content) ?? []);
  const other = by.find(({ id }) => id !== member.id);
  return other ? { kind: 'quicker', who: other.name } : { kind: 'refused', why: 'moved' };
}

function sameDeed(one: Content | null, other: Content): boolean {
  return JSON.stringify(one, sorted) === JSON.stringify(other, sorted);
}

/** The same content is the same text, in whichever order it was made. */
function sorted(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function didOf(content: ContentOf<'review' | 'comment' | 'hold'>): Extract<Done, { kind: 'done' }>['did'] {
  if (content.kind === 'comment') return 'commented';
  if (content.kind === 'hold') return content.held ? 'held' : 'released';
  return content.result;
}

/** Whether the record is kept out of disposal now. */
export function isHeld(entries: readonly Entry[]): boolean {
  const last = entries.findLast(({ kind }) => kind === 'hold')?.content;
  return last?.kind === 'hold' && last.held;
}

/** The outcome that the record stands at, and the place it has; nothing where it was opened again. */
export function outcomeNow(entries: readonly Entry[]): { seq: number; content: ContentOf<'outcome'> } | undefined {
  const last = entries.findLast(({ kind }) => moves.has(kind));
  return last?.content?.kind === 'outcome' ? { seq: last.seq, content: last.content } : undefined;
}

const moves: ReadonlySet<string> = new Set(['outcome', 'reopen', 'close', 'lapse', 'dispose']);

/** The outcomes that a flow can lead to. */
export function codesOf(flow: Flow | undefined): OutcomeCode[] {
  const nodes = Object.values(flow?.nodes ?? {});
  return [...new Set(nodes.flatMap((node) => ('outcome' in node ? [node.outcome] : [])))];
}

/** The flow that the record was guided by, in the version of then; that of today where the other can't be read. */
async function flowOf({ versions, flows }: Guidance, row: RecordRow): Promise<Flow | undefined> {
  const found = await versions.find(row.version);
  return found.kind === 'unreadable' ? flows.get(row.flow) : found.flow;
}

/** What the person is told of a review: of what was wrong, or of what they are asked; nothing where they can't be reached. */
function tellings(
  { municipality }: Guidance,
  row: RecordRow,
  entries: readonly Entry[],
  flow: Flow | undefined,
  review: ContentOf<'review'>,
  now: Date,
): OutboxRow[] {
  const { platform, person, session } = row;
  // Whoever was told that it was wrong is told when somebody takes that back; an approval alone is no news.
  const before = entries.findLast(({ kind }) => kind === 'review' || kind === 'reopen')?.content;
  const doubted = before?.kind === 'review' && before.result !== 'approved';
  if ((review.result === 'approved' && !doubted) || !isReached(row)) return [];
  const say = (language: Language): string[] => {
    const text = consoleWords(language);
    const { outcomes } = words(language);
    const title = (code: string | undefined) => outcomes[code as OutcomeCode] ?? code ?? '';
    const who = `${review.by.name} (${text.roles[review.by.role]})`;
    const named = flow ? fill(language, municipality)(flow.title) : row.flow;
    const about = { who, when: writeTime(now.toISOString(), language), number: numberOf(row.id), flow: named };
    const outcome = text.tellBefore(title(outcomeNow(entries)?.content.code));
    const why = review.why ?? '';
    const said = {
      approved: [text.tellApproved, ...(why === '' ? [] : [text.tellWhy(why)])],
      corrected: [text.tellAfter(title(review.should)), text.tellWhy(why)],
      returned: [text.tellQuestion(why), text.tellRespond],
    };
    return [text.tellReviewed(about), outcome, ...said[review.result]];
  };
  const telling = { session, kind: review.result, words: { sv: say('sv'), en: say('en') }, now };
  return [newTelling({ hash: person, platform: platform as 'slack' | 'teams' }, telling)];
}

/** Whether somebody who asked there can be written to. */
export function isReached({ platform }: Pick<RecordRow, 'platform'>): boolean {
  return platform !== 'web';
}
