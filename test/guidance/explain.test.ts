import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { explain } from '../../src/guidance/explain.ts';
import type { Glossary } from '../../src/guidance/flow.ts';
import { temporaryFolder } from '../support/databases.ts';
import { shippedFlows } from '../support/flows.ts';
import { openHouse } from '../support/house.ts';

const both = (text: string) => ({ sv: text, en: text });
const glossary: Glossary = {
  diary: { term: both('diarium'), forms: { sv: ['diariet'], en: ['diary'] }, means: both('where things are noted') },
  record: { term: both('allmän handling'), means: both('what anybody may ask for') },
  general: { term: both('allmän'), means: both('for everybody') },
};
const named = (...texts: string[]) => explain(glossary, 'sv', texts).map(({ id }) => id);

test('a colleague can look up each word of the trade on the screen, once, in the order in which they come', () => {
  assert.deepEqual(named('Står det i Diariet?', 'Ja, i diariet', 'Ja, som allmän handling'), [
    'diary',
    'record',
    'general',
  ]);
});

test('a word of the trade is one that stands whole, and not one put together out of two answers', () => {
  assert.deepEqual(named('Diarienumret, allmänna handlingar'), []);
  assert.deepEqual(named('Den är allmän', 'Handling saknas'), ['general']);
  assert.deepEqual(named('', '§ 2 –'), []);
});

test('looking words up never makes a press slow, on the longest question there is', async () => {
  const flows = shippedFlows();
  const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`, flows);
  const anna = visitor('Anna');
  await anna.start();
  const view = await anna.answers('incoming', 'none');
  assert.ok(view.kind === 'question' && view.options.length > 10 && view.terms.length > 5);
  const texts = view.options.flatMap(({ label, hint }) => [label, ...(hint ? [hint] : [])]);
  const times = Array.from({ length: 20 }, () => {
    const start = performance.now();
    explain(flows.glossary, 'sv', texts);
    return performance.now() - start;
  });
  assert.ok(Math.min(...times) < 1, `${Math.min(...times)} ms`);
});
