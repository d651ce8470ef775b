import assert from 'node:assert/strict';
import { cpSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/databases.ts';
import { Browser, startProgram } from '../../support/program.ts';

const program = await startProgram();
const small = await startProgram({ FLOWS: 'test/support/flows' });

async function begun(flow = 'is-it-public', { address } = program): Promise<Browser> {
  const anna = new Browser(address);
  await anna.get('/');
  await anna.press('start', flow);
  return anna;
}

test('a form carries session, node and seq, and each answer is a button with its option', async () => {
  const anna = await begun();
  assert.deepEqual([anna.carried.node, anna.carried.seq], ['what', '0']);
  const options = [...anna.html.matchAll(/<button name="answer" value="([a-z-]+)"/g)].map((found) => found[1]);
  assert.deepEqual([options[0], options.at(-1)], ['incoming', 'unsure']);
  await anna.answers('incoming');
  assert.deepEqual([anna.carried.node, anna.carried.seq], ['exception', '2']);
});

test('looking writes nothing, however often, whatever is looked at', async () => {
  const file = join(temporaryFolder(), 'log.db');
  const papers = await startProgram({ DATABASE_URL: `sqlite:${file}`, FLOWS: resolve('test/support/papers') });
  const kept = () => {
    const database = new DatabaseSync(file, { readOnly: true });
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const rows = tables.map(({ name }) => [name, database.prepare(`SELECT * FROM "${name}"`).all()]);
    database.close();
    return rows;
  };
  const anna = await begun('papers', papers);
  const { session: begunOnly } = anna.carried;
  await anna.answers('no-decision');
  const { session } = anna.carried;
  const before = kept();
  assert.match(JSON.stringify(before), /no-decision/);
  for (const path of [
    '/',
    '/?fresh=1',
    `/?session=${session}`,
    `/?session=${begunOnly}`,
    `/?session=${session}&change=what`,
    `/flows/papers?session=${session}`,
    `/drafts/disposal-decision?session=${session}`,
  ]) {
    assert.equal((await anna.get(path)).status, 200, path);
    assert.deepEqual(kept(), before, path);
  }
});

test('closing leads to the start, not back into an older session, and says what stays', async () => {
  const anna = await begun();
  await anna.answers('incoming');
  await anna.get('/?fresh=1');
  await anna.press('start', 'is-it-public');
  await anna.press('close');
  assert.match(anna.heading, /Vad vill du ha hjälp med/);
  assert.doesNotMatch(anna.html, /finns kvar i loggen/);
  await anna.press('start', 'is-it-public');
  await anna.answers('made');
  await anna.press('close');
  assert.match(anna.html, /finns kvar i loggen/);
});

test('the start in the other language is still the start', async () => {
  const anna = await begun();
  await anna.answers('incoming');
  const earlier = anna.carried.session;
  await anna.get('/?fresh=1');
  await anna.press('language', 'en');
  assert.match(anna.heading, /What do you need help with/);
  await anna.get('/');
  assert.equal(anna.carried.session, earlier);
});

test('an outcome in another language is kept in that language too, and its end stays when it was', async () => {
  const anna = await begun();
  await anna.answers('incoming', 'none', 'none');
  await anna.press('language', 'en');
  assert.match(anna.html, /What it means/);
  assert.equal(anna.carried.seq, '7');
});

test('a press that makes no sense leads to the present view', async () => {
  const anna = await begun();
  await anna.answers('incoming');
  for (const [verb, value] of [
    ['why', ''],
    ['dance', 'wildly'],
    ['answer', 'nothing'],
    ['change', 'nowhere'],
  ] as const) {
    await anna.press(verb, value);
    assert.equal(anna.carried.node, 'exception');
  }
});

test('at the start, what is open can be gone on with', async () => {
  const anna = await begun();
  await anna.answers('incoming');
  const { session } = anna.carried;
  await anna.get('/?fresh=1');
  assert.match(anna.html, new RegExp(`href="/\\?session=${session}"`));
  await anna.press('start', 'is-it-public');
  assert.notEqual(anna.carried.session, session);
});

test('whoever waits for an answer, or is waited for, finds it from the start', async () => {
  const anna = await begun('account', small);
  await anna.answers('ask', 'yes-sure');
  const number = /VGL-\d{4}-\d{5}/.exec(anna.html)![0];
  const { session } = anna.carried;
  await anna.press('ask', '', { option: 'Får 19900101-2384 läsa?' });
  assert.match(anna.html, /Vi tog bort det som såg ut som personnummer.* Namn tas inte bort\./);
  assert.match(anna.html, /Får \[personnummer\] läsa\?/);
  const startSays = async (said: string) => {
    await anna.get('/?fresh=1');
    const line = `<li><a href="/?session=${session}">${number} · Starta ett konto · ${said}</a></li>`;
    assert.match(anna.html.replaceAll('\n', ''), new RegExp(`id="replies".*${RegExp.escape(line)}.*</section>`));
  };
  await startSays('klar: Kontot får startas · väntar på svar från registratorn');
  const judge = async (fields: Record<string, string>) => {
    const reviewer = new Browser(small.address);
    await reviewer.get(`/review/${number}`);
    const [seq = '', token = ''] = ['seq', 'token'].map(
      (name) => new RegExp(`name="${name}" value="([^"]*)"`).exec(reviewer.html)?.[1],
    );
    const sent = await fetch(new URL(`/review/${number}`, small.address), {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: small.address },
      body: new URLSearchParams({ ...fields, seq, token }),
    });
    assert.equal(sent.status, 303);
  };
  await judge({ do: 'return', words: 'Vilket konto är det?' });
  await startSays('klar: Kontot får startas · en granskare väntar på ditt svar · väntar på svar från registratorn');
  await judge({ do: 'correct', should: 'not-ready', words: 'Syftet saknas.' });
  await startSays('rättad: Inte klart än · väntar på svar från registratorn');
});

test('an address that leads nowhere is a page with a way to the start, for whoever reads pages', async () => {
  const get = (path: string, headers: Record<string, string> = {}) => fetch(new URL(path, small.address), { headers });
  const browser = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8', 'accept-language': 'sv' };
  const page = await get('/nowhere', browser);
  assert.equal(page.status, 404);
  assert.match(await page.text(), /<h1>Den sidan finns inte<\/h1>.*href="\/\?fresh=1">Till startsidan</s);
  assert.match(await (await get('/nowhere?language=en', browser)).text(), /<h1>There is no such page<\/h1>/);
  assert.equal(await (await get('/nowhere')).text(), 'There is nothing here. / Här finns ingenting.\n');
  const anna = await begun('account', small);
  const foreign = await anna.send({ start: 'account' }, { origin: 'https://example.org', accept: browser.accept });
  assert.equal(foreign.status, 403);
  assert.match(await foreign.text(), /Till startsidan/);
  assert.match(await (await get('/kept', browser)).text(), /Till startsidan/);
});

test('nothing is said to have been done where nothing can be opened', async () => {
  const anna = await begun('account', small);
  await anna.answers('ask', 'yes-sure');
  const bea = new Browser(small.address);
  assert.equal((await bea.get(`/?session=${anna.carried.session}&notice=askedRegistrar`)).status, 404);
  assert.match(bea.heading, /Det gick inte att öppna/);
  assert.doesNotMatch(bea.html, /är skickad/);
});

test('a start that is pressed twice begins once, and so does what an outcome offers', async () => {
  const anna = new Browser(small.address);
  await anna.get('/');
  const start = { ...anna.carried, start: 'account' };
  const [one, other] = await Promise.all([anna.send(start), anna.send(start)]);
  assert.equal(one.headers.get('location'), other.headers.get('location'));
  await anna.get(one.headers.get('location')!);
  await anna.answers('ask', 'yes-sure');
  const onwards: [string, string][] = [...Object.entries(anna.carried), ['then', 'account']];
  const [first, again] = await Promise.all([anna.send(onwards), anna.send(onwards)]);
  assert.equal(first.headers.get('location'), again.headers.get('location'));
});

test('whether it helped is asked once and kept', async () => {
  const anna = await begun('account', small);
  await anna.answers('ask', 'yes-sure');
  const { session } = anna.carried;
  await anna.press('feedback', 'no');
  assert.match(anna.html, /Tack, ditt svar är sparat/);
  assert.doesNotMatch(anna.html, /name="feedback"/);
  assert.equal(anna.carried.session, session);
  assert.equal(anna.carried.seq, '5');
});

test('only what an outcome offers is linked to it', async () => {
  const anna = await begun('account', small);
  await anna.answers('unsure');
  await anna.press('then', 'account');
  assert.equal(anna.carried.session.split('.').length, 2, 'not offered there, so a start like any other');
  await anna.answers('ask', 'yes-sure');
  await anna.press('then', 'account');
  assert.equal(anna.carried.session.split('.').length, 3);
});

test('nothing but the pictures and styles may be kept by the browser', async () => {
  for (const path of ['/', '/flows/is-it-public', '/nowhere', '/healthz'])
    assert.equal((await fetch(new URL(path, program.address))).headers.get('cache-control'), 'no-store', path);
  const style = await fetch(new URL('/assets/style.css', program.address));
  assert.match(style.headers.get('cache-control') ?? '', /max-age/);
});

test('what is looked for is answered at once, begins a flow, and is written nowhere', async () => {
  const anna = new Browser(program.address);
  await anna.get('/');
  const response = await anna.send({ find: 'Xantippas löner' });
  assert.equal(response.status, 200);
  assert.match(await response.text(), /name="given" value="list">\s*<button name="start" value="is-it-public">/);
  assert.equal(response.headers.get('cache-control'), 'no-store');
  assert.doesNotMatch(program.output(), /Xantippa/);
  const nothing = await anna.send([
    ['option', '<script>"&'.repeat(400)],
    ['find', ''],
  ]);
  assert.doesNotMatch(await nothing.text(), /<script>"/);
});

test('where nothing is found, the name of the page says so too', async () => {
  const anna = new Browser(program.address);
  await anna.get('/');
  await anna.press('find', 'qqqqqqqq');
  assert.match(anna.heading, /Vi hittade inget/);
  assert.match(anna.html, /<title>Vi hittade inget/);
  await anna.press('find', ' ');
  assert.match(anna.heading, /Skriv ett ord att söka på/);
  await anna.press('find', 'löner');
  assert.match(anna.html, /<title>Här kan du börja/);
});

test('all that a page is drawn with is there, also in a folder that is hidden', async () => {
  const home = join(temporaryFolder(), '.local', 'isitpublic');
  for (const part of ['src', 'package.json']) cpSync(part, join(home, part), { recursive: true });
  symlinkSync(resolve('node_modules'), join(home, 'node_modules'));
  const { address, stop } = await startProgram({ FLOWS: resolve('test/support/flows') }, home);
  for (const path of ['style.css', 'diagram.css', 'page.js'])
    assert.equal((await fetch(new URL(`/assets/${path}`, address))).status, 200, path);
  await stop();
});
