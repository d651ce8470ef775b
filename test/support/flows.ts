import { readFileSync } from 'node:fs';
import { deserialize } from 'node:v8';
import { type Flows, loadFlows } from '../../src/guidance/flows.ts';

let read: Flows | undefined;

/** The flows as they are shipped: read from their files once, for all test files of a run where setup.ts has kept them. */
export function shippedFlows(): Flows {
  const kept = process.env.TEST_FLOWS;
  read ??= kept ? (deserialize(readFileSync(kept)) as Flows) : loadFlows('flows');
  return read;
}
