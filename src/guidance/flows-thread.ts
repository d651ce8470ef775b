import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { FlowFaults, type Flows, loadFlows } from './flows.ts';

/**
 * Loads the flows in a thread that ends with it: reading and checking them takes many times the room that they need
 * afterwards, and the program goes on beside it.
 * @throws FlowFaults as `loadFlows` does.
 */
export function loadFlowsApart(folder: string): Promise<Flows> {
  const { promise, resolve, reject } = Promise.withResolvers<Flows>();
  const thread = new Worker(new URL(import.meta.url), { workerData: { folder } });
  thread.on('message', (loaded: Loaded) => {
    if ('flows' in loaded) resolve(loaded.flows);
    else reject(new FlowFaults(loaded.faults));
  });
  thread.on('error', reject);
  return promise;
}

type Loaded = { flows: Flows } | { faults: string[] };

function load(folder: string): Loaded {
  try {
    return { flows: loadFlows(folder) };
  } catch (fault) {
    if (fault instanceof FlowFaults) return { faults: [...fault.faults] };
    throw fault;
  }
}

if (!isMainThread) parentPort!.postMessage(load((workerData as { folder: string }).folder));
