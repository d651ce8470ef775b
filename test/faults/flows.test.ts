import assert from 'node:assert/strict';
import { cpSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { FlowFaults, loadFlows } from '../../src/guidance/flows.ts';
import { temporaryFolder } from '../support/databases.ts';
import { runCommand } from '../support/program.ts';

interface Broken {
  what: string;
  file?: string;
  /** This part of the file ... */
  part: string | RegExp;
  /** ... becomes this; ¶ stands where the fault is to be found. */
  becomes: string;
  says: RegExp;
  /** Faults that come of the first one and may be told as well. */
  more?: true;
}

const label = (text: string) => `{ sv: ${text}, en: ${text} }`;
const outcome = (id: string) =>
  `  ${id}:\n    outcome: how-to\n    text: ${label('x')}\n    do: []\n    clock: none\n    cites: [house-rule]\n`;
const question = (id: string, next: string) =>
  `  ${id}:\n    question: ${label('x')}\n    cites: [house-rule]\n    options:\n` +
  ['a', 'b', 'unsure'].map((option) => `      - { id: ${option}, label: ${label('x')}, next: ${next} }\n`).join('');

const faults: Broken[] = [
  { what: 'an option leads nowhere', part: 'next: sure,', becomes: '¶next: nowhere,', says: /no node "nowhere"/ },
  {
    what: 'an option leads to a word that every object knows',
    part: 'next: sure,',
    becomes: '¶next: constructor,',
    says: /no node "constructor"/,
  },
  {
    what: 'a checklist leads nowhere when complete',
    part: 'complete: may-start',
    becomes: '¶complete: nowhere',
    says: /no node "nowhere"/,
  },
  {
    what: 'a checklist leads nowhere when incomplete',
    part: 'incomplete: not-ready',
    becomes: '¶incomplete: nowhere',
    says: /no node "nowhere"/,
    more: true,
  },
  { what: 'the start is no node', part: 'start: kind', becomes: '¶start: nowhere', says: /no node "nowhere"/ },
  {
    what: 'a node is out of reach',
    part: '  may-start:\n',
    becomes: `  ¶lonely:\n${outcome('lonely').split('\n').slice(1).join('\n')}  may-start:\n`,
    says: /no answer leads here/,
  },
  {
    what: 'an option leads no further',
    part: 'next: sure, cites',
    becomes: 'cites',
    says: /next is missing/,
    more: true,
  },
  {
    what: 'a flow goes round in a circle',
    part: /complete: may-start/,
    becomes: 'complete: ready',
    says: /circle \(ready -> ready\)/,
    more: true,
  },
  {
    what: 'a text is missing in Swedish',
    part: '{ sv: Är du säker?, en: Are you sure? }',
    becomes: '{ en: Are you sure? }',
    says: /missing in Swedish/,
    more: true,
  },
  {
    what: 'a text is missing in English',
    part: '{ sv: Starta, en: Start }',
    becomes: '{ sv: Starta }',
    says: /missing in English/,
    more: true,
  },
  {
    what: 'a text is empty in English',
    part: '{ sv: Starta, en: Start }',
    becomes: "{ sv: Starta, ¶en: '' }",
    says: /label\.en/,
  },
  {
    what: 'a text is a number',
    part: '{ sv: Starta, en: Start }',
    becomes: '{ sv: Starta, ¶en: 12 }',
    says: /label\.en/,
  },
  {
    what: 'a source is cited that is unknown',
    part: 'cites: [from-memory]',
    becomes: 'cites: [house-rule, ¶from-nowhere]',
    says: /no source "from-nowhere"/,
  },
  {
    what: 'a source has the name of what every object has',
    part: 'cites: [from-memory]',
    becomes: 'cites: [¶constructor]',
    says: /no source "constructor"/,
  },
  {
    what: 'a checklist item cites an unknown source',
    part: 'cites: [house-rule] }\n      - { id: people',
    becomes: 'cites: [¶nothing] }\n      - { id: people',
    says: /no source "nothing"/,
  },
  {
    what: 'a question has no "unsure"',
    part: /( {6}- \{ id: yes-sure.*\n) {6}- \{ id: unsure/,
    becomes: '$1      - { id: maybe',
    says: /nobody may be forced to guess/,
    more: true,
  },
  {
    what: 'two options have one id',
    part: 'id: yes-sure',
    becomes: 'id: unsure',
    says: /two options have the same id/,
    more: true,
  },
  {
    what: 'two items have one id',
    part: 'id: people',
    becomes: 'id: purpose',
    says: /two items have the same id/,
    more: true,
  },
  {
    what: 'an outcome cites nothing',
    part: /(text: \{ sv: Inte än.*\n.*\n.*\n {4})cites: \[house-rule\]/,
    becomes: '$1¶cites: []',
    says: /cite at least one source/,
  },
  {
    what: 'an outcome has no cites at all',
    part: /(text: \{ sv: Inte än.*\n.*\n.*)\n {4}cites: \[house-rule\]/,
    becomes: '$1',
    says: /cites is missing/,
    more: true,
  },
  {
    what: 'a label is longer than 75 signs',
    part: 'en: Start }',
    becomes: `¶en: ${'x'.repeat(76)} }`,
    says: /76 characters; shorten it to 75/,
  },
  {
    what: 'a code stands outside the list',
    part: 'outcome: not-ready',
    becomes: '¶outcome: nearly-ready',
    says: /outcome/,
  },
  { what: 'a clock that there is none of', part: /clock: same-day/, becomes: '¶clock: some-day', says: /clock/ },
  {
    what: 'a key is unknown',
    part: 'start: kind\n',
    becomes: 'start: kind\n¶colour: red\n',
    says: /"colour" is no key here/,
  },
  {
    what: 'a key of an option is unknown',
    part: 'next: sure, cites',
    becomes: 'next: sure, ¶colour: red, cites',
    says: /"colour" is no key here/,
  },
  {
    what: 'a node is of two kinds',
    part: 'outcome: not-ready\n',
    becomes: 'outcome: not-ready\n    ¶complete: ready\n',
    says: /"complete" is no key here/,
  },
  {
    what: 'a node is of no kind',
    part: '  not-ready:\n    outcome: not-ready\n',
    becomes: '  ¶not-ready:\n',
    says: /a question, a checklist or an outcome/,
  },
  {
    what: 'a node is empty',
    part: / {2}gone:\n( {4}.*\n)+/,
    becomes: '  ¶gone:\n',
    says: /a question, a checklist or an outcome/,
  },
  { what: 'an id in capitals', part: 'id: yes-sure', becomes: '¶id: Yes', says: /small letters/ },
  {
    what: 'a node with an id in capitals',
    part: '  gone:\n',
    becomes: '  ¶Gone:\n',
    says: /small letters/,
    more: true,
  },
  { what: 'a need that there is none of', part: 'needs: disposal-decision', becomes: '¶needs: money', says: /needs/ },
  {
    what: 'a placeholder that stands for nothing',
    part: "sv: 'Fråga {registrar}.'",
    becomes: "¶sv: 'Fråga {registraren}.'",
    says: /\{registraren\} stands for nothing/,
  },
  {
    what: 'a placeholder that is empty',
    part: "en: 'Ask {registrar}.'",
    becomes: "¶en: 'Ask {}.'",
    says: /\{\} stands for nothing/,
  },
  {
    what: 'a placeholder that is not closed',
    part: "en: 'Ask {registrar}.'",
    becomes: "¶en: 'Ask {registrar.'",
    says: /registrar/,
  },
  {
    what: 'a flow is offered that there is none of',
    part: 'then: [account]',
    becomes: 'then: [account, ¶amount]',
    says: /no flow "amount"/,
  },
  {
    what: 'the id is not the name of the file',
    part: 'id: account',
    becomes: '¶id: accounts',
    says: /account\.yaml; give them the same name/,
    more: true,
  },
  { what: 'a day that there is none of', part: 'on: 2026-11-22', becomes: '¶on: 2026-02-30', says: /checked\.on/ },
  {
    what: 'only "needs" options beside "unsure"',
    part: '{ id: yes-sure, label',
    becomes: '{ id: yes-sure, needs: tariff, label',
    says: /nodes\.sure: a dead end/,
    more: true,
  },
  { what: 'no nodes at all', part: /nodes:\n[\s\S]*$/, becomes: 'nodes: {}\n', says: /no node "kind"/, more: true },
  { what: 'nodes that are a list', part: /nodes:\n[\s\S]*$/, becomes: '¶nodes: []\n', says: /nodes/, more: true },
  { what: 'a key stands twice', part: 'start: kind\n', becomes: 'start: kind\n¶start: kind\n', says: /unique/ },
  { what: 'a node stands twice', part: /$/, becomes: '  ¶kind:\n    outcome: wait\n', says: /unique/, more: true },
  { what: 'a bracket is not closed', part: 'then: [account]', becomes: 'then: [account', says: /./, more: true },
  {
    what: 'a tab stands where spaces must',
    part: 'start: kind\n',
    becomes: 'start: kind\nabout:\n¶\tsv: x\n',
    says: /[Tt]ab/,
    more: true,
  },
  {
    what: 'an alias to what is not there',
    part: 'start: kind',
    becomes: 'start: ¶*nowhere',
    says: /nowhere/,
    more: true,
  },
  {
    what: 'a bomb of aliases',
    part: 'id: account',
    becomes: `id: account\nabout: &a [${'x,'.repeat(50)}]\nb: &b [¶${'*a,'.repeat(20)}]\n${[...'cdefg'].map((name, i) => `${name}: &${name} [${`*${'bcdef'[i]},`.repeat(20)}]`).join('\n')}`,
    says: /./,
    more: true,
  },
  { what: 'two documents in one file', part: /$/, becomes: '¶---\nid: other\n', says: /./, more: true },
  { what: 'nothing in the file', part: /[\s\S]*/, becomes: '¶', says: /./, more: true },
  { what: 'only a comment in the file', part: /[\s\S]*/, becomes: '¶# later\n', says: /./, more: true },
  { what: 'a list instead of a flow', part: /[\s\S]*/, becomes: '¶- id: account\n', says: /./, more: true },
  { what: 'a word instead of a flow', part: /[\s\S]*/, becomes: '¶account\n', says: /./, more: true },
  {
    what: 'a picture instead of a flow',
    part: /[\s\S]*/,
    becomes: '¶\u0089PNG\r\n\u0000\u0001',
    says: /./,
    more: true,
  },
  { what: 'Windows line ends and one fault', part: /[\s\S]*/, becomes: 'CRLF', says: /no node "nowhere"/, more: true },
  {
    what: 'a source without a title',
    file: 'sources.yaml',
    part: / {2}title: \{ sv: Husregel.*\n/,
    becomes: '',
    says: /house-rule\.title is missing/,
    more: true,
  },
  {
    what: 'a source that nobody has heard of the kind of',
    file: 'sources.yaml',
    part: 'kind: guideline',
    becomes: '¶kind: rumour',
    says: /house-rule\.kind/,
  },
  {
    what: 'a source with a placeholder that stands for nothing',
    file: 'sources.yaml',
    part: 'en: A thing. }',
    becomes: '¶en: "{something}" }',
    says: /stands for nothing/,
  },
  {
    what: 'a source that is never to be reviewed',
    file: 'sources.yaml',
    part: /review: 2027-11-22\nfrom/,
    becomes: '¶review: never\nfrom',
    says: /house-rule\.review/,
  },
  {
    what: 'a municipality without a court',
    file: 'municipality.yaml',
    part: /court:.*\n/,
    becomes: '',
    says: /court is missing/,
    more: true,
  },
  {
    what: 'a municipality with an address that is none',
    file: 'municipality.yaml',
    part: 'email: registry@example.org',
    becomes: '¶email: registry',
    says: /registrar\.email/,
  },
  {
    what: 'a municipality with an empty list of decisions',
    file: 'municipality.yaml',
    part: 'disposal-decision: null',
    becomes: '¶disposal-decision: []',
    says: /disposal-decision/,
  },
];

for (const { what, file = 'account.yaml', part, becomes, says, more } of faults)
  test(`told with its place and what to do: ${what}`, () => {
    const folder = copy();
    const path = join(folder, file);
    const whole = readFileSync(path, 'utf8');
    const marked =
      becomes === 'CRLF'
        ? whole.replace('next: sure,', '¶next: nowhere,').replaceAll('\n', '\r\n')
        : whole.replace(part, becomes);
    assert.notEqual(marked, whole);
    writeFileSync(path, marked.replace('¶', ''));
    const found = faultsOf(folder);
    for (const fault of found) assert.match(fault, /^\/.*\.yaml:[1-9]\d*:[1-9]\d* \S/, 'file:line:column');
    const fits = found.filter((fault) => says.test(fault));
    assert.ok(fits.length > 0, found.join('\n'));
    if (!more) assert.deepEqual(found, fits.slice(0, 1), 'told once, and nothing else with it');
    if (!marked.includes('¶')) return;
    const before = marked.slice(0, marked.indexOf('¶')).split('\n');
    const place = `${path}:${before.length}:${before.at(-1)!.length + 1}`;
    assert.ok(
      fits.some((fault) => fault.startsWith(`${place} `)),
      `${place} expected; told: ${found.join('\n')}`,
    );
  });

test('a flow with more than 20 000 paths is told, and one with as many as allowed is not', () => {
  const folder = copy();
  const many = (levels: number) =>
    [
      'id: many',
      `title: ${label('x')}`,
      'keywords: { sv: [x], en: [x] }',
      'checked: { on: 2026-11-22, by: null, version: null }',
      'start: n0',
      'nodes:',
    ]
      .concat(
        Array.from({ length: levels }, (_, i) => question(`n${i}`, i + 1 < levels ? `n${i + 1}` : 'end').trimEnd()),
        outcome('end'),
      )
      .join('\n');
  writeFileSync(join(folder, 'many.yaml'), many(9));
  assert.equal(loadFlows(folder).flows.size, 2, '3^9 = 19 683 paths');
  writeFileSync(join(folder, 'many.yaml'), many(10));
  const [fault, ...others] = faultsOf(folder);
  assert.match(fault!, /many\.yaml:6:1 the flow has 59049 paths; join some/);
  assert.deepEqual(others, []);
  writeFileSync(join(folder, 'many.yaml'), many(2000));
  assert.match(faultsOf(folder)[0]!, /many\.yaml:6:1 the flow has .* paths; join some/);
});

test('a circle of several nodes is told at one of them', () => {
  const folder = copy();
  const path = join(folder, 'account.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('next: may-start }', 'next: kind }'));
  assert.match(
    faultsOf(folder).join('\n'),
    /account\.yaml:8:3 nodes\.kind: the flow goes round in a circle \(kind -> sure -> kind\)/,
  );
});

test('every fault of a file is told at once', () => {
  const folder = copy();
  const path = join(folder, 'account.yaml');
  const broken = readFileSync(path, 'utf8')
    .replace('next: sure,', 'next: nowhere,')
    .replace('cites: [from-memory]', 'cites: [hearsay]')
    .replace('complete: may-start', 'complete: elsewhere');
  writeFileSync(path, broken);
  assert.equal(faultsOf(folder).length, 3);
});

test('files that are missing are told by name', () => {
  const folder = copy();
  for (const file of ['sources.yaml', 'municipality.yaml']) {
    renameSync(join(folder, file), join(folder, 'away'));
    assert.match(faultsOf(folder).join('\n'), new RegExp(`${file}:1:1 .*missing`));
    renameSync(join(folder, 'away'), join(folder, file));
  }
  renameSync(join(folder, 'account.yaml'), join(folder, 'account.yml'));
  assert.match(faultsOf(folder).join('\n'), /account\.yml|no flow/);
  rmSync(join(folder, 'account.yml'));
  mkdirSync(join(folder, 'account.yaml'));
  assert.match(faultsOf(folder).join('\n'), /account\.yaml:1:1/);
  assert.match(faultsOf(join(folder, 'nowhere')).join('\n'), /nowhere/);
});

test('a flow file that ends in .yml is not passed over in silence', () => {
  const folder = copy();
  cpSync(join(folder, 'account.yaml'), join(folder, 'second.yml'));
  assert.match(faultsOf(folder).join('\n'), /second\.yml/);
});

test('what stands in a part and belongs to no flow, or to two parts at once, is told at its place', () => {
  const folder = copy();
  const path = join(folder, 'account.yaml');
  const part = (name: string, node: string) => `part: ${name}\nnodes:\n${outcome(node)}`;
  mkdirSync(join(folder, 'parts'));
  writeFileSync(join(folder, 'parts', 'one.yaml'), part('one', 'shared'));
  writeFileSync(path, readFileSync(path, 'utf8').replace('start: kind', 'start: kind\nparts: [one]'));
  assert.match(faultsOf(folder).join('\n'), /one\.yaml:3:3 nodes\.shared: no flow leads here/);
  writeFileSync(
    path,
    readFileSync(path, 'utf8')
      .replace('next: sure,', 'next: shared,')
      .replace(/ {2}sure:.*?(?= {2}may-start:)/s, ''),
  );
  assert.deepEqual(faultsOf(folder), []);
  writeFileSync(join(folder, 'parts', 'two.yaml'), part('two', 'shared'));
  writeFileSync(path, readFileSync(path, 'utf8').replace('parts: [one]', 'parts: [one, two]'));
  assert.match(faultsOf(folder).join('\n'), /two\.yaml:3:3 nodes\.shared: .*one/);
});

test('the program does not start on a broken flow, and says where it is broken without a trace', async () => {
  const folder = copy();
  const path = join(folder, 'account.yaml');
  writeFileSync(path, readFileSync(path, 'utf8').replace('next: sure,', 'next: nowhere,'));
  const settings = { FLOWS: folder, PORT: '0', DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}` };
  const started = await runCommand('src/main.ts', [], settings);
  assert.equal(started.code, 1);
  assert.match(started.stderr, /account\.yaml:14:\d+ .*no node "nowhere"/);
  const missing = await runCommand('src/main.ts', [], { ...settings, FLOWS: join(folder, 'nowhere') });
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /nowhere/);
  for (const { stderr } of [started, missing]) assert.doesNotMatch(stderr, /\bat .*\.ts:\d+|ENOENT/);
});

function copy(): string {
  const folder = temporaryFolder();
  cpSync('test/support/flows', folder, { recursive: true });
  return folder;
}

function faultsOf(folder: string): readonly string[] {
  try {
    loadFlows(folder);
  } catch (fault) {
    assert.ok(fault instanceof FlowFaults, `not told as a fault of the flows: ${fault}`);
    return fault.faults;
  }
  return [];
}
