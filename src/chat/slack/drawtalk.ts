import type { ChecklistView, InSession, OutcomeView, QuestionView, View } from '../../guidance/view.ts';
import { writeTime } from '../words.ts';
import { type Block, bold, button, list, part, plain, quote, row, section, select, small } from './blocks.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** What was asked of the registrar, and what they have said. */
export function drawAsking({ language, asking }: InSession): Block[] {
  if (!asking) return [];
  const text = slackWords(language);
  let room = longestTalk;
  // The latest is what has to be read; a talk may be longer than a card has room for.
  const shown = asking.lines.toReversed().filter(({ words }, i) => {
    room -= words.length;
    return i === 0 || room > 0;
  });
  const lines = shown.toReversed().map(({ who, at, words }) => [bold(`${who}, ${writeTime(at, language)}: `), words]);
  const left = asking.lines.length > lines.length ? [section(text.earlierTalk)] : [];
  return [part(`${text.ask}: ${text.askStates[asking.state]}`, list('bullet', lines), ...left)];
}

/** How much of a talk is shown on a card, in characters. */
const longestTalk = 3000;

export function askButton({ language, asking, mayAsk, ...view }: QuestionView | ChecklistView | OutcomeView) {
  if (!mayAsk) return [];
  const text = slackWords(language);
  const first = 'advice' in view && view.advice.code === 'ask-registrar' && !asking;
  const style = first || asking?.state === 'asked back' ? ({ style: 'primary' } as const) : {};
  return [button('g:ask', asking ? text.askMore : text.ask, style)];
}

/** What the registrar has made clear to everybody who comes here. */
export function drawClarified({ language, clarifications }: QuestionView | ChecklistView | OutcomeView): Block[] {
  if (clarifications.length === 0) return [];
  const text = slackWords(language);
  const said = clarifications.map(({ words, at, role, cites }) => {
    const law = cites.map(({ title, says }) => `\n${title}: ${says}`).join('');
    return [words, `\n${text.clarifiedBy(writeTime(at, language), role)}${law}`];
  });
  return [part(text.clarified, list('bullet', said))];
}

/** What a reviewer thinks of the outcome: who, when, and why; and what the person answers where they are asked. */
export function drawJudged(view: InSession): Block[] {
  const { language, judged } = view;
  if (!judged) return [];
  const text = slackWords(language);
  const { result, who, at, should, why, asks, response } = judged;
  const said = [should && text.judgedShould(should), why, `${who}, ${writeTime(at, language)}`];
  return [
    part(text.judged[result], section(said.filter(Boolean).join('\n'))),
    ...(asks ? [row(writeMark(view, 'respond'), button('g:respond', text.respond))] : []),
    ...(response
      ? [part(text.respondWords, quote(response.words)), small(text.responded(writeTime(response.at, language)))]
      : []),
  ];
}

/** Asked until it has been answered once; what was answered can be changed. */
export function drawUnit(view: OutcomeView): Block[] {
  return drawUnits(view.language, writeMark(view, 'unit'), view.unit);
}

/** In which unit somebody works, to be said or changed; nothing where the municipality has named no units. */
export function drawUnits(
  language: View['language'],
  block_id: string,
  { chosen, units }: { chosen?: string | undefined; units: readonly string[] } = { units: [] },
): Block[] {
  if (units.length === 0) return [];
  const text = slackWords(language);
  const choices = units.slice(0, 100).map((unit) => ({ id: unit, label: unit }));
  const said = chosen === undefined ? `${text.unit}\n${text.unitHelp}` : text.unitChosen(chosen);
  const accessory = select(
    'g:unit',
    chosen === undefined ? text.unitChoose : text.unitChange,
    [{ title: '', choices }],
    chosen,
  );
  return [{ type: 'section', block_id, text: plain(said), accessory }];
}
