import { type Postgres, startPostgres } from './postgres.ts';

let server: Postgres | undefined;

/** Before the first test file: one PostgreSQL for all of them, where none is named. Each takes databases of its own. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return;
  server = await startPostgres();
  if (server) process.env.TEST_DATABASE_URL = server.url;
}

export async function globalTeardown(): Promise<void> {
  await server?.stop();
}
