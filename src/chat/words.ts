import type { Language } from '../record/entry.ts';

/** The words around a view that every door needs: headings, and what stands on its buttons. */
export function doorWords(language: Language) {
  return language === 'sv' ? swedish : english;
}

/** A moment by Swedish clocks. */
export function writeTime(time: string, language: Language): string {
  return `${clocks[language].format(new Date(time))} (${doorWords(language).zone})`;
}

const stockholm = { dateStyle: 'long', timeStyle: 'short', timeZone: 'Europe/Stockholm' } as const;
const clocks = { sv: new Intl.DateTimeFormat('sv-SE', stockholm), en: new Intl.DateTimeFormat('en-GB', stockholm) };

/** A text in pieces: what can be called or written to has an address, so that it can be pressed where it stands. */
export function piecesOf(text: string): { text: string; address?: string }[] {
  const pieces = text.split(/((?<!\d)112(?!\d)|[\w.+-]+@[\w-]+(?:\.[\w-]+)+)/);
  return pieces.flatMap((text, i) => {
    if (text === '') return [];
    return i % 2 === 0 ? [{ text }] : [{ text, address: `${text.includes('@') ? 'mailto' : 'tel'}:${text}` }];
  });
}

const swedish = {
  other: 'In English',
  otherValue: 'en',
  startHeading: 'Vad vill du ha hjälp med?',
  startHelp: 'Du får en fråga i taget. Det tar någon minut. Du kan ångra och ändra dig när som helst.',
  find: 'Sök med egna ord',
  findHelp: 'Till exempel ”löner”, ”kommentar” eller ”sms”. Det du söker på sparas inte. Skriv inga namn.',
  search: 'Sök',
  foundHeading: 'Här kan du börja',
  foundNothing: 'Vi hittade inget med de orden',
  foundNothingHelp: 'Prova ett annat ord, eller välj bland alla vägledningar.',
  withAnswers: 'börjar med svaret',
  allFlows: 'Visa alla vägledningar',
  terms: 'Vad betyder orden?',
  example: 'Exempelkommun: kontaktuppgifterna är påhittade tills kommunen har fyllt i sina egna.',
  step: (n: number) => `Fråga ${n}`,
  whyAsk: 'Varför frågar ni?',
  lawBehind: 'Lagen bakom frågan',
  keepInMind: 'Tänk på',
  chosen: 'ditt svar nu',
  changing: 'Du ändrar ett tidigare svar. Välj ett nytt, så behåller vi det som fortfarande gäller.',
  keepAnswer: 'Ändra inte',
  back: 'Ångra senaste svaret',
  close: 'Avsluta utan resultat',
  trail: 'Dina svar hittills',
  change: 'Ändra',
  changeOf: (question: string) => `svaret på ${question}`,
  decided: 'avgjorde resultatet',
  save: 'Spara',
  done: 'Klar',
  outcomeIs: 'Resultat',
  means: 'Vad det betyder',
  uncertain: 'Det här är osäkert',
  whyPerson: 'Varför en människa behövs',
  time: 'Hur snabbt',
  say: 'Säg så här',
  do: 'Gör så här',
  draftHelp:
    'Ett utkast för den som har rätt att besluta. Boten beslutar inget. Fyll i allt som står inom [hakparentes].',
  draftEntryHelp: 'Klistra in i diariet. Fyll i det som står inom [hakparentes], utan det hemliga.',
  draftFile: 'Hämta som Word-fil (.docx)',
  missing: 'Det här saknas',
  law: 'Det här bygger på',
  next: 'Gå vidare',
  ask: 'Fråga registratorn',
  summary: 'Sammanfattning att skicka',
  path: 'Så kom du hit',
  record: 'Uppgifter om vägledningen',
  number: 'Nummer',
  date: 'Datum',
  flow: 'Vägledning',
  version: 'Version',
  again: 'Ny fråga',
  label: 'Rubrik',
  labelHelp: 'Valfritt, för att du ska hitta tillbaka. Skriv inga personuppgifter.',
  addLabel: 'Sätt en rubrik',
  takeAlong: 'Börja om med svaren som gäller',
  fault: (reference: string) =>
    `Det du tryckte på är inte sparat. Försök igen om en stund. Om det inte hjälper, uppge referensen ${reference}.`,
  retry: 'Försök igen',
  zone: 'svensk tid',
  helpful: 'Blev du hjälpt?',
  yes: 'Ja',
  no: 'Nej',
  thanks: 'Tack, ditt svar är sparat.',
  goOn: 'Fortsätt där du var',
};

const english: typeof swedish = {
  other: 'På svenska',
  otherValue: 'sv',
  startHeading: 'What do you need help with?',
  startHelp:
    'You get one question at a time. It takes about a minute. You can undo and change your answers at any time.',
  find: 'Search in your own words',
  findHelp: 'For example “salaries”, “comment” or “text message”. What you search for is not kept. Write no names.',
  search: 'Search',
  foundHeading: 'You can begin here',
  foundNothing: 'We found nothing with those words',
  foundNothingHelp: 'Try another word, or choose among all guidance.',
  withAnswers: 'begins with the answer',
  allFlows: 'Show all guidance',
  terms: 'What do the words mean?',
  example: 'Example municipality: the contacts are invented until the municipality has filled in its own.',
  step: (n) => `Question ${n}`,
  whyAsk: 'Why do you ask?',
  lawBehind: 'The law behind the question',
  keepInMind: 'Keep in mind',
  chosen: 'your answer now',
  changing: 'You are changing an earlier answer. Choose a new one and we keep what still holds.',
  keepAnswer: 'Do not change it',
  back: 'Undo the last answer',
  close: 'End without an outcome',
  trail: 'Your answers so far',
  change: 'Change',
  changeOf: (question) => `the answer to ${question}`,
  decided: 'decided the outcome',
  save: 'Save',
  done: 'Done',
  outcomeIs: 'Outcome',
  means: 'What it means',
  uncertain: 'This is uncertain',
  whyPerson: 'Why a person is needed',
  time: 'How soon',
  say: 'What to say',
  do: 'What to do',
  draftHelp:
    'A draft in Swedish for the one who has the right to decide. The bot decides nothing. Fill in all that stands in [brackets].',
  draftEntryHelp: 'In Swedish, to paste into the diary. Fill in what stands in [brackets], without what is secret.',
  draftFile: 'Get it as a Word file (.docx)',
  missing: 'This is missing',
  law: 'What this rests on',
  next: 'Go on',
  ask: 'Ask the registrar',
  summary: 'Summary to send',
  path: 'How you got here',
  record: 'About this guidance',
  number: 'Number',
  date: 'Date',
  flow: 'Guidance',
  version: 'Version',
  again: 'New question',
  label: 'Heading',
  labelHelp: 'Optional, so that you can find it again. Write no personal details.',
  addLabel: 'Add a heading',
  takeAlong: 'Start again with the answers that hold',
  fault: (reference) =>
    `What you pressed has not been saved. Try again in a moment. If that does not help, give the reference ${reference}.`,
  retry: 'Try again',
  zone: 'Swedish time',
  helpful: 'Did this help?',
  yes: 'Yes',
  no: 'No',
  thanks: 'Thank you, your answer has been kept.',
  goOn: 'Go on where you were',
};
