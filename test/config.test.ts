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
  [{ SLACK_BOT_TOKEN: 'xoxb-1' }, /SLACK_BOT_TOKEN is set, but this version/],
];
for (const [settings, said] of wrong)
  test(`${JSON.stringify(settings)} stops the start with a sentence`, () =>
    assert.throws(() => readConfig({ ...sqlite(), ...settings }), said));

test('all that is wrong is said at once, and a secret is not repeated', () => {
  assert.throws(
    () => readConfig({ ...sqlite(), PORT: 'x', SECRET_KEY: 'hunter2' }),
    (fault: Error) => /PORT/.test(fault.message) && /SECRET_KEY/.test(fault.message) && !/hunter2/.test(fault.message),
  );
});
