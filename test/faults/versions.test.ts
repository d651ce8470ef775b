import assert from 'node:assert/strict';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { sql } from 'kysely';
import { type Flows, loadFlows } from '../../src/guidance/flows.ts';
import { openGuidance } from '../../src/guidance/guidance.ts';
import { lapseIdle } from '../../src/guidance/lapse.ts';
import { withdraw } from '../../src/guidance/versions.ts';
import { words } from '../../src/guidance/words.ts';
import { list } from '../../src/record/list.ts';
import { numberOf } from '../../src/record/number.ts';
import { verify } from '../../src/record/verify.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { Colleague, type House, openHouse, secret } from '../support/house.ts';
import { Browser, runCommand, startProgram } from '../support/program.ts';

const first = loadFlows('test/support/flows');
const firstVersion = first.flows.get('account')!.version;
/** The next edition: another word in the first question, the second question gone, a new one in its place. */
const second = edited((text) =>
  text
    .replace('Vad vill du göra?', 'Vad ska göras?')
    .replaceAll(/\bsure\b/g, 'certain')
    .replace('id: yes-certain', 'id: yes-sure'),
);
const text = words('sv');
const patience = { days: 14, checklistDays: 180 };

for (const { name, fresh } of await databases()) {
  test(`${name}: a session goes on in the version that it began with, and a new one begins in the new`, async () => {
    const house = await openHouse(await fresh(), first);
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    const newer = await reopen(house, second);
    const later = newer.visitor('anna');
    const view = await later.look();
    assert.equal(view.kind === 'question' && view.node, 'sure');
    await later.answer('yes-sure');
    assert.equal(later.view.kind, 'outcome');
    const bo = newer.visitor('bo');
    await bo.start('account');
    assert.equal(bo.view.kind === 'question' && bo.view.question, 'Vad ska göras?');
    await bo.answer('ask');
    const rows = await Array.fromAsync(list(newer.guidance.database));
    assert.deepEqual(
      rows.map((row) => row.version),
      [second.flows.get('account')!.version, firstVersion],
    );
    await intact(newer);
  });

  test(`${name}: a withdrawn version lapses with its reason, and the answers that still apply come along`, async () => {
    const { anna, newer } = await overtaken(await fresh(), async ({ guidance, clock }) => {
      assert.equal(await withdraw(guidance.database, firstVersion, 'Lagen har ändrats.', clock.now), true);
    });
    const looked = await anna.look();
    assert.equal(looked.kind === 'ended' && looked.resumable, true);
    await anna.press({ verb: 'start', flow: 'account' });
    assert.equal(anna.view.kind === 'question' && anna.view.node, 'certain', 'the first answer came along');
    assert.equal(anna.view.notice, text.notices.carriedOver);
    await expectLapse(newer, { kind: 'lapse', because: 'withdrawn', reason: 'Lagen har ändrats.' });
  });

  test(`${name}: whoever comes back is told the true reason before anything is pressed`, async () => {
    const { anna } = await overtaken(await fresh(), ({ guidance, clock }) =>
      withdraw(guidance.database, firstVersion, 'prov', clock.now),
    );
    const withdrawn = await anna.look();
    assert.equal(withdrawn.kind === 'ended' && withdrawn.why, text.lapsed.withdrawn('prov'));
    const { anna: bo } = await overtaken(await fresh(), ({ guidance }) =>
      guidance.database.query.deleteFrom('flow_version').execute(),
    );
    const unreadable = await bo.look();
    assert.equal(unreadable.kind === 'ended' && unreadable.why, text.lapsed.unreadable);
  });

  test(`${name}: so it does where the person just presses the old button`, async () => {
    const { anna, newer, pointer } = await overtaken(await fresh(), async ({ guidance, clock }) => {
      await withdraw(guidance.database, firstVersion, 'Lagen har ändrats.', clock.now);
    });
    await anna.press({ verb: 'answer', node: 'sure', option: 'yes-sure' }, pointer);
    assert.equal(anna.view.kind === 'question' && anna.view.node, 'certain');
    await expectLapse(newer, { kind: 'lapse', because: 'withdrawn', reason: 'Lagen har ändrats.' });
    const again = newer.visitor('anna');
    await again.press({ verb: 'answer', node: 'sure', option: 'yes-sure' }, pointer);
    assert.equal(
      (await Array.fromAsync(list(newer.guidance.database))).length,
      2,
      'pressed twice it is still one new session',
    );
  });

  test(`${name}: so it does where nobody presses anything`, async () => {
    const { anna, newer } = await overtaken(await fresh(), async ({ guidance, clock }) => {
      await withdraw(guidance.database, firstVersion, 'Lagen har ändrats.', clock.now);
    });
    assert.equal(await lapseIdle(newer.guidance, patience), 1);
    assert.equal(await lapseIdle(newer.guidance, patience), 0);
    const looked = await anna.look((await Array.fromAsync(list(newer.guidance.database)))[0]!.session);
    assert.equal(looked.kind === 'ended' && looked.why, text.lapsed.withdrawn('Lagen har ändrats.'));
    await intact(newer);
  });

  for (const [what, damage] of [
    [
      'no longer fits the program',
      `UPDATE flow_version SET body = '{"id":"account"}' WHERE version = '${firstVersion}'`,
    ],
    ['is no JSON', `UPDATE flow_version SET body = 'x' WHERE version = '${firstVersion}'`],
    ['is gone', `DELETE FROM flow_version WHERE version = '${firstVersion}'`],
  ] as const)
    test(`${name}: a version that ${what} lapses as unreadable, and the answers that still apply come along`, async () => {
      const { anna, newer, pointer } = await overtaken(await fresh(), ({ guidance }) =>
        sql.raw(damage).execute(guidance.database.query),
      );
      await anna.press({ verb: 'answer', node: 'sure', option: 'yes-sure' }, pointer);
      await expectLapse(newer, { kind: 'lapse', because: 'unreadable' });
      assert.equal(anna.view.kind === 'question' && anna.view.node, 'certain', 'the first answer came along');
    });

  test(`${name}: a record that was concluded stays so, whatever becomes of its version`, async () => {
    const house = await openHouse(await fresh(), first);
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answers('ask', 'yes-sure');
    const { session } = anna.pointer!;
    await withdraw(house.guidance.database, firstVersion, 'prov', house.clock.now);
    const newer = await reopen(house, second);
    const later = newer.visitor('anna');
    assert.equal((await later.look(session)).kind, 'outcome');
    assert.equal(await lapseIdle(newer.guidance, patience), 0);
    assert.equal((await Array.fromAsync(list(newer.guidance.database)))[0]!.status, 'concluded');
    await intact(newer);
  });

  test(`${name}: where the clock is set back, the order stays and the numbers have no gaps`, async () => {
    const house = await openHouse(await fresh(), first);
    const times = [
      '2026-11-22T09:00:00Z',
      '2026-11-21T09:00:00Z',
      '1999-01-01T00:00:00Z',
      '2026-12-31T22:59:59Z',
      '2026-12-31T23:00:00Z',
      '2026-12-31T22:00:00Z',
      '2027-05-01T00:00:00Z',
      '2026-06-01T00:00:00Z',
    ];
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    for (const [i, time] of times.entries()) {
      house.clock.now = new Date(time);
      await anna.press({ verb: 'label', label: `sak ${i}` });
      const other = house.visitor(`person ${i}`);
      await other.start('account');
      await other.answer('ask');
    }
    const entries = (await house.guidance.log.read(anna.pointer!.session))!.entries;
    assert.deepEqual(
      entries.map(({ seq }) => seq),
      entries.map((_, i) => i + 1),
    );
    assert.deepEqual(
      entries.map(({ time }) => time),
      entries.map(({ time }) => time).toSorted(),
    );
    const byYear = Map.groupBy(await Array.fromAsync(list(house.guidance.database)), ({ id }) =>
      numberOf(id).slice(0, 8),
    );
    for (const records of byYear.values())
      assert.deepEqual(
        records.map(({ id }) => Number(numberOf(id).slice(9))).sort((a, b) => a - b),
        records.map((_, i) => i + 1),
      );
    assert.deepEqual([...byYear.keys()].sort(), ['VGL-1999', 'VGL-2026', 'VGL-2027']);
    await intact(house);
  });
}

test('a flow that is replaced while the program is stopped, and one that is withdrawn by command', async () => {
  const folder = copy();
  const settings = { FLOWS: folder, SECRET_KEY: secret, DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}` };
  const before = await startProgram(settings);
  const anna = new Browser(before.address);
  await anna.get('/');
  await anna.press('start', 'account');
  await anna.answers('ask');
  await before.stop();
  const path = join(folder, 'account.yaml');
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .replaceAll(/\bsure\b/g, 'certain')
      .replace('id: yes-certain', 'id: yes-sure'),
  );
  const unknown = await runCommand('src/flows.ts', ['--withdraw', '0'.repeat(64), '--because', 'x'], settings);
  assert.equal(unknown.code, 1);
  const withdrawn = await runCommand('src/flows.ts', ['--withdraw', firstVersion, '--because', 'Ny lag.'], settings);
  assert.equal(withdrawn.code, 0, withdrawn.stderr);
  const later = await startProgram(settings);
  const again = new Browser(later.address);
  again.cookie = anna.cookie;
  await again.get('/');
  assert.ok(again.html.includes(text.lapsed.withdrawn('Ny lag.')), again.html);
  await again.press('start', 'account');
  assert.equal(again.carried.node, 'certain');
  await later.stop();
  const { stdout } = await runCommand('src/records.ts', ['show', 'VGL-2026-00001'], settings);
  assert.match(stdout, /withdrawn[\s\S]*Ny lag\./);
});

/** Anna has answered one question; then `deed` is done to the database, and the program starts with the new flow. */
async function overtaken(url: string, deed: (house: House) => Promise<unknown>) {
  const house = await openHouse(url, first);
  const begun = house.visitor('anna');
  await begun.start('account');
  await begun.answer('ask');
  await deed(house);
  const newer = await reopen(house, second);
  return { newer, anna: newer.visitor('anna'), pointer: begun.pointer };
}

async function expectLapse(house: House, expected: { kind: 'lapse'; because: string; reason?: string }): Promise<void> {
  const records = await Array.fromAsync(list(house.guidance.database));
  assert.deepEqual(
    records.map((row) => row.status),
    ['open', 'lapsed'],
  );
  const entries = (await house.guidance.log.read(records[1]!.session))!.entries;
  const { kind, because, reason } = entries.at(-1)!.content as { kind: string; because: string; reason?: string };
  assert.deepEqual({ kind, because }, { kind: expected.kind, because: expected.because });
  if (expected.reason !== undefined) assert.equal(reason, expected.reason);
  const begun = (await house.guidance.log.read(records[0]!.session))!.entries[0]!.content;
  assert.deepEqual(begun?.kind === 'start' && begun.from, { session: records[1]!.session, because: 'lapsed' });
  await intact(house);
}

/** The program once more, on the same database, with other flows. */
async function reopen({ guidance: { database }, clock }: House, flows: Flows): Promise<House> {
  const guidance = await openGuidance(database, flows, secret, () => clock.now);
  return { guidance, clock, visitor: (name) => new Colleague(guidance, name) };
}

function edited(edit: (text: string) => string): Flows {
  const folder = copy();
  const path = join(folder, 'account.yaml');
  writeFileSync(path, edit(readFileSync(path, 'utf8')));
  return loadFlows(folder);
}

function copy(): string {
  const folder = temporaryFolder();
  cpSync('test/support/flows', folder, { recursive: true });
  return folder;
}

/** No record is at fault; what these tests do to the flows that are kept is found too, and meant. */
async function intact({ guidance }: House): Promise<void> {
  const { faults } = await verify(guidance.database, guidance.keys.ledger);
  assert.deepEqual(
    faults.filter(({ record }) => !record.startsWith('flow ')),
    [],
  );
}
