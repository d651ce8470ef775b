import { buffer } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import PDFDocument from 'pdfkit';
import type { Block, Paper } from './pdfpaper.ts';

/** Sets a paper on A4: tagged for those who have it read to them, and all that it needs within it, as PDF/A asks. */
async function set(paper: Paper): Promise<Uint8Array> {
  const document = new PDFDocument({
    size: 'A4',
    margins: { top: 64, bottom: 72, left: edge, right: edge },
    pdfVersion: '1.7',
    subset: 'PDF/A-2a',
    tagged: true,
    lang: tongues[paper.language],
    displayTitle: true,
    bufferPages: true,
    info: {
      Title: asMetadata(paper.title),
      Author: asMetadata(paper.author),
      Creator: 'isitpublic',
      CreationDate: new Date(paper.at),
    },
  });
  const written = buffer(document);
  for (const [name, address] of Object.entries(fonts)) document.registerFont(name, fileURLToPath(address));
  const root = document.struct('Document');
  document.addStructure(root);
  for (const block of paper.blocks) draw(document, root, block);
  root.end();
  drawFeet(document, paper.foot);
  document.end();
  return written;
}

type Document = PDFKit.PDFDocument;
type Element = PDFKit.PDFStructureElement;

/** The margin to the left and to the right, in points, and how far what is under something stands in. */
const edge = 64;
const step = 14;

const tongues = { sv: 'sv-SE', en: 'en-GB' };
const fonts = {
  plain: import.meta.resolve('@expo-google-fonts/source-sans-3/400Regular/SourceSans3_400Regular.ttf'),
  bold: import.meta.resolve('@expo-google-fonts/source-sans-3/700Bold/SourceSans3_700Bold.ttf'),
};

/** The library writes these into XML as they are. */
function asMetadata(text: string): string {
  return text.replaceAll('&', '+').replace(/[<>]/g, '');
}

function draw(document: Document, parent: Element, block: Block): void {
  const language = { lang: tongues[block.lang] };
  switch (block.kind) {
    case 'heading': {
      const [size, above] = headings[block.level];
      document.font('bold').fontSize(size).fillColor('black');
      // A heading stands with what it is about.
      room(document, above + 4 * size);
      document.y += document.y > document.page.margins.top ? above : 0;
      if (block.level === 2) document.outline.addItem(writable(document, block.text));
      parent.add(document.struct(`H${block.level}`, language, () => put(document, block.text)));
      return;
    }
    case 'text': {
      const { font, size, color, left } = looks[block.as ?? 'plain'];
      document.font(font).fontSize(size).fillColor(color);
      // What is bold says what comes next.
      if (font === 'bold') room(document, 4 * size);
      const paragraph = document.struct('P', language, () => put(document, block.text, left));
      parent.add(block.as === 'quote' ? document.struct('BlockQuote', {}, paragraph) : paragraph);
      return;
    }
    case 'list': {
      const list = begin(document, parent, 'L', language);
      for (const { text, strong } of block.items) {
        document
          .font(strong ? 'bold' : 'plain')
          .fontSize(10.5)
          .fillColor('black');
        room(document, document.currentLineHeight(true));
        const item = begin(document, list, 'LI');
        const { y } = document;
        item.add(document.struct('Lbl', {}, () => document.text('•', edge, y, { lineBreak: false })));
        document.y = y;
        item.add(document.struct('LBody', {}, () => put(document, text, step, 2)));
        item.end();
      }
      list.end();
      document.y += 3;
      return;
    }
    case 'terms': {
      const list = begin(document, parent, 'L', language);
      for (const [name, said] of block.terms) {
        const named = /\p{P}$/u.test(name) ? name : `${name}:`;
        room(document, 16);
        const item = begin(document, list, 'LI');
        document.fontSize(10.5).fillColor('black');
        const label = () =>
          document.font('bold').text(`${writable(document, named)} `, edge, document.y, { ...lines, continued: true });
        item.add(document.struct('Lbl', {}, label));
        const value = () => document.font('plain').text(writable(document, said), { ...lines, continued: false });
        item.add(document.struct('LBody', {}, value));
        item.end();
        document.y += 2;
      }
      list.end();
      document.y += 4;
    }
  }
}

const lines = { lineGap: 1.5 };

/** Size, and the space above it. */
const headings = { 1: [24, 4], 2: [15, 16], 3: [11, 9] } as const;

const looks = {
  plain: { font: 'plain', size: 10.5, color: 'black', left: 0 },
  lead: { font: 'bold', size: 12, color: 'black', left: 0 },
  small: { font: 'plain', size: 9.5, color: '#444444', left: 0 },
  strong: { font: 'bold', size: 10.5, color: 'black', left: 0 },
  quote: { font: 'plain', size: 10.5, color: 'black', left: step },
  alert: { font: 'bold', size: 10.5, color: '#7a1f1f', left: 0 },
};

/** An element that more is put into, under one that has its place already. */
function begin(document: Document, parent: Element, type: string, options = {}): Element {
  const element = document.struct(type, options);
  parent.add(element);
  return element;
}

/** Writes a paragraph from the left edge on. */
function put(document: Document, text: string, left = 0, below = 4): void {
  const width = document.page.width - 2 * edge - left;
  document.text(writable(document, text), edge + left, document.y, { ...lines, width });
  document.x = edge;
  document.y += below;
}

/** Goes on to the next page where so much does not fit on this one. */
function room(document: Document, height: number): void {
  const { page, y } = document;
  if (y + height > page.height - page.margins.bottom) document.addPage();
}

/** A sign that the font does not have is told by its number, so that nothing is left out without a word. */
function writable(document: Document, text: string): string {
  const { font } = (document as unknown as { _font: { font: { hasGlyphForCodePoint(code: number): boolean } } })._font;
  const signs = [...text.normalize('NFC').replace(/\r\n?/g, '\n').replaceAll('\t', ' ')];
  return signs
    .map((sign) => {
      const code = sign.codePointAt(0)!;
      if (sign === '\n' || font.hasGlyphForCodePoint(code)) return sign;
      return `[U+${code.toString(16).toUpperCase().padStart(4, '0')}]`;
    })
    .join('');
}

/** What stands at the foot of each page: no part of what is read out. */
function drawFeet(document: Document, text: string): void {
  const { count } = document.bufferedPageRange();
  for (let i = 0; i < count; i += 1) {
    document.switchToPage(i);
    const { page } = document;
    // Below the margin there is no room for text, and a new page would be begun.
    page.margins.bottom = 0;
    document.font('plain').fontSize(9).fillColor('#444444');
    document.markContent('Artifact', { type: 'Pagination', attached: ['Bottom'] });
    const y = page.height - 44;
    document.text(writable(document, text), edge, y, { lineBreak: false });
    document.text(`${i + 1} (${count})`, edge, y, { width: page.width - 2 * edge, align: 'right', lineBreak: false });
    document.endMarkedContent();
  }
}

// The thread's side of pdf.ts: one paper, set and handed back.
parentPort!.postMessage(await set(workerData as Paper));
