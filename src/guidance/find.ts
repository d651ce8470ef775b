import { stemmer as englishStem } from '@orama/stemmers/english';
import { stemmer as swedishStem } from '@orama/stemmers/swedish';
import MiniSearch from 'minisearch';
import type { Language } from '../record/entry.ts';
import { type Flow, knowing, type Option, offered, optionOf, type Text } from './flow.ts';
import type { Flows } from './flows.ts';
import { fill } from './words.ts';

/** Where a search leads: a flow, or a flow with its first answers given. Never an answer of its own. */
export interface Entry {
  flow: string;
  /** The options chosen, from the first question on. */
  given: string[];
}

/** Finds where to begin. Words are looked up and forgotten: nothing of them is kept or logged. */
export type Finder = (words: string) => Entry[];

/** An entry as a press carries it: `is-it-public`, or `is-it-public/how/fee`. */
export function writeEntry({ flow, given }: Entry): string {
  return [flow, ...given].join('/');
}

/** @returns what the text says; whether there is such a flow, and such answers in it, is for the flow to tell. */
export function readEntry(text: string): Entry {
  const [flow = '', ...given] = text.split('/');
  return { flow, given };
}

/** What an entry is called: the flow's title, and the answers given. */
export function nameEntry({ flow: id, given }: Entry, { flows, municipality }: Flows, language: Language) {
  const flow = flows.get(id)!;
  const say = fill(language, municipality);
  const answers: { question: string; answer: string }[] = [];
  let node = flow.nodes[flow.start]!;
  for (const option of given) {
    const chosen = 'question' in node && optionOf(node, option);
    if (!chosen || !('question' in node)) break;
    answers.push({ question: say(node.question), answer: say(chosen.label) });
    node = flow.nodes[chosen.next]!;
  }
  return { title: say(flow.title), ...(flow.about && { about: say(flow.about) }), answers };
}

/** Reads all that the flows say, in both languages, so that the right one is found by an everyday word. */
export function openFinder({ flows, municipality, glossary }: Flows): Finder {
  const places = [...flows.values()].flatMap((flow): Place[] => [ofFlow(flow), ...ofEntries(flow, municipality)]);
  const terms = new Map(
    Object.entries(glossary).flatMap(([id, { term, forms }]) =>
      [term.sv, term.en, ...(forms?.sv ?? []), ...(forms?.en ?? [])].map((form) => [plain(form), `=${id}`] as const),
    ),
  );
  const said = places.flatMap(({ title, keywords, label }) => wordsOf(`${title} ${keywords} ${label}`));
  const known = new Set([...said.map(plain), ...said.flatMap(stems)].filter((word) => word.length >= 3));
  const look = (word: string): string[] => {
    if (idle.has(plain(word))) return [];
    const term = terms.get(plain(word));
    return [...new Set([...stems(word), ...parts(word, known).flatMap(stems), ...(term ? [term] : [])])];
  };
  const index = new MiniSearch<Place>({
    idField: 'entry',
    fields: ['title', 'keywords', 'label', 'more'],
    tokenize: wordsOf,
    processTerm: look,
    searchOptions: {
      boost: { title: 3, keywords: 4, label: 3, more: 0.5 },
      // Short labels and long lists of keywords weigh alike; a flow as a whole stands before its single answers.
      bm25: { k: 1.2, b: 0.3, d: 0.5 },
      boostDocument: (id) => (String(id).includes('/') ? 1 : 1.5),
      prefix: (term) => term.length >= 3 && !term.startsWith('='),
      fuzzy: (term) => (term.length >= 5 && !term.startsWith('=') ? 0.2 : false),
    },
  });
  index.addAll(places);
  return (words) => {
    const taken = new Map<string, number>();
    const found = index.search(words.slice(0, 200)).map(({ id }) => readEntry(String(id)));
    return found
      .filter(({ flow }) => {
        taken.set(flow, (taken.get(flow) ?? 0) + 1);
        return taken.get(flow)! <= 2;
      })
      .slice(0, 8);
  };
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
    entry: writeEntry({ flow: flow.id, given: [] }),
    title: both(flow.title),
    keywords: [...flow.keywords.sv, ...flow.keywords.en].join(' '),
    label: both(flow.about),
    more: [...labels, ...questions].map(both).join(' '),
  };
}

/** The answers to the first question and to the ones right after it: as deep as a newcomer can name where they are. */
function ofEntries(flow: Flow, municipality: Flows['municipality']): Place[] {
  const ways = (id: string, given: Option[]): Option[][] => {
    const node = flow.nodes[id]!;
    if (!('question' in node) || given.length === 2) return [];
    const answers = knowing(node).filter((option) => offered(node, municipality).includes(option));
    return answers.flatMap((option) => [[...given, option], ...ways(option.next, [...given, option])]);
  };
  return ways(flow.start, []).map((given) => {
    const last = given.at(-1)!;
    return {
      entry: writeEntry({ flow: flow.id, given: given.map(({ id }) => id) }),
      title: '',
      keywords: [...(last.keywords?.sv ?? []), ...(last.keywords?.en ?? [])].join(' '),
      label: both(last.label),
      more: [both(last.hint), ...given.slice(0, -1).map(({ label }) => both(label))].join(' '),
    };
  });
}

const both = (text: Text | undefined) => (text ? `${text.sv} ${text.en}` : '');

const wordsOf = (text: string) => text.match(/[\p{L}\p{M}\p{N}]+/gu) ?? [];

/** Small letters without dots and accents, as on a keyboard that has none. */
function plain(word: string): string {
  return word.toLocaleLowerCase('sv').normalize('NFD').replace(/\p{M}/gu, '');
}

/** The word without its endings, in each language that it may be written in. */
function stems(word: string): string[] {
  return [swedishStem(plain(word)), englishStem(plain(word))];
}

/** The two words that a compound is made of, where the flows know both: `facebookkommentar`, `lönelista`. */
function parts(word: string, known: ReadonlySet<string>): string[] {
  const whole = plain(word);
  const knows = (part: string) => known.has(part) || stems(part).some((stem) => stem.length >= 3 && known.has(stem));
  for (let at = whole.length - 3; at >= 3; at -= 1) {
    const [first, second] = [whole.slice(0, at), whole.slice(at)];
    const head = [first, first.replace(/s$/, ''), `${first}a`, first.replace(/e$/, '')].find(knows);
    if (head && knows(second)) return [head, second];
  }
  return [];
}

/** Words that say nothing of what is looked for. */
const idle = new Set(
  (
    'jag vi du ni hen han hon man en ett den det de dem som och eller men att i pa av till fran for med om ur vid hos ' +
    'ar var vara blir har hade ska skulle far fick kan kunde maste vill gor gora vad vem hur nar varfor vilka vilken ' +
    'inte nagon nagot nagra min mitt mina var vart vara sin sitt sina er ert era oss mig dig a an the of to in on for ' +
    'with by from and or is are was be been do does did may can must should would we you he she it they i my our your ' +
    'their his her this that these those what who how when why which not no any some someone something us me'
  ).split(' '),
);
