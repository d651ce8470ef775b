import assert from 'node:assert/strict';
import { createHmac, createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, test } from 'node:test';
import { openIdentity } from '../../../src/chat/teams/identity.ts';

const app = {
  id: 'aaaaaaaa-0000-4000-8000-000000000001',
  tenant: 'aaaaaaaa-0000-4000-8000-000000000002',
  password: 'x',
};
const activity = { channelId: 'msteams', serviceUrl: 'https://smba.trafficmanager.net/emea/' };
const [ours, foreign] = [0, 1].map(() => generateKeyPairSync('rsa', { modulusLength: 2048 }));

/** What Microsoft publishes of the keys that Teams signs with, on this machine. */
const keys = createServer((request, response) => {
  const jwk = (kid: string, key: KeyObject, endorsements: string[]) => ({
    ...key.export({ format: 'jwk' }),
    ...{ kid, use: 'sig', endorsements },
  });
  const published = [jwk('teams', ours!.publicKey, ['msteams']), jwk('other', ours!.publicKey, ['webchat'])];
  const body = request.url === '/keys' ? { keys: published } : { jwks_uri: `${address}/keys` };
  response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
}).listen(0, '127.0.0.1');
await once(keys, 'listening');
const address = `http://127.0.0.1:${(keys.address() as AddressInfo).port}`;
after(() => keys.close());
const identity = openIdentity(app, `${address}/openid`);

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const now = Math.floor(Date.now() / 1000);
const claims = {
  iss: 'https://api.botframework.com',
  aud: app.id,
  serviceurl: activity.serviceUrl,
  nbf: now - 60,
  exp: now + 3600,
};

/** A token as Teams would send it, but for what is said. */
function token(changed: object = {}, { kid = 'teams', key = ours!.privateKey, alg = 'RS256' } = {}): string {
  const text = `${part({ typ: 'JWT', alg, kid })}.${part({ ...claims, ...changed })}`;
  if (alg === 'none') return `Bearer ${text}.`;
  if (alg === 'HS256') {
    const secret = ours!.publicKey.export({ type: 'spki', format: 'pem' });
    return `Bearer ${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`;
  }
  return `Bearer ${text}.${createSign('RSA-SHA256').update(text).sign(key).toString('base64url')}`;
}

test('a token of Teams is taken', () => identity.check(activity, token()));

const refused: Record<string, string> = {
  'none at all': '',
  'one that is none': 'Bearer aaa.bbb.ccc',
  'a word': 'garbage',
  'a password': 'Basic dGVhbXM6dGVhbXM=',
  'one for another bot': token({ aud: 'aaaaaaaa-0000-4000-8000-00000000000f' }),
  'one by somebody else': token({ iss: 'https://example.org' }),
  'one that has ended': token({ nbf: now - 7200, exp: now - 3600 }),
  'one that does not hold yet': token({ nbf: now + 3600 }),
  'one for another service address': token({ serviceurl: 'https://smba.trafficmanager.net/amer/' }),
  'one without a service address': token({ serviceurl: undefined }),
  'one signed with somebody else’s key': token({}, { key: foreign!.privateKey }),
  'one with a key that is not for Teams': token({}, { kid: 'other' }),
  'one with a key that nobody knows': token({}, { kid: 'unknown' }),
  'one of the SDK’s Emulator, for this very bot': token(
    { iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/', ver: '1.0', appid: app.id },
    { kid: 'entra', key: foreign!.privateKey },
  ),
  'one of a skill': token({ ver: '1.0', appid: 'aaaaaaaa-0000-4000-8000-00000000000f' }),
  'one that nobody has signed': token({}, { alg: 'none' }),
  'one signed with what everybody knows': token({}, { alg: 'HS256' }),
};

for (const [name, authorization] of Object.entries(refused))
  test(`${name} is refused`, () => assert.rejects(identity.check(activity, authorization)));

test('five minutes’ difference between clocks is no reason to refuse', () =>
  identity.check(activity, token({ exp: now - 200 })));

test('without an app nobody is checked, and nothing is sent along', async () => {
  const nobody = openIdentity(undefined);
  await nobody.check(activity, '');
  assert.equal(await nobody.token(), undefined);
});
