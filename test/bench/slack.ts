import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDatabase } from '../../src/database/database.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { verify } from '../../src/record/verify.ts';
import type { Done, Job, Learnt } from './clerks.ts';
import { cpuOf, ended, memoryOf, type Server, startServer, stopServer } from './servers.ts';
import { percentile, sum, table } from './table.ts';

const crowds = [10, 50];
const rounds = 6;
const seconds = 2;
const signingSecret = 'a signing secret that is thrown away';
const secret = 'the secret of a log that is thrown away at once';

/** Who is measured: we on a database, or a Bolt app that keeps nothing. */
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
 * How many answers a second our door to Slack takes, beside a Bolt app that answers every press with a fixed message of
 * the same size. An answer counts when it has been acknowledged and the message replaced; only then does the same clerk
 * answer again. Rounds alternate between all, so that the machine's mood hits each alike.
 */
export async function benchSlack(folder: string): Promise<void> {
  const clerks = fork(fileURLToPath(new URL('clerks.ts', import.meta.url)));
  process.once('exit', () => clerks.kill('SIGKILL'));
  const gone = ended(clerks);
  const ask = async <Answer>(job: Job): Promise<Answer> => {
    clerks.send(job);
    const [answer] = await Promise.race([once(clerks, 'message'), gone]);
    return answer as Answer;
  };
  const contenders: Contender[] = [];
  try {
    const slack = await ask<string>({ do: 'open', secret: signingSecret });
    const settings = {
      ...{ SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: `${slack}/api/` },
      ...{ HOST: '127.0.0.1', PORT: '0', LOG_LEVEL: 'warn' },
    };
    const file = join(folder, 'message.json');
    for (const { name, url } of await stores(folder)) {
      const server = await startServer(['src/main.ts'], { ...settings, DATABASE_URL: url, SECRET_KEY: secret });
      const ours: Contender = { name: `isitpublic, ${name}`, server, until: 'shown', url, given: 0, ended: 0 };
      contenders.push(ours);
      const learnt = await ask<Learnt>({ do: 'learn', address: server.address });
      ours.given = learnt.answers;
      ours.ended = learnt.outcomes;
      if (contenders.length === 1) writeFileSync(file, tellLearnt(learnt));
    }
    const peer = fileURLToPath(new URL('slackpeer.ts', import.meta.url));
    const bolt = { until: 'shown', given: 0, ended: 0 } as const;
    contenders.unshift({ ...bolt, name: 'Bolt, fixed message', server: await startServer([peer, file], settings) });
    contenders.push({ ...bolt, name: 'Bolt, ack only', server: await startServer([peer], settings), until: 'ack' });

    const measure = async (contender: Contender, crowd: number, steps: 'further' | 'whole', time = seconds) => {
      const { server, until, url } = contender;
      const { address } = server;
      const begun = url !== undefined && steps === 'further';
      // As many as the fastest round so far would use up, and some more.
      const fastest = Math.max(0, ...all.filter((one) => one.contender === contender).map(rateOf));
      const sessions = Math.ceil((fastest * time * 1.3) / 2) + crowd;
      if (begun) contender.given += await ask<number>({ do: 'begin', address, clerks: crowd, sessions });
      const before = cpuOf(server);
      const done = await ask<Done>({ do: 'answer', address, clerks: crowd, seconds: time, steps, until, begun });
      contender.given += done.took.length;
      contender.ended += done.took.filter(({ step }) => step === 2).length;
      const measured: Measured = { ...done, contender, crowd, steps, serverCpu: cpuOf(server) - before };
      all.push(measured);
      return measured;
    };
    const all: Measured[] = [];
    for (const contender of contenders) for (const crowd of crowds) await measure(contender, crowd, 'whole', 2);
    const warm = all.splice(0);
    // What was measured while it got warm still says how many sessions may be used up.
    all.push(...warm.map((one) => ({ ...one, crowd: 0 })));
    for (let round = 1; round <= rounds; round += 1) {
      for (const steps of ['further', 'whole'] as const) {
        console.error(`slack: round ${round} of ${rounds}, ${names[steps].toLowerCase()}`);
        // Nobody is always first, or always after the same one.
        const turns = round % 2 === 0 ? contenders : contenders.toReversed();
        for (const crowd of crowds)
          for (const contender of turns)
            if (contender.until === 'shown' || steps === 'further') await measure(contender, crowd, steps);
      }
    }
    for (const steps of ['further', 'whole'] as const) console.log(`${throughput(all, steps)}\n`);
    console.log(`${eachStep(all)}\n`);
    const memory = contenders.map(({ name, server }) => ({ name, ...memoryOf(server) }));
    const rows = memory.map(({ name, now, most }) => [name, now, most, now - memory[0]!.now]);
    console.log(`${table(['memory', 'at the end, MB', 'at most, MB', 'more than Bolt'], rows)}\n`);
    console.log(`${goals(all, rows)}\n`);
    for (const contender of contenders) await stopServer(contender.server);
    await check(all);
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

async function stores(folder: string): Promise<{ name: string; url: string }[]> {
  const sqlite = { name: 'SQLite', url: `sqlite:${join(folder, 'slack.db')}` };
  const { databases } = await import('../support/databases.ts');
  const postgres = (await databases()).find((one) => one.name === 'PostgreSQL');
  return postgres ? [sqlite, { name: 'PostgreSQL', url: await postgres.fresh() }] : [sqlite];
}

/** @returns the message that the fixed one is made of: the middle one. */
function tellLearnt({ messages, requests }: Learnt): string {
  const sizes = (texts: string[]) => texts.map((text) => Buffer.byteLength(text)).join(', ');
  console.log(
    `Requests of ${requests.join(', ')} bytes, messages of ${sizes(messages)}; the fixed message is the middle one.\n`,
  );
  return messages.toSorted((a, b) => a.length - b.length)[messages.length >> 1]!;
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
function throughput(all: Measured[], steps: Measured['steps']): string {
  const rows = crowds.flatMap((crowd) =>
    contendersIn(all).flatMap((contender) => {
      const { runs, rate, ack, shown, cpu, busy, clerks } = figuresOf(all, contender, crowd, steps);
      return runs.length > 0 ? [[`${crowd}  ${contender.name}`, rate, ...ack, ...shown, cpu, busy, clerks]] : [];
    }),
  );
  const heads = ['a second', 'ack p50 ms', 'p99 ms', 'shown p50 ms', 'p99 ms', 'CPU ms each'];
  return `${names[steps]}:\n\n${table(['connections', ...heads, 'server CPU %', 'clerks CPU %'], rows)}`;
}

/** What each answer of a session costs. */
function eachStep(all: Measured[]): string {
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
  return table([`${crowd} connections`, 'ack p50 ms', 'p99 ms', 'shown p50 ms', 'p99 ms'], rows);
}

/** What we have set out to reach, held against Bolt with a fixed message: the median of what each round came to. */
function goals(all: Measured[], memory: (string | number)[][]): string {
  const [peer, ...others] = contendersIn(all) as [Contender, ...Contender[]];
  const rows = others
    .filter(({ url }) => url !== undefined)
    .flatMap((contender) => {
      const held = crowds.flatMap((crowd) => {
        const [ours, theirs] = [contender, peer].map((one) => figuresOf(all, one, crowd, 'further').runs);
        const ratio = (of: (one: Measured) => number) =>
          percentile(
            ours!.map((one, round) => of(one) / of(theirs![round]!)),
            0.5,
          );
        const name = `${contender.name}, ${crowd} connections:`;
        const p99 = ({ took }: Measured) =>
          percentile(
            took.map((one) => one.ack),
            0.99,
          );
        return [
          goal(`${name} answers a second`, ratio(rateOf), '>= 0.8', (value) => value >= 0.8),
          goal(`${name} ack p99`, ratio(p99), '<= 2', (value) => value <= 2),
        ];
      });
      const more = Number(memory.find(([name]) => name === contender.name)?.[3]);
      return [...held, goal(`${contender.name}: memory, MB more`, more, '<= 60', (value) => value <= 60)];
    });
  return table(['held against Bolt with a fixed message', 'is', 'goal', 'reached'], rows);
}

function goal(name: string, value: number, text: string, reached: (value: number) => boolean): (string | number)[] {
  return [name, value, text, reached(value) ? 'yes' : 'NO'];
}

/** Those who were measured, in the order of their turns. */
function contendersIn(all: Measured[]): Contender[] {
  return [...new Set(all.map((one) => one.contender))];
}

/** Every press was answered with the message that it should lead to; what was acknowledged is in the log, which is whole. */
async function check(all: Measured[]): Promise<void> {
  for (const contender of contendersIn(all)) {
    const runs = all.filter((one) => one.contender === contender);
    const odd = contender.url === undefined ? 0 : sum(runs.map((one) => one.odd));
    const calls = runs.flatMap((one) => Object.entries(one.calls));
    const told = [...new Set(calls.map(([method]) => method))].map(
      (method) => `${method} ${sum(calls.filter(([name]) => name === method).map(([, count]) => count))}`,
    );
    const web = `calls of the Web API: ${told.join(', ') || 'none'}`;
    if (contender.url === undefined) {
      console.log(`${contender.name}: ${contender.given} presses; ${web}.`);
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
        `${answers} and ${outcomes} in the log, ${faults.length} faults; ${odd} messages not as they should be; ${web}.`,
    );
    if (answers !== contender.given || outcomes !== contender.ended || faults.length > 0 || odd > 0)
      process.exitCode = 1;
  }
}
