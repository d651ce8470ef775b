import { randomUUID } from 'node:crypto';
import { after } from 'node:test';
import { Api, type Installation, type Settings } from './api.ts';
import { actionOf, fillIn, findElement, keyOf, stateOf, valuesOf } from './elements.ts';
import type { Json } from './limits.ts';
import { type Desk, type Message, payloadOfAck, type Reply, signed, type View, type Which } from './wire.ts';

/** How something reaches the program, where it is not as usual. */
interface Delivery extends Partial<Installation> {
  /** So many at once, each with its own trigger and response url; the answer is that of the last to come back. */
  times?: number;
  /** The headers of a repeated delivery. */
  retry?: { num: number; reason: string };
  /** Signs with something else than what was agreed. */
  secret?: string;
  /** So many seconds old by its timestamp. */
  age?: number;
  contentType?: string;
  headers?: Record<string, string>;
  /** Takes the place of what the body would say. */
  body?: Json;
}

const form = 'application/x-www-form-urlencoded';

/** A workspace, empty but for its users and channels, on a free port of this machine; gone when the tests have run. */
export async function openWorkspace(settings: Partial<Settings> = {}): Promise<Workspace> {
  const workspace = new Workspace(settings);
  await workspace.up();
  after(() => workspace.down());
  return workspace;
}

/** What people do in Slack, as Slack tells the program of it: signed, in time, and with all that belongs to it. */
export class Workspace extends Api implements Desk {
  /** Where the program takes what Slack sends. */
  endpoint = '';
  /** What users have chosen or written in messages and views, until it is drawn with other ids. */
  readonly #held = new Map<string, Map<string, Json>>();

  /** From now on everything is sent to this program. */
  connect(program: string): void {
    this.endpoint = new URL('/slack/events', program).href;
  }

  /** Somebody types the slash command. */
  command(user: string, channel: string, text = '', options: Delivery = {}): Promise<Reply> {
    return this.#each(options, async () => {
      const { name = '', members = [] } = this.channels.get(channel) ?? {};
      if (channel !== this.dm(user) && !members.includes(user)) throw new Error(`${user} is not in ${channel}`);
      const { teamId, enterpriseId } = this.#where(options);
      const fields = {
        token: 'verification',
        team_id: teamId,
        team_domain: this.settings.domain,
        ...(enterpriseId && { enterprise_id: enterpriseId, enterprise_name: enterpriseId }),
        channel_id: channel,
        channel_name: channel.startsWith('D') ? 'directmessage' : name,
        user_id: user,
        user_name: this.users.get(user)?.name ?? '',
        command: '/isitpublic',
        text,
        api_app_id: this.settings.appId,
        is_enterprise_install: String(options.enterpriseInstall ?? false),
        response_url: this.newResponseUrl(user, channel),
        trigger_id: this.newTrigger(user),
        ...options.body,
      };
      const reply = await this.#send(new URLSearchParams(fields as Record<string, string>).toString(), form, options);
      const said = this.#inTime(reply) ? payloadOfAck(reply.text) : undefined;
      if (said && this.check(said, 'command'))
        this.post(channel, this.settings.botUserId, said, said.response_type === 'in_channel' ? undefined : user);
      return reply;
    });
  }

  /**
   * Somebody uses an element of a message, a Home tab or a modal.
   * @param options `value` is what they choose or write; `action` takes the place of what the action would say
   * @throws where there is no such element or option, or where they can't see it
   */
  press(
    user: string,
    on: Message | View,
    which: Which,
    options: Delivery & { value?: string | string[]; action?: Json; state?: Json } = {},
  ): Promise<Reply> {
    return this.#each(options, async () => {
      const found = findElement(on.blocks, which);
      const held = this.#heldBy(user, on);
      if (found.element.type !== 'button' && found.element.type !== 'overflow')
        held.set(keyOf(found), stateOf(found.element, options.value));
      const state = { values: options.state ?? valuesOf(on.blocks, held) };
      const payload = {
        type: 'block_actions',
        ...this.#frame(user, options),
        ...('ts' in on ? this.#inMessage(user, on as Message, state) : this.#inView(user, on, state)),
        actions: [{ ...actionOf(found, options.value), ...options.action }],
        ...options.body,
      };
      const reply = await this.#interact(payload, options);
      if (reply.status === 200 && reply.text !== '') this.faults.push(`block_actions: answered with ${reply.text}`);
      return reply;
    });
  }

  /** Somebody chooses the shortcut in the menu of a message. */
  shortcut(user: string, channel: string, message: Message | Json, options: Delivery = {}): Promise<Reply> {
    return this.#each(options, () =>
      this.#interact(
        {
          type: 'message_action',
          ...this.#frame(user, options),
          callback_id: 'g:message',
          trigger_id: this.newTrigger(user),
          response_url: this.newResponseUrl(user, channel),
          message_ts: message.ts,
          channel: this.#named(channel),
          message: 'drawn' in message ? this.asPayload(message as Message) : { type: 'message', ...message },
          action_ts: (Date.now() / 1000).toFixed(6),
          ...options.body,
        },
        options,
      ),
    );
  }

  /**
   * Somebody fills in the modal that lies on top, and sends it.
   * @param values by block or action id @throws where Slack would not let them
   */
  submit(user: string, values: Record<string, string | string[]> = {}, options: Delivery = {}): Promise<Reply> {
    return this.#each(options, async () => {
      const view = this.modal(user);
      if (!view) throw new Error(`${user} has no modal open`);
      const state = {
        values: valuesOf(view.blocks, new Map([...this.#heldBy(user, view), ...fillIn(view.blocks, values)])),
      };
      const payload = {
        type: 'view_submission',
        ...this.#frame(user, options),
        trigger_id: this.newTrigger(user, true),
        view: { ...view, state },
        response_urls: [],
        ...options.body,
      };
      const reply = await this.#interact(payload, options);
      if (this.#inTime(reply) && this.modal(user)?.id === view.id) this.#follow(user, view, reply.text);
      return reply;
    });
  }

  /** Somebody closes the modal that lies on top. The program hears of it only where it asked to. */
  async close(user: string, options: Delivery = {}): Promise<Reply | undefined> {
    const view = this.modal(user);
    if (!view) throw new Error(`${user} has no modal open`);
    this.show(user, view.clear_on_close ? [] : (this.stacks.get(user) ?? []).slice(0, -1));
    if (!view.notify_on_close) return undefined;
    const is_cleared = view.clear_on_close;
    return this.#interact({ type: 'view_closed', ...this.#frame(user, options), view, is_cleared }, options);
  }

  openHome(user: string, options: Delivery = {}): Promise<Reply> {
    const view = this.home(user);
    const event = { type: 'app_home_opened', user, channel: this.dm(user), tab: 'home', ...(view && { view }) };
    return this.event(event, options);
  }

  /** Somebody writes to the bot. */
  say(user: string, text: string, options: Delivery = {}): Promise<Reply> {
    const { ts, channel } = this.write(user, this.dm(user), text);
    const team = this.#where(options).teamId;
    const event = { type: 'message', user, text, ts, channel, channel_type: 'im', team, client_msg_id: randomUUID() };
    return this.event({ ...event, event_ts: ts }, options);
  }

  /** A message of a user's own, of which the program is not told. */
  write(user: string, channel: string, text: string): Message {
    return this.post(channel, user, { text });
  }

  /** Somebody writes a link that the program has said it can show. */
  shareLink(user: string, channel: string, url: string, options: Delivery = {}): Promise<Reply> {
    const { ts } = this.write(user, channel, `<${url}>`);
    const unfurl_id = randomUUID();
    const shared = { channel, ts, urls: [url] };
    this.shared.set(unfurl_id, shared);
    this.shared.set(`${channel} ${ts}`, shared);
    const links = [{ url, domain: new URL(url).hostname }];
    const source = 'conversations_history';
    const event = { type: 'link_shared', user, channel, message_ts: ts, unfurl_id, source, links, event_ts: ts };
    return this.event(event, options);
  }

  /** Any event, in its envelope. */
  event(event: Json, options: Delivery = {}): Promise<Reply> {
    return this.#each(options, async () => {
      const { teamId, enterpriseId = null, enterpriseInstall = false } = this.#where(options);
      const envelope = {
        token: 'verification',
        team_id: teamId,
        ...(enterpriseId && { enterprise_id: enterpriseId }),
        context_team_id: teamId,
        context_enterprise_id: enterpriseId,
        api_app_id: this.settings.appId,
        event: { event_ts: (Date.now() / 1000).toFixed(6), ...event },
        type: 'event_callback',
        event_id: `Ev${randomUUID().slice(0, 8).toUpperCase()}`,
        event_time: Math.floor(Date.now() / 1000),
        authorizations: [
          {
            enterprise_id: enterpriseId,
            team_id: enterpriseInstall ? null : teamId,
            user_id: this.settings.botUserId,
            is_bot: true,
            is_enterprise_install: enterpriseInstall,
          },
        ],
        is_ext_shared_channel: false,
        ...options.body,
      };
      return this.#send(JSON.stringify(envelope), 'application/json', options);
    });
  }

  /** Sends once more what was sent before, signed anew. */
  again(reply: Reply, options: Delivery = {}): Promise<Reply> {
    return this.#send(reply.sent.body, reply.sent.contentType, options);
  }

  /** Sends anything, with no headers but these. */
  async raw(body: string, headers: Record<string, string> = {}, method = 'POST'): Promise<Reply> {
    const began = performance.now();
    const response = await fetch(this.endpoint, { method, headers, ...(method === 'POST' && { body }) });
    const text = await response.text();
    const contentType = headers['content-type'] ?? '';
    return { status: response.status, text, ms: performance.now() - began, sent: { body, contentType } };
  }

  async #each({ times = 1 }: Delivery, send: () => Promise<Reply>): Promise<Reply> {
    const replies: Reply[] = [];
    await Promise.all(Array.from({ length: times }, () => send().then((reply) => replies.push(reply))));
    return replies.at(-1)!;
  }

  #interact(payload: Json, options: Delivery): Promise<Reply> {
    return this.#send(new URLSearchParams({ payload: JSON.stringify(payload) }).toString(), form, options);
  }

  #send(body: string, contentType: string, { retry, secret, age, headers, ...options }: Delivery): Promise<Reply> {
    const type = options.contentType ?? contentType;
    const repeated = retry && { 'x-slack-retry-num': String(retry.num), 'x-slack-retry-reason': retry.reason };
    return this.raw(body, { ...signed(body, type, secret ?? this.settings.secret, age), ...repeated, ...headers });
  }

  /** Slack waits for three seconds, and then shows that the app did not answer. */
  #inTime({ status, ms }: Reply): boolean {
    return status === 200 && ms <= 3000;
  }

  /** Does with the modal what the program answered to its submission. */
  #follow(user: string, view: View, text: string): void {
    const stack = this.stacks.get(user) ?? [];
    const answer = payloadOfAck(text) ?? {};
    const { response_action: action } = answer;
    if (text !== '' && action === undefined) this.faults.push(`view_submission: answered with ${text}`);
    if (action !== undefined && !this.check(answer, 'view_submission')) return;
    if (action === undefined) this.show(user, stack.slice(0, -1));
    if (action === 'clear') this.show(user, []);
    if (action === 'update') this.show(user, stack.with(-1, this.keepView(answer.view as Json, view)));
    if (action === 'push' && stack.length >= 3) this.faults.push('view_submission: push_limit_reached');
    else if (action === 'push') this.push(user, answer.view as Json);
    if (action === 'errors') this.#complain(user, view, answer.errors as Record<string, string>);
  }

  #complain(user: string, view: View, errors: Record<string, string>): void {
    const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
    for (const block of Object.keys(errors))
      if (!inputs.includes(block)) this.faults.push(`view_submission: ${block} is no input of the modal`);
    this.problems.set(user, errors);
    this.drawn += 1;
  }

  #where({ teamId = this.settings.teamId, enterpriseId, enterpriseInstall }: Delivery) {
    return { teamId, enterpriseId, enterpriseInstall };
  }

  /** What every interaction says of who and where. */
  #frame(user: string, options: Delivery): Json {
    const { teamId, enterpriseId, enterpriseInstall = false } = this.#where(options);
    const name = this.users.get(user)?.name ?? '';
    const enterprise = enterpriseId ? { id: enterpriseId, name: enterpriseId } : null;
    return {
      user: { id: user, username: name, name, team_id: teamId },
      api_app_id: this.settings.appId,
      token: 'verification',
      team: {
        id: teamId,
        domain: this.settings.domain,
        ...(enterprise && { enterprise_id: enterprise.id, enterprise_name: enterprise.name }),
      },
      enterprise,
      is_enterprise_install: enterpriseInstall,
    };
  }

  #inMessage(user: string, message: Message, state: Json): Json {
    const { channel, ts, to } = message;
    if (to !== undefined && to !== user) throw new Error(`${user} does not see ${ts}`);
    if (!this.channels.get(channel)?.members.includes(user)) throw new Error(`${user} is not in ${channel}`);
    return {
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: to !== undefined },
      trigger_id: this.newTrigger(user),
      channel: this.#named(channel),
      // What only one person sees does not come along.
      ...(to === undefined && { message: this.asPayload(message) }),
      state,
      response_url: this.newResponseUrl(user, channel, message),
    };
  }

  #inView(user: string, view: View, state: Json): Json {
    return {
      container: { type: 'view', view_id: view.id },
      trigger_id: this.newTrigger(user, view.type === 'modal'),
      view: { ...view, state },
    };
  }

  #named(channel: string): Json {
    return { id: channel, name: this.channels.get(channel)?.name ?? '' };
  }

  #heldBy(user: string, on: Message | View): Map<string, Json> {
    const key = 'ts' in on ? `${user} ${on.channel} ${on.ts}` : `${user} ${on.id}`;
    const held = this.#held.get(key) ?? new Map<string, Json>();
    this.#held.set(key, held);
    return held;
  }
}
