import express, { type Request, type Response, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { QuestionRow, RecordRow } from '../database/tables.ts';
import { tellConcerned } from '../guidance/concerned.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Entry, Kind, Language } from '../record/entry.ts';
import { readEntry, selectEntries } from '../record/log.ts';
import { numberOf } from '../record/number.ts';
import { noteAccess } from './access.ts';
import { outcomeNow } from './acts.ts';
import type { DeskDone } from './clarificationacts.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { deskWords, lasted } from './deskwords.ts';
import type { Member } from './members.ts';
import { drawQuestion, openQuestion, type SaidThen, takerOf, timeOf } from './question.ts';
import { askedAt, performAtDesk, QuestionDeed } from './questionacts.ts';
import { nameFlow, writeShort } from './queue.ts';
import { consoleWords } from './words.ts';

/** The desk: the questions to the registrar, and each of them on a page. Stands at /review/questions. */
export function openQuestions(house: Console): Router {
  const { guidance, logger } = house;
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '256kb' });

  router.get('/', house.guard('questions'), async (request, response) => {
    const asked = readAsked(request.query);
    const language = languageOf(request);
    const { member } = house.signed(request);
    const [found, waiting] = [await readQuestions(guidance, asked), await countWaiting(guidance)];
    await noteListed(guidance, member, found.listed);
    const content = drawQuestions(guidance, { language, member, asked, ...found, waiting });
    response.type('html').send(house.page(request, deskWords(language).questions, content, true));
  });

  const number = /^\/(VGL-[^/]*)\/?$/i;

  router.get(number, house.guard('questions'), async (request, response) => {
    const text = deskWords(languageOf(request));
    const { did, told, masked } = Then.parse(request.query);
    const done = did && [text.did[did], ...(told ? [text.willBeTold] : []), ...(masked ? [text.wasMasked] : [])];
    await show(request, response, 200, done ? { done } : {});
  });

  router.post(number, form, house.guard('answer'), async (request, response) => {
    const text = deskWords(languageOf(request));
    const { member } = house.signed(request);
    const sheet = await openQuestion(guidance, member, numberIn(request));
    if (!sheet) return missing(request, response);
    const deed = QuestionDeed.safeParse(request.body);
    if (!deed.success) return show(request, response, 422, { refused: text.wrong.unknown });
    const done = await performAtDesk(guidance, member, sheet.row.session, deed.data);
    if (done.kind === 'done') {
      if (done.did === 'clarified' || done.did === 'answered and clarified')
        tellConcerned(guidance).catch((fault) => logger.error({ err: fault }, 'a clarification was not told yet'));
      const more = { ...(done.told && { told: 'yes' }), ...(done.masked && { masked: 'yes' }) };
      const query = new URLSearchParams({ did: done.did, ...more });
      return response.redirect(303, `/review/questions/${numberIn(request)}?${query}`);
    }
    if (done.kind === 'refused' && done.why === 'forbidden') return house.refuse(request, response);
    await show(request, response, statusOf(done), { refused: sayRefused(done, text), deed: deed.data });
  });

  /** Shows a question to somebody, and keeps that they have opened its record where it is not their own. */
  async function show(request: Request, response: Response, status: number, said: SaidThen): Promise<void> {
    const { member, token } = house.signed(request);
    const sheet = await openQuestion(guidance, member, numberIn(request));
    if (!sheet) return missing(request, response);
    if (!member.own.includes(sheet.row.person)) await house.noteAccess(member, 'opened', { record: sheet.row });
    const language = languageOf(request);
    const content = drawQuestion(guidance, { sheet, language, member, token: tokenField(token), said });
    response
      .status(status)
      .type('html')
      .send(house.page(request, deskWords(language).question(numberOf(sheet.row.id)), content, true));
  }

  function missing(request: Request, response: Response): void {
    const text = deskWords(languageOf(request));
    const content = html`<h1>${text.noSuch}</h1><p class="lead">${text.noSuchHelp}</p><p><a href="/review/questions">${text.toQuestions}</a></p>`;
    response
      .status(404)
      .type('html')
      .send(house.page(request, text.noSuch, content, true));
  }

  return router;
}

const numberIn = (request: Request) => String(request.params[0]).toUpperCase();

/** What was just done, as the address says it after a form was sent. */
const Then = z.object({
  did: z
    .enum(['taken', 'given back', 'answered', 'asked back', 'clarified', 'answered and clarified'])
    .optional()
    .catch(undefined),
  told: z.literal('yes').optional().catch(undefined),
  masked: z.literal('yes').optional().catch(undefined),
});

/** Why nothing was written, in words. */
export function sayRefused(done: Exclude<DeskDone, { kind: 'done' }>, text: ReturnType<typeof deskWords>): string {
  if (done.kind === 'quicker') return text.quicker(done.who);
  return done.why === 'forbidden' ? text.wrong.unknown : text.wrong[done.why];
}

/** The HTTP status of what was not done. */
export function statusOf(done: Exclude<DeskDone, { kind: 'done' }>): number {
  if (done.kind === 'quicker' || ['moved', 'answered', 'notYours', 'notInForce'].includes(done.why)) return 409;
  return done.why === 'own' ? 403 : 422;
}

const states = ['waiting', 'asked back', 'answered'] as const;
type State = (typeof states)[number];

/** A place in the list: behind this question, in that state. */
interface Place {
  state: State;
  askedAt: string;
  session: string;
}

/** What an address of the list asks for. */
export interface Asked {
  state: State | undefined;
  after: Place | undefined;
  /** Whether something in the address could not be read. */
  wrong: boolean;
}

function readAsked({ state, after }: Request['query']): Asked {
  const wanted = z.enum(states).safeParse(state);
  const [, at, time, session] =
    /^(waiting|asked back|answered)~([\dT:.Z-]{20,30})~([\w-]{1,64})$/.exec(String(after)) ?? [];
  const place = at && time && session ? { state: at as State, askedAt: time, session } : undefined;
  const wrong = (state !== undefined && state !== '' && !wanted.success) || (after !== undefined && !place);
  return { state: wanted.data, after: place, wrong };
}

const perPage = 25;

/** One question of the list, and what of its record says what it is about. */
export interface Listed {
  question: QuestionRow;
  row: RecordRow;
  /** Of the record, what tells of questions, answers and outcomes. */
  entries: Entry[];
}

/**
 * One page of questions, as far as there are any: those that wait first, the one that has waited longest at the top; then
 * those that wait for the person; then those that are answered, the latest first.
 */
export async function readQuestions(
  guidance: Guidance,
  { state, after }: Pick<Asked, 'state' | 'after'>,
  limit = perPage,
): Promise<{ listed: Listed[]; next: Place | undefined }> {
  const wanted = state === undefined ? states : [state];
  const from = after ? wanted.slice(Math.max(0, wanted.indexOf(after.state))) : wanted;
  const found: QuestionRow[] = [];
  for (const one of from) {
    if (found.length > limit) break;
    const place = after?.state === one ? after : undefined;
    found.push(...(await page(guidance, one, place, limit + 1 - found.length)));
  }
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  const next =
    found.length > limit && last
      ? { state: last.state as State, askedAt: last.asked_at, session: last.session }
      : undefined;
  return { listed: await join(guidance, shown), next };
}

function page({ database }: Guidance, state: State, after: Place | undefined, limit: number): Promise<QuestionRow[]> {
  const way = state === 'answered' ? 'desc' : 'asc';
  const beyond = way === 'asc' ? '>' : '<';
  return database.query
    .selectFrom('question')
    .selectAll()
    .where('state', '=', state)
    .$if(after !== undefined, (rows) =>
      rows.where(({ or, and, eb }) =>
        or([
          eb('asked_at', beyond, after!.askedAt),
          and([eb('asked_at', '=', after!.askedAt), eb('session', beyond, after!.session)]),
        ]),
      ),
    )
    .orderBy('asked_at', way)
    .orderBy('session', way)
    .limit(limit)
    .execute();
}

/** What is needed of a record to say what was asked, and how long it may take. */
const needed: Kind[] = ['ask', 'reply', 'outcome', 'reopen', 'close', 'lapse', 'dispose'];

async function join({ database: { query } }: Guidance, questions: readonly QuestionRow[]): Promise<Listed[]> {
  if (questions.length === 0) return [];
  const sessions = questions.map(({ session }) => session);
  const rows = await query.selectFrom('record').selectAll().where('session', 'in', sessions).execute();
  const entries = await selectEntries(query)
    .where('entry.session', 'in', sessions)
    .where('entry.kind', 'in', needed)
    .execute();
  const [rowOf, entriesOf] = [
    new Map(rows.map((row) => [row.session, row])),
    Map.groupBy(entries.map(readEntry), ({ session }) => session),
  ];
  return questions.flatMap((question) => {
    const row = rowOf.get(question.session);
    return row ? [{ question, row, entries: entriesOf.get(question.session) ?? [] }] : [];
  });
}

/** Keeps once who has been shown this list, and of which records it held what others have written. */
export async function noteListed(guidance: Guidance, member: Member, listed: readonly Listed[]): Promise<void> {
  const others = listed.filter((one) => !member.own.includes(one.row.person) && sayQuestion(one).words.length > 0);
  if (others.length === 0) return;
  const detail = others.map(({ row }) => numberOf(row.id)).join(', ');
  await noteAccess(guidance, member, 'listed', { detail });
}

/** How many questions wait, how many of them nobody is on, and since when the oldest waits. */
async function countWaiting({ database }: Guidance) {
  const found = await database.query
    .selectFrom('question')
    .select(({ fn }) => [fn.countAll<number>().as('waiting'), fn.count<number>('taken_by').as('taken')])
    .select(({ fn }) => fn.min('asked_at').as('oldest'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return { waiting: Number(found.waiting), untaken: Number(found.waiting) - Number(found.taken), oldest: found.oldest };
}

interface QuestionsPage {
  language: Language;
  member: Member;
  asked: Asked;
  listed: readonly Listed[];
  next: Place | undefined;
  waiting: Awaited<ReturnType<typeof countWaiting>>;
}

/** The list of questions: nobody's name but of those who answer. */
function drawQuestions(guidance: Guidance, { language, member, asked, listed, next, waiting }: QuestionsPage): Html {
  const text = deskWords(language);
  const chosen = asked.state;
  const says =
    waiting.waiting === 0
      ? text.noneWait
      : [
          text.waits(waiting.waiting),
          text.oldest(lasted(waiting.oldest, guidance.now(), language)),
          waiting.untaken > 0 ? text.untaken(waiting.untaken, waiting.waiting) : '',
        ].join(' ');
  const filter = (state: State | undefined, name: string) =>
    html`<li><a href="${addressOf(state)}"${state === chosen ? html` aria-current="page"` : ''}>${name}</a></li>`;
  return html`<h1>${text.questions}</h1>
<p class="lead">${says}</p>
<p class="hint">${text.questionsHelp}</p>
${asked.wrong ? html`<p class="uncertain">${text.notUsed}</p>` : ''}
<nav class="tabs" aria-label="${text.filters}"><ul>${filter(undefined, text.all)}${states.map((state) => filter(state, text.states[state]))}</ul></nav>
${listed.length === 0 ? html`<p class="lead">${text.none}</p>` : drawTable(guidance, listed, member, language)}
<nav class="paging" aria-label="${text.caption}">
${asked.after ? html`<a href="${addressOf(chosen)}">${text.first}</a>` : ''}
${next ? html`<a rel="next" href="${addressOf(chosen, next)}">${text.next}</a>` : ''}
</nav>`;
}

function addressOf(state: State | undefined, after?: Place): string {
  const place = after && [after.state, after.askedAt, after.session].join('~');
  const query = new URLSearchParams({ ...(state && { state }), ...(place && { after: place }) });
  return query.size === 0 ? '/review/questions' : `/review/questions?${query}`;
}

function drawTable(guidance: Guidance, listed: readonly Listed[], member: Member, language: Language): Html {
  const text = deskWords(language);
  const { columns } = text;
  return html`<table role="table" class="records">
<caption>${text.caption} (${consoleWords(language).zone})</caption>
<thead role="rowgroup"><tr role="row">${Object.values(columns).map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${listed.map(({ question, row, entries }) => {
  const number = numberOf(row.id);
  const said = sayQuestion({ entries });
  const own = member.own.includes(row.person) ? ` (${consoleWords(language).ownMark})` : '';
  return html`<tr role="row">
<th role="rowheader" scope="row"><a href="/review/questions/${number}">${number}</a>${own}</th>
<td role="cell" data-label="${columns.when}"><time datetime="${question.asked_at}">${writeShort(question.asked_at, language)}</time>, ${timeOf(question, entries, guidance.now(), language)}</td>
<td role="cell" data-label="${columns.about}">${nameFlow(guidance, row.flow, language)} – <span lang="${row.language}">${said.at}</span></td>
<td role="cell" data-label="${columns.unit}">${row.unit ?? consoleWords(language).noUnit}</td>
<td role="cell" data-label="${columns.words}">${said.words.length === 0 ? text.noWords : html`<span lang="${row.language}">${said.words.join(' · ')}</span>`}</td>
<td role="cell" data-label="${columns.clock}">${said.clock === undefined ? text.noClock : html`<span lang="${row.language}">${firstSentence(said.clock)}</span>`}</td>
<td role="cell" data-label="${columns.who}">${takerOf(question, member, language)}</td>
</tr>`;
})}
</tbody></table>`;
}

/** What a question is about: where it was put, what was written since the answer before it, and the time that runs. */
export function sayQuestion({ entries }: Pick<Listed, 'entries'>) {
  let words: string[] = [];
  let answered = false;
  for (const { content } of entries) {
    if (content?.kind === 'reply') answered = content.answers;
    if (content?.kind !== 'ask') continue;
    words = [...(answered ? [] : words), ...(content.words ? [content.words] : [])];
    answered = false;
  }
  return { at: askedAt(entries)?.question ?? '', words, clock: outcomeNow(entries)?.content.clock };
}

/** The clock at a glance: what stands behind it is on the question's own page. */
const firstSentence = (text: string) => /^.*?\.(?= |$)/.exec(text)?.[0] ?? text;
