import type { Language, Role } from '../record/entry.ts';
import type { DraftKind } from './draft.ts';
import {
  type Clock,
  type Group,
  type Municipality,
  type Node,
  type OutcomeCode,
  offered,
  type Question,
  type Text,
} from './flow.ts';

/** Makes texts readable in one language, with what the municipality has filled in for {registrar} and the like. */
export function fill(language: Language, municipality: Municipality): (text: Text) => string {
  const known = fillings[language].get(municipality);
  if (known) return known;
  const values = valuesOf(language, municipality);
  const filled = (text: Text) => {
    const said = text[language];
    if (!said.includes('{')) return said;
    return said.replace(/\{([a-z]+)\}/g, (found, name) => values[name as Placeholder] ?? found);
  };
  fillings[language].set(municipality, filled);
  return filled;
}

const fillings = {
  sv: new WeakMap<Municipality, (text: Text) => string>(),
  en: new WeakMap<Municipality, (text: Text) => string>(),
};

function valuesOf(language: Language, municipality: Municipality): Record<Placeholder, string> {
  const { registrar, court, tariff, name, snapshot } = municipality;
  const decisions = municipality['disposal-decision'];
  const { email, phone, place } = registrar;
  return {
    municipality: name,
    registrar: [registrar.name[language], email, phone, ...(place ? [place[language]] : [])].join(', '),
    court: court[language],
    fee: tariff ? `${tariff.says[language]} (${tariff.decided})` : words(language).noTariff,
    decisions: decisions
      ? decisions.map(({ says, decided }) => `${says[language]} (${decided})`).join('; ')
      : words(language).noDecision,
    snapshot: words(language).snapshots[snapshot],
  };
}

/** What a node is called where it is pointed to: its question, or what comes of it. */
export function headingOf(node: Node, language: Language, municipality: Municipality): string {
  const say = fill(language, municipality);
  if ('outcome' in node) return node.title ? say(node.title) : words(language).outcomes[node.outcome];
  return say('question' in node ? node.question : node.checklist);
}

/** The answers to a question as they are read. */
export function choices(node: Question, municipality: Municipality, say: ReturnType<typeof fill>) {
  return offered(node, municipality).map(({ id, label, hint }) => ({
    id,
    label: say(label),
    ...(hint && { hint: say(hint) }),
  }));
}

/** What a text in a flow may name in braces. */
export const placeholders = ['municipality', 'registrar', 'court', 'fee', 'decisions', 'snapshot'] as const;
type Placeholder = (typeof placeholders)[number];

/** The program's own words, the same on every platform. What belongs to the law stands in the flows. */
export function words(language: Language): Words {
  return language === 'sv' ? swedish : english;
}

/** All that the program says of its own accord. */
export interface Words {
  noTariff: string;
  noDecision: string;
  /** How often a picture of each account is saved, as a part of a sentence. */
  snapshots: Record<Municipality['snapshot'], string>;
  outcomes: Record<OutcomeCode, string>;
  clocks: Record<Clock, string>;
  /** What is kept of the guidance, who reads it, and for how long. */
  kept: string;
  kinds: Record<'law' | 'guideline' | 'ruling' | 'practice' | 'press', string>;
  unverified: string;
  secondHand: string;
  /** Said beside a question whose law, or a part of it, is unverified. */
  doubt: string;
  groups: Record<Group | 'recent', string>;
  allTicked: string;
  notAllTicked: string;
  ticked(done: number, all: number): string;
  changed(question: string, answer: string, kept: number, dropped: string[]): string;
  notices: Record<
    | 'stale'
    | 'unknown'
    | 'same'
    | 'ended'
    | 'closed'
    | 'carriedOver'
    | 'cleaned'
    | 'labelTooLong'
    | 'needsAnswerFirst'
    | 'saved'
    | 'askedRegistrar'
    | 'askNeedsWords'
    | 'askTooLong'
    | 'askCleaned'
    | 'unitKept'
    | 'responded'
    | 'respondCleaned'
    | 'respondNeedsWords'
    | 'respondTooLong',
    string
  >;
  /** What was taken out of what somebody wrote, and what was not. */
  masked: string;
  /** Why a session has ended by itself. */
  lapsed: { idle: string; unreadable: string; withdrawn(reason: string): string };
  /** What the registrar must know of deletion. */
  frozen: string;
  /** What the registrar must know that the person was told. */
  meanwhile(say: string): string;
  drafts: Record<DraftKind, string>;
  /** Who somebody is in a talk with the registrar: the person themselves, or somebody in office by name and role. */
  you: string;
  inRole(name: string, role: Role): string;
  roles: Record<Role, string>;
  /** In place of words, where a question went without any. */
  askedWithoutWords: string;
  refused: Record<'notYours' | 'noSuchFlow' | 'noSuchSession' | 'noSuchDraft', string>;
}

const masked = {
  sv: 'Vi tog bort det som såg ut som personnummer, telefonnummer eller e-postadress. Namn tas inte bort.',
  en: 'We took out what looked like an identity number, a phone number or an e-mail address. Names are not taken out.',
};

const swedish: Words = {
  noTariff: 'enligt kommunens taxa',
  noDecision: 'kommunen har inget gallringsbeslut inlagt här',
  snapshots: { 'half-yearly': 'två gånger om året', yearly: 'en gång om året' },
  outcomes: {
    release: 'Lämna ut handlingen',
    'release-masked': 'Lämna ut handlingen med vissa delar täckta',
    'condition-for-decision': 'Pekar mot utlämnande med förbehåll',
    'not-a-public-record': 'Inte en allmän handling',
    'not-public-yet': 'Inte allmän handling än',
    'refusal-for-decision': 'Pekar mot avslag',
    'does-not-exist': 'Handlingen finns inte',
    restore: 'Återskapa handlingen',
    'another-authority': 'En annan myndighet har handlingen',
    'narrow-request': 'Hjälp till att avgränsa begäran',
    'information-only': 'Lämna uppgiften',
    'party-access': 'Partsinsyn',
    'own-data': 'Begäran om egna personuppgifter',
    service: 'Svara på frågan',
    'how-to': 'Så gör du',
    freeze: 'Stoppa all radering',
    'ask-registrar': 'Fråga registratorn',
    register: 'Diarieför',
    'keep-in-order': 'Håll handlingen ordnad',
    'no-registration': 'Behöver inte diarieföras',
    dispose: 'Får gallras',
    wait: 'Vänta med att gallra',
    keep: 'Bevara',
    weed: 'Rensa',
    'may-start': 'Kontot får startas',
    'not-ready': 'Inte klart än',
    'may-publish': 'Får publiceras',
    'do-not-publish': 'Publicera inte',
    'treat-as-matter': 'Behandla som ett ärende',
    'take-down-and-register': 'Ta ner och diarieför',
    'take-down': 'Ta ner',
    reply: 'Svara',
    'let-stand': 'Låt stå kvar',
    'do-not-block': 'Blockera inte',
    'block-for-a-time': 'Blockera en begränsad tid',
    'close-account': 'Stäng kontot',
    archive: 'Arkivera',
    'private-no-action': 'Privat – gör inget',
    'call-for-help': 'Ring efter hjälp',
  },
  clocks: {
    none: 'Ingen särskild tid gäller.',
    'at-once': 'Gör det genast.',
    'same-day':
      'Svara normalt samma dag. Några dagar får det ta om prövningen kräver det. Så säger praxis; lagen säger genast eller skyndsamt.',
    promptly: 'Gör det snart, utan onödigt dröjsmål.',
    'next-working-day': 'Gör det samma dag eller nästa arbetsdag. Så säger praxis.',
    'one-month': 'Svara inom en månad.',
  },
  kept: 'Dina svar sparas i en logg, utan namn. Chefer, registratorer och arkivarier kan läsa den. Den kan bli en allmän handling och sparas tills kommunen beslutar om gallring.',
  kinds: { law: 'lag', guideline: 'riktlinje', ruling: 'avgörande', practice: 'praxis', press: 'press' },
  allTicked: 'Allt är ikryssat',
  notAllTicked: 'Något saknas',
  ticked: (done, all) => `${done} av ${all} ikryssade`,
  unverified: 'Vi har inte läst själva lagtexten här. Fråga registratorn om det avgör.',
  secondHand: 'läst i andra hand',
  doubt: 'En del av lagen bakom har vi inte läst i original. Fråga registratorn om det avgör.',
  groups: {
    recent: 'Det du använde senast',
    documents: 'Handlingar',
    'social-media': 'Sociala medier',
  },
  changed: (question, answer, kept, dropped) =>
    `Du ändrade svaret på ”${question}” till ”${answer}”.` +
    (kept === 0
      ? ''
      : kept === 1
        ? ' Ett senare svar gäller fortfarande.'
        : ` ${kept} senare svar gäller fortfarande.`) +
    (dropped.length === 0
      ? ''
      : ` Svaren på de här frågorna gäller inte längre: ${dropped.map((question) => `”${question}”`).join(', ')}.`),
  notices: {
    stale: 'Den frågan är redan besvarad eller har ändrats. Här är läget nu.',
    unknown: 'Det svaret finns inte på den här frågan. Här är läget nu.',
    same: 'Det var redan så. Ingenting ändrades.',
    ended: 'Den här vägledningen är avslutad.',
    closed: 'Vägledningen är avslutad utan resultat. Det du svarade finns kvar i loggen.',
    carriedOver:
      'Den förra vägledningen var avslutad. Vi har börjat en ny och tagit med de svar som fortfarande gäller.',
    cleaned: `Rubriken är sparad. ${masked.sv}`,
    labelTooLong: 'Rubriken är för lång. Skriv högst 120 tecken.',
    needsAnswerFirst: 'Svara på en fråga först, så finns det något att sätta rubrik på.',
    saved: 'Sparat. Du kan lämna listan och komma tillbaka hit.',
    askedRegistrar: 'Din fråga är skickad till registratorn. Svaret kommer hit. Tiderna som gäller löper under tiden.',
    askNeedsWords: 'Frågan är redan skickad. Skriv något mer, om du vill lägga till det.',
    askTooLong: 'Det var för långt. Skriv högst 1 000 tecken till registratorn.',
    askCleaned: `Din fråga är skickad till registratorn. ${masked.sv}`,
    unitKept: 'Sparat. Vi frågar inte om det igen.',
    responded: 'Ditt svar är sparat. Granskaren ser det.',
    respondCleaned: `Ditt svar är sparat, och granskaren ser det. ${masked.sv}`,
    respondNeedsWords: 'Skriv ett svar till granskaren först. Inget är sparat.',
    respondTooLong: 'Det var för långt. Skriv högst 1 000 tecken till granskaren. Inget är sparat.',
  },
  masked: masked.sv,
  lapsed: {
    idle: 'Vägledningen har legat orörd för länge och är avslutad. Börja om, så följer de svar med som fortfarande gäller.',
    withdrawn: (reason) => `Vägledningen används inte längre: ${reason}`,
    unreadable: 'Den här versionen av vägledningen kan inte läsas längre.',
  },
  frozen: 'Ingen radering: det som begärs ska inte raderas eller gallras förrän frågan är avgjord.',
  meanwhile: (say) => `Till den som frågar, så länge: ”${say}”`,
  drafts: {
    refusal: 'Utkast till beslut om avslag',
    condition: 'Utkast till beslut om förbehåll',
    'disposal-decision': 'Utkast till gallringsbeslut',
    'register-entry': 'Text till diariet',
  },
  you: 'Du',
  inRole: (name, role) => `${name} (${swedish.roles[role]})`,
  roles: {
    staff: 'medarbetare',
    reviewer: 'granskare',
    registrar: 'registrator',
    archivist: 'arkivarie',
    auditor: 'revisor',
    administrator: 'administratör',
  },
  askedWithoutWords: 'Frågan skickades utan egna ord, med vägen hit.',
  refused: {
    notYours: 'Den här vägledningen hör till någon annan. Börja en egen.',
    noSuchFlow: 'Den vägledningen finns inte. Välj en i listan.',
    noSuchSession: 'Den vägledningen finns inte, eller så har den aldrig fått något svar. Börja en ny.',
    noSuchDraft: 'Den här vägledningen leder inte till något sådant utkast.',
  },
};

const english: Words = {
  noTariff: 'according to the municipality’s tariff',
  noDecision: 'the municipality has no disposal decision filled in here',
  snapshots: { 'half-yearly': 'twice a year', yearly: 'once a year' },
  outcomes: {
    release: 'Release the record',
    'release-masked': 'Release the record with parts covered',
    'condition-for-decision': 'Points to release with a condition',
    'not-a-public-record': 'Not a public record',
    'not-public-yet': 'Not a public record yet',
    'refusal-for-decision': 'Points to refusal',
    'does-not-exist': 'The record does not exist',
    restore: 'Restore the record',
    'another-authority': 'Another authority has the record',
    'narrow-request': 'Help to narrow the request',
    'information-only': 'Give the information',
    'party-access': 'A party’s access to the file',
    'own-data': 'Request for one’s own personal data',
    service: 'Answer the question',
    'how-to': 'How to do it',
    freeze: 'Stop all deletion',
    'ask-registrar': 'Ask the registrar',
    register: 'Register it',
    'keep-in-order': 'Keep it in order',
    'no-registration': 'No need to register',
    dispose: 'May be disposed of',
    wait: 'Wait before disposing of it',
    keep: 'Keep it',
    weed: 'Clear out what need not be kept (rensa)',
    'may-start': 'The account may start',
    'not-ready': 'Not ready yet',
    'may-publish': 'May be published',
    'do-not-publish': 'Do not publish',
    'treat-as-matter': 'Treat it as a matter',
    'take-down-and-register': 'Take it down and register it',
    'take-down': 'Take it down',
    reply: 'Reply',
    'let-stand': 'Let it stand',
    'do-not-block': 'Do not block',
    'block-for-a-time': 'Block for a limited time',
    'close-account': 'Close the account',
    archive: 'Archive',
    'private-no-action': 'Private – take no action',
    'call-for-help': 'Call for help',
  },
  clocks: {
    none: 'No particular time applies.',
    'at-once': 'Do it at once.',
    'same-day':
      'Normally answer the same day; a few days where the test needs it. That is practice; the statute says at once or promptly.',
    promptly: 'Do it soon, without needless delay.',
    'next-working-day': 'Do it the same or the next working day. That is practice.',
    'one-month': 'Answer within one month.',
  },
  kept: 'Your answers are kept in a log, without your name. Managers, registrars and archivists can read it. It may become a public record and is kept until the municipality decides on its disposal.',
  kinds: { law: 'law', guideline: 'guideline', ruling: 'ruling', practice: 'practice', press: 'press' },
  allTicked: 'Everything is ticked',
  notAllTicked: 'Something is missing',
  ticked: (done, all) => `${done} of ${all} ticked`,
  unverified: 'We have not read the text of the law itself here. Ask the registrar if this decides the case.',
  secondHand: 'read second-hand',
  doubt: 'Some of the law behind this we have not read in the original. Ask the registrar if it decides the case.',
  groups: {
    recent: 'What you used last',
    documents: 'Records',
    'social-media': 'Social media',
  },
  changed: (question, answer, kept, dropped) =>
    `You changed your answer to “${question}” to “${answer}”.` +
    (kept === 0 ? '' : kept === 1 ? ' One later answer still holds.' : ` ${kept} later answers still hold.`) +
    (dropped.length === 0 ? '' : ` No longer needed: ${dropped.map((question) => `“${question}”`).join(', ')}.`),
  notices: {
    stale: 'That question is answered already or has changed. This is where you are now.',
    unknown: 'That is no answer to this question. This is where you are now.',
    same: 'It was so already. Nothing changed.',
    ended: 'This guidance has ended.',
    closed: 'This guidance was ended without an outcome. What you answered stays in the log.',
    carriedOver: 'The earlier guidance had been ended. A new one has begun, with the answers that still apply.',
    cleaned: `The heading has been kept. ${masked.en}`,
    labelTooLong: 'The heading is too long. Write at most 120 characters.',
    needsAnswerFirst: 'Answer a question first, so that there is something to put a heading on.',
    saved: 'Saved. You can leave the list and come back here.',
    askedRegistrar:
      'Your question has been sent to the registrar. The answer will come here. The time limits that apply run meanwhile.',
    askNeedsWords: 'The question has been sent already. Write something more if you want to add to it.',
    askTooLong: 'That was too long. Write at most 1,000 characters to the registrar.',
    askCleaned: `Your question has been sent to the registrar. ${masked.en}`,
    unitKept: 'Saved. We will not ask again.',
    responded: 'Your answer has been kept. The reviewer sees it.',
    respondCleaned: `Your answer has been kept, and the reviewer sees it. ${masked.en}`,
    respondNeedsWords: 'Write an answer to the reviewer first. Nothing has been saved.',
    respondTooLong: 'That was too long. Write at most 1,000 characters to the reviewer. Nothing has been saved.',
  },
  masked: masked.en,
  lapsed: {
    idle: 'This guidance was left untouched for too long and has ended. Start again, and the answers that still hold come along.',
    withdrawn: (reason) => `This guidance is no longer in use: ${reason}`,
    unreadable: 'This version of the guidance can no longer be read.',
  },
  frozen: 'No deletion: what is asked for must not be deleted or disposed of until this is settled.',
  meanwhile: (say) => `To the person who asks, meanwhile: “${say}”`,
  drafts: {
    refusal: 'Draft decision to refuse',
    condition: 'Draft decision with a condition (förbehåll)',
    'disposal-decision': 'Draft disposal decision (gallringsbeslut)',
    'register-entry': 'Text for the diary (diariet)',
  },
  you: 'You',
  inRole: (name, role) => `${name} (${english.roles[role]})`,
  roles: {
    staff: 'staff',
    reviewer: 'reviewer',
    registrar: 'registrar',
    archivist: 'archivist',
    auditor: 'auditor',
    administrator: 'administrator',
  },
  askedWithoutWords: 'The question was sent without words of your own, with the path that led here.',
  refused: {
    notYours: 'This guidance belongs to somebody else. Start one of your own.',
    noSuchFlow: 'There is no such guidance. Choose one from the list.',
    noSuchSession: 'There is no such guidance, or it never got an answer. Start a new one.',
    noSuchDraft: 'This guidance does not lead to such a draft.',
  },
};
