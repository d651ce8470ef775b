import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { drawBook } from './book/book.ts';
import { drawSheets } from './book/sheets.ts';
import { type SignOff, signOff } from './book/signoff.ts';
import { environment, readConfig, Settings } from './config.ts';
import { fileOf, openDatabase } from './database/database.ts';
import { readCases, untouched, waysOf } from './guidance/cases.ts';
import { citedBy, FlowFile, type Source } from './guidance/flow.ts';
import { FlowFaults, type Flows, loadFlows } from './guidance/flows.ts';
import { countPaths, outline, paths } from './guidance/paths.ts';
import { limits, type Reading, readings } from './guidance/readability.ts';
import { withdraw } from './guidance/versions.ts';
import type { Language } from './record/entry.ts';

const usage = `npm run flows                        check the flows, count their paths, rewrite test/flows/*.outline.txt
npm run --silent flows -- --sources  list what rests on sources whose text nobody here has read
npm run --silent flows -- --lix      list how hard every text is to read; ends with exit code 1 where one is too hard
npm run flows -- --book [FILE]       write the fact-check book for a lawyer to sign (fact-check-book.html)
npm run flows -- --svg [FOLDER]      write every flow as sheets of A3, in both languages (diagrams/)
npm run --silent flows -- --schema   print the JSON Schema of a flow file, for an editor
npm run flows -- --withdraw VERSION --because "..."
                                     take a version out of use; its open sessions lapse with that reason`;

try {
  process.exitCode = await main();
} catch (fault) {
  console.error(
    fault instanceof FlowFaults ? fault.message : `${fault instanceof Error ? fault.message : fault}\n\n${usage}`,
  );
  process.exitCode = 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      sources: { type: 'boolean' },
      lix: { type: 'boolean' },
      book: { type: 'boolean' },
      svg: { type: 'boolean' },
      schema: { type: 'boolean' },
      withdraw: { type: 'string' },
      because: { type: 'string' },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [target, ...others] = positionals;
  if (others.length > 0 || (target !== undefined && !values.book && !values.svg))
    throw new Error(`${positionals.join(' ')} is not understood.`);
  if (values.help) console.log(usage);
  else if (values.schema) console.log(JSON.stringify(z.toJSONSchema(FlowFile, { io: 'input' }), null, 2));
  else if (values.withdraw !== undefined) return takeOutOfUse(values.withdraw, values.because);
  else {
    const flows = loadFlows(Settings.shape.FLOWS.parse(environment().FLOWS || undefined));
    const today = new Date().toLocaleDateString('sv-SE', { timeZone: 'Europe/Stockholm' });
    if (values.sources) listSources(flows, today);
    else if (values.lix) return listReadings(flows);
    else if (values.book) writeBook(flows, today, target);
    else if (values.svg) writeSheets(flows, target);
    else return check(flows);
  }
  return 0;
}

/** Two ways of counting that know nothing of each other must agree, or one of them walks the flow wrongly. */
function check({ folder, flows, municipality, checks }: Flows): number {
  const outlines = 'test/flows';
  mkdirSync(outlines, { recursive: true });
  for (const name of readdirSync(outlines).filter(
    (name) => name.endsWith('.outline.txt') && !flows.has(name.slice(0, -12)),
  ))
    rmSync(join(outlines, name));
  let wrong = 0;
  for (const flow of flows.values()) {
    const counted = countPaths(flow);
    const walked = paths(flow).reduce((sum) => sum + 1, 0);
    if (counted !== walked) wrong += 1;
    const agree = counted === walked ? 'counted twice' : `COUNTED DIFFERENTLY: ${walked} when walked`;
    const left = untouched(flow, readCases(folder, flow.id)).length;
    console.log(
      `${flow.id}: ${Object.keys(flow.nodes).length} nodes, ${counted} paths (${agree}), ${left} of ${waysOf(flow).length} answers in no case, version ${flow.version.slice(0, 12)}, ${tell(signOff(flow, checks.get(flow.id)))}`,
    );
    writeFileSync(join(outlines, `${flow.id}.outline.txt`), outline(flow));
  }
  console.log(
    `${municipality.name}: ${municipality.example ? 'the example municipality' : 'filled in'}; outlines written to ${outlines}`,
  );
  return wrong === 0 ? 0 : 1;
}

function tell(state: SignOff): string {
  if (state.kind === 'never') return 'never signed';
  const signed = `signed by ${state.by} on ${state.on}`;
  return state.kind === 'signed' ? signed : `STALE: ${signed} for version ${state.version.slice(0, 12)}`;
}

/** What rests on unverified ground: first that of which nobody has read the text, then that read second-hand. */
function listSources({ flows, sources, glossary }: Flows, today: string): void {
  const cited = new Map<string, string[]>();
  const note = (place: string, nodes: [string, string[]][]) => {
    for (const source of new Set(nodes.flatMap(([, cites]) => cites))) {
      const where = nodes.flatMap(([id, cites]) => (cites.includes(source) ? [id] : []));
      cited.set(source, [...(cited.get(source) ?? []), `${place}: ${where.join(', ')}`]);
    }
  };
  for (const { id, nodes } of flows.values())
    note(
      id,
      Object.entries(nodes).map(([id, node]) => [id, citedBy(node)]),
    );
  note(
    'glossary',
    Object.entries(glossary).map(([id, term]) => [id, term.cites ?? []]),
  );
  const overdue = (source: Source) => source.review < today;
  const those = (how: Source['verified']) =>
    Object.entries(sources).filter(([id, source]) => cited.has(id) && source.verified === how);
  for (const [how, heading] of [
    ['memory', 'Nobody has read the text'],
    ['second-hand', 'Read second-hand'],
  ] as const) {
    console.log(`${heading}: ${those(how).length} sources\n`);
    for (const [id, source] of those(how)) {
      console.log(`  ${id}: ${source.title.sv}\n    ${source.says.sv}`);
      const late = overdue(source) ? ' OVERDUE' : '';
      console.log(`    ${source.kind}; checked ${source.checked}, review by ${source.review}${late}`);
      for (const where of cited.get(id)!) console.log(`    cited in ${where}`);
      console.log();
    }
  }
  const uncited = Object.keys(sources).filter((id) => !cited.has(id));
  console.log(
    `${cited.size} sources are cited: ${those('read').length} read, ${those('second-hand').length} read second-hand, ${those('memory').length} that nobody has read.`,
  );
  console.log(`${Object.values(sources).filter(overdue).length} are overdue for review.`);
  console.log(`${uncited.length} are cited nowhere${uncited.length > 0 ? `: ${uncited.join(', ')}` : ''}.`);
}

/** How hard every text is to read, the worst of each flow first. A text may be over its limit for terms of law alone. */
function listReadings({ flows, glossary }: Flows): number {
  const [excused, faults] = [new Map<string, string[]>(), new Map<string, string[]>()];
  for (const flow of flows.values()) {
    console.log(`\n${flow.id}\n   LIX  max  without terms  where`);
    const all = (['sv', 'en'] as const).flatMap((language) =>
      readings(flow, language, glossary).map((reading) => ({ ...reading, language })),
    );
    const over = ({ lix, kind }: Reading) => lix - limits[kind];
    for (const reading of all.sort((a, b) => over(b) - over(a))) {
      const line = lineOf(reading);
      console.log(line);
      if (over(reading) <= 0) continue;
      const list = reading.withoutTerms <= limits[reading.kind] ? excused : faults;
      list.set(line, [...(list.get(line) ?? []), flow.id]);
    }
  }
  for (const [heading, list] of [
    ['Over the limit only for terms of law, which the glossary explains', excused],
    ['TOO HARD, terms of law set aside', faults],
  ] as const) {
    console.log(`\n${heading}: ${list.size}`);
    for (const [line, where] of list) console.log(`${line}  [${where.join(', ')}]`);
  }
  return faults.size === 0 ? 0 : 1;
}

function lineOf({ lix, withoutTerms, kind, at, language, text }: Reading & { language: Language }): string {
  const short = text.length > 90 ? `${text.slice(0, 89)}…` : text;
  return `${lix.toFixed(1).padStart(6)} ${String(limits[kind]).padStart(4)} ${withoutTerms.toFixed(1).padStart(14)}  ${language} ${at}: ${short}`;
}

function writeBook(flows: Flows, today: string, file = 'fact-check-book.html'): void {
  writeFileSync(file, drawBook(flows, today));
  console.log(`${file}: ${flows.flows.size} flows, to be read, signed and kept`);
}

function writeSheets({ flows, municipality }: Flows, folder = 'diagrams'): void {
  mkdirSync(folder, { recursive: true });
  const before = readdirSync(folder);
  for (const flow of flows.values())
    for (const language of ['sv', 'en'] as const) {
      // A flow that has become smaller leaves no sheet of an earlier time beside the new ones.
      const mine = new RegExp(`^${flow.id}\\.${language}(\\.\\d+)?\\.svg$`);
      for (const name of before.filter((name) => mine.test(name))) rmSync(join(folder, name));
      const sheets = drawSheets(flow, language, municipality);
      for (const [i, sheet] of sheets.entries()) {
        const name = `${flow.id}.${language}${sheets.length > 1 ? `.${i + 1}` : ''}.svg`;
        writeFileSync(join(folder, name), sheet);
        console.log(join(folder, name));
      }
    }
}

async function takeOutOfUse(version: string, because: string | undefined): Promise<number> {
  if (!because)
    throw new Error(
      'Say why the version is withdrawn: --because "..."; the reason stands in the record of every session that lapses.',
    );
  const { DATABASE_URL } = readConfig(environment());
  const file = fileOf(DATABASE_URL);
  if (file !== undefined && !existsSync(file)) throw new Error(`There is no database at ${DATABASE_URL}.`);
  const database = await openDatabase(DATABASE_URL);
  try {
    const found = await withdraw(database, version, because, new Date());
    console.log(
      found
        ? `${version} is withdrawn. Its open sessions lapse within a minute.`
        : `No session ever used a version ${version}.`,
    );
    return found ? 0 : 1;
  } finally {
    await database.close();
  }
}
