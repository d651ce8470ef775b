import type { TeamsManifestV1D29 } from '@microsoft/app-manifest/build/generated-types/teams/TeamsManifestV1D29.js';
import type { Language } from '../../record/entry.ts';

/** What differs between one municipality's package and another's. */
export interface Package {
  /** The app id of the bot in Azure. The app goes by the same id, so that a later package replaces the earlier one. */
  bot: string;
  /** Where Teams reaches the program, https://... */
  address: string;
  /** Numbers only, such as 0.1.0. Teams wants a higher one each time that something in the package has changed. */
  version: string;
  /** The pages about personal data and about the terms of use, which Teams links to beside the app. */
  privacy: string;
  terms: string;
}

/** The action at a message, and at the box that messages are written in: what is asked of us, and what it is called. */
export const checkMessage = {
  id: 'checkMessage',
  title: { sv: 'Är det en allmän handling?', en: 'Is this message public?' },
} satisfies { id: string; title: Record<Language, string> };

/**
 * The app as Teams wants it described, in Swedish. It asks for no permission: of a room it sees what is written to it,
 * and the message that somebody points at. Meeting chats are group chats, and those of channels belong to the team.
 */
export function writeManifest(app: Package): TeamsManifestV1D29 {
  return describe(app, 'sv');
}

/** The same texts in English, each by its place in the manifest, for whoever has Teams in English. All others read Swedish. */
export function writeEnglish(app: Package): Record<string, string> {
  return {
    $schema: `${schemas}/MicrosoftTeams.Localization.schema.json`,
    ...Object.fromEntries(placesIn(describe(app, 'en')).filter(([place]) => read.test(place))),
  };
}

const schemas = 'https://developer.microsoft.com/json-schemas/teams/v1.29';

function describe({ bot, address, version, privacy, terms }: Package, language: Language): TeamsManifestV1D29 {
  const text = texts[language];
  const inRoom = [{ title: 'isitpublic', description: text.startInRoom }];
  return {
    $schema: `${schemas}/MicrosoftTeams.schema.json`,
    manifestVersion: '1.29',
    version,
    id: bot,
    localizationInfo: { defaultLanguageTag: 'sv', additionalLanguages: [{ languageTag: 'en', file: 'en.json' }] },
    developer: { name: 'isitpublic', websiteUrl: address, privacyUrl: privacy, termsOfUseUrl: terms },
    // What people type after / and @ in a room, and therefore the same in every language.
    name: { short: 'isitpublic', full: text.name },
    description: { short: text.short, full: text.full.join('\n\n') },
    icons: { color: 'color.png', outline: 'outline.png' },
    accentColor: '#1a4a6b',
    bots: [
      {
        botId: bot,
        scopes: ['personal', 'team', 'groupChat'],
        supportsTargetedMessages: true,
        supportsFiles: true,
        commandLists: [
          {
            scopes: ['personal'],
            commands: [
              { title: 'isitpublic', description: text.start },
              { title: 'help', description: text.help },
              { title: 'mine', description: text.mine },
              { title: 'language', description: text.language },
              { title: 'review', description: text.review },
            ],
          },
          { scopes: ['team'], triggers: ['slash', 'mention'], commands: inRoom },
          { scopes: ['groupChat'], triggers: ['slash', 'mention'], commands: inRoom },
        ],
      },
    ],
    composeExtensions: [
      {
        botId: bot,
        commands: [
          {
            id: checkMessage.id,
            type: 'action',
            title: checkMessage.title[language],
            description: text.checkMessage,
            context: ['message', 'compose', 'commandBox'],
            triggers: ['slash'],
            fetchTask: true,
          },
        ],
        messageHandlers: [{ type: 'link', value: { domains: [new URL(address).hostname] } }],
      },
    ],
    // The chat comes first, for everybody; the other is for the few who review.
    staticTabs: [
      { entityId: 'conversations', scopes: ['personal'] },
      {
        entityId: 'review',
        name: text.tab,
        contentUrl: new URL('/teams/tab', address).href,
        websiteUrl: new URL('/review', address).href,
        scopes: ['personal'],
      },
    ],
    validDomains: [new URL(address).hostname],
    defaultInstallScope: 'personal',
  };
}

/** Where there is something to read: in names and descriptions. */
const read = /^(name|description)\.|^(bots|composeExtensions)\[.*\.(title|description)$|^staticTabs\[\d\]\.name$/;

/** Every text with its place, written as in bots[0].commandLists[1].commands[0].title. */
function placesIn(value: unknown, place = ''): [string, string][] {
  if (typeof value === 'string') return [[place, value]];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) =>
    placesIn(part, Array.isArray(value) ? `${place}[${key}]` : place === '' ? key : `${place}.${key}`),
  );
}

const swedish = {
  name: 'isitpublic: är det en allmän handling?',
  short: 'Är det en allmän handling? En fråga i taget, och ett svar med lagen bakom.',
  full: [
    'Någon vill ha en handling. Är den allmän? Är den hemlig? Vad ska göras nu, och vad säger man? Du får en enkel fråga i taget, på svenska eller engelska, och till slut ett svar med sina skäl: vad det betyder, hur snabbt det ska gå, vad du kan säga, vad du ska göra och vilken lag det bygger på. Du får också hjälp med registrering, gallring, chatt och sms, och med kommunens sociala medier.',
    'Så börjar du: skriv till appen här i chatten, skriv /isitpublic eller @isitpublic i en kanal eller en gruppchatt, eller välj ”Är det en allmän handling?” i menyn vid ett meddelande. Skriv gärna vad det gäller: isitpublic löner.',
    'Frågorna kommer i din egen chatt med appen, där ingen annan läser med. Dina svar sparas i en logg utan ditt namn. Det du söker på sparas inte, och av ett meddelande som du pekar på sparas bara länken och ett kontrollvärde.',
    'Appen vägleder och en människa beslutar. Där lagen är oklar säger appen det och lämnar över till registratorn. Ingen språkmodell är med: det är dina svar som avgör.',
  ],
  start: 'Börja, eller fortsätt där du var. Skriv gärna vad det gäller: isitpublic löner',
  startInRoom: 'Frågorna kommer i din egen chatt med appen. Skriv gärna vad det gäller: isitpublic löner',
  help: 'Det här kan du skriva',
  mine: 'Dina senaste vägledningar',
  language: 'Läs på engelska eller svenska: language en, language sv',
  review: 'Granska vägledningar och svara på frågor, för den som har en roll i det',
  tab: 'Granskning',
  checkMessage: 'Svara på frågor om meddelandet. Dess text sparas inte, bara länken och ett kontrollvärde.',
};

const english: typeof swedish = {
  name: 'isitpublic: is it a public record?',
  short: 'Is it a public record? One question at a time, and an answer with its law.',
  full: [
    'Somebody wants a document. Is it a public record? Is it secret? What must be done now, and what does one say? You get one plain question at a time, in Swedish or English, and in the end an answer with its reasons: what it means, how soon, what you can say, what to do, and the law that it rests on. You also get help with registration, disposal, chat and text messages, and with the municipality’s social media.',
    'How to begin: write to the app here in the chat, type /isitpublic or @isitpublic in a channel or a group chat, or choose “Is this message public?” in the menu at a message. Say what it is about if you like: isitpublic salaries.',
    'The questions come in your own chat with the app, where nobody else reads along. Your answers are kept in a log without your name. What you search for is not kept, and of a message that you point at only its link and a check value are.',
    'The app guides and a human decides. Where the law is unclear the app says so and hands over to the registrar. There is no language model in it: your answers decide.',
  ],
  start: 'Begin, or go on where you were. Say what it is about if you like: isitpublic salaries',
  startInRoom:
    'The questions come in your own chat with the app. Say what it is about if you like: isitpublic salaries',
  help: 'What you can type here',
  mine: 'Your latest guidance',
  language: 'Read in Swedish or English: language sv, language en',
  review: 'Review guidance and answer questions, for those who have a role in it',
  tab: 'Review',
  checkMessage: 'Answer questions about the message. Its text is not kept, only its link and a check value.',
};

const texts = { sv: swedish, en: english };
