import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { chromium } from 'playwright-core';
import { journeys } from '../doors/journeys.ts';
import { inALine, openRecords, take } from '../doors/log.ts';
import { findBrowser } from '../support/browser.ts';
import { temporaryFolder } from '../support/databases.ts';
import { readDocx } from '../support/docx.ts';
import { secret } from '../support/house.ts';
import { runCommand, startProgram } from '../support/program.ts';
import { type Json, listOf } from '../support/slack/limits.ts';
import { until } from '../support/slack/wire.ts';
import { consentType, fileType } from '../support/teams/cards.ts';
import { headingOf } from '../support/teams/elements.ts';
import { Clerk } from './clerk.ts';
import { playgroundDoor } from './door.ts';
import { gaps } from './gaps.ts';
import { installPlayground } from './install.ts';
import { openPlayground, type Playground } from './playground.ts';

const executablePath = findBrowser();
if (executablePath === undefined)
  console.error('SKIPPED: everything in the client for Teams, since no browser was found: apt-get install chromium.');

/** Two people, each with a client of their own, and the program that both talk to. */
async function openOffice(executablePath: string) {
  const { script, remove } = installPlayground();
  after(remove);
  const quiet =
    '--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync';
  const browser = await chromium.launch({ executablePath, args: quiet.split(' ') });
  after(() => browser.close());
  const DATABASE_URL = `sqlite:${join(temporaryFolder(), 'log.db')}`;
  const settings = { DATABASE_URL, SECRET_KEY: secret, TEAMS_UNAUTHENTICATED: 'true' };
  const [anna, bea, program] = await Promise.all([
    openPlayground(script, browser, 'Anna Ask', 1),
    openPlayground(script, browser, 'Bea Berg', 2),
    startProgram(settings),
  ]);
  const connect = ({ address }: { address: string }) => {
    for (const { relay } of [anna, bea]) relay.connect(address);
  };
  connect(program);
  await Promise.all([anna.load(), bea.load()]);
  // The client says that everybody reads English.
  await Promise.all([anna, bea].map((playground) => new Clerk(playground).say('language sv')));
  const office = { anna, bea, settings, program, restart, read: await openRecords(DATABASE_URL) };
  async function restart() {
    await office.program.stop();
    office.program = await startProgram(settings);
    connect(office.program);
  }
  return office;
}

type Office = Awaited<ReturnType<typeof openOffice>>;

/** What the log says of the guidance that somebody sees. */
async function logOf({ read }: Office, { text }: Clerk): Promise<string[]> {
  const [number = ''] = /VGL-\d{4}-\d{5,}/.exec(text) ?? [];
  // The unit that they have named in an earlier journey goes along, and is no part of this one.
  return (await read(number)).map(inALine).map((line) => line.replace(/^(start [^,]+), .*/, '$1'));
}

/** What each of them does for themselves, having just sat down. */
const walks: Record<'anna' | 'bea', Record<string, (clerk: Clerk, office: Office) => Promise<void>>> = {
  anna: {
    async 'a command in one’s own chat leads to an outcome, and the law behind a question is a press away'(
      anna,
      office,
    ) {
      await anna.say('/isitpublic');
      assert.equal(anna.heading, 'Vad vill du ha hjälp med?');
      await anna.press('start:is-it-public');
      const { text } = anna;
      await anna.press('why:show');
      assert.match(anna.text, /Lagen bakom frågan/);
      await anna.press('why:hide');
      assert.equal(anna.text, text);
      await anna.answers('incoming', 'none', 'none');
      assert.match(anna.text, /Lämna ut/);
      await anna.press('feedback:yes');
      assert.match(anna.text, /Tack, ditt svar är sparat/);
      assert.deepEqual(await logOf(office, anna), [
        'start is-it-public',
        'answer what incoming',
        'answer exception none',
        'answer subject none',
        'outcome release',
        'feedback yes',
      ]);
    },

    async 'a mention in a group chat searches, for somebody who has removed the app from their own chat'(anna) {
      const { relay } = anna.playground;
      await anna.say();
      await anna.mock('Uninstall application');
      const before = relay.calls.length;
      await anna.write('group', 'löner', true);
      const calls = relay.calls.slice(before).map(({ method, path, status }) => `${method} ${path} ${status}`);
      assert.ok(calls.includes('POST /v3/conversations 201'), calls.join('\n'));
      assert.doesNotMatch(await anna.read(), /Här kan du börja/);
      await anna.playground.enter('personal');
      await anna.look();
      assert.equal(anna.heading, 'Här kan du börja');
    },

    async 'beside the box in which one writes, the dialog begins with the choice of what to ask'(anna) {
      await anna.playground.enter('channel');
      await anna.compose();
      assert.equal(anna.heading, 'Vad vill du ha hjälp med?');
      await anna.submit('find:');
      await anna.submit('find', 'passerkort');
      assert.equal(anna.heading, 'Här kan du börja');
      await anna.closeDialog();
    },

    async 'a decision is drafted, and the file is put where its owner has allowed it'(anna) {
      const { relay } = anna.playground;
      await anna.say();
      await anna.press('start:is-it-public');
      await anna.answers('incoming', 'none', 'health-care', 'not-clear', 'no');
      await anna.press('draft');
      await until(() => relay.calls.some(({ body }) => shows(body, consentType)), 'a file to be offered');
      const { body } = relay.calls.findLast((call) => shows(call.body, consentType))!;
      const [{ name, content }] = body.attachments as [{ name: string; content: { acceptContext: Json } }];
      const uploadInfo = {
        uploadUrl: `${relay.address}/drive/1`,
        contentUrl: 'https://example.org/1',
        name,
        uniqueId: '1',
        fileType: 'docx',
      };
      const value = { type: 'fileUpload', action: 'accept', context: content.acceptContext, uploadInfo };
      await tellBy(anna.playground, { type: 'invoke', name: 'fileConsent/invoke', value });
      await until(() => relay.calls.some(({ body }) => shows(body, fileType)), 'the file to be put there');
      const { paragraphs } = readDocx(relay.files[0]!);
      assert.match(paragraphs.map(({ text }) => text).join('\n'), /överklaga/);
      assert.match(name, /VGL-\d{4}-\d{5,}\.docx$/);
    },
  },
  bea: {
    async 'a mention in a channel is answered in one’s own chat, and the channel sees nothing of it'(bea, office) {
      const { relay, ids } = bea.playground;
      await bea.playground.enter('channel');
      const before = relay.calls.length;
      await bea.write('channel', 'isitpublic', true);
      for (const { path } of relay.calls.slice(before).filter(({ path }) => path.includes(ids.channel)))
        assert.match(path, /\?isTargetedActivity=true$/);
      await bea.picture('the channel');
      const channel = await bea.read();
      assert.match(channel, /Vägledningen väntar på dig i din egen chatt/);
      assert.doesNotMatch(channel, /Vad vill du ha hjälp med/);
      await bea.playground.enter('personal');
      await bea.look();
      assert.equal(bea.heading, 'Vad vill du ha hjälp med?');
      await bea.press('start:is-it-public');
      await bea.answer('unsure');
      await bea.playground.enter('channel');
      assert.doesNotMatch(await bea.read(), /registrator/);
      assert.deepEqual(await logOf(office, bea), ['start is-it-public', 'answer what unsure', 'outcome ask-registrar']);
    },

    async 'a message is pointed at, and all is asked in the dialog; what it comes to stands in one’s own chat'(
      bea,
      office,
    ) {
      await bea.write('group', 'Kan du skicka mig betygen för klass 9 B?');
      await bea.check();
      await bea.picture('the dialog');
      assert.match(bea.text, /Meddelandets text sparas inte/);
      await bea.choose('handle');
      await bea.submit('back');
      await bea.choose('handle');
      await bea.choose('simple');
      const { heading } = bea;
      await bea.closeDialog();
      assert.ok(!(await bea.read()).includes(heading));
      await bea.playground.enter('personal');
      await bea.look();
      assert.equal(bea.heading, heading);
      assert.deepEqual(await logOf(office, bea), [
        'start chat-and-sms',
        'answer who handle',
        'back who',
        'answer who handle',
        'answer handle simple',
        'outcome no-registration',
      ]);
    },

    async 'boxes that were ticked and are no longer so are not counted as done'(bea, office) {
      await bea.say();
      await bea.answer('start-account', 'start');
      await bea.answer('new');
      await bea.press('tick', ['purpose', 'people']);
      await bea.press('done', []);
      assert.equal((await logOf(office, bea)).at(-2), 'done points nothing');
    },

    async 'Teams takes nothing for a while: the answer is seen at once, and kept when Teams is back'(bea) {
      const { relay } = bea.playground;
      await bea.say();
      await bea.press('start:is-it-public');
      relay.failing = 502;
      await bea.answer('incoming');
      assert.match(bea.text, /Fråga 2/);
      assert.ok(relay.calls.some(({ method, status }) => method === 'PUT' && status === 502));
      relay.failing = undefined;
      await relay.settled();
      await bea.answers('none', 'none');
      assert.match(bea.text, /Lämna ut/);
    },
  },
};

/** What touches both. */
const together: Record<string, (office: Office) => Promise<void>> = {
  async 'the program is restarted while a checklist is half-done'(office) {
    const anna = await Clerk.sitDown(office.anna);
    await anna.say();
    await anna.answer('start-account', 'start');
    await anna.answer('new');
    await anna.press('tick', ['purpose', 'people']);
    await office.restart();
    await anna.press('tick', ['purpose', 'terms']);
    await anna.press('done');
    assert.match(anna.text, /Inte klart än/);
    assert.deepEqual(await logOf(office, anna), [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'tick points purpose terms',
      'done points purpose terms',
      'outcome not-ready',
    ]);
  },

  async 'somebody else can’t press on a card that is not theirs'(office) {
    const anna = await Clerk.sitDown(office.anna);
    const bea = await Clerk.sitDown(office.bea);
    await anna.say();
    await anna.press('start:is-it-public');
    await anna.answer('made');
    const { text } = anna;
    await bea.say();
    await office.bea.relay.forward(office.bea.ids.personal, anna.card);
    await bea.look();
    assert.equal(bea.heading, anna.heading);
    await bea.answer('no');
    await bea.picture('not theirs');
    assert.match(await bea.told(), /Den här vägledningen hör till någon annan/);
    await anna.look();
    assert.equal(anna.text, text);
    assert.deepEqual(await logOf(office, anna), ['start is-it-public', 'answer what made']);
  },
};

/** Whether something of this kind hangs on a message. */
function shows({ attachments }: Json, kind: string): boolean {
  return listOf(attachments).some(({ contentType }) => contentType === kind);
}

/** Lets the client tell the program something in its own way that nobody can do in it, such as to accept a file. */
async function tellBy({ address, ids }: Playground, activity: Json): Promise<void> {
  const template = await fetch(`${address}/_internal/v1/customActivities/template?conversationId=${ids.personal}`);
  const body = JSON.stringify({ ...((await template.json()) as Json), ...activity });
  const headers = { 'content-type': 'application/json' };
  await fetch(`${address}/_internal/v1/customActivities`, { method: 'POST', headers, body });
}

describe('in the Agents Playground', { skip: executablePath === undefined, concurrency: 1 }, async () => {
  const office = await openOffice(executablePath!);
  const people = [office.anna, office.bea];

  test('who comes for the first time is greeted once, in the language of the client', async () => {
    const { relay } = office.anna;
    assert.equal(headingOf(relay.messages[0]?.card ?? {}), 'What do you need help with?');
    const { length } = relay.messages;
    await new Clerk(office.anna).mock('Install application');
    await relay.settled(300);
    assert.equal(relay.messages.length, length);
  });

  describe('side by side', { concurrency: people.length }, () => {
    for (const [i, person] of people.entries())
      describe(person.user.name, { concurrency: 1 }, () => {
        const door = playgroundDoor(person);
        for (const journey of journeys.filter((_, n) => n % people.length === i))
          test(journey.name, async () => take(journey, await door.visit(), office.read));
        for (const [name, walk] of Object.entries(i === 0 ? walks.anna : walks.bea))
          test(name, async () => walk(await Clerk.sitDown(person), office));
      });
  });

  for (const [name, walk] of Object.entries(together)) test(name, () => walk(office));

  describe('what the client does otherwise than Teams', { concurrency: 1 }, () => {
    for (const [name, gap] of Object.entries(gaps)) test(name, () => gap(office.anna));
  });

  test('nothing went wrong on the way, and the log is as it was written', async () => {
    for (const { relay, faults } of people) assert.deepEqual([relay.faults, faults], [[], []]);
    assert.doesNotMatch(office.program.output(), /"level":[56]0/);
    const { code, stdout } = await runCommand('src/records.ts', ['verify'], office.settings);
    assert.equal(code, 0, stdout);
  });
});
