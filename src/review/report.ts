import type { RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Content, Entry, Kind } from '../record/entry.ts';
import { list } from '../record/list.ts';
import { selectEntries } from '../record/log.ts';
import { swedishDay } from '../record/number.ts';
import { lastDay, monthsBetween, weekOf, weeksBetween } from './calendar.ts';
import { Count, type Heat, HeatCount } from './heat.ts';
import { protect, type Shown, sizeOf } from './protect.ts';

/** What is counted, and what tells how to read it. */
export type Counted = Pick<Guidance, 'database' | 'flows' | 'municipality'>;

/**
 * Counts: first the list; then, for one flow, the entries of its records. Of many records it takes minutes, and on
 * SQLite nobody else gets at the database's connection meanwhile: see `countApart`.
 * @param tell how many more have been counted; nothing while they are of fewer than five people.
 */
export async function count(
  guidance: Counted,
  asking: Asking,
  tell: (rows: number) => void = () => {},
): Promise<Report> {
  const { database, municipality } = guidance;
  const filter = {
    from: `${asking.from}-01`,
    to: lastDay(asking.to),
    ...(asking.units && { unit: [...asking.units] }),
  };
  // What is begun from now on is left out, so that what is counted twice adds up.
  const { latest } = await database.query
    .selectFrom('record')
    .select(({ fn }) => fn.max('id').as('latest'))
    .executeTakeFirstOrThrow();
  const before = (latest ?? 0) + 1;
  const months = monthsBetween(asking.from, asking.to);
  const weekly = months.length <= 3;
  const all = new Count();
  const times = new Count();
  const flows = new Count();
  const units = new Count();
  const helped = new Count();
  const lengths = new Map<string, Lengths>();
  for await (const rows of portions(list(database, filter, before))) {
    for (const row of rows) {
      const { person } = row;
      const day = swedishDay(row.started_at);
      all.add('', person);
      times.add(weekly ? weekOf(day) : day.slice(0, 7), person);
      flows.add(row.flow, person);
      units.add(row.unit ?? '', person);
      helped.add(row.helped === null ? 'unsaid' : row.helped === 1 ? 'yes' : 'no', person);
      if (row.status === 'concluded') noteLengths(lengths, row);
    }
    // How far it has come is a figure too.
    if (sizeOf(protect(all.of(''))) > 0) tell(rows.length);
  }
  const total = protect(all.of(''));
  if (sizeOf(total) === 0) return { figures: undefined };
  const table = (counts: Count, names: readonly string[]): Table =>
    names.map((name) => ({ name, shown: protect(counts.of(name)) }));
  const timeNames = weekly ? weeksBetween(filter.from, filter.to) : months;
  const unitNames = [...new Set([...(asking.units ?? municipality.units), ...units.names().sort()])];
  // The largest first, and those of about the same size by name: their order says no more than their figures.
  const byFlow = table(flows, flows.names().sort()).sort((a, b) => sizeOf(b.shown) - sizeOf(a.shown));
  // A flow whose number is not shown must not be told by what is inside it either.
  const named = byFlow.flatMap(({ name, shown }) => (shown.kind === 'few' ? [] : [name]));
  const used = named.filter((name) => guidance.flows.has(name));
  const flow = asking.flow ?? used[0];
  const heat =
    flow !== undefined && used.includes(flow)
      ? await countHeat(guidance, { ...filter, flow }, before, tell)
      : undefined;
  return {
    figures: {
      all: total,
      times: table(times, timeNames),
      weekly,
      flows: byFlow,
      units: table(units, unitNames),
      helped: table(helped, ['yes', 'no', 'unsaid']),
      lengths: ['', ...named].map((flow) => ({ flow, ...quartilesOf(lengths.get(flow)) })),
      flow,
      heat,
    },
  };
}

/** What it took to come to an outcome, and whom. */
interface Lengths {
  people: Set<string>;
  presses: number[];
  minutes: number[];
}

function noteLengths(lengths: Map<string, Lengths>, { flow, person, presses, started_at, ended_at }: RecordRow): void {
  for (const name of ['', flow]) {
    const found = lengths.get(name) ?? { people: new Set(), presses: [], minutes: [] };
    found.people.add(person);
    found.presses.push(presses);
    if (ended_at !== null) found.minutes.push((Date.parse(ended_at) - Date.parse(started_at)) / 60_000);
    lengths.set(name, found);
  }
}

/** Below this many people a quartile is near to what one or two of them did. */
const fewestForQuartiles = 10;

function quartilesOf(found: Lengths | undefined) {
  if (!found || found.people.size < fewestForQuartiles) return { presses: undefined, minutes: undefined };
  return { presses: quartiles(found.presses), minutes: quartiles(found.minutes) };
}

/** The values that a quarter, half and three quarters lie below, to the nearest whole one: the parts would tell how many. */
function quartiles(values: number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => {
    const place = (sorted.length - 1) * part;
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return Math.round(low + (high - low) * (place - Math.floor(place)));
  };
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** What says where somebody went; the rest of a record is not even read. */
const moves: Kind[] = ['answer', 'done', 'back', 'change'];

async function countHeat(
  { database, flows }: Counted,
  filter: { from: string; to: string; unit?: string[]; flow: string },
  before: number,
  tell: (rows: number) => void,
): Promise<Heat> {
  const heat = new HeatCount(flows.get(filter.flow)!);
  for await (const rows of portions(list(database, filter, before))) {
    const sessions = rows.map(({ session }) => session);
    const lines = await selectEntries(database.query)
      .where('entry.session', 'in', sessions)
      .where('entry.kind', 'in', moves)
      .execute();
    const entries = Map.groupBy(lines, (line) => line.session);
    for (const row of rows) heat.add(row, (entries.get(row.session) ?? []).map(readMove));
    tell(rows.length);
  }
  return heat.finish();
}

/** Some hundred at a time: as many as go into one question to the database. */
async function* portions(rows: AsyncIterable<RecordRow>): AsyncGenerator<RecordRow[]> {
  let portion: RecordRow[] = [];
  for await (const row of rows) {
    portion.push(row);
    if (portion.length < 500) continue;
    yield portion;
    portion = [];
  }
  if (portion.length > 0) yield portion;
}

/** Only the log writes there, and only what it has checked: it is not checked again for each of so many. */
function readMove(line: { session: string; seq: number; time: string; kind: string; content: string | null }): Entry {
  const { session, seq, time, kind, content } = line;
  const read = content === null ? null : (JSON.parse(content) as Content);
  return { session, seq, time, kind: kind as Kind, content: read, salt: null, commitment: '' };
}

/** Over which months, units and flow. Whole months only: two periods that differ by a day would tell of that day. */
export interface Asking {
  from: string;
  to: string;
  /** All of them where undefined. */
  units: readonly string[] | undefined;
  /** The flow to look into; the most used one where undefined. */
  flow: string | undefined;
}

/** What was counted, as it may be shown. */
export interface Report {
  /** Undefined where too few people have asked for anything to be said. */
  figures: Figures | undefined;
}

export interface Figures {
  all: Shown;
  times: Table;
  weekly: boolean;
  flows: Table;
  units: Table;
  helped: Table;
  /** Presses and minutes to an outcome by flow; `''` is all of them. Undefined where fewer than ten people came to one. */
  lengths: { flow: string; presses: Quartiles | undefined; minutes: Quartiles | undefined }[];
  /** The flow looked into; its heat undefined where fewer than five people went through it. */
  flow: string | undefined;
  heat: Heat | undefined;
}

/** Rows by name. */
export type Table = { name: string; shown: Shown }[];

interface Quartiles {
  lower: number;
  median: number;
  upper: number;
}
