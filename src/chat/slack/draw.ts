import type { types } from '@slack/bolt';
import { writeEntrance } from '../../guidance/entrance.ts';
import type {
  ChecklistView,
  Citation,
  EndedView,
  FoundView,
  InSession,
  OutcomeView,
  QuestionView,
  StartView,
  View,
} from '../../guidance/view.ts';
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
} from './blocks.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** What is unfolded on a card, for whoever asked to see it. */
export type Unfolded = 'why' | 'trail' | undefined;

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
  const [nearest] = view.groups;
  const groups = view.groups.map(({ title, flows }) => ({
    title,
    choices: flows.map(({ id, title, about }) => ({ id, label: title, hint: about })),
  }));
  return [
    ...(nearest
      ? [
          row(
            writeMark({ session: view.ref }, 'nearest'),
            ...nearest.flows.slice(0, 3).map(({ id, title }) => button(`g:start:${id}`, title)),
          ),
        ]
      : []),
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
  const title = view.offers.length > 0 ? text.foundHeading : text.foundNothing;
  const offers = view.offers.slice(0, 8).map((offer, i) => {
    const last = offer.answers.at(-1);
    const way = `${offer.title} · ${text.withAnswers} ${offer.answers.map(({ answer }) => `”${answer}”`).join(' › ')}`;
    const [name, about] = last ? [last.answer, way] : [offer.title, offer.about];
    return beside(
      writeMark({ session: view.ref }, `offer${i}`),
      about ? `${name}\n${about}` : name,
      button('g:start', text.begin, { value: writeEntrance(offer), spoken: `${text.begin}: ${name}` }),
    );
  });
  return [
    title,
    heading(title),
    view.offers.length > 0 ? undefined : paragraph(text.foundNothingHelp),
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
    changing ? paragraph(text.changing) : undefined,
    ...drawReminders(view),
    ...drawOptions(view),
    ...(unfolded === 'why' ? drawReasons(view) : []),
    ...(unfolded === 'trail' ? drawTrail(view, text.trail) : []),
    ...(changing
      ? [row(writeMark(view, 'moves'), button('g:show', text.keepAnswer), languageButton(view))]
      : drawMoves(view, unfolded)),
    drawFoot(view),
  ];
}

/** Up to five answers are buttons, up to ten a list with all in sight, more a list that is searched. */
function drawOptions(view: QuestionView): Block[] {
  const { options, chosen } = view;
  const verb = chosen === undefined ? 'answer' : 'change';
  const text = slackWords(view.language);
  const id = writeMark(view, 'options');
  if (options.length > 10)
    return [row(id, select(`g:${verb}`, text.chooseAnswer, [{ title: '', choices: options }], chosen))];
  const inRow = options.length <= 5;
  const explained = options.some(({ hint = '' }) => hint.length > (inRow ? 0 : 75)) || (inRow && options.some(isLong));
  const inFull = options
    .filter((one) => one.hint || (inRow && isLong(one)))
    .map(({ id, label, hint }) => [
      bold(label),
      ...(id === chosen ? [` (${text.chosen})`] : []),
      ...(hint ? [` ${hint}`] : []),
    ]);
  const above: Block[] = explained ? [{ type: 'rich_text', elements: [list('bullet', inFull)] }] : [];
  if (inRow) return [...above, row(id, ...options.map((one) => button(`g:${verb}:${one.id}`, one.label)))];
  const choices = explained ? options.map(({ id, label }) => ({ id, label })) : options;
  return [...above, row(id, radio(`g:${verb}`, choices, chosen))];
}

/** A button may show no more than about thirty characters of its text. */
const isLong = ({ label }: { label: string }) => label.length > 30;

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
    ...drawReminders(view),
    ...groups,
    row(writeMark(view, 'done'), button('g:done', text.done, { style: 'primary' })),
    ...(unfolded === 'why' ? drawReasons(view) : []),
    ...(unfolded === 'trail' ? drawTrail(view, text.trail) : []),
    ...drawMoves(view, unfolded),
    drawFoot(view),
  ];
}

function drawHead(view: QuestionView | ChecklistView): (Block | undefined)[] {
  const text = slackWords(view.language);
  const earlier = view.trail.findIndex(({ node }) => node === view.node);
  return [
    small(`${view.flow.title} · ${text.step((earlier < 0 ? view.trail.length : earlier) + 1)}`),
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

/** Why it is asked, the law behind it, what the words mean; and the answers in full where the list cuts them short. */
function drawReasons(view: QuestionView | ChecklistView): Block[] {
  const text = slackWords(view.language);
  const cites = view.kind === 'checklist' ? lawOf(view) : view.cites;
  const options = view.kind === 'question' && view.options.length > 10 ? view.options.filter(({ hint }) => hint) : [];
  return [
    divider,
    ...(view.why ? [part(text.whyAsk, section(view.why))] : []),
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

/** The law of the list and of its items, each once. */
function lawOf({ cites, items }: ChecklistView): Citation[] {
  const all = [...cites, ...items.flatMap((item) => item.cites)];
  return [...new Map(all.map((cite) => [cite.id, cite])).values()];
}

function drawTerms({ language, terms }: InSession): Block[] {
  if (terms.length === 0) return [];
  const words = terms.map(({ term, means }) => [bold(term), ` ${means}`]);
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
      languageButton(view),
      button('g:close', text.close, begun ? { confirm: sure } : {}),
    ),
  ];
}

function whyButton(view: QuestionView | ChecklistView, unfolded: Unfolded) {
  const text = slackWords(view.language);
  const many = view.kind === 'question' && view.options.length > 10;
  if (unfolded === 'why') return button('g:why', text.hideWhy, { value: 'hide' });
  return button('g:why', many ? text.explain : text.why, { value: 'show' });
}

function changeButton({ language }: InSession, unfolded: Unfolded) {
  const text = slackWords(language);
  const open = unfolded === 'trail';
  return button('g:change', open ? text.hideTrail : text.changeOne, { value: open ? 'hide' : '' });
}

function languageButton({ language }: Pick<View, 'language'>) {
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
  const { advice } = view;
  const urgent = advice.code === 'call-for-help';
  const steps = advice.do.length > 0 ? part(text.do, list('ordered', advice.do.map(linked))) : undefined;
  return [
    spokenOutcome(view),
    small(`${view.flow.title} · ${text.outcomeIs}`),
    heading(advice.title),
    view.label ? paragraph(view.label) : undefined,
    ...drawMessage(view),
    urgent ? steps : undefined,
    part(text.means, section(advice.text)),
    advice.why ? part(text.whyPerson, section(advice.why)) : undefined,
    advice.uncertain ? part(text.uncertain, section(advice.uncertain)) : undefined,
    part(text.time, section(advice.clock)),
    advice.missing
      ? part(
          text.missing,
          list(
            'bullet',
            advice.missing.map((item) => [item]),
          ),
        )
      : undefined,
    advice.say ? part(text.say, quote(advice.say)) : undefined,
    urgent ? undefined : steps,
    ...view.drafts.flatMap((draft) => drawDraft(view, draft)),
    view.summary ? part(text.ask, section(...linked(view.registrar))) : undefined,
    view.summary ? part(text.summary, preformatted(view.summary)) : undefined,
    ...(unfolded === 'why' ? [divider, ...drawLaw(view.cites, text.law), ...drawTerms(view)] : drawSources(view)),
    ...(unfolded === 'trail' ? drawTrail(view, text.path) : []),
    ...drawHelpful(view),
    ...drawOnwards(view, unfolded),
    paragraph(`${text.number}: ${view.number ?? ''} · `, ...written(view)),
    view.summary ? undefined : paragraph(`${text.ask}: `, ...linked(view.registrar)),
  ];
}

/** The outcome as it is read out. */
function spokenOutcome({ language, advice, number }: OutcomeView): string {
  const text = slackWords(language);
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

function drawOnwards(view: OutcomeView, unfolded: Unfolded): Block[] {
  const text = slackWords(view.language);
  const offers = view.offers.map(({ id, title }) => button(`g:then:${id}`, `${text.next}: ${title}`));
  return [
    ...(offers.length > 0 ? [row(writeMark(view, 'then'), ...offers.slice(0, 10))] : []),
    row(
      writeMark(view, 'moves'),
      startAnew(view.language),
      button('g:back', text.back),
      changeButton(view, unfolded),
      button('g:why', unfolded === 'why' ? text.hideLaw : text.showLaw, {
        value: unfolded === 'why' ? 'hide' : 'show',
      }),
      button('g:label', view.label ? text.label : text.addLabel),
      languageButton(view),
    ),
  ];
}

function written({ at, language, flow, municipality }: OutcomeView) {
  const text = slackWords(language);
  return [
    moment(at, `${writeTime(at, language)} (${text.zone})`),
    ` · ${municipality.name} · ${text.version} ${flow.version.slice(0, 12)}`,
  ];
}

/** Where the reader's own zone can't be had: Swedish time. */
function writeTime(time: string, language: View['language']): string {
  return clocks[language].format(new Date(time));
}

const stockholm = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Stockholm' } as const;
const clocks = { sv: new Intl.DateTimeFormat('sv-SE', stockholm), en: new Intl.DateTimeFormat('en-GB', stockholm) };

function drawEnded(view: EndedView): Drawn {
  const text = slackWords(view.language);
  const again = button('g:start', text.takeAlong, { value: view.flow.id, style: 'primary' });
  return [
    `${view.flow.title}. ${view.why}`,
    heading(cut(view.flow.title, 150)),
    paragraph(view.why),
    row(writeMark(view, 'moves'), ...(view.resumable ? [again] : []), startAnew(view.language)),
    view.number ? small(`${text.number}: ${view.number}`) : undefined,
  ];
}

/** A line to somebody, and nothing to press. */
export function drawWords(...lines: string[]): Card {
  return fit(
    lines.join('\n'),
    lines.map((line) => paragraph(line)),
    '',
  );
}

/** Said where a command was typed: where the guidance goes on. */
export function drawWaiting(language: View['language'], address: string): Card {
  const text = slackWords(language);
  return fit(`${text.waiting} ${address}`, [paragraph(`${text.waiting} `, link(address, text.toGuidance))], '');
}

/** A form for the heading that somebody gives their guidance. */
export function drawLabel({ language, label, session }: InSession): types.ModalView {
  const text = slackWords(language);
  return {
    type: 'modal',
    callback_id: 'g:label',
    private_metadata: session,
    title: plain(text.label),
    submit: plain(text.save),
    close: plain(text.cancel),
    blocks: [
      {
        type: 'input',
        block_id: 'label',
        optional: true,
        label: plain(text.label),
        hint: plain(text.labelHelp),
        element: {
          type: 'plain_text_input',
          action_id: 'label',
          max_length: 120,
          ...(label && { initial_value: label }),
        },
      },
    ],
  };
}

/** Where a card was that stands further down now. */
export function drawMoved(language: View['language']): Card {
  return drawWords(slackWords(language).moved);
}
