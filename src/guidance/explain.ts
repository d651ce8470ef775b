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
  const ids = new Set(texts.flatMap((text) => termsIn(text, forms)));
  return [...ids].map((id) => ({ id, term: glossary[id]!.term[language], means: glossary[id]!.means[language] }));
}

/** The terms in one text. The same texts are shown again and again, so each is gone through once. */
function termsIn(text: string, forms: Forms): readonly string[] {
  const known = found.get(forms)?.get(text);
  if (known) return known;
  const words = wordsOf(text);
  const ids = words.flatMap((word, at) =>
    (forms.get(word) ?? [])
      .filter(({ rest }) => rest.every((next, i) => words[at + 1 + i] === next))
      .map(({ id }) => id),
  );
  found.set(forms, (found.get(forms) ?? new Map<string, string[]>()).set(text, ids));
  return ids;
}

const found = new WeakMap<Forms, Map<string, string[]>>();

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

const wordsOf = (text: string) => text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
