import { graphlib, layout } from '@dagrejs/dagre';
import { html } from 'hono/html';
import { type Checklist, type Flow, type Municipality, nextOf, type Option, type Question } from '../guidance/flow.ts';
import { inOrder } from '../guidance/paths.ts';
import { fill, headingOf, words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { drawShape, inset, type Kind, kindOf, leftEdge } from './shapes.ts';
import { shortTitle } from './shorttitle.ts';
import { untangle } from './untangle.ts';
import { boxWidth, type Line, type Writing, write } from './writing.ts';

type Html = ReturnType<typeof html>;

/** A flow, or a part of one, as a picture, laid out once per version and language; a path can then be marked in it. */
export interface Diagram {
  width: number;
  height: number;
  boxes: Box[];
  arrows: Arrow[];
}

/** A question, checklist or outcome, with all that is written in it. */
interface Box {
  id: string;
  kind: Kind;
  x: number;
  y: number;
  height: number;
  lines: Line[];
  rows: Row[];
}

/** An answer: its arrow starts at this height. */
interface Row {
  option: string;
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

const margin = 14;

/** What is drawn: some of the nodes, and what is said in the place of those left out. */
export interface Extent {
  nodes: ReadonlySet<string>;
  /** Where a node left out is drawn. */
  elsewhere(id: string): string;
  /** Where a node drawn here is led to from, when that is elsewhere too. */
  from(id: string): string | undefined;
}

/** The whole flow, but for the answers of "I don't know" that lead to the registrar. */
export function layOut(flow: Flow, language: Language, municipality: Municipality): Diagram {
  const extent: Extent = {
    nodes: drawn(flow),
    elsewhere: () => '',
    from: () => undefined,
  };
  return layOutPart(flow, language, municipality, extent, 110);
}

/** Every node that an answer drawn leads to. */
export function drawn(flow: Flow): Set<string> {
  const shown = new Set<string>();
  const queue = [flow.start];
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    if (shown.has(id)) continue;
    shown.add(id);
    queue.push(...leadsOf(flow, id));
  }
  return shown;
}

/** Where a node leads in the picture. */
export function leadsOf(flow: Flow, id: string): string[] {
  const node = flow.nodes[id]!;
  return 'question' in node ? answersOf(flow, node).map((option) => option.next) : nextOf(node);
}

/** The answers drawn: "I don't know" only where it leads to something else than the registrar. */
function answersOf(flow: Flow, { options }: Question): Option[] {
  return options.filter(({ id, next }) => {
    const to = flow.nodes[next]!;
    return id !== 'unsure' || !('outcome' in to) || to.outcome !== 'ask-registrar';
  });
}

/** Places the boxes from left to right. @param gap between two columns. */
export function layOutPart(
  flow: Flow,
  language: Language,
  municipality: Municipality,
  extent: Extent,
  gap: number,
): Diagram {
  const graph = new graphlib.Graph({ multigraph: true });
  graph.setGraph({ rankdir: 'LR', ranksep: gap, nodesep: 16, marginx: margin, marginy: margin });
  graph.setDefaultEdgeLabel(() => ({}));
  const pen = { flow, language, municipality, extent };
  const inside = inOrder(flow).filter((id) => extent.nodes.has(id));
  const outside = new Set(inside.flatMap((id) => leadsOf(flow, id)).filter((id) => !extent.nodes.has(id)));
  const boxes = [...inside.map((id) => boxOf(pen, id)), ...[...outside].map((id) => boxElsewhere(pen, id))];
  for (const box of boxes) graph.setNode(box.id, { width: boxWidth, height: box.height });
  for (const box of boxes) for (const row of box.rows) graph.setEdge(box.id, row.next, {}, row.option);
  const starts = new Map(
    boxes.flatMap((box) => box.rows.map((row) => [`${box.id} ${row.option}`, row.y / box.height])),
  );
  layout(graph, {
    customOrder: (columns: graphlib.Graph, order: (columns: graphlib.Graph, options: object) => void) => {
      order(columns, {});
      untangle(columns, (box, option) => (starts.get(`${box} ${option}`) ?? 0.5) - 0.5);
    },
  });
  const placed = new Map(
    boxes.map((box) => {
      const { x, y } = graph.node(box.id);
      return [box.id, { ...box, x: x - boxWidth / 2, y: y - box.height / 2 }];
    }),
  );
  const columns = new Set([...placed.values()].map((box) => Math.round(box.x + boxWidth / 2)));
  const legs = boxes.flatMap((box) =>
    box.rows.map((row): Leg => {
      const points = (graph.edge({ v: box.id, w: row.next, name: row.option }).points ?? []) as Point[];
      const passed = points.slice(1, -1).filter((point) => columns.has(Math.round(point.x)));
      return {
        from: placed.get(box.id)!,
        row,
        passed: passed.map(({ x, y }) => ({ x, y })),
        to: placed.get(row.next)!,
      };
    }),
  );
  const height = lift([...placed.values()], legs);
  centreStart([...placed.values()], (id) => placed.get(id)!, height);
  const arrows = legs.map((leg) => arrowOf(leg, endOf(leg, legs)));
  return { width: Math.ceil(graph.graph().width ?? 0), height, boxes: [...placed.values()], arrows };
}

/** Moves all down to where nothing is cut off above, arrows that go round the outside included. @returns the height of all. */
function lift(boxes: Box[], legs: Leg[]): number {
  const passed = legs.flatMap((leg) => leg.passed);
  const down = margin - Math.min(...boxes.map((box) => box.y), ...passed.map((point) => point.y));
  for (const part of [...boxes, ...passed]) part.y += down;
  const lowest = Math.max(...boxes.map((box) => box.y + box.height), ...passed.map((point) => point.y));
  return Math.ceil(lowest + margin);
}

/** What stands alone in the first column stands in the middle of all that it leads to. */
function centreStart(boxes: Box[], boxAt: (id: string) => Box, height: number): void {
  const [start, ...others] = boxes.filter((box) => box.x < margin + boxWidth);
  if (!start || others.length > 0) return;
  const middles = start.rows.map(({ next }) => boxAt(next)).map((box) => box.y + box.height / 2);
  const y = (Math.min(...middles) + Math.max(...middles) - start.height) / 2;
  start.y = Math.max(margin, Math.min(y, height - margin - start.height));
}

/** What boxes are written from. */
interface Pen {
  flow: Flow;
  language: Language;
  municipality: Municipality;
  extent: Extent;
}

function boxOf(pen: Pen, id: string): Box {
  const { flow, language, municipality, extent } = pen;
  const node = flow.nodes[id]!;
  const kind = 'question' in node ? 'question' : 'checklist' in node ? 'checklist' : kindOf[node.outcome];
  const writing = write(inset[kind]);
  const from = extent.from(id);
  if (from) writing.add(from, 'small');
  writing.add(headingOf(node, language, municipality), 'heading');
  writing.add(shortTitles(pen, node.cites), 'small');
  const rows = 'outcome' in node ? [] : writeAnswers(pen, node, writing);
  return { id, kind, x: 0, y: 0, rows, ...writing.end() };
}

function boxElsewhere({ flow, language, municipality, extent }: Pen, id: string): Box {
  const writing = write(inset.elsewhere);
  writing.add(extent.elsewhere(id), 'heading');
  writing.add(headingOf(flow.nodes[id]!, language, municipality), 'answer');
  return { id, kind: 'elsewhere', x: 0, y: 0, rows: [], ...writing.end() };
}

function writeAnswers(pen: Pen, node: Question | Checklist, writing: Writing): Row[] {
  const { language, municipality } = pen;
  const say = fill(language, municipality);
  if ('question' in node)
    return answersOf(pen.flow, node).map(({ id: option, label, next, needs, cites }) => {
      const y = writing.add(say(label), 'answer', { option });
      if (needs) writing.add(needWords[language][needs], 'small', { option });
      writing.add(shortTitles(pen, cites), 'small', { option });
      return { option, y, next };
    });
  for (const item of node.items) {
    writing.add(say(item.label), 'answer', { tick: true });
    writing.add(shortTitles(pen, item.cites), 'small', { indent: true });
  }
  const { allTicked, notAllTicked } = words(language);
  return [
    { option: 'complete', y: writing.add(allTicked, 'answer', { option: 'complete' }), next: node.complete },
    { option: 'incomplete', y: writing.add(notAllTicked, 'answer', { option: 'incomplete' }), next: node.incomplete },
  ];
}

/** What a box leans on; a star marks that of which nobody has read the text. */
function shortTitles({ flow, language }: Pen, cites: readonly string[] = []): string {
  const short = cites.map((cite) => {
    const source = flow.sources[cite]!;
    return `${shortTitle(source, language)}${source.verified === 'memory' ? '*' : ''}`;
  });
  return short.map((title) => (title.length < 20 ? title.replaceAll(' ', '\u00a0') : title)).join('\u00a0· ');
}

/** An arrow before it is drawn: where it goes straight through a column, in the room that the layout has left there. */
interface Leg {
  from: Box;
  row: Row;
  passed: Point[];
  to: Box;
}

/** Where an arrow meets its box: those that lead to the same one arrive one below the other. */
function endOf(leg: Leg, legs: Leg[]): Point {
  const { to } = leg;
  const heightOf = ({ passed, from, row }: Leg) => passed.at(-1)?.y ?? from.y + row.y;
  const arriving = legs.filter((other) => other.to === to).sort((a, b) => heightOf(a) - heightOf(b));
  const step = Math.min(11, (to.height - 26) / arriving.length);
  const off = (arriving.indexOf(leg) - (arriving.length - 1) / 2) * step;
  return { x: to.x + leftEdge(to.kind, to.height, off) - 5, y: to.y + to.height / 2 + off };
}

/** From the answer's own row to the box that it leads to. */
function arrowOf({ from, row, passed, to }: Leg, end: Point): Arrow {
  let [x, y] = [from.x + boxWidth, from.y + row.y];
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
  bendTo(end.x, end.y);
  return { from: from.id, option: row.option, to: to.id, path };
}

const round = (n: number) => Math.round(n * 10) / 10;

/**
 * The picture. Kinds differ in shape, not in colour alone, and the path is drawn heavier.
 * @param walked the options taken, by node; `at` is the node reached.
 */
export function drawDiagram(diagram: Diagram, title: string, walked: Map<string, string>, at: string | undefined) {
  const { width, height } = diagram;
  return html`<svg class="diagram" role="img" aria-labelledby="diagram-title" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">
<title id="diagram-title">${title}</title>
${drawParts(diagram, walked, at)}
</svg>`;
}

/** What stands inside the picture: arrows below, boxes above. */
export function drawParts({ boxes, arrows }: Diagram, walked: Map<string, string> = new Map(), at?: string): Html {
  const taken = (arrow: Arrow) => walked.get(arrow.from) === arrow.option;
  const inPath = (box: Box) => walked.has(box.id) || box.id === at;
  return html`<defs><marker id="tip" viewBox="0 0 8 8" refX="4" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8z" /></marker></defs>
${[...arrows].sort((a, b) => Number(taken(a)) - Number(taken(b))).map((arrow) => html`<path class="arrow${taken(arrow) ? ' taken' : ''}" d="${arrow.path}" marker-end="url(#tip)" />`)}
${boxes.map((box) => drawBox(box, walked.get(box.id), inPath(box), box.id === (at ?? boxes[0]?.id)))}`;
}

function drawBox({ kind, x, y, height, lines }: Box, taken: string | undefined, inPath: boolean, here: boolean): Html {
  const marked = (line: Line) => (line.option !== undefined && line.option === taken ? ' taken' : '');
  return html`<g class="${kind}${inPath ? ' taken' : ''}"${here ? html` data-here=""` : ''} transform="translate(${round(x)} ${round(y)})">
${drawShape(kind, boxWidth, height)}
${lines.map((line) => html`${line.tick ? html`<path class="tick" d="M${line.x - 17} ${round(line.y - 9)}h10v10h-10z" />` : ''}<text class="${line.className}${marked(line)}" x="${line.x}" y="${round(line.y)}">${line.text}</text>`)}
</g>`;
}

const needWords = {
  sv: {
    'disposal-decision': 'bara om kommunen har ett gallringsbeslut',
    tariff: 'bara om kommunen har en taxa',
  },
  en: {
    'disposal-decision': 'only where the municipality has a disposal decision',
    tariff: 'only where the municipality has a tariff',
  },
};
