import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { readDocx } from '../../support/docx.ts';
import type { Clerk } from '../../support/slack/clerk.ts';
import { allElements, findElement } from '../../support/slack/elements.ts';
import type { Json } from '../../support/slack/limits.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice({ FLOWS: 'flows' });
afterEach(() => {
  assert.deepEqual(office.faults, []);
  assert.doesNotMatch(office.program.output(), /"level":50/);
});

const typeOf = ({ card }: Clerk) =>
  String(
    allElements(card.blocks).find(({ element }) => /^g:(answer|change)/.test(String(element.action_id)))?.element.type,
  );

async function begun(flow: string): Promise<Clerk> {
  const clerk = office.hire();
  await clerk.command();
  await clerk.press('g:start', flow);
  return clerk;
}

test('few answers are buttons, more a list in sight, and many a list that is searched', async () => {
  const anna = await begun('is-it-public');
  assert.match(anna.text, /Brev, mejl, ansökan/, 'what the answers mean is said in full');
  const seen = new Set<string>();
  for (const option of ['made', 'no', 'closed', 'facts', 'pupil-health', 'not-clear']) {
    const answers = anna.buttons.filter(({ action }) => action.startsWith('g:answer')).length;
    assert.equal(typeOf(anna), answers <= 5 ? 'button' : answers <= 10 ? 'radio_buttons' : 'static_select');
    seen.add(typeOf(anna));
    if (option === 'pupil-health') {
      await anna.press('g:why');
      assert.match(anna.text, /Svaren, förklarade/);
    }
    await anna.answer(option);
  }
  assert.deepEqual([...seen, typeOf(anna)].sort(), ['button', 'radio_buttons', 'static_select']);
  await anna.press('g:change');
  await office.press(anna.id, anna.card, (_, block) => /:what:\d+:step/.test(String(block.block_id)));
  await office.sees(anna, /Du ändrar/);
  const radio = findElement(anna.card.blocks, 'g:change').element;
  assert.equal((radio.initial_option as Json).value, 'made');
  await anna.press('g:change', 'incoming');
  assert.match(anna.text, /Du ändrade svaret/);
});

test('a draft comes as a Word file into the conversation with the app', async () => {
  const anna = await begun('is-it-public');
  await anna.answers('made', 'no', 'closed', 'facts', 'pupil-health', 'not-clear', 'no');
  assert.match(anna.text, /Utkast till beslut om avslag/);
  const { drawn } = anna.card;
  await anna.press('g:draft');
  const file = office.files.at(-1)!;
  const number = /VGL-\d{4}-\d{5}/.exec(anna.text)![0];
  assert.equal(file.name, `UTKAST till beslut om att inte lämna ut handlingar ${number}.docx`);
  assert.equal(file.channel, anna.dm);
  assert.match(
    readDocx(file.bytes!)
      .paragraphs.map(({ text }) => text)
      .join('\n'),
    new RegExp(number),
  );
  assert.match(anna.messages.at(-1)!.text, /Här är utkastet/);
  assert.equal(anna.card.drawn, drawn, 'the card stays');
  office.fail('files.getUploadURLExternal', { with: 'internal_error' });
  await anna.press('g:draft');
  assert.match(anna.whispered()!.text, /Det gick inte att skicka filen/);
});

test('a message that is pointed at leads straight into the guidance about messages', async () => {
  const anna = office.hire();
  const message = office.write('U0BEA', 'C0OTHER', 'Xerxes skrev det');
  await office.shortcut(anna.id, 'C0OTHER', message);
  await office.sees(anna, /Det gäller det här meddelandet/);
  assert.ok(/^radio|^button/.test(typeOf(anna)));
  await anna.answer('unsure');
  assert.match(String((office.log(anna)[0]![0]!.content.message as Json).permalink), /C0OTHER/);
  assert.doesNotMatch(office.everything(), /Xerxes/);
});
