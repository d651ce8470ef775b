import { readFileSync } from 'node:fs';
import { html, raw } from 'hono/html';
import {
  citedBy,
  type Flow,
  type Municipality,
  type Node,
  type Outcome,
  type Question,
  type Text,
} from '../guidance/flow.ts';
import type { Flows } from '../guidance/flows.ts';
import { fill, placeholders, words } from '../guidance/words.ts';
import type { Language } from '../record/entry.ts';
import { shortTitle } from './shorttitle.ts';
import { signOff } from './signoff.ts';
import { type Chapter, heads, type Item, type PathRow, pathTable, tabulate, waysThrough } from './tables.ts';

type Html = ReturnType<typeof html>;

/**
 * The fact-check book: every flow as numbered tables, for a lawyer to read, check and sign. Texts stand as they are
 * written, with the municipality's own in braces, since that is what a version is a version of.
 * @returns one page of HTML that needs nothing beside it.
 * @param today as YYYY-MM-DD.
 */
export function drawBook(flows: Flows, today: string): string {
  const inGroups = [...flows.flows.values()].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group));
  const chapters = tabulate(inGroups);
  const cited = new Set(chapters.flatMap(({ items }) => items.flatMap(({ node }) => citedBy(node))));
  const numbers = new Map([...Object.keys(flows.sources)].filter((id) => cited.has(id)).map((id, i) => [id, i + 1]));
  const book: Book = { ...flows, chapters, numbers, today };
  return String(html`<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Faktagranskning, ${flows.municipality.name}, ${today}</title>
<style>${raw(styles)}</style>
</head>
<body>
<main>
${drawTitlePage(book)}
${chapters.map((chapter) => drawChapter(book, chapter))}
${drawSources(book)}
</main>
</body>
</html>
`);
}

interface Book extends Flows {
  chapters: Chapter[];
  /** The number of each source that is cited. */
  numbers: Map<string, number>;
  today: string;
}

/** As on the start page: documents first. */
const groups: Flow['group'][] = ['documents', 'social-media', undefined];

const styles = readFileSync(new URL('book.css', import.meta.url), 'utf8');

/** Swedish first, English beside it. */
function both([swedish, english]: readonly [string, string]): Html {
  return html`${swedish} <span class="en" lang="en">${english}</span>`;
}

function drawTitlePage({ chapters, municipality, checks, today }: Book): Html {
  const rows = chapters.map(
    ({ flow, items, paths }, i) => html`<tr><th scope="row">${i + 1}</th>
<td><a href="#c${i + 1}">${both([flow.title.sv, flow.title.en])}</a></td>
<td><code>${flow.version.slice(0, 12)}</code><br><code class="full">${flow.version}</code></td>
<td class="n">${items.length}</td><td class="n">${paths}</td><td>${drawState(signOff(flow, checks.get(flow.id)))}</td></tr>`,
  );
  return html`<section class="cover">
<h1>${both(['Faktagranskning av vägledningarna', 'Fact check of the guidance'])}</h1>
<p>${municipality.name}${municipality.example ? html` (${both(['exempelkommun', 'example municipality'])})` : ''}, ${today}</p>
<h2>${both(['Så läser du', 'How to read this'])}</h2>
<div class="sides"><ul>${howToRead.map(([swedish]) => html`<li>${swedish}</li>`)}</ul><ul lang="en">${howToRead.map(([, english]) => html`<li>${english}</li>`)}</ul></div>
<h2>${both(['Innehåll', 'Contents'])}</h2>
<table><caption>${both(['Vägledningarna, deras versioner och vem som har godkänt dem', 'The flows, their versions and who has signed them'])}</caption>
<thead><tr><th scope="col">${both(['Nr', 'No.'])}</th><th scope="col">${both(['Vägledning', 'Flow'])}</th><th scope="col">${both(['Version (SHA-256)', 'Version'])}</th><th scope="col">${both(['Noder', 'Nodes'])}</th><th scope="col">${both(['Hela vägar', 'Whole paths'])}</th><th scope="col">${both(['Godkänd', 'Signed'])}</th></tr></thead>
<tbody>${rows}
<tr><th scope="row">${chapters.length + 1}</th><td colspan="5"><a href="#sources">${both(['Källor', 'Sources'])}</a></td></tr></tbody></table>
${drawPlaceholders(municipality)}
</section>`;
}

function drawState(state: ReturnType<typeof signOff>): Html {
  if (state.kind === 'never') return both(['Aldrig godkänd', 'Never signed']);
  const { by, on } = state;
  if (state.kind === 'signed')
    return both([`Godkänd av ${by} ${on} för den här versionen`, `Signed by ${by} on ${on} for this version`]);
  const version = state.version.slice(0, 12);
  return html`<strong>${both([
    `INAKTUELL: godkänd av ${by} ${on} för version ${version}; vägledningen har ändrats sedan dess`,
    `STALE: signed by ${by} on ${on} for version ${version}; the flow has changed since`,
  ])}</strong>`;
}

function drawPlaceholders(municipality: Municipality): Html {
  const [sv, en] = [fill('sv', municipality), fill('en', municipality)];
  return html`<table class="node"><caption>${both(['Det som kommunen själv fyller i, och som hör till ingen version', 'What the municipality fills in, and is no part of any version'])}</caption>
${sides(both(['I texten', 'In the text']))}
<tbody>${placeholders.map((name) => `{${name}}`).map((text) => drawTexts(html`<code>${text}</code>`, { sv: sv({ sv: text, en: text }), en: en({ sv: text, en: text }) }))}</tbody></table>`;
}

function sides(first: Html): Html {
  return html`<thead><tr><th scope="col">${first}</th><th scope="col">Svenska</th><th scope="col" lang="en">English</th></tr></thead>`;
}

function drawTexts(heading: Html, text: Text): Html {
  return html`<tr><th scope="row">${heading}</th><td>${text.sv}</td><td lang="en">${text.en}</td></tr>`;
}

function drawChapter(book: Book, chapter: Chapter): Html {
  const { flow, items, own, start } = chapter;
  const number = book.chapters.indexOf(chapter) + 1;
  const earlier = items.filter((item) => !own.includes(item));
  const ids = (item: Item) => html`<code>${item.ids.get(flow.id)!.join(', ')}</code>`;
  return html`<section class="chapter" id="c${number}">
<h2>${number}. ${both([flow.title.sv, flow.title.en])}</h2>
<p><code>${flow.id}</code>, version <code class="full">${flow.version}</code>. ${both([`Börjar i tabell ${start.number}.`, `Begins at table ${start.number}.`])}</p>
<p>${drawState(signOff(flow, book.checks.get(flow.id)))}</p>
${drawWhole(chapter)}
<h3>${both(['Frågor och utfall', 'Questions and outcomes'])}</h3>
${own.map((item) => drawNode(book, chapter, item))}
${
  earlier.length > 0
    ? html`<table class="node"><caption>${both(['Hör också hit, och står i ett tidigare kapitel', 'Belongs here too, and stands in an earlier chapter'])}</caption>
${sides(both(['Tabell', 'Table']))}
<tbody>${earlier.map((item) => drawTexts(html`${toNode(item)} ${ids(item)}`, headingOf(item.node)))}</tbody></table>`
    : ''
}
<h3>${both(['Vägar', 'Paths'])}</h3>
${drawSum(chapter)}
${own.filter(heads).map((item) => drawPaths(book, item))}
${drawSignature(book, chapter, earlier)}
</section>`;
}

/** What the flow says outside its nodes. */
function drawWhole({ flow }: Chapter): Html {
  const under = flow.group && { sv: words('sv').groups[flow.group], en: words('en').groups[flow.group] };
  const keywords = { sv: flow.keywords.sv.join(', '), en: flow.keywords.en.join(', ') };
  return html`<table class="node"><caption>${both(['Vägledningen som helhet', 'The flow as a whole'])}</caption>
${sides(both(['Del', 'Part']))}
<tbody>${[
    drawTexts(both(['Rubrik', 'Title']), flow.title),
    flow.about ? drawTexts(both(['Om', 'About']), flow.about) : '',
    under ? drawTexts(both(['Står under', 'Stands under']), under) : '',
    ...(flow.notices ?? []).map((notice) => drawTexts(both(['Påminnelse', 'Reminder']), notice)),
    drawTexts(both(['Sökord', 'Search words']), keywords),
  ]}</tbody></table>`;
}

function toNode({ number }: Item): Html {
  return html`<a href="#n${number}">${number}</a>`;
}

function toPaths({ number }: Item): Html {
  return html`<a href="#p${number}">V ${number}</a>`;
}

function headingOf(node: Node): Text {
  if ('question' in node) return node.question;
  if ('checklist' in node) return node.checklist;
  return node.title ?? { sv: words('sv').outcomes[node.outcome], en: words('en').outcomes[node.outcome] };
}

function drawNode(book: Book, { flow }: Chapter, item: Item): Html {
  const { number, node, ids } = item;
  const others = [...ids].filter(([id]) => id !== flow.id).map(([id, nodes]) => `${id}: ${nodes.join(', ')}`);
  const kind = 'question' in node ? label.question : 'checklist' in node ? label.checklist : label.outcome;
  return html`<table class="node" id="n${number}"><caption><b>${number}</b> ${both(kind)} <code>${ids.get(flow.id)!.join(', ')}</code>${others.length > 0 ? html` ${both(['även', 'also'])} <code>${others.join('; ')}</code>` : ''}</caption>
${sides(both(['Del', 'Part']))}
<tbody>
${'outcome' in node ? drawOutcome(book, node) : drawAsked(book, item, node)}
<tr><th scope="row">${both(['Stöd', 'Sources'])}</th><td colspan="2">${drawRefs(book, node.cites)}</td></tr>
</tbody></table>`;
}

function drawAsked(book: Book, { leads }: Item, node: Exclude<Node, Outcome>): Html {
  const leadsTo = (i: number) => html`<br>→ ${toNode(leads[i]!)}`;
  const asked = html`${drawTexts(both('question' in node ? label.question : label.checklist), headingOf(node))}
${node.help ? drawTexts(both(['Hjälptext', 'Help']), node.help) : ''}
${node.why ? drawTexts(both(['Varför vi frågar', 'Why we ask']), node.why) : ''}`;
  if ('checklist' in node)
    return html`${asked}
${node.items.map((item) => drawTexts(html`${both(['Punkt', 'Item'])} <code>${item.id}</code> ${drawRefs(book, item.cites)}`, item.label))}
${[0, 1].map((i) => drawTexts(html`${both(['Sedan', 'Then'])} ${leadsTo(i)}`, answerOf(node, i)))}`;
  return html`${asked}
${node.strength ? drawTexts(both(['Styrka', 'Strength']), textOf(strengths[node.strength])) : ''}
${node.options.map(({ id, label: text, hint, needs, cites, keywords }, i) => {
  const cell = (language: Language) => html`<b>${text[language]}</b>${hint ? html`<br>${hint[language]}` : ''}
${needs ? html`<br><em>${textOf(without(node, needs, book.municipality))[language]}</em>` : ''}
${keywords ? html`<br><small>${language === 'sv' ? 'Sökord' : 'Search words'}: ${keywords[language].join(', ')}</small>` : ''}`;
  return html`<tr><th scope="row">${both(['Svar', 'Answer'])} <code>${id}</code>${leadsTo(i)}<br>${drawRefs(book, cites)}</th><td>${cell('sv')}</td><td lang="en">${cell('en')}</td></tr>`;
})}`;
}

/** What becomes of an answer where the municipality lacks what it needs. */
function without(
  { options }: Question,
  needs: NonNullable<Question['options'][number]['needs']>,
  municipality: Municipality,
): readonly [string, string] {
  const [what, thing] = needs === 'tariff' ? ['en taxa', 'a tariff'] : ['ett gallringsbeslut', 'a disposal decision'];
  const left = (language: Language) =>
    options.flatMap((option) => (option.needs === needs ? [] : [`”${option.label[language]}”`])).join(', ');
  const [has, hasNot] = municipality[needs] ? ['har', 'has'] : ['saknar', 'lacks'];
  return [
    `Kräver att kommunen har ${what}. Annars visas svaret inte, och kvar står ${left('sv')}. ${municipality.name} ${has} ${what} i dag.`,
    `Needs ${thing}. Where the municipality has none, the answer is not offered and what is left is ${left('en')}. Today ${municipality.name} ${hasNot} ${thing}.`,
  ];
}

function drawOutcome({ flows, chapters }: Book, node: Outcome): Html {
  const { outcome, text, say, clock, uncertain, why, draft, then } = node;
  const offered = (then ?? []).map((id) => {
    const chapter = chapters.findIndex(({ flow }) => flow.id === id) + 1;
    return html`<li><a href="#c${chapter}">${chapter}. ${both([flows.get(id)!.title.sv, flows.get(id)!.title.en])}</a></li>`;
  });
  const steps = (language: Language) => html`<ol>${node.do.map((step) => html`<li>${step[language]}</li>`)}</ol>`;
  return html`<tr><th scope="row">${both(['Kod', 'Code'])}</th><td colspan="2"><code>${outcome}</code></td></tr>
${drawTexts(both(['Rubrik', 'Title']), headingOf(node))}
${drawTexts(both(['Vad det betyder', 'What it means']), text)}
${say ? drawTexts(both(['Säg så här', 'What to say']), say) : ''}
${node.do.length > 0 ? html`<tr><th scope="row">${both(['Gör så här', 'What to do'])}</th><td>${steps('sv')}</td><td lang="en">${steps('en')}</td></tr>` : ''}
${drawTexts(both(['Hur snabbt', 'How soon']), { sv: words('sv').clocks[clock], en: words('en').clocks[clock] })}
${uncertain ? drawTexts(both(['Osäkert', 'Uncertain']), uncertain) : ''}
${why ? drawTexts(both(['Varför en människa behövs', 'Why a person is needed']), why) : ''}
${draft ? drawTexts(both(['Utkast', 'Draft']), { sv: 'Ett utkast till gallringsbeslut erbjuds.', en: 'A draft of a disposal decision is offered.' }) : ''}
${offered.length > 0 ? html`<tr><th scope="row">${both(['Erbjuds sedan', 'Offered next'])}</th><td colspan="2"><ul>${offered}</ul></td></tr>` : ''}`;
}

/** The numbers under which sources stand in the last chapter, and which of them nobody has read. */
function drawRefs({ sources, numbers }: Book, cites: readonly string[] = []): Html {
  return html`${cites.map((id) => {
    const source = sources[id]!;
    return html`<span class="ref"><a href="#s${numbers.get(id)}">[${numbers.get(id)}]</a> ${shortTitle(source, 'sv')}${source.verified === 'read' ? '' : html` <em>(${both(verified[source.verified])})</em>`}</span> `;
  })}`;
}

function answerOf(node: Exclude<Node, Outcome>, answer: number): Text {
  if ('question' in node) return node.options[answer]!.label;
  const key = answer === 0 ? 'allTicked' : 'notAllTicked';
  return { sv: words('sv')[key], en: words('en')[key] };
}

/** The count of whole paths, so that it can be done again by hand: what ends in each table, table by table. */
function drawSum({ flow, items, paths }: Chapter): Html {
  const ways = waysThrough(flow);
  const rows = items.filter(heads).map((item) => {
    const { to, on } = ways(item);
    const ending = pathTable(item).rows.filter(({ end }) => 'outcome' in end.node).length;
    return html`<tr><th scope="row">${toPaths(item)}</th><td class="n">${to}</td><td class="n">${ending}</td><td class="n">${to * ending}</td><td class="n">${to * on}</td></tr>`;
  });
  return html`<p>${both([`Vägledningen har ${paths} hela vägar, från första frågan till ett utfall.`, `The flow has ${paths} whole paths, from the first question to an outcome.`])}</p>
<table class="sum"><caption>${both(['Hela vägar, tabell för tabell', 'Whole paths, table by table'])}</caption>
<thead><tr><th scope="col">${both(['Vägtabell', 'Path table'])}</th><th scope="col">${both(['Vägar hit', 'Ways to it'])}</th><th scope="col">${both(['Rader som når ett utfall', 'Rows that reach an outcome'])}</th><th scope="col">${both(['Hela vägar som slutar här', 'Whole paths that end here'])}</th><th scope="col">${both(['Hela vägar som går igenom', 'Whole paths through it'])}</th></tr></thead>
<tbody>${rows}</tbody>
<tfoot><tr><th scope="row">${both(['Summa', 'Sum'])}</th><td></td><td></td><td class="n">${paths}</td><td></td></tr></tfoot></table>`;
}

function drawPaths({ chapters }: Book, head: Item): Html {
  const { rows } = pathTable(head);
  const through = chapters.flatMap(({ flow }) => {
    if (!head.ids.has(flow.id)) return [];
    const { to, on } = waysThrough(flow)(head);
    return [html` <code>${flow.id}</code>: ${to * on}.`];
  });
  const heading = headingOf(head.node);
  return html`<table class="paths" id="p${head.number}"><caption><b>V ${head.number}</b> ${both([`Vägar från ${head.number}: ${heading.sv}`, `Paths from ${head.number}: ${heading.en}`])} ${both(['Hela vägar som går igenom', 'Whole paths through it'])}:${through}</caption>
<thead><tr><th scope="col">${both(['Rad', 'Row'])}</th><th scope="col">Svar</th><th scope="col" lang="en">Answers</th><th scope="col">${both(['Leder till', 'Leads to'])}</th></tr></thead>
<tbody>${rows.map((row, i) => drawRow(row, i + 1))}</tbody></table>`;
}

function drawRow({ steps, end }: PathRow, number: number): Html {
  const answers = (language: Language) =>
    steps.map(({ item, answer }, i) => {
      const given = answerOf(item.node as Exclude<Node, Outcome>, answer)[language];
      return i === 0 ? html`${given}` : html` → ${toNode(item)} ${given}`;
    });
  const leads =
    'outcome' in end.node
      ? html`<td class="end">${toNode(end)} <code>${end.node.outcome}</code></td>`
      : html`<td class="on">${both(['fortsätt i', 'go on at'])} ${toPaths(end)}</td>`;
  return html`<tr><th scope="row">${number}</th><td>${answers('sv')}</td><td lang="en">${answers('en')}</td>${leads}</tr>`;
}

function drawSignature({ checks }: Book, { flow }: Chapter, earlier: Item[]): Html {
  const chapters = [...new Set(earlier.map(({ number }) => number.split('.')[0]!))];
  const blank = (name: readonly [string, string]) => html`<div><dt>${both(name)}</dt><dd></dd></div>`;
  return html`<section class="signature">
<h3>${both(['Godkännande', 'Sign-off'])}</h3>
<p>${drawState(signOff(flow, checks.get(flow.id)))}</p>
<p>${both([
    `Jag har läst tabellerna i det här kapitlet${chapters.length > 0 ? ` och dem som det hänvisar till i kapitel ${chapters.join(', ')}` : ''}. De stämmer med gällande rätt. Godkännandet gäller bara version`,
    `I have read the tables of this chapter${chapters.length > 0 ? ` and those that it refers to in chapter ${chapters.join(', ')}` : ''}. They agree with the law in force. The sign-off holds only for the version`,
  ])} <code class="full">${flow.version}</code>.</p>
<dl>${[blank(['Namn', 'Name']), blank(['Datum', 'Date']), blank(['Namnteckning', 'Signature'])]}</dl>
<p>${both([`Skriv sedan så här i ${flow.id}.yaml:`, `Then write this in ${flow.id}.yaml:`])}</p>
<pre>checked: { on: ÅÅÅÅ-MM-DD, by: "Namn", version: "${flow.version}" }</pre>
</section>`;
}

function drawSources({ sources, numbers, chapters, today }: Book): Html {
  const own = chapters.flatMap((chapter) => chapter.own);
  const rows = [...numbers].map(([id, number]) => {
    const { title, says, kind, since, verified: how, checked, review } = sources[id]!;
    const fact = (name: readonly [string, string], value: Html) =>
      html`<div><dt>${both(name)}:</dt> <dd>${value}</dd></div>`;
    return html`<tr id="s${number}"><th scope="row">${number}<br><code>${id}</code></th>
<td><b>${title.sv}</b><br>${says.sv}</td><td lang="en"><b>${title.en}</b><br>${says.en}</td>
<td><dl>${[
      fact(['Slag', 'Kind'], both([words('sv').kinds[kind], words('en').kinds[kind]])),
      fact(['Gäller sedan', 'In force since'], since ? html`${since}` : both(['inte angivet', 'not given'])),
      fact(['Hur kontrollerad', 'How verified'], both(verified[how])),
      fact(['Kontrollerad', 'Checked on'], html`${checked}`),
      fact(
        ['Ses över senast', 'Review by'],
        review < today ? html`<strong>${review} ${both(['försenad', 'overdue'])}</strong>` : html`${review}`,
      ),
    ]}</dl></td>
<td>${own.filter(({ node }) => citedBy(node).includes(id)).map((item) => html`${toNode(item)} `)}</td></tr>`;
  });
  return html`<section class="chapter" id="sources">
<h2>${chapters.length + 1}. ${both(['Källor', 'Sources'])}</h2>
<table class="sources"><caption>${both(['Allt som vägledningarna stöder sig på', 'All that the flows lean on'])}</caption>
<thead><tr><th scope="col">${both(['Nr', 'No.'])}</th><th scope="col">Vad den säger</th><th scope="col" lang="en">What it says</th><th scope="col">${both(['Uppgifter', 'Facts'])}</th><th scope="col">${both(['Stöder', 'Cited in'])}</th></tr></thead>
<tbody>${rows}</tbody></table>
</section>`;
}

const textOf = ([sv, en]: readonly [string, string]): Text => ({ sv, en });

const label = {
  question: ['Fråga', 'Question'],
  checklist: ['Checklista', 'Checklist'],
  outcome: ['Utfall', 'Outcome'],
} as const;

const verified = {
  read: ['läst: texten eller en säker återgivning', 'read: the text or a reliable account of it'],
  'second-hand': ['läst i andra hand', 'read second-hand'],
  memory: ['ingen har läst texten', 'nobody has read the text'],
} as const;

const strengths = {
  absolute: ['Hemligt utan prövning av skada', 'Secret without a test of harm'],
  reversed: [
    'Hemligt om det inte är klart att ingen lider skada (omvänt skaderekvisit)',
    'Secret unless it is clear that nobody is harmed',
  ],
  straight: ['Öppet om skada inte kan antas (rakt skaderekvisit)', 'Open unless harm may be assumed'],
  qualified: [
    'Öppet om det inte finns särskild anledning att anta skada (kvalificerat rakt skaderekvisit)',
    'Open unless there is particular reason to assume harm',
  ],
} as const;

const howToRead = [
  [
    'Varje vägledning är ett kapitel. Varje fråga och utfall (nod) står en gång, i en numrerad tabell. Numret följer sedan med.',
    'Each flow is a chapter. Each question and outcome (node) stands once, in a numbered table, and goes by that number.',
  ],
  [
    'Pilen (→) visar vilken tabell ett svar leder till. Är något lika i flera vägledningar, hänvisar de senare kapitlen dit.',
    'The arrow (→) shows the table that an answer leads to. What is the same in several flows is referred to by later chapters.',
  ],
  [
    'Sist i kapitlet står alla vägar. En vägtabell (V) tar vid där vägar möts. En rad slutar i ett utfall eller i nästa vägtabell, så att ingen väg skrivs två gånger.',
    'All paths stand last in the chapter. A path table (V) takes over where paths join. A row ends in an outcome or at another path table, so that no path is written twice.',
  ],
  [
    'Siffror i hakparentes är källor. De står samlade i sista kapitlet, med vår läsning av dem. Där står också om någon har läst själva texten.',
    'Figures in brackets are sources. They stand together in the last chapter, with our account of them and whether the text itself was read.',
  ],
  [
    'Ord inom klammer, som {registrar}, fyller kommunen i.',
    'Words in braces, such as {registrar}, are filled in by the municipality.',
  ],
  [
    'Ett godkännande gäller en enda version. Ändras minsta text, en väg eller en källa blir det inaktuellt.',
    'A sign-off holds for one version. It is stale as soon as a text, a path or a source changes.',
  ],
] as const;
