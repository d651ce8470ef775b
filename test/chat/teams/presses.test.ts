import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Json } from '../../support/slack/limits.ts';
import type { Message } from '../../support/teams/connector.ts';
import { everyElement, type Which } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Card, Person } from '../../support/teams/person.ts';
import { type Delivery, rooms } from '../../support/teams/tenant.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults.splice(0), []));

const titles = (person: Person) => person.buttons.map(({ title }) => title);
const last = (person: Person) => office.log(person).at(-1)?.at(-1);

/** A client that knows nothing but Action.Submit. */
const old: Delivery & { oldClient: true } = { oldClient: true };

/** A card that stood there before, as it is now. */
const now = (person: Person, { id }: Message) => person.cards.find((card) => card.id === id)!;
const reads = (person: Person, card: Card) => person.reads(now(person, card));

/** The button that begins with what is chosen in the list. */
const chosen: Which = ({ verb, option }) => verb === 'start' && option === undefined;
/** The button that unfolds what was answered, and the one there that asks this question again. */
const trail: Which = ({ verb, option }) => verb === 'change' && option === '';
const ofNode =
  (meant: string): Which =>
  ({ verb, node, option }) =>
    verb === 'change' && node === meant && option === undefined;

test('a press is answered with the next card, which is then drawn into the same message, for good', async () => {
  const anna = await office.guided();
  const before = office.calls.length;
  const reply = await anna.answer('ask');
  const { statusCode, type, value } = JSON.parse(reply.text) as Json;
  assert.deepEqual([statusCode, type], [200, 'application/vnd.microsoft.card.adaptive']);
  const [put, ...more] = office.calls.slice(before);
  assert.deepEqual([put?.what, put?.message, put?.targeted, more.length], ['put', anna.card.id, false, 0]);
  assert.deepEqual(anna.card.card, value, 'they see the same as what is kept');
  office.reload(anna.id);
  assert.match(anna.text, /Är du säker/);
  await anna.answer('yes-sure');
  assert.match(anna.text, /Kontot får startas/);
  assert.equal(anna.cards.length, 1);
});

test('undo leads back question by question, and from the first one to the start', async () => {
  const anna = await office.guided('ask');
  await anna.press('back');
  assert.match(anna.heading, /Vad vill du göra/);
  await anna.press('back');
  assert.match(anna.heading, /Vad vill du ha hjälp med/);
  await anna.press('show');
  await anna.answers('ask', 'yes-sure');
  await anna.press('back');
  assert.match(anna.heading, /Är du säker/);
  assert.deepEqual(office.kinds(anna), ['start answer back answer answer outcome reopen back']);
  const bea = await office.guided();
  await bea.press('back');
  assert.match(bea.heading, /Vad vill du ha hjälp med/);
  assert.deepEqual(office.kinds(bea), []);
});

test('an earlier answer is found among all, asked again, and kept or changed', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press(trail);
  assert.match(anna.text, /Så kom du hit\nVad vill du göra\? → Fråga/);
  await anna.press('change:hide');
  assert.doesNotMatch(anna.text, /Så kom du hit/);
  await anna.press(trail);
  await anna.press(ofNode('kind'));
  assert.match(anna.text, /Vad vill du göra\?\nDu ändrar ett tidigare svar/);
  assert.match(anna.text, /\(ditt svar nu\)/);
  await anna.press('show');
  assert.match(anna.text, /Kontot får startas/, 'not changed after all');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  await anna.press(trail);
  await anna.press(ofNode('kind'));
  await anna.answer('unsure', 'change');
  assert.match(anna.text, /Du ändrade svaret på ”Vad vill du göra\?” till ”Vet inte”/);
  assert.match(anna.heading, /Fråga registratorn/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome reopen change outcome']);
});

test('an earlier answer is asked again from a list to tick too, and what is ticked does not come in its way', async () => {
  const anna = await office.guided('start');
  await anna.tick(['people']);
  await anna.press(trail);
  assert.match(anna.text, /Dina svar hittills\nVad vill du göra\? → Starta/);
  await anna.press(ofNode('kind'));
  assert.match(anna.text, /Du ändrar ett tidigare svar/);
  await anna.answer('ask', 'change');
  assert.match(anna.heading, /Är du säker/);
  assert.deepEqual(office.kinds(anna), ['start answer tick change']);
});

test('why, the other language and the end stand on every question, and on a list to tick', async () => {
  const anna = await office.guided();
  for (const answer of ['ask', 'back', 'start', undefined]) {
    const question = anna.text;
    await anna.press('why:show');
    assert.match(anna.text, /Lagen bakom frågan\n- Husregel \(riktlinje\) Så gör vi här/);
    assert.ok(titles(anna).includes('Dölj förklaringen'));
    await anna.press('why:hide');
    assert.equal(anna.text, question);
    await anna.press('language:en');
    assert.match(anna.text, /What do you want|Are you sure|Is everything ready/);
    assert.match(anna.text, /End without an outcome/);
    await anna.press('language:sv');
    assert.equal(anna.text, question);
    if (answer === 'back') await anna.press('back');
    else if (answer) await anna.answer(answer);
  }
});

test('whoever ends a begun session is asked first: the button for it is shown by another', async () => {
  const anna = await office.guided();
  await anna.press('close');
  assert.match(anna.heading, /Vad vill du ha hjälp med/, 'nothing had been answered, so nothing is asked');
  assert.deepEqual(office.kinds(anna), []);
  await anna.press('start:account');
  await anna.answer('ask');
  assert.ok(!anna.buttons.some(({ verb }) => verb === 'close'), 'it can’t be pressed yet');
  assert.match(anna.text, /Avsluta utan resultat$/m);
  assert.doesNotMatch(anna.text, /finns kvar i loggen/);
  anna.unfold('close');
  assert.match(anna.text, /Avsluta utan resultat\? Det du har svarat finns kvar i loggen/);
  anna.unfold('close');
  assert.ok(!anna.buttons.some(({ verb }) => verb === 'close'), 'they go back');
  anna.unfold('close');
  await anna.press('close');
  assert.match(anna.heading, /Vad vill du ha hjälp med/);
  assert.match(anna.text, /finns kvar i loggen/);
  assert.doesNotMatch(anna.text, /inte är klar/);
  assert.deepEqual(office.kinds(anna), ['start answer close']);
  assert.equal(office.records(anna)[0]?.status, 'closed');
});

test('what is ticked is kept, shown again, and what is missing is named at the end', async () => {
  const anna = await office.guided('start');
  await anna.tick(['purpose', 'people']);
  assert.match(anna.text, /Sparat/);
  await anna.tick(['people']);
  assert.deepEqual(
    anna.choices.map(({ value, chosen }) => [value, chosen]),
    [
      ['purpose', false],
      ['people', true],
    ],
  );
  await anna.press('done');
  assert.match(anna.text, /Det här saknas\n- Syfte/);
  assert.deepEqual(last(anna)?.content.missing, ['Syfte']);
  await anna.press('back');
  await anna.press('done', []);
  assert.match(anna.text, /Det här saknas\n- Syfte\n- Ansvariga/, 'a client leaves out what is not ticked');
  await anna.press('back');
  await anna.press('tick', []);
  await anna.press('done', ['purpose', 'people']);
  assert.match(anna.heading, /Kontot får startas/, 'what is ticked and done at once counts');
  assert.equal(office.log(anna)[0]!.filter(({ kind }) => kind === 'outcome').length, 3);
});

test('an outcome says what it means, how soon, what to say and do, whom to ask, and what it rests on', async () => {
  const anna = await office.guided('unsure');
  for (const part of [
    /^Starta ett konto · Resultat\nFråga registratorn/,
    /Vad det betyder\nFråga Registraturen/,
    /Varför en människa behövs\nDet går inte att säga här/,
    /Hur snabbt\nSvara normalt samma dag/,
    /Sammanfattning att skicka/,
    /Det här bygger på\n- Husregel/,
    /Nummer: VGL-\d{4}-\d{5}/,
    /\d+ \S+ 20\d\d kl\. \d\d:\d\d \(svensk tid\)/,
    /Provkommunen · Version [0-9a-f]{12}/,
  ])
    assert.match(anna.text, part);
  await anna.press('why');
  assert.match(anna.text, /- Husregel \(riktlinje\) Så gör vi/);
  await anna.press('why:hide');
  assert.doesNotMatch(anna.text, /Så gör vi/);
  await anna.press('language');
  assert.match(anna.heading, /Ask the registrar/);
});

test('whether it helped is asked once, and thanked for', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  const asked = anna.card;
  await anna.press('feedback:no');
  assert.match(anna.text, /Tack, ditt svar är sparat/);
  assert.ok(!anna.buttons.some(({ verb }) => verb === 'feedback'));
  await anna.press('feedback:yes', undefined, asked);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome feedback']);
  assert.equal(last(anna)?.content.helped, false);
});

test('a heading is written on the card itself, or not after all; personal details are taken out of it', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('label');
  assert.match(anna.text, /^Sätt en rubrik\nFör att du ska hitta tillbaka.*\nRubrik\nSpara\nAvbryt$/);
  await anna.press('show');
  assert.match(anna.heading, /Kontot får startas/);
  await anna.press('label');
  await anna.press('label', 'Skolan 850709-9805 anna@example.org');
  assert.match(anna.text, /Kontot får startas\nSkolan \[/);
  assert.match(anna.text, /Rubriken är sparad\. Vi tog bort/);
  const calls = JSON.stringify(office.calls);
  assert.doesNotMatch(office.everything(), /850709-?9805/);
  assert.doesNotMatch(calls, /anna@example\.org/);
  await anna.press('label');
  const input = everyElement(anna.card.card).find(({ element }) => element.type === 'Input.Text')!.element;
  assert.match(String(input.value), /^Skolan \[/, 'what it is called now stands there');
  await anna.press('label', 'Skolan');
  await anna.say('mine');
  assert.match(anna.text, /klar: Kontot får startas · Skolan/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome label label']);
});

test('a heading that a client sends although it is too long or empty is said to be, and the old one stays', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  await anna.press('label');
  await anna.press('label', 'Skolan');
  await anna.press('label');
  const form = anna.card;
  const { data } = anna.buttons.find(({ verb, option }) => verb === 'label' && option === undefined)!.action;
  const name = (option: string) => ({ action: { data: { ...(data as Json), option } } });
  await office.press(anna.id, form, 'label', { value: 'x', ...name('x'.repeat(121)) });
  await office.sees(anna, /högst 120 tecken/);
  assert.match(anna.text, /Skolan/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome label']);
});

test('what an outcome offers, and a new question, begin in messages of their own; the outcome stays to be read', async () => {
  const anna = await office.guided('ask', 'yes-sure');
  const outcome = anna.card;
  const reply = await anna.press('then:account');
  assert.deepEqual(JSON.parse(reply.text), {
    statusCode: 200,
    type: 'application/vnd.microsoft.activity.message',
    value: 'Vägledningen fortsätter i ett nytt meddelande längre ner.',
  });
  assert.equal(anna.told, 'Vägledningen fortsätter i ett nytt meddelande längre ner.');
  assert.equal(anna.cards.length, 2);
  assert.match(reads(anna, outcome), /Kontot får startas/);
  await anna.answer('ask');
  const [first, second] = office.log(anna);
  assert.deepEqual(second?.[0]?.content.from, { session: first?.[0]?.session, because: 'offered' });
  assert.match(reads(anna, outcome), /Kontot får startas/);

  await anna.press('start:new', undefined, now(anna, outcome));
  assert.equal(anna.cards.length, 3);
  assert.match(anna.text, /inte är klar\nStarta ett konto/);
  assert.match(reads(anna, outcome), /Kontot får startas/);
  await anna.press('feedback:yes', undefined, now(anna, outcome));
  assert.match(reads(anna, outcome), /Tack/, 'and can still be pressed');
});

test('where the guidance goes on further down, the card above says so and has nothing left to press', async () => {
  const anna = await office.guided('ask');
  const first = anna.card;
  await anna.say();
  const second = anna.card;
  await anna.press('show');
  await office.until(() => /^Den här vägledningen fortsätter längre ner\.$/.test(reads(anna, first)), 'put away');
  assert.match(anna.heading, /Är du säker/);
  assert.equal(anna.card.id, second.id);
  const { length } = anna.cards;
  await office.press(anna.id, first, 'answer:yes-sure');
  await office.until(() => /Kontot får startas/.test(reads(anna, first)), 'whoever still sees it can press it');
  await office.quiet();
  assert.match(reads(anna, second), /fortsätter längre ner/, 'there is one to press on');
  assert.equal(anna.cards.length, length);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('whoever looks for something on the card, and does not find it, comes back to the choice of everything', async () => {
  const anna = office.hire('en-GB');
  await anna.say();
  await anna.press('find');
  assert.match(anna.text, /^Search in your own words\nFor example/);
  await anna.press('find', 'qqqq');
  assert.match(anna.text, /^We found nothing with those words\nTry another word/);
  await anna.press('find');
  await anna.press('start:');
  assert.match(anna.heading, /What do you need help with/);
  await anna.press(chosen, 'account');
  assert.match(anna.heading, /What do you want to do/);
  assert.equal(anna.cards.length, 1, 'all of it on one card');
  assert.deepEqual(office.log(anna), []);
});

test('a press that Teams repeats, half a minute later and as a new one, leads to the same', async () => {
  const anna = await office.guided();
  const pressed = await anna.answer('ask');
  const again = await office.again(pressed, { fresh: true });
  assert.deepEqual([again.status, again.text], [200, pressed.text]);
  const done = await anna.answer('yes-sure');
  assert.equal((await office.again(done, { fresh: true })).text, done.text);
  await office.again(pressed, { fresh: true });
  await office.quiet();
  assert.match(anna.text, /Kontot får startas/, 'an old one is not drawn over a later one');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('clients that know no Action.Execute can do all the same things', async () => {
  const anna = office.hire();
  await anna.say();
  const { id } = anna.card;
  const press = async (which: Which, value?: string | string[]) => {
    const reply = await anna.press(which, value, anna.card, old);
    assert.deepEqual([reply.status, reply.text], [200, ''], String(which));
  };
  await press(chosen, 'account');
  assert.match(anna.heading, /Vad vill du göra/);
  await press('answer:start');
  await press('tick', ['people']);
  await press('why');
  assert.match(anna.text, /Lagen bakom/);
  await press('done', []);
  assert.match(anna.text, /Det här saknas/);
  await press('label');
  await press('label', 'Skolan');
  assert.match(anna.text, /Skolan/);
  await press('back');
  await press(trail);
  await press(ofNode('kind'));
  await press('change:ask');
  await press('answer:yes-sure');
  await press('feedback:yes');
  assert.match(anna.text, /Tack/);
  assert.equal(anna.card.id, id, 'in the same message');
  assert.equal(anna.cards.length, 1);
  assert.deepEqual(office.kinds(anna), [
    'start answer tick done outcome label reopen back change answer outcome feedback',
  ]);
  await press('then:account');
  assert.match(anna.heading, /Vad vill du göra/, 'what begins anew is the last that stands there');
  await press('answer:ask');
  anna.unfold('close');
  await press('close');
  assert.equal(office.records(anna)[1]?.status, 'closed');
});

test('an old client that presses what is somebody else’s is told so, in its own chat', async () => {
  const [anna, bea] = [await office.guided('ask'), await office.guided('ask')];
  const [{ session }] = office.records(anna) as [{ session: string }];
  const before = [bea.card.drawn, bea.cards.length];
  await office.press(bea.id, bea.card, 'answer:yes-sure', { oldClient: true, action: { session } });
  await office.sees(bea, /hör till någon annan/);
  assert.deepEqual([bea.cards[0]!.drawn, bea.cards.length], [before[0], before[1]! + 1]);
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('an old client in a room is answered there in private', async () => {
  const anna = office.hire();
  office.user(anna.id).hasApp = false;
  await anna.slash(rooms.channel);
  const card = () => anna.whispered(rooms.channel) as Card;
  const { id } = card();
  for (const which of ['start:account', 'answer:ask', 'answer:yes-sure'])
    await anna.press(which, undefined, card(), old);
  assert.match(anna.reads(card()), /Kontot får startas/);
  assert.equal(card().id, id);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('a button that is not known leads to where one is', async () => {
  const anna = await office.guided('ask');
  await office.press(anna.id, anna.card, 'back', { action: { verb: 'dance' } });
  await office.sees(anna, /Den knappen används inte längre(.*\n)*Är du säker/);
  for (const action of [{ verb: '<b>' }, { data: 'x' }, { data: { session: 5 } }, { data: null }]) {
    const said = office.told(anna.id).length;
    assert.equal((await office.press(anna.id, anna.card, 'back', { action })).status, 200);
    assert.equal(office.told(anna.id).length, said + 1, JSON.stringify(action));
    assert.match(anna.told!, /Det gick inte att läsa vad du tryckte på/);
  }
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('in a form on the card, and on a card further up, people go on after the program was restarted', async () => {
  const searches = office.hire();
  await searches.say();
  await searches.press('find');
  const writes = await office.guided('unsure');
  await writes.press('label');
  const asksAgain = await office.guided('ask');
  const earlier = asksAgain.card;

  await office.reopen();

  await searches.press('find', 'konto');
  await searches.press('start');
  await searches.answer('unsure');
  assert.match(searches.heading, /Fråga registratorn/);
  assert.deepEqual(office.kinds(searches), ['start answer outcome']);
  await writes.press('label', 'skolan');
  assert.match(writes.text, /skolan/);
  await asksAgain.say();
  await asksAgain.press('show');
  await office.until(() => /fortsätter längre ner/.test(reads(asksAgain, earlier)), 'the earlier card is found again');
});

test('after all this the log proves itself', async () => {
  assert.match(await office.verify(), /all as they were written/);
  assert.doesNotMatch(office.program.output(), /"level":50/);
});
