import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import type { PersonRow } from '../database/tables.ts';
import { channelOf, type Due, isReminder, settle, type Telling, type Told, takeDue } from '../record/outbox.ts';

/** A door through which somebody can be told something without having asked. */
export interface Teller {
  /**
   * Says it to the person alone. Never throws; what may have arrived all the same is uncertain, and not said again.
   * @param session the guidance that it is about, whose card shows it too from now on.
   */
  tell(person: PersonRow, lines: readonly string[], session: string | null): Promise<Told>;
  /**
   * The same to a room that the settings name, as the platform calls it, where the platform has rooms to write in. What
   * has line breaks in it is laid out as it stands.
   */
  announce?(channel: string, lines: readonly string[]): Promise<Told>;
}

/** Carries to people, and to rooms, what the program has to tell them, until everything is told. */
export interface Courier {
  /** Tells what is due now. */
  go(): Promise<void>;
  /** Ends when what is being told is told; the rest waits for the next start. */
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
  let closed = false;
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
    // One at a time: whatever ends the program leaves no more than that one uncertain.
    while (!closed) {
      const due = await takeDue(database, now());
      if (!due) return;
      const { row } = due;
      const told = await tell(tellers[row.platform], due);
      if (told.kind !== 'sent') logger.info({ id: row.id, ...told }, 'somebody could not be told');
      await settle(database, row, told, now());
    }
  }

  return {
    go,
    async close() {
      clearInterval(timer);
      closed = true;
      await going;
    },
  };
}

async function tell(teller: Teller | undefined, { row, person }: Due): Promise<Told> {
  const words = JSON.parse(row.body) as Telling;
  const channel = channelOf(row);
  const off: Told = { kind: 'later', because: `${row.platform} is off` };
  // In a room many read it, and most of them Swedish.
  if (channel !== undefined) return (await teller?.announce?.(channel, words.sv)) ?? off;
  if (!person) return { kind: 'gone', because: 'nobody knows any more who it is for' };
  if (person.unreachable !== null) return { kind: 'gone', because: person.unreachable };
  if (person.muted === 1 && isReminder(row)) return { kind: 'muted', because: 'the person has turned reminders off' };
  if (!teller) return off;
  return teller.tell(person, words[person.language === 'en' ? 'en' : 'sv'], row.session);
}
