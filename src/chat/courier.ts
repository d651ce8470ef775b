import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { PersonRow } from '../database/tables.ts';
import { settle, type Telling, type Told, takeDue } from '../record/outbox.ts';

/** A door through which somebody can be told something without having asked. */
export interface Teller {
  /** Says it to the person alone. Never throws; what may have arrived all the same is uncertain, and not said again. */
  tell(person: PersonRow, lines: readonly string[]): Promise<Told>;
}

/** Carries to people what the program has to tell them, until everything is told. */
export interface Courier {
  /** Tells what is due now. */
  go(): Promise<void>;
  close(): Promise<void>;
}

/** @param tellers by platform; what is for another waits until its door is opened. */
export function openCourier(
  database: Database,
  tellers: Readonly<Record<string, Teller | undefined>>,
  now: () => Date,
  logger: Logger,
): Courier {
  let going: Promise<void> | undefined;
  const timer = setInterval(() => void go(), 1000);
  timer.unref();

  function go(): Promise<void> {
    going ??= deliver()
      .catch((fault) => logger.warn({ err: fault }, 'what is to be told could not be; it is tried again'))
      .finally(() => {
        going = undefined;
      });
    return going;
  }

  async function deliver(): Promise<void> {
    for (let due = await takeDue(database, now()); due.length > 0; due = await takeDue(database, now())) {
      for (const { row, person } of due) {
        const told = await tell(tellers[row.platform], person, JSON.parse(row.body) as Telling);
        if (told.kind !== 'sent') logger.info({ id: row.id, ...told }, 'somebody could not be told');
        await settle(database, row, told, now());
      }
    }
  }

  return {
    go,
    async close() {
      clearInterval(timer);
      await going;
    },
  };
}

async function tell(teller: Teller | undefined, person: PersonRow | undefined, words: Telling): Promise<Told> {
  if (!person) return { kind: 'gone', because: 'nobody knows any more who it is for' };
  if (!teller) return { kind: 'later', because: `${person.platform} is off` };
  return teller.tell(person, words[person.language === 'en' ? 'en' : 'sv']);
}
