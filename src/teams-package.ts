import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { strToU8, zipSync } from 'fflate';
import { z } from 'zod';
import project from '../package.json' with { type: 'json' };
import { type Package, writeEnglish, writeManifest } from './chat/teams/manifest.ts';
import { environment, Settings } from './config.ts';

const usage = `npm run --silent teams-package [-- OPTIONS]

Writes the app package to upload to Teams, for the bot MICROSOFT_APP_ID, which Teams reaches at PUBLIC_URL.

  --out FILE          the file to write (isitpublic-teams.zip)
  --privacy ADDRESS   your page about personal data, which Teams links to (PUBLIC_URL)
  --terms ADDRESS     your page about the terms of use, which Teams links to (PUBLIC_URL)
  --version 1.2.3     higher than in the package that you uploaded last (that of the program)`;

const text = { type: 'string' } as const;
const AppId = Settings.shape.MICROSOFT_APP_ID.unwrap().and(z.guid());
const Address = z.url({ protocol: /^https$/ });
const Version = z.string().regex(/^(0|[1-9]\d*)(\.(0|[1-9]\d*)){2}$/);

try {
  const { values } = parseArgs({
    options: { out: text, privacy: text, terms: text, version: text, help: { type: 'boolean' } },
  });
  console.log(values.help ? usage : write(values));
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exitCode = 1;
}

interface Given {
  out?: string;
  privacy?: string;
  terms?: string;
  version?: string;
}

/** @returns what there is to say of the package that was written. @throws with a sentence where none could be. */
function write({ out = 'isitpublic-teams.zip', ...given }: Given): string {
  const { MICROSOFT_APP_ID: bot = '', PUBLIC_URL: address = '' } = environment();
  // A version such as 1.2.0-rc.1 is more than Teams can read.
  const { privacy = address, terms = address, version = project.version.replace(/[-+].*/, '') } = given;
  const secure = 'an address that begins with https://';
  const wrong = [
    check('MICROSOFT_APP_ID', AppId, bot, 'the app id of the bot in Azure'),
    check('PUBLIC_URL', Address, address, secure),
    check('--privacy', Address.optional(), given.privacy, secure),
    check('--terms', Address.optional(), given.terms, secure),
    check('--version', Version, version, 'three numbers with dots between'),
  ].filter((said) => said !== undefined);
  if (wrong.length > 0) throw new Error(`The package can't be written: ${wrong.join('; ')}.`);

  const id = bot.toLowerCase();
  const packed = pack({ bot: id, address, version, privacy, terms });
  try {
    writeFileSync(out, packed);
  } catch (fault) {
    throw new Error(`${out} can't be written (${(fault as NodeJS.ErrnoException).code}).`);
  }
  const lacking = (['privacy', 'terms'] as const).filter((page) => given[page] === undefined);
  return [
    `${out}: isitpublic ${version}, for the bot ${id}, which Teams reaches at ${new URL('/api/messages', address)}`,
    ...lacking.map((page) => `Its link to ${page} leads to ${address}. Give a page of your own with --${page}.`),
  ].join('\n');
}

/** @returns what is wrong with a value, where something is. */
function check(name: string, schema: z.ZodType, value: string | undefined, what: string): string | undefined {
  if (schema.safeParse(value).success) return undefined;
  return value ? `${name} is ${what}, and it is "${value}" now` : `${name} is missing, ${what}`;
}

/** The same settings give the same bytes: the time inside is always the same one. */
function pack(app: Package): Uint8Array {
  const icon = (name: string) => readFileSync(new URL(`chat/teams/icons/${name}`, import.meta.url));
  const json = (value: unknown) => strToU8(`${JSON.stringify(value, null, 2)}\n`);
  return zipSync(
    {
      'manifest.json': json(writeManifest(app)),
      'en.json': json(writeEnglish(app)),
      'color.png': icon('color.png'),
      'outline.png': icon('outline.png'),
    },
    // Built from this clock's own day, since that is what a zip file holds: no time zone changes a byte.
    { mtime: new Date(2026, 0, 1) },
  );
}
