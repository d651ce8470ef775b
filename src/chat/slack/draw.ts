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
  type StartView,
  stepOf,
  type View,
} from '../../guidance/view.ts';
import { needsContact, type OutcomePart, partsOf, speakOutcome } from '../outcome.ts';
import type { Unfolded } from '../press.ts';
import { titleFound, writeTime } from '../words.ts';
import {
  type Block,
  beside,
  bold,
  boxes,
  button,
  type Card,
  cut,
  divider,
  fit,
  heading,
  link,
  linked,
  list,
  moment,
  paragraph,
  part,
  plain,
  preformatted,
  quote,
  radio,
  row,
  section,
  select,
  small,
  titled,
} from './blocks.ts';
import { askButton, drawAsking, drawClarified, drawJudged, drawUnit } from './drawtalk.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** A view as a card: one message, which each press replaces with the next. */
export function drawCard(view: View, unfolded?: Unfolded): Card {
  const { more } = slackWords(view.language);
  const [text, ...blocks] = drawView(view, unfolded);
  const example = view.municipality.example ? small(slackWords(view.language).example) : undefined;
  const notice = view.notice ? paragraph(bold(view.notice)) : undefined;
  return fit([view.notice, text].filter(Boolean).join(' '), [notice, ...blocks, example], more);
}

/** What the card says in words, and its blocks. */
type Drawn = [text: string, ...blocks: (Block | undefined)[]];

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
      return [view.why, paragraph(view.why), row('again', startAnew(view.language))];
  }
}

function drawStart(view: StartView): Drawn {
  const text = slackWords(view.language);
  return [
    `${text.startHeading} ${text.startHelp}`,
    heading(text.startHeading),
    ...drawOpen(view),
    paragraph(text.startHelp),
    ...drawStarts(view),
    small(view.kept),
    row(writeMark({ session: view.ref }, 'more'), languageButton(view)),
  ];
}

/** What has been begun and not ended. */
export function drawOpen({ language, open }: StartView): Block[] {
  if (!open) return [];
  const text = slackWords(language);
  return [
    part(text.openOne, section(`${open.title} · ${open.number}\n${open.question}`)),
    row(writeMark({ session: open.session }, 'open'), button('g:show', text.goOn, { style: 'primary' })),
  ];
}

/** What can be started: the nearest as buttons, all of it in a list, and a search. */
function drawStarts(view: StartView): Block[] {
  const text = slackWords(view.language);
  const nearest = view.groups.flatMap(({ flows }) => flows).slice(0, 3);
  const groups = view.groups.map(({ title, flows }) => ({
    title,
    choices: flows.map(({ id, title, about }) => ({ id, label: title, hint: about })),
  }));
  return [
    row(writeMark({ session: view.ref }, 'nearest'), ...nearest.map(({ id, title }) => button(`g:start:${id}`, title))),
    row(writeMark({ session: view.ref }, 'all'), select('g:start', text.choose, groups)),
    drawFind(view),
  ];
}

/** A line to look for words in; what is written there is asked for at Enter. */
export function drawFind({ language, ref }: StartView | FoundView): Block {
  const text = slackWords(language);
  return {
    type: 'input',
    block_id: writeMark({ session: ref }, 'find'),
    dispatch_action: true,
    optional: true,
    label: plain(text.find),
    hint: plain(text.findHelp),
    element: {
      type: 'plain_text_input',
      action_id: 'g:find',
      max_length: 200,
      dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
    },
  };
}

/** The words that were looked for are not repeated: a message stays, and they are not to. */
function drawFound(view: FoundView): Drawn {
  const text = slackWords(view.language);
  const { title, help } = titleFound(view);
  const offers = view.offers.slice(0, 5).map((offer, i) => {
    const last = offer.answers.at(-1);
    const way = [offer.title, ...offer.answers.slice(0, -1).map(({ answer }) => answer)].join(' › ');
    const [name, about] = last ? [last.answer, `${way} · ${text.beginsSo}`] : [offer.title, offer.about];
    return titled(
      writeMark({ session: view.ref }, `offer${i}`),
      name,
      about,
      button('g:start', text.begin, { value: writeEntrance(offer), spoken: `${text.begin}: ${name}` }),
    );
  });
  return [
    title,
    heading(title),
    help === undefined ? undefined : paragraph(help),
    ...offers,
    drawFind(view),
    small(view.kept),
    row(writeMark({ session: view.ref }, 'more'), button('g:start', text.allFlows, { value: '' })),
  ];
}

function drawQuestion(view: QuestionView, unfolded: Unfolded): Drawn {
  const text = slackWords(view.language);
  const changing = view.chosen !== undefined;
  const spoken = `${text.answers}: ${view.options.map(({ label }) => label).join('; ')}.`;
  return [
    [view.question, view.help, ...(changing ? [text.changing] : []), ...view.notices, spoken].filter(Boolean).join(' '),
    ...drawHead(view),
    ...drawClarified(view),
    changing ? paragraph(text.changing) : undefined,
    ...drawOptions(view),
    ...drawReminders(view),
    ...drawAsking(view),
    ...(changing
      ? [row(writeMark(view, 'moves'), button('g:show', text.keepAnswer), languageButton(view))]
      : drawMoves(view, unfolded)),
    ...drawUnfolded(view, unfolded),
    drawFoot(view),
  ];
}

/**
 * Up to five answers are buttons, each with its explanation below; up to ten a list with all in sight; more a list that
 * is searched. A list has room for the beginning of an explanation, and the whole is a press away.
 */
function drawOptions(view: QuestionView): Block[] {
  const { options, chosen } = view;
  const verb = chosen === undefined ? 'answer' : 'change';
  const text = slackWords(view.language);
  const id = writeMark(view, 'options');
  if (options.length > 10)
    return [row(id, select(`g:${verb}`, text.chooseAnswer, [{ title: '', choices: options }], chosen))];
  if (options.length > 5) return [row(id, radio(`g:${verb}`, options, chosen))];
  const now = (option: string) => (option === chosen ? `(${text.chosen}) ` : '');
  const below = options.map(
    (one) => `${now(one.id)}${[isLong(one) ? one.label : '', one.hint].filter(Boolean).join(' – ')}`,
  );
  const buttons = options.map((one) => button(`g:${verb}:${one.id}`, one.label));
  if (below.every((line) => line === '')) return [row(id, ...buttons)];
  return buttons.flatMap((one, i) => [
    row(writeMark(view, `option${i}`), one),
    ...(below[i] === '' ? [] : [small(below[i]!)]),
  ]);
}

/** A phone may show no more than about forty characters of a button. */
const isLong = ({ label }: { label: string }) => label.length > 40;

function drawChecklist(view: ChecklistView, unfolded: Unfolded): Drawn {
  const text = slackWords(view.language);
  const ticked = new Set(view.items.filter((item) => item.ticked).map(({ id }) => id));
  const groups = Array.from({ length: Math.ceil(view.items.length / 10) }, (_, i) =>
    row(writeMark(view, `items${i}`), boxes('g:tick', view.items.slice(10 * i, 10 * i + 10), ticked)),
  );
  const spoken = view.items.map((item) => `${item.ticked ? '[x]' : '[ ]'} ${item.label}`);
  return [
    [view.question, view.help, ...spoken].filter(Boolean).join(' '),
    ...drawHead(view),
    ...drawClarified(view),
    ...groups,
    row(writeMark(view, 'done'), button('g:done', text.done, { style: 'primary' })),
    ...drawReminders(view),
    ...drawAsking(view),
    ...drawMoves(view, unfolded),
    ...drawUnfolded(view, unfolded),
    drawFoot(view),
  ];
}

function drawHead(view: QuestionView | ChecklistView): (Block | undefined)[] {
  const text = slackWords(view.language);
  return [
    small(`${view.flow.title} · ${text.step(stepOf(view))}`),
    heading(view.question),
    view.help ? paragraph(view.help) : undefined,
    ...drawMessage(view),
  ];
}

function drawMessage({ language, message }: InSession): Block[] {
  if (!message) return [];
  const text = slackWords(language);
  return [paragraph(`${text.about} `, link(message, text.theMessage), `. ${text.notItsText}`)];
}

function drawReminders({ language, notices, kept }: QuestionView | ChecklistView): Block[] {
  const { keepInMind } = slackWords(language);
  const duties = notices.map((notice) => [notice]);
  return [...(duties.length > 0 ? [part(keepInMind, list('bullet', duties))] : []), ...(kept ? [small(kept)] : [])];
}

/** What was asked to be seen, below what is pressed: so that the button stays where it was. */
function drawUnfolded(view: QuestionView | ChecklistView, unfolded: Unfolded): Block[] {
  if (unfolded === 'why') return drawReasons(view);
  return unfolded === 'trail' ? drawTrail(view, slackWords(view.language).trail) : [];
}

/** Why it is asked, the law behind it, what the words mean; and the answers in full where the list cuts them short. */
function drawReasons(view: QuestionView | ChecklistView): Block[] {
  const text = slackWords(view.language);
  const cites = view.kind === 'checklist' ? lawOf(view) : view.cites;
  const options = cutShort(view) ? (view as QuestionView).options.filter(({ hint }) => hint) : [];
  return [
    divider,
    ...(options.length > 0
      ? [
          part(
            text.answersExplained,
            list(
              'bullet',
              options.map(({ label, hint = '' }) => [bold(label), ` ${hint}`]),
            ),
          ),
        ]
      : []),
    ...(view.why ? [part(text.whyAsk, section(view.why))] : []),
    ...drawLaw(cites, text.lawBehind),
    ...drawTerms(view),
  ];
}

function drawLaw(cites: readonly Citation[], title: string): Block[] {
  if (cites.length === 0) return [];
  const lines = cites.map(({ title, kind, says, unverified, secondHand }) => {
    const doubt = unverified ?? secondHand;
    return [bold(`${title} (${kind})`), ` ${says}${doubt ? ` (${doubt})` : ''}`];
  });
  return [part(title, list('bullet', lines))];
}

function drawTerms({ language, terms }: InSession): Block[] {
  if (terms.length === 0) return [];
  const words = terms.slice(0, 6).map(({ term, means }) => [bold(term), ` ${means}`]);
  return [part(slackWords(language).terms, list('bullet', words))];
}

/** What was answered so far, each with a button to change it. */
function drawTrail(view: InSession, title: string): Block[] {
  if (view.trail.length === 0) return [];
  const text = slackWords(view.language);
  return [
    divider,
    part(title),
    ...view.trail.map((step, i): Block => {
      const said = `${step.question}\n→ ${step.answer}${step.decided ? ` (${text.decided})` : ''}`;
      const spoken = `${text.change} ${text.changeOf(step.question)}`;
      return step.changeable
        ? beside(writeMark({ ...view, node: step.node }, `step${i}`), said, button('g:change', text.change, { spoken }))
        : { type: 'section', text: plain(said) };
    }),
  ];
}

function drawMoves(view: QuestionView | ChecklistView, unfolded: Unfolded): Block[] {
  const text = slackWords(view.language);
  const begun = view.trail.length > 0;
  const sure = {
    title: plain(text.closeSure),
    text: plain(text.closeMeans),
    confirm: plain(text.closeYes),
    deny: plain(text.closeNo),
  };
  return [
    row(
      writeMark(view, 'moves'),
      button('g:back', begun ? text.back : text.toStart),
      ...(begun ? [changeButton(view, unfolded)] : []),
      whyButton(view, unfolded),
      ...askButton(view),
      languageButton(view),
      button('g:close', text.close, begun ? { confirm: sure } : {}),
    ),
  ];
}

function whyButton(view: QuestionView | ChecklistView, unfolded: Unfolded) {
  const text = slackWords(view.language);
  if (unfolded === 'why') return button('g:why', text.hideWhy, { value: 'hide' });
  return button('g:why', cutShort(view) ? text.explain : text.why, { value: 'show' });
}

/** Whether the list of answers has no room for all that explains them. */
function cutShort(view: QuestionView | ChecklistView): boolean {
  return view.kind === 'question' && view.options.length > 5 && view.options.some(({ hint = '' }) => hint.length > 75);
}

function changeButton({ language }: InSession, unfolded: Unfolded) {
  const text = slackWords(language);
  const open = unfolded === 'trail';
  return button('g:change', open ? text.hideTrail : text.changeOne, { value: open ? 'hide' : '' });
}

export function languageButton({ language }: Pick<View, 'language'>) {
  const { other, otherValue } = slackWords(language);
  return button('g:language', other, { value: otherValue });
}

/** Begins in a message of its own, so that what was reached stays to be read. */
function startAnew(language: View['language']) {
  return button('g:start', slackWords(language).again, { value: 'new' });
}

function drawFoot(view: QuestionView | ChecklistView): Block | undefined {
  const text = slackWords(view.language);
  const said = [
    ...(view.number ? [`${text.number}: ${view.number}`] : []),
    ...(view.label ? [`${text.label}: ${view.label}`] : []),
    ...(view.doubt ? [view.doubt] : []),
  ];
  return said.length > 0 ? small(...said) : undefined;
}

function drawOutcome(view: OutcomeView, unfolded: Unfolded): Drawn {
  const text = slackWords(view.language);
  return [
    speakOutcome(view),
    small(`${view.flow.title} · ${text.outcomeIs}`),
    heading(view.advice.title),
    view.label ? paragraph(view.label) : undefined,
    ...drawMessage(view),
    ...drawJudged(view),
    ...drawAsking(view),
    ...drawClarified(view),
    ...partsOf(view).map(drawPart),
    ...view.drafts.flatMap((draft) => drawDraft(view, draft)),
    ...(unfolded === 'why' ? [] : drawSources(view)),
    ...drawThen(view),
    ...drawHelpful(view),
    ...drawUnit(view),
    drawMore(view, unfolded),
    ...(unfolded === 'why' ? [divider, ...drawLaw(view.cites, text.law), ...drawTerms(view)] : []),
    ...(unfolded === 'trail' ? drawTrail(view, text.path) : []),
    needsContact(view) ? paragraph(`${text.ask}: `, ...linked(view.registrar)) : undefined,
    drawRecord(view),
  ];
}

function drawPart(said: OutcomePart): Block {
  switch (said.kind) {
    case 'text':
      return part(said.title, section(said.text));
    case 'contact':
      return part(said.title, section(...linked(said.text)));
    case 'bullets':
      return part(
        said.title,
        list(
          'bullet',
          said.items.map((item) => [item]),
        ),
      );
    case 'steps':
      return part(said.title, list('ordered', said.items.map(linked)));
    case 'quote':
      return part(said.title, quote(said.text));
    case 'copy':
      return part(said.title, preformatted(said.text));
  }
}

/** The sources by name; what they say is a press away. */
function drawSources({ language, cites }: OutcomeView): Block[] {
  const names = cites.map(({ title, unverified, secondHand }) => [
    title,
    ...(secondHand ? [` (${secondHand})`] : []),
    ...(unverified ? [` (${unverified})`] : []),
  ]);
  return [part(slackWords(language).law, list('bullet', names))];
}

/** A document to go on with: where it is short, to be copied from here; always as a file. */
function drawDraft(view: OutcomeView, { kind, title, text: draft }: OutcomeView['drafts'][number]): Block[] {
  const text = slackWords(view.language);
  const help = section(kind === 'register-entry' ? text.draftEntryHelp : text.draftHelp);
  return [
    part(title, help, ...(draft.length < 1500 ? [preformatted(draft)] : [])),
    row(writeMark(view, kind), button('g:draft', text.getDraft, { value: kind, spoken: `${text.getDraft}: ${title}` })),
  ];
}

function drawHelpful(view: OutcomeView): Block[] {
  const text = slackWords(view.language);
  if (view.helped !== undefined) return [small(text.thanks)];
  return [
    divider,
    part(text.helpful),
    row(
      writeMark(view, 'helpful'),
      button('g:feedback:yes', text.yes, { spoken: `${text.helpful} ${text.yes}` }),
      button('g:feedback:no', text.no, { spoken: `${text.helpful} ${text.no}` }),
    ),
  ];
}

function drawThen(view: OutcomeView): Block[] {
  const { next } = slackWords(view.language);
  const offers = view.offers.slice(0, 10).map(({ id, title }) => button(`g:then:${id}`, `${next}: ${title}`));
  return offers.length > 0 ? [row(writeMark(view, 'then'), ...offers)] : [];
}

function drawMore(view: OutcomeView, unfolded: Unfolded): Block {
  const text = slackWords(view.language);
  const open = unfolded === 'why';
  return row(
    writeMark(view, 'moves'),
    // Where only a person can say, asking them is what comes next.
    ...(view.advice.code === 'ask-registrar' ? askButton(view) : []),
    startAnew(view.language),
    changeButton(view, unfolded),
    ...(view.advice.code === 'ask-registrar' ? [] : askButton(view)),
    button('g:why', open ? text.hideLaw : text.showLaw, { value: open ? 'hide' : 'show' }),
    button('g:back', text.back),
    button('g:label', view.label ? text.label : text.addLabel),
    languageButton(view),
  );
}

/** Under which number it is kept, from when, and by which version of the flow. */
function drawRecord({ at, language, flow, municipality, number = '' }: OutcomeView): Block {
  const text = slackWords(language);
  const time = moment(at, writeTime(at, language));
  return small(`${text.number}: ${number} · ${municipality.name} · ${text.version} ${flow.version.slice(0, 12)}`, time);
}

function drawEnded(view: EndedView): Drawn {
  const text = slackWords(view.language);
  const again = button(`g:start:${view.flow.id}`, text.takeAlong, { style: 'primary' });
  return [
    `${view.flow.title}. ${view.why}`,
    heading(cut(view.flow.title, 150)),
    paragraph(view.why),
    ...drawJudged(view),
    ...drawAsking(view),
    row(writeMark(view, 'moves'), ...(view.resumable ? [again] : []), startAnew(view.language)),
    view.number ? small(`${text.number}: ${view.number}`) : undefined,
  ];
}
