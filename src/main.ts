import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { type Logger, pino } from 'pino';
import { openCourier } from './chat/courier.ts';
import type * as slackDoor from './chat/slack/slack.ts';
import type * as teamsDoor from './chat/teams/teams.ts';
import { openWebChat } from './chat/web/chat.ts';
import { openChores } from './chores.ts';
import { type Config, environment, listSettings, readConfig, WrongSettings } from './config.ts';
import { fileOf, openDatabase } from './database/database.ts';
import { settleStorage } from './database/storage.ts';
import { isHere, openFront } from './front.ts';
import type { Rooms } from './guidance/desk.ts';
import { FlowFaults } from './guidance/flows.ts';
import { loadFlowsApart } from './guidance/flows-thread.ts';
import { type Guidance, openGuidance } from './guidance/guidance.ts';
import { checkKey } from './record/ledger.ts';
import { openConsole } from './review/console.ts';
import { openReviewInChat } from './review/inchat.ts';
import { openReview } from './review/review.ts';
import { openRoles, type Roles, WrongRoles } from './review/roles.ts';
import { openSignIn } from './review/signin.ts';
import type { SummaryRoom } from './review/summary.ts';

/** Opens the house: settings, database, flows, doors. Resolves when it serves. */
async function open() {
  const config = readConfig(environment());
  const logger = pino({ level: config.LOG_LEVEL, name: 'isitpublic' });
  // A library that leaves a failure lying must not take everybody else down with it.
  process.on('unhandledRejection', (fault) => logger.error({ err: fault }, 'a failure was left unhandled'));
  const flows = await loadFlowsApart(config.FLOWS);
  const database = await openDatabase(config.DATABASE_URL, { server: true });
  const guidance = await openGuidance(database, flows, config.SECRET_KEY, undefined, roomsOf(config));
  await checkKey(database, guidance.keys.ledger);
  const roles = openRoles(config.ROLES, (fault) => logger.error({ err: fault }, 'the roles were not read anew'));
  const reviewing = openReviewInChat(guidance, roles, consoleOf(config));
  const slack = config.slack && (await openSlack(guidance, database, config.slack, reviewing, logger));
  const teams = config.teams && (await openTeams(guidance, database, config.teams, reviewing, logger));
  const review = await openReviewing(config, guidance, roles, logger);
  const courier = openCourier(database, { slack, teams }, guidance.now, logger);
  const server = openFront(
    config,
    database,
    { web: openWebChat(guidance, (request) => isHere(config, request)), slack, teams, review },
    logger,
  );
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(config.PORT, config.HOST, resolve));

  const { port } = server.address() as AddressInfo;
  const address = config.PUBLIC_URL ?? `http://${config.HOST.includes(':') ? `[${config.HOST}]` : config.HOST}:${port}`;
  console.log(told(config, address, flows.municipality.example));
  const chores = { config, guidance, roles, summaries: summaryRooms(config), console: consoleOf(config) };
  const stopChores = openChores(chores, logger);

  /** Lets what is under way finish, then closes the database. Nothing that was acknowledged is lost either way. */
  async function close(): Promise<void> {
    stopChores();
    const idle = setInterval(() => server.closeIdleConnections(), 50);
    const patience = setTimeout(() => server.closeAllConnections(), 4000);
    await new Promise((resolve) => server.close(resolve));
    await courier.close();
    await Promise.all([slack?.close(), teams?.close()]);
    clearInterval(idle);
    clearTimeout(patience);
    logger.info({ head: await guidance.log.head().catch(() => undefined) }, 'stopped; head of the ledger');
    await guidance.log.close();
    // What may be forgotten has a moment.
    await Promise.race([settleStorage(database), wait(500)]);
    await database.close();
  }
  return close;
}

/** Where those who answer questions are told of them, and what the links in it begin with. */
function roomsOf({ slack, teams, HOST, PORT, PUBLIC_URL, ...config }: Config): Rooms {
  return {
    slack: slack && config.SLACK_REGISTRAR_CHANNEL,
    teams: teams && config.TEAMS_REGISTRAR_CHANNEL,
    address: PUBLIC_URL?.replace(/\/+$/, '') ?? `http://${HOST.includes(':') ? `[${HOST}]` : HOST}:${PORT}`,
  };
}

/** Where the summary of each week is told. */
function summaryRooms({ slack, teams, ...config }: Config): SummaryRoom[] {
  const rooms = [
    { platform: 'slack', channel: slack && config.SLACK_SUMMARY_CHANNEL },
    { platform: 'teams', channel: teams && config.TEAMS_SUMMARY_CHANNEL },
  ] as const;
  return rooms.flatMap(({ platform, channel }) => (channel === undefined ? [] : [{ platform, channel }]));
}

/** Where others reach the console. */
function consoleOf({ PUBLIC_URL }: Config): string | undefined {
  return PUBLIC_URL && new URL('/review', PUBLIC_URL).href;
}

/** The console for managers, and the way in to it. */
async function openReviewing(config: Config, guidance: Guidance, roles: Roles, logger: Logger) {
  const signIn = await openSignIn(config.signIn, guidance, roles, (request) => isHere(config, request), logger);
  const { loopback, slack, teams, signIn: provider } = config;
  return openReview(openConsole(guidance, signIn, logger), signIn, {
    roles,
    open: {
      web: loopback,
      slack: slack !== undefined,
      teams: teams !== undefined,
      signIn: provider !== undefined,
    },
    settings: listSettings(environment()),
  });
}

/** What Slack and Microsoft have written is large, and read only where it is set up. */
async function openSlack(...given: Parameters<typeof slackDoor.openSlack>): Promise<slackDoor.SlackDoor> {
  const { openSlack } = await import('./chat/slack/slack.ts');
  return openSlack(...given);
}

async function openTeams(...given: Parameters<typeof teamsDoor.openTeams>): Promise<teamsDoor.TeamsDoor> {
  const { openTeams } = await import('./chat/teams/teams.ts');
  return openTeams(...given);
}

/** What is on, what is off, and why. */
function told(
  { loopback, DATABASE_URL, PUBLIC_URL, slack, teams, signIn }: Config,
  address: string,
  example: boolean,
): string {
  const where = fileOf(DATABASE_URL) ?? 'PostgreSQL';
  const reached = slack?.appToken === undefined ? `over HTTP, at ${address}/slack/events` : 'over Socket Mode';
  return [
    `isitpublic: ${address}`,
    loopback
      ? '  web chat   on, for this machine only, without sign-in'
      : '  web chat   off for everybody: the address is open to others; only public pages and /healthz are served',
    slack
      ? `  Slack      on, ${reached}`
      : '  Slack      off: set SLACK_BOT_TOKEN and what goes with it; see the README',
    ...(slack?.oauth ? [`             to be installed at ${PUBLIC_URL}/slack/install`] : []),
    teams
      ? `  Teams      on, at ${address}/api/messages${teams.app ? '' : ', for this machine only: WITHOUT ANY CHECK of who asks (TEAMS_UNAUTHENTICATED)'}`
      : '  Teams      off: set MICROSOFT_APP_ID and what goes with it; see the README',
    signIn
      ? `  review     on, at ${address}/review, for those who sign in at ${new URL(signIn.issuer).host}`
      : '  review     on, at /review, for this machine only: set OIDC_ISSUER and what goes with it to let others sign in',
    `  log        ${where}`,
    ...(example ? ['  flows      with the example municipality: fill in flows/municipality.yaml'] : []),
  ].join('\n');
}

try {
  const opening = open();
  const stop = once(() => {
    setTimeout(() => process.exit(1), 9000).unref();
    opening
      .then((close) => close())
      .then(() => process.exit(0))
      .catch((fault) => {
        console.error(fault);
        process.exit(1);
      });
  });
  // Both npm and a service manager may ask, and a person may be impatient: the first time is enough.
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, stop);
  await opening;
} catch (fault) {
  // What an administrator can mend is said in a sentence; only what should not happen shows where it happened.
  const known = [WrongSettings, WrongRoles, FlowFaults].some((kind) => fault instanceof kind);
  console.error(
    known || fault instanceof Error
      ? `${known ? '' : 'isitpublic could not start. '}${explained(fault as Error)}`
      : fault,
  );
  process.exit(1);
}

function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (!done) act();
    done = true;
  };
}

function explained(fault: Error & { code?: string; address?: string; port?: number }): string {
  if (fault.code === 'EADDRINUSE')
    return `Port ${fault.port} is taken, perhaps by another isitpublic. Stop that one, or set PORT to another number.`;
  if (fault.code === 'EACCES' || fault.code === 'EADDRNOTAVAIL')
    return `It can't listen on ${fault.address}:${fault.port} (${fault.code}). Set HOST and PORT to an address of this machine.`;
  if (fault.code === 'ECONNREFUSED' || fault.code === 'ENOTFOUND')
    return `The database of DATABASE_URL does not answer (${fault.code}). Start it, or mend the address.`;
  return fault.message;
}
