import type { IncomingMessage } from 'node:http';

/** What Slack sends is a tenth of this. */
const largest = 1024 * 1024;

/** A request that can't be taken: its status, and why in words. */
export interface Wrong {
  status: 400 | 413;
  why: string;
}

/**
 * Reads a request whole, before Bolt does, and evens out what a proxy may have done to it. Bolt takes the text from
 * `rawBody` and checks its signature.
 */
export async function readBody(request: IncomingMessage & { rawBody?: Buffer }): Promise<Wrong | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largest) return { status: 413, why: 'That was too much at once. / Det var för mycket på en gång.\n' };
    chunks.push(chunk);
  }
  // A proxy may add a character set, and Bolt knows the bare type alone.
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  request.headers['content-type'] = type;
  request.rawBody = chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks);
  // Bolt looks into what it has read without asking whether it is an object at all.
  const text = request.rawBody.toString('utf8').trimStart();
  const isObject = /urlencoded/.test(type) ? !/(?:^|&)payload=(?!%7b|\{)/i.test(text) : text.startsWith('{');
  return isObject ? undefined : { status: 400, why: 'This could not be read. / Det gick inte att läsa.\n' };
}
