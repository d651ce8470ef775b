import type { OutcomeView } from '../guidance/view.ts';
import { doorWords } from './words.ts';

/** A part of an outcome under its heading: a text, somebody to turn to, a list, words to say, or words to copy. */
export type OutcomePart = { title: string } & (
  | { kind: 'text' | 'contact' | 'quote' | 'copy'; text: string }
  | { kind: 'bullets' | 'steps'; items: string[] }
);

/** What an outcome says, in the order in which it is read: where there is danger, what to do comes first. */
export function partsOf({ language, advice, registrar, summary }: OutcomeView): OutcomePart[] {
  const text = doorWords(language);
  const urgent = advice.code === 'call-for-help';
  const time: OutcomePart = { kind: 'text', title: text.time, text: advice.clock };
  const steps: OutcomePart[] = advice.do.length > 0 ? [{ kind: 'steps', title: text.do, items: advice.do }] : [];
  const words = (kind: 'text' | 'quote', title: string, said: string | undefined): OutcomePart[] =>
    said ? [{ kind, title, text: said }] : [];
  return [
    ...(urgent ? [time, ...steps] : []),
    { kind: 'text', title: text.means, text: advice.text },
    ...words('text', text.whyPerson, advice.why),
    ...words('text', text.uncertain, advice.uncertain),
    ...(urgent ? [] : [time]),
    ...(advice.missing ? [{ kind: 'bullets', title: text.missing, items: advice.missing } as const] : []),
    ...words('quote', text.say, advice.say),
    ...(urgent ? [] : steps),
    ...(summary
      ? ([
          { kind: 'contact', title: text.ask, text: registrar },
          { kind: 'copy', title: text.summary, text: summary },
        ] as const)
      : []),
  ];
}

/** Whether whom to ask is still to be said, beside what to do. */
export function needsContact({ advice, registrar, summary }: OutcomeView): boolean {
  return !summary && !advice.do.some((step) => step.includes(registrar));
}

/** The outcome as it is read out, and shown in a notification. */
export function speakOutcome({ language, advice, number }: OutcomeView): string {
  const text = doorWords(language);
  const { title, why, uncertain, clock, say } = advice;
  const more = [why, uncertain && `${text.uncertain}: ${uncertain}`, `${text.time}: ${clock}`];
  const steps = advice.do.map((step, i) => `${i + 1}. ${step}`);
  return [
    `${title}. ${advice.text}`,
    ...more,
    say && `${text.say}: ${say}`,
    steps.length > 0 && `${text.do}: ${steps.join(' ')}`,
    number,
  ]
    .filter(Boolean)
    .join(' ');
}
