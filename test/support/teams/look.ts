import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import type { Card } from '../../../src/chat/teams/card.ts';

/**
 * The looks that Teams has: light and dark in the colours of the host configurations that Microsoft publishes; none is
 * published for high contrast, so that this one is made of the colours that Windows has for it in Teams.
 */
export const themes = {
  light: {
    back: '#ffffff',
    text: '#252424',
    subtle: '#bf252424',
    line: '#eeeeee',
    link: '#6264a7',
    attention: '#c4314b',
    emphasis: '#f9f8f7',
    accent: '#c7def9',
    onAccent: '#252424',
    edge: '#8f8d8b',
    main: '#5b5fc7',
    onMain: '#ffffff',
    danger: '#c4314b',
  },
  dark: {
    back: '#2d2c2c',
    text: '#ffffff',
    subtle: '#bfffffff',
    line: '#eeeeee',
    link: '#a6a7dc',
    attention: '#d74654',
    emphasis: '#292828',
    accent: '#c7def9',
    onAccent: '#201f1f',
    edge: '#8f8d8b',
    main: '#5b5fc7',
    onMain: '#ffffff',
    danger: '#e37d80',
  },
  contrast: {
    back: '#000000',
    text: '#ffffff',
    subtle: '#ffffff',
    line: '#ffffff',
    link: '#ffff01',
    attention: '#ffff01',
    emphasis: '#000000',
    accent: '#000000',
    onAccent: '#ffffff',
    edge: '#ffffff',
    main: '#1aebff',
    onMain: '#000000',
    danger: '#ffffff',
  },
} as const;

export type Theme = keyof typeof themes;

/**
 * Where cards are looked at, and how wide they are there in CSS pixels. On a phone buttons stand one below another, each as
 * wide as the card; in a window, side by side as far as they fit. A window at 400 % is as narrow as a phone.
 */
export const places = {
  phone: { width: 320, actions: { actionsOrientation: 'vertical', actionAlignment: 'stretch' } },
  '400 %': { width: 320, actions: { actionsOrientation: 'horizontal', actionAlignment: 'left' } },
  chat: { width: 500, actions: { actionsOrientation: 'horizontal', actionAlignment: 'left' } },
  window: { width: 800, actions: { actionsOrientation: 'horizontal', actionAlignment: 'left' } },
} as const;

export type Place = keyof typeof places;

/** A card to be looked at, under a name of its own. */
export interface Hung {
  name: string;
  card: Card;
}

const require = createRequire(import.meta.url);

/** A page on which cards are hung up, drawn by Microsoft's own library. */
export async function openWall(browser: Browser): Promise<Page> {
  const page = await browser.newPage();
  await page.setContent('<!doctype html><html lang="sv"><title>Kort</title><main><h1>Kort</h1></main>');
  await page.addScriptTag({ content: readFileSync(require.resolve('adaptivecards/dist/adaptivecards.js'), 'utf8') });
  await page.addScriptTag({ content: drawing });
  return page;
}

/** Draws these cards and no others. */
export async function hang(page: Page, cards: readonly Hung[], theme: Theme, place: Place): Promise<void> {
  await page.setViewportSize({ width: places[place].width, height: 900 });
  const config = { ...configOf(theme), actions: { maxActions: 6, buttonSpacing: 0, ...places[place].actions } };
  await page.evaluate(`hang(${JSON.stringify({ cards, config, style: styleOf(theme) })})`);
}

/** What can't be read or pressed on the cards that hang there, each with the name of its card. */
export async function faultsOn(page: Page): Promise<string[]> {
  return page.evaluate('measure()');
}

const font = {
  fontFamily: "'Segoe UI', 'Liberation Sans', Arial, sans-serif",
  fontSizes: { small: 12, default: 14, medium: 14, large: 18, extraLarge: 24 },
  fontWeights: { lighter: 200, default: 400, bolder: 600 },
};

/** The host configuration, in the library's own form. */
function configOf(theme: Theme): object {
  const { back, text, subtle, line, link, attention, emphasis, accent, onAccent } = themes[theme];
  const container = (backgroundColor: string, color: string = text, pale: string = subtle) => ({
    backgroundColor,
    foregroundColors: {
      default: { default: color, subtle: pale },
      accent: { default: link, subtle: link },
      attention: { default: attention, subtle: attention },
    },
  });
  return {
    supportsInteractivity: true,
    spacing: { small: 8, default: 12, medium: 16, large: 20, extraLarge: 24, padding: 16 },
    separator: { lineThickness: 1, lineColor: line },
    fontTypes: { default: font, monospace: font },
    containerStyles: {
      default: container(back),
      emphasis: container(emphasis),
      accent: container(accent, onAccent, onAccent),
    },
    textBlock: { headingLevel: 2 },
  };
}

/** How Teams dresses what the library leaves bare. A button has one line, and cuts what does not fit in it. */
function styleOf(theme: Theme): string {
  const { back, text, line, link, edge, main, onMain, danger } = themes[theme];
  return `
    * { box-sizing: border-box }
    body { margin: 0; background: ${back}; color: ${text}; font: 14px 'Segoe UI', 'Liberation Sans', Arial, sans-serif }
    h1 { font-size: 14px; margin: 8px }
    article { margin-bottom: 16px; border: 1px solid ${line} }
    a { color: ${link} }
    .ac-actionSet { flex-wrap: wrap; gap: 8px }
    .ac-pushButton {
      max-width: 100%; min-height: 32px; padding: 5px 12px; overflow: hidden; text-overflow: ellipsis; white-space: nowrap;
      font: 600 14px 'Segoe UI', 'Liberation Sans', Arial, sans-serif;
      color: ${text}; background: ${back}; border: 1px solid ${edge}; border-radius: 4px;
    }
    .ac-pushButton.style-positive { color: ${onMain}; background: ${main}; border-color: ${main} }
    .ac-pushButton.style-destructive { color: ${danger}; border-color: ${danger} }
    .ac-pushButton > * { overflow: hidden; text-overflow: ellipsis }
    input[type=text] {
      height: 32px; padding: 4px 8px; font: inherit; color: ${text};
      background: ${back}; border: 1px solid ${edge}; border-radius: 4px;
    }
    input::placeholder { color: ${text}; opacity: .75 }
    input[type=radio], input[type=checkbox] { width: 24px; height: 24px; margin: 0 4px 0 0; flex: none; accent-color: ${link} }
    .ac-choiceSetInput-expanded > div, .ac-choiceSetInput-multiSelect > div { padding: 4px 0; align-items: flex-start !important }
    ul, ol { margin: 0; padding-left: 24px }
    p { margin: 0 }
    p + p { margin-top: 8px }`;
}

/**
 * Runs in the page. Markdown as Teams reads it: bold, italic, links and lists; a line break alone is none. The library
 * remembers where it was in a language and refuses every other card for it, so that is said around the card.
 */
const drawing = String.raw`
  const escape = (text) => text.replace(/[&<>"]/g, (one) => '&#' + one.charCodeAt(0) + ';');
  const spans = (text) => escape(text)
    .replace(/\\([\\\x60*_()[\]])/g, (_, one) => '&#' + one.charCodeAt(0) + ';')
    .replace(/\[([^\]]+)\]\(([^)]+)\)/g, '<a href="$2">$1</a>')
    .replace(/\*\*(.+?)\*\*/g, '<b>$1</b>')
    .replace(/(^|\W)_(.+?)_(?!\w)/g, '$1<i>$2</i>');
  const point = /^(?:-|\d+\.) /;
  function markdown(text) {
    return text.split(/\n{2,}|\r/).map((paragraph) => {
      const lines = paragraph.split('\n');
      if (!lines.every((line) => point.test(line))) return '<p>' + spans(lines.join(' ')) + '</p>';
      const kind = lines[0].startsWith('-') ? 'ul' : 'ol';
      const start = kind === 'ol' ? ' start="' + parseInt(lines[0]) + '"' : '';
      return '<' + kind + start + '>' + lines.map((line) => '<li>' + spans(line.replace(point, '')) + '</li>').join('') + '</' + kind + '>';
    }).join('');
  }
  AdaptiveCards.AdaptiveCard.onProcessMarkdown = (text, result) => {
    result.outputHtml = markdown(text);
    result.didProcess = true;
  };
  function hang({ cards, config, style }) {
    const main = document.querySelector('main');
    const all = cards.map(({ name, card: { lang, ...card } }) => {
      const drawn = new AdaptiveCards.AdaptiveCard();
      drawn.hostConfig = new AdaptiveCards.HostConfig(config);
      drawn.parse(card);
      const article = document.createElement('article');
      article.setAttribute('aria-label', name);
      article.lang = lang;
      article.append(drawn.render());
      return article;
    });
    const look = document.createElement('style');
    look.textContent = style;
    main.replaceChildren(look, main.querySelector('h1'), ...all);
  }
  const isCut = (element) => element.scrollWidth > element.clientWidth + 1;
  /* What stands below a button, past what only makes room. */
  function saidBelow(button) {
    let at = button.closest('.ac-actionSet');
    for (; at && at.matches('article *'); at = at.parentElement)
      for (let next = at.nextElementSibling; next; next = next.nextElementSibling)
        if (next.innerText) return next.innerText;
    return '';
  }
  function measure() {
    const drawn = (element) => element.getClientRects().length > 0;
    return [...document.querySelectorAll('article')].flatMap((article) => {
      const within = (selector) => [...article.querySelectorAll(selector)].filter(drawn);
      const faults = [];
      for (const element of within('*')) {
        const said = element.textContent.slice(0, 40);
        if (element.getBoundingClientRect().right > innerWidth) faults.push(said + ': is wider than the screen');
        const clips = getComputedStyle(element).overflow !== 'visible' && !element.closest('button, input');
        if (clips && isCut(element)) faults.push(said + ': is cut');
      }
      for (const button of within('button')) {
        const cut = [button, ...button.querySelectorAll('*')].some(isCut);
        if (cut && !saidBelow(button).includes(button.textContent)) faults.push(button.textContent + ': is cut');
      }
      for (const element of within('button, input')) {
        const { width, height } = element.getBoundingClientRect();
        const said = element.textContent || element.getAttribute('aria-label') || element.type;
        if (width < 24 || height < 24) faults.push(said + ': is ' + width + ' x ' + height);
      }
      return faults.map((fault) => article.getAttribute('aria-label') + ': ' + fault);
    });
  }
`;
