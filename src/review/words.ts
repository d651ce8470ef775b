import { doorWords } from '../chat/words.ts';
import type { Language } from '../record/entry.ts';

/** The words of the console: those of every door, and its own. */
export function consoleWords(language: Language) {
  return all[language];
}

const swedish = {
  skip: 'Hoppa till innehållet',
  tagline: 'Granskning av vägledning',
  parts: 'Delar av granskningen',
  queue: 'Vägledningar',
  statistics: 'Statistik',
  samples: 'Stickprov',
  access: 'Vem har öppnat vad',
  signOut: 'Logga ut',
  local: 'Du är här utan inloggning, på den dator som programmet körs på. Andra måste logga in.',
  notYours: 'Det här får du inte göra',
  notYoursHelp: 'Din roll räcker inte, eller så har sidan stått öppen för länge. Gå tillbaka, och ladda om sidan.',
};

const english: typeof swedish = {
  skip: 'Skip to the content',
  tagline: 'Review of guidance',
  parts: 'Parts of the review',
  queue: 'Guidance',
  statistics: 'Statistics',
  samples: 'Samples',
  access: 'Who has opened what',
  signOut: 'Sign out',
  local: 'You are here without a sign-in, on the machine that the program runs on. Others have to sign in.',
  notYours: 'This is not yours to do',
  notYoursHelp: 'Your role is not enough, or the page has stood open for too long. Go back, and load the page again.',
};

const all = { sv: { ...doorWords('sv'), ...swedish }, en: { ...doorWords('en'), ...english } };
