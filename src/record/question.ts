import type { QuestionRow } from '../database/tables.ts';
import type { Entry } from './entry.ts';

/** What the desk's list says of the questions of one record, as far as the log says it. */
export type Asked = Pick<QuestionRow, 'session' | 'state' | 'asked_at'>;

/** Where the question to the registrar stands in these entries; nothing where none was put. */
export function questionOf(entries: readonly Entry[]): Asked | undefined {
  let asked: Asked | undefined;
  for (const { session, kind, time, content } of entries) {
    if (kind === 'ask') {
      // Whoever adds to a question that waits has waited since they first asked.
      const since = asked?.state === 'waiting' ? asked.asked_at : time;
      asked = { session, state: 'waiting', asked_at: since };
    } else if (asked && content?.kind === 'reply')
      asked = { ...asked, state: content.answers ? 'answered' : 'asked back' };
    else if (asked && kind === 'dispose') asked = { ...asked, state: 'disposed' };
  }
  return asked;
}
