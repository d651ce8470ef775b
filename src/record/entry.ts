import { z } from 'zod';

/** What staff read: Swedish, or English. */
export type Language = 'sv' | 'en';

/** A law, guideline, ruling or practice, as it stood when it was shown. */
const cited = z.object({ id: z.string(), title: z.string(), says: z.string() });
const offered = z.array(z.object({ id: z.string(), label: z.string(), hint: z.string().optional() }));
const asked = { node: z.string(), question: z.string(), help: z.string().optional(), offered };
const items = z.array(z.object({ id: z.string(), label: z.string(), ticked: z.boolean() }));

/** A chat message: where it stands, and SHA-256 over the salt and its text. */
export const Message = z.object({ permalink: z.string(), salt: z.string(), hash: z.string() });
export type Message = z.infer<typeof Message>;

/** What somebody may do; see `review/roles`. */
export const Role = z.enum(['staff', 'reviewer', 'registrar', 'archivist', 'auditor', 'administrator']);
export type Role = z.infer<typeof Role>;

/** Who has done something in office: by name, since they answer for it. `id` is a hash like that of a person. */
export const Officer = z.object({ id: z.string(), name: z.string(), role: Role });
export type Officer = z.infer<typeof Officer>;

const both = z.object({ sv: z.string(), en: z.string() });

/**
 * What an entry says, by kind. All that was shown is kept word for word, in the language it was shown in, so that
 * a record can be read without the program and without the flow.
 */
export const Content = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('start'),
    flow: z.string(),
    title: z.string(),
    /** SHA-256 over the flow and the sources it cites. */
    version: z.string(),
    platform: z.string(),
    /** HMAC of platform, tenant and user id; who that is stands in the table of people, if anywhere. */
    person: z.string(),
    language: z.enum(['sv', 'en']),
    /** What was said at the first question: the duties that everyone has. */
    notices: z.array(z.string()).optional(),
    /** How many of the first answers were chosen at once, where a search led further in. */
    given: z.int().positive().optional(),
    /** The session that this one goes on from, and why: offered after an outcome, or because that one had lapsed. */
    from: z.object({ session: z.string(), because: z.enum(['offered', 'lapsed']) }).optional(),
    /** The unit that the person works in, where they have said so before. */
    unit: z.string().optional(),
    /** The chat message that was asked about. Its text is not kept: the hash proves later which text it was. */
    message: Message.optional(),
  }),
  z.object({
    kind: z.literal('answer'),
    ...asked,
    option: z.string(),
    label: z.string(),
    /** Taken over from an earlier session rather than pressed in this one. */
    kept: z.literal(true).optional(),
  }),
  z.object({ kind: z.literal('tick'), node: z.string(), question: z.string(), items }),
  z.object({
    kind: z.literal('done'),
    node: z.string(),
    question: z.string(),
    items,
    kept: z.literal(true).optional(),
  }),
  /** The last answer is undone; `node` is asked again. */
  z.object({ kind: z.literal('back'), node: z.string() }),
  z.object({
    kind: z.literal('change'),
    ...asked,
    option: z.string(),
    label: z.string(),
    /** Nodes whose later answers still applied, and those whose answers fell away. */
    kept: z.array(z.string()),
    dropped: z.array(z.string()),
  }),
  z.object({ kind: z.literal('language'), language: z.enum(['sv', 'en']) }),
  z.object({ kind: z.literal('label'), label: z.string() }),
  z.object({
    kind: z.literal('outcome'),
    node: z.string(),
    code: z.string(),
    title: z.string(),
    text: z.string(),
    say: z.string().optional(),
    do: z.array(z.string()),
    clock: z.string(),
    cites: z.array(cited),
    /** Nodes where another answer could have led to another outcome. */
    decided: z.array(z.string()),
    /** What was left unticked, where the outcome comes from a checklist. */
    missing: z.array(z.string()).optional(),
    uncertain: z.string().optional(),
    why: z.string().optional(),
  }),
  /** Whether the outcome was of help, as the person says. */
  z.object({ kind: z.literal('feedback'), helped: z.boolean() }),
  /** The unit that the person works in, as they say themselves. */
  z.object({ kind: z.literal('unit'), unit: z.string() }),
  /** A question to the registrar, put at a node; with words of the person's own, if they wrote any. */
  z.object({ kind: z.literal('ask'), node: z.string(), question: z.string(), words: z.string().optional() }),
  /** What the registrar says to that: an answer, or a question back. */
  z.object({ kind: z.literal('reply'), answers: z.boolean(), words: z.string(), by: Officer }),
  /** What a reviewer thinks of the outcome that was reached at `of`; corrected, `should` is the right one. */
  z.object({
    kind: z.literal('review'),
    of: z.int(),
    result: z.enum(['approved', 'corrected', 'returned']),
    should: z.string().optional(),
    why: z.string().optional(),
    by: Officer,
    /** Where it was returned: the other hashes by which the chats know who asks, so that they can be told of the answer. */
    tell: z.array(z.string()).optional(),
  }),
  /** What somebody says of the record. By nobody in office, it is what the person guided answers to the review at `of`. */
  z.object({ kind: z.literal('comment'), words: z.string(), of: z.int().optional(), by: Officer.optional() }),
  /** Whether the record is kept out of disposal. */
  z.object({ kind: z.literal('hold'), held: z.boolean(), why: z.string(), by: Officer }),
  /** What an answer here makes clear to everybody at a node of a flow, from a day on; replaced or withdrawn later. */
  z.object({
    kind: z.literal('clarify'),
    id: z.string(),
    flow: z.string(),
    node: z.string(),
    state: z.enum(['in force', 'replaced', 'withdrawn']),
    words: both,
    cites: z.array(z.string()),
    /** Whom it is told to: who passed that node from this day on, unsure or asking. ISO date. */
    since: z.string(),
    /** The one that it says anew; whoever was told of that one is not told again where it is quiet. */
    replaces: z.string().optional(),
    quiet: z.literal(true).optional(),
    /** Why it was replaced or withdrawn. */
    why: z.string().optional(),
    by: Officer,
  }),
  z.object({ kind: z.literal('reopen') }),
  z.object({ kind: z.literal('close') }),
  z.object({
    kind: z.literal('lapse'),
    because: z.enum(['idle', 'withdrawn', 'unreadable']),
    reason: z.string().optional(),
  }),
  /** The content of the record is destroyed; `basis` names the decision that says so. */
  z.object({ kind: z.literal('dispose'), basis: z.string() }),
]);
export type Content = z.infer<typeof Content>;

/** The kinds of entry. */
export type Kind = Content['kind'];
/** What an entry of one kind says. */
export type ContentOf<K extends Kind> = Extract<Content, { kind: K }>;

/** Whether others than the person have added it to the record: it moves nobody on in the guidance. */
export function isByOthers({ kind, content }: Pick<Entry, 'kind' | 'content'>): boolean {
  return byOthers.has(kind) && !isResponse(content);
}

const byOthers: ReadonlySet<Kind> = new Set(['reply', 'review', 'comment', 'hold', 'clarify']);

/** Who in office answers for what an entry says; nobody where it is the person's own. */
export function officerOf(content: Content | null): Officer | undefined {
  return content && 'by' in content ? content.by : undefined;
}

/** Whether it is what the person guided answers to a reviewer who sent their record back with a question. */
export function isResponse(content: Content | null): content is ContentOf<'comment'> {
  return content?.kind === 'comment' && content.by === undefined;
}

/** One line of the log: sealed, and never changed. */
export interface Entry {
  session: string;
  /** 1, 2, 3 ... within the session. Together with the session it is the key that only one press can take. */
  seq: number;
  /** ISO 8601, UTC. Never earlier than the entry before it, even where the clock was set back. */
  time: string;
  kind: Kind;
  /** Null where the record has been disposed of. */
  content: Content | null;
  /** 32 random bytes, so that nobody can guess a short content from its commitment. Null as content. */
  salt: string | null;
  /** SHA-256 over salt and content: proves what the entry said without saying it. */
  commitment: string;
}
