import { randomUUIDv7 } from 'node:crypto';
import { buttonsOn, choicesOn, filledIn } from '../support/teams/elements.ts';
import { type Came, called, compile, drew, type Line, mark, type Platform, readAfter, serveClerks } from './clerks.ts';
import { openTeamsApi } from './teamsapi.ts';
import { asBytes, asText } from './wire.ts';

/** An Adaptive Card. */
type Card = Record<string, unknown>;

const tenant = '11111111-0000-4000-8000-000000000001';
const bot = { id: '28:22222222-0000-4000-8000-000000000002', name: 'isitpublic' };
/** Where everything is sent that people are to see. */
let connector = '';

const inTeams: Platform<Card> = {
  async open() {
    connector = await openTeamsApi({
      called: (name, { body }) => called(name, body),
      updated: (place, { body }) => drew(place, body),
    });
    return connector;
  },
  async ask(line) {
    const said = { type: 'message', text: 'isitpublic', textFormat: 'plain', attachments: [] };
    const offering = (heard: string) => {
      const card = heard.includes('"attachments"') ? JSON.parse(asText(heard)).attachments[0]?.content : undefined;
      return card && chosen(card, 'start', 'is-it-public') ? card : undefined;
    };
    const start = await readAfter(offering, () => press(line, write(said), 'ack'));
    return readCard(await press(line, pressOn(start, 'start', 'is-it-public'), 'shown'));
  },
  read: readCard,
  press: (card, option) => pressOn(card, 'answer', option),
  placeOf: (press) => press,
  send(form, { host, clerk, count, session }) {
    const now = Date.now();
    // The message stays the same through a session.
    const message = `${1_763_000_000_000 + Number.parseInt(session.slice(-8), 16)}`;
    const number = String(clerk).padStart(4, '0');
    const body = form({
      CLERK: number,
      MESSAGE: message,
      SESSION: session,
      NOW: new Date(now).toISOString(),
      ID: `${clerk}${count}-${session}`,
    });
    const request = `POST /api/messages HTTP/1.1\r\nhost: ${host}\r\nuser-agent: Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)\r\naccept: */*\r\ncontent-type: application/json; charset=utf-8\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    return { request, reply: `a:1clerk${number}/${message}` };
  },
  compare(came) {
    const expected = withoutOwn(came);
    return (other) => isDrawnToo(other) && withoutOwn(other) === expected;
  },
  compareFixed(card) {
    const expected = asBytes(card);
    return (other) => isDrawnToo(other) && cardIn(other) === expected;
  },
};

/** Marks in an activity: what each press says for itself. */
const clerk = mark('CLERK');
const message = mark('MESSAGE');
const now = mark('NOW');
const id = mark('ID');

serveClerks(inTeams);

function press(line: Line, activity: string, until: 'shown' | 'ack'): Promise<Came> {
  return line.press(compile(activity), randomUUIDv7(), until);
}

function readCard({ answered }: Came): Card {
  const { value } = JSON.parse(asText(answered));
  if (value?.type !== 'AdaptiveCard') throw new Error(`This is no card:\n${answered}`);
  return value;
}

/** The card that a press was answered with, as it came. */
function cardIn({ answered }: Came): string {
  return answered.slice(answered.indexOf('{"type":"AdaptiveCard"'), answered.lastIndexOf('}'));
}

/** The same card is to be in the message: what was answered is gone once the client is opened anew. */
function isDrawnToo(came: Came): boolean {
  return came.drawn.includes(cardIn(came));
}

/** The card that came, but for the session in its buttons, the number of its record and what follows that: the time. */
function withoutOwn(came: Came): string {
  return cardIn(came)
    .replaceAll(came.session, '')
    .replace(/VGL-\d+-\d+[^"]*/g, '');
}

/** What is sent along when this is chosen on a card. */
function chosen(card: Card, verb: string, option: string): { verb: string; data: object } | undefined {
  const all = buttonsOn(card).filter((one) => one.verb === verb);
  const button = all.find((one) => one.option === option);
  if (button) return { verb, data: { ...(button.action.data as object) } };
  const send = all.find((one) => one.option === undefined);
  if (!send || !choicesOn(card).some(({ value }) => value === option)) return undefined;
  return { verb, data: { ...(send.action.data as object), ...filledIn(card, send, option) } };
}

/** What Teams sends when this is chosen on a card. */
function pressOn(card: Card, verb: string, option: string): string {
  const found = chosen(card, verb, option);
  if (!found) throw new Error(`Nothing to press for ${verb} ${option} on this card:\n${JSON.stringify(card, null, 1)}`);
  const value = { action: { type: 'Action.Execute', title: '', ...found }, trigger: 'manual' };
  return write({ type: 'invoke', name: 'adaptiveCard/action', replyToId: message, value });
}

/** What Teams tells a bot, around what somebody does in their own chat with it. */
function write(activity: object): string {
  const whole = {
    ...activity,
    ...{ id: `f:${id}`, timestamp: now, localTimestamp: now, localTimezone: 'Europe/Stockholm', locale: 'sv-SE' },
    ...{ channelId: 'msteams', serviceUrl: `${connector}/emea/${tenant}/`, recipient: bot },
    from: { id: `29:1clerk${clerk}`, name: 'Clerk', aadObjectId: `33333333-0000-4000-8000-00000000${clerk}` },
    conversation: { conversationType: 'personal', tenantId: tenant, id: `a:1clerk${clerk}` },
    entities: [{ locale: 'sv-SE', country: 'SE', platform: 'Web', timezone: 'Europe/Stockholm', type: 'clientInfo' }],
    channelData: { tenant: { id: tenant }, source: { name: 'message' }, legacy: { replyToId: message } },
  };
  return asBytes(JSON.stringify(whole));
}
