import assert from 'node:assert/strict';
import type { Flows } from '../../src/guidance/flows.ts';
import { readRef } from '../../src/guidance/ref.ts';
import { begin, replay, type Session } from '../../src/guidance/session.ts';
import { type InSession, present, type View } from '../../src/guidance/view.ts';
import { numberOf } from '../../src/record/number.ts';
import type { GuidanceRecord } from '../../src/record/record.ts';
import type { Mark, Tester } from './door.ts';

/** What there is to be seen of a session. */
export type Replayed = Extract<View, InSession>;

const starts = ['Vad vill du ha hjälp med?', 'What do you need help with?'];

/**
 * Holds what somebody sees against what the log replays to.
 * @returns what they see; undefined where it is the choice of what to begin
 */
export function holdAgainstLog(tester: Tester, records: readonly GuidanceRecord[], flows: Flows): Replayed | undefined {
  const { heading, mark, text } = tester;
  if (mark.node === '') {
    assert.ok(starts.includes(heading), `${heading} is not where one begins`);
    return undefined;
  }
  const { view, session } = replayAt(mark, records, flows, heading);
  assert.deepEqual({ heading, ...mark }, { heading: headingOf(view), ...pointerOf(view) });
  const record = records.find((one) => one.session === view.session);
  if (record) assert.ok(text.includes(numberOf(record.id)), `its number is not shown: ${text}`);
  for (const words of toBeRead(view)) assert.ok(text.includes(words), `it is not shown: ${words}`);
  assert.deepEqual(tester.options, view.kind === 'question' ? view.options.map(({ id }) => id) : []);
  const items = view.kind === 'checklist' ? view.items.map(({ id, ticked }) => ({ id, ticked })) : [];
  assert.deepEqual(tester.items, items);
  assert.equal(session.seq, record?.entries.length ?? 0);
  return view;
}

/** What a session replays to, from the log alone; before the first answer, from what its mark says. */
function replayAt({ session: name }: Mark, records: readonly GuidanceRecord[], flows: Flows, heading: string) {
  const ref = readRef(name);
  const record = records.find(({ session }) => session === ref?.id);
  const begun = record?.entries[0]?.content;
  const flow = flows.flows.get(begun?.kind === 'start' ? begun.flow : (ref?.flow ?? ''));
  assert.ok(flow, `${name} is no session`);
  const view = (session: Session) => ({
    session,
    view: present(session, { ...flows, record, ref: record?.session ?? name }) as Replayed,
  });
  const replayed = record ? replay(flow, record.entries) : begin(flow, 'sv');
  const read = view(replayed);
  // What is not begun, or has ended, is read in another language without anything being written.
  const isWritten = replayed.status === 'concluded' || (record !== undefined && replayed.status === 'open');
  if (isWritten || headingOf(read.view) === heading) return read;
  return view({ ...replayed, language: replayed.language === 'sv' ? 'en' : 'sv' });
}

function headingOf(view: Replayed): string {
  if (view.kind === 'outcome') return view.advice.title;
  return view.kind === 'ended' ? view.flow.title : view.question;
}

function pointerOf({ session, node, seq }: InSession): Mark {
  return { session, node, seq };
}

/** What must stand there, word for word. */
function toBeRead(view: Replayed): string[] {
  switch (view.kind) {
    case 'question':
      return [...(view.help ? [view.help] : []), ...view.options.map(({ label }) => label)];
    case 'checklist':
      return [...(view.help ? [view.help] : []), ...view.items.map(({ label }) => label)];
    case 'outcome': {
      const { text, why, uncertain, clock, say, do: steps, missing = [] } = view.advice;
      return [text, why, uncertain, clock, say, view.label, ...steps, ...missing].filter((one) => one !== undefined);
    }
    case 'ended':
      return [view.why];
  }
}
