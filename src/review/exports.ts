import { randomUUID } from 'node:crypto';
import { existsSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { writeNumber } from '../chat/words.ts';
import { type Database, fileOf } from '../database/database.ts';
import { keysOf, openStorage } from '../database/storage.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Language } from '../record/entry.ts';
import type { Filter } from '../record/list.ts';
import { swedishDay } from '../record/number.ts';
import type { Console } from './console.ts';
import { type Format, type Progress, writeApart } from './export-thread.ts';
import type { Titles } from './exporttable.ts';
import { exportWords } from './exportwords.ts';
import { type Member, reach } from './members.ts';
import { endSentence, inWords, nameFlow, narrow, readWritten, withoutWords, writeAsked } from './queue.ts';
import { consoleWords } from './words.ts';

/** How long a finished file is kept, in milliseconds. */
const kept = 86_400_000;

/** So many exports one member may have under way, and so many in all: the oldest go when another one begins. */
const most = { underWay: 2, inAll: 10 };

/** A list that a member takes along: under way, done, or given up. */
export interface Export {
  id: string;
  format: Format;
  language: Language;
  /** What was asked for, as the queue's address says it, but for words searched for: these are kept nowhere. */
  query: string;
  /** Whether words were searched for. */
  searched: boolean;
  /** The units whose records are in it; null for all. */
  units: readonly string[] | null;
  /** `interrupted` and `gone` are told when somebody looks: the program was closed meanwhile; the file is not here. */
  state: 'waiting' | 'running' | 'done' | 'stopped' | 'failed' | 'interrupted' | 'gone';
  begunAt: string;
  /** When the program that writes it was last known to. */
  seenAt: string;
  rows: number;
  /** How far it has come, from 0 to 1. */
  part: number;
  /** Size in bytes, and when the file goes; where there is one. */
  file?: { size: number; until: string };
}

/** What members take along, each for themselves. */
export interface Exports {
  /** @returns nothing where the member has too many under way already. */
  begin(member: Member, wanted: { format: Format; filter: Filter; language: Language }): Promise<Export | undefined>;
  /** The member's own, the latest first. */
  list(member: Member): Promise<Export[]>;
  /** The file of one of them, where there is one and its records are still this member's to take along. */
  find(member: Member, id: string): Promise<{ path: string; name: string } | undefined>;
  stop(member: Member, id: string): Promise<void>;
  /** Removes it with its file. */
  remove(member: Member, id: string): Promise<void>;
}

/**
 * Exports are written one at a time, whoever asked for them, each in a thread beside the chat. What is known of them may
 * be forgotten, and goes with the file after a day.
 */
export function openExports({ guidance, noteAccess, logger }: Console): Exports {
  const { database } = guidance;
  const known = openStorage<Export>(database, 'export', kept);
  const stops = openStorage<true>(database, 'export-stop', kept);
  const folder = folderOf(database);
  const here = new Map<string, { one: Export; key: string; stopped: boolean; stop?(): void }>();
  let line: Promise<unknown> = Promise.resolve();
  let asking: Promise<unknown> = Promise.resolve();

  const keyOf = (member: Member, id: string) => `${member.id}/${id}`;
  const isOver = ({ state }: Export) => state !== 'waiting' && state !== 'running';

  // Whoever looks may look at another instance, which learns from here how far it is, and says here that it is to stop.
  setInterval(() => void tell().catch(() => {}), 1000).unref();
  async function tell(): Promise<void> {
    for (const { one, key } of here.values()) {
      one.seenAt = guidance.now().toISOString();
      await known.set(key, one);
      if (await isToldToStop(key)) halt(key);
    }
  }

  setInterval(() => sweep(folder), 600_000).unref();
  sweep(folder);

  async function isToldToStop(key: string): Promise<boolean> {
    return database.kind === 'postgres' && (await stops.get(key)) === true;
  }

  function halt(key: string): void {
    const found = here.get(key);
    if (!found) return;
    found.stopped = true;
    found.stop?.();
  }

  async function write(member: Member, one: Export, filter: Filter, key: string): Promise<void> {
    const found = here.get(key)!;
    const path = join(folder, `${one.id}.part`);
    try {
      if (await isToldToStop(key)) halt(key);
      if (!found.stopped) {
        one.state = 'running';
        await known.set(key, one);
        const { format, language } = one;
        const given = { url: database.url, filter, format, language, titles: titlesOf(guidance, language), file: path };
        const oldest = await firstDay(database, filter);
        const writing = writeApart(given, (progress) => {
          one.rows = progress.rows;
          one.part = partOf(progress, oldest);
        });
        found.stop = writing.stop;
        if (found.stopped) writing.stop();
        one.rows = await writing.done;
        // Before anybody can take it along.
        await noteAccess(member, 'exported', { detail: detailOf(one, filter) });
        const until = new Date(guidance.now().getTime() + kept).toISOString();
        one.file = { size: statSync(path).size, until };
        renameSync(path, join(folder, `${one.id}.${format}`));
        one.state = 'done';
      } else one.state = 'stopped';
    } catch (fault) {
      one.state = found.stopped ? 'stopped' : 'failed';
      if (!found.stopped) logger.error({ err: fault }, 'an export could not be written');
      rmSync(path, { force: true });
    }
    // First what others read, then what is read here: in between it would look as if nobody went on writing.
    await known.set(key, one).finally(() => here.delete(key));
  }

  async function read(member: Member): Promise<Export[]> {
    const keys = (await keysOf(database, 'export')).filter((key) => key.startsWith(`${member.id}/`));
    const found = await Promise.all(keys.map(async (key) => here.get(key)?.one ?? (await known.get(key))));
    return found
      .filter((one): one is Export => one !== undefined)
      .map((one) => ({ ...one, state: stateNow(one, here.has(keyOf(member, one.id))) }))
      .sort((one, other) => (one.begunAt < other.begunAt ? 1 : -1));
  }

  async function discard(member: Member, one: Export): Promise<void> {
    rmSync(fileIn(folder, one), { force: true });
    await known.delete(keyOf(member, one.id));
  }

  function stateNow(one: Export, isHere: boolean): Export['state'] {
    if (one.state === 'done') return existsSync(fileIn(folder, one)) ? 'done' : 'gone';
    if (isOver(one) || isHere) return one.state;
    // With SQLite nobody else writes; another instance says every second that it does.
    const silent = guidance.now().getTime() - Date.parse(one.seenAt);
    return database.kind === 'sqlite' || silent > 30_000 ? 'interrupted' : one.state;
  }

  return {
    begin(member, { format, filter, language }) {
      const begun = asking.then(async () => {
        const all = await read(member);
        if (all.filter((one) => !isOver(one)).length >= most.underWay) return undefined;
        for (const old of all.filter(isOver).slice(most.inAll - most.underWay)) await discard(member, old);
        const now = guidance.now().toISOString();
        const own = narrow(filter, member, 'export');
        makeFolder(folder);
        const one: Export = {
          ...{ id: randomUUID(), format, language, state: 'waiting' },
          ...{ query: writeAsked(withoutWords(filter)), searched: filter.search !== undefined },
          ...{ units: reach(member, 'export') ?? null, begunAt: now, seenAt: now, rows: 0, part: 0 },
        };
        const key = keyOf(member, one.id);
        here.set(key, { one, key, stopped: false });
        await known.set(key, one);
        line = line
          .then(() => write(member, one, own, key))
          .catch((fault) => logger.error({ err: fault }, 'an export'));
        return one;
      });
      asking = begun.catch(() => {});
      return begun;
    },
    list: read,
    async find(member, id) {
      const one = (await read(member)).find((one) => one.id === id);
      if (one?.state !== 'done' || !coversAll(reach(member, 'export'), one.units)) return undefined;
      return { path: fileIn(folder, one), name: `isitpublic-${swedishDay(one.begunAt)}.${one.format}` };
    },
    async stop(member, id) {
      const key = keyOf(member, id);
      if (here.has(key)) halt(key);
      else if (await known.get(key)) await stops.set(key, true);
    },
    async remove(member, id) {
      const one = (await read(member)).find((one) => one.id === id);
      if (one && isOver(one)) await discard(member, one);
    },
  };
}

/** Whether all that was reached then is reached now. */
function coversAll(now: readonly string[] | undefined, then: readonly string[] | null): boolean {
  return now === undefined || then?.every((unit) => now.includes(unit)) === true;
}

/** The flows by their titles of today. */
function titlesOf(guidance: Guidance, language: Language): Titles {
  return Object.fromEntries([...guidance.flows.keys()].map((id) => [id, nameFlow(guidance, id, language)]));
}

/** What the access log keeps: the form, how many, and the filter. */
function detailOf({ format, rows, searched }: Export, filter: Filter): string {
  const said = [...new URLSearchParams(writeAsked(withoutWords(filter)))].map(([name, value]) => `${name}=${value}`);
  if (searched) said.push('search=…');
  return `${format}, ${rows}${said.length > 0 ? `: ${said.join(', ')}` : ''}`;
}

/** The same in words; nothing where it can't be read. */
export function sayExported(guidance: Guidance, detail: string, language: Language): string | undefined {
  const text = exportWords(language);
  const [, format, count, said = ''] = /^(xlsx|csv|jsonl), (\d+)(?:: (.+))?$/.exec(detail) ?? [];
  if (format === undefined) return undefined;
  // A value may hold a comma of its own.
  const parts = said.split(/, (?=[a-z]+=)/).flatMap((part) => /^([a-z]+)=(.*)$/.exec(part)?.slice(1) ?? []);
  const pairs = parts.flatMap((name, i) => (i % 2 === 0 && name !== 'search' ? [[name, parts[i + 1]!]] : []));
  const { filter, wrong } = readWritten(String(new URLSearchParams(pairs)));
  if (wrong.length > 0) return undefined;
  const chosen = [...inWords(guidance, filter, language), ...(parts.includes('search') ? [text.searched] : [])];
  const rows = text.rows(Number(count), writeNumber(Number(count), language));
  const taken = `${text.short[format as Format]}, ${rows.toLowerCase()}`;
  // Where nothing was taken along, all of it is nothing too.
  const selection = chosen.join(', ') || (count === '0' ? '' : consoleWords(language).accessEverything);
  return selection === '' ? taken : `${taken} ${endSentence(selection[0]!.toUpperCase() + selection.slice(1))}`;
}

/** The day that the oldest of them may have begun on. */
async function firstDay({ query }: Database, { from }: Filter): Promise<string> {
  if (from !== undefined) return from;
  const first = await query.selectFrom('record').select('started_at').orderBy('id').limit(1).executeTakeFirst();
  return first?.started_at ?? '';
}

/** How far it is on the way back from the latest record to the oldest, by the time that lies between them. */
function partOf({ newest, latest }: Progress, oldest: string): number {
  const [from, at, to] = [Date.parse(newest ?? ''), Date.parse(latest ?? ''), Date.parse(oldest)];
  return from > to ? Math.min(1, Math.max(0, (from - at) / (from - to))) : 0;
}

const fileIn = (folder: string, { id, format }: Export) => join(folder, `${id}.${format}`);

/** Beside the database where that is a file; each instance has its own where not. */
function folderOf({ url }: Database): string {
  const file = fileOf(url);
  return file === undefined ? join(tmpdir(), 'isitpublic-exports') : join(dirname(file), 'exports');
}

/** Nobody else on the machine may look into it, or have put it there for us. */
function makeFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const found = lstatSync(folder);
  if (!found.isDirectory() || found.uid !== (process.getuid?.() ?? found.uid))
    throw new Error(`${folder} is to hold what is exported, and belongs to somebody else. Remove it.`);
}

/** Removes files whose day is over, and what nobody goes on writing. */
function sweep(folder: string): void {
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, name);
    const found = statSync(path, { throwIfNoEntry: false });
    if (found && Date.now() - found.mtimeMs > (name.endsWith('.part') ? 600_000 : kept)) rmSync(path, { force: true });
  }
}
