import { type Button, buttonsOn, choicesOn, headingOf, inputOn, type Which } from '../support/teams/elements.ts';
import { hire } from '../support/teams/office.ts';
import type { Card, Person } from '../support/teams/person.ts';
import type { Tenant } from '../support/teams/tenant.ts';
import type { Forged, Mark, OpenDoor, Tester } from './door.ts';

/** Everybody who comes is somebody new in the tenant, and writes to the bot in their own chat with it. */
export function teamsDoor(tenant: Tenant): OpenDoor {
  return {
    name: 'Teams',
    async visit() {
      const visitor = new TeamsVisitor(hire(tenant));
      await visitor.anew();
      return visitor;
    },
  };
}

class TeamsVisitor implements Tester {
  readonly person: Person;
  readonly numbers: string[] = [];
  /** The card of this window, where it is not the latest in the chat. */
  #at: string | undefined;
  /** What this window shows of it, where it has learnt of nothing since. */
  #shown: Card | undefined;

  constructor(person: Person) {
    this.person = person;
  }

  get who(): string {
    return this.person.tenant.user(this.person.id).aadObjectId;
  }

  get heading(): string {
    return headingOf(this.#card.card);
  }

  get text(): string {
    return this.person.reads(this.#card);
  }

  get items() {
    const { card } = this.#card;
    if (inputOn(card)?.isMultiSelect !== true) return [];
    return choicesOn(card).map(({ value, chosen }) => ({ id: value, ticked: chosen }));
  }

  get mark(): Mark {
    const { session = '', node = '', seq = 0 } = buttonsOn(this.#card.card)[0] ?? {};
    return { session, node, seq };
  }

  get options(): string[] {
    const { card } = this.#card;
    const answers = buttonsOn(card).filter(
      ({ verb, node }) => /^(answer|change)$/.test(verb) && node === this.mark.node,
    );
    const own = answers.flatMap(({ option }) => (option ? [option] : []));
    const chooses = answers.some(({ action }) => action.associatedInputs !== 'none');
    return own.length > 0 || !chooses ? own : choicesOn(card).map(({ value }) => value);
  }

  get cards(): number {
    return this.person.cards.length;
  }

  window(): TeamsVisitor {
    const other = new TeamsVisitor(this.person);
    other.#at = this.#card.id;
    other.#shown = this.#card;
    return other;
  }

  async look(): Promise<void> {
    const { tenant, id, chat } = this.person;
    await tenant.settled(100, chat);
    tenant.reload(id);
    this.#shown = undefined;
    this.#note();
  }

  async anew(): Promise<void> {
    await this.#below(() => this.person.say('isitpublic'));
  }

  /** What they read last offers no more than to go on: what can be begun stands in a card of its own. */
  async start(flow: string): Promise<void> {
    if (!this.#buttons.some(({ verb, option }) => verb === 'start' && !option)) await this.anew();
    await this.press('start', flow);
  }

  async find(words: string): Promise<void> {
    await this.search(words);
    await this.#use(({ verb, option }) => verb === 'start' && Boolean(option));
  }

  async search(words: string): Promise<void> {
    await this.press('find');
    await this.#use('find', words);
  }

  answer(option: string): Promise<void> {
    return this.press('answer', option);
  }

  tick(items: readonly string[]): Promise<void> {
    return this.#use('tick', [...items]);
  }

  done(): Promise<void> {
    return this.press('done');
  }

  back(): Promise<void> {
    return this.press('back');
  }

  async change(node: string, option: string): Promise<void> {
    await this.askAgain(node);
    await this.press('change', option);
  }

  async askAgain(node: string): Promise<void> {
    await this.#use(({ verb, option }) => verb === 'change' && !option);
    await this.#use((button) => button.verb === 'change' && button.node === node && !button.option);
  }

  why(): Promise<void> {
    return this.press('why');
  }

  language(): Promise<void> {
    return this.press('language');
  }

  async label(label: string): Promise<void> {
    await this.press('label');
    await this.#use('label', label);
  }

  feedback(helped: boolean): Promise<void> {
    return this.press('feedback', helped ? 'yes' : 'no');
  }

  async ask(words: string): Promise<void> {
    await this.press('ask', '');
    await this.#use('ask', words);
  }

  openTold(): Promise<void> {
    return this.press('show');
  }

  async respond(words: string): Promise<void> {
    await this.press('respond', '');
    await this.#use('respond', words);
  }

  /** Where they have said it before, it is unfolded to be said anew. */
  unit(unit: string): Promise<void> {
    if (!this.#buttons.some(({ verb }) => verb === 'unit')) this.person.unfold('unit', this.#card);
    return this.press('unit', unit);
  }

  /** Once something is answered it takes two presses, of which the program hears of the second. */
  close(): Promise<void> {
    if (!this.#buttons.some(({ verb }) => verb === 'close')) this.person.unfold('close', this.#card);
    return this.press('close');
  }

  goOn(flow: string): Promise<void> {
    return this.#below(() => this.press('then', flow));
  }

  async comeBack(): Promise<void> {
    await this.anew();
    await this.press('show');
  }

  /** Presses a button, or chooses in the list and sends it. */
  press(verb: string, option?: string, times?: number): Promise<void> {
    if (option === undefined) return this.#use(verb, undefined, times);
    const isMeant = (one: Button) => one.verb === verb && one.option === option;
    if (this.#buttons.some(isMeant)) return this.#use(isMeant, undefined, times);
    return this.#use((one) => one.verb === verb && one.option === undefined, option, times);
  }

  async forge({ verb, option, session, node, seq }: Forged): Promise<string> {
    const { person } = this;
    const card = this.#card;
    const before = new Map(person.messages.map(({ id, drawn }) => [id, drawn]));
    const heard = person.tenant.told(person.id).length;
    // A button that takes no input along, where there is one: what is chosen on the card is left out of it.
    const all = buttonsOn(card.card);
    const takesNone = ({ action }: Button) => action.associatedInputs === 'none';
    const any = all.some(takesNone) ? takesNone : () => true;
    const data = { session, node, seq, ...(option !== undefined && { option }) };
    await person.press(any, undefined, card, { action: { verb, data } });
    this.#shown = undefined;
    this.#note();
    const said = person.messages.filter(({ id, drawn }) => before.get(id) !== drawn);
    return [...person.tenant.told(person.id).slice(heard), ...said.map((one) => person.reads(one))].join('\n');
  }

  /** The card in this window, as it shows it. */
  get #card(): Card {
    return this.#shown ?? this.person.cards.find(({ id }) => id === this.#at) ?? this.person.card;
  }

  /** What can be pressed, with what they have unfolded. */
  get #buttons(): Button[] {
    return buttonsOn(this.#card.card, this.person.tenant.toggled(this.person.id, this.#card));
  }

  /** Does something that is answered in a card of its own, and goes on there. */
  async #below(act: () => Promise<unknown>): Promise<void> {
    const before = this.person.cards.length;
    await act();
    this.#at = undefined;
    this.#shown = undefined;
    await this.person.tenant.until(() => this.person.cards.length > before, 'a card below');
    this.#note();
  }

  async #use(which: Which, value?: string | string[], times?: number): Promise<void> {
    await this.person.press(which, value, this.#card, times === undefined ? {} : { times });
    this.#shown = undefined;
    this.#note();
  }

  #note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.text)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}
