import { Worker } from 'node:worker_threads';
import { Router } from 'express';
import { numberOf } from '../record/number.ts';
import { type Console, languageOf } from './console.ts';
import { mayWith } from './members.ts';
import { type Paper, paperOf } from './pdfpaper.ts';
import { openSheet } from './sheet.ts';

/** One record as a PDF to be filed, made as PDF/A. Mounted at /review. */
export function openPdfs(house: Console): Router {
  const router = Router();
  const { guidance } = house;
  let line: Promise<unknown> = Promise.resolve();

  router.get(/^\/(VGL-[^/]*)\.pdf$/i, house.guard('own'), async (request, response, next) => {
    const { member } = house.signed(request);
    const sheet = await openSheet(guidance, member, String(request.params[0]));
    // What is not there is said in the words in which every such number is answered.
    if (!sheet) return next();
    if (!mayWith(member, 'export', sheet.row)) return house.refuse(request, response);
    const paper = paperOf(guidance, sheet, languageOf(request));
    // One at a time: each takes a processor for a moment, and whoever presses in the chat needs one too.
    const made = line.then(() => writePdf(paper));
    line = made.catch(() => {});
    const pdf = await made;
    if (!member.own.includes(sheet.row.person)) await house.noteAccess(member, 'exported', { record: sheet.row });
    response
      .type('pdf')
      .attachment(`${numberOf(sheet.row.id)}.pdf`)
      .send(pdf);
  });

  return router;
}

/** Sets the paper in a thread of its own: it takes longer than a press in the chat may wait. */
function writePdf(paper: Paper): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const thread = new Worker(new URL('./pdf-thread.ts', import.meta.url), { workerData: paper });
    thread.once('message', (pdf: Uint8Array) => resolve(Buffer.from(pdf)));
    thread.once('error', reject);
    thread.once('exit', () => reject(new Error('The PDF could not be made.')));
  });
}
