import type { Dice } from './demo-dice.ts';
import { isHoliday } from './guidance/holiday.ts';
import { dayAfter, momentOf } from './record/number.ts';

/** Moments in the last days before today, in working hours, more and more towards the end, few in holidays. */
export function startsIn(dice: Dice, today: string, last: number, count: number): number[] {
  const each = Array.from({ length: last }, (_, i) => dayAfter(today, i - last));
  const weights = each.map((date, i) => (0.4 + (0.9 * (i + 1)) / last) * busyOn(date));
  const all = weights.reduce((sum, one) => sum + one, 0);
  let [date, passed] = [0, weights[0]!];
  return Array.from({ length: count }, (_, i) => {
    const wanted = ((i + dice.next()) / count) * all;
    while (passed < wanted && date < last - 1) {
      date += 1;
      passed += weights[date]!;
    }
    // Two humps: before and after lunch.
    const minute = 60 * (dice.chance(0.55) ? 8 : 12.75) + 225 * ((dice.next() + dice.next()) / 2);
    return momentOf(each[date]!, Math.floor(minute)) + dice.whole(0, 59) * second;
  }).toSorted((one, other) => one - other);
}

/** How much is done on a day, next to an ordinary Tuesday. */
function busyOn(date: string): number {
  const weekday = new Date(`${date}T12:00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return 0.004;
  if (isHoliday(date)) return 0.004;
  const [, month, dayOfMonth] = date.split('-').map(Number);
  if (month === 7) return 0.3;
  if ((month === 12 && dayOfMonth! > 22) || (month === 1 && dayOfMonth! < 7)) return 0.25;
  return weekday === 5 ? 0.75 : 1;
}

/** The working hour that begins so many hours of work later, and some minutes into it. */
export function atWork(dice: Dice, from: number, hours: number): number {
  let at = from;
  for (let left = hours; left > 0 || !isWorked(at); ) {
    at += hour;
    if (isWorked(at)) left -= 1;
  }
  return at + dice.whole(0, 1800) * second;
}

function isWorked(at: number): boolean {
  const [date, time] = swedish.format(at).split(' ') as [string, string];
  const now = Number(time.slice(0, 2));
  return now >= 8 && now < 16 && busyOn(date) > 0.1;
}

const swedish = new Intl.DateTimeFormat('sv-SE', {
  timeZone: 'Europe/Stockholm',
  dateStyle: 'short',
  timeStyle: 'short',
});

export const [second, hour, day] = [1000, 3_600_000, 86_400_000];

/** What one of them does, and others because of it, press by press: yields the moment at which it goes on. */
export type Course = AsyncGenerator<number, void>;

/** The moment it is in the year that is made up. */
export interface Clock {
  now: number;
}
