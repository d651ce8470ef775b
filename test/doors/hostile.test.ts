import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { shippedFlows } from '../support/flows.ts';
import type { OpenDoor, Tester } from './door.ts';
import { attempts, type Interruption, interruptions } from './hostile.ts';
import { linesOf, openLogs } from './log.ts';
import { openDoors } from './open.ts';
import { holdAgainstLog } from './shown.ts';

const { doors, url, restart, proveAll } = await openDoors(2 * attempts.length + interruptions.length);
const read = await openLogs(url);
const flows = shippedFlows();

for (const door of doors)
  describe(`at the door of ${door.name}`, { concurrency: 8 }, () => {
    for (const { name, walk, log, others = [] } of attempts)
      test(name, async () => {
        const [visitor, other] = [await door.visit(), await door.visit()];
        await walk(visitor, other);
        await holdAgainst(visitor, log);
        assert.deepEqual(linesOf(await read(other.who)), others);
      });
  });

describe('wherever people are when the program is restarted, they go on from there', { concurrency: 8 }, () => {
  const all = doors.flatMap((door) =>
    interruptions.map((one) => ({ ...one, door, name: `${one.name}, ${door.name}` })),
  );
  const begun = new Map<string, Begun>();
  before(async () => {
    await Promise.all(all.map(async (one) => begun.set(one.name, await begin(one.door, one))));
    await restart();
  });
  for (const { name, log } of all)
    test(name, async () => {
      const { visitor, walking } = begun.get(name)!;
      await walking.next();
      await holdAgainst(visitor, log);
    });
});

test('nothing went wrong on the way, and the log is as it was written', proveAll);

/** Somebody who has come as far as to the restart. */
interface Begun {
  visitor: Tester;
  walking: AsyncGenerator<void, void>;
}

async function begin(door: OpenDoor, { walk }: Interruption): Promise<Begun> {
  const visitor = await door.visit();
  const walking = walk(visitor);
  await walking.next();
  return { visitor, walking };
}

/** What was kept is as it should be, and what is shown is what was kept. */
async function holdAgainst(visitor: Tester, log: string[] | ((lines: string[]) => void)): Promise<void> {
  const records = await read(visitor.who);
  if (typeof log === 'function') log(linesOf(records));
  else assert.deepEqual(linesOf(records), log);
  await visitor.look();
  holdAgainstLog(visitor, records, flows);
}
