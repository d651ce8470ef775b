import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, test } from 'node:test';
import { temporaryFolder } from '../../support/databases.ts';
import { startProgram } from '../../support/program.ts';
import { isObject, type Json, listOf } from '../../support/slack/limits.ts';
import { readJson } from '../../support/slack/wire.ts';
import { cardType, faultsIn } from '../../support/teams/cards.ts';
import type { Call } from '../../support/teams/connector.ts';
import { buttonsOn, headingOf } from '../../support/teams/elements.ts';
import { Person } from '../../support/teams/person.ts';
import { openTenant } from '../../support/teams/tenant.ts';

/**
 * What any adapter for Teams has to do, whichever SDK it rests on. The activities were recorded from Microsoft's own
 * Agents Playground and are posted as they are, but for who, where and what is pressed; for each: what is answered, and
 * what is asked of the connector, in this order and nothing else. The files of a draft are not among them, since that
 * client has none: they are in dialogs.test.ts.
 */
interface Case {
  /** What has been told before; nothing is held against it. */
  after?: Told[];
  told: Told;
  /** 200 where nothing is said. */
  status?: number;
  /** Nothing is answered where nothing is said. */
  answer?: Answer;
  calls?: string[];
  /** They don't wait for each other. */
  inAnyOrder?: true;
}

/** One of the recorded activities, by its name, as somebody new in a room of their own. */
interface Told {
  recorded: string;
  /** In place of what is said there, behind the name of the app. */
  saying?: string;
  /** The button of the latest card, or of the dialog, that takes the place of the recorded one: its verb, or verb:option. */
  pressing?: string;
  /** What is chosen, ticked or written on the card; where nothing is, the client sends nothing. */
  chosen?: string;
  /** Anything else that is not as it was recorded. */
  but?: Json;
  /** The same activity once more: with the same id, or as a press is repeated, with a new one and later. */
  again?: 'same' | 'anew';
}

type Answer =
  /** The next card, in answer to a press. */
  | { card: string; buttons: string[] }
  /** Words beside the card. */
  | { words: RegExp }
  /** A card in a dialog. */
  | { dialog: string; buttons: string[] }
  /** The dialog ends with words. */
  | { end: RegExp }
  /** Refused, in one line of text. */
  | { text: RegExp };

const start = 'What do you need help with?';
const onStart = ['start:account', 'start', 'find:', 'language:sv'];
const first = 'What do you want to do?';
const onFirst = ['answer:start', 'answer:ask', 'answer:unsure', 'back', 'why:show', 'ask:', 'language:sv', 'close'];
/** What was asked stands above what leads elsewhere, with a button of its own; and with it the session has begun. */
const askedFirst = ['answer:start', 'answer:ask', 'answer:unsure', 'ask:', 'back', 'why:show', 'language:sv', 'close'];
const second = 'Are you sure?';
const onSecond = ['answer:yes-sure', 'answer:unsure', 'back', 'change:', 'why:show', 'ask:', 'language:sv'];
const outcome = 'The account may start';
const onOutcome = [
  'then:account',
  'feedback:yes',
  'feedback:no',
  'unit',
  'ask:',
  'start:new',
  'change:',
  'why:show',
  'back',
  'label:',
  'language:sv',
];
const help = 'What you can do';
const list = 'Is everything ready?';
const onList = ['done', 'tick', 'back', 'change:', 'why:show', 'ask:', 'language:sv'];

const say = (saying?: string): Told => ({ recorded: 'message', ...(saying !== undefined && { saying }) });
const press = (pressing: string, chosen?: string): Told => ({
  recorded: chosen === undefined ? 'press' : 'press-with-choice',
  pressing,
  ...(chosen !== undefined && { chosen }),
});
const submit = (pressing: string, chosen?: string): Told => ({
  recorded: 'dialog-submit',
  pressing,
  ...(chosen !== undefined && { chosen }),
});

const begun = [say('isitpublic'), press('start:account')];
const inDialog: Told[] = [{ recorded: 'compose-action-channel' }, submit('start:account')];

/** Sends a card into the chat, or draws the one there anew. */
const posts = (heading: string) => `POST conversations/{chat}/activities: card ${heading}`;
const draws = (heading: string) => `PUT conversations/{chat}/activities/{card}: card ${heading}`;
/** Sends a card that one person sees in a room. */
const whispers = (room: string, heading = '-') =>
  `POST conversations/${room}/activities?isTargetedActivity=true: card ${heading} to {person}`;
const opens = 'POST conversations: {bot} with {person} in {tenant}';
const thread = '{channel};messageid=1795373172003';

const contract: Record<string, Record<string, Case>> = {
  'what is said in a person’s own chat': {
    'the name of the app: the start, in a new message': { told: say('isitpublic'), calls: [posts(start)] },
    'the command, with words to look for': { told: say(), calls: [posts('We found nothing with those words')] },
    'words to look for': { told: say('konto'), calls: [posts('You can begin here')] },
    help: { told: say('help'), calls: [posts(help)] },
    'the review, by somebody without a role': { told: say('review'), calls: [posts('To review')] },
    'one’s own records, where there are none': { told: say('mine'), calls: [posts('-')] },
    'one’s own records': {
      after: [...begun, press('answer:ask')],
      told: say('mine'),
      calls: [posts('Your guidance')],
    },
    'the language, with a question open: its card is drawn anew, and it is said': {
      after: [...begun, press('answer:ask')],
      told: say('language sv'),
      calls: [draws('Är du säker?'), posts('-')],
      inAnyOrder: true,
    },
    'the same activity once more: nothing': { after: [say('konto')], told: { ...say('konto'), again: 'same' } },
  },
  'what is said in a room': {
    'a mention in a group chat: their chat is opened, the card goes there, and they are told in private': {
      told: { recorded: 'mention-group', saying: 'isitpublic' },
      calls: [opens, posts(start), whispers('{group}')],
    },
    'a mention in a channel: they are told in its thread': {
      told: { recorded: 'mention-channel' },
      calls: [opens, posts(start), whispers(thread)],
    },
    'where the chat is known it is not opened': {
      after: [say('isitpublic')],
      told: { recorded: 'mention-group', saying: 'konto' },
      calls: [posts('You can begin here'), whispers('{group}')],
    },
    'the slash command: the same, although the app is not mentioned': {
      told: {
        recorded: 'mention-group',
        but: { text: 'isitpublic', entities: [], recipient: { id: '{{bot}}', isTargeted: true } },
      },
      calls: [opens, posts(start), whispers('{group}')],
    },
    'help: told there, in private': {
      told: { recorded: 'mention-channel', saying: 'help' },
      calls: [whispers(thread, help)],
    },
    'the review: only where to find it': {
      told: { recorded: 'mention-channel', saying: 'review' },
      calls: [whispers(thread)],
    },
    'what others say: nothing': { told: { recorded: 'mention-group', but: { text: 'isitpublic', entities: [] } } },
  },
  'what is pressed on a card': {
    'a flow': {
      after: [say('isitpublic')],
      told: press('start:account'),
      answer: { card: first, buttons: onFirst },
      calls: [draws(first)],
    },
    'a flow out of the list': {
      after: [say('isitpublic')],
      told: press('start', 'account'),
      answer: { card: first, buttons: onFirst },
      calls: [draws(first)],
    },
    'an answer': {
      after: begun,
      told: press('answer:ask'),
      answer: { card: second, buttons: onSecond },
      calls: [draws(second)],
    },
    'the last answer': {
      after: [...begun, press('answer:ask')],
      told: press('answer:yes-sure'),
      answer: { card: outcome, buttons: onOutcome },
      calls: [draws(outcome)],
    },
    'an answer that was given already: the same card as then': {
      after: [...begun, press('answer:ask')],
      told: { ...press('answer:ask'), again: 'anew' },
      answer: { card: second, buttons: onSecond },
      calls: [draws(second)],
    },
    undo: {
      after: [...begun, press('answer:ask')],
      told: press('back'),
      answer: { card: first, buttons: onFirst },
      calls: [draws(first)],
    },
    'the answers so far, each with a button': {
      after: [...begun, press('answer:ask')],
      told: press('change:'),
      answer: {
        card: second,
        buttons: [
          'answer:yes-sure',
          'answer:unsure',
          'back',
          'change:hide',
          'why:show',
          'ask:',
          'language:sv',
          'change',
        ],
      },
      calls: [draws(second)],
    },
    'one of them: its question once more': {
      after: [...begun, press('answer:ask'), press('change:')],
      told: press('change'),
      answer: { card: first, buttons: ['change:start', 'change:ask', 'change:unsure', 'show', 'ask:', 'language:sv'] },
      calls: [draws(first)],
    },
    'another answer to it': {
      after: [...begun, press('answer:ask'), press('change:'), press('change')],
      told: press('change:start'),
      answer: { card: list, buttons: onList },
      calls: [draws(list)],
    },
    'ticks, to go on with later': {
      after: [...begun, press('answer:start')],
      told: press('tick', 'purpose,people'),
      answer: { card: list, buttons: onList },
      calls: [draws(list)],
    },
    'done, with nothing ticked': {
      after: [...begun, press('answer:start'), press('tick', 'purpose')],
      told: press('done'),
      answer: { card: 'Not ready yet', buttons: onOutcome.filter((button) => button !== 'then:account') },
      calls: [draws('Not ready yet')],
    },
    'done, with everything ticked': {
      after: [...begun, press('answer:start')],
      told: press('done', 'people,purpose'),
      answer: { card: outcome, buttons: onOutcome },
      calls: [draws(outcome)],
    },
    'why it is asked': {
      after: begun,
      told: press('why:show'),
      answer: { card: first, buttons: onFirst.map((button) => button.replace('why:show', 'why:hide')) },
      calls: [draws(first)],
    },
    'the other language': {
      after: begun,
      told: press('language:sv'),
      answer: {
        card: 'Vad vill du göra?',
        buttons: onFirst.map((button) => button.replace('language:sv', 'language:en')),
      },
      calls: [draws('Vad vill du göra?')],
    },
    'the line to look for words in': {
      after: [say('isitpublic')],
      told: press('find:'),
      answer: { card: 'Search in your own words', buttons: ['find', 'start:'] },
      calls: [draws('Search in your own words')],
    },
    'words to look for, written there': {
      after: [say('isitpublic'), press('find:')],
      told: press('find', 'konto'),
      answer: { card: 'You can begin here', buttons: ['start:account', 'find:', 'start:'] },
      calls: [draws('You can begin here')],
    },
    'the line for a heading': {
      after: [...begun, press('answer:unsure')],
      told: press('label:'),
      answer: { card: 'Add a heading', buttons: ['label', 'show'] },
      calls: [draws('Add a heading')],
    },
    'a heading, written there': {
      after: [...begun, press('answer:ask'), press('answer:yes-sure'), press('label:')],
      told: press('label', 'The school'),
      answer: { card: outcome, buttons: onOutcome },
      calls: [draws(outcome)],
    },
    'the lines for a question to the registrar': {
      after: begun,
      told: press('ask:'),
      answer: { card: 'Ask the registrar', buttons: ['ask', 'show'] },
      calls: [draws('Ask the registrar')],
    },
    'a question to the registrar, written there': {
      after: [...begun, press('ask:')],
      told: press('ask', 'May I?'),
      answer: { card: first, buttons: askedFirst },
      calls: [draws(first)],
    },
    'a question without a word': {
      after: [...begun, press('ask:')],
      told: press('ask'),
      answer: { card: first, buttons: askedFirst },
      calls: [draws(first)],
    },
    'the unit, chosen there': {
      after: [...begun, press('answer:ask'), press('answer:yes-sure')],
      told: press('unit', 'Parker'),
      answer: { card: outcome, buttons: onOutcome.filter((button) => button !== 'unit') },
      calls: [draws(outcome)],
    },
    'no more reminders': {
      after: [...begun, press('answer:ask'), say('help')],
      told: press('remind:off'),
      answer: { card: help, buttons: ['remind:on'] },
      calls: [draws(help)],
    },
    'something of the review, by somebody without a role: words in its place, and nothing of it': {
      after: begun,
      told: { recorded: 'press', but: { value: { action: { verb: 'review', data: { what: 'queue' } } } } },
      answer: { card: 'To review', buttons: [] },
      calls: [draws('To review')],
    },
    'that it helped': {
      after: [...begun, press('answer:ask'), press('answer:yes-sure')],
      told: press('feedback:yes'),
      answer: { card: outcome, buttons: onOutcome.filter((button) => !button.startsWith('feedback')) },
      calls: [draws(outcome)],
    },
    'what an outcome offers: in a message of its own, and the card stays': {
      after: [...begun, press('answer:ask'), press('answer:yes-sure')],
      told: press('then:account'),
      answer: { words: /^The guidance goes on in a new message/ },
      calls: [posts(first)],
    },
    'a new question: in a message of its own too': {
      after: [...begun, press('answer:ask'), press('answer:yes-sure')],
      told: press('start:new'),
      answer: { words: /^The guidance goes on in a new message/ },
      calls: [posts(start)],
    },
    'going on with what is open, on another card: the earlier one is put away': {
      after: [...begun, press('answer:ask'), say('isitpublic')],
      told: press('show'),
      answer: { card: second, buttons: onSecond },
      calls: [draws(second), 'PUT conversations/{chat}/activities/{earlier card}: card -'],
    },
    'a session that there is not, as it was recorded: words, and nothing drawn': {
      told: { recorded: 'press-with-choice' },
      answer: { words: /^There is no such guidance/ },
    },
    'data that make no sense: words, and nothing drawn': {
      told: { recorded: 'press', but: { value: { action: { verb: 'answer', data: 'x' } } } },
      answer: { words: /^We could not read what you pressed/ },
    },
  },
  'what is pressed by a client that knows no Action.Execute': {
    'an answer: only drawn': {
      after: begun,
      told: { recorded: 'press-old-client', pressing: 'answer:ask' },
      calls: [draws(second)],
    },
    ticks: {
      after: [...begun, press('answer:start')],
      told: { recorded: 'press-old-client', pressing: 'tick', chosen: 'purpose' },
      calls: [draws(list)],
    },
    'a session that there is not, as it was recorded: words in the chat': {
      told: { recorded: 'press-old-client' },
      calls: [posts('-')],
    },
  },
  'what is done in a dialog': {
    'a message that is pointed at: where no flow is about messages, the choice of what to ask': {
      told: { recorded: 'message-action' },
      answer: { dialog: start, buttons: onStart },
    },
    'the same in a group chat': {
      told: { recorded: 'message-action-group' },
      answer: { dialog: start, buttons: onStart },
    },
    'the same in a channel': {
      told: { recorded: 'message-action-channel' },
      answer: { dialog: start, buttons: onStart },
    },
    'asked for once more, since the answer took too long: the same, and nothing drawn': {
      after: [{ recorded: 'message-action' }],
      told: { recorded: 'message-action', again: 'anew' },
      answer: { dialog: start, buttons: onStart },
    },
    'the app beside the box to write in': {
      told: { recorded: 'compose-action-channel' },
      answer: { dialog: start, buttons: onStart },
    },
    'an answer: the next question, and nothing in the chat': {
      after: inDialog,
      told: submit('answer:ask'),
      answer: { dialog: second, buttons: onSecond },
    },
    ticks: {
      after: [...inDialog, submit('answer:start')],
      told: submit('tick', 'purpose'),
      answer: { dialog: list, buttons: onList },
    },
    'the last answer: what it came to is also written into the chat': {
      after: [...inDialog, submit('answer:ask')],
      told: submit('answer:yes-sure'),
      answer: { dialog: outcome, buttons: onOutcome },
      calls: [posts(outcome)],
    },
    'something about an outcome that stands in the chat: drawn anew there too': {
      after: [...inDialog, submit('answer:ask'), submit('answer:yes-sure')],
      told: submit('feedback:no'),
      answer: { dialog: outcome, buttons: onOutcome.filter((button) => !button.startsWith('feedback')) },
      calls: [draws(outcome)],
    },
    'a session that there is not, as it was recorded: words in the dialog': {
      told: { recorded: 'dialog-submit' },
      answer: {
        dialog: 'There is no such guidance, or it never got an answer. Start a new one.',
        buttons: ['start:new'],
      },
    },
    'data that make no sense: the dialog ends with words': {
      told: { recorded: 'dialog-submit', but: { value: { commandId: 'checkMessage', data: [] } } },
      answer: { end: /^We could not read what you pressed/ },
    },
  },
  'where the app is added and removed': {
    'added by a person: a welcome with the start': { told: { recorded: 'install' }, calls: [posts(start)] },
    'told of in both ways: one welcome': {
      after: [{ recorded: 'install' }],
      told: { recorded: 'members-added' },
    },
    'told of in the way only that says no language': {
      told: { recorded: 'members-added' },
      calls: [posts('Vad vill du ha hjälp med?')],
    },
    'added to a group chat: one sentence to all': {
      told: { recorded: 'install-group' },
      calls: ['POST conversations/{group}/activities: card -'],
    },
    'told of in both ways there': {
      after: [{ recorded: 'install-group' }],
      told: { recorded: 'members-added-group' },
    },
    'added to a team: one sentence in the channel': {
      told: { recorded: 'install-channel' },
      calls: ['POST conversations/{channel}/activities: card -'],
    },
    'told of in both ways in a channel': {
      after: [{ recorded: 'install-channel' }],
      told: { recorded: 'members-added-channel' },
    },
    'another person is added: nothing': { told: { recorded: 'person-added' } },
    'removed: nothing': { after: [say('isitpublic')], told: { recorded: 'uninstall' } },
    'and told of in the other way: nothing': { told: { recorded: 'members-removed' } },
    'removed, and asked in a room: the chat is opened anew': {
      after: [say('isitpublic'), { recorded: 'uninstall' }],
      told: { recorded: 'mention-group', saying: 'isitpublic' },
      calls: [opens, posts(start), whispers('{group}')],
    },
  },
  'what is refused, before anything of it is looked at': {
    'another channel than Teams': {
      told: { recorded: 'message', but: { channelId: 'webchat' } },
      status: 403,
      answer: { text: /^Not for this organisation/ },
    },
    'another address to answer to': {
      told: { recorded: 'message', but: { serviceUrl: 'https://smba.trafficmanager.net.evil.example/emea/' } },
      status: 403,
      answer: { text: /^Not for this organisation/ },
    },
    'an activity without its type': {
      told: { recorded: 'message', but: { type: undefined } },
      status: 400,
      answer: { text: /^This could not be read/ },
    },
    'an activity from nobody': {
      told: { recorded: 'press', but: { from: undefined } },
      status: 400,
      answer: { text: /^This could not be read/ },
    },
    'more than Teams ever sends': {
      told: { recorded: 'message', but: { text: 'x'.repeat(256 * 1024) } },
      status: 413,
      answer: { text: /^That was too much at once/ },
    },
    'an invoke that we don’t know': {
      told: { recorded: 'press', but: { name: 'composeExtension/query' } },
      status: 501,
      answer: { text: /^That is not known here/ },
    },
  },
};

const tenant = await openTenant();
const settings = { FLOWS: 'test/support/flows', DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}` };
const program = await startProgram({ ...tenant.env, ...settings });
tenant.connect(program.address);
afterEach(() => assert.deepEqual(tenant.faults.splice(0), []));

for (const [where, cases] of Object.entries(contract))
  describe(where, () => {
    for (const [name, { after = [], told, status = 200, answer, calls = [], inAnyOrder }] of Object.entries(cases))
      test(name, async () => {
        const scene = new Scene();
        for (const before of after) await scene.tell(before);
        const earlier = tenant.calls.length;
        const reply = await scene.tell(told, calls.length);
        assert.equal(reply.status, status, reply.text);
        holds(reply.text, answer);
        const asked = tenant.calls.slice(earlier).map((call) => scene.inALine(call));
        if (inAnyOrder) assert.deepEqual(asked.sort(), calls.toSorted());
        else assert.deepEqual(asked, calls);
      });
  });

test('what is no JSON, or no activity at all, is refused, and so is everything that is not posted', async () => {
  const type = { 'content-type': 'application/json' };
  const scene = new Scene();
  const whole = scene.write({ recorded: 'message' });
  for (const [body, headers, expected] of [
    ['', type, 400],
    ['{', type, 400],
    ['[]', type, 400],
    ['null', type, 400],
    ['"message"', type, 400],
    [whole, {}, 400],
    [whole, { 'content-type': 'text/plain' }, 400],
    [whole, { ...type, authorization: 'Bearer a.b.c' }, 200],
  ] as const) {
    const { status, text } = await tenant.raw(body, headers);
    assert.equal(status, expected, `${body.slice(0, 20)} ${JSON.stringify(headers)}`);
    if (expected === 400) assert.match(text, /^This could not be read\. \/ Det gick inte att läsa\.\n$/);
  }
  for (const method of ['GET', 'HEAD', 'OPTIONS']) assert.equal((await tenant.raw('', {}, method)).status, 405);
  await tenant.settled();
  assert.doesNotMatch(program.output(), /"level":50/);
});

/** Somebody new in the tenant, in rooms of their own, and what they are told and see there. */
class Scene {
  readonly #person = new Person(tenant, tenant.addUser('Anna Ask', 'en-US').id);
  readonly #group: string;
  readonly #channel: string;
  #dialog: Json | undefined;
  #last: string | undefined;
  /** The cards that stood in their chat before what was told last, the latest last. */
  #cards: string[] = [];

  constructor() {
    const { id } = this.#person;
    const n = id.split('-').at(-1);
    const room = { name: 'Room', members: [id], hasBot: true };
    this.#group = tenant.addRoom({ ...room, id: `group-${n}`, type: 'groupChat' }).id;
    this.#channel = tenant.addRoom({ ...room, id: `ch-${n}`, type: 'channel', team: 'team-1' }).id;
  }

  /** Posts what was recorded, and waits until nothing more comes of it than is expected. */
  async tell(told: Told, expected = 0) {
    const before = tenant.calls.length;
    const body = this.#last !== undefined && told.again ? this.#repeat(this.#last, told.again) : this.write(told);
    this.#last = body;
    this.#cards = this.#person.cards.map(({ id }) => id);
    const reply = await tenant.raw(body, { 'content-type': 'application/json' });
    const task = (readJson(reply.text) as Json | null)?.task;
    const card =
      isObject(task) && isObject(task.value) && isObject(task.value.card) ? task.value.card.content : undefined;
    this.#dialog = isObject(card) ? card : this.#dialog;
    await tenant.until(() => tenant.calls.length - before >= expected, '', 3000).catch(() => {});
    await tenant.settled(40);
    return reply;
  }

  write({ recorded, saying, pressing, chosen, but }: Told): string {
    const said = JSON.parse(readFileSync(join(import.meta.dirname, 'recorded', `${recorded}.json`), 'utf8')) as Json;
    const named = /^<at>[^<]*<\/at> /.exec(String(said.text))?.[0] ?? '';
    const all = {
      ...said,
      ...(saying !== undefined && { text: `${named}${saying}` }),
      ...(pressing !== undefined && { value: this.#pressed(said.value as Json, pressing, chosen) }),
      ...but,
    };
    return JSON.stringify(all).replace(/\{\{(\w+)\}\}/g, (_, name: string) => this.#places[name] ?? '');
  }

  /** What the connector was asked, with who and where in words. */
  inALine({ method, path, targeted, body }: Call): string {
    const base = new URL(tenant.serviceUrl).pathname;
    assert.ok(path.startsWith(`${base}v3/`), path);
    const named = (id: string) => {
      if (this.#cards.includes(id)) return id === this.#cards.at(-1) ? '{card}' : '{earlier card}';
      const [name, place] = Object.entries(this.#places).find(([, place]) => id.split(';')[0] === place) ?? [];
      return place === undefined ? id : id.replace(place, `{${name}}`);
    };
    const where = path
      .slice(`${base}v3/`.length)
      .split('/')
      .map((part) => named(decodeURIComponent(part)))
      .join('/');
    const query = targeted ? '?isTargetedActivity=true' : '';
    return `${method} ${where}${query}: ${where === 'conversations' ? this.#opened(body, named) : shown(body, named)}`;
  }

  get #places(): Record<string, string> {
    const { tenantId, botId } = tenant.settings;
    const { id, chat } = this.#person;
    return {
      id: randomUUID(),
      person: id,
      aad: tenant.user(id).aadObjectId,
      chat,
      group: this.#group,
      channel: this.#channel,
      card: this.#person.cards.at(-1)?.id ?? '1795373389808',
      tenant: tenantId,
      bot: botId,
      service: tenant.serviceUrl.replace(/\/$/, ''),
    };
  }

  /** The recorded press, with the button that is on the card now. */
  #pressed(value: Json, pressing: string, chosen: string | undefined): Json {
    const inDialog = isObject(value.data) && value.commandId !== undefined;
    const card = inDialog ? this.#dialog : this.#person.card.card;
    const button = buttonsOn(card ?? {}).find((one) => nameOf(one) === pressing);
    assert.ok(
      button,
      `${pressing} is not there, but ${buttonsOn(card ?? {})
        .map(nameOf)
        .join(', ')}`,
    );
    const { verb, title, data, fallback } = button.action;
    const input = chosen === undefined ? {} : { option: chosen };
    if (inDialog) return { ...value, data: { ...(data as Json), ...input } };
    if (!isObject(value.action)) return { ...((fallback as Json).data as Json), ...input };
    return { ...value, action: { ...value.action, verb, title, data: { ...(data as Json), ...input } } };
  }

  #repeat(body: string, how: 'same' | 'anew'): string {
    if (how === 'same') return body;
    return JSON.stringify({ ...(JSON.parse(body) as Json), id: randomUUID(), timestamp: '2026-11-22T18:46:42.030Z' });
  }

  #opened({ bot, members, tenantId }: Json, named: (id: string) => string): string {
    const [member] = listOf(members);
    return `${named(String((bot as Json).id))} with ${named(String(member?.id))} in ${named(String(tenantId))}`;
  }
}

/** What is sent: a card by its heading, and to whom where it is for one person only. */
function shown({ type, attachments, recipient }: Json, named: (id: string) => string): string {
  assert.equal(type, 'message');
  const [{ contentType, content } = {}, ...more] = listOf(attachments);
  assert.equal(more.length, 0);
  const what = contentType === cardType ? `card ${headingOf(content as Json) || '-'}` : String(contentType);
  return isObject(recipient) ? `${what} to ${named(String(recipient.id))}` : what;
}

/** Holds what was answered against the form that it must have. */
function holds(text: string, answer: Answer | undefined): void {
  const said = readJson(text) as Json;
  if (!answer) assert.equal(text, '');
  else if ('text' in answer) assert.match(text, answer.text);
  else if ('words' in answer) {
    const { value, ...rest } = said;
    assert.deepEqual(rest, { statusCode: 200, type: 'application/vnd.microsoft.activity.message' });
    assert.match(String(value), answer.words);
  } else if ('card' in answer) {
    const { value, ...rest } = said;
    assert.deepEqual(rest, { statusCode: 200, type: cardType });
    isCard(value as Json, answer.card, answer.buttons, 'conversation');
  } else {
    const { task, ...rest } = said as { task: Json };
    assert.deepEqual([task.type, rest], ['end' in answer ? 'message' : 'continue', {}]);
    if ('end' in answer) assert.match(String(task.value), answer.end);
    else isDialog(task.value as Json, answer.dialog, answer.buttons);
  }
}

function isDialog({ card, title, ...size }: Json, heading: string, buttons: string[]): void {
  assert.deepEqual([title, size], ['Is it a public record?', { height: 'large', width: 'medium' }]);
  const { contentType, content, ...rest } = card as Json;
  assert.deepEqual([contentType, rest], [cardType, {}]);
  isCard(content as Json, heading, buttons, 'dialog');
}

function isCard(card: Json, heading: string, buttons: string[], place: 'conversation' | 'dialog'): void {
  assert.deepEqual(faultsIn(card, place), []);
  assert.equal(headingOf(card), heading);
  assert.deepEqual(buttonsOn(card).map(nameOf), buttons);
}

const nameOf = ({ verb, option }: { verb: string; option?: string }) =>
  option === undefined ? verb : `${verb}:${option}`;
