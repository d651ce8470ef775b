import { allElements, optionsOf, readText } from './elements.ts';
import { isObject, type Json } from './limits.ts';
import { type Desk, type Message, type Reply, until, type View } from './wire.ts';

/** Somebody at a municipality with Slack before them: sees the latest card in their conversation with the bot. */
export class Clerk {
  readonly desk: Desk;
  readonly id: string;

  constructor(desk: Desk, id = 'U0ANNA') {
    this.desk = desk;
    this.id = id;
  }

  /** The channel of their conversation with the bot. */
  get dm(): string {
    return this.desk.dm(this.id);
  }

  /** All that stands there, the oldest first. */
  get messages(): Message[] {
    return this.desk.messages(this.dm, this.id);
  }

  /** The latest message there that has blocks and is not ephemeral. @throws where there is none */
  get card(): Message {
    const card = this.#card;
    if (!card) throw new Error(`${this.id} sees no card, but: ${this.messages.map(({ text }) => text).join(' | ')}`);
    return card;
  }

  get home(): View {
    return this.desk.home(this.id) ?? missing('Home tab');
  }

  /** The modal that lies on top. */
  get modal(): View {
    return this.desk.modal(this.id) ?? missing('modal');
  }

  get hasHome(): boolean {
    return this.desk.home(this.id) !== undefined;
  }

  get hasModal(): boolean {
    return this.desk.modal(this.id) !== undefined;
  }

  get errors(): Record<string, string> {
    return this.desk.errors(this.id);
  }

  /** All that can be read on the card, and not what is only announced of it. */
  get text(): string {
    return readText(this.card.blocks);
  }

  /** What can be pressed or chosen on the card. */
  get buttons(): Button[] {
    return buttonsOn(this.card);
  }

  /** The latest that was said to nobody else, in this channel. */
  whispered(channel = this.dm): Message | undefined {
    return this.desk.messages(channel, this.id).findLast(({ to }) => to === this.id);
  }

  command(text = '', channel = this.dm): Promise<Reply> {
    return this.#act(() => this.desk.command(this.id, channel, text));
  }

  /** Presses the button or chooses the option, and waits until the card is drawn again. */
  answer(option: string, verb = 'answer'): Promise<Reply> {
    const before = this.card;
    const chooses = (element: Json) => optionsOf(element).some(({ value }) => value === option);
    const found = allElements(before.blocks).find(
      ({ element }) =>
        element.action_id === `g:${verb}:${option}` || (element.action_id === `g:${verb}` && chooses(element)),
    );
    if (!found) throw new Error(`There is no answer ${option}, but ${this.buttons.map(name).join(', ')}`);
    const chosen = chooses(found.element) && { value: option };
    const which = (element: Json) => sameElement(element, found.element);
    return this.awaits(`an answer to ${option}`, () => this.desk.press(this.id, before, which, { ...chosen }));
  }

  /** Does something, and waits until the card is drawn again or another one stands below it. */
  async awaits(what: string, act: () => Promise<Reply>): Promise<Reply> {
    const { ts, drawn } = this.#card ?? { ts: '', drawn: 0 };
    const reply = await act();
    const redrawn = () => this.#card !== undefined && (this.#card.ts !== ts || this.#card.drawn > drawn);
    const { status, text } = reply;
    await until(redrawn, () => `${what} (${status} ${text}; faults: ${this.desk.faults.join('; ') || 'none'})`);
    return reply;
  }

  async answers(...options: string[]): Promise<void> {
    for (const option of options) await this.answer(option);
  }

  /** Presses something on the card, or elsewhere, and waits until it has had its effect. */
  press(action: string, value?: string | string[], on: Message | View = this.card): Promise<Reply> {
    return this.#act(() => this.desk.press(this.id, on, action, value === undefined ? {} : { value }));
  }

  /** Ticks exactly these, in as many groups as the list is drawn. */
  async tick(options: string[]): Promise<void> {
    const groups = ticks(this.card).map((element) => optionsOf(element).map(({ value }) => String(value)));
    const unknown = options.filter((option) => !groups.flat().includes(option));
    if (unknown.length > 0) throw new Error(`Can't tick ${unknown.join(', ')} among ${groups.flat().join(', ')}`);
    for (const [i, group] of groups.entries()) {
      const value = options.filter((option) => group.includes(option));
      const before = listed(ticks(this.card)[i]);
      if (value.join() === before.join()) continue;
      const isThis = (element: Json) => sameElement(element, ticks(this.card)[i]);
      await this.#act(() => this.desk.press(this.id, this.card, isThis, { value }));
    }
  }

  submit(values: Record<string, string | string[]> = {}): Promise<Reply> {
    return this.#act(() => this.desk.submit(this.id, values));
  }

  openHome(): Promise<Reply> {
    return this.#act(() => this.desk.openHome(this.id));
  }

  say(text: string): Promise<Reply> {
    return this.#act(() => this.desk.say(this.id, text));
  }

  get #card(): Message | undefined {
    return this.messages.findLast(({ blocks, to, user }) => blocks.length > 0 && to === undefined && user !== this.id);
  }

  /** Does something, and waits until something has been drawn and all is quiet again. */
  async #act(act: () => Promise<Reply>): Promise<Reply> {
    const { drawn } = this.desk;
    const reply = await act();
    await until(() => this.desk.drawn > drawn, '', 1500).catch(() => {});
    await this.desk.settled();
    return reply;
  }
}

/** Something that can be pressed, or an option that can be chosen. */
interface Button {
  label: string;
  action: string;
  value?: string;
}

/** What can be pressed or chosen in a message or a view, in the order in which it is drawn. */
export function buttonsOn({ blocks }: { blocks: Json[] }): Button[] {
  return allElements(blocks).flatMap(({ element }) => {
    const action = String(element.action_id);
    const label = (of: Json) => (isObject(of.text) ? String(of.text.text) : '');
    const options = optionsOf(element).map((option) => ({ label: label(option), action, value: String(option.value) }));
    return options.length > 0 ? options : [{ label: label(element), action }];
  });
}

function ticks(card: Message): Json[] {
  return allElements(card.blocks)
    .map(({ element }) => element)
    .filter(({ type, action_id }) => type === 'checkboxes' && /^g:tick(:|$)/.test(String(action_id)));
}

function listed(element: Json = {}): string[] {
  return Array.isArray(element.initial_options) ? element.initial_options.map(({ value }) => String(value)) : [];
}

function sameElement(one: Json, other?: Json): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

function name({ action, value }: Button): string {
  return value === undefined ? action : `${action} ${value}`;
}

function missing(what: string): never {
  throw new Error(`There is no ${what}`);
}
