import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { test } from 'node:test';

/** The floors of the house from the ground up; what lies beside main.ts is the top. Imports point down only. */
const floors = ['database', 'record', 'guidance', 'book', 'chat', 'review', ''];

const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const imports = files.flatMap((file) => {
  const source = readFileSync(join('src', file), 'utf8');
  return [...source.matchAll(/(?:from|import) '([^']+)'/g)].map(([, to]) => ({ file, to: to! }));
});
const roomOf = (file: string) => (file.includes('/') ? file.split('/')[0]! : '');

test('imports point down, from floor to floor', () => {
  for (const { file, to } of imports.filter(({ to }) => to.startsWith('.'))) {
    const target = relative('src', join('src', dirname(file), to));
    assert.ok(floors.includes(roomOf(file)), `${file} is on no floor`);
    assert.ok(
      floors.indexOf(roomOf(target)) <= floors.indexOf(roomOf(file)),
      `${file} imports ${target}, which lies above it`,
    );
  }
});

test('the doors in chat never know each other', () => {
  for (const { file, to } of imports.filter(({ file, to }) => /^chat\/[^/]+\//.test(file) && to.startsWith('.'))) {
    const target = relative('src', join('src', dirname(file), to));
    if (/^chat\/[^/]+\//.test(target))
      assert.equal(target.split('/')[1], file.split('/')[1], `${file} imports ${target}`);
  }
});

test('what belongs to one room stays there: drivers in database, pages in the web chat, Bolt in Slack’s, Microsoft’s SDK in Teams’, Word files in docx.ts', () => {
  const homes: Record<string, RegExp> = {
    pg: /^database\//,
    'node:sqlite': /^database\//,
    keyv: /^(database|guidance)\//,
    'hono/html': /^(book|chat\/web|review)\/|^chat\/teams\/tab\.ts$/,
    '@dagrejs/dagre': /^book\//,
    '@slack/bolt': /^chat\/slack\//,
    botbuilder: /^chat\/teams\/identity\.ts$/,
    fflate: /^(teams-package|chat\/docx|review\/exportxlsx)\.ts$/,
    pdfkit: /^review\/pdf-thread\.ts$/,
    docx: /^chat\/docx\.ts$/,
    express: /^(chat\/|review\/|front\.ts)/,
    'openid-client': /^review\/provider\.ts$/,
  };
  for (const { file, to } of imports) if (homes[to]) assert.match(file, homes[to], `${file} imports ${to}`);
});

test('nothing lies in a drawer', () => {
  for (const file of files) assert.doesNotMatch(file, /\b(utils?|helpers?|services?|common|types|misc)\b/);
});

test('only config.ts reads the environment', () => {
  for (const file of files.filter((file) => file !== 'config.ts'))
    assert.doesNotMatch(readFileSync(join('src', file), 'utf8'), /process\.env/, file);
});
