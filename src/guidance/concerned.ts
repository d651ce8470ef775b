import { createHash } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import type { Database } from '../database/database.ts';
import type { ClarificationRow, OutboxRow } from '../database/tables.ts';
import { tellingsOf } from '../record/clarification.ts';
import { Content, type Language } from '../record/entry.ts';
import { numberOf, ownNumber, swedishDay } from '../record/number.ts';
import { keepTellings, newTelling, type Telling } from '../record/outbox.ts';
import { type Clarification, readClarification } from './clarify.ts';
import type { Guidance } from './guidance.ts';
import { tellWithdrawn } from './withdrawn.ts';
import { fill, headingOf, words } from './words.ts';

/** Somebody whom a clarification concerns, and the first record of theirs that it does so by. */
interface Concerned {
  id: number;
  session: string;
  person: string;
  platform: string;
}

/**
 * Tells whoever a clarification concerns of it, and whoever was told of one that has been withdrawn of that: each person
 * once, however often the program is stopped on the way and however many instances do it together. Goes through the records of the flow so few at a time that nobody
 * who presses in the chat has to wait.
 * @returns to how many people something is on its way.
 */
export async function tellConcerned(guidance: Guidance): Promise<number> {
  const { database } = guidance;
  const due = await database.query
    .selectFrom('clarification')
    .selectAll()
    .where('state', '=', 'in force')
    .where('told_to', 'is not', null)
    .orderBy('at')
    .orderBy('id')
    .execute();
  let told = await tellWithdrawn(guidance);
  for (const row of due) told += await tellAll(guidance, row);
  return told;
}

async function tellAll(guidance: Guidance, row: ClarificationRow): Promise<number> {
  const { database, now } = guidance;
  const words = wordsOf(guidance, readClarification(row));
  let kept = row.told_to ?? 0;
  let after = kept;
  let told = 0;
  let size = 25;
  for (;;) {
    const begun = performance.now();
    const { concerned, last } = await findConcerned(database, row, after, size);
    const reached = concerned.filter(({ platform }) => platform !== 'web');
    if (reached.length > 0 || last === undefined) {
      const rows = reached.map((one) => tellingOf(row, words, one, now()));
      const moved = await moveOn(database, row.id, kept, last, rows);
      // Another instance does the same, or it was withdrawn a moment ago.
      if (moved === undefined) return told;
      told += moved;
      kept = last ?? kept;
    }
    if (last === undefined) return told;
    after = last;
    const taken = performance.now() - begun;
    if (taken > patience) size = Math.max(10, Math.floor((size * patience) / taken));
    else if (taken < patience / 2) size = Math.min(200, size * 2);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** How long one part of the work may keep everybody else waiting, in milliseconds. */
const patience = 8;

/**
 * Whom a clarification concerns: who has passed its node between the day from which it is told and when it was written,
 * and has answered "I don't know" there, or asked the registrar.
 * @param after the record after which to look, in the order of their numbers.
 * @param most how many records of the flow are looked at.
 * @returns `last` is the last record looked at, and undefined where there are no more.
 */
async function findConcerned(
  { query }: Database,
  { flow, node, since, until }: Pick<ClarificationRow, 'flow' | 'node' | 'since' | 'until'>,
  after: number,
  most: number,
): Promise<{ concerned: Concerned[]; last: number | undefined }> {
  const end = await query
    .selectFrom('record')
    .select('id')
    .where('flow', '=', flow)
    .where('id', '>', after)
    .orderBy('id')
    .offset(most - 1)
    .limit(1)
    .executeTakeFirst();
  const rows = await query
    .selectFrom('record')
    .select(['id', 'session', 'person', 'platform'])
    .where('flow', '=', flow)
    .where('id', '>', after)
    .$if(end !== undefined, (rows) => rows.where('id', '<=', end!.id))
    // A day more than enough: days begin at another time in Sweden.
    .where('last_at', '>=', dayBefore(since))
    .where(({ or, eb }) => or([eb('unsure', '>', 0), eb('asked', 'is not', null)]))
    .orderBy('id')
    .execute();
  if (rows.length === 0) return { concerned: [], last: end?.id };
  const entries = await query
    .selectFrom('entry')
    .innerJoin('entry_content as content', (on) =>
      on.onRef('content.session', '=', 'entry.session').onRef('content.seq', '=', 'entry.seq'),
    )
    .select(['entry.session', 'entry.time', 'content.content'])
    .where(
      'entry.session',
      'in',
      rows.map(({ session }) => session),
    )
    .where('entry.kind', 'in', ['answer', 'change', 'ask'])
    .execute();
  const sessions = new Set(
    entries.flatMap(({ session, time, content: text }) => {
      const passed = text.includes(JSON.stringify(node)) && time < until && swedishDay(time) >= since;
      return passed && isOf(Content.parse(JSON.parse(text)), node) ? [session] : [];
    }),
  );
  return { concerned: rows.filter(({ session }) => sessions.has(session)), last: end?.id };
}

function isOf(content: Content, node: string): boolean {
  if (content.kind === 'ask') return content.node === node;
  return (
    (content.kind === 'answer' || content.kind === 'change') && content.node === node && content.option === 'unsure'
  );
}

function dayBefore(day: string): string {
  return new Date(Date.parse(day) - 86_400_000).toISOString();
}

/**
 * Writes what these people are told together with how far that is.
 * @param last undefined where nobody is left.
 * @returns how many of them had not been told before; undefined where somebody else has gone on from there.
 */
async function moveOn(
  { transact }: Database,
  id: string,
  from: number,
  last: number | undefined,
  rows: OutboxRow[],
): Promise<number | undefined> {
  return transact(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('clarification')
      .set({ told_to: last ?? null })
      .where('id', '=', id)
      .where('state', '=', 'in force')
      .where('told_to', '=', from)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return undefined;
    return keepTellings(tx, rows);
  });
}

/** What one person is told. Its id says of which clarification and for whom it is, so that there can't be two. */
function tellingOf(
  { telling }: ClarificationRow,
  words: Telling,
  { id, session, person, platform }: Concerned,
  now: Date,
): OutboxRow {
  const whom = createHash('sha256').update(person).digest('hex').slice(0, 32);
  const row = newTelling({ hash: person, platform }, { session, kind: 'clarification', words, now });
  return {
    ...row,
    id: `${tellingsOf(telling).from}${whom}`,
    body: row.body.replaceAll(ownNumber, numberOf(id)),
  };
}

/** What everybody is told; the number of their own record is put in for each. */
function wordsOf(guidance: Guidance, made: Clarification): Telling {
  const say = (language: Language) => linesOf(guidance, made, ownNumber, language);
  return { sv: say('sv'), en: say('en') };
}

function linesOf(
  { flows, municipality }: Guidance,
  { flow: id, node: at, words: made, cites, role, at: time }: Clarification,
  number: string,
  language: Language,
): string[] {
  const flow = flows.get(id);
  const node = flow?.nodes[at];
  const say = fill(language, municipality);
  const law = cites.flatMap((cite) => flow?.sources[cite]?.title ?? []);
  const text = sentences[language];
  return [
    text.opening(number, flow ? say(flow.title) : id),
    ...(node ? [text.about(headingOf(node, language, municipality))] : []),
    made[language],
    ...(law.length > 0 ? [text.law(law.map(say).join('; '))] : []),
    text.end(words(language).roles[role], swedishDay(time)),
  ];
}

const sentences = {
  sv: {
    opening: (number: string, flow: string) => `Ett förtydligande till din vägledning ${number} (${flow}).`,
    about: (heading: string) => `Det gäller: ${heading}`,
    law: (titles: string) => `Stöd: ${titles}.`,
    end: (role: string, day: string) =>
      `Skrivet av ${role} ${day}. Resultatet i din vägledning ändras inte av det här.`,
  },
  en: {
    opening: (number: string, flow: string) => `A clarification of your guidance ${number} (${flow}).`,
    about: (heading: string) => `It is about: ${heading}`,
    law: (titles: string) => `Grounds: ${titles}.`,
    end: (role: string, day: string) =>
      `Written by the ${role} on ${day}. It does not change the outcome of your guidance.`,
  },
};
