import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { parse } from 'node:querystring';
import type { App, Receiver, ReceiverEvent } from '@slack/bolt';
import type { Logger } from 'pino';
import { z } from 'zod';
import { answer, readBytes, refusals, refuse } from '../intake.ts';

/** What Slack sends is a tenth of this. */
const largest = 1024 * 1024;

/** Where Slack's requests arrive: each is read once, its signature is checked, and Bolt is told what is in it. */
export interface Reception extends Receiver {
  listener: RequestListener;
}

/**
 * Bolt's own receiver reads and decodes every body twice, knows a form only without a character set, and lets what is no
 * object stop the program. This one reads once, and leaves to Bolt everything that comes after.
 */
export function openReception(signingSecret: string, logger: Logger): Reception {
  let app: App | undefined;
  return {
    init(bolted) {
      app = bolted;
    },
    start: async () => {},
    stop: async () => {},
    async listener(request, response) {
      try {
        const bytes = await readBytes(request, largest);
        if (bytes === undefined) return refuse(response, 413, refusals.tooLarge);
        const text = bytes.toString('utf8');
        // Slack asks this without a signature, to see that we are there; nothing else in the request is looked at.
        if (!text.startsWith('payload=') && /(?:^|&)ssl_check=1(?:&|$)/.test(text)) return answer(response);
        if (!isSigned(signingSecret, bytes, request)) {
          logger.warn('a request to /slack/events was not signed by Slack, or too long ago, and was refused');
          return refuse(response, 401, 'This was not signed by Slack. / Det här är inte signerat av Slack.');
        }
        const body = readBody(text);
        if (!body) return refuse(response, 400, refusals.unreadable);
        if (body.type === 'url_verification') return answer(response, { challenge: body.challenge });
        if (!makesSense(body)) return refuse(response, 400, refusals.unreadable);
        await app!.processEvent({ body, ...retried(request), ack: async (said) => answer(response, said) });
      } catch (fault) {
        if (request.destroyed && !request.complete) return;
        logger.error({ err: fault }, 'something told by Slack could not be answered');
        if (!response.headersSent) refuse(response, 500, refusals.ours);
      }
    },
  };
}

/**
 * Whether Slack has signed these very bytes, within the last five minutes: HMAC-SHA256 over `v0:<time>:<body>`, see
 * https://docs.slack.dev/authentication/verifying-requests-from-slack. The check that Bolt has does the same to text, in
 * more than twice the time.
 */
function isSigned(secret: string, bytes: Buffer, { headers }: IncomingMessage): boolean {
  const { 'x-slack-request-timestamp': time, 'x-slack-signature': signature } = headers;
  if (typeof time !== 'string' || typeof signature !== 'string') return false;
  // What is no number is no time either.
  if (!(Math.abs(Date.now() / 1000 - Number(time)) <= 300)) return false;
  const right = Buffer.from(`v0=${createHmac('sha256', secret).update(`v0:${time}:`).update(bytes).digest('hex')}`);
  const given = Buffer.from(signature);
  return given.length === right.length && timingSafeEqual(given, right);
}

/** A form, a form with all of it as JSON in one field, or JSON. @returns undefined where it is none of them. */
function readBody(text: string): ReceiverEvent['body'] | undefined {
  try {
    const json = text.startsWith('{') ? text : payloadIn(text);
    const body: unknown = json === undefined ? parse(text) : JSON.parse(json);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const thing = z.object({});
const from = {
  user: z.object({ id: z.string() }),
  team: thing.nullish(),
  enterprise: thing.nullish(),
  channel: thing.optional(),
};
const named = { callback_id: z.string() };
const Interaction = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('block_actions'),
    ...from,
    actions: z.array(z.object({ action_id: z.string() })).min(1),
  }),
  z.object({ type: z.enum(['view_submission', 'view_closed']), ...from, view: z.object(named) }),
  z.object({ type: z.enum(['message_action', 'shortcut']), ...from, ...named }),
]);
const Event = z.object({ event: z.object({ type: z.string(), item: thing.optional() }) });

/** Whether there is in it what Bolt takes for granted. */
function makesSense(body: ReceiverEvent['body']): boolean {
  if ('command' in body) return true;
  return ('event' in body ? Event : Interaction).safeParse(body).success;
}

function payloadIn(text: string): string | undefined {
  if (text.startsWith('payload=') && !text.includes('&')) return unescaped(text, 'payload='.length);
  const { payload } = parse(text);
  return typeof payload === 'string' ? payload : undefined;
}

/**
 * The text of a form from a place on: a plus is a space, and %C3%A5 is å. Most of a press is this, and it takes a third of
 * the time of decodeURIComponent.
 */
function unescaped(text: string, from: number): string {
  const bytes = Buffer.allocUnsafe(text.length - from);
  let length = 0;
  for (let at = from; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === 0x25) {
      bytes[length++] = (digitOf(text.charCodeAt(at + 1)) << 4) | digitOf(text.charCodeAt(at + 2));
      at += 2;
    } else bytes[length++] = code === 0x2b ? 0x20 : code;
  }
  return bytes.toString('utf8', 0, length);
}

/** The value of a hexadecimal digit; of anything else, something that is no JSON in the end. */
const digitOf = (code: number) => (code < 0x40 ? code - 0x30 : (code & 0xdf) - 0x37);

function retried({ headers }: IncomingMessage): Pick<ReceiverEvent, 'retryNum' | 'retryReason'> {
  const { 'x-slack-retry-num': number, 'x-slack-retry-reason': reason } = headers;
  return {
    ...(typeof number === 'string' && { retryNum: Number(number) }),
    ...(typeof reason === 'string' && { retryReason: reason }),
  };
}
