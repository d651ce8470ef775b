import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { afterEach, test } from 'node:test';
import { runCommand } from '../../support/program.ts';
import { readText } from '../../support/slack/elements.ts';
import { openOffice } from '../../support/slack/office.ts';

const office = await openOffice();
afterEach(() => assert.deepEqual(office.faults, []));

const visible = (channel: string) => office.messages(channel).filter(({ to }) => to === undefined);

test('in a channel where the app is not, the command is answered at once and privately, with the way to the guidance', async () => {
  const anna = office.hire();
  const reply = await anna.command('', 'C0OTHER');
  assert.equal(reply.status, 200);
  assert.ok(reply.ms < 2900, `${reply.ms} ms`);
  const said = anna.whispered('C0OTHER');
  assert.match(readText(said?.blocks), /Vägledningen väntar på dig/);
  assert.match(said!.text, new RegExp(`/archives/${anna.dm}/p${anna.card.ts.replace('.', '')}`));
  assert.deepEqual(visible('C0OTHER'), []);
  assert.match(anna.text, /Vad vill du ha hjälp med/);
  assert.equal(anna.messages.length, 1);
});

test('in the conversation with the app the guidance is simply there, and in another conversation its way is told', async () => {
  const [anna, bea] = [office.hire(), office.hire()];
  assert.equal((await anna.command()).text, '');
  assert.deepEqual(
    anna.messages.map(({ to }) => to),
    [undefined],
  );
  office.meet('D0BOTH', anna, bea);
  await anna.command('', 'D0BOTH');
  assert.match(readText(anna.whispered('D0BOTH')?.blocks), /Vägledningen väntar/);
  assert.deepEqual(office.messages('D0BOTH', bea.id), []);
});

test('the guidance is one message, replaced question by question', async () => {
  const anna = await office.guided();
  const before = office.called('chat.update').length;
  await anna.answers('ask', 'yes-sure');
  assert.match(anna.text, /Kontot får starta/);
  assert.equal(anna.messages.length, 1);
  assert.equal(office.called('chat.update').length, before, 'by its own address, which costs nothing of the limits');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
});

test('whoever has something open is asked whether to go on or to begin anew', async () => {
  const anna = await office.guided('ask');
  await anna.command();
  assert.match(anna.text, /inte är klar\nStarta ett konto · VGL-\d{4}-\d{5}\nÄr du säker/);
  await anna.press('g:show');
  assert.match(anna.text, /Är du säker/);
  await anna.answer('yes-sure');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);

  await anna.command();
  assert.doesNotMatch(anna.text, /inte är klar/);
  await anna.press('g:start:account');
  await anna.answer('ask');
  await anna.command();
  await anna.press('g:start:account');
  await anna.answer('unsure');
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome', 'start answer', 'start answer outcome']);
});

test('what is looked for is found wherever it is written, and stands nowhere', async () => {
  const anna = office.hire();
  await anna.command('Xantippas konto', 'C0OTHER');
  assert.match(anna.text, /Här kan du börja\n\*Starta ett konto\*/);
  await anna.press('g:find', 'Xantippas konto igen');
  assert.match(anna.text, /Här kan du börja/);
  await anna.openHome();
  await anna.press('g:find', 'xantippa', anna.home);
  assert.match(anna.text, /Vi hittade inget med de orden/);
  await anna.say('xantippa <!channel> konto');
  assert.match(anna.text, /Här kan du börja/);
  await anna.press('g:start', undefined);
  await anna.answer('ask');
  assert.deepEqual(office.kinds(anna), ['start answer']);
  const everything = office.everything();
  assert.match(everything, /Är du säker/);
  assert.doesNotMatch(everything, /xantippa/i);
});

test('help is told where it is asked for, in whatever words', async () => {
  const anna = office.hire();
  for (const word of ['help', ' HJÄLP ', '?']) {
    await anna.command(word, 'C0OTHER');
    assert.match(readText(anna.whispered('C0OTHER')?.blocks), /Skriv \/isitpublic för att börja/);
  }
  assert.deepEqual(anna.messages, []);
  const bea = office.hire('en-GB');
  await bea.say('help');
  assert.match(bea.text, /Type \/isitpublic to begin/);
});

test('one’s own records are told to oneself, and nobody else’s', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('ask')];
  await anna.command('mine', 'C0OTHER');
  const said = readText(anna.whispered('C0OTHER')?.blocks);
  assert.match(said, /Dina vägledningar\nVGL-\d{4}-\d{5} · Starta ett konto\nklar: Kontot får startas/);
  assert.equal(said.match(/VGL/g)?.length, 1);
  await bea.command('mina');
  assert.match(readText(bea.whispered()?.blocks), /pågår/);
  const nobody = office.hire();
  await nobody.command('mine');
  assert.match(readText(nobody.whispered()?.blocks), /inte svarat på någon fråga än/);
});

test('the language follows Slack until it is chosen, also while a question is open, and is remembered', async () => {
  const bea = office.hire('en-GB');
  await bea.command();
  assert.match(bea.text, /What do you need help with/);
  await bea.press('g:start:account');
  await bea.answer('ask');
  await bea.command('language sv', 'C0OTHER');
  assert.match(readText(bea.whispered('C0OTHER')?.blocks), /Du läser nu på svenska/);
  assert.match(bea.text, /Är du säker/);
  assert.equal(bea.messages.length, 1);
  await bea.answer('yes-sure');
  assert.match(bea.text, /Kontot får starta/);
  await bea.command();
  assert.match(bea.text, /Vad vill du ha hjälp med/);
  await bea.command('språk ENGLISH');
  assert.match(readText(bea.whispered()?.blocks), /You now read in English/);
  await bea.command('language fi');
  assert.match(readText(bea.whispered()?.blocks), /Type \/isitpublic language sv/);
  assert.deepEqual(office.kinds(bea), ['start answer language answer outcome']);
});

test('the language can be changed before the first answer', async () => {
  const anna = await office.guided();
  await anna.command('language en', 'C0OTHER');
  assert.match(anna.text, /What do you want to do/);
  await anna.answer('ask');
  assert.match(anna.text, /Are you sure/);
});

test('of a message that is pointed at, its address and a check value are kept, and its text nowhere', async () => {
  const [anna, bea] = [office.hire(), office.hire()];
  const text = 'Xerxes har ringt om bygglovet på Åsgatan';
  const message = office.write(bea.id, 'C0OTHER', text);
  await office.shortcut(anna.id, 'C0OTHER', message);
  await office.hears(anna, /Vägledningen väntar/, 'C0OTHER');
  await anna.press('g:start:account');
  assert.match(anna.text, /Det gäller det här meddelandet. Meddelandets text sparas inte/);
  await anna.answers('ask', 'yes-sure');
  assert.match(anna.text, /Det gäller det här meddelandet/);
  const [start] = office.log(anna)[0]!;
  const kept = start!.content.message as { permalink: string; salt: string; hash: string };
  assert.match(kept.permalink, new RegExp(`/archives/C0OTHER/p${message.ts.replace('.', '')}$`));
  assert.equal(kept.hash, createHash('sha256').update(kept.salt, 'hex').update(text).digest('hex'));
  assert.doesNotMatch(office.everything(), /Xerxes|Åsgatan/);
  const settings = { DATABASE_URL: `sqlite:${office.file}`, FLOWS: 'test/support/flows' };
  const number = /VGL-\d{4}-\d{5}/.exec(anna.text)![0];
  const { stdout } = await runCommand('src/records.ts', ['show', number], settings);
  assert.match(stdout, new RegExp(kept.permalink));
  assert.doesNotMatch(stdout, /Xerxes/);
});

test('a message that is pointed at once more, in a thread, is guidance of its own', async () => {
  const anna = office.hire();
  const message = { ts: '1700000000.000100', thread_ts: '1700000000.000001', text: 'x', user: 'U0BEA' };
  const sent = await office.shortcut(anna.id, anna.dm, message);
  await office.again(sent, { retry: { num: 1, reason: 'http_timeout' } });
  await office.sees(anna, /Vad vill du ha hjälp med/);
  await office.quiet();
  assert.equal(anna.messages.length, 1, 'repeated by Slack, it is still one');
  await anna.press('g:start:account');
  assert.match(JSON.stringify(anna.card.blocks), /p1700000000000100\?thread_ts=1700000000\.000001/);
});

test('the home shows what is open, what has been asked, what can be begun; what is pressed there leads to a card', async () => {
  const [anna, bea] = [office.hire(), await office.guided('unsure')];
  await anna.openHome();
  const text = () => readText(anna.home.blocks);
  assert.match(text(), /Vad vill du ha hjälp med/);
  assert.doesNotMatch(text(), /VGL/);

  await anna.press('g:start', undefined, anna.home);
  await office.until(() => /Frågan väntar på dig under fliken Meddelanden/.test(text()));
  await anna.answer('ask');
  await anna.openHome();
  assert.match(text(), /inte är klar\nStarta ett konto · (VGL-\d{4}-\d{5})\nÄr du säker/);
  assert.match(text(), /Dina vägledningar\nVGL-\d{4}-\d{5} · Starta ett konto\npågår/);
  assert.equal(text().match(/VGL/g)?.length, 2, 'nobody else’s');
  assert.ok(!text().includes(/VGL-\d{4}-\d{5}/.exec(bea.text)![0]));

  await anna.press('g:show', undefined, anna.home);
  assert.equal(anna.messages.length, 2);
  assert.match(anna.text, /Är du säker/);
  assert.match(anna.messages[0]!.text, /fortsätter längre ner/);
  await anna.press('g:language', undefined, anna.home);
  await office.until(() => /not finished/.test(text()));
  assert.match(anna.text, /Are you sure/, 'also what is open');
  await anna.press('g:language', undefined, anna.home);
  await anna.answer('yes-sure');
  await anna.openHome();
  assert.doesNotMatch(text(), /inte är klar/);
  assert.match(text(), /klar: Kontot får startas/);
  await anna.press('g:show', undefined, anna.home);
  assert.match(anna.text, /Kontot får starta/);

  await anna.press('g:language', undefined, anna.home);
  await office.until(() => /What do you need help with/.test(text()));
  assert.match(text(), /Your guidance/);
  await anna.command();
  assert.match(anna.text, /What do you need help with/);
  assert.deepEqual(office.kinds(anna), ['start answer language language answer outcome']);
});

test('a home that can’t be drawn stops nobody', async () => {
  const anna = office.hire();
  await anna.openHome();
  office.fail('views.publish', { with: 'internal_error', times: 2 });
  assert.equal((await office.openHome(anna.id)).status, 200);
  await anna.press('g:start', undefined, anna.home);
  await anna.answer('ask');
  assert.deepEqual(office.kinds(anna), ['start answer']);
});

test('a link to a record unfolds for its owner alone, where nobody else reads', async () => {
  const [anna, bea] = [await office.guided('ask', 'yes-sure'), await office.guided('unsure')];
  const number = /VGL-\d{4}-\d{5}/.exec(anna.text)![0];
  const [{ session }] = office.records(anna) as [{ session: string }];
  for (const url of [`https://host.example/records/${number}`, `https://host.example/?session=${session}`]) {
    const { length } = office.unfurls;
    await office.shareLink(anna.id, anna.dm, url);
    await office.until(() => office.unfurls.length > length);
    assert.match(readText(office.unfurls.at(-1)?.unfurls), /VGL-\d{4}-\d{5} · Starta ett konto\nklar/);
  }
  const shown = office.unfurls.length;
  for (const url of [
    `https://host.example/${number}`,
    `https://host.example/?session=${session}`,
    'https://host.example/nothing',
  ]) {
    await office.shareLink(anna.id, 'C0ALL', url);
    await office.shareLink(bea.id, bea.dm, url);
    await office.quiet();
  }
  assert.equal(office.unfurls.length, shown);
});
