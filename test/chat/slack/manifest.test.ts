import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { writeManifest } from '../../../src/chat/slack/manifest.ts';
import { runCommand } from '../../support/program.ts';

const address = 'https://isitpublic.example.org';

test('over HTTP Slack is told where to send everything; over Socket Mode nowhere', () => {
  const http = writeManifest(address, false);
  const [command] = http.features!.slash_commands!;
  assert.equal(command!.url, `${address}/slack/events`);
  assert.equal(http.settings!.interactivity!.request_url, `${address}/slack/events`);
  assert.equal(http.settings!.socket_mode_enabled, false);
  assert.deepEqual(http.features!.unfurl_domains, ['isitpublic.example.org']);
  for (const socket of [writeManifest(undefined, true), writeManifest(address, true)]) {
    assert.equal(socket.settings!.socket_mode_enabled, true);
    assert.doesNotMatch(JSON.stringify(socket), /slack\/events/);
  }
});

test('no scope is asked for without its use, and each is explained in the README', () => {
  const readme = readFileSync('README.md', 'utf8');
  const all = writeManifest(address, false).oauth_config!.scopes!.bot!;
  for (const scope of all) assert.match(readme, new RegExp(`\`${scope}\``), scope);
  const without = writeManifest(undefined, true);
  assert.deepEqual(
    without.oauth_config!.scopes!.bot!.filter((scope) => scope.startsWith('links:')),
    [],
  );
  assert.equal(without.settings!.event_subscriptions!.bot_events!.includes('link_shared'), false);
});

test('nothing in it is longer than Slack allows', () => {
  const { display_information: shown, features } = writeManifest(address, false);
  assert.ok(shown.name.length <= 35 && shown.description!.length <= 140);
  assert.match(features!.bot_user!.display_name, /^[a-z0-9._-]{1,80}$/);
  for (const { command, description, usage_hint } of features!.slash_commands!)
    assert.ok(command.length <= 32 && description.length <= 2000 && usage_hint!.length <= 1000);
  for (const { name, callback_id, description } of features!.shortcuts!)
    assert.ok(name.length <= 24 && callback_id.length <= 255 && description.length <= 150, name);
});

test('the command prints it, and says what is wrong with an address that is none', async () => {
  const printed = await runCommand('src/slack-manifest.ts', [], { PUBLIC_URL: address });
  assert.deepEqual(JSON.parse(printed.stdout), JSON.parse(JSON.stringify(writeManifest(address, false))));
  const socket = await runCommand('src/slack-manifest.ts', [], { PUBLIC_URL: '' });
  assert.equal(JSON.parse(socket.stdout).settings.socket_mode_enabled, true);
  const wrong = await runCommand('src/slack-manifest.ts', [], { PUBLIC_URL: 'example.org' });
  assert.deepEqual([wrong.code, wrong.stdout], [1, '']);
  assert.match(wrong.stderr, /PUBLIC_URL is an address/);
});
