import { html } from 'hono/html';
import { type Diagram, drawDiagram } from '../book/diagram.ts';
import { drawLegend } from '../book/shapes.ts';
import { writeTime } from '../chat/words.ts';
import type { Database } from '../database/database.ts';
import type { RecordRow } from '../database/tables.ts';
import type { Flow, OutcomeCode } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { pathOf } from '../guidance/session.ts';
import { citation } from '../guidance/view.ts';
import { words } from '../guidance/words.ts';
import {
  type ContentOf,
  type Entry,
  isResponse,
  type Kind,
  type Language,
  type Officer,
  officerOf,
} from '../record/entry.ts';
import { numberOf, readNumber } from '../record/number.ts';
import { type Proof, verifyRecord } from '../record/verify.ts';
import { codesOf, type Deed, isHeld, isReached, longest, outcomeNow, rightsOn } from './acts.ts';
import { adminWords } from './adminwords.ts';
import type { Html } from './console.ts';
import { deskWords } from './deskwords.ts';
import { exportWords } from './exportwords.ts';
import { diagramOf } from './layout-thread.ts';
import { type Member, may, mayWith } from './members.ts';
import { endSentence, listAddress, nameFlow, sayStatus } from './queue.ts';
import { consoleWords } from './words.ts';

/** One record, as it is put before somebody who may read it. */
export interface Sheet {
  row: RecordRow;
  proof: Proof;
  /** The flow in the version of then; undefined where that can't be read any more. */
  flow: Flow | undefined;
  /** The flow whose outcomes can be chosen, where one was wrong. */
  choices: Flow | undefined;
  /** The record that this one goes on from, and those that go on from it. */
  earlier: Linked | undefined;
  later: Linked[];
}

/** A record that belongs with another one; without a row where it is not this reader's to read. */
interface Linked {
  because: 'offered' | 'lapsed';
  row: RecordRow | undefined;
}

/** The record of that number; nothing where there is none, or none that is this member's to read. */
export async function openSheet(guidance: Guidance, member: Member, number: string): Promise<Sheet | undefined> {
  const { database, keys, versions, flows } = guidance;
  const id = readNumber(number);
  if (id === undefined || !Number.isSafeInteger(id)) return undefined;
  const found = await database.query.selectFrom('record').selectAll().where('id', '=', id).executeTakeFirst();
  if (!found || !mayWith(member, 'read', found)) return undefined;
  const proof = await verifyRecord(database, keys.ledger, found.session);
  // The unit may have changed a moment ago, and with it who may read.
  const row = proof.row;
  if (!row || !mayWith(member, 'read', row)) return undefined;
  const version = await versions.find(row.version);
  const flow = version.kind === 'unreadable' ? undefined : version.flow;
  const readable = (linked: Linked): Linked =>
    linked.row && mayWith(member, 'read', linked.row) ? linked : { ...linked, row: undefined };
  const earlier = await findEarlier(database, proof.entries);
  const later = await findLater(database, row);
  return {
    ...{ row, proof, flow, choices: flow ?? flows.get(row.flow) },
    ...{ earlier: earlier && readable(earlier), later: later.map(readable) },
  };
}

async function findEarlier({ query }: Database, entries: readonly Entry[]): Promise<Linked | undefined> {
  const start = entries[0]?.content;
  if (start?.kind !== 'start' || !start.from) return undefined;
  const { session, because } = start.from;
  return {
    because,
    row: await query.selectFrom('record').selectAll().where('session', '=', session).executeTakeFirst(),
  };
}

/** Only the person themselves can go on from a record of theirs, so that only their later ones need be looked at. */
async function findLater({ query }: Database, { person, session, started_at }: RecordRow): Promise<Linked[]> {
  const rows = await query
    .selectFrom('record')
    .innerJoin('entry_content as begun', (on) =>
      on.onRef('begun.session', '=', 'record.session').on('begun.seq', '=', 1),
    )
    .selectAll('record')
    .select('begun.content')
    .where('record.person', '=', person)
    .where('record.last_at', '>=', started_at)
    .where('begun.content', 'like', '%"from":{%')
    .orderBy('record.last_at')
    .execute();
  return rows.flatMap(({ content, ...row }): Linked[] => {
    const { from } = JSON.parse(content) as Partial<ContentOf<'start'>>;
    return from?.session === session ? [{ because: from.because, row }] : [];
  });
}

/** What is said at the top: that something was done, or why it was not, with what was written in the form. */
export interface Said {
  /** The sample that the record is read in: the next one of it is a press away. */
  sample?: string | undefined;
  /** The address of the list that the record was opened from, where that was not the whole list. */
  list?: string | undefined;
  done?: string[];
  refused?: string;
  deed?: Deed;
}

/** The record on one page. */
export async function drawSheet(
  guidance: Guidance,
  {
    sheet,
    language,
    member,
    token,
    said,
  }: { sheet: Sheet; language: Language; member: Member; token: Html; said: Said },
): Promise<Html> {
  const text = consoleWords(language);
  const { row, proof } = sheet;
  const rights = rightsOn(member, row);
  const acts = row.status === 'disposed' ? undefined : nameActs(rights, language);
  const came = row.outcome === null ? sayStatus(row.status, language) : nameOutcome(row.outcome, language);
  const diagram = sheet.flow && (await diagramOf(sheet.flow, language, guidance.municipality));
  return html`<div class="sheet">
${
  said.sample === undefined
    ? may(member, 'read')
      ? html`<p><a href="${listAddress(said.list ?? '')}">${said.list === undefined ? text.toQueue : text.toList}</a></p>`
      : html`<p><a href="/review/mine">${adminWords(language).mine}</a></p>`
    : html`<p><a href="/review/samples/${said.sample}">${text.toSample}</a> · <a href="/review/samples/${said.sample}/next?after=${numberOf(row.id)}">${text.nextInSample}</a></p>`
}
${said.refused ? html`<p class="uncertain" role="alert">${said.refused}</p>` : ''}
${said.done ? html`<p class="notice" role="status">${said.done.join(' ')}</p>` : ''}
<h1>${numberOf(row.id)}</h1>
<p class="lead">${nameFlow(guidance, row.flow, language)} – ${came}</p>
${acts ? html`<p><a href="#acts">${acts}</a></p>` : rights.own ? html`<p class="hint">${text.ownRecord}</p>` : ''}
${row.asked !== null && may(member, 'questions') ? html`<p><a href="/review/questions/${numberOf(row.id)}">${deskWords(language).toQuestion}</a></p>` : ''}
${mayWith(member, 'export', row) ? html`<p><a href="/review/${numberOf(row.id)}.pdf" download>${exportWords(language).asPdf}</a></p>` : ''}
${drawFacts(sheet, language)}
<section aria-labelledby="as-was"><h2 id="as-was">${text.asWas}</h2>
<p class="hint">${text.asWasHelp}</p>
${drawEntries(proof.entries, sheet.flow, language)}</section>
</div>
${drawPath(guidance, sheet, diagram, language)}
<div class="sheet">
${drawSeal(proof, language)}
${drawJudgements(proof.entries, language)}
${acts ? drawActs(sheet, { rights, title: acts, language, token, said }) : ''}
</div>`;
}

/** What somebody may do to a record, as a heading; nothing where that is nothing. */
function nameActs({ review, comment, hold }: ReturnType<typeof rightsOn>, language: Language): string | undefined {
  const text = consoleWords(language);
  if (review) return text.doReview;
  if (comment) return hold ? text.commentOrHold : text.comment;
  return hold ? text.hold : undefined;
}

/** An outcome by its name; by its code where there is no such outcome any more. */
export const nameOutcome = (code: string, language: Language) => words(language).outcomes[code as OutcomeCode] ?? code;

function drawFacts({ row, proof, earlier, later }: Sheet, language: Language): Html {
  const text = consoleWords(language);
  const start = proof.entries[0]?.content;
  const message = start?.kind === 'start' ? start.message : undefined;
  const facts: [string, Html | string][] = [
    [text.started, drawTime(row.started_at, language)],
    ...(row.ended_at === null ? [] : [[text.ended, drawTime(row.ended_at, language)] as [string, Html]]),
    [text.statusIs, sayStatus(row.status, language)],
    [text.reviewedIs, text.reviews[(row.reviewed ?? 'no') as keyof typeof text.reviews]],
    ...(row.should === null ? [] : [[text.should, nameOutcome(row.should, language)] as [string, string]]),
    ...(row.asked === null ? [] : [[text.askedIs, text.asks[row.asked as keyof typeof text.asks]] as [string, string]]),
    [text.unitIs, row.unit ?? text.noUnit],
    [text.platformIs, text.platforms[row.platform as keyof typeof text.platforms] ?? row.platform],
    ...(row.label === null
      ? []
      : [[text.label, html`<span lang="${row.language}">${row.label}</span>`] as [string, Html]]),
    ...(message ? [[text.messageLink, drawMessage(message.permalink, language)] as [string, Html]] : []),
    ...(earlier || later.length > 0 ? [[text.linkedTo, drawLinks(earlier, later, language)] as [string, Html]] : []),
    ...(row.held === 1 ? [[text.entryKinds.hold, text.heldNow] as [string, string]] : []),
    [text.version, html`<code>${row.version.slice(0, 12)}</code>`],
    [text.seal, faultsOf(proof).length === 0 ? text.sealWhole : html`<b>${text.sealBroken}</b>`],
  ];
  return html`<section class="about" aria-labelledby="facts"><h2 id="facts">${text.facts}</h2>
<dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>`;
}

/** A moment by Swedish clocks. */
export function drawTime(time: string, language: Language): Html {
  return html`<time datetime="${time}">${writeTime(time, language)}</time>`;
}

/** An address that a chat has given is followed only where it is one of the web. */
function drawMessage(permalink: string, language: Language): Html {
  const text = consoleWords(language);
  const link = /^https:\/\//.test(permalink) && URL.canParse(permalink);
  return html`${link ? html`<a href="${permalink}" rel="noreferrer">${permalink}</a>` : permalink} <span class="hint">${text.messageHelp}</span>`;
}

function drawLinks(earlier: Linked | undefined, later: readonly Linked[], language: Language): Html {
  const text = consoleWords(language);
  const name = ({ row }: Linked) =>
    row ? html`<a href="/review/${numberOf(row.id)}">${numberOf(row.id)}</a>` : text.linkedHidden;
  return html`<ul class="links">${earlier ? html`<li>${text.earlier[earlier.because]} ${name(earlier)}</li>` : ''}
${later.map((one) => html`<li>${text.later} ${name(one)}</li>`)}</ul>`;
}

/** What reviewers and archivists have added stands under a heading of its own. */
const apart: ReadonlySet<Kind> = new Set(['review', 'comment', 'hold']);

/** What happened, in order and word for word. @param only the entries that are drawn; without it, all. */
export function drawEntries(
  entries: readonly Entry[],
  flow: Flow | undefined,
  language: Language,
  only?: ReadonlySet<number>,
): Html {
  const holding = seqsInForce(entries);
  const decided = new Set(outcomeNow(entries)?.content.decided);
  const questions = new Map(
    entries.flatMap(({ content }) =>
      content && 'node' in content && 'question' in content ? [[content.node, content.question]] : [],
    ),
  );
  let spoken: Language = 'sv';
  const drawn = entries.map((entry) => {
    const { content } = entry;
    if (content?.kind === 'start' || content?.kind === 'language') spoken = content.language;
    if (only ? !only.has(entry.seq) : apart.has(entry.kind)) return '';
    const holds = holding.has(entry.seq);
    return drawEntry(entry, { flow, language, spoken, holds, decided, questions });
  });
  return html`<ol class="entries">${drawn}</ol>`;
}

/** The entries whose answers held in the end: the last one at each node of the path. */
export function seqsInForce(entries: readonly Entry[]): Set<number> {
  const last = new Map(
    entries.flatMap(({ seq, content }): [string, number][] =>
      content?.kind === 'answer' || content?.kind === 'change' || content?.kind === 'done' ? [[content.node, seq]] : [],
    ),
  );
  return new Set(pathOf(entries).flatMap(({ node }) => last.get(node) ?? []));
}

interface Telling {
  flow: Flow | undefined;
  /** The reader's language, and that in which it was shown. */
  language: Language;
  spoken: Language;
  /** Whether the answer held in the end. */
  holds: boolean;
  decided: ReadonlySet<string>;
  questions: ReadonlyMap<string, string>;
}

function drawEntry(entry: Entry, telling: Telling): Html {
  const text = consoleWords(telling.language);
  const { seq, kind, time } = entry;
  return html`<li value="${seq}" id="entry-${seq}"><p class="head"><b>${text.entryKinds[kind] ?? kind}</b> ${drawTime(time, telling.language)}</p>
<div lang="${telling.spoken}">${drawContent(entry, telling)}</div></li>`;
}

function drawContent({ content }: Entry, telling: Telling): Html {
  const { flow, language, spoken, holds, decided, questions } = telling;
  const text = consoleWords(language);
  // The console's own words stand among what was shown in another language.
  const ours = (said: Html | string, className = 'hint') =>
    html`<p class="${className}"${language === spoken ? '' : html` lang="${language}"`}>${said}</p>`;
  const asks = (nodes: readonly string[]) =>
    nodes.map((node) => questions.get(node) ?? node).join('; ') || text.noneSuch;
  switch (content?.kind) {
    case undefined:
      return ours(text.goneContent);
    case 'start':
      return html`<p>${content.title}</p>${(content.notices ?? []).map((notice) => html`<p>${notice}</p>`)}`;
    case 'answer':
    case 'change':
      return html`<p class="question">${content.question}</p>
${content.help ? html`<p>${content.help}</p>` : ''}
<ul class="offered">${content.offered.map(
        ({ id, label, hint }) =>
          html`<li>${id === content.option ? html`<b>${label}</b> <span lang="${language}">(${text.wasChosen})</span>` : label}${hint ? html` <span class="hint">${hint}</span>` : ''}</li>`,
      )}${content.offered.some(({ id }) => id === content.option) ? '' : html`<li><b>${content.label}</b> <span lang="${language}">(${text.wasChosen})</span></li>`}</ul>
${content.kind === 'answer' && content.kept ? ours(text.keptAnswer) : ''}
${content.kind === 'change' ? ours(`${text.keptStill}: ${endSentence(asks(content.kept))} ${text.fellAway}: ${endSentence(asks(content.dropped))}`) : ''}
${holds ? '' : ours(text.undone)}
${holds && decided.has(content.node) ? ours(html`<span class="decided">${text.decided}</span>`) : ''}
${drawLaw(flow, content.node, language)}`;
    case 'tick':
    case 'done':
      return html`<p class="question">${content.question}</p>
<ul class="offered">${content.items.map(({ label, ticked }) => html`<li>${label} <span lang="${language}">(${ticked ? text.tickedThen : text.notTicked})</span></li>`)}</ul>
${drawLaw(flow, content.node, language)}`;
    case 'back':
      return html`<p>${asks([content.node])}</p>`;
    case 'language':
      return ours(text.languages[content.language], '');
    case 'label':
      return content.label === '' ? ours(text.emptyLabel) : html`<p>${content.label}</p>`;
    case 'feedback':
      return ours(content.helped ? text.yes : text.no, '');
    case 'unit':
      return html`<p>${content.unit}</p>`;
    case 'ask':
      return html`<p class="question">${content.question}</p>${content.words ? html`<blockquote>${content.words}</blockquote>` : ''}`;
    case 'reply':
      return html`${content.answers ? '' : ours(text.questionBack)}<blockquote>${content.words}</blockquote>${ours(sign(content.by, language))}`;
    case 'clarify':
      return html`<p>${content.words[spoken]}</p>${ours(`${deskWords(language).clarificationState[content.state]}${content.why ? `: ${content.why}` : ''}`)}${ours(sign(content.by, language))}`;
    case 'outcome':
      return drawOutcome(content, ours, asks(content.decided), text);
    case 'lapse':
      return ours(`${text.lapses[content.because]} ${content.reason ?? ''}`, '');
    case 'dispose':
      return html`<p>${content.basis}</p>`;
    case 'reopen':
    case 'close':
    case 'review':
    case 'comment':
    case 'hold':
      return html``;
  }
}

/** An outcome as it was shown, word for word. */
function drawOutcome(
  content: ContentOf<'outcome'>,
  ours: (said: Html | string, className?: string) => Html,
  decided: string,
  text: ReturnType<typeof consoleWords>,
): Html {
  const part = (name: string, said: Html | string | undefined) =>
    said ? html`${ours(name, 'part')}${typeof said === 'string' ? html`<p>${said}</p>` : said}` : '';
  const list = (items: readonly string[] | undefined) =>
    items && items.length > 0 ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : undefined;
  return html`<p class="question"><b>${content.title}</b></p><p>${content.text}</p>
${part(text.whyPerson, content.why)}${part(text.uncertain, content.uncertain)}${part(text.time, content.clock)}
${part(text.say, content.say && html`<blockquote>${content.say}</blockquote>`)}${part(text.do, list(content.do))}${part(text.missing, list(content.missing))}
${ours(`${text.decided}: ${decided}`, 'part')}
${part(text.law, html`<dl class="sources">${content.cites.map(({ title, says }) => html`<div><dt>${title}</dt><dd>${says}</dd></div>`)}</dl>`)}`;
}

/** The law that a question leaned on, in the version of then. */
function drawLaw(flow: Flow | undefined, id: string, language: Language): Html {
  const cites = flow?.nodes[id]?.cites ?? [];
  const sources = cites.flatMap((cite) => (flow?.sources[cite] ? [citation(flow.sources[cite], cite, language)] : []));
  if (sources.length === 0) return html``;
  return html`<details lang="${language}"><summary>${consoleWords(language).lawThen}</summary><dl class="sources">${sources.map(({ title, says, kind, unverified, secondHand }) => html`<div><dt>${title}</dt><dd>${says} <span>(${kind}${secondHand ? `, ${secondHand}` : ''})</span>${unverified ? html` <em class="doubt">${unverified}</em>` : ''}</dd></div>`)}</dl></details>`;
}

/** Who answers for it, and in which role; where that is nobody in office, it is the person guided, without a name. */
export function sign(by: Officer | undefined, language: Language): string {
  const text = consoleWords(language);
  return by ? `${by.name} (${text.roles[by.role]})` : text.guided;
}

function drawPath(
  guidance: Guidance,
  { row, proof, flow }: Sheet,
  diagram: Diagram | undefined,
  language: Language,
): Html {
  const text = consoleWords(language);
  const path = pathOf(proof.entries);
  const walked = new Map(path.map((step) => [step.node, step.kind === 'answered' ? step.option : '']));
  const title = nameFlow(guidance, row.flow, language);
  // "I don't know" leads to the registrar without a line of its own: then it ends where that was answered.
  const ends = [...path.map(({ node }) => node), outcomeNow(proof.entries)?.content.node].reverse();
  const at = ends.find((end) => diagram?.boxes.some(({ id }) => id === end));
  return html`<section aria-labelledby="path"><div class="sheet"><h2 id="path">${text.pathHeading}</h2>
<p class="hint">${flow ? text.pathHelp : text.noPicture}</p>
${guidance.flows.has(row.flow) ? html`<p><a href="/flows/${row.flow}?language=${language}">${text.flowToday}</a></p>` : ''}</div>
${diagram ? html`${drawLegend(language)}<div class="picture" tabindex="0" role="region" aria-label="${title}">${drawDiagram(diagram, title, walked, at)}</div><script src="/assets/page.js" defer></script>` : ''}</section>`;
}

/** All that is not as it was written, in the log or in the list. */
const faultsOf = ({ faults, misread }: Proof) => [...faults, ...misread];

function drawSeal(proof: Proof, language: Language): Html {
  const text = consoleWords(language);
  const { sealed } = proof;
  const wrong = faultsOf(proof);
  return html`<section aria-labelledby="seal"><h2 id="seal">${text.seal}</h2>
${wrong.length === 0 ? html`<p>${text.sealWhole}</p>` : html`<p class="uncertain">${text.sealBroken}</p><ul lang="en">${wrong.map((fault) => html`<li>${fault}</li>`)}</ul>`}
<p class="hint">${sealed ? text.sealAt(sealed.position, sealed.seq) : text.sealNever}</p></section>`;
}

function drawJudgements(entries: readonly Entry[], language: Language): Html {
  const text = consoleWords(language);
  const said = entries.filter(({ kind }) => apart.has(kind));
  return html`<section aria-labelledby="judged"><h2 id="judged">${text.judged}</h2>
${
  said.length === 0
    ? html`<p>${text.notJudged}</p>`
    : html`<ol class="entries">${said.map(
        ({
          seq,
          time,
          kind,
          content,
        }) => html`<li value="${seq}" id="entry-${seq}"><p class="head"><b>${judgement(content, language) ?? text.entryKinds[kind]}</b> ${drawTime(time, language)}</p>
${content ? html`<p>${sign(officerOf(content), language)}</p>` : html`<p class="hint">${text.goneContent}</p>`}
${isResponse(content) && content.of !== undefined ? html`<p class="hint">${text.respondsTo(content.of)}</p>` : ''}${content?.kind === 'review' ? html`${content.should ? html`<p>${text.shouldBe(nameOutcome(content.should, language))}</p>` : ''}<p class="hint">${text.entryNumber(content.of)}</p>` : ''}
${drawWords(content)}</li>`,
      )}</ol>`
}</section>`;
}

/** What a reviewer or an archivist has done, in words, or that they were answered; nothing where they have only said something. */
export function judgement(content: Entry['content'], language: Language): string | undefined {
  const text = consoleWords(language);
  if (content?.kind === 'review') return `${text.entryKinds.review}: ${text.reviews[content.result]}`;
  if (content?.kind === 'hold') return content.held ? text.heldNow : text.letGo;
  return isResponse(content) ? text.response : undefined;
}

function drawWords(content: Entry['content']): Html | '' {
  const said = content?.kind === 'comment' ? content.words : content && 'why' in content ? content.why : undefined;
  return said ? html`<blockquote>${said}</blockquote>` : '';
}

interface Acts {
  rights: ReturnType<typeof rightsOn>;
  title: string;
  language: Language;
  token: Html;
  said: Said;
}

function drawActs({ row, proof, choices }: Sheet, { rights, title, language, token, said }: Acts): Html {
  const text = consoleWords(language);
  const { deed, sample, list } = said;
  const { entries } = proof;
  const reached = isReached(row);
  const kept = new URLSearchParams({ ...(sample && { sample }), ...(list && { list }) });
  const address = `/review/${numberOf(row.id)}${kept.size === 0 ? '' : `?${kept}`}`;
  const outcome = outcomeNow(entries);
  const seq = entries.at(-1)?.seq ?? 0;
  const codes = codesOf(choices)
    .filter((code) => code !== outcome?.content.code)
    .map((code) => [code, nameOutcome(code, language)] as const)
    .sort(([, one], [, other]) => one.localeCompare(other, language));
  // What somebody has written and what was not taken is still theirs to send.
  const written = (what: Deed['do']) => (deed?.do === what ? deed.words : '');
  const form = (
    what: Deed['do'],
    title: string,
    help: string,
    label: string,
    required: boolean,
    more: Html | '' = '',
  ) =>
    html`<section class="act" aria-labelledby="${what}"><h3 id="${what}">${title}</h3>${help ? html`<p class="hint">${help}</p>` : ''}
<form method="post" action="${address}">${token}<input type="hidden" name="seq" value="${seq}">
${more}<p><label for="${what}-words">${label}</label><textarea id="${what}-words" name="words" rows="3" maxlength="${longest}" aria-describedby="words-help"${required ? html` required` : ''}>${written(what)}</textarea></p>
<p><button name="do" value="${what}"${what === 'approve' ? html` class="main"` : ''}>${title}</button></p></form></section>`;
  const should = html`<p><label for="should">${text.should}</label><select id="should" name="should" required><option value="">${text.choose}</option>
${codes.map(([code, name]) => html`<option value="${code}"${deed?.do === 'correct' && deed.should === code ? html` selected` : ''}>${name}</option>`)}</select></p>`;
  const held = isHeld(entries);
  return html`<section class="acts" aria-labelledby="acts"><h2 id="acts">${title}</h2>
<p class="hint" id="words-help">${text.whyHelp}${reached || !rights.review ? '' : ` ${text.notReached}`}</p>
${rights.review && !outcome ? html`<p>${text.notDoneYet}</p>` : ''}
${
  rights.review && outcome
    ? html`${form('approve', text.approve, text.approveHelp, text.whyVoluntary, false)}
${codes.length > 0 ? form('correct', text.correct, text.correctHelp(reached), text.why, true, should) : ''}
${form('return', text.giveBack, text.giveBackHelp(reached), text.yourQuestion, true)}`
    : ''
}
${rights.own ? html`<p>${text.ownRecord}</p>` : ''}
${rights.comment ? form('comment', text.comment, text.commentHelp, text.yourComment, true) : ''}
${rights.hold ? form(held ? 'release' : 'hold', held ? text.unhold : text.hold, '', text.why, true) : ''}
</section>`;
}
