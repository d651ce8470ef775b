import type { RecordRow } from '../database/tables.ts';
import type { OutcomeCode } from '../guidance/flow.ts';
import { words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { numberOf } from '../record/number.ts';
import { describe } from '../record/transcript.ts';
import { exportWords } from './exportwords.ts';
import { consoleWords } from './words.ts';

/** What stands in one cell: text, a number, a moment (ISO 8601), or nothing. */
export type Cell = string | number | { time: string } | null;

/** The titles of the flows by their ids, as they are today and in one language. */
export type Titles = Readonly<Record<string, string>>;

/** The columns of an export, as people read them: nothing in them says who asked. */
export function columnsOf(language: Language, titles: Titles): { name: string; of(row: RecordRow): Cell }[] {
  const { columns } = exportWords(language);
  const text = consoleWords(language);
  const { outcomes } = words(language);
  const said = (names: Readonly<Record<string, string>>, one: string | null) =>
    one === null ? null : (names[one] ?? one);
  const yes = (is: number | null) => (is === null ? null : is === 1 ? text.yes : text.no);
  const cells: Record<keyof typeof columns, (row: RecordRow) => Cell> = {
    number: ({ id }) => numberOf(id),
    flow: ({ flow }) => flow,
    title: ({ flow }) => titles[flow] ?? flow,
    version: ({ version }) => version,
    platform: ({ platform }) => said(text.platforms, platform),
    unit: ({ unit }) => unit,
    status: ({ status }) => said(text.statuses, status),
    outcome: ({ outcome }) => outcome,
    outcomeTitle: ({ outcome }) => said(outcomes, outcome),
    started: ({ started_at }) => ({ time: started_at }),
    ended: ({ ended_at }) => (ended_at === null ? null : { time: ended_at }),
    presses: ({ presses }) => presses,
    unsure: ({ unsure }) => unsure,
    backs: ({ backs }) => backs,
    changes: ({ changes }) => changes,
    helped: ({ helped }) => yes(helped),
    asked: ({ asked }) => said(text.asks, asked),
    reviewed: ({ reviewed, status }) => said(text.reviews, reviewed ?? (status === 'concluded' ? 'no' : null)),
    should: ({ should }) => should,
    shouldTitle: ({ should }) => said(outcomes, should),
    held: ({ held }) => yes(held),
    label: ({ label }) => label,
  };
  return Object.entries(columns).map(([id, name]) => ({ name, of: cells[id as keyof typeof columns] }));
}

/** The same for programs: the names of the list of contracts, and codes and times as they are stored. */
export function describeMore(row: RecordRow, titles: Titles, language: Language) {
  const { outcomes } = words(language);
  const { label, ...described } = describe(row);
  return {
    ...described,
    flowTitle: titles[row.flow] ?? row.flow,
    outcomeTitle: row.outcome === null ? null : (outcomes[row.outcome as OutcomeCode] ?? row.outcome),
    unit: row.unit,
    presses: row.presses,
    unsure: row.unsure,
    backs: row.backs,
    changes: row.changes,
    helped: row.helped === null ? null : row.helped === 1,
    asked: row.asked,
    reviewed: row.reviewed,
    should: row.should,
    held: row.held === 1,
    label: label ?? null,
  };
}

/** A moment by Swedish clocks, as a sheet takes it: 2026-11-22 10:00:00. */
export function swedishTime(time: string): string {
  return clock.format(new Date(time));
}

const clock = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'medium',
});
