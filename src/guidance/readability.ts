import type { Language } from '../record/entry.ts';
import type { Flow, Glossary } from './flow.ts';

/** How hard a text is to read. */
export interface Reading {
  /** Where it stands in the flow: `node.part`. */
  at: string;
  kind: 'label' | 'question' | 'text';
  text: string;
  /** LIX (Björnsson, Läsbarhet, 1968): words to a sentence, and how many of a hundred words have more than six letters. */
  lix: number;
  /** The same without the terms of law, which are explained in the glossary and can't be said in other words. */
  withoutTerms: number;
}

/** What a text may measure at most. */
export const limits = { label: 35, question: 35, text: 45 } as const;

/** Every text of a flow in one language, measured. */
export function readings(flow: Flow, language: Language, glossary: Glossary): Reading[] {
  const terms = openTerms(
    Object.values(glossary).flatMap(({ term, forms }) => [term[language], ...(forms?.[language] ?? [])]),
  );
  return textsOf(flow).map(({ at, kind, text }) => {
    const said = text[language];
    return { at, kind, text: said, lix: lix(said), withoutTerms: lix(said, terms) };
  });
}

/** LIX of a text; a word does not count as long where it stands in one of the terms, and the term stands whole. */
export function lix(text: string, terms: Terms = new Map()): number {
  const words = wordsOf(text);
  if (words.length === 0) return 0;
  const sentences = text.split(end).filter((part) => wordsOf(part).length > 0).length;
  const excused = standing(words, terms);
  const long = words.filter((word, i) => word.length > 6 && !excused.has(i)).length;
  return words.length / sentences + (100 * long) / words.length;
}

/** Terms in their words, by the first one. */
type Terms = ReadonlyMap<string, string[][]>;

/** Terms to set aside, each in every shape in which it stands in a text. */
export function openTerms(forms: readonly string[]): Terms {
  return Map.groupBy(forms.map(wordsOf), ([first]) => first ?? '');
}

/** The places of the words that make up a term. */
function standing(words: readonly string[], terms: Terms): Set<number> {
  const places = words.flatMap((word, i) =>
    (terms.get(word) ?? [])
      .filter((term) => term.every((part, j) => words[i + j] === part))
      .flatMap((term) => term.map((_, j) => i + j)),
  );
  return new Set(places);
}

/** A colon ends a sentence in this measure. A full stop before a figure or a small letter does not: it is "6 kap. 3 §". */
const end = /:(?=\s|$)|[.!?]+[”’"')]*(?=\s+[^\p{Ll}\p{N}§]|\s*$)/u;

/** Words in small letters, "don’t" and "e-post" as one each; what the municipality fills in is not the flow's to measure. */
function wordsOf(text: string): string[] {
  return (
    text
      .replace(/\{[a-z]+\}/g, '')
      .toLocaleLowerCase('sv')
      .match(/[\p{L}\p{N}]+(?:[’'-][\p{L}\p{N}]+)*/gu) ?? []
  );
}

type Said = Pick<Reading, 'at' | 'kind'> & { text: Flow['title'] };

function textsOf(flow: Flow): Said[] {
  const said: Said[] = [];
  const add = (at: string, kind: Reading['kind'], text: Flow['title'] | undefined) => {
    if (text) said.push({ at, kind, text });
  };
  add('title', 'question', flow.title);
  add('about', 'text', flow.about);
  for (const [i, notice] of (flow.notices ?? []).entries()) add(`notices.${i}`, 'text', notice);
  for (const [id, source] of Object.entries(flow.sources)) add(`sources.${id}.says`, 'text', source.says);
  for (const [id, node] of Object.entries(flow.nodes)) {
    add(`${id}.why`, 'text', node.why);
    if ('outcome' in node) {
      add(`${id}.title`, 'label', node.title);
      add(`${id}.text`, 'text', node.text);
      add(`${id}.say`, 'text', node.say);
      add(`${id}.uncertain`, 'text', node.uncertain);
      for (const [i, step] of node.do.entries()) add(`${id}.do.${i}`, 'text', step);
      continue;
    }
    add(`${id}.help`, 'text', node.help);
    if ('question' in node) {
      add(`${id}.question`, 'question', node.question);
      for (const option of node.options) {
        add(`${id}.${option.id}`, 'label', option.label);
        add(`${id}.${option.id}.hint`, 'text', option.hint);
      }
    } else {
      add(`${id}.checklist`, 'question', node.checklist);
      for (const item of node.items) add(`${id}.${item.id}`, 'text', item.label);
    }
  }
  return said;
}
