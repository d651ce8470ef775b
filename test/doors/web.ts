import { createHash } from 'node:crypto';
import { Browser } from '../support/program.ts';
import type { Forged, Mark, OpenDoor, Tester } from './door.ts';

export function webDoor(address: string): OpenDoor {
  return {
    name: 'the web',
    async visit() {
      const visitor = new WebVisitor(new Browser(address));
      await visitor.look();
      return visitor;
    },
  };
}

type Field = [name: string, value: string];

class WebVisitor implements Tester {
  readonly browser: Browser;
  readonly numbers: string[] = [];
  readonly cards = 0;

  constructor(browser: Browser) {
    this.browser = browser;
  }

  /** What is kept of the cookie. */
  get who(): string {
    return createHash('sha256').update(this.browser.cookie.slice('isitpublic='.length)).digest('hex');
  }

  get heading(): string {
    return plain(this.browser.heading);
  }

  get text(): string {
    return plain(this.browser.html);
  }

  get items() {
    const boxes = [...this.browser.html.matchAll(/<input type="checkbox" name="option" value="([^"]*)"( checked)?/g)];
    return boxes.map(([, id = '', checked]) => ({ id, ticked: checked !== undefined }));
  }

  get mark(): Mark {
    const { session, node, seq } = this.browser.carried;
    return { session, node, seq: Number(seq) };
  }

  get options(): string[] {
    const { html } = this.browser;
    return [...html.matchAll(/<button name="(?:answer|change)" value="([^"]+)"/g)].map(([, id = '']) => id);
  }

  window(): WebVisitor {
    const browser = new Browser(this.browser.address);
    return new WebVisitor(Object.assign(browser, { cookie: this.browser.cookie, html: this.browser.html }));
  }

  async look(): Promise<void> {
    const { session, node } = this.mark;
    const start = session === '' ? '/' : '/?fresh=1';
    await this.#get(node === '' ? start : `/?session=${session}`);
  }

  async anew(): Promise<void> {
    await this.#get('/?fresh=1');
  }

  start(flow: string): Promise<void> {
    return this.#press(['start', flow]);
  }

  async find(words: string): Promise<void> {
    await this.search(words);
    await this.press('start');
  }

  search(words: string): Promise<void> {
    return this.#press(['option', words], ['find', '']);
  }

  answer(option: string): Promise<void> {
    return this.#press(['answer', option]);
  }

  tick(items: readonly string[]): Promise<void> {
    return this.#press(...items.map((id): Field => ['option', id]), ['tick', '']);
  }

  done(): Promise<void> {
    const ticked = this.items.filter((item) => item.ticked);
    return this.#press(...ticked.map(({ id }): Field => ['option', id]), ['done', '']);
  }

  back(): Promise<void> {
    return this.#press(['back', '']);
  }

  async change(node: string, option: string): Promise<void> {
    await this.askAgain(node);
    await this.#press(['change', option]);
  }

  async askAgain(node: string): Promise<void> {
    const { session, seq } = this.browser.carried;
    await this.#send(Object.entries({ session, node, seq, change: '' }));
  }

  /** The reasons stand on the page, to be opened there; the verb shows where one is. */
  why(): Promise<void> {
    return this.#press(['why', '']);
  }

  language(): Promise<void> {
    return this.#press(['language', / lang="sv"/.test(this.browser.html.slice(0, 100)) ? 'en' : 'sv']);
  }

  label(label: string): Promise<void> {
    return this.#press(['option', label], ['label', '']);
  }

  feedback(helped: boolean): Promise<void> {
    return this.#press(['feedback', helped ? 'yes' : 'no']);
  }

  ask(words: string): Promise<void> {
    return this.#press(['option', words], ['ask', '']);
  }

  async openTold(): Promise<void> {
    await this.anew();
    const [, path = ''] = /id="replies".*?<a href="([^"]+)"/s.exec(this.browser.html) ?? [];
    await this.#get(path);
  }

  respond(words: string): Promise<void> {
    return this.#press(['option', words], ['respond', '']);
  }

  unit(unit: string): Promise<void> {
    return this.#press(['option', unit], ['unit', '']);
  }

  close(): Promise<void> {
    return this.#press(['close', '']);
  }

  goOn(flow: string): Promise<void> {
    return this.#press(['then', flow]);
  }

  async comeBack(): Promise<void> {
    await this.anew();
    const [, path = ''] = /<p class="open"><a href="([^"]+)"/.exec(this.browser.html) ?? [];
    await this.#get(path);
  }

  async press(verb: string, option?: string, times = 1): Promise<void> {
    const fields = formsOn(this.browser.html).flatMap(({ hidden, buttons }) => {
      const given = hidden.filter(([name]) => name === 'given').map(([, value]) => value);
      const isMeant = ([name, value]: Field) =>
        name === verb && (option === undefined || [value, ...given].join('/') === option);
      return buttons.filter(isMeant).map((button) => [...hidden, button]);
    })[0];
    if (!fields) throw new Error(`There is no ${verb} ${option ?? ''} on ${this.heading}`);
    await Promise.all(Array.from({ length: times }, () => this.#send(fields)));
  }

  /** A refusal is a page of its own, and leaves the one that they had in another window. */
  async forge({ verb, option = '', session, node, seq }: Forged): Promise<string> {
    const made = this.window();
    const typed = ['tick', 'done', 'label', 'ask', 'respond', 'unit'].includes(verb);
    const ticks: Field[] = typed ? [['option', option]] : [];
    const said: Field[] = [['session', session], ['node', node], ['seq', String(seq)], ...ticks];
    const status = await made.#send([...said, [verb, ticks.length > 0 ? '' : option]]);
    if (status === 200) this.browser.html = made.browser.html;
    this.#note();
    return made.text;
  }

  /** What the form before them carries, and what they press or write in it. */
  async #press(...fields: Field[]): Promise<void> {
    await this.#send([...Object.entries(this.browser.carried), ...fields]);
  }

  async #send(fields: Field[]): Promise<number> {
    const response = await this.browser.send(fields);
    const location = response.headers.get('location');
    if (location !== null) return this.#get(location);
    this.browser.html = await response.text();
    this.#note();
    return response.status;
  }

  async #get(path: string): Promise<number> {
    const { status } = await this.browser.get(path);
    this.#note();
    return status;
  }

  #note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.browser.html)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}

/** The forms of a page: what each carries, ticks among it, and its buttons. */
function formsOn(html: string): { hidden: Field[]; buttons: Field[] }[] {
  const pairs = (text: string, element: RegExp) =>
    [...text.matchAll(element)].map(([, name = '', value = '']): Field => [name, value]);
  return [...html.matchAll(/<form method="post"[^>]*>(.*?)<\/form>/gs)].map(([, form = '']) => ({
    hidden: [
      ...pairs(form, /<input type="hidden" name="([^"]+)" value="([^"]*)"/g),
      ...pairs(form, /<input type="checkbox" name="([^"]+)" value="([^"]*)" checked/g),
    ],
    buttons: pairs(form, /<button name="([^"]+)" value="([^"]*)"/g),
  }));
}

const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => signs[name]!);
}
