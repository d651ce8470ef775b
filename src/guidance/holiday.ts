import { dayAfter } from '../record/number.ts';

/**
 * Whether offices in Sweden are closed on a day that need not be a Saturday or a Sunday: the public holidays (lag
 * 1989:253), and Midsummer Eve, Christmas Eve and New Year's Eve, which custom and agreements treat as such.
 * @param day in Sweden: 2026-12-25.
 */
export function isHoliday(day: string): boolean {
  const [year, month, dayOfMonth] = day.split('-').map(Number) as [number, number, number];
  if (fixed.has(day.slice(5))) return true;
  const weekday = new Date(`${day}T12:00:00Z`).getUTCDay();
  // Midsummer's days are the Friday and the Saturday from 19 June on, and All Saints' Day the Saturday from 31 October on.
  if (month === 6 && weekday === 5 && dayOfMonth >= 19 && dayOfMonth <= 25) return true;
  if (month === 6 && weekday === 6 && dayOfMonth >= 20 && dayOfMonth <= 26) return true;
  if (weekday === 6 && ((month === 10 && dayOfMonth === 31) || (month === 11 && dayOfMonth <= 6))) return true;
  return movable.some((days) => dayAfter(easter(year), days) === day);
}

const fixed = new Set(['01-01', '01-06', '05-01', '06-06', '12-24', '12-25', '12-26', '12-31']);

/** Good Friday, Easter, Easter Monday, Ascension Day and Whit Sunday, in days from Easter. */
const movable = [-2, 0, 1, 39, 49];

/** Easter Sunday in the Gregorian calendar (Meeus, Jones and Butcher). */
function easter(year: number): string {
  const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return `${year}-${String(Math.floor(n / 31)).padStart(2, '0')}-${String((n % 31) + 1).padStart(2, '0')}`;
}
