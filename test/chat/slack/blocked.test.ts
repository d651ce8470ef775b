import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, test } from 'node:test';
import { readText } from '../../support/slack/elements.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

// It takes its five seconds while the others are tried.
const patient = await office.guided();
office.fail('response_url', { with: 'timeout' });
assert.equal((await office.press(patient.id, patient.card, 'g:answer:ask')).status, 200);

/** Another program holds the file until it is let go. */
function hold(): () => void {
  const other = new DatabaseSync(office.file);
  other.exec('BEGIN EXCLUSIVE');
  return () => {
    other.exec('COMMIT');
    other.close();
  };
}

const said = (text = '') => /inte sparat än/.test(text);

test('while the log can’t be written Slack hears in time, the person that nothing is saved yet, and then it is', async () => {
  const [anna, bea] = [await office.guided(), await office.guided('ask', 'yes-sure')];
  await bea.press('g:label');
  const letGo = hold();
  const answered = office.press(anna.id, anna.card, 'g:answer:ask');
  const named = office.submit(bea.id, { label: 'skolan' });
  const replies = await Promise.all([answered, named]);
  for (const { status, ms } of replies) assert.ok(status === 200 && ms < 2900, `${status} after ${ms} ms`);
  await office.until(() => said(anna.whispered()?.text));
  assert.ok(said(bea.errors.label));
  assert.match(anna.text, /Vad vill du göra/, 'nothing is shown that is not so');
  letGo();
  await office.until(() => /Är du säker/.test(anna.text));
  await office.until(() => /skolan/.test(bea.text));
  assert.deepEqual(office.kinds(anna), ['start answer']);
  assert.deepEqual(office.kinds(bea), ['start answer answer outcome label']);
  await bea.submit({ label: 'skolan' });
  assert.ok(!bea.hasModal, 'the same heading once more is no fault');
  assert.deepEqual(office.kinds(bea), ['start answer answer outcome label']);
});

test('where it stays so, who answers is told a reference and can do it again; who only looks or begins notices nothing', async () => {
  const [presses, labels, home] = [await office.guided('ask'), await office.guided('unsure'), office.hire()];
  const [types, points, talks] = [office.hire(), office.hire(), office.hire()];
  await labels.press('g:label');
  await home.openHome();
  for (const one of [types, points, talks]) await one.command('help');
  const letGo = hold();
  const message = office.write('U0BEA', 'C0OTHER', 'hej');
  const replies = await Promise.all([
    office.press(presses.id, presses.card, 'g:answer:yes-sure'),
    office.submit(labels.id, { label: 'skolan' }),
    office.press(home.id, home.home, 'g:start'),
    office.command(types.id, 'C0OTHER', 'language en'),
    office.shortcut(points.id, 'C0OTHER', message),
    office.say(talks.id, 'language en'),
  ]);
  for (const { status, ms } of replies) assert.ok(status === 200 && ms < 2900, `${status} after ${ms} ms`);
  const reference = /uppge referensen ([0-9A-F]{8})/;
  const told = {
    presses: () => presses.whispered()?.text,
    labels: () => labels.messages.at(-1)?.text,
  };
  for (const [who, text] of Object.entries(told)) {
    await office.until(() => reference.test(text() ?? ''), `a reference for whoever ${who}`);
    const [, code = ''] = reference.exec(text()!)!;
    await office.until(() => office.program.output().includes(code), `${code} in what the program writes`);
  }
  const english = /You now read in English/;
  await office.until(() => english.test(readText(types.whispered('C0OTHER')?.blocks)), 'English where it was typed');
  await office.until(() => english.test(readText(talks.messages.at(-1)?.blocks)), 'English in the conversation');
  for (const one of [home, points]) await office.sees(one, /Vad vill du göra|Vad vill du ha hjälp med/);
  letGo();
  assert.match(presses.text, /Är du säker/);
  await presses.answer('yes-sure');
  await labels.submit({ label: 'skolan' });
  assert.ok(!labels.hasModal);
  await home.answer('ask');
  assert.deepEqual(
    [presses, labels, home].map((clerk) => office.kinds(clerk).join()),
    ['start answer answer outcome', 'start answer outcome label', 'start answer'],
  );
  assert.match(await office.verify(), /all as they were written/);
});

test('where the address of a press never answers, it is not waited for longer than five seconds', async () => {
  await office.until(() => /Är du säker/.test(patient.text));
  assert.equal(patient.messages.length, 1);
  assert.equal(office.calls.filter(({ error }) => error === 'timeout').length, 1);
});
