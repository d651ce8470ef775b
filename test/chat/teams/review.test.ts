import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, test } from 'node:test';
import { numberOf as writeNumber } from '../../../src/record/number.ts';
import { webDoor } from '../../doors/web.ts';
import { findBrowser, openBrowser, violations } from '../../support/browser.ts';
import { temporaryFolder } from '../../support/databases.ts';
import { freePort } from '../../support/port.ts';
import type { Json } from '../../support/slack/limits.ts';
import type { Message } from '../../support/teams/connector.ts';
import { type Button, everyElement, type Filling } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { rooms } from '../../support/teams/tenant.ts';

const file = join(temporaryFolder(), 'roles.yaml');
const grant = (...lines: string[]) => writeFileSync(file, lines.map((line) => `- ${line}\n`).join(''));
grant();
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const settings = { ROLES: file, PORT: String(port), PUBLIC_URL: address, TEAMS_REGISTRAR_CHANNEL: rooms.channel };
const office = await openOffice(settings);
afterEach(() => assert.deepEqual(office.faults.splice(0), []));

const named = (...people: Person[]) => {
  const names = people.map(({ id }) => `teams:${office.settings.tenantId}/${office.user(id).aadObjectId}`);
  return `people: [${names.join(', ')}]`;
};
const reviewer = (...people: Person[]) => grant(`{role: reviewer, ${named(...people)}}`);
const numberOf = (person: Person) => writeNumber(Number(office.records(person)[0]!.id));
const last = (person: Person) => office.log(person)[0]!.at(-1)!;
const opened = (number: string) =>
  office.rows('SELECT * FROM access WHERE what = ? AND detail = ?', 'opened', number).length;

/** Presses a button of the review that is for this record. */
function on(person: Person, number: string, what: string, value?: Filling) {
  const meant = (button: { what?: string; option?: string; number?: string }) =>
    button.number === number && (button.what === what || (button.what === 'write' && button.option === what));
  return person.press(meant, value);
}

/** Sends a press of the review that no button is for. */
function forge(person: Person, data: Json, card: Message = person.card) {
  const any = ({ action }: Button) => action.associatedInputs === 'none';
  return person.press(any, undefined, card, { action: { verb: 'review', data } });
}

/** Someone in their own chat, with this record before them. */
async function reading(person: Person, number: string): Promise<void> {
  await person.say('granska');
  await on(person, number, 'read');
}

test('whoever has a role finds the queue by asking for it, without names; nobody else sees anything of it', async () => {
  const [anna, rolf, bea] = [await office.guided('ask', 'unsure'), office.hire(), office.hire('en-GB')];
  grant(`{role: reviewer, ${named(rolf)}}`, `{role: administrator, ${named(bea)}}`);
  await rolf.say('granska');
  assert.equal(rolf.heading, 'Att granska');
  const line = `${numberOf(anna)}\nFråga registratorn · Starta ett konto\n.* · ingen enhet angiven · ett ”Vet inte”\nLäs`;
  assert.match(rolf.text, new RegExp(line));
  const card = JSON.stringify(rolf.card.card);
  assert.ok(card.includes(`"url":"${address}/review"`));
  assert.ok(!card.includes(anna.id) && !card.includes(office.user(anna.id).name));
  await bea.say('review');
  assert.match(bea.text, /^To review\nReviewing is for those who have a role in it/);
  const before = anna.text;
  await forge(anna, { what: 'queue' });
  assert.match(anna.text, /^Att granska\nAtt granska är för dem som har en roll/);
  assert.notEqual(anna.text, before);
});

test('a record is read in place of the queue, which is noted; approved, it leaves the queue, and Teams may say so twice', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire('en-GB')];
  reviewer(rolf);
  const number = numberOf(anna);
  await reading(rolf, number);
  assert.equal(rolf.heading, 'Start an account – The account may start');
  assert.match(rolf.text, /Vad vill du göra\? → Fråga \(decided the outcome\)/);
  assert.match(rolf.text, /Husregel: Så gör vi här\./);
  assert.equal(rolf.cards.length, 1, 'it is drawn where it was pressed');
  assert.equal(opened(number), 1);
  const reply = await on(rolf, number, 'approve');
  assert.match(rolf.text, /^The guidance has been approved\.\nTo review/);
  assert.ok(!rolf.text.includes(number));
  await office.again(reply, { fresh: true });
  const { kind, content } = last(anna);
  const by = content.by as Json;
  const { name } = office.user(rolf.id);
  assert.deepEqual([kind, content.result, by.name, by.role], ['review', 'approved', name, 'reviewer']);
  assert.equal(office.log(anna)[0]!.filter((one) => one.kind === 'review').length, 1);
});

test('a correction says what is right and why, and the person is told of it; what is written is read as it was written', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  reviewer(rolf);
  const number = numberOf(anna);
  await reading(rolf, number);
  await on(rolf, number, 'correct');
  assert.equal(rolf.heading, 'Rätta');
  await assert.rejects(on(rolf, number, 'correct', { option: 'Se beslutet' }), /borde ha blivit must be filled in/);
  await assert.rejects(on(rolf, number, 'correct', { should: 'ask-registrar' }), /Varför must be filled in/);
  await forge(rolf, { what: 'correct', number, seq: last(anna).seq, option: 'Se beslutet', should: 'unheard-of' });
  assert.match(rolf.text, /^Välj det resultat/);
  assert.equal(
    everyElement(rolf.card.card).find(({ element }) => element.type === 'Input.Text')!.element.value,
    'Se beslutet',
  );
  const words =
    'Ring mig på 070-123 45 67. <at>Anna</at> *Se* [beslutet](https://example.org) <script>alert(1)</script>';
  await on(rolf, number, 'correct', { should: 'ask-registrar', option: words });
  assert.match(rolf.text, /^Rättelsen är sparad\. Den som frågade får ett meddelande i sin chatt\. Vi tog bort/);
  const clean = words.replace('070-123 45 67', '[telefon]');
  assert.deepEqual([last(anna).content.should, last(anna).content.why], ['ask-registrar', clean]);
  const unseen = (text: string) => text.replaceAll('\u200b', '');
  const told = () =>
    anna.cards.find(
      (card) => /Det borde ha blivit: Fråga registratorn/.test(anna.reads(card)) && /^Om din/.test(anna.reads(card)),
    );
  await office.until(() => told() !== undefined, 'the correction in their chat');
  assert.ok(unseen(anna.reads(told()!)).includes(clean));
  const drawn = () => anna.cards.find((card) => /Granskad och rättad/.test(anna.reads(card)));
  await office.until(() => drawn() !== undefined, 'the correction on their card');
  assert.ok(unseen(anna.reads(drawn()!)).includes(clean));
  await anna.press('show', undefined, told()!);
  assert.match(anna.text, /Kontot får starta/);
});

test('nobody reviews their own, whatever is pressed', async () => {
  const rolf = await office.guided('ask', 'yes-sure');
  reviewer(rolf);
  const number = numberOf(rolf);
  await reading(rolf, number);
  assert.match(rolf.text, /Det här är din egen vägledning/);
  assert.deepEqual(
    rolf.buttons.map(({ what }) => what),
    ['queue'],
  );
  assert.equal(opened(number), 0);
  await forge(rolf, { what: 'approve', number, seq: last(rolf).seq });
  assert.match(rolf.text, /Du får inte granska den/);
  assert.equal(last(rolf).kind, 'outcome');
});

test('a role that is taken away is gone at the next press, and so is what was read by it', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  reviewer(rolf);
  const number = numberOf(anna);
  await reading(rolf, number);
  grant();
  await on(rolf, number, 'approve');
  assert.match(rolf.text, /^Att granska\nAtt granska är för dem som har en roll/);
  assert.equal(last(anna).kind, 'outcome');
  grant(`{role: auditor, ${named(rolf)}}`);
  await reading(rolf, number);
  assert.deepEqual(
    rolf.buttons.map(({ what }) => what),
    ['queue'],
    'an auditor reads and changes nothing',
  );
  await forge(rolf, { what: 'approve', number, seq: last(anna).seq });
  assert.match(rolf.text, /Din roll räcker inte till det/);
  await forge(rolf, { what: 'read', number: 'VGL-2026-99999' });
  assert.match(rolf.text, /^Numret finns inte/);
  assert.equal(last(anna).kind, 'outcome');
});

test('of two who review at once the second is told, and sees how it stands', async () => {
  const [anna, rolf, siv] = [await office.guided('ask', 'yes-sure'), office.hire(), office.hire()];
  reviewer(rolf, siv);
  const number = numberOf(anna);
  await Promise.all([reading(rolf, number), reading(siv, number)]);
  await on(siv, number, 'return');
  await on(rolf, number, 'approve');
  await on(siv, number, 'return', 'Varför inte?');
  assert.match(siv.text, new RegExp(`^${office.user(rolf.id).name} `));
  assert.match(siv.text, /godkän/);
  assert.equal(last(anna).content.result, 'approved');
});

test('in a room nothing of the review is shown, only where it is to be found', async () => {
  const [anna, rolf] = [await office.guided('ask', 'yes-sure'), office.hire()];
  reviewer(rolf);
  for (const room of [rooms.group, rooms.channel]) {
    await rolf.mention(room, 'granska');
    assert.match(rolf.reads(rolf.whispered(room)!), /^Det du kan granska visas bara i din egen chatt/);
  }
  assert.equal(rolf.cards.length, 0);
  // Whoever has not got the app has cards of their own in a room.
  office.user(rolf.id).hasApp = false;
  await rolf.mention(rooms.group);
  await forge(rolf, { what: 'read', number: numberOf(anna), seq: 0 }, rolf.whispered(rooms.group));
  assert.match(rolf.told!, /^Det du kan granska visas bara i din egen chatt/);
  assert.equal(opened(numberOf(anna)), 0);
});

test('whoever is in a team or a channel that has a role has it; where Teams does not say so, nobody has', async () => {
  await office.guided('ask', 'yes-sure');
  const [rolf, siv, bea] = [office.hire(), office.hire(), office.hire()];
  const meeting = office.room(rooms.meeting);
  meeting.members = meeting.members.filter((id) => id !== siv.id);
  grant(`{role: reviewer, groups: ['${rooms.meeting}', S0SLACK]}`);
  await rolf.say('granska');
  assert.match(rolf.text, /^Att granska\nVägledningar som ingen har granskat/);
  await siv.say('granska');
  office.fail('member', { status: 500 });
  await bea.say('granska');
  for (const one of [siv, bea]) assert.match(one.text, /är för dem som har en roll/);
  const asked = office.calls.filter(({ what }) => what === 'member').length;
  await rolf.say('granska');
  assert.equal(office.calls.filter(({ what }) => what === 'member').length, asked, 'it is not asked at every press');
});

test('a question goes to the registrar’s channel, is taken and answered by card, and the answer comes to the asker', async () => {
  const [anna, rut] = [await office.guided('ask'), office.hire()];
  grant(`{role: registrar, ${named(rut)}}`);
  await anna.press('ask');
  assert.equal(anna.heading, 'Fråga registratorn');
  await anna.press('ask', 'Gäller **det** <b>här</b> också?');
  assert.match(anna.text, /^Din fråga är skickad till registratorn/);
  const number = numberOf(anna);
  const inChannel = () => office.messages(rooms.channel).filter(({ card, to }) => card && to === undefined);
  await office.until(() => inChannel().some((one) => rut.reads(one).includes(number)), 'the question in the channel');
  await rut.say('granska');
  await rut.press('review:questions');
  assert.match(
    rut.text.replaceAll('\u200b', ''),
    new RegExp(`${number}\n(.*\n){1,3}Gäller \\*\\*det\\*\\* <b>här</b> också\\?`),
  );
  assert.ok(!rut.text.includes(office.user(anna.id).name));
  await on(rut, number, 'take');
  assert.ok(rut.text.includes(number));
  await on(rut, number, 'ask back');
  await on(rut, number, 'ask back', 'Vilket konto?');
  const told = (words: RegExp) => () => anna.cards.some((card) => words.test(anna.reads(card)));
  await office.until(told(/Om din vägledning\n(.*\n)*.*Vilket konto\?/), 'the question back');
  await office.until(told(/Registratorn frågar dig något\n(.*\n)*Vilket konto\?/), 'the question back on their card');
  const card = anna.cards.find((one) => /Registratorn frågar dig något/.test(anna.reads(one)))!;
  await anna.press('ask', undefined, card);
  await anna.press(
    'ask',
    'Skolans',
    anna.cards.find(({ id }) => id === card.id),
  );
  await rut.say('granska');
  await rut.press('review:questions');
  await on(rut, number, 'read');
  assert.match(rut.text, /Skolans/);
  await on(rut, number, 'answer');
  await on(rut, number, 'answer', 'Ja, det gäller.');
  assert.equal(rut.heading, 'Frågor som väntar');
  await office.until(told(/Om din vägledning\n(.*\n)*.*Ja, det gäller\./), 'the answer');
  await office.until(told(/Fråga registratorn: Besvarad\n(.*\n)*Ja, det gäller\./), 'the answer on their card');
});

test('a question that is too long is there to be shortened, and a unit has to be chosen before it is saved', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('ask');
  const { session, node, seq } = anna.buttons[0]!;
  const option = 'å'.repeat(1500);
  // A client that does not count.
  const action = { verb: 'ask', data: { session, node, seq, written: true, option } };
  await anna.press('ask', undefined, anna.card, { action });
  assert.match(anna.text, /^Det var för långt\. Skriv högst 1 000 tecken/);
  assert.equal(
    everyElement(anna.card.card).find(({ element }) => element.type === 'Input.Text')!.element.value,
    option,
  );
  await anna.press('show');
  await anna.press('unit');
  assert.match(anna.text, /^Välj ett av alternativen först/);
  await anna.press('unit', 'Skola');
  assert.match(anna.text, /^Sparat\. .*\n(.*\n)*Enhet: Skola\nByt enhet/);
  anna.unfold('unit');
  await anna.press('unit', 'Parker');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome unit unit']);
});

test('a channel is told also before anybody has done anything in Teams; where the app is not, that is kept', async () => {
  await office.reopen(settings);
  const ask = async (words: string) => {
    const visitor = await webDoor(address).visit();
    await visitor.start('account');
    await visitor.ask(words);
  };
  const before = office.messages(rooms.channel).length;
  await ask('Från webben?');
  await office.until(() => office.messages(rooms.channel).length > before, 'the question in the channel');
  const { to, card } = office.messages(rooms.channel).at(-1)!;
  assert.deepEqual([to, JSON.stringify(card).includes('VGL-')], [undefined, true]);
  const channel = office.room(rooms.channel);
  channel.hasBot = false;
  await ask('En gång till?');
  const gone = () =>
    office.rows('SELECT because FROM outbox WHERE recipient = ? AND state = ?', `channel:${channel.id}`, 'gone');
  await office.until(() => gone().length > 0, 'that it can’t be told');
  assert.match(String(gone()[0]!.because), /^403/);
  channel.hasBot = true;
});

test('reminders are turned off and on where help is asked for', async () => {
  const anna = office.hire();
  await anna.say('hjälp');
  await anna.press('remind:off');
  assert.match(anna.text, /Du får inga påminnelser/);
  const { aadObjectId } = office.user(anna.id);
  const muted = () => office.rows('SELECT muted FROM person WHERE user_id = ?', aadObjectId).map((row) => row.muted);
  assert.deepEqual(muted(), [1]);
  await anna.press('remind:on');
  assert.deepEqual(muted(), [0]);
  assert.equal(anna.cards.length, 1);
});

const tab = `${address}/teams/tab`;

test('the tab is a page for everybody, which Teams alone may show within its own, and which leads out to the console', async () => {
  const { status, headers } = await fetch(tab, { headers: { 'x-forwarded-for': '203.0.113.7' } });
  assert.equal(status, 200);
  const policy = headers.get('content-security-policy')!;
  const [, hosts] = /frame-ancestors ([^;]+)/.exec(policy)!;
  assert.equal(hosts, 'https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft');
  assert.match(policy, /^default-src 'none'; style-src 'self';/);
  assert.equal(headers.get('x-frame-options'), null);
  for (const path of ['/', '/review'])
    assert.match((await fetch(address + path)).headers.get('content-security-policy')!, /frame-ancestors 'none'/);
});

test('the tab can be read by everybody, on a phone too', { skip: findBrowser() === undefined }, async () => {
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: { width: 360, height: 640 } });
  await page.goto(tab);
  const links = await page
    .locator('a')
    .evaluateAll((all) => all.map((one) => [one.getAttribute('href'), one.getAttribute('target')]));
  assert.deepEqual(links, Array(2).fill([`${address}/review`, '_blank']));
  assert.equal(await page.evaluate('document.documentElement.scrollWidth'), 360);
  assert.deepEqual(await violations(page), []);
});
