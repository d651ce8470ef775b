import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { pino } from 'pino';
import { openChores } from '../src/chores.ts';
import { openRoles } from '../src/review/roles.ts';
import { temporaryFolder } from './support/databases.ts';
import { openHouse } from './support/house.ts';

test('where nobody can be told of questions that wait, the program’s own log says what to set, once a day', async (t) => {
  const { guidance, clock, visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
  const anna = visitor('Anna');
  await anna.start();
  await anna.press({ verb: 'ask', node: 'what', words: 'Vad gäller?' });
  const warned: { msg: string; unheard: number }[] = [];
  const logger = pino({ level: 'warn' }, { write: (line: string) => void warned.push(JSON.parse(line)) });
  const config = { LAPSE_AFTER_DAYS: 14, LAPSE_CHECKLISTS_AFTER_DAYS: 180 };
  const roles = openRoles(join(temporaryFolder(), 'roles.yaml'), () => {});
  const until = async (count: number) => {
    for (let tries = 0; warned.length < count && tries < 500; tries += 1) await wait(10);
    assert.equal(warned.length, count);
  };

  t.mock.timers.enable({ apis: ['setInterval'] });
  clock.now = new Date('2026-11-23T09:00:00Z');
  const stop = openChores({ config, guidance, roles, summaries: [], console: undefined }, logger);
  t.after(stop);
  await until(1);
  assert.equal(warned[0]!.unheard, 1);
  assert.match(warned[0]!.msg, /nobody can be told: set SLACK_REGISTRAR_CHANNEL or TEAMS_REGISTRAR_CHANNEL, or name/);
  for (const at of ['2026-11-23T09:01:00Z', '2026-11-23T15:00:00Z', '2026-11-24T09:00:00Z']) {
    await wait(100);
    clock.now = new Date(at);
    t.mock.timers.tick(60_000);
  }
  await until(2);
  const question = await guidance.database.query.selectFrom('question').selectAll().executeTakeFirstOrThrow();
  assert.equal(question.raised_on, null);
});
