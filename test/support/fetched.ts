import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A package as others have written it, in exactly this version. */
interface Wanted {
  name: string;
  version: string;
  /** Its hash, as the registry tells it. */
  integrity: string;
}

/**
 * Fetches a package into a folder of its own; npm holds it against its hash.
 * @returns where it lies, and how to remove it again. @throws where it can't be had
 */
export function fetchPackage({ name, version, integrity }: Wanted): { path: string; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'fetched-'));
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
  return { path: join(folder, 'node_modules', name), remove };
}
