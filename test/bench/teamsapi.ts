import { type Request, serve, writeJson } from './wire.ts';

/** What the connector that everybody talks to during a measurement tells about what came in. */
export interface Ears {
  /** A message was drawn anew. @param place its conversation and its id, with a slash between. */
  updated(place: string, request: Request): void;
  /** Anything else. */
  called(name: string, request: Request): void;
}

/** A Bot Connector that answers at once, with next to nothing done for it. */
export function openTeamsApi(ears: Ears): Promise<string> {
  let messages = 0;
  return serve((request, socket) => {
    const { method, path } = request;
    const [, room = '', message = ''] = /\/v3\/conversations\/([^/]+)\/activities(?:\/([^/]+))?$/.exec(path) ?? [];
    if (method === 'PUT') {
      writeJson(socket, { id: message });
      ears.updated(`${decodeURIComponent(room)}/${decodeURIComponent(message)}`, request);
      return;
    }
    messages += 1;
    const id = room === '' ? `a:new-${messages}` : `${1_763_900_000_000 + messages}`;
    writeJson(socket, { id }, method === 'POST' ? '201 Created' : '200 OK');
    ears.called(`${method} ${room === '' ? 'conversation' : 'activity'}`, request);
  });
}
