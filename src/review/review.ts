import { fileURLToPath } from 'node:url';
import express, { type Request, type Response, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import { openStorage } from '../database/storage.ts';
import { drawAccess, readAccess, readAccessAsked } from './access.ts';
import { Deed, type Done, perform } from './acts.ts';
import { openClarified } from './clarifications.ts';
import { type Console, languageOf, tokenField } from './console.ts';
import { openExportPages } from './exportpage.ts';
import { openMine } from './mine.ts';
import { openOutbox } from './outbox.ts';
import { openPdfs } from './pdf.ts';
import { openPeople } from './people.ts';
import { openQuestions } from './questions.ts';
import { addView, drawQueue, readAsked, readQueue, readWritten, type View, writeAsked } from './queue.ts';
import { openSamples } from './samples.ts';
import { openSettings, type Setup } from './settings.ts';
import { drawSheet, openSheet, type Said } from './sheet.ts';
import type { SignIn } from './signin.ts';
import { openStatistics } from './statistics.ts';
import { consoleWords } from './words.ts';

/**
 * The console: the way in, the queue, one record and what is done to it, and who has opened what. Stands at /review.
 * @param setup how the program has been set up; without it there are no pages for the administrator.
 */
export function openReview(house: Console, signIn: SignIn, setup?: Setup): Router {
  const { guidance } = house;
  const views = openStorage<View[]>(guidance.database, 'view', 400 * 86_400_000);
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });

  router.use(
    '/assets',
    express.static(fileURLToPath(new URL('assets', import.meta.url)), { index: false, maxAge: '1h' }),
  );
  // No id has this sign, and PostgreSQL takes it in no text.
  router.use(['/samples', '/clarifications', '/exports'], ({ path }, _, next) =>
    next(path.includes('%00') ? 'router' : undefined),
  );
  // The pages of the way in stand at their whole addresses, since the provider knows them by these.
  router.use((request, response, next) => {
    const { url } = request;
    request.url = request.originalUrl;
    signIn.router(request, response, (fault) => {
      request.url = url;
      next(fault);
    });
  });

  router.get('/', house.guard('read'), async (request, response) => {
    const asked = readAsked(request.query);
    // A form sends also what was left empty; the address that stays is the short one.
    if (Object.values(request.query).includes('')) return response.redirect(303, addressOf(writeAsked(asked.filter)));
    const language = languageOf(request);
    const text = consoleWords(language);
    const { member, token } = house.signed(request);
    const notice = notices.safeParse(request.query.notice).data;
    const shown = { language, member, token: tokenField(token), asked, notice: notice && text[notice] };
    const kept = (await views.get(member.id)) ?? [];
    const content = drawQueue(guidance, { ...shown, ...(await readQueue(guidance, member, asked)), views: kept });
    response.type('html').send(house.page(request, text.queue, content, true));
  });

  router.post('/views', form, house.guard('read'), async (request, response) => {
    const { name, query } = ViewForm.parse(request.body);
    const { member } = house.signed(request);
    const { filter } = readWritten(query);
    const added = addView((await views.get(member.id)) ?? [], name, filter);
    if (added) await views.set(member.id, added);
    response.redirect(303, addressOf(writeAsked(filter, { notice: added ? 'viewSaved' : 'viewNotSaved' })));
  });

  router.post('/views/remove', form, house.guard('read'), async (request, response) => {
    const { name } = ViewForm.parse(request.body);
    const { member } = house.signed(request);
    const left = ((await views.get(member.id)) ?? []).filter((view) => view.name !== name);
    await views.set(member.id, left);
    response.redirect(303, addressOf('notice=viewRemoved'));
  });

  router.get('/access', house.guard('access log'), async (request, response) => {
    const language = languageOf(request);
    const asked = readAccessAsked(request.query);
    const content = drawAccess(guidance, language, asked, await readAccess(guidance.database, asked));
    response.type('html').send(house.page(request, consoleWords(language).access, content, true));
  });

  router.use('/exports', openExportPages(house));
  router.use(openPdfs(house));
  router.use('/samples', openSamples(house));
  router.use('/questions', openQuestions(house));
  router.use('/clarifications', openClarified(house));
  router.use('/statistics', openStatistics(house));
  router.use('/outbox', openOutbox(house));
  router.use('/mine', openMine(house));
  if (setup) router.use('/people', openPeople(house, setup.roles));
  if (setup) router.use('/settings', openSettings(house, setup));

  // Whatever looks like a number is answered in the same words, whether there is such a record or not.
  const number = /^\/(VGL-[^/]*)\/?$/i;

  // One's own can be read by everybody, and others' by those who may: which it is, the record says.
  router.get(number, house.guard('own'), async (request, response) => {
    const text = consoleWords(languageOf(request));
    const { did, told, masked } = Shown.parse(request.query);
    const done = did && [text.did[did], ...(told ? [text.willBeTold] : []), ...(masked ? [text.wasMasked] : [])];
    await show(request, response, 200, done ? { done } : {});
  });

  router.post(number, form, house.guard('read'), async (request, response) => {
    const text = consoleWords(languageOf(request));
    const { member } = house.signed(request);
    const sheet = await openSheet(guidance, member, numberIn(request));
    if (!sheet) return missing(request, response);
    const deed = Deed.safeParse(request.body);
    if (!deed.success) return show(request, response, 422, { refused: text.wrong.unknown });
    const done = await perform(guidance, member, sheet.row.session, deed.data);
    if (done.kind === 'done') {
      const { sample, list } = Shown.parse(request.query);
      const more = {
        ...(done.told && { told: 'yes' }),
        ...(done.masked && { masked: 'yes' }),
        ...(sample && { sample }),
        ...(list && { list }),
      };
      const query = new URLSearchParams({ did: done.did, ...more });
      return response.redirect(303, `/review/${numberIn(request)}?${query}`);
    }
    if (done.kind === 'refused' && done.why === 'forbidden') return house.refuse(request, response);
    const refused = done.kind === 'quicker' ? text.wrong.quicker(done.who) : text.wrong[done.why as keyof Plain];
    await show(request, response, statusOf(done), { refused, deed: deed.data });
  });

  /** Shows a record to somebody, and keeps that they have opened it where it is not their own. */
  async function show(request: Request, response: Response, status: number, said: Said): Promise<void> {
    const { member, token } = house.signed(request);
    const sheet = await openSheet(guidance, member, numberIn(request));
    if (!sheet) return missing(request, response);
    if (!member.own.includes(sheet.row.person)) await house.noteAccess(member, 'opened', { record: sheet.row });
    const language = languageOf(request);
    const { sample, list } = Shown.parse(request.query);
    const told = { ...said, sample, list };
    const content = await drawSheet(guidance, { sheet, language, member, token: tokenField(token), said: told });
    response
      .status(status)
      .type('html')
      .send(house.page(request, numberIn(request).toUpperCase(), content, true));
  }

  function missing(request: Request, response: Response): void {
    const text = consoleWords(languageOf(request));
    const content = html`<h1>${text.notFound}</h1><p class="lead">${text.notFoundHelp}</p><p><a href="/review">${text.toQueue}</a></p>`;
    response
      .status(404)
      .type('html')
      .send(house.page(request, text.notFound, content, true));
  }

  return router;
}

type Plain = Omit<ReturnType<typeof consoleWords>['wrong'], 'quicker'>;

const numberIn = (request: Request) => String(request.params[0]);

const addressOf = (query: string) => (query === '' ? '/review' : `/review?${query}`);

function statusOf(done: Exclude<Done, { kind: 'done' }>): number {
  if (done.kind === 'quicker' || done.why === 'moved' || done.why === 'same') return 409;
  return done.why === 'own' ? 403 : 422;
}

const notices = z.enum(['viewSaved', 'viewNotSaved', 'viewRemoved']);

const ViewForm = z.object({
  name: z.string().max(1000).catch(''),
  query: z.string().max(10_000).catch(''),
});

/** What was just done, as the address says it after a form was sent. */
const Shown = z.object({
  sample: z.uuid().optional().catch(undefined),
  list: z.string().min(1).max(4000).optional().catch(undefined),
  did: z.enum(['approved', 'corrected', 'returned', 'commented', 'held', 'released']).optional().catch(undefined),
  told: z.literal('yes').optional().catch(undefined),
  masked: z.literal('yes').optional().catch(undefined),
});
