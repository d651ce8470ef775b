import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { loadFlows } from '../../src/guidance/flows.ts';
import { openVersions } from '../../src/guidance/versions.ts';
import { rebuild } from '../../src/record/rebuild.ts';
import { verify } from '../../src/record/verify.ts';
import { databases } from '../support/databases.ts';
import { type House, openHouse, secret } from '../support/house.ts';
import { runCommand } from '../support/program.ts';

const small = loadFlows('test/support/flows');
const tables = ['entry', 'entry_content', 'ledger', 'record'];

/** What somebody with another program does to record 2 of 3, each a few statements; `$2` is its session. */
const deeds: Record<string, string[]> = {
  'an answer is altered': [
    `UPDATE entry_content SET content = replace(content, '"option":"ask"', '"option":"asj"') WHERE session = $2 AND seq = 2`,
  ],
  'an answer is blown up with a field that nobody wrote': [
    `UPDATE entry_content SET content = replace(content, '{"kind":"answer"', '{"kind":"answer","note":"x"') WHERE session = $2 AND seq = 2`,
  ],
  'an answer is no JSON any more': [
    `UPDATE entry_content SET content = substr(content, 1, 20) WHERE session = $2 AND seq = 2`,
  ],
  'an answer is emptied': [`UPDATE entry_content SET content = '' WHERE session = $2 AND seq = 2`],
  'an answer is null': [`UPDATE entry_content SET content = 'null' WHERE session = $2 AND seq = 2`],
  'the content of the start is another person': [
    `UPDATE entry_content SET content = replace(content, '"person":"', '"person":"0') WHERE session = $2 AND seq = 1`,
  ],
  'a salt is altered': [
    `UPDATE entry_content SET salt = replace(salt, substr(salt, 5, 1), 'x') WHERE session = $2 AND seq = 2`,
  ],
  'a salt is a character short': [`UPDATE entry_content SET salt = substr(salt, 2) WHERE session = $2 AND seq = 2`],
  'a salt is emptied': [`UPDATE entry_content SET salt = '' WHERE session = $2 AND seq = 2`],
  'a salt is written in capitals': [`UPDATE entry_content SET salt = upper(salt) WHERE session = $2`],
  'a content is moved to another entry': [`UPDATE entry_content SET seq = 77 WHERE session = $2 AND seq = 2`],
  'a content is removed without a decision': [`DELETE FROM entry_content WHERE session = $2 AND seq = 2`],
  'all contents are removed without a decision': [`DELETE FROM entry_content WHERE session = $2`],
  'the contents of two entries are swapped': [
    `UPDATE entry_content SET seq = 99 WHERE session = $2 AND seq = 2`,
    `UPDATE entry_content SET seq = 2 WHERE session = $2 AND seq = 3`,
    `UPDATE entry_content SET seq = 3 WHERE session = $2 AND seq = 99`,
  ],
  'the contents of two records are swapped': [
    `UPDATE entry_content SET session = 'x' WHERE session = $2 AND seq = 2`,
    `UPDATE entry_content SET session = $2 WHERE session = $3 AND seq = 2`,
    `UPDATE entry_content SET session = $3 WHERE session = 'x'`,
  ],
  'a time is altered': [`UPDATE entry SET time = '2026-11-22T09:00:01.000Z' WHERE session = $2 AND seq = 2`],
  'a kind is altered': [`UPDATE entry SET kind = 'change' WHERE session = $2 AND seq = 2`],
  'a kind is none that there is': [`UPDATE entry SET kind = 'nonsense' WHERE session = $2 AND seq = 2`],
  'a commitment is altered': [
    `UPDATE entry SET commitment = replace(commitment, substr(commitment, 5, 1), 'x') WHERE session = $2 AND seq = 2`,
  ],
  'a commitment is a character short': [
    `UPDATE entry SET commitment = substr(commitment, 2) WHERE session = $2 AND seq = 2`,
  ],
  'a commitment is emptied': [`UPDATE entry SET commitment = '' WHERE session = $2 AND seq = 2`],
  'an entry is moved on': [
    `UPDATE entry SET seq = 9 WHERE session = $2 AND seq = 4`,
    `UPDATE entry_content SET seq = 9 WHERE session = $2 AND seq = 4`,
  ],
  'an entry is moved to another record': [
    `UPDATE entry SET session = $3, seq = 40 WHERE session = $2 AND seq = 2`,
    `UPDATE entry_content SET session = $3, seq = 40 WHERE session = $2 AND seq = 2`,
  ],
  'an entry is removed': [`DELETE FROM entry WHERE session = $2 AND seq = 2`],
  'an entry is removed with its content': [
    `DELETE FROM entry WHERE session = $2 AND seq = 3`,
    `DELETE FROM entry_content WHERE session = $2 AND seq = 3`,
  ],
  'the last entry is removed with its content': [
    `DELETE FROM entry WHERE session = $2 AND seq = 4`,
    `DELETE FROM entry_content WHERE session = $2 AND seq = 4`,
  ],
  'the first entry is removed with its content': [
    `DELETE FROM entry WHERE session = $2 AND seq = 1`,
    `DELETE FROM entry_content WHERE session = $2 AND seq = 1`,
  ],
  'two entries are swapped': [
    ...['entry', 'entry_content'].flatMap((table) => [
      `UPDATE ${table} SET seq = 99 WHERE session = $2 AND seq = 2`,
      `UPDATE ${table} SET seq = 2 WHERE session = $2 AND seq = 3`,
      `UPDATE ${table} SET seq = 3 WHERE session = $2 AND seq = 99`,
    ]),
  ],
  'an entry is made up': [
    `INSERT INTO entry SELECT session, 5, time, kind, commitment FROM entry WHERE session = $2 AND seq = 2`,
    `INSERT INTO entry_content SELECT session, 5, salt, content FROM entry_content WHERE session = $2 AND seq = 2`,
  ],
  'a disposal is made up': [
    `INSERT INTO entry SELECT session, 5, time, 'dispose', commitment FROM entry WHERE session = $2 AND seq = 2`,
    `DELETE FROM entry_content WHERE session = $2`,
  ],
  'all entries of the record are removed': [
    `DELETE FROM entry WHERE session = $2`,
    `DELETE FROM entry_content WHERE session = $2`,
  ],
  'the record is removed from the log and from the list': [
    `DELETE FROM entry WHERE session = $2`,
    `DELETE FROM entry_content WHERE session = $2`,
    `DELETE FROM record WHERE session = $2`,
  ],
  'the record is removed everywhere': [
    `DELETE FROM entry WHERE session = $2`,
    `DELETE FROM entry_content WHERE session = $2`,
    `DELETE FROM record WHERE session = $2`,
    `DELETE FROM ledger WHERE session = $2`,
  ],
  'a row of the ledger is removed': [`DELETE FROM ledger WHERE session = $2 AND seq = 4`],
  'all its rows of the ledger are removed': [`DELETE FROM ledger WHERE session = $2`],
  'two rows of the ledger are swapped': [
    `UPDATE ledger SET position = 99 WHERE session = $2 AND seq = 1`,
    `UPDATE ledger SET position = (SELECT position FROM ledger WHERE session = $2 AND seq = 4) - 100 WHERE session = $2 AND seq = 4`,
    `UPDATE ledger SET position = position + 99 WHERE session = $2 AND seq = 4`,
    `UPDATE ledger SET position = (SELECT max(position) FROM ledger WHERE position < 99) + 1 WHERE position = 99`,
  ],
  ...Object.fromEntries(
    [
      ['year', 'year + 1'],
      ['number', 'number + 10'],
      ['seal', "replace(seal, substr(seal, 5, 1), 'x')"],
      ['previous', "replace(previous, substr(previous, 5, 1), 'x')"],
      ['mac', "replace(mac, substr(mac, 5, 1), 'x')"],
      ['mac', 'upper(mac)'],
      ['seal', 'upper(seal)'],
      ['seq', 'seq + 1'],
    ].map(([column, value]) => [
      `the ledger's ${column} becomes ${value}`,
      [`UPDATE ledger SET ${column} = ${value} WHERE session = $2 AND seq = 4`],
    ]),
  ),
  ...Object.fromEntries(
    [
      ['id', 'id + 7'],
      ['flow', "'other'"],
      ['version', "'0'"],
      ['platform', "'slack'"],
      ['person', "'0'"],
      ['language', "'en'"],
      ['label', "'made up'"],
      ['status', "'closed'"],
      ['outcome', "'release'"],
      ['started_at', "'2026-11-21T09:00:00.000Z'"],
      ['ended_at', 'NULL'],
      ['last_at', "'2026-11-21T09:00:00.000Z'"],
      ['last_seq', '3'],
      ['seal', "'0'"],
      ['search', "'0'"],
    ].map(([column, value]) => [
      `the list's ${column} becomes ${value}`,
      [`UPDATE record SET ${column} = ${value} WHERE session = $2`],
    ]),
  ),
  'the list loses the record': [`DELETE FROM record WHERE session = $2`],
};

for (const { name, fresh } of await databases()) {
  test(`${name}: verify names the record`, async (t) => {
    const { house, sessions } = await threeRecords(await fresh());
    await tamper(
      house,
      tables.map((table) => `CREATE TABLE kept_${table} AS SELECT * FROM ${table}`),
      sessions,
    );
    for (const [deed, statements] of Object.entries(deeds))
      await t.test(`when ${deed}`, async () => {
        for (const statement of statements) await run(house, statement, sessions);
        const { faults } = await check(house).finally(async () => {
          for (const table of tables) {
            await run(house, `DELETE FROM ${table}`, sessions);
            await run(house, `INSERT INTO ${table} SELECT * FROM kept_${table}`, sessions);
          }
        });
        assert.match(faults.map(({ record, what }) => `${record}: ${what}`).join('\n'), /VGL-2026-00002/);
      });
    assert.deepEqual((await check(house)).faults, []);
  });

  test(`${name}: verify finds a version of a flow that was altered, and nobody is guided by it`, async () => {
    const { house, sessions } = await threeRecords(await fresh());
    const version = small.flows.get('account')!.version;
    await tamper(house, [`UPDATE flow_version SET body = replace(body, 'Fråga', 'Ring')`], sessions);
    assert.notDeepEqual((await check(house)).faults, []);
    const newer = { ...small.flows.get('account')!, version: 'f'.repeat(64) };
    const versions = await openVersions(
      house.guidance.database,
      { ...small, flows: new Map([['account', newer]]) },
      house.clock.now,
    );
    assert.equal((await versions.find(version)).kind, 'unreadable');
  });

  test(`${name}: a tail that was cut off shows against the head that was noted`, async () => {
    const { house, sessions } = await threeRecords(await fresh());
    const { head } = await check(house);
    await tamper(
      house,
      tables.map((table) => `DELETE FROM ${table} WHERE session = $3`),
      sessions,
    );
    assert.deepEqual((await check(house)).faults, [], 'without the head nothing shows');
    assert.match((await check(house, head)).faults.map(({ record }) => record).join(), /VGL-2026-0000[23]/);
    // Whoever writes on makes new rows where the old ones were: the head still finds it out.
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answers('ask', 'yes-sure');
    assert.match((await check(house, head)).faults.map(({ record }) => record).join(), /VGL-2026-0000[23]/);
  });

  test(`${name}: where the ledger was cut, nobody waits for ever for a number`, async () => {
    const { house, sessions } = await threeRecords(await fresh());
    await tamper(house, [`DELETE FROM ledger WHERE session = $3`], sessions);
    const cleo = house.visitor('cleo');
    await cleo.start('account');
    const pressed = cleo.answer('ask').then(
      () => 'answered',
      () => 'refused',
    );
    const silent = new Promise((resolve) => setTimeout(() => resolve('goes round for ever'), 2000).unref());
    assert.notEqual(await Promise.race([pressed, silent]), 'goes round for ever');
  });

  test(`${name}: the database itself refuses to change the log`, async () => {
    const { house, sessions } = await threeRecords(await fresh());
    const sqlite = name === 'SQLite';
    const tried = [
      ...['entry', 'entry_content', 'ledger'].flatMap((table) => [
        `UPDATE ${table} SET session = 'x'`,
        `UPDATE ${table} SET seq = seq WHERE session = $2`,
        `DELETE FROM ${table}`,
        `DELETE FROM ${table} WHERE session = $2 AND seq = 1`,
        `INSERT INTO ${table} SELECT * FROM ${table}`,
        ...(sqlite
          ? [
              `INSERT OR REPLACE INTO ${table} SELECT * FROM ${table}`,
              `REPLACE INTO ${table} SELECT * FROM ${table} WHERE session = $2`,
              `UPDATE OR REPLACE ${table} SET seq = seq`,
            ]
          : [`TRUNCATE ${table}`, `TRUNCATE ${table} CASCADE`]),
      ]),
      `INSERT INTO entry SELECT * FROM entry WHERE true ON CONFLICT (session, seq) DO UPDATE SET kind = 'x'`,
      `INSERT INTO entry_content SELECT * FROM entry_content WHERE true ON CONFLICT (session, seq) DO UPDATE SET content = 'x'`,
      `INSERT INTO ledger SELECT * FROM ledger WHERE true ON CONFLICT (position) DO UPDATE SET mac = 'x'`,
      ...(sqlite
        ? [
            `INSERT OR REPLACE INTO ledger SELECT position + 100, year, number, session, seq, seal, previous, mac FROM ledger`,
          ]
        : []),
    ];
    for (const statement of tried)
      await assert.rejects(run(house, statement, sessions), /never changed|disposed of|UNIQUE|unique/, statement);
    assert.deepEqual((await check(house)).faults, []);
  });

  test(`${name}: contents go only where a disposal says so, and then the log still proves itself`, async () => {
    const { house, sessions } = await threeRecords(await fresh());
    const { guidance, clock } = house;
    const destroy = `DELETE FROM entry_content WHERE session = $2`;
    await assert.rejects(run(house, destroy, sessions), /disposed of/);
    const record = await guidance.log.read(sessions[1]!);
    await guidance.log.append(sessions[1]!, record, [{ kind: 'dispose', basis: 'KS 2026/7' }], clock.now);
    await run(house, destroy, sessions);
    await assert.rejects(run(house, `DELETE FROM entry_content WHERE session = $3`, sessions), /disposed of/);
    await assert.rejects(run(house, `DELETE FROM entry WHERE session = $2`, sessions), /never changed/);
    assert.deepEqual((await check(house)).faults, []);
    await rebuild(guidance.database);
    assert.deepEqual((await check(house)).faults, []);
    await tamper(house, [`UPDATE entry SET commitment = upper(commitment) WHERE session = $2 AND seq = 2`], sessions);
    assert.ok(
      (await check(house)).faults.some((fault) => fault.record === 'VGL-2026-00002'),
      'altered after its disposal',
    );
  });

  test(`${name}: "records verify" says the number and ends with 1`, async () => {
    const url = await fresh();
    const { house, sessions } = await threeRecords(url);
    const settings = { DATABASE_URL: url, SECRET_KEY: secret };
    const { head } = await check(house);
    assert.equal((await runCommand('src/records.ts', ['verify', '--head', head], settings)).code, 0);
    await tamper(house, deeds['an answer is altered']!, sessions);
    const { code, stdout } = await runCommand('src/records.ts', ['verify'], settings);
    assert.equal(code, 1);
    assert.match(stdout, /VGL-2026-00002/);
    assert.doesNotMatch(stdout, /VGL-2026-0000[13]/);
    const later = `999:${head.split(':')[1]}`;
    assert.match((await runCommand('src/records.ts', ['verify', '--head', later], settings)).stdout, /cut off/);
  });
}

test('any one sign altered, anywhere in a record, is found', async () => {
  const [sqlite] = await databases();
  const { house, sessions } = await threeRecords(await sqlite!.fresh());
  await tamper(house, [], sessions);
  const missed: string[] = [];
  const columns = [
    ['entry', 'time'],
    ['entry', 'kind'],
    ['entry', 'commitment'],
    ['entry_content', 'salt'],
    ['entry_content', 'content'],
    ['ledger', 'seal'],
    ['ledger', 'previous'],
    ['ledger', 'mac'],
    ['record', 'started_at'],
    ['record', 'search'],
  ] as const;
  for (const [table, column] of columns) {
    const where = sql`where session = ${sessions[1]!}${table === 'record' ? sql`` : sql` and seq = 4`}`;
    const { rows } = await sql<{
      value: string;
    }>`select ${sql.ref(column)} as value from ${sql.table(table)} ${where}`.execute(house.guidance.database.query);
    const whole = rows[0]!.value;
    const set = (value: string) =>
      sql`update ${sql.table(table)} set ${sql.ref(column)} = ${value} ${where}`.execute(house.guidance.database.query);
    for (let at = 0; at < whole.length; at += whole.length > 100 ? 41 : 5)
      for (const bit of [1, 0x20]) {
        const altered = String.fromCharCode(whole.charCodeAt(at) ^ bit);
        if (altered === '\u0000') continue;
        await set(whole.slice(0, at) + altered + whole.slice(at + 1));
        const { faults } = await check(house);
        if (!faults.some(({ record }) => record === 'VGL-2026-00002'))
          missed.push(`${table}.${column}[${at}] ${whole[at]} -> ${altered}`);
      }
    await set(whole);
  }
  assert.deepEqual((await check(house)).faults, []);
  assert.deepEqual(missed, []);
});

async function threeRecords(url: string): Promise<{ house: House; sessions: string[] }> {
  const house = await openHouse(url, small);
  for (const name of ['anna', 'bo', 'cleo']) {
    const person = house.visitor(name);
    await person.start('account');
    await person.answers('ask', 'yes-sure');
  }
  const rows = await house.guidance.database.query.selectFrom('record').select('session').orderBy('id').execute();
  return { house, sessions: rows.map((row) => row.session) };
}

const check = ({ guidance }: House, head?: string) => verify(guidance.database, guidance.keys.ledger, head);

/** With the guards taken away, as somebody does who has the file and another program. */
async function tamper(house: House, statements: string[], sessions: string[]): Promise<void> {
  const { kind, query } = house.guidance.database;
  if (kind === 'postgres')
    for (const table of ['entry', 'entry_content', 'ledger'])
      await sql.raw(`ALTER TABLE ${table} DISABLE TRIGGER ALL`).execute(query);
  else {
    const { rows } = await sql<{
      name: string;
    }>`select name from sqlite_master where type = 'trigger' and name like '%\\_no\\_%' escape '\\'`.execute(query);
    for (const { name } of rows) await sql.raw(`DROP TRIGGER ${name}`).execute(query);
  }
  for (const statement of statements) await run(house, statement, sessions);
}

function run(house: House, statement: string, sessions: string[]) {
  const filled = statement.replace(/\$(\d)/g, (_, record) => `'${sessions[Number(record) - 1]}'`);
  return sql.raw(filled).execute(house.guidance.database.query);
}
