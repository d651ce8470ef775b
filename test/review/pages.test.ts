import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { BrowserContextOptions, Browser as Chromium, Page } from 'playwright-core';
import { converse, lookAtMessage } from '../../src/guidance/conversation.ts';
import type { Guidance, Visitor } from '../../src/guidance/guidance.ts';
import { list } from '../../src/record/list.ts';
import { numberOf } from '../../src/record/number.ts';
import { recognise } from '../../src/record/person.ts';
import { bySight, findBrowser, openBrowser, violations } from '../support/browser.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice, type Seat } from './office.ts';

const care = 'Vård och omsorg';
const school = 'Skola och förskola';
const script = '<script>document.title="taken"</script><img src=x onerror=alert(1)>"\'&';

const skip = findBrowser() === undefined;
if (skip)
  console.error('SKIPPED: everything in a real browser, since none was found. Get one: apt-get install chromium.');
const screens = process.env.SCREENS;
if (screens) mkdirSync(screens, { recursive: true });

let people = 0;
function visitor({ keys }: Guidance, platform = 'web'): Visitor {
  people += 1;
  return { person: recognise(keys.person, platform, 'T1', `Kim ${people}`), language: 'sv' };
}

interface Story {
  options?: string[];
  platform?: string;
  unit?: string;
  label?: string;
  flow?: string;
  person?: Visitor;
}

/** Somebody asks and answers. @returns the number and the session of the record. */
async function ask(
  guidance: Guidance,
  { options = ['incoming', 'none', 'none'], platform, unit, label, flow = 'is-it-public', person }: Story = {},
) {
  const who = person ?? visitor(guidance, platform);
  const { view } = await converse(guidance, who, undefined, { verb: 'start', flow, given: options });
  const session = 'session' in view ? view.session : '';
  const read = async () => (await guidance.log.read(session))!;
  if (label) {
    const seq = (await read()).entries.length;
    await converse(guidance, who, { session, seq }, { verb: 'label', label });
  }
  if (unit) await guidance.log.append(session, await read(), [{ kind: 'unit', unit }], guidance.now());
  const { id, entries } = await read();
  return { number: numberOf(id), session, who, seq: entries.length };
}

const numbersOn = (html: string) =>
  [...html.matchAll(/href="\/review\/(VGL-[\d-]+)(?:\?list=[^"]+)?"/g)].map((found) => found[1]!);
const accesses = ({ database }: Guidance) => database.query.selectFrom('access').selectAll().execute();

for (const { name, fresh } of await databases())
  describe(`the queue and the records, on ${name}`, { concurrency: 1 }, async () => {
    const { guidance, clock } = await openHouse(await fresh());
    const office = await openOffice(guidance);
    const all = office.seat(memberOf('Rut', ['reviewer', 'registrar', 'archivist', 'auditor']));
    const near = office.seat(memberOf('Nina', ['reviewer'], { units: [care] }));
    const inCare = await ask(guidance, { unit: care, platform: 'slack' });
    const inSchool = await ask(guidance, { unit: school, platform: 'teams', options: ['unsure'] });
    clock.now = new Date('2026-11-23T09:00:00Z');
    const noUnit = await ask(guidance, { label: 'Ärendet om bron' });
    const open = await ask(guidance, { options: ['incoming'] });

    test('the queue shows the latest first, and each filter in the address narrows it', async () => {
      const filters: [string, { number: string }[]][] = [
        ['', [open, noUnit, inSchool, inCare]],
        ['flow=is-it-public', [open, noUnit, inSchool, inCare]],
        ['flow=register-it', []],
        ['outcome=ask-registrar', [inSchool]],
        [`unit=${encodeURIComponent(care)}`, [inCare]],
        [`unit=${encodeURIComponent(care)}&unit=${encodeURIComponent(school)}`, [inSchool, inCare]],
        ['unit=-', [open, noUnit]],
        [`unit=-&unit=${encodeURIComponent(care)}&status=concluded`, [noUnit, inCare]],
        ['unit=-&search=bron', [noUnit]],
        ['from=2026-11-23', [open, noUnit]],
        ['to=2026-11-22', [inSchool, inCare]],
        ['platform=slack', [inCare]],
        ['status=open', [open]],
        ['reviewed=no', [noUnit, inSchool, inCare]],
        ['reviewed=approved', []],
        ['asked=any', []],
        ['unsure=yes', [inSchool]],
        ['held=yes', []],
        ['search=BRON', [noUnit]],
        ['search=bron&status=open', []],
        ['before=VGL-2026-00003', [inSchool, inCare]],
      ];
      for (const [query, found] of filters) {
        const { status, html } = await all.get(`/review?${query}`);
        assert.equal(status, 200, query);
        assert.deepEqual(
          numbersOn(html),
          found.map(({ number }) => number),
          query,
        );
      }
    });

    test('a reviewer sees the records of their own units, whatever the address asks for', async () => {
      for (const query of ['', 'flow=is-it-public', `unit=${encodeURIComponent(care)}`, 'from=2026-01-01'])
        assert.deepEqual(numbersOn((await near.get(`/review?${query}`)).html), [inCare.number]);
      for (const query of [`unit=${encodeURIComponent(school)}`, 'search=bron', 'unsure=yes', 'unit=-'])
        assert.deepEqual(numbersOn((await near.get(`/review?${query}`)).html), []);
      const named = office.seat(memberOf('Streck', ['reviewer'], { units: ['-', care] }));
      assert.deepEqual(numbersOn((await named.get('/review')).html), [inCare.number]);
      assert.deepEqual(numbersOn((await named.get('/review?unit=-')).html), []);
      assert.match(
        (await all.get('/review?unit=-')).html,
        /Du ser bara:<\/b> ingen enhet angiven\..*<option value="-" selected>/s,
      );
      assert.doesNotMatch((await near.get('/review')).html, /<option value="-"/);
      const nowhere = office.seat(memberOf('Ingen', ['reviewer'], { units: [] }));
      assert.deepEqual(numbersOn((await nowhere.get('/review')).html), []);
    });

    test('the queue shows nobody’s name or hash, and can’t be asked for a person', async () => {
      const { html } = await all.get(`/review?person=${inCare.who.person.hash}`);
      assert.equal(numbersOn(html).length, 4);
      // The address alone stands on it, in the link to the same page in the other language.
      const drawn = html.replace(/<a class="other".*?<\/a>/, '');
      assert.doesNotMatch(drawn, new RegExp(inCare.who.person.hash));
      assert.doesNotMatch((await all.get(`/review/${inCare.number}`)).html, new RegExp(inCare.who.person.hash));
    });

    test('parameters that make no sense are named and narrow nothing', async () => {
      const strange = [
        'from=yesterday',
        'from=0001-01-01',
        'to=9999-12-31',
        'from=2026-02-31',
        'status=weird',
        'status=open&status=closed',
        'before=VGL-9-1',
        'before=%00',
        'unsure=1',
        'search=%00abc',
        `search=${'x'.repeat(201)}`,
        `unit=${'x'.repeat(300)}`,
        Array.from({ length: 51 }, (_, i) => `unit=u${i}`).join('&'),
        'asked[]=any&asked=x',
      ];
      for (const query of strange) {
        const { status, html } = await all.get(`/review?${query}`);
        assert.equal(status, 200, query);
        assert.match(html, /gick inte att läsa och används inte/, query);
        assert.equal(numbersOn(html).length, 4, query);
      }
      assert.match((await all.get('/review?search=ab')).html, /minst tre bokstäver/);
      for (const words of ['%25%25%25', "'; drop table record; --", '"""', 'a\\%25_', '🦊🦊🦊', 'AND OR NOT', '* * *'])
        assert.equal((await all.get(`/review?search=${words}`)).status, 200, words);
      const units = Array.from({ length: 50 }, (_, i) => `unit=${i}`).join('&');
      assert.equal((await all.get(`/review?${units}&search=bron&flow=x&from=2000-01-01&to=2100-01-01`)).status, 200);
    });

    test('what a form leaves empty does not stay in the address', async () => {
      const { status, location } = await all.get('/review?flow=&outcome=release&unit=&from=&search=');
      assert.deepEqual([status, location], [303, '/review?outcome=release']);
    });

    test('a filter is saved under a name, for its member alone, and can be removed', async () => {
      const query = `outcome=ask-registrar&unit=${encodeURIComponent(school)}&unit=${encodeURIComponent(care)}&unsure=yes`;
      const { status, location } = await all.send('/review/views', { name: ` ${script.slice(0, 50)} `, query });
      assert.equal(status, 303);
      const { html } = await all.get(location!);
      assert.match(html, /Urvalet är sparat/);
      assert.match(html, /&lt;script&gt;/);
      assert.doesNotMatch(html, /<script(?! src="\/assets\/page\.js" defer><)/);
      const link = /<section class="views".*?href="([^"]+)"/s.exec(html)![1]!.replaceAll('&amp;', '&');
      assert.deepEqual(numbersOn((await all.get(link)).html), [inSchool.number]);
      assert.doesNotMatch((await near.get('/review')).html, /class="views"/);
      await all.send('/review/views/remove', { name: script.slice(0, 50).trim() });
      assert.doesNotMatch((await all.get('/review')).html, /class="views"/);
      for (const name of ['', 'x'.repeat(61)])
        assert.match((await all.send('/review/views', { name, query })).location!, /viewNotSaved/);
      for (let i = 0; i < 21; i += 1) await all.send('/review/views', { name: `Urval ${i}`, query });
      assert.equal((await all.get('/review')).html.match(/\/review\/views\/remove/g)?.length, 20);
    });

    test('what somebody searches for is kept in no view, and the page says so', async () => {
      const iris = office.seat(memberOf('Iris', ['registrar']));
      const { html } = await iris.get('/review?outcome=release&search=bron');
      assert.match(html, /Det du söker på sparas inte/);
      assert.doesNotMatch((await iris.get('/review?outcome=release')).html, /Det du söker på sparas inte/);
      const { location } = await iris.send('/review/views', { name: 'Bra', query: 'outcome=release&search=bron' });
      assert.match(location!, /search=bron&notice=viewSaved/);
      assert.match((await iris.get('/review')).html, /<a href="\/review\?outcome=release">Bra</);
      // Of words alone nothing would be left.
      assert.doesNotMatch((await iris.get('/review?search=bron')).html, /action="\/review\/views"/);
      const none = await iris.send('/review/views', { name: 'Inget', query: 'search=bron' });
      assert.match(none.location!, /viewNotSaved/);
      const keyv = await guidance.database.query.selectFrom('keyv').selectAll().execute();
      assert.doesNotMatch(JSON.stringify(keyv), /bron/i);
    });

    test('a number that does not exist and one that is somebody else’s are answered in the same words', async () => {
      const told = await near.get('/review/VGL-2026-09999');
      assert.equal(told.status, 404);
      for (const number of [
        inSchool.number,
        noUnit.number,
        'VGL-2026-1',
        'VGL-',
        'VGL-2026-00001%00',
        'vgl-9999-9999999',
      ])
        for (const seen of [
          await near.get(`/review/${number}`),
          await near.send(`/review/${number}`, { do: 'approve', seq: '1' }),
        ])
          assert.deepEqual(
            [seen.status, seen.html.replace(/href="[^"]*language[^"]*"/, '')],
            [404, told.html.replace(/href="[^"]*language[^"]*"/, '')],
            number,
          );
      const before = (await accesses(guidance)).length;
      await near.get(`/review/${inSchool.number}`);
      assert.equal((await accesses(guidance)).length, before);
    });

    test('a record shows all that was asked, offered, answered and cited, word for word', async () => {
      const { html } = await all.get(`/review/${noUnit.number}`);
      const { entries } = (await guidance.log.read(noUnit.session))!;
      const shown = read(html);
      for (const { content } of entries) {
        const said =
          content?.kind === 'answer'
            ? [content.question, ...content.offered.map(({ label }) => label)]
            : content?.kind === 'outcome'
              ? [
                  content.title,
                  content.text,
                  content.clock,
                  ...content.do,
                  ...content.cites.flatMap((c) => [c.title, c.says]),
                ]
              : content?.kind === 'start'
                ? [content.title, ...(content.notices ?? [])]
                : [];
        for (const text of said) assert.ok(shown.includes(text), text);
      }
      assert.match(html, /\(valdes\)/);
      assert.match(shown, /avgjorde resultatet/);
      assert.match(html, /<svg class="diagram"/);
      assert.match(html, /class="arrow taken"/);
      assert.match(shown, /Allt i vägledningen är som det skrevs/);
      assert.match(shown, /23 november 2026 kl\. 10:00 \(svensk tid\)/);
    });

    test('what is offered and what has been sent are kept apart by right', async () => {
      const auditor = office.seat(memberOf('Revisor', ['auditor']));
      const { html } = await auditor.get(`/review/${inCare.number}`);
      assert.doesNotMatch(html, /<textarea/);
      for (const deed of ['approve', 'correct', 'return', 'comment', 'hold'])
        assert.equal(
          (await auditor.send(`/review/${inCare.number}`, { do: deed, seq: String(inCare.seq), words: 'x' })).status,
          403,
        );
      const staff = office.seat(memberOf('Personal', ['staff', 'administrator']));
      // They begin where they have a part, and another person's record is to them as if there were none.
      assert.deepEqual((({ status, location }) => [status, location])(await staff.get('/review')), [
        303,
        '/review/people',
      ]);
      assert.equal((await staff.get('/review/access')).status, 403);
      assert.equal((await staff.get(`/review/${inCare.number}`)).status, 404);
      assert.equal((await near.get('/review/access')).status, 403);
      const noToken = await all.send(`/review/${inCare.number}`, { do: 'approve', seq: String(inCare.seq), token: '' });
      assert.equal(noToken.status, 403);
    });

    test('of two who have the page open, the second keeps what they wrote and reads what the first did', async () => {
      const { number, seq } = await ask(guidance, { unit: care });
      const form = { seq: String(seq), words: `Därför ${script}` };
      const first = await near.send(`/review/${number}`, { ...form, do: 'correct', should: 'ask-registrar' });
      assert.deepEqual([first.status, first.location], [303, `/review/${number}?did=corrected`]);
      const second = await all.send(`/review/${number}`, { ...form, do: 'return', words: 'Varför inte?' });
      assert.equal(second.status, 409);
      assert.match(second.html, /role="alert">Nina hann före/);
      assert.match(second.html, />Varför inte\?<\/textarea>/);
      assert.match(second.html, /Det borde ha blivit: /);
      assert.doesNotMatch(second.html, /<script(?! src="\/assets\/page\.js" defer><)|<img/);
      const other = await all.send(`/review/${number}`, { do: 'dance', seq: '1' });
      assert.equal(other.status, 422);
    });

    test('a record that was opened from a filtered list leads back to it, also once something was done there', async () => {
      await ask(guidance, { label: 'Ärendet om färjan', unit: care });
      const queue = '/review?unit=V%C3%A5rd+och+omsorg&search=f%C3%A4rjan';
      const link = /href="(\/review\/VGL-[^"]+)"/.exec((await near.get(queue)).html)![1]!;
      const back = `<a href="${queue.replace('&', '&amp;')}">Till listan</a>`;
      const { html } = await near.get(link);
      assert.ok(html.includes(back), html);
      const [, action, seq] = /action="([^"]+)"><[^>]+><input type="hidden" name="seq" value="(\d+)"/.exec(html)!;
      const empty = await near.send(action!, { do: 'comment', seq: seq!, words: '' });
      assert.ok(empty.status === 422 && empty.html.includes(back), empty.html);
      const done = await near.send(action!, { do: 'approve', seq: seq! });
      assert.ok((await near.get(done.location!)).html.includes(back));
      for (const odd of ['', '?list=', '?list=%2F%2Fevil.example&list=x', '?list=from%3Dnever'])
        assert.match((await near.get(link.replace(/\?.*/, odd))).html, /<p><a href="\/review">Till (alla väg|listan)/);
    });

    test('what a form promises about whoever asked is so, and its heading says what this reader may do', async () => {
      const archivist = office.seat(memberOf('Arne', ['archivist']));
      const { html } = await archivist.get(`/review/${noUnit.number}`);
      assert.match(
        html,
        /<a href="#acts">Kommentera eller undanta från gallring<\/a>.*<h2 id="acts">Kommentera eller/s,
      );
      assert.doesNotMatch(html, />Granska</);
      const reviewed = await all.get(`/review/${noUnit.number}`);
      assert.match(reviewed.html, /Det syns när personen öppnar vägledningen igen i samma webbläsare/);
      assert.doesNotMatch(reviewed.html, /Den som frågade får/);
      assert.match(
        (await all.get(`/review/${inCare.number}`)).html,
        /Den som frågade får veta vad det borde ha blivit/,
      );
    });

    test('script in a heading, a reason, a comment, a unit or a name is text and nothing else', async () => {
      const { number, seq } = await ask(guidance, { label: script, unit: script });
      const evil = office.seat(memberOf(script, ['reviewer', 'archivist', 'auditor']));
      await evil.send(`/review/${number}`, { do: 'comment', seq: String(seq), words: script });
      await evil.send(`/review/${number}`, { do: 'hold', seq: String(seq + 1), words: script });
      await evil.send(`/review/${number}`, { do: 'return', seq: String(seq + 2), words: script });
      for (const path of [
        `/review/${number}`,
        '/review',
        '/review/access',
        `/review?search=${encodeURIComponent(script)}`,
      ]) {
        const { status, html } = await evil.get(path);
        assert.equal(status, 200);
        assert.doesNotMatch(html, /<script(?! src="\/assets\/page\.js" defer><)|<img|onerror=alert\(1\)>"'/, path);
      }
      assert.match(read((await evil.get(`/review/${number}`)).html), /<script>document\.title/);
    });

    test('opening another person’s record is kept, and the auditor reads it, latest first; one’s own is not', async () => {
      const auditor = office.seat(memberOf('Revisor', ['auditor']));
      const self = office.seat(memberOf('Själv', ['reviewer'], { own: [inCare.who.person.hash] }));
      const before = (await accesses(guidance)).length;
      await self.get(`/review/${inCare.number}`);
      assert.equal((await accesses(guidance)).length, before);
      clock.now = new Date('2026-11-24T09:00:00Z');
      await near.get(`/review/${inCare.number}`);
      const { html } = await auditor.get('/review/access');
      const [first] = html.match(/<tbody.*?<\/tr>/s)!;
      assert.match(first, /Nina/);
      assert.match(first, /granskare/);
      assert.match(first, /öppnade/);
      assert.equal(numbersOn(first)[0], inCare.number);
      for (let i = 0; i < 60; i += 1) await near.get(`/review/${inCare.number}`);
      const next = /rel="next" href="([^"]+)"/.exec((await auditor.get('/review/access')).html)?.[1];
      assert.equal((await auditor.get(next!)).html.match(/<tr role="row">/g)!.length > 5, true);
      assert.equal((await auditor.get('/review/access?before=%27;--')).status, 200);
      // By the number of a record: its openings, and the lists that it stood in.
      await all.get(`/review/${inSchool.number}`);
      const shown = async (query: string) => (await auditor.get(`/review/access?${query}`)).html;
      const lines = (html: string) => html.match(/<tbody.*<\/tbody>/s)?.[0].match(/<tr role="row">/g)?.length ?? 0;
      assert.deepEqual(
        [lines(await shown(`record=${inSchool.number}`)), lines(await shown('record=VGL-2026-09999'))],
        [1, 0],
      );
      const listed = { id: guidance.newId(), at: clock.now.toISOString(), who: 'x', name: 'Rolf', role: 'registrar' };
      const row = { ...listed, what: 'listed', record: null, detail: `VGL-2026-00099, ${inSchool.number}` };
      await guidance.database.query.insertInto('access').values(row).execute();
      assert.match(await shown(`record=${inSchool.number.toLowerCase()}`), /Rolf.*läste frågor i en lista/s);
      assert.equal(lines(await shown('record=VGL-2026-0009')), 50);
      assert.match(await shown('record=VGL-2026-0009'), /gick inte att läsa och används inte: Vägledningens nummer/);
      const care1 = await shown(`record=${inCare.number}`);
      const more = /rel="next" href="([^"]+)"/.exec(care1)![1]!.replaceAll('&amp;', '&');
      assert.ok(more.includes(`record=${inCare.number}`));
      assert.ok(lines((await auditor.get(more)).html) > 5);
    });

    test('who has opened what is never changed, and goes only with a record that has been disposed of', async () => {
      const { query, kind } = guidance.database;
      const noted = await query.selectFrom('access').selectAll().orderBy('id').execute();
      const one = noted.find(({ record }) => record !== null)!;
      const { sql } = await import('kysely');
      const deeds = [
        sql`update access set name = 'x' where id = ${one.id}`,
        sql`delete from access where id = ${one.id}`,
        sql`delete from access`,
        ...(kind === 'postgres'
          ? [
              sql`truncate access`,
              sql`insert into access select * from access limit 1 on conflict (id) do update set name = 'x'`,
            ]
          : [
              sql`insert or replace into access select id, at, who, 'x', role, what, record, detail from access limit 1`,
              sql`insert or replace into access (rowid, id, at, who, name, role, what)
                select rowid, 'new', at, who, 'x', role, what from access limit 1`,
            ]),
      ];
      for (const deed of deeds) await assert.rejects(deed.execute(query), /never changed|disposed of|UNIQUE/);
      assert.deepEqual(await query.selectFrom('access').selectAll().orderBy('id').execute(), noted);
      // A decision about the record makes room for it.
      const { number, session } = await ask(guidance);
      await all.get(`/review/${number}`);
      const record = (await guidance.log.read(session))!;
      await guidance.log.append(session, record, [{ kind: 'dispose', basis: 'Beslut 1' }], guidance.now());
      await query.deleteFrom('access').where('record', '=', record.id).execute();
      assert.equal((await query.selectFrom('access').select('id').execute()).length, noted.length);
    });

    test('sessions that go on from one another are linked both ways, as far as the reader may follow', async () => {
      const from = await ask(guidance, { unit: care });
      const { view } = await converse(guidance, from.who, from, { verb: 'then', flow: 'may-it-go' });
      const offer = view.kind === 'question' ? view : assert.fail(`${view.kind} was offered`);
      const pointer = { session: offer.session, seq: offer.seq };
      const option = offer.options[0]!.id;
      const after = await converse(guidance, from.who, pointer, { verb: 'answer', node: offer.node, option });
      const { number } = 'session' in after.view ? await numberFor(guidance, after.view.session) : assert.fail();
      assert.match(
        (await all.get(`/review/${from.number}`)).html,
        new RegExp(`Fortsätter i <a href="/review/${number}">`),
      );
      assert.match(
        (await all.get(`/review/${number}`)).html,
        new RegExp(`Fortsätter från <a href="/review/${from.number}">`),
      );
      const seen = (await near.get(`/review/${from.number}`)).html;
      assert.match(seen, /Fortsätter i en vägledning som din roll inte gäller/);
      assert.doesNotMatch(seen, new RegExp(number));
    });

    test('a record that somebody has altered in the database says so, and nothing more is written to it', async (t) => {
      if (name !== 'SQLite') return t.skip('the guards are taken off as the SQLite file allows');
      const { number, session, seq } = await ask(guidance);
      const { sql } = await import('kysely');
      await sql`drop trigger entry_content_no_update`.execute(guidance.database.query);
      await guidance.database.query
        .updateTable('entry_content')
        .set({ content: '{"kind":"nonsense"}' })
        .where('session', '=', session)
        .where('seq', '=', 2)
        .execute();
      const { status, html } = await all.get(`/review/${number}`);
      assert.equal(status, 200);
      assert.match(html, /Något är inte som det skrevs/);
      assert.match(html, /entry 2/);
      const done = await all.send(`/review/${number}`, { do: 'approve', seq: String(seq) });
      assert.equal(done.status, 422);
      assert.match(done.html, /innan det är utrett/);
    });

    test('where the list says something else than the log, no part of the page says that all is as written', async () => {
      const { number, session } = await ask(guidance);
      assert.match((await all.get(`/review/${number}`)).html, /Allt i vägledningen är som det skrevs/);
      const { query } = guidance.database;
      await query.updateTable('record').set({ outcome: 'ask-registrar' }).where('session', '=', session).execute();
      const { html } = await all.get(`/review/${number}`);
      assert.equal(html.match(/Något är inte som det skrevs/g)?.length, 2);
      assert.doesNotMatch(html, /Allt i vägledningen är som det skrevs/);
    });

    test('every record is met once on the way through the pages, also while new ones come', async () => {
      for (let i = 0; i < 60; i += 1) await ask(guidance, { options: ['incoming'], unit: i % 3 === 0 ? care : school });
      const wanted: string[] = [];
      for await (const row of list(guidance.database)) wanted.push(numberOf(row.id));
      const met: string[] = [];
      let path: string | undefined = '/review';
      while (path !== undefined) {
        const { html } = await all.get(path.replaceAll('&amp;', '&'));
        met.push(...numbersOn(html));
        path = /rel="next" href="([^"]+)"/.exec(html)?.[1];
        if (met.length === 50) await ask(guidance, { options: ['incoming'] });
      }
      assert.deepEqual(met, wanted);
      const page = await all.get('/review?before=VGL-2026-00001');
      assert.deepEqual([page.status, numbersOn(page.html).length], [200, 0]);
      assert.equal((await all.get('/review?before=VGL-9999-9999999')).status, 200);
    });
  });

async function numberFor({ log }: Guidance, session: string) {
  return { number: numberOf((await log.read(session))!.id) };
}

/** What a page says, as text. */
function read(html: string): string {
  const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return html.replace(/<[^>]*>/g, ' ').replace(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => signs[name]!);
}

describe('the pages in a real browser', { skip, concurrency: 1 }, async () => {
  if (skip) return;
  const browser = await openBrowser();
  const { guidance } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const office = await openOffice(guidance);
  const rut = office.seat(memberOf('Rut', ['reviewer', 'registrar', 'archivist', 'auditor']));
  const person = visitor(guidance, 'slack');
  await lookAtMessage(guidance, person, 'https://example.slack.com/archives/C1/p1', 'Kan jag få den?');
  const walked = await ask(guidance, { label: 'Bron', unit: care, platform: 'slack' });
  await converse(guidance, walked.who, { session: walked.session, seq: walked.seq }, { verb: 'back' });
  const open = (await guidance.log.read(walked.session))!;
  await converse(
    guidance,
    walked.who,
    { session: walked.session, seq: open.entries.length },
    { verb: 'language', language: 'en' },
  );
  const again = (await guidance.log.read(walked.session))!;
  const node = await lastAsked(guidance, walked.session);
  await converse(
    guidance,
    walked.who,
    { session: walked.session, seq: again.entries.length },
    { verb: 'answer', node, option: 'none' },
  );
  const seq = (await guidance.log.read(walked.session))!.entries.length;
  await rut.send(`/review/${walked.number}`, {
    do: 'correct',
    seq: String(seq),
    words: 'Därför.',
    should: 'ask-registrar',
  });
  await rut.send(`/review/${walked.number}`, { do: 'hold', seq: String(seq + 1), words: 'Överklagat.' });
  await ask(guidance, { options: ['unsure'], unit: school });
  await rut.send('/review/views', { name: 'Till registratorn', query: 'outcome=ask-registrar' });
  for (const format of ['csv', 'xlsx']) await rut.send('/review/exports', { format, query: '' });

  const pages: { name: string; path: string; go?(page: Page): Promise<unknown> }[] = [
    { name: 'queue', path: '/review' },
    {
      name: 'queue filtered',
      path: '/review?outcome=ask-registrar&from=2026-01-01&search=xy&status=odd',
      go: (page) => page.locator('.filters summary').click(),
    },
    { name: 'nothing found', path: '/review?status=lapsed' },
    { name: 'record', path: `/review/${walked.number}?did=corrected&told=yes` },
    { name: 'no such record', path: '/review/VGL-2026-09999' },
    { name: 'access', path: '/review/access' },
    { name: 'exports', path: '/review/exports?outcome=ask-registrar' },
  ];
  const sights = [
    { what: 'phone', viewport: { width: 360, height: 740 }, colorScheme: 'light' as const },
    { what: '400 %', viewport: { width: 320, height: 256 }, colorScheme: 'dark' as const },
    { what: 'desktop', viewport: { width: 1280, height: 900 }, colorScheme: 'dark' as const },
    { what: 'desktop in light', viewport: { width: 1280, height: 900 }, colorScheme: 'light' as const },
  ];

  // Swedish words are the longer ones; in English are looked at those that hold what the others hold as well.
  const inEnglish = ['queue', 'record'];
  for (const locale of ['sv-SE', 'en-GB']) {
    const { page } = await sitDown(browser, office.address, rut, { locale });
    for (const { name, path, go } of pages)
      if (locale === 'sv-SE' || screens || inEnglish.includes(name))
        test(`${name}, ${locale}, is accessible and fits a phone and 400 %`, async () => {
          await page.goto(office.address + path);
          await go?.(page);
          assert.equal(await page.getAttribute('html', 'lang'), locale.slice(0, 2));
          for (const { what, viewport, colorScheme } of sights) {
            await page.setViewportSize(viewport);
            await page.emulateMedia({ colorScheme });
            // The widest and the narrowest, in both colours; the rest of the rules ask for the same in every sight.
            if (what === 'phone') assert.deepEqual(await violations(page), [], what);
            if (what === 'desktop') assert.deepEqual(await violations(page, bySight), [], what);
            const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
            assert.equal(wider, false, `${what}: it is wider than the screen`);
            const picture = screens && join(screens, `${name} ${locale} ${what}.png`);
            if (picture) await page.screenshot({ path: picture, fullPage: true });
          }
        });
  }

  test('without JavaScript a reviewer finds a record, corrects it and reads what they did', async () => {
    const { number } = await ask(guidance, { label: 'Vägen', platform: 'slack' });
    const { page, close } = await sitDown(browser, office.address, rut, { javaScriptEnabled: false });
    await page.goto(`${office.address}/review`);
    await page.locator('.filters summary').click();
    await page.getByLabel('Sök i frågor').fill('vägen');
    await page.getByRole('button', { name: 'Visa', exact: true }).click();
    await page.waitForURL(/\?search=v%C3%A4gen$/);
    await page.getByRole('link', { name: number }).click();
    await page.getByLabel('Resultatet borde ha blivit').selectOption('ask-registrar');
    await page.locator('#correct-words').fill('Det är oklart, ring 070-123 45 67.');
    await page.getByRole('button', { name: 'Rätta', exact: true }).click();
    await page.waitForURL(/did=corrected/);
    assert.match(await page.innerText('[role=status]'), /Rättelsen är sparad.*meddelande i sin chatt.*Vi tog bort/);
    assert.match(await page.innerText('main'), /Det är oklart, ring \[telefon\]\./);
    await close();
  });

  test('by keyboard alone a reviewer opens the latest record and approves it', async () => {
    await ask(guidance, { unit: care });
    const { page, close } = await sitDown(browser, office.address, rut, {});
    await page.goto(`${office.address}/review`);
    const reach = async (selector: string) => {
      for (let i = 0; i < 120; i += 1) {
        await page.keyboard.press('Tab');
        if (await page.evaluate(`document.activeElement.matches(${JSON.stringify(selector)})`))
          return page.keyboard.press('Enter');
      }
      throw new Error(`${selector} can't be reached by Tab`);
    };
    await reach('.records a');
    await page.waitForURL(/VGL/);
    await reach('button[value=approve]');
    await page.waitForURL(/did=approved/);
    await close();
  });
});

async function sitDown(browser: Chromium, address: string, { member }: Seat, options: BrowserContextOptions) {
  const context = await browser.newContext({ locale: 'sv-SE', ...options });
  await context.addCookies([{ name: 'member', value: encodeURIComponent(member.id), url: address }]);
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  return { page, close: () => context.close() };
}

/** The node of the last answer, which has been undone. */
async function lastAsked({ log }: Guidance, session: string): Promise<string> {
  const back = (await log.read(session))!.entries.findLast(({ kind }) => kind === 'back')?.content;
  return back?.kind === 'back' ? back.node : assert.fail('nothing was undone');
}
