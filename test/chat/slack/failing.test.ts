import assert from 'node:assert/strict';
import { after, afterEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import type { Clerk } from '../../support/slack/clerk.ts';
import { readText } from '../../support/slack/elements.ts';
import { Office, openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

/** Presses without waiting for what comes of it. */
const press = (clerk: Clerk, action: string, on = clerk.card) => office.press(clerk.id, on, action);
const shows = (clerk: Clerk, words: RegExp) => office.until(() => words.test(clerk.text), `${words} on the card`);

test('where the address of a press is no good, the card is drawn by its place', async () => {
  for (const fault of ['expired_url', 'used_url', 429, 500, 'drop connection', 'invalid_blocks']) {
    const anna = await office.guided();
    office.fail('response_url', { with: fault });
    const before = office.called('chat.update').length;
    await anna.answer('ask');
    assert.match(anna.text, /Är du säker/, String(fault));
    assert.equal(office.called('chat.update').length, before + 1);
    assert.equal(anna.messages.length, 1);
  }
});

test('while Slack takes nothing the log goes on, and the card catches up by itself with the latest', async () => {
  const anna = await office.guided();
  office.fail('response_url', { with: 500, times: 2 });
  office.fail('chat.update', { with: 'internal_error', times: 2 });
  await press(anna, 'g:answer:ask');
  assert.deepEqual(office.kinds(anna), ['start answer']);
  const { session } = office.log(anna)[0]![0]!;
  const action = { action_id: 'g:answer:yes-sure', block_id: `${session}:sure:2:options` };
  await office.press(anna.id, anna.card, 'g:back', { action });
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  assert.match(anna.text, /Vad vill du göra/, 'nothing was drawn so far');
  await shows(anna, /Kontot får starta/);
  await wait(200);
  assert.match(anna.text, /Kontot får starta/);
  assert.equal(anna.messages.length, 1);
});

test('whoever writes too much is asked to wait, and does', async () => {
  const anna = await office.guided();
  office.fail('response_url', { with: 429, retryAfter: 1 });
  office.fail('chat.update', { with: 429, retryAfter: 1 });
  await press(anna, 'g:answer:ask');
  await shows(anna, /Är du säker/);
  const [first, second] = office.called('chat.update').slice(-2);
  assert.ok(second!.at - first!.at >= 1000);
  office.fail('chat.postMessage', { with: 429, retryAfter: 1 });
  const reply = await office.command(anna.id, 'C0OTHER', '');
  assert.ok(reply.ms < 2900);
  await office.until(() => anna.messages.length === 2);
  await office.until(() => /Vägledningen väntar/.test(anna.whispered('C0OTHER')?.text ?? ''));
});

test('a workspace that does not know some blocks gets the same in plain ones', async () => {
  const anna = await office.guided('ask');
  office.fail('response_url', { with: 'invalid_blocks' });
  office.fail('chat.update', { with: 'invalid_blocks' });
  await press(anna, 'g:answer:yes-sure');
  await shows(anna, /Kontot får starta/);
  assert.ok(!JSON.stringify(anna.card.blocks).includes('rich_text'));
  assert.match(anna.text, /Vad det betyder\nKontot får starta\.(.*\n)*Gör så här\n1\. Starta\.\n(.*\n)*• Husregel/);
  office.fail('chat.postMessage', { with: 'invalid_blocks_format' });
  await anna.press('g:then:account');
  assert.match(anna.text, /Vad vill du göra/);
  assert.ok(!JSON.stringify(anna.card.blocks).includes('rich_text'));
});

test('where the person can’t be written to, that is said where they asked', async () => {
  for (const [method, fault] of [
    ['conversations.open', 'cannot_dm_bot'],
    ['chat.postMessage', 'channel_not_found'],
    ['chat.postMessage', 'messages_tab_disabled'],
  ] as const) {
    const anna = office.hire();
    office.fail(method, { with: fault });
    await anna.command('', 'C0OTHER');
    assert.match(readText(anna.whispered('C0OTHER')?.blocks), /Det gick inte att skriva till dig/);
    assert.deepEqual(anna.messages, []);
    await anna.openHome();
    office.fail(method, { with: fault });
    await anna.press('g:start', undefined, anna.home);
    assert.match(readText(anna.home.blocks), /Det gick inte att skriva till dig/);
  }
  const bea = await office.guided('ask', 'yes-sure');
  office.fail('conversations.open', { with: 'user_disabled' });
  await bea.press('g:then:account');
  assert.match(bea.whispered()!.text, /Det gick inte att skriva till dig/);
  assert.match(bea.text, /Kontot får starta/);
});

test('where the message has been deleted, the guidance goes on in a new one', async () => {
  const anna = await office.guided();
  office.fail('response_url', { with: 'message_not_found' });
  office.fail('chat.update', { with: 'message_not_found' });
  await press(anna, 'g:answer:ask');
  await office.until(() => anna.messages.length === 2);
  assert.match(anna.text, /Är du säker/);
  await anna.command('language en', 'C0OTHER');
  assert.match(anna.text, /Are you sure/, 'and is found again');
  await anna.answer('yes-sure');
  assert.deepEqual(office.kinds(anna), ['start answer language answer outcome']);
});

test('a draft or a form that Slack does not take is said to have failed', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  office.fail('views.open', { with: 'expired_trigger_id' });
  await anna.press('g:label');
  assert.match(anna.whispered()!.text, /uppge referensen [0-9A-F]{8}/);
});

test('where the app’s token is revoked in the middle of it, the answer counts and the next question is shown', async () => {
  const anna = await office.guided();
  office.revoke();
  await anna.answer('ask');
  assert.match(anna.text, /Är du säker/);
  await anna.answer('yes-sure');
  await anna.press('g:then:account');
  assert.match(anna.whispered()!.text, /Det gick inte att skriva till dig/);
  const reply = await office.command(anna.id, 'C0OTHER', '');
  assert.match(reply.text, /Det gick inte att skriva till dig/);
  office.install(office.settings.token, { teamId: office.settings.teamId });
  await anna.command();
  assert.match(anna.text, /Vad vill du ha hjälp med/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('where Slack is slow nobody waits for it, and what it said counts afterwards', async () => {
  office.delay('users.info', 1000);
  office.delay('chat.postMessage', 1200);
  const bea = office.hire('en-GB');
  const { text, ms } = await office.command(bea.id, 'C0OTHER', '');
  assert.equal(text, '');
  assert.ok(ms < 2900, `${ms} ms`);
  await office.until(() => /Vägledningen väntar/.test(bea.whispered('C0OTHER')?.text ?? ''));
  office.delay('users.info', 0);
  office.delay('chat.postMessage', 0);
  await bea.command('help', 'C0OTHER');
  assert.match(bea.whispered('C0OTHER')!.text, /Type \/isitpublic/);
});

test('what failed is told without the token and without what anybody asked', () => {
  assert.doesNotMatch(office.program.output(), new RegExp(office.settings.token));
  assert.doesNotMatch(office.program.output(), /"level":50.*(response_url|chat\.update)/);
});

test('while Slack is down the program serves and says so, and when Slack is back it answers', async () => {
  const late = new Office({});
  await late.up();
  after(() => late.down());
  await late.down();
  await late.open();
  assert.equal((await fetch(new URL('/readyz', late.program.address))).status, 200);
  await late.until(() => /Slack does not answer/.test(late.program.output()));
  const anna = late.hire();
  const reply = await late.command(anna.id, 'C0OTHER', '');
  assert.equal(reply.status, 200);
  assert.ok(reply.ms < 2900);
  await late.up();
  await late.until(() => /"Slack answers"/.test(late.program.output()));
  await anna.command();
  await anna.press('g:start:account');
  await anna.answer('ask');
  assert.deepEqual(late.faults, []);
});
