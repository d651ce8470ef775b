import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import pg from 'pg';
import { startPostgres } from './postgres.ts';

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

/** The PostgreSQL that is named, or that all test files of this run share; otherwise one for the tests of this file. */
function postgres(): Promise<string | undefined> {
  started ??= process.env.TEST_DATABASE_URL ? Promise.resolve(process.env.TEST_DATABASE_URL) : ownPostgres();
  return started;
}

async function ownPostgres(): Promise<string | undefined> {
  const server = await startPostgres();
  if (server) after(server.stop);
  return server?.url;
}
