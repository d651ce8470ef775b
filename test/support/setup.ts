import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { serialize } from 'node:v8';
import { shippedFlows } from './flows.ts';
import { type Postgres, startPostgres } from './postgres.ts';

let server: Postgres | undefined;
const folder = mkdtempSync(join(tmpdir(), 'isitpublic-'));

/**
 * Before the first test file, what is dear and the same for all of them: the flows as flows.ts reads them, and one
 * PostgreSQL, where none is named. Each takes databases of its own.
 */
export async function globalSetup(): Promise<void> {
  const path = join(folder, 'flows');
  writeFileSync(path, serialize(shippedFlows()));
  process.env.TEST_FLOWS = path;
  if (process.env.TEST_DATABASE_URL) return;
  server = await startPostgres();
  if (server) process.env.TEST_DATABASE_URL = server.url;
}

export async function globalTeardown(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await server?.stop();
}
