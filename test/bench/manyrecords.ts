import { type RawBuilder, sql } from 'kysely';
import type { Database } from '../../src/database/database.ts';
import type { Content, Entry } from '../../src/record/entry.ts';
import { summarise } from '../../src/record/record.ts';
import { dice, flowIds, startOf, walk, words } from './records.ts';

/** The units that the records name, from the largest to the smallest. */
export const units = ['Utbildning', 'Vård och omsorg', 'Bygg och miljö', 'Kultur', 'Räddningstjänst'];

/** What the moves of the records come from: the flow looked into by the statistics. */
const looked = flowIds[0]!;

/** Between which moments the records lie. */
const years = { from: Date.parse('2021-01-04T08:00:00Z'), to: Date.parse('2026-11-20T15:00:00Z') };
const kinds = 4000;

/**
 * Fills the list with `count` records, evenly over six years, and the log with what was answered in those of the flow
 * that the statistics look into. The database itself makes them, out of some thousand that differ: sealed they are not.
 */
export async function fillList({ kind, query }: Database, count: number): Promise<void> {
  if (kind === 'sqlite') await sql`pragma synchronous=off`.execute(query);
  const random = dice(3);
  const walks = Array.from({ length: 500 }, () => walk(random));
  const made = Array.from({ length: kinds }, (_, t) => make(random, walks[t % walks.length]!, t));
  const columns = Object.keys(made[0]!.row).map((name) => sql.ref(name));
  await sql`create table bench_record (${sql.join(columns.map((name) => sql`${name} text`))})`.execute(query);
  await sql`create table bench_move (t integer, seq integer, kind text, content text)`.execute(query);
  for (let i = 0; i < kinds; i += 200) {
    const some = made.slice(i, i + 200);
    await insert(
      sql`bench_record`,
      some.map(({ row }) => Object.values(row).map((value) => (value === null ? null : String(value)))),
    );
    await insert(
      sql`bench_move`,
      some.flatMap(({ moves }) => moves),
    );
  }
  const session = kind === 'sqlite' ? sql`printf('%08x', i) || ${rest}` : sql`lpad(to_hex(i), 8, '0') || ${rest}`;
  const portion = Math.max(1, Math.floor(50_000 / kinds));
  for (let copy = 0; copy * kinds < count; copy += portion) {
    await sql`insert into record (id, session, started_at, ended_at, last_at, seal, last_seq, presses, unsure, backs, changes, held, helped, ${sql.join(texts.map((name) => sql.ref(name)))})
      ${copies(copy, portion)}
      select ${whole(sql`substr(at, 1, 4)`)} * 10000000 + i + 1, ${session}, at, ended, coalesce(ended, at), '',
        ${sql.join(numbers.map(whole))}, ${sql.join(texts.map((name) => sql`b.${sql.ref(name)}`))} from timed b order by i`.execute(
      query,
    );
    for (const [table, more] of [
      ['entry', sql`m.kind, ''`],
      ['entry_content', sql`'', m.content`],
    ] as const)
      await sql`insert into ${sql.table(table)} ${copies(copy, portion)}
        select ${session}, m.seq, ${table === 'entry' ? sql`at, ${more}` : more}
        from timed b join bench_move m on m.t = ${whole(sql`b.t`)} order by i, m.seq`.execute(query);
  }
  const rare = [0, count >> 1, count - 1].map((i) => hex(i));
  await sql`update record set search = search || ${` ${words.rare}`} where session in (${sql.join(rare)})`.execute(
    query,
  );
  await sql`drop table bench_record`.execute(query);
  await sql`drop table bench_move`.execute(query);
  // What a server does of its own accord within minutes.
  if (kind === 'postgres') await sql`vacuum analyze`.execute(query);

  async function insert(table: RawBuilder<unknown>, rows: unknown[][]): Promise<void> {
    for (let i = 0; i < rows.length; i += 100)
      await sql`insert into ${table} values ${sql.join(rows.slice(i, i + 100).map((row) => sql`(${sql.join(row)})`))}`.execute(
        query,
      );
  }

  /** The copies of all kinds from this one on, each with its place among all and the moment it begins at. */
  function copies(from: number, portion: number): RawBuilder<unknown> {
    const counted =
      kind === 'sqlite'
        ? sql`recursive k(k) as (select ${sql.lit(from)} union all select k + 1 from k where k + 1 < ${sql.lit(from + portion)})`
        : sql`k(k) as (select * from generate_series(${sql.lit(from)}, ${sql.lit(from + portion - 1)}))`;
    const moment = (ms: RawBuilder<unknown>) =>
      kind === 'sqlite'
        ? sql`strftime('%Y-%m-%dT%H:%M:%fZ', (${ms}) / 1000.0, 'unixepoch')`
        : sql`to_char(to_timestamp((${ms}) / 1000.0) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    const began = sql`${sql.lit(years.from)} + placed.i * ${sql.lit(Math.floor((years.to - years.from) / count))}`;
    return sql`with ${counted},
      placed as (select b.*, k.k * ${sql.lit(kinds)} + ${whole(sql`b.t`)} as i from k cross join bench_record b),
      timed as (select placed.*, ${moment(began)} as at,
        case when lasted is null then null else ${moment(sql`${began} + ${whole(sql`lasted`)}`)} end as ended
        from placed where i < ${sql.lit(count)})`;
  }
}

const whole = (what: RawBuilder<unknown> | string) =>
  sql`cast(${typeof what === 'string' ? sql.ref(`b.${what}`) : what} as bigint)`;
const rest = sql.lit('-0000-7000-a000-000000000000');
const hex = (i: number) => `${i.toString(16).padStart(8, '0')}-0000-7000-a000-000000000000`;
const numbers = ['last_seq', 'presses', 'unsure', 'backs', 'changes', 'held', 'helped'];
const texts = [
  ...['flow', 'version', 'platform', 'person', 'language', 'label', 'status', 'outcome', 'search', 'unit', 'asked'],
  ...['reviewed', 'should'],
];

/** One of the kinds of records, and its moves where they are counted. */
function make(random: () => number, walked: Content[], t: number) {
  const start = startOf(random);
  const chance = random();
  const platform = random() < 0.5 ? 'slack' : random() < 0.6 ? 'teams' : 'web';
  const unit = units[Math.min(units.length - 1, Math.floor(random() ** 3 * units.length))]!;
  const contents: Content[] = [
    { ...start, platform },
    ...(random() < 0.9 ? [{ kind: 'unit', unit } as const] : []),
    ...(chance < 0.85 ? walked : walked.slice(0, 2)),
    ...(random() < 0.3 ? [{ kind: 'label', label: labelOf(random) } as const] : []),
    ...(chance < 0.85
      ? []
      : [chance < 0.97 ? ({ kind: 'lapse', because: 'idle' } as const) : ({ kind: 'close' } as const)]),
  ];
  const entries = contents.map(
    (content, i): Entry => ({
      session: String(t),
      seq: i + 1,
      time: new Date(i * 20_000).toISOString(),
      kind: content.kind,
      content,
      salt: null,
      commitment: '',
    }),
  );
  const { session: _, started_at: __, ended_at, last_at: ___, seal: ____, ...row } = summarise(entries, '');
  const marked = {
    ...row,
    t,
    lasted: ended_at === null ? null : Date.parse(ended_at),
    helped: random() < 0.2 ? 1 : random() < 0.05 ? 0 : null,
    asked: random() < 0.03 ? 'answered' : random() < 0.004 ? 'waiting' : null,
    reviewed: row.outcome !== null && random() < 0.1 ? (random() < 0.1 ? 'corrected' : 'approved') : null,
    held: random() < 0.002 ? 1 : 0,
  };
  const moves = entries.flatMap(({ seq, content }) =>
    start.flow === looked && (content?.kind === 'answer' || content?.kind === 'done')
      ? [[t, seq, content.kind, JSON.stringify(slim(content))]]
      : [],
  );
  return { row: marked, moves };
}

/** Of an answer only what says where it led: that is all that is counted. */
function slim(content: Content): unknown {
  if (content.kind === 'answer') return { kind: content.kind, node: content.node, option: content.option };
  return content;
}

function labelOf(random: () => number): string {
  const papers = ['Begäran', 'Mejl', 'Handlingar', 'Protokoll', 'Ritning', 'Avtal', 'Klagomål'];
  const subjects = ['bygglov', 'skolskjuts', 'upphandling', 'lön', 'strandskydd', 'hemtjänst', 'badplats'];
  const pick = (list: string[]) => list[Math.floor(random() * list.length)]!;
  return `${pick(papers)} om ${pick(subjects)}, KS ${Math.floor(random() * 9999)}`;
}
