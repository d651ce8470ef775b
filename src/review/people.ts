import express, { Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Municipality } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Language } from '../record/entry.ts';
import { adminWords } from './adminwords.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { goesByUnit, type Member, ownOf } from './members.ts';
import { writeShort } from './queue.ts';
import type { Grant, Roles, RolesRead } from './roles.ts';
import { openSessions, type SignedIn } from './sessions.ts';
import { consoleWords } from './words.ts';

/** Who has which role, and who has signed in, whose sign-ins can be ended. Mounted at /review/people. */
export function openPeople(house: Console, roles: Roles): Router {
  const router = Router();
  const { guidance, logger } = house;
  const sessions = openSessions(guidance.database, guidance.now);

  router.get('/', house.guard('people'), async (request, response) => {
    const language = languageOf(request);
    const text = adminWords(language);
    const { ended } = Query.parse(request.query);
    const { member, token } = house.signed(request);
    const content = html`<h1>${text.people}</h1>
${ended === undefined ? '' : html`<p class="notice" role="status">${ended === 0 ? text.endedNone : text.ended(ended)}</p>`}
${drawRoles(language, roles.asRead(), guidance.municipality)}
${await drawPersons(language, roles.asRead(), guidance)}
${drawSignedIn(language, await sessions.list(), { guidance, roles, member, token: tokenField(token) })}`;
    response.type('html').send(house.page(request, text.people, content, true));
  });

  router.post(
    '/end',
    express.urlencoded({ extended: false, limit: '4kb' }),
    house.guard('people'),
    async (request, response) => {
      const { session, person } = Form.parse(request.body);
      const { member } = house.signed(request);
      const whose = session === undefined ? undefined : await sessions.endOne(session);
      const ended = person === undefined ? Number(whose !== undefined) : await sessions.endAllOf(person);
      if (ended > 0)
        logger.info({ member: member.id, of: person ?? whose?.id, ended }, 'an administrator has ended sign-ins');
      response.redirect(303, `/review/people?ended=${ended}`);
    },
  );

  return router;
}

const Query = z.object({ ended: z.coerce.number().int().min(0).max(10_000).optional().catch(undefined) });
const hash = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .optional()
  .catch(undefined);
const Form = z.object({ session: hash, person: hash });

function drawRoles(language: Language, { file, grants, faults }: RolesRead, municipality: Municipality): Html {
  const text = adminWords(language);
  const { roles } = consoleWords(language);
  const { line, role, units, groups, people } = text.rolesColumns;
  const list = (names: readonly string[]) => html`<ul>${names.map((name) => html`<li><code>${name}</code></li>`)}</ul>`;
  return html`<p class="hint">${text.peopleHelp(file)}</p>
${
  faults.length === 0
    ? ''
    : html`<div class="uncertain" role="alert"><p>${text.rolesFaulty}</p><ul>${faults.map((fault) => html`<li lang="en"><code>${fault}</code></li>`)}</ul></div>`
}
${
  grants.length === 0
    ? html`<p class="lead">${text.rolesNone}</p>`
    : html`<table role="table" class="records">
<caption>${text.rolesCaption}</caption>
<thead role="rowgroup"><tr role="row">${[line, role, units, groups, people].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${grants.map(
  (grant) => html`<tr role="row">
<th role="rowheader" scope="row">${line} ${grant.line}</th>
<td role="cell" data-label="${role}">${roles[grant.role]}${grant.groups.length + grant.people.length === 0 ? ` (${text.holdsForNobody})` : ''}</td>
<td role="cell" data-label="${units}">${sayUnits(language, grant, municipality)}</td>
<td role="cell" data-label="${groups}">${grant.groups.length === 0 ? text.none : list(grant.groups)}</td>
<td role="cell" data-label="${people}">${grant.people.length === 0 ? text.none : list(grant.people)}</td>
</tr>`,
)}
</tbody></table>`
}`;
}

/** Who is one person; an id that nobody has used in a chat may be misspelt, and would join nothing. */
async function drawPersons(
  language: Language,
  { persons }: RolesRead,
  { database, keys }: Guidance,
): Promise<Html | string> {
  if (persons.length === 0) return '';
  const text = adminWords(language);
  const hashes = ownOf(
    keys.person,
    persons.flatMap(({ ids }) => ids),
  );
  const rows =
    hashes.length === 0
      ? []
      : await database.query.selectFrom('person').select('hash').where('hash', 'in', hashes).execute();
  const met = new Set(rows.map(({ hash }) => hash));
  const isUnmet = (id: string) => ownOf(keys.person, [id]).some((hash) => !met.has(hash));
  const { line, ids: theirs } = text.personsColumns;
  return html`<h2 id="persons">${text.persons}</h2>
<p class="hint">${text.personsHelp}</p>
<table role="table" class="records named">
<caption>${text.personsCaption}</caption>
<thead role="rowgroup"><tr role="row">${[line, theirs].map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${persons.map(
  (person) => html`<tr role="row">
<th role="rowheader" scope="row">${line} ${person.line}</th>
<td role="cell" data-label="${theirs}"><ul>${person.ids.map((id) => html`<li><code>${id}</code>${isUnmet(id) ? ` (${text.unmet})` : ''}</li>`)}</ul></td>
</tr>`,
)}
</tbody></table>`;
}

function sayUnits(language: Language, { role, units }: Grant, municipality: Municipality): string {
  const text = adminWords(language);
  if (!goesByUnit(role)) return text.noUnits;
  if (units === undefined) return text.allUnits;
  return units.map((unit) => (municipality.units.includes(unit) ? unit : text.unknownUnit(unit))).join(', ');
}

function drawSignedIn(
  language: Language,
  signedIn: readonly SignedIn[],
  { guidance, roles, member, token }: { guidance: Guidance; roles: Roles; member: Member; token: Html },
): Html {
  const text = adminWords(language);
  const heading = html`<h2 id="signed-in">${text.signedIn}</h2>`;
  if (signedIn.length === 0) return html`${heading}<p class="lead">${text.signedInNone}</p>`;
  const columns = text.signedInColumns;
  const { file } = roles.asRead();
  const named = consoleWords(language).roles;
  const several = (id: string) => signedIn.filter((one) => one.id === id).length > 1;
  const time = (moment: number) => {
    const at = new Date(moment).toISOString();
    return html`<time datetime="${at}">${writeShort(at, language)}</time>`;
  };
  const end = (field: 'session' | 'person', value: string, button: string, label: string) =>
    html`<form method="post" action="/review/people/end">${token}<input type="hidden" name="${field}" value="${value}"><button aria-label="${label}">${button}</button></form>`;
  return html`${heading}
<table role="table" class="records named">
<caption>${text.signedInCaption} (${consoleWords(language).zone})</caption>
<thead role="rowgroup"><tr role="row">${Object.values(columns).map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">
${signedIn.map(({ key, id, name, known, since, until, seen }) => {
  const held = [...new Set(roles(known).map(({ role }) => named[role]))];
  const isUnknown = ownOf(guidance.keys.person, roles.namesOf(known.names)).length === 0;
  return html`<tr role="row">
<th role="rowheader" scope="row">${name}${id === member.id ? ` (${text.yourself})` : ''}</th>
<td role="cell" data-label="${columns.role}">${held.length === 0 ? text.noRole : held.join(', ')}${isUnknown ? html`<p class="hint">${text.ownUnknown(file)}</p>` : ''}</td>
<td role="cell" data-label="${columns.since}">${time(since)}</td>
<td role="cell" data-label="${columns.until}">${time(until)}</td>
<td role="cell" data-label="${columns.seen}">${seen === undefined ? '' : time(seen)}</td>
<td role="cell" data-label="${columns.end}">${end('session', key, text.end, text.endLabel(name, writeShort(new Date(since).toISOString(), language)))}${several(id) ? end('person', id, text.endAll, text.endAllLabel(name)) : ''}</td>
</tr>`;
})}
</tbody></table>`;
}
