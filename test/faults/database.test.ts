import assert from 'node:assert/strict';
import { copyFileSync, existsSync, renameSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { DatabaseSync } from 'node:sqlite';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import pg from 'pg';
import { pino } from 'pino';
import { openWebChat } from '../../src/chat/web/chat.ts';
import { readConfig } from '../../src/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import { openFront } from '../../src/front.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { rebuild } from '../../src/record/rebuild.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import { databases } from '../support/databases.ts';
import { openHouse, secret } from '../support/house.ts';
import { Browser, runCommand, startProgram } from '../support/program.ts';

const small = loadFlows('test/support/flows');
const program = { FLOWS: 'test/support/flows', SECRET_KEY: secret };
const [sqlite, postgres] = await databases();

for (const { name, fresh } of [sqlite!, ...(postgres ? [postgres] : [])])
  test(`${name}: while the database only lets itself be read, a press is refused politely and can be made again`, async () => {
    const url = await fresh();
    const { house, address } = await serve(url);
    const anna = await begun(address);
    const { query } = house.guidance.database;
    const name = new URL(url).pathname.slice(1);
    const readOnly = async (on: boolean) => {
      if (house.guidance.database.kind === 'sqlite')
        return void (await sql.raw(`PRAGMA query_only = ${on ? 1 : 0}`).execute(query));
      const admin = await connected(new URL('/postgres', url).href);
      await admin.query(`ALTER DATABASE ${name} SET default_transaction_read_only = ${on}`);
      await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
      await admin.end();
      await wait(50);
    };
    await readOnly(true);
    const form = { ...anna.carried, answer: 'yes-sure' };
    await refusedPolitely(await anna.send(form));
    assert.equal((await anna.get('/')).status, 200, 'reading goes on');
    // To begin is to read: nothing is logged before the first answer.
    const bea = new Browser(address);
    await bea.get('/');
    await bea.press('start', 'account');
    assert.equal(bea.carried.node, 'kind');
    await refusedPolitely(await bea.send({ ...bea.carried, answer: 'ask' }));
    await readOnly(false);
    assert.equal((await anna.send(form)).status, 303);
    await whole(url, 1);
  });

test('SQLite: when the disk is full, a press is refused politely, nothing is half-written, and it goes on with room', async () => {
  const url = await sqlite!.fresh();
  const { house, address } = await serve(url);
  const { query } = house.guidance.database;
  const { rows } = await sql<{ page_count: number }>`PRAGMA page_count`.execute(query);
  await sql.raw(`PRAGMA max_page_count = ${rows[0]!.page_count + 4}`).execute(query);
  const anna = new Browser(address);
  let refused: Response | undefined;
  let form: Record<string, string> = {};
  for (let i = 0; i < 200 && !refused; i++) {
    form = { session: `account.${crypto.randomUUID()}`, seq: '0', node: 'kind', answer: 'ask' };
    const response = await anna.send(form);
    if (response.status !== 303) refused = response;
  }
  assert.ok(refused, 'it never got full');
  await refusedPolitely(refused);
  for (let i = 0; i < 5; i++) await refusedPolitely(await anna.send(form));
  await sql.raw('PRAGMA max_page_count = 100000').execute(query);
  assert.equal((await anna.send(form)).status, 303);
  await whole(url);
});

test('SQLite: while the file is gone a press is refused politely; when it or a copy is back, it goes on and has lost nothing', async () => {
  const url = await sqlite!.fresh();
  const file = url.slice('sqlite:'.length);
  const running = await startProgram({ ...program, DATABASE_URL: url });
  const anna = await begun(running.address);
  const form = { ...anna.carried, answer: 'yes-sure' };
  renameSync(file, `${file}.away`);
  await refusedPolitely(await anna.send(form));
  assert.equal((await fetch(`${running.address}/readyz`)).status, 503);
  assert.equal((await fetch(`${running.address}/healthz`)).status, 200);
  assert.ok(!existsSync(file), 'no empty file was made in its place');
  renameSync(`${file}.away`, file);
  assert.equal((await anna.send(form)).status, 303);
  assert.equal((await fetch(`${running.address}/readyz`)).status, 200);

  const bo = await begun(running.address);
  const parts = ['', '-wal', '-shm'].map((part) => `${file}${part}`).filter(existsSync);
  for (const part of parts) copyFileSync(part, `${part}.copy`);
  for (const part of parts) renameSync(part, `${part}.old`);
  await refusedPolitely(await bo.send({ ...bo.carried, answer: 'yes-sure' }));
  for (const part of parts.filter((part) => !part.endsWith('-shm'))) renameSync(`${part}.copy`, part);
  assert.equal((await bo.send({ ...bo.carried, answer: 'yes-sure' })).status, 303);
  assert.equal(await running.stop('SIGKILL'), null);
  await whole(url, 2);
});

test('SQLite: while another program holds the file for a second, nobody is refused', async () => {
  const url = await sqlite!.fresh();
  const running = await startProgram({ ...program, DATABASE_URL: url });
  const anna = await begun(running.address);
  const bo = new Browser(running.address);
  await bo.get('/');
  await bo.press('start', 'account');
  const other = new DatabaseSync(url.slice('sqlite:'.length));
  other.exec('BEGIN IMMEDIATE');
  const presses = [
    anna.send({ ...anna.carried, answer: 'yes-sure' }),
    bo.send({ ...bo.carried, answer: 'ask' }),
    new Browser(running.address).send({ start: 'account' }),
    new Browser(running.address).send({ language: 'en' }),
  ];
  await wait(1000);
  other.exec('COMMIT');
  other.close();
  assert.deepEqual(
    (await Promise.all(presses)).map((response) => response.status),
    [303, 303, 303, 303],
  );
  await whole(url, 2);
});

for (const { name, fresh } of [sqlite!, ...(postgres ? [postgres] : [])])
  test(`${name}: "records" commands beside a busy server neither disturb it nor see ghosts`, async () => {
    const url = await fresh();
    const settings = { ...program, DATABASE_URL: url };
    const running = await startProgram(settings);
    let busy = true;
    const statuses: number[] = [];
    const load = Array.from({ length: 3 }, async () => {
      while (busy) {
        const someone = new Browser(running.address);
        const session = `account.${crypto.randomUUID()}`;
        statuses.push((await someone.send({ session, seq: '0', node: 'kind', answer: 'ask' })).status);
        statuses.push(
          (await someone.send({ session: session.slice(8), seq: '2', node: 'sure', answer: 'yes-sure' })).status,
        );
        await wait(5);
      }
    });
    await wait(300);
    const told: string[] = [];
    for (const args of [['rebuild'], ['list', '--json'], ['verify']]) {
      const { code, stdout, stderr } = await runCommand('src/records.ts', args, settings);
      if (code !== 0) told.push(`${args}: ${stderr}${stdout.slice(0, 300)}`);
    }
    busy = false;
    await Promise.all(load);
    assert.deepEqual([...new Set(statuses)], [303]);
    assert.deepEqual(told, []);
    await whole(url);
  });

for (const { name, fresh } of [sqlite!, ...(postgres ? [postgres] : [])])
  test(`${name}: the list that is made anew beside a busy server misses no press`, async () => {
    const url = await fresh();
    const house = await openHouse(url, small);
    const beside = await openDatabase(url);
    after(() => beside.close());
    const people = Array.from({ length: 60 }, (_, i) => house.visitor(`person ${i}`));
    const walks = people.map(async (person, i) => {
      await wait(i * 10);
      await person.start('account');
      await person.answer('ask');
      await person.press({ verb: 'label', label: `sak ${i}` });
      await person.answer('yes-sure');
    });
    const refused: string[] = [];
    for (let i = 0; i < 15; i++) {
      await rebuild(beside).catch((fault) => refused.push(String(fault)));
      await wait(10);
    }
    await Promise.all(walks);
    assert.deepEqual(refused, []);
    assert.deepEqual((await verify(house.guidance.database, house.guidance.keys.ledger)).faults, []);
  });

test('PostgreSQL: while the server is gone a press is refused politely, and it goes on by itself', {
  skip: !postgres,
}, async () => {
  const url = await postgres!.fresh();
  const road = await roadTo(url);
  const running = await startProgram({ ...program, DATABASE_URL: road.url });
  const anna = await begun(running.address);
  const form = { ...anna.carried, answer: 'yes-sure' };
  await road.close();
  assert.equal(running.process.exitCode, null, running.output());
  await refusedPolitely(await anna.send(form));
  assert.equal((await fetch(`${running.address}/readyz`)).status, 503);
  assert.equal((await fetch(`${running.address}/healthz`)).status, 200);
  await road.open();
  assert.equal((await anna.send(form)).status, 303);
  assert.equal((await fetch(`${running.address}/readyz`)).status, 200);
  assert.equal(await running.stop(), 0);
  await whole(url, 1);
});

test('PostgreSQL: connections that break in the middle of presses cost no acknowledged answer and not the program', {
  skip: !postgres,
}, async () => {
  const url = await postgres!.fresh();
  const name = new URL(url).pathname.slice(1);
  const running = await startProgram({ ...program, DATABASE_URL: url });
  const admin = await connected(new URL('/postgres', url).href);
  let busy = true;
  let acknowledged = 0;
  const load = Array.from({ length: 8 }, async () => {
    while (busy && running.process.exitCode === null) {
      const form = { session: `account.${crypto.randomUUID()}`, seq: '0', node: 'kind', answer: 'ask' };
      const response = await new Browser(running.address).send(form).catch(() => undefined);
      if (response === undefined) return;
      if (response.status === 303) acknowledged += 1;
      else await refusedPolitely(response);
    }
  });
  for (let round = 0; round < 20; round++) {
    await admin.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`);
    await wait(40);
  }
  // Now that nobody breaks them any more, it goes on by itself.
  for (let i = 0; i < 400 && acknowledged <= 20; i++) await wait(50);
  busy = false;
  await Promise.all(load);
  await admin.end();
  assert.equal(running.process.exitCode, null, running.output().slice(-3000));
  assert.ok(acknowledged > 20);
  assert.equal(await running.stop(), 0);
  const { stdout } = await runCommand('src/records.ts', ['list', '--json'], { ...program, DATABASE_URL: url });
  assert.ok((JSON.parse(stdout) as unknown[]).length >= acknowledged);
  await whole(url);
});

test('PostgreSQL: two instances beside each other share the numbers without gaps and without refusals', {
  skip: !postgres,
}, async () => {
  const url = await postgres!.fresh();
  const settings = { ...program, DATABASE_URL: url };
  const [one, other] = await Promise.all([startProgram(settings), startProgram(settings)]);
  const sessions = Array.from({ length: 30 }, () => `account.${crypto.randomUUID()}`);
  const people = sessions.map(() => crypto.randomUUID());
  const sent = sessions.flatMap((session, i) =>
    [one!, other!].map(({ address }) => {
      const person = new Browser(address);
      person.cookie = `isitpublic=${people[i]}`;
      return person.send({ session, seq: '0', node: 'kind', answer: 'ask' });
    }),
  );
  assert.deepEqual([...new Set((await Promise.all(sent)).map((response) => response.status))], [303]);
  await whole(url, 30);
});

/** The house with its web chat, in this process, so that a test can reach the connection that it uses. */
async function serve(url: string) {
  const house = await openHouse(url, small);
  const config = readConfig({ DATABASE_URL: url, SECRET_KEY: secret, FLOWS: 'test/support/flows', PORT: '0' });
  const server = openFront(
    config,
    house.guidance.database,
    { web: openWebChat(house.guidance, () => true) },
    pino({ level: 'silent' }),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { house, address: `http://127.0.0.1:${(server.address() as { port: number }).port}` };
}

/** Somebody who has answered the first question. */
async function begun(address: string): Promise<Browser> {
  const anna = new Browser(address);
  await anna.get('/');
  await anna.press('start', 'account');
  await anna.answers('ask');
  assert.equal(anna.carried.node, 'sure');
  return anna;
}

async function refusedPolitely(response: Response): Promise<void> {
  const html = await response.text();
  assert.equal(response.status, 503, html);
  assert.match(html, /(referensen|the reference) [0-9A-F]{8}/);
  assert.doesNotMatch(html, /\bat .*:\d+:\d+|SQLITE|ECONN|read-?only|postgres|database or disk|log\.db/i);
}

/** The log proves itself, and holds as many records as it should. */
async function whole(url: string, records?: number): Promise<void> {
  const database = await openDatabase(url);
  const verdict = await verify(database, deriveKeys(secret).ledger);
  await database.close();
  assert.deepEqual(verdict.faults, []);
  if (records !== undefined) assert.equal(verdict.records, records);
}

async function connected(connectionString: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** A road to the database server that can be closed, which breaks what is on it, and opened again. */
async function roadTo(url: string) {
  const goal = new URL(url);
  const sockets = new Set<Socket>();
  let gate: Server;
  let port = 0;
  const open = async () => {
    gate = createServer((near) => {
      const far = connect(Number(goal.port), goal.hostname);
      for (const socket of [near, far]) {
        sockets.add(socket);
        socket.on('error', () => {}).on('close', () => void [near.destroy(), far.destroy()]);
      }
      near.pipe(far).pipe(near);
    });
    await new Promise<void>((resolve) => gate.listen(port, '127.0.0.1', resolve));
    port = (gate.address() as { port: number }).port;
  };
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise((resolve) => gate.close(resolve));
  };
  await open();
  after(close);
  return { url: Object.assign(new URL(url), { port: String(port) }).href, open, close };
}
