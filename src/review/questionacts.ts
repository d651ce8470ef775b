import { z } from 'zod';
import type { OutboxRow, QuestionRow, RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { pathOf } from '../guidance/session.ts';
import { type Content, type ContentOf, type Entry, type Language, officerOf } from '../record/entry.ts';
import { Taken } from '../record/log.ts';
import { mask, tidy } from '../record/mask.ts';
import { numberOf } from '../record/number.ts';
import { newTelling } from '../record/outbox.ts';
import { type Proof, verifyRecord } from '../record/verify.ts';
import { isReached } from './acts.ts';
import { ClarificationForm, type DeskDone, readClarify, type Wrong } from './clarificationacts.ts';
import { deskWords } from './deskwords.ts';
import { type Member, mayWith, officer } from './members.ts';
import { nameFlow } from './queue.ts';
import { sign } from './sheet.ts';

/** What somebody does at the desk to a question, as their form says it. */
export const QuestionDeed = ClarificationForm.extend({
  do: z.enum(['take', 'give back', 'answer', 'ask back', 'clarify']),
  /** The last entry that they saw. */
  seq: z.coerce.number().int().min(1).max(1_000_000),
  words: z.string().max(20_000).default(''),
  /** Whom they saw on it, where they take it over from somebody. */
  from: z
    .string()
    .max(200)
    .regex(/^\P{Cc}*$/u)
    .default(''),
  /** Whether their answer becomes a clarification as well. */
  clarify: z.literal('yes').optional(),
});
export type QuestionDeed = z.infer<typeof QuestionDeed>;

/** How long a reply may be, in characters. */
export const longestReply = 2000;

/**
 * Takes a question, gives it back, answers it, asks back, or makes the answer clear to everybody. An answer is written
 * with what the person is told; nobody answers what somebody else is on, or has answered meanwhile.
 */
export async function performAtDesk(
  guidance: Guidance,
  member: Member,
  session: string,
  deed: QuestionDeed,
): Promise<DeskDone> {
  for (;;) {
    const { database, keys, log, now } = guidance;
    const proof = await verifyRecord(database, keys.ledger, session);
    const question = await findQuestion(guidance, session);
    const why = hindrance(member, proof, question);
    if (why) return { kind: 'refused', why };
    if (deed.do === 'take') return take(guidance, member, session, deed.from);
    if (deed.do === 'give back') return giveBack(guidance, member, session);
    const decided = decide(guidance, member, proof, deed);
    if (decided.kind !== 'write') return decided;
    const reply = decided.contents.find((content) => content.kind === 'reply');
    if (reply && question!.state !== 'answered') {
      const taken = await take(guidance, member, session, '');
      if (taken.kind === 'quicker') return taken;
    }
    const row = proof.row!;
    const tell = reply ? tellings(guidance, row, reply, now()) : [];
    try {
      const { entries } = proof;
      await log.append(session, { id: row.id, session, entries }, decided.contents, now(), tell);
    } catch (fault) {
      // Somebody took this place a moment ago: read again, and see what they have done.
      if (fault instanceof Taken) continue;
      throw fault;
    }
    if (decided.contents.some(({ kind }) => kind === 'clarify')) await guidance.clarifications.refresh();
    return { kind: 'done', did: didOf(decided.contents), masked: decided.masked, told: tell.length > 0 };
  }
}

/** What the desk knows of the question in a session; nothing where none was put. */
export function findQuestion({ database }: Guidance, session: string): Promise<QuestionRow | undefined> {
  return database.query.selectFrom('question').selectAll().where('session', '=', session).executeTakeFirst();
}

/** Whether it is this member who is on it, wherever they took it. */
export function isOn(member: Member, { taken_by }: Pick<QuestionRow, 'taken_by'>): boolean {
  return taken_by !== null && idsOf(member).includes(taken_by);
}

/** Somebody who has taken a question in a chat is the same person in the console. */
const idsOf = ({ id, own }: Member) => [id, ...own];

function hindrance(
  member: Member,
  { row, entries, faults }: Proof,
  question: QuestionRow | undefined,
): Wrong | 'forbidden' | undefined {
  if (!row) return 'unknown';
  if (!mayWith(member, 'answer', row)) {
    const others = mayWith({ ...member, own: [] }, 'answer', row);
    return others ? 'own' : 'forbidden';
  }
  if (entries.some(({ kind }) => kind === 'dispose')) return 'disposed';
  if (!question) return 'noQuestion';
  return faults.length > 0 || entries.some(({ content }) => content === null) ? 'broken' : undefined;
}

/** Puts a member on a question that nobody is on, or that whoever they saw on it is still on. */
async function take({ database, now }: Guidance, member: Member, session: string, from: string): Promise<DeskDone> {
  const taken = {
    ...{ taken_by: member.id, taken_name: member.name, taken_at: now().toISOString() },
    taken_as: JSON.stringify(idsOf(member)),
  };
  const found = await database.transact(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('question')
      .set(taken)
      .where('session', '=', session)
      .where('state', 'in', ['waiting', 'asked back'])
      .where(({ or, eb }) => or([eb('taken_by', 'is', null), eb('taken_by', 'in', [...idsOf(member), from])]))
      .executeTakeFirst();
    if (numUpdatedRows > 0n) return undefined;
    return tx.selectFrom('question').selectAll().where('session', '=', session).executeTakeFirst();
  });
  if (found === undefined) return { kind: 'done', did: 'taken', masked: false, told: false };
  if (found.taken_by === null || isOn(member, found)) return { kind: 'refused', why: 'answered' };
  return { kind: 'quicker', who: found.taken_name ?? '' };
}

async function giveBack({ database }: Guidance, member: Member, session: string): Promise<DeskDone> {
  const { numUpdatedRows } = await database.transact((tx) =>
    tx
      .updateTable('question')
      .set({ taken_by: null, taken_name: null, taken_at: null, taken_as: null })
      .where('session', '=', session)
      .where('state', 'in', ['waiting', 'asked back'])
      .where(({ or, eb }) => or([eb('taken_by', 'is', null), eb('taken_by', 'in', idsOf(member))]))
      .executeTakeFirst(),
  );
  if (numUpdatedRows === 0n) return { kind: 'refused', why: 'notYours' };
  return { kind: 'done', did: 'given back', masked: false, told: false };
}

type Decided = DeskDone | { kind: 'write'; contents: (ContentOf<'reply'> | ContentOf<'clarify'>)[]; masked: boolean };

function decide(guidance: Guidance, member: Member, { row, entries }: Proof, deed: QuestionDeed): Decided {
  const why = (why: Wrong): Decided => ({ kind: 'refused', why });
  if (entries.at(-1)!.seq < deed.seq) return why('moved');
  const by = officer(member, 'answer', row!);
  const contents: (ContentOf<'reply'> | ContentOf<'clarify'>)[] = [];
  let masked = false;
  if (deed.do !== 'clarify') {
    const words = mask(deed.words);
    if (words === '') return why('noWords');
    if (words.length > longestReply) return why('tooLong');
    contents.push({ kind: 'reply', answers: deed.do === 'answer', words, by });
    masked = words !== tidy(deed.words);
  }
  if (deed.do === 'clarify' || (deed.do === 'answer' && deed.clarify === 'yes')) {
    const node = deed.node === '' ? askedAt(entries)?.node : placesOf(entries).find((place) => place === deed.node);
    const read = readClarify(guidance, { flow: row!.flow, node: node ?? '' }, deed, by);
    if (typeof read === 'string') return why(read);
    contents.push(read.content);
    masked ||= read.masked;
  }
  const later = entries.filter(({ seq, kind }) => seq > deed.seq && said.has(kind));
  if (later.length > 0) return overtaken(member, later, contents);
  if (deed.do !== 'answer' && row!.asked !== 'answered' && deed.do === 'clarify') return why('unanswered');
  if (deed.do === 'ask back' && row!.asked === 'answered') return why('answered');
  return { kind: 'write', contents, masked };
}

/** What is to be read before one says something more. Where the person has gone meanwhile makes no answer wrong. */
const said: ReadonlySet<string> = new Set(['ask', 'reply', 'clarify']);

/** The latest question in a record. */
export function askedAt(entries: readonly Entry[]): ContentOf<'ask'> | undefined {
  const last = entries.findLast(({ content }) => content?.kind === 'ask')?.content;
  return last?.kind === 'ask' ? last : undefined;
}

/**
 * The nodes that an answer can be made clear at: where it was asked, and the questions on the way there. What fits most
 * often comes first: many come to the same outcome by "I don't know", and the question that they stopped at is another.
 */
export function placesOf(entries: readonly Entry[]): string[] {
  const path = pathOf(entries).reverse();
  const at = askedAt(entries)?.node;
  const [last] = path;
  const lost = last?.kind === 'answered' && last.option === 'unsure' && path.every(({ node }) => node !== at);
  const asked = at === undefined ? [] : [at];
  return [...new Set([...(lost ? [last.node] : []), ...asked, ...path.map(({ node }) => node)])];
}

/** Whoever presses twice has done it once; what anybody else has said meanwhile is to be read first. */
function overtaken(member: Member, later: readonly Entry[], contents: readonly Content[]): Decided {
  const same = later.map(({ content }) => textOf(content)).join() === contents.map(textOf).join();
  const by = later.flatMap(({ content }) => officerOf(content) ?? []);
  if (same && by.every(({ id }) => id === member.id))
    return { kind: 'done', did: didOf(contents), masked: false, told: false };
  const other = by.find(({ id }) => id !== member.id);
  return other ? { kind: 'quicker', who: other.name } : { kind: 'refused', why: 'moved' };
}

function textOf(content: Content | null): string {
  if (content?.kind === 'reply') return JSON.stringify([content.answers, content.words]);
  return content?.kind === 'clarify' ? JSON.stringify([content.state, content.words.sv, content.words.en]) : '';
}

function didOf(contents: readonly Content[]): Extract<DeskDone, { kind: 'done' }>['did'] {
  const reply = contents.find((content) => content.kind === 'reply');
  if (!reply) return 'clarified';
  if (!reply.answers) return 'asked back';
  return contents.length > 1 ? 'answered and clarified' : 'answered';
}

/** What the person is told of a reply; nothing where they can't be written to. */
function tellings(guidance: Guidance, row: RecordRow, reply: ContentOf<'reply'>, now: Date): OutboxRow[] {
  if (!isReached(row)) return [];
  const say = (language: Language): string[] => {
    const text = deskWords(language);
    const opening = reply.answers ? text.tellAnswer : text.tellAskedBack;
    const about = opening(sign(reply.by, language), numberOf(row.id), nameFlow(guidance, row.flow, language));
    return [about, reply.words, ...(reply.answers ? [] : [text.tellHow])];
  };
  const words = { sv: say('sv'), en: say('en') };
  return [
    newTelling({ hash: row.person, platform: row.platform }, { session: row.session, kind: 'reply', words, now }),
  ];
}
