import type { OutboxRow } from '../database/tables.ts';
import { type ContentOf, type Entry, isResponse, type Language } from '../record/entry.ts';
import { numberOf } from '../record/number.ts';
import { newTelling } from '../record/outbox.ts';
import { findReached } from '../record/person.ts';
import type { GuidanceRecord } from '../record/record.ts';
import type { OutcomeCode } from './flow.ts';
import type { Guidance } from './guidance.ts';
import type { Words } from './words.ts';

/** A reviewer's word on an outcome. */
export interface Judged {
  result: ContentOf<'review'>['result'];
  /** By name and role, and when, ISO 8601 in UTC. */
  who: string;
  at: string;
  /** The outcome that it should have been, in words; and why, or what is asked. */
  should?: string;
  why?: string;
  /** Whether the person is asked something that they have not answered yet. */
  asks: boolean;
  /** What the person has answered, and when, ISO 8601 in UTC. */
  response?: { words: string; at: string };
}

/** What was thought last of the outcome that stands; nothing where it has been opened again since. */
export function judgedIn({ entries }: Pick<GuidanceRecord, 'entries'>, text: Words): { judged?: Judged } {
  const last = latest(entries);
  if (!last) return {};
  const { result, by, should, why } = last.content;
  const response = responseTo(last, entries);
  return {
    judged: {
      ...{ result, who: text.inRole(by.name, by.role), at: last.time },
      ...(should !== undefined && { should: text.outcomes[should as OutcomeCode] ?? should }),
      ...(why !== undefined && { why }),
      asks: result === 'returned' && !response,
      ...(response && { response }),
    },
  };
}

/** A reviewer's entry in a record. */
type Review = Entry & { content: ContentOf<'review'> };

/** The review that sent the record back with a question that the person has not answered yet. */
export function returnedIn(entries: readonly Entry[]): Review | undefined {
  const last = latest(entries);
  return last?.content.result === 'returned' && !responseTo(last, entries) ? last : undefined;
}

function latest(entries: readonly Entry[]): Review | undefined {
  const last = entries.findLast(({ kind }) => kind === 'review' || kind === 'reopen');
  return last?.content?.kind === 'review' ? { ...last, content: last.content } : undefined;
}

function responseTo({ seq }: Review, entries: readonly Entry[]): Judged['response'] {
  const found = entries.find(({ content }) => isResponse(content) && content.of === seq);
  return found && isResponse(found.content) ? { words: found.content.words, at: found.time } : undefined;
}

/**
 * What whoever sent a record back is told in a chat of their own, where one is known: that there is an answer, and where
 * it stands. What was written is left out, since they may have lost the right to read it.
 */
export async function announceResponse(
  { database, flows, rooms, now }: Guidance,
  { id, session }: GuidanceRecord,
  flow: string,
  { by, tell = [] }: ContentOf<'review'>,
): Promise<OutboxRow[]> {
  const person = await findReached(database, [by.id, ...tell]);
  if (!person) return [];
  const number = numberOf(id);
  const say = (language: Language) => {
    const { responded, read } = words[language];
    return [responded(number), flows.get(flow)?.title[language] ?? flow, read(`${rooms.address}/review/${number}`)];
  };
  return [newTelling(person, { session, kind: 'responded', words: { sv: say('sv'), en: say('en') }, now: now() })];
}

const words = {
  sv: {
    responded: (number: string) => `Den som fick din fråga om ${number} har svarat. Vägledningen är att granska igen.`,
    read: (address: string) => `Läs svaret: ${address}`,
  },
  en: {
    responded: (number: string) =>
      `The person whom you asked about ${number} has answered. The guidance is to be reviewed again.`,
    read: (address: string) => `Read the answer: ${address}`,
  },
};
