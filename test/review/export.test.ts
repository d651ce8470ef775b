import assert from 'node:assert/strict';
import { readdirSync, utimesSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import fc from 'fast-check';
import { strFromU8, unzipSync } from 'fflate';
import { fileOf } from '../../src/database/database.ts';
import { openStorage } from '../../src/database/storage.ts';
import { converse } from '../../src/guidance/conversation.ts';
import type { Guidance } from '../../src/guidance/guidance.ts';
import { recognise } from '../../src/record/person.ts';
import { harmless, writeCsv } from '../../src/review/exportcsv.ts';
import type { Export } from '../../src/review/exports.ts';
import type { Cell } from '../../src/review/exporttable.ts';
import { writeXlsx } from '../../src/review/exportxlsx.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice, type Seat } from './office.ts';

const care = 'Vård och omsorg';
const school = 'Skola och förskola';

const houses = await databases();

/** What somebody might write to have another person's program for sheets do something. */
const tricks = [
  '=1+1',
  '+1',
  '-1',
  '@SUM(A1)',
  '\t=1',
  '\r=1',
  '\n=1',
  '  =1',
  '\u00a0=1',
  '\u200b=1',
  '\ufeff=1',
  '\u0000=1',
  '＝1',
  '－1',
  "=cmd|' /C calc'!A0",
  '|calc',
  '=HYPERLINK("https://evil.example";"Klicka")',
];

test('no text in a CSV file can be taken for a formula, whatever stands before its first sign', () => {
  for (const trick of tricks) assert.equal(harmless(trick), `'${trick}`, JSON.stringify(trick));
  for (const plain of ['Ärendet om bron', 'a=1', 'VGL-2026-00001', '2026-11-22', '"=1', '§ 3', ''])
    assert.equal(harmless(plain), plain);
  const blank = fc.string({
    unit: fc.constantFrom(...' \t\r\n\u0000\u0001\u001f\u00a0\u200b\u200e\u2028\u3000\ufeff'),
  });
  fc.assert(
    fc.property(
      blank,
      fc.constantFrom('=', '+', '-', '@', '＝', '＋', '－', '＠'),
      fc.string(),
      (before, sign, rest) => {
        assert.ok(harmless(before + sign + rest).startsWith("'"));
      },
    ),
  );
});

test('CSV opens in a Swedish Excel as it is, and where commas part the cells no text begins a new one', async () => {
  const rows: Cell[][] = [
    ['VGL-2026-00001', 'a,=1+1', 'x;=1', '"=1"', 'rad\r\n=1', { time: '2026-07-01T22:30:00.000Z' }, 3, null],
    ['VGL-2026-00002', 'tab\t=1', 'å', '', '-', { time: '2026-01-01T12:00:00.000Z' }, 0, null],
  ];
  const csv = (await Array.fromAsync(writeCsv(['=Nummer', 'b'], portions(rows)))).join('');
  assert.equal(
    csv,
    '\ufeff\'=Nummer;b\r\nVGL-2026-00001;"a,=1+1";"x;=1";"""=1""";"rad\r\n=1";2026-07-02 00:30:00;3;\r\n' +
      'VGL-2026-00002;"tab\t=1";å;;\'-;2026-01-01 13:00:00;0;\r\n',
  );
});

test('in an Excel workbook all text is text, moments are moments, and a full sheet goes on in the next', async () => {
  const odd = ['_x0041_', 'a\u0001b', '\ud800', '<&">', ' två  blanksteg ', '🦊'];
  const rows = [...tricks, ...odd].map((text, i): Cell[] => [
    text,
    i,
    { time: '2026-11-22T09:00:00.000Z' },
    null,
    'sist',
  ]);
  const file = Buffer.concat(await Array.fromAsync(writeXlsx('Lista & <mer>', ['=Rubrik'], portions(rows), 11)));
  const parts = unzipSync(file);
  const sheets = Object.keys(parts).filter((path) => /sheet\d+\.xml$/.test(path));
  assert.equal(sheets.length, Math.ceil(rows.length / 10));
  const xml = sheets.map((path) => strFromU8(parts[path]!)).join('');
  assert.doesNotMatch(xml, /<f[ >]|t="str"|t="shared"/);
  const texts = [...xml.matchAll(/<c r="A\d+" s="([13])" t="inlineStr"><is><t xml:space="preserve">([^<]*)<\/t>/g)];
  assert.deepEqual(
    texts.filter(([, style]) => style === '1').map(([, , text]) => unescapeXml(text!)),
    [...tricks.map((text) => text.replace('\u0000', '')), '_x005F_x0041_', 'ab', '\ufffd', ...odd.slice(3)],
  );
  assert.match(xml, /<c r="C2" s="2"><v>46348\.416666667<\/v><\/c><c r="E2" s="1"/);
  assert.match(strFromU8(parts['xl/workbook.xml']!), /name="Lista &amp; &lt;mer&gt; 2" sheetId="2" r:id="rId2"/);
  assert.match(strFromU8(parts['xl/styles.xml']!), /quotePrefix="1"/);
});

async function* portions(rows: Cell[][]) {
  for (let i = 0; i < rows.length; i += 4) yield rows.slice(i, i + 4);
}

function unescapeXml(text: string): string {
  const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"' };
  return text.replace(/&(\w+);/g, (_, name: string) => signs[name]!);
}

/** Somebody in this unit asks, and gives what they asked a heading. @returns the hash that the log knows them by. */
async function ask(guidance: Guidance, name: string, unit: string, label: string, options: string[]): Promise<string> {
  const who = { person: recognise(guidance.keys.person, 'web', 'T1', name), language: 'sv' as const };
  const { view } = await converse(guidance, who, undefined, { verb: 'start', flow: 'is-it-public', given: options });
  const session = 'session' in view ? view.session : '';
  const { entries } = (await guidance.log.read(session))!;
  await converse(guidance, who, { session, seq: entries.length }, { verb: 'label', label });
  await guidance.log.append(session, (await guidance.log.read(session))!, [{ kind: 'unit', unit }], guidance.now());
  return who.person.hash;
}

/** Begins an export and waits for the page to offer its file. */
async function take(seat: Seat, format: string, query = '') {
  const begun = await seat.send('/review/exports', { format, query });
  // What was chosen stays chosen.
  assert.deepEqual(
    [begun.status, begun.location],
    [303, `/review/exports${query && '?'}${query.replaceAll('%20', '+')}`],
    begun.html,
  );
  const html = await settled(seat);
  const path = /href="(\/review\/exports\/[\w-]+\/file)"/.exec(html)?.[1] ?? assert.fail(html);
  const response = await fetch(seat.address + path, { headers: { 'x-member': encodeURIComponent(seat.member.id) } });
  assert.equal(response.status, 200);
  return { path, name: response.headers.get('content-disposition'), body: Buffer.from(await response.arrayBuffer()) };
}

/** The page of exports when none is under way any more. */
async function settled(seat: Seat): Promise<string> {
  for (;;) {
    const { html } = await seat.get('/review/exports');
    if (!html.includes('/stop"')) return html;
    await wait(20);
  }
}

for (const { name, fresh } of houses)
  describe(`exports, on ${name}`, { concurrency: 1 }, async () => {
    const url = await fresh();
    const { guidance, clock } = await openHouse(url);
    const office = await openOffice(guidance);
    const rut = office.seat(memberOf('Rut', ['registrar']));
    const nina = office.seat(memberOf('Nina', ['reviewer'], { units: [care] }));
    const auditor = office.seat(memberOf('Revisor', ['auditor']));
    const hashes = [
      await ask(guidance, 'Kim', care, '=1+1;"å"', ['incoming', 'none', 'none']),
      await ask(guidance, 'Lo', school, 'Bron', ['unsure']),
      await ask(guidance, 'Mio', care, 'Vägen', ['incoming']),
    ];
    const exported = async () => {
      const rows = await guidance.database.query.selectFrom('access').selectAll().orderBy('id').execute();
      return rows.filter(({ what }) => what === 'exported').map((row) => `${row.name} ${row.detail}`);
    };

    test('from the queue, the chosen records come along as CSV, without saying who asked', async () => {
      const { html } = await rut.get('/review?outcome=ask-registrar');
      assert.match(html, /href="\/review\/exports\?outcome=ask-registrar"/);
      assert.match(
        (await rut.get('/review/exports?outcome=ask-registrar')).html,
        /Det här tas med:<\/b> med resultatet ”Fråga registratorn”\./,
      );
      const all = await take(rut, 'csv');
      assert.equal(all.name, 'attachment; filename=isitpublic-2026-11-22.csv');
      const [head, ...rows] = all.body.toString().trimEnd().split('\r\n');
      assert.match(head!, /^\ufeffNummer;Vägledning, kod;|^\ufeffNummer;"Vägledning, kod";/);
      assert.deepEqual(
        rows.map((row) => row.split(';')[0]),
        ['VGL-2026-00003', 'VGL-2026-00002', 'VGL-2026-00001'],
      );
      assert.match(rows[2]!, /;2026-11-22 10:00:00;.*;"'=1\+1;""å"""$/);
      assert.match(rows[1]!, new RegExp(`;webben;${school};klar;ask-registrar;Fråga registratorn;`));
      for (const hash of hashes) assert.ok(!all.body.includes(hash));
      for (const who of ['Kim', 'Mio']) assert.ok(!all.body.includes(who));
      await rut.send(all.path.replace('/file', '/remove'), {});
      const few = await take(rut, 'csv', 'outcome=ask-registrar');
      assert.equal(few.body.toString().trimEnd().split('\r\n').length, 2);
      await rut.send(few.path.replace('/file', '/remove'), {});
      assert.match((await rut.get('/review/exports')).html, /Du har inga exporter/);
    });

    test('a reviewer takes along what is of their units, whatever was asked for, as lines of JSON', async () => {
      for (const query of ['', `unit=${encodeURIComponent(care)}&unit=${encodeURIComponent(school)}`]) {
        const { body, path, name } = await take(nina, 'jsonl', query);
        assert.match(name!, /\.jsonl$/);
        const rows = body
          .toString()
          .trimEnd()
          .split('\n')
          .map((line) => JSON.parse(line));
        assert.deepEqual(
          rows.map(({ number, unit }) => [number, unit]),
          [
            ['VGL-2026-00003', care],
            ['VGL-2026-00001', care],
          ],
        );
        const { version, flowTitle, ...rest } = rows[1];
        assert.match(version, /^[0-9a-f]{64}$/);
        assert.match(flowTitle, /allmän handling/);
        assert.deepEqual(rest, {
          ...{
            number: 'VGL-2026-00001',
            flow: 'is-it-public',
            platform: 'web',
            status: 'concluded',
            outcome: 'release',
          },
          ...{
            startedAt: '2026-11-22T09:00:00.000Z',
            endedAt: '2026-11-22T09:00:00.000Z',
            outcomeTitle: 'Lämna ut handlingen',
          },
          ...{ unit: care, presses: 3, unsure: 0, backs: 0, changes: 0, helped: null, asked: null, reviewed: null },
          ...{ should: null, held: false, label: '=1+1;"å"' },
        });
        await nina.send(path.replace('/file', '/remove'), {});
      }
      const none = await take(nina, 'jsonl', `unit=${encodeURIComponent(school)}`);
      assert.equal(none.body.length, 0);
      await nina.send(none.path.replace('/file', '/remove'), {});
    });

    test('as a workbook, with headings in the language of whoever asked for it', async () => {
      rut.language = 'en';
      const { body, path } = await take(rut, 'xlsx', 'search=bron');
      rut.language = 'sv';
      const sheet = strFromU8(unzipSync(body)['xl/worksheets/sheet1.xml']!);
      assert.equal(sheet.match(/<row /g)?.length, 2);
      assert.match(sheet, />Began \(Swedish time\)<.*>Ask the registrar<.*>Bron<\/t>/s);
      // What is searched for is kept nowhere: not by the program's storage, and not on the page.
      assert.ok((await exported()).includes('Rut xlsx, 1: search=…'));
      const keyv = await guidance.database.query.selectFrom('keyv').selectAll().execute();
      assert.ok(keyv.some(({ key }) => key.includes(rut.member.id)));
      assert.doesNotMatch(JSON.stringify(keyv), /bron/i);
      const { html } = await rut.get('/review/exports');
      assert.doesNotMatch(html, /bron/i);
      assert.match(html, /<p>Alla vägledningar som din roll gäller, med sökord, som inte sparas<\/p>/);
      await rut.send(path.replace('/file', '/remove'), {});
    });

    test('the access log tells who took along how many of what, and the auditor reads it', async () => {
      assert.deepEqual((await exported()).sort(), [
        'Nina jsonl, 0',
        `Nina jsonl, 2: unit=${care}`,
        `Nina jsonl, 2: unit=${care}`,
        'Rut csv, 1: outcome=ask-registrar',
        'Rut csv, 3',
        'Rut xlsx, 1: search=…',
      ]);
      const { html } = await auditor.get('/review/access');
      for (const said of [
        'CSV, 3 rader. Alla vägledningar.',
        'CSV, en rad. Med resultatet ”Fråga registratorn”.',
        'Excel, en rad. Med sökord, som inte sparas.',
        `JSON Lines, 2 rader. ${care}.`,
      ])
        assert.match(html, new RegExp(`exporterade</td>\\s*<td[^>]*>${said}<`));
    });

    test('an export is its member’s alone, for as long as their role reaches all of it', async () => {
      const { path } = await take(nina, 'csv');
      assert.equal((await rut.get(path)).status, 404);
      assert.match((await rut.get(path)).html, /finns inte här/);
      await rut.send(path.replace('/file', '/remove'), {});
      assert.equal((await nina.get(path)).status, 200);
      office.seat(memberOf('Nina', ['reviewer'], { units: [school] }));
      assert.equal((await nina.get(path)).status, 404);
      office.seat(memberOf('Nina', ['administrator']));
      assert.equal((await nina.get(path)).status, 403);
      office.seat(memberOf('Nina', ['reviewer'], { units: [care] }));
      assert.equal((await nina.get(path)).status, 200);
      await nina.send(path.replace('/file', '/remove'), {});
      assert.equal((await nina.get(path)).status, 404);
      for (const odd of [
        '/review/exports/..%2f..%2flog.db/file',
        '/review/exports/x/file',
        `${path.slice(0, -9)}0/file`,
      ])
        assert.equal((await nina.get(odd)).status, 404, odd);
    });

    test('who may not export is neither offered it nor let in; what makes no sense begins nothing', async () => {
      const ada = office.seat(memberOf('Ada', ['administrator']));
      assert.doesNotMatch((await ada.get('/review/mine')).html, /review\/exports/);
      assert.equal((await ada.get('/review/exports')).status, 403);
      assert.equal((await ada.send('/review/exports', { format: 'csv', query: '' })).status, 403);
      assert.equal((await rut.send('/review/exports', { format: 'csv', query: '', token: 'x' })).status, 403);
      const before = (await exported()).length;
      const strange = [
        { format: 'exe', query: '' },
        { format: 'csv', query: 'from=never' },
        { format: 'csv', query: 'status=odd&flow=x' },
        { format: 'csv', query: 'search=ab' },
        { format: 'csv' },
      ];
      for (const fields of strange) {
        const { status, html } = await rut.send('/review/exports', fields as Record<string, string>);
        assert.deepEqual(
          [status, /role="alert">Det gick inte att läsa/.test(html)],
          [422, true],
          JSON.stringify(fields),
        );
      }
      assert.match(await settled(rut), /Du har inga exporter/);
      assert.equal((await exported()).length, before);
    });

    test('the auditor takes along what they read, and it is kept like what others take', async () => {
      assert.match((await auditor.get('/review')).html, /review\/exports/);
      const { path } = await take(auditor, 'csv', 'outcome=release');
      assert.ok((await exported()).includes('Revisor csv, 1: outcome=release'));
      await auditor.send(path.replace('/file', '/remove'), {});
    });

    test('a third at the same time is refused in words; one that is stopped leaves no file', async () => {
      const eva = office.seat(memberOf('Eva', ['archivist']));
      const sent = await Promise.all([1, 2, 3].map(() => eva.send('/review/exports', { format: 'csv', query: '' })));
      assert.deepEqual(sent.map(({ status }) => status).sort(), [303, 303, 409]);
      assert.match(sent.find(({ status }) => status === 409)!.html, /redan två exporter på gång/);
      // The page is loaded again by itself only where its reader asks for that, and until all is done.
      const headers = { 'x-member': encodeURIComponent(eva.member.id) };
      const refresh = async (path: string) => (await fetch(eva.address + path, { headers })).headers.get('refresh');
      assert.equal(await refresh('/review/exports'), null);
      const followed = '/review/exports?outcome=release&follow=yes';
      assert.equal(await refresh(followed), `5; url=${followed}`);
      const { html } = await eva.get('/review/exports');
      const stops = [...html.matchAll(/action="(\/review\/exports\/[\w-]+\/stop)"/g)].map(([, path]) => path!);
      for (const path of stops) await eva.send(path, {});
      const after = await settled(eva);
      assert.equal(after.match(/Stoppad\. Ingen fil finns kvar/g)?.length, stops.length);
      assert.equal(await refresh('/review/exports?follow=yes'), null);
    });

    test('another instance shows what is under way, and can stop it', async (t) => {
      if (name === 'SQLite') return t.skip('it has one instance only');
      const ebba = office.seat(memberOf('Ebba', ['archivist']));
      const elsewhere = (await openOffice(guidance)).seat(ebba.member);
      for (const format of ['csv', 'jsonl']) await ebba.send('/review/exports', { format, query: '' });
      const { html } = await elsewhere.get('/review/exports');
      for (const [, id] of html.matchAll(/action="(\/review\/exports\/[\w-]+)\/stop"/g))
        await elsewhere.send(`${id}/stop`, {});
      const after = await settled(elsewhere);
      // The one that was being written may have been done before it was told.
      assert.match(after, /JSON Lines, 2026-11-22 10:00<\/h3>.*?Stoppad\. Ingen fil finns kvar/s);
      assert.doesNotMatch(after, /Avbruten/);
      for (const [, id] of after.matchAll(/action="(\/review\/exports\/[\w-]+)\/remove"/g))
        await ebba.send(`${id}/remove`, {});
    });

    test('what the program was closed over is told as interrupted, and begun anew with the same filter', async () => {
      const ida = office.seat(memberOf('Ida', ['registrar']));
      const left: Export = {
        ...{ id: '00000000-0000-4000-8000-000000000000', format: 'csv', language: 'sv', query: 'outcome=release' },
        searched: false,
        ...{ units: null, state: 'running', begunAt: '2026-11-22T08:59:00.000Z', seenAt: '2026-11-22T08:59:00.000Z' },
        ...{ rows: 1000, part: 0.5 },
      };
      await openStorage<Export>(guidance.database, 'export', 86_400_000).set(`${ida.member.id}/${left.id}`, left);
      const { html } = await ida.get('/review/exports');
      assert.match(html, /Avbruten, eftersom programmet stängdes/);
      assert.match(html, /name="query" value="outcome=release"><input type="hidden" name="format" value="csv"><button/);
      const { body, path } = await take(ida, 'csv', left.query);
      assert.match(body.toString(), /\r\nVGL-2026-00001;/);
      // Without its words it would be of something else, so that is begun where one searches.
      const storage = openStorage<Export>(guidance.database, 'export', 86_400_000);
      await storage.set(`${ida.member.id}/${left.id}`, { ...left, searched: true });
      const searched = (await ida.get('/review/exports')).html;
      assert.match(searched, /Avbruten.*Sökorden är inte sparade\. Sök igen/s);
      assert.doesNotMatch(searched, />Gör om</);
      await ida.send(path.replace('/file', '/remove'), {});
    });

    test('after a day the file is gone, and the page says so', async (t) => {
      const file = fileOf(url);
      if (file === undefined) return t.skip('the files lie in a folder that is not this test’s alone');
      const una = office.seat(memberOf('Una', ['registrar']));
      const { path } = await take(una, 'csv');
      const folder = join(dirname(file), 'exports');
      const yesterday = Date.now() / 1000 - 90_000;
      for (const found of readdirSync(folder)) utimesSync(join(folder, found), yesterday, yesterday);
      clock.now = new Date('2026-11-23T10:00:00Z');
      const later = await openOffice(guidance);
      const again = later.seat(una.member);
      assert.match((await again.get('/review/exports')).html, /Filen finns inte kvar här/);
      assert.equal((await again.get(path)).status, 404);
      assert.deepEqual(readdirSync(folder), []);
    });
  });
