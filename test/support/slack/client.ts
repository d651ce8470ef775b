import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after } from 'node:test';
import { temporaryFolder } from '../databases.ts';
import { freePort } from '../port.ts';
import { actionOf, fillIn, findElement, keyOf, stateOf, valuesOf } from './elements.ts';
import { faultsIn, isObject, type Json, listOf } from './limits.ts';
import {
  argumentsOf,
  type Desk,
  type Message,
  payloadIn,
  payloadOfAck,
  type Reply,
  readBody,
  readJson,
  signed,
  until,
  type View,
  type Which,
} from './wire.ts';

/** How the program and Slack reach each other: Slack calls the program, or the program keeps a socket open. */
type Mode = 'events' | 'socket';

const app = {
  appId: 'A0PUB',
  botUserId: 'U0BOT',
  botName: 'isitpublic',
  botToken: 'xoxb-local',
  appToken: 'xapp-local',
  signingSecret: 'a signing secret for tests',
};

function workspaceOf(people: readonly string[]) {
  return {
    workspace: { name: 'Records Test', domain: 'records-test', teamId: 'T0REC' },
    users: people.map((id) => ({ id, name: id.slice(2).toLowerCase(), tz: 'Europe/Stockholm' })),
    channels: [
      { id: 'C0ALL', name: 'general', members: [...people, 'U0BOT'] },
      { id: 'C0REVIEW', name: 'review', members: ['U0REV', 'U0BOT'] },
    ],
  };
}

/**
 * A test workspace that others have written, behind a strict façade; gone when the tests have run.
 * @param binary where local-slack is installed @param newcomers how many there are beside Anna, Bea and Rolf
 */
export async function openLocalSlack(mode: Mode, binary: string, newcomers = 0): Promise<LocalSlack> {
  const others = Array.from({ length: newcomers }, (_, i) => `U0NEW${i}`);
  const local = new LocalSlack(mode, binary, ['U0ANNA', 'U0BEA', 'U0REV', ...others], await freePort());
  await local.open();
  return local;
}

interface Given {
  at: number;
  used: number;
}

/**
 * local-slack, and the façade between it and the program: whatever the program draws is held against the limits,
 * and trigger ids and response urls run out as they do in Slack. Where Slack calls the program, what local-slack
 * leaves out of an action in a Home tab or a modal is put in. Over a socket such an action can't be told from others.
 */
export class LocalSlack implements Desk {
  readonly mode: Mode;
  readonly people: readonly string[];
  readonly faults: string[] = [];
  readonly calls: { method: string; args: Json; error?: string }[] = [];
  /** What `users.info` says, since local-slack knows no locales. */
  readonly locales: Record<string, string> = { U0BEA: 'en-GB' };
  drawn = 0;
  #endpoint = '';
  #connected = false;
  #child: ChildProcess | undefined;
  #isUp = false;
  #falling = false;
  /** Conversations that were there before local-slack was killed, and what they are called since. */
  readonly #moved = new Map<string, string>();
  readonly #binary: string;
  readonly #origin: string;
  #facade: Server | undefined;
  #ui: WebSocket | undefined;
  #last = 0;
  #busy = 0;
  readonly #channels = new Map<string, Json>();
  readonly #messages = new Map<string, Message[]>();
  readonly #homes = new Map<string, View>();
  #stack: View[] = [];
  #errors: Record<string, string> = {};
  readonly #acks: { status: number; text: string }[] = [];
  readonly #triggers = new Map<string, Given>();
  readonly #responseUrls = new Map<string, Given & { to: string }>();
  #pressed: { on: Message | View; state: Json } | undefined;

  constructor(mode: Mode, binary: string, people: string[], port: number) {
    this.mode = mode;
    this.people = people;
    this.#binary = binary;
    this.#origin = `http://127.0.0.1:${port}`;
  }

  /** Starts local-slack and the façade; both are gone when the tests have run. */
  async open(): Promise<void> {
    await this.#raise();
    after(() => {
      this.#child?.kill('SIGKILL');
      this.#ui?.close();
      this.#facade?.closeAllConnections();
      this.#facade?.close();
    });
    await this.up();
  }

  /** Starts local-slack, which remembers nothing of what was before. */
  async up(): Promise<void> {
    const before = this.people.map((user) => this.#dm(user));
    for (const kept of [this.#channels, this.#messages, this.#homes]) kept.clear();
    this.#stack = [];
    const file = join(temporaryFolder(), 'slack.yaml');
    const events = this.mode === 'events' && { requestUrl: `${this.address}/slack/events` };
    // JSON is YAML.
    writeFileSync(file, JSON.stringify({ ...workspaceOf(this.people), app: { ...app, mode: this.mode, ...events } }));
    const { port } = new URL(this.#origin);
    const args = ['--config', file, '--port', port, '--base-host', '127.0.0.1', '--files-dir', temporaryFolder()];
    this.#child = spawn(this.#binary, args, { stdio: 'ignore' });
    const look = () =>
      fetch(`${this.#origin}/_control/state`).then(
        ({ ok }) => (this.#isUp = ok),
        () => {},
      );
    const looking = setInterval(() => void look(), 50);
    await until(() => this.#isUp, 'local-slack to start').finally(() => clearInterval(looking));
    await this.#watch();
    for (const user of this.people) await this.#callLocal('conversations.open', { users: user });
    await until(() => this.people.every((user) => this.#dm(user)), 'the conversations with the bot');
    for (const [i, user] of this.people.entries()) if (before[i]) this.#moved.set(before[i], this.#dm(user)!);
  }

  /** Kills local-slack. What is sent to it from now on goes wrong. */
  async down(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    this.#isUp = false;
    this.#connected = false;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Kills local-slack in the midst of a press: the program hears of it, and finds nobody to draw for. */
  async downDuring(press: () => Promise<unknown>): Promise<void> {
    this.#falling = true;
    await Promise.race([press().catch(() => {}), until(() => !this.#falling, 'the press')]);
  }

  /** What the program is to be started with. */
  get env(): Record<string, string> {
    const secret =
      this.mode === 'events' ? { SLACK_SIGNING_SECRET: app.signingSecret } : { SLACK_APP_TOKEN: app.appToken };
    return { SLACK_BOT_TOKEN: app.botToken, SLACK_API_URL: `${this.address}/api/`, ...secret };
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#facade!.address() as AddressInfo).port}`;
  }

  /** From now on this program is told of what happens; over a socket, once it has called in. */
  async connect(program: string): Promise<void> {
    this.#endpoint = new URL('/slack/events', program).href;
    if (this.mode === 'socket') await until(() => this.#connected, 'the program to open its socket');
  }

  dm(user: string): string {
    return this.#dm(user) ?? user;
  }

  messages(channel: string, user?: string): Message[] {
    const all = this.#messages.get(channel) ?? [];
    return user === undefined ? all : all.filter(({ to }) => to === undefined || to === user);
  }

  home(user: string): View | undefined {
    return this.#homes.get(user);
  }

  /** What lies on top. local-slack has one stack for all. */
  modal(_user: string): View | undefined {
    return this.#stack.at(-1);
  }

  errors(_user: string): Record<string, string> {
    return this.#errors;
  }

  command(user: string, channel: string, text = ''): Promise<Reply> {
    return this.#do('command', { channel, user, command: '/isitpublic', text });
  }

  press(user: string, on: Message | View, which: Which, { value }: { value?: string | string[] } = {}): Promise<Reply> {
    const found = findElement(on.blocks, which);
    const said = found.element.type === 'button' ? [] : [[keyOf(found), stateOf(found.element, value)] as const];
    this.#pressed = { on, state: { values: valuesOf(on.blocks, new Map(said)) } };
    const place = 'ts' in on ? { channel: on.channel, messageTs: on.ts } : { channel: this.dm(user), messageTs: '0' };
    return this.#do('interact', { ...place, user, action: actionOf(found, value) });
  }

  submit(user: string, values: Record<string, string | string[]> = {}): Promise<Reply> {
    const view = this.modal(user);
    if (!view) throw new Error('No modal is open');
    const filled = valuesOf(view.blocks, fillIn(view.blocks, values));
    return this.#acked('view_submit', async () =>
      this.#ui?.send(JSON.stringify({ t: 'view_submit', user, values: filled })),
    );
  }

  close(user: string): void {
    this.#ui?.send(JSON.stringify({ t: 'view_close', user }));
  }

  openHome(user: string): Promise<Reply> {
    return this.#do('open-home', { user });
  }

  say(user: string, text: string): Promise<Reply> {
    return this.#do('message', { channel: this.dm(user), user, text });
  }

  /** A file out of a message, as its reader saves it. */
  async download({ url_private }: Json): Promise<Buffer> {
    const headers = { authorization: `Bearer ${app.botToken}` };
    return Buffer.from(await (await fetch(String(url_private), { headers })).arrayBuffer());
  }

  async settled(quiet = 120): Promise<void> {
    const from = Date.now();
    await until(
      () => this.#busy === 0 && Date.now() - Math.max(from, this.#last) >= quiet,
      'calls still come in',
      15_000,
    );
  }

  until(holds: () => unknown, what = 'something on local-slack'): Promise<void> {
    return until(holds, () => `${what}; faults: ${this.faults.join('; ') || 'none'}`);
  }

  // What people do.

  #do(verb: string, body: Json): Promise<Reply> {
    return this.#acked(verb, async () => {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(`${this.#origin}/_control/${verb}`, {
        method: 'POST',
        headers,
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`${verb}: ${response.status} ${await response.text()}`);
    });
  }

  /** Does something, and waits for what the program acknowledges it with, as local-slack has heard it. */
  async #acked(what: string, act: () => Promise<unknown>): Promise<Reply> {
    const before = this.#acks.length;
    const began = performance.now();
    await act();
    await until(() => this.#acks.length > before, `the program to acknowledge ${what}`);
    this.#pressed = undefined;
    const { status, text } = this.#acks[before]!;
    return { status, text, ms: performance.now() - began, sent: { body: '', contentType: '' } };
  }

  // What local-slack shows.

  async #watch(): Promise<void> {
    const ui = new WebSocket(`${this.#origin.replace('http', 'ws')}/ui`);
    let ready = false;
    ui.onmessage = ({ data }) => {
      this.#see(JSON.parse(String(data)) as Json);
      ready = true;
    };
    this.#ui = ui;
    await until(() => ready, 'local-slack to show itself');
  }

  #see(news: Json): void {
    this.#last = Date.now();
    const { t, message, channel, stack, errors, user, view, entry, state } = news;
    if (t === 'init' && isObject(state)) this.#begin(state);
    if (t === 'channel' && isObject(channel)) this.#channels.set(String(channel.id), channel);
    if ((t === 'message' || t === 'message_update') && isObject(message)) this.#draw(message);
    if (t === 'message_delete') {
      const left = this.messages(String(channel)).filter(({ ts }) => ts !== news.ts);
      this.#messages.set(String(channel), left);
    }
    if (t === 'view') {
      this.#stack = listOf(stack) as View[];
      this.#errors = {};
    }
    if (t === 'view_errors') this.#errors = isObject(errors) ? (errors as Record<string, string>) : {};
    if (t === 'home' && isObject(view)) this.#homes.set(String(user), view as View);
    if (t === 'log' && isObject(entry)) this.#hear(entry);
    if (t === 'socket_status') this.#connected = news.connected === true;
    if (['view', 'view_errors', 'home', 'message_delete'].includes(String(t))) this.drawn += 1;
  }

  #begin(state: Json): void {
    for (const channel of listOf(state.channels)) this.#channels.set(String(channel.id), channel);
  }

  #draw(said: Json): void {
    const channel = String(said.channel);
    const ts = String(said.ts);
    const all = this.messages(channel);
    const before = all.find((one) => one.ts === ts);
    const message: Message = {
      channel,
      ts,
      user: String(said.user),
      text: String(said.text ?? ''),
      blocks: listOf(said.blocks),
      ...(said.ephemeral_to !== undefined && { to: String(said.ephemeral_to) }),
      ...(said.files !== undefined && { files: listOf(said.files) }),
      drawn: (before?.drawn ?? 0) + 1,
    };
    this.#messages.set(channel, before ? all.map((one) => (one === before ? message : one)) : [...all, message]);
    if (message.user !== app.botUserId) return;
    this.drawn += 1;
    // Over a socket, answers through a response url do not come by here before they are shown.
    const { text, blocks, files } = message;
    if (this.mode === 'socket' && !files) this.#check({ text, ...(blocks.length > 0 && { blocks }) }, 'shown');
  }

  #hear({ direction, kind, summary, detail }: Json): void {
    const status = /^HTTP (\d+)/.exec(String(summary))?.[1];
    // After it was killed, it does not know what it was shown before.
    const forgotten = this.#moved.size > 0 && String(summary).endsWith('message_not_found');
    if (direction === 'internal' && !forgotten) this.faults.push(`local-slack: ${summary}`);
    if (direction !== 'from_bot' || (kind !== 'ack' && status === undefined)) return;
    const text = typeof detail === 'string' ? detail : detail === undefined ? '' : JSON.stringify(detail);
    this.#acks.push({ status: Number(status ?? 200), text });
    const said = status === undefined || status === '200' ? payloadOfAck(text) : undefined;
    if (said && Object.keys(said).length > 0) this.#check(said, 'ack');
  }

  #dm(user: string): string | undefined {
    const isTheirs = ({ is_im, members }: Json) => is_im && Array.isArray(members) && members.includes(user);
    return [...this.#channels].find(([, channel]) => isTheirs(channel))?.[0];
  }

  // The façade.

  async #raise(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    this.#facade = server;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.address);
    this.#busy += 1;
    this.#last = Date.now();
    try {
      const body = await readBody(request);
      if (pathname.startsWith('/api/')) await this.#call(pathname.slice(5), request, body, response);
      else if (pathname.startsWith('/response/')) await this.#respond(pathname, body, response);
      else await this.#tell(request, body.toString('utf8'), response);
    } catch (fault) {
      if (this.#isUp) this.faults.push(`${pathname}: ${fault}`);
      response.writeHead(502).end();
    } finally {
      this.#busy -= 1;
      this.#last = Date.now();
    }
  }

  /** A call of the program: refused where Slack would refuse it, and otherwise passed on. */
  async #call(method: string, request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const args = argumentsOf(body, request.headers['content-type']);
    // A conversation keeps its id, whatever becomes of Slack.
    if (args.channel !== undefined) args.channel = this.#moved.get(String(args.channel)) ?? args.channel;
    const call: LocalSlack['calls'][number] = { method, args };
    this.calls.push(call);
    const token = method === 'apps.connections.open' ? app.appToken : app.botToken;
    const error = request.headers.authorization === `Bearer ${token}` ? this.#refusal(method, args) : 'invalid_auth';
    const answer: Json = error === undefined ? await this.#callLocal(method, args, token) : { ok: false, error };
    if (answer.ok === false) call.error = String(answer.error);
    if (call.error === 'unknown_method') this.faults.push(`${method}: unknown_method`);
    if (isObject(answer.user) && String(args.include_locale) === 'true')
      answer.user.locale = this.locales[String(args.user)] ?? 'sv-SE';
    send(response, 200, answer);
  }

  #refusal(method: string, args: Json): string | undefined {
    if (!this.#check(payloadIn(method, args), method)) return 'invalid_blocks';
    if (this.mode === 'socket' || (method !== 'views.open' && method !== 'views.push')) return undefined;
    const trigger = this.#triggers.get(String(args.trigger_id));
    if (!trigger) return 'invalid_trigger_id';
    trigger.used += 1;
    if (trigger.used > 1) return 'exchanged_trigger_id';
    if (Date.now() - trigger.at > 3000) return 'expired_trigger_id';
    return method === 'views.push' && this.#stack.length >= 3 ? 'push_limit_reached' : undefined;
  }

  async #callLocal(method: string, args: Json, token = app.botToken): Promise<Json> {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const response = await fetch(`${this.#origin}/api/${method}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(args),
    });
    return (await response.json()) as Json;
  }

  /** Something for the program: its response url leads to the façade, and it is signed again. */
  async #tell(request: IncomingMessage, body: string, response: ServerResponse): Promise<void> {
    const contentType = request.headers['content-type'] ?? '';
    const told = contentType.startsWith('application/json') ? body : this.#rewrite(body);
    const headers = signed(told, contentType, app.signingSecret);
    if (this.#falling) await this.down();
    const answer = await fetch(this.#endpoint, { method: 'POST', headers, body: told });
    this.#falling = false;
    const type = answer.headers.get('content-type') ?? 'text/plain';
    response.writeHead(answer.status, { 'content-type': type }).end(await answer.text());
  }

  #rewrite(body: string): string {
    const fields = Object.fromEntries(new URLSearchParams(body));
    const payload = readJson(fields.payload ?? '');
    const said: Json = isObject(payload) ? payload : fields;
    this.#triggers.set(String(said.trigger_id), { at: Date.now(), used: 0 });
    if (said.response_url !== undefined) {
      const path = `/response/${this.#responseUrls.size}`;
      this.#responseUrls.set(path, { to: String(said.response_url), at: Date.now(), used: 0 });
      said.response_url = this.address + path;
    }
    if (said.type === 'block_actions') this.#complete(said);
    return new URLSearchParams(said === fields ? fields : { payload: JSON.stringify(said) }).toString();
  }

  /** Puts in what local-slack leaves out: what the elements say, and in which view they stand. */
  #complete(action: Json): void {
    if (!this.#pressed) return;
    const { on, state } = this.#pressed;
    if ('ts' in on) action.state = state;
    else {
      for (const key of ['channel', 'message', 'response_url', 'state']) delete action[key];
      Object.assign(action, { container: { type: 'view', view_id: on.id }, view: { ...on, state } });
    }
  }

  async #respond(path: string, body: Buffer, response: ServerResponse): Promise<void> {
    const args = argumentsOf(body, 'application/json');
    this.calls.push({ method: 'response_url', args });
    const url = this.#responseUrls.get(path);
    if (!url || Date.now() - url.at > 30 * 60_000) return send(response, 404, { ok: false, error: 'expired_url' });
    url.used += 1;
    if (url.used > 5) return send(response, 404, { ok: false, error: 'used_url' });
    if (!this.#check(args, 'response_url')) return send(response, 400, { ok: false, error: 'invalid_blocks' });
    const headers = { 'content-type': 'application/json' };
    // Slack keeps an answer to the one who asked, unless it is told otherwise; local-slack does the opposite.
    const told = { ...args, response_type: args.response_type ?? 'ephemeral' };
    const answer = await fetch(url.to, { method: 'POST', headers, body: JSON.stringify(told) });
    send(response, answer.status, { ok: answer.ok });
  }

  #check(payload: unknown, where: string): boolean {
    const faults = payload === undefined ? [] : faultsIn(payload);
    this.faults.push(...faults.map((fault) => `${where}: ${fault}`));
    return faults.length === 0;
  }
}

function send(response: ServerResponse, status: number, answer: Json) {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
}
