import { asText, type Request, serve, writeJson } from './wire.ts';

/** What the Slack that everybody talks to during a measurement tells about what came in. */
export interface Ears {
  /** A call of a method of the Web API. */
  called(method: string, request: Request): void;
  /** An answer to a press through its `response_url`, which ends in this name. */
  answered(name: string, request: Request): void;
}

/** A Slack that answers at once, with next to nothing done for it: the Web API, and what stands behind `response_url`. */
export function openSlackApi(ears: Ears): Promise<string> {
  let messages = 0;
  return serve((request, socket) => {
    const { path } = request;
    if (path.startsWith('/response/')) {
      socket.write(ok);
      ears.answered(path.slice('/response/'.length), request);
      return;
    }
    const method = path.slice('/api/'.length);
    messages += 1;
    writeJson(socket, { ok: true, ...result(method, request, `${1_790_000_000 + messages}.000100`) });
    ears.called(method, request);
  });
}

const ok = 'HTTP/1.1 200 OK\r\ncontent-type: text/plain\r\ncontent-length: 2\r\n\r\nok';

function result(method: string, request: Request, ts: string): object {
  const of = (name: string) => String(readBody(request)[name] ?? '');
  switch (method) {
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
export function readBody({ query, body }: Pick<Request, 'query' | 'body'>): Record<string, unknown> {
  const text = asText(body);
  if (text.startsWith('{')) return JSON.parse(text);
  const fields: [string, string][] = [...new URLSearchParams(query), ...new URLSearchParams(text)];
  return Object.fromEntries(fields.map(([name, value]) => [name, /^[[{]/.test(value) ? JSON.parse(value) : value]));
}
