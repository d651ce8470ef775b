import { describe, test } from 'node:test';
import { cases, journeys } from './journeys.ts';
import { openRecords, take } from './log.ts';
import { openDoors } from './open.ts';

const all = [...cases, ...journeys];
const { doors, url, proveAll } = await openDoors(all.length);
const read = await openRecords(url);

for (const door of doors)
  describe(`at the door of ${door.name}`, { concurrency: 8 }, () => {
    for (const journey of all) test(journey.name, async () => take(journey, await door.visit(), read));
  });

test('nothing went wrong on the way, and the log is as it was written', proveAll);
