import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** What came in: a call of a method of the Web API, or an answer to a press through its `response_url`. */
export interface Heard {
  /** Path after `/api/` or `/response/`, without a query. */
  name: string;
  query: string;
  /** As it came, one character a byte; `readBody` reads it. */
  body: string;
}

/** What the Slack that everybody talks to during a measurement tells about what came in. */
export interface Ears {
  called(heard: Heard): void;
  answered(heard: Heard): void;
}

/** A Slack that answers at once, with next to nothing done for it: the Web API, and what stands behind `response_url`. */
export async function openSlackApi(ears: Ears): Promise<string> {
  let messages = 0;
  const server = createServer((socket) => {
    readMessages(socket, (head, body) => {
      const [path = '', query = ''] = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/')).split('?');
      if (path.startsWith('/response/')) {
        socket.write(ok);
        ears.answered({ name: path.slice('/response/'.length), query, body });
        return;
      }
      const heard = { name: path.slice('/api/'.length), query, body };
      messages += 1;
      const text = JSON.stringify({ ok: true, ...result(heard, `${1_790_000_000 + messages}.000100`) });
      socket.write(
        `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${text.length}\r\n\r\n${text}`,
      );
      ears.called(heard);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok';

function result(heard: Heard, ts: string): object {
  const of = (name: string) => String(readBody(heard)[name] ?? '');
  switch (heard.name) {
    case 'auth.test':
      return { url: 'https://bench.slack.com/', team: 'Bench', team_id: 'T0BENCH', user_id: 'U0BOT', bot_id: 'B0BOT' };
    case 'users.info':
      return { user: { id: of('user'), team_id: 'T0BENCH', locale: 'sv-SE', tz: 'Europe/Stockholm', tz_offset: 3600 } };
    case 'conversations.open':
      return { channel: { id: `D${of('users').slice(1)}` } };
    case 'chat.postMessage':
      return { channel: of('channel'), ts, message: { ts } };
    case 'chat.update':
      return { channel: of('channel'), ts: of('ts'), text: of('text') };
    case 'views.publish':
    case 'views.open':
      return { view: { id: 'V0BENCH', hash: ts } };
    default:
      return {};
  }
}

/** The fields of a body, whether they came as a form or as JSON. */
export function readBody({ query, body }: Heard): Record<string, unknown> {
  const text = Buffer.from(body, 'latin1').toString();
  if (text.startsWith('{')) return JSON.parse(text);
  const fields: [string, string][] = [...new URLSearchParams(query), ...new URLSearchParams(text)];
  return Object.fromEntries(fields.map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]));
}

/** Cuts what comes over a connection into HTTP messages, as cheaply as it can be done: one character a byte. */
export function readMessages(socket: Socket, take: (head: string, body: string) => void): void {
  let text = '';
  socket.setEncoding('latin1').setNoDelay(true);
  socket.on('data', (chunk) => {
    text += chunk;
    for (;;) {
      const start = text.indexOf('\r\n\r\n') + 4;
      if (start < 4) return;
      const head = text.slice(0, start);
      const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
      const chunked = length === undefined && /\r\ntransfer-encoding: *chunked/i.test(head);
      // The last chunk is an empty one, right after the head where there is no other; no body here has bare CRLFs.
      const end = chunked ? text.indexOf('\r\n0\r\n\r\n', start - 2) + 7 : start + Number(length ?? 0);
      if (end < start || end > text.length) return;
      const body = text.slice(start, end);
      text = text.slice(end);
      take(head, chunked ? dechunked(body) : body);
    }
  });
}

function dechunked(body: string): string {
  let text = '';
  for (let at = 0; ; ) {
    const line = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.slice(at, line), 16);
    if (!(size > 0)) return text;
    text += body.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}
