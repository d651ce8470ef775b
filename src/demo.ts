import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { environment, readConfig, Settings } from './config.ts';
import { openDatabase } from './database/database.ts';
import { makeYear, whose } from './demo-year.ts';
import { loadFlows } from './guidance/flows.ts';

const usage = `npm run demo [-- [--again] [--records N]]

  makes data/demo.db, a year of made-up records, where it is not there yet, and starts the program on it
  --again      makes it anew, and with it goes what you have pressed in it
  --records N  so many sessions rather than 600`;

const file = 'data/demo.db';
const rolesFile = 'data/demo-roles.yaml';

/** Who can sign in, by their id at the demo's own provider; what each may do comes of their group. */
const people = {
  rut: { name: 'Rut Registrator', groups: ['registrars'] },
  greta: { name: 'Greta Granskare (Skola och förskola)', groups: ['reviewers'] },
  arne: { name: 'Arne Arkivarie', groups: ['archivists'] },
  rita: { name: 'Rita Revisor', groups: ['auditors'] },
  adam: { name: 'Adam Administratör', groups: ['administrators'] },
};

const roles = `# Who may do what in the demo; written anew each time it starts.
- { role: registrar, groups: [registrars] }
- { role: reviewer, groups: [reviewers], units: [Skola och förskola] }
- { role: archivist, groups: [archivists] }
- { role: auditor, groups: [auditors] }
- { role: administrator, groups: [administrators] }
`;

try {
  await main();
} catch (fault) {
  console.error(fault instanceof Error ? fault.message : fault);
  process.exit(1);
}

async function main(): Promise<void> {
  const { again, records } = readArguments();
  const host = '127.0.0.1';
  const given = environment();
  const port = given.PORT || String(await freePort());
  const address = `http://${host}:${port}`;
  // What is set up for the real log must not reach into a made-up one: neither its chat platforms nor its address.
  const off = Object.keys(Settings.shape).filter((name) => /^(SLACK_|MICROSOFT_|TEAMS_)/.test(name));
  const settings = {
    ...Object.fromEntries(off.map((name) => [name, ''])),
    ...{ HOST: host, PORT: port, PUBLIC_URL: address, DATABASE_URL: `sqlite:${file}`, ROLES: rolesFile },
    ...(await signInHere(address)),
  };
  const config = readConfig(Object.assign(given, settings));
  const standing = existsSync(file) ? await look(config.SECRET_KEY) : 'nobody';
  if (standing === 'somebody')
    throw new Error(
      `${file} holds records that are not the demo's, or that were sealed with another key. It is left as it is: move it elsewhere, and run this again.`,
    );
  if (standing === 'nobody' || again) await make(config.FLOWS, config.SECRET_KEY, records);
  else console.log(`${file} is there already; "npm run demo -- --again" makes it anew.`);
  writeFileSync(rolesFile, roles);
  await import('./main.ts');
  console.log(told(address));
}

/** A provider on this machine, and the settings that lead to it. */
async function signInHere(publicUrl: string): Promise<NodeJS.ProcessEnv> {
  const { startProvider } = await import('./demo-provider.ts');
  const { issuer, clientId, clientSecret } = await startProvider({
    publicUrl,
    port: await freePort(),
    known: people,
    anew: true,
  });
  return { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
}

function readArguments(): { again: boolean; records: number | undefined } {
  const { values } = parseArgs({
    options: { again: { type: 'boolean' }, records: { type: 'string' }, help: { type: 'boolean' } },
  });
  const records = values.records === undefined ? undefined : Number(values.records);
  if (values.help || (records !== undefined && !(Number.isInteger(records) && records >= 1 && records <= 10_000)))
    throw new Error(usage);
  return { again: values.again ?? false, records };
}

/** Whose the standing file is. It is claimed meanwhile, so that none is taken away under a running program. */
async function look(secret: string) {
  const database = await openDatabase(`sqlite:${file}`, { server: true });
  return whose(database, secret).finally(() => database.close());
}

/** Made beside the standing one, which it replaces when it is whole: whoever stops it half-way loses nothing. */
async function make(folder: string, secret: string, records: number | undefined): Promise<void> {
  const began = performance.now();
  const beside = `${file}.making`;
  remove(beside);
  console.log(`Making up a year of records in ${file} ...`);
  const database = await openDatabase(`sqlite:${beside}`, { server: true });
  try {
    await makeYear(database, loadFlows(folder), secret, today(), records);
    const { made } = await database.query
      .selectFrom('record')
      .select(({ fn }) => fn.countAll<number>().as('made'))
      .executeTakeFirstOrThrow();
    console.log(`${made} records, made in ${((performance.now() - began) / 1000).toFixed(1)} s. None of it is real.`);
  } finally {
    await database.close();
  }
  remove(file);
  await rename(beside, file);
  remove(beside);
}

function remove(database: string): void {
  for (const end of ['', '-wal', '-shm', '-server', '-server-journal']) rmSync(`${database}${end}`, { force: true });
}

/** The day it is in Sweden. */
function today(): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' }).format(new Date());
}

/** Another program may take it in between; then the program says so, and another try finds another one. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function told(address: string): string {
  const weekAgo = new Date(Date.now() - 8 * 86_400_000).toISOString().slice(0, 10);
  const lost = new URLSearchParams({ outcome: 'ask-registrar', from: weekAgo, reviewed: 'no' });
  return [
    '',
    'The demo: everything in it is made up.',
    `  web chat  ${address}/`,
    `  console   ${address}/review`,
    `  sign in   ${address}/review/sign-in, as one of five people; choose Rut, the registrar, to begin with`,
    '',
    'Five things to try:',
    '  1. In the web chat, answer "I don\'t know" and ask the registrar. Keep that page.',
    `  2. Last week's records that ended with the registrar: ${address}/review?${lost}`,
    '     Find yours among them, and correct it: the web chat shows it when you look again.',
    `  3. Questions that wait for an answer: ${address}/review/questions`,
    '     Take yours, answer it, and make the answer a clarification: the next person who comes there sees it.',
    `  4. Draw a sample, review it, and read the share in error: ${address}/review/samples`,
    `  5. Where staff get lost: ${address}/review/statistics`,
    '',
    'Ctrl-C stops it. "npm run demo" goes on with it; "npm run demo -- --again" makes it anew.',
  ].join('\n');
}
