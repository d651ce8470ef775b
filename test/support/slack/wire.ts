import { createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { isObject, type Json } from './limits.ts';

/** A message as it stands in a channel. */
export interface Message {
  channel: string;
  ts: string;
  /** Who wrote it, the bot among them. */
  user: string;
  text: string;
  blocks: Json[];
  /** Ephemeral: nobody but this user sees it. */
  to?: string;
  files?: Json[];
  unfurls?: Json;
  /** How often it has been drawn. */
  drawn: number;
}

/** A modal or a Home tab, as Slack gives it back. */
export interface View extends Json {
  id: string;
  type: 'modal' | 'home';
  blocks: Json[];
}

/** What the program answered to something that it was sent. */
export interface Reply {
  status: number;
  text: string;
  ms: number;
  /** What it was sent, so that it can be sent again. */
  sent: { body: string; contentType: string };
}

/** Chooses an element by its action id, or by looking at it. */
export type Which = string | ((element: Json, block: Json) => boolean);

/** A workspace that somebody can sit down at, whichever it is. */
export interface Desk {
  /** Everything that Slack would have refused or that must never be sent. */
  readonly faults: string[];
  /** Counts everything that the program draws. */
  readonly drawn: number;
  /** The channel of the user's conversation with the bot. */
  dm(user: string): string;
  /** All messages that this user can see there. */
  messages(channel: string, user?: string): Message[];
  home(user: string): View | undefined;
  modal(user: string): View | undefined;
  /** What the open modal says is wrong, by block. */
  errors(user: string): Record<string, string>;
  command(user: string, channel: string, text?: string): Promise<Reply>;
  press(user: string, on: Message | View, which: Which, options?: { value?: string | string[] }): Promise<Reply>;
  submit(user: string, values?: Record<string, string | string[]>): Promise<Reply>;
  openHome(user: string): Promise<Reply>;
  say(user: string, text: string): Promise<Reply>;
  /** Waits until no call has come in for a while. */
  settled(quiet?: number): Promise<void>;
}

/** Waits until something holds. @throws where it never does, with what was waited for. */
export async function until(holds: () => unknown, what: string | (() => string), ms = 10_000): Promise<void> {
  const end = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited in vain: ${typeof what === 'string' ? what : what()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** The headers that Slack signs a body with. */
export function signed(body: string, contentType: string, secret: string, age = 0): Record<string, string> {
  const timestamp = String(Math.floor(Date.now() / 1000) - age);
  const signature = createHmac('sha256', secret).update(`v0:${timestamp}:${body}`).digest('hex');
  return {
    'content-type': contentType,
    'x-slack-request-timestamp': timestamp,
    'x-slack-signature': `v0=${signature}`,
  };
}

export async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** The arguments of a call, as JSON or as a form whose fields may be JSON themselves. */
export function argumentsOf(body: Buffer, contentType = ''): Json {
  const text = body.toString('utf8');
  if (contentType.startsWith('application/json')) return text === '' ? {} : (JSON.parse(text) as Json);
  return Object.fromEntries([...new URLSearchParams(text)].map(([key, value]) => [key, parsed(key, value)]));
}

const structured = ['blocks', 'attachments', 'view', 'metadata', 'unfurls', 'files'];

function parsed(key: string, value: string): unknown {
  return structured.includes(key) ? readJson(value) : value;
}

/** What a text says as JSON, or the text itself. */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** What a call would show to people, or nothing where it shows nothing. */
export function payloadIn(method: string, args: Json): unknown {
  if (['chat.postMessage', 'chat.update', 'chat.postEphemeral', 'response_url'].includes(method)) return args;
  if (method.startsWith('views.')) return args.view ?? {};
  if (method === 'chat.unfurl') return { unfurls: isObject(args.unfurls) ? args.unfurls : {} };
  if (method === 'files.completeUploadExternal' && args.initial_comment) return { text: args.initial_comment };
  return undefined;
}

/** What the program acknowledged with, where that is shown to somebody. */
export function payloadOfAck(text: string): Json | undefined {
  if (text === '') return undefined;
  const said = readJson(text);
  return isObject(said) ? said : { text: typeof said === 'string' ? said : text };
}
