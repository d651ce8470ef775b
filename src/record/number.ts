/** The number of a record: VGL-2026-00042, counted within the calendar year in Sweden, without gaps. */
export function numberOf(id: number): string {
  const { year, number } = splitId(id);
  return `VGL-${year}-${String(number).padStart(5, '0')}`;
}

/** @returns the record's id, or undefined where the text is no number of a record. */
export function readNumber(text: string): number | undefined {
  const found = /^\s*VGL-(\d{4})-(\d{5,7})\s*$/i.exec(text);
  return found ? idOf(Number(found[1]), Number(found[2])) : undefined;
}

/** Year and number in one whole number, so that numeric order is the order of the numbers. */
export function idOf(year: number, number: number): number {
  return year * perYear + number;
}

/** Year and running number out of an id. */
export function splitId(id: number): { year: number; number: number } {
  return { year: Math.floor(id / perYear), number: id % perYear };
}

/** The calendar year that a moment falls in, in Sweden. */
export function swedishYear(time: string): number {
  return Number(swedish.format(new Date(time)).slice(0, 4));
}

/** The day that a moment falls on in Sweden: 2026-11-22. */
export function swedishDay(time: string | Date): string {
  return days.format(new Date(time));
}

/** The day that is so many days later, or earlier: 2026-11-22. */
export function dayAfter(day: string, later: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) + later * 86_400_000).toISOString().slice(0, 10);
}

/** So many minutes by the clock into a day in Sweden, whichever side of summer time it lies on; in ms since 1970. */
export function momentOf(day: string, minute = 0): number {
  const utc = Date.parse(`${day}T00:00:00Z`) + minute * 60_000;
  const wanted = new Date(utc).toISOString().slice(0, 16).replace('T', ' ');
  const ahead = [1, 2].find((hours) => minutes.format(utc - hours * 3_600_000) === wanted) ?? 1;
  return utc - ahead * 3_600_000;
}

/**
 * Stands for the record's number in what is told together with its first entry, which gives it that number. Nobody can
 * write such a sign: it goes with `tidy`.
 */
export const ownNumber = '\u{e000}';

const perYear = 10_000_000;
const minutes = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});
const days = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' });
const swedish = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', year: 'numeric' });
