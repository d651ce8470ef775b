/** What the app may do, each with the reason; the README tells the administrator the same. */
export const scopes = {
  commands: '/isitpublic, and the shortcut at a message',
  'chat:write': 'writes the questions in the person’s own conversation with the app',
  'im:write': 'opens that conversation',
  'im:history': 'sees what is written to the app itself there, and looks for those words',
  'users:read': 'reads in which language a person has Slack',
  'files:write': 'sends a draft as a Word file, when somebody asks for it',
  'links:read': 'sees that a link to a record was posted',
  'links:write': 'unfolds that link, for its owner alone',
};

/**
 * The app as Slack wants it described, to be pasted at https://api.slack.com/apps.
 * @param publicUrl where Slack reaches the program; without it, Socket Mode.
 */
export function writeManifest(publicUrl: string | undefined) {
  const url = publicUrl === undefined ? undefined : new URL('/slack/events', publicUrl).href;
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
          usage_hint: '[sökord] [help] [mine] [language sv|en]',
          ...(url !== undefined && { url }),
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
      ...(publicUrl !== undefined && { unfurl_domains: [new URL(publicUrl).hostname] }),
    },
    oauth_config: {
      scopes: { bot: Object.keys(scopes) },
      ...(publicUrl !== undefined && { redirect_urls: [new URL('/slack/oauth_redirect', publicUrl).href] }),
    },
    settings: {
      event_subscriptions: {
        ...(url !== undefined && { request_url: url }),
        bot_events: ['app_home_opened', 'app_uninstalled', 'link_shared', 'message.im', 'tokens_revoked'],
      },
      interactivity: { is_enabled: true, ...(url !== undefined && { request_url: url }) },
      org_deploy_enabled: true,
      socket_mode_enabled: url === undefined,
      token_rotation_enabled: false,
    },
  };
}
