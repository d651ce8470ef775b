import { words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';

/** The words of the question desk and of the clarifications. */
export function deskWords(language: Language) {
  return all[language];
}

const swedish = {
  questions: 'Frågor',
  clarifications: 'Förtydliganden',

  // The queue.
  questionsHelp:
    'Det som har väntat längst står överst. Ingen tid stannar för att en fråga väntar: det som ska göras samma dag ska fortfarande göras samma dag.',
  waits: (count: number) => (count === 1 ? 'En fråga väntar.' : `${count} frågor väntar.`),
  noneWait: 'Ingen fråga väntar.',
  oldest: (time: string) => `Den äldsta har väntat ${time}.`,
  untaken: (count: number, of: number) => {
    if (count === of) return of === 1 ? 'Ingen har tagit den.' : 'Ingen har tagit någon av dem.';
    return count === 1 ? 'En av dem har ingen tagit.' : `${count} av dem har ingen tagit.`;
  },
  filters: 'Välj vilka frågor du vill se',
  all: 'Alla',
  states: { waiting: 'väntar', 'asked back': 'motfråga ställd', answered: 'besvarade' },
  gone: 'gallrad',
  caption: 'Frågor till registratorn',
  none: 'Här finns inga frågor.',
  next: 'Fler frågor',
  first: 'Till början',
  columns: {
    number: 'Nummer',
    when: 'Frågades',
    about: 'Gäller',
    unit: 'Enhet',
    words: 'Med egna ord',
    clock: 'Tid för vägledningen',
    who: 'Vem har tagit den',
  },
  nobody: 'ingen',
  you: 'du',
  noWords: 'inga',
  noClock: 'Inget resultat har nåtts, så ingen tid är angiven.',
  hasWaited: (time: string) => `har väntat ${time}`,
  askedBackFor: (time: string) => `motfråga ställd för ${time} sedan`,
  answeredAfter: (time: string) => `besvarad efter ${time}`,
  notUsed: 'Allt i adressen gick inte att läsa. Det som inte gick används inte.',

  // One question.
  question: (number: string) => `Frågan i ${number}`,
  toQuestions: 'Till alla frågor',
  toRecord: 'Hela vägledningen',
  toQuestion: 'Till frågan, för att svara',
  noSuch: 'Den frågan finns inte här',
  noSuchHelp: 'Numret finns inte, eller så har ingen frågat registratorn där.',
  stateIs: 'Läge',
  clockRuns: 'Tiden löper, också medan frågan väntar.',
  talk: 'Vad som har sagts',
  asker: 'Den som frågar',
  asksAt: (question: string) => `Frågar vid: ${question}`,
  withoutWords: 'Skrev inget eget.',
  asksBack: 'Motfråga',
  path: 'Vägen dit',
  pathHelp: 'De svar som gäller, ordagrant. Det som har ångrats står i hela vägledningen.',
  pathNone: 'Inget svar hade getts än.',
  yourTurn: 'Vad du kan göra',
  ownQuestion: 'Det här är din egen fråga. Någon annan svarar på den.',
  take: 'Ta frågan',
  takeHelp: 'Andra ser att du har den.',
  takeOver: 'Ta över frågan',
  takenBy: (name: string) => `${name} har tagit frågan.`,
  giveBack: 'Lämna tillbaka frågan',
  giveBackHelp: 'Någon annan kan ta den.',
  answer: 'Svara',
  answerMore: 'Lägg till i svaret',
  answerHelp: 'Den som frågade får svaret i sin chatt, med vägledningens nummer.',
  answerLabel: 'Ditt svar',
  askBack: 'Ställ en motfråga',
  askBackHelp: 'Den som frågade får din fråga, och kan svara i vägledningen.',
  askBackLabel: 'Din fråga',
  replyHelp:
    'Svar och motfrågor har högst 2 000 tecken. Skriv inga personuppgifter: personnummer, telefonnummer och e-postadresser tas bort.',
  answerNotReached:
    'Den som frågade i webben går inte att skriva till. Svaret syns när personen öppnar vägledningen igen i samma webbläsare.',
  askBackNotReached:
    'Den som frågade i webben går inte att skriva till. Motfrågan syns när personen öppnar vägledningen igen i samma webbläsare, och kan besvaras där.',

  // Clarifications.
  clarify: 'Gör ett förtydligande',
  clarifyAlso: 'Gör samtidigt ett förtydligande',
  clarifyAt: 'Visas för alla vid',
  clarifyHelp:
    'Den som har svarat ”Vet inte” där, eller frågat, får det en gång i sin chatt. Inget resultat ändras av det.',
  clarifyToo: 'Spara förtydligandet tillsammans med svaret',
  inSwedish: 'På svenska',
  inEnglish: 'På engelska',
  clarifyWords: 'Högst 1 000 tecken på varje språk. Skriv så att det gäller alla, och inget om den som frågade.',
  leansOn: 'Stöd',
  leansOnHelp: 'Minst en källa. Överst står de som det här stället och vägen hit stöder sig på.',
  leansOnAny: 'Minst en källa.',
  moreSources: 'Fler källor i vägledningen',
  since: 'Berätta för dem som var där från och med',
  sinceHelp: 'De som kommer dit senare ser förtydligandet på plats.',
  clarificationsHelp:
    'Vad registratorn har gjort klart för alla, vid en fråga eller ett resultat. Det senaste står överst. Inget tas bort härifrån.',
  clarificationsNone: 'Inget förtydligande har gjorts än. Det görs från ett svar på en fråga.',
  clarificationState: { 'in force': 'gäller', replaced: 'ersatt', withdrawn: 'återkallat' },
  made: 'Gjordes',
  replacedHead: 'Ersattes',
  withdrawnHead: 'Återkallades',
  fromQuestion: 'Från frågan i',
  toldSince: (day: string) => `Berättas för dem som var där från och med ${day}.`,
  toldNobody: 'Berättas inte på nytt för dem som fick det förra.',
  replace: 'Ersätt',
  replaceHelp: 'Det nya gäller från i dag. Det gamla står kvar här som ersatt.',
  tellAgain: 'Berätta om det nya också, en gång för var och en',
  withdraw: 'Återkalla',
  withdrawHelp:
    'Det visas inte längre för någon, men står kvar här. De som har fått det får veta att det inte gäller längre, och varför.',
  why: 'Varför',
  open: 'Ändra',
  change: (heading: string) => `Ändra förtydligandet vid ${heading}`,
  changeOne: 'Ändra ett förtydligande',
  toClarifications: 'Till alla förtydliganden',
  noSuchClarification: 'Det förtydligandet finns inte',

  did: {
    taken: 'Du har tagit frågan.',
    'given back': 'Frågan är lämnad tillbaka.',
    answered: 'Svaret är sparat.',
    'asked back': 'Motfrågan är sparad.',
    clarified: 'Förtydligandet är sparat. De det gäller får veta det.',
    'answered and clarified': 'Svaret och förtydligandet är sparade. De det gäller får veta det.',
    replaced: 'Förtydligandet är ersatt.',
    withdrawn: 'Förtydligandet är återkallat. De som har fått det får veta det.',
  },
  willBeTold: 'Den som frågade får ett meddelande i sin chatt.',
  wasMasked: words('sv').masked,
  quicker: (who: string) => `${who} hann före. Läs vad som har hänt. Inget av ditt är sparat.`,
  wrong: {
    unknown: 'Det gick inte att läsa vad du ville göra. Inget är sparat.',
    own: 'Det här är din egen fråga. Någon annan svarar på den.',
    noQuestion: 'Här finns ingen fråga till registratorn.',
    disposed: 'Vägledningen är gallrad. Det går inte att skriva något mer om den.',
    broken: 'Vägledningen är inte som den skrevs, så inget mer skrivs om den innan det är utrett.',
    moved: 'Något mer har sagts sedan du öppnade sidan. Läs det först. Inget av ditt är sparat.',
    answered: 'Frågan är redan besvarad.',
    notYours: 'Någon annan har frågan.',
    noWords: 'Skriv något i rutan. Utan det sparas inget.',
    tooLong: 'Texten är längre än 2 000 tecken. Korta den. Inget är sparat.',
    bothWords: 'Skriv förtydligandet på både svenska och engelska. Inget är sparat.',
    clarifyLong: 'Förtydligandet är längre än 1 000 tecken på något av språken. Korta det. Inget är sparat.',
    noCites: 'Välj minst en källa som förtydligandet stöder sig på. Inget är sparat.',
    wrongSince: 'Välj en dag som har varit. Inget är sparat.',
    noNode: 'Den frågan finns inte kvar i vägledningen av i dag, så inget kan förtydligas där.',
    unanswered: 'Svara på frågan först. Sedan kan svaret bli ett förtydligande.',
    notInForce: 'Förtydligandet gäller inte längre. Läs vad som har hänt. Inget av ditt är sparat.',
    noWhy: 'Skriv varför. Utan det sparas inget.',
  },

  // What the person is told.
  tellAnswer: (who: string, number: string, flow: string) =>
    `${who} har svarat på din fråga i vägledningen ${number} (${flow}).`,
  tellAskedBack: (who: string, number: string, flow: string) =>
    `${who} har en motfråga om din fråga i vägledningen ${number} (${flow}).`,
  tellHow: 'Öppna vägledningen och skriv till registratorn igen för att svara.',

  minutes: (count: number) => (count === 1 ? 'en minut' : `${count} minuter`),
  hours: (count: number) => (count === 1 ? 'en timme' : `${count} timmar`),
  days: (count: number) => (count === 1 ? 'ett dygn' : `${count} dygn`),
  moment: 'mindre än en minut',
  and: ' och ',
};

const english: typeof swedish = {
  questions: 'Questions',
  clarifications: 'Clarifications',

  // The queue.
  questionsHelp:
    'What has waited longest comes first. No time limit stops because a question waits: what is to be done the same day is still to be done the same day.',
  waits: (count) => (count === 1 ? 'One question is waiting.' : `${count} questions are waiting.`),
  noneWait: 'No question is waiting.',
  oldest: (time) => `The oldest has waited for ${time}.`,
  untaken: (count, of) => {
    if (count === of) return of === 1 ? 'Nobody has taken it.' : 'Nobody has taken any of them.';
    return count === 1 ? 'Nobody has taken one of them.' : `Nobody has taken ${count} of them.`;
  },
  filters: 'Choose which questions to see',
  all: 'All',
  states: { waiting: 'waiting', 'asked back': 'asked back', answered: 'answered' },
  gone: 'disposed of',
  caption: 'Questions to the registrar',
  none: 'There are no questions here.',
  next: 'More questions',
  first: 'To the beginning',
  columns: {
    number: 'Number',
    when: 'Asked',
    about: 'About',
    unit: 'Unit',
    words: 'In their own words',
    clock: 'Time for the guidance',
    who: 'Who has taken it',
  },
  nobody: 'nobody',
  you: 'you',
  noWords: 'none',
  noClock: 'No outcome has been reached, so that no time is given.',
  hasWaited: (time) => `has waited for ${time}`,
  askedBackFor: (time) => `asked back ${time} ago`,
  answeredAfter: (time) => `answered after ${time}`,
  notUsed: 'Not all of the address could be read. What could not is not used.',

  // One question.
  question: (number) => `The question in ${number}`,
  toQuestions: 'To all questions',
  toRecord: 'The whole guidance',
  toQuestion: 'To the question, to answer it',
  noSuch: 'That question is not here',
  noSuchHelp: 'The number does not exist, or nobody has asked the registrar there.',
  stateIs: 'State',
  clockRuns: 'The time runs, also while the question waits.',
  talk: 'What has been said',
  asker: 'Whoever asks',
  asksAt: (question) => `Asks at: ${question}`,
  withoutWords: 'Wrote nothing of their own.',
  asksBack: 'Question back',
  path: 'The way there',
  pathHelp: 'The answers that hold, word for word. What was undone stands in the whole guidance.',
  pathNone: 'No answer had been given yet.',
  yourTurn: 'What you can do',
  ownQuestion: 'This is your own question. Somebody else answers it.',
  take: 'Take the question',
  takeHelp: 'Others see that you have it.',
  takeOver: 'Take the question over',
  takenBy: (name) => `${name} has taken the question.`,
  giveBack: 'Give the question back',
  giveBackHelp: 'Somebody else can take it.',
  answer: 'Answer',
  answerMore: 'Add to the answer',
  answerHelp: 'The person who asked gets the answer in their chat, with the number of the guidance.',
  answerLabel: 'Your answer',
  askBack: 'Ask back',
  askBackHelp: 'The person who asked gets your question, and can answer in the guidance.',
  askBackLabel: 'Your question',
  replyHelp:
    'Answers and questions back have 2,000 characters at most. Write no personal details: personal identity numbers, phone numbers and e-mail addresses are taken out.',
  answerNotReached:
    'The person asked in the web chat and can’t be written to. The answer shows when they open the guidance again in the same browser.',
  askBackNotReached:
    'The person asked in the web chat and can’t be written to. The question shows when they open the guidance again in the same browser, and can be answered there.',

  // Clarifications.
  clarify: 'Make a clarification',
  clarifyAlso: 'Make a clarification at the same time',
  clarifyAt: 'Shown to everybody at',
  clarifyHelp: 'Whoever answered “I don’t know” there, or asked, gets it once in their chat. It changes no outcome.',
  clarifyToo: 'Save the clarification together with the answer',
  inSwedish: 'In Swedish',
  inEnglish: 'In English',
  clarifyWords:
    '1,000 characters at most in each language. Write so that it holds for everybody, and nothing about the person who asked.',
  leansOn: 'Grounds',
  leansOnHelp: 'At least one source. Those that this place and the way to it lean on come first.',
  leansOnAny: 'At least one source.',
  moreSources: 'More sources of the guidance',
  since: 'Tell those who were there from this day on',
  sinceHelp: 'Those who come there later see the clarification in its place.',
  clarificationsHelp:
    'What the registrar has made clear to everybody, at a question or an outcome. The latest comes first. Nothing is taken away from here.',
  clarificationsNone: 'No clarification has been made yet. It is made from an answer to a question.',
  clarificationState: { 'in force': 'in force', replaced: 'replaced', withdrawn: 'withdrawn' },
  made: 'Made',
  replacedHead: 'Replaced',
  withdrawnHead: 'Withdrawn',
  fromQuestion: 'From the question in',
  toldSince: (day) => `Told to those who were there from ${day} on.`,
  toldNobody: 'Not told again to those who got the one before.',
  replace: 'Replace',
  replaceHelp: 'The new one holds from today on. The old one stays here as replaced.',
  tellAgain: 'Tell people of the new one as well, each person once',
  withdraw: 'Withdraw',
  withdrawHelp:
    'It is shown to nobody any more, and stays here. Those who got it are told that it no longer holds, and why.',
  why: 'Why',
  open: 'Change',
  change: (heading) => `Change the clarification at ${heading}`,
  changeOne: 'Change a clarification',
  toClarifications: 'To all clarifications',
  noSuchClarification: 'There is no such clarification',

  did: {
    taken: 'You have taken the question.',
    'given back': 'The question has been given back.',
    answered: 'The answer has been saved.',
    'asked back': 'The question back has been saved.',
    clarified: 'The clarification has been saved. Those it concerns will be told.',
    'answered and clarified': 'The answer and the clarification have been saved. Those it concerns will be told.',
    replaced: 'The clarification has been replaced.',
    withdrawn: 'The clarification has been withdrawn. Those who got it will be told.',
  },
  willBeTold: 'The person who asked will get a message in their chat.',
  wasMasked: words('en').masked,
  quicker: (who) => `${who} was quicker. Read what has happened. Nothing of yours has been saved.`,
  wrong: {
    unknown: 'What you wanted to do could not be read. Nothing has been saved.',
    own: 'This is your own question. Somebody else answers it.',
    noQuestion: 'There is no question to the registrar here.',
    disposed: 'The guidance has been disposed of. Nothing more can be written about it.',
    broken:
      'The guidance is not as it was written, so nothing more is written about it until that has been looked into.',
    moved: 'Something more has been said since you opened the page. Read it first. Nothing of yours has been saved.',
    answered: 'The question has been answered already.',
    notYours: 'Somebody else has the question.',
    noWords: 'Write something in the box. Without it, nothing is saved.',
    tooLong: 'The text is longer than 2,000 characters. Shorten it. Nothing has been saved.',
    bothWords: 'Write the clarification in both Swedish and English. Nothing has been saved.',
    clarifyLong:
      'The clarification is longer than 1,000 characters in one of the languages. Shorten it. Nothing has been saved.',
    noCites: 'Choose at least one source that the clarification leans on. Nothing has been saved.',
    wrongSince: 'Choose a day that has been. Nothing has been saved.',
    noNode: 'That question is no longer in the guidance of today, so nothing can be clarified there.',
    unanswered: 'Answer the question first. Then the answer can become a clarification.',
    notInForce: 'The clarification no longer holds. Read what has happened. Nothing of yours has been saved.',
    noWhy: 'Write why. Without it, nothing is saved.',
  },

  // What the person is told.
  tellAnswer: (who, number, flow) => `${who} has answered your question in the guidance ${number} (${flow}).`,
  tellAskedBack: (who, number, flow) => `${who} asks back about your question in the guidance ${number} (${flow}).`,
  tellHow: 'Open the guidance and write to the registrar again to answer.',

  minutes: (count) => (count === 1 ? 'one minute' : `${count} minutes`),
  hours: (count) => (count === 1 ? 'one hour' : `${count} hours`),
  days: (count) => (count === 1 ? 'one day' : `${count} days`),
  moment: 'less than a minute',
  and: ' and ',
};

const all = { sv: swedish, en: english };

/** How long it was from one moment to another, in words, and no finer than one needs it. */
export function lasted(from: string, to: string | Date, language: Language): string {
  const text = deskWords(language);
  const minutes = Math.max(0, Math.floor((new Date(to).getTime() - Date.parse(from)) / 60_000));
  const [days, hours] = [Math.floor(minutes / 1440), Math.floor((minutes % 1440) / 60)];
  if (days > 0) return text.days(days) + (hours > 0 && days < 7 ? text.and + text.hours(hours) : '');
  if (hours > 0) return text.hours(hours);
  return minutes > 0 ? text.minutes(minutes) : text.moment;
}
