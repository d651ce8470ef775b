import { html } from 'hono/html';
import type { InSession } from '../../guidance/view.ts';
import { writeTime } from '../words.ts';
import type { Html } from './draw.ts';
import { pageWords } from './words.ts';

/** The talk with the registrar so far, and how to say more; folded away where nothing has been asked. */
export function drawAsking(view: InSession): Html {
  const text = pageWords(view.language);
  if (!view.asking)
    return view.mayAsk
      ? html`<details class="ask"><summary>${text.ask}</summary>${drawAskForm(view)}</details>`
      : html``;
  const { state, lines } = view.asking;
  return html`<section class="asking" aria-labelledby="asking"><h2 id="asking">${text.ask}: ${text.askStates[state]}</h2>
<dl>${lines.map(({ who, at, words }) => html`<div><dt>${who} <span>${writeTime(at, view.language)}</span></dt><dd>${words}</dd></div>`)}</dl>
${view.mayAsk ? html`<details class="ask"${state === 'asked back' ? html` open` : ''}><summary>${text.askMore}</summary>${drawAskForm(view)}</details>` : ''}</section>`;
}

export function drawAskForm(view: InSession): Html {
  const text = pageWords(view.language);
  return html`<form method="post" action="/" class="ask">${pointer(view)}<label for="ask-words">${text.askWords}</label>
<textarea id="ask-words" name="option" rows="4" maxlength="1000" aria-describedby="ask-help"></textarea><p id="ask-help">${text.askHelp}</p>
<p class="moves"><button name="ask" value="">${text.askSend}</button></p></form>`;
}

/** What a reviewer thinks of the outcome: who, when, and why; and what the person answers where they are asked. */
export function drawJudged(view: InSession): Html {
  const { language, judged } = view;
  if (!judged) return html``;
  const text = pageWords(language);
  const { result, who, at, should, why, asks, response } = judged;
  return html`<section class="judged" aria-labelledby="judged"><h2 id="judged">${text.judged[result]}</h2>
${should ? html`<p><b>${text.judgedShould(should)}</b></p>` : ''}${why ? html`<p>${why}</p>` : ''}
<p class="kept">${who}, ${writeTime(at, language)}</p>
${asks ? drawRespondForm(view) : ''}
${response ? html`<blockquote>${response.words}</blockquote><p class="kept">${text.responded(writeTime(response.at, language))}</p>` : ''}</section>`;
}

function drawRespondForm(view: InSession): Html {
  const text = pageWords(view.language);
  return html`<form method="post" action="/" class="ask">${pointer(view)}<label for="respond-words">${text.respondWords}</label>
<textarea id="respond-words" name="option" rows="4" maxlength="1000" required aria-describedby="respond-help"></textarea><p id="respond-help">${text.respondHelp}</p>
<p class="moves"><button name="respond" value="">${text.respondSend}</button></p></form>`;
}

/** What every press carries: where it was pressed. */
export function pointer({ session, node, seq }: Pick<InSession, 'session' | 'node' | 'seq'>): Html {
  return html`<input type="hidden" name="session" value="${session}"><input type="hidden" name="node" value="${node}"><input type="hidden" name="seq" value="${seq}">`;
}
