import type { RecordRow } from '../database/tables.ts';
import { type Content, type Entry, isResponse, type Kind } from './entry.ts';

/** All entries of one session, under a number once the first of them is written. */
export interface GuidanceRecord {
  /** Year and running number in one; see `numberOf`. */
  id: number;
  session: string;
  entries: Entry[];
}

/** What the list of records says of one record. */
export type Summary = Omit<RecordRow, 'id'>;

/** Makes the list's row out of the log alone, so that the list can be made anew and compared with the log. */
export function summarise(entries: readonly Entry[], seal: string): Summary {
  const [start] = entries;
  if (start?.content?.kind !== 'start') throw new Error('A record begins with its start, and its content is needed.');
  const { flow, version, platform, person, language } = start.content;
  const row: Summary = {
    session: start.session,
    flow,
    version,
    platform,
    person,
    language,
    label: null,
    status: 'open',
    outcome: null,
    started_at: start.time,
    ended_at: null,
    last_at: start.time,
    last_seq: 0,
    seal,
    search: '',
    unit: start.content.unit ?? null,
    unsure: 0,
    backs: 0,
    changes: 0,
    presses: 0,
    helped: null,
    asked: null,
    reviewed: null,
    should: null,
    held: 0,
  };
  for (const entry of entries) {
    if (entry.content) note(row, entry.content, entry.time);
    row.last_at = entry.time;
    row.last_seq = entry.seq;
  }
  row.search = searchable(entries, row.label);
  return row;
}

function note(row: Summary, content: Content, time: string): void {
  if (pressed.has(content.kind)) row.presses += 1;
  switch (content.kind) {
    case 'answer':
      if (content.option === 'unsure') row.unsure += 1;
      break;
    case 'back':
      row.backs += 1;
      break;
    case 'change':
      row.changes += 1;
      if (content.option === 'unsure') row.unsure += 1;
      break;
    case 'unit':
      row.unit = content.unit;
      break;
    case 'feedback':
      row.helped = content.helped ? 1 : 0;
      break;
    case 'ask':
      row.asked = 'waiting';
      break;
    case 'reply':
      row.asked = content.answers ? 'answered' : 'asked back';
      break;
    case 'review':
      row.reviewed = content.result;
      row.should = content.should ?? null;
      break;
    case 'comment':
      // What was asked has been answered: it is to be reviewed again.
      if (isResponse(content) && row.reviewed === 'returned') row.reviewed = null;
      break;
    case 'hold':
      row.held = content.held ? 1 : 0;
      break;
    case 'language':
      row.language = content.language;
      break;
    case 'label':
      row.label = content.label === '' ? null : content.label;
      break;
    case 'outcome':
      Object.assign(row, { status: 'concluded', outcome: content.code, ended_at: row.ended_at ?? time });
      break;
    case 'reopen':
      // What was thought of the earlier outcome does not hold for the next one.
      Object.assign(row, { status: 'open', outcome: null, ended_at: null, reviewed: null, should: null, helped: null });
      break;
    case 'close':
      Object.assign(row, { status: 'closed', ended_at: time });
      break;
    case 'lapse':
      Object.assign(row, { status: 'lapsed', ended_at: time });
      break;
    case 'dispose':
      row.status = 'disposed';
      break;
  }
}

/** What a person presses; an outcome comes by itself. */
const pressed: ReadonlySet<Kind> = new Set(['answer', 'done', 'back', 'change']);

/** The words one would look for a record by: its label, what was asked, answered and said of it, what came of it. */
function searchable(entries: readonly Entry[], label: string | null): string {
  const words = entries.flatMap(({ content }) => {
    switch (content?.kind) {
      case 'start':
        return [content.title];
      case 'answer':
      case 'change':
        return [content.question, content.label];
      case 'done':
        return [content.question];
      case 'outcome':
        return [content.title, content.text];
      case 'ask':
        return [content.question, content.words ?? ''];
      case 'reply':
        return [content.words];
      case 'comment':
        return isResponse(content) ? [content.words] : [];
      default:
        return [];
    }
  });
  return fold([label ?? '', ...new Set(words)].join('\n'));
}

/** One form for text that is searched and for the words that are looked for. */
export function fold(text: string): string {
  return text.normalize('NFC').toLocaleLowerCase('sv');
}
