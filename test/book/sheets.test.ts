import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { drawSheets } from '../../src/book/sheets.ts';
import { type Flow, nextOf } from '../../src/guidance/flow.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { headingOf } from '../../src/guidance/words.ts';
import { findBrowser, openBrowser } from '../support/browser.ts';
import { shippedFlows } from '../support/flows.ts';

/** With SCREENS=<folder> a picture of every sheet is kept there, to be looked at. */
const screens = process.env.SCREENS;
if (screens) mkdirSync(screens, { recursive: true });

/** Swedish words are the longer ones; of the shipped flows, the most tangled is drawn in English as well. */
const languagesOf = ({ id }: Flow) =>
  ['is-it-public', 'account'].includes(id) || screens ? (['sv', 'en'] as const) : (['sv'] as const);

const drawn = [shippedFlows(), loadFlows('test/support/flows')].flatMap(({ flows, municipality }) =>
  [...flows.values()].flatMap((flow) =>
    languagesOf(flow).map((language) => ({
      flow,
      language,
      name: `${flow.id}, ${language}`,
      sheets: drawSheets(flow, language, municipality),
      heading: (id: string) => headingOf(flow.nodes[id]!, language, municipality),
    })),
  ),
);

for (const { name, sheets } of drawn)
  test(`${name}: every sheet is an A3 that needs nothing beside it, with no writing under 5 points`, () => {
    for (const sheet of sheets) {
      const [, width, height, across] = /width="(\d+)mm" height="(\d+)mm" viewBox="0 0 (\d+) \d+"/.exec(sheet)!;
      assert.deepEqual([Number(width), Number(height)].sort(), [297, 420]);
      const sizes = [...sheet.matchAll(/font-size: (\d+)px/g)].map(([, size]) => Number(size));
      const points = (Math.min(...sizes) * Number(width)) / Number(across) / 0.3528;
      assert.ok(points >= 5, `${points}`);
      assert.doesNotMatch(sheet, /var\(|@import|<image|<script|href|url\((?!#)/);
    }
  });

test('every kind of box has a colour and a shape of its own, the same in the legend as in the picture', () => {
  const kinds = ['question', 'checklist', 'go', 'no', 'wait', 'act', 'person'];
  const { sheets } = drawn.find(({ flow }) => flow.id === 'is-it-public')!;
  const [sheet = ''] = sheets;
  const keys = kinds.map((kind) => {
    const key = new RegExp(`<g class="${kind}">\\s*(<path class="shape"[^>]*>(?:<path class="inner"[^>]*>)?)`).exec(
      sheet,
    );
    assert.ok(key, `${kind} is not in the legend`);
    return key[1]!;
  });
  assert.equal(new Set(keys).size, kinds.length);
  const colours = kinds.slice(2).map((kind) => new RegExp(`\\.${kind} \\.shape \\{\\s*fill: (#\\w+)`).exec(sheet)?.[1]);
  assert.equal(new Set(colours).size, kinds.length - 2);
});

describe('in a browser', { skip: findBrowser() === undefined }, async () => {
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 1600, height: 1600 } });
  await page.setContent('<body></body>');

  for (const { flow, name, sheets, heading } of drawn)
    test(`${name}: nothing overlaps, is cut off or is missing, and what goes on elsewhere does`, async () => {
      const seen: Seen[] = [];
      for (const [i, sheet] of sheets.entries()) {
        seen.push((await page.evaluate(`(${see})(${JSON.stringify(sheet)})`)) as Seen);
        if (screens) await page.locator('svg').screenshot({ path: join(screens, `${name}, ${i + 1}.png`) });
      }
      for (const { faults } of seen) assert.deepEqual(faults, []);
      const asked = seen.flatMap(({ boxes }) => boxes.filter(({ kind }) => /^(question|checklist)$/.test(kind)));
      const ids = [...reached(flow)];
      assert.equal(asked.length, ids.filter((id) => nextOf(flow.nodes[id]!).length > 0).length, 'each question once');
      for (const id of ids)
        assert.ok(
          seen.some(({ boxes }) => boxes.some(({ kind, text }) => kind !== 'elsewhere' && text.includes(heading(id)))),
          `${id} is on no sheet`,
        );
      for (const { text } of seen.flatMap(({ boxes }) => boxes.filter(({ kind }) => kind === 'elsewhere'))) {
        const [, number, question] = /^(?:Fortsätter på blad|Continues on sheet) (\d+) (.+)$/.exec(text)!;
        const there = seen[Number(number) - 1]!.boxes.filter(({ kind }) => kind !== 'elsewhere');
        assert.ok(
          there.some(({ text }) => /^(Från blad|From sheet) \d/.test(text) && text.includes(question!)),
          `"${question}" does not go on at sheet ${number}`,
        );
      }
    });
});

/** A sheet as a browser draws it: what is written in each box, and all that is drawn wrongly. */
interface Seen {
  boxes: { kind: string; text: string }[];
  faults: string[];
}

const see = `(svg) => {
  const rect = (part) => part.getBoundingClientRect();
  const faults = [];
  if (new DOMParser().parseFromString(svg, 'image/svg+xml').querySelector('parsererror')) faults.push('is no XML');
  document.body.innerHTML = svg.slice(svg.indexOf('<svg'));
  const paper = rect(document.querySelector('.paper'));
  const boxes = [...document.querySelectorAll('g:has(> .shape):has(> .heading)')].map((box) => ({
    box,
    kind: box.getAttribute('class'),
    text: [...box.querySelectorAll('text')].map((line) => line.textContent.replaceAll('\\u00a0', ' ')).join(' '),
    shape: rect(box.querySelector('.shape')),
  }));
  const within = (part, whole) =>
    part.left >= whole.left && part.right <= whole.right && part.top >= whole.top && part.bottom <= whole.bottom;
  for (const [i, { shape: one, text }] of boxes.entries())
    for (const { shape: other, text: too } of boxes.slice(i + 1))
      if (one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom)
        faults.push('two boxes overlap: ' + text + ' / ' + too);
  for (const { box, shape } of boxes)
    for (const line of box.querySelectorAll('text'))
      if (!within(rect(line), shape)) faults.push('runs over the edge: ' + line.textContent);
  for (const part of document.querySelectorAll('text, .shape'))
    if (!within(rect(part), paper)) faults.push('leaves the paper: ' + part.textContent);
  for (const arrow of document.querySelectorAll('.arrow')) {
    const [length, toPage] = [arrow.getTotalLength(), arrow.getScreenCTM()];
    for (let at = 8; at < length - 8; at += 10) {
      const { x, y } = arrow.getPointAtLength(at).matrixTransform(toPage);
      const hit = boxes.find(({ shape }) => x > shape.left + 1 && x < shape.right - 1 && y > shape.top + 1 && y < shape.bottom - 1);
      if (hit) faults.push('an arrow crosses ' + hit.text);
      else if (y < paper.top || y > paper.bottom) faults.push('an arrow leaves the paper');
      else continue;
      break;
    }
  }
  return { boxes: boxes.map(({ kind, text }) => ({ kind, text })), faults };
}`;

/** What is drawn: what answers lead to, but for an "I don't know" that leads to the registrar. */
function reached(flow: Flow, id = flow.start, found = new Set<string>()): Set<string> {
  const node = flow.nodes[id]!;
  found.add(id);
  const handsOver = (to: string) => {
    const target = flow.nodes[to]!;
    return 'outcome' in target && target.outcome === 'ask-registrar';
  };
  const next =
    'question' in node
      ? node.options.filter(({ id, next }) => id !== 'unsure' || !handsOver(next)).map((option) => option.next)
      : nextOf(node);
  for (const to of next) if (!found.has(to)) reached(flow, to, found);
  return found;
}
