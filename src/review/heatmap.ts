import { html } from 'hono/html';
import { type Diagram, drawParts } from '../book/diagram.ts';
import type { Language } from '../record/entry.ts';
import { say } from './bars.ts';
import type { Html } from './console.ts';
import { type Heat, wayOf } from './heat.ts';
import { sizeOf } from './protect.ts';

/** Stands in the picture after the number of a way that no test case goes. */
const untried = '○';

/**
 * The drawn flow with each way as broad as many went there, and their number where it begins.
 * @param left the ways that no test case goes.
 */
export function drawHeat(diagram: Diagram, { ways }: Heat, left: ReadonlySet<string>, language: Language): Html {
  const { width, height, arrows } = diagram;
  const most = Math.max(1, ...[...ways.values()].map(sizeOf));
  const drawn = arrows.map(({ from, option, path }) => {
    const shown = ways.get(wayOf(from, option)) ?? { kind: 'rounded' as const, count: 0 };
    const nobody = shown.kind === 'rounded' && shown.count === 0;
    const broad = nobody ? 1 : Math.round((1.5 + 12 * Math.sqrt(sizeOf(shown) / most)) * 10) / 10;
    const [, x, y] = /^M([\d.-]+) ([\d.-]+)/.exec(path) ?? [];
    const mark = left.has(wayOf(from, option)) ? ` ${untried}` : '';
    return { shown, mark, nobody, broad, path, x: Number(x) + 6, y: Number(y) - 4 };
  });
  return html`<svg class="diagram" aria-hidden="true" focusable="false" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
${drawn.map(({ nobody, broad, path }) => html`<path d="${path}" fill="none" stroke="currentColor" stroke-opacity="${nobody ? '0.4' : '0.55'}" stroke-width="${broad}"${nobody ? html` stroke-dasharray="2 5"` : ''} />`)}
${drawParts({ ...diagram, arrows: [] })}
${drawn.map(({ shown, mark, x, y }) => html`<text class="heading" x="${x}" y="${y}">${shown.kind === 'few' ? '< 5' : say(shown, language)}${mark}</text>`)}
</svg>`;
}
