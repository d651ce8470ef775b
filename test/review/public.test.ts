import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pino } from 'pino';
import { openWebChat } from '../../src/chat/web/chat.ts';
import { readConfig } from '../../src/config.ts';
import { isHere, openFront } from '../../src/front.ts';
import { openConsole } from '../../src/review/console.ts';
import { openReview } from '../../src/review/review.ts';
import { openRoles } from '../../src/review/roles.ts';
import { openSignIn } from '../../src/review/signin.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse, secret } from '../support/house.ts';

const url = `sqlite:${join(temporaryFolder(), 'log.db')}`;
const { guidance } = await openHouse(url);
const quiet = pino({ level: 'silent' });
const signIn = await openSignIn(
  undefined,
  guidance,
  openRoles('none.yaml', () => {}),
  () => true,
  quiet,
);
const review = openReview(openConsole(guidance, signIn, quiet), signIn);
const config = readConfig({ DATABASE_URL: url, SECRET_KEY: secret });
const server = openFront(
  config,
  guidance.database,
  { web: openWebChat(guidance, (request) => isHere(config, request)), review },
  quiet,
).listen(0, '127.0.0.1');
await once(server, 'listening');
after(() => {
  server.closeAllConnections();
  server.close();
});
const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

test('anybody may read what is kept, in either language, with the law behind it and whom to ask', async () => {
  // As somebody out in the world, by way of a proxy.
  const get = async (path: string, language: string) => {
    const headers = { 'x-forwarded-for': '192.0.2.7', 'accept-language': language };
    const response = await fetch(address + path, { headers });
    return { status: response.status, html: await response.text(), cookie: response.headers.get('set-cookie') };
  };
  assert.equal((await get('/', 'sv')).status, 403);
  const swedish = await get('/kept', 'sv');
  assert.deepEqual([swedish.status, swedish.cookie], [200, null], 'nobody is given a cookie for reading it');
  for (const said of [
    'Vad som sparas',
    'Ord som någon söker på',
    'Vem som har bett om en handling, eller varför',
    'Tills kommunen beslutar om gallring',
    'Loggen är troligen en allmän handling',
    'färre än fem personer',
    'Påminnelser kan du stänga av',
    '2 kap. 10 § tryckfrihetsförordningen',
    guidance.municipality.registrar.email,
  ])
    assert.ok(swedish.html.includes(said), said);
  assert.match((await get('/kept', 'en')).html, /<html lang="en">.*The log is probably a public record/s);
  assert.match((await get('/kept?language=en', 'sv')).html, /What is kept/);
  const headings = (html: string) =>
    [...html.matchAll(/<section aria-labelledby="([\w-]+)"/g)].map((found) => found[1]);
  assert.deepEqual(headings(swedish.html), headings((await get('/kept', 'en')).html));
  const start = await (await fetch(address)).text();
  assert.doesNotMatch(swedish.html, /Till startsidan/, 'which is not theirs to open');
  assert.match(start, /<a href="\/kept">Läs mer om vad som sparas<\/a>/);
});

test('what breaks in the console is told of in its own look, with a reference, and can be sent once more', async () => {
  const html = await (await fetch(`${address}/review?status=open`)).text();
  const token = /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
  await guidance.database.query.schema.alterTable('record').renameTo('elsewhere').execute();
  const body = new URLSearchParams({ token, do: 'comment', seq: '1', words: 'Skrivet med <b>möda</b>' });
  const sent = await fetch(`${address}/review/VGL-2026-00001?sample=1`, { method: 'POST', body });
  const said = await sent.text();
  assert.equal(sent.status, 503);
  assert.match(said, /Granskning av vägledning/);
  assert.match(said, /uppge <?[\w-]+/);
  assert.match(said, /<form method="post" action="\/review\/VGL-2026-00001\?sample=1">/);
  assert.match(said, /name="words" value="Skrivet med &lt;b&gt;möda&lt;\/b&gt;"/);
  assert.doesNotMatch(said, /no such table|at .*\.ts/);
  const asked = await fetch(`${address}/review?flow=x`, { headers: { 'accept-language': 'en' } });
  assert.equal(asked.status, 503);
  assert.match(await asked.text(), /Something went wrong at our end.*<a href="\/review\?flow=x">Load the page again/s);
  await guidance.database.query.schema
    .alterTable('elsewhere' as 'record')
    .renameTo('record')
    .execute();
  const again = await fetch(`${address}/review/VGL-2026-00001`, { method: 'POST', body });
  assert.equal(again.status, 404, 'what was sent again is taken as it was');
});
