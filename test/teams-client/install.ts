import { join } from 'node:path';
import { fetchPackage } from '../support/fetched.ts';

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
  const { path, remove } = fetchPackage({ name, version, integrity });
  return { script: join(path, 'cli.js'), remove };
}
