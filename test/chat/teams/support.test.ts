import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, beforeEach, test } from 'node:test';
import { isObject, type Json } from '../../support/slack/limits.ts';
import { readBody } from '../../support/slack/wire.ts';
import { cardType, consentType, faultsIn, faultsInActivity, fileType } from '../../support/teams/cards.ts';
import { buttonsOn, headingOf, plain, readText } from '../../support/teams/elements.ts';
import { hire } from '../../support/teams/office.ts';
import { openTenant, rooms } from '../../support/teams/tenant.ts';

// The tenant itself. Behind it stands a program that only notes what it is told, and answers as it is bid.

const tenant = await openTenant();
const heard: Json[] = [];
let answer: unknown = '';
const program = createServer(async (request, response) => {
  heard.push(JSON.parse((await readBody(request)).toString('utf8')) as Json);
  response.end(answer === '' ? '' : JSON.stringify(answer));
});
await new Promise<void>((resolve) => program.listen(0, '127.0.0.1', resolve));
after(() => void program.close());
tenant.connect(`http://127.0.0.1:${(program.address() as AddressInfo).port}`);
beforeEach(() => {
  heard.length = 0;
  answer = '';
  tenant.faults.length = 0;
});

const long = (length: number) => 'å'.repeat(length);
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));
const words = (more: Json = {}) => ({ type: 'TextBlock', text: 'Hej', wrap: true, ...more });
const heading = words({ style: 'heading' });
const card = (...body: unknown[]) => ({
  type: 'AdaptiveCard',
  version: '1.5',
  lang: 'sv',
  fallbackText: 'Hej',
  body: [heading, ...body],
});
const facts = (title: string, value: string) => ({ type: 'FactSet', facts: [{ title, value }] });
const within = (...items: unknown[]) => ({ type: 'Container', items });
const row = (...actions: unknown[]) => ({ type: 'ActionSet', actions });
const data = { session: 's', node: 'n', seq: 0 };

/** A button as the program makes them; what is said of the button and of its data is said of the fallback too. */
function button(verb: string, { data: said, ...more }: Json = {}): Json {
  const all = { ...data, ...(isObject(said) ? said : {}) };
  const looks = { title: 'Ja', ...more };
  const fallback = { type: 'Action.Submit', ...looks, data: { ...all, verb } };
  return { type: 'Action.Execute', verb, ...looks, data: all, fallback };
}
const own = (option: string, more: Json = {}) => button('answer', { data: { option }, ...more });
/** A button of the review, which carries other things. */
function look(said: Json = {}, more: Json = { associatedInputs: 'none' }): Json {
  const all = { what: 'read', number: 'VGL-2026-00042', seq: 3, ...said };
  const looks = { title: 'Ja', ...more };
  const fallback = { type: 'Action.Submit', ...looks, data: { ...all, verb: 'review' } };
  return { type: 'Action.Execute', verb: 'review', ...looks, data: all, fallback };
}
const deed = look({ what: 'comment' }, {});
const submit = (more: Json = {}) => ({
  type: 'Action.Submit',
  title: 'Ja',
  data: { ...data, verb: 'answer' },
  ...more,
});
const url = (url: string) => ({ type: 'Action.OpenUrl', title: 'Läs', url });
const toggle = (...targetElements: unknown[]) => ({ type: 'Action.ToggleVisibility', title: 'Visa', targetElements });
const choices = (count: number, value = (i: number) => `v${i}`) =>
  times(count, (i) => ({ title: `Val ${i}`, value: value(i) }));
const choose = (more: Json = {}) => ({
  type: 'Input.ChoiceSet',
  id: 'option',
  label: 'Välj',
  style: 'expanded',
  wrap: true,
  choices: choices(3),
  ...more,
});
const line = (more: Json = {}) => ({ type: 'Input.Text', id: 'option', label: 'Sök', maxLength: 10, ...more });
const picture = { type: 'Image', url: 'https://example.org/a.png', altText: 'En bild' };
const go = row(button('answer'));

const message = (content: unknown, more: Json = {}) => ({
  type: 'message',
  attachments: [{ contentType: cardType, content }],
  ...more,
});
const consent = (more: Json = {}) => ({
  type: 'message',
  attachments: [
    {
      contentType: consentType,
      name: 'a.docx',
      content: { description: 'Ett utkast', sizeInBytes: 3, acceptContext: { kind: 'a' }, ...more },
    },
  ],
});
const file = (more: Json = {}) => ({
  type: 'message',
  attachments: [
    {
      contentType: fileType,
      name: 'a.docx',
      contentUrl: 'https://example.org/a.docx',
      content: { uniqueId: '1', fileType: 'docx' },
      ...more,
    },
  ],
});

/** Fills a card up to so many characters of JSON. */
function filled(length: number): Json {
  const room = length - JSON.stringify(card(words({ text: '' }))).length;
  return card(words({ text: long(room) }));
}

/** What goes through, and what lies just beyond. */
const edges: Record<string, [good: unknown, bad: unknown, fault: RegExp][]> = {
  'the whole card': [
    [card(), 'Hej', /must be an object/],
    [card(), { ...card(), type: 'Card' }, /Invalid or missing card type/],
    [card(), { ...card(), version: '1.6' }, /version: 1.6/],
    [{ ...card(), lang: 'en' }, { ...card(), lang: 'sv-SE' }, /lang: sv-SE/],
    [card(), { ...card(), fallbackText: ' ' }, /fallbackText: is empty/],
    [card(), { ...card(), fallbackText: undefined }, /fallbackText: is missing/],
    [card(), { ...card(), body: [] }, /body: is empty/],
    [card(), { ...card(), body: {} }, /body: must be a list/],
    [card(), { ...card(), actions: [button('back')] }, /stand in the body/],
    [card(), { ...card(), footer: 'a' }, /footer: is not known/],
    [filled(24_000), filled(24_001), /24001 characters/],
  ],
  'the heading': [
    [{ ...card(), body: [words()] }, { ...card(), body: [words(), go] }, /has no heading/],
    [{ ...card(), body: [words(), heading, go] }, { ...card(), body: [go, heading] }, /before the heading/],
    [{ ...card(), body: [within(heading), go] }, { ...card(), body: [line(), heading, go] }, /before the heading/],
    [card(go), { ...card(), body: [{ ...heading, isVisible: false }, go] }, /has no heading/],
  ],
  texts: [
    [card(words()), card(words({ wrap: false })), /wrap/],
    [card(words()), card(words({ text: '' })), /text: is empty/],
    [card(words()), card(words({ text: 5 })), /text: must be a text/],
    [card(words({ size: 'large' })), card(words({ size: 'huge' })), /Invalid value/],
    [card(words()), card(words({ colour: 'red' })), /colour: is not known/],
    [card(facts('Parker', '15')), card(facts('Parker', '<b>15</b>')), /facts: HTML/],
    [card(words({ text: '5 < 6' })), card(words({ text: '<at>Anna</at>' })), /would ping/],
    ...['https://example.org', 'http://127.0.0.1:3000/a', 'mailto:a@example.org', 'tel:112'].flatMap(
      (there): [unknown, unknown, RegExp][] => [
        [
          card(words({ text: `[här](${there})` })),
          card(words({ text: '[här](javascript:alert(1))' })),
          /leads to java/,
        ],
        [card(row(url(there))), card(row(url('http://example.org'))), /leads to http:/],
      ],
    ),
    [card(words({ text: '[x]\\(javascript:a)' })), card(words({ text: '[x](//example.org)' })), /leads to/],
    [card(picture), card({ ...picture, altText: ' ' }), /altText: is empty/],
    [card(picture), card({ ...picture, altText: undefined }), /altText: is missing/],
  ],
  elements: [
    [card(within(words())), card({ type: 'Zork' }), /Unknown element type/],
    [card(within(words())), card({ type: 'Table', columns: [], rows: [] }), /Table can't stand here/],
    [card(within(words())), card({ type: 'Container', items: [null] }), /must hold elements/],
    [card({ type: 'Icon', name: 'Add', fallback: words() }), card({ type: 'Icon', name: 'Add' }), /Icon/],
    [
      card({ type: 'Badge', text: 'a', fallback: 'drop' }),
      card({ type: 'Badge', text: 'a', fallback: words({ wrap: false }) }),
      /wrap/,
    ],
    [card({ ...within(words()), roundedCorners: true }), card({ ...within(words()), corners: 4 }), /corners/],
    [card(words({ id: 'a' }), words({ id: 'b' })), card(words({ id: 'a' }), within(words({ id: 'a' }))), /id a twice/],
    [card(row(own('a'))), card(within({ ...within(words()), selectAction: button('back') })), /selectAction/],
  ],
  actions: [
    [card(row(...times(6, () => button('back')))), card(row(...times(7, () => button('back')))), /7 of 6/],
    [
      card(row(...times(6, () => button('back')), button('why', { mode: 'secondary' }))),
      card(row(...times(6, () => button('back')), button('why', { mode: 'primary' }))),
      /7 of 6/,
    ],
    [card(go), card(row()), /actions: is empty/],
    [
      card(row(button('back', { title: long(128) }))),
      card(row(button('back', { title: long(129) }))),
      /129 characters/,
    ],
    [card(go), card(row(button('back', { title: ' ' }))), /title: is empty/],
    [card(go), card(row(button('back', { title: undefined }))), /title: is missing/],
    [card(go), card(row({ type: 'Action.ShowCard', title: 'a', card: card() })), /ShowCard can't stand here/],
    [
      card(row(button('back', { style: 'positive' }), button('why', { style: 'destructive' }))),
      card(row(button('back', { style: 'positive' })), row(button('why', { style: 'positive' }))),
      /more than one button/,
    ],
    [
      card(row(button('back', { style: 'positive' }))),
      card(row(button('back', { style: 'primary' }))),
      /Invalid value/,
    ],
    [card(row(toggle('a')), words({ id: 'a' })), card(row(toggle('a')), words({ id: 'b' })), /there is no a/],
    [
      card(row(toggle({ elementId: 'a', isVisible: true })), words({ id: 'a' })),
      card(row(toggle({ elementId: 'b' })), words({ id: 'a' })),
      /there is no b/,
    ],
    [card(row(toggle('a')), words({ id: 'a' })), card(row(toggle())), /targetElements: is empty/],
  ],
  'what a press carries': [
    [card(go), card(row(button('jump'))), /verb: jump/],
    [card(go), card(row({ ...button('answer'), verb: undefined })), /verb: undefined/],
    [card(go), card(row({ ...button('answer'), data: undefined })), /data: is missing/],
    [card(go), card(row(button('answer', { data: { session: undefined } }))), /data.session: is missing/],
    [card(row(button('start', { data: { node: '' } }))), card(row(button('start', { data: { node: null } }))), /node/],
    [card(row(button('answer', { data: { seq: 3 } }))), card(row(button('answer', { data: { seq: '3' } }))), /seq/],
    [card(row(button('answer', { data: { seq: 0 } }))), card(row(button('answer', { data: { seq: -1 } }))), /seq/],
    [card(row(own('a'))), card(row(button('answer', { data: { option: 1 } }))), /option: must be a text/],
    [
      card(row(button('done', { data: { boxes: true } }))),
      card(row(button('answer', { data: { boxes: true } }))),
      /boxes: true/,
    ],
    [card(row(button('tick', { data: { boxes: true } }))), card(row(button('tick'))), /boxes: undefined/],
    [card(row(own('a'))), card(row(button('answer', { data: { role: 'registrar' } }))), /role: is not known/],
    [
      card(line(), row(button('ask', { data: { written: true } }))),
      card(line(), row(button('ask'))),
      /written: undefined/,
    ],
  ],
  'what a press in the review carries': [
    [card(row(look())), card(row(look({ session: 's' }))), /session: is not known/],
    [card(row(look())), card(row(look({ what: 'delete' }))), /what: delete is none/],
    [card(row(look({ number: '' }))), card(row(look({ number: '42' }))), /number: 42 is none/],
    [card(row(look())), card(row(look({ seq: undefined }))), /seq: undefined/],
    [card(row(look({ option: 'a' }))), card(row(look({ option: 1 }))), /option: must be a text/],
    [card(line(), row(deed)), card(line(), row(look({}, {}))), /goes along with what is done/],
    [card(line(), row(deed)), card(row(deed)), /goes along with what is done/],
    [
      card(choose({ id: 'should' }), line(), row(deed)),
      card(line(), choose({ id: 'should' }), row(deed)),
      /more than one input/,
    ],
  ],
  'what old clients press': [
    [card(go), card(row({ ...button('answer'), fallback: undefined })), /fallback: is no Action.Submit/],
    [card(go), card(row({ ...button('answer'), fallback: url('https://example.org') })), /is no Action.Submit/],
    [card(go), card(row({ ...button('answer'), fallback: submit({ data }) })), /carries something else/],
    [card(row(own('a'))), card(row({ ...own('a'), fallback: submit() })), /carries something else/],
    [card(go), card(row({ ...button('answer'), fallback: submit({ title: 'Nej' }) })), /is called something else/],
    [
      card(row(own('a', { associatedInputs: 'none' }))),
      card(row({ ...own('a'), associatedInputs: 'none' })),
      /takes other inputs/,
    ],
    [card(go), card(row(submit())), /it stands as a fallback/],
  ],
  inputs: [
    [card(choose(), go), card(choose(), line({ id: 'other' }), go), /more than one input/],
    [card(choose(), go), card(choose({ id: 'choice' }), go), /id: choice is not option/],
    [card(choose(), go), card(choose({ label: undefined }), go), /label: is missing/],
    [card(choose(), go), card(choose({ placeholder: '' }), go), /placeholder: is empty/],
    [
      card(choose({ isRequired: true, errorMessage: 'Välj' }), go),
      card(choose({ isRequired: true }), go),
      /errorMessage: is missing/,
    ],
    [card(choose(), go), card({ type: 'Input.Toggle', id: 'option', label: 'a', title: 'b' }, go), /can't stand here/],
    [card(choose(), go), card(choose({ choices: [] }), go), /at least one choice/],
    [card(choose({ choices: choices(10) }), go), card(choose({ choices: choices(11) }), go), /11 of 10 in sight/],
    [
      card(choose({ choices: choices(11), style: 'filtered' }), go),
      card(choose({ style: 'filtered', isMultiSelect: true }), go),
      /filtered takes one/,
    ],
    [card(choose({ choices: choices(30), isMultiSelect: true }), go), card(choose({ wrap: false }), go), /wrap/],
    [card(choose({ value: 'v1' }), go), card(choose({ value: 'v3' }), go), /there is no choice v3/],
    [
      card(choose({ value: 'v0,v2', isMultiSelect: true }), go),
      card(choose({ value: 'v0,v3', isMultiSelect: true }), go),
      /there is no choice v3/,
    ],
    [card(choose({ value: '', isMultiSelect: true }), go), card(choose({ value: 'v0,v2' }), go), /no choice v0,v2/],
    [card(choose(), go), card(choose({ choices: choices(2, () => 'same') }), go), /same twice/],
    [card(choose(), go), card(choose({ isMultiSelect: true, choices: choices(2, (i) => `${i},`) }), go), /a comma/],
    [card(choose(), go), card(choose({ choices: [{ title: ' ', value: 'a' }] }), go), /title: is empty/],
    [card(line(), row(button('find'))), card(line({ maxLength: undefined }), row(button('find'))), /maxLength/],
    [
      card(choose(), go, row(own('a', { associatedInputs: 'none' }))),
      card(choose(), go, row(own('a'))),
      /must not take the input along/,
    ],
    [card(choose(), go), card(choose()), /goes along to 0 places/],
    [
      card(choose(), row(button('answer'), button('change', { associatedInputs: 'none', data: { node: 'm' } }))),
      card(choose(), row(button('answer'), button('change', { data: { node: 'm' } }))),
      /goes along to 2 places/,
    ],
    [
      card(choose(), go, row(button('back', { associatedInputs: 'none' }))),
      card(choose(), go, row(button('back'))),
      /must not take the input along/,
    ],
  ],
};

for (const [name, rows] of Object.entries(edges))
  test(`${name}: what lies at the edge goes through, and what lies beyond is named`, () => {
    for (const [good, bad, fault] of rows) holds(faultsIn, good, bad, fault);
  });

test('in a dialog every button submits, and is held against the same', () => {
  const inDialog = (card: unknown) => faultsIn(card, 'dialog');
  holds(inDialog, card(row(submit())), card(go), /does nothing in a dialog/);
  holds(inDialog, card(row(submit())), card(row(submit({ data }))), /verb: undefined/);
  holds(
    inDialog,
    card(row(submit())),
    card(choose(), row(submit({ data: { ...data, verb: 'back' } }))),
    /take the input/,
  );
});

test('a message: what lies at the edge goes through, and what lies beyond is named', () => {
  const rows: [unknown, unknown, RegExp][] = [
    [message(card()), message(card(words({ text: '' }))), /^attachments\[0\].body\[1\]: text: is empty/],
    [message(card()), { ...message(card()), type: 'typing' }, /is shown to nobody/],
    [message(card(), { summary: 'a' }), message(card(), { subject: 'a' }), /subject: is not known/],
    [{ type: 'message', text: 'a' }, { type: 'message' }, /nothing else is shown/],
    [{ type: 'message', text: 'a' }, { type: 'message', text: '<at>Anna</at>' }, /would ping/],
    [message(card()), message(card(), { attachments: {} }), /must be a list/],
    [message(card()), { type: 'message', attachments: times(2, () => message(card()).attachments[0]) }, /one card/],
    [message(card()), { type: 'message', attachments: [{ contentType: 'text/html' }] }, /text\/html can't be sent/],
    [consent(), consent({ sizeInBytes: undefined }), /size is missing/],
    [file(), file({ contentUrl: '' }), /contentUrl is missing/],
    [
      { type: 'message', text: 'a'.repeat(28_000 - 28) },
      { type: 'message', text: 'a'.repeat(28_001 - 28) },
      /28001 characters/,
    ],
  ];
  for (const [good, bad, fault] of rows) holds(faultsInActivity, good, bad, fault);
});

test('a text is read as it is drawn', () => {
  const read: Record<string, string> = {
    'a **b** c': 'a b c',
    'a _b_ *c*': 'a b c',
    'snake_case_here 2*3*4': 'snake_case_here 2*3*4',
    'a\\_b\\_ \\*c\\*': 'a_b_ *c*',
    '[här](https://example.org/a_b_)': 'här',
    '[x]\\(y)': '[x](y)',
    '&lt;b&gt; &amp;amp;': '<b> &amp;',
  };
  for (const [markdown, text] of Object.entries(read)) assert.equal(plain(markdown), text);
  const shown = card(choose(), { ...within(words({ text: 'dolt' })), isVisible: false, id: 'x' }, row(toggle('x')));
  assert.equal(readText(shown), 'Hej\nVälj\nVal 0\nVal 1\nVal 2\nVisa');
  assert.match(readText(shown, new Map([['x', true]])), /dolt/);
  assert.equal(headingOf(shown), 'Hej');
  assert.deepEqual(
    buttonsOn(card(row(own('a'), toggle('x')))).map(({ verb, option }) => [verb, option]),
    [['answer', 'a']],
  );
});

async function call(method: string, path: string, body?: unknown): Promise<{ status: number; said: Json }> {
  const headers = { 'content-type': 'application/json' };
  const response = await fetch(`${tenant.serviceUrl}v3/conversations${path}`, {
    method,
    headers,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: response.status, said: (await response.json()) as Json };
}

const { tenantId, botId } = tenant.settings;
const asked = (member: string, more: Json = {}) => ({
  isGroup: false,
  bot: { id: botId },
  members: [{ id: member }],
  tenantId,
  channelData: { tenant: { id: tenantId } },
  ...more,
});
const at = (room: string, rest = '') => `/${encodeURIComponent(room)}/activities${rest}`;
const drawn = (text: string, ...buttons: unknown[]) =>
  message({ ...card(row(...buttons)), body: [words({ text, style: 'heading' }), row(...buttons)] });

test('a chat is opened once for each person, and only in the right way', async () => {
  const { id } = hire(tenant);
  const { aadObjectId } = tenant.user(id);
  const first = await call('POST', '', asked(id));
  assert.equal(first.status, 201);
  assert.deepEqual((await call('POST', '', asked(aadObjectId))).said.id, first.said.id);
  assert.deepEqual(tenant.faults, []);
  const wrong = [
    { isGroup: true },
    { members: [] },
    { bot: { id: '28:other' } },
    { tenantId: 'other' },
    { topic: 'a' },
  ];
  for (const more of wrong) assert.equal((await call('POST', '', asked(id, more))).status, 400, JSON.stringify(more));
  assert.equal(tenant.faults.length, wrong.length);
  assert.equal((await call('POST', '', asked('29:nobody'))).status, 403);
  tenant.user(id).hasApp = false;
  assert.equal((await call('POST', '', asked(id))).status, 403);
  assert.equal((await call('POST', at(tenant.personal(id)), drawn('a', own('b')))).status, 403);
});

test('a message is sent, drawn anew and removed, and what was never sent is not found', async () => {
  const anna = hire(tenant);
  const { said } = await call('POST', at(anna.chat), drawn('Fråga', own('a')));
  assert.equal(anna.heading, 'Fråga');
  assert.equal((await call('PUT', at(anna.chat, `/${said.id}`), drawn('Nästa', own('b')))).status, 200);
  assert.equal(anna.heading, 'Nästa');
  assert.equal(anna.card.drawn, 2);
  assert.equal((await call('POST', at(anna.chat), drawn('', own('a')))).status, 400);
  assert.match(tenant.faults.join(), /text: is empty/);
  assert.equal((await call('DELETE', at(anna.chat, `/${said.id}`))).status, 200);
  const gone = await call('PUT', at(anna.chat, `/${said.id}`), drawn('Nästa', own('b')));
  assert.deepEqual([gone.status, (gone.said.error as Json).code], [404, 'ActivityNotFoundInConversation']);
  assert.equal((await call('POST', at('19:nowhere'), drawn('a', own('b')))).status, 404);
  assert.equal((await call('POST', at(rooms.elsewhere), drawn('a', own('b')))).status, 403);
  assert.equal((await call('GET', at(anna.chat))).status, 404);
  assert.match(tenant.faults.at(-1)!, /is not known here/);
  const members = await call('GET', `/${encodeURIComponent(rooms.group)}/pagedmembers`);
  assert.ok((members.said.members as Json[]).some(({ id }) => id === anna.id));
});

test('a whisper is heard by one person, and is drawn anew without a recipient', async () => {
  const [anna, bea] = [hire(tenant), hire(tenant)];
  const room = rooms.channel;
  const recipient = { id: anna.id };
  const whisper = { type: 'message', text: 'Bara du', recipient };
  const { said } = await call('POST', at(`${room};messageid=17`, '?isTargetedActivity=true'), whisper);
  assert.equal(anna.whispered(room)?.text, 'Bara du');
  assert.equal(anna.whispered(room)?.thread, '17');
  assert.equal(bea.whispered(room), undefined);
  const there = at(room, `/${said.id}?isTargetedActivity=true`);
  assert.equal((await call('PUT', there, { type: 'message', text: 'Igen' })).status, 200);
  assert.equal(anna.whispered(room)?.text, 'Igen');
  assert.deepEqual(tenant.faults, []);
  const refused = [
    await call('PUT', there, whisper),
    await call('PUT', at(room, `/${said.id}`), { type: 'message', text: 'Alla' }),
    await call('POST', at(room, '?isTargetedActivity=true'), { type: 'message', text: 'Vem?' }),
    await call('POST', at(anna.chat, '?isTargetedActivity=true'), whisper),
  ];
  assert.deepEqual(
    refused.map(({ status }) => status),
    [400, 404, 400, 400],
  );
  assert.equal(tenant.faults.length, 4);
  assert.equal((await call('DELETE', there)).status, 200);
  assert.equal(anna.whispered(room), undefined);
});

test('calls go wrong as often and in the way that a test asks for', async () => {
  const anna = hire(tenant);
  const send = () => call('POST', at(anna.chat), drawn('Fråga', own('a')));
  tenant.fail('post', { status: 429, headers: { 'retry-after': '3' }, error: { code: 'Throttled' }, times: 2 });
  assert.deepEqual([(await send()).status, (await send()).status, (await send()).status], [429, 429, 201]);
  tenant.fail('post', { status: 502, done: true });
  assert.equal((await send()).status, 502);
  assert.equal(anna.cards.length, 2);
  tenant.fail('post', { reset: 'before' });
  await assert.rejects(send());
  assert.equal(anna.cards.length, 2);
  tenant.fail('post', { reset: 'after' });
  await assert.rejects(send());
  assert.equal(anna.cards.length, 3);
  tenant.fail('post', { hang: 100, where: ({ room }) => room === anna.chat });
  const began = Date.now();
  assert.equal((await send()).status, 201);
  assert.ok(Date.now() - began >= 99);
  assert.deepEqual(tenant.faults, []);
});

test('what people do is told as Teams tells it', async () => {
  const anna = hire(tenant, 'en-GB');
  const { aadObjectId } = tenant.user(anna.id);
  await tenant.say(anna.id, 'löner');
  await tenant.mention(anna.id, rooms.channel, 'isitpublic löner');
  await tenant.slash(anna.id, rooms.meeting);
  await tenant.messageAction(anna.id, rooms.group, { content: '<p>Hej <b>du</b></p>' });
  await tenant.composeAction(anna.id, rooms.elsewhere);
  const [said, mentioned, slashed, pointed, composed] = heard as Record<string, Json>[];
  assert.equal(said!.text, 'löner');
  assert.deepEqual(said!.from, { id: anna.id, name: 'Anna', aadObjectId });
  assert.deepEqual(said!.conversation, { conversationType: 'personal', tenantId, id: anna.chat });
  assert.equal(said!.locale, 'en-GB');
  assert.equal(said!.serviceUrl, tenant.serviceUrl);
  assert.equal(mentioned!.text, '<at>isitpublic</at> isitpublic löner\n');
  assert.match(String(mentioned!.conversation!.id), /^19:channel@thread.tacv2;messageid=\d+$/);
  assert.equal((mentioned!.entities as unknown as Json[])[0]!.type, 'mention');
  assert.equal((mentioned!.channelData!.team as Json).id, '19:team@thread.tacv2');
  assert.equal(slashed!.recipient!.isTargeted, true);
  assert.ok(slashed!.channelData!.meeting);
  assert.equal(((pointed!.value!.messagePayload as Json).body as Json).content, '<p>Hej <b>du</b></p>');
  assert.match(String((pointed!.value!.messagePayload as Json).linkToMessage), /^https:\/\/teams.microsoft.com\//);
  assert.equal(composed!.value!.commandContext, 'compose');
  assert.equal(tenant.messages(rooms.meeting, hire(tenant).id).length, 0, 'others see nothing of a slash command');
});

test('a repeat is the same, or has a new id and is half a minute later; several at once are each their own', async () => {
  const anna = hire(tenant);
  const reply = await tenant.say(anna.id, 'hej');
  await tenant.again(reply);
  await tenant.again(reply, { fresh: true });
  await tenant.say(anna.id, 'hej', { times: 3 });
  const ids = heard.map(({ id }) => id);
  assert.equal(ids[0], ids[1]);
  assert.equal(new Set(ids).size, 5);
  const [first, , later] = heard.map(({ timestamp }) => Date.parse(String(timestamp)));
  assert.ok(later! - first! >= 29_000);
});

test('somebody else’s tenant, channel, service and token come along as they are given', async () => {
  const { id } = hire(tenant);
  const wrong = { tenantId: 't', channelId: 'webchat', serviceUrl: 'https://example.org/', body: { text: 'annat' } };
  await tenant.say(id, 'hej', { ...wrong, token: 'a.b.c' });
  const [{ conversation, channelData, channelId, serviceUrl, text }] = heard as [Record<string, Json>];
  assert.equal(conversation!.tenantId, 't');
  assert.deepEqual(channelData!.tenant, { id: 't' });
  assert.deepEqual([channelId, serviceUrl, text], ['webchat', 'https://example.org/', 'annat']);
});

test('a press takes along what is chosen on the card, unless the button has its own, and never without what is required', async () => {
  const anna = hire(tenant);
  const input = choose({ isRequired: true, errorMessage: 'Välj', isMultiSelect: true });
  const buttons = [button('tick', { data: { boxes: true } }), own('yes', { associatedInputs: 'none' })];
  await call('POST', at(anna.chat), message(card(input, row(...buttons))));
  await assert.rejects(async () => tenant.press(anna.id, anna.card, 'tick'), /must be filled in/);
  await assert.rejects(async () => tenant.press(anna.id, anna.card, 'tick', { value: 'v9' }), /no choice v9/);
  await assert.rejects(async () => tenant.press(anna.id, anna.card, 'done'), /done is not there, but tick, answer:yes/);
  answer = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Sparat' };
  await tenant.press(anna.id, anna.card, 'tick', { value: ['v0', 'v2'] });
  await tenant.press(anna.id, anna.card, 'answer:yes');
  assert.equal(anna.told, 'Sparat');
  answer = '';
  await tenant.press(anna.id, anna.card, 'tick', { value: 'v1', oldClient: true });
  const [ticked, answered, old] = heard as Record<string, Json>[];
  const dataOf = (activity?: Record<string, Json>) => (activity!.value!.action as Json).data;
  assert.deepEqual(dataOf(ticked), { ...data, boxes: true, option: 'v0,v2' });
  assert.deepEqual(dataOf(answered), { ...data, option: 'yes' });
  assert.equal(ticked!.replyToId, anna.card.id);
  assert.deepEqual(
    [old!.type, old!.text, old!.value],
    ['message', undefined, { ...data, boxes: true, verb: 'tick', option: 'v1' }],
  );
  assert.deepEqual(tenant.faults, []);
});

test('an answer is drawn for the one who pressed, is gone after a reload, and a card drawn anew stands for all', async () => {
  const [anna, bea] = [hire(tenant), hire(tenant)];
  const room = rooms.group;
  const { said } = await call('POST', at(room), drawn('Fråga', own('a')));
  const seen = (user: string) => headingOf(tenant.messages(room, user).find(({ id }) => id === said.id)!.card!);
  const before = () => tenant.messages(room, anna.id).find(({ id }) => id === said.id)!;
  answer = { statusCode: 200, type: cardType, value: drawn('Nästa', own('b')).attachments[0]!.content };
  await tenant.press(anna.id, before(), 'answer:a');
  assert.deepEqual([seen(anna.id), seen(bea.id)], ['Nästa', 'Fråga']);
  assert.equal(tenant.isStored(anna.id, before()), false);
  tenant.reload(anna.id);
  assert.equal(seen(anna.id), 'Fråga');
  await tenant.press(anna.id, before(), 'answer:a');
  await call('PUT', at(room, `/${said.id}`), drawn('Sist', own('c')));
  assert.deepEqual([seen(anna.id), seen(bea.id)], ['Sist', 'Sist']);
  for (const wrong of [{ statusCode: 200 }, { ...(answer as Json), statusCode: 202 }, { task: {} }, '']) {
    answer = wrong;
    const faults = tenant.faults.length;
    await tenant.press(anna.id, before(), 'answer:c');
    assert.equal(tenant.faults.length, faults + 1, JSON.stringify(wrong));
  }
});

test('what lies hidden can be pressed only after it was unfolded', async () => {
  const anna = hire(tenant);
  const hidden = { ...within(row(button('close'))), id: 'sure', isVisible: false };
  await call('POST', at(anna.chat), message(card(row(toggle('sure')), hidden)));
  await assert.rejects(async () => tenant.press(anna.id, anna.card, 'close'), /close is not there/);
  anna.unfold('close');
  answer = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Slut' };
  await tenant.press(anna.id, anna.card, 'close');
  assert.equal(anna.told, 'Slut');
  anna.unfold('close');
  assert.deepEqual(anna.buttons, [], 'the same toggle hides it again');
});

test('a dialog shows what was answered, and says what it was opened for when it is sent', async () => {
  const anna = hire(tenant);
  const content = card(choose(), row(submit(), submit({ data: { ...data, verb: 'back' }, associatedInputs: 'none' })));
  const shown = { title: 'Allmän handling?', height: 'large', width: 500, card: { contentType: cardType, content } };
  answer = { task: { type: 'continue', value: shown } };
  await anna.check(rooms.elsewhere);
  assert.equal(anna.dialog.heading, 'Hej');
  answer = { task: { type: 'message', value: 'Klart' } };
  await anna.choose('v1');
  assert.equal(anna.dialog.text, 'Klart');
  const { value } = heard.at(-1) as Record<string, Json>;
  assert.deepEqual(value!.data, { ...data, verb: 'answer', option: 'v1' });
  assert.ok(value!.messagePayload);
  assert.deepEqual(tenant.faults, []);
  tenant.closeDialog(anna.id);
  assert.throws(() => anna.dialog, /no dialog open/);
  for (const wrong of [{ task: { type: 'continue', value: {} } }, { task: { type: 'message', value: '' } }, {}]) {
    answer = wrong;
    await anna.compose(rooms.group);
  }
  assert.equal(tenant.faults.length, 3);
});

test('a file is uploaded by whoever agreed to it, whole', async () => {
  const anna = hire(tenant);
  await call('POST', at(anna.chat), consent());
  await tenant.consent(anna.id, anna.messages.at(-1)!, 'accept');
  await tenant.consent(anna.id, anna.messages.at(-1)!, 'decline');
  const [accepted, declined] = heard as Record<string, Json>[];
  assert.deepEqual(declined!.value!.context, { kind: 'a' });
  const { uploadUrl } = accepted!.value!.uploadInfo as { uploadUrl: string };
  const put = (body: string, range: string) =>
    fetch(uploadUrl, { method: 'PUT', headers: { 'content-range': range }, body });
  assert.equal((await put('abc', 'bytes 0-2/3')).status, 201);
  assert.equal(String(tenant.files.at(-1)!.bytes), 'abc');
  assert.deepEqual(tenant.faults, []);
  await put('abcd', 'bytes 0-2/3');
  assert.equal(tenant.faults.length, 2);
});

test('the app is added and removed, for a person or for a room', async () => {
  const anna = hire(tenant);
  await tenant.uninstall(anna.id);
  assert.equal((await call('POST', '', asked(anna.id))).status, 403);
  await tenant.install(anna.id);
  assert.equal((await call('POST', '', asked(anna.id))).status, 201);
  await tenant.install(anna.id, rooms.elsewhere);
  assert.deepEqual(
    heard.map(({ type, action }) => action ?? type),
    ['remove', 'conversationUpdate', 'add', 'conversationUpdate', 'add'],
  );
  assert.equal((await call('POST', at(rooms.elsewhere), drawn('a', own('b')))).status, 201);
});

function holds(faultsOf: (payload: unknown) => string[], good: unknown, bad: unknown, fault: RegExp): void {
  assert.deepEqual(faultsOf(good), [], JSON.stringify(good).slice(0, 300));
  const faults = faultsOf(bad);
  assert.ok(
    faults.some((one) => fault.test(one)),
    `${JSON.stringify(bad).slice(0, 300)} gave ${faults.join('; ') || 'no fault'} instead of ${fault}`,
  );
}
