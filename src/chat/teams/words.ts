import type { Language } from '../../record/entry.ts';
import { doorWords } from '../words.ts';

/** The words that Teams needs: those of every door, and its own. */
export function teamsWords(language: Language) {
  return all[language];
}

const swedish = {
  title: 'Är det en allmän handling?',
  answer: 'Svara',
  chooseOne: 'Välj ett av alternativen först.',
  writeFirst: 'Skriv något först.',
  tickLabel: 'Kryssa i det som är klart',
  saveTicks: 'Spara och fortsätt senare',
  toSearch: 'Sök med egna ord',
  findLabel: 'Vad gäller det?',
  searchOrChoose: 'Sök eller välj',
  labelHelp: 'För att du ska hitta tillbaka. Skriv inga personuppgifter.',
  orWrite: 'Du kan också skriva i chatten vad det gäller, till exempel ”löner” eller ”sms”.',
  welcome: 'Hej! Här får du hjälp med allmänna handlingar och sociala medier, en fråga i taget.',
  welcomeRoom:
    'Hej! Skriv /isitpublic, eller @isitpublic, för att få hjälp med allmänna handlingar. Frågorna ställs bara till dig, i din egen chatt med mig.',
  waiting: 'Vägledningen väntar på dig i din egen chatt med mig.',
  cantWrite:
    'Jag kan inte skriva till dig enskilt, och vill inte ställa frågorna inför andra. Lägg till appen för dig själv, eller be den som sköter Teams om det. Skriv sedan /isitpublic igen. Inget har sparats.',
  goesOn: 'Vägledningen fortsätter i ett nytt meddelande längre ner.',
  slow: 'Det tar längre tid än vanligt. Stäng rutan, och försök igen om en stund.',
  comesLater:
    'Ditt svar är inte sparat än. Vi försöker fortfarande. Vänta en stund, så kommer det som är näst i din chatt med appen.',
  help: [
    'Skriv isitpublic till mig för att börja, eller för att fortsätta där du var. I en kanal eller gruppchatt: /isitpublic, eller @isitpublic.',
    'Skriv vad det gäller, till exempel ”löner”, så söker jag. Det du söker på sparas inte.',
    'Skriv ”mina” för att se dina senaste vägledningar.',
    'Skriv ”språk en” för att läsa på engelska, ”språk sv” för svenska.',
    'Skriv ”granska” för att granska, om du har en roll i det.',
    'Du kan också välja ”Är det en allmän handling?” i menyn vid ett meddelande.',
    'Svaren syns bara för dig. De sparas i en logg utan ditt namn.',
  ],
  whichLanguage: 'Skriv language sv för svenska eller language en för engelska.',
  getDraft: 'Få utkastet som Word-fil',
  draftAsks: 'Ett utkast i Word. Det läggs i din egen OneDrive, där du kan arbeta vidare med det.',
  draftComes: 'Filen ligger i din chatt med appen. Säg ja där, så sparas den i din OneDrive.',
  draftInWords: 'Det gick inte att skicka filen. Här är utkastet som text, att kopiera.',
  noDraft: 'Det gick inte att lämna filen. Försök igen om en stund.',
  toldYou: 'Om din vägledning',
  helpHeading: 'Det här kan du göra',
  remindersOn: 'Du får påminnelser här i chatten. Svar på dina frågor och rättelser får du alltid.',
  remindersOff: 'Du får inga påminnelser. Svar på dina frågor och rättelser får du alltid.',
  remindMe: 'Få påminnelser',
  remindMeNot: 'Stäng av påminnelser',
  reviewAlone: 'Det du kan granska visas bara i din egen chatt med mig. Skriv granska där.',
  toQueue: 'Till det som är att granska',
  noQuestions: 'Ingen fråga väntar på svar.',
  askedAt: (at: string) => `Frågade vid: ${at}`,
  deedWords: {
    correct: 'Varför',
    return: 'Din fråga till den som frågade',
    comment: 'Din kommentar',
    answer: 'Ditt svar',
    'ask back': 'Din motfråga',
  },
  writeCarefully:
    'Högst 1 000 tecken. Skriv inga personuppgifter: personnummer, telefonnummer och e-postadresser tas bort.',
  tabHeading: 'Granskning',
  tabHelp:
    'Granskningen öppnas i webbläsaren, där du loggar in. Den är för den som har en roll i den. Du kan också skriva granska till mig i chatten.',
};

const english: typeof swedish = {
  title: 'Is it a public record?',
  answer: 'Answer',
  chooseOne: 'Choose one of them first.',
  writeFirst: 'Write something first.',
  tickLabel: 'Tick what is done',
  saveTicks: 'Save and go on later',
  toSearch: 'Search in your own words',
  findLabel: 'What is it about?',
  searchOrChoose: 'Search or choose',
  labelHelp: 'So that you can find it again. Write no personal details.',
  orWrite: 'You can also write in the chat what it is about, for example “salaries” or “text message”.',
  welcome: 'Hello! Here you get help with public records and social media, one question at a time.',
  welcomeRoom:
    'Hello! Type /isitpublic, or @isitpublic, to get help with public records. The questions are put to you alone, in your own chat with me.',
  waiting: 'The guidance is waiting for you in your own chat with me.',
  cantWrite:
    'I can’t write to you alone, and would rather not put the questions in front of others. Add the app for yourself, or ask whoever looks after Teams to do so. Then type /isitpublic again. Nothing has been kept.',
  goesOn: 'The guidance goes on in a new message further down.',
  slow: 'This takes longer than usual. Close the box, and try again in a moment.',
  comesLater:
    'Your answer has not been saved yet. We are still trying. Wait a moment, and what is next will come in your chat with the app.',
  help: [
    'Write isitpublic to me to begin, or to go on where you were. In a channel or group chat: /isitpublic, or @isitpublic.',
    'Write what it is about, for example “salaries”, and I search. What you search for is not kept.',
    'Write “mine” to see your latest guidance.',
    'Write “language sv” to read in Swedish, “language en” for English.',
    'Write “review” to review, if you have a role in it.',
    'You can also choose “Is this message public?” in the menu at a message.',
    'Only you see the answers. They are kept in a log without your name.',
  ],
  whichLanguage: 'Write language sv for Swedish or language en for English.',
  getDraft: 'Get the draft as a Word file',
  draftAsks: 'A draft in Word. It is put in your own OneDrive, where you can go on working with it.',
  draftComes: 'The file is in your chat with the app. Say yes there, and it is saved in your OneDrive.',
  draftInWords: 'The file could not be sent. Here is the draft as text, to copy.',
  noDraft: 'The file could not be handed over. Try again in a moment.',
  toldYou: 'About your guidance',
  helpHeading: 'What you can do',
  remindersOn: 'You get reminders here in the chat. Answers to your questions, and corrections, always come.',
  remindersOff: 'You get no reminders. Answers to your questions, and corrections, always come.',
  remindMe: 'Get reminders',
  remindMeNot: 'Turn reminders off',
  reviewAlone: 'What you can review is shown only in your own chat with me. Write review there.',
  toQueue: 'To what is to be reviewed',
  noQuestions: 'No question waits for an answer.',
  askedAt: (at) => `Asked at: ${at}`,
  deedWords: {
    correct: 'Why',
    return: 'Your question to whoever asked',
    comment: 'Your comment',
    answer: 'Your answer',
    'ask back': 'Your question back',
  },
  writeCarefully:
    '1,000 characters at most. Write no personal details: identity numbers, phone numbers and e-mail addresses are taken out.',
  tabHeading: 'Review',
  tabHelp:
    'The review opens in the browser, where you sign in. It is for those who have a role in it. You can also write review to me in the chat.',
};

const all = { sv: { ...doorWords('sv'), ...swedish }, en: { ...doorWords('en'), ...english } };
