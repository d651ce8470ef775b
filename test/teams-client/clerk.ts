import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import type { Json } from '../support/slack/limits.ts';
import { until } from '../support/slack/wire.ts';
import type { Place } from '../support/teams/cards.ts';
import {
  asButton,
  type Button,
  buttonsOn,
  choicesOn,
  everyElement,
  type Found,
  headingOf,
  inputOn,
  isMeant,
  isSent,
  isShown,
  plain,
  type Which,
} from '../support/teams/elements.ts';
import type { Playground, RoomName } from './playground.ts';

/** With SCREENS=<folder> a picture of all that is drawn is kept there, to be looked at. */
const screens = process.env.SCREENS;
if (screens) mkdirSync(screens, { recursive: true });
let pictures = 0;

/** What can be ticked, and whether it is. */
type Item = { id: string; ticked: boolean };

/**
 * Somebody at a municipality with the client before them, in a real browser: they read what it has drawn, and press
 * what they see. What stands on a card is known from what the program sent, and looked for in the page.
 */
export class Clerk {
  /** Somebody who has just opened the client: it has forgotten what stood there, and is the faster for it. */
  static async sitDown(playground: Playground): Promise<Clerk> {
    await playground.load();
    return new Clerk(playground);
  }

  readonly playground: Playground;
  /** The heading of the latest card before them. */
  heading = '';
  /** All that can be read on it. */
  text = '';
  items: Item[] = [];

  constructor(playground: Playground) {
    this.playground = playground;
  }

  /** The latest card in the chat that they alone have with the program. */
  get card(): Json {
    const { relay, ids } = this.playground;
    return relay.cardIn(ids.personal) ?? missing('card');
  }

  /** The card in the dialog that lies open. */
  get dialog(): Json {
    return this.playground.relay.dialog ?? missing('dialog');
  }

  /** What stands in the room before them, as they read it. */
  read(): Promise<string> {
    return this.playground.page.locator('body').innerText();
  }

  /** Lets the client tell of something that can't be done in it, as its own menu does. */
  async mock(name: string): Promise<void> {
    const { page } = this.playground;
    await page.getByRole('button', { name: 'Mock an Activity' }).click();
    const isNamed = new RegExp(`^${name}`);
    await page.getByRole('menuitem').filter({ hasText: isNamed }).click();
    await this.#answered(() => page.getByRole('button', { name: 'Send activity' }).click());
  }

  /** Writes to the program in the chat that is theirs alone, and reads what comes back. */
  async say(words = 'isitpublic'): Promise<void> {
    if (this.playground.room !== 'personal') await this.playground.enter('personal');
    await this.#drawing(() => this.#write(words));
    await this.look();
  }

  /** Writes in a room; with `mention`, to the program. */
  async write(room: RoomName, words: string, mention = false): Promise<void> {
    if (this.playground.room !== room) await this.playground.enter(room);
    const act = () => this.#write(words, mention);
    await (mention ? this.#drawing(act) : act());
  }

  async #write(words: string, mention = false): Promise<void> {
    const { page } = this.playground;
    const boxes = page.getByRole('textbox').filter({ has: page.locator('p') });
    await (this.playground.room === 'channel' ? boxes.first() : boxes.last()).click();
    if (mention) {
      await page.keyboard.type('@Isit');
      await page.getByRole('listbox', { name: 'Typeahead menu' }).getByRole('menuitem', { name: 'Isitpublic' }).click();
      await page.keyboard.type(' ');
    }
    await page.keyboard.insertText(words);
    await page
      .getByRole('button', { name: this.playground.room === 'channel' ? 'Post' : 'Send Message' })
      .first()
      .click();
  }

  /** Chooses the app's action in the menu of the latest message before them, and reads the dialog. */
  async check(): Promise<void> {
    await this.openDialog();
    await this.look('dialog');
  }

  /** Chooses the app's action beside the box in which one writes, and reads the dialog. */
  async compose(): Promise<void> {
    await this.openDialog('Trigger Message Extension App');
    await this.look('dialog');
  }

  /** Asks for the dialog in one of the client's menus. It knows no manifest: the name of the command is typed. */
  async openDialog(menu = 'Show more information'): Promise<void> {
    const { page } = this.playground;
    await page.getByRole('button', { name: menu }).last().click();
    await page.getByRole('menuitem', { name: 'Action Command' }).click();
    await page.getByRole('textbox', { name: 'Command ID' }).fill('checkMessage');
    await this.#answered(() => page.getByRole('dialog').getByRole('button', { name: 'Create' }).click());
  }

  async closeDialog(): Promise<void> {
    const { page } = this.playground;
    await page.getByRole('dialog').getByRole('button', { name: 'Close' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    this.playground.relay.dialog = undefined;
  }

  /** Presses a button of the latest card, once what is to be chosen or written there is; then reads what comes of it. */
  async press(which: Which, value?: string | readonly string[]): Promise<void> {
    await this.#press('conversation', which, value);
    await this.look();
  }

  /** Presses in the dialog. */
  async submit(which: Which, value?: string | readonly string[]): Promise<void> {
    await this.#press('dialog', which, value);
    await this.look('dialog');
  }

  /** Whether there is such a button on the latest card. */
  offers(which: Which): boolean {
    return buttonsOn(this.card).some((button) => isMeant(button, which));
  }

  /** Presses the answer's button, or chooses it in the list and sends it. */
  answer(option: string, verb = 'answer'): Promise<void> {
    return this.press(...answerOn(this.card, option, verb));
  }

  async answers(...options: string[]): Promise<void> {
    for (const option of options) await this.answer(option);
  }

  choose(option: string, verb = 'answer'): Promise<void> {
    return this.submit(...answerOn(this.dialog, option, verb));
  }

  /** Words that stand below a card, as an answer to a press on it. */
  async told(): Promise<string> {
    return (await this.playground.page.getByLabel('Display Invoked Message').last().innerText()).trim();
  }

  async #press(place: Place, which: Which, value?: string | readonly string[]): Promise<void> {
    const [scope, card] = [this.#cardAt(place), place === 'dialog' ? this.dialog : this.card];
    const meant = everyElement(card).find(({ element }) => isSent(element) && isMeant(asButton(element), which));
    if (!meant) throw new Error(`There is nothing to press that is ${which}, but ${named(buttonsOn(card))}`);
    if (value !== undefined) await fillIn(scope, card, value);
    const holder = meant.holders.find(({ isVisible }) => isVisible === false);
    if (holder)
      await buttonOf(scope, card, ({ element }) => [element.targetElements].flat().includes(holder.id)).click();
    await this.#answered(() => buttonOf(scope, card, ({ path }) => path === meant.path, holder?.id).click());
  }

  /** Does something that the program is told of, and waits until it has answered and all is quiet. */
  async #answered(act: () => Promise<unknown>): Promise<void> {
    const { relay } = this.playground;
    const before = relay.turns.length;
    await act();
    await until(() => relay.turns.length > before, 'the program to be told of it');
    await relay.settled();
  }

  /** The same, and waits until something was drawn: what is written is answered at once, and drawn a moment later. */
  async #drawing(act: () => Promise<unknown>): Promise<void> {
    const { relay } = this.playground;
    const before = relay.calls.length;
    await this.#answered(act);
    await until(() => relay.calls.length > before, 'the program to draw something');
    await relay.settled(150);
  }

  /** Reads the latest card, once everything that the program wrote on it can be read in the client. */
  async look(place: Place = 'conversation'): Promise<void> {
    const [scope, card] = [this.#cardAt(place), place === 'dialog' ? this.dialog : this.card];
    const all = everyElement(card);
    const shown = all.filter((found) => isShown(found) && found.element.type === 'TextBlock');
    const lines = shown.flatMap(({ element }) => linesOf(String(element.text)));
    let text = '';
    const isMissing = (line: string) => !text.includes(line);
    for (const end = Date.now() + 5000; ; await new Promise((resolve) => setTimeout(resolve, 40))) {
      text = inALine(await scope.innerText());
      if (!lines.some(isMissing)) break;
      if (Date.now() > end) throw new Error(`The client does not show “${lines.find(isMissing)}”, but: ${text}`);
    }
    this.text = text;
    this.heading = headingOf(card);
    const boxes = inputOn(card)?.isMultiSelect ? await scope.getByRole('checkbox').all() : [];
    const ticked = await Promise.all(boxes.map((box) => box.isChecked()));
    this.items = boxes.map((_, i) => ({ id: choicesOn(card)[i]!.value, ticked: ticked[i]! }));
    await this.picture(this.heading, scope);
  }

  /** Keeps a picture, where pictures are asked for: of a card, or of all that they see. */
  async picture(name: string, of: { screenshot(options: { path: string }): Promise<unknown> } = this.playground.page) {
    if (!screens) return;
    const title = (name || 'words')
      .toLowerCase()
      .replace(/[^\p{L}\d]+/gu, '-')
      .slice(0, 50);
    await of.screenshot({ path: join(screens, `${String(++pictures).padStart(3, '0')}-${title}.png`) });
  }

  /** The card in the page, in the room or in the dialog that lies over it. */
  #cardAt(place: Place): Locator {
    const { page } = this.playground;
    return (place === 'dialog' ? page.getByRole('dialog') : page).locator('.ac-adaptiveCard').last();
  }
}

function missing(what: string): never {
  throw new Error(`There is no ${what}`);
}

/** The button that gives an answer, or the one that sends what is chosen in a list. */
function answerOn(card: Json, option: string, verb: string): [Which, string?] {
  if (buttonsOn(card).some((button) => isMeant(button, `${verb}:${option}`))) return [`${verb}:${option}`];
  return [(button) => button.verb === verb && button.option === undefined, option];
}

/** Chooses, ticks or writes on a card as a person would. */
async function fillIn(scope: Locator, card: Json, value: string | readonly string[]): Promise<void> {
  const input = inputOn(card) ?? missing('place to fill in');
  if (input.type === 'Input.Text') return scope.getByRole('textbox').fill(String(value));
  const choices = choicesOn(card);
  if (input.isMultiSelect === true) {
    const boxes = await scope.getByRole('checkbox').all();
    for (const [i, box] of boxes.entries()) await box.setChecked(value.includes(choices[i]!.value));
    return;
  }
  const at = choices.findIndex((choice) => choice.value === value);
  const { title } = choices[at] ?? missing(`choice ${value}`);
  if (input.style === 'expanded') return scope.getByRole('radio').nth(at).check();
  const list = scope.getByRole('combobox');
  await list.click();
  await list.fill(title.slice(0, 20));
  await scope.page().getByRole('option', { name: title, exact: true }).click();
}

/** A button in the page: the one that stands where the program put this one among those of the same name. */
function buttonOf(scope: Locator, card: Json, isIt: (action: Found) => boolean, unfolded?: unknown): Locator {
  const toggled = new Map([[String(unfolded), true]]);
  const isAction = ({ element }: Found) => /^Action\./.test(String(element.type));
  const actions = everyElement(card).filter((found) => isAction(found) && isShown(found, toggled));
  const { title } = actions.find(isIt)?.element ?? missing('such button');
  const words = inALine(String(title)).replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return scope
    .locator('button')
    .filter({ hasText: new RegExp(`^\\s*${words}\\s*$`) })
    .nth(actions.filter(({ element }) => element.title === title).findIndex(isIt));
}

function named(buttons: readonly Button[]): string {
  return buttons.map(({ verb, option }) => `${verb}:${option}`).join(', ');
}

/** The lines of a text in Markdown as they are read, without what marks them as parts of a list. */
function linesOf(markdown: string): string[] {
  const lines = plain(markdown).split(/[\n\r]+/);
  return lines.map((line) => inALine(line.replace(/^(- |\d+\. )/, ''))).filter((line) => line !== '');
}

function inALine(text: string): string {
  return text.replace(/[\s\u200B]+/g, ' ').trim();
}
