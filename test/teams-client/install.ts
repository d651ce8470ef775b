import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const name = '@microsoft/m365agentsplayground';
const version = '0.2.28';
const integrity = 'sha512-EevhYW8xtEATwNg5eiFqTgZT0P5gjfCsLBwBWESSrB6+0lr9Yi9R27HJwjNGUlT3JQlxoWMgnvEQunUuyI/+2Q==';

/** The Agents Playground, and how to remove it again. */
interface Installed {
  script: string;
  remove(): void;
}

/**
 * Fetches the Agents Playground into a folder of its own; npm holds it against its hash. With AGENTS_PLAYGROUND, that
 * one is used: the path of its `cli.js`. Its licence lets one try it out, so it is no dependency of ours and never stays.
 * @throws where it can't be had
 */
export function installPlayground(): Installed {
  if (process.env.AGENTS_PLAYGROUND) return { script: process.env.AGENTS_PLAYGROUND, remove() {} };
  const folder = mkdtempSync(join(tmpdir(), 'agents-playground-'));
  const remove = () => rmSync(folder, { recursive: true, force: true });
  const wanted = { dependencies: { [name]: version } };
  const packages = { '': wanted, [`node_modules/${name}`]: { version, integrity } };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(wanted));
  writeFileSync(join(folder, 'package-lock.json'), JSON.stringify({ lockfileVersion: 3, packages }));
  try {
    const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  } catch {
    remove();
    throw new Error(`${name}@${version} could not be installed; what npm said stands above.`);
  }
  return { script: join(folder, 'node_modules', name, 'cli.js'), remove };
}

/** A browser of the Chromium family that is installed here, if there is one. */
export function findBrowser(): string | undefined {
  const paths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  return paths.find((path) => existsSync(path));
}
