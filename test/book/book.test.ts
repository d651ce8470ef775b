import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { drawBook } from '../../src/book/book.ts';
import type { Flow } from '../../src/guidance/flow.ts';
import { type Flows, loadFlows } from '../../src/guidance/flows.ts';
import { countPaths } from '../../src/guidance/paths.ts';
import { findBrowser, openBrowser, violations } from '../support/browser.ts';
import { temporaryFolder } from '../support/databases.ts';
import { shippedFlows } from '../support/flows.ts';
import { runCommand } from '../support/program.ts';

const today = '2026-11-22';
const shipped = shippedFlows();
const book = drawBook(shipped, today);

/** What the reader sees of the path tables, by the number of each: where its rows lead. */
function pathTables(html: string): Map<string, { row: string; end?: string; on?: string }[]> {
  const tables = html.matchAll(/<table class="paths" id="p([\d.]+)">(.*?)<\/table>/gs);
  return new Map(
    [...tables].map(([, number, inside]) => {
      const rows = [...inside!.matchAll(/<tr><th scope="row">\d+<\/th>(.*?)<\/tr>/gs)].map(([, row]) => {
        const end = /class="end"><a href="#n([\d.]+)"/.exec(row!)?.[1];
        const on = /class="on">.*<a href="#p([\d.]+)"/s.exec(row!)?.[1];
        assert.ok((end === undefined) !== (on === undefined), row!);
        return { row: row!, ...(end && { end }), ...(on && { on }) };
      });
      return [number!, rows] as const;
    }),
  );
}

/** The chapter of a flow, as it stands in the book. */
function chapterOf(html: string, flow: Flow): string {
  const chapters = html.split('<section class="chapter"');
  return chapters.find((chapter) => chapter.includes(`<code>${flow.id}</code>, version`))!;
}

/** Whole paths from a table on, counted from what is printed and nothing else. */
function countFrom(tables: ReturnType<typeof pathTables>, number: string): number {
  return tables.get(number)!.reduce((sum, { on }) => sum + (on === undefined ? 1 : countFrom(tables, on)), 0);
}

const numbersIn = (row: string) => [...row.matchAll(/href="#n([\d.]+)"/g)].map(([, number]) => number!);

for (const flow of shipped.flows.values())
  test(`${flow.id}: its whole paths can be counted from the tables alone`, () => {
    const chapter = chapterOf(book, flow);
    const start = /Börjar i tabell ([\d.]+)\./.exec(chapter)![1]!;
    assert.equal(countFrom(pathTables(book), start), countPaths(flow));
    const ending = [...chapter.matchAll(/<tr>.*?href="#p[\d.]+".*?<\/tr>/g)].flatMap(([row]) => {
      const counts = [...row.matchAll(/class="n">(\d+)</g)].map(([, count]) => Number(count));
      return counts.length === 4 ? [counts] : [];
    });
    assert.equal(
      ending.reduce((sum, [to, rows]) => sum + to! * rows!, 0),
      countPaths(flow),
    );
    assert.match(chapter, new RegExp(`Vägledningen har ${countPaths(flow)} hela vägar`));
  });

test('no table repeats another: each node stands once, and its answers are walked in one path table only', () => {
  const nodes = [...book.matchAll(/<table class="node" id="n([\d.]+)"/g)].map(([, number]) => number!);
  assert.equal(new Set(nodes).size, nodes.length);
  const homes = new Map<string, string>();
  for (const [table, rows] of pathTables(book)) {
    assert.equal(new Set(rows.map(({ row }) => row)).size, rows.length, `two rows of V ${table} are the same`);
    const walked = new Set([
      table,
      ...rows.flatMap(({ row, end }) => numbersIn(row).filter((number) => number !== end)),
    ]);
    for (const number of walked) {
      assert.equal(homes.get(number) ?? table, table, `${number} is walked in V ${homes.get(number)} and V ${table}`);
      homes.set(number, table);
    }
  }
  const bodies = [...book.matchAll(/<table class="node" id="n[\d.]+">.*?<tbody>(.*?)<\/tbody>/gs)].map(
    ([, body]) => body,
  );
  assert.equal(new Set(bodies).size, bodies.length, 'two tables say the same');
});

test('every text of every flow and of every source it cites stands in the book', () => {
  const texts: string[] = [];
  const collect = (part: unknown): void => {
    if (typeof part !== 'object' || part === null) return;
    if ('sv' in part && typeof part.sv === 'string') texts.push(part.sv, (part as unknown as { en: string }).en);
    for (const inner of Object.values(part)) collect(inner);
  };
  for (const flow of shipped.flows.values()) collect(flow);
  // Most texts stand between two tags by themselves, and are found at once.
  const whole = new Set(book.split(/<[^>]*>/));
  for (const text of new Set(texts)) assert.ok(whole.has(escaped(text)) || book.includes(escaped(text)), text);
});

const escaped = (text: string) =>
  text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;');

/** The small flows of these tests in a folder of their own, to be changed. */
function someFlows() {
  const folder = join(temporaryFolder(), 'flows');
  cpSync('test/support/flows', folder, { recursive: true });
  const path = (file: string) => join(folder, file);
  const change = (file: string, from: string | RegExp, to: string) => {
    const before = readFileSync(path(file), 'utf8');
    assert.match(before, from instanceof RegExp ? from : new RegExp(RegExp.escape(from)));
    writeFileSync(path(file), before.replace(from, to));
  };
  return { folder, change, path, draw: () => drawBook(loadFlows(folder), today) };
}

test('a lawyer signs what the book says to write, and the book shows it until the flow changes', () => {
  const { change, draw } = someFlows();
  const first = draw();
  assert.match(first, /Aldrig godkänd/);
  const line = /<pre>(checked: .*?)<\/pre>/.exec(first)![1]!.replaceAll('&quot;', '"');
  change('account.yaml', /checked: .*/, line.replace('ÅÅÅÅ-MM-DD', '2026-12-01').replace('Namn', 'Karin Ek'));
  const signed = draw();
  assert.match(signed, /Godkänd av Karin Ek 2026-12-01 för den här versionen/);
  assert.doesNotMatch(signed, /INAKTUELL/);
  change('account.yaml', 'sv: Vad vill du göra?', 'sv: Vad vill du göra nu?');
  const changed = draw();
  const version = /version: "([0-9a-f]{12})/.exec(line)![1]!;
  assert.match(changed, new RegExp(`INAKTUELL: godkänd av Karin Ek 2026-12-01 för version ${version}`));
  assert.doesNotMatch(changed, /för den här versionen/);
});

test('what is the same in two flows is printed once, whatever it is called, and referred to afterwards', () => {
  const { change, path, draw } = someFlows();
  const other = readFileSync(path('account.yaml'), 'utf8')
    .replace('id: account', 'id: other')
    .replaceAll(/\bnot-ready\b(?!\n {4}text)/g, 'waiting')
    .replace('outcome: waiting', 'outcome: not-ready')
    .replace('sv: Vad vill du göra?', 'sv: Vad gäller det?');
  writeFileSync(path('other.yaml'), other);
  const html = draw();
  assert.match(html, /<b>1\.\d<\/b> Utfall .*<code>not-ready<\/code> även .*<code>other: waiting<\/code>/);
  assert.equal(
    html.match(/<table class="node" id="n2\./g)?.length,
    1,
    'only the question that differs is printed again',
  );
  const tables = pathTables(html);
  assert.equal(countFrom(tables, '1.1'), 6);
  assert.equal(countFrom(tables, '2.1'), 6);
  change('other.yaml', 'sv: Inte än.', 'sv: Vänta.');
  assert.equal(draw().match(/<table class="node" id="n2\./g)?.length, 3, 'and what leads to another text as well');
});

test('an answer that the municipality lacks the ground for is marked with what happens then', () => {
  const { change, draw } = someFlows();
  const lacking =
    /Kräver att kommunen har ett gallringsbeslut\. Annars visas svaret inte, och kvar står ”Starta”, ”Fråga”, ”Vet inte”\. Provkommunen (saknar|har) ett gallringsbeslut i dag\./;
  assert.equal(lacking.exec(draw())?.[1], 'saknar');
  change(
    'municipality.yaml',
    'disposal-decision: null',
    'disposal-decision: [{ says: { sv: Allt, en: All }, decided: i dag }]',
  );
  assert.equal(lacking.exec(draw())?.[1], 'har');
});

test('sources stand once with how well they are known, marked where nobody has read them and where they are overdue', () => {
  const { change, draw } = someFlows();
  change('sources.yaml', /review: 2027-11-22(?![\s\S]*review)/, 'review: 2026-11-21');
  const html = draw();
  assert.equal(html.match(/<tr id="s\d+">/g)?.length, 2);
  assert.match(html, /href="#s2">\[2\]<\/a> 1 § Lagen <em>\(ingen har läst texten/);
  assert.match(
    html,
    /<tr id="s2">.*1 § Lagen.*Något\..*lag.*2019-01-01.*ingen har läst texten.*<strong>2026-11-21 försenad/s,
  );
});

test('nothing in a flow, a source or a municipality can become a part of the page', () => {
  const { change, draw } = someFlows();
  const nasty = `'<script>alert("x")</script> & mer'`;
  change('account.yaml', 'sv: Starta ett konto', `sv: ${nasty}`);
  change('account.yaml', 'sv: Syfte', `sv: ${nasty}`);
  change('sources.yaml', 'sv: Husregel', `sv: ${nasty}`);
  change('municipality.yaml', 'Provkommunen', nasty);
  const html = draw();
  assert.doesNotMatch(html, /<script/);
  assert.match(html, /&lt;script&gt;alert\(&quot;x&quot;\)&lt;\/script&gt; &amp; mer/);
});

test('the command writes the book to the file that is named', async () => {
  const file = join(temporaryFolder(), 'book.html');
  const { code, stdout } = await runCommand('src/flows.ts', ['--book', file], { FLOWS: 'test/support/flows' });
  assert.equal(code, 0);
  assert.match(stdout, /book\.html: 1 flows/);
  assert.match(readFileSync(file, 'utf8'), /^<!doctype html>\n<html lang="sv">/);
});

test('the book is accessible, in order, and prints', { skip: findBrowser() === undefined }, async () => {
  const browser = await openBrowser();
  for (const flows of [loadFlows('test/support/flows'), alone('start-account')]) {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    await page.setContent(drawBook(flows, today));
    assert.deepEqual(await violations(page), []);
    const broken = await page.evaluate(
      `[...document.querySelectorAll('a')].map((a) => a.getAttribute('href')).filter((to) => !document.getElementById(to.slice(1)))`,
    );
    assert.deepEqual(broken, []);
    assert.equal(
      await page.evaluate(`document.querySelectorAll('th:not([scope]), table:not(:has(caption))').length`),
      0,
    );
    assert.equal(await page.evaluate('document.documentElement.scrollWidth > innerWidth'), false);
    const screens = process.env.SCREENS;
    await page.pdf({ format: 'A4', ...(screens && { path: join(screens, `book ${[...flows.flows.keys()]}.pdf`) }) });
    await page.close();
  }
});

/** A shipped flow without the others; it then offers none of them. */
function alone(id: string): Flows {
  const flow = structuredClone(shipped.flows.get(id)!);
  for (const node of Object.values(flow.nodes)) if ('outcome' in node) delete node.then;
  return { ...shipped, flows: new Map([[id, flow]]) };
}
