import http from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import bolt, { type webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { openStorage } from '../../database/storage.ts';
import { readRef } from '../../guidance/ref.ts';
import type { View } from '../../guidance/view.ts';
import { type Block, type Card, withoutRichText } from './blocks.ts';
import { drawMoved } from './draw.ts';
import type { Spot } from './read.ts';

type Client = webApi.WebClient;

/** A card, and the view that it shows where it shows one. */
interface Drawing {
  card: Card;
  view?: View;
  /** Where a message is drawn anew: the address that came with the press: quickest, and good for this drawing alone. */
  respondTo?: string | undefined;
  /** How long to wait for something newer that takes its place, in ms. */
  calm?: number;
}

/** Brings cards to where people see them. The log is right without it; what can't be drawn now is drawn later or asked for. */
export interface Deliveries {
  /**
   * Writes a card to the person, in their conversation with the app; a card of the same session further up is put away.
   * @param once what is written once where it is asked for several times in a row.
   * @throws in Slack's own words where that can't be done.
   */
  post(client: Client, user: string, drawing: Drawing, once?: string): Promise<Spot>;
  /** Draws a card in place of what stands there: one after the other, and never an older one over a newer one. */
  replace(client: Client, spot: Spot, drawing: Drawing): void;
  /** The same where the card of that session stands, if that is known. */
  redraw(client: Client, drawing: Drawing): Promise<void>;
  /** Resolves when nothing is being drawn any more. */
  settle(): Promise<void>;
}

/** The drawings of one message: the one that is being drawn, and the latest that waits for its turn. */
interface Line {
  waiting: Drawing | undefined;
  done: Promise<void>;
}

/** The pauses before each further attempt, in ms, while nothing newer is to be drawn. */
const pauses = [0, 1000, 4000, 15_000, 60_000];

export function openDeliveries(database: Database, logger: Logger): Deliveries {
  // Where each session's card stands. Forgetting it costs a card that is not put away.
  const spots = openStorage<Spot>(database, 'slack-card', 90 * 86_400_000);
  const known = new Map<string, string>();
  const lines = new Map<string, Line>();
  // What each message was to show last: an answer that was slow is not drawn over a later one.
  const latest = new Map<string, { session: string; seq: number }>();
  const posting = new Map<string, Promise<Spot>>();

  /** Keeps where a session's card stands now, and puts away the one further up: there is one to press on. */
  async function note(client: Client, view: View | undefined, spot: Spot): Promise<void> {
    const session = sessionOf(view);
    const place = `${spot.channel} ${spot.ts}`;
    if (!view || session === undefined || known.get(session) === place) return;
    if (known.size > 10_000) known.clear();
    known.set(session, place);
    const earlier = await find(view);
    await spots.set(session, spot).catch((fault) => logger.warn({ err: fault }, 'where a card stands was not kept'));
    if (!earlier || earlier.ts === spot.ts) return;
    const moved = client.chat.update({ ...earlier, ...asSent(drawMoved(view.language)) });
    moved.catch((fault) => logger.info({ because: explain(fault) }, 'an earlier card could not be put away'));
  }

  async function find(view: View | undefined): Promise<Spot | undefined> {
    const session = sessionOf(view);
    return session === undefined ? undefined : spots.get(session).catch(() => undefined);
  }

  async function write(client: Client, user: string, { card, view }: Drawing): Promise<Spot> {
    const { channel } = await patiently(() => client.conversations.open({ users: user }));
    const spot = await postIn(client, channel!.id!, card);
    await note(client, view, spot);
    return spot;
  }

  function replace(client: Client, spot: Spot, drawing: Drawing): void {
    const key = `${spot.channel} ${spot.ts}`;
    const [place, before] = [placeOf(drawing.view), latest.get(key)];
    if (place && place.session === before?.session && place.seq < before.seq) return;
    if (latest.size > 10_000) latest.clear();
    if (place) latest.set(key, place);
    const line = lines.get(key);
    if (line) line.waiting = drawing;
    else {
      const begun: Line = { waiting: drawing, done: Promise.resolve() };
      lines.set(key, begun);
      begun.done = drawInTurn(client, spot, begun).finally(() => lines.delete(key));
    }
  }

  async function drawInTurn(client: Client, spot: Spot, line: Line): Promise<void> {
    for (let next = line.waiting; next; next = line.waiting) {
      line.waiting = undefined;
      const outdated = () => line.waiting !== undefined;
      await sleep(next.calm ?? 0, outdated);
      if (!outdated()) await draw(client, spot, next, outdated);
    }
  }

  /** Tries until it is drawn, until something newer is to be drawn instead, or until it is no use. */
  async function draw(client: Client, spot: Spot, drawing: Drawing, outdated: () => boolean): Promise<void> {
    const { card, view, respondTo } = drawing;
    const update = (card: Card) => client.chat.update({ ...spot, ...asSent(card) }).then(() => undefined, explain);
    let asked = 0;
    try {
      if (respondTo && (await respond(respondTo, { replace_original: true, ...card })))
        return await note(client, view, spot);
      for (const pause of pauses) {
        await sleep(Math.max(pause, asked), outdated);
        if (outdated()) return;
        let failed = await update(card);
        if (failed?.kind === 'blocks') failed = await update(withoutRichText(card));
        if (!failed) return await note(client, view, spot);
        if (failed.kind === 'gone') return await note(client, view, await postIn(client, spot.channel, card));
        if (failed.kind === 'refused' || failed.kind === 'blocks')
          return logger.warn({ because: failed.error }, 'Slack refuses a drawing');
        asked = failed.kind === 'limited' ? failed.seconds * 1000 : 0;
      }
      logger.warn('a card could not be drawn; it is drawn at the next press');
    } catch (fault) {
      logger.warn({ err: fault }, 'a card could not be drawn; it is drawn at the next press');
    }
  }

  return {
    post(client, user, drawing, once = sessionOf(drawing.view)) {
      const key = `${user} ${once}`;
      const already = once === undefined ? undefined : posting.get(key);
      if (already) return already;
      const written = write(client, user, drawing);
      posting.set(key, written);
      const forget = () => void setTimeout(() => posting.delete(key), 3000).unref();
      written.then(forget, () => posting.delete(key));
      return written;
    },
    replace,
    async redraw(client, drawing) {
      const spot = await find(drawing.view);
      if (spot) replace(client, spot, drawing);
    },
    async settle() {
      while (lines.size > 0) await Promise.all([...lines.values()].map(({ done }) => done));
    },
  };
}

/** The session that a view is a place in. */
function sessionOf(view: View | undefined): string | undefined {
  return view && 'node' in view ? readRef(view.session)?.id : undefined;
}

/** How far its session has come in a view. */
function placeOf(view: View | undefined): { session: string; seq: number } | undefined {
  const session = sessionOf(view);
  return view && 'seq' in view && session !== undefined ? { session, seq: view.seq } : undefined;
}

/** Sleeps, but no longer than there is a reason to. */
async function sleep(milliseconds: number, outdated: () => boolean): Promise<void> {
  for (const until = Date.now() + milliseconds; Date.now() < until && !outdated(); )
    await wait(Math.min(50, until - Date.now()), undefined, { ref: false });
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
    if (explain(fault).kind !== 'blocks') throw fault;
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
      if (attempt === 3 || (failed.kind !== 'limited' && failed.kind !== 'unreached')) throw fault;
      await wait(failed.kind === 'limited' ? Math.min(failed.seconds, 10) * 1000 : 300 * attempt);
    }
  }
}

type Failed =
  | { kind: 'limited'; seconds: number }
  | { kind: 'blocks' | 'gone' | 'refused' | 'unreached' | 'unknown'; error: string };

/** What a failed call means for trying again. */
export function explain(fault: unknown): Failed {
  const { WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } = bolt.webApi;
  if (fault instanceof WebAPIRateLimitedError) return { kind: 'limited', seconds: Math.min(fault.retryAfter, 60) };
  if (fault instanceof WebAPIPlatformError) {
    const { error } = fault.data;
    if (/blocks/.test(error)) return { kind: 'blocks', error };
    if (/^(message_not_found|cant_update_message|edit_window_closed)$/.test(error)) return { kind: 'gone', error };
    return {
      kind: /internal_error|fatal_error|service_unavailable|timeout/.test(error) ? 'unknown' : 'refused',
      error,
    };
  }
  const error = fault instanceof Error ? fault.message : String(fault);
  const unreached = fault instanceof WebAPIRequestError && /ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(deepest(fault));
  return { kind: unreached ? 'unreached' : 'unknown', error };
}

/** The words and codes of a fault and of all that lie behind it. */
function deepest(fault: unknown): string {
  if (!(fault instanceof Error)) return '';
  const { code = '', original } = fault as Error & { code?: string; original?: unknown };
  return `${code} ${fault.message} ${deepest(fault.cause)} ${original === fault.cause ? '' : deepest(original)}`;
}
