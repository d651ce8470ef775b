import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

/** A request as it came. */
export interface Request {
  method: string;
  path: string;
  query: string;
  /** One character a byte. */
  body: string;
}

/** Serves with next to nothing done for it. `take` answers each request with `writeJson`, or with bytes of its own. */
export async function serve(take: (request: Request, socket: Socket) => void): Promise<string> {
  const server = createServer((socket) => {
    readMessages(socket, (head, body) => {
      const [method = '', target = ''] = head.slice(0, head.indexOf(' HTTP/')).split(' ');
      const [path = '', query = ''] = target.split('?');
      take({ method, path, query, body }, socket);
    });
    socket.on('error', () => socket.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export function writeJson(socket: Socket, value: object, status = '200 OK'): void {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  socket.write(`HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${text}`);
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

/** The text whose bytes these are, one character a byte. */
export function asText(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString();
}

/** The bytes of a text, one character a byte. */
export function asBytes(text: string): string {
  return Buffer.from(text).toString('latin1');
}
