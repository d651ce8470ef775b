import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, type Json, listOf } from '../support/slack/limits.ts';
import { readBody, readJson, until } from '../support/slack/wire.ts';
import { cardType, faultsIn, faultsInActivity, isSame } from '../support/teams/cards.ts';

/** A message of the program's, as it stands in the client. */
interface Message {
  id: string;
  room: string;
  text: string;
  card?: Json;
  /** The card that whoever came later would see: what was answered to a press is shown, but not kept. */
  kept?: Json;
}

/** Something that the client told the program, and what the program answered. */
export interface Turn {
  activity: Json;
  status: number;
  answer: unknown;
}

/** A call of the program's, and what the client answered. */
interface Call {
  method: string;
  path: string;
  body: Json;
  status: number;
}

/**
 * Stands between the client and the program. All that one says to the other passes here and is remembered, and whatever
 * the program draws is held against what Teams takes, of which the client knows little.
 */
export class Relay {
  readonly faults: string[] = [];
  readonly turns: Turn[] = [];
  readonly calls: Call[] = [];
  readonly messages: Message[] = [];
  /** What was last drawn in a dialog. */
  dialog: Json | undefined;
  /** Files that were put where somebody allowed it. */
  readonly files: Buffer[] = [];
  /** What is answered in place of the program, where a test is about the client alone. */
  instead: ((activity: Json) => Json | undefined) | undefined;
  /** With this status the client answers every call, for as long as it is set. */
  failing: number | undefined;
  #program = '';
  #client = '';
  #busy = 0;
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      this.#busy++;
      this.#pass(request, response)
        .catch((fault: unknown) => {
          response.writeHead(502).end();
          this.faults.push(`${request.method} ${request.url}: ${fault}`);
        })
        .finally(() => this.#busy--);
    });
  }

  async up(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
  }

  down(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Where it is found: `/api/messages` leads to the program, `/connector` to the client. */
  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Says where the program is found, now that it has been started. */
  connect(program: string): void {
    this.#program = new URL(program).origin;
  }

  /** Says where the client is found. */
  serve(client: string): void {
    this.#client = client;
  }

  /** The card that was last written into a room, or drawn anew there. */
  cardIn(room: string): Json | undefined {
    return this.messages.findLast((message) => message.room === room && message.card)?.card;
  }

  /** Puts a card into a room that others have made, or that stood elsewhere. */
  async forward(room: string, card: Json): Promise<void> {
    const attachments = [{ contentType: cardType, content: card }];
    const body = JSON.stringify({ type: 'message', attachments });
    await send('POST', `${this.address}/connector/v3/conversations/${room}/activities`, body);
  }

  /** Waits until nothing has been on its way for a while, and all that is shown is also kept. */
  async settled(quiet = 60): Promise<void> {
    for (let rest = 0; rest < quiet; rest += 10) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      if (this.#busy > 0) rest = 0;
    }
    if (this.failing !== undefined) return;
    const isKept = () => this.messages.every(({ card, kept }) => isSame(card, kept));
    await until(isKept, 'what was answered to a press is not kept').catch((fault) => this.faults.push(String(fault)));
  }

  async #pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '' } = request;
    const bytes = await readBody(request);
    if (url.startsWith('/drive/')) {
      this.files.push(bytes);
      return void response.writeHead(201).end();
    }
    const text = bytes.toString('utf8');
    const body = readJson(text);
    const said = isObject(body) ? body : {};
    const [status, answer] = url.startsWith('/api/messages')
      ? await this.#toProgram(method, text, said)
      : await this.#toClient(method, url.replace(/^\/connector/, ''), text, said);
    response.writeHead(status, { 'content-type': 'application/json' }).end(answer);
  }

  async #toProgram(method: string, text: string, activity: Json): Promise<[number, string]> {
    const own = this.instead?.(activity);
    const [status, answer] = own
      ? [200, JSON.stringify(own)]
      : await send(method, `${this.#program}/api/messages`, text);
    if (method !== 'POST') return [status, answer];
    const turn = { activity, status, answer: readJson(answer) };
    if (!own) this.#noteAnswer(turn);
    this.turns.push(turn);
    return [status, answer];
  }

  async #toClient(method: string, path: string, text: string, body: Json): Promise<[number, string]> {
    const fails = this.failing !== undefined && method !== 'GET';
    const [status, answer] = fails ? [this.failing!, ''] : await send(method, this.#client + path, text);
    this.calls.push({ method, path, body, status });
    const [, room, id] = /^\/v3\/conversations\/([^/?]+)\/activities(?:\/([^/?]+))?/.exec(path) ?? [];
    if (room === undefined || fails) return [status, answer];
    if (method !== 'DELETE') this.faults.push(...faultsInActivity(body).map((fault) => `${method} ${path}: ${fault}`));
    // The client can't take away a message.
    if (status >= 400 && status !== 501) this.faults.push(`${method} ${path}: ${status} ${answer}`);
    else this.#keep(method, decodeURIComponent(room), id, body, readJson(answer));
    return [status, answer];
  }

  /** Notes what was written into a room, or drawn anew there. */
  #keep(method: string, room: string, id: string | undefined, body: Json, answer: unknown): void {
    const content = listOf(body.attachments).find(({ contentType }) => contentType === cardType)?.content;
    const drawn = { text: String(body.text ?? ''), ...(isObject(content) && { card: content, kept: content }) };
    const old = this.messages.find((message) => message.room === room && message.id === id);
    if (method === 'PUT' && old) Object.assign(old, drawn);
    else this.messages.push({ id: String(isObject(answer) ? answer.id : ''), room, ...drawn });
  }

  /** Notes what a press was answered with, which is shown at once. */
  #noteAnswer({ activity, status, answer }: Turn): void {
    const { name, replyToId } = activity;
    const about = `${activity.type} ${name ?? ''} was answered with ${status}`;
    if (status !== 200) this.faults.push(`${about} ${JSON.stringify(answer)}`);
    if (!isObject(answer)) return;
    if (answer.type === cardType && isObject(answer.value)) {
      this.faults.push(...faultsIn(answer.value).map((fault) => `${about}: ${fault}`));
      const message = this.messages.find(({ id }) => id === replyToId);
      if (message) message.card = answer.value;
    }
    const task = isObject(answer.task) && isObject(answer.task.value) ? answer.task.value : {};
    const card = isObject(task.card) ? task.card.content : undefined;
    if (!isObject(card)) return;
    this.faults.push(...faultsIn(card, 'dialog').map((fault) => `${about}: ${fault}`));
    this.dialog = card;
  }
}

async function send(method: string, address: string, text: string): Promise<[number, string]> {
  const sent = text === '' ? {} : { body: text, headers: { 'content-type': 'application/json' } };
  const response = await fetch(address, { method, ...sent });
  return [response.status, await response.text()];
}
