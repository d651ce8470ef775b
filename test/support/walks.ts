import assert from 'node:assert/strict';
import type { RecordRow } from '../../src/database/tables.ts';
import { type Flow, type Municipality, offered } from '../../src/guidance/flow.ts';
import { inOrder } from '../../src/guidance/paths.ts';
import { applyAll, begin, decide, type Press } from '../../src/guidance/session.ts';
import type { Content, Entry, Language, Message } from '../../src/record/entry.ts';
import type { GuidanceRecord } from '../../src/record/record.ts';

/** The session that these records are of, and the moment at which all of it happened. */
export const session = '01935b3c-0000-7000-8000-000000000001';
export const time = '2026-11-22T09:00:00.000Z';

/** The longest way to each node: what is pressed on it. */
export function waysTo(flow: Flow, municipality: Municipality): Map<string, Press[]> {
  const ways = new Map<string, Press[]>([[flow.start, []]]);
  const lead = (to: string, way: Press[]) => {
    if (way.length > (ways.get(to)?.length ?? -1)) ways.set(to, way);
  };
  for (const id of inOrder(flow)) {
    const [node, way] = [flow.nodes[id]!, ways.get(id)];
    if (!way) continue;
    if ('question' in node)
      for (const { id: option, next } of offered(node, municipality))
        lead(next, [...way, { verb: 'answer', node: id, option }]);
    if ('checklist' in node) {
      lead(node.complete, [...way, { verb: 'done', node: id, items: node.items.map((item) => item.id) }]);
      lead(node.incomplete, [...way, { verb: 'done', node: id, items: [] }]);
    }
  }
  return ways;
}

/** A row of the list: of somebody who has been told to release it masked, but for what is said. */
export function rowOf(id: number, said: Partial<RecordRow> = {}): RecordRow {
  return {
    id,
    session: session.replace(/.{3}$/, String(id).slice(-3)),
    ...{ flow: 'is-it-public', version: '', status: 'concluded', outcome: 'release-masked' },
    ...{ platform: 'web', person: '', language: 'sv', label: 'å'.repeat(120), unit: null },
    ...{ started_at: time, ended_at: time, last_at: time, last_seq: 4, seal: '', search: '' },
    ...{
      unsure: 0,
      backs: 0,
      changes: 0,
      presses: 3,
      helped: null,
      asked: null,
      reviewed: null,
      should: null,
      held: 0,
    },
    ...said,
  };
}

/** Who has pressed it, and what about. */
interface Pressed {
  language: Language;
  municipality: Municipality;
  platform?: string;
  message?: Message;
  label?: string | undefined;
}

/** The record of somebody who has pressed this. */
export function recordOf(
  flow: Flow,
  presses: readonly Press[],
  { language, municipality, platform = 'web', message, label }: Pressed,
): GuidanceRecord {
  const { id, version } = flow;
  const about = { flow: id, title: flow.title[language], version, platform, person: '', language };
  const contents: Content[] = [{ kind: 'start', ...about, ...(message && { message }) }];
  let walked = begin(flow, language);
  for (const press of presses) {
    const decision = decide(walked, municipality, press);
    assert.ok(decision.kind === 'append', `${id}: ${JSON.stringify(press)}`);
    contents.push(...decision.contents);
    walked = applyAll(walked, decision.contents);
  }
  if (label) contents.push({ kind: 'label', label });
  return { id: 20260000042, session, entries: contents.map(entryOf) };
}

function entryOf(content: Content, i: number): Entry {
  return { session, seq: i + 1, time, kind: content.kind, content, salt: '', commitment: '' };
}
