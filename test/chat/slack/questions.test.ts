import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { buttonsOn, type Clerk } from '../../support/slack/clerk.ts';
import { findElement, readText } from '../../support/slack/elements.ts';
import type { Json } from '../../support/slack/limits.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

const labels = (clerk: Clerk) => clerk.buttons.map(({ label }) => label);
const element = (clerk: Clerk, action: string) => findElement(clerk.card.blocks, action).element;
const last = (clerk: Clerk) => office.log(clerk).at(-1)?.at(-1);

test('undo leads back question by question, and from the first one to the start', async () => {
  const anna = await office.guided('ask');
  await anna.press('g:back');
  assert.match(anna.text, /Vad vill du göra/);
  assert.deepEqual(office.kinds(anna), ['start answer back']);
  await anna.press('g:back');
  assert.match(anna.text, /Vad vill du ha hjälp med/);
  await anna.press('g:show');
  await anna.answers('ask', 'yes-sure');
  await anna.press('g:back');
  assert.match(anna.text, /Är du säker/);
  assert.deepEqual(office.kinds(anna), ['start answer back answer answer outcome reopen back']);
  const bea = await office.guided();
  await bea.press('g:back');
  assert.match(bea.text, /Vad vill du ha hjälp med/);
  assert.deepEqual(office.kinds(bea), []);
});

test('an earlier answer is found among all, shown again, and kept or changed', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('g:change');
  assert.match(anna.text, /Så kom du hit\nVad vill du göra\?\n→ Fråga/);
  await office.press(
    anna.id,
    anna.card,
    ({ action_id }, { block_id }) => `${action_id} ${block_id}`.endsWith(':moves') && action_id === 'g:change',
  );
  await office.until(() => !/Så kom du hit/.test(anna.text));
  await anna.press('g:change');
  const ofFirst = (_: Json, block: Json) => /:kind:\d+:step/.test(String(block.block_id));
  await office.press(anna.id, anna.card, ofFirst);
  await office.sees(anna, /Du ändrar ett tidigare svar/);
  assert.match(anna.text, /Vad vill du göra/);
  await anna.press('g:show');
  assert.match(anna.text, /Kontot får starta/, 'not changed after all');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  await anna.press('g:change');
  await office.press(anna.id, anna.card, ofFirst);
  await office.sees(anna, /Du ändrar ett tidigare svar/);
  await anna.press('g:change:unsure');
  assert.match(anna.text, /Du ändrade svaret på ”Vad vill du göra\?” till ”Vet inte”/);
  assert.match(anna.text, /Fråga registratorn/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome reopen change outcome']);
});

test('why, the other language and the end stand on every question, and on a list to tick', async () => {
  const anna = await office.guided();
  for (const answer of ['ask', 'back', 'start']) {
    await anna.press('g:why');
    assert.match(anna.text, /Lagen bakom frågan\nHusregel/);
    assert.ok(labels(anna).includes('Dölj förklaringen'));
    await anna.press('g:why');
    assert.doesNotMatch(anna.text, /Lagen bakom/);
    const question = anna.text;
    await anna.press('g:language');
    assert.match(anna.text, /What do you want|Are you sure/);
    assert.ok(labels(anna).includes('End without an outcome'));
    await anna.press('g:language');
    assert.equal(anna.text, question);
    if (answer === 'back') await anna.press('g:back');
    else await anna.answer(answer);
  }
  await anna.press('g:why');
  assert.match(anna.text, /Är allt klart\?\n(.*\n)*Lagen bakom frågan/);
  await anna.press('g:language');
  assert.match(anna.text, /Is everything ready\?/);
  assert.ok(labels(anna).includes('End without an outcome'));
});

test('whoever ends a begun session is asked first, and the record says that it was ended', async () => {
  const anna = await office.guided();
  assert.equal(element(anna, 'g:close').confirm, undefined, 'nothing has been answered');
  await anna.press('g:close');
  assert.match(anna.text, /Vad vill du ha hjälp med/);
  assert.deepEqual(office.kinds(anna), []);
  await anna.press('g:start:account');
  await anna.answer('ask');
  assert.match(readText(element(anna, 'g:close').confirm), /Avsluta utan resultat\?/);
  await anna.press('g:close');
  assert.match(anna.text, /finns kvar i loggen/);
  assert.doesNotMatch(anna.text, /inte är klar/);
  assert.deepEqual(office.kinds(anna), ['start answer close']);
  assert.equal(office.records(anna)[0]?.status, 'closed');
});

test('ticks in a row are all kept, and the card shows them when it is quiet', async () => {
  const anna = await office.guided('start');
  for (const value of [['purpose'], [], ['people'], ['people', 'purpose']]) {
    void office.press(anna.id, anna.card, 'g:tick', { value });
    await wait(30);
  }
  await office.sees(anna, /Sparat/);
  await wait(300);
  // The start, the first question, the list, and once with what is ticked: not once for each of the four ticks.
  assert.ok(anna.card.drawn <= 5, `${anna.card.drawn}`);
  assert.equal((element(anna, 'g:tick').initial_options as Json[]).length, 2);
  await anna.press('g:done');
  assert.match(anna.text, /Kontot får starta/);
  assert.deepEqual(last(anna)?.content.code, 'may-start');
});

test('whoever ticks and is done at once sees the outcome, and it stays', async () => {
  const anna = await office.guided('start');
  const list = { ...anna.card };
  await office.press(anna.id, anna.card, 'g:tick', { value: ['purpose', 'people'] });
  await office.press(anna.id, anna.card, 'g:done');
  await office.sees(anna, /Kontot får starta/);
  await wait(600);
  assert.match(anna.text, /Kontot får starta/);
  await anna.press('g:tick', ['purpose'], list);
  assert.match(anna.text, /Kontot får starta/, 'the old list is out of date');
});

test('what is missing on a list is named at the end', async () => {
  const anna = await office.guided('start');
  await anna.tick(['people']);
  await anna.press('g:done');
  assert.match(anna.text, /Inte än/);
  assert.match(anna.text, /Det här saknas\nSyfte/);
  assert.deepEqual(last(anna)?.content.missing, ['Syfte']);
});

test('an outcome says what it means, how soon, what to say and do, whom to ask, and what it rests on', async () => {
  const anna = await office.guided('unsure');
  for (const part of [
    /^Starta ett konto · Resultat\nFråga registratorn/,
    /Vad det betyder\nFråga Registraturen/,
    /Varför en människa behövs\nDet går inte att säga här/,
    /Hur snabbt\nSvara normalt samma dag/,
    /Sammanfattning att skicka/,
    /Det här bygger på\nHusregel/,
    /Nummer: VGL-\d{4}-\d{5}/,
    /\d+ \S+ 20\d\d kl. \d\d:\d\d \(svensk tid\)/,
    /Provkommunen · Version [0-9a-f]{12}/,
  ])
    assert.match(anna.text, part);
  await anna.press('g:why');
  assert.match(anna.text, /Husregel \(riktlinje\) Så gör vi/);
  await anna.press('g:why');
  assert.doesNotMatch(anna.text, /Så gör vi/);
  await anna.press('g:language');
  assert.match(anna.text, /Ask the registrar/);
});

test('whether it helped is asked once, and thanked for', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  const asked = { ...anna.card };
  await anna.press('g:feedback:yes');
  assert.match(anna.text, /Tack, ditt svar är sparat/);
  assert.ok(!anna.buttons.some(({ action }) => action.startsWith('g:feedback')));
  await anna.press('g:feedback:yes', undefined, asked);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome feedback']);
  assert.equal(last(anna)?.content.helped, true);
});

test('a heading is given in a form, and personal details are taken out of it', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('g:label');
  await anna.submit({ label: 'Skolan <!channel> <@U0BEA> *_~ 850709-9805' });
  assert.ok(!anna.hasModal);
  assert.match(anna.text, /Skolan <!channel> <@U0BEA> \*_~ \[/);
  assert.match(anna.text, /Rubriken är sparad\. Vi tog bort/);
  assert.doesNotMatch(office.everything(), /850709-?9805/);
  await anna.press('g:label');
  const input = findElement(anna.modal.blocks, 'label').element;
  assert.match(String(input.initial_value), /^Skolan <!channel>/);
  await anna.submit({ label: 'https://evil.example <https://evil.example|klicka>' });
  assert.match(anna.text, /<https:\/\/evil.example\|klicka>/);
  await anna.command('mine');
  assert.match(readText(anna.whispered()?.blocks), /klicka/);
  await anna.openHome();
  assert.match(readText(anna.home.blocks), /klicka/);
  await anna.press('g:label');
  await anna.submit({ label: '' });
  assert.doesNotMatch(anna.text, /klicka/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome label label label']);
});

test('a heading that is too long is said to be, in the form', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('g:label');
  const state = { values: { label: { label: { type: 'plain_text_input', value: 'x'.repeat(121) } } } };
  await office.submit(anna.id, {}, { body: { view: { ...anna.modal, state } } });
  assert.match(anna.errors.label ?? '', /högst 120 tecken/);
  assert.ok(anna.hasModal);
  await anna.submit({ label: 'kort' });
  assert.ok(!anna.hasModal);
  assert.match(anna.text, /kort/);
});

test('what an outcome offers begins in a message of its own, linked to it in the log', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  const outcome = anna.card;
  await anna.press('g:then:account');
  assert.equal(anna.messages.length, 2);
  assert.match(readText(outcome.blocks), /Kontot får starta/, 'the outcome stays to be read');
  await anna.answer('ask');
  const [first, second] = office.log(anna);
  assert.deepEqual(second?.[0]?.content.from, { session: first?.[0]?.session, because: 'offered' });

  await anna.press('g:start', undefined, outcome);
  assert.equal(anna.messages.length, 3);
  assert.match(anna.text, /Vad vill du ha hjälp med/);
  assert.match(readText(outcome.blocks), /Kontot får starta/);
  assert.ok(buttonsOn(outcome).length > 0);
});
