import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { temporaryFolder } from '../support/databases.ts';
import { secret } from '../support/house.ts';
import { runCommand, startProgram } from '../support/program.ts';
import { openWorkspace } from '../support/slack/workspace.ts';
import { openTenant } from '../support/teams/tenant.ts';
import { cases, journeys } from './journeys.ts';
import { openRecords, take } from './log.ts';
import { slackDoor } from './slack.ts';
import { teamsDoor } from './teams.ts';
import { webDoor } from './web.ts';

const all = [...cases, ...journeys];
const people = all.map((_, i) => `U${i}`);
const users = people.map((id) => ({ id, name: id.toLowerCase(), locale: 'sv-SE' }));
const workspace = await openWorkspace({ users });
const tenant = await openTenant();

const DATABASE_URL = `sqlite:${join(temporaryFolder(), 'log.db')}`;
const settings = { DATABASE_URL, SECRET_KEY: secret, LOG_LEVEL: 'warn' };
const program = await startProgram({ ...settings, ...workspace.env, ...tenant.env });
workspace.connect(program.address);
tenant.connect(program.address);
const read = await openRecords(DATABASE_URL);

for (const door of [webDoor(program.address), slackDoor(workspace, people), teamsDoor(tenant)])
  describe(`at the door of ${door.name}`, { concurrency: 8 }, () => {
    for (const journey of all) test(journey.name, async () => take(journey, await door.visit(), read));
  });

test('nothing went wrong on the way, and the log is as it was written', async () => {
  assert.deepEqual([...workspace.faults, ...tenant.faults], []);
  assert.doesNotMatch(program.output(), /"level":[456]0/);
  const { code, stdout } = await runCommand('src/records.ts', ['verify'], settings);
  assert.equal(code, 0, stdout);
});
