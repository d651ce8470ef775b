import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import fc from 'fast-check';
import { type Flows, loadFlows } from '../../src/guidance/flows.ts';
import { replay } from '../../src/guidance/session.ts';
import type { View } from '../../src/guidance/view.ts';
import { verify } from '../../src/record/verify.ts';
import { temporaryFolder } from '../support/databases.ts';
import { type Colleague, openHouse } from '../support/house.ts';

/** What somebody might do next; `pick` chooses among what the view offers. */
const move = fc.record({
  what: fc.constantFrom(
    'answer',
    'answer',
    'answer',
    'answer',
    'back',
    'change',
    'tick',
    'done',
    'language',
    'label',
    'look',
    'stale',
  ),
  pick: fc.nat(60),
});
type Move = typeof move extends fc.Arbitrary<infer T> ? T : never;

const at = <T>(list: readonly T[], pick: number): T | undefined => list[pick % Math.max(list.length, 1)];

async function make(colleague: Colleague, { what, pick }: Move): Promise<void> {
  const view = colleague.view;
  if (!('session' in view)) return;
  const { node, session, seq } = view;
  const ids = view.kind === 'question' ? view.options.map((option) => option.id) : [];
  const items = view.kind === 'checklist' ? view.items.filter((_, i) => (pick >> i) & 1).map((item) => item.id) : [];
  switch (what) {
    case 'answer':
      return void (await colleague.press({ verb: 'answer', node, option: at(ids, pick) ?? 'none' }));
    case 'back':
      await colleague.press({ verb: 'back' });
      // From the first question it leads to the choice of what to ask, and from there one can go on.
      if (colleague.view.kind === 'start') await colleague.look(session);
      return;
    case 'change': {
      const step = at(view.trail, pick);
      if (!step) return;
      const asked = await colleague.look(session, step.node);
      const option = asked.kind === 'question' ? at(asked.options, pick >> 2)?.id : undefined;
      await colleague.press({ verb: 'change', node: step.node, option: option ?? '' });
      return;
    }
    case 'tick':
    case 'done':
      return void (await colleague.press({ verb: what, node, items }));
    case 'language':
      return void (await colleague.press({ verb: 'language', language: pick % 2 ? 'sv' : 'en' }));
    case 'label':
      return void (await colleague.press({ verb: 'label', label: `ärende ${pick}` }));
    case 'stale':
      return void (await colleague.press(
        { verb: 'answer', node, option: at(ids, pick) ?? '' },
        { session, seq: seq + 1 + pick },
      ));
    case 'look':
      return void (await colleague.look(session));
  }
}

/** All that the person sees of where they are; not what was said about the last press. */
function place({ notice: _, ...view }: View): unknown {
  return view;
}

const open = (flows?: Flows) => openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`, flows);
const houses = [
  ['every flow in force', await open()],
  ['a flow with a checklist', await open(loadFlows('test/support/flows'))],
] as const;

for (const [name, house] of houses) {
  describe(`random walks through ${name}`, () => {
    let walks = 0;

    test('whatever is pressed, the log alone leads back to the same place, and nothing is written by a stale press', async () => {
      const flows = [...house.guidance.flows.keys()];
      await fc.assert(
        fc.asyncProperty(fc.array(move, { maxLength: 25 }), fc.nat(), async (moves, which) => {
          walks += 1;
          const colleague = house.visitor(`walker ${walks}`);
          await colleague.start(at(flows, which)!);
          for (const one of moves) {
            const before = 'seq' in colleague.view ? colleague.view.seq : 0;
            await make(colleague, one);
            if (one.what === 'stale' || one.what === 'look')
              assert.equal('seq' in colleague.view && colleague.view.seq, before);
          }
          const { view } = colleague;
          if (!('session' in view)) return;
          assert.deepEqual(place(await colleague.look(view.session)), place(view));
          const record = await house.guidance.log.read(view.session.split('.')[1] ?? view.session);
          if (!record) return;
          const flow = house.guidance.flows.get(view.flow.id)!;
          const replayed = replay(flow, record.entries);
          assert.equal(replayed.node, view.node);
          assert.equal(replayed.status, view.kind === 'outcome' ? 'concluded' : 'open');
          assert.equal(record.entries.at(-1)?.seq, record.entries.length);
          const reached = record.entries.findLast(
            (entry) => entry.kind === 'outcome' || entry.kind === 'reopen',
          )?.content;
          if (view.kind === 'outcome') assert.equal(reached?.kind === 'outcome' && reached.code, view.advice.code);
        }),
        { numRuns: 150 },
      );
    });

    test('after all of the walks, every record verifies and the numbers have no gaps', async () => {
      const { guidance } = house;
      assert.deepEqual((await verify(guidance.database, guidance.keys.ledger)).faults, []);
      const rows = await guidance.database.query.selectFrom('record').select('id').orderBy('id').execute();
      assert.deepEqual(
        rows.map(({ id }) => id % 10_000_000),
        rows.map((_, i) => i + 1),
      );
    });
  });
}
