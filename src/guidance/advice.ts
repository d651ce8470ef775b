import type { ContentOf } from '../record/entry.ts';
import { type Municipality, type Outcome, optionOf } from './flow.ts';
import type { Session } from './session.ts';
import { fill, headingOf, words } from './words.ts';

/** An outcome in one language, as the person reads it and as the record keeps it. */
export type Advice = Omit<ContentOf<'outcome'>, 'kind' | 'node' | 'decided'>;

/** Puts an outcome into words: its own, the law that the answers on the way pointed to, and what was left unticked. */
export function advise({ flow, path, language }: Session, municipality: Municipality, outcome: Outcome): Advice {
  const say = fill(language, municipality);
  const pointed = path.flatMap((step) => {
    const node = flow.nodes[step.node];
    return step.kind === 'answered' && node && 'question' in node ? (optionOf(node, step.option)?.cites ?? []) : [];
  });
  const missing = path.flatMap((step) => {
    const node = flow.nodes[step.node];
    if (step.kind !== 'done' || !node || !('checklist' in node)) return [];
    return node.items.filter((item) => !step.ticked.includes(item.id)).map((item) => say(item.label));
  });
  const cites = [...new Set([...pointed, ...outcome.cites])];
  return {
    code: outcome.outcome,
    title: headingOf(outcome, language, municipality),
    text: say(outcome.text),
    ...(outcome.say && { say: say(outcome.say) }),
    do: outcome.do.map(say),
    clock: words(language).clocks[outcome.clock],
    cites: cites.map((id) => cite(flow.sources[id]!, id, language)),
    ...(missing.length > 0 && { missing }),
    ...(outcome.uncertain && { uncertain: say(outcome.uncertain) }),
    ...(outcome.why && { why: say(outcome.why) }),
  };
}

/** A source as it is shown beside what leans on it. */
export function cite(source: Session['flow']['sources'][string], id: string, language: Session['language']) {
  return { id, title: source.title[language], says: source.says[language] };
}
