import type { RecordRow } from '../database/tables.ts';
import type { OutcomeCode } from '../guidance/flow.ts';
import type { Flows } from '../guidance/flows.ts';
import { fill, words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { numberOf, readNumber } from '../record/number.ts';
import { doorWords } from './words.ts';

/** VGL-2026-00042 · Is it a public record? · done: Release the record. */
export function nameRecord(record: RecordRow, flows: Flows, language: Language): string {
  return `${numberOf(record.id)} · ${sayRecord(record, flows, language)}`;
}

/** The same without its number; what a reviewer made of the outcome stands in its place, and who is waited for after it. */
export function sayRecord(record: RecordRow, { flows, municipality }: Flows, language: Language): string {
  const flow = flows.get(record.flow);
  const title = flow ? fill(language, municipality)(flow.title) : record.flow;
  const { statuses, corrected, waits } = doorWords(language);
  const status = record.should === null ? statuses[record.status as keyof typeof statuses] : corrected;
  const code = record.should ?? record.outcome;
  const outcome = code === null ? '' : `: ${words(language).outcomes[code as OutcomeCode] ?? code}`;
  const returned = record.reviewed === 'returned' ? `\n${waits.returned}` : '';
  const asked = record.asked === null ? '' : `\n${waits[record.asked as keyof typeof waits]}`;
  const label = record.label === null ? '' : `\n${record.label}`;
  return `${title}\n${status}${outcome}${returned}${asked}${label}`;
}

/** The record that an address of ours is about. */
export function pointedTo(address: string): { session?: string; id?: number } {
  if (!URL.canParse(address)) return {};
  const { pathname, searchParams } = new URL(address);
  const number = /VGL-\d{4}-\d{5,}/.exec(pathname)?.[0];
  const id = number === undefined ? undefined : readNumber(number);
  const session = searchParams.get('session');
  return { ...(session !== null && { session }), ...(id !== undefined && { id }) };
}
