import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** What the people are to do; each has a connection, and waits for an answer before the next request. */
export interface Job {
  address: string;
  people: number;
  seconds: number;
  /** `post`: press, session after session. `press`: and get what each press leads to. `page`, `row`: ask `page.ts`. */
  doing: 'page' | 'row' | 'post' | 'press';
}

/** What they did. Times in ms. */
export interface Done {
  seconds: number;
  /** CPU time that the people took themselves. */
  cpu: number;
  /** `step`: which press of the session it was, from 0, the start, to 3, which leads to the outcome. */
  took: { step: number; post: number; get: number }[];
  /** The pages of one session. */
  pages: string[];
}

/** One session in the flow is-it-public, from the start to the outcome. */
const presses = ['start=is-it-public', 'answer=incoming', 'answer=none', 'answer=none'];

/** What a form carries at each of these presses. It is the same in every session; the pages say it. */
const carried: string[] = [];
const pages: string[] = [];

// A process of its own, so that the people take nothing from the server's CPU.
process.on('message', async (job: Job) => process.send!(await work(job)));

async function work({ address, people, seconds, doing }: Job): Promise<Done> {
  // All are there, and their connections taken, before the clock starts.
  const lines = await Promise.all(Array.from({ length: people }, () => Line.open(address)));
  await Promise.all(lines.map((line) => line.get('/')));
  const began = performance.now();
  const cpu = process.cpuUsage();
  const took: Done['took'] = [];
  const one = async (line: Line) => {
    for (let step = 0, session = ''; performance.now() < began + seconds * 1000; step = (step + 1) % presses.length) {
      const from = performance.now();
      if (doing !== 'page') session = await line.press(doing === 'row' ? 0 : step, session);
      const posted = performance.now();
      if (doing === 'page') await line.get('/');
      if (doing === 'press') await line.follow(step, session);
      took.push({ step, post: posted - from, get: performance.now() - posted });
    }
    line.close();
  };
  await Promise.all(lines.map(one));
  const { user, system } = process.cpuUsage(cpu);
  return { seconds: (performance.now() - began) / 1000, cpu: (user + system) / 1000, took, pages };
}

/** One person's browser, as cheap as it can be: one connection that is kept, one request at a time. */
class Line {
  readonly #socket: Socket;
  readonly #head: string;
  #text = '';
  #length = 0;
  #answered: (text: string) => void = () => {};
  #failed: (fault: Error) => void = () => {};

  static async open(address: string): Promise<Line> {
    const { hostname, port, host } = new URL(address);
    const socket = connect(Number(port), hostname);
    await once(socket, 'connect');
    return new Line(socket, host);
  }

  constructor(socket: Socket, host: string) {
    this.#socket = socket.setEncoding('latin1').setNoDelay(true).setTimeout(10_000);
    const who = `cookie: isitpublic=${randomUUID()}`;
    this.#head = `host: ${host}\r\norigin: http://${host}\r\n${who}\r\naccept: text/html\r\naccept-language: sv\r\n`;
    socket.on('data', (chunk) => this.#take(String(chunk)));
    socket.on('timeout', () => socket.destroy(new Error('No answer within 10 s.')));
    socket.on('error', (fault) => this.#failed(fault));
    socket.on('close', () => this.#failed(new Error('The server hung up.')));
  }

  /** @returns the session that the press led to, as the next one carries it. */
  async press(step: number, session: string): Promise<string> {
    const form = step === 0 ? '' : `session=${session}&${carried[step]}&`;
    const answer = await this.#ask('POST', '/', form + presses[step]);
    const found = /^HTTP\/1.1 303[\s\S]*?\r\nlocation: \/\?session=([\w.-]+)\r\n/i.exec(answer)?.[1];
    if (found === undefined) throw new Error(`${presses[step]} was not taken:\n${answer.slice(0, 2000)}`);
    return found;
  }

  /** Gets the page that a press led to, and reads what the next press must carry. */
  async follow(step: number, session: string): Promise<void> {
    const answer = await this.get(`/?session=${session}`);
    const [node, seq] = ['node', 'seq'].map((name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(answer)?.[1]);
    const last = step === presses.length - 1;
    if (!node || !seq || answer.includes('<h1 class="outcome">') !== last)
      throw new Error(`${presses[step]} led elsewhere than it should:\n${answer.slice(0, 2000)}`);
    carried[step + 1] = `node=${node}&seq=${seq}`;
    pages[step] = answer.slice(answer.indexOf('\r\n\r\n') + 4);
  }

  /** @returns the page with its head, one character a byte. */
  async get(path: string): Promise<string> {
    const answer = await this.#ask('GET', path);
    if (!answer.startsWith('HTTP/1.1 200 ')) throw new Error(`${path} was not shown:\n${answer.slice(0, 2000)}`);
    return answer;
  }

  #ask(method: string, path: string, form?: string): Promise<string> {
    const body =
      form === undefined ? '' : `content-type: application/x-www-form-urlencoded\r\ncontent-length: ${form.length}\r\n`;
    this.#socket.write(`${method} ${path} HTTP/1.1\r\n${this.#head}${body}\r\n${form ?? ''}`);
    return new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#failed = reject;
    });
  }

  close(): void {
    this.#failed = () => {};
    this.#socket.destroy();
  }

  #take(chunk: string): void {
    this.#text += chunk;
    const head = this.#length > 0 ? 0 : this.#text.indexOf('\r\n\r\n');
    if (head === -1) return;
    if (head > 0) this.#length = head + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(this.#text)?.[1] ?? 0);
    if (this.#text.length < this.#length) return;
    const answer = this.#text;
    this.#text = '';
    this.#length = 0;
    this.#answered(answer);
  }
}
