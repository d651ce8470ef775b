import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { temporaryFolder } from '../support/databases.ts';
import { freePort } from '../support/port.ts';
import { isObject } from '../support/slack/limits.ts';
import { until } from '../support/slack/wire.ts';
import { Relay, type Turn } from './relay.ts';

/** The rooms of everybody; each person has them for themselves, since two can't be in one room in this client. */
export const rooms = { personal: 'Personal Chat', group: 'Disclosure group', channel: 'Review' } as const;
export type RoomName = keyof typeof rooms;

/** The tenant that everybody belongs to. */
const tenant = '11111111-0000-0000-0000-000000000001';

/** One person's client: a server of its own, its page in a browser, and the relay between it and the program. */
export interface Playground {
  relay: Relay;
  page: Page;
  /** The person, as the client tells the program of them. */
  user: { id: string; name: string; aadObjectId: string };
  /** The conversations behind the names of the rooms. */
  ids: Record<RoomName, string>;
  /** What the page itself found wrong. */
  faults: string[];
  /** Where the client's own server is found. */
  address: string;
  /** The room that lies open. */
  room: RoomName;
  /** Goes to a room. The first time since the page was loaded, the client tells the program that it was added there. */
  enter(room: RoomName): Promise<void>;
  /** Opens the page, or opens it anew: the client forgets what stood in it. */
  load(): Promise<void>;
}

/** Starts the client for somebody. It is gone when the tests have run. */
export async function openPlayground(script: string, browser: Browser, name: string, n: number): Promise<Playground> {
  const relay = new Relay();
  await relay.up();
  after(() => relay.down());
  const user = account(name, n);
  const ids = { personal: `chat-${user.id}`, group: `group-${user.id}`, channel: `channel-${user.id}` };
  const address = await start(script, relay.address, settings(user, ids));
  relay.serve(`${address}/_connector`);
  // A picture of a card shows no more of it than fits into the window.
  const viewport = { width: 1400, height: process.env.SCREENS ? 2600 : 1000 };
  const context = await browser.newContext({ viewport, locale: 'sv-SE' });
  // The page asks for fonts elsewhere.
  await context.route('**/*', (route) =>
    new URL(route.request().url()).origin === address ? route.continue() : route.abort(),
  );
  const page = await context.newPage();
  page.setDefaultTimeout(8000);
  const faults: string[] = [];
  page.on('pageerror', (fault) => faults.push(String(fault)));
  page.on('console', (line) => {
    // What stood there before the page was loaded anew can't be drawn anew: the page has forgotten it, and says so.
    const forgotten = /Message with ID \d+ doesn't exists/.test(line.text());
    if (line.type() === 'error' && line.location().url.startsWith(address) && !forgotten) faults.push(line.text());
  });
  const entered = new Set<RoomName>();
  const playground: Playground = { relay, page, user, ids, faults, address, room: 'personal', enter, load };
  return playground;

  async function load() {
    relay.dialog = undefined;
    entered.clear();
    playground.room = 'personal';
    await told('personal', () => page.goto(address, { waitUntil: 'commit' }));
    await page.getByRole('button', { name: 'Hide log panel' }).click();
  }

  async function enter(room: RoomName) {
    const go = () => page.getByRole('treeitem', { name: rooms[room] }).click();
    await (entered.has(room) ? go() : told(room, go));
    playground.room = room;
    await page.getByRole('button', { name: room === 'channel' ? 'Post' : 'Send Message' }).waitFor();
  }

  /** Before the program has been told of the room, the page is not ready: what is written there is lost. */
  async function told(room: RoomName, go: () => Promise<unknown>) {
    const before = relay.turns.length;
    await go();
    const isTold = ({ activity: { type, conversation } }: Turn) =>
      type === 'conversationUpdate' && isObject(conversation) && conversation.id === ids[room];
    await until(() => relay.turns.slice(before).some(isTold), `the client to have opened ${rooms[room]}`, 20_000);
    entered.add(room);
    await relay.settled(100);
  }
}

function account(name: string, n: number) {
  const [givenName = '', surname = ''] = name.split(' ');
  const id = givenName.toLowerCase();
  const mail = `${id}@example.org`;
  const aadObjectId = `00000000-0000-0000-0000-0000000000${String(n).padStart(2, '0')}`;
  return { id, name, userPrincipleName: mail, aadObjectId, givenName, surname, email: mail };
}

/** What the client reads from its own folder: JSON is YAML too. It wants exactly five others in its rooms. */
function settings(user: ReturnType<typeof account>, ids: Playground['ids']): string {
  const others = ['Bo', 'Cy', 'Di', 'Ed', 'Fi'].map((name, i) => account(`${name} Annan`, 90 + i));
  return JSON.stringify({
    version: '0.1.1',
    tenantId: tenant,
    bot: { id: '28:isitpublic', name: 'Isitpublic' },
    currentUser: user,
    users: others,
    personalChat: { id: ids.personal },
    groupChat: { id: ids.group, name: rooms.group },
    team: {
      id: `team-${user.id}`,
      name: 'Records office',
      aadGroupId: '00000000-0000-0000-0000-0000000000c1',
      channels: [{ id: ids.channel, name: rooms.channel }],
    },
  });
}

/** Starts the client's server. @returns where it is found @throws with what it said where it does not start */
async function start(script: string, relay: string, config: string): Promise<string> {
  const cwd = temporaryFolder();
  writeFileSync(join(cwd, '.m365agentsplayground.yml'), config);
  const at = ['-e', `${relay}/api/messages`, '--service-url', `${relay}/connector`, '-p', String(await freePort())];
  const child = spawn(process.execPath, [script, ...at, '-c', 'msteams', '--disable-telemetry'], { cwd });
  after(() => void child.kill('SIGKILL'));
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  const port = () => /Listening on (\d+)/.exec(said)?.[1];
  await until(
    () => port() !== undefined || child.exitCode !== null,
    () => `the client, which said: ${said}`,
    20_000,
  );
  if (child.exitCode !== null) throw new Error(said);
  return `http://localhost:${port()}`;
}
