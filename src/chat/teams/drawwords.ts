import type { RecordRow } from '../../database/tables.ts';
import type { Flows } from '../../guidance/flows.ts';
import type { Language } from '../../record/entry.ts';
import { numberOf } from '../../record/number.ts';
import { sayRecord } from '../own.ts';
import { writeTime } from '../words.ts';
import {
  apart,
  button,
  type Card,
  type Element,
  fit,
  heading,
  link,
  linked,
  open,
  paragraph,
  part,
  plain,
  quote,
  row,
  small,
  table,
} from './card.ts';
import { teamsWords } from './words.ts';

/** Lines to somebody, and nothing to press. */
export function drawWords(language: Language, ...lines: string[]): Card {
  const all = lines.map((line) => paragraph(linked(line)));
  return fit(language, lines.join(' '), all, teamsWords(language).more);
}

/** What nobody has asked for, and the way to the guidance that it is about; a table among it is drawn as one. */
export function drawTelling(language: Language, lines: readonly string[], session?: string): Card {
  const text = teamsWords(language);
  const way = session === undefined ? undefined : row(button('show', text.toGuidance, { session }));
  const head = session === undefined ? undefined : heading(text.toldYou);
  return fit(language, lines.join(' '), [head, ...lines.flatMap(drawTold), way], text.more);
}

/** A line; where there are several in it, below a title, each with a name, a bar and a figure, they are a table. */
function drawTold(line: string): Element[] {
  const [title = '', ...below] = line.split(/\n+/);
  const rows = below.map((row) => row.split(/\s{2,}/));
  if (rows.length === 0 || !rows.every((row) => row.length > 1))
    return [title, ...below].map((one) => paragraph(withPages(one)));
  return [part(title, table(rows.map(([name = '', ...said]) => [name, said.reverse().join(' ')])))];
}

/** The same, and what is the address of a page leads there. */
function withPages(line: string): string {
  const pieces = line.split(/(https:\/\/[^\s<>"”]*[^\s<>"”.,;:!?)])/);
  return pieces.map((piece, i) => (i % 2 === 1 ? link(piece, piece) : linked(piece))).join('');
}

/** The same with a heading, in the words of a document. */
export function drawDraftInWords(language: Language, title: string, draft: string): Card {
  const text = teamsWords(language);
  return fit(
    language,
    text.draftInWords,
    [heading(title), paragraph(plain(text.draftInWords)), quote(draft)],
    text.more,
  );
}

/** Said to somebody alone where others read along: where the guidance goes on. */
export function drawWaiting(language: Language, chat: string): Card {
  const text = teamsWords(language);
  return fit(language, text.waiting, [paragraph(plain(text.waiting)), row(open(chat, text.toGuidance))], text.more);
}

/** What one can do, and reminders on or off. */
export function drawHelp(language: Language, muted: boolean): Card {
  const text = teamsWords(language);
  const [said, title, option] = muted
    ? [text.remindersOff, text.remindMe, 'on']
    : [text.remindersOn, text.remindMeNot, 'off'];
  const change = button('remind', title, { session: '' }, { option });
  return fit(
    language,
    text.help.join(' '),
    [
      heading(text.helpHeading),
      ...text.help.map((line) => paragraph(linked(line))),
      apart(undefined, paragraph(plain(said)), row(change)),
    ],
    text.more,
  );
}

/** Somebody's latest guidance. */
export function drawMine(own: readonly RecordRow[], flows: Flows, language: Language): Card {
  const text = teamsWords(language);
  if (own.length === 0) return drawWords(language, text.noneMine);
  const records = own.map((record) => {
    const number = numberOf(record.id);
    const lines = sayRecord(record, flows, language).split('\n');
    return part(
      number,
      paragraph(lines.map(plain).join(' · ')),
      small(writeTime(record.last_at, language)),
      row(button('show', text.show, { session: record.session }, { spoken: `${text.show} ${number}` })),
    );
  });
  return fit(language, text.mine, [heading(text.mine), ...records], text.more);
}
