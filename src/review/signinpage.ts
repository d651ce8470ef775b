import { html } from 'hono/html';
import { linked } from '../chat/web/draw.ts';
import { doorWords } from '../chat/words.ts';
import type { Municipality } from '../guidance/flow.ts';
import type { Language } from '../record/entry.ts';
import { type Html, tokenField } from './console.ts';
import type { Member } from './members.ts';
import type { Session } from './sessions.ts';

/** What can be said to somebody who has not come in. */
type Outside = 'not set up' | 'unreachable' | 'too many' | 'refused' | 'stale' | 'ended' | 'signed out';

/** A page outside the console, in plain words, with a way on where there is one. */
export function drawOutside(language: Language, what: Outside, municipality: Municipality, back?: string): string {
  const text = all[language];
  const { heading, help, button }: Said[Outside] = text[what];
  const address = `/review/sign-in${back === undefined ? '' : `?${new URLSearchParams({ back })}`}`;
  return page(
    language,
    municipality,
    heading,
    html`<h1>${heading}</h1>
<p class="lead">${help}</p>
${button ? html`<p><a href="${what === 'stale' ? '/review' : address}">${button}</a></p>` : ''}`,
    what === 'signed out' || what === 'ended',
  );
}

/** For somebody whom the provider knows and we have no role for: whom to ask, and what to tell them. */
export function drawRoleless(
  language: Language,
  municipality: Municipality,
  { name, own, known }: Pick<Session, 'name' | 'known'> & Pick<Member, 'own'>,
  token: string,
): string {
  const text = all[language];
  const { registrar } = municipality;
  return page(
    language,
    municipality,
    text.roleless,
    html`<h1>${text.roleless}</h1>
<p class="lead">${text.rolelessHelp(name)}</p>
<p>${text.ask} ${linked(`${registrar.name[language]}, ${registrar.email}, ${registrar.phone}.`)}</p>
<h2>${text.knownAs}</h2>
<ul>${known.names.map((one) => html`<li><code>${one}</code></li>`)}</ul>
<form method="post" action="/review/sign-out">${tokenField(token)}<button>${text.signOut}</button></form>
<p><a href="/review">${text.tryAgain}</a></p>
${own.length > 0 ? html`<p><a href="/review/mine">${text.toOwn}</a></p>` : ''}`,
    true,
  );
}

/** @param switches whether the page stands at an address of its own, where it can be read in the other language. */
function page(
  language: Language,
  { name, example }: Pick<Municipality, 'name' | 'example'>,
  title: string,
  content: Html,
  switches = false,
): string {
  const text = all[language];
  const { other, otherValue } = doorWords(language);
  return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – isitpublic</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<header class="top">
<p class="name"><span>isitpublic</span> <span>${text.tagline}${name && `, ${name}`}</span></p>
${switches ? html`<p><a class="other" href="?language=${otherValue}" lang="${otherValue}">${other}</a></p>` : ''}
${example ? html`<p class="example">${doorWords(language).example}</p>` : ''}
</header>
<main id="main">
${content}
</main>
</body>
</html>
`);
}

/**
 * What is shown where something of ours failed: a polite line, its reference, and the same form once more, so that nothing
 * that was written is lost.
 * @param retry the fields that were sent; none where a page was asked for.
 */
export function drawConsoleFault(
  language: Language,
  reference: string,
  address: string,
  retry: readonly [string, string][] | undefined,
): string {
  const text = all[language];
  return page(
    language,
    { name: '', example: false },
    text.faultHeading,
    html`<h1>${text.faultHeading}</h1>
<p class="lead">${text.fault(reference)}</p>
${
  retry
    ? html`<form method="post" action="${address}">${retry.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="main">${text.sendAgain}</button></form>`
    : html`<p><a href="${address}">${text.loadAgain}</a></p>`
}`,
  );
}

type Said = Record<Outside, { heading: string; help: string; button?: string }>;

const swedish = {
  tagline: 'Granskning av vägledning',
  'not set up': {
    heading: 'Inloggning är inte inställd',
    help: 'Granskningen går bara att nå från den dator som programmet körs på, tills den som sköter programmet har ställt in inloggning.',
  },
  unreachable: {
    heading: 'Inloggningen svarar inte just nu',
    help: 'Felet ligger inte hos dig. Vänta en stund och försök igen. Vägledningen i chatten fungerar som vanligt.',
    button: 'Försök igen',
  },
  'too many': {
    heading: 'För många inloggningar på kort tid',
    help: 'Härifrån har någon börjat logga in väldigt många gånger den senaste minuten. Vänta en minut och försök igen.',
    button: 'Försök igen',
  },
  refused: {
    heading: 'Inloggningen blev inte klar',
    help: 'Den tog för lång tid, avbröts, var redan använd eller påbörjades i en annan webbläsare. Logga in på nytt.',
    button: 'Logga in',
  },
  stale: {
    heading: 'Du är inte utloggad',
    help: 'Sidan har stått öppen för länge. Öppna granskningen på nytt och logga ut därifrån.',
    button: 'Till granskningen',
  },
  ended: {
    heading: 'Din inloggning har gått ut',
    help: 'Det du skickade togs inte emot. Logga in och gör om det.',
    button: 'Logga in',
  },
  'signed out': {
    heading: 'Du är utloggad härifrån',
    help: 'Du kan fortfarande vara inloggad hos tjänsten du loggade in med. Sitter du vid en delad dator, logga ut även där.',
    button: 'Logga in igen',
  },
  roleless: 'Du har ingen roll i granskningen',
  rolelessHelp: (name: string) =>
    `Du är inloggad som ${name}, men ingen har gett dig en roll här. Vägledningen i chatten kan du använda ändå.`,
  ask: 'Behöver du granska, fråga',
  knownAs: 'Det här behöver de veta om dig',
  tryAgain: 'Jag har fått en roll',
  toOwn: 'Till dina egna vägledningar',
  faultHeading: 'Något gick fel hos oss',
  fault: (reference: string) =>
    `Felet är noterat och ligger inte hos dig. Försök igen om en stund. Händer det igen, uppge ${reference} för den som sköter programmet.`,
  sendAgain: 'Skicka samma sak igen',
  loadAgain: 'Ladda sidan igen',
  signOut: 'Logga ut',
} satisfies Said & Record<string, unknown>;

const english: typeof swedish = {
  tagline: 'Review of guidance',
  'not set up': {
    heading: 'No sign-in has been set up',
    help: 'The review can only be reached from the machine that the program runs on, until whoever looks after the program has set up a sign-in.',
  },
  unreachable: {
    heading: 'The sign-in does not answer just now',
    help: 'Nothing is wrong at your end. Wait a moment and try again. The guidance in the chat works as usual.',
    button: 'Try again',
  },
  'too many': {
    heading: 'Too many sign-ins in a short time',
    help: 'A great many sign-ins have been begun from here within the last minute. Wait a minute and try again.',
    button: 'Try again',
  },
  refused: {
    heading: 'The sign-in was not completed',
    help: 'It took too long, was cancelled, had been used already, or was begun in another browser. Sign in anew.',
    button: 'Sign in',
  },
  stale: {
    heading: 'You are not signed out',
    help: 'The page has stood open for too long. Open the review again and sign out from there.',
    button: 'To the review',
  },
  ended: {
    heading: 'Your sign-in has run out',
    help: 'What you sent was not taken. Sign in and do it again.',
    button: 'Sign in',
  },
  'signed out': {
    heading: 'You are signed out here',
    help: 'You may still be signed in with the service that you signed in at. If others use this machine, sign out there too.',
    button: 'Sign in again',
  },
  roleless: 'You have no role in the review',
  rolelessHelp: (name) =>
    `You are signed in as ${name}, but nobody has given you a role here. The guidance in the chat is yours to use all the same.`,
  ask: 'If you need to review, ask',
  knownAs: 'What they need to know about you',
  tryAgain: 'I have been given a role',
  toOwn: 'To your own guidance',
  faultHeading: 'Something went wrong at our end',
  fault: (reference) =>
    `The fault has been noted and is not yours. Try again in a moment. If it happens again, quote ${reference} to whoever looks after the program.`,
  sendAgain: 'Send the same again',
  loadAgain: 'Load the page again',
  signOut: 'Sign out',
};

const all = { sv: swedish, en: english };
