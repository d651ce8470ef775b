import type { Flow } from './guidance/flow.ts';
import type { Language } from './record/entry.ts';

/** What made-up people write, without the DEMO that it begins with. */
export const labels: Record<Language, Record<NonNullable<Flow['group']>, string[]>> = {
  sv: {
    documents: [
      'mejl om skolskjuts',
      'avtal om städning',
      'protokoll som inte är justerat',
      'fråga från en tidning',
      'anbud i en upphandling',
      'sms till växeln',
      'karta över ett kvarter',
      'minnesanteckning från ett möte',
      'lista över inköp',
      'brev till nämnden',
      'chatt om ett bygglov',
    ],
    'social-media': [
      'kommentar under ett inlägg',
      'bild från en öppen dag',
      'inlägg om ett vägarbete',
      'meddelande till kommunens sida',
      'film från invigningen',
      'sidan för biblioteket',
    ],
  },
  en: {
    documents: ['e-mail about school transport', 'a cleaning contract', 'a question from a newspaper'],
    'social-media': ['a comment under a post', 'a picture from an open house'],
  },
};

export const questions: Record<Language, string[]> = {
  sv: [
    'Vi är två som ser olika på det. Vad gäller?',
    'Jag är osäker på om något av svaren passar.',
    'Har ni haft ett sådant fall förut?',
    'Kan jag göra klart det i dag, eller ska någon annan besluta?',
  ],
  en: ['Two of us see it differently. Which is it?', 'May I finish it today, or does somebody else decide?'],
};

export const questionsBack = ['Vilket av svaren tvekade du om?', 'Finns det kvar som det kom, eller är något ändrat?'];
export const secondTries = ['Jag tvekade mellan de två första.', 'Det finns kvar som det kom.'];
export const answers = [
  'Gör som vägledningen säger, och hör av dig om det kommer mer.',
  'Jag har tittat på det och tar över härifrån. Du behöver inte göra mer.',
  'Gå tillbaka ett steg och ta det översta av de svar som passar.',
  'Vänta tills juristen har sett det. Jag hör av mig till dig.',
];

export const reasons = {
  corrected: [
    'En av frågorna fick fel svar.',
    'Det var ett annat fall än det som valdes i början.',
    'Ett svar längre upp i listan passade också, och går före.',
  ],
  returned: ['Vad gällde det? Skriv en rubrik.', 'Vad var det som gjorde dig osäker?'],
};

export const comments = ['Bra att ta upp på nästa arbetsplatsträff.', 'Samma fråga som i en vägledning från i våras.'];

/** What is asked, answered and made clear at the first question of a flow. */
export const clarified = {
  question: 'DEMO: Jag har bara en bild av ett papper. Vilket av svaren ska jag ta?',
  answer: 'DEMO: Svara efter vad papperet är. Bilden gör ingen skillnad.',
  first: {
    sv: 'DEMO: En bild av ett papper räknas som något som har kommit in.',
    en: 'DEMO: A picture of a paper counts as something that came in.',
  },
  second: {
    sv: 'DEMO: Är det en bild av ett papper? Svara efter vad papperet är, inte efter bilden.',
    en: 'DEMO: Is it a picture of a paper? Answer by what the paper is, not by the picture.',
  },
  why: 'DEMO: Det stämde inte när papperet är vårt eget.',
};

/** What opens what people are told, with the number of the record. */
export const told = {
  reply: {
    sv: (number: string) => `Registratorn har skrivit om din fråga i vägledningen ${number}.`,
    en: (number: string) => `The registrar has written about your question in the guidance ${number}.`,
  },
  corrected: {
    sv: (number: string) => `Din vägledning ${number} har rättats.`,
    en: (number: string) => `Your guidance ${number} has been corrected.`,
  },
  returned: {
    sv: (number: string) => `Din vägledning ${number} har sänts tillbaka med en fråga.`,
    en: (number: string) => `Your guidance ${number} has been sent back with a question.`,
  },
};
