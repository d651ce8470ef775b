import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { SlackSettings } from './chat/slack/slack.ts';
import type { TeamsSettings } from './chat/teams/teams.ts';
import { fileOf } from './database/database.ts';
import type { SignInSettings } from './review/signin.ts';

const days = z.coerce
  .number({ error: 'is a number of days' })
  .int('is a whole number of days')
  .min(1, 'is at least 1 day');

/** Every setting there is, with what it means: the manual. `.env.example` names the same ones. */
export const Settings = z.object({
  HOST: z
    .string()
    .min(1)
    .default('127.0.0.1')
    .describe('Address to listen on. 127.0.0.1 or ::1 serves this machine only.'),
  PORT: z.coerce
    .number({ error: 'is a number from 0 to 65535' })
    .int('is a whole number')
    .min(0, 'is at least 0')
    .max(65535, 'is at most 65535')
    .default(3000)
    .describe('Port to listen on. 0 takes any free one.'),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/, error: 'is an address that begins with https:// (or http://)' })
    .optional()
    .describe('The address that people reach the program at, where it is another than http://HOST:PORT.'),
  DATABASE_URL: z
    .string()
    .regex(/^(sqlite:.+|postgres(ql)?:\/\/.+)$/, 'is sqlite:<file> or postgres://<user>:<password>@<host>/<database>')
    .default('sqlite:data/isitpublic.db')
    .describe('Where the log is kept: sqlite:<file>, or postgres://... for more than one instance.'),
  SECRET_KEY: z
    .string()
    .min(32, 'has at least 32 characters')
    .optional()
    .describe(
      'Seals the log and hides who is behind it. Made by itself with SQLite, required with PostgreSQL. Keep it: without it the log can no longer be proven.',
    ),
  FLOWS: z.string().min(1).default('flows').describe('The folder with the flows, their sources and the municipality.'),
  SLACK_BOT_TOKEN: z
    .string()
    .regex(
      /^(?!xapp-)/,
      'is the token of the app’s bot and begins with xoxb-; the one that begins with xapp- is SLACK_APP_TOKEN',
    )
    .optional()
    .describe('The bot token of the Slack app (xoxb-...). With SLACK_SIGNING_SECRET or SLACK_APP_TOKEN, Slack is on.'),
  SLACK_SIGNING_SECRET: z.string().optional().describe('Proves that what arrives at /slack/events comes from Slack.'),
  SLACK_APP_TOKEN: z
    .string()
    .regex(
      /^(?!xoxb-)/,
      'is the app-level token and begins with xapp-; the one that begins with xoxb- is SLACK_BOT_TOKEN',
    )
    .optional()
    .describe('The app-level token (xapp-...), for Socket Mode: no address has to be open to Slack.'),
  SLACK_CLIENT_ID: z
    .string()
    .optional()
    .describe('Client ID and secret, so that several workspaces can install the app at PUBLIC_URL/slack/install.'),
  SLACK_CLIENT_SECRET: z.string().optional().describe('The secret that belongs to SLACK_CLIENT_ID.'),
  SLACK_API_URL: z
    .url({ protocol: /^https?$/, error: 'is an address' })
    .regex(/\/api\/$/, 'ends in /api/')
    .optional()
    .describe('Another Slack than slack.com, for tests; ends in /api/.'),
  SLACK_REGISTRAR_CHANNEL: z
    .string()
    .regex(/^[CG][A-Z0-9]{2,30}$/, 'is the id of a channel, such as C0123ABCDEF; it stands at the end of its details')
    .optional()
    .describe('The channel in Slack that is told of new questions to the registrar, by id; the app must be in it.'),
  SLACK_SUMMARY_CHANNEL: z
    .string()
    .regex(
      /^[CGUW][A-Z0-9]{2,30}$/,
      'is the id of a channel or of a person, such as C0123ABCDEF or U0123ABCDEF; it stands at the end of their details',
    )
    .optional()
    .describe('The channel or the person in Slack that gets the summary of each week, by id; the app must be in it.'),
  MICROSOFT_APP_ID: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'is the bot’s app id, such as 11111111-2222-3333-4444-555555555555')
    .optional()
    .describe('The app id of the bot in Azure. With it, and with MICROSOFT_APP_TENANT_ID, Teams is on.'),
  MICROSOFT_APP_PASSWORD: z
    .string()
    .optional()
    .describe('The secret of that app. Without one, the program proves who it is by its managed identity in Azure.'),
  MICROSOFT_APP_TENANT_ID: z
    .string()
    .regex(
      /^[\w-]{1,64}$/,
      'is the id of your organisation in Microsoft Entra, such as 11111111-2222-3333-4444-555555555555',
    )
    .optional()
    .describe('The organisation (tenant) that the bot belongs to, and whose people may use it.'),
  TEAMS_TENANTS: z
    .string()
    .regex(/^[\w-]{1,64}(\s*,\s*[\w-]{1,64})*$/, 'is one or more tenant ids, with commas between')
    .optional()
    .describe('Other organisations whose people may use it as well: tenant ids, with commas between.'),
  TEAMS_UNAUTHENTICATED: z
    .enum(['true', 'false'], { error: 'is true or false' })
    .optional()
    .describe('true answers in Teams’ language to anybody on this machine, for trying it out; only without an app id.'),
  TEAMS_REGISTRAR_CHANNEL: z
    .string()
    .regex(/^19:\S{1,200}@thread\.\w+$/, 'is the id of a channel, such as 19:0123abcd@thread.tacv2')
    .optional()
    .describe('The channel in Teams that is told of new questions to the registrar, by id; the app must be in it.'),
  TEAMS_SUMMARY_CHANNEL: z
    .string()
    .regex(/^19:\S{1,200}@thread\.\w+$/, 'is the id of a channel, such as 19:0123abcd@thread.tacv2')
    .optional()
    .describe('The channel in Teams that gets the summary of each week, by id; the app must be in it.'),
  OIDC_ISSUER: z
    .url({
      protocol: /^https?$/,
      error: 'is the address of the provider, such as https://login.microsoftonline.com/<tenant>/v2.0',
    })
    .optional()
    .describe(
      'Where reviewers sign in: an OpenID Connect provider. With it, the console under /review is open to others.',
    ),
  OIDC_CLIENT_ID: z.string().optional().describe('What the provider knows the console as.'),
  OIDC_CLIENT_SECRET: z.string().optional().describe('The secret that belongs to OIDC_CLIENT_ID.'),
  ROLES: z.string().min(1).default('roles.yaml').describe('The file that says who may do what in the console.'),
  LAPSE_AFTER_DAYS: days.default(14).describe('After how many days without an answer a session lapses.'),
  LAPSE_CHECKLISTS_AFTER_DAYS: days
    .default(180)
    .describe('The same for flows with checklists, which may be left half-done.'),
  LOG_LEVEL: z
    .enum(['debug', 'info', 'warn', 'error', 'silent'], { error: 'is debug, info, warn, error or silent' })
    .default('info')
    .describe('How much the program tells about itself on its standard output.'),
});

/** What the program runs by, once the settings have been read. */
export interface Config extends Omit<z.infer<typeof Settings>, 'SECRET_KEY'> {
  SECRET_KEY: string;
  /** Bound to this machine only. */
  loopback: boolean;
  /** How to get in to Slack, where that is set up. */
  slack?: SlackSettings | undefined;
  /** Who we are in Teams, where that is set up. */
  teams?: TeamsSettings | undefined;
  /** Where reviewers sign in, where that is set up. */
  signIn?: SignInSettings | undefined;
}

/** The settings are wrong; the message says which, and how to mend each. */
export class WrongSettings extends Error {
  override name = 'WrongSettings';
}

/**
 * Reads the environment, and `.env` where there is one; nothing else in the program does.
 * @throws WrongSettings with a sentence for every setting that is wrong or half-given.
 */
export function readConfig(environment: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = Settings.safeParse(given);
  const wrong = parsed.success
    ? []
    : parsed.error.issues.map(
        (issue) => `${issue.path.join('.')} ${issue.message}${now(given, String(issue.path[0]))}.`,
      );
  wrong.push(...halfSlack(given), ...halfTeams(given), ...halfSignIn(given));
  if (parsed.success && /^postgres/.test(parsed.data.DATABASE_URL) && parsed.data.SECRET_KEY === undefined)
    wrong.push(
      'SECRET_KEY is required with PostgreSQL, the same for every instance. Make one with: openssl rand -hex 32',
    );
  if (wrong.length > 0 || !parsed.success)
    throw new WrongSettings(`The settings can't be used as they are:\n${wrong.map((line) => `  ${line}`).join('\n')}`);
  const { HOST, DATABASE_URL, SECRET_KEY = keptSecret(fileOf(DATABASE_URL)!) } = parsed.data;
  const loopback = isLoopback(HOST);
  return {
    ...parsed.data,
    SECRET_KEY,
    loopback,
    slack: slackOf(parsed.data),
    teams: teamsOf(parsed.data),
    signIn: signInOf(parsed.data),
  };
}

/** Each setting by name: whether it has been made, and what it does. What it is set to is nobody's business here. */
export function listSettings(given: NodeJS.ProcessEnv): { name: string; made: boolean; meaning: string }[] {
  return Object.entries(Settings.shape).map(([name, setting]) => ({
    name,
    made: given[name] !== undefined && given[name] !== '',
    meaning: setting.description ?? '',
  }));
}

/** What is missing of Slack, where something of it is set. */
function halfSlack(given: NodeJS.ProcessEnv): string[] {
  const has = (name: string) => `SLACK_${name}` in given;
  const names = [
    ...['BOT_TOKEN', 'SIGNING_SECRET', 'APP_TOKEN', 'CLIENT_ID', 'CLIENT_SECRET', 'API_URL'],
    ...['REGISTRAR_CHANNEL', 'SUMMARY_CHANNEL'],
  ];
  if (!names.some(has)) return [];
  const way = has('SIGNING_SECRET') || has('APP_TOKEN');
  const token = has('BOT_TOKEN') || (has('CLIENT_ID') && has('CLIENT_SECRET'));
  const said: string[] = [];
  if (has('CLIENT_ID') !== has('CLIENT_SECRET'))
    said.push('SLACK_CLIENT_ID and SLACK_CLIENT_SECRET belong together: set both, or neither');
  else if (!token)
    said.push(
      'Slack is half set up: SLACK_BOT_TOKEN is missing (or, for several workspaces, SLACK_CLIENT_ID and SLACK_CLIENT_SECRET)',
    );
  const channel = ['REGISTRAR_CHANNEL', 'SUMMARY_CHANNEL'].find(has);
  if (token && channel && !has('BOT_TOKEN'))
    said.push(`SLACK_${channel} needs SLACK_BOT_TOKEN, which says in which workspace it is`);
  if (!way) said.push('Slack is half set up: SLACK_SIGNING_SECRET is missing, or for Socket Mode SLACK_APP_TOKEN');
  if (has('CLIENT_ID') && !('PUBLIC_URL' in given))
    said.push('SLACK_CLIENT_ID needs PUBLIC_URL, the address that Slack sends people back to');
  return said.map((line) => `${line}.`);
}

/** With an app-level token Slack is reached by Socket Mode, whatever else is set. */
function slackOf(settings: z.infer<typeof Settings>): SlackSettings | undefined {
  const { SLACK_BOT_TOKEN: botToken, SLACK_SIGNING_SECRET: signingSecret, SLACK_APP_TOKEN: appToken } = settings;
  const { SLACK_CLIENT_ID: clientId, SLACK_CLIENT_SECRET: clientSecret, PUBLIC_URL: publicUrl } = settings;
  if (signingSecret === undefined && appToken === undefined) return undefined;
  const oauth = clientId && clientSecret && publicUrl ? { clientId, clientSecret, publicUrl } : undefined;
  return { botToken, signingSecret, appToken, oauth, apiUrl: settings.SLACK_API_URL };
}

/** What is missing of Teams, where something of it is set; and what would let in people whom nobody has checked. */
function halfTeams(given: NodeJS.ProcessEnv): string[] {
  const said: string[] = [];
  const app = 'MICROSOFT_APP_ID' in given;
  if (given.TEAMS_UNAUTHENTICATED === 'true') {
    if (!isLoopback(given.HOST ?? '127.0.0.1'))
      said.push('TEAMS_UNAUTHENTICATED lets anybody in, and is for HOST=127.0.0.1 or ::1 only. Remove it');
    if (app) said.push('TEAMS_UNAUTHENTICATED is for trying it out without MICROSOFT_APP_ID. Remove one of them');
  }
  const others = ['MICROSOFT_APP_PASSWORD', 'MICROSOFT_APP_TENANT_ID', 'TEAMS_TENANTS'].filter((name) => name in given);
  if (!app && others.length > 0)
    said.push(`Teams is half set up: ${others[0]} is set, and MICROSOFT_APP_ID is missing`);
  const channel = ['TEAMS_REGISTRAR_CHANNEL', 'TEAMS_SUMMARY_CHANNEL'].find((name) => name in given);
  if (!app && given.TEAMS_UNAUTHENTICATED !== 'true' && channel !== undefined)
    said.push(`${channel} is set, and Teams is off: MICROSOFT_APP_ID is missing`);
  if (app && !('MICROSOFT_APP_TENANT_ID' in given))
    said.push('Teams is half set up: MICROSOFT_APP_TENANT_ID is missing, the organisation that the bot belongs to');
  return said.map((line) => `${line}.`);
}

/** What is missing of the sign-in, where something of it is set. */
function halfSignIn(given: NodeJS.ProcessEnv): string[] {
  const names = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'];
  const missing = names.filter((name) => !(name in given));
  if (missing.length === names.length) return [];
  const half = missing.map((name) => `The sign-in is half set up: ${name} is missing.`);
  return 'PUBLIC_URL' in given
    ? half
    : [...half, 'The sign-in needs PUBLIC_URL, the address that the provider sends people back to.'];
}

/** Without an app id Teams is off, unless somebody tries it out on their own machine. */
function teamsOf(settings: z.infer<typeof Settings>): TeamsSettings | undefined {
  const { MICROSOFT_APP_ID: id, MICROSOFT_APP_PASSWORD: password, MICROSOFT_APP_TENANT_ID: tenant } = settings;
  if (id && tenant) {
    const others = settings.TEAMS_TENANTS?.split(',').map((one) => one.trim().toLowerCase()) ?? [];
    return { app: { id, tenant, password }, tenants: [tenant.toLowerCase(), ...others] };
  }
  return settings.TEAMS_UNAUTHENTICATED === 'true' ? { app: undefined, tenants: undefined } : undefined;
}

function signInOf(settings: z.infer<typeof Settings>): SignInSettings | undefined {
  const {
    OIDC_ISSUER: issuer,
    OIDC_CLIENT_ID: clientId,
    OIDC_CLIENT_SECRET: clientSecret,
    PUBLIC_URL: publicUrl,
  } = settings;
  return issuer && clientId && clientSecret && publicUrl ? { issuer, clientId, clientSecret, publicUrl } : undefined;
}

const isLoopback = (host: string) => ['127.0.0.1', '::1', 'localhost'].includes(host);

/** What the setting is now, unless it is nobody's business. */
function now(given: NodeJS.ProcessEnv, name: string): string {
  return /KEY|PASSWORD|SECRET|TOKEN|DATABASE/.test(name) ? '' : `; it is "${given[name] ?? ''}" now`;
}

/** The settings of `.env` and of the environment; the environment wins. */
export function environment(): NodeJS.ProcessEnv {
  if (existsSync('.env')) process.loadEnvFile('.env');
  return process.env;
}

/** With SQLite the key lies beside the database, readable by its owner only, and is made together with it. */
function keptSecret(database: string): string {
  const file = join(dirname(database), 'secret.key');
  if (!existsSync(file)) {
    if (existsSync(database))
      throw new WrongSettings(
        `The log ${database} is there and its key ${file} is not. Put the key back, or give it as SECRET_KEY; a new one would not fit the log.`,
      );
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    try {
      writeFileSync(file, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
    } catch (fault) {
      // Another process was first, and its key is as good.
      if ((fault as NodeJS.ErrnoException).code !== 'EEXIST') throw fault;
    }
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < 32)
    throw new WrongSettings(
      `The key in ${file} is too short to be one. Put the right one back; a new one would not fit the log.`,
    );
  return secret;
}
