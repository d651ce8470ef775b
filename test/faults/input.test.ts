import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { loadFlows } from '../../src/guidance/flows.ts';
import { lapseIdle } from '../../src/guidance/lapse.ts';
import { words } from '../../src/guidance/words.ts';
import { recognise } from '../../src/record/person.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { Browser, runCommand, startProgram } from '../support/program.ts';

const text = words('sv');
const settings = { DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}`, FLOWS: 'test/support/flows' };
const program = await startProgram(settings);

test('a form of 5 MB is refused in words, however it is sent, and the server lives on', async () => {
  const large = 'x'.repeat(5_000_000);
  const forms: [NonNullable<RequestInit['body']>, Record<string, string>][] = [
    [new URLSearchParams({ label: '', option: large }), {}],
    [new URLSearchParams(Array.from({ length: 200_000 }, (_, i) => [`field${i}`, '1'])), {}],
    [new Blob([`option=${large}`]).stream(), {}],
    [gzipSync(`option=${large}`), { 'content-encoding': 'gzip' }],
  ];
  for (const [body, headers] of forms) {
    const response = await fetch(program.address, {
      method: 'POST',
      headers: { origin: program.address, 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body,
      duplex: 'half',
    });
    assert.equal(response.status, 413);
    assert.match(await response.text(), /för mycket text/);
  }
  await worksFor(new Browser(program.address));
});

test('fields nobody knows, doubled ones and other kinds of body lead to the present question and write nothing', async () => {
  const anna = new Browser(program.address);
  await anna.get('/');
  await anna.press('start', 'account');
  const { session, seq } = anna.carried;
  const count = await records();
  const forms: [string, string][][] = [
    [['nothing', 'known']],
    [['session', session]],
    [
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
    ],
    [
      ['session', session],
      ['session', session],
      ['answer', 'ask'],
    ],
    [
      ['session', session],
      ['seq', '-1'],
      ['node', 'kind'],
      ['answer', 'ask'],
    ],
    [
      ['session', session],
      ['seq', 'NaN'],
      ['node', 'kind'],
      ['answer', 'ask'],
    ],
    [
      ['session', session],
      ['seq', '1e99'],
      ['node', 'kind'],
      ['answer', 'ask'],
    ],
    [
      ['session', session],
      ['seq', seq],
      ['node', 'x'.repeat(3000)],
      ['answer', 'ask'],
    ],
    [
      ['session', session],
      ['seq', seq],
      ['node', 'kind'],
      ['answer', 'ask'],
      ['answer', 'start'],
    ],
    [
      ['session', session],
      ['seq', seq],
      ['node', 'kind'],
      ['answer', '\u0000\ud800'],
    ],
    ...Array.from({ length: 3 }, (): [string, string][] => Array.from({ length: 900 }, (_, i) => ['option', `${i}`])),
  ];
  for (const form of forms) {
    const response = await anna.send(form);
    assert.ok(
      response.status === 303 || response.status === 403,
      `${response.status} ${JSON.stringify(form).slice(0, 200)}`,
    );
  }
  for (const [type, body] of [
    ['application/json', '{"answer":"ask"}'],
    ['multipart/form-data; boundary=x', '--x'],
    ['application/x-www-form-urlencoded; charset=nonsense', 'answer=ask'],
    ['text/plain', 'answer=ask'],
    ['application/x-www-form-urlencoded', '%E0%A4%A=%&&&==&[]=1&a[b][c]=2'],
  ] as const) {
    const headers = { origin: program.address, 'content-type': type, cookie: anna.cookie };
    const response = await fetch(program.address, { method: 'POST', redirect: 'manual', headers, body });
    assert.ok(response.status < 500, type);
    assert.doesNotMatch(await response.text(), trace);
  }
  for (const path of [
    '/%E0%A4%A',
    '/?session=a&session=b',
    '/?session[x]=1',
    `/?session=${'a'.repeat(5000)}`,
    '/flows/%00',
    '/flows/..%2f..',
    '/assets/..%2f..%2fchat.ts',
    `/?change=__proto__&session=${session}`,
  ]) {
    const response = await anna.get(path);
    assert.ok(response.status < 500, `${path}: ${response.status}`);
    assert.doesNotMatch(anna.html, trace);
  }
  assert.equal(await records(), count);
});

test("another person's session is refused in words, read or pressed, and shown to nobody", async () => {
  const anna = new Browser(program.address);
  const bo = new Browser(program.address);
  await worksFor(anna);
  await bo.get('/');
  assert.equal((await bo.get(`/?session=${anna.carried.session}`)).status, 404);
  assert.ok(bo.html.includes(text.refused.notYours));
  const pressed = await bo.send({ ...anna.carried, answer: 'yes-sure' });
  assert.equal(pressed.status, 403);
  assert.ok((await pressed.text()).includes(text.refused.notYours));
  await bo.get(`/flows/account?session=${anna.carried.session}`);
  assert.ok(!bo.html.includes(anna.carried.session));
});

test('script and markup in a heading are shown as text', async () => {
  const anna = new Browser(program.address);
  await worksFor(anna);
  const heading = `<script>alert(1)</script>"><img src=x onerror=alert(1)>'<!channel>`;
  await anna.press('label', '', { option: heading });
  assert.ok(!anna.html.includes('<script>alert') && !anna.html.includes('<img') && !anna.html.includes('<!channel'));
  assert.ok(anna.html.includes('&lt;!channel&gt;'));
  await anna.get(`/?notice=<script>&session=${encodeURIComponent('"><script>alert(1)</script>')}`);
  assert.ok(!anna.html.includes('<script>alert'));
});

test('signs that turn the direction of text, or are not seen, are not kept', async () => {
  const anna = new Browser(program.address);
  await worksFor(anna);
  await anna.press('label', '', { option: 'skola\u202egnp.exe\u2066 \u200eakt\u0000\u0007\u2028slut' });
  assert.match(anna.html, /skolagnp\.exe akt ?slut|skola gnp\.exe akt slut/);
  for (const sign of '\u202e\u2066\u200e\u0000\u0007\u2028') assert.ok(!anna.html.includes(sign));
});

test('a heading of 4 000 characters is refused in words', async () => {
  const anna = new Browser(program.address);
  await worksFor(anna);
  await anna.press('label', '', { option: 'å'.repeat(4000) });
  assert.ok(anna.html.includes(text.notices.labelTooLong));
  assert.ok(!anna.html.includes('åååå'));
});

const zeroWidth = ['\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad'];
const personal = [
  '850709-9805',
  '8507099805',
  '850709+9805',
  '850709 9805',
  '850709 - 9805',
  '19850709-9805',
  '198507099805',
  '19850709 9805',
  '1985-07-09-9805',
  '1985 07 09 9805',
  '85 07 09 98 05',
  '850709\u20119805',
  '850709\u20129805',
  '850709–9805',
  '850709—9805',
  '850709−9805',
  '850709.9805',
  '850709/9805',
  'pnr850709-9805',
  'pnr-850709-9805',
  '701063-2391',
  '197010632391',
  '７０１０６３－２３９１',
  '８５０７０９-９８０５',
  ...zeroWidth.map((sign) => [...'850709-9805'].join(sign)),
  '070-123 45 67',
  '070–123 45 67',
  '070.123.45.67',
  '070 123 45 67',
  '0701234567',
  'tel:070-1234567',
  'tel0701234567',
  'mobil-0701234567',
  '+46 70 123 45 67',
  '+46(0)701234567',
  '+46-70-123-45-67',
  '0046701234567',
  '08-123 456 78',
  '０７０-１２３４５６７',
  'anna.ask@example.org',
  'anna.ask＠example.org',
  'ANNA@EXAMPLE.ORG',
  'mailto:anna.ask@example.org',
  'anna\u200b@example.org',
  'åsa.öberg@exempel.se',
];

test('personal numbers, phone numbers and e-mail addresses in a heading never reach the disk', async (t) => {
  const url = `sqlite:${join(temporaryFolder(), 'log.db')}`;
  const house = await openHouse(url, loadFlows('test/support/flows'));
  const stored: { said: string; label: string }[] = [];
  for (const [i, said] of personal.entries()) {
    const anna = house.visitor(`anna ${i}`);
    await anna.start('account');
    await anna.answer('ask');
    await anna.press({ verb: 'label', label: `om ${said} här` });
    stored.push({ said, label: 'label' in anna.view ? (anna.view.label ?? '') : '' });
  }
  for (const { said, label } of stored)
    await t.test(`“${said}”`, () => {
      assert.doesNotMatch(label, /\d(?:\P{L}?\d){4}|@/u, 'five digits in a row are left');
      assert.match(label, /\[(personnummer|telefon|e-post)\]/);
    });
  assert.equal(onDisk(url, ['8507099805', '850709-9805', '701063-2391', '7010632391', '01234567', 'example.org']), '');
});

test('nor do they when the session had lapsed and the page lay open', async () => {
  const url = `sqlite:${join(temporaryFolder(), 'log.db')}`;
  const house = await openHouse(url, loadFlows('test/support/flows'));
  const anna = house.visitor('anna');
  await anna.start('account');
  await anna.answer('ask');
  house.clock.now = new Date('2027-11-22T09:00:00Z');
  assert.equal(await lapseIdle(house.guidance, { days: 14, checklistDays: 180 }), 1);
  await anna.press({ verb: 'label', label: 'om 850709-9805 här' });
  assert.equal(onDisk(url, ['850709-9805']), '');
  await anna.press({ verb: 'label', label: 'å'.repeat(4000) });
  assert.equal(onDisk(url, ['åååå']), '');
});

test('not in the log of the program either, and not on the page that says a press failed', async () => {
  const anna = new Browser(program.address);
  await worksFor(anna);
  await anna.press('label', '', { option: 'om 850709-9805 här' });
  await anna.send({ ...anna.carried, answer: '850709-9805', option: '850709-9805' });
  await anna.get('/nowhere?q=850709-9805');
  assert.ok(!program.output().includes('850709'));
  assert.equal(onDisk(settings.DATABASE_URL, ['850709-9805', '8507099805']), '');
});

for (const number of [
  'VGL-2026-00042',
  'KS 2026/123',
  'KS-2026-00123',
  'KS 2026-00123',
  'Dnr KS/2026:00123',
  'dnr 0123/2026',
  '556036-0793',
  '5560360793',
  '16556036-0793',
  '212000-1355',
  '2026-11-22',
  '1 234 567 kr',
  'kl. 08:15–09:30',
])
  test(`“${number}” stays in a heading`, async () => {
    const house = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`, loadFlows('test/support/flows'));
    const anna = house.visitor('anna');
    await anna.start('account');
    await anna.answer('ask');
    await anna.press({ verb: 'label', label: `om ${number}` });
    assert.equal('label' in anna.view && anna.view.label, `om ${number}`);
    assert.equal(anna.view.notice, undefined);
  });

test('a heading with two spaces in a row is not said to have held personal details', async () => {
  const house = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`, loadFlows('test/support/flows'));
  const anna = house.visitor('anna');
  await anna.start('account');
  await anna.answer('ask');
  await anna.press({ verb: 'label', label: 'skolan  i byn' });
  assert.equal('label' in anna.view && anna.view.label, 'skolan i byn');
  assert.equal(anna.view.notice, undefined);
});

test('a person is no guess: the same visitor has another hash under another secret', async () => {
  const [one, other] = ['a'.repeat(32), 'b'.repeat(32)].map(
    (secret) => recognise(deriveKeys(secret).person, 'web', '', 'anna').hash,
  );
  assert.match(one!, /^[0-9a-f]{64}$/);
  assert.notEqual(one, other);
});

const trace = /\bat [\w.<>]+ \(|node_modules|\.ts:\d+/;

async function worksFor(browser: Browser): Promise<void> {
  await browser.get('/');
  await browser.press('start', 'account');
  await browser.answers('ask');
  assert.match(browser.heading, /Är du säker|Are you sure/);
}

async function records(): Promise<number> {
  const { stdout } = await runCommand('src/records.ts', ['list', '--json'], settings);
  return (JSON.parse(stdout) as unknown[]).length;
}

/** What of these words stands in any file beside the database, -wal and -shm as well. */
function onDisk(url: string, wanted: string[]): string {
  const folder = dirname(url.slice('sqlite:'.length));
  return readdirSync(folder)
    .flatMap((file) =>
      wanted.filter((word) => readFileSync(join(folder, file)).includes(word)).map((word) => `${word} in ${file}`),
    )
    .join(', ');
}
