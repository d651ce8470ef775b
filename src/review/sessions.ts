import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '../database/database.ts';
import { keysOf, openStorage, settleStorage } from '../database/storage.ts';
import type { Member } from './members.ts';
import type { Known } from './roles.ts';

/** What is kept of somebody who has signed in; not what they may do, which is asked anew each time. */
export interface Session extends Pick<Member, 'id' | 'name'> {
  known: Known;
  /** From when until when, in ms. */
  since: number;
  until: number;
}

/** A sign-in that holds, as it is told apart from others without what would let one in by it. */
export interface SignedIn extends Session {
  key: string;
  /** When something was last asked for with it, within a few minutes, in ms. */
  seen: number | undefined;
}

/** The sign-ins that hold. */
export interface Sessions {
  /** @returns the id that the browser is to bring along. */
  begin(session: Omit<Session, 'since' | 'until'>): Promise<string>;
  find(id: string): Promise<Session | undefined>;
  end(id: string): Promise<void>;
  /** All of them, the latest first. */
  list(): Promise<SignedIn[]>;
  /** Ends one, whoever's it is. @returns whose it was; nothing where it had ended already. */
  endOne(key: string): Promise<Session | undefined>;
  /** Ends all that a member has. @returns how many there were. */
  endAllOf(member: string): Promise<number>;
}

const minute = 60_000;
const lasts = 12 * 60 * minute;
/** How often it is kept that somebody is still there. */
const noted = 5 * minute;

/**
 * Sessions are kept on the server, so that they end when they are ended. The browser has an id of 32 random bytes; we
 * have no more than its SHA-256, so that whoever reads the database can't come in as somebody else.
 */
export function openSessions(database: Database, now: () => Date): Sessions {
  const kept = openStorage<Session>(database, 'sign-in', lasts);
  // By itself, since a session that has been ended must never be written again.
  const seen = openStorage<number>(database, 'sign-in-seen', lasts);
  const latest = new Map<string, number>();

  async function read(key: string): Promise<Session | undefined> {
    const found = await kept.get(key);
    return found && found.until > now().getTime() ? found : undefined;
  }

  async function note(key: string): Promise<void> {
    const time = now().getTime();
    if (time - (latest.get(key) ?? 0) < noted) return;
    if (latest.size >= 10_000) latest.clear();
    latest.set(key, time);
    await seen.set(key, time);
  }

  async function list(): Promise<SignedIn[]> {
    const keys = await keysOf(database, 'sign-in');
    const found = await Promise.all(
      keys.map(async (key) => {
        const session = await read(key);
        return session && { ...session, key, seen: await seen.get(key) };
      }),
    );
    return found.filter((one) => one !== undefined).sort((one, other) => other.since - one.since);
  }

  async function endOne(key: string): Promise<Session | undefined> {
    const found = await read(key);
    await kept.delete(key);
    await seen.delete(key);
    return found;
  }

  return {
    async begin(session) {
      const [id, since] = [randomBytes(32).toString('base64url'), now().getTime()];
      await kept.set(keyOf(id), { ...session, since, until: since + lasts });
      // Another instance may be the one that they are led on to.
      await settleStorage(database);
      return id;
    },
    async find(id) {
      const found = await read(keyOf(id));
      if (found) await note(keyOf(id));
      return found;
    },
    end: async (id) => void (await endOne(keyOf(id))),
    list,
    endOne,
    async endAllOf(member) {
      const theirs = (await list()).filter(({ id }) => id === member);
      for (const { key } of theirs) await endOne(key);
      return theirs.length;
    },
  };
}

const keyOf = (id: string) => createHash('sha256').update(id).digest('hex');
