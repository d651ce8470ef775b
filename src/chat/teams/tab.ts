import { html } from 'hono/html';
import { teamsWords } from './words.ts';

/** A page that stands inside Teams. */
export interface Tab {
  html: string;
  /** Its content security policy: Teams alone may show it inside its own pages. */
  policy: string;
}

/** Whose pages may show it: https://learn.microsoft.com/microsoftteams/platform/tabs/how-to/tab-requirements. */
const teams = 'https://teams.microsoft.com https://*.teams.microsoft.com https://*.cloud.microsoft';

/**
 * The tab beside the chat: it says nothing that not everybody may read, and leads out of Teams to the console, which no
 * other page may show within itself.
 */
export function openTab(console: string): Tab {
  const [swedish, english] = [teamsWords('sv'), teamsWords('en')];
  const link = (title: string) => html`<p><a href="${console}" target="_blank" rel="noopener">${title}</a></p>`;
  const page = html`<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${swedish.tabHeading} – isitpublic</title>
<link rel="stylesheet" href="/assets/style.css">
</head>
<body>
<main>
<h1>${swedish.tabHeading}</h1>
<p class="lead">${swedish.tabHelp}</p>
${link(swedish.reviewing.console)}
<section lang="en" aria-labelledby="english"><h2 id="english">${english.tabHeading}</h2>
<p>${english.tabHelp}</p>
${link(english.reviewing.console)}</section>
</main>
</body>
</html>
`;
  const policy = `default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors ${teams}`;
  return { html: String(page), policy };
}
