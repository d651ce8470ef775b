import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import { type Flow, type Municipality, nextOf } from '../guidance/flow.ts';
import { inOrder } from '../guidance/paths.ts';
import { fill } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { type Diagram, drawn, drawParts, type Extent, layOutPart, leadsOf } from './diagram.ts';
import { drawKey, legend, unread } from './shapes.ts';
import { boxWidth, smallest } from './writing.ts';

/**
 * A flow drawn for print, on as many sheets of A3 as it takes for the smallest writing to be 5 points high at least.
 * @returns each sheet as an SVG that needs nothing beside it.
 */
export function drawSheets(flow: Flow, language: Language, municipality: Municipality): string[] {
  const parts = divide(flow, language, municipality);
  const sheetOf = (id: string) => parts.findIndex((part) => part.has(id)) + 1;
  return parts.map((part, i) => {
    const extent = extentOf(flow, language, part, sheetOf);
    const tight = layOutPart(flow, language, municipality, extent, gap);
    const scaleOf = (diagram: Diagram) => fitOf(diagram, language)?.scale ?? 0;
    const wide = widerGaps
      .values()
      .map((gap) => layOutPart(flow, language, municipality, extent, gap))
      .find((wide) => scaleOf(wide) >= scaleOf(tight) * 0.97);
    return drawSheet(wide ?? tight, flow, language, municipality, i + 1, parts.length);
  });
}

/** Millimetres of A3, the margin around the drawing, and of a unit of the drawing at the least and at the most. */
const paper = { long: 420, short: 297, margin: 9 };
const points = 0.3528;
const scales = { least: (5 * points) / smallest, most: 0.3 };

/** Units of the drawing between two columns; where it makes nothing smaller more, since arrows are then easier to follow. */
const gap = 90;
const widerGaps = [240, 200, 160, 120];

/** Units of the drawing above and below the diagram. */
const head = 62;
const lineOfLegend = 32;

interface Fit {
  width: number;
  height: number;
  /** Millimetres to a unit of the drawing. */
  scale: number;
}

/** The sheet, upright or on its side, on which a diagram can be drawn largest; undefined where it is too big for either. */
function fitOf({ width, height }: Diagram, language: Language, least = scales.least): Fit | undefined {
  const fits = [
    [paper.long, paper.short],
    [paper.short, paper.long],
  ].flatMap(([across = 0, down = 0]): Fit[] => {
    for (let scale = scales.most; scale >= least; scale -= 0.001) {
      const [roomAcross, roomDown] = [across - 2 * paper.margin, down - 2 * paper.margin].map((mm) => mm / scale);
      const around = head + legendLines(language, roomAcross!).length * lineOfLegend;
      if (width <= roomAcross! && height + around <= roomDown!) return [{ width: across, height: down, scale }];
    }
    return [];
  });
  return fits.sort((a, b) => b.scale - a.scale)[0];
}

/**
 * The nodes of each sheet. A question goes with those that only it leads to, as far as they fit; what does not fit
 * begins on another sheet. Outcomes are drawn on every sheet that leads to them.
 */
function divide(flow: Flow, language: Language, municipality: Municipality): Set<string>[] {
  const shown = drawn(flow);
  const isAsked = (id: string) => nextOf(flow.nodes[id]!).length > 0;
  const asked = inOrder(flow).filter((id) => shown.has(id) && isAsked(id));
  const withOutcomes = (ids: Iterable<string>) =>
    new Set([...ids].flatMap((id) => [id, ...leadsOf(flow, id).filter((next) => !isAsked(next))]));
  // A little room is left for what is only known at the end: the numbers of the sheets.
  const least = scales.least * 1.02;
  const whole = layOutPart(
    flow,
    language,
    municipality,
    extentOf(flow, language, shown, () => 1),
    gap,
  );
  if (fitOf(whole, language, least)) return [shown];
  const heights = new Map(whole.boxes.map((box) => [box.id, box.height]));
  const fits = (ids: Iterable<string>) => {
    const nodes = withOutcomes(ids);
    const area = [...nodes].reduce((sum, id) => sum + heights.get(id)! * boxWidth, 0);
    if (area * least ** 2 > paper.long * paper.short * 0.5) return false;
    const extent = extentOf(flow, language, nodes, () => 99);
    return fitOf(layOutPart(flow, language, municipality, extent, gap), language, least) !== undefined;
  };
  const above = dominators(flow, asked);
  const cut: string[][] = [];
  const kept = new Map<string, string[]>();
  for (const id of asked.toReversed()) {
    const below = asked.filter((other) => above.get(other) === id).map((other) => kept.get(other)!);
    below.sort((a, b) => a.length - b.length);
    while (below.length > 0 && !fits([id, ...below.flat()])) cut.push(below.pop()!);
    kept.set(id, [id, ...below.flat()]);
  }
  cut.push(kept.get(flow.start)!);
  const sheets: string[][] = [];
  for (const ids of cut.sort((a, b) => asked.indexOf(a[0]!) - asked.indexOf(b[0]!))) {
    const room = sheets.find((sheet) => fits([...sheet, ...ids]));
    if (room) room.push(...ids);
    else sheets.push(ids);
  }
  return sheets.map(withOutcomes);
}

/** For each question but the first, the last question that every way to it passes. */
function dominators(flow: Flow, asked: string[]): Map<string, string> {
  const above = new Map<string, string>();
  const trail = (id: string): string[] => [...(above.has(id) ? trail(above.get(id)!) : []), id];
  for (const id of asked.slice(1)) {
    const [first = [], ...others] = asked
      .filter((other) => leadsOf(flow, other).includes(id))
      .map((other) => trail(other));
    const shared = first.filter((passed, i) => others.every((other) => other[i] === passed));
    above.set(id, shared.at(-1)!);
  }
  return above;
}

function extentOf(flow: Flow, language: Language, nodes: Set<string>, sheetOf: (id: string) => number): Extent {
  const text = sheetWords[language];
  return {
    nodes,
    elsewhere: (id) => text.goesOn(sheetOf(id)),
    from: (id) => {
      if ('outcome' in flow.nodes[id]!) return undefined;
      const sheets = inOrder(flow).filter((other) => !nodes.has(other) && leadsOf(flow, other).includes(id));
      return sheets.length > 0
        ? text.from([...new Set(sheets.map(sheetOf))].filter((n) => n > 0).sort((a, b) => a - b))
        : undefined;
    },
  };
}

function drawSheet(
  diagram: Diagram,
  flow: Flow,
  language: Language,
  municipality: Municipality,
  sheet: number,
  sheets: number,
): string {
  const fit = fitOf(diagram, language);
  if (!fit) throw new Error(`${flow.id}: sheet ${sheet} is too big for A3; divide its largest question in two`);
  const text = sheetWords[language];
  const title = fill(language, municipality)(flow.title);
  const [width, height, margin] = [fit.width, fit.height, paper.margin].map((mm) => mm / fit.scale) as [
    number,
    number,
    number,
  ];
  const notes = [
    sheets > 1 ? text.sheet(sheet, sheets) : '',
    `${flow.id}, version ${flow.version.slice(0, 12)}`,
    text.unsure,
    unread[language],
  ];
  const lines = legendLines(language, width - 2 * margin);
  const bottom = height - margin - lines.length * lineOfLegend;
  const free = (width - 2 * margin - diagram.width) / 2;
  return String(html`<?xml version="1.0" encoding="UTF-8"?>
<svg xmlns="http://www.w3.org/2000/svg" class="diagram" lang="${language}" role="img" aria-labelledby="title" width="${fit.width}mm" height="${fit.height}mm" viewBox="0 0 ${Math.round(width)} ${Math.round(height)}">
<title id="title">${title}${sheets > 1 ? ` (${text.sheet(sheet, sheets)})` : ''}</title>
<style>${raw(styles)}</style>
<rect class="paper" width="100%" height="100%" />
<g transform="translate(${Math.round(margin)} ${Math.round(margin)})"><text class="title" y="22">${title}</text>
<text class="small" y="44">${notes.filter(Boolean).join(' · ')}</text></g>
<g transform="translate(${Math.round(margin + Math.max(0, free))} ${Math.round(margin + head)})">${drawParts(diagram)}</g>
${lines.map((keys, i) => html`<g transform="translate(${Math.round(margin)} ${Math.round(bottom + i * lineOfLegend + 8)})">${keys.map(({ kind, text, x }) => html`<g transform="translate(${Math.round(x)} 0)">${drawKey(kind, text)}</g>`)}</g>`)}
</svg>
`);
}

/** The legend in lines that fit the width. */
function legendLines(language: Language, width: number) {
  const lines: (ReturnType<typeof legend>[number] & { x: number })[][] = [[]];
  let x = 0;
  for (const key of legend(language)) {
    if (x > 0 && x + key.width > width) {
      lines.push([]);
      x = 0;
    }
    lines.at(-1)!.push({ ...key, x });
    x += key.width + 26;
  }
  return lines;
}

/** The page's own styles in their light colours, which stand first; written out, since not every program knows variables. */
const styles = (() => {
  const css = readFileSync(new URL('diagram.css', import.meta.url), 'utf8').split('@media')[0]!;
  const colours = new Map([...css.matchAll(/(--[a-z-]+): ([^;]+);/g)].map(([, name, value]) => [name, value]));
  const plain = css
    .replace(/\/\*.*?\*\//gs, '')
    .replace(/\s*--[a-z-]+: [^;]+;/g, '')
    .replace(/var\((--[a-z-]+)\)/g, (_, name) => colours.get(name)!);
  return `${plain}.paper { fill: #ffffff; }\n.diagram .title { font-size: 24px; font-weight: 700; }\n`;
})();

const sheetWords = {
  sv: {
    sheet: (n: number, all: number) => `Blad ${n} av ${all}`,
    goesOn: (n: number) => `Fortsätter på blad ${n}`,
    from: (sheets: number[]) => `Från blad ${sheets.join(', ')}`,
    unsure: 'Svaret ”Vet inte” är ritat bara där det leder till något annat än registratorn',
  },
  en: {
    sheet: (n: number, all: number) => `Sheet ${n} of ${all}`,
    goesOn: (n: number) => `Continues on sheet ${n}`,
    from: (sheets: number[]) => `From sheet ${sheets.join(', ')}`,
    unsure: 'The answer “I don’t know” is drawn only where it leads elsewhere than to the registrar',
  },
};
