import assert from 'node:assert/strict';
import { test } from 'node:test';
import { limits, lix, openTerms, readings } from '../../src/guidance/readability.ts';
import { shippedFlows } from '../support/flows.ts';

const { flows, glossary } = shippedFlows();

for (const [text, by, expected] of [
  ['Vi svarar i dag.', '4 words in 1 sentence, none long', 4],
  ['Handlingen är allmän. Den ska lämnas ut.', '7 words in 2 sentences, 1 of 7 long', 7 / 2 + 100 / 7],
  ['Är det en allmän handling?', '5 words, 1 of 5 long', 5 + 20],
  ['Hälso- och sjukvård, skolsköterska eller skolläkare', '6 words, 3 of 6 long, no full stop', 6 + 50],
  ['Kontakta registratorn: {registrar}.', 'what is filled in does not count', 2 + 100],
  ['Privat: rör ingen alls.', 'a colon ends a sentence', 4 / 2],
  ['6 kap. 3 § OSL säger nej.', 'a full stop before a figure does not', 6],
  ['I don’t know', 'don’t is one word', 3],
  ['”Hemligt.” Så stod det. Vi frågade!', 'a full stop within quotation marks does', 6 / 3 + (100 * 2) / 6],
  ['', 'nothing', 0],
] as const)
  test(`LIX of "${text}": ${by}`, () => assert.ok(Math.abs(lix(text) - expected) < 1e-9, `${lix(text)}`));

test('a term of law counts as a short word where terms are set aside', () => {
  assert.equal(lix('Handlingen är allmän.', openTerms(['handlingen'])), 3);
  assert.equal(lix('En annan myndighet frågar.', openTerms(['annan myndighet'])), 4);
  assert.equal(lix('En annan MYNDIGHET frågar.', openTerms(['annan'])), 4 + 25, 'only the term itself is set aside');
  assert.equal(
    lix('Den här myndigheten frågar.', openTerms(['annan myndigheten'])),
    4 + 25,
    'and only where it stands whole',
  );
});

for (const flow of flows.values())
  for (const language of ['sv', 'en'] as const)
    test(`${flow.id}, ${language}: no text is too hard to read, terms of law set aside`, () => {
      const hard = readings(flow, language, glossary).filter(({ kind, withoutTerms }) => withoutTerms > limits[kind]);
      assert.deepEqual(
        hard.map(({ at, text, withoutTerms }) => `${withoutTerms.toFixed(1)} ${at}: ${text}`),
        [],
      );
    });
