import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../database/database.ts';
import { openStorage } from '../database/storage.ts';
import { readRef } from '../guidance/ref.ts';
import type { View } from '../guidance/view.ts';
import type { Language } from '../record/entry.ts';

/** Something to be drawn, and the view that it shows where it shows one. */
interface Drawing {
  view?: View;
  /** How long to wait for something newer that takes its place, in ms. */
  calm?: number;
}

/** What a failed call means for trying again: after a while, in a message of its own, or not at all. */
export type Failed =
  | { kind: 'limited'; seconds: number; error: string }
  | { kind: 'gone' | 'refused' | 'unknown'; error: string };

/**
 * How a platform writes: to whom (`To`), where a message stands (`Spot`), and what is sent (`Sent`, with the view in it).
 * None of it tries again by itself, but what is said to have surely not arrived may be written once more.
 */
export interface Platform<To, Spot, Sent extends Drawing> {
  /** The place as a text of its own; empty where the platform has not said which it is. */
  nameOf(spot: Spot): string;
  /** Whom it is for, as a text of its own. */
  whoIs(to: To): string;
  /** Writes to the person alone. @throws in the platform's own words where that can't be done. */
  post(to: To, sent: Sent): Promise<Spot>;
  /** Draws in place of what stands there. @returns what went wrong. */
  update(to: To, spot: Spot, sent: Sent, attempt: number): Promise<Failed | undefined>;
  /** Writes where a message stood that is gone. */
  postAgain(to: To, spot: Spot, sent: Sent): Promise<Spot>;
  /** What stands in place of a card whose guidance goes on further down. */
  moved(language: Language): Sent;
  /** A failure in few words, for our own log. */
  explain(fault: unknown): unknown;
}

/** Brings cards to where people see them. The log is right without it; what can't be drawn now is drawn later or asked for. */
export interface Deliveries<To, Spot, Sent> {
  /**
   * Writes a card to the person; a card of the same session further up is put away.
   * @param once what is written once where it is asked for several times in a row.
   * @throws in the platform's own words where that can't be done.
   */
  post(to: To, sent: Sent, once?: string): Promise<Spot>;
  /** Draws a card in place of what stands there: one after the other, and never an older one over a newer one. */
  replace(to: To, spot: Spot, sent: Sent): void;
  /** The same where the card of that session stands, if that is known. */
  redraw(to: To, sent: Sent): Promise<void>;
  /** Where the card of a session stands, if that is known. */
  find(session: string): Promise<Spot | undefined>;
  /** Resolves when nothing is being drawn any more. */
  settle(): Promise<void>;
}

/** The drawings of one message: the one that is being drawn, and the latest that waits for its turn. */
interface Line<Sent> {
  waiting: Sent | undefined;
  done: Promise<void>;
}

/** The pauses before each further attempt, in ms, while nothing newer is to be drawn. */
const pauses = [0, 1000, 4000, 15_000, 60_000];

/** @param name under which it is kept where each session's card stands. */
export function openDeliveries<To, Spot, Sent extends Drawing>(
  name: string,
  platform: Platform<To, Spot, Sent>,
  database: Database,
  logger: Logger,
): Deliveries<To, Spot, Sent> {
  // Forgetting one costs a card that is not put away.
  const spots = openStorage<Spot>(database, name, 90 * 86_400_000);
  const known = new Map<string, string>();
  const lines = new Map<string, Line<Sent>>();
  // What each message was to show last: an answer that was slow is not drawn over a later one.
  const latest = new Map<string, { session: string; seq: number }>();
  const posting = new Map<string, Promise<Spot>>();
  // Where the cards are now whose messages somebody has removed.
  const moved = new Map<string, Spot>();

  /** Keeps where a session's card stands now, and puts away the one further up: there is one to press on. */
  async function note(to: To, view: View | undefined, spot: Spot): Promise<void> {
    const session = sessionOf(view);
    const name = platform.nameOf(spot);
    if (!view || session === undefined || name === '' || known.get(session) === name) return;
    if (known.size > 10_000) known.clear();
    known.set(session, name);
    const earlier = await find(session);
    await spots.set(session, spot).catch((fault) => logger.warn({ err: fault }, 'where a card stands was not kept'));
    if (earlier && platform.nameOf(earlier) !== name) replace(to, earlier, platform.moved(view.language));
  }

  function find(session: string): Promise<Spot | undefined> {
    return spots.get(session).catch(() => undefined);
  }

  async function write(to: To, sent: Sent): Promise<Spot> {
    const spot = await platform.post(to, sent);
    await note(to, sent.view, spot);
    return spot;
  }

  function replace(to: To, spot: Spot, sent: Sent): void {
    const name = platform.nameOf(spot);
    const [place, before] = [placeOf(sent.view), latest.get(name)];
    if (place && place.session === before?.session && place.seq < before.seq) return;
    if (latest.size > 10_000) latest.clear();
    if (place) latest.set(name, place);
    const line = lines.get(name);
    if (line) line.waiting = sent;
    else {
      const begun: Line<Sent> = { waiting: sent, done: Promise.resolve() };
      lines.set(name, begun);
      begun.done = drawInTurn(to, spot, begun);
    }
  }

  async function drawInTurn(to: To, spot: Spot, line: Line<Sent>): Promise<void> {
    for (let next = line.waiting; next; next = line.waiting) {
      line.waiting = undefined;
      const outdated = () => line.waiting !== undefined;
      await sleep(next.calm ?? 0, outdated);
      if (!outdated()) await draw(to, spot, next, outdated);
    }
    // In the same breath as the last look: what comes now begins a line of its own.
    lines.delete(platform.nameOf(spot));
  }

  /** Tries until it is drawn, until something newer is to be drawn instead, or until it is no use. */
  async function draw(to: To, spot: Spot, sent: Sent, outdated: () => boolean): Promise<void> {
    let asked = 0;
    try {
      for (const [attempt, pause] of pauses.entries()) {
        await sleep(Math.max(pause, asked), outdated);
        if (outdated()) return;
        const failed = await platform.update(to, spot, sent, attempt);
        if (!failed) return await note(to, sent.view, spot);
        if (failed.kind === 'gone' && !sent.view) return;
        if (failed.kind === 'gone') return await drawAgain(to, spot, sent);
        if (failed.kind === 'refused') return logger.warn({ because: failed.error }, 'a drawing was refused');
        asked = failed.kind === 'limited' ? failed.seconds * 1000 : 0;
      }
      logger.warn('a card could not be drawn; it is drawn at the next press');
    } catch (fault) {
      logger.warn({ because: platform.explain(fault) }, 'a card could not be drawn; it is drawn at the next press');
    }
  }

  /** Where a message is gone, its card stands in one new message, however much is drawn at the old place. */
  async function drawAgain(to: To, gone: Spot, sent: Sent): Promise<void> {
    const session = sessionOf(sent.view);
    const name = platform.nameOf(gone);
    const known = session === undefined ? undefined : await find(session);
    const elsewhere = known && platform.nameOf(known) !== name ? known : moved.get(name);
    if (elsewhere) return replace(to, elsewhere, sent);
    // Nothing is left there to be put away.
    if (session !== undefined) await spots.delete(session).catch(() => {});
    const spot = await platform.postAgain(to, gone, sent);
    if (moved.size > 10_000) moved.clear();
    moved.set(name, spot);
    await note(to, sent.view, spot);
  }

  return {
    post(to, sent, once = sessionOf(sent.view)) {
      const key = `${platform.whoIs(to)} ${once}`;
      const already = once === undefined ? undefined : posting.get(key);
      if (already) return already;
      const written = write(to, sent);
      posting.set(key, written);
      const forget = () => void setTimeout(() => posting.delete(key), 3000).unref();
      written.then(forget, () => posting.delete(key));
      return written;
    },
    replace,
    find,
    async redraw(to, sent) {
      const session = sessionOf(sent.view);
      const spot = session === undefined ? undefined : await find(session);
      if (spot) replace(to, spot, sent);
    },
    async settle() {
      while (lines.size > 0) await Promise.all([...lines.values()].map(({ done }) => done));
    },
  };
}

/** The session that a view is a place in. */
export function sessionOf(view: View | undefined): string | undefined {
  return view && 'node' in view ? readRef(view.session)?.id : undefined;
}

/** How far its session has come in a view. */
function placeOf(view: View | undefined): { session: string; seq: number } | undefined {
  const session = sessionOf(view);
  return view && 'seq' in view && session !== undefined ? { session, seq: view.seq } : undefined;
}

/** Sleeps, but no longer than there is a reason to. */
async function sleep(milliseconds: number, outdated: () => boolean): Promise<void> {
  for (const until = Date.now() + milliseconds; Date.now() < until && !outdated(); )
    await wait(Math.min(50, until - Date.now()), undefined, { ref: false });
}
