import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { readCases } from '../../src/guidance/cases.ts';
import { OutcomeCode } from '../../src/guidance/flow.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

const house = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
const scenarios = readdirSync('flows/cases').flatMap((name) => readCases('flows', name.replace('.yaml', '')));

describe('the cases of the law, walked press by press', () => {
  const presses = new Map<string, number[]>();
  for (const { id, sv, flow, code, answers } of scenarios)
    test(`${id} ${sv}`, async () => {
      const colleague = house.visitor(id);
      await colleague.start(flow);
      for (const [node, answer] of Object.entries(answers)) {
        const { view } = colleague;
        assert.equal('node' in view && view.node, node, 'another question was asked');
        if (view.kind === 'checklist') {
          const items = answer === 'all' ? view.items.map((item) => item.id) : [answer].flat();
          await colleague.press({ verb: 'done', node, items });
        } else await colleague.answer(String(answer));
      }
      assert.equal(colleague.view.kind === 'outcome' && colleague.view.advice.code, code);
      presses.set(flow, [...(presses.get(flow) ?? []), 1 + Object.keys(answers).length]);
    });

  test('every outcome that there is comes of at least one case', () => {
    const reached = new Set<string>(scenarios.map(({ code }) => code));
    assert.deepEqual(
      OutcomeCode.options.filter((code) => !reached.has(code)),
      [],
    );
  });

  test('few presses are needed: at most 5 in the median, never more than 9, in each flow and over all', () => {
    const groups = new Map([...presses, ['all flows', [...presses.values()].flat()]]);
    console.log('flow            cases  right  median  most');
    for (const [name, counts] of groups) {
      const sorted = counts.toSorted((a, b) => a - b);
      const median = ((sorted[(sorted.length - 1) >> 1] ?? 0) + (sorted[sorted.length >> 1] ?? 0)) / 2;
      const cases = scenarios.filter(({ flow }) => flow === name || name === 'all flows').length;
      console.log(
        [
          name.padEnd(16),
          String(cases).padStart(4),
          String(counts.length).padStart(6),
          String(median).padStart(7),
          String(sorted.at(-1)).padStart(5),
        ].join(' '),
      );
      assert.equal(counts.length, cases);
      assert.ok(median <= 5, `${name}: the median is ${median}`);
      assert.ok(sorted.at(-1)! <= 9, `${name}: a case needs ${sorted.at(-1)} presses`);
    }
  });
});
