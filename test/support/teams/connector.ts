import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isObject, type Json, listOf } from '../slack/limits.ts';
import { readBody, readJson, until } from '../slack/wire.ts';
import { cardType, faultsIn, faultsInActivity, isSame, type Place } from './cards.ts';

/** Somebody with an account in the tenant. */
export interface User {
  /** As the bot knows them. */
  id: string;
  aadObjectId: string;
  name: string;
  locale: string;
  /** Whether they have the app: without it nothing can be written to them alone. */
  hasApp: boolean;
}

/** Where people meet; a personal chat is one of them. */
export interface Room {
  id: string;
  type: 'personal' | 'groupChat' | 'channel';
  name: string;
  /** The ids of users. */
  members: string[];
  hasBot: boolean;
  team?: string;
  meeting?: string;
}

/** A message, as one person sees it. */
export interface Message {
  room: string;
  id: string;
  /** Who wrote it, the bot among them. */
  from: string;
  text: string;
  card?: Json;
  attachments: Json[];
  /** The message of a channel that this is a reply to. */
  thread?: string;
  /** Targeted: nobody but this user sees it. */
  to?: string;
  /** How often it has been drawn for them. */
  drawn: number;
}

export interface Settings {
  tenantId: string;
  botId: string;
  botName: string;
}

const usual: Settings = {
  tenantId: '11111111-0000-4000-8000-000000000001',
  botId: '28:22222222-0000-4000-8000-000000000002',
  botName: 'isitpublic',
};

/** What the program asks of the connector. */
type What = 'create' | 'post' | 'put' | 'delete' | 'members' | 'member' | 'upload';

/** One call of the program. */
export interface Call {
  what: What | 'unknown';
  method: string;
  path: string;
  room?: string;
  /** The message that is meant. */
  message?: string;
  targeted: boolean;
  body: Json;
  authorization?: string;
  at: number;
  /** When it was answered. */
  done?: number;
  status?: number;
  /** Why it was refused. */
  error?: string;
}

/** How calls go wrong; without anything else they only take their time. */
interface Failure {
  /** How many calls, one where nothing is said. */
  times?: number;
  /** Only these. */
  where?: (call: Call) => boolean;
  /** Answers with this, and does nothing. */
  status?: number;
  headers?: Record<string, string>;
  error?: { code: string; message?: string };
  /** So many milliseconds go by first. */
  hang?: number;
  /** The line breaks, before the call was taken or after. */
  reset?: 'before' | 'after';
  /** The call does its work all the same, and only its answer is another. */
  done?: boolean;
}

interface Upload {
  id: string;
  room: string;
  name: string;
  size: number;
  bytes?: Buffer;
}

class Refusal extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string) {
    super(`${status} ${code}`);
    this.status = status;
    this.code = code;
  }
}

function refuse(status: number, code: string): never {
  throw new Refusal(status, code);
}

/** The Bot Connector of one tenant, strict and with a memory; what people do in Teams comes with `Tenant`. */
export class Connector {
  readonly settings: Settings;
  /** Everything that Teams would have refused or that must never be sent. Each test expects none. */
  readonly faults: string[] = [];
  readonly calls: Call[] = [];
  readonly users = new Map<string, User>();
  readonly rooms = new Map<string, Room>();
  /** What was uploaded after somebody agreed to it. */
  readonly files: Upload[] = [];
  /** Counts everything that the program draws. */
  drawn = 0;
  readonly #kept = new Map<string, Message[]>();
  /** What an answer to a press has drawn for the one who pressed, until the message is drawn anew for all. */
  readonly #own = new Map<string, { card: Json | undefined; drawn: number }>();
  readonly #failures: [What, Failure][] = [];
  #server: Server | undefined;
  #port = 0;
  readonly #under = new Set<Call>();
  #count = 0;

  constructor(settings: Partial<Settings> = {}) {
    this.settings = { ...usual, ...settings };
  }

  get address(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Where the program is told to send its calls. */
  get serviceUrl(): string {
    return `${this.address}/emea/${this.settings.tenantId}/`;
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

  /** The next calls of this kind go wrong. */
  fail(what: What, failure: Failure): void {
    this.#failures.push([what, { times: 1, ...failure }]);
  }

  called(what: What): Call[] {
    return this.calls.filter((call) => call.what === what);
  }

  /** Waits until no call has come in for a while: for a room, or for any. */
  async settled(quiet = 80, room?: string): Promise<void> {
    const from = Date.now();
    const isAbout = (call: Call) => room === undefined || call.room === undefined || baseOf(call.room) === room;
    const isQuiet = () => {
      if ([...this.#under].some(isAbout)) return false;
      return Date.now() - Math.max(from, this.calls.findLast(isAbout)?.done ?? 0) >= quiet;
    };
    await until(isQuiet, 'calls still come in', 15_000);
  }

  until(holds: () => unknown, what: string | (() => string) = '', ms?: number): Promise<void> {
    return until(holds, () => `${typeof what === 'string' ? what : what()}; ${this.#say()}`, ms);
  }

  /** Somebody who has the app, unless it is said otherwise, and has never used it. */
  addUser(name: string, locale = 'sv-SE', hasApp = true): User {
    const n = this.next();
    const aadObjectId = `33333333-0000-4000-8000-${String(n).padStart(12, '0')}`;
    const user = { id: `29:1${name}-${n}`, aadObjectId, name, locale, hasApp };
    this.users.set(user.id, user);
    return user;
  }

  addRoom(room: Room): Room {
    this.rooms.set(room.id, room);
    return room;
  }

  /** The chat of this user with the bot, whether or not the program knows it already. */
  personal(user: string): string {
    const { name } = this.user(user);
    const id = `a:1${user.slice(3)}`;
    if (!this.rooms.has(id)) this.addRoom({ id, type: 'personal', name, members: [user], hasBot: true });
    return id;
  }

  /** All messages there, as this user sees them. */
  messages(room: string, user?: string): Message[] {
    const all = this.#kept.get(baseOf(room)) ?? [];
    if (user === undefined) return all.map((message) => ({ ...message }));
    return all.filter(({ to }) => to === undefined || to === user).map((message) => this.#seenBy(user, message));
  }

  /** A client that is opened anew shows what is stored, and nothing else. */
  reload(user: string): void {
    for (const key of this.#own.keys()) if (key.startsWith(`${user} `)) this.#own.delete(key);
  }

  /** Whether this user sees what everybody would see, and what is there after a reload. */
  isStored(user: string, { room, id }: Message): boolean {
    const own = this.#own.get(`${user} ${room} ${id}`)?.card;
    return own === undefined || isSame(own, this.#find(room, id)?.card);
  }

  /** Somebody deletes a message of the bot, or it is gone after a day, as whispers are. */
  remove({ room, id }: Message): void {
    this.#kept.set(
      room,
      (this.#kept.get(room) ?? []).filter((one) => one.id !== id),
    );
  }

  user(id: string): User {
    const user = this.users.get(id);
    if (!user) throw new Error(`Nobody is called ${id}`);
    return user;
  }

  room(id: string): Room {
    const room = this.rooms.get(baseOf(id));
    if (!room) throw new Error(`There is no room ${id}`);
    return room;
  }

  protected next(): number {
    this.#count += 1;
    return this.#count;
  }

  /** The id of a message: the millisecond in which it was sent. */
  protected newId(): string {
    return String(1_763_802_000_000 + this.next());
  }

  protected keep(message: Omit<Message, 'drawn'>): Message {
    const kept = { ...message, drawn: 1 };
    this.#kept.set(message.room, [...(this.#kept.get(message.room) ?? []), kept]);
    if (message.from === this.settings.botId) this.drawn += 1;
    return kept;
  }

  /** An answer to a press: it is drawn for the one who pressed, and for nobody else. */
  protected drawFor(user: string, { room, id }: Message, card: Json): void {
    const key = `${user} ${room} ${id}`;
    this.#own.set(key, { card, drawn: (this.#own.get(key)?.drawn ?? 0) + 1 });
    this.drawn += 1;
  }

  /** Notes what is wrong with a card. @returns whether nothing is. */
  protected check(card: unknown, where: string, place?: Place): boolean {
    return this.#note(faultsIn(card, place), where);
  }

  #note(faults: string[], where: string): boolean {
    this.faults.push(...faults.map((fault) => `${where}: ${fault}`));
    return faults.length === 0;
  }

  #say(): string {
    const last = this.calls.slice(-5).map(({ what, error }) => (error ? `${what} (${error})` : what));
    return `last called: ${last.join(', ') || 'nothing'}; faults: ${this.faults.join('; ') || 'none'}`;
  }

  #seenBy(user: string, message: Message): Message {
    const own = this.#own.get(`${user} ${message.room} ${message.id}`);
    if (!own) return { ...message };
    return { ...message, ...(own.card && { card: own.card }), drawn: message.drawn + own.drawn };
  }

  #find(room: string, id: string): Message | undefined {
    return this.#kept.get(room)?.find((message) => message.id === id);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const bytes = await readBody(request);
    const call = this.#read(request, bytes);
    this.calls.push(call);
    this.#under.add(call);
    try {
      await this.#answer(call, request, bytes, response);
    } catch (fault) {
      this.faults.push(`${call.method} ${call.path}: ${fault}`);
      response.writeHead(500).end();
    } finally {
      call.done = Date.now();
      this.#under.delete(call);
    }
  }

  #read({ method = '', url = '', headers }: IncomingMessage, bytes: Buffer): Call {
    const { pathname, searchParams } = new URL(url, this.address);
    const base = new URL(this.serviceUrl).pathname;
    const path = pathname.startsWith(`${base}v3/conversations`) ? pathname.slice(`${base}v3/`.length) : pathname;
    const [, room, part, message, ...rest] = path.split('/').map(decodeURIComponent);
    const body = readJson(bytes.toString('utf8'));
    const known = path !== pathname && rest.length === 0;
    return {
      what:
        pathname.startsWith('/upload/') && method === 'PUT' ? 'upload' : known ? kindOf(method, room, part) : 'unknown',
      method,
      path: pathname,
      ...(known && room && { room }),
      ...(known && message && { message }),
      targeted: searchParams.get('isTargetedActivity') === 'true',
      body: isObject(body) ? body : {},
      ...(headers.authorization && { authorization: headers.authorization }),
      at: Date.now(),
    };
  }

  async #answer(call: Call, request: IncomingMessage, bytes: Buffer, response: ServerResponse): Promise<void> {
    const failure = this.#nextFailure(call);
    if (failure?.hang) await new Promise((resolve) => setTimeout(resolve, failure.hang));
    const goesWrong = failure && (failure.status !== undefined || failure.reset !== undefined);
    const done = !goesWrong || failure.done || failure.reset === 'after';
    const [status, given] = done ? this.#do(call, request, bytes) : [0, {}];
    if (failure?.reset) {
      call.error = `reset ${failure.reset}`;
      response.destroy();
      return;
    }
    const error = failure?.error ?? { code: 'ServiceError' };
    const said =
      failure?.status === undefined ? given : failure.status >= 400 ? { error: { message: '', ...error } } : given;
    call.status = failure?.status ?? status;
    if (isObject(said.error)) call.error = String(said.error.code);
    const headers = { 'content-type': 'application/json; charset=utf-8', ...failure?.headers };
    response.writeHead(call.status, headers).end(JSON.stringify(said));
  }

  #nextFailure(call: Call): Failure | undefined {
    const isNext = ([what, { times = 1, where }]: [What, Failure]) =>
      what === call.what && times > 0 && (where?.(call) ?? true);
    const failure = this.#failures.find(isNext)?.[1];
    if (failure) failure.times = (failure.times ?? 1) - 1;
    return failure;
  }

  #do(call: Call, request: IncomingMessage, bytes: Buffer): [status: number, given: Json] {
    const before = this.faults.length;
    try {
      if (call.what === 'unknown') {
        this.faults.push(`${call.method} ${call.path}: is not known here`);
        refuse(404, 'NotFound');
      }
      const type = request.headers['content-type'] ?? '';
      if (['create', 'post', 'put'].includes(call.what) && !type.startsWith('application/json'))
        this.#note([`content-type: ${type}`], call.what);
      return this.#kinds[call.what as What](call, request, bytes);
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      const message = this.faults.slice(before).join('; ') || fault.code;
      return [fault.status, { error: { code: fault.code, message } }];
    }
  }

  readonly #kinds: Record<What, (call: Call, request: IncomingMessage, bytes: Buffer) => [number, Json]> = {
    create: ({ body }) => {
      if (!this.#note(this.#wrongRoom(body), 'create')) refuse(400, 'BadArgument');
      const member = listOf(body.members)[0]!.id;
      const user = [...this.users.values()].find(({ id, aadObjectId }) => id === member || aadObjectId === member);
      if (!user) return refuse(403, 'UserNotFound');
      if (!user.hasApp) return refuse(403, 'BotNotInConversationRoster');
      const id = this.personal(user.id);
      return [201, { id, serviceUrl: this.serviceUrl }];
    },
    post: (call) => {
      const { body, targeted } = call;
      const room = this.#reached(call);
      const { recipient, replyToId } = body;
      if (!this.#note([...faultsInActivity(body), ...this.#notForHere(body)], 'post')) refuse(400, 'BadSyntax');
      const to = isObject(recipient) ? String(recipient.id) : undefined;
      if (targeted && to === undefined) this.#note(['recipient: is missing'], 'post');
      if (targeted && room.type === 'personal') this.#note(['targeted: there is nobody else'], 'post');
      if (targeted && (to === undefined || room.type === 'personal')) refuse(400, 'BadArgument');
      if (targeted && !room.members.includes(to!)) refuse(400, 'BadArgument');
      const [, thread] = /;messageid=(\d+)$/.exec(call.room!) ?? [undefined, replyToId];
      const id = this.newId();
      this.keep({
        room: room.id,
        id,
        from: this.settings.botId,
        ...shownIn(body),
        ...(room.type === 'channel' && typeof thread === 'string' && { thread }),
        ...(targeted && to !== undefined && { to }),
      });
      return [201, { id }];
    },
    put: (call) => {
      const { body, targeted } = call;
      const message = this.#meant(call);
      const faults = faultsInActivity(body);
      if (body.id !== undefined && body.id !== message.id) faults.push(`id: ${body.id} is another message`);
      if (targeted && body.recipient !== undefined) faults.push('recipient: is forbidden once it was sent');
      if (!this.#note([...faults, ...this.#notForHere(body)], 'put')) refuse(400, 'BadSyntax');
      const { card: _, ...rest } = message;
      const drawn = message.drawn + 1;
      const all = this.#kept.get(message.room) ?? [];
      const anew = { ...rest, ...shownIn(body), drawn };
      this.#kept.set(
        message.room,
        all.map((one) => (one.id === message.id ? anew : one)),
      );
      for (const [key, own] of this.#own)
        if (key.endsWith(` ${message.room} ${message.id}`)) this.#own.set(key, { ...own, card: undefined });
      this.drawn += 1;
      return [200, { id: message.id }];
    },
    delete: (call) => {
      if (call.targeted && Object.keys(call.body).length > 0) this.#note(['recipient: is forbidden'], 'delete');
      this.remove(this.#meant(call));
      this.drawn += 1;
      return [200, {}];
    },
    members: (call) => {
      const { tenantId } = this.settings;
      const members = this.#reached(call).members.map((id) => {
        const { name, aadObjectId } = this.user(id);
        const [givenName, surname = ''] = name.split(' ');
        const address = `${aadObjectId}@example.org`;
        const rest = { userPrincipalName: address, email: address, userRole: 'user' };
        return { id, name, aadObjectId, givenName, surname, ...rest, tenantId, objectId: aadObjectId };
      });
      return [200, { members }];
    },
    member: (call) => {
      const { members } = this.#reached(call);
      const user = [...this.users.values()].find(({ id, aadObjectId }) =>
        [id, aadObjectId].includes(call.message ?? ''),
      );
      if (!user || !members.includes(user.id)) return refuse(404, 'MemberNotFoundInConversation');
      return [200, { id: user.id, name: user.name, aadObjectId: user.aadObjectId }];
    },
    upload: ({ path }, { headers }, bytes) => {
      const file = this.files.find(({ id }) => path === `/upload/${id}`) ?? refuse(404, 'NotFound');
      const range = `bytes 0-${bytes.length - 1}/${bytes.length}`;
      if (headers['content-range'] !== range) this.#note([`content-range: ${headers['content-range']}`], 'upload');
      if (bytes.length !== file.size) this.#note([`${bytes.length} bytes instead of ${file.size}`], 'upload');
      file.bytes = bytes;
      return [201, { id: file.id, name: file.name, size: bytes.length }];
    },
  };

  /** What is wrong with the chat that is asked for: one bot, one person, in this tenant. */
  #wrongRoom({ bot, members, isGroup, tenantId, channelData, ...rest }: Json): string[] {
    const named = isObject(channelData) && isObject(channelData.tenant) ? channelData.tenant.id : undefined;
    const faults = Object.keys(rest)
      .filter((key) => !['topicName', 'activity'].includes(key) || rest[key] !== undefined)
      .map((key) => `${key}: is not known here`);
    if (!isObject(bot) || bot.id !== this.settings.botId) faults.push('bot: is another one');
    if (listOf(members).length !== 1) faults.push('members: must be one person');
    if (isGroup !== false) faults.push(`isGroup: ${isGroup}`);
    if ((tenantId ?? named) !== this.settings.tenantId) faults.push(`tenantId: ${tenantId ?? named}`);
    return faults;
  }

  /** A message that says that it is for another conversation, or by somebody else. */
  #notForHere({ from, conversation }: Json): string[] {
    const faults: string[] = [];
    if (isObject(from) && from.id !== undefined && from.id !== this.settings.botId) faults.push('from: is not the bot');
    if (isObject(conversation) && !this.rooms.has(baseOf(String(conversation.id))))
      faults.push('conversation: is unknown');
    return faults;
  }

  /** The room that a call is about, where the bot may write there. */
  #reached({ room = '' }: Call): Room {
    const there = this.rooms.get(baseOf(room));
    if (!there) return refuse(404, 'ConversationNotFound');
    const isBlocked = there.type === 'personal' && !this.user(there.members[0]!).hasApp;
    if (isBlocked) return refuse(403, 'MessageWritesBlocked');
    return there.hasBot ? there : refuse(403, 'BotNotInConversationRoster');
  }

  /** The message that a call is about, where it is the bot's own and is reached in the right way. */
  #meant(call: Call): Message {
    const message = this.#find(this.#reached(call).id, call.message ?? '');
    if (message?.from !== this.settings.botId) return refuse(404, 'ActivityNotFoundInConversation');
    const isTargeted = message.to !== undefined;
    if (isTargeted !== call.targeted) this.#note([`a ${isTargeted ? 'targeted' : 'public'} message`], call.what);
    return isTargeted === call.targeted ? message : refuse(404, 'ActivityNotFoundInConversation');
  }
}

function kindOf(method: string, room?: string, part?: string): What | 'unknown' {
  if (room === undefined || room === '') return method === 'POST' ? 'create' : 'unknown';
  if (part === 'pagedmembers' && method === 'GET') return 'members';
  if (part === 'members' && method === 'GET') return 'member';
  const kinds: Record<string, What> = { POST: 'post', PUT: 'put', DELETE: 'delete' };
  return part === 'activities' ? (kinds[method] ?? 'unknown') : 'unknown';
}

function shownIn({ text, attachments }: Json): Pick<Message, 'text' | 'card' | 'attachments'> {
  const card = listOf(attachments).find(({ contentType }) => contentType === cardType)?.content;
  return { text: String(text ?? ''), attachments: listOf(attachments), ...(isObject(card) && { card }) };
}

/** A reply in a channel is addressed to the channel, and says to which message. */
export function baseOf(room: string): string {
  return room.split(';')[0]!;
}
