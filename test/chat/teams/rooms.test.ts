import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import type { Call } from '../../support/teams/connector.ts';
import { headingOf } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Card, Person } from '../../support/teams/person.ts';
import { rooms } from '../../support/teams/tenant.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults.splice(0), []));

const { group, channel, meeting } = rooms;
const waiting = /^Vägledningen väntar på dig i din egen chatt med mig\.\nÖppna vägledningen$/;

/** What the bot has said in a room, as this person sees it. */
const answers = (person: Person, room: string) =>
  office.messages(room, person.id).filter(({ from }) => from === office.settings.botId);

/** Somebody who has not got the app, and sees what is told to them in the rooms only. */
function outsider(): Person {
  const person = office.hire();
  office.user(person.id).hasApp = false;
  return person;
}

/** The card that nobody but this person sees in a room. */
function privately(person: Person, room: string): Card {
  const card = office.messages(room, person.id).findLast(({ to, card }) => to === person.id && card);
  assert.ok(card?.card, 'there is no card for them alone');
  return card as Card;
}

/** From now on nothing can be said in private in any room, until it is opened again. */
function shut(): () => void {
  let isShut = true;
  const where = ({ targeted }: Call) => isShut && targeted;
  office.fail('post', { status: 400, error: { code: 'BadArgument' }, times: 100, where });
  return () => {
    isShut = false;
  };
}

/** What was asked of the connector since then, in few words. */
function since(before: number): string[] {
  const asked = ({ what, room, targeted, status }: Call) =>
    [what, room && office.room(room).type, targeted && 'targeted', status].filter(Boolean).join(' ');
  return office.calls.slice(before).map(asked);
}

test('whoever asks in a room is told there, and nobody else, that it goes on in their own chat', async () => {
  for (const room of [group, channel, meeting])
    for (const ask of ['mention', 'slash'] as const) {
      const [anna, erik] = [office.hire(), office.hire()];
      const before = office.calls.length;
      const reply = await anna[ask](room);
      assert.deepEqual([reply.status, reply.text], [200, '']);
      assert.match(anna.text, /^Vad vill du ha hjälp med/);
      const told = anna.whispered(room)!;
      assert.match(anna.reads(told), waiting, `${ask} in ${room}`);
      assert.deepEqual(
        answers(erik, room).filter(({ to }) => to !== undefined),
        [],
      );
      const type = office.room(room).type;
      assert.deepEqual(since(before), ['create 201', 'post personal 201', `post ${type} targeted 201`]);
      const asked = office.messages(room, anna.id).findLast(({ from }) => from === anna.id)!;
      assert.equal(told.thread, asked.thread, 'in the thread where they asked');
    }
  assert.deepEqual(answers(office.hire(), group), []);
});

test('the way to the guidance opens the chat with the app', async () => {
  const anna = office.hire();
  await anna.mention(group);
  const card = JSON.stringify(anna.whispered(group)!.card);
  const [, url = ''] = /"url":"([^"]+)"/.exec(card) ?? [];
  assert.equal(new URL(url).searchParams.get('users'), office.settings.botId);
  assert.doesNotMatch(card, /hjälp med|Starta|konto/i);
});

test('where the chat is known, it is not asked for again', async () => {
  const anna = office.hire();
  await anna.say();
  const before = office.calls.length;
  await anna.mention(channel);
  assert.deepEqual(since(before), ['post personal 201', 'post channel targeted 201']);
});

test('in a room one can ask for everything that can be asked for elsewhere', async () => {
  const anna = office.hire();
  await anna.slash(group, '/isitpublic konto');
  assert.match(anna.text, /^Här kan du börja\nStarta ett konto/);
  await anna.mention(channel, '&nbsp;konto');
  assert.equal(anna.cards.length, 2);
  assert.match(anna.text, /^Här kan du börja/);
  for (const ask of ['help', 'mine', 'language sv']) {
    const before: number = anna.cards.length;
    await anna.mention(meeting, ask);
    assert.ok(anna.whispered(meeting)?.card, ask);
    assert.equal(anna.cards.length, before, `${ask} is told in the room, to them alone`);
  }
});

test('the app is meant by whatever name it was called, and with others beside it', async () => {
  const mention = (text: string, name = text) => ({
    type: 'mention',
    text: name,
    mentioned: { id: office.settings.botId, name: 'Allmän handling' },
  });
  const other = { type: 'mention', text: '<at>Erik Ek</at>', mentioned: { id: '29:erik', name: 'Erik Ek' } };
  for (const [text, ...entities] of [
    ['<at>Allmän handling</at> konto', mention('<at>Allmän handling</at>')],
    ['<at>Allmän</at> <at>handling</at> konto', mention('<at>isitpublic</at>')],
    ['<at id="0">isitpublic</at>&nbsp;konto\n', mention('<at>isitpublic</at>')],
    ['konto <at>isitpublic</at>', mention('<at>isitpublic</at>')],
    ['<at>isitpublic</at> <at>Erik Ek</at> konto', mention('<at>isitpublic</at>'), other],
    ['<at>isitpublic</at> konto', mention('')],
  ] as const) {
    const anna = office.hire();
    await anna.mention(group, 'x', { body: { text, entities } });
    assert.match(anna.text, /^Här kan du börja\nStarta ett konto/, text);
  }
});

test('what others say to each other, or to another app, is nothing to the app', async () => {
  const anna = office.hire();
  const other = { type: 'mention', text: '<at>Erik</at>', mentioned: { id: '28:another-bot', name: 'Erik' } };
  const before = office.calls.length;
  for (const room of [group, channel, meeting])
    for (const said of [
      { text: 'isitpublic' },
      { text: '/isitpublic konto' },
      { text: '<at>Erik</at> isitpublic', entities: [other] },
      { text: '<at>isitpublic</at> konto', entities: [] },
      { text: '' },
      {},
    ]) {
      const { status, text } = await office.activity(anna.id, room, { type: 'message', ...said });
      assert.deepEqual([status, text], [200, ''], JSON.stringify(said));
    }
  await office.quiet();
  assert.deepEqual(since(before), []);
});

test('two who ask at once, one of them twice, each get their own', async () => {
  const [anna, bea] = [office.hire(), office.hire()];
  await Promise.all([
    office.mention(anna.id, channel, 'isitpublic'),
    office.mention(bea.id, channel, 'konto'),
    office.slash(bea.id, group, 'konto'),
  ]);
  await office.quiet();
  assert.match(anna.text, /^Vad vill du ha hjälp med/);
  assert.match(bea.text, /^Här kan du börja/);
  assert.deepEqual([anna.cards.length, bea.cards.length], [1, 2]);
  for (const [person, room] of [
    [anna, channel],
    [bea, channel],
    [bea, group],
  ] as const)
    assert.match(person.reads(person.whispered(room)!), waiting);
});

test('whoever has not got the app is guided where they asked, seen by nobody else, from the start to the outcome', async () => {
  for (const [room, ask] of [
    [group, 'mention'],
    [channel, 'slash'],
    [meeting, 'slash'],
  ] as const) {
    const [anna, erik] = [outsider(), office.hire()];
    const before = office.calls.length;
    await anna[ask](room);
    const type = office.room(room).type;
    assert.deepEqual(since(before), ['create 403', `post ${type} targeted 201`]);
    const { id } = privately(anna, room);
    for (const press of ['start:account', 'answer:ask', 'why', 'language', 'answer:yes-sure'])
      await anna.press(press, undefined, privately(anna, room));
    assert.equal(privately(anna, room).id, id, 'it is one message, drawn anew');
    assert.match(anna.reads(privately(anna, room)), /The account may start/);
    const puts = office.calls.slice(before).filter(({ what }) => what === 'put');
    assert.equal(puts.length, 5);
    for (const { targeted, body } of puts) assert.deepEqual([targeted, body.recipient], [true, undefined]);
    assert.deepEqual(office.kinds(anna), ['start answer language answer outcome']);

    await anna.press('then:account', undefined, privately(anna, room));
    assert.notEqual(privately(anna, room).id, id, 'what it offers begins in a message of its own');
    assert.match(anna.reads(privately(anna, room)), /What do you want to do/);
    assert.match(headingOf(anna.tenant.messages(room, anna.id).find((one) => one.id === id)!.card!), /account may/);
    const seen = answers(erik, room).map((message) => erik.reads(message));
    assert.deepEqual(seen, [], 'nobody else sees any of it');
    assert.deepEqual(anna.messages, []);
  }
});

test('a private card of theirs is put away where the guidance goes on in another', async () => {
  const anna = outsider();
  await anna.mention(group);
  await anna.press('start:account', undefined, privately(anna, group));
  await anna.press('answer:ask', undefined, privately(anna, group));
  const earlier = privately(anna, group);
  await anna.mention(meeting);
  await anna.press('show', undefined, privately(anna, meeting));
  assert.match(anna.reads(privately(anna, meeting)), /Är du säker/);
  await office.until(() =>
    /fortsätter längre ner/.test(anna.reads(anna.tenant.messages(group, anna.id).find(({ id }) => id === earlier.id)!)),
  );
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('a private card is gone after a day: a press on what is still seen of it leads to a new one', async () => {
  const anna = outsider();
  await anna.mention(channel);
  await anna.press('start:account', undefined, privately(anna, channel));
  const gone = privately(anna, channel);
  office.remove(gone);
  const before = office.calls.length;
  const reply = await office.press(anna.id, gone, 'answer:ask');
  assert.equal(reply.status, 200);
  await office.settled(100, channel);
  assert.deepEqual(since(before), ['put channel targeted 404', 'create 403', 'post channel targeted 201']);
  assert.match(anna.reads(privately(anna, channel)), /Är du säker/);
  assert.equal(privately(anna, channel).thread, gone.thread);
  await anna.press('answer:yes-sure', undefined, privately(anna, channel));
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('whoever gets the app in the meantime goes on in their own chat', async () => {
  const anna = outsider();
  await anna.mention(group);
  await anna.press('start:account', undefined, privately(anna, group));
  await anna.press('answer:ask', undefined, privately(anna, group));
  await office.install(anna.id);
  await office.quiet();
  await anna.say();
  await anna.press('show');
  assert.match(anna.text, /Är du säker/);
  await office.until(() => /fortsätter längre ner/.test(anna.reads(privately(anna, group))));
  await anna.answer('yes-sure');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('where nothing at all can be said to them alone, the room hears one sentence, and nothing of the guidance', async () => {
  const [anna, erik] = [outsider(), office.hire()];
  const open = shut();
  for (const [asked, said] of [
    ['isitpublic', 1],
    ['konto', 2],
  ] as const) {
    await anna.mention(meeting, asked);
    const heard = answers(erik, meeting);
    assert.equal(heard.length, said);
    assert.equal(heard.at(-1)!.to, undefined);
    const text = erik.reads(heard.at(-1)!);
    assert.match(text, /^Jag kan inte skriva till dig enskilt.*Inget har sparats\.$/);
    assert.doesNotMatch(JSON.stringify(heard.at(-1)), /Starta ett konto|Vad vill du ha hjälp|VGL/);
  }
  open();
  assert.deepEqual(office.log(anna), []);
});

test('nor are help, one’s own records and the language told to others where they can’t be told in private', async () => {
  const [anna, erik] = [await office.guided('ask'), office.hire()];
  const before = answers(erik, group).length;
  const open = shut();
  const replies = [];
  for (const asked of ['mine', 'help', 'language en']) replies.push(await office.mention(anna.id, group, asked));
  await office.quiet();
  open();
  assert.deepEqual(
    replies.map(({ status, text }) => [status, text]),
    [0, 1, 2].map(() => [200, '']),
  );
  for (const message of answers(erik, group).slice(before))
    assert.match(erik.reads(message), /^(Jag kan inte skriva till dig enskilt|I can’t write to you alone)/);
});

test('a chat that is gone, or has moved, is made anew, and the asker notices nothing', async () => {
  for (const [status, code] of [
    [404, 'ConversationNotFound'],
    [403, 'BotNotInConversationRoster'],
  ] as const) {
    const anna = office.hire();
    await anna.say();
    office.fail('post', { status, error: { code }, where: ({ room }) => room === anna.chat });
    const before = office.calls.length;
    await anna.mention(group);
    assert.deepEqual(since(before), [
      `post personal ${status}`,
      'create 201',
      'post personal 201',
      'post groupChat targeted 201',
    ]);
    assert.match(anna.text, /^Vad vill du ha hjälp med/);
    assert.match(anna.reads(anna.whispered(group)!), waiting);
  }
});

test('once it is made anew, it is known again', async () => {
  const anna = office.hire();
  await anna.say();
  office.fail('post', {
    status: 404,
    error: { code: 'ConversationNotFound' },
    where: ({ room }) => room === anna.chat,
  });
  await anna.mention(group);
  const before = office.calls.length;
  await anna.mention(group, 'konto');
  assert.deepEqual(since(before), ['post personal 201', 'post groupChat targeted 201']);
});

test('a card that has been deleted is written anew, in the same chat', async () => {
  const anna = await office.guided('ask');
  const gone = anna.card;
  office.remove(gone);
  const before = office.calls.length;
  await office.press(anna.id, gone, 'answer:yes-sure');
  await office.sees(anna, /Kontot får starta/);
  await office.quiet();
  assert.deepEqual(since(before), ['put personal 404', 'post personal 201']);
  assert.equal(anna.cards.length, 1);
  await anna.press('feedback:yes');
  assert.match(anna.text, /Tack, ditt svar är sparat/);
  assert.equal(anna.cards.length, 1);
});
