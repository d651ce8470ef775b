import assert from 'node:assert/strict';
import { after } from 'node:test';
import { openDatabase } from '../../src/database/database.ts';
import type { Content } from '../../src/record/entry.ts';
import { openLog } from '../../src/record/log.ts';
import { readNumber } from '../../src/record/number.ts';
import type { GuidanceRecord } from '../../src/record/record.ts';
import { deriveKeys } from '../../src/record/seal.ts';
import { secret } from '../support/house.ts';
import type { Visitor } from './door.ts';
import type { Journey } from './journeys.ts';

/** Reads beside the program what it has kept under a number. */
export async function openRecords(url: string): Promise<(number: string) => Promise<Content[]>> {
  const database = await openDatabase(url);
  after(() => database.close());
  const log = openLog(database, deriveKeys(secret).ledger);
  return async (number) => {
    const rows = database.query.selectFrom('record').select('session').where('id', '=', readNumber(number)!);
    const record = await log.read((await rows.executeTakeFirstOrThrow()).session);
    return record!.entries.map(({ content }) => content!);
  };
}

/** Reads beside the program all that somebody has in the log, the record that was begun first coming first. */
export async function openLogs(url: string): Promise<(who: string) => Promise<GuidanceRecord[]>> {
  const database = await openDatabase(url);
  after(() => database.close());
  const log = openLog(database, deriveKeys(secret).ledger);
  return async (who) => {
    const rows = await database.query
      .selectFrom('record')
      .innerJoin('person', 'person.hash', 'record.person')
      .select('session')
      .where('person.user_id', '=', who)
      .orderBy('record.id')
      .execute();
    return Promise.all(rows.map(async ({ session }) => (await log.read(session))!));
  };
}

/** What somebody has done, line by line over all of their records. */
export function linesOf(records: readonly GuidanceRecord[]): string[] {
  return records.flatMap(({ entries }) => entries.map(({ content }) => inALine(content!)));
}

/** Walks, and holds what was kept against what was done, and what is shown at the end against what was kept. */
export async function take(
  { walk, log }: Journey,
  visitor: Visitor,
  read: (number: string) => Promise<Content[]>,
): Promise<void> {
  await walk(visitor);
  const contents = (await Promise.all(visitor.numbers.map(read))).flat();
  assert.deepEqual(contents.map(inALine), log);
  const end = contents.findLast(({ kind }) => kind === 'outcome' || kind === 'start');
  if (end?.kind !== 'outcome') return;
  assert.equal(visitor.heading, end.title);
  for (const words of [end.text, end.why, end.uncertain, end.clock, end.say, ...end.do, ...(end.missing ?? [])])
    assert.ok(visitor.text.includes(words ?? ''), `it is not shown: ${words}`);
}

/** An entry of the log, in a line. */
export function inALine(content: Content): string {
  const { kind } = content;
  switch (kind) {
    case 'start':
      return `start ${content.flow}${content.from ? ` (${content.from.because})` : ''}${content.unit ? `, ${content.unit}` : ''}`;
    case 'answer':
      return `answer ${content.node} ${content.option}`;
    case 'change': {
      const { kept, dropped } = content;
      const became = [
        kept.length > 0 && `kept ${kept.join(', ')}`,
        dropped.length > 0 && `dropped ${dropped.join(', ')}`,
      ];
      return `change ${content.node} ${content.option} (${became.filter(Boolean).join('; ')})`;
    }
    case 'tick':
    case 'done':
      return `${kind} ${content.node} ${counted(content.items)}`;
    case 'back':
      return `back ${content.node}`;
    case 'language':
      return `language ${content.language}`;
    case 'outcome':
      return `outcome ${content.code}`;
    case 'feedback':
      return `feedback ${content.helped ? 'yes' : 'no'}`;
    case 'ask':
      return `ask ${content.node}${content.words ? ' with words' : ''}`;
    case 'unit':
      return `unit ${content.unit}`;
    default:
      return kind;
  }
}

function counted(items: readonly { id: string; ticked: boolean }[]): string {
  const ticked = items.filter((item) => item.ticked);
  if (ticked.length === items.length) return 'all';
  return ticked.map(({ id }) => id).join(' ') || 'nothing';
}
