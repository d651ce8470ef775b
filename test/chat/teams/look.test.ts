import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import type { Unfolded } from '../../../src/chat/press.ts';
import type { Card } from '../../../src/chat/teams/card.ts';
import { drawCard } from '../../../src/chat/teams/draw.ts';
import { drawForm, drawNotTheirs, drawQuestions, drawQueue, drawRecord } from '../../../src/chat/teams/drawreview.ts';
import {
  drawDraftInWords,
  drawHelp,
  drawMine,
  drawTelling,
  drawWaiting,
  drawWords,
} from '../../../src/chat/teams/drawwords.ts';
import { drawAsk, drawFind, drawLabel, drawRespond } from '../../../src/chat/teams/forms.ts';
import { teamsWords } from '../../../src/chat/teams/words.ts';
import type { DraftKind } from '../../../src/guidance/draft.ts';
import { type Flow, offered } from '../../../src/guidance/flow.ts';
import { begin, type Press, replay } from '../../../src/guidance/session.ts';
import {
  type InSession,
  present,
  presentFound,
  presentStart,
  refuse,
  type View,
  withNotice,
} from '../../../src/guidance/view.ts';
import type { Language } from '../../../src/record/entry.ts';
import { findBrowser, openBrowser, violations } from '../../support/browser.ts';
import { shippedFlows } from '../../support/flows.ts';
import { faultsIn } from '../../support/teams/cards.ts';
import {
  faultsOn,
  type Hung,
  hang,
  openWall,
  type Place,
  places,
  type Theme,
  themes,
} from '../../support/teams/look.ts';
import { recordOf, rowOf, session, time } from '../../support/walks.ts';

const skip = findBrowser() === undefined;
if (skip)
  console.error('SKIPPED: how cards look in Teams, since no browser was found. Get one: apt-get install chromium.');
const browser = skip ? undefined : await openBrowser();

/** With SCREENS=<folder> a picture of every card is kept there, on a phone and on a desktop, to be looked at. */
const screens = process.env.SCREENS;
if (screens) mkdirSync(screens, { recursive: true });

const flows = shippedFlows();
const { municipality } = flows;
const teams = { municipality, platform: 'teams' };

/** What is pressed on the shortest way to a node. */
function wayTo(flow: Flow, to: string): Press[] {
  const ways = new Map<string, Press[]>([[flow.start, []]]);
  for (const [id, way] of ways) {
    if (id === to) return way;
    const lead = (next: string, press: Press) => ways.has(next) || ways.set(next, [...way, press]);
    const node = flow.nodes[id]!;
    if ('question' in node)
      for (const { id: option, next } of offered(node, municipality)) lead(next, { verb: 'answer', node: id, option });
    if ('checklist' in node) {
      lead(node.complete, { verb: 'done', node: id, items: node.items.map((item) => item.id) });
      lead(node.incomplete, { verb: 'done', node: id, items: [] });
    }
  }
  throw new Error(`${flow.id} does not lead to ${to}.`);
}

/** More about how a place is come to, or looked at. */
interface More {
  presses?: Press[];
  label?: string;
  changing?: string;
  permalink?: string;
}

/** What somebody sees who has come to this node. */
function seenAt(id: string, node: string, language: Language, { presses = [], label, changing, permalink }: More = {}) {
  const flow = flows.flows.get(id)!;
  const way = [...wayTo(flow, node), ...presses];
  const record = way.length > 0 || label ? recordOf(flow, way, { ...teams, language, label }) : undefined;
  const message = permalink === undefined ? undefined : { permalink, salt: '', hash: '' };
  const at = record ? replay(flow, record.entries) : begin(flow, language);
  return present(at, { ...flows, record, message, ref: session, changing });
}

/** Every kind of card in one language. */
function cardsIn(language: Language): Hung[] {
  const text = teamsWords(language);
  const cards: Hung[] = [];
  const add = (name: string, card: Card) => cards.push({ name: `${name} ${language}`, card });
  const see = (name: string, view: View, unfolded?: Unfolded) => add(name, drawCard(view, unfolded));
  const at = (id: string, node: string, more?: More) => seenAt(id, node, language, more);
  const answer = (node: string, option: string): Press => ({ verb: 'answer', node, option });
  const asked = (id: string, node: string, option: string) =>
    at(id, node, { presses: [answer(node, option)], changing: node });
  const first = flows.flows.get('is-it-public')!;
  const record = recordOf(first, wayTo(first, 'subject'), { ...teams, language });
  const open = { kind: 'place' as const, ref: { id: session }, session: replay(first, record.entries), record };
  const starts = (...recent: string[]) => presentStart(language, flows, { recent, ref: session });

  see('start', starts());
  see('start with one open', presentStart(language, flows, { recent: ['is-it-public'], ref: session, open }));
  see('start with recent ones', starts('comment-came-in', 'register-it', 'chat-and-sms'));
  see('welcome', { ...starts(), notice: text.welcome });
  add('search', drawFind(language, session));
  const entries = [
    { flow: 'is-it-public', given: ['incoming', 'none', 'pupils'] },
    { flow: 'asked-for-everything', given: [] },
    { flow: 'register-it', given: ['in'] },
    { flow: 'may-it-go', given: [] },
  ];
  see('found', presentFound(language, flows, { words: '', entries, ref: session }));
  see('found nothing', presentFound(language, flows, { words: '', entries: [], ref: session }));

  see('first question, ten answers', at('is-it-public', 'what'));
  see('first question, four answers', at('may-it-go', 'held'));
  see('about a message', at('may-it-go', 'held', { permalink: 'https://teams.microsoft.com/l/message/19:a/1' }));
  see('three short answers', at('block-someone', 'how-long'));
  see('four answers, two hints', at('is-it-public', 'cover'));
  see('six long answers', at('private-or-official', 'staff'));
  see('six long answers, why', at('private-or-official', 'staff'), 'why');
  see('five answers, trail', at('is-it-public', 'harm-qualified'), 'trail');
  see('changing one of six', asked('private-or-official', 'staff', 'facts'));
  see('nine answers', at('is-it-public', 'special'));
  see('changing one of ten', asked('is-it-public', 'what', 'made'));
  see('thirty-four answers', at('is-it-public', 'subject'));
  see('thirty-four answers, why', at('is-it-public', 'subject'), 'why');
  see('changing one of thirty-four', asked('is-it-public', 'subject', 'pupils'));
  see(
    'answer changed',
    at('is-it-public', 'what', {
      presses: [answer('what', 'made'), { verb: 'change', node: 'what', option: 'incoming' }],
    }),
  );
  see('nothing happened', withNotice(at('is-it-public', 'cover'), 'stale'));
  const closing = JSON.stringify(drawCard(at('is-it-public', 'cover'))).replace(
    '"isVisible":false',
    '"isVisible":true',
  );
  add('about to be closed', JSON.parse(closing));
  see('checklist', at('block-someone', 'ladder'));
  const list = at('start-account', 'points');
  assert.ok(list.kind === 'checklist');
  const half = { ...list, items: list.items.map((item, i) => ({ ...item, ticked: i < 4 })) };
  see('checklist, half ticked', half);
  see('checklist, why', half, 'why');

  see('release', at('is-it-public', 'release'));
  see('release, law', at('is-it-public', 'release'), 'why');
  see('release, trail', at('is-it-public', 'release'), 'trail');
  see('heading and feedback given', { ...at('is-it-public', 'release', { label: text.label }), helped: true } as View);
  see('ask the registrar', at('is-it-public', 'registrar-shared'));
  see('refusal with a draft', at('is-it-public', 'refusal-for-decision'));
  see('register, with an entry', at('register-it', 'register-secret'));
  see('call for help', at('chat-and-sms', 'call-for-help'));
  see('not ready', at('start-account', 'not-ready'));
  see('keep', at('may-it-go', 'keep'));

  add('heading', drawLabel(at('is-it-public', 'release') as InSession));
  add('heading, changed', drawLabel(at('is-it-public', 'release', { label: text.label }) as InSession));
  const own = ['open', 'concluded', 'lapsed'].map((status, i) =>
    rowOf(20260000040 + i, {
      status,
      label: i % 2 ? 'Mejl om skolskjuts' : null,
      outcome: status === 'concluded' ? 'release-masked' : null,
    }),
  );
  add('mine', drawMine(own, flows, language));
  add('none of mine', drawMine([], flows, language));
  add('waiting', drawWaiting(language, 'https://teams.microsoft.com/l/chat/0/0?users=28:0'));
  for (const muted of [true, false]) add(`help${muted ? ', no reminders' : ''}`, drawHelp(language, muted));
  for (const { name, card } of withOthers(language, at)) add(name, card);
  for (const { name, card } of reviewIn(language)) add(name, card);
  add('fault', drawWords(language, text.fault('b3f1c2')));
  const { drafts } = at('is-it-public', 'refusal-for-decision') as Extract<View, { kind: 'outcome' }>;
  for (const { kind, title, text } of drafts.filter(({ kind }) => kind === ('refusal' satisfies DraftKind)))
    add(`${kind} in words`, drawDraftInWords(language, title, text));
  for (const content of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }] as const) {
    const record = recordOf(first, [], { ...teams, language });
    const entries = [
      ...record.entries,
      { session, seq: 2, time, kind: content.kind, content, salt: '', commitment: '' },
    ];
    see(content.kind, present(replay(first, entries), { ...flows, record: { ...record, entries }, ref: session }));
  }
  see('refused', refuse(language, municipality, 'notYours'));
  return cards;
}

/** Cards with what others have said about somebody's guidance, and the ways to ask them. */
function withOthers(language: Language, at: (id: string, node: string) => View): Hung[] {
  const shown = (id: string, node: string) =>
    at(id, node) as Extract<View, { kind: 'question' | 'checklist' | 'outcome' }>;
  const talk = (state: 'waiting' | 'asked back' | 'answered') => ({
    state,
    since: time,
    lines: [
      { from: 'person' as const, who: 'Du', at: time, words: 'Gäller det sms också?\nOch mejl?' },
      { from: 'registrar' as const, who: 'Rut Ek (registrator)', at: time, words: 'Skriv till arkiv@example.org.' },
    ],
  });
  const question = shown('is-it-public', 'cover') as Extract<View, { kind: 'question' }>;
  const list = shown('start-account', 'points') as Extract<View, { kind: 'checklist' }>;
  const outcome = shown('is-it-public', 'registrar-shared') as Extract<View, { kind: 'outcome' }>;
  const { cites } = shown('is-it-public', 'release') as Extract<View, { kind: 'outcome' }>;
  const clarifications = [
    { id: '1', at: time, words: 'Ett förtydligande.\nMed två rader.', cites: cites.slice(0, 2), role: 'registrator' },
    { id: '2', at: time, words: 'Ett äldre förtydligande.', cites: [], role: 'registrator' },
  ];
  const judged = {
    result: 'corrected',
    who: 'Rolf Ek (granskare)',
    at: time,
    should: 'Lämna ut',
    why: 'Se beslutet.',
    asks: false,
  } as const;
  const returned = { ...judged, result: 'returned', asks: true } as const;
  const response = { words: 'Det är ett protokoll.\nFrån i går.', at: time };
  const draw = (name: string, view: View) => ({ name, card: drawCard(view) });
  return [
    draw('clarified', { ...question, clarifications }),
    draw('clarified list', { ...list, clarifications, asking: talk('answered') }),
    draw('asked', { ...question, asking: talk('waiting') }),
    draw('asked back', { ...outcome, asking: talk('asked back'), clarifications }),
    draw('corrected', { ...outcome, judged, unit: { units: ['Parker', 'Skola'], chosen: 'Skola' } }),
    draw('returned', { ...outcome, judged: returned }),
    draw('responded', { ...outcome, judged: { ...returned, asks: false, response } }),
    { name: 'answer to a reviewer', card: drawRespond({ ...outcome, judged: returned }) },
    { name: 'question to the registrar', card: drawAsk(question) },
    {
      name: 'question that was too long',
      card: drawAsk({ ...outcome, notice: teamsWords(language).writeFirst }, 'Gäller det sms också?\nOch mejl?'),
    },
    { name: 'told', card: drawTelling(language, ['Rut Ek (registrator): Ja.', 'https://example.org/a'], session) },
    {
      name: 'summary',
      card: drawTelling(language, [
        'Vecka 47',
        'Enheter\nParker        ████████████  15–19\nSkola                       färre än 5',
      ]),
    },
  ];
}

/** Every kind of card of the review. */
function reviewIn(language: Language): Hung[] {
  const number = 'VGL-2026-00042';
  const around = { language, address: 'https://example.org/review' };
  const line = { number, flow: 'Är det en allmän handling?', at: time, when: '22 nov. 2026', unit: 'Skola' };
  const lines = [0, 1].map((i) => ({
    ...line,
    number: `${number}${i}`,
    outcome: 'Lämna ut',
    marks: ['ett ”Vet inte”'],
  }));
  const question = { ...line, seq: 3, at: 'Vad gäller det?', words: 'Gäller det sms?', marks: ['väntat i 2 dagar'] };
  const outcomes = [
    { code: 'release', title: 'Lämna ut' },
    { code: 'wait', title: 'Vänta' },
  ];
  const record = {
    ...{ number, seq: 3, title: 'Är det en allmän handling?: Lämna ut', note: 'Den är inte granskad än.', outcomes },
    parts: [
      { title: 'Vägen', lines: ['Vad gäller det? → En handling', 'Är den hemlig? → Nej (avgjorde resultatet)'] },
      { title: 'Resultat', lines: ['Lämna ut den i dag. Fråga arkiv@example.org.'] },
    ],
    address: `${around.address}/${number}`,
  };
  const before = { said: 'Skriv något i rutan.', words: 'Hej', should: 'release' };
  const at = { number, seq: 3 };
  return [
    { name: 'queue', card: drawQueue({ lines, older: number }, { ...around, further: true, waiting: 2 }) },
    {
      name: 'queue, empty',
      card: drawQueue({ lines: [], older: undefined }, { ...around, said: 'Godkänd.', further: false, waiting: 0 }),
    },
    { name: 'questions', card: drawQuestions([{ ...question, may: ['take', 'answer', 'ask back'] }], around) },
    { name: 'no questions', card: drawQuestions([], { language, address: undefined }) },
    { name: 'record', card: drawRecord({ ...record, may: ['approve', 'correct', 'return', 'comment'] }, language) },
    {
      name: 'record with a question',
      card: drawRecord({ ...record, may: ['answer', 'ask back'] }, language, 'Tagen.'),
    },
    { name: 'record to read only', card: drawRecord({ ...record, may: [], note: undefined }, language) },
    { name: 'correct', card: drawForm('correct', at, outcomes, language) },
    { name: 'correct, to be mended', card: drawForm('correct', at, outcomes, language, before) },
    { name: 'answer', card: drawForm('answer', at, [], language) },
    { name: 'no role', card: drawNotTheirs(language) },
  ];
}

for (const language of ['sv', 'en'] as const)
  test(`nothing on any of them is what Teams would not draw (${language})`, () => {
    for (const { name, card } of cardsIn(language))
      if (!/closed/.test(name)) assert.deepEqual(faultsIn(card), [], name);
  });

for (const language of ['sv', 'en'] as const)
  test(`answers stand one below another, and what leads elsewhere is set off from them (${language})`, () => {
    for (const { name, card } of cardsIn(language))
      for (const element of card.body) {
        if (element.type !== 'ActionSet') continue;
        const verbs = element.actions.map((action) => ('verb' in action ? action.verb : ''));
        const answers = element.actions.filter((_, i) => /^(answer|change|then)$/.test(verbs[i]!));
        const moves = verbs.filter((verb) => /^(back|why|language|close)$/.test(verb));
        // A phone may show only the first of several in a row.
        if (answers.length > 1 && moves.length === 0)
          assert.ok(answers.map(({ title }) => title).join('').length <= 20, `${name}: ${answers[0]!.title}`);
        if (moves.length > 0) assert.equal(element.separator, true, `${name}: ${element.actions[0]!.title}`);
      }
  });

describe('cards as Teams draws them', { skip, concurrency: 1 }, async () => {
  if (skip) return;
  const page = await openWall(browser!);

  for (const language of ['sv', 'en'] as const) {
    const cards = cardsIn(language);

    // They are built and coloured alike in every language.
    if (language === 'sv')
      test('can be read and used by everybody, in every theme', async () => {
        await hang(page, cards, 'light', 'phone');
        assert.deepEqual(await violations(page), []);
        for (const theme of ['dark', 'contrast'] as const) {
          await hang(page, cards, theme, 'phone');
          assert.deepEqual(await violations(page, ['color-contrast']), [], theme);
        }
      });

    test(`fit a phone and a window at 400 %, and nothing in them is cut (${language})`, async () => {
      assert.deepEqual(
        cards.filter(({ card }) => card.lang !== language),
        [],
      );
      for (const place of ['phone', '400 %'] as const) {
        await hang(page, cards, 'light', place);
        assert.deepEqual(await faultsOn(page), [], place);
      }
    });

    test(`are kept as pictures (${language})`, { skip: !screens }, async () => {
      for (const theme of Object.keys(themes) as Theme[])
        for (const place of Object.keys(places) as Place[]) {
          await hang(page, cards, theme, place);
          for (const { name } of cards) {
            const path = join(screens!, `${name} ${theme} ${place}.png`);
            await page.getByRole('article', { name, exact: true }).screenshot({ path });
          }
        }
    });
  }
});
