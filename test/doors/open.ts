import assert from 'node:assert/strict';
import { join } from 'node:path';
import { temporaryFolder } from '../support/databases.ts';
import { secret } from '../support/house.ts';
import { runCommand, startProgram } from '../support/program.ts';
import { openWorkspace, type Workspace } from '../support/slack/workspace.ts';
import { openTenant, type Tenant } from '../support/teams/tenant.ts';
import type { OpenDoor } from './door.ts';
import { openSlackDoor } from './slack.ts';
import { teamsDoor } from './teams.ts';
import { webDoor } from './web.ts';

/** One program with all of its doors open. */
export interface OpenDoors {
  doors: OpenDoor[];
  /** Where the program is reached. */
  address: string;
  workspace: Workspace;
  tenant: Tenant;
  /** The database that its log lies in. */
  url: string;
  /** Ends the program and starts it again, at the same address and with the same log. */
  restart(): Promise<void>;
  /** Nothing went wrong: for whoever stands before the doors, for the program itself, and in its log. */
  proveAll(): Promise<void>;
}

/** @param people how many come to the door of Slack. */
export async function openDoors(people: number): Promise<OpenDoors> {
  const ids = Array.from({ length: people }, (_, i) => `U${i}`);
  const users = ids.map((id) => ({ id, name: id.toLowerCase(), locale: 'sv-SE' }));
  const workspace = await openWorkspace({ users });
  const tenant = await openTenant();
  const url = `sqlite:${join(temporaryFolder(), 'log.db')}`;
  const settings = { DATABASE_URL: url, SECRET_KEY: secret, LOG_LEVEL: 'warn' };
  const start = (PORT = '0') => startProgram({ ...settings, ...workspace.env, ...tenant.env, PORT });
  const programs = [await start()];
  const { address } = programs[0]!;
  workspace.connect(address);
  tenant.connect(address);
  return {
    doors: [webDoor(address), openSlackDoor(workspace, ids), teamsDoor(tenant)],
    address,
    workspace,
    tenant,
    url,
    async restart() {
      assert.equal(await programs.at(-1)!.stop(), 0);
      programs.push(await start(new URL(address).port));
    },
    async proveAll() {
      assert.deepEqual([...workspace.faults, ...tenant.faults], []);
      for (const program of programs) assert.doesNotMatch(program.output(), /"level":[456]0/);
      const { code, stdout } = await runCommand('src/records.ts', ['verify'], settings);
      assert.equal(code, 0, stdout);
    },
  };
}
