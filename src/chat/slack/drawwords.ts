import type { types } from '@slack/bolt';
import type { Language } from '../../record/entry.ts';
import { type Block, button, type Card, fit, link, paragraph, preformatted, row } from './blocks.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** A line to somebody, and nothing to press. */
export function drawWords(...lines: string[]): Card {
  return fit(
    lines.join('\n'),
    lines.map((line) => paragraph(line)),
    '',
  );
}

/** Something that is told about a session, which is a press away. */
export function drawTelling(lines: readonly string[], session: string | null, language: Language): Card {
  const open = button('g:show', slackWords(language).toGuidance, { value: 'below' });
  const told = lines.map((line) => paragraph(...withLinks(line)));
  return fit(lines.join('\n'), [...told, ...(session === null ? [] : [row(writeMark({ session }, 'told'), open)])], '');
}

/** The same as words alone, but what has line breaks in it is laid out as it stands. */
export function drawNotice(...lines: string[]): Card {
  const draw = (line: string): Block =>
    line.includes('\n') ? { type: 'rich_text', elements: [preformatted(line)] } : paragraph(...withLinks(line));
  return fit(lines.join('\n'), lines.map(draw), '');
}

/** The address of a page can be pressed where it stands, and reads as what it is. */
function withLinks(line: string): (types.RichTextElement | string)[] {
  const pieces = line.split(/(https?:\/\/[^\s<>"”]*[^\s<>"”.,;:!?)])/);
  const isLink = (piece: string, i: number) => i % 2 === 1 && URL.canParse(piece);
  return pieces.flatMap((piece, i) => (piece === '' ? [] : [isLink(piece, i) ? link(piece, piece) : piece]));
}

/** Said where a command was typed: where the guidance goes on. */
export function drawWaiting(language: Language, address: string): Card {
  const text = slackWords(language);
  return fit(`${text.waiting} ${address}`, [paragraph(`${text.waiting} `, link(address, text.toGuidance))], '');
}

/** Said where a command was typed: that what is asked for stands in the app's home, and on the web. */
export function drawToHome(language: Language, said: string, address: string | undefined): Card {
  const { console } = slackWords(language).reviewing;
  return fit(said, [paragraph(said), ...(address === undefined ? [] : [paragraph(link(address, console))])], '');
}

/** Where a card was that stands further down now. */
export function drawMoved(language: Language): Card {
  return drawWords(slackWords(language).moved);
}
