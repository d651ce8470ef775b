import { html } from 'hono/html';
import { sql } from 'kysely';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { AccessRow, RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Language } from '../record/entry.ts';
import { numberOf, readNumber } from '../record/number.ts';
import type { Html } from './console.ts';
import { sayExported } from './exports.ts';
import { type Member, may, officer } from './members.ts';
import { writeShort } from './queue.ts';
import { consoleWords } from './words.ts';

const perPage = 50;

/** What an address of the access log asks for. */
interface AccessAsked {
  /** Only lines before the one with this id. */
  before: string | undefined;
  /** Only lines about this record: its id. */
  record: number | undefined;
  /** Whether the number in the address could not be read. */
  wrong: boolean;
}

/** Reads what an address asks for. A number that makes no sense narrows nothing, and is told. */
export function readAccessAsked({ before, record }: Record<string, unknown>): AccessAsked {
  const id = typeof record === 'string' ? readNumber(record) : undefined;
  return {
    before: z.uuid().safeParse(before).data,
    record: id,
    wrong: record !== undefined && record !== '' && id === undefined,
  };
}

/** Who has opened what, the latest first. */
export async function readAccess({ query }: Database, { before, record }: AccessAsked) {
  const rows = await query
    .selectFrom('access')
    .selectAll()
    // A list that was shown names the records in it, and nothing else names any.
    .$if(record !== undefined, (rows) =>
      rows.where(({ eb, and, or }) =>
        or([
          eb('record', '=', record!),
          and([
            eb('record', 'is', null),
            eb('what', '=', 'listed'),
            eb(sql`', ' || detail || ', '`, 'like', `%, ${numberOf(record!)}, %`),
          ]),
        ]),
      ),
    )
    .$if(before !== undefined, (rows) => rows.where('id', '<', before!))
    .orderBy('id', 'desc')
    .limit(perPage + 1)
    .execute();
  return { rows: rows.slice(0, perPage), more: rows.length > perPage };
}

/** Keeps who has opened which record, or taken records along: never the member's own business alone. */
export async function noteAccess(
  { database, newId, now }: Guidance,
  member: Member,
  what: string,
  { record, detail }: { record?: RecordRow; detail?: string } = {},
): Promise<void> {
  const { id, name, granted } = member;
  const role = may(member, 'read') ? officer(member, 'read').role : granted[0]?.role;
  const row = {
    // Ids follow time, so that the latest can be found by them.
    id: newId(),
    at: now().toISOString(),
    who: id,
    name,
    role: role ?? '',
    what,
    record: record?.id ?? null,
    detail: detail ?? (record ? numberOf(record.id) : null),
  };
  await database.transact((tx) => tx.insertInto('access').values(row).execute());
}

export function drawAccess(
  guidance: Guidance,
  language: Language,
  { before, record, wrong }: AccessAsked,
  { rows, more }: { rows: readonly AccessRow[]; more: boolean },
): Html {
  const text = consoleWords(language);
  const number = record === undefined ? '' : numberOf(record);
  const of = number === '' ? '' : `record=${number}`;
  const { when, who, role, what, about } = text.accessColumns;
  return html`<h1>${text.access}</h1>
<p class="hint">${text.accessHelp}</p>
${wrong ? html`<p class="uncertain">${text.notUsed(text.accessOf)}</p>` : ''}
<div class="chosen"><form method="get" action="/review/access"><label for="record">${text.accessOf}</label><input id="record" name="record" maxlength="20" value="${number}"><button>${text.accessFind}</button>${number === '' ? '' : html`<a href="/review/access">${text.accessAll}</a>`}</form></div>
${
  rows.length === 0
    ? html`<p class="lead">${number === '' ? text.accessNone : text.accessNoneOf(number)}</p>`
    : html`<table role="table" class="records">
<caption>${text.accessCaption} (${text.zone})</caption>
<thead role="rowgroup"><tr role="row">${[when, who, role, what, about].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${rows.map(
  (row) => html`<tr role="row">
<th role="rowheader" scope="row"><time datetime="${row.at}">${writeShort(row.at, language)}</time></th>
<td role="cell" data-label="${who}">${row.name}</td>
<td role="cell" data-label="${role}">${text.roles[row.role as keyof typeof text.roles] ?? row.role}</td>
<td role="cell" data-label="${what}">${text.accessWhat[row.what as keyof typeof text.accessWhat] ?? row.what}</td>
<td role="cell" data-label="${about}">${drawAbout(guidance, row, language)}</td>
</tr>`,
)}
</tbody></table>`
}
<nav class="paging" aria-label="${text.accessCaption}">
${before === undefined ? '' : html`<a href="/review/access?${of}">${text.newest}</a>`}
${more ? html`<a rel="next" href="/review/access?${new URLSearchParams({ ...(number && { record: number }), before: rows.at(-1)!.id })}">${text.older}</a>` : ''}
</nav>`;
}

/** What somebody has opened, drawn or taken along. */
function drawAbout(guidance: Guidance, { what, record, detail }: AccessRow, language: Language): Html | string {
  if (record !== null) return html`<a href="/review/${numberOf(record)}">${numberOf(record)}</a>`;
  const text = consoleWords(language);
  if (what === 'sample') return html`<a href="/review/samples/${detail}">${text.accessSample}</a>`;
  return (what === 'exported' && sayExported(guidance, detail ?? '', language)) || (detail ?? '');
}
