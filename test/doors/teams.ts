import type { Which } from '../support/teams/elements.ts';
import { inputOn } from '../support/teams/elements.ts';
import { hire } from '../support/teams/office.ts';
import type { Person } from '../support/teams/person.ts';
import type { Tenant } from '../support/teams/tenant.ts';
import type { Door, Visitor } from './door.ts';

/** Everybody who comes is somebody new in the tenant, and writes to the bot in their own chat with it. */
export function teamsDoor(tenant: Tenant): Door {
  return {
    name: 'Teams',
    async visit() {
      const visitor = new TeamsVisitor(hire(tenant));
      await visitor.say('isitpublic');
      return visitor;
    },
  };
}

class TeamsVisitor implements Visitor {
  readonly person: Person;
  readonly numbers: string[] = [];

  constructor(person: Person) {
    this.person = person;
  }

  get heading(): string {
    return this.person.heading;
  }

  get text(): string {
    return this.person.text;
  }

  get items() {
    if (inputOn(this.person.card.card)?.isMultiSelect !== true) return [];
    return this.person.choices.map(({ value, chosen }) => ({ id: value, ticked: chosen }));
  }

  async say(text: string): Promise<void> {
    await this.person.say(text);
    this.#note();
  }

  async start(flow: string): Promise<void> {
    await this.person.answer(flow, 'start');
    this.#note();
  }

  async find(words: string): Promise<void> {
    await this.#press('find');
    await this.#press('find', words);
    await this.#press(({ verb, option }) => verb === 'start' && Boolean(option));
  }

  async answer(option: string): Promise<void> {
    await this.person.answer(option);
    this.#note();
  }

  tick(items: readonly string[]): Promise<void> {
    return this.#press('tick', [...items]);
  }

  done(): Promise<void> {
    return this.#press('done');
  }

  back(): Promise<void> {
    return this.#press('back');
  }

  async change(node: string, option: string): Promise<void> {
    await this.#press(({ verb, option }) => verb === 'change' && !option);
    await this.#press((button) => button.verb === 'change' && button.node === node && !button.option);
    await this.person.answer(option, 'change');
    this.#note();
  }

  language(): Promise<void> {
    return this.#press('language');
  }

  async label(label: string): Promise<void> {
    await this.#press('label');
    await this.#press('label', label);
  }

  feedback(helped: boolean): Promise<void> {
    return this.#press(`feedback:${helped ? 'yes' : 'no'}`);
  }

  /** It takes two presses, of which the program hears of the second. */
  close(): Promise<void> {
    this.person.unfold('close');
    return this.#press('close');
  }

  goOn(flow: string): Promise<void> {
    return this.#press(`then:${flow}`);
  }

  async comeBack(): Promise<void> {
    await this.say('isitpublic');
    await this.#press('show');
  }

  async #press(which: Which, value?: string | string[]): Promise<void> {
    await this.person.press(which, value);
    this.#note();
  }

  #note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.text)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}
