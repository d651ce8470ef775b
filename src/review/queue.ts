import { html } from 'hono/html';
import { z } from 'zod';
import type { RecordRow } from '../database/tables.ts';
import { OutcomeCode } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { fill, words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { Filter, noUnit, page } from '../record/list.ts';
import { tidy } from '../record/mask.ts';
import { numberOf, readNumber } from '../record/number.ts';
import type { Html } from './console.ts';
import { exportWords } from './exportwords.ts';
import { type Member, may, reach } from './members.ts';
import { consoleWords } from './words.ts';

/** What an address of the queue asks for. */
export interface Asked {
  filter: Filter;
  /** Only records before this one. */
  before: number | undefined;
  /** What in the address could not be read, by name; it narrows nothing. */
  wrong: string[];
  /** Whether the words looked for are too short to look for. */
  short: boolean;
}

const text = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .refine((text) => !/\p{Cc}/u.test(text));

/** Each part of a filter as it stands in an address. */
const parts = {
  flow: text,
  outcome: text,
  unit: z.union([text, z.array(text).max(50)]),
  status: Filter.shape.status.unwrap(),
  from: Filter.shape.from.unwrap(),
  to: Filter.shape.to.unwrap(),
  platform: Filter.shape.platform.unwrap(),
  reviewed: Filter.shape.reviewed.unwrap(),
  asked: Filter.shape.asked.unwrap(),
  unsure: z.literal('yes').transform(() => true as const),
  held: z.literal('yes').transform(() => true as const),
  search: text,
};

/** Reads what an address asks for. A part that makes no sense is named, and narrows nothing. */
export function readAsked(query: Record<string, unknown>): Asked {
  const filter: Filter = {};
  const wrong: string[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (query[name] === undefined || query[name] === '') continue;
    const read = part.safeParse(query[name]);
    if (read.success) Object.assign(filter, { [name]: read.data });
    else wrong.push(name);
  }
  const short = filter.search !== undefined && [...filter.search].length < 3;
  if (short) delete filter.search;
  const before = typeof query.before === 'string' ? readNumber(query.before) : undefined;
  if (query.before !== undefined && before === undefined) wrong.push('before');
  return { filter, before, wrong, short };
}

/** Reads the same out of an address that was written down; several values under one name belong together. */
export function readWritten(query: string): Asked {
  const read = new URLSearchParams(query);
  const names = [...new Set(read.keys())];
  const values = names.map((name) => [name, read.getAll(name).length > 1 ? read.getAll(name) : read.get(name)!]);
  return readAsked(Object.fromEntries(values));
}

/** The same filter as an address says it: always in the same order, and without what is not filtered by. */
export function writeAsked(filter: Filter, more: Record<string, string> = {}): string {
  const said = Object.keys(parts).flatMap((name) => {
    const value = filter[name as keyof typeof parts];
    return value === undefined ? [] : [value].flat().map((one) => [name, one === true ? 'yes' : one]);
  });
  return String(new URLSearchParams([...said, ...Object.entries(more)]));
}

/** The way back to a list out of which a record was opened; it may be filtered, and further on than its first page. */
export function listAddress(query: string): string {
  const { filter, before } = readWritten(query);
  const written = writeAsked(filter, before === undefined ? {} : { before: numberOf(before) });
  return written === '' ? '/review' : `/review?${written}`;
}

/** The filter as it may be kept: what somebody searches for is not. */
export function withoutWords({ search: _, ...filter }: Filter): Filter {
  return filter;
}

/** The filter as far as the member's units reach. */
export function narrow(filter: Filter, member: Member, act: 'read' | 'export' = 'read'): Filter {
  const units = reach(member, act);
  if (units === undefined) return filter;
  // Whatever a unit is called, records without one are for those whose role holds everywhere.
  const own = units.filter((unit) => unit !== noUnit);
  const wanted = filter.unit === undefined ? own : [filter.unit].flat().filter((unit) => own.includes(unit));
  return { ...filter, unit: wanted };
}

const perPage = 50;

/** One page of the queue, and whether there are older ones. */
export async function readQueue({ database }: Guidance, member: Member, { filter, before }: Asked) {
  const rows = await page(database, narrow(filter, member), before, perPage + 1);
  return { rows: rows.slice(0, perPage), more: rows.length > perPage };
}

/** A filter that a member has given a name. */
export interface View {
  name: string;
  query: string;
}

/**
 * The member's views with this one among them; nothing where it has no fitting name, where they have too many, or where
 * nothing is left to filter by: words that were searched for are not kept.
 */
export function addView(views: readonly View[], name: string, filter: Filter): View[] | undefined {
  const called = tidy(name);
  const query = writeAsked(withoutWords(filter));
  const others = views.filter((view) => view.name !== called);
  if (query === '' || called === '' || called.length > 60 || others.length >= 20) return undefined;
  return [...others, { name: called, query }];
}

interface QueuePage {
  language: Language;
  member: Member;
  /** What the member's forms carry. */
  token: Html;
  asked: Asked;
  rows: readonly RecordRow[];
  more: boolean;
  views: readonly View[];
  notice: string | undefined;
}

/** The queue: no names, and no way to ask for somebody's records. */
export function drawQueue(guidance: Guidance, shown: QueuePage): Html {
  const { language, member, asked, rows, more, notice } = shown;
  const text = consoleWords(language);
  const last = rows.at(-1);
  const older = more && last ? writeAsked(asked.filter, { before: numberOf(last.id) }) : undefined;
  const none = reach(member, 'read')?.length === 0 ? text.noneYours : text.noneFound;
  return html`<h1>${text.queue}</h1>
<p class="hint">${text.queueHelp}</p>
${notice ? html`<p class="notice" role="status">${notice}</p>` : ''}
${asked.wrong.length > 0 ? html`<p class="uncertain">${text.notUsed(asked.wrong.join(', '))}</p>` : ''}
${asked.short ? html`<p class="uncertain">${text.searchShort}</p>` : ''}
${drawViews(shown)}
${drawFilter(guidance, shown)}
${may(member, 'export') ? html`<p><a href="/review/exports?${writeAsked(asked.filter)}">${exportWords(language).takeAlong}</a></p>` : ''}
${rows.length > 0 ? drawTable(guidance, shown) : html`<p class="lead">${none}</p>`}
<nav class="paging" aria-label="${text.caption}">
${asked.before === undefined ? '' : html`<a href="/review?${writeAsked(asked.filter)}">${text.newest}</a>`}
${older === undefined ? '' : html`<a rel="next" href="/review?${older}">${text.older}</a>`}
</nav>`;
}

function drawTable(guidance: Guidance, { language, member, rows, asked }: QueuePage): Html {
  const text = consoleWords(language);
  const { columns } = text;
  const { outcomes } = words(language);
  const list = writeAsked(asked.filter, asked.before === undefined ? {} : { before: numberOf(asked.before) });
  const more = list === '' ? '' : `?${new URLSearchParams({ list })}`;
  // The roles are said, since a table that is laid out as a list on a phone would otherwise not be read as one.
  return html`<table role="table" class="records">
<caption>${text.caption} (${text.zone})</caption>
<thead role="rowgroup"><tr role="row">${Object.values(columns).map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row">
<th role="rowheader" scope="row"><a href="/review/${numberOf(row.id)}${more}">${numberOf(row.id)}</a></th>
<td role="cell" data-label="${columns.when}"><time datetime="${row.started_at}">${writeShort(row.started_at, language)}</time></td>
<td role="cell" data-label="${columns.flow}">${nameFlow(guidance, row.flow, language)}</td>
<td role="cell" data-label="${columns.came}">${row.outcome === null ? sayStatus(row.status, language) : (outcomes[row.outcome as OutcomeCode] ?? row.outcome)}</td>
<td role="cell" data-label="${columns.unit}">${row.unit ?? text.noUnit}</td>
<td role="cell" data-label="${columns.marks}">${marksOf(row, member, language).join(', ')}</td>
</tr>`,
)}
</tbody>
</table>`;
}

/** What is to be known of a record at a glance, in words. */
function marksOf(row: RecordRow, member: Member, language: Language): string[] {
  const text = consoleWords(language);
  const { outcomes } = words(language);
  const should = row.should === null ? '' : `: ${outcomes[row.should as OutcomeCode] ?? row.should}`;
  const reviewed = row.reviewed ?? (row.status === 'concluded' ? 'no' : undefined);
  return [
    ...(member.own.includes(row.person) ? [text.ownMark] : []),
    ...(reviewed === undefined ? [] : [`${text.reviews[reviewed as keyof typeof text.reviews]}${should}`]),
    ...(row.asked === null ? [] : [text.asks[row.asked as keyof typeof text.asks]]),
    ...(row.unsure > 0 ? [text.unsureMark(row.unsure)] : []),
    ...(row.held === 1 ? [text.heldMark] : []),
  ];
}

/** The flow by its title of today, or by its id where there is no such flow any more. */
export function nameFlow({ flows, municipality }: Guidance, id: string, language: Language): string {
  const flow = flows.get(id);
  return flow ? fill(language, municipality)(flow.title) : id;
}

/** What ends with a question's sign gets no full stop besides. */
export function endSentence(said: string): string {
  return /[.?!]$/.test(said) ? said : `${said}.`;
}

/** Where a record stands, in words. */
export function sayStatus(status: string, language: Language): string {
  const { statuses } = consoleWords(language);
  return statuses[status as keyof typeof statuses] ?? status;
}

/** A moment by Swedish clocks, as short as it goes in a table. */
export function writeShort(time: string, language: Language): string {
  return clocks[language].format(new Date(time));
}

const clocks = {
  sv: new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm', dateStyle: 'short', timeStyle: 'short' }),
  en: new Intl.DateTimeFormat('en-GB', { timeZone: 'Europe/Stockholm', dateStyle: 'medium', timeStyle: 'short' }),
};

function drawViews({ language, token, views }: QueuePage): Html {
  const text = consoleWords(language);
  if (views.length === 0) return html``;
  return html`<section class="views" aria-labelledby="views"><h2 id="views">${text.views}</h2><ul>
${views.map(
  ({ name, query }) => html`<li><a href="/review?${query}">${name}</a>
<form method="post" action="/review/views/remove">${token}<input type="hidden" name="name" value="${name}"><button aria-label="${text.viewRemove(name)}">${text.remove}</button></form></li>`,
)}
</ul></section>`;
}

function drawFilter(guidance: Guidance, { language, member, token, asked }: QueuePage): Html {
  const text = consoleWords(language);
  const { filter } = asked;
  const chosen = inWords(guidance, filter, language);
  const units = reach(member, 'read');
  const noneGiven: [string, string][] = units === undefined ? [[noUnit, text.noUnit]] : [];
  const { any: _, ...asks } = text.asks;
  return html`${
    chosen.length === 0
      ? ''
      : html`<div class="chosen"><p><b>${text.filterNow}:</b> ${endSentence(chosen.join('; '))} <a href="/review">${text.filterOff}</a></p>
${filter.search === undefined ? '' : html`<p class="hint">${text.viewWithoutWords}</p>`}
${writeAsked(withoutWords(filter)) === '' ? '' : html`<form method="post" action="/review/views">${token}<input type="hidden" name="query" value="${writeAsked(filter)}"><label for="view">${text.viewName}</label><input id="view" name="name" maxlength="60" required><button>${text.viewSave}</button></form>`}</div>`
  }
<details class="filters"><summary>${text.filter}</summary>
<form method="get" action="/review">
${select(
  'flow',
  text.flowIs,
  named([...guidance.flows.keys()], (id) => nameFlow(guidance, id, language)),
  filter.flow,
)}
${select(
  'outcome',
  text.outcomeIsOr,
  named(OutcomeCode.options, (code) => words(language).outcomes[code]),
  filter.outcome,
)}
${select(
  'unit',
  text.unitIs,
  [...named([...(units ?? guidance.municipality.units)], (unit) => unit), ...noneGiven],
  [filter.unit].flat()[0],
)}
${select('status', text.statusIs, Object.entries(text.statuses), filter.status)}
${select('reviewed', text.reviewedIs, Object.entries(text.reviews), filter.reviewed)}
${select('asked', text.askedIs, [['any', text.asks.any], ...Object.entries(asks)], filter.asked)}
${select('platform', text.platformIs, Object.entries(text.platforms), filter.platform)}
<p><label for="from">${text.fromDay}</label><input id="from" name="from" type="date" value="${filter.from ?? ''}"></p>
<p><label for="to">${text.toDay}</label><input id="to" name="to" type="date" value="${filter.to ?? ''}"></p>
<p class="long"><label for="search">${text.searchFor}</label><input id="search" name="search" type="search" minlength="3" maxlength="200" value="${filter.search ?? ''}" aria-describedby="search-help"><span id="search-help" class="hint">${text.searchHelp}</span></p>
<p class="long"><label><input type="checkbox" name="unsure" value="yes"${filter.unsure ? html` checked` : ''}> ${text.onlyUnsure}</label>
<label><input type="checkbox" name="held" value="yes"${filter.held ? html` checked` : ''}> ${text.onlyHeld}</label></p>
<p class="long"><button class="main">${text.filterUse}</button></p>
</form></details>`;

  function select(name: string, label: string, options: [string, string][], value: string | undefined): Html {
    // What the address asks for can be chosen, also where there is no such thing any more.
    const all = value === undefined || options.some(([one]) => one === value) ? options : [...options, [value, value]];
    return html`<p><label for="${name}">${label}</label><select id="${name}" name="${name}"><option value="">${text.any}</option>
${all.map(([one, said]) => html`<option value="${one}"${one === value ? html` selected` : ''}>${said}</option>`)}</select></p>`;
  }
}

function named<Id extends string>(ids: readonly Id[], name: (id: Id) => string): [string, string][] {
  return ids.map((id): [string, string] => [id, name(id)]).sort(([, one], [, other]) => one.localeCompare(other, 'sv'));
}

/** What a filter leaves, part by part, as it is read. */
export function inWords(guidance: Guidance, filter: Filter, language: Language): string[] {
  const text = consoleWords(language);
  const { outcomes } = words(language);
  const { flow, outcome, unit, status, from, to, platform, reviewed, asked, unsure, held, search } = filter;
  return [
    flow && nameFlow(guidance, flow, language),
    outcome && text.outcomeShown(outcomes[outcome as OutcomeCode] ?? outcome),
    unit &&
      [unit]
        .flat()
        .map((one) => (one === noUnit ? text.noUnit : one))
        .join(', '),
    status && text.statuses[status],
    from && text.fromShown(from),
    to && text.toShown(to),
    platform && text.platforms[platform],
    reviewed && text.reviews[reviewed],
    asked && text.asks[asked],
    unsure && text.unsureShort,
    held && text.heldShort,
    search && text.searchShown(search),
  ].filter((said): said is string => typeof said === 'string' && said !== '');
}
