import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Clerk } from '../../support/slack/clerk.ts';
import { readText } from '../../support/slack/elements.ts';
import type { Json } from '../../support/slack/limits.ts';
import { openOffice } from '../../support/slack/office.ts';
import { signed } from '../../support/slack/wire.ts';

const office = await openOffice();
let told = 0;
afterEach(() => {
  const lines = office.program.output().slice(told).split('\n');
  told = office.program.output().length;
  assert.deepEqual(office.faults, []);
  assert.deepEqual(
    lines.filter((line) => /"level":50|\.[jt]s:\d+/.test(line)),
    [],
    'nothing is a fault of ours',
  );
  assert.equal(office.program.process.exitCode, null);
});

const form = 'application/x-www-form-urlencoded';
const send = (body: string, type = form) => office.raw(body, signed(body, type, office.settings.secret));

test('what Slack did not sign, or signed long ago, is refused and does nothing', async () => {
  const anna = await office.guided('ask');
  const { sent } = await anna.press('g:why');
  const before = anna.card.drawn;
  const press = (options: object) => office.press(anna.id, anna.card, 'g:answer:yes-sure', options);
  for (const options of [
    { secret: 'another' },
    { age: 360 },
    { age: -360 },
    { headers: { 'x-slack-signature': 'v0=' } },
  ])
    assert.equal((await press(options)).status, 401);
  for (const headers of [
    { 'content-type': form },
    { 'content-type': form, 'x-slack-signature': 'v0=0', 'x-slack-request-timestamp': 'now' },
    { 'content-type': form, 'x-slack-signature': 'nonsense', 'x-slack-request-timestamp': '99999999999' },
    { ...signed(sent.body, form, ''), 'content-type': form },
    { ...signed(`${sent.body} `, form, office.settings.secret) },
  ]) {
    const reply = await office.raw(sent.body, headers);
    assert.equal(reply.status, 401);
    assert.match(reply.text, /not signed by Slack/);
  }
  await office.quiet();
  assert.equal(anna.card.drawn, before);
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('a form is a form with a character set too', async () => {
  const anna = await office.guided();
  const options = { contentType: `${form}; charset=utf-8` };
  assert.equal((await office.press(anna.id, anna.card, 'g:answer:ask', options)).status, 200);
  await office.sees(anna, /Är du säker/);
  assert.equal((await office.command(anna.id, 'C0OTHER', 'help', options)).status, 200);
  assert.match(anna.whispered('C0OTHER')!.text, /Skriv \/isitpublic/);
});

test('what is too large is not read, and what can’t be read is said to be', async () => {
  const reply = await send(`payload=${'x'.repeat(5 * 1024 * 1024)}`);
  assert.equal(reply.status, 413);
  for (const body of ['payload=null', 'payload=[]', 'payload=%7B', 'payload=%', 'payload=', 'payload=1', '{', '{"a":'])
    assert.equal((await send(body)).status, 400, body);
});

test('a payload that makes no sense is received, and nothing comes of it', async () => {
  const user = { id: 'U0ANNA', team_id: 'T0REC' };
  const before = office.calls.length;
  for (const payload of [
    {},
    { type: 'nonsense' },
    { type: 'block_actions', user },
    { type: 'block_actions', user, actions: [] },
    { type: 'block_actions', user, actions: null },
    { type: 'block_actions', user, actions: 'many' },
    { type: 'block_actions', user, actions: [null] },
    { type: 'block_actions', user, actions: [{}] },
    { type: 'block_actions', user: null, actions: [{ action_id: 'g:back' }] },
    { type: 'block_actions', actions: [{ action_id: 'g:back', block_id: 'x' }] },
    { type: 'block_actions', user, team: null, channel: null, actions: [{ action_id: 7, block_id: {} }] },
    { type: 'view_submission', user },
    { type: 'view_submission', user, view: null },
    { type: 'view_submission', user, view: {} },
    { type: 'view_closed', user, view: { callback_id: 'g:label' } },
    { type: 'message_action', user, callback_id: 'g:message' },
    { type: 'message_action' },
    { type: 'shortcut', user, callback_id: 'g:other' },
    { type: 'block_suggestion', user, action_id: 'x', value: 'y' },
    { type: 'dialog_submission' },
    { command: '/isitpublic' },
    { event: null },
    { event: {} },
    { event: 'x', type: 'event_callback' },
    { event: { type: 'message' }, type: 'event_callback' },
    { event: { type: 'reaction_added', item: null }, type: 'event_callback', authorizations: 'x' },
    JSON.parse('{"__proto__": {"type": "block_actions"}, "constructor": {"prototype": {"type": "x"}}}'),
  ]) {
    const text = JSON.stringify(payload);
    for (const [body, type] of [
      [new URLSearchParams({ payload: text }).toString(), form],
      [text, 'application/json'],
    ] as const) {
      const reply = await send(body, type);
      assert.ok([200, 400].includes(reply.status), `${reply.status} for ${text}`);
      assert.ok(reply.ms < 2900, text);
    }
  }
  await office.quiet();
  assert.deepEqual(
    office.calls.slice(before).filter(({ method }) => method !== 'users.info'),
    [],
  );
});

test('a button that is none of ours, or can’t be read, is answered in words', async () => {
  const anna = await office.guided('ask');
  const { block_id } = anna.card.blocks.find(({ type }) => type === 'actions')!;
  for (const [action, why] of [
    [{ action_id: 'nonsense', block_id }, /Den knappen används inte längre/],
    [{ action_id: 'g:', block_id }, /Den knappen används inte längre/],
    [{ action_id: 'g:dance', block_id: 'x'.repeat(10_000) }, /Den knappen används inte längre/],
    [{ action_id: 'g:answer', block_id, value: 'x'.repeat(3000) }, /Det svaret finns inte/],
    [{ action_id: 'g:tick', block_id, selected_options: 'x' }, /redan besvarad/],
    [{ action_id: 'g:show', block_id: 'nonsense', value: 'x'.repeat(30_000) }, /Är du säker/],
    [{ action_id: ['g:back'], block_id: {} }, undefined],
  ] as [Json, RegExp | undefined][]) {
    const { drawn } = anna.card;
    await office.press(anna.id, anna.card, 'g:back', { action });
    if (why) await office.until(() => anna.card.drawn > drawn);
    await office.quiet();
    if (why) assert.match(anna.text, why, JSON.stringify(action));
    assert.match(anna.text, /Är du säker/);
  }
  assert.deepEqual(office.kinds(anna), ['start answer']);
  await office.press(anna.id, anna.card, 'g:back', { body: { container: 'x'.repeat(100) } });
  await office.hears(anna, /Det gick inte att läsa vad du tryckte på(.*\n)*We could not read/);
});

test('a form that nobody knows is received', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('g:label');
  const { modal } = anna;
  for (const view of [
    { ...modal, callback_id: 'other' },
    { ...modal, state: { values: {} } },
    { ...modal, private_metadata: 'nonsense', state: { values: {} } },
    { ...modal, private_metadata: 'x'.repeat(4000), state: { values: {} } },
  ])
    assert.equal(
      (
        await send(
          new URLSearchParams({
            payload: JSON.stringify({
              type: 'view_submission',
              user: { id: anna.id, team_id: 'T0REC' },
              team: { id: 'T0REC' },
              view,
            }),
          }).toString(),
        )
      ).status,
      200,
    );
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('one and the same person in two workspaces of an organisation is one, and in two workspaces apart are two', async () => {
  const grid = (teamId: string) => ({ teamId, enterpriseId: 'E0ORG', enterpriseInstall: true });
  const anna = await office.guided();
  const home = office.hire();
  await office.command(home.id, home.dm, '', grid('T0ONE'));
  await office.press(home.id, home.card, 'g:start:account', grid('T0ONE'));
  await office.sees(home, /Vad vill du göra/);
  await office.press(home.id, home.card, 'g:answer:ask', grid('T0ONE'));
  await office.sees(home, /Är du säker/);
  await office.press(home.id, home.card, 'g:answer:yes-sure', grid('T0TWO'));
  await office.sees(home, /Kontot får starta/);
  assert.deepEqual(office.kinds(home), ['start answer answer outcome']);
  await office.command(home.id, home.dm, 'mine', grid('T0TWO'));
  assert.match(home.whispered()!.text, /VGL/);
  await office.openHome(home.id, grid('T0TWO'));
  await office.until(() => /VGL/.test(readText(office.home(home.id)?.blocks)));

  await office.press(anna.id, anna.card, 'g:answer:ask', { teamId: 'T0ONE' });
  await office.sees(anna, /Är du säker/);
  const { drawn } = anna.card;
  await office.press(anna.id, anna.card, 'g:answer:yes-sure', { teamId: 'T0TWO' });
  await office.hears(anna, /hör till någon annan/);
  assert.equal(anna.card.drawn, drawn);
});

test('Slack’s own questions are answered, and nothing that is smuggled in with them', async () => {
  const challenge = JSON.stringify({ type: 'url_verification', token: 'x', challenge: 'abc' });
  assert.deepEqual(JSON.parse((await send(challenge, 'application/json')).text), { challenge: 'abc' });
  assert.equal((await office.raw(challenge, { 'content-type': 'application/json' })).status, 401);

  const anna = await office.guided();
  const { sent } = await office.press(anna.id, anna.card, 'g:why');
  await office.sees(anna, /Lagen bakom frågan/);
  const { drawn } = anna.card;
  const forged = sent.body.replaceAll('g%3Awhy', 'g%3Aanswer%3Aask');
  assert.notEqual(forged, sent.body);
  const asked = { 'content-type': form };
  assert.deepEqual(
    [(await office.raw('ssl_check=1&token=x', asked)).status, (await office.raw('token=x&ssl_check=1', asked)).text],
    [200, ''],
  );
  assert.equal((await office.raw(`ssl_check=1&${forged}`, asked)).status, 200);
  assert.equal((await office.raw(`${forged}&ssl_check=1`, asked)).status, 401);
  assert.equal((await office.raw(`token=x&${forged}&ssl_check=1`, asked)).status, 200);
  await office.quiet();
  assert.equal(anna.card.drawn, drawn);
  assert.deepEqual(office.kinds(anna), []);
});

test('whatever is written to the app, it answers others meanwhile', async () => {
  const [anna, bea] = [office.hire(), await office.guided()];
  const texts = [
    `x y${' '.repeat(150_000)}z`,
    'löner '.repeat(6000),
    'å'.repeat(39_000),
    '\u0000\u202e',
    '<!channel> <@U0BEA>',
    '',
  ];
  for (const text of texts) {
    const said = office.say(anna.id, text);
    const { ms } = await office.press(bea.id, bea.card, 'g:why');
    assert.ok(ms < 2900, `${ms} ms beside ${text.slice(0, 20)}`);
    await said;
    await office.until(() => anna.messages.at(-1)?.user !== anna.id);
    assert.match(anna.text, /Vi hittade inget|Här kan du börja|Vad vill du ha hjälp med/);
  }
  const typed = await office.command(anna.id, 'C0OTHER', 'x'.repeat(20_000));
  assert.equal(typed.status, 200);
  assert.match(anna.whispered('C0OTHER')!.text, /Vägledningen väntar/);
});

test('elsewhere under /slack/ there is nothing', async () => {
  const at = (path: string, method = 'GET') => fetch(new URL(path, office.program.address), { method });
  for (const [path, method] of [
    ['/slack/events', 'GET'],
    ['/slack/events', 'PUT'],
    ['/slack/', 'GET'],
    ['/slack/nothing', 'POST'],
    ['/slack/install', 'GET'],
    ['/slack/oauth_redirect?code=1&state=2', 'GET'],
    ['/slack/events/../../etc', 'GET'],
    ['/slack//', 'GET'],
  ] as const) {
    const response = await at(path, method);
    assert.equal(response.status, 404, path);
    assert.match(await response.text(), /Här finns ingenting/);
  }
});

test('after all this the program goes on, and the log proves itself', async () => {
  const anna: Clerk = await office.guided('ask', 'yes-sure');
  assert.match(anna.text, /Kontot får starta/);
  assert.match(await office.verify(), /all as they were written/);
});
