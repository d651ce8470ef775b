import { html } from 'hono/html';
import { type Diagram, drawDiagram } from '../../book/diagram.ts';
import { drawLegend } from '../../book/shapes.ts';
import { blanksIn } from '../../guidance/draft.ts';
import type { Flow, Municipality } from '../../guidance/flow.ts';
import { inOrder } from '../../guidance/paths.ts';
import {
  type ChecklistView,
  type Citation,
  citation,
  type EndedView,
  type FoundView,
  type InSession,
  lawOf,
  type OutcomeView,
  type QuestionView,
  type StartView,
  stepOf,
  type View,
} from '../../guidance/view.ts';
import { fill, headingOf, words } from '../../guidance/words.ts';
import type { Language } from '../../record/entry.ts';
import { piecesOf, titleFound, writeTime } from '../words.ts';
import { drawAskForm, drawAsking, drawJudged, pointer } from './drawtalk.ts';
import { keptWords } from './keptwords.ts';
import { pageWords } from './words.ts';

export type Html = ReturnType<typeof html>;

/** Guidance of the person's own: where somebody waits for an answer, or has answered or corrected; and the latest. */
export interface Own {
  talks: readonly Named[];
  latest: readonly Named[];
}

interface Named {
  session: string;
  /** Its number, the guidance, and what came of it. */
  named: string;
}

/** A view as a page. All that comes from outside is escaped by the template itself. */
export function drawPage(view: View, own: Own = { talks: [], latest: [] }): string {
  switch (view.kind) {
    case 'start':
      return page(view, pageWords(view.language).startHeading, drawStart(view, own));
    case 'found':
      return page(view, titleFound(view).title, drawFound(view));
    case 'question':
      return page(view, view.question, drawQuestion(view));
    case 'checklist':
      return page(view, view.question, drawChecklist(view));
    case 'outcome':
      return page(view, view.advice.title, drawOutcome(view));
    case 'ended':
      return page(view, view.flow.title, drawEnded(view));
    case 'refused':
      return page(
        view,
        pageWords(view.language).refusedHeading,
        html`<h1>${pageWords(view.language).refusedHeading}</h1><p class="lead">${view.why}</p>${freshLink(view.language)}`,
      );
  }
}

type Frame = Pick<View, 'language' | 'municipality' | 'notice'> &
  Partial<Pick<InSession, 'session' | 'node' | 'seq'>> & {
    /** Where the same page stands in the other language, where that is a page of its own. */
    other?: string;
  };

/** A page of the chat's look, for the reader and in the language that the frame names. */
export function page(view: Frame, title: string, content: Html, wide = false): string {
  const text = pageWords(view.language);
  return String(html`<!doctype html>
<html lang="${view.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – isitpublic</title>
<link rel="stylesheet" href="/assets/style.css">
<script src="/assets/page.js" defer></script>
</head>
<body>
<a class="skip" href="#main">${text.skip}</a>
<header class="top">
<p class="name"><a href="/?fresh=1">isitpublic</a> <span><span>${text.tagline}${view.municipality.name && ', '}</span>${view.municipality.name}</span></p>
${drawLanguage(view)}
${view.municipality.example ? html`<p class="example">${text.example}</p>` : ''}
</header>
<main id="main" tabindex="-1" ${wide ? html`class="wide"` : ''}>
${view.notice ? html`<p class="notice" role="status">${view.notice}</p>` : ''}
${content}
</main>
</body>
</html>
`);
}

function drawLanguage(view: Frame): Html {
  const { other, otherValue } = pageWords(view.language);
  if (view.other) return html`<p><a class="other" href="${view.other}" lang="${otherValue}">${other}</a></p>`;
  return html`<form method="post" action="/" class="language">${view.session === undefined ? '' : pointer(view as InSession)}
<button name="language" value="${otherValue}" lang="${otherValue}">${other}</button></form>`;
}

function drawStart(view: StartView, { talks, latest }: Own): Html {
  const text = pageWords(view.language);
  const list = (own: readonly Named[]) =>
    html`<ul class="own">${own.map(({ session, named }) => html`<li><a href="/?session=${session}">${named}</a></li>`)}</ul>`;
  return html`<h1>${text.startHeading}</h1>
<p class="lead">${text.startHelp}</p>
${view.open ? html`<p class="open"><a href="/?session=${view.open.session}"><b>${text.goOn}</b></a><br>${view.open.title} · ${view.open.question}</p>` : ''}
${talks.length > 0 ? html`<section class="judged" aria-labelledby="replies"><h2 id="replies">${text.replies}</h2>${list(talks)}</section>` : ''}
${drawFind(view.language)}
<form method="post" action="/" class="options starts"><input type="hidden" name="session" value="${view.ref}">
${view.groups.map(
  ({ id, title, flows }) => html`<section aria-labelledby="${id}"><h2 id="${id}">${title}</h2>
${flows.map((flow) => html`<button name="start" value="${flow.id}"><b>${flow.title}</b>${flow.about ? html`<span>${flow.about}</span>` : ''}</button>`)}
</section>`,
)}
</form>
${latest.length > 0 ? html`<details><summary>${text.mine}</summary>${list(latest)}</details>` : ''}
${drawKept(view.language, view.kept)}`;
}

/** What is kept, in a line, and where there is more about it. */
function drawKept(language: Language, kept: string): Html {
  return html`<p class="kept">${kept} <a href="/kept">${keptWords(language).link}</a></p>`;
}

/** The words travel in the form's body: an address would be kept by the browser, and by whatever lies on the way. */
function drawFind(language: Language, words = ''): Html {
  const text = pageWords(language);
  return html`<form method="post" action="/" role="search" class="find"><label for="find">${text.find}</label>
<div><input id="find" name="option" type="search" maxlength="200" autocomplete="off" value="${words}" aria-describedby="find-help"><button name="find" value="">${text.search}</button></div>
<p id="find-help">${text.findHelp}</p></form>`;
}

function drawFound(view: FoundView): Html {
  const text = pageWords(view.language);
  const { title, help } = titleFound(view);
  return html`<h1>${title}</h1>
${help === undefined ? '' : html`<p class="lead">${help}</p>`}
${drawFind(view.language, view.words)}
${view.offers.length > 0 ? drawOffers(view) : ''}
<p><a href="/?fresh=1">${text.allFlows}</a></p>
${drawKept(view.language, view.kept)}`;
}

function drawOffers({ language, offers, ref }: FoundView): Html {
  const text = pageWords(language);
  return html`<ul class="offers">${offers.map(
    ({ flow, given, title, about, answers }) => html`<li><form method="post" action="/" class="options">
<input type="hidden" name="session" value="${ref}">${given.length > 0 ? html`<input type="hidden" name="given" value="${given.join('/')}">` : ''}
<button name="start" value="${flow}">${
      answers.length > 0
        ? html`<b>${answers.at(-1)!.answer}</b><span>${title} · ${text.withAnswers} ${answers.map(({ answer }, i) => html`${i > 0 ? ' › ' : ''}<q>${answer}</q>`)}</span>`
        : html`<b>${title}</b>${about ? html`<span>${about}</span>` : ''}`
    }</button></form></li>`,
  )}</ul>`;
}

function drawQuestion(view: QuestionView): Html {
  const text = pageWords(view.language);
  const changing = view.chosen !== undefined;
  return html`${progress(view)}
<h1>${view.question}</h1>
${view.help ? html`<p class="lead">${view.help}</p>` : ''}
${changing ? html`<p class="notice">${text.changing}</p>` : ''}
${reminders(view)}
${view.options.length > 10 ? html`<p class="filter" hidden><label for="filter">${text.filter}</label><input id="filter" type="search" autocomplete="off"><span role="status" data-none="${text.noMatch}"></span></p>` : ''}
<form method="post" action="/" class="options">${pointer(view)}
${view.options.map(
  ({ id, label, hint }) =>
    html`<button name="${changing ? 'change' : 'answer'}" value="${id}"${id === 'unsure' ? html` class="unsure"` : ''}><b>${label}</b>${id === view.chosen ? html`<em>(${text.chosen})</em>` : ''}${hint ? html`<span>${hint}</span>` : ''}</button>`,
)}
</form>
${drawClarified(view)}
${drawReasons(view)}
${drawTerms(view)}
${drawAsking(view)}
${changing ? html`<p><a href="/?session=${view.session}">${text.keepAnswer}</a></p>` : drawMoves(view)}
${drawTrail(view)}
${drawFoot(view)}`;
}

function drawChecklist(view: ChecklistView): Html {
  const text = pageWords(view.language);
  return html`${progress(view)}
<h1 id="question">${view.question}</h1>
${view.help ? html`<p class="lead">${view.help}</p>` : ''}
${reminders(view)}
<form method="post" action="/" class="checklist">${pointer(view)}
<fieldset aria-labelledby="question"><ul>${view.items.map(
    ({ id, label, ticked }) =>
      html`<li><label><input type="checkbox" name="option" value="${id}"${ticked ? html` checked` : ''}> ${label}</label></li>`,
  )}</ul></fieldset>
<p class="moves"><button name="done" value="" class="main">${text.done}</button> <button name="tick" value="">${text.save}</button></p>
</form>
${drawClarified(view)}
${drawReasons(view)}
${drawTerms(view)}
${drawAsking(view)}
${drawMoves(view)}
${drawTrail(view)}
${drawFoot(view)}`;
}

function progress(view: InSession): Html {
  return html`<p class="step">${view.flow.title} · ${pageWords(view.language).step(stepOf(view))}</p>`;
}

function reminders({ language, notices, kept }: QuestionView | ChecklistView): Html {
  const duties = html`<aside class="mind" aria-label="${pageWords(language).keepInMind}"><ul>${notices.map((notice) => html`<li>${notice}</li>`)}</ul></aside>`;
  return html`${notices.length > 0 ? duties : ''}${kept ? drawKept(language, kept) : ''}`;
}

function drawReasons(view: QuestionView | ChecklistView): Html {
  const { language, why, doubt } = view;
  const text = pageWords(language);
  const cites = view.kind === 'checklist' ? lawOf(view) : view.cites;
  return html`<div class="reasons">
${why ? html`<details><summary>${text.whyAsk}</summary><p>${why}</p></details>` : ''}
${cites.length > 0 ? html`<details><summary>${text.lawBehind}</summary>${drawSources(cites)}</details>` : ''}
${doubt ? html`<p class="doubt">${doubt}</p>` : ''}
</div>`;
}

/** The words of the trade, and with a click what they mean. */
function drawTerms({ language, terms }: InSession): Html {
  if (terms.length === 0) return html``;
  const text = pageWords(language);
  const [named, others] = [terms.slice(0, 5), terms.length - 5];
  const few = named.map(({ term }) => term).join(', ');
  return html`<details class="terms"><summary>${text.terms} <span>${few}${others > 0 ? ` ${text.more(others)}` : ''}</span></summary>
<dl class="sources">${terms.map(({ term, means }) => html`<div><dt>${term}</dt><dd>${means}</dd></div>`)}</dl></details>`;
}

function drawSources(cites: Citation[]): Html {
  return html`<dl class="sources">${cites.map(
    ({ title, says, kind, unverified, secondHand }) =>
      html`<div><dt>${title} <span>(${kind})</span></dt><dd>${says} ${drawDoubt(unverified ?? secondHand)}</dd></div>`,
  )}</dl>`;
}

/** Each citation opens into what it says. */
/** What something leans on, each to be opened. */
export function drawCitations(cites: Citation[]): Html {
  return html`${cites.map(
    ({ title, says, kind, unverified, secondHand }) =>
      html`<details class="source"><summary>${title}${secondHand ? html` <span>(${secondHand})</span>` : ''}</summary><p>${says} <span>(${kind})</span></p></details>${drawDoubt(unverified)}`,
  )}`;
}

/** How far a source has not been read in the original. */
function drawDoubt(said: string | undefined): Html {
  return said ? html`<em class="doubt">${said}</em>` : html``;
}

function drawMoves(view: InSession): Html {
  const text = pageWords(view.language);
  return html`<form method="post" action="/" class="moves">${pointer(view)}
${view.trail.length > 0 ? html`<button name="back" value="">${text.back}</button>` : ''}
<button name="close" value="">${text.close}</button></form>`;
}

function drawTrail(view: InSession, heading = pageWords(view.language).trail): Html {
  if (view.trail.length === 0) return html``;
  const text = pageWords(view.language);
  return html`<section class="trail" aria-labelledby="trail"><h2 id="trail">${heading}</h2>
<ol>${view.trail.map(
    ({ node, question, answer, changeable, decided }) => html`<li>
<p>${question}</p>
<p><b>${answer}</b>${decided ? html` <span class="decided">${text.decided}</span>` : ''}</p>
${changeable ? html`<form method="post" action="/">${pointer({ ...view, node })}<button name="change" value="" aria-label="${text.change} ${text.changeOf(question)}">${text.change}</button></form>` : ''}
</li>`,
  )}</ol></section>`;
}

function drawFoot(view: InSession): Html {
  const text = pageWords(view.language);
  return html`<footer>
<p><a href="/flows/${view.flow.id}?session=${view.session}">${text.diagram}</a></p>
${view.number ? html`<p>${text.number}: ${view.number}</p>${drawLabel(view)}` : ''}
</footer>`;
}

function drawLabel(view: InSession): Html {
  const text = pageWords(view.language);
  return html`<details class="label"><summary>${view.label ? html`${text.label}: ${view.label}` : text.addLabel}</summary>
<form method="post" action="/">${pointer(view)}<label for="label">${text.label}</label>
<input id="label" name="option" maxlength="120" autocomplete="off" value="${view.label ?? ''}" aria-describedby="label-help">
<button name="label" value="">${text.save}</button><p id="label-help">${text.labelHelp}</p></form></details>`;
}

function drawOutcome(view: OutcomeView): Html {
  const text = pageWords(view.language);
  const { advice } = view;
  const urgent = advice.code === 'call-for-help';
  const steps =
    advice.do.length > 0
      ? html`<section aria-labelledby="do"><h2 id="do">${text.do}</h2><ol class="steps">${advice.do.map((step) => html`<li>${linked(step)}</li>`)}</ol></section>`
      : '';
  return html`<p class="step">${view.flow.title} · ${text.outcomeIs}</p>
<h1 class="outcome">${advice.title}</h1>
${view.label ? html`<p class="lead">${view.label}</p>` : ''}
${drawJudged(view)}
${view.asking ? drawAsking(view) : ''}
${urgent ? steps : ''}
<section aria-labelledby="means"><h2 id="means">${text.means}</h2><p class="lead">${advice.text}</p>
${advice.why ? html`<h3>${text.whyPerson}</h3><p>${advice.why}</p>` : ''}
${advice.uncertain ? html`<p class="uncertain"><b>${text.uncertain}.</b> ${advice.uncertain}</p>` : ''}
<p class="clock"><b>${text.time}:</b> ${advice.clock}</p></section>
${drawClarified(view)}
${view.summary ? drawTurnTo(view, view.summary) : ''}
${advice.missing ? html`<section aria-labelledby="missing"><h2 id="missing">${text.missing}</h2><ul>${advice.missing.map((item) => html`<li>${item}</li>`)}</ul></section>` : ''}
${advice.say ? html`<section aria-labelledby="say"><h2 id="say">${text.say}</h2><blockquote id="say-text">${advice.say}</blockquote>${drawCopy('say-text', view.language)}</section>` : ''}
${urgent ? '' : steps}
${view.drafts.map((draft) => drawDraft(view, draft))}
<section class="law" aria-labelledby="law"><h2 id="law">${text.law}</h2>${drawCitations(view.cites)}</section>
${drawTerms(view)}
${drawTrail(view, text.path)}
${view.summary || view.asking ? '' : drawAsking(view)}
${drawHelpful(view)}
${drawUnit(view)}
<section class="about" aria-labelledby="about"><h2 id="about">${text.record}</h2><dl>
<div><dt>${text.number}</dt><dd>${view.number}</dd></div>
<div><dt>${text.date}</dt><dd>${writeTime(view.at, view.language)}</dd></div>
<div><dt>${text.flow}</dt><dd>${view.flow.title} – ${view.municipality.name}</dd></div>
<div><dt>${text.version}</dt><dd><code>${view.flow.version.slice(0, 12)}</code></dd></div>
${view.summary ? '' : html`<div><dt>${text.ask}</dt><dd>${linked(view.registrar)}</dd></div>`}
</dl></section>
<div class="moves">
<button type="button" data-print hidden>${text.print}</button>
<form method="post" action="/">${pointer(view)}
${view.offers.map(({ id, title }) => html`<button name="then" value="${id}">${text.next}: ${title}</button>`)}
<button name="back" value="">${text.back}</button>
</form>
${freshLink(view.language)}
</div>
<footer><p><a href="/flows/${view.flow.id}?session=${view.session}">${text.diagram}</a></p>${drawLabel(view)}</footer>`;
}

function drawHelpful(view: OutcomeView): Html {
  const text = pageWords(view.language);
  if (view.helped !== undefined) return html`<p class="kept">${text.thanks}</p>`;
  return html`<form method="post" action="/" class="helpful">${pointer(view)}<h2 id="helpful">${text.helpful}</h2>
<p class="moves" role="group" aria-labelledby="helpful"><button name="feedback" value="yes">${text.yes}</button> <button name="feedback" value="no">${text.no}</button></p></form>`;
}

/** What the registrar has made clear to everybody who comes here. */
function drawClarified({ language, clarifications }: QuestionView | ChecklistView | OutcomeView): Html {
  if (clarifications.length === 0) return html``;
  const text = pageWords(language);
  return html`<section class="clarified" aria-labelledby="clarified"><h2 id="clarified">${text.clarified}</h2>
${clarifications.map(
  ({ words, at, role, cites }) =>
    html`<p>${words}</p><p class="kept">${text.clarifiedBy(writeTime(at, language), role)}</p>${drawCitations(cites)}`,
)}</section>`;
}

/** Whom to turn to where a person is needed: by a question from here first, or else with words to send by other ways. */
function drawTurnTo(view: OutcomeView, summary: string): Html {
  const text = pageWords(view.language);
  return html`<section aria-labelledby="ask"><h2 id="ask">${text.ask}</h2>
${view.asking ? '' : drawAskForm(view)}
<p>${linked(view.registrar)}</p>
<details><summary>${text.summary}</summary><pre id="summary-text">${summary}</pre>${drawCopy('summary-text', view.language)}</details></section>`;
}

/** Asked until it has been answered once; what was answered stands with what is kept, and can be changed. */
function drawUnit(view: OutcomeView): Html {
  const { chosen, units } = view.unit;
  if (units.length === 0) return html``;
  const text = pageWords(view.language);
  const form = html`<form method="post" action="/" class="unit">${pointer(view)}<label for="unit">${text.unit}</label>
<div><select id="unit" name="option" aria-describedby="unit-help">${chosen === undefined ? html`<option value="">${text.unitChoose}</option>` : ''}${units.map((unit) => html`<option${unit === chosen ? html` selected` : ''}>${unit}</option>`)}</select><button name="unit" value="">${text.save}</button></div>
<p id="unit-help">${text.unitHelp}</p></form>`;
  return chosen === undefined
    ? form
    : html`<details class="label"><summary>${text.unitChosen(chosen)}</summary>${form}</details>`;
}

/** A document to go on with elsewhere: folded where it is long, so that the outcome can still be seen as a whole. */
function drawDraft({ session, language }: OutcomeView, { kind, title, text }: OutcomeView['drafts'][number]): Html {
  const labels = pageWords(language);
  const short = text.length < 1500;
  const marked = blanksIn(text).map(({ text, blank }) => (blank ? html`<mark>${text}</mark>` : html`${text}`));
  const box = html`<pre id="${kind}-text" lang="sv">${marked}</pre>${drawCopy(`${kind}-text`, language)}`;
  return html`<section class="draft" aria-labelledby="${kind}"><h2 id="${kind}">${title}</h2>
<p>${kind === 'register-entry' ? labels.draftEntryHelp : labels.draftHelp}</p>
<p><a href="/drafts/${kind}?session=${session}">${labels.draftFile}</a></p>
${short ? box : html`<details><summary>${labels.draftShow}</summary>${box}</details>`}</section>`;
}

/** What can be called or written to from where it stands. */
export function linked(text: string): Html {
  return html`${piecesOf(text).map(({ text, address }) => (address === undefined ? text : html`<a href="${address}">${text}</a>`))}`;
}

/** Shown by the page's script alone: without it, the text can be marked and copied by hand. */
function drawCopy(target: string, language: Language): Html {
  const text = pageWords(language);
  return html`<p><button type="button" data-copy="${target}" data-done="${text.copied}" hidden>${text.copy}</button> <span role="status"></span></p>`;
}

function drawEnded(view: EndedView): Html {
  const text = pageWords(view.language);
  return html`<h1>${view.flow.title}</h1>
<p class="lead">${view.why}</p>
<form method="post" action="/" class="moves">${pointer(view)}
${view.resumable ? html`<button name="start" value="${view.flow.id}" class="main">${text.takeAlong}</button>` : ''}</form>
${view.number ? html`<p class="kept">${text.number}: ${view.number}</p>` : ''}
${drawJudged(view)}
${view.asking ? drawAsking(view) : ''}
${freshLink(view.language)}
${drawTrail(view)}`;
}

/** A way back to the start, from a page that leads nowhere else. */
export function startLink(language: Language): Html {
  return html`<p><a href="/?fresh=1">${pageWords(language).toStart}</a></p>`;
}

function freshLink(language: Language): Html {
  return html`<p><a href="/?fresh=1">${pageWords(language).again}</a></p>`;
}

interface FlowPage {
  flow: Flow;
  reading: Language;
  municipality: Municipality;
  diagram: Diagram;
  /** The session that the page was opened from, whose path is marked. */
  walked: InSession | undefined;
}

/** A flow as a picture, and the same as a list. */
export function drawFlowPage({ flow, reading, municipality, diagram, walked }: FlowPage): string {
  const text = pageWords(reading);
  const say = fill(reading, municipality);
  const heading = (id: string) => headingOf(flow.nodes[id]!, reading, municipality);
  const path = new Map(walked?.trail.map((step) => [step.node, step.option]));
  const list = inOrder(flow).map((id) => {
    const node = flow.nodes[id]!;
    const sources = drawCitations((node.cites ?? []).map((cite) => citation(flow.sources[cite]!, cite, reading)));
    if ('outcome' in node) return html`<li id="${id}"><h3>${heading(id)}</h3><p>${say(node.text)}</p>${sources}</li>`;
    const leads =
      'question' in node
        ? node.options.map((option) => ({
            label: say(option.label),
            next: option.next,
            taken: path.get(id) === option.id,
          }))
        : [
            { label: words(reading).allTicked, next: node.complete, taken: false },
            { label: words(reading).notAllTicked, next: node.incomplete, taken: false },
          ];
    return html`<li id="${id}"><h3>${heading(id)}</h3>
<ul>${leads.map(({ label, next, taken }) => html`<li>${taken ? html`<b>${label}</b> (${text.chosen})` : label} <span>${text.leadsTo}</span> <a href="#${next}">${heading(next)}</a></li>`)}</ul>${sources}</li>`;
  });
  const title = say(flow.title);
  const content = html`<h1>${title}</h1>
<p><a href="${walked ? `/?session=${walked.session}` : '/'}">${walked ? text.toQuestion : text.toStart}</a></p>
<p>${text.flowHelp}${walked ? ` ${text.yourPath}` : ''}</p>
${drawLegend(reading)}
<div class="picture" tabindex="0" role="region" aria-label="${title}">${drawDiagram(diagram, title, path, walked?.node)}</div>
<h2>${text.flowText}</h2>
<ol class="nodes">${list}</ol>`;
  const other = new URLSearchParams({ language: text.otherValue, ...(walked && { session: walked.session }) });
  return page({ language: reading, municipality, other: `?${other}` }, title, content, true);
}

/** What is shown where something of ours failed: a polite line, its reference, and the same press once more. */
export function drawFaultPage(language: Language, reference: string, retry: [string, string][]): string {
  const text = pageWords(language);
  const again = html`<form method="post" action="/" class="moves">${retry.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}<button class="main">${text.retry}</button></form>`;
  const content = html`<h1>${text.faultHeading}</h1><p class="lead">${text.fault(reference)}</p>
${retry.length > 0 ? again : html`<p><a href="/">${text.retry}</a></p>`}`;
  return page({ language, municipality: { name: '', example: false } }, text.faultHeading, content);
}

/** What is shown where there is no page, or where something came from another site and was not taken. */
export function drawTurnedAway(municipality: Municipality, language: Language, why: 'missing' | 'foreign'): string {
  const text = pageWords(language);
  const { heading, help } = text.turnedAway[why];
  const content = html`<h1>${heading}</h1><p class="lead">${help}</p>${startLink(language)}`;
  // What was sent is not sent again in another language.
  const other = why === 'missing' ? { other: `?language=${text.otherValue}` } : {};
  return page({ language, municipality, ...other }, heading, content);
}
