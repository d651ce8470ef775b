import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { databases, temporaryFolder } from './support/databases.ts';
import { Browser, runCommand, startProgram } from './support/program.ts';

for (const { name, fresh } of await databases())
  describe(`the records, by command beside a running program on ${name}`, async () => {
    const settings = {
      DATABASE_URL: await fresh(),
      SECRET_KEY: 'a key that is long enough for a test, and no longer',
      FLOWS: 'test/support/flows',
      LOG_LEVEL: 'info',
    };
    const program = await startProgram(settings);
    const records = (...args: string[]) => runCommand('src/records.ts', args, settings);
    const anna = new Browser(program.address);
    await anna.get('/');
    await anna.press('start', 'account');
    await anna.answers('ask', 'yes-sure');
    await anna.press('label', '', { option: '=1+1;"åäö"' });
    const berit = new Browser(program.address);
    berit.language = 'en';
    await berit.get('/');
    await berit.press('start', 'account');
    await berit.answers('ask');
    await berit.press('back');
    await berit.answers('ask');

    test('list gives one JSON array, latest first, and each filter narrows it', async () => {
      const { code, stdout } = await records('list', '--json');
      assert.equal(code, 0);
      const all = JSON.parse(stdout);
      assert.deepEqual(
        all.map((row: { number: string }) => row.number),
        ['VGL-2026-00002', 'VGL-2026-00001'].map((number) => number.replace('2026', String(new Date().getFullYear()))),
      );
      const { version, startedAt, endedAt, number, label, ...row } = all[1];
      assert.match(version, /^[0-9a-f]{64}$/);
      assert.ok(Date.parse(startedAt) <= Date.parse(endedAt));
      assert.deepEqual(row, { flow: 'account', platform: 'web', status: 'concluded', outcome: 'may-start' });
      assert.equal(JSON.parse((await records('list', '--json', '--search', 'ÅÄÖ')).stdout).length, 1);
      // The queue of the console is narrowed on both by the same list.
      if (name !== 'SQLite') return;
      assert.equal(JSON.parse((await records('list', '--json', '--outcome', 'may-start')).stdout).length, 1);
      assert.equal(JSON.parse((await records('list', '--json', '--status', 'open', '--limit', '5')).stdout).length, 1);
      assert.equal(JSON.parse((await records('list', '--json', '--search', 'åä')).stdout).length, 1);
      assert.deepEqual(JSON.parse((await records('list', '--json', '--to', '2020-01-01')).stdout), []);
    });

    test('show reads a record word for word, and as JSON with its entries', async () => {
      const number = `VGL-${new Date().getFullYear()}-00002`;
      const record = JSON.parse((await records('show', number, '--json')).stdout);
      assert.deepEqual(
        record.entries.map((entry: { seq: number; kind: string }) => [entry.seq, entry.kind]),
        [
          [1, 'start'],
          [2, 'answer'],
          [3, 'back'],
          [4, 'answer'],
        ],
      );
      assert.equal(record.entries[1].node, 'kind');
      assert.equal(record.entries[1].option, 'ask');
      assert.ok(record.entries[1].question && record.entries[1].label && record.entries[1].at);
      if (name !== 'SQLite') return;
      const { stdout } = await records('show', number);
      assert.match(stdout, /\[x\] Ask/);
      assert.match(stdout, /\[ \] /);
    });

    test('CSV opens right in a Swedish Excel, and no cell is taken for a formula', async () => {
      const { stdout } = await records('export', '--format', 'csv');
      const [head, , labelled] = stdout.split('\r\n');
      assert.equal(head, '\ufeffnumber;flow;version;platform;status;outcome;startedAt;endedAt;label');
      assert.match(labelled ?? '', /;"'=1\+1;""åäö"""$/);
      assert.equal((await records('export', '--format', 'jsonl')).stdout.trim().split('\n').length, 2);
    });

    test('verify finds everything as it was written, also against a head from the program’s own log', async () => {
      const { code, stdout } = await records('verify');
      assert.match(stdout, /^2 records, \d+ entries, all as they were written$/m);
      const head = /^head (\S+)$/m.exec(stdout)![1]!;
      assert.equal(code, 0);
      if (name !== 'SQLite') return;
      assert.equal((await records('verify', '--head', head)).code, 0);
      const [position, mac] = head.split(':');
      const cut = await records('verify', '--head', `${Number(position) + 3}:${mac}`);
      assert.equal(cut.code, 1);
      assert.match(cut.stdout, /its tail has been cut off/);
    });

    test('rebuild makes the list anew', async () =>
      assert.match((await records('rebuild')).stdout, /^2 rows made anew/));

    // What follows is said by what has been read, or before, alike on both.
    if (name !== 'SQLite') return;
    test('what is not there and what can’t be understood is said in a sentence', async () => {
      assert.match((await records('show', 'VGL-2020-00001')).stderr, /There is no record/);
      assert.match((await records('show', 'VGL-1')).stderr, /is no number of a record/);
      assert.match((await records('list', '--status', 'gone')).stderr, /status/);
      assert.match((await records('list', '--limit', 'many')).stderr, /limit/);
      assert.match((await records('export')).stderr, /--format jsonl or --format csv/);
      const { code, stderr } = await records('burn');
      assert.match(stderr, /records -- COMMAND/);
      assert.equal(code, 1);
    });
  });

test('without a log there is nothing to read, and none is made', async () => {
  const { code, stderr } = await runCommand('src/records.ts', ['list'], {
    DATABASE_URL: `sqlite:${join(temporaryFolder(), 'none.db')}`,
  });
  assert.equal(code, 1);
  assert.match(stderr, /There is no log at/);
});

test('the schema of a flow file is printed for editors, and a withdrawn version needs a reason', async () => {
  const { stdout } = await runCommand('src/flows.ts', ['--schema']);
  assert.deepEqual(JSON.parse(stdout).required.sort(), ['checked', 'id', 'keywords', 'nodes', 'start', 'title']);
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'log.db'), '');
  const { code, stderr } = await runCommand('src/flows.ts', ['--withdraw', 'x'], {
    DATABASE_URL: `sqlite:${join(folder, 'log.db')}`,
  });
  assert.equal(code, 1);
  assert.match(stderr, /Say why/);
});
