import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHoliday } from '../../src/guidance/holiday.ts';

test('offices are closed on the public holidays, those that move with Easter and midsummer as well, and on three eves', () => {
  const closed = [
    ...['2026-01-01', '2026-01-06', '2026-04-03', '2026-04-05', '2026-04-06', '2026-05-01', '2026-05-14', '2026-05-24'],
    ...['2026-06-06', '2026-06-19', '2026-06-20', '2026-10-31', '2026-12-24', '2026-12-25', '2026-12-26', '2026-12-31'],
    ...['2027-03-26', '2027-03-29', '2027-05-06', '2027-06-25', '2027-11-06', '2030-04-22', '2038-04-26'],
  ];
  for (const day of closed) assert.ok(isHoliday(day), day);
  const open = ['2026-01-05', '2026-04-02', '2026-04-07', '2026-05-15', '2026-05-25', '2026-06-18', '2026-06-22'];
  for (const day of [...open, '2026-06-26', '2026-11-07', '2026-12-23', '2026-12-28', '2027-06-18'])
    assert.ok(!isHoliday(day), day);
});
