import { Document, HeadingLevel, Packer, Paragraph, TextRun } from 'docx';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { type Block, blanksIn, type Draft } from '../guidance/draft.ts';

/** A draft as a Word file (Office Open XML) of about 10 KB, to be finished in any word processor. */
export async function writeDocx({ title, number, blocks, notes }: Draft, author: string): Promise<Buffer> {
  const [note, ...others] = notes;
  const document = new Document({
    title,
    description: number,
    creator: author,
    lastModifiedBy: author,
    styles: {
      default: {
        document: {
          run: { font: 'Calibri', size: 22, language: { value: 'sv-SE' } },
          paragraph: { spacing: { after: 120, line: 276 } },
        },
        heading1: { run: { size: 36, bold: true, color: '000000' }, paragraph: { spacing: { after: 240 } } },
        heading2: {
          run: { size: 28, bold: true, color: '000000' },
          paragraph: { spacing: { before: 280, after: 80 } },
        },
        heading3: {
          run: { size: 24, bold: true, color: '000000' },
          paragraph: { spacing: { before: 200, after: 80 } },
        },
      },
    },
    sections: [
      {
        properties: { page: { size: { width: 11_906, height: 16_838 } } },
        children: [
          new Paragraph({ heading: HeadingLevel.HEADING_1, keepNext: true, children: runs(title) }),
          ...blocks.map((block) => draw(block)),
          // What is no part of the document stands on a page of its own, which is easily taken out.
          ...(note ? [draw(note, true)] : []),
          ...others.map((block) => draw(block)),
        ],
      },
    ],
  });
  return withoutTime(await Packer.toBuffer(document));
}

/** The same draft is the same file, byte for byte, whenever it is written. */
function withoutTime(file: Buffer): Buffer {
  const parts = unzipSync(file);
  const core = 'docProps/core.xml';
  const said = strFromU8(parts[core]!).replace(/<dcterms:(created|modified)[^>]*>[^<]*<\/dcterms:\1>/g, '');
  return Buffer.from(zipSync({ ...parts, [core]: strToU8(said) }, { mtime: '1980-01-01T12:00:00' }));
}

function draw(block: Block, pageBreakBefore = false): Paragraph {
  switch (block.kind) {
    case 'heading':
      return new Paragraph({
        heading: block.level === 2 ? HeadingLevel.HEADING_2 : HeadingLevel.HEADING_3,
        keepNext: true,
        pageBreakBefore,
        children: runs(block.text),
      });
    case 'field':
      return new Paragraph({ children: [new TextRun({ text: `${block.label}: `, bold: true }), ...runs(block.text)] });
    case 'paragraph':
      return new Paragraph({ children: runs(block.text) });
    case 'item':
      return new Paragraph({ bullet: { level: 0 }, children: runs(block.text) });
  }
}

/** What is left to be filled in is seen by its brackets and its weight, and not by colour alone. */
function runs(text: string): TextRun[] {
  return blanksIn(text).map(({ text, blank }) =>
    blank ? new TextRun({ text, bold: true, highlight: 'yellow' }) : new TextRun(text),
  );
}
