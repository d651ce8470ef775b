import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { openDatabase } from '../../src/database/database.ts';
import type { PersonRow } from '../../src/database/tables.ts';
import { newTelling } from '../../src/record/outbox.ts';
import { openDoors } from './open.ts';

const { doors, address, workspace, tenant, url, proveAll } = await openDoors(3);
const database = await openDatabase(url);
after(() => database.close());

const words = { sv: ['VGL-2026-00001 är rättad.', 'Varför: fel väg'], en: ['VGL-2026-00001 was corrected.'] };

/** Has something told to somebody. @returns what became of it. */
async function tell(person: PersonRow): Promise<string> {
  const row = newTelling(person, { session: null, kind: 'corrected', words, now: new Date() });
  await database.transact((tx) => tx.insertInto('outbox').values(row).execute());
  for (let i = 0; i < 200; i += 1) {
    const now = await database.query.selectFrom('outbox').select('state').where('id', '=', row.id).executeTakeFirst();
    if (now?.state !== 'waiting' && now?.state !== 'sending') return now?.state ?? '';
    await wait(50);
  }
  return 'waiting';
}

const people = (platform: string) =>
  database.query.selectFrom('person').selectAll().where('platform', '=', platform).execute();

/** All that was written to somebody, by whichever platform. */
function read({ platform, user_id }: PersonRow): string {
  if (platform === 'slack') return JSON.stringify(workspace.messages(workspace.dm(user_id), user_id));
  const user = [...tenant.users.values()].find(({ aadObjectId }) => aadObjectId === user_id)!;
  return JSON.stringify(tenant.messages(tenant.personal(user.id), user.id));
}

test('what is to be told comes to the person alone, and whoever is gone is not written to again', async () => {
  for (const door of doors.slice(1))
    for (let i = 0; i < 2; i += 1) {
      const visitor = await door.visit();
      await visitor.start('is-it-public');
      await visitor.answer('unsure');
    }
  for (const platform of ['slack', 'teams']) {
    const [anna, gone] = (await people(platform)) as [PersonRow, PersonRow];
    assert.equal(await tell(anna), 'sent', platform);
    assert.match(read(anna), /VGL-2026-00001 är rättad.*Varför: fel väg/);
    assert.doesNotMatch(read(gone), /är rättad/);
    if (platform === 'slack') workspace.fail('conversations.open', { with: 'user_not_found' });
    else tenant.fail('post', { status: 403, error: { code: 'MessageWritesBlocked', message: '' } });
    assert.equal(await tell(gone), 'gone', platform);
    assert.doesNotMatch(read(gone), /är rättad/);
  }
});

/** Sends a record back with a question, at the machine that the program runs on. */
async function sendBack(number: string, words: string): Promise<void> {
  const html = await readSheet(number);
  const read = (name: string) => new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1] ?? '';
  const body = new URLSearchParams({ token: read('token'), seq: read('seq'), do: 'return', words });
  const sent = { method: 'POST', headers: { origin: address }, body, redirect: 'manual' } as const;
  assert.equal((await fetch(`${address}/review/${number}`, sent)).status, 303);
}

async function readSheet(number: string): Promise<string> {
  const response = await fetch(`${address}/review/${number}`, { headers: { 'accept-language': 'sv' } });
  assert.equal(response.status, 200);
  return response.text();
}

test('sent back with a question, the person answers it where it stands, and it is to be reviewed again', async () => {
  for (const door of doors) {
    const visitor = await door.visit();
    await visitor.start('is-it-public');
    await visitor.answer('unsure');
    const number = visitor.numbers.at(-1)!;
    await sendBack(number, 'Vilken handling gäller det?');
    if (door.name !== 'the web') {
      const person = (await people(door.name.toLowerCase())).find(({ user_id }) => user_id === visitor.who)!;
      const isTold = () => read(person).includes('svara granskaren direkt under frågan');
      for (let i = 0; i < 200 && !isTold(); i += 1) await wait(50);
      assert.match(read(person), /Vilken handling gäller det/, door.name);
      assert.ok(isTold(), 'and is told how to answer');
      await visitor.look();
    }
    await visitor.openTold();
    assert.match(visitor.text, /En granskare undrar.*Vilken handling gäller det\?.*granskaren/s, door.name);
    await visitor.respond('Protokollet, se 850709-9805');
    assert.match(visitor.text, /Protokollet, se \[personnummer\].*Granskaren ser det/s, door.name);
    assert.doesNotMatch(visitor.text, /Svara granskaren|Skicka till granskaren/, 'once is enough');
    const sheet = await readSheet(number);
    assert.match(sheet, /Svar till granskaren.*Den som fick vägledningen.*Protokollet, se \[personnummer\]/s);
    assert.match(sheet, /inte granskad/);
  }
});

test('nothing went wrong on the way', proveAll);
