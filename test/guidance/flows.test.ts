import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { nextOf, offered } from '../../src/guidance/flow.ts';
import { pack, unpack } from '../../src/guidance/flows.ts';
import { countPaths, outline, paths } from '../../src/guidance/paths.ts';
import { shippedFlows } from '../support/flows.ts';

const { flows, municipality } = shippedFlows();

for (const flow of flows.values()) {
  test(`${flow.id}: adding up and walking count the same number of paths`, () => {
    assert.equal(
      countPaths(flow),
      paths(flow).reduce((sum) => sum + 1, 0),
    );
  });

  test(`${flow.id}: no path asks for more than 9 presses, the choice of flow included`, () => {
    for (const path of paths(flow)) assert.ok(path.length <= 9, path.join(' -> '));
  });

  test(`${flow.id}: the outline shows the flow as it is (npm run flows rewrites it)`, () => {
    assert.equal(readFileSync(`test/flows/${flow.id}.outline.txt`, 'utf8'), outline(flow));
  });

  test(`${flow.id}: a version that was kept reads back as the same flow`, () => {
    assert.deepEqual(unpack(flow.version, pack(flow)), flow);
  });

  test(`${flow.id}: whoever does not know is never told to go ahead, and a person is named where one is needed`, () => {
    const ahead = /^(release|dispose|weed|may-|close-account|block-for-a-time|no-registration|reply)/;
    for (const node of Object.values(flow.nodes)) {
      if ('outcome' in node && node.outcome === 'ask-registrar') {
        assert.ok(node.why && node.say, node.text.en);
        assert.match(node.do.map((step) => step.sv).join(' '), /\{registrar\}/, node.text.en);
      }
      if (!('question' in node)) continue;
      const unsure = flow.nodes[node.options.find((option) => option.id === 'unsure')!.next]!;
      if ('outcome' in unsure) assert.doesNotMatch(unsure.outcome, ahead, node.question.en);
    }
  });

  test(`${flow.id}: without a disposal decision nobody is told that anything may go, now or later`, () => {
    const reach = (id: string, seen = new Set<string>()): Set<string> => {
      const node = flow.nodes[id]!;
      seen.add(id);
      const without = { ...municipality, 'disposal-decision': null, tariff: null };
      const next = 'question' in node ? offered(node, without).map((option) => option.next) : nextOf(node);
      for (const to of next) if (!seen.has(to)) reach(to, seen);
      return seen;
    };
    const codes = [...reach(flow.start)].map((id) => flow.nodes[id]!).map((node) => 'outcome' in node && node.outcome);
    assert.ok(!codes.includes('dispose') && !codes.includes('wait'), codes.join(' '));
  });

  test(`${flow.id}: every no offers a written decision, and no sum of money is named without a tariff`, () => {
    for (const [id, node] of Object.entries(flow.nodes)) {
      if (!('outcome' in node)) continue;
      const said = [node.text, ...(node.say ? [node.say] : []), ...node.do];
      // Where nobody has asked for anything, there is nobody to say no to.
      if (
        (node.say || node.outcome === 'refusal-for-decision') &&
        /^(not-a-public-record|not-public-yet|refusal-for-decision|does-not-exist|release-masked|condition-for-decision)$/.test(
          node.outcome,
        )
      ) {
        assert.match(said.map((text) => text.sv).join(' '), /beslut/, id);
        assert.match(said.map((text) => text.en).join(' '), /decision/, id);
      }
      for (const text of said) assert.doesNotMatch(`${text.sv} ${text.en}`, /\d+\s*(kr|kronor|SEK)\b/, id);
    }
  });

  test(`${flow.id}: press alone carries no outcome`, () => {
    for (const [id, node] of Object.entries(flow.nodes))
      if (nextOf(node).length === 0)
        assert.ok(
          (node.cites ?? []).some((cite) => flow.sources[cite]!.kind !== 'press'),
          id,
        );
  });
}

test('the municipality of the repository is an example, without tariff and without disposal decision', () => {
  assert.equal(municipality.example, true);
  assert.equal(municipality.tariff, null);
});
