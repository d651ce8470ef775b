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

/** The same without its number. */
export function sayRecord(record: RecordRow, { flows, municipality }: Flows, language: Language): string {
  const flow = flows.get(record.flow);
  const title = flow ? fill(language, municipality)(flow.title) : record.flow;
  const { statuses } = doorWords(language);
  const status = statuses[record.status as keyof typeof statuses];
  const outcome = record.outcome === null ? '' : `: ${words(language).outcomes[record.outcome as OutcomeCode]}`;
  const label = record.label === null ? '' : `\n${record.label}`;
  return `${title}\n${status}${outcome}${label}`;
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
