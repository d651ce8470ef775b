import { createHash, createHmac, randomBytes } from 'node:crypto';
import express, { type CookieOptions, type Request, type Response, Router } from 'express';
import type { Logger } from 'pino';
import { openStorage, settleStorage } from '../database/storage.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { recognise } from '../record/person.ts';
import { languageOf } from './console.ts';
import { type Member, ownOf } from './members.ts';
import type { Identity, Secrets } from './provider.ts';
import type { Roles } from './roles.ts';
import { openSessions, type Session } from './sessions.ts';
import { drawOutside, drawRoleless } from './signinpage.ts';

/** How the program is known to the provider that people sign in at. */
export interface SignInSettings {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** Where the provider sends people back to. */
  publicUrl: string;
}

/** Somebody in the console, and what their forms must carry. */
export interface Signed {
  member: Member;
  /** Stands in every form of theirs: another site can't know it. */
  token: string;
}

/** The way in to the console. */
export interface SignIn {
  /**
   * The pages by which one signs in and out: /review/sign-in, /review/callback, POST /review/sign-out; and where those
   * end who have no role (/review/no-role), or who sent a form too late (/review/session-ended).
   */
  router: Router;
  /** Whether there is a provider that people can sign in at. */
  open: boolean;
  /** @returns nothing where nobody has signed in. */
  signed(request: Request): Promise<Signed | undefined>;
}

/** A sign-in that has been begun, and where it is to lead. */
interface Pending {
  secrets: Secrets;
  back: string;
  until: number;
}

const minute = 60_000;
const lasts = { pending: 10 * minute };
/** How many sign-ins may be begun from one address within a minute. */
const most = 60;

/**
 * Who comes in, by the word of the provider; what is kept of them, see `sessions`.
 * @param settings without them only this machine gets in.
 * @param isLocal whether the request comes from this machine, as the front of the house sees it.
 * @throws where people's sign-ins would cross a network in clear.
 */
export async function openSignIn(
  settings: SignInSettings | undefined,
  guidance: Guidance,
  roles: Roles,
  isLocal: (request: Request) => boolean,
  logger: Logger,
): Promise<SignIn> {
  const { database, keys, now, municipality } = guidance;
  const home = settings?.publicUrl.replace(/\/+$/, '') ?? '';
  // What talks to a provider is large, and read only where there is one.
  const provider = settings && (await import('./provider.ts')).openProvider({ ...settings, publicUrl: home }, logger);
  const secure = settings !== undefined && new URL(settings.publicUrl).protocol === 'https:';
  if (settings && !secure && !isLoopback(new URL(settings.publicUrl)))
    logger.warn('PUBLIC_URL is not https: whoever listens on the way can take over the session of a reviewer');
  // A browser takes a cookie with this prefix from nobody but this very host, and over https only.
  const prefix = secure ? '__Host-' : '';
  const cookies = {
    session: `${prefix}isitpublic${secure ? '' : '-console'}`,
    pending: `${prefix}isitpublic-signing-in`,
  };
  // Lax and not Strict: a link in a chat and the provider's way back are navigations from elsewhere, and have to bring
  // their cookie along. Forms of others' bring it to no POST, and each POST of ours carries a token and an origin besides.
  const strict: CookieOptions = { secure, httpOnly: true, sameSite: 'lax', path: '/' };

  const sessions = openSessions(database, now);
  const isTooMany = openLimit(now);
  const pendings = openStorage<Pending>(database, 'signing-in', lasts.pending);
  const local: Signed = {
    token: randomBytes(32).toString('base64url'),
    member: {
      id: recognise(keys.person, 'local', '', 'local').hash,
      name: 'Lokal granskare',
      granted: (['reviewer', 'registrar', 'archivist', 'auditor', 'administrator'] as const).map((role) => ({
        role,
        units: undefined,
      })),
      own: [],
      local: true,
    },
  };

  const router = Router();

  router.get('/review/sign-in', async (request, response) => {
    if (!settings || !provider) return outside(request, response, 403, 'not set up');
    const back = ownPath(request.query.back);
    // They come back to the address that the provider knows, and only from there does the browser bring its cookie.
    // Once and no more: behind a proxy we may never be called by that name.
    if (request.headers.host !== new URL(settings.publicUrl).host && request.query.here === undefined)
      return response.redirect(303, `${home}/review/sign-in?${new URLSearchParams({ back, here: '1' })}`);
    if (isTooMany(request.ip ?? '')) {
      response.set('Retry-After', '60');
      return outside(request, response, 429, 'too many', back);
    }
    const begun = await provider.begin();
    if (begun === 'unreachable') return outside(request, response, 503, 'unreachable', back);
    const { address, secrets } = begun;
    // The same for all of a browser's sign-ins, so that two tabs don't get in each other's way.
    const browser = readId(request, cookies.pending) ?? newId();
    await pendings.set(pendingKey(browser, secrets.state), { secrets, back, until: now().getTime() + lasts.pending });
    // Another instance may be the one that they come back to.
    await settleStorage(database);
    response.cookie(cookies.pending, browser, { ...strict, maxAge: lasts.pending });
    response.redirect(303, address.href);
  });

  router.get('/review/callback', async (request, response) => {
    if (!provider) return outside(request, response, 403, 'not set up');
    const pending = await takePending(request);
    if (!pending) return outside(request, response, 400, 'refused');
    const query = request.originalUrl.slice(request.originalUrl.indexOf('?') + 1);
    const identity = await provider.finish(query, pending.secrets);
    if (identity === 'unreachable') return outside(request, response, 503, 'unreachable', pending.back);
    if (identity === 'refused') return outside(request, response, 400, 'refused', pending.back);

    await endSession(request);
    const session = sessionOf(identity);
    // Never one that the browser has brought along: somebody else might know it.
    const id = await sessions.begin(session);
    response.cookie(cookies.session, id, strict);
    logger.info({ member: session.id }, 'somebody has signed in');
    // Who has no role may still go to what is their own.
    const goesOn = roles(session.known).length > 0 || (ownIn(session).length > 0 && pending.back !== start);
    response.redirect(303, goesOn ? pending.back : '/review/no-role');
  });

  router.get('/review/no-role', async (request, response) => {
    const session = await readSession(request);
    if (!session) return response.redirect(303, '/review');
    if (roles(session.known).length > 0) return response.redirect(303, '/review');
    response
      .status(403)
      .type('html')
      .send(drawRoleless(languageOf(request), municipality, { ...session, own: ownIn(session) }, tokenOf(session)));
  });

  router.post('/review/sign-out', express.urlencoded({ extended: false, limit: '4kb' }), async (request, response) => {
    const session = await readSession(request);
    if (session && request.body?.token !== tokenOf(session)) return outside(request, response, 403, 'stale');
    if (session) {
      await endSession(request);
      logger.info({ member: session.id }, 'somebody has signed out');
    }
    response.clearCookie(cookies.session, strict);
    response.redirect(303, '/review/signed-out');
  });

  router.get('/review/signed-out', (request, response) => outside(request, response, 200, 'signed out'));

  // After a form there is a page in between: browsers let a form lead to nobody's address but our own.
  router.get('/review/session-ended', (request, response) => outside(request, response, 403, 'ended'));

  return {
    router,
    open: provider !== undefined,
    async signed(request) {
      const session = await readSession(request);
      if (!session) return isLocal(request) ? local : undefined;
      const { id, name, known } = session;
      const member = { id, name, own: ownIn(session), granted: roles(known), local: false };
      return { member, token: tokenOf(session) };
    },
  };

  function outside(
    request: Request,
    response: Response,
    status: number,
    what: Parameters<typeof drawOutside>[1],
    back?: string,
  ): void {
    response
      .status(status)
      .type('html')
      .send(drawOutside(languageOf(request), what, municipality, back));
  }

  /** Asked anew at each press, as roles are. */
  function ownIn({ known }: Pick<Session, 'known'>): string[] {
    return ownOf(keys.person, roles.namesOf(known.names));
  }

  /** The sign-in that this browser has begun and comes back from. Nobody comes back from it twice. */
  async function takePending(request: Request): Promise<Pending | undefined> {
    const [browser, { state }] = [readId(request, cookies.pending), request.query];
    if (browser === undefined || typeof state !== 'string') return undefined;
    const key = pendingKey(browser, state);
    const found = await pendings.get(key);
    if (!found) return undefined;
    await pendings.delete(key);
    return found.until > now().getTime() ? found : undefined;
  }

  async function readSession(request: Request): Promise<(Session & { cookie: string }) | undefined> {
    const cookie = readId(request, cookies.session);
    const found = cookie === undefined ? undefined : await sessions.find(cookie);
    return cookie !== undefined && found ? { ...found, cookie } : undefined;
  }

  async function endSession(request: Request): Promise<void> {
    const cookie = readId(request, cookies.session);
    if (cookie !== undefined) await sessions.end(cookie);
  }

  /** The same all through a session, and nothing that could be made from what the database holds. */
  function tokenOf({ cookie }: { cookie: string }): string {
    return createHmac('sha256', keys.vault).update(`form of ${cookie}`).digest('base64url');
  }

  function sessionOf({ subject, name, email, groups, chats }: Identity): Omit<Session, 'since' | 'until'> {
    return {
      id: recognise(keys.person, 'oidc', settings!.issuer, subject).hash,
      name,
      known: {
        names: [
          ...(email ? [email] : []),
          ...chats.map(({ platform, tenant, user }) => `${platform}:${tenant}/${user}`),
          `oidc:${subject}`,
        ],
        groups,
      },
    };
  }
}

const newId = () => randomBytes(32).toString('base64url');
const hash = (id: string) => createHash('sha256').update(id).digest('hex');
const pendingKey = (browser: string, state: string) => hash(`${browser} ${state}`);

/** An id out of a cookie of this name; whatever is not one of ours is as good as none. */
function readId({ headers }: Request, name: string): string | undefined {
  const values = (headers.cookie ?? '').split(';').map((pair) => pair.trim().split('='));
  return values.find(([key, value]) => key === name && /^[\w-]{43}$/.test(value ?? ''))?.[1];
}

/**
 * Counts what is begun from each address within the minute: nobody can have the provider asked, or the database filled,
 * without end.
 */
function openLimit(now: () => Date): (address: string) => boolean {
  let counts = new Map<string, number>();
  let begun = 0;
  return (address) => {
    const time = now().getTime();
    if (time - begun >= minute || time < begun) [counts, begun] = [new Map(), time];
    const count = (counts.get(address) ?? 0) + 1;
    counts.set(address, count);
    return count > most;
  };
}

const start = '/review';

/** A way back into the console, and nowhere else: an address that somebody else has written may lead anywhere. */
function ownPath(given: unknown): string {
  if (typeof given !== 'string' || given.length > 8000 || !given.startsWith(start)) return start;
  const own = 'http://own.invalid';
  if (!URL.canParse(given, own)) return start;
  // As a browser would read it: with dots, backslashes and line breaks resolved.
  const address = new URL(given, own);
  // It is kept until they are back, and what somebody searches for is kept nowhere.
  if (address.searchParams.has('search')) address.searchParams.delete('search');
  // The address of a list that a record was opened from has them in it.
  const list = new URLSearchParams(address.searchParams.get('list') ?? '');
  if (list.has('search')) {
    list.delete('search');
    address.searchParams.set('list', String(list));
  }
  const { pathname, search } = address;
  const inside = pathname === start || pathname.startsWith(`${start}/`);
  return inside && !/^\/review\/(sign-in|sign-out|signed-out|session-ended|callback|no-role)\b/.test(pathname)
    ? `${pathname}${search}`
    : start;
}

/** Whether it is an address of this machine, which nobody else listens to. */
export function isLoopback({ hostname }: URL): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(hostname);
}
