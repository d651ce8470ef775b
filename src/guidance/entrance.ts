import type { Language } from '../record/entry.ts';
import { optionOf } from './flow.ts';
import type { Flows } from './flows.ts';
import { fill } from './words.ts';

/** Where a search leads: a flow, or a flow with its first answers given. Never an answer of its own. */
export interface Entrance {
  flow: string;
  /** The options chosen, from the first question on. */
  given: string[];
}

/** An entrance as a press carries it: `is-it-public`, or `is-it-public/how/fee`. */
export function writeEntrance({ flow, given }: Entrance): string {
  return [flow, ...given].join('/');
}

/** @returns what the text says; whether there is such a flow, and such answers in it, is for the flow to tell. */
export function readEntrance(text: string): Entrance {
  const [flow = '', ...given] = text.split('/');
  return { flow, given };
}

/** What an entrance is called: the flow's title, and the answers given. */
export function nameEntrance({ flow: id, given }: Entrance, { flows, municipality }: Flows, language: Language) {
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
