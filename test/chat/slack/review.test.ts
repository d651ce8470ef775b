import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { after, afterEach, test } from 'node:test';
import { openDatabase } from '../../../src/database/database.ts';
import { loadFlows } from '../../../src/guidance/flows.ts';
import { openGuidance } from '../../../src/guidance/guidance.ts';
import { numberOf as writeNumber } from '../../../src/record/number.ts';
import { newAnnouncement } from '../../../src/record/outbox.ts';
import { recognise } from '../../../src/record/person.ts';
import { temporaryFolder } from '../../support/databases.ts';
import { Colleague } from '../../support/house.ts';
import { freePort } from '../../support/port.ts';
import { startProvider, Traveller } from '../../support/provider.ts';
import type { Clerk } from '../../support/slack/clerk.ts';
import { readText } from '../../support/slack/elements.ts';
import type { Json } from '../../support/slack/limits.ts';
import { openOffice } from '../../support/slack/office.ts';

const file = join(temporaryFolder(), 'roles.yaml');
const grant = (...lines: string[]) => writeFileSync(file, lines.map((line) => `- ${line}\n`).join(''));
grant();
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const { issuer, clientId, clientSecret } = await startProvider(address);
const settings = {
  ...{ ROLES: file, PORT: String(port), PUBLIC_URL: address },
  ...{ OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret },
};
const office = await openOffice(settings);
afterEach(() => assert.deepEqual(office.faults, []));

const named = (...people: Clerk[]) => `people: [${people.map(({ id }) => `slack:T0REC/${id}`).join(', ')}]`;
const homeOf = (clerk: Clerk) => readText(clerk.home.blocks);
const modalOf = (clerk: Clerk) => readText(clerk.modal.blocks);
const numberOf = (clerk: Clerk) => `VGL-2026-${String(Number(office.records(clerk)[0]!.id) % 1e7).padStart(5, '0')}`;
const nameOf = ({ id }: Clerk) => id.replace('U0NEW', 'new');
const opened = (number: string) =>
  office.rows('SELECT * FROM access WHERE what = ? AND detail = ?', 'opened', number).length;
const waiting = () => office.rows('SELECT id FROM record WHERE reviewed IS NULL AND outcome IS NOT NULL').length;
const last = (clerk: Clerk) => office.log(clerk)[0]!.at(-1)!;

/** Opens a record by a press that is not on the home any more, or never was. */
async function forge(reviewer: Clerk, number: string): Promise<void> {
  const action = { action_id: 'g:read', block_id: 'forged', value: number };
  const before = reviewer.hasModal ? reviewer.modal.id : '';
  await office.press(reviewer.id, reviewer.home, ({ type }) => type === 'button', { action });
  await office.until(() => reviewer.hasModal && reviewer.modal.id !== before, `${number} to read`);
}

/** Opens a record from the queue in their home. */
async function open(reviewer: Clerk, number: string): Promise<void> {
  await office.press(reviewer.id, reviewer.home, (one) => one.action_id === 'g:read' && one.value === number);
  await office.until(() => reviewer.hasModal, `${number} to read`);
}

test('whoever has a role finds the queue in the app’s home, without names; nobody else sees anything of it', async () => {
  const [anna, rolf, bea] = [await office.guided('ask', 'unsure'), office.hire(), office.hire('en-GB')];
  grant(`{role: reviewer, ${named(rolf)}}`, `{role: administrator, ${named(bea)}}`);
  await rolf.openHome();
  const line = `${numberOf(anna)} · Starta ett konto\nFråga registratorn\n.* · ingen enhet angiven · ett ”Vet inte”\nLäs`;
  assert.match(homeOf(rolf), new RegExp(`Att granska\n(.*\n)*${line}`));
  assert.match(JSON.stringify(rolf.home.blocks), new RegExp(`"url":"http://127.0.0.1:${port}/review"`));
  assert.doesNotMatch(JSON.stringify(rolf.home.blocks), new RegExp(anna.id));
  for (const other of [anna, bea]) {
    await other.openHome();
    assert.doesNotMatch(homeOf(other), /Att granska|To review/);
  }
});

test('a record is read in a form, which is noted; approved, it leaves the queue', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire('en-GB')];
  grant(`{role: reviewer, ${named(rolf)}}`);
  await rolf.openHome();
  const number = numberOf(anna);
  await open(rolf, number);
  assert.match(modalOf(rolf), /Start an account – The account may start/);
  assert.match(modalOf(rolf), /Vad vill du göra\? → Fråga \(decided the outcome\)/);
  assert.match(modalOf(rolf), /Husregel: Så gör vi här\./);
  assert.equal(opened(number), 1);
  await rolf.submit({ do: 'approve' });
  assert.match(modalOf(rolf), /The guidance has been approved\./);
  const { kind, content } = last(anna);
  const by = content.by as Json;
  assert.deepEqual([kind, content.result, by.name, by.role], ['review', 'approved', nameOf(rolf), 'reviewer']);
  assert.doesNotMatch(homeOf(rolf), new RegExp(number));
});

test('a correction says what is right and why, and the person is told of it in their own chat', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  grant(`{role: reviewer, ${named(rolf)}}`);
  await rolf.openHome();
  await open(rolf, numberOf(anna));
  await rolf.submit({ do: 'correct', words: 'Se beslutet' });
  assert.match(rolf.errors.should ?? '', /Välj det resultat/);
  await rolf.submit({ do: 'correct', should: 'ask-registrar' });
  assert.match(rolf.errors.words ?? '', /Skriv något i rutan/);
  const words = 'Ring mig på 070-123 45 67. <!channel> *Se* <https://example.org|beslutet> <script>alert(1)</script>';
  await rolf.submit({ do: 'correct', should: 'ask-registrar', words });
  assert.match(modalOf(rolf), /Rättelsen är sparad\. Den som frågade får ett meddelande i sin chatt\. Vi tog bort/);
  const clean = words.replace('070-123 45 67', '[telefon]');
  assert.deepEqual([last(anna).content.should, last(anna).content.why], ['ask-registrar', clean]);
  const told = () => anna.messages.find(({ text }) => /Det borde ha blivit: Fråga registratorn/.test(text));
  await office.until(told, 'the correction in their chat');
  assert.ok(readText(told()!.blocks).includes(clean));
  const drawn = () =>
    anna.messages.some(({ blocks }) => /Granskad och rättad\n(.*\n)*.*beslutet/.test(readText(blocks)));
  await office.until(drawn, 'the correction on their card');
});

test('nobody reviews their own', async () => {
  const rolf = await office.guided('ask', 'yes-sure');
  const other = await office.guided('ask', 'yes-sure');
  grant(`{role: reviewer, ${named(rolf)}}`);
  await rolf.openHome();
  assert.match(homeOf(rolf), /din egen/);
  await open(rolf, numberOf(rolf));
  assert.match(modalOf(rolf), /Det här är din egen vägledning/);
  assert.equal(rolf.modal.submit, null);
  assert.equal(opened(numberOf(rolf)), 0);
  await open(rolf, numberOf(other));
  await office.until(() => rolf.modal.submit, 'another record');
  const view = { ...rolf.modal, private_metadata: JSON.stringify({ number: numberOf(rolf), seq: last(rolf).seq }) };
  const chosen = { do: { do: { type: 'radio_buttons', selected_option: { value: 'approve' } } } };
  await office.submit(rolf.id, { do: 'approve' }, { body: { view: { ...view, state: { values: chosen } } } });
  assert.match(modalOf(rolf), /Du får inte granska den/);
  assert.deepEqual([last(rolf).kind, last(other).kind], ['outcome', 'outcome']);
});

test('nobody reviews or answers what they asked in another chat, in Slack or in the console, once a person row says who they are', async () => {
  const database = await openDatabase(`sqlite:${office.file}`);
  after(() => database.close());
  const key = readFileSync(join(dirname(office.file), 'secret.key'), 'utf8').trim();
  const guidance = await openGuidance(database, loadFlows('test/support/flows'), key, () => new Date());
  const inTeams = new Colleague(guidance, 'Rut');
  const [tenant, object] = ['11111111-2222-3333-4444-555555555555', 'aaaaaaaa-2222-3333-4444-555555555555'];
  inTeams.visitor.person = recognise(guidance.keys.person, 'teams', tenant, object);
  await inTeams.start('account');
  await inTeams.answers('ask', 'yes-sure');
  const node = 'node' in inTeams.view ? inTeams.view.node : '';
  await inTeams.press({ verb: 'ask', node, words: 'Gäller det även oss?' });
  const [record] = office.rows('SELECT id, last_seq FROM record WHERE person = ?', inTeams.visitor.person.hash);
  const [number, seq] = [writeNumber(Number(record!.id)), Number(record!.last_seq)];
  const kinds = () =>
    office.rows('SELECT kind FROM entry JOIN record USING (session) WHERE record.id = ? ORDER BY seq', `${record!.id}`);
  const before = kinds();

  const rut = office.hire();
  const browser = new Traveller(address);
  const registrar = '{role: registrar, people: [rut@exempel.se]}';
  const person = `{person: [rut@exempel.se, slack:T0REC/${rut.id}, "teams:${tenant}/${object}"]}`;
  grant(registrar);
  await browser.signIn('rut', `/review/sign-in?back=/review/${number}`);
  assert.equal(browser.heading, number);
  assert.doesNotMatch(browser.html, /Det här är din egen vägledning/, 'nothing says yet who they are in Teams');
  const { token } = browser;

  grant(registrar, person);
  const [noted] = [opened(number)];
  await browser.visit(`/review/${number}`);
  assert.match(browser.html, /Det här är din egen vägledning\. Någon annan granskar den/);
  for (const deed of ['approve', 'comment']) {
    const response = await browser.go(`/review/${number}`, { token, do: deed, seq: `${seq}`, words: 'Rätt' });
    assert.match(browser.html, /Det här är din egen vägledning\. Du får inte granska den/);
    assert.ok(response.status >= 400);
  }
  await browser.go(`/review/questions/${number}`, { token, do: 'answer', seq: `${seq}`, words: 'Ja.' });
  assert.match(browser.html, /Det här är din egen fråga\. Någon annan svarar på den/);

  await rut.openHome();
  assert.match(
    homeOf(rut),
    new RegExp(`Att granska\n(.*\n)*${number}(.*\n)*.*din egen`),
    'the role holds here as well',
  );
  assert.doesNotMatch(homeOf(rut), /Gäller det även oss/);
  await open(rut, number);
  assert.match(modalOf(rut), /Det här är din egen vägledning/);
  assert.equal(rut.modal.submit, null);
  const other = await office.guided('ask', 'yes-sure');
  await forge(rut, numberOf(other));
  await office.until(() => rut.modal.submit, 'another record');
  for (const [deed, words] of [
    ['approve', /Du får inte granska den/],
    ['answer', /Det här är din egen fråga/],
  ] as const) {
    const values = { do: { do: { selected_option: { value: deed } } }, words: { words: { value: 'Ja.' } } };
    const view = { ...rut.modal, private_metadata: JSON.stringify({ number, seq }), state: { values } };
    const { text } = await office.submit(rut.id, { do: 'approve' }, { body: { view } });
    assert.match(text, words);
    office.faults.splice(0);
    if (deed === 'approve') await forge(rut, numberOf(other));
  }
  assert.equal(opened(number), noted, 'to read one’s own is not noted');
  assert.deepEqual(kinds(), before);

  const siv = office.hire();
  grant(`{role: registrar, ${named(siv)}}`, person);
  await siv.openHome();
  assert.match(homeOf(siv), /Gäller det även oss/);
  await forge(siv, number);
  await siv.submit({ do: 'answer', words: 'Ja.' });
  assert.equal(kinds().length, before.length + 1, 'somebody else answers');
});

test('a role that is taken away is gone at the next press', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  grant(`{role: reviewer, ${named(rolf)}}`);
  await rolf.openHome();
  await open(rolf, numberOf(anna));
  grant();
  await rolf.submit({ do: 'approve' });
  assert.match(modalOf(rolf), /Att granska är för dem som har en roll/);
  await forge(rolf, numberOf(anna));
  assert.match(modalOf(rolf), /Att granska är för dem som har en roll/);
  assert.equal(last(anna).kind, 'outcome');
  assert.doesNotMatch(homeOf(rolf), /Att granska/);
  const archive = `{role: archivist, ${named(rolf)}}`;
  grant(archive);
  await forge(rolf, numberOf(anna));
  grant(archive.replace('archivist', 'auditor'));
  await rolf.submit({ do: 'comment', words: 'Hej' });
  assert.match(modalOf(rolf), /Din roll räcker inte till det/);
});

test('of two who review at once, the second is told, and keeps what they wrote', async () => {
  const [anna, rolf, siv] = [await office.guided('ask', 'yes-sure'), office.hire(), office.hire()];
  grant(`{role: reviewer, ${named(rolf, siv)}}`);
  for (const one of [rolf, siv]) {
    await one.openHome();
    await open(one, numberOf(anna));
  }
  await rolf.submit({ do: 'return', words: 'Vad menar du?' });
  await siv.submit({ do: 'comment', words: 'Det här är rätt' });
  assert.match(modalOf(siv), new RegExp(`${nameOf(rolf)} hann före`));
  assert.match(modalOf(siv), /återsänd – Vad menar du\?/);
  assert.match(JSON.stringify(siv.modal.blocks), /"initial_value":"Det här är rätt"/);
  await siv.submit({ do: 'comment', words: 'Det här är rätt' });
  assert.match(modalOf(siv), /Kommentaren är sparad/);
  assert.deepEqual(
    office
      .log(anna)[0]!
      .slice(-2)
      .map(({ kind }) => kind),
    ['review', 'comment'],
  );
});

test('a reviewer of one unit sees and opens nothing of another', async () => {
  const [anna, bea, rolf] = [await office.guided('ask', 'yes-sure'), await office.guided('unsure'), office.hire()];
  await anna.press('g:unit', 'Parker');
  await bea.press('g:unit', 'Skola');
  grant(`{role: reviewer, units: [Parker], ${named(rolf)}}`);
  await rolf.openHome();
  assert.match(homeOf(rolf), new RegExp(`${numberOf(anna)}(.*\n)*.* · Parker`));
  assert.doesNotMatch(homeOf(rolf), new RegExp(numberOf(bea)));
  await forge(rolf, numberOf(bea));
  assert.match(modalOf(rolf), /hör det till en enhet som din roll inte gäller/);
});

test('a question waits in the home of those who may answer it; the answer comes to the chat and the card of whoever asked', async () => {
  const [anna, rolf, siv] = [await office.guided('unsure'), office.hire(), office.hire()];
  await anna.press('g:ask');
  assert.match(modalOf(anna), /Att fråga stoppar inga tider/);
  await anna.submit({ 'g:ask': 'Vem ska <!here> skriva under? 070-123 45 67' });
  await office.sees(anna, /Fråga registratorn: Väntar på svar\n.*Vem ska <!here> skriva under\? \[telefon\]/);
  grant(`{role: registrar, ${named(rolf, siv)}}`);
  const number = numberOf(anna);
  for (const one of [rolf, siv]) {
    await one.openHome();
    assert.match(homeOf(one), new RegExp(`Frågor som väntar\n(.*\n)*${number} · Starta ett konto\n(.*\n)*.*<!here>`));
  }
  await office.press(rolf.id, rolf.home, (one) => one.action_id === 'g:take' && String(one.value).startsWith(number));
  await office.until(() => /^Du har tagit frågan/.test(homeOf(rolf)), 'the question taken');
  await office.press(siv.id, siv.home, (one) => one.action_id === 'g:take' && String(one.value).startsWith(number));
  await office.until(() => homeOf(siv).startsWith(`${nameOf(rolf)} hann före`), 'that somebody was quicker');
  await forge(siv, number);
  assert.match(modalOf(siv), new RegExp(`${nameOf(rolf)} har tagit frågan`));
  assert.doesNotMatch(modalOf(siv), /Ställ en motfråga/);
  await forge(rolf, number);
  await rolf.submit({ do: 'answer' });
  assert.match(rolf.errors.words ?? '', /Skriv något/);
  await rolf.submit({ do: 'ask back', words: 'Vilket konto?' });
  const shows = (words: RegExp) =>
    office.until(() => anna.messages.some(({ blocks }) => words.test(readText(blocks))), `${words} on a card`);
  await shows(/Registratorn frågar dig något\n(.*\n)*.*Vilket konto\?/);
  await anna.press('g:show');
  await office.sees(anna, /Registratorn frågar dig något\n(.*\n)*.*Vilket konto\?/);
  await anna.press('g:ask');
  await anna.submit({ 'g:ask': 'Biblioteket' });
  await forge(rolf, number);
  await rolf.submit({ do: 'answer', words: 'Nämnden skriver under.' });
  await shows(/Besvarad\n(.*\n)*.*Nämnden skriver under\./);
  assert.ok(anna.messages.some(({ text }) => text.includes(number) && text.includes('Nämnden skriver under.')));
  assert.deepEqual(office.kinds(anna), ['start answer outcome ask reply ask reply']);
  assert.doesNotMatch(homeOf(rolf), /Frågor som väntar/);
});

test('a user group of Slack may have the role; where Slack does not say who is in it, nobody has', async () => {
  const [rolf, siv] = [office.hire(), office.hire()];
  grant('{role: reviewer, groups: [S0REVIEW]}');
  office.groups.push({ id: 'S0REVIEW', users: [siv.id] });
  await rolf.openHome();
  assert.doesNotMatch(homeOf(rolf), /Att granska/);
  await office.reopen(settings);
  await siv.openHome();
  assert.match(homeOf(siv), /Att granska/);
  await office.reopen(settings);
  office.fail('usergroups.list', { with: 'missing_scope' });
  await siv.openHome();
  assert.doesNotMatch(homeOf(siv), /Att granska/);
});

test('in an organisation of many workspaces, the roles may name either', async () => {
  const [rolf, siv] = [office.hire(), office.hire()];
  grant(`{role: reviewer, people: [slack:T0REC/${rolf.id}, slack:E0ORG/${siv.id}]}`);
  for (const one of [rolf, siv]) {
    await office.openHome(one.id, { enterpriseId: 'E0ORG' });
    await office.until(() => office.home(one.id) && /Att granska/.test(homeOf(one)), 'the queue');
  }
});

test('the command leads to the review, and says where there is none', async () => {
  const [rolf, siv] = [office.hire(), office.hire()];
  grant(`{role: registrar, ${named(rolf)}}`);
  await rolf.command('review');
  await office.hears(rolf, /under fliken Hem i appen/);
  await office.until(() => rolf.hasHome && /Att granska/.test(homeOf(rolf)));
  await siv.command('granska');
  await office.hears(siv, /är för dem som har en roll/);
});

test('a long queue has pages', async () => {
  const rolf = office.hire();
  while (waiting() <= 8) await office.guided('unsure');
  grant(`{role: reviewer, ${named(rolf)}}`);
  await rolf.openHome();
  const first = homeOf(rolf).match(/VGL-\d{4}-\d{5}/g)!;
  assert.equal(first.length, 8);
  await rolf.press('g:queue', undefined, rolf.home);
  const second = homeOf(rolf).match(/VGL-\d{4}-\d{5}/g)!;
  assert.ok(second.every((number) => number < first.at(-1)!));
  await rolf.press('g:newest', undefined, rolf.home);
  assert.deepEqual(homeOf(rolf).match(/VGL-\d{4}-\d{5}/g), first);
});

test('what somebody has made up is refused in words, and nothing of it is written', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  await anna.press('g:label');
  await anna.submit({ label: '<!channel> *fet* <https://evil.example|Tryck> <script>' });
  grant(`{role: registrar, ${named(rolf)}}`);
  await rolf.openHome();
  const number = numberOf(anna);
  const place = { number, seq: last(anna).seq };
  const said = (value: Json) => Object.fromEntries(Object.entries(value).map(([id, one]) => [id, { [id]: one }]));
  const made: [object | string, Json, RegExp][] = [
    ['{', { do: { selected_option: { value: 'approve' } } }, /Välj vad du vill göra/],
    [place, { do: { selected_option: { value: 'hold' } } }, /Välj vad du vill göra/],
    [place, { words: { value: 'å'.repeat(3000) } }, /Välj vad du vill göra/],
    [{ ...place, number: "VGL-2026-00001'--" }, { do: { selected_option: { value: 'approve' } } }, /Numret finns inte/],
    [{ ...place, seq: -5 }, { do: { selected_option: { value: 'approve' } } }, /har ändrats sedan du öppnade/],
    [
      place,
      { do: { selected_option: { value: 'answer' } }, words: { value: 'Svar' } },
      /ingen fråga till registratorn/,
    ],
    [
      place,
      { do: { selected_option: { value: 'comment' } }, words: { value: 'å'.repeat(3000) } },
      /längre än 1 000 tecken/,
    ],
    [
      place,
      {
        do: { selected_option: { value: 'correct' } },
        should: { selected_option: { value: 'x' } },
        words: { value: 'x' },
      },
      /Välj det resultat/,
    ],
  ];
  for (const [metadata, values, words] of made) {
    await forge(rolf, number);
    assert.match(modalOf(rolf), /Rubrik: <!channel> \*fet\* <https:\/\/evil\.example\|Tryck> <script>/);
    const private_metadata = typeof metadata === 'string' ? metadata : JSON.stringify(metadata);
    const view = { ...rolf.modal, private_metadata, state: { values: said(values) } };
    const { text } = await office.submit(rolf.id, { do: 'approve' }, { body: { view } });
    assert.match(text, words);
  }
  assert.equal(last(anna).kind, 'label');
  const bea = await office.guided('unsure');
  await bea.press('g:ask');
  const [block] = bea.modal.blocks;
  const forged = String(block!.block_id).replace(/^[^:]+/, String(last(anna).session));
  const view = { ...bea.modal, state: { values: { [forged]: { 'g:ask': { value: 'Hej' } } } } };
  const { text } = await office.submit(bea.id, {}, { body: { view } });
  assert.match(text, /hör till någon annan/);
  // The made-up form has a field that the real one has not.
  assert.match(office.faults.pop() ?? '', /is no input of the modal/);
  await office.press(bea.id, bea.card, 'g:unit', {
    value: 'Skola',
    action: { selected_option: { value: 'Påhittad' } },
  });
  await office.quiet();
  assert.deepEqual(office.kinds(bea), ['start answer outcome']);
});

test('one says in the home where one works, and whether one wants reminders', async () => {
  const anna = office.hire();
  await anna.openHome();
  assert.match(homeOf(anna), /Om dig\nVar arbetar du\?/);
  await anna.press('g:unit', 'Skola', anna.home);
  assert.match(homeOf(anna), /Enhet: Skola/);
  await anna.press('g:reminders', undefined, anna.home);
  assert.match(homeOf(anna), /Du får inga påminnelser/);
  const [kept] = office.rows('SELECT muted, unit FROM person WHERE user_id = ?', anna.id);
  assert.deepEqual([kept!.muted, kept!.unit], [1, 'Skola']);
  await office.command(anna.id, anna.dm);
  await office.until(() => anna.messages.length > 0);
  await anna.press('g:start:account');
  await anna.answers('unsure');
  assert.equal(office.records(anna)[0]!.unit, 'Skola');
  await anna.openHome();
  await anna.press('g:reminders', undefined, anna.home);
  assert.match(homeOf(anna), /Du får påminnelser/);
});

test('a channel that the settings name is told once, laid out as it stands; what fails is tried again, or never', async () => {
  const database = await openDatabase(`sqlite:${office.file}`);
  after(() => database.close());
  const words = { sv: ['Vecka 47', 'Enheter\nSkola  ███  5–9'], en: [''] };
  const tell = (...channels: string[]) => {
    const said = { session: null, kind: 'summary', words, now: new Date() } as const;
    const rows = channels.map((channel) => newAnnouncement(channel, 'slack', said));
    return database.transact((tx) => tx.insertInto('outbox').values(rows).execute());
  };
  const became = () =>
    office
      .rows("SELECT recipient, state, attempts, because FROM outbox WHERE recipient LIKE 'channel:%' ORDER BY rowid")
      .map(({ recipient, state, attempts, because }) => `${recipient} ${state} ${attempts} ${because ?? ''}`);
  const settled = () =>
    office.until(
      () => became().every((row) => !/ (waiting 0|sending)/.test(row)),
      () => became().join(),
    );
  const rolf = office.hire();
  await tell('C0REVIEW', rolf.id, 'C0OTHER', 'C0NONE');
  await settled();
  assert.deepEqual(became(), [
    'channel:C0REVIEW sent 1 ',
    `channel:${rolf.id} sent 1 `,
    'channel:C0OTHER waiting 1 not_in_channel',
    'channel:C0NONE waiting 1 channel_not_found',
  ]);
  const [told, ...more] = office.messages('C0REVIEW');
  assert.deepEqual(more, []);
  assert.equal(readText(told!.blocks), 'Vecka 47\nEnheter\nSkola  ███  5–9');
  assert.match(rolf.messages.at(-1)!.text, /Vecka 47/);
  office.fail('chat.postMessage', { with: 'token_revoked' });
  await tell('C0REVIEW');
  await settled();
  assert.equal(became().at(-1), 'channel:C0REVIEW gone 1 token_revoked');
});

test('the log is as it was written', async () => {
  assert.match(await office.verify(), /all as they were written/);
});
