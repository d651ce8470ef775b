import { stringify } from 'csv-stringify/sync';
import { type Cell, swedishTime } from './exporttable.ts';

/** CSV as a Swedish Excel opens it: semicolons, a byte order mark, and no cell that it would take for a formula. */
export async function* writeCsv(names: readonly string[], portions: AsyncIterable<Cell[][]>): AsyncGenerator<string> {
  yield `\ufeff${csv([[...names]])}`;
  for await (const rows of portions) yield csv(rows);
}

function csv(rows: Cell[][]): string {
  return stringify(rows, {
    delimiter: ';',
    record_delimiter: 'windows',
    cast: { string: harmless, object: (cell) => swedishTime((cell as { time: string }).time) },
    // Where a comma or a tab parts the cells, what follows one inside a text would otherwise begin a cell of its own.
    quoted_match: /[,\t]/,
  });
}

/**
 * Text that no program for sheets takes for a formula: whatever begins with a sign that could begin one, also after
 * spaces and what can't be seen, gets an apostrophe before it, as OWASP advises.
 */
export function harmless(text: string): string {
  return dangerous.test(text) ? `'${text}` : text;
}

// The wide signs are those of East Asian keyboards, which Excel takes for the narrow ones.
const dangerous = /^[\t\r\n]|^[\s\p{C}\p{Z}]*[=+\-@|%−＝＋－＠]/u;
