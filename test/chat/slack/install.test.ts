import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { scopesFor } from '../../../src/chat/slack/manifest.ts';
import { freePort } from '../../support/port.ts';
import { Office } from '../../support/slack/office.ts';

const office = new Office({});
await office.up();
after(() => office.down());
const port = await freePort();
const address = `http://127.0.0.1:${port}`;
const { clientId, clientSecret } = office.settings;
await office.open({
  PORT: String(port),
  PUBLIC_URL: address,
  SLACK_BOT_TOKEN: '',
  SLACK_CLIENT_ID: clientId,
  SLACK_CLIENT_SECRET: clientSecret,
});
afterEach(() => assert.deepEqual(office.faults, []));

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(new URL(path, address), { redirect: 'manual', headers });

/** An administrator begins to install the app. @returns where they are sent, and the cookie that they got */
async function begin() {
  const response = await get('/slack/install');
  assert.equal(response.status, 302);
  const [cookie = ''] = (response.headers.get('set-cookie') ?? '').split(';');
  return { to: new URL(response.headers.get('location')!), cookie };
}

/** An administrator agrees, and comes back. */
async function install(where: { teamId: string; enterpriseId?: string; enterpriseInstall?: boolean }) {
  const { to, cookie } = await begin();
  const code = office.grant(where);
  return get(`/slack/oauth_redirect?code=${code}&state=${to.searchParams.get('state')}`, { cookie });
}

test('an administrator is sent to Slack, with all that the app asks to be allowed', async () => {
  const { to, cookie } = await begin();
  assert.equal(`${to.origin}${to.pathname}`, `${office.address}/oauth/v2/authorize`);
  assert.deepEqual(to.searchParams.get('scope')?.split(',').sort(), scopesFor(address).sort());
  assert.equal(to.searchParams.get('client_id'), clientId);
  assert.equal(to.searchParams.get('redirect_uri'), `${address}/slack/oauth_redirect`);
  assert.ok(to.searchParams.get('state'));
  assert.match(cookie, /=./);
});

test('before anybody has installed the app, whoever types the command is told so in words', async () => {
  const anna = office.hire();
  const reply = await anna.command('', 'C0OTHER');
  assert.equal(reply.status, 200);
  assert.match(anna.whispered('C0OTHER')!.text, /inte installerad här.*\n.*not installed here/);
});

test('two workspaces and an organisation install it, each with a token that the database does not tell', async () => {
  const places = [
    { teamId: 'T0ONE' },
    { teamId: 'T0TWO' },
    { teamId: 'T0THREE', enterpriseId: 'E0ORG', enterpriseInstall: true },
  ];
  for (const where of places) {
    const response = await install(where);
    assert.equal(response.status, 200);
    assert.match(await response.text(), /Klart(.*\n)*Done/);
    const anna = office.hire();
    await office.command(anna.id, anna.dm, '', where);
    await office.press(anna.id, anna.card, 'g:start:account', where);
    await office.sees(anna, /Vad vill du göra/);
    await office.press(anna.id, anna.card, 'g:answer:unsure', where);
    await office.sees(anna, /Fråga registratorn/);
    assert.deepEqual(office.kinds(anna), ['start answer outcome']);
  }
  const anna = office.hire();
  const other = { teamId: 'T0FOUR', enterpriseId: 'E0ORG', enterpriseInstall: true };
  await office.command(anna.id, anna.dm, '', other);
  assert.match(anna.text, /Vad vill du ha hjälp med/, 'every workspace of the organisation has it');
  assert.equal((await install({ teamId: 'T0ONE' })).status, 200, 'and once more is no fault');
  assert.doesNotMatch(office.everything(), /xoxb-/);
});

test('where the app is removed it is forgotten there, and nowhere else', async () => {
  const anna = office.hire();
  await office.command(anna.id, anna.dm, '', { teamId: 'T0TWO' });
  const installed = (teamId: string) => office.command(anna.id, 'C0OTHER', 'help', { teamId });
  await office.event({ type: 'app_uninstalled' }, { teamId: 'T0ONE' });
  await office.event({ type: 'tokens_revoked', tokens: { oauth: ['U1'], bot: [] } }, { teamId: 'T0TWO' });
  await office.until(() => /the app was uninstalled/.test(office.program.output()));
  await installed('T0ONE');
  assert.match(anna.whispered('C0OTHER')!.text, /inte installerad/);
  await installed('T0TWO');
  assert.match(anna.whispered('C0OTHER')!.text, /Skriv \/isitpublic/);

  await office.event({ type: 'tokens_revoked', tokens: { bot: ['U0BOT'] } }, { teamId: 'T0TWO' });
  const grid = { teamId: 'T0THREE', enterpriseId: 'E0ORG', enterpriseInstall: true };
  await office.event({ type: 'app_uninstalled' }, grid);
  await office.until(() => office.program.output().match(/the app was uninstalled/g)?.length === 3);
  const pressed = await office.press(anna.id, anna.card, 'g:start:account', { teamId: 'T0TWO' });
  assert.equal(pressed.status, 200);
  await office.hears(anna, /inte installerad/);
  assert.match(anna.text, /Vad vill du ha hjälp med/, 'and the card is as it was');
  const reply = await office.command(anna.id, 'C0ALL', '', grid);
  assert.equal(reply.status, 200);
  assert.match(anna.whispered('C0ALL')!.text, /inte installerad/);
});

test('whoever comes back without having begun, or says no, is told how to begin', async () => {
  const { to, cookie } = await begin();
  const state = to.searchParams.get('state');
  const code = office.grant({ teamId: 'T0FIVE' });
  for (const [query, headers] of [
    [`code=${code}&state=${state}`, {}],
    [`code=${code}&state=nonsense`, { cookie }],
    [`code=${code}`, { cookie }],
    [`state=${state}`, { cookie }],
    [`code=nonsense&state=${state}`, { cookie }],
    ['error=access_denied', { cookie }],
    ['', {}],
  ] as const) {
    const response = await get(`/slack/oauth_redirect?${query}`, headers);
    const text = await response.text();
    assert.equal(response.status, 400, query);
    assert.match(text, /Börja om på \/slack\/install/, query);
    assert.doesNotMatch(text, /\bat .*:\d+/);
  }
  const anna = office.hire();
  await office.command(anna.id, 'C0ALL', '', { teamId: 'T0FIVE' });
  assert.match(anna.whispered('C0ALL')!.text, /inte installerad/);
  assert.doesNotMatch(office.program.output(), /"level":50/);
});
