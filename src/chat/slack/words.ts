import type { Language } from '../../record/entry.ts';
import { doorWords } from '../words.ts';

/** The words that Slack needs: those of every door, and its own. */
export function slackWords(language: Language) {
  return all[language];
}

const swedish = {
  waiting: 'Vägledningen väntar på dig i ditt samtal med appen.',
  waitingHere: 'Frågan väntar på dig under fliken Meddelanden.',
  cantWrite:
    'Det gick inte att skriva till dig i ett direktmeddelande. Be den som sköter Slack att släppa fram appen, eller försök igen om en stund. Inget har sparats.',
  notInstalled: 'Appen är inte installerad här. Be den som sköter Slack att installera den.',
  help: [
    'Skriv /isitpublic för att börja, eller för att fortsätta där du var.',
    '/isitpublic löner – sök med egna ord. Det du söker på sparas inte.',
    '/isitpublic mine – dina senaste vägledningar.',
    '/isitpublic language en – läs på engelska (sv: på svenska).',
    '/isitpublic review – granska, för den som har en roll i det.',
    'Du kan också välja ”Is this message public?” i menyn vid ett meddelande.',
    'Svaren syns bara för dig. De sparas i en logg utan ditt namn.',
  ],
  whichLanguage: 'Skriv /isitpublic language sv för svenska eller /isitpublic language en för engelska.',
  getDraft: 'Hämta utkastet (.docx)',
  draftComes: 'Här är utkastet. Det ligger bara i ditt samtal med appen.',
  reviewInHome: 'Det du kan granska och svara på står under fliken Hem i appen.',
  earlierTalk: 'Det som sades tidigare visas inte här.',
  settings: 'Om dig',
  remindersOn: 'Du får påminnelser här i chatten. Svar på dina frågor och rättelser får du alltid.',
  remindersOff: 'Du får inga påminnelser. Svar på dina frågor och rättelser får du alltid.',
  remindMe: 'Få påminnelser',
  remindMeNot: 'Stäng av påminnelser',
  noDraft: 'Det gick inte att skicka filen. Försök igen om en stund.',
};

const english: typeof swedish = {
  waiting: 'The guidance is waiting for you in your conversation with the app.',
  waitingHere: 'The question is waiting for you in the Messages tab.',
  cantWrite:
    'We could not write to you in a direct message. Ask whoever looks after Slack to let the app through, or try again in a moment. Nothing has been kept.',
  notInstalled: 'The app is not installed here. Ask whoever looks after Slack to install it.',
  help: [
    'Type /isitpublic to begin, or to go on where you were.',
    '/isitpublic salaries – search in your own words. What you search for is not kept.',
    '/isitpublic mine – your latest guidance.',
    '/isitpublic language sv – read in Swedish (en: in English).',
    '/isitpublic review – review, for those who have a role in it.',
    'You can also choose “Is this message public?” in the menu at a message.',
    'Only you see the answers. They are kept in a log without your name.',
  ],
  whichLanguage: 'Type /isitpublic language sv for Swedish or /isitpublic language en for English.',
  getDraft: 'Get the draft (.docx)',
  draftComes: 'Here is the draft. It lies only in your conversation with the app.',
  reviewInHome: 'What you can review and answer stands in the Home tab of the app.',
  earlierTalk: 'What was said earlier is not shown here.',
  settings: 'About you',
  remindersOn: 'You get reminders here in the chat. Answers to your questions and corrections always come.',
  remindersOff: 'You get no reminders. Answers to your questions and corrections always come.',
  remindMe: 'Get reminders',
  remindMeNot: 'Turn off reminders',
  noDraft: 'The file could not be sent. Try again in a moment.',
};

const all = { sv: { ...doorWords('sv'), ...swedish }, en: { ...doorWords('en'), ...english } };
