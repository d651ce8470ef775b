import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { type Json, listOf } from '../../support/slack/limits.ts';
import { faultsIn } from '../../support/teams/cards.ts';
import { readText } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { type Reply, rooms } from '../../support/teams/tenant.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults.splice(0), []));

const start = /^Vad vill du ha hjälp med\?/;
const startInEnglish = /^What do you need help with\?/;
const found = /^Här kan du börja\nStarta ett konto/;

/** What the bot has said in a room, as this person sees it. */
const answers = (person: Person, room = person.chat) =>
  office.messages(room, person.id).filter(({ from }) => from === office.settings.botId);

/** A message as Teams tells it, with these parts in place of the usual ones. */
const message = (person: Person, more: Json, room = person.chat) =>
  office.activity(person.id, room, { type: 'message', textFormat: 'plain', ...more });

test('whatever the app is called by, it begins with a card that asks what it is about', async () => {
  for (const text of [
    'isitpublic',
    '/isitpublic',
    '  IsItPublic ',
    '/isitpublic&nbsp;',
    '\u00a0isitpublic\u00a0',
    '',
  ]) {
    const anna = office.hire();
    const reply = await anna.say(text);
    assert.deepEqual([reply.status, reply.text], [200, ''], text);
    assert.match(anna.text, start, text);
    assert.equal(answers(anna).length, 1, text);
  }
});

test('words are looked for, with the name of the app before them or without, however they are written', async () => {
  const forms = [
    'konto',
    'isitpublic konto',
    '/isitpublic konto',
    '/isitpublic&nbsp;konto',
    '<b>konto</b>',
    '<div><div>isitpublic&nbsp;<i>konto</i></div></div>',
    `konto ${'å'.repeat(5000)}`,
    `konto ${'konto '.repeat(20_000)}`,
  ];
  for (const text of forms) {
    const anna = office.hire();
    await anna.say(text);
    assert.match(anna.text, found, text.slice(0, 60));
    assert.equal(answers(anna).length, 1, text.slice(0, 60));
  }
});

test('a name in a formatted message is the name all the same', async () => {
  for (const text of ['<p>isitpublic</p>', '<div><p>/isitpublic</p></div>']) {
    const anna = office.hire();
    await anna.say(text);
    assert.match(anna.text, start, text);
  }
});

test('what is looked for is begun with, and stands nowhere', async () => {
  const anna = office.hire();
  await anna.say('Xantippas konto');
  await anna.press('find');
  await anna.press('find', 'Xantippas konto igen');
  assert.match(anna.text, found);
  await anna.press('find');
  await anna.press('find', 'xantippa');
  assert.match(anna.text, /^Vi hittade inget med de orden/);
  await anna.mention(rooms.group, 'xantippa konto');
  await anna.press('start:account');
  await anna.answer('ask');
  assert.deepEqual(office.kinds(anna), ['start answer']);
  const everything = office.everything();
  assert.match(everything, /Är du säker/);
  assert.doesNotMatch(everything, /xantippa/i);
});

test('help is told where it is asked for, in whatever words, and to nobody else', async () => {
  const [anna, erik] = [office.hire(), office.hire()];
  for (const word of ['help', ' HJÄLP ', '?', '/isitpublic help', 'isitpublic&nbsp;hjälp']) {
    const before = answers(anna).length;
    await anna.say(word);
    assert.equal(answers(anna).length, before + 1, word);
    assert.match(anna.text, /^Det här kan du göra\nSkriv isitpublic till mig för att börja/, word);
  }
  await anna.mention(rooms.channel, 'help');
  assert.match(anna.reads(anna.whispered(rooms.channel)!), /^Det här kan du göra\nSkriv isitpublic till mig/);
  assert.equal(erik.whispered(rooms.channel), undefined);
  const bea = office.hire('en-GB');
  await bea.say('help');
  assert.match(bea.text, /^What you can do\nWrite isitpublic to me to begin/);
  assert.deepEqual(office.log(anna), []);
});

test('one’s own records are told to oneself and nobody else’s, and each can be opened', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  const outcome = anna.card;
  await anna.say();
  await anna.press('start:account');
  await anna.answer('ask');
  await anna.say('mina');
  assert.match(
    anna.text,
    /^Dina vägledningar\n(VGL-\d{4}-\d{5})\nStarta ett konto · pågår\n.*\nVisa\n(?!\1)VGL-\d{4}-\d{5}\nStarta ett konto · klar: Kontot får startas/,
  );
  const shows = anna.buttons.filter(({ verb }) => verb === 'show');
  assert.deepEqual(
    shows.map(({ action }) => action.tooltip),
    [...anna.text.matchAll(/VGL-\d{4}-\d{5}/g)].map(([number]) => `Visa ${number}`),
    'each says by itself which one it opens',
  );
  await anna.press(({ session }) => session === shows[1]?.session);
  assert.match(anna.text, /^Starta ett konto · Resultat\nKontot får startas/);
  assert.match(anna.reads(anna.messages.find(({ id }) => id === outcome.id)!), /fortsätter längre ner/);

  await bea.mention(rooms.group, 'mine');
  const told = bea.whispered(rooms.group)!;
  assert.match(bea.reads(told), /^Dina vägledningar\nVGL-\d{4}-\d{5}\nStarta ett konto · pågår/);
  assert.equal(bea.reads(told).match(/^VGL/gm)?.length, 1);
  assert.equal(anna.whispered(rooms.group), undefined);

  const nobody = office.hire();
  await nobody.say('mine');
  assert.match(nobody.text, /^Du har inte svarat på någon fråga än/);
});

test('the language is that of Teams, and Swedish where Teams has one that we don’t, or says none', async () => {
  for (const [locale, expected] of [
    ['sv-SE', start],
    ['en-GB', startInEnglish],
    ['en', startInEnglish],
    ['en-US', startInEnglish],
    ['fi-FI', start],
    ['enq-ID', start],
  ] as const) {
    const person = office.hire(locale);
    await person.say();
    assert.match(person.text, expected, locale);
  }
  const client = (locale: string) => ({ entities: [{ type: 'clientInfo', locale, country: 'SE', platform: 'iOS' }] });
  for (const [more, expected] of [
    [{ locale: undefined, ...client('en-GB') }, startInEnglish],
    [{ locale: null, ...client('en-GB') }, startInEnglish],
    [{ locale: undefined, ...client('sv-SE') }, start],
    [{ locale: 'sv-SE', ...client('en-GB') }, start],
    [{ locale: undefined, entities: undefined }, start],
    [{ locale: 7, entities: 'none' }, start],
  ] as const) {
    const person = office.hire();
    await message(person, { text: 'isitpublic', ...more });
    await office.sees(person, expected);
  }
});

test('the language is changed by asking for it, also while a question is open, and its card is drawn anew', async () => {
  const bea = office.hire('en-GB');
  await bea.say();
  await bea.press('start:account');
  await bea.answer('ask');
  const question = bea.card;
  await bea.say('language sv');
  assert.match(bea.text, /^Du läser nu på svenska/);
  assert.match(bea.reads(bea.messages.find(({ id }) => id === question.id)!), /Är du säker/);
  assert.deepEqual(office.kinds(bea), ['start answer language']);
  await bea.press('answer:yes-sure', undefined, bea.cards.find(({ id }) => id === question.id)!);
  assert.match(bea.reads(bea.messages.find(({ id }) => id === question.id)!), /Kontot får startas/);

  await bea.say();
  assert.match(bea.text, start);
  await bea.mention(rooms.meeting, 'språk ENGLISH');
  assert.match(bea.reads(bea.whispered(rooms.meeting)!), /^You now read in English/);
  for (const wrong of ['language fi', 'language', 'isitpublic språk']) {
    await bea.say(wrong);
    assert.match(bea.text, /^Write language sv for Swedish/, wrong);
  }
  assert.deepEqual(office.kinds(bea), ['start answer language answer outcome']);
});

test('the language can be changed before the first answer, on the card that stands there', async () => {
  const anna = await office.guided();
  const question = anna.card;
  await anna.say('language en');
  assert.match(anna.text, /^You now read in English/);
  await office.until(() => /What do you want to do/.test(anna.reads(anna.cards.find(({ id }) => id === question.id)!)));
  await anna.press('answer:ask', undefined, anna.cards.find(({ id }) => id === question.id)!);
  assert.match(anna.reads(anna.cards.find(({ id }) => id === question.id)!), /Are you sure/);
});

test('the app’s own card in somebody’s message, a picture, a reaction and such begin nothing', async () => {
  const anna = office.hire();
  const inserted = '<span class="inline-compose-card" itemid="1"></span>';
  const html = [{ contentType: 'text/html', content: `<p>${inserted}</p>` }];
  const sent = [
    await message(anna, { text: inserted, attachments: html }),
    await message(anna, { text: `${inserted} konto`, attachments: html }),
    await message(anna, { text: `<at>isitpublic</at> ${inserted}` }, rooms.group),
    await office.activity(anna.id, anna.chat, { type: 'messageReaction', reactionsAdded: [{ type: 'like' }] }),
    await office.activity(anna.id, anna.chat, { type: 'messageUpdate', text: 'isitpublic' }),
    await office.activity(anna.id, anna.chat, { type: 'messageDelete' }),
    await office.activity(anna.id, anna.chat, { type: 'typing' }),
    await office.activity(anna.id, anna.chat, { type: 'event', name: 'application/vnd.microsoft.readReceipt' }),
  ];
  for (const { status, text } of sent) assert.deepEqual([status, text], [200, '']);
  await office.quiet();
  assert.deepEqual(answers(anna), []);
  assert.deepEqual(answers(anna, rooms.group), []);
});

test('a message without any words, as a picture is, leads to the start; one with nothing to read in it does no harm', async () => {
  const anna = office.hire();
  const picture = [{ contentType: 'image/*', contentUrl: 'https://smba.trafficmanager.net/emea/attachments/1/views' }];
  await message(anna, { attachments: picture });
  await office.sees(anna, start);
  for (const value of [{}, { verb: 'start' }, { session: 7, verb: 'start' }, [], 'x', 7, true]) {
    const { status, text } = await message(anna, { value });
    assert.deepEqual([status, text], [200, ''], JSON.stringify(value));
  }
});

test('what Teams repeats is answered once; the same words said again are answered again', async () => {
  const anna = office.hire();
  const said = await anna.say('konto');
  const mentioned = await anna.mention(rooms.channel);
  await Promise.all([said, said, mentioned].map((reply) => office.again(reply)));
  await office.quiet();
  assert.equal(answers(anna).length, 2);
  assert.equal(answers(anna, rooms.channel).length, 1);
  await anna.say('konto');
  assert.equal(answers(anna).length, 3);
});

test('whoever gets the app is welcomed once, with something to begin with, however often Teams tells of it', async () => {
  const anna = office.hire();
  const [, second] = [await office.install(anna.id), await office.install(anna.id)];
  await office.again(second);
  await office.quiet();
  assert.equal(answers(anna).length, 1);
  assert.match(anna.text, /^Hej! Här får du hjälp med allmänna handlingar(.*\n)+Vad vill du ha hjälp med/);
  await anna.press('start:account');
  await anna.answer('unsure');
  assert.deepEqual(office.kinds(anna), ['start answer outcome']);
  assert.equal(answers(anna).length, 1);
});

test('whoever has Teams in English is welcomed in English, also where only one of the two events says so', async () => {
  const bea = office.hire('en-GB');
  const both = { membersAdded: [{ id: bea.id }, { id: office.settings.botId }] };
  // As Teams sends them: this one says nothing of the language, and it comes first.
  const silent = { type: 'conversationUpdate', ...both, locale: undefined, entities: undefined };
  await office.activity(bea.id, bea.chat, silent);
  await office.activity(bea.id, bea.chat, { type: 'installationUpdate', action: 'add' });
  await office.quiet();
  assert.equal(answers(bea).length, 1);
  assert.match(bea.text, /^Hello!/);
});

test('a room gets one sentence that says how to begin, and nothing of the guidance', async () => {
  for (const room of [rooms.group, rooms.channel, rooms.meeting]) {
    const [anna, erik] = [office.hire(), office.hire()];
    const before = answers(erik, room).length;
    await office.install(anna.id, room);
    await office.install(erik.id, room);
    await office.quiet();
    const [welcome, ...more] = answers(erik, room).slice(before);
    assert.deepEqual(more, [], room);
    assert.equal(welcome?.to, undefined, 'it is for everybody there');
    assert.match(erik.reads(welcome!), /^Hej! Skriv \/isitpublic, eller @isitpublic.*bara till dig, i din egen chatt/);
    assert.deepEqual([answers(anna), answers(erik)], [[], []]);
  }
});

test('that somebody else comes or goes is nothing to the app', async () => {
  const [anna, erik] = [office.hire(), office.hire()];
  for (const more of [
    { membersAdded: [{ id: erik.id }] },
    { membersRemoved: [{ id: erik.id }] },
    { membersRemoved: [{ id: office.settings.botId }] },
    { channelData: { eventType: 'channelRenamed', tenant: { id: office.settings.tenantId } } },
  ])
    for (const room of [anna.chat, rooms.channel]) {
      const before = answers(anna, room).length;
      await office.activity(anna.id, room, { type: 'conversationUpdate', ...more });
      await office.quiet();
      assert.equal(answers(anna, room).length, before);
    }
});

test('whoever has removed the app is not written to, but what they ask elsewhere is answered in private', async () => {
  const anna = await office.guided('ask');
  await office.uninstall(anna.id);
  await office.quiet();
  const before = office.calls.length;
  await anna.mention(rooms.group);
  const calls = office.calls.slice(before).map(({ what, targeted, status }) => [what, targeted, status]);
  assert.deepEqual(calls, [
    ['create', false, 403],
    ['post', true, 201],
  ]);
  assert.match(anna.reads(anna.whispered(rooms.group)!), /inte är klar\nStarta ett konto · VGL/);
  await office.install(anna.id);
  await office.quiet();
  await anna.say();
  await anna.press('show');
  assert.match(anna.text, /Är du säker/);
  await anna.answer('yes-sure');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('a link to a record unfolds for its owner alone, where nobody else reads', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  const number = /VGL-\d{4}-\d{5}/.exec(anna.text)![0];
  const [{ session }] = office.records(anna) as [{ session: string }];
  const asked = { inChat: await anna.say('help'), inRoom: await anna.mention(rooms.group, 'help') };
  const byBea = await bea.say('help');
  const link = async ({ sent }: Reply, url: string) => {
    const activity = { ...(JSON.parse(sent.body) as Json), type: 'invoke', name: 'composeExtension/queryLink' };
    const { status, text } = await office.raw(JSON.stringify({ ...activity, value: { url } }), sent.headers);
    assert.equal(status, 200);
    return JSON.parse(text) as Json;
  };
  for (const url of [`https://host.example/records/${number}`, `https://host.example/?session=${session}`]) {
    const { type, attachments } = (await link(asked.inChat, url)).composeExtension as Json;
    const [unfolded, ...more] = listOf(attachments);
    assert.deepEqual([type, more], ['result', []]);
    assert.deepEqual(faultsIn(unfolded?.content), []);
    const title = `${number} · Starta ett konto · klar: Kontot får startas`;
    assert.equal(readText(unfolded!.content as Json), title);
    assert.deepEqual((unfolded!.preview as Json).content, { title });
    assert.deepEqual(await link(asked.inRoom, url), {}, 'others would read it there');
    assert.deepEqual(await link(byBea, url), {}, 'it is not theirs');
  }
  for (const url of ['https://host.example/', 'https://host.example/VGL-2026-99999', 'VGL', ''])
    assert.deepEqual(await link(asked.inChat, url), {}, url);
});

test('after a restart the language that was chosen is known, whoever was welcomed is not welcomed again, and what was told is not answered twice', async () => {
  const [anna, bea] = [office.hire(), office.hire()];
  await anna.say('language en');
  const said = await anna.say('konto');
  await office.install(bea.id);
  await office.quiet();
  await office.reopen();
  await office.again(said);
  await office.install(bea.id);
  await office.quiet();
  assert.equal(answers(anna).length, 2);
  assert.equal(answers(bea).length, 1);
  await anna.say();
  assert.match(anna.text, startInEnglish);
});
