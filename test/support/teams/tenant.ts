import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { isObject, type Json, listOf } from '../slack/limits.ts';
import { readJson } from '../slack/wire.ts';
import { cardType, consentType } from './cards.ts';
import { Connector, type Message, type Room, type Settings } from './connector.ts';
import {
  asButton,
  type Button,
  buttonsOn,
  everyElement,
  type Filling,
  filledIn,
  isMeant,
  isSent,
  isShown,
  type Which,
} from './elements.ts';

/** What the program answered to something that it was sent. */
export interface Reply {
  status: number;
  text: string;
  ms: number;
  headers: Headers;
  /** What it was sent, so that it can be sent again. */
  sent: { body: string; headers: Record<string, string> };
}

/** How something reaches the program, where it is not as usual. */
export interface Delivery {
  /** So many at once, each with an id and a time of its own; the answer is that of the last to come back. */
  times?: number;
  token?: string;
  headers?: Record<string, string>;
  tenantId?: string;
  channelId?: string;
  serviceUrl?: string;
  /** Takes the place of what the activity would say. */
  body?: Json;
}

/** A dialog that lies open before somebody: a card, or only words. */
export interface Dialog {
  title: string;
  card?: Json;
  words?: string;
  /** What it was opened for, as each of its submissions says again. */
  opened: Json;
  room: string;
  drawn: number;
}

/** A message of somebody's in a room, as it is pointed at. */
interface Pointed {
  id?: string;
  /** HTML. */
  content?: string;
  linkToMessage?: string;
  /** Anything else of it. */
  body?: Json;
}

const group = '19:group@thread.v2';
const channel = '19:channel@thread.tacv2';
const meeting = '19:meeting_abc@thread.v2';
/** A group chat that the bot was never added to. */
const elsewhere = '19:elsewhere@thread.v2';
export const rooms = { group, channel, meeting, elsewhere };

/** A tenant with some rooms and nobody in it, on a free port of this machine; gone when the tests have run. */
export async function openTenant(settings: Partial<Settings> = {}): Promise<Tenant> {
  const tenant = new Tenant(settings);
  await tenant.up();
  after(() => tenant.down());
  return tenant;
}

/** What people do in Teams, as Teams tells the program of it. */
export class Tenant extends Connector {
  /** Where the program takes what Teams sends. */
  endpoint = '';
  readonly #dialogs = new Map<string, Dialog>();
  /** What was said to somebody in passing: at the bottom of a card, or where something went wrong. */
  readonly #told = new Map<string, string[]>();
  /** What somebody has unfolded on a message, until it is drawn anew. */
  readonly #toggled = new Map<string, { drawn: number; ids: Map<string, boolean> }>();

  constructor(settings: Partial<Settings> = {}) {
    super(settings);
    const here = { members: [], hasBot: true };
    this.addRoom({ ...here, id: group, type: 'groupChat', name: 'The group' });
    this.addRoom({ ...here, id: channel, type: 'channel', name: 'General', team: '19:team@thread.tacv2' });
    this.addRoom({ ...here, id: meeting, type: 'groupChat', name: 'The meeting', meeting: 'MCMxOTptZWV0aW5nX2FiYw==' });
    this.addRoom({ ...here, id: elsewhere, type: 'groupChat', name: 'Another group', hasBot: false });
  }

  /** What the program is to be started with. */
  get env(): Record<string, string> {
    return { TEAMS_UNAUTHENTICATED: 'true' };
  }

  /** From now on everything is sent to this program. */
  connect(program: string): void {
    this.endpoint = new URL('/api/messages', program).href;
  }

  /** What this user has been told in passing, the latest last. */
  told(user: string): string[] {
    return this.#told.get(user) ?? [];
  }

  dialog(user: string): Dialog | undefined {
    return this.#dialogs.get(user);
  }

  /** Somebody writes to the bot in their own chat with it. */
  say(user: string, text: string, options: Delivery = {}): Promise<Reply> {
    const { id } = this.#write(user, this.personal(user), text);
    return this.#tell({ ...this.#frame(user, this.personal(user)), ...said(text), id }, options);
  }

  /** Somebody mentions the bot in a room, and writes something behind that. */
  mention(user: string, room: string, text = '', options: Delivery = {}): Promise<Reply> {
    const { botId, botName } = this.settings;
    const name = `<at>${botName}</at>`;
    const { id } = this.#write(user, room, `${name} ${text}`);
    const frame = this.#frame(user, this.#thread(room, id));
    const mention = { mentioned: { id: botId, name: botName }, text: name, type: 'mention' };
    const entities = [mention, ...listOf(frame.entities)];
    return this.#tell({ ...frame, ...said(`${name} ${text}\n`), id, entities }, options);
  }

  /** Somebody chooses the slash command in a room: nobody else there sees what they write. */
  slash(user: string, room: string, text = 'isitpublic', options: Delivery = {}): Promise<Reply> {
    const { id } = this.#write(user, room, text, user);
    const frame = this.#frame(user, this.#thread(room, id));
    const recipient = { ...(frame.recipient as Json), isTargeted: true };
    return this.#tell({ ...frame, ...said(text), id, recipient }, options);
  }

  /**
   * Somebody presses a button of a card, as they see it.
   * @param options `value` is what they choose, tick or write in the card's input; `oldClient` knows no Action.Execute;
   * `action` takes the place of what the action would say
   * @throws where there is no such button or choice, or where they can't see it
   */
  press(
    user: string,
    on: Message,
    which: Which,
    options: Delivery & { value?: Filling; oldClient?: boolean; action?: Json } = {},
  ): Promise<Reply> {
    if (on.to !== undefined && on.to !== user) throw new Error(`${user} does not see ${on.id}`);
    if (!this.room(on.room).members.includes(user)) throw new Error(`${user} is not in ${on.room}`);
    const card = on.card ?? {};
    const button = this.#find(card, which, this.#toggledBy(user, on));
    const { verb, title, data, fallback } = button.action;
    const filled = filledIn(card, button, options.value);
    const room = on.thread ? `${on.room};messageid=${on.thread}` : on.room;
    const frame: Json = { ...this.#frame(user, room), replyToId: on.id };
    const channelData = { ...(frame.channelData as Json), source: { name: 'message' }, legacy: { replyToId: on.id } };
    if (options.oldClient) {
      const submit = isObject(fallback) && isObject(fallback.data) ? fallback.data : {};
      const value = { ...submit, ...filled, ...options.action };
      return this.#tell({ ...frame, type: 'message', channelData, value }, options);
    }
    const action = { type: 'Action.Execute', title, verb, data: { ...(data as Json), ...filled }, ...options.action };
    const value = { action, trigger: 'manual' };
    const invoke = { ...frame, type: 'invoke', name: 'adaptiveCard/action', channelData, value };
    return this.#tell(invoke, options, (reply) => this.#follow(user, on, reply));
  }

  /** Somebody presses what shows or hides a part of a card, so that this button can be seen; the program is not told. */
  unfold(user: string, on: Message, which: Which): void {
    const toggled = this.#toggledBy(user, on);
    const all = everyElement(on.card ?? {});
    const meant = all.filter(({ element }) => isSent(element) && isMeant(asButton(element), which));
    const ids = meant.flatMap(({ element, holders }) => [...holders, element].map(({ id }) => id));
    const toggle = all.find(
      (found) =>
        found.element.type === 'Action.ToggleVisibility' &&
        isShown(found, toggled) &&
        targetsOf(found.element).some(({ elementId }) => ids.includes(elementId)),
    );
    if (!toggle) throw new Error(`Nothing unfolds ${which}`);
    for (const { elementId, isVisible } of targetsOf(toggle.element)) {
      const target = all.find(({ element }) => element.id === elementId)?.element;
      const now = toggled.get(String(elementId)) ?? target?.isVisible !== false;
      toggled.set(String(elementId), typeof isVisible === 'boolean' ? isVisible : !now);
    }
    this.#toggled.set(`${user} ${on.room} ${on.id}`, { drawn: on.drawn, ids: toggled });
  }

  /** What somebody has shown or hidden on a card. */
  toggled(user: string, on: Message): ReadonlyMap<string, boolean> {
    return this.#toggledBy(user, on);
  }

  /** Somebody points at a message and chooses "Is this message public?". */
  messageAction(user: string, room: string, message: Pointed = {}, options: Delivery = {}): Promise<Reply> {
    const { tenantId } = this.settings;
    const { id = this.newId(), content = '<p>Hej!</p>', body } = message;
    const query = `tenantId=${tenantId}&createdTime=${id}&parentMessageId=${id}`;
    const linkToMessage =
      message.linkToMessage ?? `https://teams.microsoft.com/l/message/${encodeURIComponent(room)}/${id}?${query}`;
    const author = { userIdentityType: 'aadUser', id: randomUUID(), displayName: 'Erik Ek' };
    const messagePayload = {
      linkToMessage,
      id,
      replyToId: null,
      createdDateTime: '2026-11-22T09:00:00.000Z',
      lastModifiedDateTime: null,
      deleted: false,
      summary: null,
      importance: 'normal',
      locale: 'sv-se',
      body: { contentType: 'html', content },
      from: { device: null, conversation: null, user: author, application: null },
      reactions: [],
      mentions: [],
      attachments: [],
      subject: null,
      ...body,
    };
    return this.#open(user, room, { commandContext: 'message', messagePayload }, options);
  }

  /** Somebody chooses the app where they write a message, or in the search box. */
  composeAction(user: string, room: string, options: Delivery & { context?: 'compose' | 'commandbox' } = {}) {
    return this.#open(user, room, { commandContext: options.context ?? 'compose' }, options);
  }

  /**
   * Somebody presses a button of the dialog before them.
   * @throws where there is none, or the client would not send it
   */
  submitDialog(
    user: string,
    which: Which,
    options: Delivery & { value?: string | string[]; action?: Json } = {},
  ): Promise<Reply> {
    const dialog = this.#dialogs.get(user);
    if (!dialog?.card) throw new Error(`${user} has no card in a dialog`);
    const button = this.#find(dialog.card, which, new Map());
    const data = {
      ...(button.action.data as Json),
      ...filledIn(dialog.card, button, options.value),
      ...options.action,
    };
    const value = { ...dialog.opened, data };
    const invoke = { ...this.#frame(user, dialog.room), type: 'invoke', name: 'composeExtension/submitAction', value };
    return this.#tell(invoke, options, (reply) => this.#showDialog(user, dialog, reply));
  }

  /** Somebody closes the dialog; the program is not told. */
  closeDialog(user: string): void {
    this.#dialogs.delete(user);
  }

  /** Somebody agrees, or does not, to get the file that a message offers. */
  consent(user: string, on: Message, action: 'accept' | 'decline', options: Delivery = {}): Promise<Reply> {
    const offer = on.attachments.find(({ contentType }) => contentType === consentType);
    if (!offer) throw new Error(`${on.id} offers no file`);
    const { sizeInBytes, acceptContext, declineContext } = offer.content as Json;
    const name = String(offer.name);
    const id = randomUUID();
    if (action === 'accept') this.files.push({ id, room: on.room, name, size: Number(sizeInBytes) });
    const uploadInfo = {
      contentUrl: `https://municipality-my.sharepoint.com/personal/anna/Documents/Applications/${name}`,
      name,
      uploadUrl: `${this.address}/upload/${id}`,
      uniqueId: id,
      fileType: name.split('.').at(-1),
    };
    const value = {
      type: 'fileUpload',
      action,
      context: action === 'accept' ? acceptContext : (declineContext ?? acceptContext),
      ...(action === 'accept' && { uploadInfo }),
    };
    const frame = { ...this.#frame(user, on.room), replyToId: on.id };
    return this.#tell({ ...frame, type: 'invoke', name: 'fileConsent/invoke', value }, options, (reply) => {
      if (reply.status === 200 && reply.text !== '' && reply.text !== '{}')
        this.faults.push(`fileConsent: answered with ${reply.text}`);
    });
  }

  /** The app is added, by this user: for themselves, or to a room. Teams tells of it twice. */
  async install(user: string, room = this.personal(user), options: Delivery = {}): Promise<Reply> {
    this.#belongs(user, room, true);
    const { botId, botName } = this.settings;
    const { id, aadObjectId } = this.user(user);
    const bot = { id: botId, name: botName };
    const there = this.room(room).type === 'personal' ? [{ id, aadObjectId }, bot] : [bot];
    await this.#tell({ ...this.#frame(user, room), type: 'conversationUpdate', membersAdded: there }, options);
    return this.#tell({ ...this.#frame(user, room), type: 'installationUpdate', action: 'add' }, options);
  }

  /** The app is removed; from then on the bot can't write there. */
  async uninstall(user: string, room = this.personal(user), options: Delivery = {}): Promise<Reply> {
    this.#belongs(user, room, false);
    return this.#tell({ ...this.#frame(user, room), type: 'installationUpdate', action: 'remove' }, options);
  }

  /** Any activity of this user in that room. */
  activity(user: string, room: string, activity: Json, options: Delivery = {}): Promise<Reply> {
    return this.#tell({ ...this.#frame(user, room), ...activity }, options);
  }

  /** Sends once more what was sent before: the same, or, as for an invoke, with a new id and half a minute later. */
  again(reply: Reply, { fresh = false, ...options }: Delivery & { fresh?: boolean } = {}): Promise<Reply> {
    const { body, headers } = reply.sent;
    const anew = fresh ? { ...(readJson(body) as Json), ...this.#stamp(30_000) } : undefined;
    return this.raw(anew ? JSON.stringify(anew) : body, { ...headers, ...options.headers });
  }

  /** Sends anything, with no headers but these. */
  async raw(body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Reply> {
    const began = performance.now();
    const response = await fetch(this.endpoint, { method, headers, ...(method === 'POST' && { body }) });
    const text = await response.text();
    const ms = performance.now() - began;
    return { status: response.status, text, ms, headers: response.headers, sent: { body, headers } };
  }

  // What an activity is made of.

  async #tell(activity: Json, options: Delivery, follow = (reply: Reply) => this.#silent(reply)): Promise<Reply> {
    const { times = 1, token, headers, tenantId, channelId, serviceUrl, body } = options;
    const replies: Reply[] = [];
    const send = async () => {
      const isFirst = replies.length === 0 && times === 1;
      const own = this.#stamp(0);
      const all: Json = { ...activity, ...own, ...(isFirst && activity.id !== undefined && { id: activity.id }) };
      const { conversation, channelData } = all as Record<string, Json>;
      const there = tenantId !== undefined && {
        conversation: { ...conversation, tenantId },
        channelData: { ...channelData, tenant: { id: tenantId } },
      };
      const said = { ...all, ...there, ...(channelId && { channelId }), ...(serviceUrl && { serviceUrl }), ...body };
      const reply = await this.raw(JSON.stringify(said), {
        'content-type': 'application/json; charset=utf-8',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...headers,
      });
      follow(reply);
      replies.push(reply);
    };
    await Promise.all(Array.from({ length: times }, send));
    return replies.at(-1)!;
  }

  /** What every activity says of who, where and when. */
  #frame(userId: string, where: string): Json {
    const { tenantId, botId, botName } = this.settings;
    const { id, name, aadObjectId, locale } = this.user(userId);
    const room = this.room(where);
    const clientInfo = { locale, country: 'SE', platform: 'Web', timezone: 'Europe/Stockholm', type: 'clientInfo' };
    return {
      ...this.#stamp(0),
      localTimezone: 'Europe/Stockholm',
      channelId: 'msteams',
      serviceUrl: this.serviceUrl,
      from: { id, name, aadObjectId },
      conversation: {
        ...(room.type !== 'personal' && { isGroup: true }),
        conversationType: room.type,
        tenantId,
        id: where,
      },
      recipient: { id: botId, name: botName },
      entities: [clientInfo],
      channelData: { ...placeOf(room), tenant: { id: tenantId } },
      locale,
    };
  }

  #stamp(later: number): Json {
    const now = new Date(Date.now() + later).toISOString().replace('Z', '');
    return { id: `f:${randomUUID()}`, timestamp: `${now}0000Z`, localTimestamp: `${now}0000+00:00` };
  }

  #write(user: string, room: string, text: string, to?: string): Message {
    const { members, type } = this.room(room);
    if (!members.includes(user)) throw new Error(`${user} is not in ${room}`);
    const thread = /;messageid=(\d+)$/.exec(room)?.[1];
    const id = this.newId();
    const at = { room: this.room(room).id, id, ...(type === 'channel' && { thread: thread ?? id }) };
    return this.keep({ ...at, from: user, text, attachments: [], ...(to !== undefined && { to }) });
  }

  /** In a channel a message is the beginning of a thread of its own, or belongs to one. */
  #thread(room: string, id: string): string {
    return this.room(room).type !== 'channel' || room.includes(';') ? room : `${room};messageid=${id}`;
  }

  #belongs(user: string, room: string, has: boolean): void {
    if (this.room(room).type === 'personal') this.user(user).hasApp = has;
    else this.room(room).hasBot = has;
  }

  // What becomes of an answer.

  /** What is no invoke is answered with nothing at all. */
  #silent({ status, text, sent }: Reply): void {
    if (status === 200 && text !== '') this.faults.push(`${(readJson(sent.body) as Json).type}: answered with ${text}`);
  }

  /** Does with the card what the program answered to the press. */
  #follow(user: string, on: Message, reply: Reply): void {
    const said = this.#answered(user, reply);
    if (!said) return;
    const { statusCode, type, value } = said;
    const isKnown = statusCode === 200 && Object.keys(said).length === 3;
    if (isKnown && type === cardType && isObject(value)) {
      if (this.check(value, 'adaptiveCard/action')) this.drawFor(user, on, value);
    } else if (isKnown && type === 'application/vnd.microsoft.activity.message') this.#say(user, value);
    else this.faults.push(`adaptiveCard/action: answered with ${reply.text.slice(0, 300)}`);
  }

  #open(user: string, room: string, context: Json, options: Delivery): Promise<Reply> {
    const opened = { commandId: 'checkMessage', ...context, requestId: randomUUID(), context: { theme: 'default' } };
    const invoke = { ...this.#frame(user, room), type: 'invoke', name: 'composeExtension/fetchTask', value: opened };
    const { requestId: _, ...again } = opened;
    const dialog = { title: '', opened: again, room, drawn: 0 };
    return this.#tell(invoke, options, (reply) => this.#showDialog(user, dialog, reply));
  }

  /** Does with the dialog what the program answered. */
  #showDialog(user: string, { opened, room, drawn }: Dialog, reply: Reply): void {
    const said = this.#answered(user, reply);
    if (!said) return;
    const task = isObject(said.task) ? said.task : {};
    const { title, height, width, card } = isObject(task.value) ? task.value : {};
    const kept = { opened, room, drawn: drawn + 1 };
    if (task.type === 'message' && typeof task.value === 'string' && task.value.trim() !== '')
      this.#dialogs.set(user, { ...kept, title: '', words: task.value });
    else if (task.type === 'continue' && isObject(card) && card.contentType === cardType && isObject(card.content)) {
      if (typeof title !== 'string' || title.trim() === '') this.faults.push('dialog: has no title');
      for (const size of [height, width])
        if (!/^(small|medium|large|\d{2,4})$/.test(String(size))) this.faults.push(`dialog: ${size} is no size`);
      if (this.check(card.content, 'dialog', 'dialog'))
        this.#dialogs.set(user, { ...kept, title: String(title), card: card.content });
    } else this.faults.push(`dialog: answered with ${reply.text.slice(0, 300)}`);
    this.drawn += 1;
  }

  /** What was answered to an invoke, where Teams still waits for it. */
  #answered(user: string, { status, text, ms }: Reply): Json | undefined {
    if (status !== 200 || ms > 5000) {
      this.#say(user, ms > 5000 ? 'Unable to reach app' : 'Something went wrong');
      return undefined;
    }
    const said = readJson(text);
    if (isObject(said)) return said;
    this.faults.push(`invoke: answered with ${text || 'nothing'}`);
    return undefined;
  }

  #say(user: string, words: unknown): void {
    if (typeof words !== 'string' || words.trim() === '') this.faults.push('adaptiveCard/action: nothing is said');
    this.#told.set(user, [...this.told(user), String(words)]);
  }

  /** The button that is meant. @throws with those that there are, where it is none of them. */
  #find(card: Json, which: Which, toggled: ReadonlyMap<string, boolean>): Button {
    const all = buttonsOn(card, toggled);
    const found = all.find((button) => isMeant(button, which));
    if (found) return found;
    const known = all.map(({ verb, option }) => (option === undefined ? verb : `${verb}:${option}`));
    throw new Error(
      `${typeof which === 'string' ? which : 'What is looked for'} is not there, but ${known.join(', ')}`,
    );
  }

  #toggledBy(user: string, { room, id, drawn }: Message): Map<string, boolean> {
    const kept = this.#toggled.get(`${user} ${room} ${id}`);
    return kept?.drawn === drawn ? kept.ids : new Map();
  }
}

/** What a toggle shows or hides. */
function targetsOf({ targetElements }: Json): Json[] {
  const targets: unknown[] = Array.isArray(targetElements) ? targetElements : [];
  return targets.map((target) => (isObject(target) ? target : { elementId: target }));
}

/** Text as Teams sends it: plain, and as HTML beside that. */
function said(text: string): Json {
  const content = `<p>${text.trim()}</p>`;
  return { type: 'message', text, textFormat: 'plain', attachments: [{ contentType: 'text/html', content }] };
}

function placeOf({ id, team, meeting: met }: Room): Json {
  if (team !== undefined) return { teamsChannelId: id, teamsTeamId: team, channel: { id }, team: { id: team } };
  return met === undefined ? {} : { meeting: { id: met } };
}
