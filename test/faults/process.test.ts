import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { after, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { readConfig, WrongSettings } from '../../src/config.ts';
import { openDatabase } from '../../src/database/database.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { secret } from '../support/house.ts';
import { Browser, runCommand, startProgram } from '../support/program.ts';

const flows = { FLOWS: 'test/support/flows', SECRET_KEY: secret };
const freshFile = () => `sqlite:${join(temporaryFolder(), 'log.db')}`;

const both = await databases();

const wrong: [string, Record<string, string>, RegExp][] = [
  ['a port that is no number', { PORT: 'web' }, /PORT/],
  ['a port that is too high', { PORT: '70000' }, /PORT/],
  ['an address that is no database', { DATABASE_URL: 'mysql://localhost/log' }, /DATABASE_URL/],
  ['PostgreSQL without a secret key', { DATABASE_URL: 'postgres://localhost/log', SECRET_KEY: '' }, /SECRET_KEY/],
  ['a secret key that is too short', { SECRET_KEY: 'hunter2' }, /SECRET_KEY/],
  ['a public address that is none', { PUBLIC_URL: 'isitpublic' }, /PUBLIC_URL/],
  ['a public address of another kind', { PUBLIC_URL: 'ftp://example.org' }, /PUBLIC_URL/],
  ['days that are no number', { LAPSE_AFTER_DAYS: 'soon' }, /LAPSE_AFTER_DAYS/],
  ['days below one', { LAPSE_AFTER_DAYS: '0' }, /LAPSE_AFTER_DAYS/],
  ['a log level that there is none of', { LOG_LEVEL: 'loud' }, /LOG_LEVEL/],
  ['Slack half-given', { SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_/],
  ['Slack half-given the other way', { SLACK_SIGNING_SECRET: 'abc' }, /SLACK_/],
  ['Teams half-given', { MICROSOFT_APP_PASSWORD: 'abc' }, /MICROSOFT_/],
  [
    'Teams without a password open to others',
    { TEAMS_UNAUTHENTICATED: 'true', HOST: '0.0.0.0' },
    /TEAMS_UNAUTHENTICATED/,
  ],
];

describe('the program as a process', { concurrency: 2 }, () => {
  for (const { name, fresh } of both)
    test(`${name}: killed in the middle of presses, twice over, it keeps every answer that it acknowledged`, async () => {
      const settings = { ...flows, DATABASE_URL: await fresh() };
      const acknowledged = new Set<string>();
      const doubtful: { person: string; session: string }[] = [];
      const rounds = 2;
      for (let round = 0; round < rounds; round++) {
        const running = await startProgram(settings);
        let alive = true;
        const load = Array.from({ length: 8 }, async () => {
          while (alive) {
            const person = new Browser(running.address);
            person.cookie = `isitpublic=${crypto.randomUUID()}`;
            const session = crypto.randomUUID();
            try {
              const first = await person.send({ session: `account.${session}`, seq: '0', node: 'kind', answer: 'ask' });
              if (first.status === 303) acknowledged.add(`${session} 2`);
              const last = await person.send({ session, seq: '2', node: 'sure', answer: 'yes-sure' });
              if (last.status === 303) acknowledged.add(`${session} 4`);
            } catch {
              doubtful.push({ person: person.cookie, session });
              return;
            }
          }
        });
        const enough = acknowledged.size + 20 + 7 * round;
        while (acknowledged.size < enough) await wait(1);
        running.process.kill('SIGKILL');
        alive = false;
        await Promise.all(load);
        await running.stop('SIGKILL');
      }
      assert.ok(doubtful.length > 0);

      const running = await startProgram(settings);
      for (const { person, session } of doubtful) {
        const again = new Browser(running.address);
        again.cookie = person;
        assert.equal(
          (await again.send({ session: `account.${session}`, seq: '0', node: 'kind', answer: 'ask' })).status,
          303,
        );
        assert.equal((await again.send({ session, seq: '2', node: 'sure', answer: 'yes-sure' })).status, 303);
        await again.get(`/?session=${session}`);
        assert.match(again.html, /Kontot får starta/);
      }
      await running.stop();
      const { stdout, code } = await runCommand('src/records.ts', ['verify'], settings);
      assert.equal(code, 0, stdout);
      const stored = await storedAnswers(settings.DATABASE_URL);
      assert.deepEqual(
        [...acknowledged].filter((one) => !stored.has(one)),
        [],
      );
    });

  test('asked to stop, twice as npm and a service manager do together, it answers what it has taken in, takes no more, and ends with 0', async () => {
    const settings = { ...flows, DATABASE_URL: freshFile() };
    const running = await startProgram(settings);
    const { hostname, port } = new URL(running.address);
    const body = new URLSearchParams({
      session: `account.${crypto.randomUUID()}`,
      seq: '0',
      node: 'kind',
      answer: 'ask',
    }).toString();
    const headers = {
      origin: running.address,
      'content-type': 'application/x-www-form-urlencoded',
      'content-length': body.length,
    };
    const slow = request({ hostname, port, method: 'POST', path: '/', headers });
    const answered = once(slow, 'response') as Promise<[{ statusCode: number }]>;
    slow.write(body.slice(0, 20));
    await fetch(`${running.address}/healthz`);
    await wait(100);
    const begun = Date.now();
    const code = running.stop();
    await wait(150);
    running.process.kill('SIGTERM');
    await wait(150);
    await assert.rejects(fetch(`${running.address}/healthz`, { headers: { connection: 'close' } }));
    slow.end(body.slice(20));
    assert.equal((await answered)[0].statusCode, 303);
    assert.equal(await code, 0);
    assert.ok(Date.now() - begun < 10_000);
    assert.doesNotMatch(running.output(), /Error|\bat .*\.ts:/);
    const { stdout } = await runCommand('src/records.ts', ['list', '--json'], settings);
    assert.equal((JSON.parse(stdout) as unknown[]).length, 1);
  });

  test('asked to stop while somebody never finishes a form, it ends within 10 seconds all the same', async () => {
    const running = await startProgram({ ...flows, DATABASE_URL: freshFile() });
    const { hostname, port } = new URL(running.address);
    const slow = request({
      hostname,
      port,
      method: 'POST',
      path: '/',
      headers: { origin: running.address, 'content-length': 100 },
    });
    slow.on('error', () => {});
    slow.write('a');
    await wait(100);
    const begun = Date.now();
    assert.equal(await running.stop(), 0);
    assert.ok(Date.now() - begun < 10_000);
  });

  test('"npm start" asked to stop takes the whole tree of processes with it and ends with 0', async () => {
    const env = { ...process.env, ...flows, PORT: '0', DATABASE_URL: freshFile() };
    const npm = spawn('npm', ['start'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    after(() => void npm.kill('SIGKILL'));
    let said = '';
    npm.stdout.on('data', (chunk) => {
      said += chunk;
    });
    npm.stderr.on('data', (chunk) => {
      said += chunk;
    });
    const gone = once(npm, 'exit');
    while (!/isitpublic: http/.test(said) && npm.exitCode === null) await wait(50);
    const family = descendants(npm.pid!);
    assert.ok(family.length > 0, said);
    const begun = Date.now();
    npm.kill('SIGTERM');
    const [code] = await gone;
    assert.equal(code, 0, said);
    while (family.some(isAlive) && Date.now() - begun < 10_000) await wait(50);
    assert.deepEqual(family.filter(isAlive), []);
  });

  test('a second server at the same port or on the same file is refused, whatever it calls the file', async () => {
    const url = freshFile();
    const file = url.slice('sqlite:'.length);
    const running = await startProgram({ ...flows, DATABASE_URL: url });
    const { port } = new URL(running.address);
    const atPort = await runCommand('src/main.ts', [], { ...flows, DATABASE_URL: freshFile(), PORT: port });
    assert.equal(atPort.code, 1);
    assert.match(atPort.stderr, new RegExp(`Port ${port} is taken`));
    assert.doesNotMatch(atPort.stderr, trace);
    symlinkSync(file, join(dirname(file), 'other.db'));
    const folder = join(temporaryFolder(), 'linked');
    symlinkSync(dirname(file), folder);
    for (const other of [file, join(folder, 'other.db')]) {
      const said = await refusal({ ...flows, DATABASE_URL: `sqlite:${other}` });
      assert.match(said, /Another isitpublic server already uses/, other);
      assert.doesNotMatch(said, trace);
    }
  });

  for (const [what, settings, names] of wrong)
    test(`a setting is named and the start refused: ${what}`, () => {
      assert.throws(
        () => readConfig({ SECRET_KEY: secret, ...settings }),
        (fault) => {
          assert.ok(fault instanceof WrongSettings);
          assert.match(fault.message, names);
          assert.doesNotMatch(fault.message, /hunter2|xoxb-1/, 'a secret is not repeated');
          return true;
        },
      );
    });

  test('settings that only show when they are used are named as well, and all in a sentence', async () => {
    for (const [settings, names] of [
      [{ HOST: '192.0.2.1' }, /HOST/],
      [{ DATABASE_URL: 'postgres://127.0.0.1:1/log' }, /DATABASE_URL/],
      [{ PORT: 'web', LAPSE_AFTER_DAYS: 'soon' }, /PORT[\s\S]*LAPSE_AFTER_DAYS/],
    ] as const) {
      const said = await refusal({ ...flows, DATABASE_URL: freshFile(), ...settings });
      assert.match(said, names);
      assert.doesNotMatch(said, trace);
    }
  });

  test('a file that is no database, or that cannot be made, is named', async () => {
    const folder = temporaryFolder();
    const start = (file: string) =>
      runCommand('src/main.ts', [], { ...flows, PORT: '0', DATABASE_URL: `sqlite:${file}` });
    writeFileSync(
      join(folder, 'text.db'),
      'this is no database, and longer than a page header so that it shows'.repeat(20),
    );
    mkdirSync(join(folder, 'folder.db'));
    for (const file of ['text.db', 'folder.db', 'text.db/log.db']) {
      const { code, stderr } = await start(join(folder, file));
      assert.equal(code, 1, file);
      assert.match(stderr, /text\.db|folder\.db/, `${file}: ${stderr}`);
      assert.doesNotMatch(stderr, trace);
    }
    assert.match(readFileSync(join(folder, 'text.db'), 'utf8'), /^this is no database/);
  });

  test('the key beside the database is its owner’s alone; an empty or a foreign one stops the start', async () => {
    const url = freshFile();
    const file = join(dirname(url.slice('sqlite:'.length)), 'secret.key');
    const settings = { FLOWS: flows.FLOWS, DATABASE_URL: url };
    const running = await startProgram(settings);
    assert.equal(statSync(file).mode & 0o777, 0o600);
    const anna = new Browser(running.address);
    await anna.send({ session: `account.${crypto.randomUUID()}`, seq: '0', node: 'kind', answer: 'ask' });
    await running.stop();
    const good = readFileSync(file, 'utf8');
    for (const key of ['', `${'0'.repeat(64)}\n`]) {
      writeFileSync(file, key);
      const { code, stderr } = await runCommand('src/main.ts', [], { ...settings, PORT: '0' });
      assert.equal(code, 1);
      assert.match(stderr, /secret\.key/);
      assert.doesNotMatch(stderr, trace);
    }
    writeFileSync(file, good);
    assert.equal(await (await startProgram(settings)).stop(), 0);

    const empty = freshFile();
    writeFileSync(join(dirname(empty.slice('sqlite:'.length)), 'secret.key'), 'short');
    assert.match(await refusal({ FLOWS: flows.FLOWS, DATABASE_URL: empty }), /secret\.key/);
  });

  test('a command on a log that is not there says so and makes none', async () => {
    const url = freshFile();
    const { code, stderr } = await runCommand('src/records.ts', ['verify'], { ...flows, DATABASE_URL: url });
    assert.equal(code, 1);
    assert.match(stderr, /no log at/);
    assert.ok(!existsSync(url.slice('sqlite:'.length)));
  });
});

const trace = /\n\s+at |node:internal|\.ts:\d+/;

/** What the program says when it does not start; that it has started, where it does. */
async function refusal(settings: Record<string, string>): Promise<string> {
  try {
    const running = await startProgram(settings);
    await running.stop();
    return 'it has started';
  } catch (fault) {
    return String(fault);
  }
}

/** Session and seq of all that the log holds. */
async function storedAnswers(url: string): Promise<Set<string>> {
  const database = await openDatabase(url);
  const rows = await database.query.selectFrom('entry').select(['session', 'seq']).execute();
  await database.close();
  return new Set(rows.map(({ session, seq }) => `${session} ${seq}`));
}

/** All processes below this one, as Linux tells them. */
function descendants(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const parent = /^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${name}/status`, 'utf8'))?.[1];
        return [{ pid: Number(name), parent: Number(parent) }];
      } catch {
        return [];
      }
    });
  const below = (one: number): number[] =>
    parents.filter(({ parent }) => parent === one).flatMap((child) => [child.pid, ...below(child.pid)]);
  return below(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
