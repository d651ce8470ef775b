import { writeEntrance } from '../../guidance/entrance.ts';
import {
  type ChecklistView,
  type Citation,
  type EndedView,
  type FoundView,
  type InSession,
  lawOf,
  type OutcomeView,
  type QuestionView,
  type RefusedView,
  type StartView,
  stepOf,
  type View,
} from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { needsContact, type OutcomePart, partsOf, speakOutcome } from '../outcome.ts';
import type { Unfolded } from '../press.ts';
import { titleFound, writeTime } from '../words.ts';
import {
  apart,
  bold,
  boxes,
  button,
  type Card,
  choose,
  type Element,
  fit,
  heading,
  link,
  linked,
  list,
  moves,
  notice,
  paragraph,
  part,
  plain,
  quote,
  row,
  small,
  stack,
  toggle,
} from './card.ts';
import { askButtons, drawAsking, drawClarified, drawJudged, drawUnit, sayLaw } from './drawtalk.ts';
import { teamsWords } from './words.ts';

/** A view as a card: one message, which each press replaces with the next. */
export function drawCard(view: View, unfolded?: Unfolded): Card {
  const text = teamsWords(view.language);
  const [spoken, ...elements] = drawView(view, unfolded);
  const said = view.notice ? notice(view.notice) : undefined;
  const example = view.municipality.example ? small(text.example) : undefined;
  const all = [said, ...elements, example];
  return fit(view.language, [view.notice, spoken].filter(Boolean).join(' '), all, text.more);
}

/** What the card says in words, and its elements. */
type Drawn = [spoken: string, ...elements: (Element | undefined)[]];

function drawView(view: View, unfolded: Unfolded): Drawn {
  switch (view.kind) {
    case 'start':
      return drawStart(view);
    case 'found':
      return drawFound(view);
    case 'question':
      return drawQuestion(view, unfolded);
    case 'checklist':
      return drawChecklist(view, unfolded);
    case 'outcome':
      return drawOutcome(view, unfolded);
    case 'ended':
      return drawEnded(view);
    case 'refused':
      return drawRefused(view);
  }
}

function drawStart(view: StartView): Drawn {
  const text = teamsWords(view.language);
  const mark = { session: view.ref };
  const flows = view.groups.flatMap((group) => group.flows.map((flow) => ({ ...flow, group: group.title })));
  const choices = flows.map(({ id, title, group }) => ({ id, label: `${title} (${group})` }));
  return [
    `${text.startHeading} ${text.startHelp}`,
    heading(text.startHeading),
    ...drawOpen(view),
    { ...paragraph(plain(text.startHelp)), ...(view.open && ({ separator: true, spacing: 'extraLarge' } as const)) },
    ...stack(flows.slice(0, 3).map(({ id, title }) => ({ action: button('start', title, mark, { option: id }) }))),
    choose(text.choose, choices, { placeholder: text.searchOrChoose, errorMessage: text.chooseOne }),
    row(button('start', text.begin, mark)),
    moves(button('find', text.toSearch, mark, { option: '' }), languageButton(view, mark)),
    small(text.orWrite),
    small(view.kept),
  ];
}

/** What has been begun and not ended. */
function drawOpen({ language, open }: StartView): Element[] {
  if (!open) return [];
  const text = teamsWords(language);
  return [
    part(
      text.openOne,
      paragraph(`${bold(open.title)} · ${open.number}`),
      paragraph(plain(open.question)),
      row(button('show', text.goOn, { session: open.session }, { style: 'positive' })),
    ),
  ];
}

/** The words that were looked for are not repeated: a message stays, and they are not to. */
function drawFound(view: FoundView): Drawn {
  const text = teamsWords(view.language);
  const mark = { session: view.ref };
  const { title, help } = titleFound(view);
  const offers = view.offers.slice(0, 5).map((offer) => {
    const last = offer.answers.at(-1);
    const way = [offer.title, ...offer.answers.slice(0, -1).map(({ answer }) => answer)].join(' › ');
    const [name, about] = last ? [last.answer, `${way} · ${text.beginsSo}`] : [offer.title, offer.about];
    return part(
      name,
      ...(about ? [paragraph(plain(about))] : []),
      row(button('start', text.begin, mark, { option: writeEntrance(offer), spoken: `${text.begin}: ${name}` })),
    );
  });
  return [
    title,
    heading(title),
    help === undefined ? undefined : paragraph(plain(help)),
    ...offers,
    moves(button('find', text.toSearch, mark, { option: '' }), button('start', text.allFlows, mark, { option: '' })),
    small(view.kept),
  ];
}

function drawQuestion(view: QuestionView, unfolded: Unfolded): Drawn {
  const text = teamsWords(view.language);
  const changing = view.chosen !== undefined;
  const spoken = `${text.answers}: ${view.options.map(({ label }) => label).join('; ')}.`;
  return [
    [view.question, view.help, ...(changing ? [text.changing] : []), ...view.notices, spoken].filter(Boolean).join(' '),
    ...drawHead(view),
    changing ? paragraph(plain(text.changing)) : undefined,
    ...drawClarified(view),
    ...drawOptions(view),
    ...drawReminders(view),
    ...drawAsking(view),
    ...(changing
      ? [moves(button('show', text.keepAnswer, view), ...askButtons(view), languageButton(view, view))]
      : drawMoves(view, unfolded)),
    ...drawUnfolded(view, unfolded),
    ...drawFoot(view),
  ];
}

/** Up to six answers are buttons, each with its explanation below; up to ten a list with all in sight; more are searched. */
function drawOptions(view: QuestionView): Element[] {
  const { options, chosen } = view;
  const verb = chosen === undefined ? 'answer' : 'change';
  const text = teamsWords(view.language);
  const send = row(button(verb, text.answer, view, { style: 'positive' }));
  if (options.length > 10) {
    // What is chosen already would stand in the way of typing, and some clients show its id.
    const now = options.find(({ id }) => id === chosen);
    const words = { placeholder: text.searchOrChoose, errorMessage: text.chooseOne };
    return [
      ...(now ? [paragraph(`${bold(now.label)} (${text.chosen})`)] : []),
      choose(text.chooseAnswer, options, words),
      send,
    ];
  }
  if (options.length > 6) {
    const choices = options.map(({ id, label, hint }) => ({ id, label: hint ? `${label} – ${hint}` : label }));
    const words = { placeholder: text.chooseAnswer, errorMessage: text.chooseOne, chosen };
    return [choose(text.chooseAnswer, choices, words), send];
  }
  return stack(
    options.map(({ id, label, hint }) => ({
      action: button(verb, label, view, { option: id }),
      says: hint,
      ...(id === chosen && { first: `(${text.chosen})` }),
    })),
  );
}

function drawChecklist(view: ChecklistView, unfolded: Unfolded): Drawn {
  const text = teamsWords(view.language);
  const spoken = view.items.map((item) => `${item.ticked ? '[x]' : '[ ]'} ${item.label}`);
  return [
    [view.question, view.help, ...spoken].filter(Boolean).join(' '),
    ...drawHead(view),
    ...drawClarified(view),
    boxes(text.tickLabel, view.items),
    row(button('done', text.done, view, { style: 'positive' }), button('tick', text.saveTicks, view)),
    ...drawReminders(view),
    ...drawAsking(view),
    ...drawMoves(view, unfolded),
    ...drawUnfolded(view, unfolded),
    ...drawFoot(view),
  ];
}

function drawHead(view: QuestionView | ChecklistView): (Element | undefined)[] {
  const text = teamsWords(view.language);
  return [
    small(`${view.flow.title} · ${text.step(stepOf(view))}`),
    heading(view.question),
    view.help ? paragraph(linked(view.help)) : undefined,
    ...drawMessage(view),
  ];
}

function drawMessage({ language, message }: InSession): Element[] {
  if (!message) return [];
  const text = teamsWords(language);
  return [paragraph(`${text.about} ${link(text.theMessage, message)}. ${text.notItsText}`)];
}

function drawReminders({ language, notices, kept }: QuestionView | ChecklistView): Element[] {
  const { keepInMind } = teamsWords(language);
  const duties = notices.length > 0 ? [part(keepInMind, list('bullets', notices.map(linked)))] : [];
  return [...duties, ...(kept ? [small(kept)] : [])];
}

/** What was asked to be seen, below what is pressed: so that the button stays where it was. */
function drawUnfolded(view: QuestionView | ChecklistView, unfolded: Unfolded): Element[] {
  if (unfolded === 'why') return drawReasons(view);
  return unfolded === 'trail' ? drawTrail(view, teamsWords(view.language).trail) : [];
}

/** Why it is asked, the law behind it, what the words mean; and the answers in full where the list has no room for them. */
function drawReasons(view: QuestionView | ChecklistView): Element[] {
  const text = teamsWords(view.language);
  const cites = view.kind === 'checklist' ? lawOf(view) : view.cites;
  const options = leavesOut(view) ? (view as QuestionView).options.filter(({ hint }) => hint) : [];
  const explained = options.map(({ label, hint = '' }) => `${bold(label)} ${linked(hint)}`);
  return [
    apart(
      undefined,
      ...(explained.length > 0 ? [part(text.answersExplained, list('bullets', explained))] : []),
      ...(view.why ? [part(text.whyAsk, paragraph(linked(view.why)))] : []),
      ...drawLaw(cites, text.lawBehind),
      ...drawTerms(view),
    ),
  ].filter((element) => element.type !== 'Container' || element.items.length > 0);
}

function drawLaw(cites: readonly Citation[], title: string): Element[] {
  return cites.length === 0 ? [] : [part(title, list('bullets', sayLaw(cites)))];
}

function drawTerms({ language, terms }: InSession): Element[] {
  if (terms.length === 0) return [];
  const words = terms.slice(0, 6).map(({ term, means }) => `${bold(term)} ${linked(means)}`);
  return [part(teamsWords(language).terms, list('bullets', words))];
}

/** What was answered so far, each with a button to change it. */
function drawTrail(view: InSession, title: string): Element[] {
  if (view.trail.length === 0) return [];
  const text = teamsWords(view.language);
  const steps = view.trail.flatMap((step): Element[] => {
    const spoken = `${text.change} ${text.changeOf(step.question)}`;
    const said = `${plain(step.question)} → ${bold(step.answer)}${step.decided ? ` (${text.decided})` : ''}`;
    const change = row(button('change', text.change, { ...view, node: step.node }, { spoken, apart: true }));
    const line = { ...paragraph(said), spacing: 'medium' } as const;
    return [line, ...(step.changeable ? [{ ...change, spacing: 'small' } as const] : [])];
  });
  return [apart(undefined, part(title, ...steps))];
}

function drawMoves(view: QuestionView | ChecklistView, unfolded: Unfolded): Element[] {
  const text = teamsWords(view.language);
  const begun = view.trail.length > 0;
  const sure = apart(
    'close',
    paragraph(`${bold(text.closeSure)} ${text.closeMeans}`),
    row(button('close', text.closeYes, view, { style: 'destructive' }), toggle('close', text.closeNo)),
  );
  return [
    moves(
      button('back', begun ? text.back : text.toStart, view),
      ...(begun ? [changeButton(view, unfolded)] : []),
      whyButton(view, unfolded),
      ...askButtons(view),
      languageButton(view, view),
      begun ? toggle('close', text.close) : button('close', text.close, view),
    ),
    ...(begun ? [sure] : []),
  ];
}

function whyButton(view: QuestionView | ChecklistView, unfolded: Unfolded) {
  const text = teamsWords(view.language);
  if (unfolded === 'why') return button('why', text.hideWhy, view, { option: 'hide' });
  return button('why', leavesOut(view) ? text.explain : text.why, view, { option: 'show' });
}

/** Whether the list of answers has no room for what explains them. */
function leavesOut(view: QuestionView | ChecklistView): boolean {
  return view.kind === 'question' && view.options.length > 10 && view.options.some(({ hint }) => hint);
}

function changeButton(view: InSession, unfolded: Unfolded) {
  const text = teamsWords(view.language);
  const open = unfolded === 'trail';
  return button('change', open ? text.hideTrail : text.changeOne, view, { option: open ? 'hide' : '' });
}

function languageButton({ language }: Pick<View, 'language'>, mark: Parameters<typeof button>[2]) {
  const { other, otherValue } = teamsWords(language);
  return button('language', other, mark, { option: otherValue });
}

/** Begins in a message of its own, so that what was reached stays to be read. */
function startAnew(language: Language, mark: Parameters<typeof button>[2]) {
  return button('start', teamsWords(language).again, mark, { option: 'new' });
}

function drawFoot(view: QuestionView | ChecklistView): Element[] {
  const text = teamsWords(view.language);
  const said = [
    ...(view.number ? [`${text.number}: ${view.number}`] : []),
    ...(view.label ? [`${text.label}: ${view.label}`] : []),
    ...(view.doubt ? [view.doubt] : []),
  ];
  return said.length > 0 ? [small(said.join(' · '))] : [];
}

function drawOutcome(view: OutcomeView, unfolded: Unfolded): Drawn {
  const text = teamsWords(view.language);
  return [
    speakOutcome(view),
    small(`${view.flow.title} · ${text.outcomeIs}`),
    heading(view.advice.title),
    view.label ? paragraph(plain(view.label)) : undefined,
    ...drawMessage(view),
    ...drawJudged(view),
    ...drawAsking(view),
    ...partsOf(view).map(drawPart),
    ...(view.summary ? askButtons(view, 'positive').map((ask) => row(ask)) : []),
    ...drawClarified(view),
    ...view.drafts.map((draft) => drawDraft(view, draft)),
    ...(unfolded === 'why' ? [] : [drawSources(view)]),
    ...drawThen(view),
    ...drawHelpful(view),
    ...drawUnit(view),
    ...(view.summary ? [] : askButtons(view).map((ask) => moves(ask))),
    drawMore(view, unfolded),
    ...(unfolded === 'why' ? [apart(undefined, ...drawLaw(view.cites, text.law), ...drawTerms(view))] : []),
    ...(unfolded === 'trail' ? drawTrail(view, text.path) : []),
    needsContact(view) ? paragraph(`${text.ask}: ${linked(view.registrar)}`) : undefined,
    drawRecord(view),
  ];
}

function drawPart(said: OutcomePart): Element {
  switch (said.kind) {
    case 'text':
    case 'contact':
      return part(said.title, ...said.text.split(/\n+/).map((text) => paragraph(linked(text))));
    case 'bullets':
    case 'steps':
      return part(said.title, list(said.kind, said.items.map(linked)));
    case 'quote':
    case 'copy':
      return part(said.title, quote(said.text));
  }
}

/** The sources by name; what they say is a press away. */
function drawSources({ language, cites }: OutcomeView): Element {
  const names = cites.map(({ title, unverified, secondHand }) =>
    plain([title, ...[secondHand, unverified].filter(Boolean).map((doubt) => `(${doubt})`)].join(' ')),
  );
  return part(teamsWords(language).law, list('bullets', names));
}

/** A document to go on with: where it is short, to be copied from here; always as a file. */
function drawDraft(view: OutcomeView, { kind, title, text: draft }: OutcomeView['drafts'][number]): Element {
  const text = teamsWords(view.language);
  const help = kind === 'register-entry' ? text.draftEntryHelp : text.draftHelp;
  return part(
    title,
    paragraph(plain(help)),
    ...(draft.length < 1500 ? [quote(draft)] : []),
    row(button('draft', text.getDraft, view, { option: kind, spoken: `${text.getDraft}: ${title}` })),
  );
}

function drawThen(view: OutcomeView): Element[] {
  const { next } = teamsWords(view.language);
  const offers = view.offers.map(({ id, title }) => ({
    action: button('then', title, view, { option: id, spoken: `${next}: ${title}` }),
  }));
  return offers.length > 0 ? [part(next, ...stack(offers))] : [];
}

function drawHelpful(view: OutcomeView): Element[] {
  const text = teamsWords(view.language);
  if (view.helped !== undefined) return [small(text.thanks)];
  const say = (option: string, title: string) =>
    button('feedback', title, view, { option, spoken: `${text.helpful} ${title}` });
  return [apart(undefined, part(text.helpful, row(say('yes', text.yes), say('no', text.no))))];
}

function drawMore(view: OutcomeView, unfolded: Unfolded): Element {
  const text = teamsWords(view.language);
  const open = unfolded === 'why';
  return moves(
    startAnew(view.language, view),
    changeButton(view, unfolded),
    button('why', open ? text.hideLaw : text.showLaw, view, { option: open ? 'hide' : 'show' }),
    button('back', text.back, view),
    button('label', view.label ? text.label : text.addLabel, view, { option: '' }),
    languageButton(view, view),
  );
}

/** Under which number it is kept, from when, and by which version of the flow. */
function drawRecord({ at, language, flow, municipality, number = '' }: OutcomeView): Element {
  const text = teamsWords(language);
  const version = `${text.version} ${flow.version.slice(0, 12)}`;
  return small([`${text.number}: ${number}`, municipality.name, version, writeTime(at, language)].join(' · '));
}

function drawEnded(view: EndedView): Drawn {
  const text = teamsWords(view.language);
  const again = button('start', text.takeAlong, view, { option: view.flow.id, style: 'positive' });
  return [
    `${view.flow.title}. ${view.why}`,
    heading(view.flow.title),
    paragraph(plain(view.why)),
    ...drawJudged(view),
    ...drawAsking(view),
    row(...(view.resumable ? [again] : []), startAnew(view.language, view)),
    view.number ? small(`${text.number}: ${view.number}`) : undefined,
  ];
}

function drawRefused({ language, why }: RefusedView): Drawn {
  return [why, heading(why), row(startAnew(language, { session: 'again' }))];
}
