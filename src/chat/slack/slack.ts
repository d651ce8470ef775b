import type { RequestListener } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import bolt, {
  type AuthorizeResult,
  type AuthorizeSourceData,
  type Logger as BoltLogger,
  type ReceiverEvent,
} from '@slack/bolt';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Guidance, Visitor } from '../../guidance/guidance.ts';
import type { Teller } from '../courier.ts';
import { refusals, refuse } from '../intake.ts';
import type { Reviewing } from '../reviewing.ts';
import { announceIn, explain, respond, tellIn } from './deliver.ts';
import { type Desk, openDesk, type Told } from './desk.ts';
import { drawTelling, drawWords } from './drawwords.ts';
import { type OAuth, openInstaller } from './installations.ts';
import { openReception } from './receive.ts';
import { slackWords } from './words.ts';

/** How the program is let in to Slack. */
export interface SlackSettings {
  /** The app's token in the one workspace that it was made for. */
  botToken?: string | undefined;
  signingSecret?: string | undefined;
  /** With it, the program connects to Slack by itself, and Slack needs no way in. */
  appToken?: string | undefined;
  /** With it, any workspace may install the app. */
  oauth?: OAuth | undefined;
  /** Another Slack than Slack's own; ends in /api/. */
  apiUrl?: string | undefined;
}

/** The way in from Slack. */
export interface SlackDoor extends Teller {
  /** Takes the requests under /slack/. */
  listener: RequestListener;
  /** Takes nothing more, and lets what is being drawn be drawn. */
  close(): Promise<void>;
}

/** How long Slack may take for one call, in ms. What is to be tried again is tried by us. */
const calling = { timeout: 5000, retryConfig: { retries: 0 }, rejectRateLimitedCalls: true };
/** The pauses before Slack is tried again, in ms. */
const pauses = { first: 1000, longest: 30_000 };

/** Opens the door. Where Slack does not answer, the program goes on without it and tries again. */
export function openSlack(
  guidance: Guidance,
  database: Database,
  { botToken, signingSecret, appToken, oauth, apiUrl }: SlackSettings,
  reviewing: Reviewing,
  logger: Logger,
): SlackDoor {
  const clientOptions = { ...calling, ...(apiUrl !== undefined && { slackApiUrl: apiUrl }) };
  const told = quietly(logger);
  const installer =
    oauth && openInstaller(oauth, database, guidance.keys.vault, { clientOptions, logger: told, apiUrl });
  const socket =
    appToken === undefined
      ? undefined
      : new bolt.SocketModeReceiver({
          appToken,
          logger: told,
          installerOptions: { clientOptions },
          // Its own way of coming back ends the program where Slack can't be reached; see `stayConnected`.
          autoReconnectEnabled: false,
          processEventErrorHandler: async () => false,
        });
  const http = socket || signingSecret === undefined ? undefined : openReception(signingSecret, logger);
  async function authorize(source: AuthorizeSourceData<boolean>): Promise<AuthorizeResult> {
    const installed = await installer?.authorize(source).catch((fault: unknown) => {
      if (botToken === undefined) throw fault;
      return undefined;
    });
    return installed ?? { botToken: botToken! };
  }
  const slack = new Slack({
    receiver: (socket ?? http)!,
    authorize,
    clientOptions,
    convoStore: false,
    ignoreSelf: false,
    logger: told,
    extendedErrorHandler: true,
  });
  const desk = openDesk(guidance, database, reviewing, logger, async (where) => {
    await installer?.forget(where);
    logger.info(where, 'the app was uninstalled in Slack');
  });
  listen(slack, desk, logger);
  const clientFor = (token: string) => new bolt.webApi.WebClient(token, { ...clientOptions, logger: told });

  const closing = new AbortController();
  if (socket) void stayConnected(socket.client, logger, closing.signal);
  if (botToken !== undefined) void greet(slack, botToken, logger, closing.signal);
  return {
    listener: answer(http?.listener, installer?.listener),
    async tell({ hash, tenant, user_id, language }, lines, session) {
      const within = { teamId: tenant, enterpriseId: tenant.startsWith('E') ? tenant : undefined };
      const token = await authorize({ ...within, isEnterpriseInstall: tenant.startsWith('E') }).then(
        (found) => found.botToken,
        () => undefined,
      );
      if (token === undefined) return { kind: 'gone', because: 'the app is not installed there any more' };
      const client = clientFor(token);
      const person = { hash, platform: 'slack', tenant, userId: user_id };
      const visitor: Visitor = { person, language: language === 'en' ? 'en' : 'sv' };
      // It may be about somebody else's, which is not theirs to open here.
      const card = session === null ? undefined : await desk.findCard(visitor, session).catch(() => undefined);
      const said = await tellIn(client, user_id, drawTelling(lines, card ? session : null, visitor.language));
      if (card && session !== null && said.kind === 'sent') desk.drawAgain(client, visitor, session);
      return said;
    },
    async announce(channel, lines) {
      // Of several workspaces none is the one that the settings mean.
      if (botToken === undefined)
        return { kind: 'gone', because: 'only SLACK_BOT_TOKEN says in which workspace it is' };
      return announceIn(clientFor(botToken), channel, lines);
    },
    async close() {
      closing.abort();
      await socket?.client.disconnect().catch(() => {});
      await Promise.race([desk.settle(), wait(3000, undefined, { ref: false })]);
    },
  };
}

/** Bolt, but what nobody listens for is received all the same, and so is what can't be made out: nobody waits for us. */
class Slack extends bolt.App {
  override async processEvent(event: ReceiverEvent): Promise<void> {
    let received = false;
    const ack: ReceiverEvent['ack'] = async (answer) => {
      if (received) return;
      received = true;
      await event.ack(answer);
    };
    await super.processEvent({ ...event, ack });
    await ack();
  }
}

/** One listener for each way in which Slack tells us something; what it is about, the desk finds out. */
function listen(slack: Slack, desk: Desk, logger: Logger): void {
  slack.action(/./, (heard) => desk.press(toldIn(heard)));
  slack.command(/./, (heard) => desk.command(toldIn(heard)));
  slack.shortcut(/./, (heard) => desk.shortcut(toldIn(heard)));
  slack.view(/./, (heard) => desk.submit(toldIn(heard)));
  slack.event(/./, (heard) => desk.event(toldIn(heard)));
  slack.error(async ({ error, body }: Failed) => {
    if (error.code !== bolt.ErrorCode.AuthorizationError) throw error;
    logger.warn({ because: error.message }, 'told by a workspace where the app is not installed');
    if ('response_url' in body && typeof body.response_url === 'string') {
      const lines = [slackWords('sv').notInstalled, slackWords('en').notInstalled];
      await respond(body.response_url, { response_type: 'ephemeral', ...drawWords(...lines) });
    }
  });
}

/** What Bolt says of a failure: more than its own types do. */
interface Failed {
  error: Error & { code: string };
  body: object;
}

/** What Bolt has heard, without Bolt. */
function toldIn(heard: {
  client: Told['client'];
  context: { teamId?: string; enterpriseId?: string; isEnterpriseInstall: boolean };
  body: unknown;
  ack?: unknown;
}): Told {
  const { teamId, enterpriseId, isEnterpriseInstall } = heard.context;
  return {
    client: heard.client,
    where: { teamId, enterpriseId, isEnterpriseInstall },
    body: heard.body,
    ack: heard.ack as Told['ack'],
  };
}

/** Takes what comes in under /slack/: what Slack tells, and the pages by which the app is installed. */
function answer(events: RequestListener | undefined, pages: RequestListener | undefined): RequestListener {
  return (request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    if (events && pathname === '/slack/events' && request.method === 'POST') return events(request, response);
    try {
      if (pages) return pages(request, response);
    } catch {
      // Bolt has no such page.
    }
    refuse(response, 404, refusals.nothing);
  };
}

/** Connects, and connects again whenever the connection ends: at once where Slack asks for it, else with longer and longer pauses. */
async function stayConnected(
  client: InstanceType<typeof bolt.SocketModeReceiver>['client'],
  logger: Logger,
  closing: AbortSignal,
): Promise<void> {
  for (let failures = 0; !closing.aborted; ) {
    const { promise: ended, resolve } = Promise.withResolvers<void>();
    client.once('disconnected', resolve);
    try {
      await client.start();
      logger.info('connected to Slack over Socket Mode');
      failures = 0;
      await ended;
    } catch (fault) {
      failures += 1;
      logger.warn({ because: explain(fault) }, 'Slack can’t be reached over Socket Mode; it is tried again');
    }
    client.off('disconnected', resolve);
    await pauseFor(failures, closing);
  }
}

/** Says once whether Slack knows us, so that a wrong token is found at the start and not by the first person. */
async function greet(slack: Slack, token: string, logger: Logger, closing: AbortSignal): Promise<void> {
  for (let failures = 1; !closing.aborted; failures += 1) {
    try {
      const { team, user } = await slack.client.auth.test({ token });
      return logger.info({ workspace: team, app: user }, 'Slack answers');
    } catch (fault) {
      const failed = explain(fault);
      const why = failed.kind === 'refused' ? 'Slack refuses SLACK_BOT_TOKEN' : 'Slack does not answer';
      logger.warn({ because: failed }, `${why}; everything else works, and it is tried again`);
    }
    await pauseFor(failures, closing);
  }
}

async function pauseFor(failures: number, closing: AbortSignal): Promise<void> {
  const milliseconds = failures === 0 ? 0 : Math.min(pauses.first * 2 ** (failures - 1), pauses.longest);
  await wait(milliseconds, undefined, { signal: closing, ref: false }).catch(() => {});
}

/** Bolt's own words in our log. What it says for debugging holds what people were sent, and is not kept. */
function quietly(logger: Logger): BoltLogger {
  const say = (...words: unknown[]) => logger.warn({ from: 'Slack' }, words.map(String).join(' '));
  return {
    debug() {},
    info: () => {},
    warn: say,
    error: say,
    setLevel() {},
    getLevel: () => bolt.LogLevel.WARN,
    setName() {},
  };
}
