/** The last day of a month: 2026-02-28 of 2026-02. */
export function lastDay(month: string): string {
  const [year, number] = month.split('-').map(Number);
  return new Date(Date.UTC(year!, number!, 0)).toISOString().slice(0, 10);
}

/** The months up to and with the one that this day lies in, the latest first: 2026-11, 2026-10 ... */
export function monthsBefore(day: string, count: number): string[] {
  const [year, month] = day.split('-').map(Number);
  return Array.from({ length: count }, (_, i) =>
    new Date(Date.UTC(year!, month! - 1 - i, 1)).toISOString().slice(0, 7),
  );
}

/** The months from one to another, both included. */
export function monthsBetween(from: string, to: string): string[] {
  const months = [from];
  while (months.at(-1)! < to) {
    const [year, month] = months.at(-1)!.split('-').map(Number);
    months.push(new Date(Date.UTC(year!, month!, 1)).toISOString().slice(0, 7));
  }
  return months;
}

/** The week that a day lies in, as ISO 8601 counts them: 2026-W47. */
export function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  // A week belongs to the year that its Thursday lies in.
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const week = Math.floor((date.getTime() - first) / (7 * 86_400_000)) + 1;
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

/** The weeks that the days from one to another lie in. */
export function weeksBetween(from: string, to: string): string[] {
  const weeks = new Set<string>();
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000)
    weeks.add(weekOf(new Date(day).toISOString().slice(0, 10)));
  return [...weeks];
}
