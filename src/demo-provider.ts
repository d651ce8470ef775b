import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
// @ts-expect-error it comes without types; what we use of it is written down below.
import { createMemoryAdapter } from 'oidc-provider/lib/adapters/memory_adapter.js';
// Its front door warns of each Node that is not for the long term.
// @ts-expect-error
import { Provider as Unwritten } from 'oidc-provider/lib/provider.js';

/** What the provider says about somebody, beside the id that it knows them by. */
export type Claims = Record<string, unknown>;

/** A provider for sign-ins on this machine, with a page on which one says who one is: for trying the program out. */
export interface LocalProvider {
  issuer: string;
  clientId: string;
  clientSecret: string;
  /** At the same address again, after `stop`. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

interface Local {
  /** Where the console is, as PUBLIC_URL says. */
  publicUrl: string;
  port: number;
  /** The people who can sign in, by the id that the provider knows them by. */
  known: Readonly<Record<string, Claims>>;
  /** Whoever has signed in is asked again the next time, so that they can be somebody else. */
  anew?: true;
}

/**
 * Starts it. Nobody is asked for a password, so it listens to this machine only.
 * @param before sees each request first. @returns whether it has answered it.
 */
export async function startProvider(
  { publicUrl, port, known, anew }: Local,
  before: (request: IncomingMessage, response: ServerResponse) => boolean = () => false,
): Promise<LocalProvider> {
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
    // What it would take by itself, with a warning: here it may forget everything.
    adapter: createMemoryAdapter(0),
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

  const standard = provider.callback();
  const listener: RequestListener = (request, response) => {
    if (before(request, response)) return;
    if (anew && request.url?.startsWith('/auth?')) delete request.headers.cookie;
    if (!request.url?.startsWith('/interaction/')) return void standard(request, response);
    askWho(provider, known, request, response).catch((fault) => {
      response.writeHead(400, { 'content-type': 'text/plain' }).end(String(fault));
    });
  };

  let server: Server;
  async function start(): Promise<void> {
    server = createServer(listener).listen(port, '127.0.0.1');
    await once(server, 'listening');
  }
  await start();
  return {
    ...{ issuer, clientId, clientSecret, start },
    async stop() {
      server.closeAllConnections();
      if (server.listening) await new Promise((resolve) => server.close(resolve));
    },
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
<html lang="sv"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Vem är du?</title>
<style>
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif }
main { max-width: 34rem; margin: 0 auto; padding: 1rem }
button { font: inherit; width: 100%; min-height: 2.75rem; padding: 0.5rem 1rem; text-align: left }
</style></head>
<body><main><h1>Vem är du?</h1>
<p>Bara för att prova: alla här är påhittade, och ingen frågar efter lösenord.</p>
<p lang="en">For trying out only: everybody here is made up, and nobody asks for a password.</p>
<form method="post" action="/interaction/${uid}">
${buttons.join('\n')}
<p><button name="who" value="">Avbryt <span lang="en">(cancel)</span></button></p>
</form></main></body></html>`);
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
