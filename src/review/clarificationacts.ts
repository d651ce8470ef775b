import { z } from 'zod';
import type { Flow } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { ContentOf, Officer } from '../record/entry.ts';
import { Taken } from '../record/log.ts';
import { mask, tidy } from '../record/mask.ts';
import { swedishDay } from '../record/number.ts';
import { verifyRecord } from '../record/verify.ts';
import type { deskWords } from './deskwords.ts';
import { type Member, mayWith, officer } from './members.ts';

const written = z.string().max(20_000).default('');
const place = z.string().max(200).default('');

/** What somebody makes clear, as a form says it. */
export const ClarificationForm = z.object({
  /** The node that it is for; where the form leaves no choice, none. */
  node: place,
  sv: written,
  en: written,
  cites: z
    .union([z.string(), z.array(z.string()).max(200)])
    .default([])
    .transform((cites) => [cites].flat()),
  since: z.string().max(20).default(''),
});
export type ClarificationForm = z.infer<typeof ClarificationForm>;

/** What somebody does to a clarification. */
export const ClarificationDeed = ClarificationForm.extend({
  do: z.enum(['replace', 'withdraw']),
  why: written,
  tell: z.literal('yes').optional(),
});
export type ClarificationDeed = z.infer<typeof ClarificationDeed>;

/** Why nothing was written, as the words name it. */
export type Wrong = keyof ReturnType<typeof deskWords>['wrong'];

/** What came of it. */
export type DeskDone =
  | { kind: 'done'; did: keyof ReturnType<typeof deskWords>['did']; masked: boolean; told: boolean }
  | { kind: 'refused'; why: Wrong | 'forbidden' }
  /** Somebody else has written, or taken it, meanwhile. */
  | { kind: 'quicker'; who: string };

/** How long a clarification may be in each language, in characters. */
export const longestClarification = 1000;

/** What is made clear at a node, or why it can't be. */
export function readClarify(
  { flows, newId, now }: Guidance,
  { flow: id, node }: { flow: string; node: string },
  form: ClarificationForm,
  by: Officer,
): { content: ContentOf<'clarify'>; masked: boolean } | Wrong {
  const flow = flows.get(id);
  if (!flow?.nodes[node]) return 'noNode';
  const words = { sv: mask(form.sv), en: mask(form.en) };
  if (words.sv === '' || words.en === '') return 'bothWords';
  if (Math.max(words.sv.length, words.en.length) > longestClarification) return 'clarifyLong';
  const cites = [...new Set(form.cites)];
  if (cites.length === 0 || cites.some((cite) => !isSource(flow, cite))) return 'noCites';
  const since = z.iso.date().safeParse(form.since).data;
  if (since === undefined || since > swedishDay(now()) || since < '1900') return 'wrongSince';
  const masked = words.sv !== tidy(form.sv) || words.en !== tidy(form.en);
  return {
    content: { kind: 'clarify', id: newId(), flow: id, node, state: 'in force', words, cites, since, by },
    masked,
  };
}

const isSource = ({ sources }: Flow, cite: string) => Object.hasOwn(sources, cite);

/** The entry that made it, and where it stands now. */
export async function findClarification({ database }: Guidance, id: string) {
  return database.query.selectFrom('clarification').selectAll().where('id', '=', id).executeTakeFirst();
}

/** Replaces or withdraws what was made clear; what it said, who said it and when stays in the log. */
export async function performClarification(
  guidance: Guidance,
  member: Member,
  id: string,
  deed: ClarificationDeed,
): Promise<DeskDone> {
  const refused = (why: Wrong | 'forbidden'): DeskDone => ({ kind: 'refused', why });
  for (;;) {
    const made = await findClarification(guidance, id);
    const proof = made && (await verifyRecord(guidance.database, guidance.keys.ledger, made.session));
    if (!made || !proof?.row) return refused('unknown');
    const { row, entries, faults } = proof;
    if (!mayWith(member, 'answer', row)) return refused(member.own.includes(row.person) ? 'own' : 'forbidden');
    if (entries.some(({ kind }) => kind === 'dispose')) return refused('disposed');
    if (faults.length > 0 || entries.some(({ content }) => content === null)) return refused('broken');
    const states = entries.flatMap(({ content }) =>
      content?.kind === 'clarify' && content.id === id ? [content] : [],
    );
    const [first, last] = [states[0], states.at(-1)];
    if (!first || !last) return refused('unknown');
    if (last.state !== 'in force')
      return last.by.id === member.id ? refused('notInForce') : { kind: 'quicker', who: last.by.name };
    const why = mask(deed.why);
    if (why === '') return refused('noWhy');
    if (why.length > longestClarification) return refused('clarifyLong');
    const by = officer(member, 'answer', row);
    const contents: ContentOf<'clarify'>[] = [];
    let masked = why !== tidy(deed.why);
    if (deed.do === 'withdraw') contents.push({ ...first, state: 'withdrawn', why, by });
    else {
      const read = readClarify(guidance, first, { ...deed, since: deed.since || first.since }, by);
      if (typeof read === 'string') return refused(read);
      masked ||= read.masked;
      contents.push({ ...first, state: 'replaced', why, by });
      contents.push({ ...read.content, replaces: id, ...(deed.tell !== 'yes' && { quiet: true as const }) });
    }
    try {
      await guidance.log.append(row.session, { id: row.id, session: row.session, entries }, contents, guidance.now());
    } catch (fault) {
      // Somebody has written to the same record a moment ago: read again.
      if (fault instanceof Taken) continue;
      throw fault;
    }
    await guidance.clarifications.refresh();
    return { kind: 'done', did: deed.do === 'withdraw' ? 'withdrawn' : 'replaced', masked, told: false };
  }
}
