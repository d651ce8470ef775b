import { createHmac, randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { type Heard, openSlackApi, readBody, readMessages } from './slackapi.ts';

/** What the clerks are to do; each has a connection of its own. */
export type Job =
  /** Opens the Slack that all talk to. Answered with its address. */
  | { do: 'open'; secret: string }
  /** Goes through two sessions and reads what comes, to know what to press. Answered with `Learnt`. */
  | { do: 'learn'; address: string }
  /** Begins sessions, so that further answers can be given in them. Answered with how many have been begun. */
  | { do: 'begin'; address: string; clerks: number; sessions: number }
  /** Answers. Answered with `Done`. */
  | {
      do: 'answer';
      address: string;
      clerks: number;
      seconds: number;
      /** `whole`: sessions from the first answer to the outcome. `further`: what comes after the first answer. */
      steps: 'whole' | 'further';
      /** `shown`: each waits until the message has been replaced. `ack`: until the press is acknowledged. */
      until: 'shown' | 'ack';
      /** Only in sessions that have been begun, for a server that knows the difference. */
      begun: boolean;
    };

export interface Learnt {
  /** The messages that the answers of one session led to, as they came. */
  messages: string[];
  /** Lengths of the requests. */
  requests: number[];
  /** Answers given. */
  answers: number;
  /** Answers given that led to an outcome. */
  outcomes: number;
}

/** What they did. Times in ms. */
export interface Done {
  seconds: number;
  /** CPU time that the clerks and their Slack took themselves. */
  cpu: number;
  /** `step`: which answer of the session it was, from 0; the last one leads to the outcome. */
  took: { step: number; ack: number; shown: number }[];
  /** Messages that came for no press, or whose length is not what the press should lead to. */
  odd: number;
  /** Calls of the Web API, by method. */
  calls: Record<string, number>;
}

/** One session in the flow is-it-public: its answers, from the first question to the outcome. */
const answers = ['incoming', 'none', 'none'];

/** What a press looks like on the wire, at each of them; the same in every session but for its marks. */
const forms: Template[] = [];
/** How long the message is that each of them leads to. */
const lengths: number[] = [];
/** Each clerk's sessions that wait for their second answer, by server. */
const begun = new Map<string, string[][]>();

let slack = '';
let secret = '';
let calls: Record<string, number> = {};
let odd = 0;
/** Who waits for the answer to a press, by the clerk's number. */
const waiting: ((heard: Heard) => void)[] = [];
/** Who wants to read all that comes. */
let reader: ((message: Record<string, unknown>, length: number) => void) | undefined;

// A process of its own, so that the clerks take nothing from the server's CPU. Their Slack is in it as well, so that
// each knows at once when what they look at was replaced.
process.on('message', async (job: Job) => process.send!(await act(job)));

async function act(job: Job): Promise<string | number | Learnt | Done> {
  switch (job.do) {
    case 'open':
      secret = job.secret;
      slack = await openSlackApi({ called, answered });
      return slack;
    case 'learn':
      return learn(job.address);
    case 'begin':
      return begin(job);
    case 'answer':
      return answer(job);
  }
}

function called(heard: Heard): void {
  calls[heard.name] = (calls[heard.name] ?? 0) + 1;
  reader?.(readBody(heard), heard.body.length);
}

function answered(heard: Heard): void {
  reader?.(readBody(heard), heard.body.length);
  const wait = waiting[Number.parseInt(heard.name, 10)];
  if (wait) wait(heard);
  else if (!reader) odd += 1;
}

async function begin({ address, clerks, sessions }: Job & { do: 'begin' }): Promise<number> {
  const ready = begun.get(address) ?? [];
  begun.set(address, ready);
  const lines = await openLines(address, clerks);
  let given = 0;
  const one = async (line: Line, i: number) => {
    ready[i] ??= [];
    const own = ready[i];
    while (own.length < sessions / clerks) {
      const session = randomUUIDv7();
      await line.press(0, session, true);
      own.push(session);
      given += 1;
    }
    line.close();
  };
  await Promise.all(lines.map(one));
  return given;
}

async function answer({ address, clerks, seconds, steps, until, ...job }: Job & { do: 'answer' }): Promise<Done> {
  const lines = await openLines(address, clerks);
  const ready = job.begun ? (begun.get(address) ?? []) : undefined;
  const first = steps === 'whole' ? 0 : 1;
  const took: Done['took'] = [];
  calls = {};
  odd = 0;
  const cpu = process.cpuUsage();
  const began = performance.now();
  let end = began + seconds * 1000;
  const one = async (line: Line, i: number) => {
    while (performance.now() < end) {
      const session = ready && first > 0 ? ready[i]?.pop() : randomUUIDv7();
      // Too few were begun: the clock stops for all.
      if (session === undefined) end = performance.now();
      for (let step = first; session !== undefined && step < answers.length && performance.now() < end; step += 1)
        took.push({ step, ...(await line.press(step, session, until === 'shown')) });
    }
    line.close();
  };
  await Promise.all(lines.map(one));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1000, took, odd, calls };
}

/** One clerk's Slack as the server sees it, as cheap as it can be: one connection that is kept, one press at a time. */
class Line {
  readonly #socket: Socket;
  readonly #head: string;
  readonly #number: number;
  #acked: (head: string) => void = () => {};
  #failed: (fault: Error) => void = () => {};
  #presses = 0;

  constructor(socket: Socket, number: number) {
    this.#socket = socket.setTimeout(10_000);
    this.#number = number;
    this.#head = `POST /slack/events HTTP/1.1\r\nhost: 127.0.0.1:${socket.remotePort}\r\nuser-agent: Slackbot 1.0 (+https://api.slack.com/robots)\r\naccept: application/json,*/*\r\ncontent-type: application/x-www-form-urlencoded\r\n`;
    readMessages(socket, (head, body) => {
      // A command may be answered with its acknowledgement.
      if (body.startsWith('{')) reader?.(readBody({ name: '', query: '', body }), body.length);
      this.#acked(head);
    });
    socket.on('timeout', () => socket.destroy(new Error('Nothing came within 10 s.')));
    socket.on('error', (fault) => this.#failed(fault));
    socket.on('close', () =>
      this.#failed(new Error('The server hung up, perhaps since it left a press without its message for seconds.')),
    );
  }

  /** Presses at this step of a session. Resolves when it has been acknowledged, and shown where one waits for that. */
  press(step: number, session: string, untilShown: boolean): Promise<{ ack: number; shown: number }> {
    return this.send(forms[step]!, session, untilShown, lengths[step]);
  }

  /** @param length how long the message should be, give or take a time and a number in it. */
  send(form: Template, session: string, untilShown: boolean, length?: number): Promise<{ ack: number; shown: number }> {
    this.#presses += 1;
    const name = `${this.#number}-${this.#presses}-${session}`;
    const clerk = `0CLERK${this.#number}`;
    const now = Date.now();
    const body = form({
      CLERK: clerk,
      REPLY: name,
      SESSION: session,
      // The message stays the same through a session, and so does its time.
      TS: `${1_780_000_000 + Number.parseInt(session.slice(-6), 16)}.000100`,
      NOW: `${now / 1000}`,
      TRIGGER: `${now}.${this.#presses}.${session}`,
    });
    const time = Math.floor(now / 1000);
    const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
    const head = `${this.#head}x-slack-request-timestamp: ${time}\r\nx-slack-signature: v0=${signature}\r\n`;
    return new Promise((resolve, reject) => {
      let [ack, shown] = [Number.NaN, Number.NaN];
      const settle = () => {
        if (ack >= 0 && (shown >= 0 || !untilShown)) resolve({ ack, shown });
      };
      this.#failed = reject;
      this.#acked = (answer) => {
        if (!answer.startsWith('HTTP/1.1 200 ')) reject(new Error(`Not acknowledged:\n${answer}`));
        ack = performance.now() - from;
        settle();
      };
      waiting[this.#number] = (heard) => {
        if (heard.name !== name || shown >= 0) odd += 1;
        else {
          if (length !== undefined && Math.abs(heard.body.length - length) > 40) odd += 1;
          shown = performance.now() - from;
          settle();
        }
      };
      const from = performance.now();
      this.#socket.write(`${head}content-length: ${body.length}\r\n\r\n${body}`, 'latin1');
    });
  }

  close(): void {
    this.#failed = () => {};
    this.#socket.destroy();
  }
}

/** All are there, and their connections taken, before a clock starts. */
function openLines(address: string, count: number): Promise<Line[]> {
  const open = async (_: unknown, number: number) => {
    const { hostname, port } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Line(socket, number);
  };
  return Promise.all(Array.from({ length: count }, open));
}

/** A form in which only the marks differ from one press to the next. */
type Template = (marks: Record<string, string>) => string;

function compile(fields: Record<string, string>): Template {
  const parts = String(new URLSearchParams(fields)).split(/zz([A-Z]+)zz/);
  return (marks) => {
    let form = parts[0]!;
    for (let at = 1; at < parts.length; at += 2) form += marks[parts[at]!]! + parts[at + 1]!;
    return form;
  };
}

/** Marks in a form: what each press says for itself. */
const [clerk, reply, session, ts, now, trigger] = ['CLERK', 'REPLY', 'SESSION', 'TS', 'NOW', 'TRIGGER'].map(
  (name) => `zz${name}zz`,
) as [string, string, string, string, string, string];

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
function pressOf(card: Card, verb: string, value: string): Template {
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
  return compile({ payload: JSON.stringify(payload) });
}

/** Goes through a session as a person does, by what the cards say; then through another one by what was learnt. */
async function learn(address: string): Promise<Learnt> {
  const [line] = (await openLines(address, 1)) as [Line];
  const command = compile({
    ...{ token: 'a-token-that-nobody-looks-at', team_id: 'T0BENCH', team_domain: 'bench', channel_id: 'C0ALL' },
    ...{ channel_name: 'general', user_id: `U${clerk}`, user_name: 'clerk', command: '/isitpublic', text: '' },
    ...{ api_app_id: 'A0BENCH', is_enterprise_install: 'false', response_url: `${slack}/response/${reply}` },
    trigger_id: trigger,
  });
  const { card: start } = await cardAfter((card) => find(card, 'start', 'is-it-public'), send(command, randomUUIDv7()));
  const { card: question } = await cardAfter(
    (card) => find(card, 'answer', answers[0]!),
    send(pressOf(start, 'start', 'is-it-public'), randomUUIDv7()),
  );
  const real = uuid.exec(find(question, 'answer', answers[0]!)!.block_id)?.[0];
  if (!real) throw new Error(`No session in the block_id of this card:\n${JSON.stringify(question, null, 1)}`);
  for (let step = 0, card = question; step < answers.length; step += 1) {
    forms[step] = pressOf(marked(card, real), 'answer', answers[step]!);
    ({ card } = await cardAfter(anything, send(forms[step]!, real)));
  }

  const made = randomUUIDv7();
  const messages: string[] = [];
  const requests: number[] = [];
  for (const [step, form] of forms.entries()) {
    const { card, length } = await cardAfter(anything, send(form, made));
    lengths[step] = length;
    messages.push(JSON.stringify(card));
    requests.push(form({ CLERK: '', REPLY: '', SESSION: made, TS: '', NOW: '', TRIGGER: '' }).length);
    const next = answers[step + 1];
    // What is sent from here on is made up, so it must be the same as what would have been read off the card.
    if (next !== undefined && !sameBlocks(pressOf(marked(card, made), 'answer', next), forms[step + 1]!, made))
      throw new Error(`The card after answer ${step} differs from one session to another:\n${messages.at(-1)}`);
  }
  line.close();
  return { messages, requests, answers: 2 * answers.length, outcomes: 2 };

  function send(form: Template, id: string): () => Promise<unknown> {
    return () => line.send(form, id, false);
  }
}

const uuid = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
/** Any card but the one that says where another has gone. */
const anything = (card: Card) => JSON.stringify(card).includes('"actions"');

function marked(card: Card, id: string): Card {
  return JSON.parse(JSON.stringify(card).replaceAll(id, session));
}

function sameBlocks(one: Template, other: Template, id: string): boolean {
  const ids = (form: Template) => {
    const sent = form({ CLERK: '', REPLY: '', SESSION: id, TS: '', NOW: '', TRIGGER: '' });
    const { message, actions } = JSON.parse(new URLSearchParams(sent).get('payload')!);
    return JSON.stringify([message.blocks.map((block: Block) => block.block_id), actions]);
  };
  return ids(one) === ids(other);
}

/** Does something, and waits for the message that it leads to. */
async function cardAfter(isIt: (card: Card) => unknown, act: () => Promise<unknown>) {
  let late: NodeJS.Timeout | undefined;
  const come = new Promise<{ card: Card; length: number }>((resolve, reject) => {
    const seen: unknown[] = [];
    late = setTimeout(() => reject(new Error(`What should come did not. This came:\n${JSON.stringify(seen)}`)), 5000);
    reader = (message, length) => {
      const card = { text: String(message.text ?? ''), blocks: message.blocks as Block[] };
      seen.push(message);
      if (Array.isArray(card.blocks) && isIt(card)) resolve({ card, length });
    };
  });
  const [found] = await Promise.all([come, act()]);
  clearTimeout(late);
  reader = undefined;
  return found;
}
