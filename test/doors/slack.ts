import { Clerk } from '../support/slack/clerk.ts';
import { allElements, optionsOf, readText } from '../support/slack/elements.ts';
import { type Json, listOf } from '../support/slack/limits.ts';
import { type Desk, until, type Which } from '../support/slack/wire.ts';
import type { Door, Visitor } from './door.ts';

/** @param people the users of the workspace who have not been here before. */
export function slackDoor(desk: Desk, people: string[]): Door {
  return {
    name: 'Slack',
    async visit() {
      const id = people.shift();
      if (id === undefined) throw new Error('Everybody in the workspace has been here');
      const visitor = new SlackVisitor(new Clerk(desk, id));
      await visitor.command();
      return visitor;
    },
  };
}

class SlackVisitor implements Visitor {
  readonly clerk: Clerk;
  readonly numbers: string[] = [];

  constructor(clerk: Clerk) {
    this.clerk = clerk;
  }

  get heading(): string {
    const { blocks } = this.clerk.card;
    return readText(blocks.find(({ type }) => type === 'header'));
  }

  get text(): string {
    return this.clerk.text;
  }

  get items() {
    return this.#lists.flatMap((list) => {
      const ticked = listOf(list.initial_options).map(({ value }) => value);
      return optionsOf(list).map(({ value }) => ({ id: String(value), ticked: ticked.includes(value) }));
    });
  }

  command(text = ''): Promise<void> {
    const { id, dm, desk } = this.clerk;
    return this.#await('/isitpublic', () => desk.command(id, dm, text));
  }

  start(flow: string): Promise<void> {
    return this.#press((element) => offers(element, flow), flow);
  }

  async find(words: string): Promise<void> {
    await this.#press('g:find', words);
    await this.#press('g:start');
  }

  async answer(option: string): Promise<void> {
    await this.clerk.answer(option);
    this.#note();
  }

  async tick(items: readonly string[]): Promise<void> {
    for (const i of this.#lists.keys()) {
      const list = this.#lists[i]!;
      const here = optionsOf(list).map(({ value }) => String(value));
      await this.#press(
        (element) => element === list,
        here.filter((id) => items.includes(id)),
      );
    }
  }

  done(): Promise<void> {
    return this.#press('g:done');
  }

  back(): Promise<void> {
    return this.#press('g:back');
  }

  async change(node: string, option: string): Promise<void> {
    await this.#press('g:change');
    await this.#press(({ action_id }, { block_id }) => action_id === 'g:change' && nodeOf(block_id) === node);
    await this.clerk.answer(option, 'change');
    this.#note();
  }

  language(): Promise<void> {
    return this.#press('g:language');
  }

  async label(label: string): Promise<void> {
    const { clerk } = this;
    await clerk.desk.press(clerk.id, clerk.card, 'g:label');
    await until(() => clerk.hasModal, 'the modal');
    await this.#await('the label', () => clerk.desk.submit(clerk.id, { label }));
  }

  feedback(helped: boolean): Promise<void> {
    return this.#press(`g:feedback:${helped ? 'yes' : 'no'}`);
  }

  close(): Promise<void> {
    return this.#press('g:close');
  }

  goOn(flow: string): Promise<void> {
    return this.#press(`g:then:${flow}`);
  }

  async comeBack(): Promise<void> {
    await this.command();
    await this.#press('g:show');
  }

  get #lists(): Json[] {
    const elements = allElements(this.clerk.card.blocks).map(({ element }) => element);
    return elements.filter(({ type }) => type === 'checkboxes');
  }

  #press(which: Which, value?: string | string[]): Promise<void> {
    const { id, card, desk } = this.clerk;
    return this.#await(String(which), () => desk.press(id, card, which, value === undefined ? {} : { value }));
  }

  async #await(...act: Parameters<Clerk['awaits']>): Promise<void> {
    await this.clerk.awaits(...act);
    this.#note();
  }

  #note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.text)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}

/** A button that begins the flow, or a list to choose it in. */
function offers(element: Json, flow: string): boolean {
  const { action_id } = element;
  const chooses = action_id === 'g:start' && optionsOf(element).some(({ value }) => value === flow);
  return chooses || action_id === `g:start:${flow}`;
}

/** The node that a block belongs to, as its id says. */
function nodeOf(block: unknown): string | undefined {
  return String(block).split(':')[1];
}
