import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Database } from '../database/database.ts';
import { openStorage } from '../database/storage.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { type Person, recognise } from '../record/person.ts';

/** Reads a body whole. @returns undefined where there are more bytes of it than that. */
export function readBytes(request: IncomingMessage, largest: number): Promise<Buffer | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer | undefined>();
  const chunks: Buffer[] = [];
  let size = 0;
  request.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size <= largest) chunks.push(chunk);
  });
  request.on('end', () =>
    resolve(size > largest ? undefined : chunks.length === 1 ? chunks[0] : Buffer.concat(chunks)),
  );
  request.on('error', reject);
  return promise;
}

/** Answers, as JSON where it is not nothing or a text. */
export function answer(
  response: ServerResponse,
  said?: unknown,
  write: (said: object) => string = JSON.stringify,
): void {
  if (response.headersSent) return;
  if (said === undefined || said === '') response.writeHead(200).end();
  else if (typeof said !== 'object' || said === null)
    response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(String(said));
  else response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(write(said));
}

/** Says what is wrong with a request, in words. */
export function refuse(response: ServerResponse, status: number, why: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(`${why}\n`);
}

/** What is said of requests that can't be taken, whoever sends them. */
export const refusals = {
  tooLarge: 'That was too much at once. / Det var för mycket på en gång.',
  unreadable: 'This could not be read. / Det gick inte att läsa.',
  ours: 'Something went wrong on our side. / Något gick fel hos oss.',
  nothing: 'There is nothing here. / Här finns ingenting.',
};

/** What a person can quote of a fault of ours, and we find in our own log. */
export function newReference(): string {
  return randomBytes(4).toString('hex').toUpperCase();
}

/** Resolves with what `work` comes to, or with nothing where that takes longer. */
export function within<T>(milliseconds: number, work: Promise<T>): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(resolve, milliseconds, undefined);
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

/** Who somebody is on a platform, by their organisation there and their id in it. Worked out once for each. */
export function openPeople({ keys }: Guidance, platform: string): (tenant: string, user: string) => Person {
  const people = new Map<string, Person>();
  return (tenant, user) => {
    const key = `${tenant} ${user}`;
    const person = people.get(key) ?? recognise(keys.person, platform, tenant, user);
    if (people.size > 10_000) people.clear();
    people.set(key, person);
    return person;
  };
}

/** What goes on after somebody has been answered, and has to be done before the program ends. */
export interface Tasks {
  /** @returns the same work, which is now waited for. */
  follow<T>(work: Promise<T>): Promise<T>;
  /** Resolves when nothing goes on any more. */
  settle(): Promise<void>;
}

export function openTasks(): Tasks {
  const busy = new Set<Promise<unknown>>();
  return {
    follow(work) {
      const done = work.then(
        () => {},
        () => {},
      );
      busy.add(done);
      void done.then(() => busy.delete(done));
      return work;
    },
    async settle() {
      while (busy.size > 0) await Promise.all(busy);
    },
  };
}

/**
 * Tells what a platform sends for the first time from what it repeats.
 * @param name under which it is kept.
 * @param time for how long, in ms.
 */
export function openSeen(database: Database, name: string, time = 3_600_000): (id: string) => Promise<boolean> {
  const seen = openStorage<true>(database, name, time);
  const now = new Set<string>();
  return async (id) => {
    if (id === '') return true;
    if (now.has(id)) return false;
    now.add(id);
    setTimeout(() => now.delete(id), 60_000).unref();
    if (await seen.get(id).catch(() => false)) return false;
    // What can't be kept is still known for a minute, and nobody waits for it.
    void seen.set(id, true).catch(() => {});
    return true;
  };
}
