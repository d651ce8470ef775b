import http, { type RequestOptions } from 'node:http';
import https from 'node:https';
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { Failed } from '../deliver.ts';
import { writeJson } from './card.ts';

/** A conversation in Teams, and the address at which Teams takes what is said there. */
export interface Room {
  serviceUrl: string;
  id: string;
}

/** An account in Teams: a person `29:...`, or a bot `28:...`. */
export interface Account {
  id: string;
}

/** Writes into Teams: https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference. */
export interface Connector {
  /** The conversation that the bot has with one person. */
  openChat(serviceUrl: string, bot: Account, person: Account, tenant: string): Promise<string>;
  /** @param reader the only one to see it, where others are in the room. @returns its id. */
  post(room: Room, activity: object, reader?: Account): Promise<string>;
  /** @param privately whether only one person sees it. */
  update(room: Room, id: string, activity: object, privately: boolean): Promise<void>;
  remove(room: Room, id: string): Promise<void>;
  /** Whether somebody belongs to a team, a channel or a group chat that the bot is in. */
  isMember(room: Room, person: Account): Promise<boolean>;
  /** Puts a file where its owner has said that it may be put. */
  upload(address: string, file: Buffer): Promise<void>;
}

/** Teams did not do what it was asked to. */
export class NotDone extends Error {
  override name = 'NotDone';
  /** The status of its answer; without one it did not answer. */
  readonly status: number | undefined;
  /** After how many seconds it may be asked again, where it says so. */
  readonly seconds: number | undefined;
  /** Nothing of it can have happened. */
  readonly never: boolean;
  /** Nor will it, however often it is tried. */
  readonly useless: boolean;

  constructor(
    message: string,
    {
      status,
      seconds,
      never = false,
      useless = false,
    }: Partial<Pick<NotDone, 'status' | 'seconds' | 'never' | 'useless'>>,
  ) {
    super(message);
    this.status = status;
    this.seconds = seconds;
    this.never = never || useless;
    this.useless = useless;
  }
}

/** Teams says under which id it keeps something; of what it takes for several things at once it does not. */
const Id = z.object({ id: z.string().max(1000) }).catch({ id: '' });

/**
 * @param token what calls are sent with.
 * @param isTrusted whether an address is one of Teams': nothing is ever sent to another.
 * @param patience how long Teams may take to answer, in ms.
 */
export function openConnector(
  token: () => Promise<string | undefined>,
  isTrusted: (address: string) => boolean,
  patience = 8000,
): Connector {
  async function call(method: string, { serviceUrl }: Pick<Room, 'serviceUrl'>, path: string, body?: object) {
    if (!isTrusted(serviceUrl)) throw new NotDone('the address is none of Teams’', { useless: true });
    const proof = await token().catch((fault: unknown) => {
      throw new NotDone(`no token is to be had: ${fault instanceof Error ? fault.message : fault}`, { never: true });
    });
    const headers = {
      ...(proof !== undefined && { authorization: `Bearer ${proof}` }),
      'content-type': 'application/json',
    };
    const address = `${serviceUrl.replace(/\/$/, '')}/v3/conversations${path}`;
    return send(
      address,
      { method, headers, signal: AbortSignal.timeout(patience) },
      body && Buffer.from(writeJson(body)),
    );
  }

  const at = ({ id }: Room, more = '') => `/${named(id)}/activities${more}`;

  return {
    async openChat(serviceUrl, bot, person, tenant) {
      const body = {
        bot,
        members: [person],
        isGroup: false,
        tenantId: tenant,
        channelData: { tenant: { id: tenant } },
      };
      // The same conversation every time, so that it may be asked for again.
      return Id.parse(await patiently(() => call('POST', { serviceUrl }, '', body), isPassing)).id;
    },
    async post(room, activity, reader) {
      const more = reader ? '?isTargetedActivity=true' : '';
      const body = { type: 'message', ...activity, ...(reader && { recipient: { ...reader, isTargeted: true } }) };
      // Written twice it would stand there twice: only what has surely not arrived is sent again.
      return Id.parse(await patiently(() => call('POST', room, at(room, more), body), isUnreached)).id;
    },
    async update(room, id, activity, privately) {
      const more = `/${named(id)}${privately ? '?isTargetedActivity=true' : ''}`;
      await call('PUT', room, at(room, more), { type: 'message', id, ...activity });
    },
    async remove(room, id) {
      await patiently(() => call('DELETE', room, at(room, `/${named(id)}`)), isPassing);
    },
    async isMember(room, person) {
      return call('GET', room, `/${named(room.id)}/members/${named(person.id)}`).then(
        () => true,
        (fault: unknown) => {
          if (fault instanceof NotDone && fault.status === 404) return false;
          throw fault;
        },
      );
    },
    async upload(address, file) {
      const range = `bytes 0-${file.length - 1}/${file.length}`;
      const headers = { 'content-type': 'application/octet-stream', 'content-range': range };
      await send(address, { method: 'PUT', headers, signal: AbortSignal.timeout(patience) }, file);
    },
  };
}

/** An id as a part of an address; what would lead elsewhere is none. */
function named(id: string): string {
  if (id === '' || id === '.' || id === '..') throw new NotDone('there is no such id', { useless: true });
  return encodeURIComponent(id);
}

/** What a failed call means for drawing again. */
export function explain(fault: unknown): Failed {
  const error = fault instanceof Error ? fault.message : String(fault);
  if (fault instanceof NotDone && fault.useless) return { kind: 'refused', error };
  if (!(fault instanceof NotDone) || fault.status === undefined) return { kind: 'unknown', error };
  const { status, seconds = 1 } = fault;
  if (status === 429) return { kind: 'limited', seconds, error };
  if (status === 404) return { kind: 'gone', error };
  return { kind: status === 412 || status >= 500 ? 'unknown' : 'refused', error };
}

/** Whether the person, or the room, does not let us write there: there is nothing to try again. */
export function isShut(fault: unknown): boolean {
  return fault instanceof NotDone && (fault.status === 403 || fault.status === 404);
}

/** Whether it may have arrived all the same. */
export function isUncertain(fault: unknown): boolean {
  if (!(fault instanceof NotDone)) return true;
  if (fault.never) return false;
  return fault.status === undefined || fault.status === 412 || fault.status >= 500;
}

const isUnreached = (fault: NotDone) => fault.status === 429 || (fault.never && !fault.useless);
const isPassing = (fault: NotDone) =>
  isUnreached(fault) || (!fault.useless && (fault.status === 412 || (fault.status ?? 500) >= 500));

/** Three times at most, with a pause, or with the one that Teams asks for where somebody can wait for that long. */
async function patiently<T>(call: () => Promise<T>, again: (fault: NotDone) => boolean): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (fault) {
      if (!(fault instanceof NotDone) || attempt === 3 || !again(fault) || (fault.seconds ?? 0) > 10) throw fault;
      await wait((fault.seconds ?? 0.3 * attempt) * 1000 * (1 + Math.random() / 4), undefined, { ref: false });
    }
  }
}

/** A tenth of what a fetch costs, and the connection is kept. @returns what was answered as JSON. */
function send(address: string, options: RequestOptions, body?: Buffer): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const open = address.startsWith('https:') ? https.request : http.request;
  const headers = { ...options.headers, 'content-length': String(body?.length ?? 0) };
  const request = open(address, { ...options, headers }, (response) => {
    const chunks: Buffer[] = [];
    let size = 0;
    response.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= 100_000) chunks.push(chunk);
    });
    response.on('error', () => reject(new NotDone('the answer broke off', {})));
    response.on('close', () => {
      const { statusCode: status = 0, headers, complete } = response;
      const text = Buffer.concat(chunks).toString('utf8');
      if (!complete) return reject(new NotDone('the answer broke off', {}));
      if (status < 300) return resolve(parsed(text));
      const seconds = Number(headers['retry-after']);
      const code = z.object({ error: z.object({ code: z.string() }) }).safeParse(parsed(text)).data?.error.code;
      reject(
        new NotDone(`${status} ${code ?? ''}`.trim(), {
          status,
          ...(seconds > 0 && { seconds: Math.min(seconds, 60) }),
        }),
      );
    });
  });
  request.on('error', (fault: Error & { code?: string }) => {
    const never = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].includes(fault.code ?? '');
    const late = options.signal?.aborted;
    reject(new NotDone(late ? 'Teams did not answer in time' : (fault.code ?? fault.message), { never }));
  });
  request.end(body);
  return promise;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
