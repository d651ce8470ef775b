import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { inflateSync } from 'node:zlib';
import ajv from 'ajv-draft-04';
import formats from 'ajv-formats';
import { strFromU8, unzipSync } from 'fflate';
import { readTyped } from '../../../src/chat/press.ts';
import { checkMessage, writeEnglish, writeManifest } from '../../../src/chat/teams/manifest.ts';
import { temporaryFolder } from '../../support/databases.ts';
import { runCommand } from '../../support/program.ts';

const settings = {
  MICROSOFT_APP_ID: '11111111-2222-3333-4444-555555555555',
  PUBLIC_URL: 'https://isitpublic.example.org',
};
const app = {
  bot: settings.MICROSOFT_APP_ID,
  address: settings.PUBLIC_URL,
  version: '0.1.0',
  privacy: 'https://www.example.org/personuppgifter',
  terms: 'https://www.example.org/villkor',
};
const manifest = writeManifest(app);
const english = writeEnglish(app);

test('the command writes a package that Teams can read: description, both languages, icons', async () => {
  const files = unzipSync(readFileSync((await order()).file));
  assert.deepEqual(Object.keys(files).sort(), ['color.png', 'en.json', 'manifest.json', 'outline.png']);
  const written = JSON.parse(strFromU8(files['manifest.json']!));
  assertValid(written, 'MicrosoftTeams.schema.json');
  assertValid(JSON.parse(strFromU8(files['en.json']!)), 'MicrosoftTeams.Localization.schema.json');
  assert.equal(written.id, settings.MICROSOFT_APP_ID);
  assert.equal(written.version, JSON.parse(readFileSync('package.json', 'utf8')).version);
  assert.equal(written.developer.privacyUrl, settings.PUBLIC_URL);
  for (const named of [...Object.values(written.icons), ...written.localizationInfo.additionalLanguages])
    assert.ok((named.file ?? named) in files, 'everything that the description names lies in the package');
});

test('the same settings give the same bytes, whatever the clock and its zone', async () => {
  const first = await order([], { TZ: 'Europe/Stockholm' });
  const again = await order([], { TZ: 'Pacific/Kiritimati' });
  assert.deepEqual(readFileSync(first.file), readFileSync(again.file));
  const upper = await order([], { MICROSOFT_APP_ID: 'ABCDEF12-2222-3333-4444-555555555555' });
  assert.match(upper.stdout, /abcdef12-/, 'an id is the same one in capitals');
});

test('pages of one’s own and a higher version go in, and are asked for until they are given', async () => {
  assert.match((await order()).stdout, /Its link to privacy leads to https:\/\/isitpublic\.example\.org\./);
  const given = ['--privacy', app.privacy, '--terms', app.terms, '--version', '0.1.1'];
  const { file, stdout } = await order(given);
  assert.doesNotMatch(stdout, /Its link/);
  const { developer, version } = JSON.parse(strFromU8(unzipSync(readFileSync(file))['manifest.json']!));
  assert.deepEqual([developer.privacyUrl, developer.termsOfUseUrl, version], [app.privacy, app.terms, '0.1.1']);
});

test('what is missing or wrong is said in one sentence, and nothing is written', async () => {
  const cases: [string[], Record<string, string>, RegExp][] = [
    [[], { MICROSOFT_APP_ID: '' }, /: MICROSOFT_APP_ID is missing, the app id of the bot in Azure\.$/],
    [[], { MICROSOFT_APP_ID: 'isitpublic' }, /MICROSOFT_APP_ID is the app id .*, and it is "isitpublic" now\.$/],
    [[], { PUBLIC_URL: '' }, /: PUBLIC_URL is missing, an address that begins with https:\/\/\.$/],
    [[], { PUBLIC_URL: 'http://isitpublic.example.org' }, /PUBLIC_URL is an address that begins with https:\/\//],
    [[], { PUBLIC_URL: '', MICROSOFT_APP_ID: '' }, /MICROSOFT_APP_ID is missing.*; PUBLIC_URL is missing/],
    [['--privacy', 'www.example.org'], {}, /--privacy is an address/],
    [['--version', '1.0'], {}, /--version is three numbers/],
    [['--icon', 'mine.png'], {}, /Unknown option '--icon'/],
  ];
  const ordered = await Promise.all(cases.map(([args, changed]) => order(args, changed)));
  for (const [i, { code, stdout, stderr, file }] of ordered.entries()) {
    assert.deepEqual([code, stdout, existsSync(file)], [1, '', false]);
    assert.match(stderr.trim(), cases[i]![2]);
    assert.equal(stderr.trim().split('\n').length, 1, 'no stack');
  }
  const nowhere = await order(['--out', join(temporaryFolder(), 'no', 'such', 'folder.zip')]);
  assert.match(nowhere.stderr, /folder\.zip can't be written \(ENOENT\)\.\n$/);
});

test('everything that is read in Swedish is there in English, at the same place', () => {
  const swedish = placesIn(manifest).filter(([place]) =>
    /(^|\.)(title|description|short|full)$|^staticTabs.*name$/.test(place),
  );
  const { $schema, ...translated } = english;
  assert.match($schema!, /\/v1\.29\//, 'both files are of one version, as Teams demands');
  assert.deepEqual(Object.keys(translated).sort(), swedish.map(([place]) => place).sort());
  for (const text of Object.values(translated)) assert.doesNotMatch(text, /[åäö]/i);
  for (const [place, text] of swedish)
    if (text.includes(' ')) assert.notEqual(translated[place], text, `${place} is in one language only`);
});

test('the texts keep to what Teams wants of them', () => {
  for (const [short, full, name] of [
    [manifest.description.short, manifest.description.full, manifest.name],
    [
      english['description.short']!,
      english['description.full']!,
      { short: english['name.short'], full: english['name.full'] },
    ],
  ] as const) {
    assert.ok(short.length <= 80 && full.length <= 4000, `${short.length} and ${full.length}`);
    assert.ok(!full.includes(short), 'the short description is not said again in the full one');
    assert.notEqual(name.short, name.full);
  }
});

test('every command that is offered is understood at the door, and leads where it says', () => {
  const [personal, ...rooms] = manifest.bots![0]!.commandLists!;
  const meant = personal!.commands.map(({ title }) => readTyped(title.replace(/^isitpublic/, '')).kind);
  assert.deepEqual(meant, ['start', 'help', 'mine', 'language', 'review']);
  for (const { triggers, commands } of rooms) {
    assert.deepEqual(triggers, ['slash', 'mention']);
    assert.deepEqual(
      commands.map(({ title }) => title),
      ['isitpublic'],
    );
  }
  assert.deepEqual(
    [personal, ...rooms].flatMap((list) => list!.scopes),
    ['personal', 'team', 'groupChat'],
  );
  assert.equal(manifest.name.short, 'isitpublic', 'what stands behind / and @ in a room');
  assert.ok(!('name.short' in english) || english['name.short'] === manifest.name.short, 'in every language');
});

test('the action at a message is called in the description as in the menu', () => {
  assert.ok(manifest.description.full.includes(`”${checkMessage.title.sv}”`));
  assert.ok(english['description.full']!.includes(`“${checkMessage.title.en}”`));
});

test('the bot is met in every kind of room, may answer one person only, and may send a file', () => {
  const { commandLists: _, ...bot } = manifest.bots![0]!;
  assert.deepEqual(bot, {
    botId: app.bot,
    scopes: ['personal', 'team', 'groupChat'],
    supportsTargetedMessages: true,
    supportsFiles: true,
  });
  const { title: _title, description: _description, ...action } = manifest.composeExtensions![0]!.commands![0]!;
  assert.deepEqual(action, {
    id: 'checkMessage',
    type: 'action',
    context: ['message', 'compose', 'commandBox'],
    triggers: ['slash'],
    fetchTask: true,
  });
});

test('it asks for no permission', () => {
  for (const asked of ['permissions', 'devicePermissions', 'authorization', 'webApplicationInfo'])
    assert.equal(asked in manifest, false, asked);
  assert.deepEqual(manifest.validDomains, ['isitpublic.example.org']);
});

test('the chat comes first, and beside it a tab that leads out to the review', () => {
  const [chat, review, ...others] = manifest.staticTabs!;
  assert.deepEqual([chat, others], [{ entityId: 'conversations', scopes: ['personal'] }, []]);
  const { entityId, contentUrl, websiteUrl, scopes } = review!;
  const pages = { contentUrl: `${settings.PUBLIC_URL}/teams/tab`, websiteUrl: `${settings.PUBLIC_URL}/review` };
  assert.deepEqual(
    { entityId, contentUrl, websiteUrl, scopes },
    { entityId: 'review', ...pages, scopes: ['personal'] },
  );
});

test('the icons: the colour one fills its square, the outline is white on nothing, and both are drawn here', () => {
  const color = readPng('color.png');
  assert.deepEqual([color.width, color.height], [192, 192]);
  assert.ok(color.pixels.every(([, , , alpha]) => alpha === 255));
  // What Teams may crop: everything outside the middle 96 x 96.
  const rim = color.pixels.filter((_, i) => [i % 192, Math.floor(i / 192)].some((at) => at < 48 || at >= 144));
  assert.ok(
    rim.every((pixel) => pixel.join() === '26,74,107,255'),
    'outside the middle there is ground only',
  );
  assert.ok(color.pixels.some((pixel) => pixel.join() === '255,255,255,255'));

  const outline = readPng('outline.png');
  assert.deepEqual([outline.width, outline.height], [32, 32]);
  assert.ok(outline.pixels.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255));
  const seen = outline.pixels.filter(([, , , alpha]) => alpha! > 0).length;
  assert.ok(seen > 100 && seen < 512, `${seen} of 1024 are drawn`);
  for (const name of ['color', 'outline']) assert.ok(existsSync(`src/chat/teams/icons/${name}.svg`), name);
});

let orders = 0;
async function order(args: readonly string[] = [], changed: Record<string, string> = {}) {
  const file = join(temporaryFolder(), `package-${orders++}.zip`);
  const ran = await runCommand('src/teams-package.ts', ['--out', file, ...args], { ...settings, ...changed });
  return { ...ran, file };
}

/** By the schema that Microsoft publishes for this version of the manifest. */
function assertValid(value: unknown, schema: string): void {
  const folder = 'node_modules/@microsoft/app-manifest/build/json-schemas/teams/v1.29';
  // The localisation's patterns are none by the stricter rules for Unicode.
  const validator = new ajv.default({ strict: false, allErrors: true, unicodeRegExp: false });
  formats.default(validator);
  const validate = validator.compile(JSON.parse(readFileSync(join(folder, schema), 'utf8')));
  assert.ok(validate(value), JSON.stringify(validate.errors, null, 2));
}

/** Every text of the description with where it stands. */
function placesIn(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]];
  if (Array.isArray(value)) return value.flatMap((part, i) => placesIn(part, `${place}[${i}]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => placesIn(part, `${place}${place && '.'}${key}`));
}

/** The pixels of a picture with 8 bits a colour, as red, green, blue and alpha. */
function readPng(name: string): { width: number; height: number; pixels: number[][] } {
  const png = readFileSync(`src/chat/teams/icons/${name}`);
  const data: Buffer[] = [];
  for (let at = 8; at < png.length; at += png.readUInt32BE(at) + 12)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  const depth = { 2: 3, 6: 4 }[png[25]!];
  assert.ok(png[24] === 8 && depth !== undefined, `${name} has 8 bits of red, green and blue`);
  const raw = inflateSync(Buffer.concat(data));
  const rows: number[][] = [];
  for (let y = 0; y < height; y++) {
    const start = y * (width * depth + 1);
    const row: number[] = [];
    for (let i = 0; i < width * depth; i++) {
      const [left, up, corner] = [row[i - depth] ?? 0, rows[y - 1]?.[i] ?? 0, rows[y - 1]?.[i - depth] ?? 0];
      const guess = [0, left, up, Math.floor((left + up) / 2), nearest(left, up, corner)][raw[start]!]!;
      row.push((raw[start + 1 + i]! + guess) & 255);
    }
    rows.push(row);
  }
  const colours = rows.flatMap((row) => Array.from({ length: width }, (_, x) => row.slice(x * depth, (x + 1) * depth)));
  return { width, height, pixels: colours.map((colour) => (depth === 4 ? colour : [...colour, 255])) };
}

/** Of three neighbours, the one that PNG takes for likeliest (Paeth). */
function nearest(left: number, up: number, corner: number): number {
  const away = (from: number) => Math.abs(left + up - corner - from);
  if (away(left) <= away(up) && away(left) <= away(corner)) return left;
  return away(up) <= away(corner) ? up : corner;
}
