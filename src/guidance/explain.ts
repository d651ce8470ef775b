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
  const said = ` ${texts.flatMap(wordsOf).join(' ')} `;
  const places = formsOf(glossary, language).flatMap(({ id, form }) => {
    const at = said.indexOf(form);
    return at < 0 ? [] : [{ id, at }];
  });
  const ids = new Set(places.sort((one, other) => one.at - other.at).map(({ id }) => id));
  return [...ids].map((id) => ({ id, term: glossary[id]!.term[language], means: glossary[id]!.means[language] }));
}

/** Every shape of every term, with a space on both sides, so that it is found as whole words only. */
function formsOf(glossary: Glossary, language: Language): { id: string; form: string }[] {
  const known = forms[language].get(glossary);
  if (known) return known;
  const made = Object.entries(glossary).flatMap(([id, { term, forms }]) =>
    [term[language], ...(forms?.[language] ?? [])].map((form) => ({ id, form: ` ${wordsOf(form).join(' ')} ` })),
  );
  forms[language].set(glossary, made);
  return made;
}

const forms = { sv: new WeakMap<Glossary, ReturnType<typeof formsOf>>(), en: new WeakMap() };

const wordsOf = (text: string) => text.toLocaleLowerCase('sv').match(/[\p{L}\p{N}]+/gu) ?? [];
