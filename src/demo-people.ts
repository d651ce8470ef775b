import type { Guidance, Visitor } from './guidance/guidance.ts';
import type { Language, Officer } from './record/entry.ts';
import { recognise } from './record/person.ts';
import { deriveKeys } from './record/seal.ts';

/** One made-up colleague. */
export interface MadeUp {
  visitor: Visitor;
  unit: string | undefined;
}

const platforms = ['teams', 'slack', 'web', 'teams', 'slack'] as const;
const headcount = 64;
const nameOf = (i: number) => `demo-${String(i + 1).padStart(2, '0')}`;

/** The hashes of all who are made up under this secret. */
export function hashesOf(secret: string): string[] {
  const { person } = deriveKeys(secret);
  return Array.from({ length: headcount }, (_, i) => personOf(person, i).hash);
}

function personOf(key: Buffer, i: number) {
  return recognise(key, platforms[i % platforms.length]!, 'demo', nameOf(i));
}

/** Some in every unit; in the last one so few that nothing may be counted of it. */
export function madeUp({ keys, municipality: { units } }: Guidance): MadeUp[] {
  const large = units.slice(0, -1);
  return Array.from({ length: headcount }, (_, i) => ({
    visitor: { person: personOf(keys.person, i), language: (i % 11 === 5 ? 'en' : 'sv') as Language },
    unit: i < 3 || large.length === 0 ? units.at(-1) : large[Math.floor(large.length * ((i * 0.618) % 1))],
  }));
}

/** Those who answer for what they do, by name. */
export function officers({ keys }: Guidance) {
  const one = (name: string, role: Officer['role']): Officer => ({
    id: recognise(keys.person, 'web', 'demo', name).hash,
    name: `${name} (påhittad)`,
    role,
  });
  return {
    reviewers: ['Granskare Ask', 'Granskare Björk', 'Granskare Lönn'].map((name) => one(name, 'reviewer')),
    registrars: ['Registrator Ek', 'Registrator Gran'].map((name) => one(name, 'registrar')),
    archivist: one('Arkivarie Rönn', 'archivist'),
  };
}
