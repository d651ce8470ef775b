import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { type Diagram, layOut } from '../book/diagram.ts';
import type { Flow, Municipality } from '../guidance/flow.ts';
import type { Language } from '../record/entry.ts';

/** What is laid out. */
interface Given {
  flow: Flow;
  language: Language;
  municipality: Municipality;
}

/** Lays a flow out in a thread of its own: for a large one it takes longer than a press in the chat may wait. */
export function layOutApart(given: Given): Promise<Diagram> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL(import.meta.url), { workerData: { layOut: given } });
    thread.once('message', resolve);
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The flow could not be laid out.')));
  });
}

if (!isMainThread && parentPort && workerData?.layOut) {
  const { flow, language, municipality } = workerData.layOut as Given;
  parentPort.postMessage(layOut(flow, language, municipality));
}
