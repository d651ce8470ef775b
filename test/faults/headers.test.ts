import assert from 'node:assert/strict';
import { request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../support/databases.ts';
import { Browser, runCommand, startProgram } from '../support/program.ts';

const settings = { DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}`, FLOWS: 'test/support/flows' };
const program = await startProgram(settings);
const { host, port } = new URL(program.address);

test('every answer carries a content security policy without exceptions, and forbids framing and sniffing', async () => {
  const pages = [
    '/',
    '/flows/account',
    '/assets/style.css',
    '/assets/page.js',
    '/nowhere',
    '/?session=nonsense',
    '/healthz',
    '/readyz',
    '/metrics',
    '/%E0%A4%A',
  ];
  for (const path of pages) await guarded(await fetch(new URL(path, program.address)), path);
  await guarded(await new Browser(program.address).send({ start: 'account' }), 'a form');
  await guarded(
    await new Browser(program.address).send({ start: 'account' }, { origin: 'https://evil.example' }),
    'a foreign form',
  );
  await guarded(await new Browser(program.address).send({ label: 'x'.repeat(100_000) }), 'too much');
});

test('no page holds a script, a style or an address of its own making', async () => {
  const anna = new Browser(program.address);
  for (const go of [
    () => anna.get('/'),
    () => anna.press('start', 'account'),
    () => anna.answers('ask', 'unsure'),
    () => anna.get('/flows/account'),
  ]) {
    await go();
    assert.doesNotMatch(
      anna.html,
      /<script(?![^>]*\ssrc="\/assets\/)|<style|\sstyle="|\son[a-z]+="|javascript:|(?:src|href|action)="(?:https?:)?\/\//,
    );
  }
});

test('the cookie is out of reach of scripts and of other sites', async () => {
  const set = (await fetch(program.address)).headers.get('set-cookie') ?? '';
  assert.match(set, /HttpOnly/i);
  assert.match(set, /SameSite=(Lax|Strict)/i);
});

test('a form that comes from another site is not taken', async () => {
  const anna = new Browser(program.address);
  await anna.get('/');
  await anna.press('start', 'account');
  const form = new URLSearchParams({ ...anna.carried, answer: 'ask' }).toString();
  const listed = () => runCommand('src/records.ts', ['list', '--json'], settings).then(({ stdout }) => stdout);
  const before = await listed();
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: '' },
    { origin: 'http://localhost.evil.example' },
    { origin: `http://127.0.0.1:${Number(port) + 1}` },
    { origin: `http://${host}.evil.example` },
    { origin: `${program.address}/`, 'sec-fetch-site': 'cross-site' },
    { origin: 'null', referer: `${program.address}/` },
    { origin: 'https://evil.example', referer: `${program.address}/` },
    { referer: 'https://evil.example/page' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { referer: `${program.address}/`, 'sec-fetch-site': 'cross-site' },
  ];
  for (const headers of foreign)
    for (const path of ['/', '/?x=1', '/slack/events', '/assets/style.css', '/flows/account']) {
      const { status, body } = await send(
        'POST',
        path,
        { cookie: anna.cookie, 'content-type': 'application/x-www-form-urlencoded', ...headers },
        form,
      );
      assert.equal(status, 403, `${path} ${JSON.stringify(headers)}`);
      assert.match(body, /annan webbplats|another site/);
    }
  for (const method of ['PUT', 'DELETE', 'PATCH'])
    assert.ok((await send(method, '/', { origin: 'https://evil.example' })).status >= 400);
  assert.equal(await listed(), before);
  assert.equal(
    (
      await send(
        'POST',
        '/',
        { cookie: anna.cookie, origin: program.address, 'content-type': 'application/x-www-form-urlencoded' },
        form,
      )
    ).status,
    303,
  );
});

const elsewhere: Record<string, string>[] = [
  { host: 'isitpublic.example.org' },
  { host: `192.168.0.10:${port}` },
  { host: `localhost.evil.example:${port}` },
  { host: `127.0.0.1.nip.io:${port}` },
  { host: `evil.example@localhost` },
  { host: `0.0.0.0:${port}` },
  { host, 'x-forwarded-for': '10.0.0.1' },
  { host, 'x-forwarded-for': '127.0.0.1' },
  { host, 'x-forwarded-for': '' },
  { host, 'X-Forwarded-Host': 'localhost' },
  { host, 'x-forwarded-proto': 'https' },
  { host, forwarded: 'for=127.0.0.1' },
];

for (const headers of elsewhere)
  test(`a request with ${JSON.stringify(headers).replaceAll(port, 'PORT')} gets only what is public`, async () => {
    for (const path of [
      '/',
      '/?fresh=1',
      '/metrics',
      '/readyz',
      '/review',
      '/flows/account?session=x',
      '/nowhere',
      '//',
      '/assets',
      '/flows',
      '/healthz/..',
      '/%66lows/account?session=x',
    ]) {
      const { status, body } = await send('GET', path, headers);
      assert.equal(status, 403, path);
      assert.doesNotMatch(body, /<form/);
    }
    assert.equal(
      (await send('POST', '/', { ...headers, 'content-type': 'application/x-www-form-urlencoded' }, 'start=account'))
        .status,
      403,
    );
    assert.equal((await send('GET', '/healthz', headers)).status, 200);
    assert.equal((await send('GET', '/assets/style.css', headers)).status, 200);
    for (const path of [
      '/flows/account',
      '/assets/../',
      '/assets/..%2f',
      '/flows/..%2f',
      '/flows/../metrics',
      '/assets/../metrics',
    ])
      assert.doesNotMatch((await send('GET', path, headers)).body, /name="(answer|start)"|process_cpu/, path);
  });

for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]'])
  test(`on this machine it answers to ${name}`, async () => {
    assert.equal((await send('GET', '/', { host: `${name}:${port}` })).status, 200);
  });

test('bound to an address that others reach, it serves only what is public and says so', async () => {
  const open = await startProgram({
    ...settings,
    HOST: '0.0.0.0',
    DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}`,
  });
  assert.match(open.output(), /web chat\s+off for everybody/);
  assert.match(open.output(), /set OIDC_ISSUER/);
  const at = `http://127.0.0.1:${new URL(open.address).port}`;
  assert.equal((await fetch(`${at}/`)).status, 403);
  assert.equal((await fetch(`${at}/metrics`)).status, 403);
  assert.equal((await fetch(`${at}/review`, { redirect: 'manual' })).status, 403);
  assert.equal((await fetch(`${at}/healthz`)).status, 200);
  assert.equal((await fetch(`${at}/flows/account`)).status, 200);
  await open.stop();
});

async function guarded(response: Response, what: string): Promise<void> {
  const policy = response.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/, what);
  assert.match(policy, /frame-ancestors 'none'/, what);
  assert.match(policy, /form-action 'self'/, what);
  assert.doesNotMatch(policy, /unsafe|\*|data:|https?:|nonce|sha\d/, what);
  assert.equal(response.headers.get('x-content-type-options'), 'nosniff', what);
  assert.equal(response.headers.get('x-frame-options'), 'DENY', what);
  assert.equal(response.headers.get('x-powered-by'), null, what);
  await response.arrayBuffer();
}

/** A request with exactly these headers and this path, which fetch would tidy up. */
function send(
  method: string,
  path: string,
  headers: Record<string, string>,
  body = '',
): Promise<{ status: number; body: string }> {
  const { hostname } = new URL(program.address);
  return new Promise((resolve, reject) => {
    const sent = request(
      { hostname, port, method, path, headers: { ...(body && { 'content-length': String(body.length) }), ...headers } },
      (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk: string) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    sent.on('error', reject).end(body);
  });
}
