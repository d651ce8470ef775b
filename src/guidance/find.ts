import { stemmer as englishStem } from '@orama/stemmers/english';
import { stemmer as swedishStem } from '@orama/stemmers/swedish';
import MiniSearch from 'minisearch';
import { type Entrance, readEntrance, writeEntrance } from './entrance.ts';
import { type Flow, knowing, type Option, offered, type Question, type Text } from './flow.ts';
import type { Flows } from './flows.ts';

/** Finds where to begin. Words are looked up and forgotten: nothing of them is kept or logged. */
export type Finder = (words: string) => Entrance[];

/** A finder that reads the flows when somebody first looks for something: the program starts sooner without. */
export function openFinder(flows: Flows): Finder {
  let find: Finder | undefined;
  return (words) => {
    find ??= readFlows(flows);
    return find(words);
  };
}

/** Reads all that the flows say, in both languages, so that the right one is found by an everyday word. */
function readFlows({ flows, municipality, glossary }: Flows): Finder {
  const shared = sharedAnswers([...flows.values()]);
  const places = [...flows.values()].flatMap((flow) => [ofFlow(flow), ...ofEntries(flow, municipality, shared)]);
  const terms = new Map(
    Object.entries(glossary).flatMap(([id, { term, forms }]) =>
      [term.sv, term.en, ...(forms?.sv ?? []), ...(forms?.en ?? [])].map((form) => [plain(form), `=${id}`] as const),
    ),
  );
  const keywords = places.flatMap((place) => wordsOf(`${place.title} ${place.keywords}`));
  // A stem of four letters is too often that of another word: `brukare` and `skogsbruk`, `städa` and `verkstad`.
  const forms = keywords.flatMap((word) => [plain(word), ...stems(word).filter((stem) => stem.length > 4)]);
  const known = new Set(forms.filter((form) => form.length >= 3));
  const keysOf = (word: string): string[] => {
    const term = terms.get(plain(word));
    return [...stems(word), ...(term ? [term] : [])];
  };
  const ways = new Map<string, string[]>();
  const waysOf = (word: string): string[] => {
    const found = ways.get(word) ?? [...new Set([word, ...halves(word, known)].flatMap(keysOf))];
    ways.set(word, found);
    return found;
  };
  const index = new MiniSearch<Place>({
    idField: 'entry',
    fields: ['title', 'keywords', 'label', 'more'],
    tokenize: wordsOf,
    processTerm: waysOf,
    searchOptions: {
      tokenize: (key) => [key],
      processTerm: (key) => key,
      boost: { title: 3, keywords: 4, label: 3, more: 0.8 },
      // Short labels and long lists of keywords weigh alike; a flow as a whole stands before its single answers.
      bm25: { k: 0.6, b: 0.1, d: 0.5 },
      boostDocument: (id) => (String(id).includes('/') ? 1 : 1.5),
    },
  });
  index.addAll(places);
  ways.clear();

  const exactly = (word: string): Weights => {
    const found: Weights = new Map();
    for (const key of keysOf(word)) for (const { id, score } of index.search(key)) raise(found, id, score);
    return found;
  };
  const together = (parts: string[]): Weights => {
    const found: Weights = new Map();
    for (const part of parts) for (const [entry, weight] of exactly(part)) add(found, entry, weight * 0.6);
    return found;
  };
  const misspelt = (word: string): Weights => {
    const whole = plain(word);
    const found: Weights = new Map();
    for (const form of stems(word).filter(({ length }) => length >= 7)) {
      const alike = index.search(form, { fields: ['title', 'keywords'], fuzzy: form.length >= 8 ? 2 : 1 });
      for (const { id, score, terms } of alike) if (terms.some((term) => term[0] === whole[0])) raise(found, id, score);
    }
    return found;
  };
  const weigh = (word: string): Weights => {
    const found = exactly(word);
    for (const [entry, weight] of together(halves(word, known))) raise(found, entry, weight);
    if (found.size > 0) return found;
    // Only a word that is not known, neither whole nor in two halves, is taken for a misspelt one.
    const alike = misspelt(word);
    return alike.size > 0 ? alike : together(half(word, known));
  };

  return (words) => {
    const scores: Weights = new Map();
    const ofFlows: Weights = new Map();
    const said = wordsOf(words.slice(0, 200));
    const writtenApart = said.slice(1).map((word, at) => said[at] + word);
    for (const word of new Set([...said, ...writtenApart.filter((pair) => knows(plain(pair), known))])) {
      const found = weigh(word);
      const best: Weights = new Map();
      for (const [entry, weight] of found) raise(best, readEntrance(entry).flow, weight);
      // A word that leads to many flows says little. What a flow is found by anywhere speaks for all of it.
      const telling = Math.log(1 + flows.size / best.size);
      for (const [entry, weight] of found) add(scores, entry, weight * telling);
      for (const [flow, weight] of best) add(ofFlows, flow, weight * telling * 0.6);
    }
    const total = (entry: string) => scores.get(entry)! + ofFlows.get(readEntrance(entry).flow)!;
    const ranked = [...scores.keys()].sort((a, b) => total(b) - total(a)).map(readEntrance);
    const before = (at: number) => ranked.slice(0, at).filter(({ flow }) => flow === ranked[at]!.flow).length;
    // Three flows to choose between come first, then a second way into each of them and other flows.
    const first = ranked.filter((_, at) => before(at) === 0).slice(0, 3);
    const rest = ranked.filter((entry, at) => before(at) < 2 && !first.includes(entry));
    return [...first, ...rest].slice(0, 8);
  };
}

/** How well each place, or each flow, is matched. */
type Weights = Map<string, number>;

function raise(weights: Weights, key: string, weight: number): void {
  weights.set(key, Math.max(weights.get(key) ?? 0, weight));
}

function add(weights: Weights, key: string, weight: number): void {
  weights.set(key, (weights.get(key) ?? 0) + weight);
}

/** What a place to begin at is found by, in both languages at once. */
interface Place {
  entry: string;
  title: string;
  keywords: string;
  label: string;
  more: string;
}

function ofFlow(flow: Flow): Place {
  const nodes = Object.values(flow.nodes);
  const labels = nodes.flatMap((node) => ('question' in node ? knowing(node).map(({ label }) => label) : []));
  const questions = nodes.map((node) =>
    'question' in node ? node.question : 'checklist' in node ? node.checklist : node.text,
  );
  return {
    entry: writeEntrance({ flow: flow.id, given: [] }),
    title: both(flow.title),
    keywords: [...flow.keywords.sv, ...flow.keywords.en].join(' '),
    label: both(flow.about),
    more: [...labels, ...questions].map(both).join(' '),
  };
}

/**
 * The answers to the first question and to the ones right after it: as deep as a newcomer can name where they are. Answers
 * that several flows share tell none of them from the others.
 */
function ofEntries(flow: Flow, municipality: Flows['municipality'], shared: ReadonlySet<string>): Place[] {
  const ways = (id: string, given: Option[]): Option[][] => {
    const node = flow.nodes[id]!;
    if (!('question' in node) || given.length === 2 || shared.has(answersOf(node))) return [];
    const answers = knowing(node).filter((option) => offered(node, municipality).includes(option) && !yesOrNo(option));
    return answers.flatMap((option) => [[...given, option], ...ways(option.next, [...given, option])]);
  };
  return ways(flow.start, []).map((given) => {
    const last = given.at(-1)!;
    return {
      entry: writeEntrance({ flow: flow.id, given: given.map(({ id }) => id) }),
      title: '',
      keywords: [...(last.keywords?.sv ?? []), ...(last.keywords?.en ?? [])].join(' '),
      label: both(last.label),
      more: [both(last.hint), ...given.slice(0, -1).map(({ label }) => both(label))].join(' '),
    };
  });
}

/** A yes or a no is for the person to say, and not for a search. */
const yesOrNo = ({ label }: Option) => /^(ja|nej)\b/i.test(label.sv);

/** Lists of answers that stand alike in more than one flow. */
function sharedAnswers(flows: Flow[]): Set<string> {
  const lists = flows.flatMap(({ nodes }) => [
    ...new Set(Object.values(nodes).flatMap((node) => ('question' in node ? [answersOf(node)] : []))),
  ]);
  return new Set(lists.filter((list, at) => lists.indexOf(list) !== at));
}

const answersOf = (node: Question) => node.options.map(({ label }) => label.sv).join('\n');

const both = (text: Text | undefined) => (text ? `${text.sv} ${text.en}` : '');

/** The words that say something; `e-post` is one, and so is `sms:et`, without its ending. */
function wordsOf(text: string): string[] {
  const words = text
    .replace(/(?<!\p{L})(\p{L})[-.](?=\p{L})/gu, '$1')
    .replace(/(?<=\p{L})[:’']\p{L}+/gu, '')
    .match(/[\p{L}\p{M}\p{N}]+/gu);
  return words?.filter((word) => !idle.has(plain(word))) ?? [];
}

/** Small letters without dots and accents, as on a keyboard that has none. */
function plain(word: string): string {
  return word.toLocaleLowerCase('sv').normalize('NFD').replace(/\p{M}/gu, '');
}

/** Endings that the Swedish stemmer leaves: `inlägget`, `kontot`, `publicering`, `diarium`, `smsade`. */
const endings = /(?<=...)et$|(?<=...[oiuy])[nt]$|(?<=....)ing$|(?<=...i)um$|(?<=^[^aeiouy]{3,})(a|ar|ad|ade|at|en|et)$/;

/** The word as it stands, and without its endings in each language that it may be written in. */
function stems(word: string): string[] {
  const whole = plain(word);
  const swedish = swedishStem(whole);
  const all = [whole, swedish, swedishStem(swedish.replace(endings, '')), englishStem(whole)];
  return [...new Set(all)].filter((stem) => !idle.has(stem));
}

/** The two words that a compound is made of, where both are known: `facebookkommentar`, `lönelista`. */
function halves(word: string, known: ReadonlySet<string>): string[] {
  const whole = plain(word);
  if (whole.length < 7) return [];
  for (let at = whole.length - 3; at >= 3; at -= 1) {
    const first = joined(whole.slice(0, at)).find((head) => knows(head, known));
    if (first && knows(whole.slice(at), known)) return [first, whole.slice(at)];
  }
  return [];
}

/** The longest known word that a compound begins or ends with: `drönarbild`, `bygglovskarta`. */
function half(word: string, known: ReadonlySet<string>): string[] {
  const whole = plain(word);
  for (let length = whole.length - 3; length >= 4; length -= 1) {
    const first = length >= 6 && joined(whole.slice(0, length)).find((head) => knows(head, known));
    if (first) return [first];
    if (knows(whole.slice(-length), known)) return [whole.slice(-length)];
  }
  return [];
}

/** A word as it may have been before it was joined to another: `löne` was `lön`, `följar` was `följare`. */
const joined = (word: string) => [word, word.replace(/[se]$/, ''), `${word}a`, `${word}e`];

/** A short word is known as it is written, a longer one in any of its forms. */
const knows = (word: string, known: ReadonlySet<string>) =>
  known.has(word) || (word.length > 3 && stems(word).some((stem) => stem.length > 3 && known.has(stem)));

/** Words that say nothing of what is looked for. */
const idle = new Set(
  (
    'jag vi du ni hen han hon man en ett den det de dem som och eller men att i pa av till fran for med om ur vid hos ' +
    'ar var vara blir har hade ska skulle far fick kan kunde maste vill gor gora vad vem hur nar varfor vilka vilken ' +
    'inte nagon nagot nagra min mitt mina var vart vara sin sitt sina er ert era oss mig dig a an the of to in on for ' +
    'with by from and or is are was be been does did may can must should would we you he she it they i my our your ' +
    'their his her this that these those what who how when why which not no any some someone something us me'
  ).split(' '),
);
