import { sql } from 'kysely';
import type { Database } from '../database/database.ts';
import type { OutboxRow, QuestionRow } from '../database/tables.ts';
import type { ContentOf } from '../record/entry.ts';
import { numberOf, ownNumber, swedishDay } from '../record/number.ts';
import { newAnnouncement, newTelling, type Telling } from '../record/outbox.ts';
import { findReached } from '../record/person.ts';
import type { Guidance } from './guidance.ts';
import { isHoliday } from './holiday.ts';
import type { Session } from './session.ts';
import { headingOf } from './words.ts';

/** Where those who answer questions are told of new ones: a room in each chat, as the platform calls it. */
export interface Rooms {
  slack?: string | undefined;
  teams?: string | undefined;
  /** Where the program is reached by others, such as https://guidance.example.org. */
  address: string;
}

/**
 * What is told of a question that is put now, in the rooms and, where it answers a question back, to whoever has taken
 * it: what it is about and where to read it. What the person wrote is left out: it is for whoever takes the question,
 * and not for all who are in the room.
 * @param session as it was before the question.
 * @param id of the session in the log.
 */
export async function announceQuestion(
  guidance: Guidance,
  session: Session,
  id: string,
  { node }: ContentOf<'ask'>,
): Promise<OutboxRow[]> {
  // Whoever adds to a question that waits has one question.
  if (session.asked === 'waiting') return [];
  const isBack = session.asked === 'asked back';
  const told = { flow: session.flow.id, node, unit: session.unit, number: ownNumber };
  const words = tell(guidance, isBack ? 'answeredBack' : 'asked', told);
  const said = { session: id, words, now: guidance.now() };
  const rows = inRooms(guidance, { ...said, kind: 'asked' });
  const taker = isBack ? await takerOf(guidance.database, id) : undefined;
  if (!taker) return rows;
  return [...rows, newTelling(taker, { ...said, words: tell(guidance, 'answeredYou', told), kind: 'answered back' })];
}

/** Whoever is on the question in this session, where they can be written to in a chat. */
async function takerOf(database: Database, session: string) {
  const row = await database.query
    .selectFrom('question')
    .select(['taken_by', 'taken_as'])
    .where('session', '=', session)
    .executeTakeFirst();
  return row?.taken_by ? findReached(database, hashesOf(row.taken_by, row.taken_as)) : undefined;
}

const hashesOf = (by: string, as: string | null) => [by, ...(as === null ? [] : (JSON.parse(as) as string[]))];

/** How many questions were raised; and how many would have been, had there been anybody to tell. */
interface Raised {
  raised: number;
  unheard: number;
}

/**
 * Says again, once on each working day, which questions nobody has taken since the day they were put, and which still wait
 * though somebody took them on an earlier day and nothing was added to them today: in the rooms, or where there is none to
 * the registrars who are known in a chat and to whoever took it. Whichever instance comes first says it. What nobody can
 * be told of is not raised until somebody can.
 * @param registrars how the roles name those who may answer, such as slack:T0123/U0123.
 */
export async function raiseQuestions(guidance: Guidance, registrars: () => readonly string[]): Promise<Raised> {
  const { database, now, log } = guidance;
  const today = swedishDay(now());
  const counts = { raised: 0, unheard: 0 };
  if (!isWorking(now())) return counts;
  let answering: Awaited<ReturnType<typeof known>> | undefined;
  for await (const { session, id, flow, unit, taken_by, taken_as } of waitingSince(database, today)) {
    if (counts.raised >= mostAtOnce) break;
    const asked = (await log.read(session))?.entries.findLast(({ kind }) => kind === 'ask');
    // Words that were added since are for whoever took it to read first.
    if (taken_by !== null && asked && swedishDay(asked.time) >= today) continue;
    const node = asked?.content?.kind === 'ask' ? asked.content.node : '';
    const opening = taken_by === null ? 'raised' : 'raisedTaken';
    const words = tell(guidance, opening, { flow, node, unit: unit ?? undefined, number: numberOf(id) });
    const said = { session, kind: 'raised', words, now: now() } as const;
    const rows = inRooms(guidance, said);
    if (rows.length === 0) {
      answering ??= await known(database, registrars());
      const taker = taken_by === null ? undefined : await findReached(database, hashesOf(taken_by, taken_as));
      const people = new Map([...answering, ...(taker ? [taker] : [])].map((person) => [person.hash, person]));
      rows.push(...people.values().map((person) => newTelling(person, said)));
    }
    if (rows.length === 0) counts.unheard += 1;
    else counts.raised += await claim(database, { session, taken_by }, today, rows);
  }
  return counts;
}

/** The rest is raised a minute later: nobody waits for all of them to be read. */
const mostAtOnce = 100;

/** The questions that have waited since before today, by what the desk's list says, and were not raised today. */
async function* waitingSince({ query }: Database, today: string) {
  for (let after = { asked_at: '', session: '' }; ; ) {
    const page = await query
      .selectFrom('question')
      .innerJoin('record', 'record.session', 'question.session')
      .select(['question.session', 'question.asked_at', 'taken_by', 'taken_at', 'taken_as'])
      .select(['record.id', 'record.flow', 'record.unit'])
      .where('question.state', '=', 'waiting')
      .where(({ or, eb }) => or([eb('raised_on', 'is', null), eb('raised_on', '<', today)]))
      .where(sql<boolean>`(question.asked_at, question.session) > (${after.asked_at}, ${after.session})`)
      .orderBy('question.asked_at')
      .orderBy('question.session')
      .limit(100)
      .execute();
    for (const row of page)
      if (swedishDay(row.asked_at) < today && (row.taken_at === null || swedishDay(row.taken_at) < today)) yield row;
    const last = page.at(-1);
    if (!last || page.length < 100) return;
    after = last;
  }
}

/** Raises a question for today, with what is to be said of it, unless somebody else just has, or has taken it. */
async function claim(
  { transact }: Database,
  { session, taken_by }: Pick<QuestionRow, 'session' | 'taken_by'>,
  today: string,
  rows: OutboxRow[],
): Promise<number> {
  return transact(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('question')
      .set({ raised_on: today })
      .where('session', '=', session)
      .where('state', '=', 'waiting')
      .where('taken_by', taken_by === null ? 'is' : '=', taken_by)
      .where(({ or, eb }) => or([eb('raised_on', 'is', null), eb('raised_on', '<', today)]))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return 0;
    await tx.insertInto('outbox').values(rows).execute();
    return 1;
  });
}

/** Those of these people who have used the bot in a chat, so that it can write to them, and who want to be reminded. */
async function known({ query }: Database, names: readonly string[]) {
  const fold = (name: string) => name.toLowerCase();
  const wanted = new Set(names.map(fold));
  if (wanted.size === 0) return [];
  const people = await query
    .selectFrom('person')
    .select(['hash', 'platform', 'tenant', 'user_id'])
    .where('platform', '<>', 'web')
    .where('unreachable', 'is', null)
    .where('muted', '=', 0)
    .execute();
  return people.filter(({ platform, tenant, user_id }) => wanted.has(fold(`${platform}:${tenant}/${user_id}`)));
}

function inRooms({ rooms }: Guidance, said: Parameters<typeof newAnnouncement>[2]): OutboxRow[] {
  return (['slack', 'teams'] as const).flatMap((platform) => {
    const room = rooms[platform];
    return room === undefined ? [] : [newAnnouncement(room, platform, said)];
  });
}

interface Told {
  flow: string;
  node: string;
  unit: string | undefined;
  number: string;
}

function tell(
  { flows, municipality, rooms }: Guidance,
  opening: keyof (typeof words)['sv'],
  { flow: id, node: at, unit, number }: Told,
): Telling {
  const flow = flows.get(id);
  const node = flow?.nodes[at];
  const say = (language: 'sv' | 'en') => {
    const text = words[language];
    const about = [flow?.title[language] ?? id, ...(node ? [headingOf(node, language, municipality)] : [])];
    return [
      text[opening](number),
      about.join(' – '),
      ...(unit === undefined ? [] : [text.unit(unit)]),
      text.read(`${rooms.address}/review/questions/${number}`),
    ];
  };
  return { sv: say('sv'), en: say('en') };
}

const words = {
  sv: {
    asked: (number: string) => `Ny fråga till registratorn: ${number}.`,
    answeredBack: (number: string) => `Den som frågade har svarat på en motfråga: ${number}.`,
    answeredYou: (number: string) => `Den som frågade har svarat på din motfråga: ${number}.`,
    raised: (number: string) => `Ingen har tagit den här frågan än: ${number}.`,
    raisedTaken: (number: string) => `Någon har tagit den här frågan, men den väntar ännu på svar: ${number}.`,
    unit: (unit: string) => `Enhet: ${unit}.`,
    read: (address: string) => `Läs och svara: ${address}`,
  },
  en: {
    asked: (number: string) => `New question to the registrar: ${number}.`,
    answeredBack: (number: string) => `The person has answered a question back: ${number}.`,
    answeredYou: (number: string) => `The person has answered your question back: ${number}.`,
    raised: (number: string) => `Nobody has taken this question yet: ${number}.`,
    raisedTaken: (number: string) => `Somebody has taken this question, but it still waits for an answer: ${number}.`,
    unit: (unit: string) => `Unit: ${unit}.`,
    read: (address: string) => `Read and answer: ${address}`,
  },
};

/** From eight in the morning on a Monday to a Friday that is no holiday, in Sweden. */
function isWorking(now: Date): boolean {
  if (isHoliday(swedishDay(now))) return false;
  const parts = new Map(clock.formatToParts(now).map(({ type, value }) => [type, value]));
  return !['Sat', 'Sun'].includes(parts.get('weekday')!) && Number(parts.get('hour')) >= 8;
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Stockholm',
  weekday: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
});
