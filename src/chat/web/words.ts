import type { Language } from '../../record/entry.ts';
import { doorWords } from '../words.ts';

/** The words that the web pages need. */
export function pageWords(language: Language) {
  return all[language];
}

const swedish = {
  tagline: 'Vägledning om allmänna handlingar',
  skip: 'Hoppa till innehållet',
  more: (count: number) => `och ${count} till`,
  filter: 'Sök bland svaren',
  noMatch: 'Inget svar innehåller det ordet.',
  diagram: 'Se hela vägledningen som bild',
  copy: 'Kopiera',
  copied: 'Kopierat',
  draftShow: 'Visa utkastet',
  print: 'Skriv ut',
  faultHeading: 'Något gick fel hos oss',
  refusedHeading: 'Det gick inte att öppna',
  flowText: 'Samma sak som text',
  flowHelp:
    'Bilden visar varje fråga och vart varje svar leder. Svaret ”Vet inte” är ritat bara där det leder till något annat än registratorn.',
  yourPath: 'Din väg är markerad med tjockare linjer.',
  leadsTo: 'leder till',
  toQuestion: 'Tillbaka till frågan',
  toStart: 'Till startsidan',
  turnedAway: {
    missing: {
      heading: 'Den sidan finns inte',
      help: 'Adressen kan vara felskriven, eller så har sidan tagits bort.',
    },
    foreign: {
      heading: 'Det du skickade togs inte emot',
      help: 'Det kom från en annan webbplats. Börja om från startsidan.',
    },
  },
};

const english: typeof swedish = {
  tagline: 'Guidance on public records',
  skip: 'Skip to the content',
  more: (count: number) => `and ${count} more`,
  filter: 'Search the answers',
  noMatch: 'No answer contains that word.',
  diagram: 'See the whole guidance as a picture',
  copy: 'Copy',
  copied: 'Copied',
  draftShow: 'Show the draft',
  print: 'Print',
  faultHeading: 'Something went wrong on our side',
  refusedHeading: 'This could not be opened',
  flowText: 'The same as text',
  flowHelp:
    'The picture shows every question and where every answer leads. “I don’t know” is drawn only where it leads elsewhere than to the registrar.',
  yourPath: 'Your path is marked with heavier lines.',
  leadsTo: 'leads to',
  toQuestion: 'Back to the question',
  toStart: 'To the start page',
  turnedAway: {
    missing: {
      heading: 'There is no such page',
      help: 'The address may be mistyped, or the page has been taken away.',
    },
    foreign: {
      heading: 'What you sent was not taken',
      help: 'It came from another site. Begin again from the start page.',
    },
  },
};

const all = { sv: { ...doorWords('sv'), ...swedish }, en: { ...doorWords('en'), ...english } };
