import type { RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Content, Entry, Kind } from '../record/entry.ts';
import { list } from '../record/list.ts';
import { selectEntries } from '../record/log.ts';
import { swedishDay } from '../record/number.ts';
import { lastDay, monthsBetween, weekOf, weeksBetween } from './calendar.ts';
import { Count, type Heat, HeatCount } from './heat.ts';
import { type Cell, isSmall, protectTable, type Shown } from './protect.ts';

/** What is counted, and what tells how to read it. */
export type Counted = Pick<Guidance, 'database' | 'flows' | 'municipality'>;

/**
 * Counts: first the list; then, for one flow, the entries of its records. Of many records it takes minutes, and on
 * SQLite nobody else gets at the database's connection meanwhile: see `countApart`.
 * @param tell how many more have been counted.
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
  const lengths = new Map<string, { people: Set<string>; presses: number[]; minutes: number[] }>();
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
    tell(rows.length);
  }
  const total = all.of('');
  if (total.people < 5) return { figures: undefined };
  const table = (counts: Count, names: readonly string[]): Table => {
    const shown = protectTable(
      names.map((name) => counts.of(name)),
      total,
    );
    return shown && names.map((name, i) => ({ name, shown: shown[i]! }));
  };
  const ordered = (counts: Count) => {
    // In the order of what may be known: the order of the small ones among themselves says nothing.
    const size = (cell: Cell) => (isSmall(cell) ? 0 : cell.count);
    return counts.names().sort((a, b) => size(counts.of(b)) - size(counts.of(a)) || (a < b ? -1 : 1));
  };
  const timeNames = weekly ? weeksBetween(filter.from, filter.to) : months;
  const unitNames = [...new Set([...(asking.units ?? municipality.units), ...units.names()])];
  const byFlow = table(flows, ordered(flows));
  const named = (id: string) => byFlow?.find(({ name }) => name === id)?.shown.kind === 'exact';
  // A flow whose number is not shown must not be told by what is inside it either.
  const used = (byFlow ?? []).flatMap(({ name }) => (guidance.flows.has(name) && named(name) ? [name] : []));
  const wanted = asking.flow === undefined ? used.slice(0, 3) : used.filter((name) => name === asking.flow);
  let [flow, heat]: [string | undefined, Heat | undefined] = [asking.flow ?? used[0], undefined];
  // Where nobody has said which, the most used one of which anything may be said.
  for (const name of wanted) {
    heat = await countHeat(guidance, { ...filter, flow: name }, before, flows.of(name), tell);
    if (!heat) continue;
    flow = name;
    break;
  }
  return {
    figures: {
      all: total.count,
      times: table(times, timeNames),
      weekly,
      flows: byFlow,
      units: table(units, unitNames),
      helped: table(helped, ['yes', 'no', 'unsaid']),
      lengths: ['', ...flows.names().filter(named)].map((flow) => ({ flow, ...quartilesOf(lengths.get(flow)) })),
      flow,
      heat,
    },
  };
}

function noteLengths(
  lengths: Map<string, { people: Set<string>; presses: number[]; minutes: number[] }>,
  { flow, person, presses, started_at, ended_at }: RecordRow,
): void {
  for (const name of ['', flow]) {
    const found = lengths.get(name) ?? { people: new Set(), presses: [], minutes: [] };
    found.people.add(person);
    found.presses.push(presses);
    if (ended_at !== null) found.minutes.push((Date.parse(ended_at) - Date.parse(started_at)) / 60_000);
    lengths.set(name, found);
  }
}

function quartilesOf(found: { people: Set<string>; presses: number[]; minutes: number[] } | undefined) {
  if (!found || found.people.size < 5) return { presses: undefined, minutes: undefined };
  return { presses: quartiles(found.presses), minutes: quartiles(found.minutes) };
}

/** The values that a quarter, half and three quarters lie below, drawn between the two nearest where it falls between. */
function quartiles(values: number[]): Quartiles {
  const sorted = Float64Array.from(values).sort();
  const at = (part: number) => {
    const place = (sorted.length - 1) * part;
    const [low, high] = [sorted[Math.floor(place)]!, sorted[Math.ceil(place)]!];
    return low + (high - low) * (place - Math.floor(place));
  };
  return { lower: at(0.25), median: at(0.5), upper: at(0.75) };
}

/** What says where somebody went; the rest of a record is not even read. */
const moves: Kind[] = ['answer', 'done', 'back', 'change'];

async function countHeat(
  { database, flows }: Counted,
  filter: { from: string; to: string; unit?: string[]; flow: string },
  before: number,
  known: Cell,
  tell: (rows: number) => void,
): Promise<Heat | undefined> {
  const heat = new HeatCount(flows.get(filter.flow)!);
  const total = new Count();
  for await (const rows of portions(list(database, filter, before))) {
    const sessions = rows.map(({ session }) => session);
    const lines = await selectEntries(database.query)
      .where('entry.session', 'in', sessions)
      .where('entry.kind', 'in', moves)
      .execute();
    const entries = Map.groupBy(lines, (line) => line.session);
    for (const row of rows) {
      heat.add(row, (entries.get(row.session) ?? []).map(readMove));
      total.add('', row.person);
    }
    tell(rows.length);
  }
  // Somebody may have said another unit since the list was counted; then the two would not add up, and their difference
  // would tell.
  const found = total.of('');
  return found.count === known.count ? heat.finish(found) : undefined;
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
  all: number;
  times: Table;
  weekly: boolean;
  flows: Table;
  units: Table;
  helped: Table;
  /** Presses and minutes to an outcome by flow; `''` is all of them. Undefined where they were too few. */
  lengths: { flow: string; presses: Quartiles | undefined; minutes: Quartiles | undefined }[];
  /** The flow looked into; its heat undefined where too few went through it. */
  flow: string | undefined;
  heat: Heat | undefined;
}

/** Rows by name; undefined where none may be shown. */
export type Table = { name: string; shown: Shown }[] | undefined;

interface Quartiles {
  lower: number;
  median: number;
  upper: number;
}
