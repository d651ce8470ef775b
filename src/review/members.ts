import type { RecordRow } from '../database/tables.ts';
import type { Officer, Role } from '../record/entry.ts';
import { recognise } from '../record/person.ts';
import type { Granted } from './roles.ts';

/** Somebody who has signed in, or who sits at this machine. */
export interface Member {
  /** A hash like that of a person in the log. */
  id: string;
  name: string;
  granted: readonly Granted[];
  /** The hashes under which the log knows them as a person: nobody reviews their own records. */
  own: readonly string[];
  /** At this machine, without a sign-in. */
  local: boolean;
}

/**
 * The hashes under which the log knows somebody, out of all that they are known by: an address, or what a provider calls
 * them, is nobody in the log.
 * @param key of people.
 */
export function ownOf(key: Buffer, names: readonly string[]): string[] {
  return names.flatMap((name) => {
    const [, platform, tenant, user] = /^(slack|teams):([^/]*)\/(.+)$/.exec(name) ?? [];
    return platform === undefined ? [] : [recognise(key, platform, tenant!, user!).hash];
  });
}

/** What one may do in the console. */
export type Act =
  | 'read'
  | 'review'
  /** What is asked of the registrar, and what has been made clear to everybody: to read it; and to answer. */
  | 'questions'
  | 'answer'
  | 'hold'
  | 'export'
  | 'statistics'
  | 'access log'
  /** People and settings: who has which role, who has signed in, what is on. */
  | 'people'
  /** What the program tells of its own accord, without what it says; that too; and having it told once more. */
  | 'outbox'
  | 'outbox words'
  | 'tell again'
  /** One's own records, and whether one gets reminders. */
  | 'own';

/** What each role may do; of records, only with those of the units that the role holds for. */
const rights: Record<Role, readonly Act[]> = {
  staff: [],
  reviewer: ['read', 'review', 'export', 'statistics'],
  registrar: ['read', 'review', 'questions', 'answer', 'export', 'statistics', 'outbox', 'outbox words', 'tell again'],
  archivist: ['read', 'questions', 'hold', 'export', 'statistics', 'outbox', 'outbox words'],
  auditor: ['read', 'questions', 'export', 'access log', 'statistics', 'outbox', 'outbox words'],
  administrator: ['people', 'outbox', 'tell again'],
};

/** The roles whose reach is never narrowed to units. */
const everywhere: ReadonlySet<Role> = new Set(['registrar', 'archivist', 'auditor', 'administrator']);

/** Whether they may do it at all, to some record or other. */
export function may({ granted, own }: Member, act: Act): boolean {
  // What is one's own needs no role, only that the program knows whose it is.
  if (act === 'own') return granted.length > 0 || own.length > 0;
  return granted.some(({ role }) => rights[role].includes(act));
}

/** The units whose records they may do it with; undefined for all of them. */
export function reach({ granted }: Member, act: Act): readonly string[] | undefined {
  const fitting = granted.filter(({ role }) => rights[role].includes(act));
  if (fitting.some(isEverywhere)) return undefined;
  return [...new Set(fitting.flatMap(({ units }) => units ?? []))];
}

/** Whether they may do it to this record. Everybody may read their own, and take it along. */
export function mayWith(member: Member, act: Act, { unit, person }: Pick<RecordRow, 'unit' | 'person'>): boolean {
  if ((act === 'read' || act === 'export') && member.own.includes(person)) return true;
  if (!may(member, act)) return false;
  if ((act === 'review' || act === 'answer') && member.own.includes(person)) return false;
  return member.granted.some((granted) => rights[granted.role].includes(act) && reaches(granted, unit));
}

/** Whether a role can be narrowed to units. */
export function goesByUnit(role: Role): boolean {
  return !everywhere.has(role);
}

const isEverywhere = ({ role, units }: Granted) => units === undefined || everywhere.has(role);

const reaches = (granted: Granted, unit: string | null) =>
  isEverywhere(granted) || (unit !== null && granted.units?.includes(unit) === true);

/** In which role they do it: the first that lets them, with this record where it is about one. */
export function officer(member: Member, act: Act, record?: Pick<RecordRow, 'unit'>): Officer {
  const found = member.granted.find(
    (granted) => rights[granted.role].includes(act) && (record === undefined || reaches(granted, record.unit)),
  );
  if (!found) throw new Error(`${act} is not this person's to do.`);
  return { id: member.id, name: member.name, role: found.role };
}
