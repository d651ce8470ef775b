import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { tellConcerned } from '../../src/guidance/concerned.ts';
import { numberOf } from '../../src/record/number.ts';
import { recognise } from '../../src/record/person.ts';
import { verify } from '../../src/record/verify.ts';
import { bySight, findBrowser, openBrowser, violations } from '../support/browser.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';
import { memberOf, openOffice, type Seat } from './office.ts';

const sv = 'Frågan gäller allt som kommit in, även via chatten.';
const en = 'The question is about everything that came in, also in chat.';
let people = 0;

/** Somebody in Slack who has gone this way. */
async function passing({ guidance, visitor }: House, ...options: string[]) {
  people += 1;
  const who = visitor('');
  who.visitor.person = recognise(guidance.keys.person, 'slack', 'T1', `Kim ${people}`);
  await who.start();
  await who.answers(...options);
  return who;
}

/** Somebody who asks at the first question. */
async function asking(house: House) {
  const who = await passing(house, 'incoming');
  await who.press({ verb: 'back' });
  const view = await who.press({ verb: 'ask', node: 'what', words: 'Även chatten?' });
  const session = 'session' in view ? view.session : '';
  const { id } = (await house.guidance.log.read(session))!;
  return { who, session, path: `/review/questions/${numberOf(id)}` };
}

for (const { name, fresh } of await databases())
  describe(`clarifications at the desk, on ${name}`, { concurrency: 1 }, async () => {
    const house = await openHouse(await fresh());
    const { guidance, clock } = house;
    const { database, log } = guidance;
    const office = await openOffice(guidance);
    const rut = office.seat(memberOf('Rut', ['registrar']));
    const rolf = office.seat(memberOf('Rolf', ['registrar']));
    const send = async (seat: Seat, { path, session }: { path: string; session: string }, fields: object) =>
      seat.send(path, { seq: String((await log.read(session))!.entries.length), ...fields });
    const rows = () => database.query.selectFrom('clarification').selectAll().orderBy('id').execute();
    const outbox = () => database.query.selectFrom('outbox').selectAll().where('kind', '=', 'clarification').execute();
    const told = async () => {
      await tellConcerned(guidance);
      return (await outbox()).map(({ recipient }) => recipient);
    };
    const shown = async () => {
      const who = await passing(house);
      return 'clarifications' in who.view ? who.view.clarifications : [];
    };

    test('what is missing is said, and nothing is saved', async () => {
      const asked = await asking(house);
      const fields = {
        do: 'answer',
        words: 'Ja, även chatten.',
        clarify: 'yes',
        sv,
        en,
        cites: 'tf-2-3',
        since: '2026-11-01',
      };
      const wrong: [object, RegExp][] = [
        [{ en: ' ' }, /både svenska och engelska/],
        [{ sv: 'å'.repeat(1001) }, /längre än 1 000 tecken/],
        [{ cites: '' }, /minst en källa/],
        [{ cites: 'no-such-law' }, /minst en källa/],
        [{ cites: 'constructor' }, /minst en källa/],
        [{ since: '2026-11-23' }, /en dag som har varit/],
        [{ since: '2026-02-31' }, /en dag som har varit/],
        [{ since: "'; drop table entry; --" }, /Det gick inte att läsa|en dag som har varit/],
      ];
      for (const [part, said] of wrong) {
        const { status, html } = await send(rut, asked, { ...fields, ...part });
        assert.equal(status, 422);
        assert.match(html, said);
        assert.match(html, /<details open[\s\S]*checked[\s\S]*<\/details>|gick inte att läsa/);
      }
      assert.deepEqual(await rows(), []);
      assert.equal((await send(rut, asked, { do: 'answer', words: 'Ja.' })).status, 303);
    });

    test('an answer becomes a clarification: told once to those it concerns, shown to whoever comes next', async () => {
      const unsure = await passing(house, 'unsure');
      const code = unsure.view.kind === 'outcome' ? unsure.view.advice.code : '';
      const asked = await asking(house);
      clock.now = new Date(clock.now.getTime() + 60_000);
      const fields = {
        words: 'Ja.',
        clarify: 'yes',
        sv: `${sv} Ring 070-123 45 67.`,
        en,
        cites: 'tf-2-3',
        since: '2026-10-23',
      };
      const done = await send(rut, asked, { do: 'answer', ...fields });
      assert.match(done.location!, /did=answered\+and\+clarified&told=yes&masked=yes/);
      const [row] = await rows();
      assert.deepEqual(
        [row!.node, row!.state, row!.sv, row!.cites],
        ['what', 'in force', `${sv} Ring [telefon].`, '["tf-2-3"]'],
      );
      const whom = await told();
      assert.equal(whom.filter((one) => one === unsure.visitor.person.hash).length, 1);
      assert.equal(whom.filter((one) => one === asked.who.visitor.person.hash).length, 1);
      const [clarified, ...others] = await shown();
      assert.equal(others.length, 0);
      assert.deepEqual([clarified!.words, clarified!.role], [`${sv} Ring [telefon].`, 'registrator']);
      assert.equal(clarified!.cites.length, 1);
      const later = await passing(house, 'unsure');
      assert.equal(later.view.kind === 'outcome' && later.view.advice.code, code);
      assert.deepEqual((await told()).sort(), whom.sort());

      // From a question that has been answered, and pressed twice.
      clock.now = new Date(clock.now.getTime() + 60_000);
      const again = { do: 'clarify', sv: 'Två.', en: 'Two.', cites: 'tf-2-3', since: '2026-11-22' };
      const seq = String((await log.read(asked.session))!.entries.length);
      for (let i = 0; i < 2; i += 1)
        assert.match((await rut.send(asked.path, { seq, ...again })).location!, /did=clarified/);
      assert.equal((await rows()).length, 2);
      assert.equal((await rolf.send(asked.path, { seq, ...again, sv: 'Tre.' })).status, 409);
      assert.deepEqual(
        (await shown()).map(({ words }) => words),
        ['Två.', `${sv} Ring [telefon].`],
      );
    });

    test('it is replaced, without telling anybody unless that is chosen, and withdrawn; history stays', async () => {
      clock.now = new Date(clock.now.getTime() + 60_000);
      const [first, second] = await rows();
      const before = (await told()).length;
      const [heard] = (await outbox()).filter(({ id }) => id.startsWith(`${first!.id}:`));
      await database.transact((tx) =>
        tx.updateTable('outbox').set({ state: 'sent' }).where('id', '=', heard!.id).execute(),
      );
      const path = `/review/clarifications/${first!.id}`;
      // Whoever changes nothing tells those who were told before; what was chosen stays where something is missing.
      const ticked = /name="tell" value="yes" checked/;
      assert.match((await rut.get(path)).html, ticked);
      assert.doesNotMatch((await rut.send(path, { do: 'replace', sv: 'Nytt.' })).html, ticked);
      assert.match((await rut.send(path, { do: 'replace', sv: 'Nytt.', tell: 'yes' })).html, ticked);
      const fields = { do: 'replace', sv: 'Nytt.', en: 'New.', cites: 'tf-2-3', why: 'Otydligt.' };
      for (const [part, said] of [
        [{ why: '' }, /Skriv varför/],
        [{ sv: '' }, /både svenska och engelska/],
        [{ do: 'dance' }, /gick inte att läsa/],
      ] as const) {
        const { status, html } = await rut.send(path, { ...fields, ...part });
        assert.equal(status, 422);
        assert.match(html, said);
      }
      const both = await Promise.all([rut.send(path, fields), rolf.send(path, { ...fields, sv: 'Annat.' })]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
      assert.match(both.find(({ status }) => status === 409)!.html, /hann före/);
      // Who has heard of it is not told again; who has not is told what holds now, and not what held.
      assert.equal((await told()).length, before);
      const bodies = (await outbox()).filter(({ id }) => id.startsWith(`${first!.id}:`)).map(({ body }) => body);
      assert.equal(bodies.filter((body) => body.includes(first!.sv)).length, 1);
      assert.equal(bodies.filter((body) => /Nytt|Annat/.test(body)).length, bodies.length - 1);
      clock.now = new Date(clock.now.getTime() + 60_000);
      const fresh = (await rows()).at(-1)!;
      assert.equal((await rut.send(`/review/clarifications/${fresh.id}`, { ...fields, tell: 'yes' })).status, 303);
      assert.ok((await told()).length > before);
      const gone = await rut.send(`/review/clarifications/${second!.id}`, { do: 'withdraw', why: '<b>Fel</b>.' });
      assert.match(gone.location!, /did=withdrawn/);
      assert.deepEqual(
        (await shown()).map(({ words }) => words),
        ['Nytt.'],
      );
      const { html } = await rut.get(gone.location!);
      assert.match(html, /Förtydligandet är återkallat\. De som har fått det får veta det/);
      // Nobody had been sent the second one yet; whoever has got what is withdrawn next hears of that, and why.
      const latest = (await rows()).at(-1)!;
      const [reached] = (await outbox()).filter(({ id }) => id.startsWith(`${latest.id}:`));
      await database.transact((tx) =>
        tx.updateTable('outbox').set({ state: 'sent' }).where('id', '=', reached!.id).execute(),
      );
      const last = await rolf.send(`/review/clarifications/${latest.id}`, { do: 'withdraw', why: 'Lagen ändrades.' });
      assert.equal(last.status, 303);
      await tellConcerned(guidance);
      const withdrawn = database.query.selectFrom('outbox').selectAll().where('kind', '=', 'withdrawn');
      const [heardOfIt, ...more] = await withdrawn.execute();
      assert.deepEqual([heardOfIt!.recipient, more.length], [reached!.recipient, 0]);
      assert.match(heardOfIt!.body, /gäller inte längre.*Skäl: Lagen ändrades\..*Reason: Lagen ändrades\./s);
      assert.equal((await rut.get(`/review/outbox/${heardOfIt!.id}`)).status, 200);
      assert.deepEqual(await shown(), []);
      for (const said of ['Två.', 'ersatt', 'återkallat', 'Otydligt.', '&lt;b&gt;Fel&lt;/b&gt;.', 'Rut (registrator)'])
        assert.ok(html.includes(said), said);
      assert.equal((await rut.get('/review/clarifications/nothing')).status, 404);
      assert.equal((await rut.send('/review/clarifications/nothing', fields)).status, 404);
      assert.equal((await rut.send(`/review/clarifications/${fresh.id}`, { ...fields, token: '' })).status, 403);
      assert.deepEqual((await verify(database, guidance.keys.ledger)).faults, []);
    });
  });

describe('the desk in a real browser', { skip: findBrowser() === undefined, concurrency: 1 }, async () => {
  if (findBrowser() === undefined) return;
  const browser = await openBrowser();
  const screens = process.env.SCREENS;
  if (screens) mkdirSync(screens, { recursive: true });
  const house = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const office = await openOffice(house.guidance);
  const { member } = office.seat(memberOf('Rut', ['registrar']));
  const sitDown = async (options: object) => {
    const context = await browser.newContext({ locale: 'sv-SE', ...options });
    await context.addCookies([{ name: 'member', value: encodeURIComponent(member.id), url: office.address }]);
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    return page;
  };
  const asked = await asking(house);
  await asking(house);

  test('without JavaScript and by keyboard, a question is taken, answered and made clear to everybody', async () => {
    const page = await sitDown({ javaScriptEnabled: false });
    await page.goto(`${office.address}/review`);
    await page.getByRole('link', { name: 'Frågor', exact: true }).click();
    await page.getByRole('link', { name: asked.path.split('/').at(-1)! }).click();
    await page.getByRole('button', { name: 'Ta frågan' }).press('Enter');
    await page.waitForURL(/did=taken/);
    await page.getByLabel('Ditt svar').fill('Ja, även chatten.');
    await page.getByText('Gör samtidigt ett förtydligande').press('Enter');
    await page.getByLabel('Spara förtydligandet tillsammans').check();
    await page.getByLabel('På svenska').fill(sv);
    await page.getByLabel('På engelska').fill(en);
    await page.locator('#answer ~ form input[name=cites]').first().check();
    await page.getByRole('button', { name: 'Svara', exact: true }).click();
    await page.waitForURL(/did=answered/);
    assert.match(await page.innerText('[role=status]'), /Svaret och förtydligandet är sparade/);
    await page.context().close();
  });

  test('every page is accessible, and fits a phone and 400 %, in both languages', async () => {
    const [made] = await house.guidance.database.query.selectFrom('clarification').select('id').execute();
    const paths = {
      questions: '/review/questions',
      'question waiting': '/review/questions/VGL-2026-00002',
      'question answered': `${asked.path}?did=answered`,
      'no such question': '/review/questions/VGL-2026-09999',
      clarifications: '/review/clarifications',
      clarification: `/review/clarifications/${made!.id}`,
    };
    for (const locale of ['sv-SE', 'en-GB']) {
      const page = await sitDown({ locale });
      for (const [name, path] of Object.entries(paths)) {
        // Swedish words are the longer ones; the forms are what differs most between the two.
        if (locale === 'en-GB' && !screens && !/^question /.test(name)) continue;
        await page.setViewportSize({ width: 1280, height: 900 });
        await page.goto(office.address + path);
        for (const details of await page.locator('main details').all())
          await details.evaluate('(one) => one.setAttribute("open", "")');
        for (const [width, height, colorScheme] of [
          [1280, 900, 'light'],
          [360, 740, 'dark'],
          [320, 256, 'light'],
        ] as const) {
          await page.setViewportSize({ width, height });
          await page.emulateMedia({ colorScheme });
          const only = width === 1280 ? undefined : bySight;
          if (width !== 320) assert.deepEqual(await violations(page, only), [], `${name} ${locale} ${width}`);
          const wider = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
          assert.equal(wider, false, `${name} ${locale} ${width}: it is wider than the screen`);
          if (screens) await page.screenshot({ path: join(screens, `${name} ${locale} ${width}.png`), fullPage: true });
        }
      }
      await page.context().close();
    }
  });
});
