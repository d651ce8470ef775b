import type { webApi } from '@slack/bolt';

/** What the app may do, each with the reason; the README tells the administrator the same. */
const scopes = {
  commands: '/isitpublic, and the shortcut at a message',
  'chat:write': 'writes the questions in the person’s own conversation with the app',
  'im:write': 'opens that conversation',
  'im:history': 'sees what is written to the app itself there, and looks for those words',
  'users:read': 'reads in which language a person has Slack, and the name of whoever reviews',
  'usergroups:read': 'sees who is in a user group that has a role in the review',
  'files:write': 'sends a draft as a Word file, when somebody asks for it',
  'links:read': 'sees that a link to a record was posted',
  'links:write': 'unfolds that link, for its owner alone',
};

/** The scopes by name. Links are only looked at where there is an address that they could lead to. */
export function scopesFor(publicUrl: string | undefined): (keyof typeof scopes)[] {
  const all = Object.keys(scopes) as (keyof typeof scopes)[];
  return publicUrl === undefined ? all.filter((scope) => !scope.startsWith('links:')) : all;
}

/**
 * The app as Slack wants it described, to be pasted at https://api.slack.com/apps.
 * @param publicUrl where people reach the program: for links, and for installing the app in several workspaces.
 * @param socket the program connects to Slack by itself. Without an address there is no other way.
 */
export function writeManifest(
  publicUrl: string | undefined,
  socket: boolean,
): webApi.AppsManifestCreateArguments['manifest'] {
  const at = (path: string) => (publicUrl === undefined ? undefined : new URL(path, publicUrl).href);
  const url = socket ? undefined : at('/slack/events');
  const [domain, redirect] = [publicUrl && new URL(publicUrl).hostname, at('/slack/oauth_redirect')];
  return {
    display_information: {
      name: 'Is it public?',
      description: 'Är det en allmän handling? En fråga i taget. / Is it a public record? One question at a time.',
      background_color: '#1a4a6b',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: 'isitpublic', always_online: true },
      slash_commands: [
        {
          command: '/isitpublic',
          description: 'Är det en allmän handling? / Is it a public record?',
          usage_hint: '[sökord] [help] [mine] [review] [language sv|en]',
          ...(url && { url }),
        },
      ],
      shortcuts: [
        {
          type: 'message',
          name: 'Is this message public?',
          callback_id: 'g:message',
          description: 'Är meddelandet en allmän handling? Texten sparas inte. / The text is not kept.',
        },
      ],
      ...(domain && { unfurl_domains: [domain] }),
    },
    oauth_config: { scopes: { bot: scopesFor(publicUrl) }, ...(redirect && { redirect_urls: [redirect] }) },
    settings: {
      event_subscriptions: {
        ...(url && { request_url: url }),
        bot_events: [
          'app_home_opened',
          'app_uninstalled',
          'message.im',
          'tokens_revoked',
          ...(domain ? (['link_shared'] as const) : []),
        ],
      },
      interactivity: { is_enabled: true, ...(url && { request_url: url }) },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}
