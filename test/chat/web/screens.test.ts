import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawPage } from '../../../src/chat/web/draw.ts';
import { begin } from '../../../src/guidance/session.ts';
import { present } from '../../../src/guidance/view.ts';
import type { GuidanceRecord } from '../../../src/record/record.ts';
import { shippedFlows } from '../../support/flows.ts';

const flows = shippedFlows();

/** All that a page reads of a record: its number, and when the outcome was reached. */
const record = {
  id: 2026_00001,
  session: '00000000-0000-7000-8000-000000000000',
  entries: [{ seq: 2, time: '2026-11-22T09:00:00Z', kind: 'outcome', content: { kind: 'outcome', decided: [] } }],
} as unknown as GuidanceRecord;

for (const flow of flows.flows.values())
  test(`${flow.id}: every screen can be drawn in both languages, with all of it filled in`, () => {
    for (const language of ['sv', 'en'] as const)
      for (const [node, { cites = [] }] of Object.entries(flow.nodes)) {
        const status = 'outcome' in flow.nodes[node]! ? 'concluded' : 'open';
        const view = present({ ...begin(flow, language), node, status }, { ...flows, record, ref: 'ref' });
        const page = drawPage(view);
        assert.doesNotMatch(page, /\{[a-z]+\}|undefined|\[object/, node);
        assert.match(page, new RegExp(`<html lang="${language}">`));
        // Whoever reads is told where nobody has read the law.
        if (cites.some((cite) => flow.sources[cite]!.verified === 'memory')) assert.match(page, /class="doubt"/, node);
      }
  });
