import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { benchLog, type Measured, tellLog } from './log.ts';
import { benchPresses } from './presses.ts';
import { benchReview } from './review.ts';
import { benchSlack } from './slack.ts';
import { benchTeams } from './teams.ts';

const usage = `npm run bench -- [--records 10000,100000,1000000] [--postgres] [--rounds 6] [--only presses|slack|teams|log|review]

  --records   how long the logs are that are measured, in records
  --rounds    how often Slack and Teams are measured
  --postgres  the log on PostgreSQL as well, up to 100 000 records, and the console (TEST_DATABASE_URL, or one that is
              installed)
  --only      one of the five parts; slack and teams are measured on PostgreSQL as well wherever it can be had`;

const { values } = parseArgs({
  options: {
    records: { type: 'string', default: '10000,100000,1000000' },
    rounds: { type: 'string', default: '6' },
    postgres: { type: 'boolean', default: false },
    only: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const counts = values.records.split(',').map(Number);
const rounds = Number(values.rounds);
if (values.help || [rounds, ...counts].some((count) => !(count > 0))) {
  console.log(usage);
  process.exit(values.help ? 0 : 1);
}

const folder = mkdtempSync(join(tmpdir(), 'isitpublic-bench-'));
process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));

const [cpu] = cpus();
console.log(`Node ${process.version}, ${availableParallelism()} x ${cpu?.model}, ${process.platform}`);
const isOn = (part: string) => values.only === undefined || values.only === part;
if (isOn('presses')) {
  console.log('\n## Presses\n');
  await benchPresses(folder);
}
if (isOn('slack')) {
  console.log('\n## Slack\n');
  await benchSlack(folder, rounds);
}
if (isOn('teams')) {
  console.log('\n## Teams\n');
  await benchTeams(folder, rounds);
}
const sqlite = async (count: number) => `sqlite:${join(folder, `${count}.db`)}`;
if (isOn('log')) {
  console.log('\n## The log on SQLite\n');
  console.log(await measureAll('log', counts, sqlite, benchLog));
  const postgres = await serverOf();
  const some = counts.filter((count) => count <= 100_000);
  if (postgres) console.log(`\n## The log on PostgreSQL\n\n${await measureAll('log', some, postgres.fresh, benchLog)}`);
}
if (isOn('review')) {
  console.log('\n## The console on SQLite\n');
  console.log(await measureAll('review', counts, sqlite, benchReview));
  const postgres = await serverOf();
  if (postgres)
    console.log(`\n## The console on PostgreSQL\n\n${await measureAll('review', counts, postgres.fresh, benchReview)}`);
}

async function serverOf() {
  if (!values.postgres) return undefined;
  const { databases } = await import('../support/databases.ts');
  return (await databases()).find((one) => one.name === 'PostgreSQL');
}

async function measureAll(
  part: string,
  counts: number[],
  fresh: (count: number) => Promise<string>,
  measure: (url: string, count: number) => Promise<Measured>,
): Promise<string> {
  const all: Measured[] = [];
  for (const count of counts) {
    console.error(`${part}: ${count} records`);
    const url = await fresh(count);
    all.push(await measure(url, count));
    for (const end of ['', '-wal', '-shm', '-server'])
      if (url.startsWith('sqlite:')) rmSync(`${url.slice('sqlite:'.length)}${end}`, { force: true });
  }
  return tellLog(all);
}
