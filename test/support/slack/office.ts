import { join } from 'node:path';
import { after } from 'node:test';
import { temporaryFolder } from '../databases.ts';
import { Logbook } from '../logbook.ts';
import { type Program, startProgram } from '../program.ts';
import { Clerk } from './clerk.ts';
import type { Json } from './limits.ts';
import { Workspace } from './workspace.ts';

/** One entry of the log, read past the program. */
interface Line extends Json {
  session: string;
  seq: number;
  kind: string;
  content: Json;
}

/** A workspace with the program in it, and as many people as a test asks for. */
export class Office extends Workspace {
  readonly file = join(temporaryFolder(), 'log.db');
  readonly #book = new Logbook(this.file);
  program!: Program;
  #earlier = '';
  #hired = 0;

  /** Starts the program, or, once it has ended, starts it anew with the same log. */
  async open(settings: Record<string, string> = {}): Promise<void> {
    const usual = { ...this.env, FLOWS: 'test/support/flows', DATABASE_URL: `sqlite:${this.file}` };
    this.program = await startProgram({ ...usual, ...settings });
    this.connect(this.program.address);
  }

  /** Ends the program and starts it again. */
  async reopen(settings?: Record<string, string>): Promise<void> {
    await this.program.stop();
    this.#earlier += this.program.output();
    await this.open(settings);
  }

  /** Somebody new, in every channel that is open to all; Swedish in Slack unless it is said otherwise. */
  hire(locale = 'sv-SE'): Clerk {
    this.#hired += 1;
    const id = `U0NEW${this.#hired}`;
    this.users.set(id, { id, name: `new${this.#hired}`, locale });
    for (const channel of ['C0ALL', 'C0OTHER']) this.channels.get(channel)?.members.push(id);
    return new Clerk(this, id);
  }

  /** A clerk has seen something drawn before asking whether it is quiet, and need not wait long. */
  override async settled(quiet = 25): Promise<void> {
    const { address, process } = this.program;
    for (let calls = -1; calls !== this.calls.length; ) {
      calls = this.calls.length;
      await super.settled(quiet);
      // A program that is short of time answers this late, after what it has to do already.
      if (process.exitCode === null) await fetch(`${address}/healthz`).catch(() => {});
    }
  }

  /** Waits until this stands on the person's card. */
  sees(clerk: Clerk, words: RegExp): Promise<void> {
    const drawn = () => clerk.messages.some(({ blocks, to }) => blocks.length > 0 && to === undefined);
    return this.until(() => drawn() && words.test(clerk.text), `${words} on ${clerk.id}'s card`);
  }

  /** Waits until this was said to nobody else. */
  hears(clerk: Clerk, words: RegExp, channel = clerk.dm): Promise<void> {
    return this.until(() => words.test(clerk.whispered(channel)?.text ?? ''), `${words} said to ${clerk.id}`);
  }

  /** All that was done has had its effect, or none. */
  quiet(): Promise<void> {
    return super.settled(100);
  }

  /** Two people have a conversation of their own. */
  meet(id: string, ...people: Clerk[]): void {
    this.channels.set(id, { id, name: 'directmessage', members: people.map((one) => one.id) });
  }

  /** Somebody who has begun the guidance and given these answers. */
  async guided(...answers: string[]): Promise<Clerk> {
    const clerk = this.hire();
    await this.command(clerk.id, clerk.dm);
    await this.press(clerk.id, clerk.card, 'g:start:account');
    await this.until(() => clerk.card.drawn > 1);
    await clerk.answers(...answers);
    return clerk;
  }

  /** What the log says that a person has done, a list for each session, the first begun first. */
  log({ id }: Clerk): Line[][] {
    const all = this.#book
      .read(
        `SELECT entry.session, entry.seq, entry.kind, content FROM entry
       JOIN entry_content USING (session, seq) JOIN record USING (session) JOIN person ON person.hash = record.person
       WHERE person.user_id = ? ORDER BY record.id, entry.seq`,
        id,
      )
      .map((row) => ({ ...row, content: JSON.parse(String(row.content)) }) as Line);
    return Object.values(Object.groupBy(all, ({ session }) => session)) as Line[][];
  }

  /** The kinds of these entries. */
  kinds(clerk: Clerk): string[] {
    return this.log(clerk).map((lines) => lines.map(({ kind }) => kind).join(' '));
  }

  /** The person's records in the list, the first begun first. */
  records({ id }: Clerk): Json[] {
    return this.#book.recordsOf(id);
  }

  /** What the database holds, read past the program. */
  rows(statement: string, ...values: string[]): Json[] {
    return this.#book.read(statement, ...values);
  }

  /** All that the program holds, has written, and has told Slack. */
  everything(): string {
    return JSON.stringify([this.#book.everything(), this.#earlier, this.program.output(), this.calls]);
  }

  /** What the log says of itself. */
  verify(): Promise<string> {
    return this.#book.verify();
  }
}

/** An office with the program running; both are gone when the tests have run. */
export async function openOffice(settings: Record<string, string> = {}): Promise<Office> {
  const office = new Office({});
  await office.up();
  after(() => office.down());
  await office.open(settings);
  return office;
}
