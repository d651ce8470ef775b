import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { after } from 'node:test';
// @ts-expect-error it comes without types; what we use of it is written down below.
import { Provider as Unwritten } from 'oidc-provider';
import { freePort } from './databases.ts';

/** What the provider says about somebody, beside the id that it knows them by. */
type Claims = Record<string, unknown>;

/** The people of the made-up municipality, by their id at the provider. */
export const people: Record<string, Claims> = {
  rut: { name: 'Rut Registrator', email: 'rut@exempel.se', email_verified: true, groups: ['registrars'] },
  greta: { name: 'Greta Granskare', email: 'greta@exempel.se', email_verified: true, groups: ['reviewers'] },
  arne: { name: 'Arne Arkivarie', email: 'arne@exempel.se', email_verified: true, groups: [] },
  rita: { name: 'Rita Revisor', email: 'rita@exempel.se', email_verified: true, groups: ['auditors'] },
  nils: { name: 'Nils Nyanställd', email: 'nils@exempel.se', email_verified: true, groups: [] },
};

/** A real provider on this machine, with a page on which one says who one is. */
export interface LocalProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** How often its tokens have been asked for. */
  asked(): number;
  /** Lets a test answer in the provider's place; undefined lets the provider answer. */
  interfere(answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined): void;
  stop(): Promise<void>;
  /** At the same address again. */
  start(): Promise<void>;
}

interface Interaction {
  uid: string;
  params: Record<string, unknown>;
}

/** As much of oidc-provider as is used here. */
interface Oidc {
  proxy: boolean;
  callback(): RequestListener;
  interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
  interactionFinished(request: IncomingMessage, response: ServerResponse, result: unknown): Promise<void>;
  Grant: {
    new (of: { clientId: string; accountId: string }): { addOIDCScope(scope: string): void; save(): Promise<string> };
    find(id: string): Promise<unknown>;
  };
}
interface Context {
  oidc: {
    client: { clientId: string };
    session: { accountId: string; grantIdFor(clientId: string): string | undefined };
    provider: Oidc;
  };
}

const Provider = Unwritten as new (issuer: string, configuration: unknown) => Oidc;

/** @param publicUrl where the console is, as PUBLIC_URL says. */
export async function startProvider(publicUrl: string, known: Record<string, Claims> = people): Promise<LocalProvider> {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const [clientId, clientSecret] = ['isitpublic', randomBytes(24).toString('hex')];
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: clientId,
        client_secret: clientSecret,
        redirect_uris: [`${publicUrl}/review/callback`],
        token_endpoint_auth_method: 'client_secret_post',
      },
    ],
    claims: {
      openid: ['sub', ...new Set(Object.values(known).flatMap((claims) => Object.keys(claims)))].filter(
        (claim) => !['name', 'email', 'email_verified'].includes(claim),
      ),
      profile: ['name'],
      email: ['email', 'email_verified'],
    },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'local' }] },
    cookies: { keys: [randomBytes(24).toString('hex')] },
    ttl: { AccessToken: 600, AuthorizationCode: 60, IdToken: 600, Interaction: 600, Session: 3600, Grant: 3600 },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_: unknown, { uid }: Interaction) => `/interaction/${uid}` },
    findAccount: (_: unknown, id: string) =>
      id in known ? { accountId: id, claims: () => ({ sub: id, ...known[id] }) } : undefined,
    // The municipality has agreed for its people: nobody is asked.
    loadExistingGrant: async ({ oidc }: Context) => {
      const { clientId } = oidc.client;
      const given = oidc.session.grantIdFor(clientId);
      if (given !== undefined) return oidc.provider.Grant.find(given);
      const grant = new oidc.provider.Grant({ clientId, accountId: oidc.session.accountId });
      grant.addOIDCScope('openid profile email');
      await grant.save();
      return grant;
    },
  });

  let asked = 0;
  let interfering: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  const standard = provider.callback();
  const listener: RequestListener = (request, response) => {
    if (request.url === '/token') asked += 1;
    if (interfering?.(request, response)) return;
    if (!request.url?.startsWith('/interaction/')) return void standard(request, response);
    askWho(provider, known, request, response).catch((fault) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(fault));
    });
  };

  let server = createServer(listener);
  async function start(): Promise<void> {
    server = createServer(listener).listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
  async function stop(): Promise<void> {
    server.closeAllConnections();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  }
  await start();
  after(stop);
  return {
    issuer,
    clientId,
    clientSecret,
    asked: () => asked,
    interfere(answer) {
      interfering = answer;
    },
    start,
    stop,
  };
}

/** The page of the provider: a button for everybody it knows, and one for whoever thinks better of it. */
async function askWho(
  provider: Oidc,
  known: Record<string, Claims>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'POST') {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const who = new URLSearchParams(Buffer.concat(chunks).toString()).get('who') ?? '';
    const result =
      who in known
        ? { login: { accountId: who } }
        : { error: 'access_denied', error_description: 'They did not want to.' };
    return provider.interactionFinished(request, response, result);
  }
  const buttons = Object.entries(known).map(
    ([id, { name }]) => `<p><button name="who" value="${id}">${name ?? id}</button></p>`,
  );
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(`<!doctype html>
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Vem är du?</title></head>
<body><main><h1>Vem är du?</h1><form method="post" action="/interaction/${uid}">
${buttons.join('\n')}
<p><button name="who" value="">Avbryt</button></p>
</form></main></body></html>`);
}

/** A browser without its screen that goes between the console and the provider, step by step, keeping its cookies. */
export class Traveller {
  /** Where the console is, and where it says that it is. */
  readonly #places: { address: string; publicUrl: string };
  /** By host, as browsers keep them. */
  readonly cookies = new Map<string, string>();
  /** The lines by which cookies were set, the latest last. */
  readonly set: string[] = [];
  html = '';
  address = '';
  language = 'sv';

  constructor(address: string, publicUrl = address) {
    this.#places = { address, publicUrl };
  }

  /** One step, wherever it leads. A path is one of the console's. */
  async step(to: string, form?: Record<string, string>): Promise<Response> {
    const { address, publicUrl } = this.#places;
    const url = new URL(to, this.address || publicUrl);
    const real = url.href.startsWith(`${publicUrl}/`) ? address + url.href.slice(publicUrl.length) : url.href;
    const jar = url.origin;
    const cookies = [...this.cookies].filter(([key]) => key.startsWith(`${jar} `));
    const response = await fetch(real, {
      redirect: 'manual',
      headers: {
        'accept-language': this.language,
        ...(cookies.length > 0 && {
          cookie: cookies.map(([key, value]) => `${key.slice(jar.length + 1)}=${value}`).join('; '),
        }),
        ...(form && { origin: url.origin }),
      },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      const gone = /expires=Thu, 01 Jan 1970/i.test(line);
      if (gone) this.cookies.delete(`${jar} ${name}`);
      else this.cookies.set(`${jar} ${name}`, value);
    }
    this.address = url.href;
    this.html = await response.clone().text();
    return response;
  }

  /** Goes there, and wherever it leads, until a page is shown, or until it would lead to `before`. */
  async go(to: string, form?: Record<string, string>, before?: RegExp): Promise<Response> {
    let response = await this.step(to, form);
    for (let steps = 0; steps < 20; steps += 1) {
      const location = response.headers.get('location');
      if (location === null) return response;
      const next = new URL(location, this.address).href;
      if (before?.test(next)) return response;
      response = await this.step(next);
    }
    throw new Error(`${to} leads nowhere.`);
  }

  /** On a page of the console. */
  visit(path: string): Promise<Response> {
    return this.go(`${this.#places.publicUrl}${path}`);
  }

  /** Signs in as one of the provider's people, from a page of the console. @returns the page that it ends at. */
  async signIn(who: string, path = '/review'): Promise<Response> {
    const response = await this.visit(path);
    return this.html.includes('name="who"') ? this.go(this.address, { who }) : response;
  }

  /** As far as the address that the provider sends them back to, without going there. */
  async signInUpTo(who: string, path: string, change: (address: URL) => void = () => {}): Promise<string> {
    const first = await this.step(`${this.#places.publicUrl}/review/sign-in?${new URLSearchParams({ back: path })}`);
    const address = new URL(first.headers.get('location')!);
    change(address);
    const asked = await this.go(address.href, undefined, /\/review\/callback/);
    const last = asked.headers.has('location') ? asked : await this.go(this.address, { who }, /\/review\/callback/);
    return last.headers.get('location')!;
  }

  get heading(): string {
    return /<h1[^>]*>(.*?)<\/h1>/s.exec(this.html)?.[1] ?? '';
  }

  /** What the forms of the page must carry. */
  get token(): string {
    return /name="token" value="([^"]*)"/.exec(this.html)?.[1] ?? '';
  }

  /** The console's cookie whose name ends so. */
  cookie(ending: string): string | undefined {
    return [...this.cookies].find(([key]) => key.endsWith(ending))?.[1];
  }
}
