import type { Json } from '../slack/limits.ts';
import type { Message } from './connector.ts';
import { type Button, buttonsOn, choicesOn, type Filling, headingOf, readText, type Which } from './elements.ts';
import type { Delivery, Dialog, Reply, Tenant } from './tenant.ts';

/** A message with a card on it. */
export type Card = Message & { card: Json };

/** Somebody at a municipality with Teams before them: sees the latest card in their chat with the bot. */
export class Person {
  readonly tenant: Tenant;
  readonly id: string;

  constructor(tenant: Tenant, id: string) {
    this.tenant = tenant;
    this.id = id;
  }

  /** Their own chat with the bot. */
  get chat(): string {
    return this.tenant.personal(this.id);
  }

  /** All that stands there, the oldest first. */
  get messages(): Message[] {
    return this.tenant.messages(this.chat, this.id);
  }

  /** The cards that stand there, the oldest first. */
  get cards(): Card[] {
    return this.messages.filter(hasCard);
  }

  /** The latest of them. @throws where there is none */
  get card(): Card {
    const card = this.cards.at(-1);
    if (!card) throw new Error(`${this.id} sees no card, but: ${this.messages.map(({ text }) => text).join(' | ')}`);
    return card;
  }

  get heading(): string {
    return headingOf(this.card.card);
  }

  /** All that can be read on the card. */
  get text(): string {
    return this.reads(this.card);
  }

  /** What can be pressed on the card. */
  get buttons(): Button[] {
    return buttonsOn(this.card.card, this.tenant.toggled(this.id, this.card));
  }

  /** What can be chosen or ticked on the card. */
  get choices(): { title: string; value: string; chosen: boolean }[] {
    return choicesOn(this.card.card);
  }

  /** The dialog that lies open. @throws where there is none */
  get dialog(): Dialog & { heading: string; text: string; buttons: Button[] } {
    const dialog = this.tenant.dialog(this.id);
    if (!dialog) throw new Error(`${this.id} has no dialog open; they were told: ${this.told}`);
    const { card, words } = dialog;
    const text = card ? readText(card) : (words ?? '');
    return { ...dialog, heading: card ? headingOf(card) : '', text, buttons: card ? buttonsOn(card) : [] };
  }

  /** The latest that they were told in passing. */
  get told(): string | undefined {
    return this.tenant.told(this.id).at(-1);
  }

  /** All that can be read on a card, or what else a message says. */
  reads(message: Message): string {
    return message.card ? readText(message.card, this.tenant.toggled(this.id, message)) : message.text;
  }

  /** The latest that the bot said to nobody else, in this room. */
  whispered(room: string): Message | undefined {
    const isTheirs = ({ to, from }: Message) => to === this.id && from !== this.id;
    return this.tenant.messages(room, this.id).findLast(isTheirs);
  }

  say(text = 'isitpublic', options?: Delivery): Promise<Reply> {
    return this.#act(() => this.tenant.say(this.id, text, options));
  }

  mention(room: string, text = 'isitpublic', options?: Delivery): Promise<Reply> {
    return this.#act(() => this.tenant.mention(this.id, room, text, options), room);
  }

  slash(room: string, text = 'isitpublic', options?: Delivery): Promise<Reply> {
    return this.#act(() => this.tenant.slash(this.id, room, text, options), room);
  }

  /** Presses the answer's button, or chooses it and sends it, and waits until what it leads to is drawn. */
  async answer(option: string, verb = 'answer'): Promise<Reply> {
    const { buttons, choices } = this;
    if (buttons.some((one) => one.verb === verb && one.option === option)) return this.press(`${verb}:${option}`);
    if (choices.some(({ value }) => value === option))
      return this.press((one) => one.verb === verb && one.option === undefined, option);
    const known = [...buttons.map((one) => `${one.verb}:${one.option}`), ...choices.map(({ value }) => value)];
    const faults = this.tenant.faults.join('; ') || 'none';
    throw new Error(`There is no answer ${option}, but ${known.join(', ')}; faults: ${faults}`);
  }

  async answers(...options: string[]): Promise<void> {
    for (const option of options) await this.answer(option);
  }

  /** Ticks exactly these, and saves them for now. */
  tick(items: readonly string[]): Promise<Reply> {
    return this.press('tick', [...items]);
  }

  /** Presses a button of the card, or of another, and waits until it has had its effect, also for whoever reloads. */
  press(
    which: Which,
    value?: Filling,
    on: Message = this.card,
    options: Parameters<Tenant['press']>[3] = {},
  ): Promise<Reply> {
    return this.#act(async () => {
      const said = { ...options, ...(value !== undefined && { value }) };
      const reply = await this.tenant.press(this.id, on, which, said);
      const isKept = () => this.tenant.isStored(this.id, on);
      await this.tenant.until(isKept, () => `${which} was answered with a card that is not kept`, 5000);
      return reply;
    }, on.room);
  }

  /** Shows the part of the card in which this button lies. */
  unfold(which: Which, on: Message = this.card): void {
    this.tenant.unfold(this.id, on, which);
  }

  /** Points at a message in a room, and asks whether it is public. */
  check(room: string, content?: string): Promise<Reply> {
    return this.tenant.messageAction(this.id, room, content === undefined ? {} : { content });
  }

  compose(room: string): Promise<Reply> {
    return this.tenant.composeAction(this.id, room);
  }

  /** Presses a button in the dialog, and sees there what comes of it. */
  submit(which: Which, value?: string | string[]): Promise<Reply> {
    return this.tenant.submitDialog(this.id, which, value === undefined ? {} : { value });
  }

  /** Presses the answer in the dialog, or chooses it and sends it. */
  choose(option: string, verb = 'answer'): Promise<Reply> {
    if (this.dialog.buttons.some((one) => one.verb === verb && one.option === option))
      return this.submit(`${verb}:${option}`);
    return this.submit((one) => one.verb === verb && one.option === undefined, option);
  }

  /** Does something in a room, and waits until they have seen something of it and all is quiet again around them. */
  async #act(act: () => Promise<Reply>, room = this.chat): Promise<Reply> {
    const rooms = [...new Set([this.chat, room])];
    const before = this.#seen(rooms);
    const reply = await act();
    await this.tenant.until(() => this.#seen(rooms) > before, '', 1500).catch(() => {});
    for (const one of rooms) await this.tenant.settled(25, one);
    return reply;
  }

  /** How often something was drawn or said for them, or something went wrong. */
  #seen(rooms: string[]): number {
    const { tenant, id } = this;
    const others = rooms.flatMap((room) => tenant.messages(room, id)).filter(({ from }) => from !== id);
    return others.reduce((sum, { drawn }) => sum + drawn, tenant.told(id).length + tenant.faults.length);
  }
}

function hasCard(message: Message): message is Card {
  return message.card !== undefined;
}
