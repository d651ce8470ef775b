import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after } from 'node:test';
import { secret } from './house.ts';

/** What the demo is run with, wherever its folder is. */
export const settings = { FLOWS: resolve('flows'), SECRET_KEY: secret, PORT: '', LOG_LEVEL: 'warn' };

/** The command as npm runs it, as soon as all is said. Whatever the real program is set up for must stay off. */
export async function startDemo(folder: string, ...more: string[]) {
  const env = {
    ...process.env,
    ...settings,
    SLACK_BOT_TOKEN: 'xoxb-real',
    SLACK_SIGNING_SECRET: 'real',
    DATABASE_URL: 'sqlite:data/real.db',
    NODE_NO_WARNINGS: '1',
  };
  const child = spawn(process.execPath, [resolve('src/demo.ts'), '--records', '40', ...more], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const gone = once(child, 'exit').then(([code]) => code as number | null);
  after(() => void child.kill('SIGKILL'));
  const until = Date.now() + 20_000;
  while (!said.includes('Ctrl-C stops it')) {
    if (child.exitCode !== null || Date.now() > until) throw new Error(said);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  assert.ok(!existsSync(join(folder, 'data/real.db')));
  const stop = () => {
    child.kill('SIGTERM');
    return gone;
  };
  return { address: /isitpublic: (http:\S+)/.exec(said)![1]!, output: () => said, stop };
}
