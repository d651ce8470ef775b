import express, { type Request, type Response, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { ClarificationRow } from '../database/tables.ts';
import { tellConcerned } from '../guidance/concerned.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { fill } from '../guidance/words.ts';
import type { ContentOf, Language } from '../record/entry.ts';
import { readEntry, selectEntries } from '../record/log.ts';
import { numberOf } from '../record/number.ts';
import {
  ClarificationDeed,
  findClarification,
  longestClarification,
  performClarification,
} from './clarificationacts.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { deskWords } from './deskwords.ts';
import { type Member, may, mayWith } from './members.ts';
import { drawClarifyFields, headingAt } from './question.ts';
import { sayRefused, statusOf } from './questions.ts';
import { nameFlow } from './queue.ts';
import { drawTime, sign } from './sheet.ts';

/** What has been made clear to everybody, and what became of it. Stands at /review/clarifications. */
export function openClarified(house: Console): Router {
  const { guidance, logger } = house;
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '256kb' });

  router.get('/', house.guard('questions'), async (request, response) => {
    const language = languageOf(request);
    const text = deskWords(language);
    const { member } = house.signed(request);
    const { before, did, masked } = Query.parse(request.query);
    const done = did && [text.did[did], ...(masked ? [text.wasMasked] : [])].join(' ');
    const { made, more } = await readClarified(guidance, before);
    const content = html`<div class="sheet"><h1>${text.clarifications}</h1>
<p class="hint">${text.clarificationsHelp}</p>
${done ? html`<p class="notice" role="status">${done}</p>` : ''}
${
  made.length === 0
    ? html`<p class="lead">${text.clarificationsNone}</p>`
    : made.map((one) => drawClarified(guidance, one, language, may(member, 'answer')))
}
<nav class="paging" aria-label="${text.clarifications}">${before ? html`<a href="/review/clarifications">${text.first}</a>` : ''}
${more ? html`<a rel="next" href="/review/clarifications?before=${made.at(-1)!.row.id}">${text.next}</a>` : ''}</nav></div>`;
    response.type('html').send(house.page(request, text.clarifications, content, true));
  });

  router.get('/:id', house.guard('answer'), async (request, response) => {
    await show(request, response, 200, {});
  });

  router.post('/:id', form, house.guard('answer'), async (request, response) => {
    const text = deskWords(languageOf(request));
    const { member } = house.signed(request);
    const deed = ClarificationDeed.safeParse(request.body);
    if (!deed.success) return show(request, response, 422, { refused: text.wrong.unknown });
    const done = await performClarification(guidance, member, String(request.params.id), deed.data);
    if (done.kind === 'done') {
      tellConcerned(guidance).catch((fault) => logger.error({ err: fault }, 'a clarification was not told yet'));
      const query = new URLSearchParams({ did: done.did, ...(done.masked && { masked: 'yes' }) });
      return response.redirect(303, `/review/clarifications?${query}`);
    }
    if (done.kind === 'refused' && done.why === 'forbidden') return house.refuse(request, response);
    await show(request, response, statusOf(done), { refused: sayRefused(done, text), deed: deed.data });
  });

  /** Shows one of them, with what can be done to it. */
  async function show(
    request: Request,
    response: Response,
    status: number,
    said: { refused?: string; deed?: ClarificationDeed },
  ): Promise<void> {
    const language = languageOf(request);
    const text = deskWords(language);
    const { member, token } = house.signed(request);
    const row = await findClarification(guidance, String(request.params.id));
    const [made] = row ? await join(guidance, [row]) : [];
    const title = made ? text.changeOne : text.noSuchClarification;
    const content = html`<div class="sheet"><p><a href="/review/clarifications">${text.toClarifications}</a></p>
${said.refused ? html`<p class="uncertain" role="alert">${said.refused}</p>` : ''}
<h1>${title}</h1>
${made ? html`${drawClarified(guidance, made, language, true)}${drawActs(guidance, { made, member, language, token: tokenField(token), ...said })}` : ''}</div>`;
    response
      .status(made ? status : 404)
      .type('html')
      .send(house.page(request, title, content, true));
  }

  return router;
}

const Query = z.object({
  before: z.uuid().optional().catch(undefined),
  did: z.enum(['replaced', 'withdrawn']).optional().catch(undefined),
  masked: z.literal('yes').optional().catch(undefined),
});

const perPage = 25;

/** A clarification, with all that the log says of it. */
interface Made {
  row: ClarificationRow;
  /** The record it came of, and who asked there. */
  record: { id: number; unit: string | null; person: string };
  /** When it was made, and what became of it: each entry in order. */
  history: { time: string; content: ContentOf<'clarify'> }[];
}

/** One page of clarifications, the latest first: their ids follow time. */
async function readClarified(guidance: Guidance, before: string | undefined) {
  const rows = await guidance.database.query
    .selectFrom('clarification')
    .selectAll()
    .$if(before !== undefined, (rows) => rows.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(perPage + 1)
    .execute();
  return { made: await join(guidance, rows.slice(0, perPage)), more: rows.length > perPage };
}

async function join({ database: { query } }: Guidance, rows: readonly ClarificationRow[]): Promise<Made[]> {
  if (rows.length === 0) return [];
  const sessions = [...new Set(rows.map(({ session }) => session))];
  const records = await query
    .selectFrom('record')
    .select(['id', 'session', 'unit', 'person'])
    .where('session', 'in', sessions)
    .execute();
  const entries = await selectEntries(query)
    .where('entry.session', 'in', sessions)
    .where('entry.kind', '=', 'clarify')
    .execute();
  const recordOf = new Map(records.map((record) => [record.session, record]));
  const written = entries.map(readEntry);
  return rows.flatMap((row): Made[] => {
    const record = recordOf.get(row.session);
    const history = written.flatMap(({ time, content }) =>
      content?.kind === 'clarify' && content.id === row.id ? [{ time, content }] : [],
    );
    return record ? [{ row, record, history }] : [];
  });
}

/** @param leads whether the page on which it is changed is a press away. */
function drawClarified(guidance: Guidance, { row, record, history }: Made, language: Language, leads: boolean): Html {
  const text = deskWords(language);
  const flow = guidance.flows.get(row.flow);
  const say = fill(language, guidance.municipality);
  const heading = headingAt(guidance, flow, row.node, language) ?? row.node;
  const cites = JSON.parse(row.cites) as string[];
  const heads = { 'in force': text.made, replaced: text.replacedHead, withdrawn: text.withdrawnHead };
  const quiet = history[0]?.content.quiet === true;
  return html`<article class="made-clear" aria-labelledby="${row.id}">
<h2 id="${row.id}">${heading}</h2>
<p class="hint">${nameFlow(guidance, row.flow, language)}</p>
<p><b>${text.stateIs}: ${text.clarificationState[row.state as keyof typeof text.clarificationState] ?? row.state}</b></p>
<blockquote lang="sv">${row.sv}</blockquote><blockquote lang="en">${row.en}</blockquote>
<p>${text.leansOn}: ${cites.map((cite) => (flow?.sources[cite] ? say(flow.sources[cite].title) : cite)).join('; ')}</p>
<ul>${history.map(
    ({ time, content }) =>
      html`<li>${heads[content.state]} ${drawTime(time, language)}, ${sign(content.by, language)}${content.why ? html`: <q>${content.why}</q>` : ''}</li>`,
  )}</ul>
<p class="hint">${quiet ? text.toldNobody : text.toldSince(row.since)} ${text.fromQuestion} <a href="/review/questions/${numberOf(record.id)}">${numberOf(record.id)}</a></p>
${leads && row.state === 'in force' ? html`<p><a href="/review/clarifications/${row.id}" aria-label="${text.change(heading)}">${text.open}</a></p>` : ''}
</article>`;
}

interface Acts {
  made: Made;
  member: Member;
  language: Language;
  token: Html;
  deed?: ClarificationDeed;
}

function drawActs(guidance: Guidance, { made, member, language, token, deed }: Acts): Html | '' {
  const { row, record } = made;
  const text = deskWords(language);
  if (row.state !== 'in force' || !mayWith(member, 'answer', record)) return '';
  const flow = guidance.flows.get(row.flow);
  const heading = headingAt(guidance, flow, row.node, language);
  const written = (what: ClarificationDeed['do']) => (deed?.do === what ? deed : undefined);
  const form = (what: ClarificationDeed['do'], content: Html | '', title: string, help: string) =>
    html`<section class="act" aria-labelledby="${what}"><h3 id="${what}">${title}</h3><p class="hint">${help}</p>
<form method="post" action="/review/clarifications/${row.id}">${token}${content}
<p><label for="${what}-why">${text.why}</label><textarea id="${what}-why" name="why" rows="3" maxlength="${longestClarification}" required>${written(what)?.why ?? ''}</textarea></p>
<p><button name="do" value="${what}">${title}</button></p></form></section>`;
  const old = { sv: row.sv, en: row.en, cites: JSON.parse(row.cites) as string[], since: row.since };
  const replacement =
    flow && heading !== undefined
      ? html`${drawClarifyFields(guidance, { flow, places: [{ node: row.node, heading }], language, name: 'replace', required: true, written: written('replace') ?? old })}
<p><label><input type="checkbox" name="tell" value="yes"${written('replace') && !written('replace')?.tell ? '' : html` checked`}> ${text.tellAgain}</label></p>`
      : '';
  return html`<section class="acts" aria-label="${text.open}">
${replacement === '' ? '' : form('replace', replacement, text.replace, text.replaceHelp)}
${form('withdraw', '', text.withdraw, text.withdrawHelp)}</section>`;
}
