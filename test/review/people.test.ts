import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { listSettings } from '../../src/config.ts';
import { newTelling } from '../../src/record/outbox.ts';
import { recognise, remember } from '../../src/record/person.ts';
import { openRoles } from '../../src/review/roles.ts';
import { openSessions } from '../../src/review/sessions.ts';
import { bySight, findBrowser, openBrowser, violations } from '../support/browser.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice } from './office.ts';

const file = join(temporaryFolder(), 'roles.yaml');
const grants = `- role: registrar
  people: [rut@exempel.se]
- role: reviewer
  units: [Skola och förskola, Fanns förr]
  groups: [granskare]
- role: archivist
`;
const own = { names: ['<i>sam@exempel.se</i>'], groups: ['granskare'] };
const given = { SLACK_BOT_TOKEN: 'xoxb-secret', DATABASE_URL: 'postgres://u:secret@h/d' };

async function openAll(url: string) {
  writeFileSync(file, grants);
  const { guidance, clock } = await openHouse(url);
  const roles = openRoles(file, () => {});
  const open = { web: true, slack: true, teams: false, signIn: true };
  const office = await openOffice(guidance, { roles, open, settings: listSettings(given) });
  const admin = office.seat(memberOf('Adam', ['administrator']));
  const sessions = openSessions(guidance.database, guidance.now);
  return { guidance, clock, office, admin, sessions };
}

for (const { name, fresh } of await databases())
  describe(`people and settings, on ${name}`, { concurrency: 1 }, async () => {
    const { guidance, clock, office, admin, sessions } = await openAll(await fresh());

    test('who has which role is shown line by line, and what is wrong with the file now', async () => {
      const { html } = await admin.get('/review/people');
      for (const [line, said] of [
        ['1', 'registrator'],
        ['3', 'granskare'],
        ['6', 'arkivarie \\(ingen har den\\)'],
      ])
        assert.match(html, new RegExp(`scope="row">Rad ${line}</th>\\s*<td[^>]*>${said}</td>`));
      assert.match(html, /Skola och förskola, Fanns förr \(finns inte i kommunens lista\)/);
      assert.match(html, /<code>rut@exempel\.se<\/code>/);
      writeFileSync(file, '- role: king\n');
      const faulty = await admin.get('/review/people');
      assert.match(faulty.html, /role="alert">.*roles\.yaml:1:9 0\.role: /s);
      assert.match(faulty.html, /rut@exempel\.se/, 'what held still holds');
      writeFileSync(file, grants);
      assert.doesNotMatch((await admin.get('/review/people')).html, /role="alert"/);
    });

    test('who has signed in is shown, and a sign-in that is ended lets nobody in any more', async () => {
      const sam = { id: 'a'.repeat(64), name: '<b>Sam</b>', known: own };
      const ids = [await sessions.begin(sam), await sessions.begin(sam)];
      const other = await sessions.begin({ ...sam, id: 'b'.repeat(64), name: 'Lo', known: { names: [], groups: [] } });
      assert.equal((await sessions.find(ids[0]!))?.name, sam.name);
      const { html } = await admin.get('/review/people');
      assert.match(html, /&lt;b&gt;Sam&lt;\/b&gt;<\/th>\s*<td[^>]*>granskare</);
      assert.match(html, /Lo<\/th>\s*<td[^>]*>ingen roll</);
      for (const id of [...ids, other]) assert.ok(!html.includes(id), 'nobody can come in by what is shown');
      const keys = (await sessions.list()).filter(({ id }) => id === sam.id).map(({ key }) => key);
      assert.equal((await admin.send('/review/people/end', { session: keys[0]!, token: '' })).status, 403);
      assert.equal((await admin.send('/review/people/end', { session: keys[0]! })).location, '/review/people?ended=1');
      assert.equal((await Promise.all(ids.map(sessions.find))).filter(Boolean).length, 1);
      assert.equal((await admin.send('/review/people/end', { session: keys[0]! })).location, '/review/people?ended=0');
      await sessions.begin(sam);
      assert.equal((await admin.send('/review/people/end', { person: sam.id })).location, '/review/people?ended=2');
      assert.deepEqual((await Promise.all(ids.map(sessions.find))).filter(Boolean), []);
      assert.equal((await sessions.find(other))?.name, 'Lo');
      const noon = clock.now;
      clock.now = new Date(noon.getTime() + 13 * 3_600_000);
      assert.deepEqual(await sessions.list(), [], 'what has run out is not shown');
      clock.now = noon;
    });

    test('who is one person is shown, with ids that nobody has used; and whose own records can’t be told apart', async () => {
      const kim = recognise(guidance.keys.person, 'slack', 'T1', 'U1');
      await remember(guidance.database, kim, 'sv');
      const known = { names: ['kim@exempel.se'], groups: ['granskare'] };
      writeFileSync(file, grants);
      const id = await sessions.begin({ id: 'd'.repeat(64), name: 'Kim', known });
      const note =
        /Kim<\/th>\s*<td[^>]*>granskare<p class="hint">Egna vägledningar går inte att skilja från andras: .* i \S+roles\.yaml\.<\/p>/;
      assert.match((await admin.get('/review/people')).html, note);
      writeFileSync(file, `${grants}- { person: [kim@exempel.se, slack:T1/U1, slack:T1/U11] }\n`);
      const { html } = await admin.get('/review/people');
      assert.match(html, /scope="row">Rad 7<\/th>/);
      assert.match(html, /<code>slack:T1\/U1<\/code><\/li>/);
      assert.match(html, /<code>slack:T1\/U11<\/code> \(har inte använts i chatten; är det rätt skrivet\?\)<\/li>/);
      assert.doesNotMatch(html, note);
      assert.match(html, /kvar rollen tills inloggningen här tar slut/);
      await sessions.end(id);
    });

    test('settings show what is on and what has been set, and nothing that is secret', async () => {
      await remember(guidance.database, recognise(guidance.keys.person, 'slack', 'T1', 'Kim'), 'sv');
      const { status, html } = await admin.get('/review/settings');
      assert.equal(status, 200);
      assert.match(html, /<dt>Slack<\/dt><dd>på<\/dd>/);
      assert.match(html, /<dt>Teams<\/dt><dd>av<\/dd>/);
      assert.match(html, /<code>SLACK_BOT_TOKEN<\/code><\/th>\s*<td[^>]*>ja<\/td>/);
      assert.match(html, /<code>OIDC_CLIENT_SECRET<\/code><\/th>\s*<td[^>]*>nej<\/td>/);
      assert.match(html, new RegExp(guidance.flows.get('is-it-public')!.version.slice(0, 12)));
      assert.doesNotMatch(html, /xoxb-secret|u:secret/);
      assert.match(html, /Slack<\/th>\s*<td[^>]*>2<\/td>\s*<td[^>]*>0<\/td>/);
    });

    test('only an administrator gets in, and to no record', async () => {
      const rut = office.seat(memberOf('Rut', ['registrar', 'reviewer', 'archivist', 'auditor']));
      for (const path of ['/review/people', '/review/settings']) assert.equal((await rut.get(path)).status, 403);
      assert.equal((await rut.send('/review/people/end', { person: 'a'.repeat(64) })).status, 403);
      for (const path of ['/review/access', '/review/samples', '/review/statistics'])
        assert.equal((await admin.get(path)).status, 403, path);
    });

    test('every page passes axe, on a phone and on a screen, without a word too wide', {
      skip: findBrowser() === undefined || name !== 'SQLite',
    }, async () => {
      const browser = await openBrowser();
      const kim = recognise(guidance.keys.person, 'slack', 'T1', 'Kim');
      await sessions.begin({ id: 'c'.repeat(64), name: 'Lo', known: own });
      const row = newTelling(kim, {
        session: null,
        kind: 'reply',
        words: { sv: ['Svar'], en: ['Reply'] },
        now: clock.now,
      });
      await guidance.database.transact((tx) =>
        tx
          .insertInto('outbox')
          .values({ ...row, state: 'uncertain', because: 'fatal_error' })
          .execute(),
      );
      const screens = process.env.SCREENS;
      if (screens) mkdirSync(screens, { recursive: true });
      const all = office.seat(memberOf('Alla', ['registrar', 'administrator', 'staff'], { own: [kim.hash] }));
      const context = await browser.newContext({ locale: 'sv-SE' });
      await context.addCookies([{ name: 'member', value: encodeURIComponent(all.member.id), url: office.address }]);
      const page = await context.newPage();
      for (const [what, path] of [
        ['outbox', '/review/outbox'],
        ['telling', `/review/outbox/${row.id}`],
        ['people', '/review/people?ended=1'],
        ['settings', '/review/settings'],
        ['mine', '/review/mine'],
      ] as const) {
        await page.goto(office.address + path);
        for (const [sight, width, colorScheme] of [
          ['phone', 360, 'light'],
          ['screen', 1280, 'dark'],
        ] as const) {
          await page.setViewportSize({ width, height: 800 });
          await page.emulateMedia({ colorScheme });
          const only = sight === 'phone' ? undefined : bySight;
          assert.deepEqual(await violations(page, only), [], `${what} ${sight}`);
          const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
          assert.equal(wider, false, `${what} ${sight}: it is wider than the screen`);
          if (screens) await page.screenshot({ path: join(screens, `${what} ${sight}.png`), fullPage: true });
        }
      }
      await context.close();
    });
  });
