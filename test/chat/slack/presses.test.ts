import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, test } from 'node:test';
import { temporaryFolder } from '../../support/databases.ts';
import { readText } from '../../support/slack/elements.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

const five = { times: 5 };

test('answer, undo, end and heading at once leave a card that shows where the log is', async () => {
  for (let round = 0; round < 3; round += 1) {
    const anna = await office.guided('ask');
    const presses = ['g:answer:yes-sure', 'g:back', 'g:language', 'g:why', 'g:answer:unsure'];
    await Promise.all(presses.map((action) => office.press(anna.id, anna.card, action)));
    const { session, seq } = office.log(anna)[0]!.at(-1)!;
    const marks = () => anna.card.blocks.map(({ block_id }) => String(block_id));
    const isThere = () => marks().some((mark) => mark.startsWith(`${session}:`) && mark.includes(`:${seq}:`));
    await office.until(isThere, () => `entry ${seq} among ${marks().join(' ')}`);
    await office.quiet();
    assert.ok(isThere());
  }
});

test('what is begun five times at once from the home is begun once', async () => {
  const bea = office.hire();
  await bea.openHome();
  await office.press(bea.id, bea.home, 'g:start', five);
  await office.sees(bea, /Vad vill du göra/);
  await office.quiet();
  assert.equal(bea.messages.length, 1);
  await bea.answer('ask');
  assert.deepEqual(office.kinds(bea), ['start answer']);
});

test('a card further up shows where one is instead of answering twice', async () => {
  const anna = await office.guided('ask');
  await anna.openHome();
  const above = { ...anna.card };
  await anna.press('g:show', undefined, anna.home);
  await anna.answer('yes-sure');
  await office.press(anna.id, above, 'g:answer:unsure');
  await office.until(() => /redan besvarad(.*\n)*Kontot får starta/.test(readText(anna.messages[0]?.blocks)));
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('what Slack repeats starts nothing twice', async () => {
  const anna = office.hire();
  const retry = { num: 1, reason: 'http_timeout' };
  const command = await anna.command('', 'C0OTHER');
  for (const sent of [command, command]) assert.equal((await office.again(sent, { retry })).status, 200);
  const said = await anna.say('konto');
  await office.again(said, { retry });
  await office.quiet();
  assert.equal(anna.messages.filter(({ user }) => user !== anna.id).length, 2);
  await anna.openHome();
  const pressed = await anna.press('g:start', undefined, anna.home);
  await office.again(pressed, { retry });
  await office.quiet();
  assert.equal(anna.messages.filter(({ user }) => user !== anna.id).length, 3);
  const answered = await anna.answer('ask');
  await office.again(answered, { retry });
  await office.sees(anna, /Är du säker/);
  assert.doesNotMatch(anna.text, /redan besvarad/);
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('a form that names another person’s session is refused in words; the whisper that refuses leads to one’s own', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  const [{ session }] = office.records(anna) as [{ session: string }];
  const before = [office.kinds(anna), office.kinds(bea)];
  const action = { action_id: 'g:back', block_id: `${session}:sure:4:moves`, value: 'en' };
  await office.press(bea.id, bea.card, 'g:back', { action });
  await office.until(() => /hör till någon annan/.test(bea.whispered()?.text ?? ''));

  await anna.press('g:label');
  const { values } = { values: { label: { label: { type: 'plain_text_input', value: 'min' } } } };
  const view = { ...anna.modal, private_metadata: office.records(bea)[0]!.session, state: { values } };
  await office.submit(anna.id, {}, { body: { view } });
  assert.match(anna.errors.label!, /hör till någon annan/);
  assert.deepEqual([office.kinds(anna), office.kinds(bea)], before);
  await bea.press('g:start', undefined, bea.whispered());
  assert.match(bea.text, /Vad vill du ha hjälp med/, 'and leads to guidance of one’s own');
});

test('at the home and in an open dialog, people go on after the program was restarted', async () => {
  const atHome = office.hire();
  await atHome.openHome();
  const writes = await office.guided('unsure');
  await writes.press('g:label');

  await office.reopen();

  await atHome.press('g:start', undefined, atHome.home);
  await atHome.answer('unsure');
  assert.match(atHome.text, /Fråga registratorn/);
  assert.deepEqual(office.kinds(atHome), ['start answer outcome']);
  await writes.submit({ label: 'skolan' });
  await office.sees(writes, /skolan/);
});

test('where the guidance has been taken out of use meanwhile, its answers are taken along', async () => {
  const [presses, looks] = [await office.guided('ask'), await office.guided('ask')];
  await office.program.stop();
  const database = new DatabaseSync(office.file);
  database.exec(
    "UPDATE flow_version SET withdrawn_at = '2026-11-22T09:00:00Z', withdrawn_because = 'Vi skriver om den.'",
  );
  database.close();
  const flows = join(temporaryFolder(), 'flows');
  cpSync('test/support/flows', flows, { recursive: true });
  const account = join(flows, 'account.yaml');
  writeFileSync(account, readFileSync(account, 'utf8').replace('Är du säker?', 'Är du alldeles säker?'));
  await office.open({ FLOWS: flows });

  await presses.answer('yes-sure');
  assert.match(presses.text, /tagit med de svar som fortfarande gäller(.*\n)*Kontot får starta/);
  await looks.press('g:why');
  assert.match(looks.text, /används inte längre: Vi skriver om den/);
  await office.press(looks.id, looks.card, 'g:start:account', five);
  await office.sees(looks, /Är du alldeles säker/);
  assert.equal(looks.messages.length, 1);
  assert.deepEqual(office.kinds(presses), ['start answer lapse', 'start answer answer outcome']);
  assert.deepEqual(office.kinds(looks), ['start answer lapse', 'start answer']);
});

test('after all this the log proves itself', async () => {
  assert.match(await office.verify(), /all as they were written/);
});
