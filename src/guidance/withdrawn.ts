import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { ClarificationRow, OutboxRow, Tables } from '../database/tables.ts';
import { tellingsOf } from '../record/clarification.ts';
import type { Entry, Language } from '../record/entry.ts';
import { numberOf, ownNumber, swedishDay } from '../record/number.ts';
import { keepTellings, newTelling, type Telling } from '../record/outbox.ts';
import type { Guidance } from './guidance.ts';
import { fill, headingOf, words } from './words.ts';

/**
 * Tells whoever has been sent a clarification that was withdrawn that it holds no longer, and why: each person once,
 * however often the program is stopped on the way and however many instances do it together. Goes through them so few at
 * a time that nobody who presses in the chat has to wait.
 * @returns to how many people something is on its way.
 */
export async function tellWithdrawn(guidance: Guidance): Promise<number> {
  const due = await guidance.database.query
    .selectFrom('clarification')
    .selectAll()
    .where('state', '=', 'withdrawn')
    .where('told_to', 'is not', null)
    .orderBy('id')
    .execute();
  let told = 0;
  for (const row of due) told += await tellAll(guidance, row);
  return told;
}

async function tellAll(guidance: Guidance, row: ClarificationRow): Promise<number> {
  const { database, log, now } = guidance;
  const entries = (await log.read(row.session))?.entries ?? [];
  const last = entries.findLast(
    ({ content }) => content?.kind === 'clarify' && content.id === row.id && content.state === 'withdrawn',
  );
  const words = wordsOf(guidance, row, last);
  const { from, to } = tellingsOf(row.telling);
  // What could not be told at the first try, which was under way as it was withdrawn.
  await database.transact((tx) =>
    tx.deleteFrom('outbox').where('id', '>', from).where('id', '<', to).where('state', '=', 'waiting').execute(),
  );
  let told = 0;
  let after = from;
  let isWhole = true;
  for (;;) {
    const found = await findTold(guidance, after, to);
    if (found.some(({ state }) => state === 'sending')) isWhole = false;
    const sent = found.filter(({ state }) => state === 'sent' || state === 'uncertain');
    const rows = sent.map((one): OutboxRow => {
      const telling = newTelling(
        { hash: one.recipient, platform: one.platform },
        { session: one.session, kind: 'withdrawn', words, now: now() },
      );
      const body = telling.body.replaceAll(ownNumber, numberOf(one.record));
      return { ...telling, body, id: `${withdrawalOf(row)}:${one.id.slice(from.length)}` };
    });
    if (rows.length > 0) told += await database.transact((tx) => keepTellings(tx, rows));
    const next = found.at(-1);
    if (!next) break;
    after = next.id;
    await new Promise((resolve) => setImmediate(resolve));
  }
  // What was being told meanwhile may arrive yet: then it is said a minute later that it holds no longer.
  if (isWhole) await database.transact((tx) => finish(tx, row));
  return told;
}

async function finish(tx: Transaction<Tables>, { id, telling }: ClarificationRow): Promise<void> {
  const { from, to } = tellingsOf(telling);
  const underWay = tx.selectFrom('outbox').select('id').where('id', '>', from).where('id', '<', to);
  if (await underWay.where('state', 'in', ['waiting', 'sending']).limit(1).executeTakeFirst()) return;
  await tx.updateTable('clarification').set({ told_to: null }).where('id', '=', id).execute();
}

/** The next few of those whom it was told to, or is being told to. @param after, to between which ids in the outbox to look. */
async function findTold({ database }: Guidance, after: string, to: string) {
  return database.query
    .selectFrom('outbox')
    .innerJoin('record', 'record.session', 'outbox.session')
    .select(['outbox.id', 'outbox.recipient', 'outbox.platform', 'outbox.session', 'outbox.state'])
    .select('record.id as record')
    .where('outbox.id', '>', after)
    .where('outbox.id', '<', to)
    .where('outbox.state', 'in', ['sent', 'uncertain', 'sending'])
    .orderBy('outbox.id')
    .limit(50)
    .execute();
}

/** What the ids begin with of what is said of a withdrawal, in the form of an id, so that nobody is told of it twice. */
function withdrawalOf({ id }: ClarificationRow): string {
  const hex = createHash('sha256').update(`withdrawn ${id}`).digest('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, '$1-$2-$3-$4-$5');
}

/** What everybody is told; the number of their own record is put in for each. */
function wordsOf(
  { flows, municipality }: Guidance,
  { flow: id, node: at }: ClarificationRow,
  withdrawn: Entry | undefined,
): Telling {
  const { content = null, time = '' } = withdrawn ?? {};
  const flow = flows.get(id);
  const node = flow?.nodes[at];
  const say = (language: Language) => {
    const text = sentences[language];
    return [
      text.opening(ownNumber, flow ? fill(language, municipality)(flow.title) : id),
      ...(node ? [text.about(headingOf(node, language, municipality))] : []),
      ...(content?.kind === 'clarify' && content.why ? [text.why(content.why)] : []),
      ...(content?.kind === 'clarify' ? [text.by(words(language).roles[content.by.role], swedishDay(time))] : []),
      text.end,
    ];
  };
  return { sv: say('sv'), en: say('en') };
}

const sentences = {
  sv: {
    opening: (number: string, flow: string) =>
      `Ett förtydligande som du har fått till din vägledning ${number} (${flow}) gäller inte längre.`,
    about: (heading: string) => `Det gällde: ${heading}`,
    why: (why: string) => `Skäl: ${why}`,
    by: (role: string, day: string) => `Återkallat av ${role} ${day}.`,
    end: 'Följ det inte. Fråga registratorn om du är osäker.',
  },
  en: {
    opening: (number: string, flow: string) =>
      `A clarification that you got of your guidance ${number} (${flow}) no longer holds.`,
    about: (heading: string) => `It was about: ${heading}`,
    why: (why: string) => `Reason: ${why}`,
    by: (role: string, day: string) => `Withdrawn by the ${role} on ${day}.`,
    end: 'Do not follow it. Ask the registrar if you are not sure.',
  },
};
