import { join } from 'node:path';
import { after } from 'node:test';
import { temporaryFolder } from '../databases.ts';
import { Logbook } from '../logbook.ts';
import { type Program, startProgram } from '../program.ts';
import type { Json } from '../slack/limits.ts';
import { Person } from './person.ts';
import { rooms, Tenant } from './tenant.ts';

/** One entry of the log, read past the program. */
interface Line extends Json {
  session: string;
  seq: number;
  kind: string;
  content: Json;
}

/** A tenant with the program in it, and as many people as a test asks for. */
export class Office extends Tenant {
  readonly file = join(temporaryFolder(), 'log.db');
  readonly #book = new Logbook(this.file);
  program!: Program;
  #earlier = '';

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

  /** Waits until this stands on the person's card. */
  sees(person: Person, words: RegExp): Promise<void> {
    return this.until(() => person.cards.length > 0 && words.test(person.text), `${words} on ${person.id}'s card`);
  }

  /** Waits until this was said to nobody else. */
  hears(person: Person, words: RegExp, room: string): Promise<void> {
    const heard = () => {
      const message = person.whispered(room);
      return message !== undefined && words.test(person.reads(message));
    };
    return this.until(heard, `${words} said to ${person.id}`);
  }

  /** All that was done has had its effect, or none. */
  quiet(): Promise<void> {
    return this.settled(100);
  }

  /** Somebody who has begun the guidance and given these answers. */
  async guided(...answers: string[]): Promise<Person> {
    const person = hire(this);
    await person.say();
    await person.answer('account', 'start');
    await person.answers(...answers);
    return person;
  }

  /** Somebody new, in every room; Swedish in Teams unless it is said otherwise. */
  hire(locale?: string): Person {
    return hire(this, locale);
  }

  /** What the log says that a person has done, a list for each session, the first begun first. */
  log({ id }: Person): Line[][] {
    const all = this.#book
      .read(
        `SELECT entry.session, entry.seq, entry.kind, content FROM entry
       JOIN entry_content USING (session, seq) JOIN record USING (session) JOIN person ON person.hash = record.person
       WHERE person.user_id = ? ORDER BY record.id, entry.seq`,
        this.user(id).aadObjectId,
      )
      .map((row) => ({ ...row, content: JSON.parse(String(row.content)) }) as Line);
    return Object.values(Object.groupBy(all, ({ session }) => session)) as Line[][];
  }

  /** The kinds of these entries. */
  kinds(person: Person): string[] {
    return this.log(person).map((lines) => lines.map(({ kind }) => kind).join(' '));
  }

  /** The person's records in the list, the first begun first. */
  records({ id }: Person): Json[] {
    return this.#book.recordsOf(this.user(id).aadObjectId);
  }

  /** Rows of its database, read past the program. */
  rows(statement: string, ...values: string[]): Json[] {
    return this.#book.read(statement, ...values);
  }

  /** All that the program holds, has written, and has told Teams. */
  everything(): string {
    return JSON.stringify([this.#book.everything(), this.#earlier, this.program.output(), this.calls]);
  }

  /** What the log says of itself. */
  verify(): Promise<string> {
    return this.#book.verify();
  }
}

/** Somebody new in this tenant, and in every room that there is from the beginning. */
export function hire(tenant: Tenant, locale?: string): Person {
  const { id } = tenant.addUser('Anna', locale);
  for (const room of Object.values(rooms)) tenant.room(room).members.push(id);
  return new Person(tenant, id);
}

/** An office with the program running; both are gone when the tests have run. */
export async function openOffice(settings: Record<string, string> = {}): Promise<Office> {
  const office = new Office();
  await office.up();
  after(() => office.down());
  await office.open(settings);
  return office;
}
