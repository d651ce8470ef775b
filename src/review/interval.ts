/** A share, and the range that it lies in with 95 % confidence; all between 0 and 1. */
export interface Interval {
  share: number;
  from: number;
  to: number;
}

/** A record of a sample that has been reviewed. */
export interface Observed {
  /** Whether its outcome was in error. */
  wrong: boolean;
  /** How probable it was, when the sample was drawn, that it would be in it: above 0, at most 1. */
  probability: number;
}

/** The 97.5th percentile of the normal distribution: 95 % lie within that many standard errors on both sides. */
const z = 1.959963984540054;

/**
 * The score interval of a share, at 95 %.
 * Source: E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
 * Statistical Association 22 (1927), 209-212. Recommended for small samples by Brown, Cai and DasGupta, Interval
 * estimation for a binomial proportion, Statistical Science 16 (2001), 101-133.
 * @param size how many were looked at; need not be whole, and is infinite where all were.
 */
export function wilson(share: number, size: number): Interval {
  if (size === Number.POSITIVE_INFINITY) return { share, from: share, to: share };
  const square = (z * z) / size;
  const middle = (share + square / 2) / (1 + square);
  const half = (z / (1 + square)) * Math.sqrt((share * (1 - share)) / size + square / (4 * size));
  return {
    share,
    from: share === 0 ? 0 : Math.max(0, middle - half),
    to: share === 1 ? 1 : Math.min(1, middle + half),
  };
}

/**
 * The share in error among all that the sample was drawn from, from the records reviewed so far: each stands for as many
 * as its probability says (Hájek's ratio estimator). The variance is that of the linearised ratio for draws with unequal
 * probabilities, with a correction for how large a part was drawn; from it comes the size that a plain random sample
 * would have to have to be as exact, and that size goes into Wilson's formula.
 * Sources: J. Hájek, Comment on D. Basu, in Foundations of Statistical Inference (1971), 236; C.-E. Särndal, B. Swensson
 * and J. Wretman, Model Assisted Survey Sampling (1992), 5.7 and 5.8; C. Franco, R. Little, T. Louis and E. Slud,
 * Comparative study of confidence intervals for proportions in complex sample surveys, Journal of Survey Statistics and
 * Methodology 7 (2019), 334-364, for the effective size in Wilson's formula.
 * @param drawn how many the whole sample holds. What is reviewed first is a random part of it.
 * @returns undefined where nothing has been reviewed yet.
 */
export function estimate(observed: readonly Observed[], drawn: number): Interval | undefined {
  if (observed.length === 0) return undefined;
  const part = observed.length / drawn;
  const weights = observed.map(({ probability }) => 1 / probability);
  const sum = weights.reduce((all, weight) => all + weight, 0);
  const share = observed.reduce((all, { wrong }, i) => all + (wrong ? weights[i]! : 0), 0) / sum;
  // Rounding must not take a share past its ends.
  return wilson(Math.min(1, Math.max(0, share)), effectiveSize(observed, weights, sum, share, part));
}

function effectiveSize(
  observed: readonly Observed[],
  weights: readonly number[],
  sum: number,
  share: number,
  part: number,
): number {
  const size = observed.length;
  // What was drawn whatever happened adds no chance of its own.
  const chance = observed.map(({ probability }) => 1 - probability * part);
  // Where all are equal in kind, the spread of the weights alone says how much they cost (Kish, 1965).
  const squares = weights.reduce((all, weight, i) => all + chance[i]! * weight * weight, 0);
  const byWeights = squares === 0 ? Number.POSITIVE_INFINITY : (sum * sum) / squares;
  if (share <= 0 || share >= 1 || size < 2) return byWeights;
  const variance =
    (size / (size - 1)) *
    observed.reduce((all, { wrong }, i) => {
      const off = (weights[i]! * ((wrong ? 1 : 0) - share)) / sum;
      return all + chance[i]! * off * off;
    }, 0);
  return variance === 0 ? Number.POSITIVE_INFINITY : (share * (1 - share)) / variance;
}

/** Something to draw, by how much it is to be drawn before others. */
export interface Weighted<T> {
  what: T;
  /** Above 0. */
  weight: number;
}

/** What was drawn, and how probable that was. */
export interface Drawn<T> {
  what: T;
  probability: number;
}

/**
 * Draws without replacement, each with a probability in proportion to its weight: everything is put in random order, laid
 * out along a line as long as the weights, and picked at even steps from a random start (systematic sampling with
 * probability proportional to size, in random order: Madow 1949, Hartley and Rao 1962). Unlike Efraimidis and Spirakis'
 * reservoir, the probability of each is then known exactly, and that is what the estimate leans on. What weighs more
 * than a step is drawn for certain. The same seed draws the same.
 * @returns what was drawn, in random order.
 */
export function draw<T>(all: readonly Weighted<T>[], size: number, seed: number): Drawn<T>[] {
  const random = dice(seed);
  const order = shuffle(all, random);
  if (size >= order.length) return order.map(({ what }) => ({ what, probability: 1 }));
  const certain = new Set<Weighted<T>>();
  let [left, weight] = [size, order.reduce((sum, one) => sum + one.weight, 0)];
  for (let more = true; more && left > 0; ) {
    const heavy = order.filter((one) => !certain.has(one) && one.weight * left >= weight * (1 - 1e-12));
    more = heavy.length > 0;
    for (const one of heavy.slice(0, left)) {
      certain.add(one);
      left -= 1;
      weight -= one.weight;
    }
  }
  const drawn: Drawn<T>[] = [...certain].map(({ what }) => ({ what, probability: 1 }));
  const step = weight / left;
  let next = random() * step;
  let along = 0;
  let picked = 0;
  for (const one of order) {
    if (certain.has(one) || picked === left) continue;
    along += one.weight;
    if (along <= next) continue;
    drawn.push({ what: one.what, probability: Math.min(1, one.weight / step) });
    picked += 1;
    next += step;
  }
  return shuffle(drawn, random);
}

function shuffle<T>(given: readonly T[], random: () => number): T[] {
  const order = [...given];
  for (let i = order.length - 1; i > 0; i -= 1) {
    const j = Math.floor(random() * (i + 1));
    [order[i], order[j]] = [order[j]!, order[i]!];
  }
  return order;
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function dice(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
