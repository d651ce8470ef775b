import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Unfolded } from '../../../src/chat/press.ts';
import type { QueueLine, ReadRecord, WaitingQuestion } from '../../../src/chat/reviewing.ts';
import { drawCard } from '../../../src/chat/slack/draw.ts';
import { drawDone, drawRecord } from '../../../src/chat/slack/drawreview.ts';
import { drawNotice, drawTelling } from '../../../src/chat/slack/drawwords.ts';
import { drawAsk, drawLabel, drawRespond } from '../../../src/chat/slack/forms.ts';
import { drawHome, drawMine } from '../../../src/chat/slack/home.ts';
import { readMark } from '../../../src/chat/slack/mark.ts';
import type { Flow } from '../../../src/guidance/flow.ts';
import { begin, type Press, replay } from '../../../src/guidance/session.ts';
import { present, presentFound, presentStart, refuse, type View, withNotice } from '../../../src/guidance/view.ts';
import type { Language } from '../../../src/record/entry.ts';
import { shippedFlows } from '../../support/flows.ts';
import { faultsIn, isObject, type Json } from '../../support/slack/limits.ts';
import { recordOf, rowOf, session, waysTo } from '../../support/walks.ts';

const flows = shippedFlows();
const { municipality } = flows;
const message = { permalink: `https://provkommunen.slack.com/archives/C0ALL/p1700000000000100`, salt: '', hash: '' };
const slack = { municipality, platform: 'slack', message };

/** Each way in which a place can be looked at. */
function* looks(flow: Flow, language: Language, presses: Press[]): Generator<[string, View, Unfolded]> {
  const look = (changing?: string, label?: string) => {
    const record = presses.length > 0 || label ? recordOf(flow, presses, { ...slack, language, label }) : undefined;
    const at = record ? replay(flow, record.entries) : begin(flow, language);
    return present(at, {
      ...flows,
      record,
      message,
      ref: record ? session : `${flow.id}.${session}.${session}`,
      changing,
    });
  };
  const view = look();
  yield ['plainly', view, undefined];
  yield ['with why', view, 'why'];
  yield ['with what was answered', view, 'trail'];
  yield ['after a press that did nothing', withNotice(view, 'stale'), undefined];
  if (view.kind === 'outcome')
    yield ['with a heading', { ...look(undefined, 'å'.repeat(120)), helped: true } as View, 'why'];
  else if (view.kind === 'checklist')
    yield ['all ticked', { ...view, items: view.items.map((item) => ({ ...item, ticked: true })) }, undefined];
  for (const { node } of 'trail' in view ? view.trail.filter(({ changeable }) => changeable) : [])
    yield [`changing ${node}`, look(node), undefined];
}

/** What is read of a card and ends in …, although it does not where it was written. */
function cutIn(part: unknown, source: string): string[] {
  if (Array.isArray(part)) return part.flatMap((one) => cutIn(one, source));
  if (!isObject(part)) return [];
  return Object.entries(part).flatMap(([key, value]) => {
    // A select's options are explained in full by its side, and a screen reader has the card itself.
    if (key === 'accessibility_label' || (part.value !== undefined && key === 'description')) return [];
    if (typeof value !== 'string') return cutIn(value, source);
    return value.endsWith('…') && !source.includes(JSON.stringify(value).slice(1, -1)) ? [value] : [];
  });
}

for (const language of ['sv', 'en'] as const) {
  test(`every place in every flow fits whole on a card, however it is looked at (${language})`, () => {
    for (const flow of flows.flows.values())
      for (const [id, presses] of waysTo(flow, municipality))
        for (const [how, view, unfolded] of looks(flow, language, presses)) {
          const { blocks, text } = drawCard(view, unfolded);
          const what = `${flow.id} ${id} ${how}`;
          assert.deepEqual(faultsIn({ blocks, text }), [], what);
          assert.deepEqual(cutIn(blocks, JSON.stringify(view)), [], what);
          if ('node' in view)
            assert.deepEqual(
              [...faultsIn(drawLabel(view)), ...faultsIn(drawAsk(view)), ...faultsIn(drawRespond(view))],
              [],
              what,
            );
          // A conversation takes the same room however the rest is looked at, and most beside the reasons.
          const said = how === 'plainly' ? ['Ja', 'å'.repeat(2000)] : unfolded ? ['å'.repeat(2000)] : [];
          for (const words of said)
            assert.deepEqual(faultsIn(drawCard(answered(view, words), unfolded)), [], `${what}, answered`);
          for (const { block_id = '' } of blocks)
            if (block_id)
              assert.equal(readMark(block_id)?.session, 'node' in view && view.session, `${what} ${block_id}`);
        }
  });

  test(`what has ended, and what is somebody else’s, fits on a card too (${language})`, () => {
    for (const flow of flows.flows.values())
      for (const content of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }] as const) {
        const { entries, ...record } = recordOf(flow, [], { ...slack, language });
        const ended = [...entries, { ...entries[0]!, seq: 2, kind: content.kind, content }];
        const view = present(replay(flow, ended), { ...flows, record: { ...record, entries: ended }, ref: session });
        assert.equal(view.kind, 'ended');
        assert.deepEqual(faultsIn(drawCard(view)), []);
      }
    for (const why of ['notYours', 'noSuchFlow', 'noSuchSession', 'noSuchDraft'] as const)
      assert.deepEqual(faultsIn(drawCard(refuse(language, municipality, why))), []);
  });

  test(`the start, the home, what is found and what is one’s own fit, with all the flows there are (${language})`, () => {
    const all = [...flows.flows.keys()];
    const flow = flows.flows.get('is-it-public')!;
    const record = recordOf(flow, waysTo(flow, municipality).get(flow.start)!, {
      ...slack,
      language,
      label: 'å'.repeat(120),
    });
    const open = { kind: 'place' as const, ref: { id: session }, session: replay(flow, record.entries), record };
    const own = Array.from({ length: 10 }, (_, i) => rowOf(20260000001 + i));
    for (const recent of [[], all.slice(-3)]) {
      const view = presentStart(language, flows, { recent, ref: session, open });
      for (const card of [
        drawCard(view),
        drawHome(view, own, flows, { notice: 'å'.repeat(300) }),
        drawMine(own, flows, language),
      ]) {
        assert.deepEqual(faultsIn(card), []);
        assert.deepEqual(cutIn(card.blocks, JSON.stringify(view)), []);
      }
    }
    const given =
      waysTo(flow, municipality)
        .get('facts')
        ?.flatMap((press) => (press.verb === 'answer' ? [press.option] : [])) ?? [];
    const entries = all.map((flow) => ({ flow, given: flow === 'is-it-public' ? given : [] }));
    for (const found of [entries, []])
      assert.deepEqual(
        faultsIn(drawCard(presentFound(language, flows, { words: '', entries: found, ref: session }))),
        [],
      );
  });
}

test('what there is to review fits in the home, and a record in its form, however long they are', () => {
  const long = 'å'.repeat(3000);
  const line: QueueLine = {
    number: 'VGL-2026-00042',
    flow: long,
    outcome: long,
    at: '',
    when: '',
    unit: long,
    marks: [long],
  };
  const asked: WaitingQuestion = { ...line, seq: 3, at: long, words: long, may: ['take', 'answer', 'ask back'] };
  const many = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
  const view = presentStart('sv', flows, { recent: [], ref: session, open: undefined });
  const lines = many(8, line).map((one, i) => ({ ...one, number: `VGL-2026-0000${i}` }));
  const questions = many(6, asked).map((one, i) => ({ ...one, number: `VGL-2026-0001${i}` }));
  const review = {
    queue: { lines, older: 'VGL-2026-00001' },
    further: true,
    questions,
    address: 'https://example.org/review',
  };
  const unit = { chosen: municipality.units[0], units: municipality.units };
  const own = many(10, 0).map((_, i) => rowOf(20260000001 + i));
  const home = drawHome(view, own, flows, { notice: long, unit, muted: true, review });
  assert.deepEqual(faultsIn(home), []);
  assert.ok(home.blocks.length <= 100);
  assert.match(JSON.stringify(home.blocks), /VGL-2026-00007.*Öppna granskningen på webben/);
  const record: ReadRecord = {
    ...{
      number: 'VGL-2026-00042',
      seq: 99,
      title: long,
      note: long,
      address: 'https://example.org/review/VGL-2026-00042',
    },
    parts: many(8, { title: 'Del', lines: many(30, long) }),
    may: ['take', 'answer', 'ask back', 'approve', 'correct', 'return', 'comment'],
    outcomes: many(25, 0).map((_, i) => ({ code: `code-${i}`, title: long })),
  };
  const before = { refused: long, do: 'correct', words: long, should: 'code-7' };
  for (const form of [drawRecord(record, 'sv'), drawRecord(record, 'en', before)]) {
    assert.deepEqual(faultsIn(form), []);
    assert.match(JSON.stringify(form.blocks.slice(-3)), /"do".*"should".*"words"/);
  }
  assert.deepEqual(
    faultsIn(drawRecord({ ...record, parts: [], may: [], note: undefined, address: undefined }, 'sv')),
    [],
  );
  assert.deepEqual(faultsIn(drawDone(record.number, long, 'sv')), []);
});

test('what is told of the program’s own accord is text, and an address in it can be pressed as it stands', () => {
  const words = 'Läs *detta* <!channel> på https://example.org/review/VGL-2026-00042. <https://evil.example|Tryck>';
  for (const card of [
    drawTelling([words], session, 'sv'),
    drawNotice(words, 'Rubrik\nEnhet  ███  5–9'),
    drawTelling([words], null, 'en'),
  ]) {
    assert.deepEqual(faultsIn(card), []);
    const links = JSON.stringify(card.blocks).match(/"type":"link","url":"[^"]*","text":"[^"]*"/g);
    const own = 'https://example.org/review/VGL-2026-00042';
    assert.deepEqual(links, [`"type":"link","url":"${own}","text":"${own}"`]);
  }
  assert.match(JSON.stringify(drawNotice('Rubrik\nEnhet  ███  5–9').blocks), /rich_text_preformatted/);
});

test('flows that somebody has written far too long are cut, and the card says so and can still be pressed', () => {
  const flow = flows.flows.get('is-it-public')!;
  const ways = waysTo(flow, municipality);
  const long = 'En mening som någon har skrivit, och sedan en till. '.repeat(120);
  for (const [id, presses] of ways)
    for (const [, view, unfolded] of looks(flow, 'sv', presses)) {
      const longer = lengthen(view, long);
      const card = drawCard(longer, unfolded);
      assert.deepEqual(faultsIn(card), [], id);
      assert.match(JSON.stringify(card.blocks.at(-1)), /Texten är avkortad här/);
      const rows = (blocks: Json[]) => blocks.filter(({ type }) => type === 'actions').length;
      assert.equal(rows(card.blocks as never), rows(drawCard(view, unfolded).blocks as never), id);
    }
});

/** The same view where the registrar and a reviewer have said something. */
function answered(view: View, words: string): View {
  if (!('trail' in view)) return view;
  const line = { from: 'registrar', who: 'Rolf (registrator)', at: '2026-11-22T09:00:00Z', words } as const;
  const cites = [{ id: 'a', title: 'Lagen', says: words, kind: 'lag' }] as never;
  const said = { id: 'c1', at: line.at, words: words.slice(0, 1000), role: 'registrator', cites };
  return {
    ...view,
    asking: { state: 'answered', since: line.at, lines: [line, line, line] },
    ...('clarifications' in view && { clarifications: [said, said] }),
    ...(view.kind === 'outcome' && {
      judged: {
        ...{ result: 'returned', who: line.who, at: line.at, why: words.slice(0, 1000), asks: true },
        response: { words: words.slice(0, 1000), at: line.at },
      },
      unit: { chosen: municipality.units[0]!, units: municipality.units },
    }),
  } as View;
}

/** The same view, with texts that no card holds. */
function lengthen(view: View, long: string): View {
  const more = { question: long, help: long, why: long, notices: [long, long], summary: long, registrar: long };
  const known = Object.fromEntries(Object.entries(more).filter(([name]) => name in view));
  const advice = 'advice' in view && {
    advice: { ...view.advice, title: long, text: long, say: long, do: [long, long] },
  };
  const trail = 'trail' in view && { trail: Array.from({ length: 60 }, () => ({ ...step, question: long })) };
  return { ...view, ...known, ...advice, ...trail } as View;
}

const step = { node: 'what', option: 'made', question: '', answer: 'Ja', changeable: true, decided: false };
