import http from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import bolt, { type webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { View } from '../../guidance/view.ts';
import type { Told } from '../../record/outbox.ts';
import { type Deliveries, type Failed, openDeliveries, type Platform } from '../deliver.ts';
import { type Block, type Card, withoutRichText } from './blocks.ts';
import { drawMoved, drawNotice } from './drawwords.ts';
import type { Spot } from './read.ts';

type Client = webApi.WebClient;

/** Whom a card is for, and with whose token it is written. */
interface To {
  client: Client;
  user: string;
}

/** A card, and the view that it shows where it shows one. */
interface Drawing {
  card: Card;
  view?: View;
  /** Where a message is drawn anew: the address that came with the press: quickest, and good for this drawing alone. */
  respondTo?: string | undefined;
  calm?: number;
}

/** Opens the way to the conversations that people have with the app. */
export function openSlackDeliveries(database: Database, logger: Logger): Deliveries<To, Spot, Drawing> {
  return openDeliveries('slack-card', slack, database, logger);
}

const slack: Platform<To, Spot, Drawing> = {
  nameOf: ({ channel, ts }) => `${channel} ${ts}`,
  whoIs: ({ user }) => user,
  async post({ client, user }, { card }) {
    const { channel } = await patiently(() => client.conversations.open({ users: user }));
    return postIn(client, channel!.id!, card);
  },
  async update({ client }, spot, { card, respondTo }, attempt) {
    if (attempt === 0 && respondTo && (await respond(respondTo, { replace_original: true, ...card }))) return undefined;
    const update = (card: Card) => client.chat.update({ ...spot, ...asSent(card) }).then(() => undefined, explain);
    const failed = await update(card);
    return failed?.kind === 'refused' && /blocks/.test(failed.error) ? update(withoutRichText(card)) : failed;
  },
  postAgain: ({ client }, { channel }, { card }) => postIn(client, channel, card),
  moved: (language) => ({ card: drawMoved(language) }),
  explain,
};

/** Tells somebody something that they have not asked for: once, or not at all. */
export function tellIn(client: Client, user: string, card: Card): Promise<Told> {
  return tellOnce(client, async () => (await client.conversations.open({ users: user })).channel!.id!, card);
}

/** The same in a channel, where the app is in it or the channel is open to all; or to a person, by their id. */
export function announceIn(client: Client, channel: string, lines: readonly string[]): Promise<Told> {
  return tellOnce(client, async () => channel, drawNotice(...lines));
}

async function tellOnce(client: Client, find: () => Promise<string>, card: Card): Promise<Told> {
  let writing = false;
  try {
    const channel = await find();
    writing = true;
    await client.chat.postMessage({ channel, ...asSent(card) });
    return { kind: 'sent' };
  } catch (fault) {
    const { kind, error } = explain(fault);
    if (/account_inactive|user_disabled|user_not_found|cannot_dm_bot|messages_tab_disabled|token_revoked/.test(error))
      return { kind: 'gone', because: error };
    const uncertain = writing && kind === 'unknown' && !isUnreached(fault);
    return { kind: uncertain ? 'uncertain' : 'later', because: error };
  }
}

/**
 * Answers at the address that a press or a command came with: five times within half an hour, and outside of Slack's
 * limits. @returns whether Slack took it.
 */
export function respond(url: string, body: object): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  if (!URL.canParse(url)) return Promise.resolve(false);
  // A tenth of what a fetch costs, and the connection is kept.
  const post = url.startsWith('https:') ? https.request : http.request;
  const text = Buffer.from(JSON.stringify(body));
  const headers = { 'content-type': 'application/json; charset=utf-8', 'content-length': text.length };
  const request = post(url, { method: 'POST', headers, timeout: 5000 }, (response) => {
    response.on('close', () => resolve(response.complete && response.statusCode === 200)).resume();
  });
  request.on('timeout', () => request.destroy());
  request.on('error', () => resolve(false));
  request.end(text);
  return promise;
}

/** Posts a card; what Slack does not know yet is sent in plain paragraphs instead. */
async function postIn(client: Client, channel: string, card: Card): Promise<Spot> {
  const post = (card: Card) => patiently(() => client.chat.postMessage({ channel, ...asSent(card) }));
  const sent = await post(card).catch((fault) => {
    if (!isOfBlocks(fault)) throw fault;
    return post(withoutRichText(card));
  });
  return { channel: sent.channel ?? channel, ts: sent.ts! };
}

function asSent({ text, blocks }: Card): { text: string; blocks: Block[]; unfurl_links: false; unfurl_media: false } {
  return { text, blocks, unfurl_links: false, unfurl_media: false };
}

/** Once more where Slack says when, or where nothing can have reached it: never so that something is written twice. */
async function patiently<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (fault) {
      const failed = explain(fault);
      if (attempt === 3 || (failed.kind !== 'limited' && !isUnreached(fault))) throw fault;
      await wait(failed.kind === 'limited' ? Math.min(failed.seconds, 10) * 1000 : 300 * attempt);
    }
  }
}

/** What a failed call means for trying again. */
export function explain(fault: unknown): Failed {
  const { WebAPIPlatformError, WebAPIRateLimitedError } = bolt.webApi;
  const error = fault instanceof Error ? fault.message : String(fault);
  if (fault instanceof WebAPIRateLimitedError)
    return { kind: 'limited', seconds: Math.min(fault.retryAfter, 60), error };
  if (!(fault instanceof WebAPIPlatformError)) return { kind: 'unknown', error };
  const code = fault.data.error;
  if (/^(message_not_found|cant_update_message|edit_window_closed)$/.test(code)) return { kind: 'gone', error: code };
  const passing = /internal_error|fatal_error|service_unavailable|timeout/.test(code);
  return { kind: passing ? 'unknown' : 'refused', error: code };
}

/** Whether Slack does not know some of the blocks. */
function isOfBlocks(fault: unknown): boolean {
  return fault instanceof bolt.webApi.WebAPIPlatformError && /blocks/.test(fault.data.error);
}

/** Whether nothing can have arrived. */
function isUnreached(fault: unknown): boolean {
  return fault instanceof bolt.webApi.WebAPIRequestError && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(deepest(fault));
}

/** The words and codes of a fault and of all that lie behind it. */
function deepest(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const { code = '', original } = fault as Error & { code?: string; original?: unknown };
  return `${code} ${fault.message} ${deepest(fault.cause)} ${original === fault.cause ? '' : deepest(original)}`;
}
