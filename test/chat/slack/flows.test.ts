import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import fc from 'fast-check';
import { readDocx } from '../../support/docx.ts';
import type { Clerk } from '../../support/slack/clerk.ts';
import { allElements, findElement, optionsOf, readText } from '../../support/slack/elements.ts';
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

test('what a search leads into is begun once, with the answers that it gives, and they can be changed', async () => {
  const anna = office.hire();
  await anna.command('löner');
  assert.match(anna.text, /börjar med det svaret/);
  await office.press(anna.id, anna.card, ({ value }) => String(value).includes('/'), { times: 5 });
  await office.sees(anna, /Dina svar sparas i en logg/);
  await office.quiet();
  assert.equal(anna.messages.length, 1);
  assert.match(office.kinds(anna).join(), /^start( answer)+$/);
  assert.match(anna.text, /Dina svar sparas i en logg/, 'what is kept is said, since the first question was not seen');
  await anna.press('g:change');
  assert.match(anna.text, /Dina svar hittills/);
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

test('a list of ten boxes and more is ticked group by group', async () => {
  const anna = await begun('start-account');
  await anna.answer('new');
  const boxes = () => allElements(anna.card.blocks).filter(({ element }) => element.type === 'checkboxes');
  const all = boxes().flatMap(({ element }) => optionsOf(element).map(({ value }) => String(value)));
  await anna.tick(all.slice(0, -1));
  await anna.press('g:done');
  assert.match(anna.text, /Det här saknas/);
});

/** Somebody who presses whatever there is; `picks` say what. */
async function wander(picks: number[]): Promise<Clerk> {
  const clerk = office.hire(picks.length % 2 ? 'sv-SE' : 'en-GB');
  await office.command(clerk.id, clerk.dm);
  for (const pick of picks) {
    const { card } = clerk;
    const all = allElements(card.blocks);
    const onwards = all.filter(({ element }) => /^g:(start|answer|done|then)/.test(String(element.action_id)));
    const among = pick % 5 < 3 && onwards.length > 0 ? onwards : all;
    const { element, block } = among[pick % among.length]!;
    const options = optionsOf(element).map(({ value }) => String(value));
    const chosen =
      element.type === 'checkboxes' ? options.filter((_, i) => (pick >> i) & 1) : options[pick % options.length];
    const value = element.type === 'plain_text_input' ? ['löner', 'kommentar', 'qqqq'][pick % 3] : chosen;
    const seen = () => clerk.messages.reduce((sum, { drawn }) => sum + drawn, clerk.hasModal ? 1000 : 0);
    const before = seen();
    const which = (one: Json, where: Json) => one.action_id === element.action_id && where.block_id === block.block_id;
    const reply = await office.press(clerk.id, card, which, value === undefined ? {} : { value });
    assert.equal(reply.status, 200);
    await office.until(
      () => seen() !== before,
      `${element.action_id} ${value} on ${readText(card.blocks).slice(0, 200)}`,
    );
    if (!clerk.hasModal) continue;
    const named = seen();
    assert.equal((await office.submit(clerk.id, { label: `ärende ${pick}` })).status, 200);
    await office.until(() => seen() !== named);
  }
  return clerk;
}

test('wherever people wander, all is acknowledged, nothing is too large, and the card shows where the log is', async () => {
  const walk = fc.array(fc.nat(100_000), { minLength: 8, maxLength: 15 });
  await fc.assert(
    fc.asyncProperty(fc.array(walk, { minLength: 15, maxLength: 15 }), async (walks) => {
      const clerks = await Promise.all(walks.map(wander));
      await office.quiet();
      for (const clerk of clerks) {
        const last = new Map(office.log(clerk).map((lines) => [lines[0]!.session, lines.at(-1)!.seq]));
        const marks = clerk.card.blocks.map(({ block_id }) => String(block_id).split(':'));
        for (const [session = '', , seq] of marks)
          if (last.has(session)) assert.equal(Number(seq) || last.get(session), last.get(session));
      }
    }),
    { numRuns: 1, endOnFailure: true },
  );
  assert.match(await office.verify(), /all as they were written/);
});
