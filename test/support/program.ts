import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import { temporaryFolder } from './databases.ts';

/** The program itself, as a process of its own on a free port of this machine. */
export interface Program {
  address: string;
  process: ChildProcess;
  /** All that it has written so far. */
  output(): string;
  /** Ends it and waits until it is gone. @returns its exit code, or null where a signal killed it. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Node compiles the program once for all of these tests: it is started in more than a hundred of them. */
const usual = { NODE_NO_WARNINGS: '1', NODE_COMPILE_CACHE: resolve('node_modules/.cache/compiled') };

/** Starts the program and waits until it serves. @throws with what it said where it does not start. */
export async function startProgram(settings: Record<string, string> = {}, cwd = '.'): Promise<Program> {
  const env = {
    ...process.env,
    PORT: '0',
    DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}`,
    ...usual,
    ...settings,
  };
  const child = spawn(process.execPath, ['src/main.ts'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const gone = once(child, 'exit').then(([code]) => code as number | null);
  after(() => void child.kill('SIGKILL'));
  const stop = (signal: NodeJS.Signals = 'SIGTERM') => {
    child.kill(signal);
    return gone;
  };
  const until = Date.now() + 15_000;
  for (;;) {
    const address = /isitpublic: (http:\S+)/.exec(said)?.[1];
    if (address !== undefined) return { address, process: child, output: () => said, stop };
    if (child.exitCode !== null || Date.now() > until) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** A command of the program, run to its end. */
export async function runCommand(script: string, args: string[], settings: Record<string, string> = {}, cwd = '.') {
  const env = { ...process.env, ...usual, ...settings };
  const child = spawn(process.execPath, [script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk) => (stdout += chunk));
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, stdout, stderr };
}

/** A browser without its screen: keeps its cookie, sends forms as a browser would, reads what a form must carry. */
export class Browser {
  readonly address: string;
  cookie = '';
  html = '';
  language = 'sv';

  constructor(address: string) {
    this.address = address;
  }

  async get(path: string): Promise<Response> {
    const response = await fetch(new URL(path, this.address), { headers: this.#headers(), redirect: 'manual' });
    this.#keep(response);
    this.html = await response.clone().text();
    return response;
  }

  /** Sends a form as it is, and does not follow where it leads. */
  async send(
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ): Promise<Response> {
    const response = await fetch(new URL('/', this.address), {
      method: 'POST',
      redirect: 'manual',
      headers: { ...this.#headers(), origin: this.address, ...headers },
      body: new URLSearchParams(fields),
    });
    this.#keep(response);
    return response;
  }

  /** Presses a button on the page: what its form carries, and the button itself; then shows where it leads. */
  async press(verb: string, value = '', fields: Record<string, string> = {}): Promise<Response> {
    const response = await this.send({ ...this.carried, ...fields, [verb]: value });
    const location = response.headers.get('location');
    if (location === null) this.html = await response.clone().text();
    return location === null ? response : this.get(location);
  }

  async answers(...options: string[]): Promise<void> {
    for (const option of options) await this.press('answer', option);
  }

  /** Session, node and seq of the page, as its first form carries them. */
  get carried(): { session: string; node: string; seq: string } {
    const read = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(this.html)?.[1] ?? '';
    return { session: read('session'), node: read('node'), seq: read('seq') };
  }

  get heading(): string {
    return /<h1[^>]*>(.*?)<\/h1>/s.exec(this.html)?.[1] ?? '';
  }

  #headers() {
    return { 'accept-language': this.language, ...(this.cookie && { cookie: this.cookie }) };
  }

  #keep(response: Response): void {
    const set = response.headers.get('set-cookie');
    if (set) this.cookie = set.split(';')[0]!;
  }
}
