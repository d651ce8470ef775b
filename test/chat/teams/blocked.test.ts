import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { type Reply, rooms } from '../../support/teams/tenant.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

/** Another program holds the file until it is let go. */
function hold(): () => void {
  const other = new DatabaseSync(office.file, { timeout: 2000 });
  other.exec('BEGIN EXCLUSIVE');
  held = other;
  return () => other.close();
}
let held: DatabaseSync | undefined;
afterEach(() => held?.isOpen && held.close());

/** Somebody whose guidance is in a dialog, at its first question. */
async function inDialog(): Promise<Person> {
  const person = office.hire();
  await person.compose(rooms.group);
  await person.submit('start:account');
  return person;
}

const inTime = (replies: Reply[]) => {
  for (const { status, ms } of replies) assert.ok(status === 200 && ms < 2900, `${status} after ${ms} ms`);
};

const notYet = /inte sparat än/;
const reference = /uppge referensen ([0-9A-F]{8})/;

test('while the log can’t be written people hear in time that nothing is saved yet, and then it is', async () => {
  const [anna, bea] = [await office.guided(), await office.guided('ask', 'yes-sure')];
  const [cilla, doris] = [await inDialog(), await office.guided()];
  await bea.press('label');
  const letGo = hold();
  inTime(
    await Promise.all([
      office.press(anna.id, anna.card, 'answer:ask', { times: 5 }),
      office.press(bea.id, bea.card, 'label', { value: 'skolan' }),
      office.submitDialog(cilla.id, 'answer:ask', { times: 2 }),
      office.press(doris.id, doris.card, 'answer:ask', { oldClient: true }),
    ]),
  );
  assert.match(anna.told!, notYet);
  assert.match(bea.told!, notYet);
  assert.match(cilla.dialog.text, notYet);
  for (const one of [anna, doris]) assert.match(one.text, /Vad vill du göra/, 'nothing is shown that is not so');
  letGo();
  for (const one of [anna, cilla, doris]) await office.sees(one, /Är du säker/);
  await office.sees(bea, /skolan/);
  await office.quiet();
  for (const one of [anna, cilla, doris]) {
    assert.deepEqual(office.kinds(one), ['start answer']);
    assert.equal(one.cards.length, 1);
    await one.answer('yes-sure');
    assert.match(one.text, /Kontot får starta/, 'and it goes on');
  }
  await bea.press('label');
  await bea.press('label', 'skolan');
  assert.deepEqual(office.kinds(bea), ['start answer answer outcome label'], 'the same heading once more is no news');
});

test('where it stays so, each is told a reference, whatever they did and wherever, and can do it again', async () => {
  const [presses, labels, submits] = [await office.guided('ask'), await office.guided('unsure'), await inDialog()];
  const [old, types, points, asks] = [await office.guided('ask'), office.hire(), office.hire(), office.hire()];
  const [joins, leaves] = [office.hire(), await office.guided()];
  await labels.press('label');
  const letGo = hold();
  const pointed = office.messageAction(points.id, rooms.group);
  inTime(
    await Promise.all([
      office.press(presses.id, presses.card, 'answer:yes-sure'),
      office.press(labels.id, labels.card, 'label', { value: 'skolan' }),
      office.submitDialog(submits.id, 'answer:ask'),
      office.press(old.id, old.card, 'answer:yes-sure', { oldClient: true }),
      office.say(types.id, 'language en'),
      office.slash(asks.id, rooms.group),
      office.install(joins.id),
      office.uninstall(leaves.id),
    ]),
  );
  const { ms } = await pointed;
  assert.ok(ms < 4500, `${ms} ms`);
  // Nothing of the log is in these: they may be done at once, or be told as the others.
  assert.match(points.dialog.text, /Vad vill du|uppge referensen/);
  await office.sees(types, /You now read in English|uppge referensen/);
  await office.sees(asks, /Vad vill du ha hjälp med/);
  await office.sees(joins, /Vad vill du ha hjälp med/);
  for (const [who, person] of Object.entries({ presses, labels, submits, old })) {
    const text = () => (person.cards.length > 0 ? person.text : '');
    await office.until(() => reference.test(text()), `a reference for whoever ${who}`);
    const [, code = ''] = reference.exec(text())!;
    await office.until(() => office.program.output().includes(code), `${code} in what the program writes`);
  }
  letGo();

  const earlier = (person: Person) => person.cards[0];
  for (const one of [presses, old]) {
    assert.match(one.reads(earlier(one)!), /Är du säker/);
    await one.press('answer:yes-sure', undefined, earlier(one));
    assert.match(one.reads(earlier(one)!), /Kontot får starta/);
  }
  await labels.press('label', 'skolan', earlier(labels));
  assert.match(labels.reads(earlier(labels)!), /skolan/);
  await types.say('language en');
  assert.match(types.text, /You now read in English/);
  await submits.compose(rooms.group);
  await submits.submit('start:account');
  await submits.choose('unsure');
  assert.match(submits.dialog.text, /Fråga registratorn/);
  await points.check(rooms.group);
  assert.match(points.dialog.text, /Vad vill du/);
  assert.deepEqual(
    [presses, old, labels, submits].map((one) => office.kinds(one).join()),
    [
      'start answer answer outcome',
      'start answer answer outcome',
      'start answer outcome label',
      'start answer outcome',
    ],
  );
});

test('of what is pressed again and again meanwhile, and of different answers, one counts', async () => {
  const [anna, bea] = [await office.guided(), await office.guided()];
  const letGo = hold();
  const first = office.press(anna.id, anna.card, 'answer:ask');
  const replies = [first, ...['ask', 'unsure', 'start'].map((id) => office.press(bea.id, bea.card, `answer:${id}`))];
  await wait(1500);
  replies.push(office.press(anna.id, anna.card, 'answer:ask'), office.press(anna.id, anna.card, 'answer:unsure'));
  await wait(1000);
  letGo();
  inTime(await Promise.all(replies));
  await office.again(await first, { fresh: true });
  const shown = { ask: /Är du säker/, unsure: /Fråga registratorn/, start: /Är allt klart/ };
  for (const one of [anna, bea]) {
    await office.until(() => office.kinds(one).length > 0);
    await office.quiet();
    const [answered, ...others] = office.log(one)[0]!.filter(({ kind }) => kind === 'answer');
    assert.deepEqual(others, []);
    await office.sees(one, shown[answered?.content.option as keyof typeof shown]);
    assert.ok(office.isStored(one.id, one.card));
    assert.equal(one.cards.length, 1);
  }
});

test('what waits to be saved when the program is to end is saved before it does', async () => {
  const [anna, bea] = [await office.guided(), await office.guided('ask')];
  const letGo = hold();
  const replies = [office.press(anna.id, anna.card, 'answer:ask'), office.press(bea.id, bea.card, 'answer:yes-sure')];
  await wait(500);
  const ended = office.program.stop();
  await wait(1900);
  inTime(await Promise.all(replies));
  letGo();
  assert.equal(await ended, 0);
  assert.deepEqual(office.kinds(anna), ['start answer']);
  assert.deepEqual(office.kinds(bea), ['start answer answer outcome']);
  await office.open();
  office.reload(anna.id);
  await anna.say();
  await anna.press('show');
  assert.match(anna.text, /Är du säker/);
  assert.match(await office.verify(), /all as they were written/);
});
