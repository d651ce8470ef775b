import { createHash, randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import express, { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { type Diagram, layOut } from '../../book/diagram.ts';
import type { RecordRow } from '../../database/tables.ts';
import {
  type Act,
  converse,
  fetchDraft,
  look,
  lookAtStart,
  type Pointer,
  type Seen,
} from '../../guidance/conversation.ts';
import type { Guidance, Visitor } from '../../guidance/guidance.ts';
import { isNotice, type Notice, withNotice } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { listOwn } from '../../record/list.ts';
import { recognise } from '../../record/person.ts';
import type { Door } from '../door.ts';
import { nameRecord } from '../own.ts';
import { drawFaultPage, drawFlowPage, drawPage, drawTurnedAway, type Own } from './draw.ts';
import { drawKeptPage } from './kept.ts';

/**
 * The web chat: forms in, pages out. Needs no JavaScript, and an account of no kind.
 * @param isHere whether somebody asks who may open more than what is meant for the public.
 */
export function openWebChat(guidance: Guidance, isHere: (request: Request) => boolean): Door {
  const router = Router();
  const diagrams = new Map<string, Diagram>();

  router.use(
    '/assets',
    express.static(fileURLToPath(new URL('assets', import.meta.url)), { index: false, maxAge: '1h' }),
  );

  // The picture of a flow looks the same on the page and on paper.
  router.get('/assets/diagram.css', (_, response) =>
    response.sendFile('diagram.css', { root: fileURLToPath(new URL('../../book', import.meta.url)), maxAge: '1h' }),
  );

  router.get('/', async (request, response) => {
    const { session, change, notice, fresh } = Query.parse(request.query);
    const visitor = recogniseVisitor(guidance, request, response);
    const seen =
      fresh === undefined
        ? await look(guidance, visitor, session, change)
        : { view: await lookAtStart(guidance, visitor) };
    const status = seen.view.kind === 'refused' ? 404 : 200;
    const own = seen.view.kind === 'start' ? await readOwn(guidance, visitor, seen.view.language) : undefined;
    // Where nothing opens, nothing has been done either.
    const view = seen.view.kind === 'refused' ? seen.view : withNotice(seen.view, notice);
    response.status(status).type('html').send(drawPage(view, own));
  });

  router.post('/', express.urlencoded({ extended: false, limit: '64kb' }), async (request, response) => {
    const visitor = recogniseVisitor(guidance, request, response);
    const form = readForm(request.body);
    if (form.kind === 'show') return response.redirect(303, addressOf({ session: form.session, change: form.change }));
    const seen = await converse(guidance, visitor, form.pointer, form.act);
    if (seen.view.kind === 'refused') {
      response.status(403).type('html').send(drawPage(seen.view));
      return;
    }
    // What was looked for stands in no address, where it would be kept.
    if (seen.view.kind === 'found') return response.type('html').send(drawPage(seen.view));
    response.redirect(303, whereTo(seen));
  });

  router.get('/flows/:id', async (request, response, next) => {
    const flow = guidance.flows.get(request.params.id);
    if (!flow) return next();
    const { session, language } = Query.parse(request.query);
    // Anybody may read a flow; only somebody who comes from a session of theirs is asked who they are.
    const seen =
      session === undefined ? undefined : await look(guidance, recogniseVisitor(guidance, request, response), session);
    const walked = seen && 'trail' in seen.view && seen.view.flow.id === flow.id ? seen.view : undefined;
    const reading = language ?? walked?.language ?? browserLanguage(request);
    const key = `${flow.version} ${reading}`;
    const diagram = diagrams.get(key) ?? layOut(flow, reading, guidance.municipality);
    diagrams.set(key, diagram);
    response.type('html').send(drawFlowPage({ flow, reading, municipality: guidance.municipality, diagram, walked }));
  });

  router.get('/kept', (request, response) => {
    response.type('html').send(drawKeptPage(guidance, readingLanguage(request), isHere(request)));
  });

  router.get('/drafts/:kind', async (request, response) => {
    const { session = '' } = Query.parse(request.query);
    const visitor = recogniseVisitor(guidance, request, response);
    const found = await fetchDraft(guidance, visitor, session, request.params.kind);
    if (found.kind === 'refused') return response.status(404).type('html').send(drawPage(found.view));
    const { draft } = found;
    // Large, and seldom needed: the program starts without it.
    const { writeDocx } = await import('../docx.ts');
    response
      .set('Cache-Control', 'private, no-store')
      .attachment(`${draft.title} ${draft.number}.docx`)
      .send(await writeDocx(draft, guidance.municipality.name));
  });

  return {
    router,
    drawFault: (request, reference) => drawFaultPage(browserLanguage(request), reference, retryOf(request)),
    drawTurnedAway: (request, why) => drawTurnedAway(guidance.municipality, readingLanguage(request), why),
    isPublic: ({ path, query }) =>
      path === '/kept' || path.startsWith('/assets/') || (path.startsWith('/flows/') && query.session === undefined),
  };
}

/**
 * The visitor's own guidance: the latest, and what somebody waits for in it or has said of it lately. Nobody can write to
 * them, so it waits here for them.
 */
async function readOwn(guidance: Guidance, { person }: Visitor, language: Language): Promise<Own> {
  const month = new Date(guidance.now().getTime() - 30 * 86_400_000).toISOString();
  const rows = await guidance.database.query
    .selectFrom('record')
    .selectAll()
    .where('person', '=', person.hash)
    .where(({ or, and, eb }) =>
      or([
        eb('asked', 'in', ['waiting', 'asked back']),
        eb('reviewed', '=', 'returned'),
        and([eb('last_at', '>=', month), or([eb('asked', '=', 'answered'), eb('reviewed', '=', 'corrected')])]),
      ]),
    )
    .orderBy('last_at', 'desc')
    .limit(10)
    .execute();
  const latest = await listOwn(guidance.database, person.hash, 10);
  const named = (row: RecordRow) => ({
    session: row.session,
    named: nameRecord(row, guidance, language).replaceAll('\n', ' · '),
  });
  return { talks: rows.map(named), latest: latest.map(named) };
}

const id = z.string().max(200).optional().catch(undefined);
const Query = z.object({
  session: id,
  change: id,
  fresh: id,
  notice: z.custom<Notice>(isNotice).optional().catch(undefined),
  language: z.enum(['sv', 'en']).optional().catch(undefined),
});

/** A visitor is a random id in a cookie, and nothing else about them is known. */
function recogniseVisitor({ keys }: Guidance, request: Request, response: Response): Visitor {
  const known = /(?:^|;\s*)isitpublic=([0-9a-f-]{36})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1];
  const visit = known ?? randomUUID();
  if (!known)
    response.cookie('isitpublic', visit, {
      httpOnly: true,
      sameSite: 'lax',
      secure: request.secure,
      maxAge: 400 * 86_400_000,
      path: '/',
    });
  // What is kept is not what the cookie says: whoever reads the database can't press in a visitor's name.
  const userId = createHash('sha256').update(visit).digest('hex');
  return { person: recognise(keys.person, 'web', '', userId), language: browserLanguage(request) };
}

/** The language of a page that stands in both. */
function readingLanguage(request: Request): Language {
  return Query.parse(request.query).language ?? browserLanguage(request);
}

function browserLanguage(request: Request): Language {
  return request.acceptsLanguages('sv', 'en') === 'en' ? 'en' : 'sv';
}

/** After a press, the address of what it led to, so that a reload shows it again and presses nothing. */
function whereTo({ view, notice }: Seen): string {
  if (view.kind === 'start') return addressOf({ fresh: '1', notice });
  return addressOf({ session: 'session' in view ? view.session : undefined, notice });
}

function addressOf(parts: Record<string, string | undefined>): string {
  const query = new URLSearchParams(
    Object.entries(parts).filter((part): part is [string, string] => part[1] !== undefined),
  );
  return query.size > 0 ? `/?${query}` : '/';
}

/** Another verb, `why` among them, leads to the present view: the reasons stand on the page, to be opened there. */
const verbs = [
  'start',
  'find',
  'then',
  'answer',
  'tick',
  'done',
  'back',
  'change',
  'label',
  'language',
  'feedback',
  'ask',
  'respond',
  'unit',
  'close',
] as const;

/** What a form may say: the button's name is the verb, its value the option; what else there is, is not looked at. */
const Form = z.object({
  session: z.string().max(200).optional(),
  node: z.string().max(100).default(''),
  seq: z.coerce.number().int().min(0).max(1_000_000).default(0),
  /** The first answers that a search goes in by, from the first question on. */
  given: z
    .string()
    .max(200)
    .default('')
    .transform((options) => options.split('/').filter((option) => option !== '')),
  option: z
    .union([
      z
        .string()
        .max(5000)
        .transform((one) => [one]),
      z.array(z.string().max(200)).max(200),
    ])
    .default([]),
});

type Read =
  | { kind: 'press'; pointer: Pointer | undefined; act: Act }
  | { kind: 'show'; session: string | undefined; change?: string };

/** A form that makes no sense leads to the present view, like a press that is out of date. */
function readForm(body: unknown): Read {
  const fields = z.record(z.string(), z.unknown()).catch({}).parse(body);
  const form = Form.safeParse(fields);
  if (!form.success) return { kind: 'show', session: undefined };
  const { session, node, seq, option, given } = form.data;
  const verb = verbs.find((verb) => typeof fields[verb] === 'string');
  const value = verb === undefined ? '' : String(fields[verb]);
  const pointer = session === undefined ? undefined : { session, seq };
  const press = (act: Act): Read => ({ kind: 'press', pointer, act });
  switch (verb) {
    case 'start':
      return press({ verb, flow: value, given });
    case 'then':
      return press({ verb, flow: value });
    case 'find':
      return press({ verb, words: value || (option[0] ?? '') });
    case 'answer':
      return press({ verb, node, option: value || (option[0] ?? '') });
    case 'tick':
    case 'done':
      return press({ verb, node, items: option });
    case 'change':
      return value === '' ? { kind: 'show', session, change: node } : press({ verb, node, option: value });
    case 'label':
      return press({ verb, label: option[0] ?? '' });
    case 'language':
      return press({ verb, language: value === 'en' ? 'en' : 'sv' });
    case 'feedback':
      return press({ verb, helped: value === 'yes' });
    case 'ask':
      return press({ verb, node, words: value || (option[0] ?? '') });
    case 'respond':
      return press({ verb, words: value || (option[0] ?? '') });
    case 'unit':
      return press({ verb, unit: value || (option[0] ?? '') });
    case 'back':
    case 'close':
      return press({ verb });
    default:
      return { kind: 'show', session };
  }
}

/** The same press once more, for a page that says that something of ours failed. */
function retryOf(request: Request): [string, string][] {
  if (request.method !== 'POST') return [];
  const fields = z
    .record(z.string(), z.union([z.string(), z.array(z.string())]))
    .catch({})
    .parse(request.body);
  return Object.entries(fields).flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, one]));
}
