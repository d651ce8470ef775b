import { z } from 'zod';

/**
 * One decision tree, as data: the schema of the files in `flows/`. The words for authors stand in `flows/README.md`.
 * What only shows when the parts are held together (unknown next, dead ends, citations) is checked in `flows.ts`.
 */

const sentence = z.string().trim().min(1);

/** A text in both languages; there is no text in only one. */
const Text = z.strictObject({ sv: sentence, en: sentence });
export type Text = z.infer<typeof Text>;

/** What a person presses. Slack draws no longer one. */
const Label = z.strictObject({ sv: sentence.max(75), en: sentence.max(75) });

/** Words that are not shown and that a search finds this by. */
const Keywords = z.strictObject({ sv: z.array(sentence), en: z.array(sentence) });

const Id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'an id is written in small letters, digits and hyphens');
const Cites = z.array(Id).min(1);
const day = z.iso.date();

/** What a municipality may lack; an option that needs it is then not offered. */
const Need = z.enum(['disposal-decision', 'tariff']);

/** One answer to a question. */
const Option = z.strictObject({
  id: Id,
  label: Label,
  /** Examples, or what the answer includes. */
  hint: Text.optional(),
  next: Id,
  needs: Need.optional(),
  /** What this answer points to: the provision of a subject of secrecy. */
  cites: Cites.optional(),
  keywords: Keywords.optional(),
});
export type Option = z.infer<typeof Option>;

/** How a rule of secrecy weighs harm: without a test; secret unless clearly harmless; open unless harm may be assumed. */
const Strength = z.enum(['absolute', 'reversed', 'straight', 'qualified']);
export type Strength = z.infer<typeof Strength>;

/** A node that is answered with one of its options. */
const Question = z.strictObject({
  question: Text,
  help: Text.optional(),
  why: Text.optional(),
  cites: Cites,
  /** Where the question is a test of harm: how strong the rule is that led here. */
  strength: Strength.optional(),
  options: z.array(Option).min(2),
});
export type Question = z.infer<typeof Question>;

/** A node of which any number of items may be ticked before the person goes on. */
const Checklist = z.strictObject({
  checklist: Text,
  help: Text.optional(),
  why: Text.optional(),
  cites: Cites.optional(),
  items: z.array(z.strictObject({ id: Id, label: Text, cites: Cites.optional() })).min(1),
  /** Where it leads with every item ticked, and where it leads otherwise. */
  complete: Id,
  incomplete: Id,
});
export type Checklist = z.infer<typeof Checklist>;

/** The closed list of what a session can come to. */
export const OutcomeCode = z.enum([
  'release',
  'release-masked',
  'condition-for-decision',
  'not-a-public-record',
  'not-public-yet',
  'refusal-for-decision',
  'does-not-exist',
  'restore',
  'another-authority',
  'narrow-request',
  'information-only',
  'party-access',
  'own-data',
  'service',
  'how-to',
  'freeze',
  'ask-registrar',
  'register',
  'keep-in-order',
  'no-registration',
  'dispose',
  'wait',
  'keep',
  'weed',
  'may-start',
  'not-ready',
  'may-publish',
  'do-not-publish',
  'treat-as-matter',
  'take-down-and-register',
  'take-down',
  'reply',
  'let-stand',
  'do-not-block',
  'block-for-a-time',
  'close-account',
  'archive',
  'private-no-action',
  'call-for-help',
]);
export type OutcomeCode = z.infer<typeof OutcomeCode>;

/** How much time there is; what each means is said in `words.ts`. */
const Clock = z.enum(['none', 'at-once', 'same-day', 'promptly', 'next-working-day', 'one-month']);
export type Clock = z.infer<typeof Clock>;

/** A node that a session ends at: what it means, what to say and to do, how soon, and what it leans on. */
const Outcome = z.strictObject({
  outcome: OutcomeCode,
  /** The heading; without one, the code's own. */
  title: Text.optional(),
  text: Text,
  /** Words to use towards the person who asked. */
  say: Text.optional(),
  /** What to do, in order. */
  do: z.array(Text),
  clock: Clock,
  cites: Cites,
  /** What the law leaves open, or what of this has not been checked against its text. */
  uncertain: Text.optional(),
  /** Only where the outcome hands over to a person: why a person is needed. */
  why: Text.optional(),
  /** A draft to start from, where it does not follow from the code: `keep` for want of a decision. */
  draft: z.literal('disposal-decision').optional(),
  /** Flows offered next. */
  // biome-ignore lint/suspicious/noThenProperty: the flow format names it so, and no promise is made of it.
  then: z.array(Id).optional(),
});
export type Outcome = z.infer<typeof Outcome>;

/** What a flow is made of. */
export type Node = Question | Checklist | Outcome;

const Nodes = z.record(Id, z.union([Question, Checklist, Outcome]));

/** Nodes that several flows share, in `flows/parts/`. A flow's own node takes the place of the part's with the same id. */
export const Part = z.strictObject({ part: Id, nodes: Nodes });
export type Part = z.infer<typeof Part>;

/** Who has signed which version of a flow, and when. */
const Check = z.strictObject({ on: day, by: z.string().nullable(), version: z.string().nullable() });
export type Check = z.infer<typeof Check>;

/** Under which heading the flow stands on the start view. */
const Group = z.enum(['documents', 'social-media']);
export type Group = z.infer<typeof Group>;

/** A flow file. `checked` and `order` are no part of the version itself. */
export const FlowFile = z.strictObject({
  id: Id,
  title: Text,
  about: Text.optional(),
  group: Group.optional(),
  /** Its place under that heading; flows without one come last. */
  order: z.number().int().optional(),
  keywords: Keywords,
  /** Begun where somebody points at a chat message and asks about it. */
  message: z.literal(true).optional(),
  checked: Check,
  /** Duties that everyone has whatever the answers, said once at the first question. */
  notices: z.array(Text).optional(),
  start: Id,
  /** Files in `flows/parts/` whose nodes stand here as well, as far as an answer leads to them. */
  parts: z.array(Id).optional(),
  nodes: Nodes,
});
export type FlowFile = z.infer<typeof FlowFile>;

/** A law, guideline, ruling or practice that a node leans on. */
export const Source = z.strictObject({
  title: Text,
  /** Our one-line account of what it says. */
  says: Text,
  kind: z.enum(['law', 'guideline', 'ruling', 'practice', 'press']),
  since: day.nullable(),
  /** The text itself was read, an account of it was read, or neither. */
  verified: z.enum(['read', 'second-hand', 'memory']),
  checked: day,
  review: day,
});
export type Source = z.infer<typeof Source>;

/** All sources, by the id that a flow cites. */
export const Sources = z.record(Id, Source);
export type Sources = z.infer<typeof Sources>;

/** A word of the trade, explained to whoever asks. `forms` are the other shapes in which it stands in a text. */
const Term = z.strictObject({ term: Text, forms: Keywords.optional(), means: Text, cites: Cites.optional() });

/** All words explained, by id. */
export const Glossary = z.record(Id, Term);
export type Glossary = z.infer<typeof Glossary>;

/** What differs between municipalities. */
export const Municipality = z.strictObject({
  /** True until the file is the municipality's own; said on every screen. */
  example: z.boolean(),
  name: sentence,
  units: z.array(sentence),
  registrar: z.strictObject({ name: Text, email: z.email(), phone: sentence, place: Text.optional() }),
  /** The administrative court of appeal that refusals are appealed to. */
  court: Text,
  /** Without a tariff no sum is ever named. */
  tariff: z.strictObject({ says: Text, decided: sentence }).nullable(),
  /** Decisions on the disposal of the municipality's own documents. */
  'disposal-decision': z
    .array(z.strictObject({ says: Text, decided: sentence }))
    .min(1)
    .nullable(),
  snapshot: z.enum(['half-yearly', 'yearly']),
});
export type Municipality = z.infer<typeof Municipality>;

/** A flow with the sources it cites: what a version is a version of, and what a session is pinned to. */
export const Flow = z.object({
  ...FlowFile.omit({ checked: true, parts: true, order: true }).shape,
  sources: z.record(Id, Source.omit({ checked: true })),
});
export type Flow = z.infer<typeof Flow> & { version: string };

/** The answers that a municipality can offer at all. */
export function offered({ options }: Question, municipality: Municipality): Option[] {
  return options.filter((option) => option.needs === undefined || municipality[option.needs] !== null);
}

/** @returns undefined where the question has no such option. */
export function optionOf(node: Question, id: string): Option | undefined {
  return node.options.find((option) => option.id === id);
}

/** The answers of whoever does know. */
export function knowing({ options }: Question): Option[] {
  return options.filter((option) => option.id !== 'unsure');
}

/** All sources that a node leans on, its answers and items included; each once. */
export function citedBy(node: Node): string[] {
  const parts = 'question' in node ? node.options : 'checklist' in node ? node.items : [];
  return [...new Set([...(node.cites ?? []), ...parts.flatMap((part) => part.cites ?? [])])];
}

/** Where each node leads, without regard to what a municipality lacks. */
export function nextOf(node: Node): string[] {
  if ('question' in node) return node.options.map((option) => option.next);
  return 'checklist' in node ? [node.complete, node.incomplete] : [];
}
