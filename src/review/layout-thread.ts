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

const diagrams = new Map<string, Promise<Diagram>>();

/** The drawn flow, laid out once in each language. */
export function diagramOf(flow: Flow, language: Language, municipality: Municipality): Promise<Diagram> {
  const key = `${flow.version} ${language} ${municipality.name}`;
  const diagram = diagrams.get(key) ?? layOutApart({ flow, language, municipality });
  diagrams.delete(key);
  diagrams.set(key, diagram);
  diagram.catch(() => diagrams.delete(key));
  if (diagrams.size > 60) diagrams.delete(diagrams.keys().next().value!);
  return diagram;
}

/** Lays a flow out in a thread of its own: for a large one it takes longer than a press in the chat may wait. */
function layOutApart(given: Given): Promise<Diagram> {
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
