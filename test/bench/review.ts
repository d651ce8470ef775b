import { fsyncSync, openSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import { type Database, openDatabase } from '../../src/database/database.ts';
import { converse } from '../../src/guidance/conversation.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { type Guidance, openGuidance } from '../../src/guidance/guidance.ts';
import { numberOf } from '../../src/record/number.ts';
import { recognise } from '../../src/record/person.ts';
import { countApart } from '../../src/review/count-thread.ts';
import type { Member } from '../../src/review/members.ts';
import { readAsked, readQueue } from '../../src/review/queue.ts';
import { drawSample } from '../../src/review/samples.ts';
import type { Measured } from './log.ts';
import { fillList, units } from './manyrecords.ts';
import { flowIds, words } from './records.ts';

const runs = 200;
/** What is slow is asked for less often, so that no question takes much longer than this, in ms. */
const patience = 2000;
const secret = 'the secret of a log that is thrown away at once';

/** The queue of the console at this many records, and what a report over all of them costs those who press in the chat. */
export async function benchReview(url: string, count: number): Promise<Measured> {
  const empty = await openDatabase(url);
  const began = performance.now();
  await fillList(empty, count);
  const filled = (performance.now() - began) / 1000;
  await empty.close();
  // What the filling has left to be written would make the first answers wait for the disk.
  if (url.startsWith('sqlite:')) fsyncSync(openSync(url.slice('sqlite:'.length), 'r+'));
  const database = await openDatabase(url, { server: true });
  const guidance = await openGuidance(database, loadFlows('flows'), secret, () => new Date('2026-11-22T09:00:00Z'));
  try {
    const times = await askAll(guidance, count);
    await press(guidance, wait(2000));
    const asking = { from: '2021-01', to: '2026-11', units: undefined, flow: flowIds[0]! };
    let [report, counted] = [0, 0];
    const begun = performance.now();
    const counting = countApart(guidance, asking, (rows) => (counted += rows)).then(({ figures }) => {
      report = (performance.now() - begun) / 1000;
      if (!figures) throw new Error('The report says nothing.');
    });
    const busy = await press(guidance, counting);
    // As long as the report took, so that what is seen once a minute may be seen in both.
    const quiet = await press(guidance, wait(Math.max(5, report) * 1000));
    const weights = { flows: {}, outcomes: { 'ask-registrar': 3 }, unsure: 2 };
    const asked = { from: '2021-01-01', to: '2026-11-22', size: 100, weights };
    const drawn = performance.now();
    let sample = 0;
    const drawing = drawSample(guidance, all, asked, 6).then(() => {
      sample = (performance.now() - drawn) / 1000;
    });
    const sampled = await press(guidance, drawing);
    return {
      count,
      times: {
        ...times,
        'chat answer': quiet.took,
        'chat answer, while a report counts': busy.took,
        'chat answer, while a sample is drawn': sampled.took,
      },
      figures: {
        'chat answer, one of a thousand waits longer than, ms': quiet.rare,
        'while a report counts, ms': busy.rare,
        'while a sample is drawn, ms': sampled.rare,
        'the program did nothing else for at most, ms': quiet.held,
        'while a report counts, at most, ms': busy.held,
        'while a sample is drawn, at most, ms': sampled.held,
        'report over all of them, s': report,
        'report, rows counted': counted,
        'sample drawn from all, s': sample,
        'filled by the bench in, s': filled,
      },
    };
  } finally {
    await guidance.log.close();
    await database.close();
  }
}

const all: Member = { id: 'all', name: '', granted: [{ role: 'registrar', units: undefined }], own: [], local: false };
const some: Member = { ...all, id: 'some', granted: [{ role: 'reviewer', units: units.slice(1, 4) }] };

/** A page of the queue, asked for in all the ways that its filters allow. */
async function askAll(guidance: Guidance, count: number): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = {};
  for (const [name, address, member = all] of await questions(guidance.database, count)) {
    const asked = readAsked(Object.fromEntries(new URLSearchParams(address)));
    if (asked.wrong.length > 0 || asked.short) throw new Error(`${address} is no question.`);
    await readQueue(guidance, member, asked);
    const took: number[] = [];
    const until = performance.now() + patience;
    while (took.length < runs && performance.now() < until) await clock(took, () => readQueue(guidance, member, asked));
    times[name] = took;
  }
  return times;
}

async function questions({ query }: Database, count: number): Promise<[string, string, Member?][]> {
  const outcomes = await query
    .selectFrom('record')
    .select('outcome')
    .where('outcome', 'is not', null)
    .groupBy('outcome')
    .orderBy((one) => one.fn.countAll(), 'desc')
    .execute();
  const [usual, rarest] = [outcomes[0]!.outcome!, outcomes.at(-1)!.outcome!];
  const [common, least] = [flowIds[0]!, flowIds.at(-1)!];
  const depths = await Promise.all(
    [0.25, 0.5, 0.99].map(async (depth) => {
      const at = Math.floor((count - 1) * depth);
      const [row] = await query.selectFrom('record').select('id').orderBy('id', 'desc').offset(at).limit(1).execute();
      return [depth, `before=${numberOf(row!.id)}`] as const;
    }),
  );
  const [small, large] = [units.at(-1)!, units[0]!];
  const old = 'from=2021-03-01&to=2021-03-31';
  return [
    ['newest', ''],
    ['newest, of three units', '', some],
    ['flow, most common', `flow=${common}`],
    ['flow, least common', `flow=${least}`],
    ['outcome, most common', `outcome=${usual}`],
    ['outcome, rarest', `outcome=${rarest}`],
    ['unit, largest', `unit=${large}`],
    ['unit, smallest', `unit=${small}`],
    ['period, the last month', 'from=2026-10-21&to=2026-11-20'],
    ['period, a month in 2021', old],
    ['period, all six years', 'from=2021-01-01&to=2026-12-31'],
    ['platform', 'platform=web'],
    ['status lapsed', 'status=lapsed'],
    ['status disposed, no hit', 'status=disposed'],
    ['not reviewed', 'reviewed=no'],
    ['corrected', 'reviewed=corrected'],
    ['returned, no hit', 'reviewed=returned'],
    ['asked, any', 'asked=any'],
    ['asked, waiting', 'asked=waiting'],
    ['unsure', 'unsure=yes'],
    ['held', 'held=yes'],
    ['flow + outcome, both rare', `flow=${least}&outcome=${rarest}`],
    ['unit + flow + not reviewed + last month', `unit=${large}&flow=${common}&reviewed=no&from=2026-10-21`],
    ['smallest unit + least flow + corrected', `unit=${small}&flow=${least}&reviewed=corrected`],
    ['rarest outcome + asked + unsure', `outcome=${rarest}&asked=any&unsure=yes`],
    ['unsure + smallest unit + platform', `unsure=yes&unit=${small}&platform=web`],
    ['waiting + a month in 2021 + three units', `asked=waiting&${old}`, some],
    ['lapsed + approved, no hit', 'status=lapsed&reviewed=approved'],
    ['lapsed + not reviewed, no hit', 'status=lapsed&reviewed=no'],
    ['most common flow + outcome of none, no hit', `flow=${common}&outcome=close-account`],
    ['search, 3 letters', `search=${words.letters}`],
    ['search, common word', `search=${words.common}`],
    ['search, rare word', `search=${words.rare}`],
    ['search, no hit', `search=${words.none}`],
    ['search, part of a label', 'search=skolskjuts'],
    ['search, common word of three units', `search=${words.common}`, some],
    ['search, 3 letters + rarest outcome', `search=${words.letters}&outcome=${rarest}`],
    ['search, common word + waiting', `search=${words.common}&asked=waiting`],
    ['search, common word + smallest unit + corrected', `search=${words.common}&unit=${small}&reviewed=corrected`],
    ['search, part of a label + unsure + a month in 2021', `search=skolskjuts&unsure=yes&${old}`],
    ['search, rare word + least flow', `search=${words.rare}&flow=${least}`],
    ...depths.flatMap(([depth, before]): [string, string, Member?][] => [
      [`${depth * 100} % down`, before],
      [`${depth * 100} % down, rarest outcome`, `outcome=${rarest}&${before}`],
      [`${depth * 100} % down, not reviewed, of three units`, `reviewed=no&${before}`, some],
      [`${depth * 100} % down, search`, `search=${words.letters}&${before}`],
    ]),
  ];
}

/** How long people waited for each answer, in ms; one in a thousand longer than `rare`; and the longest hold-up of all. */
interface Pressed {
  took: number[];
  rare: number;
  held: number;
}

/** Eight people who answer without end while something else goes on. */
async function press(guidance: Guidance, during: Promise<unknown>): Promise<Pressed> {
  const took: number[] = [];
  const loop = monitorEventLoopDelay({ resolution: 5 });
  loop.enable();
  let going = true;
  const person = async (_: unknown, i: number) => {
    for (let j = 0; going; j += 1) {
      const visitor = {
        person: recognise(guidance.keys.person, 'web', '', `clerk ${i} ${j}`),
        language: 'sv' as const,
      };
      const begun = await clock(took, () =>
        converse(guidance, visitor, undefined, { verb: 'start', flow: flowIds[0]! }),
      );
      for (let { view } = begun; going && view.kind === 'question'; ) {
        const { session, seq, node } = view;
        const option = view.options[(i + j) % view.options.length]!.id;
        const act = { verb: 'answer', node, option } as const;
        ({ view } = await clock(took, () => converse(guidance, visitor, { session, seq }, act)));
        await wait(10);
      }
    }
  };
  const people = Array.from({ length: 8 }, person);
  await during;
  going = false;
  await Promise.all(people);
  loop.disable();
  const sorted = took.toSorted((a, b) => a - b);
  return { took, rare: sorted[Math.floor((sorted.length - 1) * 0.999)]!, held: loop.max / 1e6 };
}

async function clock<T>(took: number[], work: () => Promise<T>): Promise<T> {
  const from = performance.now();
  const result = await work();
  took.push(performance.now() - from);
  return result;
}
