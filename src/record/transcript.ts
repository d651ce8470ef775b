import type { RecordRow } from '../database/tables.ts';
import { type Entry, isResponse, type Officer } from './entry.ts';
import { numberOf } from './number.ts';
import type { GuidanceRecord } from './record.ts';

/** A record as other programs read it; names as in the list of contracts. */
export function describe(row: RecordRow) {
  return {
    number: numberOf(row.id),
    flow: row.flow,
    version: row.version,
    platform: row.platform,
    status: row.status,
    outcome: row.outcome,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    ...(row.label !== null && { label: row.label }),
  };
}

/** The same with all of its entries, each as it was written. */
export function describeWhole(row: RecordRow, record: GuidanceRecord) {
  return { ...describe(row), language: row.language, entries: record.entries.map(describeEntry) };
}

/** The hashes of people stay in the log: nobody who reads the record needs them. */
function describeEntry({ seq, time, kind, content, commitment }: Entry) {
  const who = isResponse(content) ? { by: { role: 'staff' } } : {};
  return { seq, at: time, ...content, ...who, person: undefined, tell: undefined, kind, commitment };
}

/** A record as a person reads it: what was asked and answered in order, word for word, and what came of it. */
export function transcribe(row: RecordRow, record: GuidanceRecord): string {
  const head = [
    `${numberOf(row.id)}  ${row.flow}  ${row.status}${row.outcome ? `: ${row.outcome}` : ''}`,
    `started ${row.started_at}${row.ended_at ? `, ended ${row.ended_at}` : ''}, ${row.platform}, ${row.language}`,
    `flow version ${row.version}`,
    ...(row.label === null ? [] : [`heading: ${row.label}`]),
    '',
  ];
  return [...head, ...record.entries.flatMap(lines), ''].join('\n');
}

function lines(entry: Entry): string[] {
  const [first, ...more] = said(entry);
  const number = String(entry.seq).padStart(3);
  return [
    `${number}  ${entry.time}  ${entry.kind}${first ? `  ${first}` : ''}`,
    ...more.map((line) => `       ${line}`),
  ];
}

function said({ content }: Entry): string[] {
  switch (content?.kind) {
    case undefined:
      return ['(disposed of)'];
    case 'start':
      return [
        content.title,
        ...(content.notices ?? []),
        ...(content.from ? [`goes on from session ${content.from.session} (${content.from.because})`] : []),
        ...(content.message ? [`about the message ${content.message.permalink}`] : []),
      ];
    case 'answer':
    case 'change':
      return [
        content.question,
        ...(content.help ? [content.help] : []),
        ...content.offered.map(
          ({ id, label, hint }) => `${id === content.option ? '[x]' : '[ ]'} ${label}${hint ? ` (${hint})` : ''}`,
        ),
      ];
    case 'tick':
    case 'done':
      return [content.question, ...content.items.map(({ label, ticked }) => `${ticked ? '[x]' : '[ ]'} ${label}`)];
    case 'back':
      return [`to ${content.node}`];
    case 'language':
      return [content.language];
    case 'label':
      return [content.label];
    case 'feedback':
      return [content.helped ? 'it helped' : 'it did not help'];
    case 'lapse':
      return [content.because, ...(content.reason ? [content.reason] : [])];
    case 'unit':
      return [content.unit];
    case 'ask':
      return [`at: ${content.question}`, ...(content.words ? [content.words] : [])];
    case 'reply':
      return [`${content.answers ? 'answer' : 'question back'} by ${signed(content.by)}`, content.words];
    case 'review':
      return [
        `${content.result}${content.should ? `: it should have been ${content.should}` : ''}, by ${signed(content.by)}`,
        ...(content.why ? [content.why] : []),
      ];
    case 'comment':
      return [
        content.by ? `by ${signed(content.by)}` : `answer to entry ${content.of}, by the person guided`,
        content.words,
      ];
    case 'hold':
      return [`${content.held ? 'held' : 'let go'} by ${signed(content.by)}`, content.why];
    case 'clarify':
      return [
        `${content.state}, ${content.flow}/${content.node}, by ${signed(content.by)}`,
        content.words.sv,
        content.words.en,
        ...(content.why ? [content.why] : []),
      ];
    case 'dispose':
      return [content.basis];
    case 'reopen':
    case 'close':
      return [];
    case 'outcome':
      return [
        `${content.code}: ${content.title}`,
        content.text,
        ...(content.why ? [content.why] : []),
        ...(content.uncertain ? [content.uncertain] : []),
        content.clock,
        ...(content.say ? [`"${content.say}"`] : []),
        ...content.do.map((step) => `- ${step}`),
        ...(content.missing ?? []).map((item) => `missing: ${item}`),
        ...content.cites.map(({ title, says }) => `${title}: ${says}`),
        `decided by: ${content.decided.join(', ') || '(nothing)'}`,
      ];
  }
}

const signed = ({ name, role }: Officer) => `${name} (${role})`;
