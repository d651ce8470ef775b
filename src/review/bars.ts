import { html, raw } from 'hono/html';
import { writeNumber } from '../chat/words.ts';
import type { Language } from '../record/entry.ts';
import type { Html } from './console.ts';
import { type Shown, sizeOf } from './protect.ts';

/** One bar: what it stands for, and how long it is. */
export interface Bar {
  label: string;
  shown: Shown;
  /** What it is a part of, where that is said. */
  of?: Shown;
}

/** A figure as a picture and as a table that says the same. */
export interface Figure {
  id: string;
  title: string;
  /** What the rows are. */
  rows: string;
  /** What is counted. */
  counted: string;
  /** What `of` says. */
  of?: string;
  bars: readonly Bar[];
  /** Where only the longest are drawn: how many. */
  most?: number;
}

/** The picture is for the eye alone; the table, which is unfolded, is for everybody, and holds all of it. */
export function drawFigure({ id, title, rows, counted, of, bars, most }: Figure, language: Language): Html {
  const drawn = most === undefined ? bars : longest(bars, most);
  const text = words[language];
  return html`<section aria-labelledby="${id}"><h3 id="${id}">${title}</h3>
${drawn.length === 0 ? html`<p>${text.nothing}</p>` : drawBars(drawn, language)}
<details><summary>${tableOf(bars.length, language)}</summary><table class="figures"><caption>${title}</caption>
<thead><tr><th scope="col">${rows}</th><th scope="col">${counted}</th>${of === undefined ? '' : html`<th scope="col">${of}</th>`}</tr></thead>
<tbody>${bars.map((bar) => html`<tr><th scope="row">${bar.label}</th><td>${say(bar.shown, language)}</td>${of === undefined ? '' : html`<td>${bar.of ? say(bar.of, language) : ''}</td>`}</tr>`)}</tbody></table></details></section>`;
}

/** What unfolds a table. */
export function tableOf(rows: number, language: Language): string {
  return words[language].table(rows);
}

/** Those with the most, the longest first; none of nobody. */
function longest(bars: readonly Bar[], most: number): Bar[] {
  return bars
    .filter(({ shown }) => shown.kind === 'few' || shown.count > 0)
    .sort((a, b) => sizeOf(b.shown) - sizeOf(a.shown))
    .slice(0, most);
}

/** Narrow enough to be read on a phone, where all of it is made to fit. */
export const width = 400;
const step = 46;

/** Bars below one another, each under its own words and before its number. No colours of its own: it is drawn in the colour of the text. */
function drawBars(bars: readonly Bar[], language: Language): Html {
  const longest = Math.max(1, ...bars.map(({ shown }) => sizeOf(shown)));
  const height = bars.length * step + 4;
  return html`<svg class="bars" aria-hidden="true" focusable="false" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor" font-size="14">
${bars.map(({ label, shown }, i) => {
  const y = i * step;
  const long = shown.kind === 'few' ? 8 : Math.round((sizeOf(shown) / longest) * (width - 60));
  const look =
    shown.kind === 'few' ? 'fill="none" stroke="currentColor" stroke-dasharray="3 2"' : 'fill-opacity="0.75"';
  return html`<text x="1" y="${y + 15}">${shorten(label)}</text><rect x="1" y="${y + 22}" width="${long}" height="16" ${raw(look)} /><text x="${long + 8}" y="${y + 35}">${say(shown, language)}</text>`;
})}
</svg>`;
}

/** As much of it as fits on the line, in whole words. */
export function shorten(label: string, most = 50): string {
  return label.length > most ? `${label.slice(0, most).replace(/\s+\S*$/, '')} …` : label;
}

/** How a number is written. */
export function say(shown: Shown, language: Language): string {
  if (shown.kind === 'few') return words[language].few;
  return writeNumber(shown.count, language);
}

const words = {
  sv: {
    few: 'färre än 5 personer',
    nothing: 'Ingen.',
    table: (n: number) => (n === 1 ? 'Som tabell: 1 rad' : `Som tabell: alla ${n} rader`),
  },
  en: {
    few: 'fewer than 5 people',
    nothing: 'Nobody.',
    table: (n: number) => (n === 1 ? 'As a table: 1 row' : `As a table: all ${n} rows`),
  },
};
