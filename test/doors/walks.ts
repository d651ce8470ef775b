import fc from 'fast-check';
import { type Flow, offered } from '../../src/guidance/flow.ts';
import type { Flows } from '../../src/guidance/flows.ts';
import { replay } from '../../src/guidance/session.ts';
import type { Content } from '../../src/record/entry.ts';
import type { GuidanceRecord } from '../../src/record/record.ts';
import type { Tester } from './door.ts';
import { holdAgainstLog, type Replayed } from './shown.ts';

/** What somebody might do next; `pick` chooses among what there is. */
const move = fc.record({
  what: fc.oneof(
    { weight: 8, arbitrary: fc.constant('onwards') },
    {
      weight: 12,
      arbitrary: fc.constantFrom(
        'back',
        'change',
        'tick',
        'language',
        'why',
        'find',
        'label',
        'feedback',
        'look',
        'window',
        'close',
        'anew',
        'come back',
      ),
    },
  ),
  pick: fc.nat(100_000),
});
export type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

/** The same walks for the same seed. */
export function someWalks(seed: number, count: number, length: number): Move[][] {
  return fc.sample(fc.array(move, { minLength: length, maxLength: length }), { seed, numRuns: count });
}

/** Walks through the flows in force, and looks after each step whether what stands there is what the log says. */
export async function wander(
  tester: Tester,
  moves: readonly Move[],
  flows: Flows,
  read: (who: string) => Promise<GuidanceRecord[]>,
): Promise<{ done: string[]; log: Content[] }> {
  let walker = tester;
  const done: string[] = [];
  for (const one of moves) {
    const records = await read(tester.who);
    try {
      const view = holdAgainstLog(walker, records, flows);
      // A window learns of nothing: where they change over to another, it is looked at anew.
      if (one.what === 'window') walker = walker.window();
      done.push(`${one.what} ${one.pick} at ${view?.node ?? 'the start'}`);
      await make(walker, one, view, records, flows);
    } catch (fault) {
      throw new Error(`After ${done.join(', ')}: ${fault instanceof Error ? fault.message : fault}`, { cause: fault });
    }
  }
  const records = await read(tester.who);
  holdAgainstLog(walker, records, flows);
  return { done, log: asAnywhere(records) };
}

const words = ['löner', 'kommentar', 'text message', 'qqqq'];

async function make(
  tester: Tester,
  { what, pick }: Move,
  view: Replayed | undefined,
  records: readonly GuidanceRecord[],
  { flows, municipality }: Flows,
): Promise<void> {
  const at = <T>(list: readonly T[], nth = pick): T => list[nth % list.length]!;
  if (what === 'language') return tester.language();
  if (what === 'look' || what === 'window') return tester.look();
  if (what === 'anew') return tester.anew();
  if (what === 'come back' && records.some((record) => isOpen(record, flows))) return tester.comeBack();
  if (view === undefined) {
    if (what !== 'find') return tester.start(at([...flows.keys()]));
    // Where nothing is found there is nothing to begin with.
    return pick % 4 === 3 ? tester.search(at(words)).then(() => tester.anew()) : tester.find(at(words));
  }
  if (what === 'back') return tester.back();
  if (what === 'label' && view.kind === 'outcome') return tester.label(`ärende ${pick % 3}`);
  const { nodes } = flows.get(view.flow.id)!;
  const earlier = view.trail.filter(({ changeable }) => changeable);
  if (what === 'change' && earlier.length > 0) {
    const { node } = at(earlier);
    const question = nodes[node] as Extract<Flow['nodes'][string], { question: unknown }>;
    return tester.change(node, at(offered(question, municipality), pick >> 3).id);
  }
  if (what === 'why') return tester.why();
  switch (view.kind) {
    case 'question':
      return what === 'close' ? tester.close() : tester.answer(at(view.options).id);
    case 'checklist': {
      if (what === 'close') return tester.close();
      const items = view.items.filter((_, i) => (pick >> i) & 1).map(({ id }) => id);
      return what === 'tick' ? tester.tick(items) : tester.done();
    }
    case 'outcome': {
      if (what === 'feedback' && view.helped === undefined) return tester.feedback(pick % 2 === 0);
      return view.offers.length > 0 ? tester.goOn(at(view.offers).id) : tester.anew();
    }
    case 'ended':
      return tester.anew();
  }
}

function isOpen({ entries }: GuidanceRecord, flows: ReadonlyMap<string, Flow>): boolean {
  const begun = entries[0]?.content;
  const flow = begun?.kind === 'start' && flows.get(begun.flow);
  return Boolean(flow) && replay(flow as Flow, entries).status === 'open';
}

/** What was kept, whoever it is of and wherever they walked; sessions by their order. */
function asAnywhere(records: readonly GuidanceRecord[]): Content[] {
  const sessions = records.map(({ session }) => session);
  const text = JSON.stringify(records.flatMap(({ entries }) => entries.map(({ content }) => content!)));
  const contents = JSON.parse(
    sessions.reduce((all, session, i) => all.replaceAll(session, `session ${i}`), text),
  ) as Content[];
  return contents.map((content) => (content.kind === 'start' ? { ...content, platform: '', person: '' } : content));
}
