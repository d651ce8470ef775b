import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { journeys } from '../doors/journeys.ts';
import { inALine, openRecords, take } from '../doors/log.ts';
import { slackDoor } from '../doors/slack.ts';
import { temporaryFolder } from '../support/databases.ts';
import { readDocx } from '../support/docx.ts';
import { secret } from '../support/house.ts';
import { runCommand, startProgram } from '../support/program.ts';
import { Clerk } from '../support/slack/clerk.ts';
import { openLocalSlack } from '../support/slack/client.ts';
import { readText } from '../support/slack/elements.ts';
import { until } from '../support/slack/wire.ts';
import { installLocalSlack } from './install.ts';

const installed = installLocalSlack();
if (installed) after(installed.remove);
else console.error('SKIPPED: everything on local-slack, which runs on Linux on x64 only.');

/** A workspace with the program in it, and what the program keeps. */
async function openOffice(mode: 'events' | 'socket', binary: string) {
  const slack = await openLocalSlack(mode, binary, journeys.length);
  const DATABASE_URL = `sqlite:${join(temporaryFolder(), 'log.db')}`;
  const ROLES = join(temporaryFolder(), 'roles.yaml');
  writeFileSync(ROLES, '- { role: registrar, people: [slack:T0REC/U0REV] }\n');
  const settings = { DATABASE_URL, ROLES, SECRET_KEY: secret, ...slack.env };
  const start = async () => {
    const program = await startProgram(settings);
    await slack.connect(program.address);
    return program;
  };
  const office = { slack, program: await start(), restart, settings, read: await openRecords(DATABASE_URL) };
  async function restart() {
    await office.program.stop();
    office.program = await start();
  }
  return office;
}

type Office = Awaited<ReturnType<typeof openOffice>>;

/** What the log says of the guidance that somebody sees. */
async function logOf({ read }: Office, clerk: Clerk): Promise<string[]> {
  const [number = ''] = /VGL-\d{4}-\d{5,}/.exec(clerk.text) ?? [];
  return (await read(number)).map(inALine);
}

const walks: Record<string, (office: Office) => Promise<void>> = {
  async 'a command in a channel leads to a conversation of one’s own, and there to an outcome'(office) {
    const anna = new Clerk(office.slack);
    const reply = await anna.command('', 'C0ALL');
    assert.match(reply.text, /Vägledningen väntar på dig/);
    assert.match(anna.text, /Vad vill du ha hjälp med/);
    await anna.press('g:start:is-it-public');
    const question = anna.text;
    await anna.press('g:why');
    assert.match(anna.text, /Lagen bakom frågan/);
    await anna.press('g:why');
    assert.equal(anna.text, question);
    await anna.answers('incoming', 'none', 'none');
    assert.match(anna.text, /Lämna ut/);
    await anna.press('g:feedback:yes');
    assert.match(anna.text, /Tack, ditt svar är sparat/);
    assert.equal(anna.messages.length, 1);
    assert.deepEqual(await logOf(office, anna), [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'feedback yes',
    ]);
  },

  async 'the app is looked for by what one writes to it, in one’s own language'({ slack }) {
    const bea = new Clerk(slack, 'U0BEA');
    await bea.say('access card');
    assert.match(bea.text, /You can begin here/);
    await bea.command('help');
    assert.match(bea.whispered()?.text ?? '', /Type \/isitpublic to begin/);
  },

  async 'a decision is drafted, and the file arrives'(office) {
    const anna = new Clerk(office.slack);
    await anna.command();
    await anna.press('g:start:is-it-public');
    await anna.answers('incoming', 'none', 'health-care', 'not-clear', 'no');
    await anna.press('g:draft');
    const { files: [file] = [] } = anna.messages.at(-1)!;
    const [number = ''] = /VGL-\d{4}-\d{5,}/.exec(anna.text) ?? [];
    assert.match(String(file?.name), new RegExp(`${number}\\.docx$`));
    const { paragraphs } = readDocx(await office.slack.download(file!));
    assert.match(paragraphs.map(({ text }) => text).join('\n'), /överklaga/);
  },

  async 'somebody else can’t press on a card that is not theirs'(office) {
    const [anna, bea] = [new Clerk(office.slack), new Clerk(office.slack, 'U0BEA')];
    await anna.command();
    await anna.press('g:start:is-it-public');
    await anna.answer('incoming');
    const { text } = anna;
    await bea.press('g:answer', 'none', anna.card);
    assert.match(bea.whispered(anna.dm)?.text ?? '', /belongs to somebody else/);
    assert.equal(anna.text, text);
    assert.deepEqual(await logOf(office, anna), ['start is-it-public', 'answer what incoming']);
  },

  async 'the program is restarted while a checklist is half-done'(office) {
    const rolf = new Clerk(office.slack, 'U0REV');
    await rolf.command('', 'C0REVIEW');
    await rolf.press('g:start', 'start-account');
    await rolf.answer('new');
    await rolf.tick(['purpose', 'people']);
    await office.restart();
    await rolf.tick(['purpose', 'terms']);
    await rolf.press('g:done');
    assert.match(rolf.text, /Inte klart än/);
    assert.deepEqual(await logOf(office, rolf), [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'tick points purpose terms',
      'done points purpose terms',
      'outcome not-ready',
    ]);
  },

  async 'the home of the app begins guidance, and shows it afterwards'({ slack }) {
    const rolf = new Clerk(slack, 'U0REV');
    await rolf.openHome();
    await slack.press(rolf.id, rolf.home, ({ value }) => value === 'is-it-public');
    await until(() => /Fråga 1/.test(rolf.text), 'the first question');
    await rolf.answer('unsure');
    await rolf.openHome();
    const [number = ''] = /VGL-\d{4}-\d{5,}/.exec(rolf.text) ?? [];
    assert.match(JSON.stringify(rolf.home.blocks), new RegExp(number));
    await rolf.command('mine');
    assert.match(rolf.whispered()?.text ?? '', new RegExp(number));
  },

  async 'the registrar answers a question and corrects the outcome in the home of the app'({ slack }) {
    const [anna, rolf] = [new Clerk(slack), new Clerk(slack, 'U0REV')];
    await anna.command();
    await anna.press('g:start:is-it-public');
    await anna.answers('unsure');
    const [number = ''] = /VGL-\d{4}-\d{5,}/.exec(anna.text) ?? [];
    await slack.press(anna.id, anna.card, 'g:ask');
    await until(() => anna.hasModal, 'the form to ask in');
    await anna.submit({ 'g:ask': 'Vem skriver under?' });
    await until(() => /Väntar på svar/.test(anna.text), 'the question on the card');
    await rolf.openHome();
    for (const act of [
      { do: 'answer', words: 'Nämnden skriver under.' },
      { do: 'correct', should: 'release', words: 'Den är allmän.' },
    ]) {
      await slack.press(rolf.id, rolf.home, ({ action_id, value }) => action_id === 'g:read' && value === number);
      await until(
        () => rolf.hasModal && readText(rolf.modal.blocks).includes('Vad vill du göra?'),
        'the record to read',
      );
      await rolf.submit(act);
      await until(() => /sparad|sparat/.test(readText(rolf.modal.blocks)), 'what came of it');
    }
    const told = (words: RegExp) => () => anna.messages.some(({ text }) => text.includes(number) && words.test(text));
    await until(told(/Nämnden skriver under/), 'the answer in the chat');
    await until(told(/Den är allmän/), 'the correction in the chat');
  },

  async 'Slack fails in the midst of it and comes back'(office) {
    const { slack } = office;
    const anna = new Clerk(slack);
    await anna.command();
    await anna.press('g:start:is-it-public');
    await anna.answer('incoming');
    if (slack.mode === 'events') await slack.downDuring(() => anna.press('g:answer', 'none'));
    else await slack.down();
    await slack.up();
    await slack.connect(office.program.address);
    if (slack.mode === 'events') await until(() => anna.messages.length > 0, 'the next question to be drawn');
    else {
      await anna.command();
      await anna.press('g:show');
      await anna.answer('none');
    }
    await anna.answer('none');
    assert.deepEqual(await logOf(office, anna), [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
    ]);
  },
};

describe('on local-slack', { skip: !installed, concurrency: true }, async () => {
  for (const mode of ['events', 'socket'] as const)
    describe(mode === 'events' ? 'over HTTP' : 'over Socket Mode', { concurrency: 1 }, async () => {
      const office = await openOffice(mode, installed!.binary);
      const { slack, settings } = office;
      const door = slackDoor(
        slack,
        slack.people.filter((id) => id.startsWith('U0NEW')),
      );
      for (const journey of journeys) test(journey.name, async () => take(journey, await door.visit(), office.read));

      for (const [name, walk] of Object.entries(walks)) test(name, () => walk(office));

      test('nothing went wrong on the way, and the log is as it was written', async () => {
        assert.deepEqual(slack.faults, []);
        // Bolt says by itself that the socket broke.
        assert.doesNotMatch(office.program.output(), /"level":[56]0(?!.*"from":"Slack")/);
        const { code, stdout } = await runCommand('src/records.ts', ['verify'], settings);
        assert.equal(code, 0, stdout);
      });
    });
});
