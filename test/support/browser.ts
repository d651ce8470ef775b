import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after } from 'node:test';
import { type Browser, chromium, type Page } from 'playwright-core';

/** A browser of the Chromium family that is installed here, if there is one. */
export function findBrowser(): string | undefined {
  const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return paths.find((path) => existsSync(path));
}

// A renderer of its own for each tab that a test opens costs more than all that the test does in it.
const quiet =
  '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync --renderer-process-limit=1';

/** That browser without a screen, closed when the tests of this file, or of the describe that asks, have run. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === undefined) throw new Error('No browser was found. Get one: apt-get install chromium.');
  const browser = await chromium.launch({ executablePath, args: quiet.split(' ') });
  after(() => browser.close());
  return browser;
}

let axe: string | undefined;

/** WCAG 2.2 at level AA, and what the checker holds for good practice. */
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/**
 * What the checker has against a page as it is now, each with the element; only by some of its rules, where they are
 * named. It is sent to the browser once, which has it ready on every page from then on.
 */
export async function violations(page: Page, only: string[] = rules): Promise<string[]> {
  axe ??= readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  if (!(await page.evaluate('"axe" in window'))) {
    await page.context().addInitScript({ content: axe });
    await page.evaluate(axe);
  }
  const found = await page.evaluate(
    `axe.run(${JSON.stringify({ runOnly: only, resultTypes: ['violations'] })}).then(({ violations }) =>
      violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => id + ': ' + html)))`,
  );
  return found as string[];
}

/** What depends on the size of the window and on its colours, and no rule but these. */
export const bySight = ['color-contrast', 'target-size'];
