import type { RequestListener } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { Guidance } from '../../guidance/guidance.ts';
import type { Teller } from '../courier.ts';
import { answer, readBytes, refusals, refuse } from '../intake.ts';
import type { Reviewing } from '../reviewing.ts';
import { writeJson } from './card.ts';
import { openConnector } from './connector.ts';
import { type Desk, openDesk } from './desk.ts';
import { type Identity, openIdentity, type TeamsApp } from './identity.ts';
import { Activity, readSender, readTurn, tenantsOf } from './read.ts';
import { openTab, type Tab } from './tab.ts';

/** Who we are in Teams, and whom we talk with. */
export interface TeamsSettings {
  /** Without an app nobody is checked: for trying it out on one's own machine. */
  app: TeamsApp | undefined;
  /** The organisations whose people may use it; without them, any. */
  tenants: readonly string[] | undefined;
}

/** The way in from Teams. */
export interface TeamsDoor extends Teller {
  /** Takes the requests at /api/messages. */
  listener: RequestListener;
  /** The tab beside the chat; none where the program has no address for others. */
  tab: Tab | undefined;
  /** Takes nothing more, and lets what is being drawn be drawn. */
  close(): Promise<void>;
}

/** Where Teams takes what is said in Europe, as long as it has not told us anything yet. */
const usual = 'https://smba.trafficmanager.net/emea/';

/** What Teams sends is a tenth of this. */
const largest = 256 * 1024;

/** Opens the door: each request is read, its sender is checked, and only then looked at. */
export async function openTeams(
  guidance: Guidance,
  database: Database,
  { app, tenants }: TeamsSettings,
  reviewing: Reviewing,
  logger: Logger,
): Promise<TeamsDoor> {
  const identity = openIdentity(app);
  const tried = app === undefined;
  const isTrusted = (address: string) => isOfTeams(address) || (tried && isHere(address));
  const mayUpload = (address: string) => isOfSharePoint(address) || (tried && isHere(address));
  const connector = openConnector(identity.token, isTrusted);
  const settings = { home: tenants?.[0], usual: app && usual, mayUpload };
  const desk = openDesk(guidance, database, connector, reviewing, settings, logger);
  if (app) void greet(identity, logger);
  return {
    tell: desk.tell,
    announce: desk.announce,
    tab: reviewing.address === undefined ? undefined : openTab(reviewing.address),
    listener: receive(desk, identity, { tenants, isTrusted, tried }, logger),
    async close() {
      await Promise.race([desk.settle(), wait(3000, undefined, { ref: false })]);
    },
  };
}

interface Checks {
  tenants: readonly string[] | undefined;
  isTrusted(address: string): boolean;
  tried: boolean;
}

function receive(
  desk: Desk,
  identity: Identity,
  { tenants, isTrusted, tried }: Checks,
  logger: Logger,
): RequestListener {
  return async (request, response) => {
    try {
      const { authorization = '', 'content-type': type = '' } = request.headers;
      const bytes = await readBytes(request, largest);
      if (request.method !== 'POST') return refuse(response, 405, refusals.nothing);
      if (!tried && authorization === '') return refuse(response, 401, unsigned);
      if (bytes === undefined) return refuse(response, 413, refusals.tooLarge);
      const read = /^application\/json\b/i.test(type) ? Activity.safeParse(readJson(bytes)) : undefined;
      if (!read?.success) return refuse(response, tried ? 400 : 401, tried ? refusals.unreadable : unsigned);
      const activity = read.data;
      const { channelId, serviceUrl } = activity;
      const checked = await identity.check({ channelId, serviceUrl }, authorization).then(
        () => true,
        (fault: unknown) => {
          const because = fault instanceof Error ? fault.message : fault;
          logger.warn({ because }, 'a request to /api/messages did not come from Teams, and was refused');
          return false;
        },
      );
      if (!checked) return refuse(response, 401, unsigned);
      const from = tenantsOf(activity);
      const known = tenants === undefined || (from.length > 0 && from.every((one) => tenants.includes(one)));
      if (channelId !== 'msteams' || !known || !isTrusted(serviceUrl)) {
        const why = 'a request to /api/messages came from elsewhere, and was refused';
        logger.warn({ channelId, from, serviceUrl }, why);
        return refuse(response, 403, 'Not for this organisation. / Inte för den här organisationen.');
      }
      const turn = readTurn(activity);
      if (turn.kind === 'unknown') return refuse(response, 501, 'That is not known here. / Det känner vi inte till.');
      return answer(response, await desk.take(turn, readSender(activity), activity.id ?? ''), writeJson);
    } catch (fault) {
      if (request.destroyed && !request.complete) return;
      logger.error({ err: fault }, 'something told by Teams could not be answered');
      if (!response.headersSent) refuse(response, 500, refusals.ours);
    }
  };
}

const unsigned = 'This did not come from Teams. / Det här kom inte från Teams.';

/** Says once whether Microsoft knows us, so that a wrong secret is found at the start and not by the first person. */
async function greet(identity: Identity, logger: Logger): Promise<void> {
  try {
    await identity.token();
    logger.info('Microsoft gives out tokens for Teams');
  } catch (fault) {
    const because = fault instanceof Error ? fault.message.slice(0, 300) : fault;
    const why =
      'Microsoft gives out no token for Teams; everything else works, and it is asked again when it is needed';
    logger.warn({ because }, why);
  }
}

/** @returns undefined where it is no JSON. */
function readJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return undefined;
  }
}

/** Where Teams takes what is said, in the public cloud: this name alone, since anybody may have one beside it. */
function isOfTeams(address: string): boolean {
  return isAt(address, /^https:\/\/smba\.trafficmanager\.net$/);
}

function isOfSharePoint(address: string): boolean {
  return isAt(address, /^https:\/\/[a-z0-9-]+\.sharepoint\.com$/);
}

function isHere(address: string): boolean {
  return isAt(address, /^https?:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/);
}

/** Whether an address lies there, and says nothing of who asks. */
function isAt(address: string, place: RegExp): boolean {
  if (!URL.canParse(address)) return false;
  const { origin, username, password, hash } = new URL(address);
  return place.test(origin) && username === '' && password === '' && hash === '';
}
