import { existsSync } from 'node:fs';

/** A browser of the Chromium family that is installed here, if there is one. */
export function findBrowser(): string | undefined {
  const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return paths.find((path) => existsSync(path));
}
