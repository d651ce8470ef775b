import { setTimeout as wait } from 'node:timers/promises';
import { type Request, Router } from 'express';
import { html } from 'hono/html';
import { z } from 'zod';
import type { Diagram } from '../book/diagram.ts';
import { drawLegend } from '../book/shapes.ts';
import { writeNumber } from '../chat/words.ts';
import { readCases, untouched } from '../guidance/cases.ts';
import type { Flow } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { inOrder } from '../guidance/paths.ts';
import { fill, headingOf, words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { swedishDay } from '../record/number.ts';
import { type Bar, drawFigure, say, shorten, tableOf, width } from './bars.ts';
import { monthsBefore } from './calendar.ts';
import { type Console, type Html, languageOf } from './console.ts';
import { countApart } from './count-thread.ts';
import { type Heat, wayOf } from './heat.ts';
import { drawHeat } from './heatmap.ts';
import { diagramOf } from './layout-thread.ts';
import { reach } from './members.ts';
import type { Shown } from './protect.ts';
import type { Asking, Figures, Report, Table } from './report.ts';

/** What happened over a period in the member's units, as pictures and tables; of no person. Mounted at /review/statistics. */
export function openStatistics(house: Console): Router {
  const router = Router();
  const reports = keepReports(house.guidance);
  const untried = new Map<string, ReadonlySet<string> | undefined>();

  /** The ways through a flow that no test case goes; undefined where it has no cases. */
  function untriedIn({ id, version }: Flow): ReadonlySet<string> | undefined {
    if (!untried.has(version)) untried.set(version, findUntried(house, id));
    return untried.get(version);
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
    const diagram = flow && (await diagramOf(flow, languageOf(request), house.guidance.municipality));
    const content = found
      ? reportPage(house, request, asking, months, found, flow && diagram && { diagram, untried: untriedIn(flow) })
      : waitingPage(request, counting.counted());
    response.type('html').send(house.page(request, statisticsWords[languageOf(request)].title, content, true));
  });

  return router;
}

/** What the picture of a flow is drawn with. */
interface Picture {
  diagram: Diagram;
  untried: ReadonlySet<string> | undefined;
}

function findUntried({ guidance, logger }: Console, id: string): ReadonlySet<string> | undefined {
  try {
    const cases = readCases(guidance.folder, id);
    if (cases.length === 0) return undefined;
    return new Set(untouched(guidance.flows.get(id)!, cases).map(({ node, option }) => wayOf(node, option)));
  } catch (fault) {
    logger.warn({ err: fault }, 'the cases of a flow cannot be read');
    return undefined;
  }
}

/** How many months back one may look. */
const offeredMonths = 72;
const text = (max: number) => z.string().max(max).default('').catch('');
const Query = z.object({ from: text(7), to: text(7), flow: text(100) });

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
    const report = last.then(() => countApart(guidance, asking, (rows) => (counted += rows)));
    last = report.catch(() => {});
    const counting = { report, counted: () => counted };
    kept.set(key, counting);
    if (kept.size > 100) kept.delete(kept.keys().next().value!);
    const forget = () => void (kept.get(key) === counting && kept.delete(key));
    report.then(() => setTimeout(forget, 60_000).unref(), forget);
    return counting;
  };
}

function waitingPage(request: Request, counted: number): Html {
  const text = statisticsWords[languageOf(request)];
  return html`<h1>${text.title}</h1><p class="lead" role="status">${text.counting(Math.floor(counted / 1000) * 1000)}</p><p><a href="${request.originalUrl}">${text.again}</a></p>`;
}

function reportPage(
  house: Console,
  request: Request,
  asking: Asking,
  months: readonly string[],
  { figures }: Report,
  picture: Picture | undefined,
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
${figures ? drawFigures(house.guidance, figures, language, picture) : html`<p class="notice">${text.tooFew}</p>`}`;
}

/** How many are drawn of what there may be very many of; the table beside has all. */
const most = 8;

function drawFigures(guidance: Guidance, figures: Figures, language: Language, picture: Picture | undefined): Html {
  const text = statisticsWords[language];
  const titleOf = (id: string) => guidance.flows.get(id)?.title[language] ?? id;
  const figure = (
    id: string,
    title: string,
    rows: string,
    table: Table,
    nameOf: (name: string) => string = (name) => name,
    most?: number,
  ) =>
    drawFigure(
      {
        id,
        title,
        rows,
        counted: text.sessions,
        bars: table.map(({ name, shown }) => ({ label: nameOf(name), shown })),
        ...(most !== undefined && { most }),
      },
      language,
    );
  const flow = figures.flow === undefined ? undefined : guidance.flows.get(figures.flow);
  const shown = flow && figures.heat && picture;
  const parts: [string, string][] = [
    ...(shown
      ? ([
          ['lost', text.lost],
          ['heat', text.heat],
          ['came', text.came],
        ] as [string, string][])
      : []),
    ['sessions', text.sessions],
    ['lengths', text.lengths],
  ];
  return html`<nav class="tabs" aria-label="${text.onThisPage}"><ul>${parts.map(([id, name]) => html`<li><a href="#${id}">${name}</a></li>`)}</ul></nav>
${flow ? (shown ? drawFlow(guidance, flow, shown, figures.heat!, language) : html`<h2>${flow.title[language]}</h2><p class="notice">${text.tooFewInFlow}</p>`) : ''}
<h2 id="sessions">${text.sessions}: ${say(figures.all, language)}</h2>
<div class="side-by-side">
${figure('times', figures.weekly ? text.byWeek : text.byMonth, figures.weekly ? text.week : text.month, figures.times)}
${figure('flows', text.byFlow, text.flow, figures.flows, titleOf, most)}
${figure('units', text.byUnit, text.unit, figures.units, (unit) => unit || text.noUnit)}
${figure('helped', text.helpedTitle, text.said, figures.helped, (name) => text.helped[name as 'yes' | 'no' | 'unsaid'])}
</div>
<h2 id="lengths">${text.lengths}</h2>
<div class="side-by-side">
${drawLengths(figures, 'presses', text.presses, titleOf, language)}
${drawLengths(figures, 'minutes', text.minutes, titleOf, language)}
</div>`;
}

/** A line from the lower to the upper quartile, and a stroke across it at the median. */
function drawLengths(
  { lengths }: Figures,
  which: 'presses' | 'minutes',
  title: string,
  titleOf: (flow: string) => string,
  language: Language,
): Html {
  const text = statisticsWords[language];
  const write = (n: number) => writeNumber(n, language);
  const drawn = lengths.filter((one) => one[which]).slice(0, most);
  const longest = Math.max(1, ...drawn.map((one) => one[which]?.upper ?? 0));
  const at = (n: number) => Math.round((n / longest) * (width - 6)) + 3;
  const height = drawn.length * 42 + 4;
  const nameOf = (flow: string) => (flow === '' ? text.everything : titleOf(flow));
  return html`<section aria-labelledby="${which}"><h3 id="${which}">${title}</h3>
<svg class="bars" aria-hidden="true" focusable="false" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" fill="currentColor" font-size="14">
${drawn.map((one, i) => {
  const found = one[which];
  const y = i * 42;
  return html`<text x="1" y="${y + 15}">${shorten(nameOf(one.flow), 44)}: ${found ? write(found.median) : text.few}</text>${
    found
      ? html`<rect x="${at(found.lower)}" y="${y + 24}" width="${Math.max(1, at(found.upper) - at(found.lower))}" height="8" fill-opacity="0.5" /><rect x="${at(found.median) - 2}" y="${y + 20}" width="4" height="16" />`
      : ''
  }`;
})}
</svg>
<p class="hint">${text.lengthHelp}</p>
<details><summary>${tableOf(lengths.length, language)}</summary><table class="figures"><caption>${title}</caption><thead><tr><th scope="col">${text.flow}</th><th scope="col">${text.lower}</th><th scope="col">${text.median}</th><th scope="col">${text.upper}</th></tr></thead>
<tbody>${lengths.map((one) => {
    const found = one[which];
    const cells = found
      ? [found.lower, found.median, found.upper].map((n) => html`<td>${write(n)}</td>`)
      : html`<td colspan="3">${text.few}</td>`;
    return html`<tr><th scope="row">${nameOf(one.flow)}</th>${cells}</tr>`;
  })}</tbody></table></details></section>`;
}

function drawFlow(
  { municipality }: Guidance,
  flow: Flow,
  { diagram, untried }: Picture,
  heat: Heat,
  language: Language,
): Html {
  const text = statisticsWords[language];
  const title = flow.title[language];
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
    return drawFigure({ id, title: name, rows, counted: text.sessions, of, bars, most }, language);
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
  const outcomes = ends.map((id): Bar => ({ label: heading(id), shown: heat.met.get(id)! }));
  const stuck = asked.map((id): Bar => ({ label: heading(id), shown: heat.stuck.get(id)!, of: heat.met.get(id)! }));
  const left = ways.filter(({ id, option }) => untried?.has(wayOf(id, option)));
  const caseOf = (id: string, option: string) =>
    untried && html`<td>${untried.has(wayOf(id, option)) ? text.noCase : text.someCase}</td>`;
  return html`<h2 id="lost">${text.lost}: ${title}</h2>
${drawFigure({ id: 'stuck', title: text.stuck, rows: text.question, counted: text.times, of: text.met, bars: stuck, most }, language)}
<details class="long"><summary>${text.apart}</summary><div class="side-by-side">
${figure('unsure', text.unsure, text.question, text.met, asked, (id) => heat.ways.get(wayOf(id, 'unsure')))}
${figure('back', text.back, text.question, text.met, asked, (id) => heat.back.get(id))}
${figure('changed', text.changed, text.question, text.met, asked, (id) => heat.changed.get(id))}
${figure('gave-up', text.gaveUp, text.question, text.met, asked, (id) => heat.gaveUp.get(id))}
</div></details>
<h2 id="heat">${text.heat}</h2>
<p>${text.heatHelp}</p>
${untried ? html`<p>${text.untriedHelp(left.length, ways.length)}</p>` : html`<p>${text.noCases}</p>`}
<details><summary>${text.legend}</summary>${drawLegend(language)}</details>
<div class="picture" tabindex="0" role="region" aria-label="${text.heat}">${drawHeat(diagram, heat, untried ?? new Set(), language)}</div><script src="/assets/page.js" defer></script>
${isNone(heat.others) ? '' : html`<p>${text.others(say(heat.others, language))}</p>`}
<details><summary>${tableOf(ways.length, language)}</summary><div class="picture" tabindex="0" role="region" aria-label="${text.waysTitle}"><table class="figures"><caption>${text.waysTitle}</caption>
<thead><tr><th scope="col">${text.question}</th><th scope="col">${text.answer}</th><th scope="col">${text.leadsTo}</th><th scope="col">${text.sessions}</th>${untried ? html`<th scope="col">${text.testCase}</th>` : ''}</tr></thead>
<tbody>${ways.map(({ id, option, label, next }) => html`<tr><td>${heading(id)}</td><th scope="row">${label}</th><td>${heading(next)}</td><td>${say(heat.ways.get(wayOf(id, option))!, language)}</td>${caseOf(id, option) ?? ''}</tr>`)}</tbody></table></div></details>
<h2 id="came">${text.came}</h2>
<div class="side-by-side">
${drawFigure({ id: 'outcomes', title: text.byOutcome, rows: text.outcome, counted: text.sessions, bars: outcomes, most }, language)}
${figure('corrected', text.corrected, text.outcome, text.met, ends, (id) => heat.corrected.get(id))}
${figure('approved', text.approved, text.outcome, text.met, ends, (id) => heat.approved.get(id))}
</div>`;
}

const isNone = (shown: Shown) => shown.kind === 'rounded' && shown.count === 0;

const swedish = {
  title: 'Statistik',
  lead: 'Hur vägledningen används och var den inte räcker till. Alla antal är avrundade till närmaste femtal, så summor behöver inte stämma. Grupper med färre än fem personer visas inte.',
  from: 'Från och med månad',
  to: 'Till och med månad',
  lookInto: 'Titta närmare på',
  show: 'Visa',
  allUnits: 'Alla enheter.',
  yourUnits: (units: string) => `Dina enheter: ${units}.`,
  tooFew: 'Färre än 5 personer har frågat under den här tiden. Då visas ingenting.',
  tooFewInFlow: 'För få har gått den här vägledningen under tiden för att något ska kunna visas. Välj en längre tid.',
  counting: (counted: number) =>
    `Det räknas. ${counted === 0 ? '' : `Minst ${counted.toLocaleString('sv-SE')} är räknade hittills.`}`,
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
  helpedTitle: 'Blev du hjälpt?',
  said: 'Svar',
  helped: { yes: 'Ja', no: 'Nej', unsaid: 'Inget svar' },
  lengths: 'Vägen till ett resultat',
  presses: 'Antal tryck fram till resultatet',
  minutes: 'Antal minuter fram till resultatet',
  lower: 'En fjärdedel högst',
  median: 'Hälften högst (median)',
  upper: 'Tre fjärdedelar högst',
  everything: 'Alla',
  few: 'färre än 10 personer',
  heat: 'Hur många som gick varje väg',
  heatHelp:
    'Ju bredare pil, desto fler. Prickat: ingen. Siffran är antalet vägledningar som slutade med det svaret. Svaret ”Vet inte” som leder till registratorn ritas inte, men står i tabellen.',
  others: (count: string) =>
    `Dessutom ${count} som gick en äldre version på ett sätt som inte finns i dag, eller som är gallrade.`,
  waysTitle: 'Hur många som gick varje väg, svar för svar',
  question: 'Fråga',
  answer: 'Svar',
  leadsTo: 'Leder till',
  onThisPage: 'På den här sidan',
  lost: 'Där det tar emot',
  stuck: 'Frågorna där flest fastnar',
  times: 'Gånger',
  apart: 'Uppdelat: ”Vet inte”, gick tillbaka, ändrade sig, gav upp',
  came: 'Vad det ledde till, och vad granskarna tyckte',
  legend: 'Vad formerna betyder',
  lengthHelp:
    'Strecket är medianen. Balken visar den mittersta hälften. Visas där minst 10 personer kom till ett resultat.',
  untriedHelp: (left: number, all: number) =>
    left === 0
      ? 'Alla svar finns med i något testfall.'
      : `○ efter siffran: inget testfall går den vägen. Det gäller ${left} av ${all} svar; vilka står i tabellen.`,
  noCases: 'Den här vägledningen har inga testfall.',
  testCase: 'Testfall',
  noCase: 'Inget',
  someCase: 'Finns',
  met: 'Av så många som kom dit',
  unsure: 'Svarade ”Vet inte”',
  back: 'Gick tillbaka',
  changed: 'Ändrade svaret',
  gaveUp: 'Gav upp',
  corrected: 'Rättade: granskaren tyckte något annat',
  approved: 'Godkända',
};

const english: typeof swedish = {
  title: 'Statistics',
  lead: 'How the guidance is used, and where it falls short. All counts are rounded to the nearest five, so sums need not add up. Groups of fewer than five people are not shown.',
  from: 'From month',
  to: 'To month',
  lookInto: 'Look into',
  show: 'Show',
  allUnits: 'All units.',
  yourUnits: (units) => `Your units: ${units}.`,
  tooFew: 'Fewer than 5 people have asked in this time. Nothing is shown then.',
  tooFewInFlow: 'Too few have gone through this guidance in the time for anything to be shown. Choose a longer time.',
  counting: (counted) =>
    `Being counted. ${counted === 0 ? '' : `At least ${counted.toLocaleString('en-GB')} counted so far.`}`,
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
  helped: { yes: 'Yes', no: 'No', unsaid: 'No answer' },
  lengths: 'The way to an outcome',
  presses: 'Number of presses until the outcome',
  minutes: 'Number of minutes until the outcome',
  lower: 'A quarter at most',
  median: 'Half at most (median)',
  upper: 'Three quarters at most',
  everything: 'All',
  few: 'fewer than 10 people',
  heat: 'How many went each way',
  heatHelp:
    'The broader the arrow, the more. Dotted: nobody. The number is how many sessions ended up with that answer. “I don’t know” that leads to the registrar is not drawn, but stands in the table.',
  others: (count) =>
    `Besides these, ${count} went through an older version in a way that is not there today, or were disposed of.`,
  waysTitle: 'How many went each way, answer by answer',
  question: 'Question',
  answer: 'Answer',
  leadsTo: 'Leads to',
  onThisPage: 'On this page',
  lost: 'Where people get lost',
  stuck: 'The questions where most get stuck',
  times: 'Times',
  apart: 'Split up: “I don’t know”, went back, changed, gave up',
  came: 'What came of it, and what reviewers thought',
  legend: 'What the shapes mean',
  lengthHelp:
    'The mark is the median. The bar shows the middle half. Shown where at least 10 people came to an outcome.',
  untriedHelp: (left, all) =>
    left === 0
      ? 'Every answer is in some test case.'
      : `○ after the number: no test case goes that way. That is so for ${left} of ${all} answers; the table says which.`,
  noCases: 'This guidance has no test cases.',
  testCase: 'Test case',
  noCase: 'None',
  someCase: 'Some',
  met: 'Out of so many who came there',
  unsure: 'Answered “I don’t know”',
  back: 'Went back',
  changed: 'Changed the answer',
  gaveUp: 'Gave up',
  corrected: 'Corrected: the reviewer thought otherwise',
  approved: 'Approved',
};

const statisticsWords = { sv: swedish, en: english };
