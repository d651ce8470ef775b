import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertWellFormed, readDocx } from '../../support/docx.ts';
import { Browser, startProgram } from '../../support/program.ts';

const program = await startProgram();
const small = await startProgram({ FLOWS: 'test/support/papers' });

async function reached(flow: string, options: string[], { address } = program): Promise<Browser> {
  const anna = new Browser(address);
  await anna.get('/');
  await anna.press('start', flow);
  await anna.answers(...options);
  return anna;
}

const toRefusal = ['made', 'no', 'closed', 'facts', 'pupil-health', 'not-clear', 'no'];
const toCondition = ['incoming', 'none', 'business', 'reason', 'condition'];

/** The text in the box on the page, as it is copied. */
function boxOf({ html }: Browser): string {
  const box = /<pre id="[a-z-]+-text" lang="sv"[^>]*>(.*?)<\/pre>/s.exec(html)?.[1] ?? '';
  return box
    .replaceAll(/<\/?mark>/g, '')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replaceAll('&amp;', '&');
}

const linkIn = ({ html }: Browser) => /<a href="(\/drafts\/[^"]+)"/.exec(html)?.[1] ?? '';

for (const [kind, name, flow, options, house] of [
  ['refusal', 'UTKAST till beslut om att inte lämna ut handlingar', 'is-it-public', toRefusal, program],
  ['condition', 'UTKAST till beslut om att lämna ut handlingar med förbehåll', 'is-it-public', toCondition, program],
  [
    'disposal-decision',
    'UTKAST till beslut om gallring av handlingar av tillfällig eller ringa betydelse',
    'papers',
    ['no-decision'],
    small,
  ],
  ['register-entry', 'Uppgifter till diariet', 'papers', ['arrived'], small],
] as const)
  test(`a colleague takes the ${kind} along as a Word file that says just what the page says`, async () => {
    const anna = await reached(flow, [...options], house);
    const text = boxOf(anna);
    const number = /VGL-\d{4}-\d{5}/.exec(anna.html)?.[0];
    const response = await anna.get(linkIn(anna));
    assert.equal(response.status, 200);
    assert.equal(
      response.headers.get('content-type'),
      'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    );
    assert.equal(response.headers.get('cache-control'), 'private, no-store');
    const disposition = response.headers.get('content-disposition') ?? '';
    assert.match(disposition, /^attachment; /);
    const saved =
      /filename\*=UTF-8''([^;]+)/.exec(disposition)?.[1] ?? /filename="([^"]+)"/.exec(disposition)?.[1] ?? '';
    assert.equal(decodeURIComponent(saved), `${name} ${number}.docx`);

    const file = Buffer.from(await response.arrayBuffer());
    assert.ok(file.length < 16_000, `${file.length} bytes`);
    const { parts, paragraphs, document, styles, core } = readDocx(file);
    for (const [name, xml] of parts) assertWellFormed(xml, name);
    assert.equal(
      paragraphs
        .map(({ item, style, text }) => (item ? `- ${text}` : style === 'Heading2' ? text.toUpperCase() : text))
        .join('\n'),
      text.trim().replaceAll(/\n+/g, '\n'),
    );
    assert.deepEqual(
      paragraphs.flatMap(({ marked }) => marked),
      text.match(/\[fyll i: [^\]]*\]/g),
      'all that is to be filled in is marked, and nothing else',
    );
    const headings = paragraphs.filter(({ style }) => style.startsWith('Heading'));
    assert.deepEqual([headings[0]?.style, headings[0]?.text], ['Heading1', name]);
    const levels = headings.map(({ style }) => Number(style.at(-1)));
    assert.ok(
      levels.every((level, i) => level <= (levels[i - 1] ?? 0) + 1 && (i === 0 || level > 1)),
      `${levels}`,
    );
    assert.match(styles, /<w:lang w:val="sv-SE"\/>/);
    assert.match(document, /<w:pgSz w:w="11906" w:h="16838"/);
    assert.match(core, new RegExp(`<dc:title>${name}</dc:title>.*<dc:description>${number}</dc:description>`));
    const apart = paragraphs.filter(({ newPage }) => newPage).map(({ text }) => text);
    assert.match(apart.join(), kind === 'register-entry' ? /^$/ : /^Innan (du skriver under|beslutet fattas)$/);
  });

test('what the person is told first stays apart from the decision, and a long draft is folded', async () => {
  const anna = await reached('is-it-public', toRefusal);
  const say = /<blockquote id="say-text">(.*?)<\/blockquote>/s.exec(anna.html)?.[1] ?? '';
  assert.match(say, /skriftligt beslut/);
  assert.ok(!boxOf(anna).includes(say));
  assert.match(anna.html, /<details><summary>Visa utkastet<\/summary><pre id="refusal-text"/);
  const short = await reached('papers', ['secret'], small);
  assert.doesNotMatch(short.html, /<details><summary>Visa utkastet/);
});

test('nobody else gets it, and where there is no such draft that is said in words', async () => {
  const anna = await reached('is-it-public', toRefusal);
  const link = linkIn(anna);
  const { session } = anna.carried;
  const berit = new Browser(program.address);
  for (const [who, path, said] of [
    [berit, link, /hör till någon annan/],
    [anna, `/drafts/condition?session=${session}`, /leder inte till något sådant utkast/],
    [anna, `/drafts/nothing?session=${session}`, /leder inte till något sådant utkast/],
    [anna, '/drafts/refusal', /finns inte/],
    [anna, '/drafts/refusal?session=00000000-0000-0000-0000-000000000000', /finns inte/],
    [anna, '/drafts/refusal?session=../../etc/passwd', /finns inte/],
  ] as const) {
    const response = await who.get(path);
    assert.equal(response.status, 404, path);
    assert.match(response.headers.get('content-type') ?? '', /^text\/html/);
    assert.match(who.html, said, path);
  }
  await anna.get(`/?session=${session}`);
  await anna.press('back');
  assert.equal((await anna.get(link)).status, 404, 'the outcome was undone');
  const released = await reached('is-it-public', ['incoming', 'none', 'none']);
  assert.equal(linkIn(released), '');
});
