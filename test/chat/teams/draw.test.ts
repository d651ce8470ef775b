import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unfolded } from '../../../src/chat/press.ts';
import { type Card, forDialog } from '../../../src/chat/teams/card.ts';
import { drawCard } from '../../../src/chat/teams/draw.ts';
import { drawDraftInWords, drawMine, drawWaiting, drawWords } from '../../../src/chat/teams/drawwords.ts';
import { drawFind, drawLabel } from '../../../src/chat/teams/forms.ts';
import { teamsWords } from '../../../src/chat/teams/words.ts';
import type { Flow, Municipality } from '../../../src/guidance/flow.ts';
import { begin, replay } from '../../../src/guidance/session.ts';
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
import { shippedFlows } from '../../support/flows.ts';
import { type Json, listOf } from '../../support/slack/limits.ts';
import { faultsIn, isSame } from '../../support/teams/cards.ts';
import { asButton, everyElement, headingOf, inputOn, isSent, plain, readText } from '../../support/teams/elements.ts';
import { recordOf, rowOf, session, waysTo } from '../../support/walks.ts';

const flows = shippedFlows();
const message = {
  permalink: `https://teams.microsoft.com/l/message/19%3Achannel%40thread.tacv2/1763802000000?tenantId=${session}&groupId=${session}&parentMessageId=1763802000000&createdTime=1763802000000`,
  salt: '',
  hash: '',
};

const teams = { municipality: flows.municipality, platform: 'teams', message };

/** Cards are drawn by any client, and leave room for a municipality whose texts are longer than ours. */
const roomy = 20_000;

/** Each way in which the places of a flow can be looked at: everything that can be unfolded is, and every question changed. */
function* looksAt(flow: Flow, language: Language): Generator<[string, View, Unfolded]> {
  const changed = new Set<string>();
  for (const [id, presses] of waysTo(flow, flows.municipality)) {
    const look = (changing?: string, label?: string) => {
      const record = presses.length > 0 || label ? recordOf(flow, presses, { ...teams, language, label }) : undefined;
      const at = record ? replay(flow, record.entries) : begin(flow, language);
      const ref = record ? session : `${flow.id}.${session}.${session}`;
      return present(at, { ...flows, record, message, ref, changing });
    };
    const view = look();
    const named = look(undefined, 'å'.repeat(120));
    yield [
      `${id} with why and a heading`,
      { ...named, ...(view.kind === 'outcome' && { helped: true }) } as View,
      'why',
    ];
    yield [`${id} with what was answered, after a press that did nothing`, withNotice(view, 'stale'), 'trail'];
    if (view.kind === 'checklist') {
      const items = view.items.map((item) => ({ ...item, ticked: true }));
      yield [`${id} with all ticked`, { ...view, items }, undefined];
    }
    for (const { node, changeable } of 'trail' in view ? view.trail : []) {
      // Its question is read in both languages where it is asked.
      if (!changeable || changed.has(node) || language === 'en') continue;
      changed.add(node);
      yield [`changing ${node}`, look(node), undefined];
    }
  }
}

/** What Teams would not draw of a card, in a conversation or in a dialog, where every button must carry the same. */
function wrongWith(card: Card, isInDialogs = true): string[] {
  const { length } = JSON.stringify(card);
  const here = [...faultsIn(card), ...(length > roomy ? [`${length} characters`] : [])];
  if (!isInDialogs) return here;
  const inDialog = forDialog(card);
  const same = isSame(carriedBy(card), carriedBy(inDialog)) ? [] : ['other buttons'];
  return [...here, ...[...faultsIn(inDialog, 'dialog'), ...same].map((fault) => `in a dialog: ${fault}`)];
}

/** What each button says and sends, also where it lies hidden. */
function carriedBy(card: Card): Json[] {
  const sent = everyElement(asJson(card)).filter(({ element }) => isSent(element));
  return sent.map(({ element }) => {
    const { action: _, ...button } = asButton(element);
    return { ...button, tooltip: element.tooltip, style: element.style, inputs: element.associatedInputs };
  });
}

const asJson = (card: Card) => card as unknown as Json;

/** What is read of a card and ends in …, although it does not where it was written. */
function cutIn(card: Card, source: unknown): string[] {
  const written = JSON.stringify(source);
  const said = everyElement(asJson(card)).flatMap(({ element: { text, title, label, choices } }) => [
    ...[text, title, label].filter((one) => typeof one === 'string'),
    ...listOf(choices).map(({ title }) => String(title)),
  ]);
  return said.filter((one) => one.endsWith('…') && !written.includes(JSON.stringify(plain(one)).slice(1, -1)));
}

for (const language of ['sv', 'en'] as const) {
  const text = teamsWords(language);

  test(`every place in every flow fits whole on a card, however it is looked at (${language})`, () => {
    for (const flow of flows.flows.values())
      for (const [how, view, unfolded] of looksAt(flow, language)) {
        const card = drawCard(view, unfolded);
        const what = `${flow.id} ${how}`;
        // What becomes of the buttons in a dialog does not hang on the language, nor on why something is asked.
        assert.deepEqual(wrongWith(card, language === 'sv' && unfolded !== 'why'), [], what);
        assert.deepEqual(cutIn(card, view), [], what);
      }
  });

  test(`every card says its question or its outcome first, and a client that can’t draw it says the same (${language})`, () => {
    const flow = flows.flows.get('is-it-public')!;
    for (const [how, view, unfolded] of looksAt(flow, language)) {
      const card = drawCard(view, unfolded);
      const expected = view.kind === 'outcome' ? view.advice.title : 'question' in view ? view.question : undefined;
      assert.equal(headingOf(asJson(card)), expected, how);
      assert.ok(card.fallbackText.includes(expected!), how);
      for (const { session } of carriedBy(card)) assert.equal(session, 'node' in view && view.session, how);
      assert.equal(card.lang, language);
    }
  });

  test(`what has ended, and what is somebody else’s, fits on a card too (${language})`, () => {
    for (const flow of flows.flows.values())
      for (const content of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }] as const) {
        const { entries, ...record } = recordOf(flow, [], { ...teams, language });
        const ended = [...entries, { ...entries[0]!, seq: 2, kind: content.kind, content }];
        const view = present(replay(flow, ended), { ...flows, record: { ...record, entries: ended }, ref: session });
        assert.equal(view.kind, 'ended');
        assert.deepEqual(wrongWith(drawCard(view)), []);
      }
    for (const why of ['notYours', 'noSuchFlow', 'noSuchSession', 'noSuchDraft'] as const)
      assert.deepEqual(wrongWith(drawCard(refuse(language, flows.municipality, why))), []);
  });

  test(`the start, what is found and what is one’s own fit, with all the flows there are (${language})`, () => {
    const all = [...flows.flows.keys()];
    const flow = flows.flows.get('is-it-public')!;
    const record = recordOf(flow, waysTo(flow, flows.municipality).get(flow.start)!, {
      ...teams,
      language,
      label: 'å'.repeat(120),
    });
    const open = { kind: 'place' as const, ref: { id: session }, session: replay(flow, record.entries), record };
    for (const recent of [[], all.slice(-3)]) {
      const view = presentStart(language, flows, { recent, ref: session, open });
      const card = drawCard({ ...view, notice: text.welcome });
      assert.deepEqual(wrongWith(card), []);
      assert.deepEqual(cutIn(card, [view, text]), []);
      const offers = everyElement(asJson(card)).flatMap(({ element }) => listOf(element.choices));
      assert.deepEqual(offers.map(({ value }) => value).sort(), all.toSorted(), 'each flow once');
    }
    const given = ['made', 'no', 'closed', 'facts'];
    const entries = all.map((flow) => ({ flow, given: flow === 'is-it-public' ? given : [] }));
    for (const found of [entries, []])
      assert.deepEqual(
        wrongWith(drawCard(presentFound(language, flows, { words: '', entries: found, ref: session }))),
        [],
      );
    const own = Array.from({ length: 10 }, (_, i) => rowOf(20260000001 + i));
    for (const mine of [own, []]) assert.deepEqual(wrongWith(drawMine(mine, flows, language), false), []);
  });

  test(`forms and all that is only said are cards without a fault (${language})`, () => {
    const flow = flows.flows.get('is-it-public')!;
    const [, view] = looksAt(flow, language).find(([, { kind }]) => kind === 'outcome')!;
    const drafts = [...looksAt(flow, language)].flatMap(([, view]) => (view.kind === 'outcome' ? view.drafts : []));
    assert.ok(drafts.length > 0);
    const said = [text.help, [text.cantWrite], [text.welcomeRoom], [text.nowReading], [text.moved], [text.noDraft]];
    for (const card of [
      drawFind(language, session),
      drawLabel({ ...(view as InSession), label: '' }),
      drawLabel({ ...(view as InSession), label: 'å'.repeat(120) }),
    ])
      assert.deepEqual(wrongWith(card), []);
    for (const card of [
      drawWaiting(language, 'https://teams.microsoft.com/l/chat/0/0?users=28%3Aisitpublic'),
      ...said.map((lines) => drawWords(language, ...lines)),
      ...drafts.map(({ title, text }) => drawDraftInWords(language, title, text)),
    ])
      assert.deepEqual(wrongWith(card, false), []);
  });
}

test('flows that somebody has written far too long are cut, and the card says so and can still be pressed', () => {
  const flow = flows.flows.get('is-it-public')!;
  const long = 'En mening som någon har skrivit, och sedan en till. '.repeat(120);
  for (const [how, view, unfolded] of looksAt(flow, 'sv')) {
    const card = drawCard(lengthen(view, long), unfolded);
    assert.deepEqual([...faultsIn(card), ...faultsIn(forDialog(card), 'dialog')], [], how);
    assert.match(JSON.stringify(card.body.at(-1)), /Texten är avkortad här/, how);
    const pressed = (one: Card) =>
      carriedBy(one)
        .filter(({ verb }) => verb !== 'change')
        .map(({ verb, option }) => [verb, option]);
    assert.deepEqual(pressed(card), pressed(drawCard(view, unfolded)), how);
  }
});

/** The same view, with texts that no card holds. */
function lengthen(view: View, long: string): View {
  const more = { question: long, help: long, why: long, notices: [long, long], summary: long, registrar: long };
  const known = Object.fromEntries(Object.entries(more).filter(([name]) => name in view));
  const advice = 'advice' in view && {
    advice: { ...view.advice, title: long, text: long, say: long, do: [long, long] },
  };
  const step = { node: 'what', option: 'made', question: long, answer: 'Ja', changeable: true, decided: false };
  const trail = 'trail' in view && { trail: Array.from({ length: 12 }, () => step) };
  return { ...view, ...known, ...advice, ...trail } as View;
}

/** What somebody may write who knows nothing of Markdown, of Adaptive Cards or of HTML, or who knows them well. */
const written = [
  '*fet* _lut_ **båda** __under__ `kod` ~~struket~~',
  'snake_case_namn och 2*3*4',
  '{{DATE(2026-11-22T09:00:00Z, SHORT)}} {{TIME(2026-11-22T09:00:00Z)}} {{x}}',
  '[klicka här](https://evil.example) ![bild](https://evil.example/a.png)',
  '[x][y] [a]: https://evil.example',
  '\\[x](https://evil.example) \\*',
  '<at>Anna</at> <b>fet</b> <img src=x onerror=alert(1)> <script>alert(1)</script>',
  '&lt;b&gt; &amp; &#42; & <3 5 < 6 > 4',
];

for (const sign of written)
  test(`what a municipality or a person writes is read as it was written: ${sign}`, () => {
    const municipality: Municipality = {
      ...flows.municipality,
      name: `Kommunen ${sign}`,
      registrar: { ...flows.municipality.registrar, name: { sv: `Registraturen ${sign}`, en: `The registry ${sign}` } },
    };
    const theirs = { ...flows, municipality };
    const flow = flows.flows.get('is-it-public')!;
    const presses = waysTo(flow, flows.municipality).get('registrar-unsure')!;
    const record = recordOf(flow, presses, { ...teams, language: 'sv', label: sign });
    const view = present(replay(flow, record.entries), { ...theirs, record, message, ref: session });
    assert.ok(view.kind === 'outcome');
    const asked = view.trail.map((step) => ({ ...step, question: sign, answer: sign }));
    const outcome = {
      ...view,
      trail: asked,
      notice: sign,
      advice: { ...view.advice, title: sign, do: [sign], say: `${sign}\n${sign}` },
    };
    const start = presentStart('sv', theirs, { recent: [], ref: session, open: undefined });
    const question: View = {
      ...view,
      kind: 'question',
      question: sign,
      help: sign,
      why: sign,
      cites: [{ id: 'a', title: sign, says: sign, kind: 'lag', unverified: sign }],
      options: ['a', 'b'].map((id) => ({ id, label: `${id} ${sign}`, hint: sign })),
      notices: [sign],
      doubt: sign,
    };
    const many: View = {
      ...question,
      options: [...'abcdefgh'].map((id) => ({ id, label: `${id} ${sign}`, hint: sign })),
    };
    const row = { ...rowOf(20260000001), label: sign };
    for (const [name, card] of Object.entries({
      outcome: drawCard(outcome, 'trail'),
      question: drawCard(question, 'why'),
      many: drawCard(many, 'trail'),
      start: drawCard({ ...start, notice: sign }),
      label: drawLabel(outcome),
      mine: drawMine([row], theirs, 'sv'),
      draft: drawDraftInWords('sv', sign, `${sign}\n\n${sign}`),
    })) {
      assert.deepEqual(faultsIn(card), [], name);
      if (name !== 'start' && name !== 'label') assert.ok(seen(card).includes(sign), `${name}: ${seen(card)}`);
      for (const [, url] of JSON.stringify(textsOf(card)).matchAll(/(?<!\\)\]\(([^)]*)/g))
        assert.match(url!, /^(mailto:|tel:|https:\/\/teams\.microsoft\.com\/)/, name);
    }
    assert.equal(withoutMarks(headingOf(asJson(drawCard(question)))), sign);
    assert.ok(seen(drawCard(outcome)).includes(`Registraturen ${sign}`));
    assert.equal(inputOn(asJson(drawLabel(outcome)))?.value, sign, 'to be written on');
  });

const seen = (card: Card) => withoutMarks(readText(asJson(card)));
/** What keeps Teams from reading more out of a text than stands there can't be seen. */
const withoutMarks = (text: string) => text.replaceAll('\u200B', '');
const textsOf = (card: Card) => everyElement(asJson(card)).map(({ element }) => element.text);
