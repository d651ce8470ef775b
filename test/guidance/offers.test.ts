import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

test('back at what was found, an offer that goes less far asks what the one pressed before had answered', async () => {
  const { clock, visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const anna = visitor('Anna');
  const found = await anna.press({ verb: 'find', words: 'avgift för kopior' });
  const page = { session: found.kind === 'found' ? found.ref : '', seq: 0 };
  const far = await anna.press({ verb: 'start', flow: 'is-it-public', given: ['how', 'fee'] }, page);
  assert.equal(far.kind, 'outcome');
  clock.now = new Date(clock.now.getTime() + 60_000);
  const near = await anna.press({ verb: 'start', flow: 'is-it-public', given: ['how'] }, page);
  assert.equal(near.kind === 'question' && near.node, 'how');
});

test('an offer that a platform sends once more shows where the session it began is now, however far that went', async () => {
  const { clock, guidance, visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const anna = visitor('Anna');
  const found = await anna.press({ verb: 'find', words: 'avgift för kopior' });
  const page = { session: found.kind === 'found' ? found.ref : '', seq: 0 };
  await anna.press({ verb: 'start', flow: 'is-it-public', given: ['how'] }, page);
  clock.now = new Date(clock.now.getTime() + 60_000);
  await anna.answer('fee');
  const again = await anna.press({ verb: 'start', flow: 'is-it-public', given: ['how'] }, page);
  assert.equal(again.kind, 'outcome');
  assert.equal((await guidance.database.query.selectFrom('record').selectAll().execute()).length, 1);
});
