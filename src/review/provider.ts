import * as oidc from 'openid-client';
import type { Logger } from 'pino';
import { z } from 'zod';
import { isLoopback, type SignInSettings } from './signin.ts';

/** Who somebody is, by the word of the provider. */
export interface Identity {
  /** What the provider calls them, and nobody else. */
  subject: string;
  name: string;
  email: string | undefined;
  groups: string[];
  /** Who they are in the chats, so far as the provider knows. */
  chats: { platform: 'teams' | 'slack'; tenant: string; user: string }[];
}

/** What only this sign-in knows, so that no other answer fits it. */
export interface Secrets {
  state: string;
  nonce: string;
  verifier: string;
}

/** Where people sign in. What goes wrong there is in the log; here it is one of two things that a person can be told. */
interface Provider {
  /** Where to send the browser. */
  begin(): Promise<{ address: URL; secrets: Secrets } | 'unreachable'>;
  /** Who came back, by the query that they came back with. */
  finish(query: string, secrets: Secrets): Promise<Identity | 'refused' | 'unreachable'>;
}

/** How long the provider has for each answer, in seconds. */
const patience = 5;

/**
 * Code flow with PKCE (RFC 7636), state and nonce. The provider is asked for its addresses at the first sign-in and not
 * at the start: while it is down, everything but the sign-in works.
 * @throws where people's sign-ins would cross a network in clear.
 */
export function openProvider({ issuer, clientId, clientSecret, publicUrl }: SignInSettings, logger: Logger): Provider {
  const [server, callback] = [new URL(issuer), `${publicUrl}/review/callback`];
  const inClear = server.protocol === 'http:';
  if (inClear && !isLoopback(server))
    throw new Error(`OIDC_ISSUER is ${issuer}: a provider that is not on this machine begins with https://.`);
  // Who an address belongs to is the directory's word. Where any directory in the world may sign in, that proves nothing.
  const anyDirectory = /^\/(common|organizations|consumers)(\/|$)/.test(server.pathname);

  let asked: Promise<oidc.Configuration> | undefined;

  /** Asked once; after a failure, again at the next sign-in. */
  function configuration(): Promise<oidc.Configuration> {
    asked ??= oidc
      .discovery(server, clientId, undefined, authenticate(clientSecret), {
        timeout: patience,
        execute: [...(inClear ? [oidc.allowInsecureRequests] : []), oidc.enableNonRepudiationChecks],
      })
      .catch((fault: unknown) => {
        asked = undefined;
        throw fault;
      });
    return asked;
  }

  return {
    async begin() {
      const secrets = {
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      try {
        const address = oidc.buildAuthorizationUrl(await configuration(), {
          redirect_uri: callback,
          scope: 'openid profile email',
          state: secrets.state,
          nonce: secrets.nonce,
          code_challenge: await oidc.calculatePKCECodeChallenge(secrets.verifier),
          code_challenge_method: 'S256',
        });
        return { address, secrets };
      } catch (fault) {
        logger.error({ fault: reasonOf(fault) }, 'nobody can sign in: the provider does not answer as it should');
        return 'unreachable';
      }
    },

    async finish(query, { state, nonce, verifier }) {
      try {
        const known = await configuration();
        // The address is our own and not the one that the request names: only the query comes from outside.
        const tokens = await oidc.authorizationCodeGrant(known, new URL(`?${query}`, callback), {
          expectedState: state,
          expectedNonce: nonce,
          pkceCodeVerifier: verifier,
        });
        const claims = Claims.parse(await withUserInfo(known, tokens));
        if (claims.hasgroups || claims._claim_names?.groups !== undefined)
          logger.warn(
            'somebody is in more groups than Entra ID sends along, and has none here: let it send "groups assigned to the application" or app roles instead',
          );
        return identityOf(claims, anyDirectory);
      } catch (fault) {
        const refused = isRefused(fault);
        const said = refused ? 'a sign-in was refused' : 'a sign-in failed: the provider does not answer as it should';
        logger[refused ? 'warn' : 'error']({ fault: reasonOf(fault) }, said);
        return refused ? 'refused' : 'unreachable';
      }
    },
  };

  /** Many providers put names and groups there only, and not into the token. Those in the token count first. */
  async function withUserInfo(
    known: oidc.Configuration,
    tokens: Awaited<ReturnType<typeof oidc.authorizationCodeGrant>>,
  ): Promise<Record<string, unknown>> {
    const claims = tokens.claims()!;
    const whole = claims.email !== undefined && (claims.groups ?? claims.roles) !== undefined;
    if (whole || known.serverMetadata().userinfo_endpoint === undefined) return claims;
    try {
      return { ...(await oidc.fetchUserInfo(known, tokens.access_token, claims.sub)), ...claims };
    } catch (fault) {
      logger.warn({ fault: reasonOf(fault) }, 'the provider says no more about somebody than their token does');
      return claims;
    }
  }
}

/** In the way that the provider takes: where it names none, the one that it must have. */
function authenticate(secret: string): oidc.ClientAuth {
  const [post, basic] = [oidc.ClientSecretPost(secret), oidc.ClientSecretBasic(secret)];
  return (server, ...rest) => {
    const ways = server.token_endpoint_auth_methods_supported;
    return ways?.includes('client_secret_post') ? post(server, ...rest) : basic(server, ...rest);
  };
}

const text = z.string().trim().min(1).max(200).optional().catch(undefined);
const id = z
  .string()
  .regex(/^[\w-]{1,100}$/)
  .optional()
  .catch(undefined);
const names = z
  .union([z.array(z.string()), z.string().transform((one) => [one])])
  .catch([])
  .default([]);

const Claims = z.object({
  sub: z.string().min(1).max(255),
  name: text,
  preferred_username: text,
  email: z
    .string()
    .max(254)
    .regex(/^[^\s@:/]+@[^\s@:/]+$/)
    .optional()
    .catch(undefined),
  email_verified: z.unknown().optional(),
  groups: names,
  roles: names,
  // The directory and the person in it, as Entra ID and so Teams knows them.
  tid: id,
  oid: id,
  'https://slack.com/team_id': id,
  'https://slack.com/enterprise_id': id,
  'https://slack.com/user_id': id,
  hasgroups: z.unknown().optional(),
  _claim_names: z.object({ groups: z.unknown().optional() }).optional().catch(undefined),
});

function identityOf(claims: z.infer<typeof Claims>, anyDirectory: boolean): Identity {
  const { sub, name, preferred_username, email, email_verified, groups, roles, tid, oid } = claims;
  const user = claims['https://slack.com/user_id'];
  // Where several workspaces make up an organisation, people are known within that one.
  const workspaces = [claims['https://slack.com/enterprise_id'], claims['https://slack.com/team_id']];
  // Some write it as text. Not said at all, as by Entra ID, it is the word of the municipality's own directory.
  const theirs = !anyDirectory && [undefined, true, 'true'].includes(email_verified as boolean | string | undefined);
  return {
    subject: sub,
    name: name ?? preferred_username ?? email ?? sub,
    email: theirs ? email : undefined,
    groups: [...new Set([...groups, ...roles])],
    chats: [
      ...(tid && oid ? [{ platform: 'teams' as const, tenant: tid, user: oid }] : []),
      ...workspaces.flatMap((tenant) => (tenant && user ? [{ platform: 'slack' as const, tenant, user }] : [])),
    ],
  };
}

/** The person's answer is not one to this question, or they did not want to: nothing that anybody has to mend. */
function isRefused(fault: unknown): boolean {
  if (fault instanceof oidc.AuthorizationResponseError)
    return !['server_error', 'temporarily_unavailable', 'unauthorized_client', 'invalid_scope'].includes(fault.error);
  if (fault instanceof oidc.ResponseBodyError) return fault.error === 'invalid_grant';
  const code = fault instanceof oidc.ClientError ? fault.code : undefined;
  return (
    code !== undefined &&
    [
      'OAUTH_INVALID_RESPONSE',
      'OAUTH_JWT_CLAIM_COMPARISON_FAILED',
      'OAUTH_JWT_TIMESTAMP_CHECK_FAILED',
      'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED',
    ].includes(code)
  );
}

/** What is said in the log: without what the provider or the person sent, since codes and names may stand in it. */
function reasonOf(fault: unknown): Record<string, unknown> {
  if (!(fault instanceof Error)) return { message: 'unknown' };
  const { code, error, status } = fault as Error & { code?: unknown; error?: unknown; status?: unknown };
  const deeper = fault.cause instanceof Error ? { because: fault.cause.message } : {};
  return { message: fault.message, code, error, status, ...deeper };
}
