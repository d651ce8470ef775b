import type { Language } from '../record/entry.ts';
import type { Glossary } from './flow.ts';

/** A word of the trade that stands in a text, and what it means. */
export interface Explanation {
  id: string;
  term: string;
  means: string;
}

/** The words in these texts that the glossary explains, in the order in which they come. */
export function explain(glossary: Glossary, language: Language, texts: readonly string[]): Explanation[] {
  const forms = formsOf(glossary, language);
  const ids = new Set<string>();
  for (const words of texts.map(wordsOf))
    for (const [at, word] of words.entries())
      for (const { id, rest } of forms.get(word) ?? [])
        if (rest.every((next, i) => words[at + 1 + i] === next)) ids.add(id);
  return [...ids].map((id) => ({ id, term: glossary[id]!.term[language], means: glossary[id]!.means[language] }));
}

/** Every shape of every term by its first word, so that a long text is gone through once and not once for each term. */
type Forms = Map<string, { id: string; rest: string[] }[]>;

function formsOf(glossary: Glossary, language: Language): Forms {
  const known = opened[language].get(glossary);
  if (known) return known;
  const made: Forms = new Map();
  for (const [id, { term, forms }] of Object.entries(glossary))
    for (const form of [term[language], ...(forms?.[language] ?? [])]) {
      const [first = '', ...rest] = wordsOf(form);
      made.set(first, [...(made.get(first) ?? []), { id, rest }]);
    }
  opened[language].set(glossary, made);
  return made;
}

const opened = { sv: new WeakMap<Glossary, Forms>(), en: new WeakMap<Glossary, Forms>() };

const wordsOf = (text: string) => text.toLocaleLowerCase('sv').match(/[\p{L}\p{N}]+/gu) ?? [];
