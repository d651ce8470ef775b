import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { type AddressInfo, connect, createServer as createLine } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openTeams } from '../../../src/chat/teams/teams.ts';
import { openReviewInChat } from '../../../src/review/inchat.ts';
import { openRoles } from '../../../src/review/roles.ts';
import { temporaryFolder } from '../../support/databases.ts';
import { openHouse } from '../../support/house.ts';
import { startProgram } from '../../support/program.ts';
import type { Json } from '../../support/slack/limits.ts';
import { readText } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { type Reply, rooms } from '../../support/teams/tenant.ts';

/** Stands in whatever is written here, and must stand nowhere in what the program writes. */
const secret = 'Xylofonärendet';

const office = await openOffice();
let told = 0;
afterEach(() => {
  const output = office.program.output();
  const lines = output.slice(told).split('\n');
  told = output.length;
  assert.deepEqual(office.faults, []);
  assert.deepEqual(
    lines.filter((line) => /"level":50|\.[jt]s:\d+/.test(line) || line.includes(secret)),
    [],
    'nothing is a fault of ours, and nothing is anybody’s',
  );
  assert.equal(office.program.process.exitCode, null);
});

const json = { 'content-type': 'application/json' };

/** Sends anything. No answer says how the program is made. */
async function send(body: unknown, headers: Record<string, string> = json) {
  const reply = await office.raw(typeof body === 'string' ? body : JSON.stringify(body), headers);
  assert.doesNotMatch(reply.text, /\n\s+at |node_modules|\/src\/|\.[jt]s\b|Error:|Zod/);
  assert.ok(reply.ms < 4000, `${reply.ms} ms`);
  assert.ok(reply.status < 500 || reply.status === 501, `${reply.status} for ${JSON.stringify(body).slice(0, 200)}`);
  return reply;
}

/** An activity of somebody in their own chat, changed by what is said. */
function activity({ id, chat, tenant }: Person, more: Json): Json {
  const { aadObjectId } = tenant.user(id);
  const { tenantId, botId } = tenant.settings;
  return {
    type: 'event',
    id: `f:${crypto.randomUUID()}`,
    channelId: 'msteams',
    serviceUrl: tenant.serviceUrl,
    from: { id, aadObjectId },
    conversation: { id: chat, conversationType: 'personal', tenantId },
    recipient: { id: botId },
    channelData: { tenant: { id: tenantId } },
    locale: 'sv-SE',
    ...more,
  };
}

const invoke = (person: Person, name: string, value: unknown, more: Json = {}) =>
  send(activity(person, { type: 'invoke', name, value, ...more }));
/** What is said in answer to a press, whatever was pressed. */
async function pressed(person: Person, action: unknown, more?: Json): Promise<string> {
  const reply = await invoke(person, 'adaptiveCard/action', { action, trigger: 'manual' }, more);
  assert.equal(reply.status, 200);
  const { statusCode, type, value } = JSON.parse(reply.text) as Json;
  assert.equal(statusCode, 200);
  return type === 'application/vnd.microsoft.activity.message' ? String(value) : readText(value as Json);
}
/** The same in a dialog. */
async function submitted(person: Person, data: unknown): Promise<string> {
  const reply = await invoke(person, 'composeExtension/submitAction', { commandId: 'checkMessage', data });
  assert.equal(reply.status, 200);
  const { type, value } = (JSON.parse(reply.text) as { task: Json }).task;
  return type === 'message' ? String(value) : readText(((value as Json).card as Json).content as Json);
}

test('what is no request of Teams’ is refused in a sentence', async () => {
  for (const method of ['GET', 'HEAD', 'PUT', 'DELETE', 'OPTIONS', 'PATCH']) {
    const response = await fetch(office.endpoint, { method });
    assert.equal(response.status, 405, method);
    assert.equal(response.headers.get('access-control-allow-origin'), null);
  }
  const anna = office.hire();
  const fine = JSON.stringify(activity(anna, { type: 'message', text: secret }));
  for (const headers of [
    {},
    { 'content-type': '' },
    { 'content-type': 'text/plain', origin: 'https://evil.example' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'multipart/form-data; boundary=x' },
    { 'content-type': 'application/octet-stream' },
  ] as Record<string, string>[])
    assert.equal((await send(fine, headers)).status, 400, JSON.stringify(headers));
  for (const body of [
    ...['', '{', 'null', '[]', '1', '"x"', 'true', 'NaN', `${fine}x`, `\u{feff}${fine}`, `[${fine}]`, '{}'],
    '['.repeat(200_000),
    '{"a":'.repeat(40_000),
    `${'{"type":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
    '9'.repeat(200_000),
  ])
    assert.equal((await send(body)).status, 400, body.slice(0, 20));
  const padded = (size: number) =>
    fine.replace('"sv-SE"', `"sv-SE","pad":"${'x'.repeat(size - Buffer.byteLength(fine) - 9)}"`);
  assert.equal((await send(padded(5_000_000))).status, 413);
  assert.equal((await send(padded(256 * 1024 + 1))).status, 413);
  assert.equal((await send(padded(256 * 1024))).status, 200);
  await office.sees(anna, /Vi hittade inget/);
});

test('an activity without what it needs, or with something else there, does nothing', async () => {
  const anna = office.hire();
  const good = activity(anna, { type: 'message', text: 'isitpublic' });
  for (const key of ['type', 'from', 'conversation', 'serviceUrl', 'channelId'])
    for (const value of [undefined, null, 7, true, [], {}, ['x'], { id: null }, { id: 7 }, { id: {} }, { id: '' }])
      assert.ok([400, 403].includes((await send({ ...good, [key]: value })).status), `${key} ${JSON.stringify(value)}`);
  for (const more of [
    { id: 'x'.repeat(4001) },
    { type: 'x'.repeat(4001) },
    { from: { id: 'x'.repeat(4001) } },
    { conversation: { id: 'x'.repeat(4001) } },
    { recipient: 'bot' },
    { replyToId: {} },
  ])
    assert.equal((await send({ ...good, ...more })).status, 400, JSON.stringify(more).slice(0, 40));
  assert.deepEqual(anna.messages, []);
  for (const more of [
    { recipient: undefined },
    { id: undefined },
    { channelData: null },
    { channelData: 'x' },
    { locale: { a: 1 } },
    { locale: '' },
    { entities: 'x' },
    {
      entities: [
        null,
        1,
        {},
        { type: 'mention' },
        { type: 'mention', mentioned: null },
        { type: 'clientInfo', locale: 7 },
      ],
    },
    { entities: Array(2000).fill({ type: 'mention', mentioned: { id: office.settings.botId }, text: '' }) },
    { membersAdded: 'all', action: 'x' },
    { text: undefined },
    { text: null },
    { text: 12 },
    { value: 'isitpublic' },
    { value: '{"verb":"back"}' },
    { value: 9e99 },
    { attachments: 'x', timestamp: 'never', localTimestamp: {} },
  ]) {
    const before = anna.cards.length;
    assert.equal((await send({ ...good, id: `f:${before}`, ...more })).text, '', JSON.stringify(more).slice(0, 60));
    await office.until(() => anna.cards.length === before + 1, JSON.stringify(more).slice(0, 60));
  }
  const odd = `{"__proto__":{"type":"invoke"},"constructor":{"prototype":{"type":"x"}},"toString":1,${JSON.stringify(good).slice(1, -1)},"seq":1e999}`;
  assert.equal((await send(odd.replace(/"id":"f:[^"]*"/, '"id":"odd"'))).status, 200);
  for (const type of [
    'nonsense',
    'typing',
    'messageReaction',
    'endOfConversation',
    '__proto__',
    'installationUpdate',
    'conversationUpdate',
  ])
    assert.deepEqual([(await send({ ...good, type })).status, (await send({ ...good, type })).text], [200, '']);
});

test('only Teams itself is written to: another channel, or an address that is somebody else’s, is refused', async () => {
  const anna = office.hire();
  const before = office.calls.length;
  for (const channelId of ['webchat', 'emulator', 'directline', 'MSTEAMS', 'msteams ', 'agents', ' '])
    assert.equal((await send(activity(anna, { channelId }))).status, 403, channelId);
  const { port } = new URL(office.address);
  for (const serviceUrl of [
    'http://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net.evil.org/',
    'https://evil.org/smba.trafficmanager.net',
    'https://evil.org/?https://smba.trafficmanager.net/',
    'https://evil.org#smba.trafficmanager.net',
    'https://smba.trafficmanager.net@evil.org/',
    'https://evil.org\\@smba.trafficmanager.net/',
    'https://user:word@smba.trafficmanager.net/',
    'https://user@smba.trafficmanager.net/',
    'https://smba.trafficmanager.net:8443/',
    'https://smba.trafficmanager.net./',
    'https://evil.trafficmanager.net/',
    'https://smba.trafficmanager.net%2eevil.org/',
    'https://smba.trafficmanager.net\t.evil.org/',
    'https://xsmba.trafficmanager.net/',
    'https://smba.infra.evil.microsoft.com/',
    'wss://smba.trafficmanager.net/',
    'ftp://127.0.0.1/',
    'file:///etc/passwd',
    'file://localhost/etc/passwd',
    'javascript:alert(1)',
    'data:text/plain,x',
    `http://127.0.0.2:${port}/`,
    `http://0.0.0.0:${port}/`,
    `http://[::]:${port}/`,
    `http://[::ffff:127.0.0.1]:${port}/`,
    `http://localhost.evil.org:${port}/`,
    `http://127.0.0.1.evil.org:${port}/`,
    `http://127.0.0.1:${port}@evil.org/`,
    `http://evil.org@127.0.0.1:${port}/`,
    'http://169.254.169.254/metadata/',
    'http://10.0.0.1/',
    'smba.trafficmanager.net',
    '//smba.trafficmanager.net/',
    'https://',
    'x',
  ])
    assert.equal((await send(activity(anna, { serviceUrl }))).status, 403, serviceUrl);
  for (const serviceUrl of [
    'https://smba.trafficmanager.net/emea/',
    'https://smba.trafficmanager.net',
    office.serviceUrl,
  ])
    assert.equal((await send(activity(anna, { serviceUrl }))).status, 200, serviceUrl);
  await office.quiet();
  assert.equal(office.calls.length, before);
});

test('only people of the organisations that are let in get in, by everything that is said of where they are from', async () => {
  const [ours, theirs] = ['11111111-aaaa-4000-8000-000000000001', '99999999-aaaa-4000-8000-000000000009'];
  const { guidance } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const settings = { app: undefined, tenants: [ours] };
  const roles = openRoles(join(temporaryFolder(), 'roles.yaml'), () => {});
  const reviewing = openReviewInChat(guidance, roles, undefined);
  const { listener } = await openTeams(guidance, guidance.database, settings, reviewing, pino({ level: 'silent' }));
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  after(() => server.close());
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/messages`;
  const anna = office.hire();
  const asked = async (conversation: unknown, channel: unknown) => {
    const { conversation: there } = activity(anna, {});
    const from = { conversation: { ...(there as Json), tenantId: conversation }, channelData: { tenant: channel } };
    const body = JSON.stringify(activity(anna, from));
    return (await fetch(address, { method: 'POST', headers: json, body })).status;
  };
  assert.equal(await asked(ours, { id: ours }), 200);
  assert.equal(await asked(undefined, { id: ours }), 200);
  assert.equal(await asked(ours, undefined), 200);
  assert.equal(await asked(ours.toUpperCase(), { id: ours }), 200);
  for (const [conversation, channel] of [
    [theirs, { id: theirs }],
    [theirs, { id: ours }],
    [ours, { id: theirs }],
    [undefined, { id: theirs }],
    [theirs, undefined],
    [undefined, undefined],
    [null, null],
    [' ', { id: ours }],
    [`${ours},${theirs}`, undefined],
    [`${ours}\n`, undefined],
    [undefined, { id: '' }],
    [undefined, { id: [ours] }],
    [undefined, ours],
  ])
    assert.equal(await asked(conversation, channel), 403, JSON.stringify([conversation, channel]));
  for (const conversation of [[ours], { id: ours }, 7, true])
    assert.equal(await asked(conversation, { id: ours }), 400, JSON.stringify(conversation));
});

test('a press that makes no sense is answered in words, and leaves everything as it was', async () => {
  const anna = await office.guided('ask');
  const { session, seq } = office.log(anna)[0]!.at(-1)!;
  const mark = { session, node: 'sure', seq };
  for (const [action, why] of [
    [undefined, /Det gick inte att läsa/],
    [null, /Det gick inte att läsa/],
    ['answer', /Det gick inte att läsa/],
    [[], /Det gick inte att läsa/],
    [{}, /Det gick inte att läsa/],
    [{ verb: 'answer' }, /Det gick inte att läsa/],
    [{ data: mark }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: null }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: 'x' }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: JSON.stringify(mark) }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: [mark] }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: { ...mark, session: 7 } }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: { ...mark, session: { id: session } } }, /Det gick inte att läsa/],
    [{ verb: 'answer', data: { ...mark, session: 'x'.repeat(100_000) } }, /Det gick inte att läsa/],
    [{ verb: 7, data: mark }, /Det gick inte att läsa/],
    [{ verb: ['answer'], data: mark }, /Det gick inte att läsa/],
    [{ verb: 'ANSWER', data: mark }, /Det gick inte att läsa/],
    [{ verb: '', data: mark }, /Det gick inte att läsa/],
    [{ verb: `answer ${secret}`, data: mark }, /Det gick inte att läsa/],
    [{ verb: 'dance', data: mark }, /Den knappen används inte längre(.*\n)*Är du säker/],
    [{ verb: 'constructor', data: mark }, /Den knappen används inte längre(.*\n)*Är du säker/],
    [{ verb: 'answer', data: { ...mark, option: secret } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: 'x'.repeat(100_000) } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: 'constructor' } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: '__proto__' } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: ['yes-sure'] } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: { toString: 'yes-sure' } } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: null } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, option: 9e99 } }, /Det svaret finns inte/],
    [{ verb: 'answer', data: { ...mark, node: 'kind', option: 'unsure' } }, /redan besvarad|Det svaret/],
    [{ verb: 'answer', data: { ...mark, node: '__proto__', option: 'unsure' } }, /redan besvarad|Det svaret/],
    [{ verb: 'answer', data: { ...mark, node: {}, option: 'unsure' } }, /redan besvarad|Det svaret|läsa/],
    ...[0, -1, 1, 1.5, 3, 9e99, '9'.repeat(300), 'x', null, {}, [], true].map((seq): [unknown, RegExp] => [
      { verb: 'answer', data: { ...mark, seq, option: 'yes-sure' } },
      /redan besvarad/,
    ]),
    [{ verb: 'tick', data: { ...mark, boxes: true, option: 'a,b,,constructor' } }, /Är du säker/],
    [{ verb: 'done', data: { ...mark, option: ['purpose'] } }, /Är du säker/],
    [{ verb: 'change', data: { ...mark, option: 'unsure' } }, /Är du säker/],
    [{ verb: 'change', data: { ...mark, node: 'nowhere' } }, /Är du säker/],
    [{ verb: 'feedback', data: { ...mark, option: 'yes' } }, /Är du säker/],
    [{ verb: 'draft', data: { ...mark, option: secret } }, /utkast/i],
    [{ verb: 'then', data: { ...mark, option: secret } }, /Den vägledningen finns inte|finns inte/],
    [{ verb: 'start', data: { ...mark, option: '../../etc/passwd' } }, /finns inte/],
    [{ verb: 'start', data: { ...mark, option: '__proto__/constructor' } }, /finns inte/],
    [{ verb: 'language', data: { ...mark, option: 'xx' } }, /Är du säker/],
    [{ verb: 'label', data: { ...mark, option: 'x'.repeat(4000) } }, /Är du säker/],
  ] as [unknown, RegExp][])
    assert.match(await pressed(anna, action), why, JSON.stringify(action)?.slice(0, 120));
  assert.deepEqual(office.kinds(anna), ['start answer']);
  for (const value of [undefined, null, 'x', 7, [], { action: 'x' }])
    assert.match((await invoke(anna, 'adaptiveCard/action', value)).text, /Det gick inte att läsa/);
  for (const name of [
    'nonsense',
    '',
    undefined,
    'task/fetch',
    'signin/verifyState',
    'adaptiveCard/Action',
    '__proto__',
    secret,
  ])
    assert.equal((await send(activity(anna, { type: 'invoke', name, value: {} }))).status, 501, name ?? 'none');
});

const verbs = [
  'start',
  'answer',
  'tick',
  'done',
  'back',
  'change',
  'why',
  'find',
  'then',
  'label',
  'language',
  'feedback',
  'draft',
  'show',
  'close',
];

test('another person’s session is theirs, from a dialog, an old client and a file as from a card', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  const { session } = office.log(anna)[0]![0]!;
  const before = [office.kinds(anna), office.kinds(bea)];
  const theirs = [session, `account.${session}`, `account.${session}.${session}`];
  for (const named of theirs)
    for (const verb of verbs.filter((verb) => !['start', 'find', 'then'].includes(verb))) {
      const data = { session: named, node: 'sure', seq: 4, option: verb === 'language' ? 'en' : 'unsure' };
      const answers = [
        await pressed(bea, { verb, data }),
        await pressed(bea, { verb, data: { ...data, option: '' } }),
        await submitted(bea, { verb, ...data }),
      ];
      for (const answer of answers) {
        assert.match(answer, /hör till någon annan/, `${verb} ${named}`);
        assert.doesNotMatch(answer, /Kontot får starta|VGL-/);
      }
    }
  for (const verb of ['start', 'then'])
    for (const named of theirs) {
      const data = { session: named, node: 'sure', seq: 4, option: 'account' };
      assert.doesNotMatch(await pressed(bea, { verb, data }), /Kontot får starta|VGL-/);
      assert.doesNotMatch(await submitted(bea, { verb, ...data }), /Kontot får starta|VGL-/);
    }
  const said = bea.cards.length;
  const value = { verb: 'answer', session, node: 'sure', seq: 4, option: 'unsure' };
  assert.equal((await send(activity(bea, { type: 'message', value, replyToId: bea.card.id }))).text, '');
  await office.until(() => bea.cards.length > said && /hör till någon annan/.test(bea.text));
  const calls = office.called('upload').length;
  await invoke(bea, 'fileConsent/invoke', consent({ session, draft: 'refusal' }, `${office.address}/upload/x`));
  await office.until(() => bea.cards.length > said + 1 && /hör till någon annan/.test(bea.text));
  const linked = await invoke(bea, 'composeExtension/queryLink', {
    url: `${office.program.address}/?session=${session}`,
  });
  assert.doesNotMatch(linked.text, /VGL-/);
  await office.quiet();
  assert.equal(office.called('upload').length, calls);
  assert.deepEqual([office.kinds(anna), office.kinds(bea)], before);
});

test('a session that somebody has made up leads nowhere, whatever is pressed', async () => {
  const anna = await office.guided('ask');
  for (const session of [
    '',
    'nonsense',
    '__proto__',
    '../../etc',
    'a:b:c',
    'x'.repeat(4000),
    `${'0'.repeat(36)}`,
    `account.${'z'.repeat(36)}`,
    'nothing.01a204ad-e4b2-7829-83ee-243f55f0104e',
    '%00',
    '\u0000',
  ])
    for (const verb of verbs) {
      const data = { session, node: 'sure', seq: 2, option: 'yes-sure' };
      assert.notEqual(await pressed(anna, { verb, data }), '');
      assert.notEqual(await submitted(anna, { verb, ...data }), '');
    }
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('a dialog that is asked for or answered with nonsense says so, or begins anew', async () => {
  const anna = office.hire();
  for (const value of [
    undefined,
    null,
    'x',
    [],
    {},
    { data: null },
    { data: [] },
    { data: {} },
    { data: { verb: 'answer' } },
    { data: { session: 'x' } },
  ]) {
    const reply = await invoke(anna, 'composeExtension/submitAction', value);
    assert.deepEqual([reply.status, (JSON.parse(reply.text) as { task: Json }).task.type], [200, 'message']);
    assert.match(reply.text, /Det gick inte att läsa/);
  }
  const payload = (body: unknown) => ({ commandId: 'checkMessage', messagePayload: body });
  for (const value of [
    ...[
      undefined,
      null,
      'x',
      {},
      payload(null),
      payload(7),
      payload({}),
      payload({ body: null }),
      payload({ body: 'x' }),
    ],
    payload({ id: 7, body: { content: secret } }),
    payload({ linkToMessage: 'x'.repeat(5000), body: { content: secret } }),
    payload({ linkToMessage: 'javascript:alert(1)', body: { content: 7 } }),
    payload({ linkToMessage: `https://x/)](http://evil/${secret}`, body: { content: [secret] } }),
  ]) {
    const reply = await invoke(anna, 'composeExtension/fetchTask', value);
    assert.deepEqual([reply.status, (JSON.parse(reply.text) as { task: Json }).task.type], [200, 'continue']);
    assert.doesNotMatch(reply.text, /javascript:|\]\(http:/);
  }
  for (const value of [
    undefined,
    'x',
    {},
    { url: 7 },
    { url: 'x' },
    { url: `https://${secret}/` },
    { url: 'x'.repeat(9000) },
  ])
    assert.deepEqual(JSON.parse((await invoke(anna, 'composeExtension/queryLink', value)).text), {});
  assert.deepEqual(office.kinds(anna), []);
});

const consent = (context: unknown, uploadUrl: string, more: Json = {}) => ({
  type: 'fileUpload',
  action: 'accept',
  context,
  uploadInfo: {
    uploadUrl,
    contentUrl: 'https://x.sharepoint.com/a',
    name: 'a.docx',
    uniqueId: '1',
    fileType: 'docx',
    ...more,
  },
});

test('a file is put nowhere but where Microsoft keeps people’s files', async () => {
  const anna = await office.guided('ask');
  const { session } = office.log(anna)[0]![0]!;
  const trapped: string[] = [];
  const trap = createServer((asked, response) => {
    trapped.push(String(asked.url));
    response.end();
  }).listen(0, '0.0.0.0');
  await once(trap, 'listening');
  after(() => trap.close());
  const { port } = trap.address() as AddressInfo;
  const addresses = [
    ...['127.0.0.2', '0.0.0.0', '[::ffff:127.0.0.1]', '127.1.1.1', 'sharepoint.com@127.0.0.2', 'x@127.0.0.1'].map(
      (host) => `http://${host}:${port}/a`,
    ),
    'https://sharepoint.com/a',
    'https://x.sharepoint.com.evil.org/a',
    'https://evil.org/x.sharepoint.com',
    'https://x.sharepoint.com:8443/a',
    'https://x.sharepoint.com@evil.org/a',
    'http://x.sharepoint.com/a',
    'https://a.b.sharepoint.com/a',
    'https://xsharepoint.com/a',
    'http://169.254.169.254/metadata/identity/oauth2/token',
    'file:///etc/passwd',
    'ftp://127.0.0.1/a',
    'x',
  ];
  for (const address of addresses) {
    const said = anna.cards.length;
    const reply = await invoke(anna, 'fileConsent/invoke', consent({ session, draft: 'refusal' }, address));
    assert.deepEqual([reply.status, JSON.parse(reply.text)], [200, {}]);
    await office.until(() => anna.cards.length > said, address);
    assert.match(anna.text, /Det gick inte att lämna filen/, address);
  }
  for (const value of [
    ...[undefined, null, 'x', {}, { action: 'accept' }, { action: 7 }, { action: 'accept', uploadInfo: {} }],
    { action: 'decline', context: [] },
    consent(null, 'x', { name: 7 }),
    consent({ session: {}, draft: [] }, '', { uploadUrl: undefined }),
  ])
    assert.equal((await invoke(anna, 'fileConsent/invoke', value)).text, '{}', JSON.stringify(value));
  await office.quiet();
  assert.deepEqual(trapped, []);
});

test('an id is an id, and no way to another place', async () => {
  const anna = await office.guided('ask');
  const { session, seq } = office.log(anna)[0]!.at(-1)!;
  const before = office.calls.length;
  const ids = ['.', '..', '../..', '../../../v3/conversations', '', '?a=b', '#', '%2e%2e', 'a/b', '\u0000', ' '];
  for (const replyToId of ids) {
    await pressed(anna, { verb: 'why', data: { session, node: 'sure', seq } }, { replyToId });
    await invoke(anna, 'fileConsent/invoke', { action: 'decline', context: {} }, { replyToId });
  }
  for (const id of ids.slice(0, -2))
    await send(
      activity(anna, { type: 'message', text: 'isitpublic', conversation: { id, conversationType: 'personal' } }),
    );
  await office.quiet();
  const here = new URL(office.serviceUrl).pathname;
  for (const { path, what, room, error } of office.calls.slice(before)) {
    assert.ok(path.startsWith(`${here}v3/conversations/`), path);
    assert.ok(what !== 'unknown' && (room === anna.chat || error !== undefined), `${what} ${path} ${error}`);
  }
});

test('whatever is written, it is read at once, and others are answered meanwhile', async () => {
  const [anna, bea] = [office.hire(), await office.guided()];
  const long = (text: string) => text.repeat(Math.floor(200_000 / JSON.stringify(text).length));
  const markup = [
    '<',
    '<at>',
    '<at',
    '</at>',
    '<at>x',
    '<br',
    '<br ',
    '<p ',
    '&nbsp;',
    '&',
    ' ',
    '\n',
    'isitpublic ',
    '/isitpublic',
    'löner ',
    '\u0000',
    '<a b="',
    '`',
    '[](',
    '\u202e',
  ];
  for (const text of [
    ...markup.map(long),
    `x${long(' ')}y`,
    `<${long('a ')}`,
    `${long('<')}at>`,
    `<at>${long('x')}</at>`,
  ]) {
    const mention = { type: 'mention', text, mentioned: { id: office.settings.botId } };
    const replies = await Promise.all([
      send(activity(anna, { type: 'message', text })),
      send(activity(anna, { type: 'message', text: `<at>x</at> ${secret}`, entities: [mention] })),
      invoke(anna, 'composeExtension/fetchTask', { messagePayload: { body: { content: text } } }),
      send(activity(anna, { type: 'message', text, conversation: { id: rooms.group, conversationType: 'groupChat' } })),
      office.press(bea.id, bea.card, 'why'),
    ]);
    for (const { status, ms } of replies)
      assert.ok(status === 200 && ms < 4000, `${status} after ${ms} ms: ${text.slice(0, 20)}`);
  }
  await office.until(
    () => anna.cards.length === 2 * (markup.length + 4),
    () => `${anna.cards.length} cards`,
  );
});

test('whatever Teams repeats, with the same id or half a minute later with another, happens once', async () => {
  const anna = await office.guided();
  const repeat = async (reply: Reply) => {
    await office.quiet();
    const before = [anna.cards.length, office.kinds(anna).join()];
    await office.again(reply);
    const again = await office.again(reply, { fresh: true });
    assert.equal(again.status, 200);
    await office.quiet();
    assert.deepEqual([anna.cards.length, office.kinds(anna).join()], before);
  };
  await repeat(await office.press(anna.id, anna.card, 'answer:start'));
  await repeat(await office.press(anna.id, anna.card, 'tick', { value: ['people'] }));
  await repeat(await office.press(anna.id, anna.card, 'done', { value: ['people', 'purpose'] }));
  assert.match(anna.text, /Kontot får starta/);
  await repeat(await office.press(anna.id, anna.card, 'feedback:yes'));
  await office.press(anna.id, anna.card, 'label');
  await office.quiet();
  await repeat(await office.press(anna.id, anna.card, 'label', { value: 'skolan' }));
  await repeat(await office.press(anna.id, anna.card, 'then:account'));
  await repeat(await office.press(anna.id, anna.card, 'answer:unsure'));
  await repeat(await office.press(anna.id, anna.card, 'start:new'));
  await repeat(await office.press(anna.id, anna.card, 'start:account'));
  await repeat(await office.press(anna.id, anna.card, 'answer:ask', { oldClient: true }));
  await repeat(await office.press(anna.id, anna.card, 'back'));
  assert.match(anna.text, /Vad vill du göra/);
  await repeat(await office.messageAction(anna.id, rooms.group));
  await repeat(await office.composeAction(anna.id, rooms.group));
  await repeat(await office.submitDialog(anna.id, 'start:account'));
  await repeat(await office.submitDialog(anna.id, 'answer:ask'));
  await repeat(await office.submitDialog(anna.id, 'answer:yes-sure'));
  assert.deepEqual(office.kinds(anna), [
    'start answer tick done outcome feedback label',
    'start answer outcome',
    'start answer back',
    'start answer answer outcome',
  ]);
});

test('what is told of one person is none of what is told of another, though Teams numbers it alike', async () => {
  const people = [office.hire(), office.hire()];
  const body = { id: '1763802000777' };
  for (const one of people) await one.say('isitpublic', { body });
  for (const one of people) assert.equal(one.cards.length, 1);
});

test('where an old client does not say on which card it was pressed, what comes of it is shown all the same', async () => {
  const anna = await office.guided();
  await office.press(anna.id, anna.card, 'answer:ask', { oldClient: true, body: { replyToId: undefined } });
  await office.sees(anna, /Är du säker/);
  assert.equal(anna.cards.filter(({ card }) => /Är du säker/.test(readText(card))).length, 1);
});

test('a request that breaks off halfway does nothing, and is no fault', async () => {
  const { port, hostname } = new URL(office.program.address);
  const head = `POST /api/messages HTTP/1.1\r\nhost: ${hostname}\r\ncontent-type: application/json\r\ncontent-length: 500\r\n\r\n`;
  for (const begun of [head, `${head}{"type":"message"`, head.slice(0, 40)]) {
    const line = connect(Number(port), hostname);
    line.write(begun);
    await wait(50);
    line.destroy();
  }
  assert.equal((await send(activity(office.hire(), {}))).status, 200);
});

test('five at once are one, and of different ones at once one counts', async () => {
  const five = { times: 5 };
  const anna = await office.guided();
  for (const [which, words] of [
    ['answer:ask', /Är du säker/],
    ['answer:yes-sure', /Kontot får starta/],
    ['feedback:no', /Tack/],
    ['then:account', /Vad vill du göra/],
    ['answer:unsure', /Fråga registratorn/],
    ['start:new', /Vad vill du ha hjälp med/],
    ['start:account', /Vad vill du göra/],
  ] as const) {
    await office.press(anna.id, anna.card, which, five);
    await office.sees(anna, words);
    await office.quiet();
  }
  assert.equal(anna.cards.length, 3);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome feedback', 'start answer outcome']);
  await anna.compose(rooms.group);
  for (const which of ['start:account', 'answer:ask', 'answer:yes-sure'])
    await office.submitDialog(anna.id, which, five);
  await office.until(() => anna.cards.length === 4);
  await office.quiet();
  assert.equal(anna.cards.length, 4);
  assert.equal(office.kinds(anna)[2], 'start answer answer outcome');

  const bea = await office.guided();
  await Promise.all(['ask', 'unsure', 'start'].map((id) => office.press(bea.id, bea.card, `answer:${id}`)));
  await office.quiet();
  const [answered, ...others] = office.log(bea)[0]!.filter(({ kind }) => kind === 'answer');
  assert.deepEqual(others, []);
  const shown = { ask: /Är du säker/, unsure: /Fråga registratorn/, start: /Är allt klart/ };
  assert.match(bea.text, shown[answered?.content.option as keyof typeof shown]);
  assert.ok(office.isStored(bea.id, bea.card));
});

/** Asks by a name, or over a way, that a browser would not be let go by. */
async function ask(
  address: string,
  headers: Record<string, string>,
  body: string,
): Promise<{ status: number; text: string }> {
  const asked = request(new URL('/api/messages', address), {
    signal: AbortSignal.timeout(10_000),
    method: 'POST',
    headers: { ...json, ...headers },
  });
  asked.end(body);
  const [response] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return { status: response.statusCode, text: Buffer.concat(chunks).toString('utf8') };
}

test('where nobody is checked, only this machine is answered, by its own name', async () => {
  const anna = office.hire();
  const body = JSON.stringify(activity(anna, { type: 'message', text: 'isitpublic' }));
  const elsewhere: Record<string, string>[] = [
    { host: 'evil.example' },
    { host: 'localhost.evil.example' },
    { host: '127.0.0.1.evil.example' },
    { host: '127.0.0.1@evil.example' },
    { host: '[::1].evil.example' },
    { 'x-forwarded-for': '203.0.113.7' },
    { 'X-Forwarded-Host': 'localhost' },
    { forwarded: 'for=203.0.113.7' },
  ];
  for (const headers of elsewhere) {
    const { status, text } = await ask(office.program.address, headers, body);
    assert.equal(status, 403, JSON.stringify(headers));
    assert.match(text, /kräver inloggning/);
  }
  for (const path of ['/api/messages/', '/api/messages/x', '//api/messages', '/API/MESSAGES', '/api/message'])
    assert.equal(
      (await fetch(new URL(`${office.program.address}${path}`), { method: 'POST', headers: json, body })).status,
      404,
      path,
    );
  await office.quiet();
  assert.deepEqual(anna.cards, []);
  const { port } = new URL(office.program.address);
  for (const host of ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`])
    assert.equal((await ask(office.program.address, { host }, body)).status, 200, host);
});

/** All that a program has kept. */
function rowsIn(file: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  const tables = ['person', 'record', 'entry', 'keyv'];
  const rows = tables.flatMap((table) => database.prepare(`SELECT * FROM ${table}`).all());
  database.close();
  return rows;
}

describe('as it is set up for others', { concurrency: 2 }, () => {
  const settings = { FLOWS: 'test/support/flows' };
  const app = {
    MICROSOFT_APP_ID: 'aaaaaaaa-0000-4000-8000-000000000001',
    MICROSOFT_APP_TENANT_ID: 'aaaaaaaa-0000-4000-8000-000000000002',
    MICROSOFT_APP_PASSWORD: 'not-the-right-one',
  };
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  const claims = { iss: 'https://api.botframework.com', aud: app.MICROSOFT_APP_ID, nbf: now - 60, exp: now + 3600 };
  const forged = `${part({ typ: 'JWT', alg: 'RS256', kid: 'x' })}.${part({ ...claims, serviceurl: 'https://smba.trafficmanager.net/emea/' })}.eA`;

  /** A firewall that lets everything begin and nothing come back. */
  const silent = createLine((line) => {
    line.on('error', () => {});
    line.once('data', () => line.write('HTTP/1.1 200 OK\r\n\r\n'));
  });

  test('without a token of Teams’ nobody gets in, also while Microsoft is out of reach', async () => {
    silent.listen(0, '127.0.0.1');
    await once(silent, 'listening');
    after(() => silent.close());
    const anna = office.hire();
    const body = JSON.stringify(
      activity(anna, { type: 'message', text: secret, serviceUrl: 'https://smba.trafficmanager.net/emea/' }),
    );
    const away = [`http://127.0.0.1:${(silent.address() as AddressInfo).port}`, 'http://127.0.0.1:9'];
    const programs = await Promise.all(
      away.map((proxy) =>
        startProgram({ ...settings, ...app, NODE_USE_ENV_PROXY: '1', HTTPS_PROXY: proxy, NO_PROXY: '127.0.0.1' }),
      ),
    );
    const proxied = { host: 'isitpublic.example', 'x-forwarded-for': '203.0.113.7', 'x-forwarded-proto': 'https' };
    for (const { address, output } of programs) {
      assert.match(output(), /Teams +on, at .*\/api\/messages\n/);
      const tokens = [
        '',
        'Bearer',
        'Bearer ',
        'Bearer aaa.bbb.ccc',
        'Bearer ...',
        'garbage',
        `Basic ${btoa('teams:teams')}`,
        `Negotiate ${forged}`,
        'x'.repeat(9000),
      ];
      for (const authorization of [undefined, ...tokens]) {
        const began = Date.now();
        const reply = await ask(address, authorization === undefined ? {} : { authorization }, body);
        assert.deepEqual(
          [reply.status, /This did not come from Teams/.test(reply.text)],
          [401, true],
          authorization ?? 'none',
        );
        assert.ok(Date.now() - began < 1000);
      }
      const began = Date.now();
      const replies = await Promise.all(
        Array.from({ length: 5 }, () => ask(address, { authorization: `Bearer ${forged}` }, body)),
      );
      for (const { status } of replies) assert.ok(status === 401 || status === 503, String(status));
      assert.ok(Date.now() - began < 6000, `${Date.now() - began} ms`);
      for (const nonsense of ['{', 'null', '[]', '{}', '', 'x'.repeat(100)])
        assert.equal((await ask(address, { authorization: 'Bearer x' }, nonsense)).status, 401, nonsense);
      assert.equal((await ask(address, { authorization: 'Bearer x' }, 'x'.repeat(300_000))).status, 413);
      assert.equal((await fetch(new URL('/api/messages', address))).status, 405);
      assert.equal((await ask(address, proxied, body)).status, 401, 'it is there for Teams, and for nobody else');
      assert.equal((await fetch(new URL('/readyz', address))).status, 200, 'everything else works');
      const file = /log +(\/\S+)/.exec(output())![1]!;
      assert.deepEqual(rowsIn(file), [], 'nothing of it is kept');
    }
    for (const program of programs) {
      await office.until(() => /Microsoft gives out no token for Teams/.test(program.output()), program.output());
      assert.doesNotMatch(
        program.output(),
        new RegExp(`${secret}|${app.MICROSOFT_APP_PASSWORD}|${forged}|"level":50|\\.[jt]s:\\d+`),
      );
      assert.equal(await program.stop(), 0);
    }
  });

  test('without any setting for Teams there is nothing there', async () => {
    const { address } = await startProgram(settings);
    const body = JSON.stringify(activity(office.hire(), {}));
    assert.equal((await ask(address, {}, body)).status, 404);
    assert.equal((await ask(address, { host: 'example.org' }, body)).status, 403);
    assert.equal((await fetch(new URL('/api/messages', address))).status, 404);
  });
});

test('after all this the program goes on, and the log proves itself', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  assert.match(anna.text, /Kontot får starta/);
  assert.match(await office.verify(), /all as they were written/);
});
