import { createHmac, randomUUIDv7 } from 'node:crypto';
import { type Came, called, compile, drew, type Line, mark, type Platform, readAfter, serveClerks } from './clerks.ts';
import { openSlackApi, readBody } from './slackapi.ts';
import { asBytes } from './wire.ts';

interface Card {
  text: string;
  blocks: Block[];
}
interface Block {
  type: string;
  block_id?: string;
  elements?: Element[];
  accessory?: Element;
  element?: Element;
}
interface Element {
  type: string;
  action_id?: string;
  text?: unknown;
  value?: string;
  options?: Option[];
  option_groups?: { options: Option[] }[];
}
interface Option {
  value: string;
}

const secret = process.argv[2]!;
let slack = '';

const inSlack: Platform<Card> = {
  async open() {
    slack = await openSlackApi({
      called: (method, { body }) => called(method, body),
      answered: (name, { body }) => drew(name, body),
    });
    return slack;
  },
  async ask(line) {
    const command = new URLSearchParams({
      ...{ token: 'a-token-that-nobody-looks-at', team_id: 'T0BENCH', team_domain: 'bench', channel_id: 'C0ALL' },
      ...{ channel_name: 'general', user_id: `U${clerk}`, user_name: 'clerk', command: '/isitpublic', text: '' },
      ...{ api_app_id: 'A0BENCH', is_enterprise_install: 'false', response_url: `${slack}/response/${reply}` },
      trigger_id: trigger,
    });
    const offering = (heard: string) => {
      const card = readCard(heard);
      return card && find(card, 'start', 'is-it-public') ? card : undefined;
    };
    const start = await readAfter(offering, () => press(line, String(command), 'ack'));
    return readCard((await press(line, pressOn(start, 'start', 'is-it-public'), 'shown')).drawn)!;
  },
  read({ drawn }) {
    const card = readCard(drawn);
    if (!card) throw new Error(`This is no card:\n${drawn}`);
    return card;
  },
  press: (card, option) => pressOn(card, 'answer', option),
  placeOf(press) {
    const { message, actions } = JSON.parse(new URLSearchParams(press).get('payload')!);
    return JSON.stringify([message.blocks.map((block: Block) => block.block_id), actions]);
  },
  send(form, { host, clerk, count, session }) {
    const now = Date.now();
    const reply = `${clerk}-${count}-${session}`;
    const body = form({
      CLERK: `0CLERK${clerk}`,
      REPLY: reply,
      SESSION: session,
      // The message stays the same through a session, and so does its time.
      TS: `${1_780_000_000 + Number.parseInt(session.slice(-6), 16)}.000100`,
      NOW: `${now / 1000}`,
      TRIGGER: `${now}.${count}.${session}`,
    });
    const time = Math.floor(now / 1000);
    const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
    const request = `POST /slack/events HTTP/1.1\r\nhost: ${host}\r\nuser-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\naccept: application/json,*/*\r\ncontent-type: application/x-www-form-urlencoded\r\nx-slack-request-timestamp: ${time}\r\nx-slack-signature: v0=${signature}\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    return { request, reply };
  },
  // Give or take a time and a number in it.
  compare:
    ({ drawn: { length } }) =>
    ({ drawn }) =>
      Math.abs(drawn.length - length) <= 40,
  compareFixed(card) {
    const blocks = asBytes(JSON.stringify(JSON.parse(card).blocks));
    return ({ drawn }) => drawn.includes(blocks);
  },
};

/** Marks in a form: what each press says for itself. */
const clerk = mark('CLERK');
const reply = mark('REPLY');
const ts = mark('TS');
const now = mark('NOW');
const trigger = mark('TRIGGER');

serveClerks(inSlack);

function press(line: Line, form: string, until: 'shown' | 'ack'): Promise<Came> {
  return line.press(compile(form), randomUUIDv7(), until);
}

/** The message in a body, if there is one with blocks. */
function readCard(body: string): Card | undefined {
  const { text = '', blocks } = readBody({ query: '', body });
  return Array.isArray(blocks) ? { text: String(text), blocks } : undefined;
}

/** What is pressed on a card: a button `g:<verb>:<value>`, or an option of a select or of radio buttons `g:<verb>`. */
function find({ blocks }: Card, verb: string, value: string): { block_id: string; action: object } | undefined {
  for (const { block_id = '', elements = [], accessory, element } of blocks) {
    for (const one of [...elements, accessory, element]) {
      const { action_id, type, text } = one ?? {};
      if (!one || !action_id?.startsWith(`g:${verb}`)) continue;
      const options = [...(one.options ?? []), ...(one.option_groups ?? []).flatMap((group) => group.options)];
      const selected_option = options.find((option) => option.value === value);
      const common = { action_id, block_id, type, action_ts: now };
      if (selected_option) return { block_id, action: { ...common, selected_option } };
      if (action_id === `g:${verb}:${value}` || (type === 'button' && one.value === value))
        return { block_id, action: { ...common, text, ...(one.value !== undefined && { value: one.value }) } };
    }
  }
  return undefined;
}

/** The form that Slack sends when this is pressed on a card, which it sends along as a whole. */
function pressOn(card: Card, verb: string, value: string): string {
  const found = find(card, verb, value);
  if (!found) throw new Error(`Nothing to press for ${verb} ${value} on this card:\n${JSON.stringify(card, null, 1)}`);
  const payload = {
    type: 'block_actions',
    user: { id: `U${clerk}`, username: 'clerk', name: 'clerk', team_id: 'T0BENCH' },
    api_app_id: 'A0BENCH',
    token: 'a-token-that-nobody-looks-at',
    container: { type: 'message', message_ts: ts, channel_id: `D${clerk}`, is_ephemeral: false },
    trigger_id: trigger,
    team: { id: 'T0BENCH', domain: 'bench' },
    enterprise: null,
    is_enterprise_install: false,
    channel: { id: `D${clerk}`, name: 'directmessage' },
    message: {
      ...{ user: 'U0BOT', type: 'message', ts, bot_id: 'B0BOT', app_id: 'A0BENCH', team: 'T0BENCH' },
      ...{ text: card.text, blocks: card.blocks },
    },
    state: { values: {} },
    response_url: `${slack}/response/${reply}`,
    actions: [found.action],
  };
  return String(new URLSearchParams({ payload: JSON.stringify(payload) }));
}
