import { graphlib, layout } from '@dagrejs/dagre';
import { html } from 'hono/html';
import type { HtmlEscapedString } from 'hono/utils/html';
import { type Flow, knowing, type Municipality, nextOf } from '../../guidance/flow.ts';
import { inOrder } from '../../guidance/paths.ts';
import { fill, headingOf, words } from '../../guidance/words.ts';
import type { Language } from '../../record/entry.ts';

/** A flow as a picture, laid out once per version and language; a path can then be marked in it. */
export interface Diagram {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

interface Box {
  id: string;
  kind: 'question' | 'checklist' | 'outcome';
  x: number;
  y: number;
  height: number;
  heading: string[];
  rows: Row[];
}

interface Row {
  option: string;
  lines: string[];
  /** Where the row's first line stands, below the top of the box. */
  y: number;
  next: string;
}

interface Arrow {
  from: string;
  option: string;
  to: string;
  path: string;
}

interface Point {
  x: number;
  y: number;
}

const boxWidth = 300;
const line = 17;
const padding = 10;

/** Places the boxes from left to right. Answers of "I don't know" all lead to the registrar and are left out. */
export function layOut(flow: Flow, language: Language, municipality: Municipality): Diagram {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: 110, nodesep: 22, marginx: 16, marginy: 16 });
  graph.setDefaultEdgeLabel(() => ({}));
  const shown = withoutUnsure(flow);
  const boxes = inOrder(flow)
    .filter((id) => shown.has(id))
    .map((id) => boxOf(flow, id, language, municipality));
  for (const box of boxes) graph.setNode(box.id, { width: boxWidth, height: box.height });
  // In this order the layout puts what the first answer leads to at the top, and lines cross least.
  for (const box of boxes) for (const row of box.rows.toReversed()) graph.setEdge(box.id, row.next, {}, row.option);
  layout(graph);
  const placed = new Map(
    boxes.map((box) => {
      const { x, y } = graph.node(box.id);
      return [box.id, { ...box, x: x - boxWidth / 2, y: y - box.height / 2 }];
    }),
  );
  const columns = new Set([...placed.values()].map((box) => Math.round(box.x + boxWidth / 2)));
  const arrows = boxes.flatMap((box) =>
    box.rows.map((row) => {
      const points = (graph.edge({ v: box.id, w: row.next, name: row.option }).points ?? []) as Point[];
      const passed = points.slice(1, -1).filter((point) => columns.has(Math.round(point.x)));
      return arrowOf(placed.get(box.id)!, row, passed, placed.get(row.next)!);
    }),
  );
  const { width = 0, height = 0 } = graph.graph();
  return { width: Math.ceil(width), height: Math.ceil(height), boxes: [...placed.values()], arrows };
}

function withoutUnsure(flow: Flow): Set<string> {
  const shown = new Set<string>();
  const queue = [flow.start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (shown.has(id)) continue;
    shown.add(id);
    const node = flow.nodes[id]!;
    queue.push(...('question' in node ? knowing(node).map((option) => option.next) : nextOf(node)));
  }
  return shown;
}

function boxOf(flow: Flow, id: string, language: Language, municipality: Municipality): Box {
  const say = fill(language, municipality);
  const node = flow.nodes[id]!;
  const place = { id, x: 0, y: 0 };
  const heading = wrap(headingOf(node, language, municipality), 34);
  if ('outcome' in node) {
    return { ...place, kind: 'outcome', heading, rows: [], height: heading.length * line + 2 * padding };
  }
  let y = padding + heading.length * line + 8;
  const answers =
    'question' in node
      ? knowing(node).map((option) => ({ id: option.id, label: say(option.label), next: option.next }))
      : [
          { id: 'complete', label: words(language).allTicked, next: node.complete },
          { id: 'incomplete', label: words(language).notAllTicked, next: node.incomplete },
        ];
  const rows = answers.map(({ id: option, label, next }) => {
    const row: Row = { option, lines: wrap(label, 38), y, next };
    y += row.lines.length * line + 6;
    return row;
  });
  return { ...place, kind: 'question' in node ? 'question' : 'checklist', heading, rows, height: y + padding };
}

function wrap(text: string, width: number): string[] {
  const lines = [''];
  for (const word of text.split(' ')) {
    const current = lines.at(-1)!;
    if (current !== '' && current.length + word.length + 1 > width) lines.push(word);
    else lines[lines.length - 1] = current === '' ? word : `${current} ${word}`;
  }
  return lines;
}

/**
 * From the answer's own row to the box that it leads to.
 * @param passed where the arrow goes straight through a column, in the room that the layout has left between boxes.
 */
function arrowOf(from: Box, row: Row, passed: Point[], to: Box): Arrow {
  let [x, y] = [from.x + boxWidth, from.y + row.y + line / 2];
  let path = `M${round(x)} ${round(y)}`;
  const bendTo = (toX: number, toY: number) => {
    const middle = round((x + toX) / 2);
    path += `C${middle} ${round(y)} ${middle} ${round(toY)} ${round(toX)} ${round(toY)}`;
  };
  for (const through of passed) {
    bendTo(through.x - boxWidth / 2, through.y);
    [x, y] = [through.x + boxWidth / 2, through.y];
    path += `H${round(x)}`;
  }
  bendTo(to.x - 7, to.y + to.height / 2);
  return { from: from.id, option: row.option, to: to.id, path };
}

const round = (n: number) => Math.round(n * 10) / 10;

/**
 * The picture. Kinds differ in shape, not in colour alone, and the path is drawn heavier.
 * @param walked the options taken, by node; `at` is the node reached.
 */
export function drawDiagram(
  { width, height, boxes, arrows }: Diagram,
  title: string,
  walked: Map<string, string>,
  at: string | undefined,
) {
  const taken = (arrow: Arrow) => walked.get(arrow.from) === arrow.option;
  const inPath = (box: Box) => walked.has(box.id) || box.id === at;
  return html`<svg class="diagram" role="img" aria-labelledby="diagram-title" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="diagram-title">${title}</title>
<defs><marker id="tip" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" /></marker></defs>
${[...arrows].sort((a, b) => Number(taken(a)) - Number(taken(b))).map((arrow) => html`<path class="arrow${taken(arrow) ? ' taken' : ''}" d="${arrow.path}" marker-end="url(#tip)" />`)}
${boxes.map((box) => drawBox(box, walked.get(box.id), inPath(box), box.id === (at ?? boxes[0]?.id)))}
</svg>`;
}

function drawBox(box: Box, taken: string | undefined, inPath: boolean, here: boolean) {
  const text = (lines: string[], y: number, className: string) =>
    lines.map((words, i) => html`<text class="${className}" x="${padding}" y="${y + i * line + 13}">${words}</text>`);
  return html`<g class="${box.kind}${inPath ? ' taken' : ''}"${here ? html` data-here` : ''} transform="translate(${round(box.x)} ${round(box.y)})">
<rect width="${boxWidth}" height="${box.height}" rx="${box.kind === 'outcome' ? 18 : 3}" />
${box.kind === 'checklist' ? html`<rect x="4" y="4" width="${boxWidth - 8}" height="${box.height - 8}" />` : ''}
${text(box.heading, padding, 'heading')}
${box.rows.map((row) => text(row.lines, row.y, row.option === taken ? 'answer taken' : 'answer'))}
</g>` as HtmlEscapedString;
}
