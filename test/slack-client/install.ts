import { join } from 'node:path';
import { fetchPackage } from '../support/fetched.ts';

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
  const { path, remove } = fetchPackage({ name, version, integrity });
  return { binary: join(path, 'bin/local-slack'), remove };
}
