import express, { type Request, type Response, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import { writeNumber } from '../chat/words.ts';
import type { Language } from '../record/entry.ts';
import type { Filter } from '../record/list.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { formats } from './export-thread.ts';
import { type Export, openExports } from './exports.ts';
import { exportWords } from './exportwords.ts';
import {
  type Asked,
  endSentence,
  inWords,
  listAddress,
  readAsked,
  readWritten,
  writeAsked,
  writeShort,
} from './queue.ts';
import { consoleWords } from './words.ts';

/** How often a page is loaded again where its reader has asked for it, in seconds. */
const pace = 5;

/** Lists that a member takes along: begun, watched, stopped, and got as files. Mounted at /review/exports. */
export function openExportPages(house: Console): Router {
  const router = Router();
  const form = express.urlencoded({ extended: false, limit: '64kb' });
  const exports = openExports(house);

  router.get('/', house.guard('export'), async (request, response) => {
    await show(request, response, 200, readAsked(request.query));
  });

  router.post('/', form, house.guard('export'), async (request, response) => {
    const { member } = house.signed(request);
    const language = languageOf(request);
    const text = exportWords(language);
    const wanted = Form.safeParse(request.body);
    const asked = readWritten(wanted.success ? wanted.data.query : '');
    // Where a part of the filter can't be read, more would be taken along than was meant.
    if (!wanted.success || asked.wrong.length > 0 || asked.short)
      return show(request, response, 422, asked, text.unreadable);
    const begun = await exports.begin(member, { ...wanted.data, filter: asked.filter, language });
    if (!begun) return show(request, response, 409, asked, text.tooMany);
    response.redirect(303, addressOf(asked.filter));
  });

  for (const act of ['stop', 'remove'] as const)
    router.post(`/:id/${act}`, form, house.guard('export'), async (request, response) => {
      const { member } = house.signed(request);
      await exports[act](member, String(request.params.id));
      response.redirect(303, addressOf(readAsked(request.query).filter));
    });

  router.get('/:id/file', house.guard('export'), async (request, response) => {
    const { member } = house.signed(request);
    const found = await exports.find(member, String(request.params.id));
    if (!found) return missing(request, response);
    response.download(found.path, found.name, { dotfiles: 'allow', lastModified: false });
  });

  async function show(request: Request, response: Response, status: number, asked: Asked, refused?: string) {
    const language = languageOf(request);
    const { member, token } = house.signed(request);
    const list = await exports.list(member);
    const waits = list.some(isUnderWay);
    const follow = request.query.follow === 'yes';
    if (follow && waits) response.set('Refresh', `${pace}; url=${addressOf(asked.filter, { follow: 'yes' })}`);
    const say = (filter: Filter) =>
      inWords(house.guidance, filter, language).join(', ') || exportWords(language).everything;
    const content = drawExports({ language, token: tokenField(token), asked, say, list, follow, refused });
    response
      .status(status)
      .type('html')
      .send(house.page(request, exportWords(language).title, content, true));
  }

  function missing(request: Request, response: Response): void {
    const text = exportWords(languageOf(request));
    const content = html`<h1>${text.notThere}</h1><p class="lead">${text.notThereHelp}</p><p><a href="/review/exports">${text.toExports}</a></p>`;
    response
      .status(404)
      .type('html')
      .send(house.page(request, text.notThere, content, true));
  }

  return router;
}

const Form = z.object({ format: z.enum(formats), query: z.string().max(10_000) });

/** The page with what is to be exported next. */
function addressOf(filter: Filter, more: Record<string, string> = {}): string {
  const query = writeAsked(filter, more);
  return query === '' ? '/review/exports' : `/review/exports?${query}`;
}

const isUnderWay = ({ state }: Export) => state === 'waiting' || state === 'running';

interface ExportsPage {
  language: Language;
  token: Html;
  asked: Asked;
  /** A filter in words. */
  say(filter: Filter): string;
  list: Export[];
  /** Whether the page is loaded again by itself, since its reader has asked for that. */
  follow: boolean;
  refused: string | undefined;
}

function drawExports(page: ExportsPage): Html {
  const { language, token, asked, say, list, follow, refused } = page;
  const text = exportWords(language);
  const console = consoleWords(language);
  const query = writeAsked(asked.filter);
  const queue = listAddress(query);
  return html`<div class="sheet"><p><a href="${queue}">${query === '' ? console.toQueue : console.toList}</a></p>
<h1>${text.title}</h1>
${refused ? html`<p class="uncertain" role="alert">${refused}</p>` : ''}
${asked.wrong.length > 0 ? html`<p class="uncertain">${console.notUsed(asked.wrong.join(', '))}</p>` : ''}
<section aria-labelledby="new"><h2 id="new">${text.new}</h2>
<p><b>${text.selection}:</b> ${endSentence(say(asked.filter))} <a href="${queue}">${text.another}</a></p>
<p class="hint">${text.noNames}</p>
<form method="post" action="/review/exports">${token}<input type="hidden" name="query" value="${query}">
<fieldset><legend>${text.format}</legend>${formats.map((format, i) => html`<p><label><input type="radio" name="format" value="${format}"${i === 0 ? html` checked` : ''}> ${text.formats[format]}</label></p>`)}</fieldset>
<p><button class="main">${text.begin}</button></p></form></section>
<section aria-labelledby="yours"><h2 id="yours">${text.yours}</h2>
<p class="hint">${text.yoursHelp}</p>
${list.some(isUnderWay) ? drawFollow(asked.filter, follow, language) : ''}
${list.length === 0 ? html`<p>${text.noneYet}</p>` : list.map((one) => drawOne(one, page))}</section></div>`;
}

/** A page that changes by itself is what only its reader asks for, and can stop. */
function drawFollow(filter: Filter, follow: boolean, language: Language): Html {
  const text = exportWords(language);
  return follow
    ? html`<p>${text.following} <a href="${addressOf(filter)}">${text.unfollow}</a></p>`
    : html`<p><a href="${addressOf(filter)}">${text.look}</a> · <a href="${addressOf(filter, { follow: 'yes' })}">${text.follow}</a></p>`;
}

function drawOne(one: Export, { language, token, asked, say }: ExportsPage): Html {
  const text = exportWords(language);
  const { id, state, rows, part, file } = one;
  const query = writeAsked(asked.filter);
  const kept = query === '' ? '' : `?${query}`;
  const name = `${text.short[one.format]}, ${writeShort(one.begunAt, language)}`;
  const button = (act: string, what: string, whole: string) =>
    html`<form method="post" action="/review/exports/${id}/${act}${kept}">${token}<button aria-label="${whole}">${what}</button></form>`;
  const said = [say(readWritten(one.query).filter), ...(one.searched ? [text.searched] : [])].join(', ');
  const actions = isUnderWay(one)
    ? [button('stop', text.stop, text.stopOf(name))]
    : [
        // What was searched for is not known any more.
        ...(state === 'done' || one.searched ? [] : [drawAgain(one, name, token, language)]),
        button('remove', text.remove, text.removeOf(name)),
      ];
  const percent = Math.floor(part * 100);
  return html`<article class="export" aria-labelledby="export-${id}"><h3 id="export-${id}">${name}</h3>
<p>${said}</p>
<p>${text.states[state]} ${state === 'done' ? text.rows(rows, writeNumber(rows, language)) : ''}</p>
${one.searched && !isUnderWay(one) && state !== 'done' ? html`<p class="hint">${text.searchAgain}</p>` : ''}
${state === 'running' ? html`<p><progress max="100" value="${percent}" aria-label="${text.meter}"></progress> ${text.progress(percent, writeNumber(rows, language))}</p>` : ''}
${state === 'done' && file ? html`<p><a href="/review/exports/${id}/file" download>${text.gets(sizeOf(file.size, language))}</a></p><p class="hint">${text.until(writeShort(file.until, language))}</p>` : ''}
<div class="views"><ul>${actions.map((action) => html`<li>${action}</li>`)}</ul></div></article>`;
}

function drawAgain({ format, query }: Export, name: string, token: Html, language: Language): Html {
  const text = exportWords(language);
  return html`<form method="post" action="/review/exports">${token}<input type="hidden" name="query" value="${query}"><input type="hidden" name="format" value="${format}"><button aria-label="${text.againOf(name)}">${text.again}</button></form>`;
}

function sizeOf(bytes: number, language: Language): string {
  return bytes < 1_000_000
    ? `${writeNumber(Math.ceil(bytes / 1000), language)} kB`
    : `${writeNumber(Math.round(bytes / 100_000) / 10, language)} MB`;
}
