import { converse, look, lookAtStart } from '../../guidance/conversation.ts';
import type { Guidance, Visitor } from '../../guidance/guidance.ts';
import { words } from '../../guidance/words.ts';
import { tidy } from '../../record/mask.ts';
import { type CardPress, press, type Shown } from '../press.ts';
import type { Card } from './card.ts';
import { drawCard } from './draw.ts';
import { drawAsk, drawFind, drawLabel, drawRespond } from './forms.ts';
import { teamsWords } from './words.ts';

/** What a press leads to, as a card; beside what every door knows, forms to write in. */
export async function see(guidance: Guidance, visitor: Visitor, pressed: CardPress): Promise<Shown & { card: Card }> {
  const { verb, value, mark } = pressed;
  if (verb === 'find' && value === '') {
    const view = await lookAtStart(guidance, visitor);
    return { view, own: false, card: drawFind(view.language, view.ref) };
  }
  if (verb === 'write' || (verb === 'ask' && tidy(value).length > 1000)) {
    const { view } = await look(guidance, visitor, mark?.session, mark?.node);
    const mayAsk = (view.kind === 'outcome' || view.kind === 'question' || view.kind === 'checklist') && view.mayAsk;
    const tooLong = value !== '' && words(view.language).notices.askTooLong;
    if (!mayAsk) return { view, own: false, card: drawCard(view) };
    return { view, own: false, card: drawAsk({ ...view, ...(tooLong && { notice: tooLong }) }, value) };
  }
  if (verb === 'respond' && (tidy(value) === '' || tidy(value).length > 1000)) {
    const { view } = await look(guidance, visitor, mark?.session);
    const { stale, respondNeedsWords, respondTooLong } = words(view.language).notices;
    const asks = 'judged' in view && view.judged?.asks;
    if (!asks) return { view, own: false, card: drawCard({ ...view, notice: stale }) };
    const wrong = value !== '' && (tidy(value) === '' ? respondNeedsWords : respondTooLong);
    return { view, own: false, card: drawRespond({ ...view, ...(wrong && { notice: wrong }) }, value) };
  }
  if (verb === 'unit' && value === '') {
    const { view } = await look(guidance, visitor, mark?.session);
    return { view, own: false, card: drawCard({ ...view, notice: teamsWords(view.language).chooseOne }) };
  }
  if (verb === 'label') {
    const { view } = await look(guidance, visitor, mark?.session);
    const inSession = view.kind === 'outcome' || view.kind === 'question' || view.kind === 'checklist';
    if (inSession && value === '') return { view, own: false, card: drawLabel(view) };
    if (!inSession) return { view, own: false, card: drawCard(view) };
    const { session, seq } = view;
    const named = await converse(guidance, visitor, { session, seq }, { verb: 'label', label: value });
    return { view: named.view, own: false, card: drawCard(named.view) };
  }
  const shown = await press(guidance, visitor, pressed);
  return { ...shown, card: drawCard(shown.view, shown.unfolded) };
}
