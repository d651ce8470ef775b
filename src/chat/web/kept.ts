import { html } from 'hono/html';
import type { Guidance } from '../../guidance/guidance.ts';
import { citation } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { drawCitations, type Html, linked, page, startLink } from './draw.ts';
import { keptWords, type Part } from './keptwords.ts';

/**
 * What is kept, who reads it and for how long, for anybody to read. What it says of the law goes no further than the
 * sources that stand beside it.
 * @param hasStart whether the reader can go on to the start page, which is not for everybody.
 */
export function drawKeptPage({ municipality, sources }: Guidance, language: Language, hasStart: boolean): string {
  const text = keptWords(language);
  const { registrar } = municipality;
  const part = ({
    id,
    heading,
    lead,
    items,
    after,
    cites,
  }: Part): Html => html`<section aria-labelledby="${id}"><h2 id="${id}">${heading}</h2>
${lead ? html`<p>${lead}</p>` : ''}
${items ? html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>` : ''}
${after ? html`<p>${after}</p>` : ''}
${cites ? drawCitations(cites.flatMap((cite) => (sources[cite] ? [citation(sources[cite], cite, language)] : []))) : ''}</section>`;
  const content = html`<h1>${text.heading}</h1>
<p class="lead">${text.lead}</p>
${text.parts.map(part)}
<section aria-labelledby="ask"><h2 id="ask">${text.ask}</h2>
<p>${linked(`${registrar.name[language]}, ${registrar.email}, ${registrar.phone}.`)}</p></section>
${hasStart ? startLink(language) : ''}`;
  const other = `?language=${language === 'sv' ? 'en' : 'sv'}`;
  return page({ language, municipality, other }, text.heading, content);
}
