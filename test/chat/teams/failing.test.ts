import assert from 'node:assert/strict';
import { appendFileSync, cpSync, readFileSync } from 'node:fs';
import { createServer, request, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { temporaryFolder } from '../../support/databases.ts';
import { consentType, fileType } from '../../support/teams/cards.ts';
import type { Call } from '../../support/teams/connector.ts';
import { buttonsOn } from '../../support/teams/elements.ts';
import { openOffice } from '../../support/teams/office.ts';
import type { Person } from '../../support/teams/person.ts';
import { rooms } from '../../support/teams/tenant.ts';

/** The small flows, with one of them that ends in a draft. */
const FLOWS = join(temporaryFolder(), 'flows');
cpSync('test/support/flows', FLOWS, { recursive: true });
cpSync('test/support/papers/papers.yaml', join(FLOWS, 'papers.yaml'));
const [, more = ''] = readFileSync('test/support/papers/sources.yaml', 'utf8').split(/^(?=whole-chapter)/m);
appendFileSync(join(FLOWS, 'sources.yaml'), more);

const office = await openOffice({ FLOWS });
afterEach(() => assert.deepEqual(office.faults, []));

type Failure = Parameters<typeof office.fail>[1];
type What = Parameters<typeof office.fail>[0];

/** The next such call for this person goes wrong. */
const fail = (what: What, { chat }: Person, failure: Failure) =>
  office.fail(what, { ...failure, where: ({ room }) => room === chat });
const callsFor = ({ chat }: Person, what: What) => office.called(what).filter(({ room }) => room === chat);

/** Presses without waiting for what comes of it. */
const press = (person: Person, which: string, on = person.card) => office.press(person.id, on, which);

/** Until all that was to be drawn for them is drawn, or was not to be. */
const quiet = (...people: Person[]) =>
  Promise.all([...people.map(({ chat }) => chat), rooms.group].map((room) => office.settled(100, room)));

/** Until everybody would see what the person saw at once. */
const kept = (person: Person, ms?: number) =>
  office.until(() => office.isStored(person.id, person.card), 'what was answered is drawn', ms);

/** The cards that the person sees anywhere and can press something on. */
const live = (person: Person) =>
  [person.chat, ...Object.values(rooms)]
    .flatMap((room) => office.messages(room, person.id))
    .filter(({ card }) => card !== undefined && buttonsOn(card).length > 0);

/** A line to Teams that does with the answer whatever is asked for; the call itself arrives. */
const spoil: { next?: ((response: ServerResponse, status: number) => void) | undefined; trapped: number } = {
  trapped: 0,
};
const line = createServer((asked, response) => {
  if (asked.url === '/trap') spoil.trapped += 1;
  const onward = request(new URL(asked.url ?? '', office.address), { method: asked.method, headers: asked.headers });
  onward.on('response', (said) => {
    const { next } = spoil;
    spoil.next = undefined;
    if (next) {
      said.resume();
      next(response, said.statusCode ?? 0);
    } else {
      response.writeHead(said.statusCode ?? 0, said.headers);
      said.pipe(response);
    }
  });
  asked.pipe(onward);
});
await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
after(() => {
  line.close();
  line.closeAllConnections();
});
const spoiled = office.serviceUrl.replace(office.address, `http://127.0.0.1:${(line.address() as AddressInfo).port}`);
const elsewhere: Failure = { status: 302, headers: { location: new URL('/trap', spoiled).href } };

// These take the eight seconds that Teams is given, while the others are tried.
const [patient, trickled, late] = [await office.guided(), await office.guided(), office.hire()];
fail('put', patient, { hang: 9500 });
fail('post', late, { hang: 9500 });
const patience = await press(patient, 'answer:ask');
const lateness = await office.say(late.id, 'isitpublic');
let drip: NodeJS.Timeout | undefined;
spoil.next = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  drip = setInterval(() => response.write(' '), 500);
};
await office.press(trickled.id, trickled.card, 'answer:ask', { serviceUrl: spoiled });
after(() => clearInterval(drip));

describe('while others are at it as well', { concurrency: 3 }, () => {
  test('a drawing that Teams does not take at once is made again, in the same place, and nobody waits for it', async () => {
    const failures: Failure[] = [
      ...[412, 500, 502, 503, 504].map((status) => ({ status })),
      { status: 429, headers: { 'retry-after': '1' } },
      { status: 429 },
      { status: 429, headers: { 'retry-after': new Date(Date.now() + 3_600_000).toUTCString() } },
      { status: 429, headers: { 'retry-after': '-5' } },
      { reset: 'before' },
      { reset: 'after' },
      { status: 502, done: true },
    ];
    const people = await Promise.all(failures.map(() => office.guided()));
    await Promise.all(
      people.map(async (anna, i) => {
        const failure = failures[i]!;
        fail('put', anna, failure);
        const before = callsFor(anna, 'put').length;
        const { ms } = await press(anna, 'answer:ask');
        assert.ok(ms < 4000, `${ms} ms`);
        assert.match(anna.text, /Är du säker/, 'the answer itself shows it');
        await kept(anna);
        await office.until(() => callsFor(anna, 'put').length === before + 2);
        const [first, second] = callsFor(anna, 'put').slice(-2) as [Call, Call];
        if (failure.status === 429) assert.ok(second.at - first.at >= 900, `${second.at - first.at} ms`);
        assert.equal(anna.cards.length, 1);
      }),
    );
    await wait(300);
    for (const anna of people) assert.equal(callsFor(anna, 'put').length, 3, 'and then there is peace');
  });

  test('a drawing that Teams refuses is not sent again, and is caught up with at the next press', async () => {
    const failures = [
      { status: 400, error: { code: 'BadSyntax' } },
      { status: 401 },
      { status: 403, error: { code: 'MessageWritesBlocked' } },
      { status: 413, error: { code: 'MessageSizeTooBig' } },
      elsewhere,
      { ...elsewhere, status: 307 },
    ];
    const people = await Promise.all(failures.map(() => office.guided()));
    await Promise.all(
      people.map(async (anna, i) => {
        fail('put', anna, failures[i]!);
        await press(anna, 'answer:ask');
      }),
    );
    await wait(1300);
    for (const anna of people) {
      assert.equal(callsFor(anna, 'put').length, 2);
      assert.ok(!office.isStored(anna.id, anna.card));
      office.reload(anna.id);
      assert.match(anna.text, /Vad vill du göra/);
      await anna.answer('unsure');
      assert.match(anna.text, /redan besvarad(.*\n)*Är du säker/);
      await anna.answer('yes-sure');
      assert.equal(anna.cards.length, 1);
      assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
    }
    assert.equal(spoil.trapped, 0, 'nothing is ever sent elsewhere');
  });

  test('where the message is gone, the card is written anew, and once, however often it was pressed', async () => {
    const [anna, bea, cilla] = [await office.guided(), await office.guided(), await office.guided()];
    const above = anna.card;
    office.remove(above);
    const { ms } = await press(anna, 'answer:ask', above);
    assert.ok(ms < 4000);
    await office.until(() => anna.cards.length === 1);
    assert.match(anna.text, /Är du säker/);
    await anna.answer('yes-sure');
    assert.match(anna.text, /Kontot får starta/, 'and is the one that goes on');
    for (const card of anna.cards) office.remove(card);
    await press(anna, 'answer:unsure', above);
    await office.until(() => anna.cards.length === 1);
    await quiet(anna);
    assert.match(anna.text, /Kontot får starta/);
    assert.equal(anna.cards.length, 1);

    const gone = bea.card;
    office.remove(gone);
    await office.press(bea.id, gone, 'answer:ask', { times: 5 });
    await quiet(bea);
    await office.press(bea.id, gone, 'answer:ask');
    await quiet(bea);
    assert.deepEqual(
      bea.cards.map((card) => bea.reads(card).includes('Är du säker')),
      [true],
    );

    const old = cilla.card;
    fail('put', cilla, { hang: 300 });
    office.remove(old);
    await press(cilla, 'answer:ask', old);
    const data = { session: office.log(cilla)[0]![0]!.session, node: 'sure', seq: 2, option: 'yes-sure' };
    await office.press(cilla.id, old, 'answer:ask', { action: { verb: 'answer', data } });
    await office.sees(cilla, /Kontot får starta/);
    await quiet(cilla);
    assert.equal(cilla.cards.length, 1);
  });

  test('a card is never written twice: what may have arrived is not sent again, what surely has not is', async () => {
    const cases: [failure: Failure, calls: number, cards: number][] = [
      [{ status: 429, headers: { 'retry-after': '1' } }, 2, 1],
      [{ status: 429, times: 2 }, 3, 1],
      [{ status: 429, headers: { 'retry-after': '99999' } }, 1, 0],
      [{ status: 500 }, 1, 0],
      [{ status: 502, done: true }, 1, 1],
      [{ status: 503, done: true }, 1, 1],
      [{ status: 504, done: true }, 1, 1],
      [{ status: 412, done: true }, 1, 1],
      [{ reset: 'before' }, 1, 0],
      [{ reset: 'after' }, 1, 1],
      [{ status: 400 }, 1, 0],
      [{ status: 403, error: { code: 'MessageWritesBlocked' } }, 1, 0],
      [{ status: 404 }, 1, 0],
      [{ status: 413 }, 1, 0],
    ];
    await Promise.all(
      cases.map(async ([failure, calls, cards]) => {
        const anna = office.hire();
        fail('post', anna, failure);
        const { status, ms } = await office.say(anna.id, 'isitpublic');
        assert.equal(status, 200);
        assert.ok(ms < 2900, `${ms} ms`);
        await wait(2500);
        const what = JSON.stringify(failure);
        assert.equal(callsFor(anna, 'post').length, calls, what);
        assert.equal(anna.cards.length, cards, what);
        await anna.say();
        assert.equal(live(anna).length, cards + 1, `${what}: and asked for again it comes`);
      }),
    );
  });

  test('asked for in a room it comes once as well: in the own chat, or else there and seen by nobody else', async () => {
    const cases: [what: What, failure: Failure, where: string[], calls: number][] = [
      ['create', { status: 429, headers: { 'retry-after': '1' } }, ['chat'], 2],
      ['create', { status: 412 }, ['chat'], 2],
      ['create', { status: 500 }, ['chat'], 2],
      ['create', { reset: 'before' }, ['chat'], 2],
      ['create', { reset: 'after' }, ['chat'], 2],
      ['create', { status: 502, times: 9 }, ['room'], 3],
      ['create', { status: 429, headers: { 'retry-after': '60' } }, ['room'], 1],
      ['create', { status: 403, error: { code: 'BotNotInConversationRoster' } }, ['room'], 1],
      ['create', { status: 404 }, ['room'], 1],
      ['post', { status: 500 }, [], 1],
      ['post', { status: 502, done: true }, ['chat'], 1],
      ['post', { reset: 'after' }, ['chat'], 1],
      ['post', { status: 403, times: 9, error: { code: 'MessageWritesBlocked' } }, ['room'], 2],
      ['post', { status: 404, times: 9 }, ['room'], 2],
      ['post', { status: 413 }, ['room'], 1],
    ];
    const ask = async ([what, failure, where, calls]: (typeof cases)[number]) => {
      const anna = office.hire();
      const { chat } = anna;
      const said = `${what} ${JSON.stringify(failure)}`;
      const about = ({ room, body }: Call) => room === chat || JSON.stringify(body.members ?? '').includes(anna.id);
      office.fail(what, { ...failure, where: about });
      const before = office.calls.length;
      const { ms } = await anna.slash(rooms.group);
      assert.ok(ms < 2900, `${ms} ms: ${said}`);
      const told = () => anna.whispered(rooms.group);
      await office.until(() => told() !== undefined, said);
      await quiet(anna);
      assert.equal(office.calls.slice(before).filter((call) => call.what === what && about(call)).length, calls, said);
      assert.deepEqual(
        live(anna).map(({ room }) => (room === chat ? 'chat' : 'room')),
        where,
        said,
      );
      assert.equal(
        office.messages(rooms.group).filter(({ to, from }) => to === anna.id && from !== anna.id).length,
        1,
        said,
      );
      assert.deepEqual(
        office.messages(rooms.group).filter(({ to }) => to === undefined),
        [],
        'nothing before everybody',
      );
    };
    await Promise.all(cases.map(ask));
  });
});

const json = { 'content-type': 'application/json' };

test('an answer of Teams that breaks off, or makes no sense, costs no card and makes none', async () => {
  const breaksOff = (response: ServerResponse) => {
    response.writeHead(201, { ...json, 'content-length': '100' }).write('{"id":');
    setTimeout(() => response.destroy(), 20);
  };
  for (const [what, next] of Object.entries({
    'is empty': (response: ServerResponse, status: number) => response.writeHead(status).end(),
    'names no text': (response: ServerResponse, status: number) =>
      response.writeHead(status, json).end('{"id":{"a":7}}'),
    'is large': (response: ServerResponse, status: number) =>
      response.writeHead(status, json).end('x'.repeat(1_000_000)),
    'breaks off': breaksOff,
  })) {
    const anna = office.hire();
    spoil.next = next;
    await office.slash(anna.id, rooms.group, 'isitpublic', { serviceUrl: spoiled });
    await office.until(() => spoil.next === undefined);
    await quiet(anna);
    // The chat could not be opened for want of its id; or the card could not be written, and may be there all the same.
    await anna.say();
    const before = live(anna).length;
    spoil.next = next;
    await office.slash(anna.id, rooms.group, 'isitpublic', { serviceUrl: spoiled });
    await office.until(() => spoil.next === undefined);
    await quiet(anna);
    assert.equal(live(anna).length, before + 1, `${what}: once, and not in the room as well`);
    await anna.say();
    await anna.answer('account', 'start');
    spoil.next = next;
    await office.press(anna.id, anna.card, 'answer:ask', { serviceUrl: spoiled });
    await anna.answer('yes-sure');
    spoil.next = next;
    await office.press(anna.id, anna.card, 'then:account', { serviceUrl: spoiled });
    await office.until(() => live(anna).length === before + 3, what);
    await anna.say('language en');
    const card = live(anna).find((one) => /Vad vill du göra/.test(anna.reads(one)));
    await anna.press('answer:unsure', undefined, card);
    assert.equal(live(anna).length, before + 3, what);
    assert.deepEqual(office.kinds(anna), ['start answer answer outcome', 'start answer outcome']);
  }
});

test('drawings of a card come one after the other, and the newest is the one that stays', async () => {
  const anna = await office.guided('ask');
  const since = callsFor(anna, 'put').length;
  for (const hang of [400, 300, 200, 100]) fail('put', anna, { hang });
  for (const which of ['why:show', 'language:en', 'back', 'answer:unsure', 'back']) {
    await press(anna, which);
    if (which === 'why:show') assert.equal(callsFor(anna, 'put').at(since)?.done, undefined, 'no answer waits for it');
    await wait(40);
  }
  await kept(anna);
  await quiet(anna);
  assert.match(office.messages(anna.chat).at(-1)!.card!.fallbackText as string, /What do you want to do/);
  const puts = callsFor(anna, 'put').slice(since);
  assert.ok(puts.length < 5, 'what is out of date already is not drawn');
  for (const [i, { at }] of puts.entries()) assert.ok(i === 0 || at >= puts[i - 1]!.done!, 'never two at once');
});

test('no answer waits for a call into Teams, whatever it leads to', async () => {
  const [anna, bea, cilla] = [await office.guided('ask', 'yes-sure'), office.hire(), office.hire()];
  for (const one of [anna, bea, cilla])
    for (const what of ['put', 'post', 'create'] as const) fail(what, one, { hang: 1200, times: 9 });
  office.fail('create', { hang: 1200, times: 9, where: ({ body }) => JSON.stringify(body).includes(cilla.id) });
  const on = anna.card;
  const quick = async (done: Promise<{ ms: number; status: number }>) => {
    const { ms, status } = await done;
    assert.equal(status, 200);
    assert.ok(ms < 1200, `${ms} ms`);
  };
  await Promise.all(
    ['then:account', 'feedback:yes', 'start:new', 'why:show'].map((which) => quick(press(anna, which, on))),
  );
  await quick(bea.compose(rooms.group));
  await quick(office.submitDialog(bea.id, 'start:account'));
  await quick(office.submitDialog(bea.id, 'answer:ask'));
  await quick(office.submitDialog(bea.id, 'answer:yes-sure'));
  assert.match(bea.dialog.text, /Kontot får starta/);
  assert.deepEqual([...anna.cards, ...bea.cards].length, 1, 'nothing of it is written yet');
  const { ms } = await office.slash(cilla.id, rooms.group);
  assert.ok(ms < 2900, `${ms} ms`);
  await office.until(() => anna.cards.length === 3 && bea.cards.length === 1 && cilla.cards.length === 1);
  await quiet(anna, bea);
  assert.equal(live(bea).length, 1);
  office.fail('post', { times: 0 });
});

test('a card that is put away stays put away, also when it was still to be drawn', async () => {
  const anna = await office.guided();
  const above = anna.card;
  office.fail('put', { status: 502, where: ({ message }) => message === above.id });
  await press(anna, 'answer:ask');
  await office.say(anna.id, 'isitpublic');
  await office.until(() => anna.cards.length === 2);
  await press(anna, 'show');
  await office.sees(anna, /Är du säker/);
  await wait(1500);
  office.reload(anna.id);
  assert.match(anna.reads(office.messages(above.room).find(({ id }) => id === above.id)!), /fortsätter längre ner/);
  assert.equal(live(anna).length, 1, 'there is one card to press on');
  await anna.answer('yes-sure');
  assert.match(anna.text, /Kontot får starta/);
});

test('whoever has blocked the bot is answered where they press, and nothing is tried again', async () => {
  const anna = await office.guided();
  const { chat } = anna;
  await office.uninstall(anna.id);
  const before = office.calls.length;
  await press(anna, 'answer:ask');
  assert.match(anna.text, /Är du säker/);
  await office.say(anna.id, 'isitpublic');
  await wait(1300);
  assert.deepEqual(
    office.calls
      .slice(before)
      .filter(({ room }) => room === chat)
      .map(({ what, error }) => `${what} ${error}`),
    ['put MessageWritesBlocked', 'post MessageWritesBlocked'],
  );

  await anna.slash(rooms.group);
  await anna.press('show', undefined, anna.whispered(rooms.group));
  const card = () => anna.whispered(rooms.group)!;
  assert.match(anna.reads(card()), /Är du säker/);
  await anna.press('answer:yes-sure', undefined, card());
  assert.match(anna.reads(card()), /Kontot får starta/);
  assert.equal(office.messages(rooms.group).filter(({ to }) => to === anna.id).length, 2, 'their word, and one card');
  assert.equal(office.calls.slice(before).filter(({ what, room }) => what === 'post' && room === chat).length, 2);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);

  await office.install(anna.id);
  await anna.say();
  await anna.answer('account', 'start');
  await anna.answer('unsure');
  assert.match(anna.text, /Fråga registratorn/);
});

test('a draft is offered once, handed over once, and said where it can’t be', async () => {
  const anna = office.hire();
  await anna.say();
  await anna.answer('papers', 'start');
  await anna.answer('not-ours');
  const sent = (type: string) => anna.messages.filter(({ attachments }) => attachments[0]?.contentType === type);
  const [offers, files] = [() => sent(consentType), () => sent(fileType)];
  const refusals = () => anna.cards.filter((card) => /Det gick inte att lämna filen/.test(anna.reads(card)));
  await office.press(anna.id, anna.card, 'draft:refusal', { times: 5 });
  await office.until(() => offers().length > 0);
  await quiet(anna);
  assert.equal(offers().length, 1);

  fail('delete', anna, { status: 502, times: 2 });
  const accepted = await office.consent(anna.id, offers()[0]!, 'accept');
  await office.until(() => files().length > 0 && offers().length === 0);
  await office.again(accepted);
  await office.again(accepted, { fresh: true });
  await quiet(anna);
  assert.equal(files().length, 1);
  assert.equal(office.called('upload').length, 1);

  for (const failure of [{ status: 500 }, { status: 409 }, elsewhere, { reset: 'before' as const }]) {
    const [uploads, refused] = [office.called('upload').length, refusals().length];
    await anna.press('draft:refusal', undefined, anna.cards[0]);
    await office.until(() => offers().length > 0);
    office.fail('upload', failure);
    await office.consent(anna.id, offers().at(-1)!, 'accept');
    await office.until(() => refusals().length > refused && offers().length === 0, JSON.stringify(failure));
    await quiet(anna);
    assert.equal(files().length, 1);
    assert.equal(office.called('upload').length, uploads + 1);
  }
});

test('a call that is never answered is given up, and the card comes by itself', async () => {
  assert.ok(patience.ms < 4000, `${patience.ms} ms`);
  assert.ok(lateness.ms < 2900, `${lateness.ms} ms`);
  await kept(patient, 15_000);
  assert.equal(callsFor(patient, 'put').length, 3);
  assert.equal(patient.cards.length, 1);
  await office.sees(late, /Vad vill du ha hjälp med/);
  assert.equal(callsFor(late, 'post').length, 1, 'what may still arrive is not sent once more');
});

test('an answer that comes drop by drop is not waited for either', async () => {
  await office.press(trickled.id, trickled.card, 'answer:yes-sure');
  await kept(trickled, 6000);
  assert.match(trickled.text, /Kontot får starta/);
});

test('while Teams is out of reach the log goes on, and when it is back the card shows the latest', async () => {
  const anna = await office.guided();
  await office.down();
  const { ms } = await press(anna, 'answer:ask');
  assert.ok(ms < 4000, `${ms} ms`);
  await press(anna, 'answer:yes-sure');
  const told = office.say(anna.id, 'isitpublic');
  await office.up();
  await told;
  await kept(anna);
  await office.until(() => anna.cards.length === 2);
  await quiet(anna);
  assert.match(anna.reads(anna.cards[0]!), /Kontot får starta/);
  assert.equal(anna.cards.length, 2);
});

test('what failed is told in few words, and none of them are anybody’s', () => {
  const output = office.program.output();
  assert.match(output, /"because":"403 MessageWritesBlocked"/);
  assert.doesNotMatch(output, /"level":50|Är du säker|Vad vill du göra|Starta ett konto|\.ts:\d+/);
});

test('a program that is to end does not wait for Teams, and afterwards everybody goes on where they were', async () => {
  const [anna, bea, cilla] = [await office.guided(), await office.guided('ask'), office.hire()];
  const above = anna.card;
  fail('put', anna, { hang: 6000, status: 503 });
  let running = true;
  office.fail('put', { status: 503, times: 99, where: ({ room }) => running && room === bea.chat });
  fail('post', cilla, { hang: 6000, status: 503 });
  const presses = [press(anna, 'answer:ask', above), press(bea, 'answer:unsure')];
  const said = office.say(cilla.id, 'isitpublic');
  for (const reply of await Promise.all(presses)) assert.equal(reply.status, 200);
  const began = Date.now();
  const ended = office.program.stop();
  await said.catch(() => {});
  assert.equal(await ended, 0);
  assert.ok(Date.now() - began < 9000, `${Date.now() - began} ms`);
  running = false;
  await office.open({ FLOWS });
  await anna.answer('yes-sure');
  assert.match(anna.text, /Kontot får starta/);
  office.reload(bea.id);
  assert.match(bea.text, /Är du säker/, 'what could not be drawn');
  await bea.answer('unsure');
  assert.match(bea.text, /Fråga registratorn/);
  await cilla.say();
  assert.match(cilla.text, /Vad vill du ha hjälp med/);
  assert.deepEqual(office.kinds(anna), ['start answer answer outcome']);
  assert.deepEqual(office.kinds(bea), ['start answer answer outcome']);
  assert.match(await office.verify(), /all as they were written/);
});
