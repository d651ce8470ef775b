import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sayRecord } from '../../src/chat/own.ts';
import { converse } from '../../src/guidance/conversation.ts';
import type { Guidance } from '../../src/guidance/guidance.ts';
import { hasMuted, mute } from '../../src/guidance/reminders.ts';
import { listOwn } from '../../src/record/list.ts';
import { recognise } from '../../src/record/person.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf, openOffice } from './office.ts';

function colleague({ keys }: Guidance, name: string, platform = 'slack') {
  return { person: recognise(keys.person, platform, 'T1', name), language: 'sv' as const };
}

async function ask(
  guidance: Guidance,
  visitor: ReturnType<typeof colleague>,
): Promise<{ number: string; seq: string }> {
  const act = { verb: 'start', flow: 'is-it-public', given: ['incoming', 'none', 'none'] } as const;
  const { view } = await converse(guidance, visitor, undefined, act);
  return 'number' in view ? { number: String(view.number), seq: String(view.seq) } : assert.fail(view.kind);
}

for (const { name, fresh } of await databases())
  describe(`one’s own guidance, on ${name}`, { concurrency: 1 }, async () => {
    const { guidance } = await openHouse(await fresh());
    const office = await openOffice(guidance);
    const [kim, lo] = [colleague(guidance, 'Kim'), colleague(guidance, 'Lo')];
    const kimInTeams = colleague(guidance, 'Kim', 'teams');
    const first = await ask(guidance, kim);
    const theirs = await ask(guidance, lo);
    const second = await ask(guidance, kimInTeams);
    const own = [kim.person.hash, kimInTeams.person.hash];
    const staff = office.seat(memberOf('Kim', ['staff'], { own }));
    const roleless = office.seat(memberOf('Utan roll', [], { own: [lo.person.hash] }));
    const rut = office.seat(memberOf('Rut', ['registrar']));
    const numbersOn = (html: string) => [...html.matchAll(/href="\/review\/(VGL-[\d-]+)"/g)].map((found) => found[1]!);

    test('staff see their own from every chat and nobody else’s, with or without a role', async () => {
      assert.equal((await staff.get('/review')).location, '/review/mine', 'they begin there');
      assert.deepEqual(numbersOn((await staff.get('/review/mine')).html), [second.number, first.number]);
      assert.deepEqual(numbersOn((await staff.get(`/review/mine?before=${second.number}`)).html), [first.number]);
      assert.deepEqual(numbersOn((await roleless.get('/review/mine')).html), [theirs.number]);
      assert.equal((await roleless.get('/review')).location, '/review/no-role');
      assert.match((await rut.get('/review/mine')).html, /säger inte vem du är i Slack eller Teams/);
      const stranger = office.seat(memberOf('Främling', []));
      assert.equal((await stranger.get('/review/mine')).location, '/review/no-role');
    });

    test('one’s own record is read, with what a reviewer said, and not noted; nothing can be done to it', async () => {
      const deed = { do: 'correct', seq: first.seq, should: 'ask-registrar', words: 'Det är oklart.' };
      assert.equal((await rut.send(`/review/${first.number}`, deed)).status, 303);
      const before = await guidance.database.query.selectFrom('access').select('id').execute();
      const { status, html } = await staff.get(`/review/${first.number}`);
      assert.equal(status, 200);
      assert.match(html, /Det är oklart\./);
      assert.match(html, /Rut \(registrator\)/);
      assert.doesNotMatch(html, /<textarea|href="\/review"[^>]*>Till alla/);
      assert.match(html, /<a href="\/review\/mine">/);
      assert.equal((await staff.get(`/review/${theirs.number}`)).status, 404);
      assert.equal((await roleless.get(`/review/${theirs.number}`)).status, 200);
      assert.equal((await roleless.get(`/review/${first.number}`)).status, 404);
      for (const what of ['approve', 'comment', 'hold'])
        assert.equal((await staff.send(`/review/${first.number}`, { do: what, seq: '9', words: 'x' })).status, 403);
      assert.deepEqual(await guidance.database.query.selectFrom('access').select('id').execute(), before);
      assert.match((await staff.get('/review/mine')).html, /rättad: Fråga registratorn/);
      const [corrected] = await listOwn(guidance.database, kim.person.hash, 1);
      assert.match(sayRecord(corrected!, guidance, 'sv'), /\nrättad: Fråga registratorn$/, 'and so in each chat');
    });

    test('reminders are turned off and on again, here and in the chat, for all that is theirs', async () => {
      assert.match((await staff.get('/review/mine')).html, /Stäng av påminnelser/);
      assert.equal((await staff.send('/review/mine/reminders', { reminders: 'off', token: '' })).status, 403);
      const { location } = await staff.send('/review/mine/reminders', { reminders: 'off' });
      assert.equal(location, '/review/mine?reminders=off');
      assert.deepEqual(await Promise.all([kim, kimInTeams, lo].map((one) => hasMuted(guidance, one))), [
        true,
        true,
        false,
      ]);
      assert.match((await staff.get(location!)).html, /Påminnelser är avstängda.*Sätt på påminnelser/s);
      await mute(guidance, kim, false);
      assert.equal(await hasMuted(guidance, kim), false);
      await staff.send('/review/mine/reminders', { reminders: 'on' });
      assert.equal(await hasMuted(guidance, kimInTeams), false);
      const fresh = colleague(guidance, 'Ny');
      await mute(guidance, fresh, true);
      await ask(guidance, fresh);
      assert.equal(await hasMuted(guidance, fresh), true, 'also before the first answer');
      const web = office.seat(
        memberOf('Webb', ['staff'], { own: [recognise(guidance.keys.person, 'web', '', 'W').hash] }),
      );
      assert.match((await web.get('/review/mine')).html, /inga påminnelser att stänga av/);
    });
  });
