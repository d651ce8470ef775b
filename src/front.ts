import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import express, {
  type ErrorRequestHandler,
  type Express,
  type Request,
  type RequestHandler,
  type Router,
} from 'express';
import helmet from 'helmet';
import type { Logger } from 'pino';
import { collectDefaultMetrics, Histogram, Registry } from 'prom-client';
import type { Door } from './chat/door.ts';
import { newReference } from './chat/intake.ts';
import type { Config } from './config.ts';
import type { Database } from './database/database.ts';
import { languageOf } from './review/console.ts';
import { drawConsoleFault } from './review/signinpage.ts';

/** The ways in: pages for browsers, and beside them what a platform sends, which has a check of its own. */
interface Doors {
  web: Door;
  slack?: { listener: RequestListener } | undefined;
  teams?: { listener: RequestListener; tab: { html: string; policy: string } | undefined } | undefined;
  /** The console, which asks by itself who comes in. */
  review?: Router | undefined;
}

/** Who may come in, with what, and what is said where something breaks. Everything behind it can trust the request. */
export function openFront(
  config: Config,
  database: Database,
  { web: door, slack, teams, review }: Doors,
  logger: Logger,
): Server {
  const metrics = openMetrics();
  const app: Express = express();
  // Whoever passes requests on to us stands beside us, and says for whom: a sign-in is counted for each address by itself.
  app.set('trust proxy', ['loopback', 'linklocal', 'uniquelocal']);
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use(
    helmet({
      contentSecurityPolicy: {
        useDefaults: false,
        directives: {
          'default-src': ["'none'"],
          'script-src': ["'self'"],
          'style-src': ["'self'"],
          'img-src': ["'self'"],
          'form-action': ["'self'"],
          'base-uri': ["'none'"],
          'frame-ancestors': ["'none'"],
        },
      },
      frameguard: { action: 'deny' },
      strictTransportSecurity: config.PUBLIC_URL?.startsWith('https:') ? { maxAge: 31_536_000 } : false,
      referrerPolicy: { policy: 'same-origin' },
    }),
  );
  app.use((request, response, next) => {
    if (!request.path.startsWith('/assets/')) response.set('Cache-Control', 'no-store');
    next();
  });
  app.get('/healthz', (_, response) => void response.type('text').send('ok\n'));
  const tab = teams?.tab;
  if (tab)
    app.get('/teams/tab', (_, response) => {
      // Teams shows it within its own page, and so it says itself who may.
      response.removeHeader('X-Frame-Options');
      response.set('Content-Security-Policy', tab.policy).type('html').send(tab.html);
    });
  app.use(onlyLocal(config, door), ownOrigin(config, door));
  app.get('/readyz', async (_, response) => {
    await database.ping().then(
      () => response.type('text').send('ready\n'),
      (fault: unknown) => {
        logger.warn({ err: fault }, 'the database does not answer');
        response.status(503).type('text').send('The database does not answer.\n');
      },
    );
  });
  app.get(
    '/metrics',
    async (_, response) => void response.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  );
  if (review) app.use('/review', metrics.measure, review);
  app.use(metrics.measure, door.router);
  app.use((request, response) => {
    response.status(404);
    if (readsPages(config, request)) response.type('html').send(door.drawTurnedAway(request, 'missing'));
    else response.type('text').send('There is nothing here. / Här finns ingenting.\n');
  });
  app.use(inWords(door, logger));
  return createServer({ requestTimeout: 30_000, headersTimeout: 15_000 }, (request, response) => {
    // Nothing stands between Slack and the check of its signature, nor between Teams and the check of its token.
    if (slack && request.url?.startsWith('/slack/')) slack.listener(request, response);
    else if (teams && isMessages(request) && (config.teams?.app || isLocal(request))) teams.listener(request, response);
    else app(request, response);
  });
}

/**
 * Only this machine gets in: bound to it, asked for by its own name, and not passed on by anybody. All others get what is
 * meant for the public, and the console where people can sign in to it.
 */
function onlyLocal(config: Config, door: Door): RequestHandler {
  return (request, response, next) => {
    const console = config.signIn !== undefined && isConsole(request);
    if (door.isPublic(request) || console || isHere(config, request)) return next();
    response
      .status(403)
      .type('text')
      .send(
        config.signIn
          ? 'Här finns bara /review för andra än dem som sitter vid datorn själv.\nOnly /review is here for others than those at the computer itself.\n'
          : 'Den här sidan kräver inloggning, och inloggning är inte inställd.\nThis page needs a sign-in, and none has been set up.\n',
      );
  };
}

const isConsole = ({ originalUrl }: Request) => /^\/review([/?]|$)/.test(originalUrl);

/** What was sent with a form, to be sent once more; nothing where a page was asked for. */
function fieldsOf({ method, body }: Request): [string, string][] | undefined {
  if (method !== 'POST' || typeof body !== 'object' || body === null) return undefined;
  return Object.entries(body as Record<string, unknown>).flatMap(([name, value]) =>
    [value].flat().flatMap((one): [string, string][] => (typeof one === 'string' ? [[name, one]] : [])),
  );
}

/** Whether somebody asks from this very machine, with nobody in between. */
export function isHere({ loopback }: Config, request: IncomingMessage): boolean {
  return loopback && isLocal(request);
}

/** Whether somebody reads this in a browser and has a start page to go on from. */
function readsPages(config: Config, request: Request): boolean {
  return isHere(config, request) && request.accepts(['text', 'html']) === 'html';
}

function isMessages({ url = '' }: IncomingMessage): boolean {
  return url === '/api/messages' || url.startsWith('/api/messages?');
}

function isLocal({ headers }: IncomingMessage): boolean {
  const forwarded = Object.keys(headers).some((name) => name === 'forwarded' || name.startsWith('x-forwarded-'));
  return !forwarded && /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/i.test(headers.host ?? '');
}

/** Another site must not be able to press in somebody's name. A browser always says where a form comes from. */
function ownOrigin(config: Config, door: Door): RequestHandler {
  const { PUBLIC_URL } = config;
  return (request, response, next) => {
    if (request.method === 'GET' || request.method === 'HEAD') return next();
    const own = [
      `http://${request.headers.host}`,
      `https://${request.headers.host}`,
      ...(PUBLIC_URL ? [new URL(PUBLIC_URL).origin] : []),
    ];
    const { origin = originOf(request.headers.referer), 'sec-fetch-site': site } = request.headers;
    const foreign =
      (origin !== undefined && !own.includes(origin)) ||
      (site !== undefined && site !== 'same-origin' && site !== 'none');
    if (!foreign) return next();
    response.status(403);
    if (readsPages(config, request)) return void response.type('html').send(door.drawTurnedAway(request, 'foreign'));
    response
      .type('text')
      .send(
        'Det här kom från en annan webbplats och togs inte emot.\nThis came from another site and was not taken.\n',
      );
  };
}

function originOf(referer: string | undefined): string | undefined {
  return referer !== undefined && URL.canParse(referer) ? new URL(referer).origin : undefined;
}

/** A request that is wrong is told so; a fault of ours is logged in full and shown as one line with its reference. */
function inWords(door: Door, logger: Logger): ErrorRequestHandler {
  return (fault: Error & { status?: number; type?: string }, request, response, next) => {
    if (response.headersSent) return next(fault);
    if (fault.status !== undefined && fault.status >= 400 && fault.status < 500) {
      const tooLarge = fault.status === 413;
      response
        .status(fault.status)
        .type('text')
        .send(
          tooLarge
            ? 'Det var för mycket text på en gång.\nThat was too much text at once.\n'
            : 'Det gick inte att läsa.\nThis could not be read.\n',
        );
      return;
    }
    const reference = newReference();
    logger.error({ reference, method: request.method, path: request.path, err: fault }, 'a request failed');
    const page = isConsole(request)
      ? drawConsoleFault(languageOf(request), reference, request.originalUrl, fieldsOf(request))
      : door.drawFault(request, reference);
    response.status(503).type('html').send(page);
  };
}

function openMetrics() {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const seconds = new Histogram({
    name: 'isitpublic_request_seconds',
    help: 'Time from a request to its answer, in seconds.',
    labelNames: ['method', 'status'],
    buckets: [0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
    registers: [registry],
  });
  const measure: RequestHandler = (request, response, next) => {
    const stop = seconds.startTimer();
    response.on('finish', () => stop({ method: request.method, status: response.statusCode }));
    next();
  };
  return { registry, measure };
}
