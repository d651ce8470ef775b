import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { readDocx } from '../../support/docx.ts';
import { runCommand } from '../../support/program.ts';
import type { Json } from '../../support/slack/limits.ts';
import { cardType, consentType, fileType } from '../../support/teams/cards.ts';
import type { Message } from '../../support/teams/connector.ts';
import { headingOf, type Which } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { rooms } from '../../support/teams/tenant.ts';

const office = await openOffice({ FLOWS: 'flows' });
afterEach(() => assert.deepEqual(office.faults.splice(0), []));

const { group, channel, elsewhere } = rooms;

/** Short ways to an outcome; the last one leads to a draft. */
const notPublic = ['incoming', 'library'];
const askRegistrar = ['unsure'];
const toRefusal = ['made', 'no', 'closed', 'facts', 'pupil-health', 'not-clear', 'no'];

const trail: Which = ({ verb, option }) => verb === 'change' && option === '';
const ofNode =
  (meant: string): Which =>
  ({ verb, node, option }) =>
    verb === 'change' && node === meant && option === undefined;

/** Somebody with a dialog open, in which they have begun a flow and given these answers. */
async function inDialog(flow: string, ...options: string[]): Promise<Person> {
  const anna = office.hire();
  await anna.compose(channel);
  await anna.choose(flow, 'start');
  for (const option of options) await anna.choose(option);
  return anna;
}

/** Somebody who has begun a flow in their own chat and given these answers. */
async function inChat(flow: string, ...options: string[]): Promise<Person> {
  const anna = office.hire();
  await anna.say();
  await anna.answer(flow, 'start');
  await anna.answers(...options);
  return anna;
}

const messageOf = (person: Person) => office.log(person)[0]![0]!.content.message as Record<string, string>;
const numberIn = (text: string) => /VGL-\d{4}-\d{5}/.exec(text)![0];

test('a message that is pointed at leads straight into the guidance about messages, in a dialog', async () => {
  const anna = office.hire();
  const reply = await anna.check(group);
  const { task } = JSON.parse(reply.text) as { task: Json };
  assert.equal(task.type, 'continue');
  const { title, card } = task.value as Record<string, Json>;
  assert.deepEqual([title, card!.contentType], ['Är det en allmän handling?', cardType]);
  assert.match(
    anna.dialog.text,
    /Vad gäller det\?\n(.*\n)*Det gäller det här meddelandet\. Meddelandets text sparas inte/,
  );
  assert.deepEqual(anna.messages, [], 'nothing in the chat, and nothing in the room');
  assert.deepEqual(
    office.messages(group).filter(({ from }) => from === office.settings.botId),
    [],
  );
});

test('of the message its address and a check value are kept, which prove what a person read; its text is kept nowhere', async () => {
  const anna = office.hire('en-GB');
  const content =
    '<div><p>Hej&nbsp;<b>Xerxes</b>,<br>bygglovet på Åsgatan &lt;3 &amp; mer</p><p><at id="0">Erik</at> &quot;ja&quot;&#39;</p></div>';
  const read = 'Hej Xerxes,\nbygglovet på Åsgatan <3 & mer\nErik "ja"\'';
  await anna.check(channel, content);
  await anna.choose('gone');
  const link = /\[this message\]\((https:[^)]+)\)/.exec(JSON.stringify(anna.dialog.card))?.[1];
  while (!anna.dialog.text.includes('Outcome')) await anna.choose('unsure');
  const { permalink, salt, hash } = messageOf(anna);
  assert.match(
    permalink!,
    /^https:\/\/teams\.microsoft\.com\/l\/message\/19%3Achannel%40thread\.tacv2\/\d+\?tenantId=/,
  );
  assert.equal(link, permalink);
  assert.equal(hash, createHash('sha256').update(salt!, 'hex').update(read).digest('hex'));
  await office.quiet();
  const everything = office.everything();
  assert.ok(everything.includes(permalink!));
  assert.ok(!/Xerxes|Åsgatan/.test(everything), 'in the database, in the log, or told to Teams');
  const settings = { DATABASE_URL: `sqlite:${office.file}`, FLOWS: 'flows' };
  const { stdout } = await runCommand('src/records.ts', ['show', numberIn(anna.dialog.text)], settings);
  assert.ok(stdout.includes(permalink!));
  assert.doesNotMatch(stdout, /Xerxes/);
});

test('where Teams says no address of a message, one is made of where it stands; where nothing is said, it does no harm', async () => {
  for (const [room, pointed, expected] of [
    [
      group,
      { linkToMessage: '', id: '1763802' },
      /^https:\/\/teams\.microsoft\.com\/l\/message\/19%3Agroup%40thread\.v2\/1763802\?context=/,
    ],
    [
      channel,
      { body: { linkToMessage: undefined }, id: '1763803' },
      /^https:\/\/teams\.microsoft\.com\/l\/message\/19%3Achannel%40thread\.tacv2\/1763803\b/,
    ],
    [group, { body: { linkToMessage: null, id: null } }, /^$/],
    [group, { body: { body: undefined } }, /^https:/],
    [group, { body: { body: { contentType: 'html', content: 7 } } }, /^https:/],
  ] as const) {
    const anna = office.hire();
    await anna.tenant.messageAction(anna.id, room, pointed);
    assert.match(anna.dialog.heading, /Vad gäller det/, JSON.stringify(pointed));
    await anna.choose('gone');
    assert.match(messageOf(anna).permalink!, expected, JSON.stringify(pointed));
    if (messageOf(anna).permalink) assert.match(anna.dialog.text, /Det gäller det här meddelandet/);
  }
});

test('an address that is no address of Teams leads nowhere else than it says', async () => {
  for (const linkToMessage of [
    'https://example.org/)](javascript:x) y',
    'https://example.org/\\](tel:112) [b',
    'javascript:x',
  ]) {
    const anna = office.hire();
    await anna.tenant.messageAction(anna.id, group, { linkToMessage });
    assert.match(anna.dialog.text, /Det gäller det här meddelandet\. Meddelandets text/, linkToMessage);
  }
});

test('without a message the dialog begins with the choice of what to ask', async () => {
  const anna = office.hire();
  for (const context of ['compose', 'commandbox'] as const) {
    await anna.tenant.composeAction(anna.id, elsewhere, { context });
    assert.match(anna.dialog.heading, /Vad vill du ha hjälp med/);
  }
  const bea = office.hire('en-GB');
  await bea.compose(group);
  assert.match(bea.dialog.heading, /What do you need help with/);
  assert.equal(bea.dialog.title, 'Is it a public record?');
});

test('a dialog that is asked for again and again, as Teams does when it waits too long, logs nothing', async () => {
  const anna = office.hire();
  const asked = await anna.check(group, '<p>Hej</p>');
  for (let i = 0; i < 3; i += 1) assert.equal((await office.again(asked, { fresh: true })).status, 200);
  await anna.compose(group);
  await anna.compose(group);
  assert.deepEqual(office.log(anna), []);
  await office.quiet();
  assert.deepEqual(anna.messages, []);
});

test('from the first question to the outcome all of it is in the dialog; what it came to then also stands in the chat', async () => {
  const anna = await inDialog('is-it-public', ...notPublic);
  assert.match(anna.dialog.heading, /^Inte allmän/);
  await office.quiet();
  assert.equal(anna.cards.length, 1);
  assert.equal(anna.heading, anna.dialog.heading);
  assert.equal(numberIn(anna.text), numberIn(anna.dialog.text));
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  assert.deepEqual(
    office.messages(channel, anna.id).filter(({ from }) => from === office.settings.botId),
    [],
  );
});

test('back, change, why, the language and the end work in a dialog as they do in the chat', async () => {
  const anna = await inDialog('is-it-public', 'made', 'no');
  const question = anna.dialog.heading;
  await anna.submit('why:show');
  assert.match(anna.dialog.text, /Lagen bakom frågan/);
  await anna.submit('why:hide');
  assert.doesNotMatch(anna.dialog.text, /Lagen bakom frågan/);
  await anna.submit('language:en');
  assert.match(anna.dialog.text, /Undo the last answer/);
  await anna.submit('language:sv');
  assert.equal(anna.dialog.heading, question);
  await anna.submit('back');
  assert.notEqual(anna.dialog.heading, question);
  await anna.choose('no');
  await anna.submit(trail);
  assert.match(anna.dialog.text, /Dina svar hittills/);
  await anna.submit(ofNode('what'));
  assert.match(anna.dialog.text, /Du ändrar ett tidigare svar/);
  await anna.choose('log', 'change');
  assert.match(anna.dialog.text, /Du ändrade svaret/);
  assert.deepEqual(office.kinds(anna), ['start answer answer language language back answer change']);
  assert.ok(!anna.dialog.buttons.some(({ verb }) => verb === 'close'), 'it takes two presses');
  assert.match(JSON.stringify(anna.dialog.card), /"isVisible":false[^[]*"items":.*"verb":"close"/);
  await anna.tenant.submitDialog(anna.id, 'back', { action: { verb: 'close' } });
  assert.match(anna.dialog.text, /finns kvar i loggen(.*\n)*Vad vill du ha hjälp med/);
  assert.equal(office.records(anna)[0]?.status, 'closed');
});

test('in a dialog one looks for words, ticks, gives a heading, asks, and says where one works and whether it helped', async () => {
  const anna = office.hire();
  await anna.compose(group);
  await anna.submit('find');
  await anna.submit('find', 'xantippa löner');
  assert.match(anna.dialog.heading, /Här kan du börja/);
  await anna.submit(({ verb, option }) => verb === 'start' && option?.includes('/') === true);
  assert.match(office.kinds(anna).join(), /^start( answer)+$/);
  assert.ok(!/xantippa/i.test(office.everything()));

  const bea = await inDialog('start-account', 'new');
  await bea.submit('tick', ['purpose', 'people']);
  assert.match(bea.dialog.text, /Sparat/);
  assert.match(JSON.stringify(bea.dialog.card), /"value":"purpose,people"/);
  await bea.submit('done', ['purpose']);
  assert.match(bea.dialog.text, /Det här saknas/);
  await bea.submit('label');
  assert.match(bea.dialog.text, /För att du ska hitta tillbaka/);
  await bea.submit('label', 'Skolans sida');
  assert.match(bea.dialog.text, /Skolans sida/);
  await bea.submit('feedback:yes');
  assert.match(bea.dialog.text, /Tack, ditt svar är sparat/);
  await bea.submit('ask');
  await bea.submit('ask');
  assert.match(bea.dialog.text, /Frågan skickades utan egna ord/);
  await bea.submit('unit', 'Vård och omsorg');
  assert.match(bea.dialog.text, /Enhet: Vård och omsorg/);
  assert.deepEqual(office.kinds(bea), ['start answer tick done outcome label feedback ask unit']);
  await office.until(() => /Skolans sida(.*\n)*Tack, ditt svar/.test(bea.text), 'all of it stands in the chat too');
  assert.equal(bea.cards.length, 1);
});

test('nothing ticked is nothing ticked, in a dialog too', async () => {
  const anna = await inDialog('start-account', 'new');
  await anna.submit('tick', ['purpose']);
  await anna.submit('tick', []);
  await anna.submit('done', []);
  assert.match(anna.dialog.text, /Det här saknas/);
  const ticked = office.log(anna)[0]!.filter(({ kind }) => kind === 'tick' || kind === 'done');
  const counted = ticked.map(
    ({ content }) => (content.items as { ticked: boolean }[]).filter((one) => one.ticked).length,
  );
  assert.deepEqual(counted, [1, 0, 0]);
});

test('what an outcome offers goes on in the dialog, and the outcome stays in the chat', async () => {
  const anna = await inDialog('is-it-public', 'incoming', 'none', 'none');
  await office.quiet();
  const outcome = anna.heading;
  await anna.submit('then:register-it');
  assert.match(anna.dialog.text, /Fråga 1/);
  await anna.choose('unsure');
  while (!anna.dialog.text.includes('Resultat')) await anna.choose('unsure');
  await office.quiet();
  assert.deepEqual(
    anna.cards.map((card) => headingOf(card.card)),
    [outcome, anna.dialog.heading],
  );
  assert.equal((office.log(anna)[1]![0]!.content.from as Json).because, 'offered');
});

test('what was begun in a dialog is gone on with in the chat, and ends there', async () => {
  const anna = await inDialog('is-it-public', 'made', 'no');
  const question = anna.dialog.heading;
  await anna.say();
  assert.match(anna.text, /inte är klar/);
  await anna.press('show');
  assert.equal(anna.heading, question);
  await anna.press('back');
  await anna.answer('unsure');
  assert.match(anna.text, /Resultat/);
  assert.match(office.kinds(anna).join(), /^start answer answer back answer outcome$/);
  // The dialog still shows the question: it is told how things stand.
  await anna.choose('closed');
  assert.match(anna.dialog.text, /redan besvarad eller har ändrats/);
  assert.match(anna.dialog.text, /Resultat/);
  assert.equal(office.log(anna).length, 1);
});

test('what was begun in the chat is gone on with in a dialog, and the card in the chat goes along', async () => {
  const anna = await inChat('is-it-public', 'made');
  const { id } = anna.card;
  await anna.compose(elsewhere);
  assert.match(anna.dialog.text, /inte är klar/);
  await anna.submit('show');
  assert.equal(anna.dialog.heading, anna.heading);
  await anna.choose('no');
  await office.until(() => anna.heading === anna.dialog.heading, 'the card in the chat');
  await anna.submit('back');
  await anna.choose('unsure');
  await office.until(() => anna.heading === anna.dialog.heading, 'the card in the chat');
  assert.match(anna.text, /Resultat/);
  await office.quiet();
  assert.equal(anna.cards.length, 1, 'it is the same message');
  assert.equal(anna.card.id, id);
});

test('a dialog in a chat between two people, where the app is not, leaves that chat alone', async () => {
  const [anna, erik] = [office.hire(), office.hire()];
  const id = `19:${office.user(anna.id).aadObjectId}_${office.user(erik.id).aadObjectId}@unq.gbl.spaces`;
  office.addRoom({ id, type: 'personal', name: 'Two', members: [anna.id, erik.id], hasBot: false });
  await anna.check(id, '<p>Hej</p>');
  await anna.choose('gone');
  while (!anna.dialog.text.includes('Resultat')) await anna.choose('unsure');
  await office.quiet();
  assert.deepEqual(office.messages(id), []);
  assert.equal(anna.heading, anna.dialog.heading, 'the outcome stands in the chat with the app');
  const asked = office.calls.filter(({ room }) => room === id);
  assert.deepEqual(asked, []);
});

test('where the outcome can’t be written into the chat it is seen in the dialog all the same, which does not say otherwise', async () => {
  const anna = office.hire();
  office.user(anna.id).hasApp = false;
  await anna.compose(elsewhere);
  await anna.choose('is-it-public', 'start');
  for (const option of askRegistrar) await anna.choose(option);
  await office.quiet();
  assert.match(anna.dialog.text, /Resultat/);
  assert.deepEqual(anna.messages, []);
  assert.doesNotMatch(anna.dialog.text, /din chatt med appen/);
});

test('a dialog says what can’t be done: somebody else’s session, a button of old, a submission that makes no sense', async () => {
  const [anna, bea] = [await inDialog('is-it-public', 'made'), await inDialog('is-it-public', 'made')];
  const [{ session }] = office.records(anna) as [{ session: string }];
  const before = [office.kinds(anna), office.kinds(bea)];
  for (const verb of ['answer', 'back', 'change', 'show', 'why', 'close', 'label', 'draft']) {
    await bea.tenant.submitDialog(bea.id, 'back', { action: { verb, session, node: 'sent', seq: 2, option: 'no' } });
    assert.match(bea.dialog.text, /hör till någon annan/, verb);
    await bea.compose(channel);
    await bea.submit('show');
  }
  await bea.tenant.submitDialog(bea.id, 'back', { action: { verb: 'dance' } });
  assert.match(bea.dialog.text, /Den knappen används inte längre/);
  await bea.tenant.submitDialog(bea.id, 'back', { action: { verb: '<b>' } });
  assert.match(bea.dialog.text, /Det gick inte att läsa vad du tryckte på/);
  assert.deepEqual([office.kinds(anna), office.kinds(bea)], before);
});

test('a submission that Teams repeats is answered the same, and counts once', async () => {
  const anna = await inDialog('is-it-public');
  const sent = await anna.choose('made');
  const again = await office.again(sent, { fresh: true });
  assert.equal(again.text, sent.text);
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

/** The latest that offers somebody a file. */
const offerTo = (person: Person): Message | undefined =>
  person.messages.findLast(({ attachments }) => attachments[0]?.contentType === consentType);
/** The latest that says where their file is. */
const givenTo = (person: Person): Message | undefined =>
  person.messages.findLast(({ attachments }) => attachments[0]?.contentType === fileType);

test('a draft is offered in the chat, put where the person has said yes to, and is the document itself', async () => {
  const anna = await inChat('is-it-public', ...toRefusal);
  const number = numberIn(anna.text);
  const { drawn } = anna.card;
  await anna.press('draft:refusal');
  assert.equal(anna.told, 'Filen ligger i din chatt med appen. Säg ja där, så sparas den i din OneDrive.');
  await office.until(() => offerTo(anna), 'the offer');
  const offer = offerTo(anna)!;
  const name = `UTKAST till beslut om att inte lämna ut handlingar ${number}.docx`;
  assert.equal(offer.attachments[0]!.name, name);
  assert.doesNotMatch(JSON.stringify(offer.attachments[0]!.content), /handlingar|role/, 'it carries a pointer only');
  assert.equal(anna.card.drawn, drawn, 'the card stays');

  const reply = await office.consent(anna.id, offer, 'accept');
  assert.deepEqual([reply.status, reply.text], [200, '{}']);
  await office.until(() => givenTo(anna), 'the file');
  const file = office.files.at(-1)!;
  assert.equal(file.bytes!.length, file.size, 'as large as was said');
  const text = readDocx(file.bytes!)
    .paragraphs.map((paragraph) => paragraph.text)
    .join('\n');
  assert.match(text, new RegExp(number));
  assert.match(text, /^UTKAST till beslut om att inte lämna ut handlingar/);
  const [given] = givenTo(anna)!.attachments as [Json];
  assert.equal(given.name, name);
  assert.match(String(given.contentUrl), /^https:\/\/municipality-my\.sharepoint\.com\//);
  assert.deepEqual(given.content, { uniqueId: file.id, fileType: 'docx' });
  await office.quiet();
  assert.equal(offerTo(anna), undefined, 'the question is taken away');
  assert.match(office.kinds(anna).join(), /^start( answer)+ outcome$/);
});

test('a consent that Teams repeats hands the file over once', async () => {
  const anna = await inChat('is-it-public', ...toRefusal);
  await anna.press('draft:refusal');
  await office.until(() => offerTo(anna), 'the offer');
  const said = await office.consent(anna.id, offerTo(anna)!, 'accept');
  await office.again(said, { fresh: true });
  await office.until(() => givenTo(anna), 'the file');
  await office.quiet();
  assert.equal(anna.messages.filter(({ attachments }) => attachments[0]?.contentType === fileType).length, 1);
  assert.doesNotMatch(anna.text, /Det gick inte att lämna filen/);
});

test('a file that was declined can be asked for again, and is then handed over', async () => {
  const anna = await inChat('is-it-public', ...toRefusal);
  await anna.press('draft:refusal');
  await office.until(() => offerTo(anna), 'the offer');
  const { length } = office.called('upload');
  await office.consent(anna.id, offerTo(anna)!, 'decline');
  await office.quiet();
  assert.equal(offerTo(anna), undefined, 'the question is taken away');
  assert.equal(office.called('upload').length, length);
  assert.match(anna.heading, /./, 'nothing is said of it');
  assert.match(anna.text, /Resultat/);
  await anna.press('draft:refusal', undefined, anna.cards[0]);
  await office.until(() => offerTo(anna), 'the offer once more');
  await office.consent(anna.id, offerTo(anna)!, 'accept');
  await office.until(() => givenTo(anna), 'the file');
});

test('a file is put nowhere but where Microsoft keeps files, and never into another person’s hands', async () => {
  const [anna, bea] = [await inChat('is-it-public', ...toRefusal), office.hire()];
  await anna.press('draft:refusal');
  await office.until(() => offerTo(anna), 'the offer');
  const offer = offerTo(anna)!;
  const context = (offer.attachments[0]!.content as Json).acceptContext as Json;
  const info = { contentUrl: 'https://example.org/a', name: 'a.docx', uniqueId: '1', fileType: 'docx' };
  const accept = (person: Person, uploadUrl: string, about: Json = context) => {
    const value = { type: 'fileUpload', action: 'accept', context: about, uploadInfo: { ...info, uploadUrl } };
    const conversation = { conversationType: 'personal', tenantId: office.settings.tenantId, id: person.chat };
    return office.consent(person.id, offer, 'accept', { body: { value, conversation, replyToId: '1' } });
  };
  const before = office.called('upload').length;
  for (const url of [
    'https://evil.example/upload',
    'https://my.sharepoint.com.evil.example/',
    'https://evil.example/sharepoint.com',
    'https://my.sharepoint.com@evil.example/',
    'http://my.sharepoint.com/upload',
    'file:///etc/passwd',
    'not an address',
  ]) {
    const { length } = anna.cards;
    await accept(anna, url);
    await office.until(() => anna.cards.length > length, url);
    assert.match(anna.text, /^Det gick inte att lämna filen/, url);
  }
  const here = `${office.address}/upload`;
  await accept(bea, `${here}/1`);
  await office.sees(bea, /hör till någon annan/);
  await accept(anna, `${here}/2`, { session: context.session, draft: 'condition' });
  await office.sees(anna, /leder inte till något sådant utkast/);
  for (const [i, about] of [
    { session: '../../etc/passwd', draft: 'refusal' },
    {},
    { session: 7, draft: null },
  ].entries()) {
    const { length } = anna.cards;
    await accept(anna, `${here}/3${i}`, about);
    await office.until(() => anna.cards.length > length, JSON.stringify(about));
    assert.match(anna.text, /finns inte/);
  }
  await office.quiet();
  assert.equal(office.called('upload').length, before);
  assert.deepEqual([givenTo(anna), givenTo(bea)], [undefined, undefined]);
});

test('where the upload fails that is said, and it can be tried again', async () => {
  let failing = true;
  const anna = await inChat('is-it-public', ...toRefusal);
  await anna.press('draft:refusal');
  await office.until(() => offerTo(anna), 'the offer');
  office.fail('upload', { status: 500, where: () => failing, times: 100 });
  await office.consent(anna.id, offerTo(anna)!, 'accept');
  await office.sees(anna, /^Det gick inte att lämna filen\. Försök igen/);
  failing = false;
  assert.equal(givenTo(anna), undefined);
  await anna.press('draft:refusal', undefined, anna.cards[0]);
  await office.until(() => offerTo(anna), 'the offer once more');
  await office.consent(anna.id, offerTo(anna)!, 'accept');
  await office.until(() => givenTo(anna), 'the file');
});

test('where a file can’t be offered, its text is written instead', async () => {
  const anna = await inChat('is-it-public', ...toRefusal);
  const where = ({ body }: { body: Json }) => JSON.stringify(body).includes(consentType);
  office.fail('post', { status: 403, error: { code: 'Forbidden' }, times: 2, where });
  await anna.press('draft:refusal');
  await office.sees(anna, /Det gick inte att skicka filen\. Här är utkastet som text/);
  assert.match(anna.text, /Överklagande|överklaga/);
});

test('a draft that is asked for in a dialog is offered in the chat, and the dialog says so', async () => {
  const anna = await inDialog('is-it-public', ...toRefusal);
  await office.quiet();
  await anna.submit('draft:refusal');
  assert.match(anna.dialog.text, /^Filen ligger i din chatt med appen/);
  assert.match(anna.dialog.text, /Resultat/);
  await office.until(() => offerTo(anna), 'the offer');
  await office.consent(anna.id, offerTo(anna)!, 'accept');
  await office.until(() => givenTo(anna), 'the file');
});
