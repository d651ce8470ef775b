import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const name = 'local-slack-linux-x64';
const version = '0.1.8';
const integrity = 'sha512-2BCTKxKajjZNWCSCj66Jq5VDScUDNpGZ1lA3281I8RvpDE4/ULCwC26TlcW6/4sPbSTs02Q3KjTiltJp3ZBEvg==';

/** local-slack, and how to remove it again. */
interface Installed {
  binary: string;
  remove(): void;
}

/**
 * Fetches local-slack into a folder of its own; npm holds it against its hash. With LOCAL_SLACK, that one is used.
 * @returns nothing where there is none for this machine. @throws where it can't be had
 */
export function installLocalSlack(): Installed | undefined {
  if (process.env.LOCAL_SLACK) return { binary: process.env.LOCAL_SLACK, remove() {} };
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'local-slack-'));
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
  return { binary: join(folder, 'node_modules', name, 'bin/local-slack'), remove };
}
