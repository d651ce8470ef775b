import type { Request, RequestHandler, Response } from 'express';
import { html } from 'hono/html';
import type { Logger } from 'pino';
import type { RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Language } from '../record/entry.ts';
import { noteAccess } from './access.ts';
import { adminWords } from './adminwords.ts';
import { deskWords } from './deskwords.ts';
import { type Act, type Member, may } from './members.ts';
import type { Signed, SignIn } from './signin.ts';
import { consoleWords } from './words.ts';

export type Html = ReturnType<typeof html>;

/** What the pages of the console have in common. */
export interface Console {
  guidance: Guidance;
  logger: Logger;
  /** Lets in whoever may do this: others are sent to sign in, or told in words. A form must carry its token. */
  guard(act: Act): RequestHandler;
  /** Who asks; only behind a guard. */
  signed(request: Request): Signed;
  /** A page, in the reader's language, with the parts of the console that they may see. */
  page(request: Request, title: string, content: Html, wide?: boolean): string;
  /** Tells somebody that this is not theirs to do. */
  refuse(request: Request, response: Response): void;
  /** Keeps who has opened which record, or taken records along: never the member's own business alone. */
  noteAccess(member: Member, what: string, about?: { record?: RecordRow; detail?: string }): Promise<void>;
}

export function openConsole(guidance: Guidance, signIn: SignIn, logger: Logger): Console {
  const here = new WeakMap<Request, Signed>();

  function signed(request: Request): Signed {
    const found = here.get(request);
    if (!found) throw new Error('This page has no guard.');
    return found;
  }

  function page(request: Request, title: string, content: Html, wide = false): string {
    const language = languageOf(request);
    const text = consoleWords(language);
    const { member, token } = signed(request);
    const other = language === 'sv' ? 'en' : 'sv';
    const parts: [Act, string, string][] = [
      ['read', '/review', text.queue],
      ['questions', '/review/questions', deskWords(language).questions],
      ['questions', '/review/clarifications', deskWords(language).clarifications],
      ['statistics', '/review/statistics', text.statistics],
      ['read', '/review/samples', text.samples],
      ['access log', '/review/access', text.access],
      ['outbox', '/review/outbox', adminWords(language).outbox],
      ['people', '/review/people', adminWords(language).people],
      ['people', '/review/settings', adminWords(language).settings],
      ['own', '/review/mine', adminWords(language).mine],
    ];
    const seen = parts.filter(([act]) => may(member, act) && !(act === 'own' && member.local));
    const at = (path: string) =>
      `${request.baseUrl}${request.path}`.replace(/\/$/, '') === path ? html` aria-current="page"` : '';
    return String(html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – isitpublic</title>
<link rel="stylesheet" href="/assets/style.css">
<link rel="stylesheet" href="/review/assets/console.css">
</head>
<body>
<a class="skip" href="#main">${text.skip}</a>
<header class="top">
<p class="name"><a href="/review">isitpublic</a> <span>${text.tagline}, ${guidance.municipality.name}</span></p>
<p><a class="other" href="${sameIn(request, other)}" lang="${other}">${text.other}</a></p>
${guidance.municipality.example ? html`<p class="example">${text.example}</p>` : ''}
${member.local ? html`<p class="example">${text.local}${signIn.open ? html` <a href="/review/sign-in">${text.signIn}</a>` : ''}</p>` : ''}
</header>
<nav class="console" aria-label="${text.parts}"><ul>${seen.map(([, path, name]) => html`<li><a href="${path}"${at(path)}>${name}</a></li>`)}</ul>
${
  member.local
    ? ''
    : html`<form method="post" action="/review/sign-out">${tokenField(token)}<span>${member.name}</span> <button>${text.signOut}</button></form>`
}
</nav>
<main id="main" tabindex="-1" ${wide ? html`class="wide"` : ''}>
${content}
</main>
</body>
</html>
`);
  }

  return {
    guidance,
    logger,
    signed,
    page,
    guard: (act) => async (request, response, next) => {
      const found = await signIn.signed(request);
      if (!found) return toSignIn(request, response);
      here.set(request, found);
      keepLanguage(request, response);
      if (!may(found.member, act) && request.method === 'GET') {
        if (found.member.granted.length === 0) return response.redirect(303, '/review/no-role');
        // Whoever has no part in the queue begins where they have one.
        if (/^\/review\/?([?]|$)/.test(request.originalUrl)) return response.redirect(303, startOf(found.member));
      }
      if (!may(found.member, act)) return refuse(request, response, page);
      if (request.method === 'POST' && request.body?.token !== found.token) return refuse(request, response, page);
      next();
    },
    refuse: (request, response) => refuse(request, response, page),
    noteAccess: (member, what, about) => noteAccess(guidance, member, what, about),
  };
}

const startOf = (member: Member) => (may(member, 'people') ? '/review/people' : '/review/mine');

/** Swedish, unless the address, an earlier choice or the browser says otherwise. */
export function languageOf(request: Request): Language {
  const kept = /(?:^|;\s*)isitpublic-language=(sv|en)(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  for (const language of [request.query.language, kept]) if (language === 'sv' || language === 'en') return language;
  return request.acceptsLanguages('sv', 'en') === 'en' ? 'en' : 'sv';
}

/** Whoever chooses a language on one page reads the next one in it too. */
function keepLanguage(request: Request, response: Response): void {
  const { language } = request.query;
  if (language !== 'sv' && language !== 'en') return;
  const kept = { httpOnly: true, sameSite: 'lax', secure: request.secure, path: '/review' } as const;
  response.cookie('isitpublic-language', language, { ...kept, maxAge: 400 * 86_400_000 });
}

/** What every form carries, so that no other site can send one. */
export function tokenField(token: string): Html {
  return html`<input type="hidden" name="token" value="${token}">`;
}

/** The same page in another language. */
function sameIn(request: Request, language: Language): string {
  const address = new URL(request.originalUrl, 'http://localhost');
  address.searchParams.set('language', language);
  return `${address.pathname}${address.search}`;
}

function toSignIn(request: Request, response: Response): void {
  // A browser lets no form lead on to the provider, and no address may be endlessly long.
  if (request.method !== 'GET') return void response.redirect(303, '/review/session-ended');
  const back = request.originalUrl.length < 4000 ? request.originalUrl : '/review';
  response.redirect(303, `/review/sign-in?${new URLSearchParams({ back })}`);
}

function refuse(request: Request, response: Response, page: Console['page']): void {
  const text = consoleWords(languageOf(request));
  const content = html`<h1>${text.notYours}</h1><p class="lead">${text.notYoursHelp}</p>`;
  response
    .status(403)
    .type('html')
    .send(page(request, text.notYours, content));
}
