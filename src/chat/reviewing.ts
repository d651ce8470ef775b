import type { Language } from '../record/entry.ts';
import type { Person } from '../record/person.ts';

/** Somebody on a chat platform, as it knows them. */
export interface Colleague {
  person: Person;
  /** What others there call them: they answer for what they do by their name. */
  name: string;
  /** The groups that they are in, by id; none where the platform does not say. */
  groups: readonly string[];
  /** What else the roles may know them by: a workspace of theirs, beside the organisation that has it. */
  aliases?: readonly string[];
  language: Language;
}

/**
 * What the console lets people do, in a chat. Only for those with a role, who are asked for it at every call: somebody
 * without one gets nothing, or is told so. All words are plain text in the colleague's language.
 */
export interface Reviewing {
  /** The address of the console; none where the program has no address for others. */
  address: string | undefined;
  /** The groups that have a role, by id: those of the chat platforms are among them. */
  groups(): readonly string[];
  /** Whether they may read records, and whether they may answer questions. */
  rightsOf(colleague: Colleague): { reads: boolean; answers: boolean };
  /** What nobody has reviewed yet in their units, the latest first, without names. @param before the cursor of an earlier page. */
  queue(colleague: Colleague, before?: string): Promise<QueuePage>;
  /** How many of the questions below there are. */
  waiting(colleague: Colleague): Promise<number>;
  /** The questions that wait for somebody who may answer them, the oldest first, without names; who read them is noted. */
  questions(colleague: Colleague): Promise<WaitingQuestion[]>;
  /** One record to read, which is noted; nothing where there is none of that number, or none that is theirs to read. */
  read(colleague: Colleague, number: string): Promise<ReadRecord | undefined>;
  perform(colleague: Colleague, deed: ChatDeed): Promise<Performed>;
}

/** Something that somebody does to a record, in the state in which they have read it. */
export interface ChatDeed {
  do: ReviewDeed | QuestionDeed;
  number: string;
  /** The last entry that they saw. */
  seq: number;
  /** Why, what is asked, or what is answered; empty where nothing was written. */
  words: string;
  /** The outcome that it should have been, by code, where they correct. */
  should: string;
}

/** Approve, correct, send back with a question, comment. */
export type ReviewDeed = 'approve' | 'correct' | 'return' | 'comment';
/** Take a question, answer it, ask back. */
export type QuestionDeed = 'take' | 'answer' | 'ask back';

/** What came of it, in words: done; something in what was written is to be mended and can be sent again; or not done. */
export type Performed =
  | { kind: 'done' | 'refused'; words: string }
  | { kind: 'mend'; field: 'words' | 'should'; words: string };

/** One page of what is to be reviewed. */
export interface QueuePage {
  lines: QueueLine[];
  /** The cursor of the next page, where there is one. */
  older: string | undefined;
}

/** One record of the queue. */
export interface QueueLine {
  /** VGL-2026-00042. */
  number: string;
  flow: string;
  outcome: string;
  /** When it began, ISO 8601, and the same by Swedish clocks. */
  at: string;
  when: string;
  unit: string;
  /** What is to be known of it at a glance: doubts, a question that waits, that it is their own. */
  marks: string[];
}

/** A question to the registrar that nobody has answered yet. */
export interface WaitingQuestion {
  number: string;
  /** The last entry of its record. */
  seq: number;
  flow: string;
  unit: string;
  /** What the person was asked, or which outcome they had before them, when they asked. */
  at: string;
  /** Their own words; empty where they wrote none. */
  words: string;
  /** How long it has waited, who has taken it: each in words. */
  marks: string[];
  may: QuestionDeed[];
}

/** A record, short enough for a form: what the console shows in full. */
export interface ReadRecord {
  number: string;
  /** The last entry that is shown. */
  seq: number;
  /** The guidance and its outcome, or where it stands. */
  title: string;
  /** What was asked and answered, the outcome, the law, and what others have added: each under its heading. */
  parts: { title: string; lines: string[] }[];
  /** What they may do to it now, and why not where that needs saying. */
  may: (ReviewDeed | QuestionDeed)[];
  note: string | undefined;
  /** The outcomes to choose from, where it is corrected. */
  outcomes: { code: string; title: string }[];
  /** The same record in the console. */
  address: string | undefined;
}
