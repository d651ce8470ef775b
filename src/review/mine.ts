import express, { Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Language } from '../record/entry.ts';
import { numberOf, readNumber } from '../record/number.ts';
import { isMuted, mute } from '../record/person.ts';
import { adminWords } from './adminwords.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import type { Member } from './members.ts';
import { nameFlow, sayStatus, writeShort } from './queue.ts';
import { nameOutcome } from './sheet.ts';
import { consoleWords } from './words.ts';

/** One's own guidance, and whether one is reminded. To read one's own is nobody else's business, and is not noted. Mounted at /review/mine. */
export function openMine(house: Console): Router {
  const router = Router();
  const { guidance } = house;
  const { database } = guidance;

  router.get('/', house.guard('own'), async (request, response) => {
    const language = languageOf(request);
    const text = adminWords(language);
    const { member, token } = house.signed(request);
    const { before, reminders } = Query.parse(request.query);
    const rows = await readOwn(database, member, before);
    const muted = await isMuted(database, member.own);
    const content = html`<h1>${text.mine}</h1>
${reminders ? html`<p class="notice" role="status">${reminders === 'off' ? text.turnedOff : text.turnedOn}</p>` : ''}
<p class="hint">${member.own.length === 0 ? text.mineUnknown : text.mineHelp}</p>
${drawOwn(guidance, language, { ...rows, first: before === undefined })}
${drawReminders(language, muted, tokenField(token))}
<p><a href="/kept">${text.toKept}</a></p>`;
    response.type('html').send(house.page(request, text.mine, content, true));
  });

  router.post(
    '/reminders',
    express.urlencoded({ extended: false, limit: '4kb' }),
    house.guard('own'),
    async (request, response) => {
      const { reminders } = Query.parse(request.body);
      if (reminders === undefined) return response.redirect(303, '/review/mine');
      await mute(database, house.signed(request).member.own, reminders === 'off');
      response.redirect(303, `/review/mine?reminders=${reminders}`);
    },
  );

  return router;
}

const Query = z.object({
  before: z
    .string()
    .transform((number) => readNumber(number))
    .optional()
    .catch(undefined),
  reminders: z.enum(['on', 'off']).optional().catch(undefined),
});

const perPage = 50;

async function readOwn({ query }: Database, { own }: Member, before: number | undefined) {
  if (own.length === 0) return { rows: [], more: false };
  const rows = await query
    .selectFrom('record')
    .selectAll()
    .where('person', 'in', own)
    .$if(before !== undefined, (rows) => rows.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(perPage + 1)
    .execute();
  return { rows: rows.slice(0, perPage), more: rows.length > perPage };
}

function drawOwn(
  guidance: Guidance,
  language: Language,
  { rows, more, first }: { rows: readonly RecordRow[]; more: boolean; first: boolean },
): Html {
  const text = adminWords(language);
  const console = consoleWords(language);
  const columns = text.mineColumns;
  if (rows.length === 0) return html`<p class="lead">${text.mineNone}</p>`;
  const review = ({ reviewed, status, should }: RecordRow) => {
    const said = reviewed ?? (status === 'concluded' ? 'no' : undefined);
    const named = said && console.reviews[said as keyof typeof console.reviews];
    return should === null ? named : `${named}: ${nameOutcome(should, language)}`;
  };
  return html`<table role="table" class="records">
<caption>${text.mineCaption} (${console.zone})</caption>
<thead role="rowgroup"><tr role="row">${Object.values(columns).map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row">
<th role="rowheader" scope="row"><a href="/review/${numberOf(row.id)}">${numberOf(row.id)}</a></th>
<td role="cell" data-label="${columns.when}"><time datetime="${row.started_at}">${writeShort(row.started_at, language)}</time></td>
<td role="cell" data-label="${columns.flow}">${nameFlow(guidance, row.flow, language)}</td>
<td role="cell" data-label="${columns.came}">${row.outcome === null ? sayStatus(row.status, language) : nameOutcome(row.outcome, language)}</td>
<td role="cell" data-label="${columns.review}">${review(row) ?? ''}</td>
</tr>`,
)}
</tbody></table>
<nav class="paging" aria-label="${text.mineCaption}">
${first ? '' : html`<a href="/review/mine">${text.newest}</a>`}
${more ? html`<a rel="next" href="/review/mine?before=${numberOf(rows.at(-1)!.id)}">${text.older}</a>` : ''}
</nav>`;
}

/** @param muted undefined where nobody writes to them anyway. */
function drawReminders(language: Language, muted: boolean | undefined, token: Html): Html {
  const text = adminWords(language);
  const content =
    muted === undefined
      ? html`<p>${text.remindersNone}</p>`
      : html`<p>${muted ? text.remindersOff : text.remindersOn}</p>
<form method="post" action="/review/mine/reminders">${token}<button name="reminders" value="${muted ? 'on' : 'off'}">${muted ? text.turnOn : text.turnOff}</button></form>`;
  return html`<section aria-labelledby="reminders"><h2 id="reminders">${text.reminders}</h2>${content}</section>`;
}
