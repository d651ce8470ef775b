import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { loadFlows } from '../src/guidance/flows.ts';
import { temporaryFolder } from './support/databases.ts';
import { shippedFlows } from './support/flows.ts';
import { runCommand } from './support/program.ts';

const flowsCommand = (args: string[], folder = 'flows') => runCommand('src/flows.ts', args, { FLOWS: folder });

/** A folder of flows of one's own to change: the small one of these tests. */
function someFlows() {
  const folder = join(temporaryFolder(), 'flows');
  cpSync('test/support/flows', folder, { recursive: true });
  const change = (file: string, ...changes: [string | RegExp, string][]) => {
    const path = join(folder, file);
    const before = readFileSync(path, 'utf8');
    const after = changes.reduce((text, [from, to]) => text.replace(from, to), before);
    assert.notEqual(after, before);
    writeFileSync(path, after);
  };
  return { folder, change };
}

test('--sources lists what nobody has read before what was read second-hand, with where it is cited', async () => {
  const { folder, change } = someFlows();
  change('sources.yaml', [
    /verified: read\n {2}checked: .*\n {2}review: .*/,
    'verified: second-hand\n  checked: 2020-01-01\n  review: 2021-01-01',
  ]);
  writeFileSync(
    join(folder, 'sources.yaml'),
    `${readFileSync(join(folder, 'sources.yaml'), 'utf8')}lonely:\n  title: { sv: Ingen, en: None }\n  says: { sv: Inget., en: Nothing. }\n  kind: press\n  since: null\n  verified: memory\n  checked: 2026-11-22\n  review: 2999-01-01\n`,
  );
  const { code, stdout } = await flowsCommand(['--sources'], folder);
  assert.equal(code, 0);
  assert.match(
    stdout,
    /Nobody has read the text: 1 sources\n\n {2}from-memory: 1 § Lagen\n {4}Något\.\n {4}law; checked 2026-11-22, review by 2027-11-22( OVERDUE)?\n {4}cited in account: kind\n/,
  );
  const secondHand = stdout.slice(stdout.indexOf('Read second-hand: 1 sources'));
  assert.match(
    secondHand,
    /house-rule: Husregel\n.*\n {4}guideline; checked 2020-01-01, review by 2021-01-01 OVERDUE\n/,
  );
  assert.match(secondHand, /cited in account: kind, ready, sure, may-start, not-ready, gone, registrar\n/);
  assert.match(secondHand, /2 sources are cited: 0 read, 1 read second-hand, 1 that nobody has read\./);
  assert.match(secondHand, /1 are cited nowhere: lonely\./);
});

test('--sources names every unverified source that a shipped flow cites', async () => {
  const { stdout } = await flowsCommand(['--sources']);
  for (const { sources } of shippedFlows().flows.values())
    for (const [id, { verified }] of Object.entries(sources))
      assert.equal(stdout.includes(`\n  ${id}: `), verified !== 'read', id);
});

test('--lix puts the worst first, excuses terms that the glossary explains, and fails where a text is hard without them', async () => {
  const { folder, change } = someFlows();
  change(
    'account.yaml',
    ['en: Start an account', 'en: Open a page'],
    ['en: Dispose of it by decision', 'en: Throw it out'],
    ['en: Is everything ready?', 'en: All set?'],
    ['en: Purpose', 'en: Aim'],
    ['sv: Ansvariga', 'sv: Vilka'],
  );
  const easy = await flowsCommand(['--lix'], folder);
  assert.equal(easy.code, 0, easy.stdout);
  change('account.yaml', ['sv: Är allt klart?', 'sv: Diarieföringen?']);
  const hard = await flowsCommand(['--lix'], folder);
  assert.equal(hard.code, 1);
  assert.match(hard.stdout, /^account\n.*\n +101\.0 +35 +101\.0 {2}sv ready\.checklist: Diarieföringen\?\n/m);
  assert.match(hard.stdout, /TOO HARD, terms of law set aside: 1\n +101\.0.*\[account\]\n/);
  writeFileSync(
    join(folder, 'glossary.yaml'),
    'register:\n  term: { sv: diarieföring, en: registration }\n  forms: { sv: [diarieföringen], en: [] }\n  means: { sv: Att skriva in., en: To enter it. }\n',
  );
  const excused = await flowsCommand(['--lix'], folder);
  assert.equal(excused.code, 0);
  assert.match(
    excused.stdout,
    /only for terms of law, which the glossary explains: 1\n +101\.0 +35 +1\.0.*Diarieföringen/,
  );
});

test('a signature holds for one version: a changed text or source makes it stale, another date does not', async () => {
  const { folder, change } = someFlows();
  const elsewhere = temporaryFolder();
  mkdirSync(join(elsewhere, 'test/flows'), { recursive: true });
  const tell = async () => {
    const ran = await runCommand(resolve('src/flows.ts'), [], { FLOWS: folder }, elsewhere);
    assert.equal(ran.code, 0, ran.stderr);
    return ran.stdout.split('\n')[0]!;
  };
  const counted = 'account: 7 nodes, 6 paths \\(counted twice\\)';
  const said = new RegExp(`^${counted}, 8 of 8 answers in no case, version [0-9a-f]{12}, never signed$`);
  assert.match(await tell(), said);
  mkdirSync(join(folder, 'cases'));
  const known = '- { id: A1, sv: Ett konto, flow: account, code: may-start, answers: { kind: ask, sure: yes-sure } }';
  writeFileSync(join(folder, 'cases/account.yaml'), known);
  assert.match(await tell(), /, 6 of 8 answers in no case,/);
  const { version } = loadFlows(folder).flows.get('account')!;
  change('account.yaml', [/checked: .*/, `checked: { on: 2026-12-01, by: "Karin Ek", version: "${version}" }`]);
  assert.match(await tell(), /, signed by Karin Ek on 2026-12-01$/);
  change('account.yaml', ['2026-12-01', '2026-12-02']);
  assert.match(await tell(), /, signed by Karin Ek on 2026-12-02$/);
  change('account.yaml', ['en: The account may start.', 'en: The account may begin.']);
  assert.match(
    await tell(),
    new RegExp(`, STALE: signed by Karin Ek on 2026-12-02 for version ${version.slice(0, 12)}$`),
  );
  change('account.yaml', ['en: The account may begin.', 'en: The account may start.']);
  assert.match(await tell(), /, signed by/);
  change('sources.yaml', ['en: A thing.', 'en: Another thing.']);
  assert.match(await tell(), /, STALE/);
});

test('--svg writes one file a sheet in both languages, and leaves no sheet of a flow that has become smaller', async () => {
  const folder = join(temporaryFolder(), 'pictures');
  mkdirSync(folder);
  for (const name of ['account.sv.2.svg', 'account-plan.sv.svg', 'other.sv.svg']) writeFileSync(join(folder, name), '');
  const { code, stdout } = await flowsCommand(['--svg', folder], 'test/support/flows');
  assert.equal(code, 0);
  const all = ['account-plan.sv.svg', 'account.en.svg', 'account.sv.svg', 'other.sv.svg'];
  assert.deepEqual(readdirSync(folder).sort(), all);
  assert.match(stdout, /account\.sv\.svg\n.*account\.en\.svg\n/);
});

test('what is not understood is said, and nothing is written', async () => {
  for (const args of [['--sources', 'x'], ['x'], ['--book', 'a', 'b'], ['--paper']]) {
    const { code, stderr } = await flowsCommand(args, 'test/support/flows');
    assert.equal(code, 1);
    assert.match(stderr, /npm run flows/);
  }
});
