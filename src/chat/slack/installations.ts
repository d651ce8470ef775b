import type { RequestListener, ServerResponse } from 'node:http';
import bolt, {
  type AuthorizeResult,
  type AuthorizeSourceData,
  type Installation,
  type InstallationStore,
  type Logger,
} from '@slack/bolt';
import type { Database } from '../../database/database.ts';
import { lock, unlock } from '../../record/vault.ts';
import { scopesFor } from './manifest.ts';

/** What Slack gave the app to be installed with. */
export interface OAuth {
  clientId: string;
  clientSecret: string;
  publicUrl: string;
}

/** A workspace, or an organisation that has the app as a whole. */
export interface Where {
  teamId?: string | undefined;
  enterpriseId?: string | undefined;
  isEnterpriseInstall: boolean;
}

/** Lets workspaces install the app, and knows which have. */
export interface Installer {
  /** The pages /slack/install and /slack/oauth_redirect. Throws where there is no such page. */
  listener: RequestListener;
  /** The token for what Slack tells. Rejects where the app is not installed. */
  authorize(source: AuthorizeSourceData<boolean>): Promise<AuthorizeResult>;
  forget(where: Where): Promise<void>;
}

interface Options {
  clientOptions: object;
  logger: Logger;
  apiUrl: string | undefined;
}

export function openInstaller(
  { clientId, clientSecret, publicUrl }: OAuth,
  database: Database,
  vault: Buffer,
  { clientOptions, logger, apiUrl }: Options,
): Installer {
  const installations = openInstallations(database, vault);
  const redirectUriPath = '/slack/oauth_redirect';
  const receiver = new bolt.HTTPReceiver({
    // It takes no events, only the two pages.
    signingSecret: '',
    signatureVerification: false,
    endpoints: [],
    // What goes wrong is told to `failure`, and often nobody's fault.
    logger: { ...logger, error() {} },
    clientId,
    clientSecret,
    stateSecret: vault.toString('hex'),
    installationStore: installations,
    scopes: scopesFor(publicUrl),
    redirectUri: new URL(redirectUriPath, publicUrl).href,
    installerOptions: {
      redirectUriPath,
      directInstall: true,
      clientOptions,
      ...(apiUrl !== undefined && { authorizationUrl: new URL('/oauth/v2/authorize', apiUrl).href }),
      callbackOptions: {
        success: (_installation, _options, _request, response) =>
          say(response, 200, 'Klart. Skriv /isitpublic i Slack.\nDone. Type /isitpublic in Slack.\n'),
        failure: (fault, _options, _request, response) => {
          logger.warn(`the app could not be installed: ${fault.message}`);
          say(
            response,
            400,
            'Appen kunde inte installeras. Börja om på /slack/install.\nThe app could not be installed. Start again at /slack/install.\n',
          );
        },
      },
    },
  });
  return {
    listener: receiver.requestListener,
    authorize: (source) => receiver.installer!.authorize(source),
    forget: (where) => installations.forget(where),
  };
}

function say(response: ServerResponse, status: number, words: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' }).end(words);
}

/** Where the app has been installed, with the tokens that Slack gave for it: locked, so that the database alone is no key. */
function openInstallations(
  { query, transact }: Database,
  vault: Buffer,
): InstallationStore & Pick<Installer, 'forget'> {
  return {
    async storeInstallation(installation) {
      const { team, enterprise, isEnterpriseInstall = false } = installation;
      const id = idOf({ teamId: team?.id, enterpriseId: enterprise?.id, isEnterpriseInstall });
      const row = { id, body: lock(vault, JSON.stringify(installation)), installed_at: new Date().toISOString() };
      await transact((tx) =>
        tx
          .insertInto('slack_installation')
          .values(row)
          .onConflict((known) => known.column('id').doUpdateSet({ body: row.body, installed_at: row.installed_at }))
          .execute(),
      );
    },
    // A workspace of its own, or else one of an organisation that has the app as a whole.
    async fetchInstallation({ teamId, enterpriseId }: Where) {
      for (const id of [teamId, enterpriseId].filter((id) => id !== undefined)) {
        const row = await query.selectFrom('slack_installation').select('body').where('id', '=', id).executeTakeFirst();
        if (row) return JSON.parse(unlock(vault, row.body)) as Installation<'v1' | 'v2', boolean>;
      }
      throw new Error(`the app is not installed in ${teamId ?? enterpriseId}`);
    },
    async forget(where) {
      await transact((tx) => tx.deleteFrom('slack_installation').where('id', '=', idOf(where)).execute());
    },
  };
}

/** An organisation that has the app as a whole counts as one; every other workspace counts by itself. */
function idOf({ teamId, enterpriseId, isEnterpriseInstall }: Where): string {
  const id = isEnterpriseInstall ? enterpriseId : teamId;
  if (id === undefined) throw new Error('Slack does not say where the app is installed.');
  return id;
}
