import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';

/** A server that is measured, as a process of its own. */
export interface Server {
  child: ChildProcess;
  address: string;
  /** All that it has written so far. */
  output(): string;
}

/** Starts a server and waits until it says its address. @throws with what it said where it does not start. */
export async function startServer(args: string[], settings: Record<string, string>): Promise<Server> {
  const env = { ...process.env, NODE_NO_WARNINGS: '1', ...settings };
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  process.once('exit', () => child.kill('SIGKILL'));
  let said = '';
  const output = () => said;
  const address = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (chunk) => {
      said += chunk;
      const found = /http:\S+/.exec(said)?.[0];
      if (found) resolve(found);
    });
    ended(child).catch((fault) => reject(new Error(`${fault.message}\n${said}`)));
  });
  return { child, address, output };
}

/** Stops a server and waits until it is gone. */
export async function stopServer({ child }: Server): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill();
  await once(child, 'exit');
}

/** Never resolves. @throws when the process ends. */
export async function ended(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`${child.spawnargs.join(' ')} ended (${code ?? signal}).`);
}

/** CPU time so far in ms, user and kernel: in steps of 10 ms on Linux, of whatever `ps` tells elsewhere. */
export function cpuOf({ child: { pid } }: Server): number {
  if (!existsSync(`/proc/${pid}/stat`)) {
    const [seconds = 0, minutes = 0, hours = 0] = ps('cputime', pid).split(/[-:]/).map(Number).reverse();
    return ((hours * 60 + minutes) * 60 + seconds) * 1000;
  }
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, kernel] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11);
  return (Number(user) + Number(kernel)) * 10;
}

/** Resident memory in MB: now, and at most so far (on Linux). */
export function memoryOf({ child: { pid } }: Server): { now: number; most: number } {
  if (!existsSync(`/proc/${pid}/status`)) return { now: Number(ps('rss', pid)) / 1024, most: Number.NaN };
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string) => Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1]) / 1024;
  return { now: of('VmRSS'), most: of('VmHWM') };
}

function ps(column: string, pid: number | undefined): string {
  return execFileSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).trim();
}
