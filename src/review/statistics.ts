import { setTimeout as wait } from 'node:timers/promises';
import { type Request, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Diagram } from '../book/diagram.ts';
import { drawLegend } from '../book/shapes.ts';
import type { RecordRow } from '../database/tables.ts';
import type { Flow } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { inOrder } from '../guidance/paths.ts';
import { fill, headingOf, words } from '../guidance/words.ts';
import type { Content, Entry, Kind, Language } from '../record/entry.ts';
import { selectEntries } from '../record/log.ts';
import { type Bar, drawFigure, say } from './bars.ts';
import { inPortions, lastDay, monthsBefore, swedishDay } from './chunks.ts';
import { type Console, type Html, languageOf } from './console.ts';
import { Count, drawHeat, type Heat, HeatCount, wayOf } from './heat.ts';
import { layOutApart } from './layout-thread.ts';
import { reach } from './members.ts';
import { type Cell, isSmall, protectTable, type Shown } from './protect.ts';

/** What happened over a period in the member's units, as pictures and tables; of no person. Mounted at /review/statistics. */
export function openStatistics(house: Console): Router {
  const router = Router();
  const reports = keepReports(house.guidance);
  const diagrams = new Map<string, Promise<Diagram>>();

  function diagramOf(flow: Flow, language: Language): Promise<Diagram> {
    const key = `${flow.version} ${language}`;
    const known = diagrams.get(key);
    if (known) return known;
    const diagram = layOutApart({ flow, language, municipality: house.guidance.municipality });
    diagrams.set(key, diagram);
    diagram.catch(() => diagrams.delete(key));
    return diagram;
  }

  router.get('/', house.guard('statistics'), async (request, response) => {
    const { member } = house.signed(request);
    const months = monthsBefore(swedishDay(house.guidance.now()), offeredMonths);
    const asked = Query.parse(request.query);
    const from = months.includes(asked.from) ? asked.from : months[11]!;
    const to = months.includes(asked.to) && asked.to >= from ? asked.to : months[0]! >= from ? months[0]! : from;
    const units = reach(member, 'statistics');
    const asking: Asking = { from, to, units, flow: house.guidance.flows.has(asked.flow) ? asked.flow : undefined };
    const counting = reports(asking);
    const found = await Promise.race([counting.report, wait(4000)]);
    const flow = found?.figures?.heat && house.guidance.flows.get(found.figures.flow ?? '');
    const diagram = flow && (await diagramOf(flow, languageOf(request)));
    const content = found
      ? reportPage(house, request, asking, months, found, diagram)
      : waitingPage(request, counting.counted());
    response.type('html').send(house.page(request, statisticsWords[languageOf(request)].title, content, true));
  });

  return router;
}

/** How many months back one may look. */
const offeredMonths = 72;
const text = (max: number) => z.string().max(max).default('').catch('');
const Query = z.object({ from: text(7), to: text(7), flow: text(100) });

/** Over which months, units and flow. Whole months only: two periods that differ by a day would tell of that day. */
interface Asking {
  from: string;
  to: string;
  /** All of them where undefined. */
  units: readonly string[] | undefined;
  /** The flow to look into; the most used one where undefined. */
  flow: string | undefined;
}

/** What was counted, as it may be shown. */
export interface Report {
  /** Undefined where too few people have asked for anything to be said. */
  figures: Figures | undefined;
}

interface Figures {
  all: number;
  times: Table;
  weekly: boolean;
  flows: Table;
  units: Table;
  helped: Table;
  /** Presses and minutes to an outcome by flow; `''` is all of them. Undefined where they were too few. */
  lengths: { flow: string; presses: Quartiles | undefined; minutes: Quartiles | undefined }[];
  /** The flow looked into; its heat undefined where too few went through it. */
  flow: string | undefined;
  heat: Heat | undefined;
}

/** Rows by name; undefined where none may be shown. */
type Table = { name: string; shown: Shown }[] | undefined;

interface Quartiles {
  lower: number;
  median: number;
  upper: number;
}

interface Counting {
  report: Promise<Report>;
  /** How many records have been counted so far. */
  counted(): number;
}

/**
 * Keeps each report for a minute, and counts one at a time: whoever asks for what is being counted waits for the same
 * count, and goes on to find it when it is done.
 */
function keepReports(guidance: Guidance): (asking: Asking) => Counting {
  const kept = new Map<string, Counting>();
  let last: Promise<unknown> = Promise.resolve();
  return (asking) => {
    const key = JSON.stringify(asking);
    const known = kept.get(key);
    if (known) return known;
    let counted = 0;
    const report = last.then(() => count(guidance, asking, (rows) => (counted += rows)));
    last = report.catch(() => {});
    const counting = { report, counted: () => counted };
    kept.set(key, counting);
    if (kept.size > 100) kept.delete(kept.keys().next().value!);
    const forget = () => void (kept.get(key) === counting && kept.delete(key));
    report.then(() => setTimeout(forget, 60_000).unref(), forget);
    return counting;
  };
}

/**
 * Counts, a few records at a time. First the list; then, for one flow, the entries of its records.
 * @param tell how many more have been counted.
 */
export async function count(
  guidance: Guidance,
  asking: Asking,
  tell: (rows: number) => void = () => {},
): Promise<Report> {
  const { database, municipality } = guidance;
  const filter = {
    from: `${asking.from}-01`,
    to: lastDay(asking.to),
    ...(asking.units && { unit: [...asking.units] }),
  };
  const months = monthsBetween(asking.from, asking.to);
  const weekly = months.length <= 3;
  const all = new Count();
  const times = new Count();
  const flows = new Count();
  const units = new Count();
  const helped = new Count();
  const lengths = new Map<string, { people: Set<string>; presses: number[]; minutes: number[] }>();
  await inPortions(database, filter, (rows) => {
    for (const row of rows) {
      const { person } = row;
      const day = swedishDay(row.started_at);
      all.add('', person);
      times.add(weekly ? weekOf(day) : day.slice(0, 7), person);
      flows.add(row.flow, person);
      units.add(row.unit ?? '', person);
      helped.add(row.helped === null ? 'unsaid' : row.helped === 1 ? 'yes' : 'no', person);
      if (row.status === 'concluded') noteLengths(lengths, row);
    }
    tell(rows.length);
  });
  const total = all.of('');
  if (total.people < 5) return { figures: undefined };
  const table = (counts: Count, names: readonly string[]): Table => {
    const shown = protectTable(
      names.map((name) => counts.of(name)),
      total,
    );
    return shown && names.map((name, i) => ({ name, shown: shown[i]! }));
  };
  const ordered = (counts: Count) => {
    // In the order of what may be known: the order of the small ones among themselves says nothing.
    const size = (cell: Cell) => (isSmall(cell) ? 0 : cell.count);
    return counts.names().sort((a, b) => size(counts.of(b)) - size(counts.of(a)) || (a < b ? -1 : 1));
  };
  const timeNames = weekly ? weeksBetween(filter.from, filter.to) : months;
  const unitNames = [...new Set([...(asking.units ?? municipality.units), ...units.names()])];
  const byFlow = table(flows, ordered(flows));
  const named = (id: string) => byFlow?.find(({ name }) => name === id)?.shown.kind === 'exact';
  const flow = asking.flow ?? byFlow?.find(({ name }) => guidance.flows.has(name) && named(name))?.name;
  return {
    figures: {
      all: total.count,
      times: table(times, timeNames),
      weekly,
      flows: byFlow,
      units: table(units, unitNames),
      helped: table(helped, ['yes', 'no', 'unsaid']),
      lengths: ['', ...flows.names().filter(named)].map((flow) => ({ flow, ...quartilesOf(lengths.get(flow)) })),
      flow,
      // A flow whose number is not shown must not be told by what is inside it either.
      heat:
        flow !== undefined && named(flow)
          ? await countHeat(guidance, { ...filter, flow }, flows.of(flow), tell)
          : undefined,
    },
  };
}

function noteLengths(
  lengths: Map<string, { people: Set<string>; presses: number[]; minutes: number[] }>,
  { flow, person, presses, started_at, ended_at }: RecordRow,
): void {
  for (const name of ['', flow]) {
    const found = lengths.get(name) ?? { people: new Set(), presses: [], minutes: [] };
    found.people.add(person);
    found.presses.push(presses);
    if (ended_at !== null) found.minutes.push((Date.parse(ended_at) - Date.parse(started_at)) / 60_000);
    lengths.set(name, found);
  }
}

function quartilesOf(found: { people: Set<string>; presses: number[]; minutes: number[] } | undefined) {
  if (!found || found.people.size < 5) return { presses: undefined, minutes: undefined };
  return { presses: quartiles(found.presses), minutes: quartiles(found.minutes) };
}

/** The values that a quarter, half and three quarters lie below, drawn between the two nearest where it falls between. */
function quartiles(values: number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => {
    const place = (sorted.length - 1) * part;
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** What says where somebody went; the rest of a record is not even read. */
const moves: Kind[] = ['answer', 'done', 'back', 'change'];

async function countHeat(
  { database, flows }: Guidance,
  filter: { from: string; to: string; unit?: string[]; flow: string },
  known: Cell,
  tell: (rows: number) => void,
): Promise<Heat | undefined> {
  const heat = new HeatCount(flows.get(filter.flow)!);
  const total = new Count();
  await inPortions(database, filter, async (rows) => {
    if (rows.length === 0) return;
    const sessions = rows.map(({ session }) => session);
    const lines = await selectEntries(database.query)
      .where('entry.session', 'in', sessions)
      .where('entry.kind', 'in', moves)
      .execute();
    const entries = Map.groupBy(lines, (line) => line.session);
    for (const row of rows) {
      heat.add(row, (entries.get(row.session) ?? []).map(readMove));
      total.add('', row.person);
    }
    tell(rows.length);
  });
  // Somebody may have begun since the list was counted; then the two would not add up, and their difference would tell.
  const found = total.of('');
  return found.count === known.count ? heat.finish(found) : undefined;
}

/** Only the log writes there, and only what it has checked: it is not checked again for each of so many. */
function readMove(line: { session: string; seq: number; time: string; kind: string; content: string | null }): Entry {
  const { session, seq, time, kind, content } = line;
  const read = content === null ? null : (JSON.parse(content) as Content);
  return { session, seq, time, kind: kind as Kind, content: read, salt: null, commitment: '' };
}

function monthsBetween(from: string, to: string): string[] {
  const months = [from];
  while (months.at(-1)! < to) {
    const [year, month] = months.at(-1)!.split('-').map(Number);
    months.push(new Date(Date.UTC(year!, month!, 1)).toISOString().slice(0, 7));
  }
  return months;
}

/** The week that a day lies in, as ISO 8601 counts them: 2026-W47. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  // A week belongs to the year that its Thursday lies in.
  date.setUTCDate(date.getUTCDate() + 4 - (date.getUTCDay() || 7));
  const first = Date.UTC(date.getUTCFullYear(), 0, 1);
  const week = Math.floor((date.getTime() - first) / (7 * 86_400_000)) + 1;
  return `${date.getUTCFullYear()}-W${String(week).padStart(2, '0')}`;
}

function weeksBetween(from: string, to: string): string[] {
  const weeks = new Set<string>();
  for (let day = Date.parse(from); day <= Date.parse(to); day += 86_400_000)
    weeks.add(weekOf(new Date(day).toISOString().slice(0, 10)));
  return [...weeks];
}

function waitingPage(request: Request, counted: number): Html {
  const text = statisticsWords[languageOf(request)];
  return html`<h1>${text.title}</h1><p class="lead" role="status">${text.counting(counted)}</p><p><a href="${request.originalUrl}">${text.again}</a></p>`;
}

function reportPage(
  house: Console,
  request: Request,
  asking: Asking,
  months: readonly string[],
  { figures }: Report,
  diagram: Diagram | undefined,
): Html {
  const language = languageOf(request);
  const text = statisticsWords[language];
  const flows = [...house.guidance.flows.values()];
  const select = (name: string, label: string, choices: [string, string][], chosen: string | undefined) =>
    html`<p class="label"><label for="${name}">${label}</label> <select id="${name}" name="${name}">${choices.map(([value, said]) => html`<option value="${value}"${value === chosen ? html` selected` : ''}>${said}</option>`)}</select></p>`;
  const named = months.map((month): [string, string] => [month, month]);
  return html`<h1>${text.title}</h1>
<p class="lead">${text.lead}</p>
<div class="filters"><form method="get" action="/review/statistics">
${select('from', text.from, named, asking.from)}
${select('to', text.to, named, asking.to)}
${select(
  'flow',
  text.lookInto,
  flows.map(({ id, title }) => [id, title[language]]),
  figures?.flow ?? asking.flow,
)}
<p><button class="main">${text.show}</button></p></form></div>
<p>${asking.units === undefined ? text.allUnits : text.yourUnits(asking.units.join(', '))}</p>
${figures ? drawFigures(house.guidance, figures, language, diagram) : html`<p class="notice">${text.tooFew}</p>`}`;
}

function drawFigures(guidance: Guidance, figures: Figures, language: Language, diagram: Diagram | undefined): Html {
  const text = statisticsWords[language];
  const titleOf = (id: string) => guidance.flows.get(id)?.title[language] ?? id;
  const figure = (
    id: string,
    title: string,
    rows: string,
    table: Table,
    nameOf: (name: string) => string = (name) => name,
  ) =>
    table
      ? drawFigure(
          {
            id,
            title,
            rows,
            counted: text.sessions,
            bars: table.map(({ name, shown }) => ({ label: nameOf(name), shown })),
          },
          language,
        )
      : html`<section aria-labelledby="${id}"><h3 id="${id}">${title}</h3><p>${text.withheld}</p></section>`;
  const flow = figures.flow === undefined ? undefined : guidance.flows.get(figures.flow);
  return html`<h2>${text.sessions}: ${say({ kind: 'exact', count: figures.all }, language)}</h2>
${figure('times', figures.weekly ? text.byWeek : text.byMonth, figures.weekly ? text.week : text.month, figures.times)}
${figure('flows', text.byFlow, text.flow, figures.flows, titleOf)}
${figure('units', text.byUnit, text.unit, figures.units, (unit) => unit || text.noUnit)}
${figure('helped', text.helpedTitle, text.said, figures.helped, (name) => text.helped[name as 'yes' | 'no' | 'unsaid'])}
<h2>${text.lengths}</h2>
${drawLengths(figures, 'presses', text.presses, titleOf, language)}
${drawLengths(figures, 'minutes', text.minutes, titleOf, language)}
${flow ? drawFlow(guidance, flow, figures.heat, language, diagram) : ''}`;
}

const boxWidth = 480;

/** A line from the lower to the upper quartile, and a stroke across it at the median. */
function drawLengths(
  { lengths }: Figures,
  which: 'presses' | 'minutes',
  title: string,
  titleOf: (flow: string) => string,
  language: Language,
): Html {
  const text = statisticsWords[language];
  const write = (n: number) => n.toLocaleString(language === 'sv' ? 'sv-SE' : 'en-GB', { maximumFractionDigits: 1 });
  const most = Math.max(1, ...lengths.map((one) => one[which]?.upper ?? 0));
  const at = (n: number) => Math.round((n / most) * (boxWidth - 6)) + 3;
  const height = lengths.length * 42 + 4;
  const nameOf = (flow: string) => (flow === '' ? text.everything : titleOf(flow));
  return html`<section aria-labelledby="${which}"><h3 id="${which}">${title}</h3>
<svg class="bars" aria-hidden="true" focusable="false" viewBox="0 0 ${boxWidth} ${height}" width="${boxWidth}" height="${height}" fill="currentColor" font-size="14">
${lengths.map((one, i) => {
  const found = one[which];
  const y = i * 42;
  return html`<text x="1" y="${y + 15}">${nameOf(one.flow)}: ${found ? write(found.median) : text.few}</text>${
    found
      ? html`<rect x="${at(found.lower)}" y="${y + 24}" width="${Math.max(1, at(found.upper) - at(found.lower))}" height="8" fill-opacity="0.5" /><rect x="${at(found.median) - 2}" y="${y + 20}" width="4" height="16" />`
      : ''
  }`;
})}
</svg>
<table class="figures"><caption>${title}</caption><thead><tr><th scope="col">${text.flow}</th><th scope="col">${text.lower}</th><th scope="col">${text.median}</th><th scope="col">${text.upper}</th></tr></thead>
<tbody>${lengths.map((one) => {
    const found = one[which];
    const cells = found
      ? [found.lower, found.median, found.upper].map((n) => html`<td>${write(n)}</td>`)
      : html`<td colspan="3">${text.few}</td>`;
    return html`<tr><th scope="row">${nameOf(one.flow)}</th>${cells}</tr>`;
  })}</tbody></table></section>`;
}

function drawFlow(
  guidance: Guidance,
  flow: Flow,
  heat: Heat | undefined,
  language: Language,
  diagram: Diagram | undefined,
): Html {
  const text = statisticsWords[language];
  const title = flow.title[language];
  if (!heat || !diagram) return html`<h2>${title}</h2><p class="notice">${text.tooFewInFlow}</p>`;
  const { municipality } = guidance;
  const spell = fill(language, municipality);
  const heading = (id: string) => headingOf(flow.nodes[id]!, language, municipality);
  const nodes = inOrder(flow);
  const asked = nodes.filter((id) => !('outcome' in flow.nodes[id]!) && !isNone(heat.met.get(id)!));
  const ends = nodes.filter((id) => 'outcome' in flow.nodes[id]! && !isNone(heat.met.get(id)!));
  const figure = (
    id: string,
    name: string,
    rows: string,
    of: string,
    at: string[],
    shownOf: (node: string) => Shown | undefined,
  ) => {
    const bars = at.flatMap((node): Bar[] => {
      const shown = shownOf(node);
      return shown ? [{ label: heading(node), shown, of: heat.met.get(node)! }] : [];
    });
    return drawFigure({ id, title: name, rows, counted: text.sessions, of, bars }, language);
  };
  const ways = nodes.flatMap((id) => {
    const node = flow.nodes[id]!;
    if ('question' in node)
      return node.options.map(({ id: option, label, next }) => ({ id, option, label: spell(label), next }));
    if ('checklist' in node)
      return [
        { id, option: 'complete', label: words(language).allTicked, next: node.complete },
        { id, option: 'incomplete', label: words(language).notAllTicked, next: node.incomplete },
      ];
    return [];
  });
  // Not over all flows: beside the heat of each of them, such a table would tell what the heat keeps from being told.
  const outcomes = ends.map((id): Bar => ({ label: heading(id), shown: heat.met.get(id)! }));
  return html`<h2>${title}</h2>
${drawFigure({ id: 'outcomes', title: text.byOutcome, rows: text.outcome, counted: text.sessions, bars: outcomes }, language)}
<h3>${text.heat}</h3>
<p>${text.heatHelp}</p>
${drawLegend(language)}
<div class="picture" tabindex="0" role="region" aria-label="${text.heat}">${drawHeat(diagram, heat, language)}</div>
${isNone(heat.others) ? '' : html`<p>${text.others(say(heat.others, language))}</p>`}
<div class="picture" tabindex="0" role="region" aria-label="${text.waysTitle}"><table class="figures"><caption>${text.waysTitle}</caption>
<thead><tr><th scope="col">${text.question}</th><th scope="col">${text.answer}</th><th scope="col">${text.leadsTo}</th><th scope="col">${text.sessions}</th></tr></thead>
<tbody>${ways.map(({ id, option, label, next }) => html`<tr><td>${heading(id)}</td><th scope="row">${label}</th><td>${heading(next)}</td><td>${say(heat.ways.get(wayOf(id, option))!, language)}</td></tr>`)}</tbody></table></div>
<h3>${text.lost}</h3>
${figure('unsure', text.unsure, text.question, text.met, asked, (id) => heat.ways.get(wayOf(id, 'unsure')))}
${figure('back', text.back, text.question, text.met, asked, (id) => heat.back.get(id))}
${figure('changed', text.changed, text.question, text.met, asked, (id) => heat.changed.get(id))}
${figure('gave-up', text.gaveUp, text.question, text.met, asked, (id) => heat.gaveUp.get(id))}
<h3>${text.reviewers}</h3>
${figure('corrected', text.corrected, text.outcome, text.met, ends, (id) => heat.corrected.get(id))}
${figure('approved', text.approved, text.outcome, text.met, ends, (id) => heat.approved.get(id))}`;
}

const isNone = (shown: Shown) => shown.kind === 'exact' && shown.count === 0;

const swedish = {
  title: 'Statistik',
  lead: 'Hur vägledningen används och var den inte räcker till. Inget om färre än fem personer visas, och inget om enskilda.',
  from: 'Från och med månad',
  to: 'Till och med månad',
  lookInto: 'Titta närmare på',
  show: 'Visa',
  allUnits: 'Alla enheter.',
  yourUnits: (units: string) => `Dina enheter: ${units}.`,
  tooFew: 'Färre än 5 personer har frågat under den här tiden. Då visas ingenting.',
  tooFewInFlow: 'För få har gått den här vägledningen under tiden för att något ska kunna visas. Välj en längre tid.',
  withheld: 'Visas inte: siffrorna skulle avslöja en grupp med färre än 5 personer.',
  counting: (counted: number) => `Det räknas. ${counted} är räknade hittills.`,
  again: 'Titta igen',
  sessions: 'Vägledningar',
  byMonth: 'Per månad',
  byWeek: 'Per vecka',
  month: 'Månad',
  week: 'Vecka',
  byFlow: 'Per vägledning',
  flow: 'Vägledning',
  byOutcome: 'Per resultat i den här vägledningen',
  outcome: 'Resultat',
  byUnit: 'Per enhet',
  unit: 'Enhet',
  noUnit: 'Ingen enhet angiven',
  helpedTitle: 'Var det till hjälp?',
  said: 'Svar',
  helped: { yes: 'Ja', no: 'Nej', unsaid: 'Inte sagt' },
  lengths: 'Vägen till ett resultat',
  presses: 'Tryck till ett resultat',
  minutes: 'Minuter till ett resultat',
  lower: 'En fjärdedel högst',
  median: 'Hälften högst (median)',
  upper: 'Tre fjärdedelar högst',
  everything: 'Alla',
  few: 'färre än 5',
  heat: 'Hur många som gick varje väg',
  heatHelp:
    'Ju bredare pil, desto fler. Prickat: ingen. Siffran är antalet vägledningar som slutade med det svaret. Svaret ”Vet inte” som leder till registratorn ritas inte, men står i tabellen. Där ett spann står är det för att färre än 5 personer inte ska kunna räknas fram.',
  others: (count: string) =>
    `Dessutom ${count} som gick en äldre version på ett sätt som inte finns i dag, eller som är gallrade.`,
  waysTitle: 'Hur många som gick varje väg, svar för svar',
  question: 'Fråga',
  answer: 'Svar',
  leadsTo: 'Leder till',
  lost: 'Var det tar emot',
  met: 'Av så många som kom dit',
  unsure: 'Svarade ”Vet inte”',
  back: 'Gick tillbaka',
  changed: 'Ändrade svaret',
  gaveUp: 'Gav upp',
  reviewers: 'Vad granskarna tyckte',
  corrected: 'Rättade: granskaren tyckte något annat',
  approved: 'Godkända',
};

const english: typeof swedish = {
  title: 'Statistics',
  lead: 'How the guidance is used, and where it falls short. Nothing about fewer than five people is shown, and nothing about individuals.',
  from: 'From month',
  to: 'To month',
  lookInto: 'Look into',
  show: 'Show',
  allUnits: 'All units.',
  yourUnits: (units) => `Your units: ${units}.`,
  tooFew: 'Fewer than 5 people have asked in this time. Nothing is shown then.',
  tooFewInFlow: 'Too few have gone through this guidance in the time for anything to be shown. Choose a longer time.',
  withheld: 'Not shown: the figures would give away a group of fewer than 5 people.',
  counting: (counted) => `Being counted. ${counted} counted so far.`,
  again: 'Look again',
  sessions: 'Sessions',
  byMonth: 'By month',
  byWeek: 'By week',
  month: 'Month',
  week: 'Week',
  byFlow: 'By guidance',
  flow: 'Guidance',
  byOutcome: 'By outcome of this guidance',
  outcome: 'Outcome',
  byUnit: 'By unit',
  unit: 'Unit',
  noUnit: 'No unit given',
  helpedTitle: 'Did this help?',
  said: 'Answer',
  helped: { yes: 'Yes', no: 'No', unsaid: 'Not said' },
  lengths: 'The way to an outcome',
  presses: 'Presses to an outcome',
  minutes: 'Minutes to an outcome',
  lower: 'A quarter at most',
  median: 'Half at most (median)',
  upper: 'Three quarters at most',
  everything: 'All',
  few: 'fewer than 5',
  heat: 'How many went each way',
  heatHelp:
    'The broader the arrow, the more. Dotted: nobody. The number is how many sessions ended up with that answer. “I don’t know” that leads to the registrar is not drawn, but stands in the table. Where there is a range, it keeps groups of fewer than 5 people from being worked out.',
  others: (count) =>
    `Besides these, ${count} went through an older version in a way that is not there today, or were disposed of.`,
  waysTitle: 'How many went each way, answer by answer',
  question: 'Question',
  answer: 'Answer',
  leadsTo: 'Leads to',
  lost: 'Where people get lost',
  met: 'Out of so many who came there',
  unsure: 'Answered “I don’t know”',
  back: 'Went back',
  changed: 'Changed the answer',
  gaveUp: 'Gave up',
  reviewers: 'What reviewers thought',
  corrected: 'Corrected: the reviewer thought otherwise',
  approved: 'Approved',
};

const statisticsWords = { sv: swedish, en: english };
