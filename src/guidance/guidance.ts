import { randomBytes } from 'node:crypto';
import type { Keyv } from 'keyv';
import type { Database } from '../database/database.ts';
import { openStorage } from '../database/storage.ts';
import type { Language, Message } from '../record/entry.ts';
import { type Log, openLog } from '../record/log.ts';
import type { Person } from '../record/person.ts';
import { deriveKeys, type Keys } from '../record/seal.ts';
import { type Clarifications, openClarifications } from './clarify.ts';
import type { Rooms } from './desk.ts';
import { type Finder, openFinder } from './find.ts';
import type { Flows } from './flows.ts';
import { openVersions, type Versions } from './versions.ts';

/** What a conversation needs of the rest of the house. Time and ids come in from outside. */
export interface Guidance extends Flows {
  database: Database;
  log: Log;
  versions: Versions;
  clarifications: Clarifications;
  /** Where those who answer questions are told of new ones. */
  rooms: Rooms;
  /** What may be forgotten: where a person is, and in which language they read. */
  memory: Keyv<Memory>;
  /** The chat message that a session will be about, by the session's id, until its first answer puts it in the log. */
  messages: Keyv<Message>;
  keys: Keys;
  find: Finder;
  now(): Date;
  newId(): string;
}

/** What may be forgotten about a person without anything being lost. */
export interface Memory {
  /** The session that the person has open, as a ref. */
  open?: string;
  language?: Language;
  /** The flows begun last, the latest first. */
  recent?: string[];
  /** The unit that they have said they work in. */
  unit?: string;
}

/** Who presses, and in which language they read where they have not chosen one here. */
export interface Visitor {
  person: Person;
  language: Language;
}

/** Puts flows and log together into something one can talk with. */
export async function openGuidance(
  database: Database,
  flows: Flows,
  secret: string,
  now = () => new Date(),
  rooms: Rooms = { address: '' },
): Promise<Guidance> {
  const keys = deriveKeys(secret);
  return {
    ...flows,
    database,
    keys,
    rooms,
    find: openFinder(flows),
    now,
    log: openLog(database, keys.ledger),
    versions: await openVersions(database, flows, now()),
    clarifications: await openClarifications(database),
    memory: openStorage<Memory>(database, 'person', 400 * 86_400_000),
    messages: openStorage<Message>(database, 'message', 30 * 86_400_000),
    newId: () => newId(now()),
  };
}

/** A UUID of version 7 (RFC 9562): random, and in the order of time, so that new records lie together on disk. */
function newId(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes[6] = (bytes[6]! & 0x0f) | 0x70;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** The language chosen here earlier, or else the one that the platform says. */
export async function languageOf({ memory }: Guidance, { person, language }: Visitor): Promise<Language> {
  return (await memory.get(person.hash))?.language ?? language;
}
