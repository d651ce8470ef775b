import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { openDatabase } from '../../src/database/database.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import type { Done, Job, Learnt } from './clerks.ts';
import { cpuOf, ended, memoryOf, type Server, startServer, stopServer } from './servers.ts';
import { percentile, sum, table } from './table.ts';

const crowds = [10, 50];
const seconds = 2;
const secret = 'the secret of a log that is thrown away at once';

/** A door of ours, and the bots that it is held against. */
export interface Trial {
  name: string;
  /** The program of its clerks, and what it is started with. */
  clerks: [file: string, ...args: string[]];
  /** What our program and the bots are started with. @param platform the address that they are to call. */
  settings(platform: string): Record<string, string>;
  /** The first is the one that we are held against, and answers with the card in the file. */
  peers: { name: string; until: 'shown' | 'ack'; args(file: string): string[] }[];
  words: {
    /** What people see. */
    card: string;
    /** What each answer is told at once. */
    ack: string;
    /** What else is called on the platform. */
    calls: string;
  };
  /** What of each answer is held to a goal. */
  held: ('ack' | 'shown')[];
  /** How much more memory than the first bot we may take, in MB, where that is a goal. */
  memory?: number;
}

/** Who is measured: we on a database, or a bot that keeps nothing. */
interface Contender {
  name: string;
  server: Server;
  until: 'shown' | 'ack';
  /** The database that our answers are in. */
  url?: string;
  /** Answers given so far, and those of them that led to an outcome. */
  given: number;
  ended: number;
}

interface Measured extends Done {
  contender: Contender;
  crowd: number;
  steps: 'further' | 'whole';
  /** CPU time of the server, in ms. */
  serverCpu: number;
}

/**
 * How many answers a second a door of ours takes, beside a bot that answers every press with a fixed card of the same
 * size. An answer counts when it has been acknowledged and the card replaced; only then does the same clerk answer
 * again. Rounds alternate between all, so that the machine's mood hits each alike.
 */
export async function benchDoor(folder: string, rounds: number, trial: Trial): Promise<void> {
  const [program, ...args] = trial.clerks;
  const clerks = fork(beside(program), args);
  process.once('exit', () => clerks.kill('SIGKILL'));
  const gone = ended(clerks);
  const ask = async <Answer>(job: Job): Promise<Answer> => {
    clerks.send(job);
    const [answer] = await Promise.race([once(clerks, 'message'), gone]);
    return answer as Answer;
  };
  const contenders: Contender[] = [];
  try {
    const platform = await ask<string>({ do: 'open' });
    const settings = { ...trial.settings(platform), HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' };
    const file = join(folder, `${trial.name}.json`);
    for (const { name, url } of await stores(folder, trial)) {
      const server = await startServer(['src/main.ts'], { ...settings, DATABASE_URL: url, SECRET_KEY: secret });
      const ours: Contender = { name: `isitpublic, ${name}`, server, until: 'shown', url, given: 0, ended: 0 };
      contenders.push(ours);
      const learnt = await ask<Learnt>({ do: 'learn', address: server.address });
      ours.given = learnt.answers;
      ours.ended = learnt.outcomes;
      if (contenders.length === 1) writeFileSync(file, learnt.fixed);
      if (contenders.length === 1) console.log(`${sizes(learnt, trial)}\n`);
    }
    for (const [i, { name, until, args }] of trial.peers.entries()) {
      const [program, ...given] = args(file) as [string, ...string[]];
      const server = await startServer([beside(program), ...given], settings);
      const peer: Contender = { name, server, until, given: 0, ended: 0 };
      // The one that we are held against comes first.
      if (i === 0) contenders.unshift(peer);
      else contenders.push(peer);
    }

    const measure = async (contender: Contender, crowd: number, steps: 'further' | 'whole') => {
      const { server, until, url } = contender;
      const { address } = server;
      const begun = url !== undefined && steps === 'further';
      const fixed = url === undefined;
      // As many as the fastest round so far would use up, and some more.
      const fastest = Math.max(0, ...all.filter((one) => one.contender === contender).map(rateOf));
      const sessions = Math.ceil((fastest * seconds * 1.3) / 2) + crowd;
      if (begun) contender.given += await ask<number>({ do: 'begin', address, clerks: crowd, sessions });
      const before = cpuOf(server);
      const done = await ask<Done>({ do: 'answer', address, clerks: crowd, seconds, steps, until, begun, fixed });
      contender.given += done.took.length;
      contender.ended += done.took.filter(({ step }) => step === 2).length;
      const measured: Measured = { ...done, contender, crowd, steps, serverCpu: cpuOf(server) - before };
      all.push(measured);
    };
    const all: Measured[] = [];
    for (const contender of contenders) for (const crowd of crowds) await measure(contender, crowd, 'whole');
    const warm = all.splice(0);
    // What was measured while it got warm still says how many sessions may be used up.
    all.push(...warm.map((one) => ({ ...one, crowd: 0 })));
    for (let round = 1; round <= rounds; round += 1) {
      for (const steps of ['further', 'whole'] as const) {
        console.error(`${trial.name}: round ${round} of ${rounds}, ${names[steps].toLowerCase()}`);
        // Nobody is always first, or always after the same one.
        const turns = round % 2 === 0 ? contenders : contenders.toReversed();
        for (const crowd of crowds)
          for (const contender of turns)
            if (contender.until === 'shown' || steps === 'further') await measure(contender, crowd, steps);
      }
    }
    for (const steps of ['further', 'whole'] as const) console.log(`${throughput(all, steps, trial)}\n`);
    console.log(`${eachStep(all, trial)}\n`);
    const memory = contenders.map(({ name, server }) => ({ name, ...memoryOf(server) }));
    const rows = memory.map(({ name, now, most }) => [name, now, most, now - memory[0]!.now]);
    console.log(`${table(['memory', 'at the end, MB', 'at most, MB', `more than ${memory[0]!.name}`], rows)}\n`);
    console.log(`${goals(all, rows, trial)}\n`);
    for (const contender of contenders) await stopServer(contender.server);
    await check(all, trial);
  } catch (fault) {
    for (const { name, server } of contenders) console.error(`${name} wrote:\n${server.output().slice(-2000)}`);
    // Not thrown on: a PostgreSQL that was started for this is put away at a regular end only.
    console.error(fault);
    process.exitCode = 1;
  } finally {
    clerks.kill('SIGKILL');
    for (const { server } of contenders) server.child.kill('SIGKILL');
  }
}

const names = { further: 'Second and third answers', whole: 'Whole sessions of three answers' };

const beside = (file: string) => fileURLToPath(new URL(file, import.meta.url));

async function stores(folder: string, { name }: Trial): Promise<{ name: string; url: string }[]> {
  const sqlite = { name: 'SQLite', url: `sqlite:${join(folder, `${name}.db`)}` };
  const { databases } = await import('../support/databases.ts');
  const postgres = (await databases()).find((one) => one.name === 'PostgreSQL');
  if (!postgres) return [sqlite];
  const url = await postgres.fresh();
  return [sqlite, { name: (await isDurable(url)) ? 'PostgreSQL' : 'PostgreSQL without fsync', url }];
}

/** Whether it waits for its disk, as one does that is relied on: one that was started for tests may not. */
async function isDurable(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query('SHOW fsync');
  await client.end();
  return rows[0].fsync === 'on';
}

function sizes({ cards, requests }: Learnt, { words: { card } }: Trial): string {
  const lengths = cards.map((text) => Buffer.byteLength(text)).join(', ');
  return `Requests of ${requests.join(', ')} bytes, ${card}s of ${lengths}; the fixed ${card} is the middle one.`;
}

const rateOf = (one: Done) => one.took.length / one.seconds;

function figuresOf(all: Measured[], contender: Contender, crowd: number, steps: Measured['steps']) {
  const runs = all.filter((one) => one.contender === contender && one.crowd === crowd && one.steps === steps);
  const took = runs.flatMap((one) => one.took);
  const times = { ack: took.map((one) => one.ack), shown: took.map((one) => one.shown) };
  const length = sum(runs.map((one) => one.seconds * 1000));
  return {
    runs,
    rate: percentile(runs.map(rateOf), 0.5),
    ack: [percentile(times.ack, 0.5), percentile(times.ack, 0.99)] as const,
    shown: [percentile(times.shown, 0.5), percentile(times.shown, 0.99)] as const,
    cpu: sum(runs.map((one) => one.serverCpu)) / took.length,
    busy: (100 * sum(runs.map((one) => one.serverCpu))) / length,
    clerks: (100 * sum(runs.map((one) => one.cpu))) / length,
  };
}

/** Medians of the rounds for what is counted a second, and all rounds together for the rest. */
function throughput(all: Measured[], steps: Measured['steps'], trial: Trial): string {
  const rows = crowds.flatMap((crowd) =>
    contendersIn(all).flatMap((contender) => {
      const { runs, rate, ack, shown, cpu, busy, clerks } = figuresOf(all, contender, crowd, steps);
      return runs.length > 0 ? [[`${crowd}  ${contender.name}`, rate, ...ack, ...shown, cpu, busy, clerks]] : [];
    }),
  );
  const heads = ['connections', 'a second', ...timesIn(trial), 'CPU ms each', 'server CPU %', 'clerks CPU %'];
  return `${names[steps]}:\n\n${table(heads, rows)}`;
}

const timesIn = ({ words: { ack } }: Trial) => [`${ack} p50 ms`, 'p99 ms', 'shown p50 ms', 'p99 ms'];

/** What each answer of a session costs. */
function eachStep(all: Measured[], trial: Trial): string {
  const [crowd] = crowds as [number];
  const rows = contendersIn(all)
    .filter(({ url }) => url !== undefined)
    .flatMap((contender) =>
      ['first answer', 'next answer', 'last answer, outcome'].map((name, step) => {
        const took = figuresOf(all, contender, crowd, 'whole').runs.flatMap((one) => one.took);
        const times = took.filter((one) => one.step === step);
        const both = [times.map((one) => one.ack), times.map((one) => one.shown)];
        return [
          `${contender.name}: ${name}`,
          ...both.flatMap((times) => [percentile(times, 0.5), percentile(times, 0.99)]),
        ];
      }),
    );
  return table([`${crowd} connections`, ...timesIn(trial)], rows);
}

/** What we have set out to reach, held against the first bot: the median of what each round came to. */
function goals(all: Measured[], rows: (string | number)[][], { words, held, memory }: Trial): string {
  const [peer, ...others] = contendersIn(all) as [Contender, ...Contender[]];
  const lines = others
    .filter(({ url }) => url !== undefined)
    .flatMap((contender) => {
      const reached = crowds.flatMap((crowd) => {
        const [ours, theirs] = [contender, peer].map((one) => figuresOf(all, one, crowd, 'further').runs);
        const ratio = (of: (one: Measured) => number) =>
          percentile(
            ours!.map((one, round) => of(one) / of(theirs![round]!)),
            0.5,
          );
        const name = `${contender.name}, ${crowd} connections:`;
        const p99 = (time: 'ack' | 'shown') =>
          ratio(({ took }) =>
            percentile(
              took.map((one) => one[time]),
              0.99,
            ),
          );
        return [
          goal(`${name} answers a second`, ratio(rateOf), '>= 0.8', (value) => value >= 0.8),
          ...held.map((time) =>
            goal(`${name} ${time === 'ack' ? words.ack : time} p99`, p99(time), '<= 2', (value) => value <= 2),
          ),
        ];
      });
      if (memory === undefined) return reached;
      const more = Number(rows.find(([name]) => name === contender.name)?.[3]);
      return [...reached, goal(`${contender.name}: memory, MB more`, more, `<= ${memory}`, (value) => value <= memory)];
    });
  return table([`held against ${peer.name}`, 'is', 'goal', 'reached'], lines);
}

function goal(name: string, value: number, text: string, reached: (value: number) => boolean): (string | number)[] {
  return [name, value, text, reached(value) ? 'yes' : 'NO'];
}

/** Those who were measured, in the order of their turns. */
function contendersIn(all: Measured[]): Contender[] {
  return [...new Set(all.map((one) => one.contender))];
}

/** Every press was answered with the card that it should lead to; what was acknowledged is in the log, which is whole. */
async function check(all: Measured[], { words }: Trial): Promise<void> {
  for (const contender of contendersIn(all)) {
    const runs = all.filter((one) => one.contender === contender);
    const odd = sum(runs.map((one) => one.odd));
    if (odd > 0) process.exitCode = 1;
    const calls = runs.flatMap((one) => Object.entries(one.calls));
    const told = [...new Set(calls.map(([name]) => name))].map(
      (called) => `${called} ${sum(calls.filter(([name]) => name === called).map(([, count]) => count))}`,
    );
    const rest = `${odd} ${words.card}s not as they should be; ${words.calls}: ${told.join(', ') || 'none'}.`;
    if (contender.url === undefined) {
      console.log(`${contender.name}: ${contender.given} presses; ${rest}`);
      continue;
    }
    const database = await openDatabase(contender.url);
    const { faults } = await verify(database, deriveKeys(secret).ledger);
    const counted = async (kind: 'answer' | 'outcome') => {
      const query = database.query.selectFrom('entry').select((one) => one.fn.countAll<number>().as('count'));
      return Number((await query.where('kind', '=', kind).executeTakeFirstOrThrow()).count);
    };
    const [answers, outcomes] = [await counted('answer'), await counted('outcome')];
    await database.close();
    console.log(
      `${contender.name}: ${contender.given} answers acknowledged and ${contender.ended} outcomes shown, ` +
        `${answers} and ${outcomes} in the log, ${faults.length} faults; ${rest}`,
    );
    if (answers !== contender.given || outcomes !== contender.ended || faults.length > 0) process.exitCode = 1;
  }
}
