import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { findBrowser, openBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/databases.ts';
import { startDemo } from '../support/demo.ts';

const skip = findBrowser() === undefined && 'no browser was found';
const screens = process.env.SCREENS;
if (screens) mkdirSync(screens, { recursive: true });

/** Somebody in a browser of their own, on a phone. */
async function openPhone(browser: Browser): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 360, height: 740 }, locale: 'sv-SE' });
  page.setDefaultTimeout(10_000);
  return page;
}

test('a newcomer with the demo: signs in, corrects, answers, makes clear, samples, and sees where staff get lost', {
  skip,
}, async () => {
  const { address, stop } = await startDemo(temporaryFolder());
  const browser = await openBrowser();
  const [kim, rut] = await Promise.all([openPhone(browser), openPhone(browser)]);
  let pictures = 0;
  const look = async (page: Page, name: string) => {
    pictures += 1;
    if (screens) await page.screenshot({ path: join(screens, `${pictures}-${name}.png`), fullPage: true });
  };
  const says = async (page: Page, words: RegExp) => assert.match(await page.innerText('main'), words);

  // Kim doesn't know, and asks the registrar.
  await kim.goto(address);
  await kim.click('button[name=start][value=is-it-public]');
  await kim.click('button[name=answer][value=unsure]');
  await kim.fill('#ask-words', 'Är ett sms till rektorn en allmän handling?');
  await kim.click('button[name=ask]');
  await says(kim, /Väntar på svar/);
  const [number = ''] = /VGL-\d{4}-\d{5}/.exec(await kim.innerText('main')) ?? [];
  const itsAddress = kim.url();

  // Rut signs in at the provider of the demo, and finds it among last week's records that ended with the registrar.
  await rut.goto(`${address}/review/sign-in`);
  await rut.click('button[value=rut]');
  await says(rut, /Vägledningar/);
  const week = new Date(Date.now() - 8 * 86_400_000).toISOString().slice(0, 10);
  await rut.goto(`${address}/review?${new URLSearchParams({ outcome: 'ask-registrar', from: week, reviewed: 'no' })}`);
  await look(rut, 'queue');
  await rut.click(`a:has-text("${number}")`);

  // She corrects it, and Kim's own page says so, by whom and why.
  await rut.selectOption('#should', 'not-a-public-record');
  await rut.fill('#correct-words', 'Ett privat sms om semestern är det inte.');
  await rut.click('button[name=do][value=correct]');
  await look(rut, 'corrected');
  await kim.goto(`${address}/?fresh=1`);
  await kim.click(`a:has-text("${number}")`);
  await says(
    kim,
    /Granskad och rättad\s+Det borde ha blivit: Inte en allmän handling\s+Ett privat sms om semestern är det inte\.\s+Rut Registrator \(registrator\)/,
  );
  await look(kim, 'corrected');

  // She answers the question, and makes the answer clear to everybody.
  await rut.goto(`${address}/review/questions`);
  await rut.click(`a:has-text("${number}")`);
  await rut.click('button[name=do][value=take]');
  await look(rut, 'question');
  await rut.fill('#answer-words', 'Ja, om det rör jobbet. Annars inte.');
  await rut.click('button[name=do][value=answer]');
  await kim.goto(itsAddress);
  await says(
    kim,
    /Fråga registratorn: Besvarad[\s\S]*Rut Registrator \(registrator\)[\s\S]*Ja, om det rör jobbet\. Annars inte\./,
  );
  await look(kim, 'answered');
  const other = await openPhone(browser);
  await rut.fill('#clarify-sv', 'Ett sms om jobbet är en handling som vi har.');
  await rut.fill('#clarify-en', 'A text message about work is a document that we hold.');
  await rut.check('section:has(#clarify) input[name=cites] >> nth=0');
  await rut.click('button[name=do][value=clarify]');
  await look(rut, 'clarified');

  // The next person who comes there reads it.
  await other.goto(address);
  await other.click('button[name=start][value=is-it-public]');
  await says(other, /Registratorn har förtydligat\s+Ett sms om jobbet är en handling som vi har\./);
  await look(other, 'clarified');

  // She draws a sample, reviews what is in it, and reads the share in error.
  await rut.goto(`${address}/review/samples`);
  await rut.fill('#size', '5');
  await rut.click('main button.main');
  await look(rut, 'sample');
  const sample = rut.url();
  const next = 'main a:has-text("Granska nästa")';
  while ((await rut.locator(next).count()) > 0) {
    await rut.click(next);
    await rut.click('button[name=do][value=approve]');
    await rut.goto(sample);
  }
  // What somebody has sent back with a question counts when it is settled.
  const settled = 5 - (await rut.locator('main td:text-is("återsänd")').count());
  await says(
    rut,
    new RegExp(
      `Av ${settled} granskade? rättades \\d\\. .*fel uppskattningsvis \\d+,\\d\\s%\\. Med 95 procents säkerhet`,
    ),
  );
  await look(rut, 'share');

  // And the picture of where staff get lost is there.
  await rut.goto(`${address}/review/statistics`);
  await look(rut, 'statistics');
  await says(rut, /Vet inte/);
  assert.ok((await rut.locator('main svg').count()) > 3);
  assert.equal(await stop(), 0);
});
