import type { Door, Visitor } from '../doors/door.ts';
import { Clerk } from './clerk.ts';
import type { Playground } from './playground.ts';

/** The way in by a real client. One person sits there: each who comes is them once more, with nothing left half-done. */
export function playgroundDoor(playground: Playground): Door {
  return {
    name: 'Teams, in the Agents Playground',
    async visit() {
      const visitor = new ClientVisitor(await Clerk.sitDown(playground));
      await visitor.clerk.say('language sv');
      await visitor.clerk.say();
      return visitor;
    },
  };
}

class ClientVisitor implements Visitor {
  clerk: Clerk;
  readonly numbers: string[] = [];

  constructor(clerk: Clerk) {
    this.clerk = clerk;
  }

  get heading(): string {
    return this.clerk.heading;
  }

  get text(): string {
    return this.clerk.text;
  }

  get items() {
    return this.clerk.items;
  }

  async start(flow: string): Promise<void> {
    // Whoever has come to an outcome begins from there.
    if (this.clerk.offers('start:new')) await this.clerk.press('start:new');
    await this.#note(this.clerk.answer(flow, 'start'));
  }

  async find(words: string): Promise<void> {
    await this.clerk.press('find:');
    await this.clerk.press('find', words);
    await this.#press('start');
  }

  answer(option: string): Promise<void> {
    return this.#note(this.clerk.answer(option));
  }

  tick(items: readonly string[]): Promise<void> {
    return this.#press('tick', items);
  }

  done(): Promise<void> {
    return this.#press('done');
  }

  back(): Promise<void> {
    return this.#press('back');
  }

  async change(node: string, option: string): Promise<void> {
    await this.clerk.press('change:');
    await this.clerk.press((button) => button.verb === 'change' && button.node === node);
    await this.#note(this.clerk.answer(option, 'change'));
  }

  language(): Promise<void> {
    return this.#press('language');
  }

  async label(label: string): Promise<void> {
    await this.clerk.press('label:');
    await this.#press('label', label);
  }

  feedback(helped: boolean): Promise<void> {
    return this.#press(`feedback:${helped ? 'yes' : 'no'}`);
  }

  async ask(words: string): Promise<void> {
    await this.clerk.press('ask:');
    await this.#press('ask', words);
  }

  openTold(): Promise<void> {
    return this.#press('show');
  }

  async respond(words: string): Promise<void> {
    await this.clerk.press('respond:');
    await this.#press('respond', words);
  }

  unit(unit: string): Promise<void> {
    return this.#press('unit', unit);
  }

  close(): Promise<void> {
    return this.#press('close');
  }

  goOn(flow: string): Promise<void> {
    return this.#press(`then:${flow}`);
  }

  async comeBack(): Promise<void> {
    this.clerk = await Clerk.sitDown(this.clerk.playground);
    await this.clerk.say();
    await this.#press('show');
  }

  #press(...what: Parameters<Clerk['press']>): Promise<void> {
    return this.#note(this.clerk.press(...what));
  }

  async #note(act: Promise<void>): Promise<void> {
    await act;
    const number = /VGL-\d{4}-\d{5,}/.exec(this.text)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}
