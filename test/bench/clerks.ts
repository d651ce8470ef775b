import { randomUUIDv7 } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { readMessages } from './wire.ts';

/** What the clerks are to do; each has a connection of its own. */
export type Job =
  /** Opens the platform that all talk to. Answered with its address. */
  | { do: 'open' }
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
      /** `shown`: each waits until the card has been replaced. `ack`: until the press is acknowledged. */
      until: 'shown' | 'ack';
      /** Only in sessions that have been begun, for a server that knows the difference. */
      begun: boolean;
      /** Whether every press is answered with the fixed card. */
      fixed: boolean;
    };

export interface Learnt {
  /** The cards that the answers of one session led to, as they came. */
  cards: string[];
  /** The middle one of them, for those that answer with it alone. */
  fixed: string;
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
  /** CPU time that the clerks and their platform took themselves. */
  cpu: number;
  /** `step`: which answer of the session it was, from 0; the last one leads to the outcome. */
  took: { step: number; ack: number; shown: number }[];
  /** Cards that came for no press, or that are not what the press should lead to. */
  odd: number;
  /** Calls of the platform that draw no answer, by name. */
  calls: Record<string, number>;
}

/** One press of a clerk's. */
export interface Press {
  host: string;
  /** The clerk's number, and how often they have pressed. */
  clerk: number;
  count: number;
  session: string;
}

/** A press on its way: the whole request, and the name under which the platform hears what it leads to. */
export interface Sent {
  request: string;
  reply: string;
}

/** What came of a press, one character a byte, and after how many ms; what is not waited for is not there. */
export interface Came {
  session: string;
  ack: number;
  answered: string;
  shown: number;
  drawn: string;
}

/** What is a platform's own: what people send when they press, and where they see what comes of it. */
export interface Platform<Card> {
  /** Opens what the servers call. @returns its address. */
  open(): Promise<string>;
  /** Asks for guidance, as a person does. @returns the card with its first question. */
  ask(line: Line): Promise<Card>;
  read(came: Came): Card;
  /** What is sent when this is chosen on a card, with marks for what differs from one press to the next. */
  press(card: Card, option: string): string;
  /** What a press says of the place where it was made; all else in it is words. */
  placeOf(press: string): string;
  send(form: Template, press: Press): Sent;
  /** @returns whether another session's card is the same, but for what is that session's own. */
  compare(came: Came): (other: Came) => boolean;
  /** @returns whether it is this card. */
  compareFixed(card: string): (other: Came) => boolean;
}

/** One session in the flow is-it-public: its answers, from the first question to the outcome. */
const answers = ['incoming', 'none', 'none'];

/** What a press looks like on the wire, at each of them; the same in every session but for its marks. */
const forms: Template[] = [];
/** Whether what came is what each of them leads to, or the fixed card: that of the first server that was learnt from. */
const isRight: ((came: Came) => boolean)[] = [];
let isFixed: ((came: Came) => boolean) | undefined;
/** Each clerk's sessions that wait for their second answer, by server. */
const begun = new Map<string, string[][]>();

let calls: Record<string, number> = {};
let odd = 0;
/** Who waits for what a press leads to, by its name. */
const waiting = new Map<string, (drawn: string) => void>();
/** Who wants to read all that comes. */
let reader: ((heard: string) => void) | undefined;
let send: (form: Template, press: Press) => Sent;

/**
 * Lets clerks do their jobs: in a process of its own, so that they take nothing from the server's CPU. The platform is
 * in it as well, so that each knows at once when what they look at was replaced.
 */
export function serveClerks<Card>(platform: Platform<Card>): void {
  send = platform.send;
  const act = async (job: Job): Promise<string | number | Learnt | Done> => {
    switch (job.do) {
      case 'open':
        return platform.open();
      case 'learn':
        return learn(platform, job.address);
      case 'begin':
        return begin(job);
      case 'answer':
        return answer(job);
    }
  };
  process.on('message', async (job: Job) => process.send!(await act(job)));
}

/** The platform was called, and not to draw what a press led to. @param body one character a byte. */
export function called(name: string, body: string): void {
  calls[name] = (calls[name] ?? 0) + 1;
  reader?.(body);
}

/** What a press led to was drawn. @param body one character a byte. */
export function drew(reply: string, body: string): void {
  const wait = waiting.get(reply);
  waiting.delete(reply);
  if (wait) wait(body);
  else odd += 1;
  reader?.(body);
}

/** Does something, and waits for what can be read so among all that comes. */
export async function readAfter<Card>(
  read: (heard: string) => Card | undefined,
  act: () => Promise<unknown>,
): Promise<Card> {
  const { promise, resolve, reject } = Promise.withResolvers<Card>();
  const seen: string[] = [];
  const late = setTimeout(() => reject(new Error(`What should come did not. This came:\n${seen.join('\n')}`)), 5000);
  reader = (heard) => {
    seen.push(heard);
    const card = read(heard);
    if (card !== undefined) resolve(card);
  };
  const [card] = await Promise.all([promise, act()]);
  clearTimeout(late);
  reader = undefined;
  return card;
}

/** Goes through a session as a person does, by what the cards say; then through another one by what was learnt. */
async function learn<Card>(platform: Platform<Card>, address: string): Promise<Learnt> {
  const [line] = (await openLines(address, 1)) as [Line];
  const presses: string[] = [];
  let card: Card = await platform.ask(line);
  const real = made.exec(platform.press(card, answers[0]!))?.[0];
  if (!real) throw new Error(`No session on this card:\n${JSON.stringify(card, null, 1)}`);
  for (const [step, option] of answers.entries()) {
    presses[step] = platform.press(card, option).replaceAll(real, mark('SESSION'));
    forms[step] = compile(presses[step]);
    card = platform.read(await line.press(forms[step], real));
  }

  const session = randomUUIDv7();
  const cards: string[] = [];
  const requests: number[] = [];
  for (const [step, form] of forms.entries()) {
    const { request } = send(form, { host: '', clerk: 0, count: 0, session });
    requests.push(request.length - request.indexOf('\r\n\r\n') - 4);
    const came = await line.press(form, session);
    card = platform.read(came);
    isRight[step] = platform.compare(came);
    cards.push(JSON.stringify(card));
    const next = answers[step + 1];
    if (next === undefined) continue;
    // What is sent from here on is made up, so it must be the same as what would have been read off the card.
    const place = platform.placeOf(platform.press(card, next).replaceAll(session, mark('SESSION')));
    if (place !== platform.placeOf(presses[step + 1]!))
      throw new Error(`The card after answer ${step} differs from one session to another:\n${cards.at(-1)}`);
  }
  line.close();
  const fixed = cards.toSorted((a, b) => a.length - b.length)[cards.length >> 1]!;
  isFixed ??= platform.compareFixed(fixed);
  return { cards, fixed, requests, answers: 2 * answers.length, outcomes: 2 };
}

/** A session: no other ids on a card are made by the time, too. */
const made = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/;

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
      await line.press(forms[0]!, session);
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
      for (let step = first; session !== undefined && step < answers.length && performance.now() < end; step += 1) {
        const came = await line.press(forms[step]!, session, until);
        const isAsExpected = job.fixed ? isFixed! : isRight[step]!;
        if (until === 'shown' && !isAsExpected(came)) odd += 1;
        took.push({ step, ack: came.ack, shown: came.shown });
      }
    }
    line.close();
  };
  await Promise.all(lines.map(one));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1000, took, odd, calls };
}

/** One clerk's platform as the server sees it, as cheap as it can be: one connection that is kept, one press at a time. */
export class Line {
  readonly #socket: Socket;
  readonly #clerk: number;
  readonly #host: string;
  #acked: (head: string, body: string) => void = () => {};
  #failed: (fault: Error) => void = () => {};
  #count = 0;

  constructor(socket: Socket, clerk: number) {
    this.#socket = socket.setTimeout(10_000);
    this.#clerk = clerk;
    this.#host = `127.0.0.1:${socket.remotePort}`;
    readMessages(socket, (head, body) => {
      reader?.(body);
      this.#acked(head, body);
    });
    socket.on('timeout', () => socket.destroy(new Error('Nothing came within 10 s.')));
    socket.on('error', (fault) => this.#failed(fault));
    socket.on('close', () =>
      this.#failed(new Error('The server hung up, perhaps since it left a press without its card for seconds.')),
    );
  }

  /** Presses. Resolves when it has been acknowledged, and shown where one waits for that. */
  press(form: Template, session: string, until: 'shown' | 'ack' = 'shown'): Promise<Came> {
    this.#count += 1;
    const { request, reply } = send(form, { host: this.#host, clerk: this.#clerk, count: this.#count, session });
    const { promise, resolve, reject } = Promise.withResolvers<Came>();
    const came: Came = { session, ack: Number.NaN, answered: '', shown: Number.NaN, drawn: '' };
    const settle = () => {
      if (came.ack >= 0 && (came.shown >= 0 || until === 'ack')) resolve(came);
    };
    this.#failed = reject;
    this.#acked = (head, body) => {
      if (!head.startsWith('HTTP/1.1 200 ')) reject(new Error(`Not acknowledged:\n${head}${body}`));
      came.ack = performance.now() - from;
      came.answered = body;
      settle();
    };
    if (until === 'shown')
      waiting.set(reply, (body) => {
        came.shown = performance.now() - from;
        came.drawn = body;
        settle();
      });
    const from = performance.now();
    this.#socket.write(request, 'latin1');
    return promise;
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

/** What is sent, in which only the marks differ from one press to the next. */
export type Template = (marks: Record<string, string>) => string;

/** A mark in a form: what each press says for itself. */
export const mark = (name: string) => `zz${name}zz`;

/** @param form one character a byte, with marks in it. */
export function compile(form: string): Template {
  const parts = form.split(/zz([A-Z]+)zz/);
  return (marks) => {
    let text = parts[0]!;
    for (let at = 1; at < parts.length; at += 2) text += marks[parts[at]!]! + parts[at + 1]!;
    return text;
  };
}
