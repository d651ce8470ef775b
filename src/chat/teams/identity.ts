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

/** Who signs for Teams, and who gives out tokens to us: Microsoft's public cloud, as the SDK has it by default. */
const microsoft = {
  ToBotFromChannelTokenIssuer: 'https://api.botframework.com',
  ToBotFromChannelOpenIdMetadataUrl: 'https://login.botframework.com/v1/.well-known/openidconfiguration',
  ToChannelFromBotOAuthScope: 'https://api.botframework.com',
  ToChannelFromBotLoginUrl: 'https://login.microsoftonline.com/botframework.com',
  OAuthUrl: 'https://token.botframework.com',
};

/** @param keys where the keys that Teams signs with are described, if elsewhere than at Microsoft. */
export function openIdentity(app: TeamsApp | undefined, keys = microsoft.ToBotFromChannelOpenIdMetadataUrl): Identity {
  const settings = app && {
    ...microsoft,
    ToBotFromChannelOpenIdMetadataUrl: keys,
    // The SDK would take tokens of its Emulator as well; no key of theirs is known here.
    ToBotFromEmulatorOpenIdMetadataUrl: keys,
    MicrosoftAppId: app.id,
    MicrosoftAppTenantId: app.tenant,
    ...(app.password === undefined
      ? { MicrosoftAppType: 'UserAssignedMsi' }
      : { MicrosoftAppType: 'SingleTenant', MicrosoftAppPassword: app.password }),
  };
  const authentication = new ConfigurationBotFrameworkAuthentication(settings);
  const credentials =
    app &&
    new ConfigurationServiceClientCredentialFactory(settings)
      .createCredentials(app.id, microsoft.ToChannelFromBotOAuthScope, microsoft.ToChannelFromBotLoginUrl, true)
      .then((credentials) => credentials as typeof credentials & { getToken(): Promise<string> });
  return {
    async check(activity, authorization) {
      if (app) await inTime(authentication.authenticateRequest(activity as Activity, authorization));
    },
    // The SDK keeps a token until it is about to end.
    token: async () => inTime((await credentials)?.getToken()),
  };
}

/** The SDK waits for Microsoft for as long as it takes; nobody else can. @throws after four seconds. */
async function inTime<T>(work: Promise<T> | undefined): Promise<T | undefined> {
  if (!work) return undefined;
  const { promise, reject } = Promise.withResolvers<never>();
  const late = setTimeout(() => reject(new Error('Microsoft did not answer in time')), 4000);
  return Promise.race([work, promise]).finally(() => clearTimeout(late));
}
