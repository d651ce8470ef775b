import { randomInt } from 'node:crypto';
import express, { type Request, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import { writeNumber, writeTime } from '../chat/words.ts';
import type { Database } from '../database/database.ts';
import type { RecordRow, SampleRow } from '../database/tables.ts';
import { OutcomeCode } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { numberOf, readNumber, swedishDay } from '../record/number.ts';
import { monthsBefore } from './calendar.ts';
import { type Console, type Html, languageOf, tokenField } from './console.ts';
import { drawApart } from './count-thread.ts';
import type { Asked, NewSample, Weights } from './drawing.ts';
import { estimate, type Interval } from './interval.ts';
import { type Member, may, mayWith, reach } from './members.ts';

/** Samples of guidance: drawn, looked at one after another, and what share of all was in error. Mounted at /review/samples. */
export function openSamples(house: Console): Router {
  const router = Router();
  const { guidance } = house;

  router.get('/', house.guard('read'), async (request, response) => {
    const { member } = house.signed(request);
    const samples = await samplesOf(guidance.database, member);
    response.type('html').send(listPage(house, request, samples));
  });

  router.post(
    '/',
    express.urlencoded({ extended: false, limit: '64kb' }),
    house.guard('review'),
    async (request, response) => {
      const { member } = house.signed(request);
      const asked = readAsked(request.body);
      if (!asked) {
        const samples = await samplesOf(guidance.database, member);
        response
          .status(400)
          .type('html')
          .send(listPage(house, request, samples, 'unreadable'));
        return;
      }
      const id = await drawSample(guidance, member, asked, randomInt(2 ** 31));
      if (id === undefined) {
        const samples = await samplesOf(guidance.database, member);
        response.type('html').send(listPage(house, request, samples, 'empty'));
        return;
      }
      await house.noteAccess(member, 'sample', { detail: id });
      response.redirect(303, `/review/samples/${id}`);
    },
  );

  router.get('/:id', house.guard('read'), async (request, response, next) => {
    const { member } = house.signed(request);
    const found = await openSample(guidance.database, member, String(request.params.id));
    if (!found) return next();
    response.type('html').send(samplePage(house, request, found));
  });

  // Where the record's own page leads on to, so that a sample can be gone through without coming back here.
  router.get('/:id/next', house.guard('read'), async (request, response, next) => {
    const { member } = house.signed(request);
    const found = await openSample(guidance.database, member, String(request.params.id));
    if (!found) return next();
    const after = readNumber(String(request.query.after ?? ''));
    const to = nextIn(found, after);
    response.redirect(303, to ? addressOf(found.sample, to) : `/review/samples/${found.sample.id}`);
  });

  return router;
}

/** At most this many are drawn at once: more is not looked through by anybody. */
const most = 500;
const weight = z.coerce.number().min(0.1).max(100);
const Form = z.object({
  from: z.iso.date().refine((day) => day >= '1900' && day < '2200'),
  to: z.iso.date().refine((day) => day >= '1900' && day < '2200'),
  size: z.coerce.number().int().min(1).max(most),
  unsure: weight.default(1),
});
const Kept = z.object({
  flows: z.record(z.string(), z.number()),
  outcomes: z.record(z.string(), z.number()),
  unsure: z.number(),
});

/** @returns undefined where the form makes no sense. */
function readAsked(body: unknown): Asked | undefined {
  const fields = z.record(z.string(), z.unknown()).catch({}).parse(body);
  const form = Form.safeParse(fields);
  if (!form.success || form.data.from > form.data.to) return undefined;
  const { from, to, size, unsure } = form.data;
  const weights: Weights = { flows: {}, outcomes: {}, unsure };
  for (const [name, value] of Object.entries(fields)) {
    const [, which, id] = /^(flow|outcome)\.([a-z0-9-]{1,100})$/.exec(name) ?? [];
    if (which === undefined || id === undefined || value === '') continue;
    const read = weight.safeParse(value);
    if (!read.success) return undefined;
    if (read.data !== 1) weights[which === 'flow' ? 'flows' : 'outcomes'][id] = read.data;
  }
  return { from, to, size, weights };
}

/**
 * Draws among the concluded records of the period that this member may review, and keeps what was drawn with the
 * probability of each. Those already reviewed are drawn like the others, or the share would be that of the rest.
 * @returns the sample's id; undefined where there is nothing to draw from.
 */
export async function drawSample(
  guidance: Guidance,
  member: Member,
  { from, to, size, weights }: Asked,
  seed: number,
): Promise<string | undefined> {
  const units = reach(member, 'review');
  const sample: NewSample = {
    id: guidance.newId(),
    at: guidance.now().toISOString(),
    who: member.id,
    first_day: from,
    last_day: to,
    units: units ? JSON.stringify(units) : null,
    weights: JSON.stringify(weights),
    seed,
  };
  const asked = { from, to, size: Math.min(size, most), weights };
  const population = await drawApart(guidance.database, member, asked, sample);
  return population === 0 ? undefined : sample.id;
}

/** A sample as far as it has been looked through. */
export interface Sample {
  sample: SampleRow;
  records: Looked[];
  /** The places of those that were theirs to read when they were drawn, and are not any more. */
  hidden: number[];
  /** The share in error; undefined before the first review. */
  estimate: Interval | undefined;
  reviewed: number;
  wrong: number;
  left: number;
}

interface Looked {
  place: number;
  id: number;
  probability: number;
  flow: string;
  outcome: string | null;
  /** `left` is to be reviewed; `own` by somebody else; `gone` can't be, since it was opened again or disposed of. */
  state: 'left' | 'own' | 'approved' | 'corrected' | 'returned' | 'gone';
}

/** @returns undefined where there is no such sample, or where it was drawn from records that are not this member's to read. */
export async function openSample(database: Database, member: Member, id: string): Promise<Sample | undefined> {
  const sample = await database.query.selectFrom('sample').selectAll().where('id', '=', id).executeTakeFirst();
  if (!sample || !mayOpen(member, sample)) return undefined;
  const drawn = await database.query
    .selectFrom('sample_record')
    .selectAll()
    .where('sample', '=', id)
    .orderBy('place')
    .execute();
  const ids = drawn.map(({ record }) => record);
  const rows = await database.query.selectFrom('record').selectAll().where('id', 'in', ids).execute();
  const found = new Map(rows.map((row) => [row.id, row]));
  // A record may have moved to another unit since it was drawn.
  const isTheirs = ({ record }: { record: number }) => {
    const row = found.get(record);
    return row === undefined || mayWith(member, 'read', row);
  };
  const records = drawn.filter(isTheirs).map(({ place, record, probability }): Looked => {
    const row = found.get(record);
    return {
      place,
      id: record,
      probability,
      flow: row?.flow ?? '',
      outcome: row?.outcome ?? null,
      state: stateOf(member, row),
    };
  });
  const observed = records.flatMap(({ state, probability }) =>
    state === 'approved' || state === 'corrected' ? [{ wrong: state === 'corrected', probability }] : [],
  );
  return {
    sample,
    records,
    hidden: drawn.filter((one) => !isTheirs(one)).map(({ place }) => place),
    estimate: estimate(observed, drawn.length),
    reviewed: observed.length,
    wrong: observed.filter(({ wrong }) => wrong).length,
    left: records.filter(({ state }) => state === 'left' || state === 'own').length,
  };
}

function stateOf(member: Member, row: RecordRow | undefined): Looked['state'] {
  if (row?.reviewed === 'approved' || row?.reviewed === 'corrected' || row?.reviewed === 'returned')
    return row.reviewed;
  if (row?.status !== 'concluded') return 'gone';
  return mayWith(member, 'review', row) ? 'left' : 'own';
}

/** Whether all that it was drawn from is theirs to read. */
function mayOpen(member: Member, { units }: SampleRow): boolean {
  const own = reach(member, 'read');
  if (own === undefined) return true;
  return (
    units !== null &&
    z
      .array(z.string())
      .parse(JSON.parse(units))
      .every((unit) => own.includes(unit))
  );
}

async function samplesOf(database: Database, member: Member): Promise<SampleRow[]> {
  const rows = await database.query.selectFrom('sample').selectAll().orderBy('id', 'desc').limit(200).execute();
  return rows.filter((row) => mayOpen(member, row)).slice(0, 50);
}

/** The next one that is left, after the one that was looked at. */
function nextIn({ records }: Sample, after?: number): number | undefined {
  const at = records.findIndex(({ id }) => id === after);
  const turned = [...records.slice(at + 1), ...records.slice(0, at + 1)];
  return turned.find(({ id, state }) => state === 'left' && id !== after)?.id;
}

const addressOf = ({ id }: SampleRow, record: number) =>
  `/review/${numberOf(record)}?${new URLSearchParams({ sample: id })}`;

function listPage(house: Console, request: Request, samples: SampleRow[], wrong?: 'unreadable' | 'empty'): string {
  const { guidance } = house;
  const { member, token } = house.signed(request);
  const language = languageOf(request);
  const text = sampleWords[language];
  const months = monthsBefore(swedishDay(guidance.now()), 3);
  const field = (name: string, label: string) =>
    html`<p class="label"><label for="${name}">${label}</label> <input id="${name}" name="${name}" type="number" min="0.1" max="100" step="0.1" value="1"></p>`;
  const flows = [...guidance.flows.values()];
  const content = html`<div class="sheet"><h1>${text.title}</h1>
<p class="lead">${may(member, 'review') ? text.lead : text.leadReading}</p>
${wrong ? html`<p class="uncertain" role="alert">${text[wrong]}</p>` : ''}
${may(member, 'review') ? drawForm() : ''}
<h2>${text.drawn}</h2>
${samples.length === 0 ? html`<p>${text.noneDrawn}</p>` : html`<ul>${samples.map((sample) => html`<li><a href="/review/samples/${sample.id}">${text.nameOf(sample, writeTime(sample.at, language))}</a></li>`)}</ul>`}</div>`;
  return house.page(request, text.title, content, true);

  function drawForm(): Html {
    return html`<h2>${text.drawHeading}</h2>
<div class="filters"><form method="post" action="/review/samples">${tokenField(token)}
<p class="label"><label for="from">${text.from}</label> <input id="from" name="from" type="date" required value="${months.at(-1)}-01"></p>
<p class="label"><label for="to">${text.to}</label> <input id="to" name="to" type="date" required value="${swedishDay(guidance.now())}"></p>
<p class="label"><label for="size">${text.size}</label> <input id="size" name="size" type="number" min="1" max="${most}" step="1" required value="50"></p>
<details class="long"><summary>${text.weights}</summary><p>${text.weightsHelp}</p>
${field('unsure', text.unsure)}
<fieldset><legend>${text.byFlow}</legend>${flows.map(({ id, title }) => field(`flow.${id}`, title[language]))}</fieldset>
<fieldset><legend>${text.byOutcome}</legend>${OutcomeCode.options.map((code) => field(`outcome.${code}`, words(language).outcomes[code]))}</fieldset>
</details>
<p><button class="main">${text.draw}</button></p></form></div>`;
  }
}

function samplePage(house: Console, request: Request, found: Sample): string {
  const { sample, records, hidden } = found;
  const language = languageOf(request);
  const text = sampleWords[language];
  const next = nextIn(found);
  const title = text.heading(sample);
  const titleOf = (flow: string) => house.guidance.flows.get(flow)?.title[language] ?? flow;
  const outcomeOf = (code: string | null) => words(language).outcomes[code as OutcomeCode] ?? code ?? '–';
  const rows = [...records.map((one) => [one.place, one] as const), ...hidden.map((place) => [place] as const)];
  rows.sort(([one], [other]) => one - other);
  const drawRow = ({ place, id, flow, outcome, probability, state }: Looked) =>
    html`<tr role="row"><th role="rowheader" scope="row"><a href="${addressOf(sample, id)}">${numberOf(id)}</a></th>
<td role="cell" data-label="${text.place}">${place}</td>
<td role="cell" data-label="${text.flow}">${titleOf(flow)}</td>
<td role="cell" data-label="${text.outcome}">${outcomeOf(outcome)}</td>
<td role="cell" data-label="${text.probability}">${percent(probability, language)}</td>
<td role="cell" data-label="${text.state}">${text.states[state]}</td></tr>`;
  const drawHidden = (place: number) =>
    html`<tr role="row"><th role="rowheader" scope="row">${text.hidden}</th><td role="cell" data-label="${text.place}">${place}</td><td role="cell" colspan="4"></td></tr>`;
  const columns = [text.number, text.place, text.flow, text.outcome, text.probability, text.state];
  const content = html`<div class="sheet"><p><a href="/review/samples">${text.toAll}</a></p>
<h1>${title}</h1>
<p>${text.drawnAt(writeTime(sample.at, language))} ${text.from}: ${sample.first_day}. ${text.to}: ${sample.last_day}. ${sample.units === null ? text.allUnits : text.units(z.array(z.string()).parse(JSON.parse(sample.units)).join(', '))}</p>
<h2>${text.result}</h2>
<p class="lead">${text.share(found)}</p>
<p>${text.left(countsOf(found))}</p>
${next ? html`<p><a href="${addressOf(sample, next)}">${text.next}</a></p>` : ''}
<p class="hint">${text.how}</p>
<h2>${text.records}</h2></div>
<table role="table" class="records"><caption>${text.caption}</caption>
<thead role="rowgroup"><tr role="row">${columns.map((name) => html`<th role="columnheader" scope="col">${name}</th>`)}</tr></thead>
<tbody role="rowgroup">${rows.map(([place, one]) => (one === undefined ? drawHidden(place) : drawRow(one)))}</tbody></table>
<div class="sheet"><h2>${text.howDrawn}</h2>
<p>${text.drawnBy(sample)}</p>
${drawWeights(house.guidance, sample, language)}</div>`;
  return house.page(request, title, content, true);
}

/** Of the records drawn, how many are in each state that keeps them out of the share. */
interface Counts {
  left: number;
  returned: number;
  gone: number;
  hidden: number;
}

function countsOf({ left, records, hidden }: Sample): Counts {
  const inState = (wanted: Looked['state']) => records.filter(({ state }) => state === wanted).length;
  return { left, returned: inState('returned'), gone: inState('gone'), hidden: hidden.length };
}

/** The weights in words. */
function drawWeights({ flows }: Guidance, sample: SampleRow, language: Language): Html {
  const text = sampleWords[language];
  const weights = Kept.parse(JSON.parse(sample.weights));
  const times = (name: string, times: number) => `${name}: ${writeNumber(times, language)}`;
  const said = [
    ...(weights.unsure === 1 ? [] : [times(text.unsure, weights.unsure)]),
    ...Object.entries(weights.flows).map(([id, n]) => times(flows.get(id)?.title[language] ?? id, n)),
    ...Object.entries(weights.outcomes).map(([code, n]) =>
      times(words(language).outcomes[code as OutcomeCode] ?? code, n),
    ),
  ];
  return said.length === 0
    ? html`<p>${text.equal}</p>`
    : html`<p>${text.weighted}</p><ul>${said.map((one) => html`<li>${one}</li>`)}</ul>`;
}

const locales = { sv: 'sv-SE', en: 'en-GB' } as const;

function percent(share: number, language: Language): string {
  return share.toLocaleString(locales[language], {
    style: 'percent',
    minimumFractionDigits: 1,
    maximumFractionDigits: 1,
  });
}

const swedish = {
  title: 'Stickprov',
  lead: 'Dra några avslutade vägledningar, granska dem en efter en och se hur stor andel av alla som var fel.',
  leadReading:
    'Några avslutade vägledningar har dragits och granskas en efter en. Här står hur stor andel av alla som var fel.',
  unreadable: 'Det gick inte att läsa formuläret. Kontrollera datum, antal och vikter.',
  empty: 'Det finns inga avslutade vägledningar att dra ur under den tiden.',
  drawHeading: 'Dra ett stickprov',
  from: 'Började från och med',
  to: 'Började till och med',
  size: 'Hur många ska dras',
  weights: 'Dra några oftare än andra',
  weightsHelp: 'Med 3 dras de tre gånger så ofta som de övriga. Andelen fel räknas om, så att den ändå gäller alla.',
  unsure: 'Med svaret ”Vet inte”',
  byFlow: 'Efter vägledning',
  byOutcome: 'Efter resultat',
  draw: 'Dra',
  drawn: 'Dragna stickprov',
  noneDrawn: 'Inget är draget ännu.',
  nameOf: ({ size, first_day, last_day }: SampleRow, at: string) =>
    `${size} från ${first_day} till ${last_day}, draget ${at}`,
  heading: ({ size, population }: SampleRow) => `Stickprov: ${size} av ${population}`,
  drawnAt: (at: string) => `Draget ${at}.`,
  allUnits: 'Alla enheter.',
  units: (names: string) => `Enheter: ${names}.`,
  result: 'Hur stor andel var fel?',
  share: ({ reviewed, wrong, estimate }: Sample) =>
    estimate
      ? `Av ${reviewed} ${reviewed === 1 ? 'granskad' : 'granskade'} rättades ${wrong}. Bland alla som stickprovet drogs ur var andelen fel uppskattningsvis ${percent(estimate.share, 'sv')}. Med 95 procents säkerhet ligger den mellan ${percent(estimate.from, 'sv')} och ${percent(estimate.to, 'sv')}.`
      : 'Ingen är granskad ännu. När den första är det står andelen här.',
  left: ({ left, returned, gone, hidden }: Counts) =>
    [
      left === 0
        ? 'Ingen är kvar att granska.'
        : left === 1
          ? 'En är kvar att granska.'
          : `${left} är kvar att granska.`,
      ...(returned === 1 ? ['En är återsänd med en fråga och räknas när den är avgjord.'] : []),
      ...(returned > 1 ? [`${returned} är återsända med en fråga och räknas när de är avgjorda.`] : []),
      ...(gone === 1 ? ['En kan inte granskas: öppnad igen eller gallrad.'] : []),
      ...(gone > 1 ? [`${gone} kan inte granskas: öppnade igen eller gallrade.`] : []),
      ...(hidden === 1 ? ['En är inte längre din att läsa.'] : []),
      ...(hidden > 1 ? [`${hidden} är inte längre dina att läsa.`] : []),
    ].join(' '),
  hidden: 'inte längre din att läsa',
  next: 'Granska nästa',
  how: 'Rättade räknas som fel, godkända som rätt. Intervallet är Wilsons. Där några drogs oftare än andra väger var och en så mycket som den sannolikhet den drogs med säger.',
  records: 'Det som drogs',
  caption: 'De dragna vägledningarna i den ordning de granskas',
  place: 'Ordning',
  number: 'Nummer',
  flow: 'Vägledning',
  outcome: 'Resultat',
  probability: 'Sannolikhet att dras',
  state: 'Läge',
  states: {
    left: 'att granska',
    own: 'att granska av någon annan',
    approved: 'godkänd',
    corrected: 'rättad',
    returned: 'återsänd',
    gone: 'kan inte granskas',
  },
  howDrawn: 'Hur det drogs',
  drawnBy: ({ seed, size, population }: SampleRow) =>
    `${size} av ${population} drogs utan återläggning, med jämna steg i slumpvis ordning. Slumpfrö: ${seed}.`,
  equal: 'Alla hade samma sannolikhet.',
  weighted: 'Dessa drogs oftare eller mer sällan, så här många gånger:',
  toAll: 'Till alla stickprov',
};

const english: typeof swedish = {
  title: 'Samples',
  lead: 'Draw some concluded guidance, review it piece by piece, and see what share of all of it was in error.',
  leadReading:
    'Some concluded guidance has been drawn and is reviewed piece by piece. Here is what share of all of it was in error.',
  unreadable: 'The form could not be read. Check the dates, the number and the weights.',
  empty: 'There is no concluded guidance to draw from in that time.',
  drawHeading: 'Draw a sample',
  from: 'Begun from',
  to: 'Begun up to and including',
  size: 'How many to draw',
  weights: 'Draw some more often than others',
  weightsHelp:
    'With 3 they are drawn three times as often as the rest. The share in error is corrected for it, and still holds for all.',
  unsure: 'With the answer “I don’t know”',
  byFlow: 'By guidance',
  byOutcome: 'By outcome',
  draw: 'Draw',
  drawn: 'Samples drawn',
  noneDrawn: 'None has been drawn yet.',
  nameOf: ({ size, first_day, last_day }, at) => `${size} from ${first_day} to ${last_day}, drawn ${at}`,
  heading: ({ size, population }) => `Sample: ${size} of ${population}`,
  drawnAt: (at) => `Drawn ${at}.`,
  allUnits: 'All units.',
  units: (names) => `Units: ${names}.`,
  result: 'What share was in error?',
  share: ({ reviewed, wrong, estimate }) =>
    estimate
      ? `Of ${reviewed} reviewed, ${wrong} ${wrong === 1 ? 'was' : 'were'} corrected. Among all that the sample was drawn from, an estimated ${percent(estimate.share, 'en')} were in error. With 95 per cent confidence the share lies between ${percent(estimate.from, 'en')} and ${percent(estimate.to, 'en')}.`
      : 'None has been reviewed yet. The share stands here once the first one has.',
  left: ({ left, returned, gone, hidden }) =>
    [
      left === 0 ? 'None is left to review.' : left === 1 ? 'One is left to review.' : `${left} are left to review.`,
      ...(returned === 1 ? ['One was sent back with a question, and counts once it is decided.'] : []),
      ...(returned > 1 ? [`${returned} were sent back with a question, and count once they are decided.`] : []),
      ...(gone === 1 ? ['One can’t be reviewed: it was opened again or disposed of.'] : []),
      ...(gone > 1 ? [`${gone} can’t be reviewed: they were opened again or disposed of.`] : []),
      ...(hidden === 1 ? ['One is no longer yours to read.'] : []),
      ...(hidden > 1 ? [`${hidden} are no longer yours to read.`] : []),
    ].join(' '),
  hidden: 'no longer yours to read',
  next: 'Review the next one',
  how: 'Corrected counts as in error, approved as right. The interval is Wilson’s. Where some were drawn more often than others, each weighs as much as the probability that it was drawn with says.',
  records: 'What was drawn',
  caption: 'The guidance drawn, in the order of review',
  place: 'Order',
  number: 'Number',
  flow: 'Guidance',
  outcome: 'Outcome',
  probability: 'Probability of being drawn',
  state: 'State',
  states: {
    left: 'to review',
    own: 'to be reviewed by somebody else',
    approved: 'approved',
    corrected: 'corrected',
    returned: 'sent back',
    gone: 'can’t be reviewed',
  },
  howDrawn: 'How it was drawn',
  drawnBy: ({ seed, size, population }) =>
    `${size} of ${population} were drawn without replacement, at even steps in random order. Seed: ${seed}.`,
  equal: 'All had the same probability.',
  weighted: 'These were drawn more often, or less, by this many times:',
  toAll: 'To all samples',
};

const sampleWords = { sv: swedish, en: english };
