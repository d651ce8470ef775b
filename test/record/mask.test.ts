import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mask } from '../../src/record/mask.ts';

const hidden = [
  '850709-9805',
  '8507099805',
  '19850709-9805',
  '198507099805',
  '850709+9805',
  '19850709 9805',
  '850709 - 9805',
  '８５０７０９-９８０５',
  '85\u200b07\u200b09-98\u200b05',
  '701063-2391',
  '070-123 45 67',
  '0701234567',
  '+46 70 123 45 67',
  '0046701234567',
  '08-12 34 56',
  '(08) 123 456 78',
  'anna.ask@example.org',
  'anna+x@kommun.example.se',
  'o’brien@kommun.example.se',
  'TEL070-1234567',
  'ANNA-0701234567',
  'A/070-1234567',
  'nr1.070-1234567',
  '46701234567',
  '08-123 456/070-123 45 67',
  '070-1234567/070-7654321',
  '850709 98 05',
  '8507 09 9805',
  '850709--9805',
  '850709_9805',
  '85 07 09 98 05',
  '19900101-2384',
  '900101-2384',
  '900161–2384',
  '200101+2384',
  '٨٥٠٧٠٩-٩٨٠٥',
];

for (const text of hidden)
  test(`“${text}” is taken out`, () => {
    const masked = mask(`om ${text} här`);
    assert.match(masked, /\[(personnummer|telefon|e-post)\]/);
    assert.doesNotMatch(masked, /\d{3}|@/);
  });

for (const text of [
  'VGL-2026-00042',
  'KS 2026/123',
  'KS-2026-00123',
  'dnr 2026-01234',
  'dnr 260122-0123',
  'KS 2026-0123',
  '2026-0123',
  '901301-2384',
  '900132-2384',
  '556036-0793',
  '212000-1355',
  'Storgatan 4',
  '2026-11-22',
  '1 234 567 kr',
  'Dnr 0123-2026-45',
  'KS 2026/0123456',
  'kl. 08.15–09.30',
  'kl. 08.15 - 16.00',
])
  test(`“${text}” stays`, () => assert.equal(mask(`om ${text} här`), `om ${text} här`));

test('signs that turn or hide text are taken out, and the rest is kept', () => {
  assert.equal(mask('a\u202eb\u0000c\n  d'), 'ab c d');
});
