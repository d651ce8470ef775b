import { Browser } from '../support/program.ts';
import type { Door, Visitor } from './door.ts';

export function webDoor(address: string): Door {
  return {
    name: 'the web',
    async visit() {
      const visitor = new WebVisitor(new Browser(address));
      await visitor.look('/');
      return visitor;
    },
  };
}

class WebVisitor implements Visitor {
  readonly browser: Browser;
  readonly numbers: string[] = [];

  constructor(browser: Browser) {
    this.browser = browser;
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

  async look(path: string): Promise<void> {
    await this.browser.get(path);
    this.#note();
  }

  start(flow: string): Promise<void> {
    return this.#press(['start', flow]);
  }

  async find(words: string): Promise<void> {
    await this.#press(['option', words], ['find', '']);
    const [, form = ''] = /<ul class="offers"><li><form[^>]*>(.*?)<\/form>/s.exec(this.browser.html) ?? [];
    const fields = [...form.matchAll(/name="([^"]+)" value="([^"]*)"/g)];
    await this.#send(fields.map(([, name = '', value = '']) => [name, value]));
  }

  answer(option: string): Promise<void> {
    return this.#press(['answer', option]);
  }

  tick(items: readonly string[]): Promise<void> {
    return this.#press(...items.map((id): [string, string] => ['option', id]), ['tick', '']);
  }

  done(): Promise<void> {
    const ticked = this.items.filter((item) => item.ticked);
    return this.#press(...ticked.map(({ id }): [string, string] => ['option', id]), ['done', '']);
  }

  back(): Promise<void> {
    return this.#press(['back', '']);
  }

  async change(node: string, option: string): Promise<void> {
    const { session, seq } = this.browser.carried;
    await this.#send([
      ['session', session],
      ['node', node],
      ['seq', seq],
      ['change', ''],
    ]);
    await this.#press(['change', option]);
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

  close(): Promise<void> {
    return this.#press(['close', '']);
  }

  goOn(flow: string): Promise<void> {
    return this.#press(['then', flow]);
  }

  async comeBack(): Promise<void> {
    await this.look('/?fresh=1');
    const [, path = ''] = /<p class="open"><a href="([^"]+)"/.exec(this.browser.html) ?? [];
    await this.look(path);
  }

  /** What the form before them carries, and what they press or write in it. */
  #press(...fields: [string, string][]): Promise<void> {
    return this.#send([...Object.entries(this.browser.carried), ...fields]);
  }

  async #send(fields: [string, string][]): Promise<void> {
    const response = await this.browser.send(fields);
    const location = response.headers.get('location');
    if (location === null) this.browser.html = await response.text();
    else await this.browser.get(location);
    this.#note();
  }

  #note(): void {
    const number = /VGL-\d{4}-\d{5,}/.exec(this.browser.html)?.[0];
    if (number !== undefined && !this.numbers.includes(number)) this.numbers.push(number);
  }
}

const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

function plain(html: string): string {
  return html.replace(/<[^>]*>/g, '').replace(/&(amp|lt|gt|quot|#39);/g, (_, name) => signs[name]!);
}
