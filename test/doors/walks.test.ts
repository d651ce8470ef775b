import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { shippedFlows } from '../support/flows.ts';
import { openLogs } from './log.ts';
import { openDoors } from './open.ts';
import { someWalks, wander } from './walks.ts';

/** Other walks each time. The same ones again with SEED, where one of them has failed. */
const seed = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const walks = someWalks(seed, 10, 12);

const { doors, url, proveAll } = await openDoors(walks.length);
const read = await openLogs(url);
const flows = shippedFlows();

describe(`wherever people wander (SEED=${seed}), they see where the log is, and it is the same log at every door`, {
  concurrency: 6,
}, () => {
  for (const [i, moves] of walks.entries())
    test(`walk ${i + 1}`, async () => {
      const walked = await Promise.all(
        doors.map(async (door) =>
          wander(await door.visit(), moves, flows, read).catch((fault: Error) => {
            throw new Error(`At the door of ${door.name}: ${fault.message}`, { cause: fault });
          }),
        ),
      );
      for (const { done, log } of walked.slice(1)) {
        assert.deepEqual(done, walked[0]!.done);
        assert.deepEqual(log, walked[0]!.log);
      }
    });
});

test('nothing went wrong on the way, and the log is as it was written', proveAll);
