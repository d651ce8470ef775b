import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, test } from 'node:test';
import { temporaryFolder } from '../../support/databases.ts';
import { allElements, readText } from '../../support/slack/elements.ts';
import type { Json } from '../../support/slack/limits.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

const five = { times: 5 };

test('five identical presses at once are one answer on one card', async () => {
  const anna = await office.guided();
  await office.press(anna.id, anna.card, 'g:answer:ask', five);
  await office.sees(anna, /Är du säker/);
  assert.equal(anna.messages.length, 1);
  assert.deepEqual(office.kinds(anna), ['start answer']);
  await office.press(anna.id, anna.card, 'g:answer:yes-sure', five);
  await office.sees(anna, /Kontot får starta/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  await office.press(anna.id, anna.card, 'g:feedback:no', five);
  await office.sees(anna, /Tack/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome feedback']);
});

test('of two different answers at once one counts, and it is the one that is shown', async () => {
  const anna = await office.guided();
  await Promise.all(['ask', 'unsure', 'start'].map((id) => office.press(anna.id, anna.card, `g:answer:${id}`)));
  await office.quiet();
  const [, answer] = office.log(anna)[0]!;
  assert.equal(office.log(anna)[0]!.filter(({ kind }) => kind === 'answer').length, 1);
  const shown = { ask: /Är du säker/, unsure: /Fråga registratorn/, start: /Är allt klart/ };
  assert.match(anna.text, shown[answer?.content.option as keyof typeof shown]);
});

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

test('what is begun five times at once is begun once: from an outcome, from the home and from a list', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await office.press(anna.id, anna.card, 'g:then:account', five);
  await office.sees(anna, /Vad vill du göra/);
  await office.quiet();
  assert.equal(anna.messages.length, 2);
  await office.press(anna.id, anna.card, 'g:answer:ask', five);
  await office.sees(anna, /Är du säker/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome', 'start answer']);

  const bea = office.hire();
  await bea.openHome();
  await office.press(bea.id, bea.home, 'g:start', five);
  await office.sees(bea, /Vad vill du göra/);
  await office.quiet();
  assert.equal(bea.messages.length, 1);
  await office.press(bea.id, bea.card, 'g:answer:ask', five);
  await office.sees(bea, /Är du säker/);
  assert.deepEqual(office.kinds(bea), ['start answer']);

  await bea.command('konto');
  await office.press(bea.id, bea.card, 'g:start', five);
  await office.sees(bea, /Vad vill du göra/);
  await bea.answer('unsure');
  assert.deepEqual(office.kinds(bea), ['start answer', 'start answer outcome']);
});

test('a card on another device, or further up, shows where one is instead of answering twice', async () => {
  const anna = await office.guided();
  const elsewhere = { ...anna.card };
  await anna.answer('ask');
  await anna.press('g:answer:unsure', undefined, elsewhere);
  assert.match(anna.text, /redan besvarad eller har ändrats(.*\n)*Är du säker/);
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

test('a press on another person’s session is refused in words, and leaves everything as it was', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  const [{ session }] = office.records(anna) as [{ session: string }];
  const { drawn } = bea.card;
  const before = [office.kinds(anna), office.kinds(bea)];
  for (const action_id of [
    'g:answer:yes-sure',
    'g:back',
    'g:change',
    'g:why',
    'g:show',
    'g:language',
    'g:close',
    'g:feedback:yes',
    'g:label',
    'g:draft',
    'g:dance',
  ]) {
    const said = bea.messages.length;
    const action = { action_id, block_id: `${session}:sure:4:moves`, value: 'en' };
    assert.equal((await office.press(bea.id, bea.card, 'g:back', { action })).status, 200);
    await office.until(() => bea.messages.length > said, action_id);
    assert.match(bea.whispered()!.text, /hör till någon annan/, action_id);
  }
  assert.equal(bea.card.drawn, drawn);
  assert.deepEqual([office.kinds(anna), office.kinds(bea)], before);

  await anna.press('g:label');
  const { values } = { values: { label: { label: { type: 'plain_text_input', value: 'min' } } } };
  const view = { ...anna.modal, private_metadata: office.records(bea)[0]!.session, state: { values } };
  await office.submit(anna.id, {}, { body: { view } });
  assert.match(anna.errors.label!, /hör till någon annan/);
  assert.deepEqual([office.kinds(anna), office.kinds(bea)], before);
  await bea.press('g:start', undefined, bea.whispered());
  assert.match(bea.text, /Vad vill du ha hjälp med/, 'and leads to guidance of one’s own');
});

test('wherever people are when the program is restarted, their buttons work afterwards', async () => {
  const chooses = office.hire();
  await chooses.command();
  const looks = office.hire();
  await looks.command('konto');
  const atHome = office.hire();
  await atHome.openHome();
  const [unanswered, asked, ticks] = [await office.guided(), await office.guided('ask'), await office.guided('start')];
  await ticks.tick(['people']);
  const changes = await office.guided('ask');
  await changes.press('g:change');
  await office.press(changes.id, changes.card, (_, block) => /:kind:\d+:step/.test(String(block.block_id)));
  await office.sees(changes, /Du ändrar/);
  const [done, writes] = [await office.guided('ask', 'yes-sure'), await office.guided('unsure')];
  await writes.press('g:label');
  await office.sees(ticks, /Sparat/);

  await office.reopen();

  await chooses.press('g:start:account');
  await chooses.answer('unsure');
  await looks.press('g:start');
  await looks.answer('unsure');
  await atHome.press('g:start', undefined, atHome.home);
  await atHome.answer('unsure');
  await unanswered.answer('unsure');
  await asked.answer('unsure');
  await changes.press('g:change:unsure');
  for (const clerk of [chooses, looks, atHome, unanswered, asked, changes]) {
    assert.match(clerk.text, /Fråga registratorn/);
    assert.match(office.kinds(clerk).join(), /^start answer (answer |change )?outcome$/);
  }
  const boxes = allElements(ticks.card.blocks).find(({ element }) => element.type === 'checkboxes')!.element;
  assert.deepEqual(
    (boxes.initial_options as Json[]).map(({ value }) => value),
    ['people'],
  );
  await ticks.press('g:done');
  assert.match(ticks.text, /Det här saknas\nSyfte/);
  await done.press('g:then:account');
  await done.answer('unsure');
  assert.equal((office.log(done)[1]![0]!.content.from as Json).because, 'offered');
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
