import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { sql } from 'kysely';
import { extractText, getDocumentProxy } from 'unpdf';
import { type Act, converse } from '../../src/guidance/conversation.ts';
import type { Guidance } from '../../src/guidance/guidance.ts';
import type { Content } from '../../src/record/entry.ts';
import { numberOf } from '../../src/record/number.ts';
import { recognise } from '../../src/record/person.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice, type Seat } from './office.ts';

const care = 'Vård och omsorg';

/** Somebody asks; then each of these acts, and each of these entries. @returns their record. */
async function ask(guidance: Guidance, name: string, options: string[], acts: Act[] = [], more: Content[] = []) {
  const person = recognise(guidance.keys.person, 'web', 'T1', name);
  const start: Act = { verb: 'start', flow: 'is-it-public', given: options };
  const { view } = await converse(guidance, { person, language: 'sv' }, undefined, start);
  const session = 'session' in view ? view.session : '';
  const read = async () => (await guidance.log.read(session))!;
  for (const act of acts) {
    const { entries } = await read();
    await converse(guidance, { person, language: 'sv' }, { session, seq: entries.length }, act);
  }
  for (const content of more) await guidance.log.append(session, await read(), [content], guidance.now());
  const { id, entries } = await read();
  return { number: numberOf(id), session, entries, hash: person.hash };
}

async function fetchPdf({ address, member, language }: Seat, number: string) {
  const headers = { 'x-member': encodeURIComponent(member.id), 'accept-language': language };
  const response = await fetch(`${address}/review/${number}.pdf`, { headers });
  return { response, file: new Uint8Array(await response.arrayBuffer()) };
}

/** The file as a reader has it: its text with the lines joined, its pages, and what it says of itself. */
async function open(file: Uint8Array) {
  const document = await getDocumentProxy(file.slice());
  const { text } = await extractText(document);
  const trees = await Promise.all(
    text.map(async (_, i) => (await document.getPage(i + 1)).getStructTree() as Promise<Tree>),
  );
  const { info, metadata } = await document.getMetadata();
  return {
    pages: text,
    text: squeeze(text.map((page) => page.replace(/VGL-[\d-]+ · \S+\s+\d+ \(\d+\)$/, '')).join(' ')),
    roles: trees.flatMap(rolesIn),
    languages: new Set(trees.flatMap(languagesIn)),
    contents: ((await document.getOutline()) as { title: string }[]).map(({ title }) => title),
    info: info as Record<string, unknown>,
    metadata: metadata as { get(name: string): string },
    raw: Buffer.from(file).toString('latin1'),
  };
}

interface Tree {
  role?: string;
  lang?: string;
  children?: Tree[];
}

const rolesIn = ({ role, children = [] }: Tree): string[] => [...(role ? [role] : []), ...children.flatMap(rolesIn)];
const languagesIn = ({ lang, children = [] }: Tree): string[] => [
  ...(lang ? [lang] : []),
  ...children.flatMap(languagesIn),
];

/** Where a line or a page ends is no part of what is said. */
const squeeze = (text: string) => text.replace(/\s+/g, '');

describe('a record as PDF', { concurrency: 1 }, async () => {
  const { guidance, clock } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const office = await openOffice(guidance);
  const rut = office.seat(memberOf('Rut & <Bo>', ['reviewer', 'archivist']));
  const nina = office.seat(memberOf('Nina', ['reviewer'], { units: [care] }));
  const by = { id: 'x', name: 'Åsa Öberg', role: 'registrar' } as const;
  const whole = await ask(
    guidance,
    'Kim',
    ['incoming', 'none', 'none'],
    [{ verb: 'label', label: 'Łódź 🦊 – ”bron” ’é’ § 3' }, { verb: 'back' }],
    [
      { kind: 'ask', node: 'what', question: 'Vad är det?', words: 'Hur gör jag nu?' },
      { kind: 'reply', answers: true, words: 'Så här gör du.', by },
      { kind: 'comment', words: 'Bra gjort.', by },
      { kind: 'hold', held: true, why: 'Överklagat.', by },
    ],
  );
  const ended = await ask(guidance, 'Lo', ['unsure'], [], [{ kind: 'unit', unit: care }]);
  await rut.send(`/review/${ended.number}`, { do: 'correct', should: 'release', words: 'Därför.', seq: '4' });

  test('all that was shown and added stands in it, word for word, with law, path and seal', async () => {
    for (const { number, session } of [whole, ended]) {
      const { response, file } = await fetchPdf(rut, number);
      assert.deepEqual(
        [response.status, response.headers.get('content-type'), response.headers.get('content-disposition')],
        [200, 'application/pdf', `attachment; filename=${number}.pdf`],
      );
      const { text } = await open(file);
      const { entries } = (await guidance.log.read(session))!;
      for (const said of entries.flatMap(({ content }) => saidIn(content)))
        assert.ok(text.includes(squeeze(said)), said);
      for (const said of ['(valdes)', '(svensk tid)', 'Lagen bakom frågan', 'Allt i vägledningen är som det skrevs'])
        assert.ok(text.includes(squeeze(said)), said);
    }
    const { text } = await open((await fetchPdf(rut, ended.number)).file);
    for (const said of ['Det borde ha blivit: Lämna ut handlingen', 'Rut & <Bo> (granskare)', 'Därför.', care])
      assert.ok(text.includes(squeeze(said)), said);
    const open2 = await open((await fetchPdf(rut, whole.number)).file);
    for (const said of [
      'Vägledningen är inte avslutad',
      'Exempelkommun:',
      'Svaret ångrades',
      'Hur gör jag nu?',
      'Åsa Öberg (registrator)',
      'Undantogs från gallring',
      // What the font lacks is told by its number.
      'Łódź [U+1F98A] – ”bron” ’é’ § 3',
    ])
      assert.ok(open2.text.includes(squeeze(said)), said);
    assert.ok(!open2.raw.includes(whole.hash) && !open2.text.includes(whole.hash));
  });

  test('it is tagged, has headings, pages that are numbered, a title and a language, and is made as PDF/A', async () => {
    const { file } = await fetchPdf(rut, whole.number);
    const { pages, roles, contents, info, metadata, languages, raw } = await open(file);
    assert.ok(pages.length > 1);
    pages.forEach((page, i) => {
      assert.match(page, new RegExp(`${whole.number} · Exempelkommunen\\s+${i + 1} \\(${pages.length}\\)`));
    });
    for (const role of ['Document', 'H1', 'H2', 'H3', 'P', 'L', 'LI', 'Lbl', 'LBody', 'BlockQuote'])
      assert.ok(roles.includes(role), role);
    assert.equal(roles.filter((role) => role === 'H1').length, 1);
    assert.deepEqual(languages, new Set(['sv-SE']));
    assert.deepEqual(contents.slice(0, 2), ['I korthet', 'Så här gick det till']);
    assert.match(String(info.Title), new RegExp(`^${whole.number}: Är det en allmän handling`));
    assert.deepEqual([info.Author, info.Language], ['Exempelkommunen', 'sv-SE']);
    assert.equal(metadata.get('dc:title'), info.Title);
    assert.deepEqual([metadata.get('pdfaid:part'), metadata.get('pdfaid:conformance')], ['2', 'A']);
    assert.ok(/\/Marked true/.test(raw) && /\/S \/GTS_PDFA1/.test(raw));
    // Every font is within it.
    assert.equal(raw.match(/\/Type \/FontDescriptor/g)?.length, raw.match(/\/FontFile2? /g)?.length);
  });

  test('the same record is the same file, and in another language another one', async () => {
    const hash = async () =>
      createHash('sha256')
        .update((await fetchPdf(rut, ended.number)).file)
        .digest('hex');
    const first = await hash();
    clock.now = new Date('2026-11-24T09:00:00Z');
    assert.equal(await hash(), first);
    rut.language = 'en';
    const { text, languages, info } = await open((await fetchPdf(rut, ended.number)).file);
    rut.language = 'sv';
    assert.ok(text.includes(squeeze('All of this guidance is as it was written. ')));
    // What was shown was shown in Swedish.
    assert.deepEqual([languages, info.Language], [new Set(['en-GB', 'sv-SE']), 'en-GB']);
  });

  test('taking it along is kept, except one’s own; who may not gets none, in the words of the console', async () => {
    const taken = async () => {
      const rows = await guidance.database.query.selectFrom('access').selectAll().execute();
      return rows.filter(({ what }) => what === 'exported').map(({ name, record }) => `${name} ${record}`);
    };
    const before = (await taken()).length;
    const self = office.seat(memberOf('Själv', ['staff'], { own: [whole.hash] }));
    assert.equal((await fetchPdf(self, whole.number)).response.status, 200);
    assert.match((await self.get(`/review/${whole.number}`)).html, /Spara som PDF/);
    assert.equal((await fetchPdf(self, ended.number)).response.status, 404);
    assert.equal((await taken()).length, before);
    assert.equal((await fetchPdf(nina, ended.number)).response.status, 200);
    assert.deepEqual((await taken()).at(-1), 'Nina 20260000002');
    const told = await nina.get('/review/VGL-2026-09999');
    for (const path of [`${whole.number}.pdf`, 'VGL-2026-09999.pdf', 'VGL-.pdf', 'VGL-%00.pdf']) {
      const { status, html } = await nina.get(`/review/${path}`);
      assert.equal(status, 404, path);
      assert.equal(/<main.*<\/main>/s.exec(html)![0], /<main.*<\/main>/s.exec(told.html)![0]);
    }
    // The auditor changes nothing, and takes along what is read, like others.
    const auditor = office.seat(memberOf('Revisor', ['auditor']));
    assert.match((await auditor.get(`/review/${ended.number}`)).html, /\.pdf/);
    assert.equal((await fetchPdf(auditor, ended.number)).response.status, 200);
    assert.deepEqual((await taken()).at(-1), 'Revisor 20260000002');
  });

  test('one that was disposed of, and one that somebody has altered, say so', async () => {
    const { query } = guidance.database;
    const gone = await ask(guidance, 'Mio', ['unsure'], [], [{ kind: 'dispose', basis: 'Beslut KS 2026/7' }]);
    await query.deleteFrom('entry_content').where('session', '=', gone.session).where('seq', '<', 4).execute();
    const disposed = await open((await fetchPdf(rut, gone.number)).file);
    for (const said of ['Vägledningen är gallrad.', 'Innehållet finns inte kvar', 'Beslut KS 2026/7'])
      assert.ok(disposed.text.includes(squeeze(said)), said);
    await sql`drop trigger entry_content_no_update`.execute(query);
    const altered = { content: '{"kind":"nonsense"}' };
    await query
      .updateTable('entry_content')
      .set(altered)
      .where('session', '=', ended.session)
      .where('seq', '=', 2)
      .execute();
    const { text } = await open((await fetchPdf(rut, ended.number)).file);
    for (const said of ['Något är inte som det skrevs', "entry 2 can't be read any more"])
      assert.ok(text.includes(squeeze(said)), said);
  });
});

/** All words in an entry that somebody was shown or wrote. */
function saidIn(content: Content | null): string[] {
  switch (content?.kind) {
    case 'start':
      return [content.title, ...(content.notices ?? [])];
    case 'answer':
      return [
        content.question,
        content.help ?? '',
        content.label,
        ...content.offered.flatMap(({ label, hint = '' }) => [label, hint]),
      ];
    case 'outcome':
      return [
        ...[content.title, content.text, content.clock, content.why ?? '', content.say ?? '', content.uncertain ?? ''],
        ...content.do,
        ...content.cites.flatMap(({ title, says }) => [title, says]),
      ];
    case 'ask':
      return [content.question, content.words ?? ''];
    case 'reply':
    case 'comment':
      return [content.words, content.by?.name ?? ''];
    case 'review':
    case 'hold':
      return [content.why ?? '', content.by.name];
    default:
      return [];
  }
}
