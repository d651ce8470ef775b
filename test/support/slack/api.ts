import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { asKept } from './elements.ts';
import { faultsIn, isObject, type Json, listOf } from './limits.ts';
import { argumentsOf, type Message, payloadIn, readBody, until, type View } from './wire.ts';

interface User {
  id: string;
  name?: string;
  locale?: string;
  tz?: string;
}

interface Channel {
  id: string;
  name: string;
  /** Users, and the bot where it was invited. */
  members: string[];
}

export interface Settings {
  users: User[];
  channels: Channel[];
  teamId: string;
  domain: string;
  appId: string;
  botUserId: string;
  token: string;
  secret: string;
  clientId: string;
  clientSecret: string;
}

const usual: Settings = {
  users: [
    { id: 'U0ANNA', name: 'anna', locale: 'sv-SE', tz: 'Europe/Stockholm' },
    { id: 'U0BEA', name: 'bea', locale: 'en-GB', tz: 'Europe/London' },
    { id: 'U0REV', name: 'rolf', locale: 'sv-SE', tz: 'Europe/Stockholm' },
  ],
  channels: [
    { id: 'C0ALL', name: 'general', members: ['U0ANNA', 'U0BEA', 'U0REV', 'U0BOT'] },
    { id: 'C0OTHER', name: 'without-bot', members: ['U0ANNA', 'U0BEA'] },
    { id: 'C0REVIEW', name: 'review', members: ['U0REV', 'U0BOT'] },
  ],
  teamId: 'T0REC',
  domain: 'records-test',
  appId: 'A0PUB',
  botUserId: 'U0BOT',
  token: 'xoxb-test',
  secret: 'a signing secret for tests',
  clientId: '1.1',
  clientSecret: 'a client secret for tests',
};

/** Where a token is valid. */
export interface Installation {
  teamId: string;
  enterpriseId?: string;
  enterpriseInstall?: boolean;
}

/** How calls go wrong: an HTTP status, an error by its code, no answer at all, or a line that breaks. */
interface Failure {
  with: 'timeout' | 'drop connection' | number | (string & {});
  /** How many calls, one where nothing is said. */
  times?: number;
  /** Seconds, for a 429. */
  retryAfter?: number;
  /** The call does its work all the same, and only its answer is lost. */
  done?: boolean;
}

/** One call of the program. */
interface Call {
  method: string;
  args: Json;
  at: number;
  /** Why it was refused. */
  error?: string;
}

interface Trigger {
  user: string;
  at: number;
  used: boolean;
  view: boolean;
}

interface ResponseUrl {
  user: string;
  channel: string;
  message: Message | undefined;
  uses: number;
  at: number;
}

interface Upload {
  id: string;
  name: string;
  length: number;
  bytes?: Buffer;
  title?: string;
  channel?: string;
}

type Answer = Json & { status?: number };
type Method = (args: Json, caller: Installation & { token: string }) => Json;

class Refusal extends Error {}

function refuse(error: string): never {
  throw new Refusal(error);
}

/** Slack's Web API, as strict as the real one, and with a memory; what people do in Slack comes with `Workspace`. */
export class Api {
  readonly settings: Settings;
  /** Everything that Slack would have refused or that must never be sent. Each test expects none. */
  readonly faults: string[] = [];
  readonly calls: Call[] = [];
  readonly files: Upload[] = [];
  /** The user groups, and who is in them. */
  readonly groups: { id: string; users: string[] }[] = [];
  readonly unfurls: { channel: string; ts: string; unfurls: Json }[] = [];
  drawn = 0;
  protected readonly users = new Map<string, User>();
  protected readonly channels = new Map<string, Channel>();
  protected readonly stacks = new Map<string, View[]>();
  protected readonly problems = new Map<string, Record<string, string>>();
  protected readonly shared = new Map<string, { channel: string; ts: string; urls: string[] }>();
  readonly #kept = new Map<string, Message[]>();
  readonly #homes = new Map<string, View>();
  readonly #tokens = new Map<string, Installation & { token: string; revoked: boolean }>();
  readonly #codes = new Map<string, Installation>();
  readonly #triggers = new Map<string, Trigger>();
  readonly #responseUrls = new Map<string, ResponseUrl>();
  readonly #failures = new Map<string, Failure[]>();
  readonly #delays = new Map<string, number>();
  #server: Server | undefined;
  #port = 0;
  #busy = 0;
  #last = 0;
  #skew = 0;
  #count = 0;

  constructor(settings: Partial<Settings>) {
    this.settings = { ...usual, ...settings };
    for (const user of this.settings.users) this.users.set(user.id, user);
    for (const channel of this.settings.channels) this.channels.set(channel.id, channel);
    this.install(this.settings.token, { teamId: this.settings.teamId });
  }

  /** What the program is to be started with. */
  get env(): Record<string, string> {
    return {
      SLACK_BOT_TOKEN: this.settings.token,
      SLACK_SIGNING_SECRET: this.settings.secret,
      SLACK_API_URL: `${this.address}/api/`,
    };
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Takes connections, on the same port as before. */
  async up(): Promise<void> {
    const server = createServer((request, response) => void this.#serve(request, response));
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Takes no connections any more, and breaks those that there are. */
  async down(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (!server) return;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  /** The next calls of a method, or of 'response_url' or 'upload', go wrong. */
  fail(method: string, failure: Failure): void {
    this.#failures.set(method, [...(this.#failures.get(method) ?? []), { times: 1, ...failure }]);
  }

  /** From now on a method takes its time. */
  delay(method: string, ms: number): void {
    this.#delays.set(method, ms);
  }

  /** Lets time go by for what runs out: trigger ids and response urls. */
  pass(ms: number): void {
    this.#skew += ms;
  }

  /** Makes a token valid, or valid again. */
  install(token: string, where: Installation): void {
    this.#tokens.set(token, { ...where, token, revoked: false });
  }

  /** From now on the token is answered with `token_revoked`. */
  revoke(token = this.settings.token): void {
    const known = this.#tokens.get(token);
    if (known) known.revoked = true;
  }

  /** Somebody agrees to the installation. @returns the code that the program exchanges for a token */
  grant(where: Partial<Installation> = {}): string {
    const code = `code-${this.#next()}`;
    this.#codes.set(code, { teamId: this.settings.teamId, ...where });
    return code;
  }

  called(method: string): Call[] {
    return this.calls.filter((call) => call.method === method);
  }

  async settled(quiet = 80): Promise<void> {
    const from = Date.now();
    await until(
      () => this.#busy === 0 && Date.now() - Math.max(from, this.#last) >= quiet,
      'calls still come in',
      15_000,
    );
  }

  until(holds: () => unknown, what: string | (() => string) = () => this.#say()): Promise<void> {
    return until(holds, what);
  }

  dm(user: string): string {
    const id = `D${user.slice(1)}`;
    if (!this.users.has(user)) throw new Error(`Nobody is called ${user}`);
    if (!this.channels.has(id))
      this.channels.set(id, { id, name: 'directmessage', members: [user, this.settings.botUserId] });
    return id;
  }

  messages(channel: string, user?: string): Message[] {
    const all = this.#kept.get(channel) ?? [];
    return user === undefined ? all : all.filter(({ to }) => to === undefined || to === user);
  }

  home(user: string): View | undefined {
    return this.#homes.get(user);
  }

  modal(user: string): View | undefined {
    return this.stacks.get(user)?.at(-1);
  }

  errors(user: string): Record<string, string> {
    return this.problems.get(user) ?? {};
  }

  protected newTrigger(user: string, view = false): string {
    const id = `${this.#next()}.${this.#next()}.${Math.random().toString(16).slice(2)}`;
    this.#triggers.set(id, { user, at: this.#now(), used: false, view });
    return id;
  }

  protected newResponseUrl(user: string, channel: string, message?: Message): string {
    const id = `${this.settings.teamId}/${this.#next()}/${Math.random().toString(36).slice(2)}`;
    this.#responseUrls.set(id, { user, channel, message, uses: 0, at: this.#now() });
    return `${this.address}/response/${id}`;
  }

  protected post(channel: string, user: string, said: Json, to?: string): Message {
    const message: Message = {
      channel,
      ts: `${Math.floor(Date.now() / 1000)}.${String(this.#next()).padStart(6, '0')}`,
      user,
      text: String(said.text ?? ''),
      blocks: asKept(said.blocks),
      ...(to !== undefined && { to }),
      drawn: 1,
    };
    this.#kept.set(channel, [...this.messages(channel), message]);
    if (user === this.settings.botUserId) this.drawn += 1;
    return message;
  }

  /** Notes what is wrong with a payload. @returns whether nothing is. */
  protected check(payload: unknown, where: string): boolean {
    const faults = payload === undefined ? [] : faultsIn(payload);
    this.faults.push(...faults.map((fault) => `${where}: ${fault}`));
    return faults.length === 0;
  }

  protected keepView(given: Json, before?: View): View {
    const id = before?.id ?? `V${this.#next()}`;
    return {
      private_metadata: '',
      callback_id: '',
      external_id: '',
      title: null,
      submit: null,
      close: null,
      clear_on_close: false,
      notify_on_close: false,
      root_view_id: before?.root_view_id ?? id,
      previous_view_id: before?.previous_view_id ?? null,
      ...given,
      id,
      type: given.type === 'home' ? 'home' : 'modal',
      team_id: this.settings.teamId,
      app_id: this.settings.appId,
      app_installed_team_id: this.settings.teamId,
      bot_id: this.#botId,
      state: { values: {} },
      hash: `${Math.floor(Date.now() / 1000)}.${this.#next()}`,
      blocks: asKept(given.blocks),
    };
  }

  protected show(user: string, stack: View[]): void {
    this.stacks.set(user, stack);
    this.problems.delete(user);
    this.drawn += 1;
  }

  /** One more modal above those that are open. */
  protected push(user: string, given: Json): View {
    const stack = this.stacks.get(user) ?? [];
    if (stack.length >= 3) refuse('push_limit_reached');
    const view = this.keepView(given);
    const root_view_id = stack[0]?.id ?? view.id;
    const placed = { ...view, root_view_id, previous_view_id: stack.at(-1)?.id ?? null };
    this.show(user, [...stack, placed]);
    return placed;
  }

  /** A message as Slack gives it back. */
  protected asPayload(message: Message): Json {
    const { ts, user, text, blocks, files } = message;
    const bot = user === this.settings.botUserId && { bot_id: this.#botId, app_id: this.settings.appId };
    const team = this.settings.teamId;
    return { type: 'message', user, ts, ...bot, text, team, blocks, ...(files && { files }) };
  }

  get #botId(): string {
    return `B${this.settings.botUserId.slice(1)}`;
  }

  #now(): number {
    return Date.now() + this.#skew;
  }

  #next(): number {
    this.#count += 1;
    return this.#count;
  }

  #say(): string {
    const last = this.calls.slice(-5).map(({ method, error }) => (error ? `${method} (${error})` : method));
    return `last called: ${last.join(', ') || 'nothing'}; faults: ${this.faults.join('; ') || 'none'}`;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', this.address);
    const [, room, ...rest] = pathname.split('/');
    const method = room === 'api' ? rest.join('/') : room === 'response' ? 'response_url' : String(room);
    this.#busy += 1;
    this.#last = Date.now();
    try {
      const body = await readBody(request);
      const args = method === 'upload' ? {} : argumentsOf(body, request.headers['content-type']);
      const call: Call = { method, args, at: Date.now() };
      this.calls.push(call);
      await new Promise((resolve) => setTimeout(resolve, this.#delays.get(method) ?? 0));
      const failure = this.#nextFailure(method);
      const answer = () =>
        room === 'api'
          ? this.#call(call, request.headers.authorization)
          : room === 'response'
            ? this.#respond(call, rest.join('/'))
            : this.#upload(rest.join('/'), body, request.headers['content-type']);
      const given = failure && !failure.done ? {} : await answer();
      if (failure) this.#goWrong(response, call, failure);
      else this.#answer(response, call, given);
    } catch (fault) {
      this.faults.push(`${method}: ${fault}`);
      response.writeHead(500).end();
    } finally {
      this.#busy -= 1;
      this.#last = Date.now();
    }
  }

  #nextFailure(method: string): Failure | undefined {
    const failure = this.#failures.get(method)?.find(({ times = 1 }) => times > 0);
    if (failure) failure.times = (failure.times ?? 1) - 1;
    return failure;
  }

  #goWrong(response: ServerResponse, call: Call, { with: how, retryAfter = 1 }: Failure): void {
    call.error = String(how);
    if (how === 'timeout') return;
    if (how === 'drop connection') response.destroy();
    else if (typeof how === 'string')
      this.#answer(response, call, { ok: false, error: how, ...(call.method === 'response_url' && { status: 404 }) });
    else
      response
        .writeHead(how, how === 429 ? { 'retry-after': String(retryAfter) } : {})
        .end(how === 429 ? JSON.stringify({ ok: false, error: 'ratelimited' }) : 'Something went wrong');
  }

  #answer(response: ServerResponse, call: Call, { status = 200, ...answer }: Answer): void {
    if (answer.ok === false) call.error = String(answer.error);
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(answer));
  }

  #call({ method, args }: Call, authorization = ''): Answer {
    try {
      const known = this.#methods[method];
      if (!known) {
        this.faults.push(`${method}: unknown_method`);
        return { ok: false, error: 'unknown_method' };
      }
      const caller = method === 'oauth.v2.access' ? undefined : this.#caller(authorization, args);
      const before = this.faults.length;
      if (!this.check(payloadIn(method, args), method)) {
        const messages = this.faults.slice(before);
        return { ok: false, error: 'invalid_blocks', response_metadata: { messages } };
      }
      const given = { teamId: this.settings.teamId, token: '', ...caller };
      return { ok: true, ...known(method === 'oauth.v2.access' ? { ...basic(authorization), ...args } : args, given) };
    } catch (fault) {
      if (fault instanceof Refusal) return { ok: false, error: fault.message };
      throw fault;
    }
  }

  #caller(authorization: string, args: Json) {
    const token = /^Bearer (\S+)$/.exec(authorization)?.[1] ?? String(args.token ?? '');
    if (token === '') refuse('not_authed');
    const known = this.#tokens.get(token) ?? refuse('invalid_auth');
    return known.revoked ? refuse('token_revoked') : known;
  }

  readonly #methods: Record<string, Method> = {
    'auth.test': (_, { teamId, enterpriseId, enterpriseInstall = false }) => ({
      url: `https://${this.settings.domain}.slack.com/`,
      team: this.settings.domain,
      user: 'isitpublic',
      team_id: teamId,
      user_id: this.settings.botUserId,
      bot_id: this.#botId,
      ...(enterpriseId && { enterprise_id: enterpriseId }),
      is_enterprise_install: enterpriseInstall,
    }),
    'auth.revoke': (_, { token }) => {
      this.revoke(token);
      return { revoked: true };
    },
    'team.info': (_, { teamId }) => ({
      team: { id: teamId, name: this.settings.domain, domain: this.settings.domain },
    }),
    'oauth.v2.access': (args) => this.#exchange(args),
    'users.info': ({ user, include_locale }) => {
      const {
        id,
        name = '',
        locale = 'en-US',
        tz = 'Europe/Stockholm',
      } = this.users.get(String(user)) ?? refuse('user_not_found');
      const withLocale = String(include_locale) === 'true' && { locale };
      const team_id = this.settings.teamId;
      return { user: { id, team_id, name, real_name: name, deleted: false, is_bot: false, tz, ...withLocale } };
    },
    'usergroups.list': ({ include_users }) => ({
      usergroups: this.groups.map(({ id, users }) => ({
        ...{ id, team_id: this.settings.teamId, is_usergroup: true, name: id, handle: id.toLowerCase() },
        ...(String(include_users) === 'true' && { users }),
      })),
    }),
    'conversations.open': ({ users, channel }) => {
      if (channel !== undefined) return { channel: { id: this.#channel(channel).id } };
      if (!this.users.has(String(users))) refuse('user_not_found');
      return { channel: { id: this.dm(String(users)) } };
    },
    'chat.postMessage': (args) => {
      const channel = this.#channel(args.channel);
      if (!channel.members.includes(this.settings.botUserId)) refuse('not_in_channel');
      const message = this.post(channel.id, this.settings.botUserId, args);
      return { channel: channel.id, ts: message.ts, message: this.asPayload(message) };
    },
    'chat.update': (args) => {
      const message = this.#message(args.channel, args.ts);
      if (message.user !== this.settings.botUserId) refuse('cant_update_message');
      this.#redraw(message, args);
      return { channel: message.channel, ts: message.ts, text: message.text, message: this.asPayload(message) };
    },
    'chat.postEphemeral': (args) => {
      const channel = this.#channel(args.channel);
      if (!channel.members.includes(this.settings.botUserId)) refuse('not_in_channel');
      if (!channel.members.includes(String(args.user))) refuse('user_not_in_channel');
      return { message_ts: this.post(channel.id, this.settings.botUserId, args, String(args.user)).ts };
    },
    'chat.getPermalink': ({ channel, message_ts }) => {
      const message = this.#message(channel, message_ts);
      const path = `archives/${message.channel}/p${message.ts.replace('.', '')}`;
      return { channel: message.channel, permalink: `https://${this.settings.domain}.slack.com/${path}` };
    },
    'chat.unfurl': ({ channel, ts, unfurl_id, unfurls }) => {
      const link = this.shared.get(String(unfurl_id ?? `${channel} ${ts}`)) ?? refuse('cannot_find_message');
      if (!isObject(unfurls)) return refuse('missing_unfurls');
      if (Object.keys(unfurls).some((url) => !link.urls.includes(url))) refuse('cannot_unfurl_url');
      const message = this.#message(link.channel, link.ts);
      message.unfurls = unfurls;
      this.unfurls.push({ channel: link.channel, ts: link.ts, unfurls });
      return {};
    },
    'views.open': ({ trigger_id, view }) => {
      const { user, view: within } = this.#exchangeTrigger(trigger_id);
      if ((view as Json).type !== 'modal') refuse('invalid_arguments');
      if (!within) this.stacks.delete(user);
      return { view: this.push(user, view as Json) };
    },
    'views.push': ({ trigger_id, view }) => {
      const { user, view: within } = this.#exchangeTrigger(trigger_id);
      if (!within) refuse('no_open_view');
      return { view: this.push(user, view as Json) };
    },
    'views.update': ({ view_id, external_id, hash, view }) => {
      for (const [user, stack] of this.stacks) {
        const i = stack.findIndex(({ id, external_id: name }) =>
          view_id === undefined ? name === external_id && name !== '' : id === view_id,
        );
        const before = stack[i];
        if (!before) continue;
        if (hash !== undefined && hash !== before.hash) refuse('hash_conflict');
        const kept = this.keepView(view as Json, before);
        this.show(user, stack.with(i, kept));
        return { view: kept };
      }
      return refuse('not_found');
    },
    'views.publish': ({ user_id, hash, view }) => {
      const user = String(user_id);
      if (!this.users.has(user)) refuse('user_not_found');
      if ((view as Json).type !== 'home') refuse('invalid_arguments');
      const before = this.#homes.get(user);
      if (hash !== undefined && before && hash !== before.hash) refuse('hash_conflict');
      const kept = this.keepView(view as Json, before);
      this.#homes.set(user, kept);
      this.drawn += 1;
      return { view: kept };
    },
    'files.getUploadURLExternal': ({ filename, length }) => {
      if (!filename || !(Number(length) > 0)) refuse('invalid_arguments');
      const file = { id: `F${this.#next()}`, name: String(filename), length: Number(length) };
      this.files.push(file);
      return { file_id: file.id, upload_url: `${this.address}/upload/${file.id}` };
    },
    'files.completeUploadExternal': (args) => this.#share(args),
  };

  #exchange({ code, client_id, client_secret }: Json): Json {
    const { clientId, clientSecret, appId, botUserId, domain } = this.settings;
    if (client_id !== clientId) refuse('invalid_client_id');
    if (client_secret !== clientSecret) refuse('bad_client_secret');
    const where = this.#codes.get(String(code)) ?? refuse('invalid_code');
    this.#codes.delete(String(code));
    const access_token = `xoxb-${this.#next()}`;
    this.install(access_token, where);
    return {
      access_token,
      token_type: 'bot',
      scope: 'commands,chat:write,im:write,im:history,users:read',
      bot_user_id: botUserId,
      app_id: appId,
      team: where.enterpriseInstall ? null : { id: where.teamId, name: domain },
      enterprise: where.enterpriseId ? { id: where.enterpriseId, name: where.enterpriseId } : null,
      is_enterprise_install: where.enterpriseInstall ?? false,
      authed_user: { id: this.settings.users[0]?.id },
    };
  }

  #channel(id: unknown): Channel {
    const name = String(id);
    return this.channels.get(this.users.has(name) ? this.dm(name) : name) ?? refuse('channel_not_found');
  }

  #message(channel: unknown, ts: unknown): Message {
    const all = this.messages(this.#channel(channel).id);
    return all.find((one) => one.ts === ts && one.to === undefined) ?? refuse('message_not_found');
  }

  #redraw(message: Message, { text, blocks }: Json): void {
    Object.assign(message, { text: String(text), blocks: asKept(blocks), drawn: message.drawn + 1 });
    this.drawn += 1;
  }

  #exchangeTrigger(id: unknown): Trigger {
    const trigger = this.#triggers.get(String(id)) ?? refuse('invalid_trigger_id');
    if (trigger.used) refuse('exchanged_trigger_id');
    if (this.#now() - trigger.at > 3000) refuse('expired_trigger_id');
    trigger.used = true;
    return trigger;
  }

  #respond({ args }: Call, id: string): Answer {
    const url = this.#responseUrls.get(id);
    if (!url) return { status: 404, ok: false, error: 'expired_url' };
    if (this.#now() - url.at > 30 * 60_000) return { status: 404, ok: false, error: 'expired_url' };
    url.uses += 1;
    if (url.uses > 5) return { status: 404, ok: false, error: 'used_url' };
    if (!this.check(args, 'response_url')) return { status: 400, ok: false, error: 'invalid_blocks' };
    const there = url.message && this.messages(url.channel).includes(url.message) ? url.message : undefined;
    if (args.delete_original || args.replace_original) {
      // What a command or a shortcut leads to has no message of the bot that could be replaced.
      if (!url.message) this.faults.push('response_url: there is no original');
      if (!there) return { status: 404, ok: false, error: 'message_not_found' };
      if (args.replace_original) this.#redraw(there, args);
      else this.#remove(there);
    } else
      this.post(url.channel, this.settings.botUserId, args, args.response_type === 'in_channel' ? undefined : url.user);
    return { ok: true };
  }

  #remove(message: Message): void {
    this.#kept.set(
      message.channel,
      this.messages(message.channel).filter((one) => one !== message),
    );
    this.drawn += 1;
  }

  async #upload(id: string, body: Buffer, contentType = ''): Promise<Answer> {
    const file = this.files.find((one) => one.id === id);
    if (!file) return { status: 404, ok: false, error: 'file_not_found' };
    const bytes = contentType.startsWith('multipart/') ? await fromForm(body, contentType) : body;
    if (bytes.length !== file.length) return { status: 400, ok: false, error: 'length_mismatch' };
    file.bytes = bytes;
    return { ok: true };
  }

  #share({ files, channel_id, initial_comment }: Json): Json {
    const given = listOf(files).map(({ id, title }) => {
      const file = this.files.find((one) => one.id === id && one.bytes) ?? refuse('file_not_found');
      file.title = String(title ?? file.name);
      return file;
    });
    if (given.length === 0) refuse('invalid_arguments');
    const shown = given.map(({ id, name, title, length }) => ({ id, name, title, size: length }));
    if (channel_id !== undefined) {
      const channel = this.#channel(channel_id);
      if (!channel.members.includes(this.settings.botUserId)) refuse('not_in_channel');
      for (const file of given) file.channel = channel.id;
      const message = this.post(channel.id, this.settings.botUserId, { text: initial_comment });
      message.files = shown;
    }
    return { files: shown };
  }
}

async function fromForm(body: Buffer, contentType: string): Promise<Buffer> {
  const form = await new Response(new Uint8Array(body), { headers: { 'content-type': contentType } }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file instanceof File ? Buffer.from(await file.arrayBuffer()) : Buffer.alloc(0);
}

/** The client's id and secret, where they come as a header. */
function basic(authorization: string): Json {
  const [client_id, client_secret] = Buffer.from(authorization.replace(/^Basic /, ''), 'base64')
    .toString()
    .split(':');
  return authorization.startsWith('Basic ') ? { client_id, client_secret } : {};
}
