import { createHash } from 'node:crypto';
import { setImmediate as others } from 'node:timers/promises';
import type { RecordRow } from '../database/tables.ts';
import type { OutcomeCode } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { page } from '../record/list.ts';
import { dayAfter, swedishDay } from '../record/number.ts';
import { keepTellings, newAnnouncement } from '../record/outbox.ts';
import { say } from './bars.ts';
import { weekOf } from './calendar.ts';
import { Count } from './heat.ts';
import { protect, type Shown, sizeOf } from './protect.ts';
import { sayStatus } from './queue.ts';
import { consoleWords } from './words.ts';

/** Where the summary of each week is told: a channel, or a person's id where the platform takes that for one. */
export interface SummaryRoom {
  platform: 'slack' | 'teams';
  channel: string;
}

/**
 * Tells each room once what happened last week, on Monday from eight in the morning by Swedish clocks; later in the week
 * where the program was not running then. Whichever instance comes first writes it.
 * @param address where the console is reached, such as https://example.org/review; none where others can't reach it.
 * @returns how many rooms are told now.
 */
export async function tellSummary(
  guidance: Guidance,
  rooms: readonly SummaryRoom[],
  address: string | undefined,
): Promise<number> {
  const { database, now } = guidance;
  const monday = mondayOf(swedishDay(now()));
  if (rooms.length === 0 || swedishMinute(now()) < `${monday} 08:00`) return 0;
  const due = rooms.map((room) => ({ ...room, id: idOf(room, monday) }));
  const ids = due.map(({ id }) => id);
  const told = await database.query.selectFrom('outbox').select('id').where('id', 'in', ids).execute();
  if (told.length === due.length) return 0;
  const week = await countWeek(guidance, dayAfter(monday, -7));
  const before = await countWeek(guidance, dayAfter(monday, -14));
  const said = (language: Language) => sayWeek(guidance, { week, before, address, language });
  const telling = { session: null, kind: 'summary', words: { sv: said('sv'), en: said('en') }, now: now() } as const;
  // The id is the same on every instance: of two that write it at once, one does.
  const rows = due.map(({ platform, channel, id }) => ({ ...newAnnouncement(channel, platform, telling), id }));
  return database.transact((tx) => keepTellings(tx, rows));
}

/** One id for each room and week, in the form of those that others have. */
function idOf({ platform, channel }: SummaryRoom, monday: string): string {
  const hex = createHash('sha256').update(`summary of ${monday} for ${platform} ${channel}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

/** What was counted of a week. */
interface Week {
  /** Its Monday: 2026-11-16. */
  monday: string;
  all: Shown;
  outcomes: Count;
  units: Count;
  doubts: Count;
  helped: Count;
}

/** So few at a time that nobody who presses in the chat has to wait. */
const portion = 100;

async function countWeek({ database }: Guidance, monday: string): Promise<Week> {
  const filter = { from: monday, to: dayAfter(monday, 6) };
  const all = new Count();
  const [outcomes, units, doubts, helped] = [new Count(), new Count(), new Count(), new Count()];
  let rows: RecordRow[];
  let before: number | undefined;
  do {
    rows = await page(database, filter, before, portion);
    for (const { person, outcome, status, unit, unsure, helped: did } of rows) {
      all.add('', person);
      outcomes.add(outcome ?? `status ${status}`, person);
      units.add(unit ?? '', person);
      doubts.add(unsure > 0 ? 'unsure' : 'sure', person);
      helped.add(did === null ? 'unsaid' : did === 1 ? 'yes' : 'no', person);
    }
    before = rows.at(-1)?.id;
    await others();
  } while (rows.length === portion);
  return { monday, all: protect(all.of('')), outcomes, units, doubts, helped };
}

interface Said {
  week: Week;
  before: Week;
  address: string | undefined;
  language: Language;
}

/** The week in words, and as bars in lines of their own. Figures are rounded, and of fewer than five people nothing is said. */
function sayWeek(guidance: Guidance, { week, before, address, language }: Said): string[] {
  const text = summaryWords[language];
  const spans = new Intl.DateTimeFormat(language === 'sv' ? 'sv-SE' : 'en-GB', { dateStyle: 'long', timeZone: 'UTC' });
  const days = spans.formatRange(new Date(week.monday), new Date(dayAfter(week.monday, 6)));
  const sayAll = ({ all }: Week) => (all.kind === 'few' ? text.few : say(all, language));
  const more = address === undefined ? [] : [`${text.more} ${address}/statistics`];
  const opening = text.opening(Number(weekOf(week.monday).slice(-2)), days, sayAll(week), sayAll(before));
  if (sizeOf(week.all) === 0) return [opening, ...(week.all.kind === 'few' ? [text.tooFew] : []), ...more];
  const outcomes = words(language).outcomes;
  const nameOutcome = (name: string) =>
    name.startsWith('status ')
      ? sayStatus(name.slice('status '.length), language)
      : (outcomes[name as OutcomeCode] ?? name);
  const { units } = guidance.municipality;
  const unitNames = [...new Set([...units, ...week.units.names().sort()])];
  return [
    opening,
    text.about,
    sayTable(text.byOutcome, week.outcomes, ordered(week.outcomes), nameOutcome, language),
    sayTable(text.byUnit, week.units, unitNames, (unit) => unit || consoleWords(language).noUnit, language),
    sayTable(text.byDoubt, week.doubts, ['unsure', 'sure'], (name) => text.doubts[name as 'sure'], language),
    sayTable(text.byHelp, week.helped, ['yes', 'no', 'unsaid'], (name) => text.helped[name as 'yes'], language),
    ...more,
  ];
}

/** A table as lines: what it is of, and below one another the rows, each with its bar and its figure. */
function sayTable(
  title: string,
  counts: Count,
  names: readonly string[],
  nameOf: (name: string) => string,
  language: Language,
): string {
  const shown = names.map((name) => protect(counts.of(name)));
  const labels = names.map((name) => nameOf(name));
  const longest = Math.max(1, ...shown.map(sizeOf));
  const wide = Math.min(mostWide, Math.max(...labels.map(({ length }) => length)));
  const lines = shown.map((one, i) => {
    const bar = '█'.repeat(Math.ceil((sizeOf(one) / longest) * barWide));
    return `${cut(labels[i]!).padEnd(wide)}  ${bar.padEnd(barWide)}  ${say(one, language)}`;
  });
  return [title, ...lines].join('\n');
}

/** How many signs a name and a bar may take, so that a line fits a phone that is held sideways. */
const mostWide = 34;
const barWide = 12;

const cut = (label: string) => (label.length > mostWide ? `${label.slice(0, mostWide - 1)}…` : label);

/** The largest first, as far as that may be known. */
function ordered(counts: Count): string[] {
  const size = (name: string) => sizeOf(protect(counts.of(name)));
  return counts.names().sort((one, other) => size(other) - size(one) || (one < other ? -1 : 1));
}

/** The Monday of the week that a day lies in. */
function mondayOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  return dayAfter(day, -((date.getUTCDay() + 6) % 7));
}

/** The minute by Swedish clocks: 2026-11-23 08:00. */
function swedishMinute(now: Date): string {
  return minutes.format(now);
}

const minutes = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});

const swedish = {
  opening: (week: number, days: string, count: string, before: string) =>
    `Vecka ${week} (${days}): antal vägledningar ${count}. Veckan före: ${before}.`,
  few: 'från färre än 5 personer',
  tooFew: 'Färre än 5 personer frågade. Då visas inget mer.',
  about:
    'Alla siffror är avrundade till närmaste femtal, så summor behöver inte stämma. Grupper med färre än 5 personer visas inte.',
  byOutcome: 'Så slutade de',
  byUnit: 'Enheter',
  byDoubt: 'Svaret ”Vet inte”',
  doubts: { unsure: 'minst en gång', sure: 'aldrig' },
  byHelp: 'Blev du hjälpt?',
  helped: { yes: 'ja', no: 'nej', unsaid: 'inget svar' },
  more: 'Mer i statistiken:',
};

const english: typeof swedish = {
  opening: (week, days, count, before) =>
    `Week ${week} (${days}): guidance sessions ${count}. The week before: ${before}.`,
  few: 'from fewer than 5 people',
  tooFew: 'Fewer than 5 people asked. Nothing more is shown then.',
  about:
    'All figures are rounded to the nearest five, so sums need not add up. Groups of fewer than 5 people are not shown.',
  byOutcome: 'How they ended',
  byUnit: 'Units',
  byDoubt: 'The answer “I don’t know”',
  doubts: { unsure: 'at least once', sure: 'never' },
  byHelp: 'Did this help?',
  helped: { yes: 'yes', no: 'no', unsaid: 'no answer' },
  more: 'More in the statistics:',
};

const summaryWords = { sv: swedish, en: english };
