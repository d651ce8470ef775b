import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { readConfig, Settings } from '../src/config.ts';
import { temporaryFolder } from './support/databases.ts';

const sqlite = () => ({ DATABASE_URL: `sqlite:${join(temporaryFolder(), 'log.db')}` });

test('.env.example names exactly what is read, each with the default and a line that explains it', () => {
  const lines = readFileSync('.env.example', 'utf8').split('\n');
  const settings = lines.flatMap((line, i) => {
    const found = /^([A-Z_]+)=(.*)$/.exec(line);
    return found ? [{ name: found[1]!, value: found[2]!, explained: lines[i - 1]?.startsWith('# ') }] : [];
  });
  assert.deepEqual(
    settings.map(({ name }) => name),
    Object.keys(Settings.shape),
  );
  const defaults = Settings.parse({});
  for (const { name, value, explained } of settings) {
    assert.ok(explained, name);
    assert.equal(value, String(defaults[name as keyof typeof defaults] ?? ''), name);
  }
});

test('the key is made beside the SQLite database, for its owner’s eyes only, and stays the same', () => {
  const settings = sqlite();
  const { SECRET_KEY } = readConfig(settings);
  assert.equal(SECRET_KEY.length, 64);
  assert.equal(readConfig(settings).SECRET_KEY, SECRET_KEY);
  const file = join(settings.DATABASE_URL.slice('sqlite:'.length), '..', 'secret.key');
  assert.equal(statSync(file).mode & 0o777, 0o600);
});

const wrong: [Record<string, string>, RegExp][] = [
  [{ PORT: 'three' }, /PORT is a number from 0 to 65535; it is "three" now/],
  [{ PORT: '70000' }, /PORT is at most 65535/],
  [{ PUBLIC_URL: 'example.org' }, /PUBLIC_URL is an address that begins with https/],
  [{ DATABASE_URL: 'mysql://x' }, /DATABASE_URL is sqlite:<file> or postgres/],
  [{ DATABASE_URL: 'postgres://u@h/d' }, /SECRET_KEY is required with PostgreSQL/],
  [{ SECRET_KEY: 'short' }, /SECRET_KEY has at least 32 characters/],
  [{ LAPSE_AFTER_DAYS: '0' }, /LAPSE_AFTER_DAYS is at least 1 day/],
  [{ LOG_LEVEL: 'loud' }, /LOG_LEVEL is debug, info/],
  [{ MICROSOFT_APP_ID: 'x' }, /Teams is half set up: MICROSOFT_APP_TENANT_ID is missing/],
  [{ MICROSOFT_APP_PASSWORD: 'x' }, /MICROSOFT_APP_PASSWORD is set, and MICROSOFT_APP_ID is missing/],
  [{ TEAMS_UNAUTHENTICATED: 'true', HOST: '0.0.0.0' }, /TEAMS_UNAUTHENTICATED lets anybody in/],
  [{ TEAMS_UNAUTHENTICATED: 'yes' }, /TEAMS_UNAUTHENTICATED is true or false/],
  [
    { TEAMS_UNAUTHENTICATED: 'true', MICROSOFT_APP_ID: 'x', MICROSOFT_APP_TENANT_ID: 'y' },
    /TEAMS_UNAUTHENTICATED is for trying it out without MICROSOFT_APP_ID/,
  ],
  [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_SIGNING_SECRET is missing, or for Socket Mode SLACK_APP_TOKEN/],
  [{ SLACK_SIGNING_SECRET: 's' }, /SLACK_BOT_TOKEN is missing/],
  [{ SLACK_APP_TOKEN: 'xapp-1' }, /SLACK_BOT_TOKEN is missing/],
  [{ SLACK_REGISTRAR_CHANNEL: '#registrator' }, /SLACK_REGISTRAR_CHANNEL is the id of a channel/],
  [{ SLACK_REGISTRAR_CHANNEL: 'C0123ABCDEF' }, /SLACK_BOT_TOKEN is missing/],
  [{ TEAMS_REGISTRAR_CHANNEL: 'Registrator' }, /TEAMS_REGISTRAR_CHANNEL is the id of a channel/],
  [{ TEAMS_REGISTRAR_CHANNEL: '19:abc@thread.tacv2' }, /Teams is off: MICROSOFT_APP_ID is missing/],
  [{ SLACK_API_URL: 'http://localhost/api/' }, /SLACK_BOT_TOKEN is missing/],
  [{ SLACK_BOT_TOKEN: 'xapp-1', SLACK_SIGNING_SECRET: 's' }, /begins with xoxb-; the one that begins with xapp- is/],
  [{ SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xoxb-1' }, /SLACK_APP_TOKEN is the app-level token/],
  [
    { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_SIGNING_SECRET: 's', SLACK_API_URL: 'http://x/api' },
    /SLACK_API_URL ends in \/api\//,
  ],
  [{ SLACK_CLIENT_ID: '1.2', SLACK_SIGNING_SECRET: 's' }, /SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together/],
  [{ SLACK_CLIENT_ID: '1.2', SLACK_CLIENT_SECRET: 'c', SLACK_SIGNING_SECRET: 's' }, /SLACK_CLIENT_ID needs PUBLIC_URL/],
];
for (const [settings, said] of wrong)
  test(`${JSON.stringify(settings)} stops the start with a sentence`, () =>
    assert.throws(() => readConfig({ ...sqlite(), ...settings }), said));

test('with a signing secret Slack comes to us, with an app-level token we go to Slack, with both as well', () => {
  const [token, secret, app] = [
    { SLACK_BOT_TOKEN: 'xoxb-1' },
    { SLACK_SIGNING_SECRET: 's' },
    { SLACK_APP_TOKEN: 'xapp-1' },
  ];
  assert.equal(readConfig(sqlite()).slack, undefined);
  assert.equal(readConfig({ ...sqlite(), ...token, ...secret }).slack?.appToken, undefined);
  assert.equal(readConfig({ ...sqlite(), ...token, ...app }).slack?.appToken, 'xapp-1');
  assert.equal(readConfig({ ...sqlite(), ...token, ...secret, ...app }).slack?.appToken, 'xapp-1');
});

test('all that is wrong is said at once, and a secret is not repeated', () => {
  assert.throws(
    () => readConfig({ ...sqlite(), PORT: 'x', SECRET_KEY: 'hunter2' }),
    (fault: Error) => /PORT/.test(fault.message) && /SECRET_KEY/.test(fault.message) && !/hunter2/.test(fault.message),
  );
});
