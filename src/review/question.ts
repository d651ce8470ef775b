import { html } from 'hono/html';
import type { QuestionRow } from '../database/tables.ts';
import { citedBy, type Flow } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { fill, headingOf } from '../guidance/words.ts';
import type { Entry, Language } from '../record/entry.ts';
import { numberOf, swedishDay } from '../record/number.ts';
import { isReached, outcomeNow } from './acts.ts';
import { longestClarification } from './clarificationacts.ts';
import type { Html } from './console.ts';
import { deskWords, lasted } from './deskwords.ts';
import { type Member, mayWith } from './members.ts';
import { findQuestion, isOn, longestReply, placesOf, type QuestionDeed } from './questionacts.ts';
import { nameFlow } from './queue.ts';
import { drawEntries, drawTime, openSheet, type Sheet, seqsInForce, sign } from './sheet.ts';
import { consoleWords } from './words.ts';

/** One question, as it is put before somebody who may answer it. */
export interface QuestionSheet extends Sheet {
  question: QuestionRow;
}

/** The question in the record of that number; nothing where there is no such record, or no question in it. */
export async function openQuestion(
  guidance: Guidance,
  member: Member,
  number: string,
): Promise<QuestionSheet | undefined> {
  const sheet = await openSheet(guidance, member, number);
  const question = sheet && (await findQuestion(guidance, sheet.row.session));
  return question && { ...sheet, question };
}

/** What is said at the top: that something was done, or why it was not, with what was written in the form. */
export interface SaidThen {
  done?: string[];
  refused?: string;
  deed?: QuestionDeed;
}

interface Shown {
  sheet: QuestionSheet;
  language: Language;
  member: Member;
  token: Html;
  said: SaidThen;
}

/** The question on one page: what was asked and said, the way there, and what can be done. */
export function drawQuestion(guidance: Guidance, shown: Shown): Html {
  const { sheet, language, member, said } = shown;
  const text = deskWords(language);
  const { row, proof, question, flow } = sheet;
  const { entries } = proof;
  const outcome = outcomeNow(entries);
  const way = seqsInForce(entries);
  if (outcome) way.add(outcome.seq);
  const number = numberOf(row.id);
  const own = member.own.includes(row.person);
  const waited = timeOf(question, entries, guidance.now(), language);
  const facts: [string, Html | string][] = [
    [text.stateIs, waited],
    [text.columns.who, takerOf(question, member, language)],
    [text.columns.unit, row.unit ?? consoleWords(language).noUnit],
    [
      text.columns.clock,
      outcome
        ? html`<span lang="${row.language}">${outcome.content.clock}</span> ${question.state === 'answered' ? '' : text.clockRuns}`
        : text.noClock,
    ],
  ];
  return html`<div class="sheet">
<p><a href="/review/questions">${text.toQuestions}</a> · <a href="/review/${number}">${text.toRecord}</a></p>
${said.refused ? html`<p class="uncertain" role="alert">${said.refused}</p>` : ''}
${said.done ? html`<p class="notice" role="status">${said.done.join(' ')}</p>` : ''}
<h1>${text.question(number)}</h1>
<p class="lead">${nameFlow(guidance, row.flow, language)}</p>
${own ? html`<p class="hint">${text.ownQuestion}</p>` : ''}
<section class="about" aria-label="${text.stateIs}"><dl>${facts.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl></section>
<section aria-labelledby="talk"><h2 id="talk">${text.talk}</h2>${drawTalk(entries, row.language, language)}</section>
<section aria-labelledby="path"><h2 id="path">${text.path}</h2>
<p class="hint">${way.size === 0 ? text.pathNone : text.pathHelp}</p>${drawEntries(entries, flow, language, way)}</section>
${mayWith(member, 'answer', row) && row.status !== 'disposed' ? drawActs(guidance, shown) : ''}
</div>`;
}

/** Where a question stands, and for how long it has; or how long it took until it was answered. */
export function timeOf(
  { state, asked_at }: QuestionRow,
  entries: readonly Entry[],
  now: Date,
  language: Language,
): string {
  const text = deskWords(language);
  const replied = entries.find(({ kind, time }) => kind === 'reply' && time >= asked_at)?.time;
  if (state === 'answered') return text.answeredAfter(lasted(asked_at, replied ?? now, language));
  if (state === 'waiting') return text.hasWaited(lasted(asked_at, now, language));
  return state === 'asked back' ? text.askedBackFor(lasted(replied ?? asked_at, now, language)) : text.gone;
}

/** Who is on it, by name: they answer for it. */
export function takerOf(question: QuestionRow, member: Member, language: Language): string {
  const text = deskWords(language);
  if (question.taken_by === null) return text.nobody;
  return isOn(member, question) ? text.you : (question.taken_name ?? '');
}

/** The questions and the replies in order, each as it was written. */
function drawTalk(entries: readonly Entry[], spoken: string, language: Language): Html {
  const text = deskWords(language);
  const lines = entries.flatMap(({ time, content }): Html[] => {
    const head = (who: string) => html`<p class="head"><b>${who}</b> ${drawTime(time, language)}</p>`;
    if (content?.kind === 'ask')
      return [
        html`<li>${head(text.asker)}<p class="hint">${text.asksAt(content.question)}</p>${content.words ? html`<blockquote lang="${spoken}">${content.words}</blockquote>` : html`<p>${text.withoutWords}</p>`}</li>`,
      ];
    if (content?.kind === 'reply')
      return [
        html`<li>${head(sign(content.by, language))}${content.answers ? '' : html`<p class="hint">${text.asksBack}</p>`}<blockquote lang="${spoken}">${content.words}</blockquote></li>`,
      ];
    if (content?.kind !== 'clarify') return [];
    const state = text.clarificationState[content.state];
    return [
      html`<li>${head(sign(content.by, language))}<p class="hint"><a href="/review/clarifications#${content.id}">${consoleWords(language).entryKinds.clarify}</a>: ${state}</p><blockquote>${content.words[language]}</blockquote></li>`,
    ];
  });
  return html`<ol class="entries">${lines}</ol>`;
}

function drawActs(guidance: Guidance, { sheet, language, member, token, said: { deed } }: Shown): Html {
  const text = deskWords(language);
  const { row, proof, question } = sheet;
  const seq = proof.entries.at(-1)?.seq ?? 0;
  const open = question.state !== 'answered';
  const mine = isOn(member, question);
  const other = question.taken_by !== null && !mine;
  const flow = guidance.flows.get(row.flow);
  const places = placesOf(proof.entries).flatMap((node) => {
    const heading = headingAt(guidance, flow, node, language);
    return heading === undefined ? [] : [{ node, heading }];
  });
  const form = (content: Html) =>
    html`<form method="post" action="/review/questions/${numberOf(row.id)}">${token}<input type="hidden" name="seq" value="${seq}">${content}</form>`;
  // What somebody has written and what was not taken is still theirs to send.
  const words = (what: QuestionDeed['do'], label: string, help: string) =>
    html`<p><label for="${what.replace(' ', '-')}-words">${label}</label><textarea id="${what.replace(' ', '-')}-words" name="words" rows="6" maxlength="${longestReply}" aria-describedby="reply-help" required lang="${row.language}">${deed?.do === what ? deed.words : ''}</textarea></p>${help}`;
  const button = (what: QuestionDeed['do'], title: string, main = false) =>
    html`<p><button name="do" value="${what}"${main ? html` class="main"` : ''}>${title}</button></p>`;
  const taking = html`<section class="act" aria-labelledby="take"><h3 id="take">${mine ? text.giveBack : other ? text.takeOver : text.take}</h3>
<p class="hint">${mine ? text.giveBackHelp : other ? text.takenBy(question.taken_name ?? '') : text.takeHelp}</p>
${form(html`<input type="hidden" name="from" value="${question.taken_by ?? ''}">${mine ? button('give back', text.giveBack) : button('take', other ? text.takeOver : text.take)}`)}</section>`;
  const asksToo = deed?.do === 'answer' && deed.clarify === 'yes';
  const also =
    flow && places.length > 0
      ? html`<details${asksToo ? html` open` : ''}><summary>${text.clarifyAlso}</summary>
<p><label><input type="checkbox" name="clarify" value="yes"${asksToo ? html` checked` : ''}> ${text.clarifyToo}</label></p>
${drawClarifyFields(guidance, { flow, places, language, name: 'also', required: false, written: asksToo ? deed : undefined })}</details>`
      : html``;
  const answering = html`<section class="act" aria-labelledby="answer"><h3 id="answer">${open ? text.answer : text.answerMore}</h3>
<p class="hint">${isReached(row) ? text.answerHelp : text.answerNotReached}</p>
${form(html`${words('answer', text.answerLabel, '')}${also}${button('answer', open ? text.answer : text.answerMore, true)}`)}</section>`;
  const asking = html`<section class="act" aria-labelledby="ask-back"><h3 id="ask-back">${text.askBack}</h3>
<p class="hint">${isReached(row) ? text.askBackHelp : text.askBackNotReached}</p>
${form(html`${words('ask back', text.askBackLabel, '')}${button('ask back', text.askBack)}`)}</section>`;
  const answer = proof.entries.findLast(({ content }) => content?.kind === 'reply' && content.answers)?.content;
  const answered = answer?.kind === 'reply' ? answer.words : '';
  const first = { sv: row.language === 'sv' ? answered : '', en: row.language === 'en' ? answered : '' };
  const clarifying =
    flow && places.length > 0 && !open
      ? html`<section class="act" aria-labelledby="clarify"><h3 id="clarify">${text.clarify}</h3>
${form(html`${drawClarifyFields(guidance, { flow, places, language, name: 'clarify', required: true, written: deed?.do === 'clarify' ? deed : first })}${button('clarify', text.clarify)}`)}</section>`
      : '';
  return html`<section class="acts" aria-labelledby="acts"><h2 id="acts">${text.yourTurn}</h2>
<p class="hint" id="reply-help">${text.replyHelp}</p>
${open ? taking : ''}
${open && other ? '' : html`${open ? html`${answering}${asking}` : html`${clarifying}${answering}`}`}
</section>`;
}

/** What stands at a node of today's flow; nothing where it has no such node. */
export function headingAt(
  { municipality }: Guidance,
  flow: Flow | undefined,
  node: string | undefined,
  language: Language,
): string | undefined {
  const found = node === undefined ? undefined : flow?.nodes[node];
  return found && headingOf(found, language, municipality);
}

interface Fields {
  flow: Flow;
  /** Where it can be made clear, and what stands there; the first is meant unless another is chosen. */
  places: readonly { node: string; heading: string }[];
  language: Language;
  /** What the fields of this form are told from those of others by. */
  name: string;
  required: boolean;
  written: { node?: string; sv?: string; en?: string; cites?: readonly string[]; since?: string } | undefined;
}

/** Laws first, each with its chapters and sections in order; then what else there is. */
function byLaw(one: Source, other: Source): number {
  const [first, second] = [one, other].map(({ kind }) => Number(kind !== 'law'));
  return first! - second! || inOrder.compare(lawOf(one), lawOf(other)) || inOrder.compare(one.title.sv, other.title.sv);
}

type Source = Flow['sources'][string];

const inOrder = new Intl.Collator('sv', { numeric: true });

/** The law that a place is in: of "2 kap. 10 § kommunallagen", what stands last. */
const lawOf = ({ title }: Source) =>
  title.sv.replace(/^(\d+ kap\. )?(\d[\d–, ]*(och \d+ )?([a-z] )?§§? )?/, '').replace(/^Artikel \d+ i /, '');

/** What a clarification is made of. */
export function drawClarifyFields(guidance: Guidance, fields: Fields): Html {
  const { flow, places, language, name, required, written } = fields;
  const text = deskWords(language);
  const say = fill(language, guidance.municipality);
  const month = swedishDay(new Date(guidance.now().getTime() - 30 * 86_400_000));
  const words = (spoken: Language, label: string) =>
    html`<p><label for="${name}-${spoken}">${label}</label><textarea id="${name}-${spoken}" name="${spoken}" lang="${spoken}" rows="5" maxlength="${longestClarification}" aria-describedby="${name}-help"${required ? html` required` : ''}>${written?.[spoken] ?? ''}</textarea></p>`;
  const choice = places.map(
    ({ node, heading }) =>
      html`<option value="${node}"${written?.node === node ? html` selected` : ''}>${heading}</option>`,
  );
  const sources = Object.entries(flow.sources)
    .sort(([, one], [, other]) => byLaw(one, other))
    .map(([id, { title }]) => [id, say(title)] as const);
  const offered = (sources: (readonly [string, string])[]) =>
    html`<ul class="sources-offered">${sources.map(([id, title]) => html`<li><label><input type="checkbox" name="cites" value="${id}"${written?.cites?.includes(id) ? html` checked` : ''}> ${title}</label></li>`)}</ul>`;
  const near = new Set<string>();
  const atPlaces = places.map(({ node }) => {
    const here = new Set(citedBy(flow.nodes[node]!)).difference(near);
    for (const id of here) near.add(id);
    return sources.filter(([id]) => here.has(id));
  });
  const others = sources.filter(([id]) => !near.has(id));
  const chosen = others.some(([id]) => written?.cites?.includes(id));
  return html`${places.length > 1 ? html`<p><label for="${name}-node">${text.clarifyAt}</label><select id="${name}-node" name="node" aria-describedby="${name}-place">${choice}</select></p>` : html`<p>${text.clarifyAt}: ”${places[0]?.heading}”</p>`}
<p class="hint" id="${name}-place">${text.clarifyHelp}</p><p class="hint" id="${name}-help">${text.clarifyWords}</p>
${words('sv', text.inSwedish)}${words('en', text.inEnglish)}
<fieldset><legend>${text.leansOn}</legend><p class="hint">${near.size > 0 ? text.leansOnHelp : text.leansOnAny}</p>${atPlaces.map((list) => (list.length > 0 ? offered(list) : ''))}
${others.length > 0 ? html`<details${chosen ? html` open` : ''}><summary>${text.moreSources}</summary>${offered(others)}</details>` : ''}</fieldset>
<p><label for="${name}-since">${text.since}</label><input id="${name}-since" name="since" type="date" max="${swedishDay(guidance.now())}" value="${written?.since || month}" aria-describedby="${name}-since-help"${required ? html` required` : ''}><span class="hint" id="${name}-since-help">${text.sinceHelp}</span></p>`;
}
