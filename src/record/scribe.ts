import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Writing, Written } from './batch.ts';

/** Writes the log in a thread of its own. */
export interface Scribe {
  /** @returns what became of each; never rejects. */
  write(batch: Writing[]): Promise<Written[]>;
  /** Lets what was asked for be written, and ends the thread. */
  close(): Promise<void>;
}

/**
 * SQLite works while everybody waits: on this thread, one person's answer would hold up all others. The thread begins
 * with the first batch; should it ever end by itself, what it was writing is told to have failed, and the next batch
 * begins another one.
 */
export function openScribe(url: string, key: Buffer): Scribe {
  let thread: Worker | undefined;
  let latest = 0;
  const asked = new Map<number, (written: Written[] | undefined, fault?: unknown) => void>();

  function begin(): Worker {
    const begun = new Worker(new URL('./scribe-thread.ts', import.meta.url), {
      workerData: { url, key },
      resourceLimits: { maxYoungGenerationSizeMb: 8 },
    });
    begun.on('message', ({ batch, written }: { batch: number; written: Written[] }) => asked.get(batch)?.(written));
    const end = (fault: unknown) => {
      if (thread === begun) thread = undefined;
      for (const answer of asked.values()) answer(undefined, fault);
    };
    begun.on('error', end);
    begun.on('exit', () => end(new Error('The thread that writes the log has ended.')));
    begun.unref();
    return begun;
  }

  return {
    write(batch) {
      thread ??= begin();
      const { promise, resolve } = Promise.withResolvers<Written[]>();
      const number = ++latest;
      // While something is to be written, the program does not end.
      thread.ref();
      asked.set(number, (written, fault) => {
        asked.delete(number);
        if (asked.size === 0) thread?.unref();
        resolve(written ?? batch.map(() => ({ fault })));
      });
      thread.postMessage({ number, batch });
      return promise;
    },
    async close() {
      if (!thread) return;
      thread.ref();
      const ended = once(thread, 'exit');
      thread.postMessage('close');
      await ended;
    },
  };
}
