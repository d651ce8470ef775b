import type { Database } from '../database/database.ts';
import type { OutboxRow } from '../database/tables.ts';
import type { ContentOf } from '../record/entry.ts';
import { numberOf, ownNumber, swedishDay } from '../record/number.ts';
import { newAnnouncement, newTelling, type Telling } from '../record/outbox.ts';
import type { Guidance } from './guidance.ts';
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
 * What is told in the rooms of a question that is put now: what it is about and where to read it. What the person wrote
 * is left out: it is for whoever takes the question, and not for all who are in the room.
 * @param session as it was before the question.
 * @param id of the session in the log.
 */
export function announceQuestion(
  guidance: Guidance,
  session: Session,
  id: string,
  { node }: ContentOf<'ask'>,
): OutboxRow[] {
  // Whoever adds to a question that waits has one question.
  if (session.asked === 'waiting') return [];
  const opening = session.asked === 'asked back' ? 'answeredBack' : 'asked';
  const words = tell(guidance, opening, { flow: session.flow.id, node, unit: session.unit, number: ownNumber });
  return inRooms(guidance, { session: id, kind: 'asked', words, now: guidance.now() });
}

/**
 * Says again, once on each working day, which questions nobody has taken since the day they were put: in the rooms, or
 * where there is none to the registrars who are known in a chat. Whichever instance comes first says it.
 * @param registrars how the roles name those who may answer, such as slack:T0123/U0123.
 * @returns how many questions were raised.
 */
export async function raiseQuestions(guidance: Guidance, registrars: () => readonly string[]): Promise<number> {
  const { database, now, log } = guidance;
  const today = swedishDay(now());
  if (!isWorking(now())) return 0;
  const waiting = await database.query
    .selectFrom('question')
    .innerJoin('record', 'record.session', 'question.session')
    .select(['question.session', 'question.asked_at', 'record.id', 'record.flow', 'record.unit'])
    .where('question.state', '=', 'waiting')
    .where('question.taken_by', 'is', null)
    .where(({ or, eb }) => or([eb('raised_on', 'is', null), eb('raised_on', '<', today)]))
    .orderBy('question.asked_at')
    .limit(100)
    .execute();
  let raised = 0;
  for (const { session, asked_at, id, flow, unit } of waiting) {
    if (swedishDay(asked_at) >= today) continue;
    const asked = (await log.read(session))?.entries.findLast(({ kind }) => kind === 'ask')?.content;
    const node = asked?.kind === 'ask' ? asked.node : '';
    const words = tell(guidance, 'raised', { flow, node, unit: unit ?? undefined, number: numberOf(id) });
    const said = { session, kind: 'raised', words, now: now() } as const;
    const rows = inRooms(guidance, said);
    const people = rows.length > 0 ? [] : await known(database, registrars());
    rows.push(...people.map((person) => newTelling(person, said)));
    raised += await claim(database, session, today, rows);
  }
  return raised;
}

/** Raises a question for today, with what is to be said of it, unless somebody else just has, or has taken it. */
async function claim({ transact }: Database, session: string, today: string, rows: OutboxRow[]): Promise<number> {
  return transact(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('question')
      .set({ raised_on: today })
      .where('session', '=', session)
      .where('state', '=', 'waiting')
      .where('taken_by', 'is', null)
      .where(({ or, eb }) => or([eb('raised_on', 'is', null), eb('raised_on', '<', today)]))
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return 0;
    if (rows.length > 0) await tx.insertInto('outbox').values(rows).execute();
    return 1;
  });
}

/** Those of these people who have used the bot in a chat, so that it can write to them. */
async function known({ query }: Database, names: readonly string[]) {
  const fold = (name: string) => name.toLowerCase();
  const wanted = new Set(names.map(fold));
  if (wanted.size === 0) return [];
  const people = await query
    .selectFrom('person')
    .select(['hash', 'platform', 'tenant', 'user_id'])
    .where('platform', '<>', 'web')
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
    raised: (number: string) => `Ingen har tagit den här frågan än: ${number}.`,
    unit: (unit: string) => `Enhet: ${unit}.`,
    read: (address: string) => `Läs och svara: ${address}`,
  },
  en: {
    asked: (number: string) => `New question to the registrar: ${number}.`,
    answeredBack: (number: string) => `The person has answered a question back: ${number}.`,
    raised: (number: string) => `Nobody has taken this question yet: ${number}.`,
    unit: (unit: string) => `Unit: ${unit}.`,
    read: (address: string) => `Read and answer: ${address}`,
  },
};

/** From eight in the morning on a Monday to a Friday, in Sweden. */
function isWorking(now: Date): boolean {
  const parts = new Map(clock.formatToParts(now).map(({ type, value }) => [type, value]));
  return !['Sat', 'Sun'].includes(parts.get('weekday')!) && Number(parts.get('hour')) >= 8;
}

const clock = new Intl.DateTimeFormat('en-GB', {
  timeZone: 'Europe/Stockholm',
  weekday: 'short',
  hour: '2-digit',
  hourCycle: 'h23',
});
