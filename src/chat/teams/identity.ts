import {
  type Activity,
  ConfigurationBotFrameworkAuthentication,
  ConfigurationServiceClientCredentialFactory,
} from 'botbuilder';

/** The bot's app in Microsoft Entra. Without a password it is the managed identity that the program runs as in Azure. */
export interface TeamsApp {
  id: string;
  tenant: string;
  password?: string | undefined;
}

/** Proof of who somebody is, both ways: all that the program needs of Microsoft's SDK, and the only place that knows it. */
export interface Identity {
  /** @throws where the request does not come from Teams. Without an app nobody is checked. */
  check(activity: { channelId: string; serviceUrl: string }, authorization: string): Promise<void>;
  /** What calls to Teams are sent with; nothing without an app. */
  token(): Promise<string | undefined>;
}

/** Whom tokens for Teams are for, and who gives them out. */
const audience = 'https://api.botframework.com';
const login = 'https://login.microsoftonline.com';

/** @param keys where the keys that Teams signs with are described, if elsewhere than at Microsoft. */
export function openIdentity(app: TeamsApp | undefined, keys?: string): Identity {
  const settings = app && {
    MicrosoftAppId: app.id,
    MicrosoftAppTenantId: app.tenant,
    ...(app.password === undefined
      ? { MicrosoftAppType: 'UserAssignedMsi' }
      : { MicrosoftAppType: 'SingleTenant', MicrosoftAppPassword: app.password }),
    ...(keys !== undefined && { ToBotFromChannelOpenIdMetadataUrl: keys }),
  };
  const authentication = new ConfigurationBotFrameworkAuthentication(settings);
  const credentials =
    app &&
    new ConfigurationServiceClientCredentialFactory(settings)
      .createCredentials(app.id, audience, `${login}/${app.tenant}`, true)
      .then((credentials) => credentials as typeof credentials & { getToken(): Promise<string> });
  return {
    async check(activity, authorization) {
      await authentication.authenticateRequest(activity as Activity, authorization);
    },
    // The SDK keeps a token until it is about to end.
    token: async () => (await credentials)?.getToken(),
  };
}
