import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Role } from '../record/entry.ts';
import { Role as RoleName } from '../record/entry.ts';

/** The rows of `roles.yaml`, as an administrator writes them: each says who has a role, or who is one person. */
const Rows = z
  .array(z.unknown())
  .nullable()
  .transform((rows) => rows ?? []);

const GrantRow = z.strictObject({
  role: RoleName,
  /** The units whose records it holds for; all where none is named. */
  units: z.array(z.string().min(1)).min(1).optional(),
  /** Groups of the sign-in's provider, of Slack or of Teams, by id. */
  groups: z.array(z.string().min(1)).default([]),
  /** People, by e-mail address or as slack:<workspace>/<id>, teams:<organisation>/<id> or oidc:<id>. */
  people: z.array(z.string().min(1)).default([]),
});

/** What is nobody's id would join nothing, and nobody would notice. */
const Id = z
  .string()
  .trim()
  .regex(/^(slack:[a-z0-9]+\/[a-z0-9]+|teams:[^\s/]+\/\S+|oidc:.+|[^\s@:/]+@[^\s@:/]+)$/i, {
    error: 'no id: write an e-mail address, slack:<workspace>/<id>, teams:<organisation>/<id> or oidc:<id>',
  })
  .transform(asInChat);

const PersonRow = z.strictObject({
  /** The ids of one human being. */
  person: z.array(Id).min(2, { error: 'name two or more ids of one human being' }),
});

/** What somebody may be known by: their addresses and ids, and the groups that they are in. */
export interface Known {
  names: readonly string[];
  groups: readonly string[];
}

/** A role, and the units that it holds for; all where there are none. */
export interface Granted {
  role: Role;
  units: readonly string[] | undefined;
}

/** The roles of people, as they are at this moment. */
export interface Roles {
  (known: Known): Granted[];
  /** These names of somebody, and whatever else the file says the same person is known by. */
  namesOf(names: readonly string[]): string[];
  /** What holds now, line by line, and what is wrong with the file as it stands. */
  asRead(): RolesRead;
}

/** A row of the file: a role, and who has it. */
export interface Grant extends Granted {
  groups: readonly string[];
  people: readonly string[];
  /** Where it begins in the file, from 1. */
  line: number;
}

/** A row of the file: the ids of one human being, those in a chat as the chat writes them. */
interface OnePerson {
  ids: readonly string[];
  /** Where it begins in the file, from 1. */
  line: number;
}

/** The file with the roles, as an administrator looks at it. */
export interface RolesRead {
  file: string;
  /** What holds: where the file is wrong, as it was when it was last right. */
  grants: readonly Grant[];
  persons: readonly OnePerson[];
  /** What is wrong with the file now, each as `file:line:column what`. */
  faults: readonly string[];
}

/** The file with the roles is wrong; the message says where, and how to mend it. */
export class WrongRoles extends Error {
  override name = 'WrongRoles';
}

/**
 * Reads who has which role, and reads it again when the file has changed: a role that is taken away is gone at the next
 * press. A change that makes no sense changes nothing, and `complain` is told.
 * @throws WrongRoles where it makes no sense at the start.
 */
export function openRoles(file: string, complain: (fault: unknown) => void): Roles {
  let [rows, stamp] = [read(file), stampOf(file)];
  let faults: string[] = [];

  function readAnew(): void {
    const now = stampOf(file);
    if (now === stamp) return;
    stamp = now;
    try {
      rows = read(file);
      faults = [];
    } catch (fault) {
      faults = fault instanceof Error ? fault.message.split('\n') : [String(fault)];
      complain(fault);
    }
  }

  function namesOf(names: readonly string[]): string[] {
    readAnew();
    const own = new Set(names.map(fold));
    const theirs = rows.persons.filter(({ ids }) => ids.some((id) => own.has(fold(id))));
    return [...new Set([...names, ...theirs.flatMap(({ ids }) => ids)])];
  }

  function rolesOf({ names, groups }: Known): Granted[] {
    const own = new Set(namesOf(names).map(fold));
    return rows.grants
      .filter(
        (grant) => grant.people.some((one) => own.has(fold(one))) || grant.groups.some((one) => groups.includes(one)),
      )
      .map(({ role, units }) => ({ role, units }));
  }

  return Object.assign(rolesOf, {
    namesOf,
    asRead(): RolesRead {
      readAnew();
      return { file, ...rows, faults };
    },
  });
}

/**
 * Addresses and ids are the same in capitals, except for a provider's own names, which may differ in nothing else. Only
 * plain letters are folded: there are letters that become a "k" when made small, and an address of somebody else's.
 */
function fold(name: string): string {
  const trimmed = name.trim();
  return trimmed.startsWith('oidc:') ? trimmed : trimmed.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

/** The log knows people by a hash of their id, letter for letter; in the file it may stand in capitals or without. */
function asInChat(id: string): string {
  if (/^slack:/i.test(id)) return `slack:${id.slice(6).toUpperCase()}`;
  if (/^teams:[0-9a-f-]{36}\/[0-9a-f-]{36}$/i.test(id)) return id.toLowerCase();
  return id.replace(/^(teams|oidc):/i, (prefix) => prefix.toLowerCase());
}

function read(file: string): Pick<RolesRead, 'grants' | 'persons'> {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return { grants: [], persons: [] };
    throw fault;
  }
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, uniqueKeys: true, strict: true });
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const [wrong] = document.errors;
  if (wrong) throw new WrongRoles(`${at(wrong.pos[0])} ${wrong.message.split('\n')[0]}`);
  const lineOf = (i: number) => lines.linePos(rangeOf(document.getIn([i], true))?.[0] ?? 0).line;
  const issues: { path: readonly PropertyKey[]; message: string }[] = [];
  const grants: Grant[] = [];
  const persons: OnePerson[] = [];
  const taken = new Map<string, number>();
  const all = Rows.safeParse(document.toJS());
  if (!all.success) issues.push(...all.error.issues);
  for (const [i, row] of (all.data ?? []).entries()) {
    const line = lineOf(i);
    const isPerson = typeof row === 'object' && row !== null && 'person' in row;
    const parsed = isPerson ? PersonRow.safeParse(row) : GrantRow.safeParse(row);
    if (!parsed.success)
      issues.push(...parsed.error.issues.map(({ path, message }) => ({ path: [i, ...path], message })));
    else if ('person' in parsed.data) {
      const ids = parsed.data.person;
      for (const [j, id] of ids.entries()) {
        const before = taken.get(fold(id));
        if (before !== undefined) issues.push({ path: [i, 'person', j], message: `stands on line ${before} already` });
        taken.set(fold(id), line);
      }
      persons.push({ ids, line });
    } else grants.push({ ...parsed.data, units: parsed.data.units, line });
  }
  if (issues.length === 0) return { grants, persons };
  const faults = issues.map(({ path, message }) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const range = rangeOf(document.getIn(path.slice(0, length), true));
      if (range) return `${at(range[0])} ${path.join('.')}: ${message}`;
    }
    return `${file} ${message}`;
  });
  throw new WrongRoles(faults.join('\n'));
}

/** Where something stands in the file, as far as it is in there. */
function rangeOf(node: unknown): readonly [number, number, number] | undefined {
  return (node as { range?: [number, number, number] } | undefined)?.range;
}

/** What tells one state of the file from another. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}` : 'none';
}
