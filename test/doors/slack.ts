import { buttonsOn, Clerk } from '../support/slack/clerk.ts';
import { allElements, optionsOf, readText } from '../support/slack/elements.ts';
import { type Json, listOf } from '../support/slack/limits.ts';
import { type Desk, type Message, type Reply, until, type Which } from '../support/slack/wire.ts';
import type { Workspace } from '../support/slack/workspace.ts';
import type { Door, Forged, Mark, OpenDoor, Tester, Visitor } from './door.ts';

/** @param people the users of the workspace who have not been here before. */
export function slackDoor(desk: Desk, people: string[]): Door {
  return { name: 'Slack', visit: () => begin(new SlackVisitor(new Clerk(desk, next(people)))) };
}

/** The same in a workspace in which anything can be sent. */
export function openSlackDoor(workspace: Workspace, people: string[]): OpenDoor {
  return { name: 'Slack', visit: () => begin(new SlackTester(workspace, next(people))) };
}

function next(people: string[]): string {
  const id = people.shift();
  if (id === undefined) throw new Error('Everybody in the workspace has been here');
  return id;
}

async function begin<Who extends SlackVisitor>(visitor: Who): Promise<Who> {
  await visitor.anew();
  return visitor;
}

class SlackVisitor implements Visitor {
  readonly clerk: Clerk;
  readonly numbers: string[] = [];
  /** The card of this window, where it is not the latest in the chat. */
  protected at: string | undefined;
  /** What this window shows of it, where it has learnt of nothing since. */
  protected shown: Message | undefined;

  constructor(clerk: Clerk) {
    this.clerk = clerk;
  }

  get heading(): string {
    return readText(this.card.blocks.find(({ type }) => type === 'header'));
  }

  get text(): string {
    return readText(this.card.blocks);
  }

  get items() {
    return this.#lists.flatMap((list) => {
      const ticked = listOf(list.initial_options).map(({ value }) => value);
      return optionsOf(list).map(({ value }) => ({ id: String(value), ticked: ticked.includes(value) }));
    });
  }

  anew(): Promise<void> {
    const { id, dm, desk } = this.clerk;
    return this.below(() => desk.command(id, dm));
  }

  async start(flow: string): Promise<void> {
    const offered = buttonsOn(this.card).some(({ action, value }) => action === `g:start:${flow}` || value === flow);
    if (!offered) await this.anew();
    await this.press('start', flow);
  }

  async find(words: string): Promise<void> {
    await this.search(words);
    await this.press('start');
  }

  search(words: string): Promise<void> {
    return this.#use(({ action_id }) => action_id === 'g:find', words);
  }

  answer(option: string): Promise<void> {
    return this.press('answer', option);
  }

  async tick(items: readonly string[]): Promise<void> {
    for (const i of this.#lists.keys()) {
      const list = this.#lists[i]!;
      const here = optionsOf(list).map(({ value }) => String(value));
      await this.#use(
        (element) => element === list,
        here.filter((id) => items.includes(id)),
      );
    }
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
    await this.press('change');
    const isThere = ({ block_id }: Json) => String(block_id).split(':')[1] === node;
    await this.#use(({ action_id }, block) => action_id === 'g:change' && isThere(block));
  }

  why(): Promise<void> {
    return this.press('why');
  }

  language(): Promise<void> {
    return this.press('language');
  }

  async label(label: string): Promise<void> {
    const { clerk } = this;
    await clerk.desk.press(clerk.id, this.card, 'g:label');
    await until(() => clerk.hasModal, 'the modal');
    await this.act('the label', () => clerk.desk.submit(clerk.id, { label }));
  }

  feedback(helped: boolean): Promise<void> {
    return this.press('feedback', helped ? 'yes' : 'no');
  }

  async ask(words: string): Promise<void> {
    const { clerk } = this;
    await clerk.desk.press(clerk.id, this.card, 'g:ask');
    await until(() => clerk.hasModal, 'the modal');
    await this.act('the question', () => clerk.desk.submit(clerk.id, words === '' ? {} : { 'g:ask': words }));
  }

  openTold(): Promise<void> {
    return this.below(() => this.send('show'));
  }

  async respond(words: string): Promise<void> {
    const { clerk } = this;
    await clerk.desk.press(clerk.id, this.card, 'g:respond');
    await until(() => clerk.hasModal, 'the modal');
    await this.act('the answer', () => clerk.desk.submit(clerk.id, { 'g:respond': words }));
  }

  unit(unit: string): Promise<void> {
    return this.press('unit', unit);
  }

  close(): Promise<void> {
    return this.press('close');
  }

  goOn(flow: string): Promise<void> {
    return this.below(() => this.send('then', flow));
  }

  async comeBack(): Promise<void> {
    await this.anew();
    await this.press('show');
  }

  press(verb: string, option?: string, times?: number): Promise<void> {
    return this.act(`${verb} ${option ?? ''}`, () => this.send(verb, option, times));
  }

  /** The card in this window, as it shows it. */
  protected get card(): Message {
    return this.shown ?? this.now ?? this.clerk.card;
  }

  /** The same as it stands there by now; none before anything has been asked for. */
  protected get now(): Message | undefined {
    const cards = this.clerk.messages.filter(
      ({ blocks, to, user }) => blocks.length > 0 && to === undefined && user !== this.clerk.id,
    );
    return cards.find(({ ts }) => ts === this.at) ?? cards.at(-1);
  }

  /** Presses a button, or chooses in a list. */
  protected send(verb: string, option?: string, times?: number): Promise<Reply> {
    const chooses = (element: Json) => optionsOf(element).some(({ value }) => value === option);
    const which = (element: Json) => {
      const { action_id, value } = element;
      if (option === undefined) return action_id === `g:${verb}` || String(action_id).startsWith(`g:${verb}:`);
      return (
        action_id === `g:${verb}:${option}` || (action_id === `g:${verb}` && (value === option || chooses(element)))
      );
    };
    const list = allElements(this.card.blocks).find(({ element }) => which(element) && chooses(element));
    const said = { ...(list && { value: option! }), ...(times && { times }) };
    return this.clerk.desk.press(this.clerk.id, this.card, which, said);
  }

  /** Does something that is answered in a card of its own, and goes on there. */
  protected async below(act: () => Promise<Reply>): Promise<void> {
    const before = this.clerk.messages.length;
    await this.act('a card below', async () => {
      const reply = await act();
      this.at = undefined;
      await until(() => this.clerk.messages.length > before, 'a card below');
      return reply;
    });
  }

  /** Does something, and waits until the card is drawn again or something else stands below it. */
  protected async act(what: string, act: () => Promise<Reply>): Promise<void> {
    const seen = () => `${this.now?.ts} ${this.now?.drawn} ${this.clerk.messages.length}`;
    const before = seen();
    const { status, text } = await act();
    const faults = () => this.clerk.desk.faults.join('; ') || 'none';
    await until(
      () => seen() !== before,
      () => `${what} (${status} ${text}; faults: ${faults()})`,
    );
    this.shown = undefined;
    this.note();
  }

  protected note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.text)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }

  get #lists(): Json[] {
    const elements = allElements(this.card.blocks).map(({ element }) => element);
    return elements.filter(({ type }) => type === 'checkboxes');
  }

  #use(which: Which, value?: string | string[]): Promise<void> {
    const { clerk, card } = this;
    const said = value === undefined ? {} : { value };
    return this.act(String(which), () => clerk.desk.press(clerk.id, card, which, said));
  }
}

class SlackTester extends SlackVisitor implements Tester {
  readonly #workspace: Workspace;

  constructor(workspace: Workspace, id: string) {
    super(new Clerk(workspace, id));
    this.#workspace = workspace;
  }

  get who(): string {
    return this.clerk.id;
  }

  get mark(): Mark {
    const marks = this.card.blocks.map(({ block_id }) => String(block_id));
    const own = marks.find((mark) => /:(moves|more)$/.test(mark)) ?? '';
    const [session = '', node = '', seq = ''] = own.split(':');
    return { session, node, seq: Number(seq) };
  }

  get options(): string[] {
    return buttonsOn(this.card).flatMap(({ action, value }) => {
      const [, verb = '', option = value] = /^g:([a-z]+)(?::(.+))?$/.exec(action) ?? [];
      return /^(answer|change)$/.test(verb) && option !== undefined ? [option] : [];
    });
  }

  get cards(): number {
    return this.clerk.messages.filter(({ blocks, to }) => blocks.length > 0 && to === undefined).length;
  }

  window(): SlackTester {
    const other = new SlackTester(this.#workspace, this.who);
    other.at = this.card.ts;
    other.shown = { ...this.card };
    return other;
  }

  async look(): Promise<void> {
    this.shown = undefined;
    await this.#quiet();
    this.note();
  }

  override async press(verb: string, option?: string, times?: number): Promise<void> {
    await super.press(verb, option, times);
    if (times !== undefined) await this.look();
  }

  async forge({ verb, option, session, node, seq }: Forged): Promise<string> {
    const before = new Map(this.clerk.messages.map(({ ts, drawn }) => [ts, drawn]));
    const selected_options = (option ?? '').split(',').map((value) => ({ value }));
    const action = {
      action_id: `g:${verb}`,
      block_id: `${session}:${node}:${seq}:moves`,
      ...(option !== undefined && (verb === 'tick' ? { selected_options } : { value: option })),
    };
    const any = ({ type }: Json) => type === 'button';
    await this.act(`${verb} at ${session}`, () =>
      this.#workspace.press(this.who, this.card, any, { action, state: {} }),
    );
    const said = this.clerk.messages.filter(({ ts, drawn }) => before.get(ts) !== drawn);
    return said.map(({ blocks, text }) => (blocks.length > 0 ? readText(blocks) : text)).join('\n');
  }

  /** Nothing more is drawn for them, also where the machine is slow. */
  async #quiet(): Promise<void> {
    const drawn = () => this.clerk.messages.reduce((sum, message) => sum + message.drawn, 0);
    let [last, since] = [drawn(), Date.now()];
    await until(() => {
      if (drawn() !== last) [last, since] = [drawn(), Date.now()];
      return Date.now() - since >= 500;
    }, 'an end of drawing');
  }
}
