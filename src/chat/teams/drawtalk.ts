import type { ChecklistView, Citation, InSession, OutcomeView, QuestionView } from '../../guidance/view.ts';
import { writeTime } from '../words.ts';
import {
  apart,
  bold,
  button,
  choose,
  type Element,
  linked,
  list,
  panel,
  paragraph,
  part,
  plain,
  quote,
  row,
  toggle,
} from './card.ts';
import { teamsWords } from './words.ts';

/** The talk with the registrar so far, and how to say more. */
export function drawAsking(view: InSession): Element[] {
  const { asking, mayAsk, language } = view;
  if (!asking) return [];
  const text = teamsWords(language);
  const style = asking.state === 'asked back' ? ({ style: 'positive' } as const) : {};
  const lines = asking.lines.flatMap(({ who, at, words }) => [
    paragraph(`${bold(who)} ${plain(writeTime(at, language))}`),
    ...words.split(/\n+/).map((line) => paragraph(linked(line))),
  ]);
  const more = row(button('ask', text.askMore, view, { option: '', ...style }));
  return [panel(`${text.ask}: ${text.askStates[asking.state]}`, ...lines, ...(mayAsk ? [more] : []))];
}

/** The way to the registrar, where nothing has been asked yet: what was asked has a button of its own. */
export function askButtons(view: InSession, style?: 'positive') {
  const { asking, mayAsk, language } = view;
  const looks = { option: '', ...(style && { style }) };
  return mayAsk && !asking ? [button('ask', teamsWords(language).ask, view, looks)] : [];
}

/** What the registrar has made clear to everybody who comes here. */
export function drawClarified({ language, clarifications }: QuestionView | ChecklistView | OutcomeView): Element[] {
  if (clarifications.length === 0) return [];
  const text = teamsWords(language);
  const said = clarifications.flatMap(({ words, at, role, cites }) => [
    ...words.split(/\n+/).map((line) => paragraph(linked(line))),
    paragraph(plain(text.clarifiedBy(writeTime(at, language), role))),
    ...(cites.length > 0 ? [list('bullets', sayLaw(cites))] : []),
  ]);
  return [panel(text.clarified, ...said)];
}

export function sayLaw(cites: readonly Citation[]): string[] {
  return cites.map(({ title, kind, says, unverified, secondHand }) => {
    const doubt = unverified ?? secondHand;
    return `${bold(`${title} (${kind})`)} ${linked(says)}${doubt ? ` (${plain(doubt)})` : ''}`;
  });
}

/** What a reviewer thinks of the outcome: who, when, and why; and what the person answers where they are asked. */
export function drawJudged(view: InSession): Element[] {
  const { language, judged } = view;
  if (!judged) return [];
  const text = teamsWords(language);
  const { result, who, at, should, why, asks, response } = judged;
  return [
    panel(
      text.judged[result],
      ...(should ? [paragraph(bold(text.judgedShould(should)))] : []),
      ...(why ? why.split(/\n+/).map((line) => paragraph(linked(line))) : []),
      paragraph(plain(`${who}, ${writeTime(at, language)}`)),
      ...(asks ? [row(button('respond', text.respond, view, { option: '' }))] : []),
      ...(response
        ? [
            part(text.respondWords, quote(response.words)),
            paragraph(plain(text.responded(writeTime(response.at, language)))),
          ]
        : []),
    ),
  ];
}

/** Asked until it has been answered once; what was answered stands there, and can be changed. */
export function drawUnit(view: OutcomeView): Element[] {
  const { chosen, units } = view.unit;
  if (units.length === 0) return [];
  const text = teamsWords(view.language);
  const choices = units.map((unit) => ({ id: unit, label: unit }));
  const form = [
    choose(text.unit, choices, { placeholder: text.unitChoose, folded: true }),
    paragraph(plain(text.unitHelp)),
    row(button('unit', text.save, view)),
  ];
  if (chosen === undefined) return [apart(undefined, ...form)];
  return [
    apart(undefined, paragraph(plain(text.unitChosen(chosen))), row(toggle('unit', text.unitChange))),
    apart('unit', ...form),
  ];
}
