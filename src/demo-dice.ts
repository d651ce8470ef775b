/** Chance that falls the same way each time. */
export interface Dice {
  /** At least 0, and below 1. */
  next(): number;
  chance(share: number): boolean;
  /** From one whole number to another, both included. */
  whole(from: number, to: number): number;
  pick<T>(of: readonly T[]): T;
  weigh<T>(of: readonly T[], weight: (one: T, i: number) => number): T;
  shuffle<T>(all: readonly T[]): T[];
}

/** The same seed makes the same chance. Mulberry32: small, quick, and even enough for a demo. */
export function openDice(seed: string): Dice {
  let state = hashOf(seed);
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const pick = <T>(of: readonly T[]) => of[Math.floor(next() * of.length)]!;
  return {
    next,
    pick,
    chance: (share) => next() < share,
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    weigh: (of, weight) => {
      const weights = of.map(weight);
      let left = next() * weights.reduce((sum, one) => sum + one, 0);
      for (const [i, one] of of.entries()) {
        left -= weights[i]!;
        if (left < 0) return one;
      }
      return of.at(-1)!;
    },
    shuffle: (all) => {
      const keyed = all.map((one) => ({ one, key: next() }));
      return keyed.sort((a, b) => a.key - b.key).map(({ one }) => one);
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  return [...text].reduce((hash, sign) => Math.imul(hash ^ sign.codePointAt(0)!, 0x01000193) >>> 0, 0x811c9dc5);
}

/** A number from 0 up to 1 that is always the same for this text. */
export const numberIn = (text: string) => openDice(text).next();
