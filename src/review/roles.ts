import { readFileSync, statSync } from 'node:fs';
import { LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { Role } from '../record/entry.ts';
import { Role as RoleName } from '../record/entry.ts';

/** Who has which role: a list of grants, as an administrator writes it in `roles.yaml`. */
const Grants = z
  .array(
    z.strictObject({
      role: RoleName,
      /** The units whose records it holds for; all where none is named. */
      units: z.array(z.string().min(1)).min(1).optional(),
      /** Groups of the sign-in's provider, of Slack or of Teams, by id. */
      groups: z.array(z.string().min(1)).default([]),
      /** People, by e-mail address or as slack:<workspace>/<id>, teams:<organisation>/<id> or oidc:<id>. */
      people: z.array(z.string().min(1)).default([]),
    }),
  )
  .nullable()
  .transform((grants) => grants ?? []);

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
  /** What holds now, line by line, and what is wrong with the file as it stands. */
  asRead(): RolesRead;
}

/** A line of the file: a role, and who has it. */
export interface Grant extends Granted {
  groups: readonly string[];
  people: readonly string[];
  /** Where it begins in the file, from 1. */
  line: number;
}

/** The file with the roles, as an administrator looks at it. */
export interface RolesRead {
  file: string;
  /** What holds: where the file is wrong, as it was when it was last right. */
  grants: readonly Grant[];
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
  let [grants, stamp] = [read(file), stampOf(file)];
  let faults: string[] = [];

  function readAnew(): void {
    const now = stampOf(file);
    if (now === stamp) return;
    stamp = now;
    try {
      grants = read(file);
      faults = [];
    } catch (fault) {
      faults = fault instanceof Error ? fault.message.split('\n') : [String(fault)];
      complain(fault);
    }
  }

  function rolesOf({ names, groups }: Known): Granted[] {
    readAnew();
    const own = new Set(names.map(fold));
    return grants
      .filter(
        (grant) => grant.people.some((one) => own.has(fold(one))) || grant.groups.some((one) => groups.includes(one)),
      )
      .map(({ role, units }) => ({ role, units }));
  }

  return Object.assign(rolesOf, {
    asRead(): RolesRead {
      readAnew();
      return { file, grants, faults };
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

function read(file: string): Grant[] {
  let source: string;
  try {
    source = readFileSync(file, 'utf8');
  } catch (fault) {
    if ((fault as NodeJS.ErrnoException).code === 'ENOENT') return [];
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
  const parsed = Grants.safeParse(document.toJS());
  if (parsed.success)
    return parsed.data.map(({ units, ...grant }, i) => {
      const node = document.getIn([i], true) as { range?: [number, number, number] } | undefined;
      return { ...grant, units, line: lines.linePos(node?.range?.[0] ?? 0).line };
    });
  const faults = parsed.error.issues.map(({ path, message }) => {
    for (let length = path.length; length >= 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true) as { range?: [number, number, number] } | undefined;
      if (node?.range) return `${at(node.range[0])} ${path.join('.')}: ${message}`;
    }
    return `${file} ${message}`;
  });
  throw new WrongRoles(faults.join('\n'));
}

/** What tells one state of the file from another. */
function stampOf(file: string): string {
  const found = statSync(file, { throwIfNoEntry: false });
  return found ? `${found.ino} ${found.mtimeMs} ${found.ctimeMs} ${found.size}` : 'none';
}
