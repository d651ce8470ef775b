import { Router } from 'express';
import { html } from 'hono/html';
import type { Database } from '../database/database.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { fill } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { adminWords } from './adminwords.ts';
import { type Console, type Html, languageOf } from './console.ts';
import type { Roles } from './roles.ts';
import { consoleWords } from './words.ts';

/** How the program has been set up, without anything that is secret. */
export interface Setup {
  roles: Roles;
  /** Which ways in are open; the web chat to this machine alone, where it is open at all. */
  open: Record<'web' | 'slack' | 'teams' | 'signIn', boolean>;
  /** Each setting by name: whether it has been made, and what it does, in English. */
  settings: readonly { name: string; made: boolean; meaning: string }[];
}

/** What is on and off, for an administrator. Mounted at /review/settings. */
export function openSettings(house: Console, setup: Setup): Router {
  const router = Router();
  const { guidance } = house;

  router.get('/', house.guard('people'), async (request, response) => {
    const language = languageOf(request);
    const text = adminWords(language);
    const content = html`<h1>${text.settings}</h1>
<p class="hint">${text.settingsHelp}</p>
${drawParts(language, guidance.database, setup)}
${drawCounts(language, await countPeople(guidance.database))}
${drawFlows(language, guidance)}
${drawSettings(language, setup)}`;
    response.type('html').send(house.page(request, text.settings, content, true));
  });

  return router;
}

function drawParts(language: Language, { kind }: Database, { open }: Setup): Html {
  const text = adminWords(language);
  const parts = Object.entries(open).map(([name, on]): [string, string] => [
    text.partNames[name as keyof typeof open],
    on ? `${text.on}${name === 'web' ? `, ${text.onlyHere}` : ''}` : text.off,
  ]);
  const facts = [...parts, [text.databaseIs, kind === 'sqlite' ? 'SQLite' : 'PostgreSQL']];
  return html`<section class="about" aria-labelledby="parts"><h2 id="parts">${text.partsHeading}</h2>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

interface Count {
  platform: string;
  known: number;
  unreachable: number;
  muted: number;
}

async function countPeople({ query }: Database): Promise<Count[]> {
  const rows = await query
    .selectFrom('person')
    .select(({ fn }) => [
      'platform',
      fn.countAll<number>().as('known'),
      fn.count<number>('unreachable').as('unreachable'),
      fn.sum<number>('muted').as('muted'),
    ])
    .groupBy('platform')
    .orderBy('platform')
    .execute();
  return rows.map(({ platform, known, unreachable, muted }) => ({
    platform,
    known: Number(known),
    unreachable: Number(unreachable),
    muted: Number(muted),
  }));
}

function drawCounts(language: Language, counts: readonly Count[]): Html {
  const text = adminWords(language);
  const columns = text.countsColumns;
  const { platforms } = consoleWords(language);
  return html`<h2>${text.countsHeading}</h2>
${
  counts.length === 0
    ? html`<p>${text.countsNone}</p>`
    : html`<table role="table" class="records named"><caption>${text.countsCaption}</caption>
${drawHead(Object.values(columns))}
<tbody role="rowgroup">${counts.map(
        ({ platform, known, unreachable, muted }) => html`<tr role="row">
<th role="rowheader" scope="row">${platforms[platform as keyof typeof platforms] ?? platform}</th>
<td role="cell" data-label="${columns.known}">${known}</td>
<td role="cell" data-label="${columns.unreachable}">${unreachable}</td>
<td role="cell" data-label="${columns.muted}">${muted}</td></tr>`,
      )}</tbody></table>`
}`;
}

function drawFlows(language: Language, { flows, checks, municipality }: Guidance): Html {
  const text = adminWords(language);
  const columns = text.flowsColumns;
  const say = fill(language, municipality);
  return html`<h2>${text.flowsHeading}</h2>
<table role="table" class="records named"><caption>${text.flowsCaption}</caption>
${drawHead(Object.values(columns))}
<tbody role="rowgroup">${[...flows.values()].map(({ id, title, version }) => {
    const check = checks.get(id);
    const signed = check?.by && check.version === version ? `${check.by}, ${check.on}` : text.unsigned;
    return html`<tr role="row"><th role="rowheader" scope="row"><a href="/flows/${id}">${say(title)}</a></th>
<td role="cell" data-label="${columns.version}"><code>${version.slice(0, 12)}</code></td>
<td role="cell" data-label="${columns.signed}">${signed}</td></tr>`;
  })}</tbody></table>`;
}

function drawSettings(language: Language, { settings }: Setup): Html {
  const text = adminWords(language);
  const columns = text.settingsColumns;
  return html`<h2>${text.settingsHeading}</h2>
${text.settingsEnglish === '' ? '' : html`<p class="hint">${text.settingsEnglish}</p>`}
<table role="table" class="records named"><caption>${text.settingsCaption}</caption>
${drawHead(Object.values(columns))}
<tbody role="rowgroup">${settings.map(
    ({ name, made, meaning }) => html`<tr role="row"><th role="rowheader" scope="row"><code>${name}</code></th>
<td role="cell" data-label="${columns.set}">${made ? text.isSet : text.isNotSet}</td>
<td role="cell" data-label="${columns.meaning}"><span lang="en">${meaning}</span></td></tr>`,
  )}</tbody></table>`;
}

function drawHead(names: readonly string[]): Html {
  return html`<thead role="rowgroup"><tr role="row">${names.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>`;
}
