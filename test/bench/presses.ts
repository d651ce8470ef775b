import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/database/database.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import type { Done, Job } from './people.ts';
import { cpuOf, ended, memoryOf, startServer, stopServer } from './servers.ts';
import { percentile, sum, table } from './table.ts';

const crowds = [1, 10, 50];
const rounds = 5;
const seconds = 1.2;
const secret = 'the secret of a log that is thrown away at once';

/** How many presses a second the whole program takes over HTTP, beside an express that answers a page of that size. */
export async function benchPresses(folder: string): Promise<void> {
  const url = `sqlite:${join(folder, 'presses.db')}`;
  const settings = { DATABASE_URL: url, SECRET_KEY: secret, HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' };
  const people = fork(fileURLToPath(new URL('people.ts', import.meta.url)));
  process.once('exit', () => people.kill('SIGKILL'));
  const file = join(folder, 'page.html');
  const [house, page] = await Promise.all([
    startServer(['src/main.ts'], settings),
    startServer([fileURLToPath(new URL('page.ts', import.meta.url)), file], {}),
  ]);
  try {
    const gone = ended(people);
    const measure = async (doing: Job['doing'], crowd: number): Promise<Measured> => {
      const server = doing === 'page' || doing === 'row' ? page : house;
      const job: Job = { address: server.address, people: crowd, seconds, doing };
      const before = cpuOf(server);
      people.send(job);
      const [done] = (await Promise.race([once(people, 'message'), gone])) as [Done];
      return { ...done, crowd, doing, serverCpu: cpuOf(server) - before };
    };
    const warm = await measure('press', 10);
    const pages = warm.pages.toSorted((a, b) => a.length - b.length);
    writeFileSync(file, pages[pages.length >> 1]!, 'latin1');
    await measure('page', 10);
    const all: Measured[] = [];
    for (let round = 1; round <= rounds; round += 1) {
      console.error(`presses: round ${round} of ${rounds}`);
      for (const crowd of crowds) for (const doing of kinds) all.push(await measure(doing, crowd));
    }
    const memory = Object.entries({ isitpublic: house, 'fixed page': page }).map(([name, server]) => {
      const { now, most } = memoryOf(server);
      return [name, now, most];
    });
    await stopServer(house);
    console.log(`Pages of ${pages.map((page) => page.length).join(', ')} bytes; the fixed page is the middle one.\n`);
    console.log(`${throughput(all)}\n`);
    console.log(`${steps(all)}\n`);
    console.log(`${table(['memory', 'at the end, MB', 'at most, MB'], memory)}\n`);
    await check(url, [warm, ...all]);
  } finally {
    for (const child of [people, house.child, page.child]) child.kill('SIGKILL');
  }
}

interface Measured extends Done {
  crowd: number;
  doing: Job['doing'];
  /** CPU time of the server, in ms. */
  serverCpu: number;
}

const kinds = ['page', 'row', 'post', 'press'] as const;
const names = { page: 'fixed page', row: 'one durable row', post: 'press: POST alone', press: 'press: POST + GET' };

/** Medians of the rounds for what is counted a second, and all rounds together for the rest. */
function throughput(all: Measured[]): string {
  const rows = crowds.flatMap((crowd) => {
    const of = (doing: Job['doing']) => all.filter((one) => one.crowd === crowd && one.doing === doing);
    const rate = (doing: Job['doing']) =>
      percentile(
        of(doing).map((one) => one.took.length / one.seconds),
        0.5,
      );
    return kinds.map((doing) => {
      const times = of(doing).flatMap((one) => one.took.map(({ post, get }) => post + get));
      const length = sum(of(doing).map((one) => one.seconds * 1000));
      const serverCpu = sum(of(doing).map((one) => one.serverCpu));
      const peopleCpu = sum(of(doing).map((one) => one.cpu));
      const ratio = rate('page') / rate(doing);
      return [
        `${crowd}  ${names[doing]}`,
        ...[rate(doing), percentile(times, 0.5), percentile(times, 0.99), serverCpu / times.length],
        ...(doing === 'page' ? ['', ''] : [ratio, ratio / 2]),
        ...[(100 * serverCpu) / length, (100 * peopleCpu) / length],
      ];
    });
  });
  const heads = ['connections', 'a second', 'p50 ms', 'p99 ms', 'CPU ms each', 'x one page', 'x two pages'];
  return table([...heads, 'server CPU %', 'people CPU %'], rows);
}

/** What each press of a session costs somebody who is alone with the program. */
function steps(all: Measured[]): string {
  const alone = all.filter((one) => one.crowd === 1 && one.doing === 'press').flatMap((one) => one.took);
  const rows = ['start', 'first answer', 'next answer', 'last answer, outcome'].map((name, step) => {
    const took = alone.filter((one) => one.step === step);
    const both = [took.map((one) => one.post), took.map((one) => one.get)];
    return [name, ...both.flatMap((times) => [percentile(times, 0.5), percentile(times, 0.99)])];
  });
  return table(['one connection', 'POST p50 ms', 'p99 ms', 'GET p50 ms', 'p99 ms'], rows);
}

/** What was acknowledged is in the log, and the log is whole. */
async function check(url: string, all: Measured[]): Promise<void> {
  const database = await openDatabase(url);
  const { faults } = await verify(database, deriveKeys(secret).ledger);
  const count = database.query.selectFrom('entry').select((one) => one.fn.countAll<number>().as('answers'));
  const { answers } = await count.where('kind', '=', 'answer').executeTakeFirstOrThrow();
  await database.close();
  const presses = all.filter(({ doing }) => doing === 'post' || doing === 'press').flatMap((one) => one.took);
  const acknowledged = presses.filter(({ step }) => step > 0).length;
  console.log(`${acknowledged} answers acknowledged, ${answers} in the log, ${faults.length} faults.`);
  if (answers !== acknowledged || faults.length > 0) process.exitCode = 1;
}
