import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { environment, readConfig, Settings } from './config.ts';
import { fileOf, openDatabase } from './database/database.ts';
import { FlowFile } from './guidance/flow.ts';
import { FlowFaults, loadFlows } from './guidance/flows.ts';
import { countPaths, outline, paths } from './guidance/paths.ts';
import { withdraw } from './guidance/versions.ts';

const usage = `npm run flows                        check the flows, count their paths, rewrite test/flows/*.outline.txt
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
  const { values } = parseArgs({
    options: {
      schema: { type: 'boolean' },
      withdraw: { type: 'string' },
      because: { type: 'string' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) console.log(usage);
  else if (values.schema) console.log(JSON.stringify(z.toJSONSchema(FlowFile, { io: 'input' }), null, 2));
  else if (values.withdraw !== undefined) return takeOutOfUse(values.withdraw, values.because);
  else return check(Settings.shape.FLOWS.parse(environment().FLOWS || undefined));
  return 0;
}

/** Two ways of counting that know nothing of each other must agree, or one of them walks the flow wrongly. */
function check(folder: string): number {
  const { flows, municipality } = loadFlows(folder);
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
    console.log(
      `${flow.id}: ${Object.keys(flow.nodes).length} nodes, ${counted} paths (${agree}), version ${flow.version.slice(0, 12)}`,
    );
    writeFileSync(join(outlines, `${flow.id}.outline.txt`), outline(flow));
  }
  console.log(
    `${municipality.name}: ${municipality.example ? 'the example municipality' : 'filled in'}; outlines written to ${outlines}`,
  );
  return wrong === 0 ? 0 : 1;
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
