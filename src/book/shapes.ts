import { html } from 'hono/html';
import type { OutcomeCode } from '../guidance/flow.ts';
import type { Language } from '../record/entry.ts';
import { measure } from './writing.ts';

type Html = ReturnType<typeof html>;

/** What an outcome asks of the reader: each kind has a shape and a colour of its own. */
const kindsOfOutcome = ['go', 'no', 'wait', 'act', 'person'] as const;
type KindOfOutcome = (typeof kindsOfOutcome)[number];

/** Where a part of a flow stops short of a question that is drawn elsewhere, a box says where. */
export type Kind = 'question' | 'checklist' | KindOfOutcome | 'elsewhere';

/** The outline of a box of this kind; a person's decision has a double one. */
export function drawShape(kind: Kind, width: number, height: number): Html {
  const outline = html`<path class="shape" d="${shapes[kind](width, height)}" />`;
  return kind === 'person'
    ? html`${outline}<path class="inner" d="M4 4H${width - 4}V${round(height - 4)}H4z" />`
    : outline;
}

const box = (w: number, h: number) => `M0 0H${w}V${round(h)}H0z`;

const shapes: Record<Kind, (width: number, height: number) => string> = {
  question: box,
  checklist: (w, h) => `M0 0H${w - 14}L${w} 14V${round(h)}H0zM${w - 14} 0V14H${w}`,
  go: (w, h) => {
    const r = Math.min(18, round(h / 2));
    return `M${r} 0H${w - r}A${r} ${r} 0 0 1 ${w} ${r}V${round(h - r)}A${r} ${r} 0 0 1 ${w - r} ${round(h)}H${r}A${r} ${r} 0 0 1 0 ${round(h - r)}V${r}A${r} ${r} 0 0 1 ${r} 0z`;
  },
  no: (w, h) => {
    const c = Math.min(11, round(h * 0.3));
    return `M${c} 0H${w - c}L${w} ${c}V${round(h - c)}L${w - c} ${round(h)}H${c}L0 ${round(h - c)}V${c}z`;
  },
  wait: (w, h) => `M${tip} 0H${w - tip}L${w} ${round(h / 2)}L${w - tip} ${round(h)}H${tip}L0 ${round(h / 2)}z`,
  act: (w, h) => `M0 0H${w - notch}L${w} ${round(h / 2)}L${w - notch} ${round(h)}H0L${notch} ${round(h / 2)}z`,
  person: box,
  elsewhere: box,
};

/** How far in from its left side a box begins, where an arrow meets it. @param off up or down from its middle. */
export function leftEdge(kind: Kind, height: number, off: number): number {
  const slant = (2 * Math.abs(off)) / height;
  return kind === 'act' ? notch * (1 - slant) : kind === 'wait' ? tip * slant : 0;
}

/** How far in from the sides the writing begins, so that a slanting edge does not cut it. */
export const inset: Record<Kind, number> = {
  question: 0,
  checklist: 0,
  go: 4,
  no: 5,
  wait: 12,
  act: 15,
  person: 4,
  elsewhere: 0,
};

/** What each shape stands for, in the order of the legend. */
export function legend(language: Language): { kind: Kind; text: string; width: number }[] {
  return (['question', 'checklist', ...kindsOfOutcome] as const).map((kind) => {
    const text = kindWords[language][kind];
    return { kind, text, width: 40 + 8 + measure(text) };
  });
}

/** One shape of the legend with its word beside it, 22 units high. */
export function drawKey(kind: Kind, text: string): Html {
  return html`<g class="${kind}">${drawShape(kind, 40, 22)}</g><text class="answer" x="48" y="15.5">${text}</text>`;
}

/** The legend of the picture on a page. */
export function drawLegend(language: Language): Html {
  return html`<ul class="legend">${legend(language).map(({ kind, text }) => html`<li><svg class="diagram" viewBox="-1 -1 42 24" width="42" height="24" aria-hidden="true"><g class="${kind}">${drawShape(kind, 40, 22)}</g></svg> ${text}</li>`)}<li>${unread[language]}</li></ul>`;
}

/** What the star after a source says. */
export const unread: Record<Language, string> = {
  sv: '* Ingen av oss har läst själva texten',
  en: '* None of us has read the text itself',
};

/** What a code asks of the reader. Where the bot only points to a decision, a person makes it. */
export const kindOf: Record<OutcomeCode, KindOfOutcome> = {
  release: 'go',
  'release-masked': 'go',
  'condition-for-decision': 'person',
  'not-a-public-record': 'no',
  'not-public-yet': 'wait',
  'refusal-for-decision': 'person',
  'does-not-exist': 'no',
  restore: 'act',
  'another-authority': 'no',
  'narrow-request': 'act',
  'information-only': 'go',
  'party-access': 'go',
  'own-data': 'go',
  service: 'go',
  'how-to': 'go',
  freeze: 'act',
  'ask-registrar': 'person',
  register: 'act',
  'keep-in-order': 'wait',
  'no-registration': 'no',
  dispose: 'go',
  wait: 'wait',
  keep: 'wait',
  weed: 'go',
  'may-start': 'go',
  'not-ready': 'wait',
  'may-publish': 'go',
  'do-not-publish': 'no',
  'treat-as-matter': 'act',
  'take-down-and-register': 'act',
  'take-down': 'act',
  reply: 'go',
  'let-stand': 'wait',
  'do-not-block': 'no',
  'block-for-a-time': 'act',
  'close-account': 'act',
  archive: 'wait',
  'private-no-action': 'no',
  'call-for-help': 'act',
};

const notch = 12;
const tip = 13;

const round = (n: number) => Math.round(n * 10) / 10;

const kindWords: Record<Language, Record<Exclude<Kind, 'elsewhere'>, string>> = {
  sv: {
    question: 'Fråga',
    checklist: 'Checklista',
    go: 'Lämna ut, eller gå vidare',
    no: 'Gör det inte, eller inget att lämna ut',
    wait: 'Vänta, behåll eller bevara',
    act: 'Gör något nu',
    person: 'En människa avgör',
  },
  en: {
    question: 'Question',
    checklist: 'Checklist',
    go: 'Release, or go ahead',
    no: 'Do not, or nothing to release',
    wait: 'Wait or keep',
    act: 'Act now',
    person: 'A person decides',
  },
};
