import type { ChecklistView, InSession, OutcomeView, QuestionView } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { area, button, type Card, fit, heading, line, linked, moves, notice, paragraph, plain, row } from './card.ts';
import { teamsWords } from './words.ts';

/** A card with a line to look for words in. */
export function drawFind(language: Language, session: string): Card {
  const text = teamsWords(language);
  const mark = { session };
  return fit(
    language,
    text.find,
    [
      heading(text.find),
      paragraph(plain(text.findHelp)),
      line(text.findLabel, { most: 200, errorMessage: text.writeFirst }),
      row(button('find', text.search, mark, { style: 'positive' })),
      moves(button('start', text.allFlows, mark, { option: '' })),
    ],
    text.more,
  );
}

/** A card with a line for the heading that somebody gives their guidance. */
export function drawLabel(view: InSession): Card {
  const text = teamsWords(view.language);
  return fit(
    view.language,
    text.label,
    [
      heading(view.label ? text.label : text.addLabel),
      paragraph(plain(text.labelHelp)),
      line(text.label, { most: 120, value: view.label, errorMessage: text.writeFirst }),
      row(button('label', text.save, view, { style: 'positive' }), button('show', text.cancel, view)),
    ],
    text.more,
  );
}

/** A card with lines for a question to the registrar. @param written what was too long. */
export function drawAsk(view: QuestionView | ChecklistView | OutcomeView, written?: string): Card {
  const text = teamsWords(view.language);
  return fit(
    view.language,
    text.ask,
    [
      view.notice ? notice(view.notice) : undefined,
      heading(text.ask),
      paragraph(plain(view.kind === 'outcome' ? view.advice.title : view.question)),
      area(text.askWords, { most: 1000, value: written }),
      paragraph(plain(text.askHelp)),
      row(button('ask', text.askSend, view, { style: 'positive' }), button('show', text.cancel, view)),
    ],
    text.more,
  );
}

/** A card with lines for what somebody answers a reviewer, below the question. @param written what was too long. */
export function drawRespond(view: InSession, written?: string): Card {
  const text = teamsWords(view.language);
  return fit(
    view.language,
    text.respond,
    [
      view.notice ? notice(view.notice) : undefined,
      heading(text.respond),
      ...(view.judged?.why ?? '').split(/\n+/).map((line) => paragraph(linked(line))),
      area(text.respondWords, { most: 1000, value: written, errorMessage: text.writeFirst }),
      paragraph(plain(text.respondHelp)),
      row(button('respond', text.respondSend, view, { style: 'positive' }), button('show', text.cancel, view)),
    ],
    text.more,
  );
}
