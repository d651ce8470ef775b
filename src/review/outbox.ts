import express, { type Request, type Response, Router } from 'express';
import { html } from 'hono/html';
import { sql } from 'kysely';
import { z } from 'zod';
import { writeTime } from '../chat/words.ts';
import type { Database } from '../database/database.ts';
import type { OutboxRow, RecordRow } from '../database/tables.ts';
import type { Language } from '../record/entry.ts';
import { numberOf } from '../record/number.ts';
import { channelOf, type Telling, tellAgain } from '../record/outbox.ts';
import { adminWords } from './adminwords.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { type Member, may, mayWith } from './members.ts';
import { writeShort } from './queue.ts';
import { consoleWords } from './words.ts';

/** What the program tells of its own accord: what waits, what was sent, and what could not be. Mounted at /review/outbox. */
export function openOutbox(house: Console): Router {
  const router = Router();
  const { guidance } = house;

  router.get('/', house.guard('outbox'), async (request, response) => {
    const language = languageOf(request);
    const { state, before } = Query.parse(request.query);
    const page = await readOutbox(guidance.database, state, before);
    const content = drawOutbox(language, { ...page, state, first: before === undefined });
    response.type('html').send(house.page(request, adminWords(language).outbox, content, true));
  });

  router.get('/:id', house.guard('outbox'), async (request, response) => {
    await show(request, response, 200, Query.parse(request.query).told ? 'toldAgain' : undefined);
  });

  router.post(
    '/:id',
    express.urlencoded({ extended: false, limit: '4kb' }),
    house.guard('tell again'),
    async (request, response) => {
      const found = await find(request);
      const { state, sure } = Form.parse(request.body);
      if (!found || state === undefined) return show(request, response, 422, 'notAgain');
      if (state === 'uncertain' && sure !== 'yes') return show(request, response, 422, 'notSure');
      const { member } = house.signed(request);
      const { id } = found.row;
      if (!canTellAgain({ ...found, row: { ...found.row, state } }, member)) return house.refuse(request, response);
      if (!(await tellAgain(guidance.database, { id, state }, guidance.now())))
        return show(request, response, 409, 'notAgain');
      house.logger.info({ id, member: member.id }, 'what could not be told is told again, as somebody wishes');
      await house.noteAccess(member, 'told again', found.record ? { record: found.record } : { detail: id });
      response.redirect(303, `/review/outbox/${id}?told=again`);
    },
  );

  async function find(request: Request): Promise<Found | undefined> {
    const id = Id.safeParse(request.params.id).data;
    return id === undefined ? undefined : findTelling(guidance.database, id);
  }

  /** Shows one, and keeps that its words were read where they are about somebody else's record. */
  async function show(
    request: Request,
    response: Response,
    status: number,
    said?: 'toldAgain' | 'notAgain' | 'notSure',
  ): Promise<void> {
    const language = languageOf(request);
    const text = adminWords(language);
    const found = await find(request);
    if (!found) {
      const content = html`<h1>${text.noSuch}</h1><p class="lead">${text.noSuchHelp}</p><p><a href="/review/outbox">${text.toOutbox}</a></p>`;
      response
        .status(404)
        .type('html')
        .send(house.page(request, text.noSuch, content, true));
      return;
    }
    const { member, token } = house.signed(request);
    const { record } = found;
    const reads = mayRead(member, found);
    if (reads && record && !member.own.includes(record.person)) await house.noteAccess(member, 'opened', { record });
    const content = drawTelling(language, found, { member, reads, said, token: tokenField(token) });
    response
      .status(status)
      .type('html')
      .send(house.page(request, text.oneTelling, content, true));
  }

  return router;
}

const states = ['waiting', 'sending', 'sent', 'gone', 'failed', 'uncertain', 'muted'] as const;
type State = (typeof states)[number];
/** What concerns many has an id for each of them: see `tellConcerned`. */
const Id = z.string().regex(/^[0-9a-f-]{36}(:[0-9a-f]{32})?$/);
const state = z.enum(states).optional().catch(undefined);
const Query = z.object({
  state,
  before: Id.optional().catch(undefined),
  told: z.literal('again').optional().catch(undefined),
});
const Form = z.object({ state, sure: z.literal('yes').optional().catch(undefined) });

/** One thing to tell, with what is known of whom it is for. */
interface Line {
  row: OutboxRow;
  /** Whether anybody still knows who it is for. */
  known: boolean;
  unreachable: string | null;
  muted: boolean;
}

interface Found extends Line {
  /** The record that it is about. */
  record: RecordRow | undefined;
}

const perPage = 50;

/** One page of it, the latest first, and how much of it has not been told. @param before the id that the last page ended with. */
async function readOutbox({ query }: Database, state: State | undefined, before: string | undefined) {
  const last =
    before && (await query.selectFrom('outbox').select('created_at').where('id', '=', before).executeTakeFirst());
  const rows = await withPerson({ query })
    .$if(state !== undefined, (rows) => rows.where('outbox.state', '=', state!))
    .$if(last !== undefined && last !== '', (rows) =>
      rows.where(
        sql<boolean>`(outbox.created_at, outbox.id) < (${(last as { created_at: string }).created_at}, ${before})`,
      ),
    )
    .orderBy('outbox.created_at', 'desc')
    .orderBy('outbox.id', 'desc')
    .limit(perPage + 1)
    .execute();
  // What was sent is never counted: it is nearly all of it.
  const counts = await query
    .selectFrom('outbox')
    .select(({ fn }) => ['state', fn.countAll<number>().as('count')])
    .where(
      'state',
      'in',
      states.filter((one) => one !== 'sent'),
    )
    .groupBy('state')
    .execute();
  return {
    lines: rows.slice(0, perPage).map(lineOf),
    more: rows.length > perPage,
    counts: new Map(counts.map(({ state, count }) => [state, Number(count)])),
  };
}

async function findTelling({ query }: Database, id: string): Promise<Found | undefined> {
  const row = await withPerson({ query }).where('outbox.id', '=', id).executeTakeFirst();
  if (!row) return undefined;
  const record =
    row.session === null
      ? undefined
      : await query.selectFrom('record').selectAll().where('session', '=', row.session).executeTakeFirst();
  return { ...lineOf(row), record };
}

function withPerson({ query }: Pick<Database, 'query'>) {
  return query
    .selectFrom('outbox')
    .leftJoin('person', 'person.hash', 'outbox.recipient')
    .selectAll('outbox')
    .select(['person.hash', 'person.unreachable', 'person.muted']);
}

function lineOf({
  hash,
  unreachable,
  muted,
  ...row
}: OutboxRow & { hash: string | null; unreachable: string | null; muted: number | null }): Line {
  return { row, known: hash !== null || channelOf(row) !== undefined, unreachable, muted: muted === 1 };
}

/** Whether they may read what it says: it may quote a record. */
function mayRead(member: Member, { record }: Found): boolean {
  return may(member, 'outbox words') && (record === undefined || mayWith(member, 'read', record));
}

/** What could not be told, to somebody who can be written to, can be told once more; what may have arrived, with a warning. */
function canTellAgain({ row, known, unreachable }: Found, member: Member): boolean {
  return (
    ['failed', 'gone', 'uncertain'].includes(row.state) && known && unreachable === null && may(member, 'tell again')
  );
}

interface OutboxPage {
  lines: readonly Line[];
  more: boolean;
  counts: ReadonlyMap<string, number>;
  state: State | undefined;
  first: boolean;
}

function drawOutbox(language: Language, { lines, more, counts, state, first }: OutboxPage): Html {
  const text = adminWords(language);
  const { when, to, kind, state: stateIs, why } = text.outboxColumns;
  const address = (one: State | undefined, before?: string) => {
    const query = new URLSearchParams({ ...(one && { state: one }), ...(before && { before }) });
    return query.size > 0 ? `/review/outbox?${query}` : '/review/outbox';
  };
  const current = (one: State | undefined) => (one === state ? html` aria-current="true"` : '');
  return html`<h1>${text.outbox}</h1>
<p class="hint">${text.outboxHelp}</p>
<nav class="views" aria-label="${text.outboxStates}"><ul><li><a href="${address(undefined)}"${current(undefined)}>${text.outboxAll}</a></li>
${states.map((one) => html`<li><a href="${address(one)}"${current(one)}>${text.states[one]}${counts.has(one) ? ` (${counts.get(one)})` : ''}</a></li>`)}</ul></nav>
${
  lines.length === 0
    ? html`<p class="lead">${text.outboxNone}</p>`
    : html`<table role="table" class="records">
<caption>${text.outboxCaption} (${consoleWords(language).zone})</caption>
<thead role="rowgroup"><tr role="row">${[when, to, kind, stateIs, why].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${lines.map(
  (line) => html`<tr role="row">
<th role="rowheader" scope="row"><a href="/review/outbox/${line.row.id}"><time datetime="${line.row.created_at}">${writeShort(line.row.created_at, language)}</time></a></th>
<td role="cell" data-label="${to}">${sayTo(line, language)}</td>
<td role="cell" data-label="${kind}">${sayKind(line.row, language)}</td>
<td role="cell" data-label="${stateIs}">${sayState(line.row, language)}</td>
<td role="cell" data-label="${why}">${sayBecause(line.row, language)}</td>
</tr>`,
)}
</tbody></table>`
}
<nav class="paging" aria-label="${text.outboxCaption}">
${first ? '' : html`<a href="${address(state)}">${text.newest}</a>`}
${more ? html`<a rel="next" href="${address(state, lines.at(-1)!.row.id)}">${text.older}</a>` : ''}
</nav>`;
}

interface Shown {
  member: Member;
  reads: boolean;
  said: 'toldAgain' | 'notAgain' | 'notSure' | undefined;
  token: Html;
}

function drawTelling(language: Language, found: Found, { member, reads, said, token }: Shown): Html {
  const text = adminWords(language);
  const { row, record } = found;
  const { to, kind, state, why } = text.outboxColumns;
  const because = sayBecause(row, language);
  const facts: [string, Html | string][] = [
    [to, sayTo(found, language)],
    [kind, sayKind(row, language)],
    [state, sayState(row, language)],
    ...(because === '' ? [] : [[why, because] as [string, Html | string]]),
    [text.writtenAt, drawTime(row.created_at, language)],
    ...(row.sent_at === null ? [] : [[text.sentAt, drawTime(row.sent_at, language)] as [string, Html]]),
    ...(row.state === 'waiting' && row.due_at !== null
      ? [[text.nextAt, drawTime(row.due_at, language)] as [string, Html]]
      : []),
    [text.attempts, String(row.attempts)],
    ...(reads && record
      ? [[text.about, html`<a href="/review/${numberOf(record.id)}">${numberOf(record.id)}</a>`] as [string, Html]]
      : []),
  ];
  return html`<p><a href="/review/outbox">${text.toOutbox}</a></p>
${said === 'toldAgain' ? html`<p class="notice" role="status">${text.toldAgain}</p>` : said ? html`<p class="uncertain" role="alert">${text[said]}</p>` : ''}
<h1>${text.oneTelling}</h1>
<section class="about" aria-label="${text.oneTelling}"><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
${
  reads
    ? html`<section aria-labelledby="words"><h2 id="words">${text.words}</h2><blockquote>${readWords(row)[language].map((line) => html`<p>${line}</p>`)}</blockquote></section>`
    : html`<p class="hint">${text.wordsHidden}</p>`
}
${canTellAgain(found, member) ? drawAgain(row, language, token) : ''}`;
}

function drawAgain({ id, state }: OutboxRow, language: Language, token: Html): Html {
  const text = adminWords(language);
  const uncertain = state === 'uncertain';
  return html`<section aria-labelledby="again"><h2 id="again">${text.tellAgain}</h2>
<p class="${uncertain ? 'uncertain' : 'hint'}">${uncertain ? text.tellUncertain : text.tellAgainHelp}</p>
<form method="post" action="/review/outbox/${id}">${token}<input type="hidden" name="state" value="${state}">
${uncertain ? html`<p><label><input type="checkbox" name="sure" value="yes" required> ${text.tellUncertainSure}</label></p>` : ''}
<p><button class="main">${text.tellAgain}</button></p></form></section>`;
}

const readWords = ({ body }: OutboxRow) => JSON.parse(body) as Telling;

function sayTo({ row, known, unreachable, muted }: Line, language: Language): string {
  const text = adminWords(language);
  const platform = platformOf(row, language);
  const channel = channelOf(row);
  if (channel !== undefined) return text.room(channel, platform);
  if (!known) return text.nobody;
  const marks = [...(unreachable === null ? [] : [text.unreachableMark]), ...(muted ? [text.mutedMark] : [])];
  return `${text.somebody(platform)}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}`;
}

function platformOf({ platform }: OutboxRow, language: Language): string {
  const { platforms } = consoleWords(language);
  return platforms[platform as keyof typeof platforms] ?? platform;
}

function sayKind({ kind }: OutboxRow, language: Language): string {
  const { subjects } = adminWords(language);
  return subjects[kind as keyof typeof subjects] ?? kind;
}

function sayState({ state }: OutboxRow, language: Language): string {
  const { states } = adminWords(language);
  return states[state as keyof typeof states] ?? state;
}

/** Why it has not been told: in words where we know what it means, and else as the platform says it. */
function sayBecause({ because, state }: OutboxRow, language: Language): Html | string {
  const text = adminWords(language);
  if (because === null || state === 'sent') return '';
  return text.because[because] ?? html`${text.becauseCode} <code>${because}</code>`;
}

function drawTime(time: string, language: Language): Html {
  return html`<time datetime="${time}">${writeTime(time, language)}</time>`;
}
