import assert from 'node:assert/strict';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Content } from '../../src/record/entry.ts';
import { numberOf } from '../../src/record/number.ts';
import { newTelling } from '../../src/record/outbox.ts';
import { recognise } from '../../src/record/person.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { Colleague, openHouse, secret } from '../support/house.ts';
import { freePort } from '../support/port.ts';
import { runCommand, startProgram } from '../support/program.ts';
import { startProvider, Traveller } from '../support/provider.ts';

const care = 'Vård och omsorg';
const school = 'Skola och förskola';
const script = '<script>document.title="taken"</script><img src=x onerror=alert(1)>"\'&';

const roles = `
- role: registrar
  people: [rut@exempel.se, rolf@exempel.se]
- role: reviewer
  units: [${care}]
  people: [greta@exempel.se]
- role: archivist
  people: [arne@exempel.se]
- role: auditor
  people: [rita@exempel.se]
- role: administrator
  people: [ada@exempel.se, '${script.replaceAll("'", "''")}']
`;
const people = Object.fromEntries(
  ['rut', 'rolf', 'greta', 'arne', 'rita', 'ada'].map((id) => [
    id,
    { name: id === 'rolf' ? script : id, email: `${id}@exempel.se`, email_verified: true },
  ]),
);

const houses = await databases();

/** Every form of the console: where it is sent, and who may send it. */
const forms: [string, string, Record<string, string>][] = [
  ['rut', '/review/views', { name: 'Mina', query: 'status=open' }],
  ['rut', '/review/views/remove', { name: 'Mina' }],
  ['rut', '/review/NUMBER', { do: 'comment', seq: 'LAST', words: 'Hej' }],
  ['rut', '/review/questions/NUMBER', { do: 'answer', seq: 'LAST', words: 'Svar' }],
  ['rut', '/review/clarifications/MADE', { do: 'withdraw', why: 'Fel' }],
  ['rut', '/review/samples', { from: '2026-01-01', to: '2026-12-31', size: '5' }],
  ['rut', '/review/exports', { format: 'csv', query: '' }],
  ['rut', '/review/exports/00000000-0000-4000-8000-000000000000/stop', {}],
  ['rut', '/review/exports/00000000-0000-4000-8000-000000000000/remove', {}],
  ['rut', '/review/outbox/TOLD', { state: 'failed' }],
  ['rut', '/review/mine/reminders', { reminders: 'off' }],
  ['rut', '/review/sign-out', {}],
  ['ada', '/review/people/end', { person: '0'.repeat(64) }],
];

/** Every page of the console, and one who may open it. */
const pages: [string, string][] = [
  ['rut', '/review'],
  ['rut', '/review/NUMBER'],
  ['rut', '/review/NUMBER.pdf'],
  ['rut', '/review/questions'],
  ['rut', '/review/questions/NUMBER'],
  ['rut', '/review/clarifications'],
  ['rut', '/review/clarifications/MADE'],
  ['rut', '/review/samples'],
  ['rut', '/review/samples/SAMPLE'],
  ['rut', '/review/samples/SAMPLE/next'],
  ['rut', '/review/exports'],
  ['rut', '/review/exports/EXPORT/file'],
  ['rut', '/review/statistics'],
  ['rut', '/review/outbox'],
  ['rut', '/review/outbox/TOLD'],
  ['rita', '/review/access'],
  ['ada', '/review/people'],
  ['ada', '/review/settings'],
  ['rut', '/review/mine'],
];

test('every form and every page of the console stands in the tables of this file', () => {
  const source = readdirSync('src/review')
    .filter((name) => name.endsWith('.ts'))
    .map((name) => readFileSync(join('src/review', name), 'utf8'))
    .join('\n');
  // Stopping and removing an export are written as one.
  assert.equal(source.match(/router\.post\(/g)?.length, forms.length - 1);
  const wayIn = ['sign-in', 'callback', 'no-role', 'signed-out', 'session-ended'];
  assert.equal(source.match(/router\.get\(/g)?.length, pages.length + wayIn.length);
});

for (const { name, fresh } of houses)
  describe(`the console under attack, on ${name}`, { concurrency: 1 }, async () => {
    const url = await fresh();
    const port = await freePort();
    const publicUrl = `http://127.0.0.1:${port}`;
    const file = join(temporaryFolder(), 'roles.yaml');
    writeFileSync(file, roles);
    const provider = await startProvider(publicUrl, people);
    const { issuer, clientId, clientSecret } = provider;
    const settings = { DATABASE_URL: url, SECRET_KEY: secret, ROLES: file, LOG_LEVEL: 'error' };
    const oidc = { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret };
    const program = await startProgram({ ...settings, ...oidc, PORT: String(port), PUBLIC_URL: publicUrl });
    const { guidance } = await openHouse(url);
    const { database, log } = guidance;

    const seats = new Map<string, Traveller>();
    const seat = (who: string) => seats.get(who)!;
    const signIn = async (who: string) => {
      const traveller = new Traveller(publicUrl);
      // This machine gets in without it, and so has to ask for it.
      await traveller.signIn(who, '/review/sign-in?back=/review');
      assert.notEqual(traveller.token, '', who);
      seats.set(who, traveller);
      return traveller;
    };
    const tokens = new Map<string, string>();

    let askers = 0;
    /** Somebody has gone this way, and asks. */
    async function asked({ unit = care, options = ['incoming', 'none', 'none'], words = 'Får jag?' } = {}) {
      askers += 1;
      const who = new Colleague(guidance, `Kim ${askers}`);
      who.visitor.person = recognise(guidance.keys.person, 'slack', 'T1', `U${askers}`);
      await who.start();
      await who.answers(...options);
      await who.press({ verb: 'unit', unit });
      await who.press({ verb: 'ask', node: 'node' in who.view ? who.view.node : '', words });
      const session = 'session' in who.view ? who.view.session : '';
      return { who, session, number: numberOf((await log.read(session))!.id) };
    }
    const last = async (session: string) => String((await log.read(session))!.entries.length);
    const add = async (session: string, ...contents: Content[]) =>
      log.append(session, await log.read(session), contents, guidance.now());

    const made: Record<'NUMBER' | 'MADE' | 'TOLD' | 'SAMPLE' | 'EXPORT' | 'LAST' | 'SESSION', string> = {
      ...{ NUMBER: '', MADE: '', TOLD: '', SAMPLE: '', EXPORT: '', LAST: '', SESSION: '' },
    };
    const filled = (text: string) => text.replace(/NUMBER|MADE|TOLD|SAMPLE|EXPORT|LAST/g, (what) => made[what as 'MADE']);
    const send = async (who: string, path: string, fields: Record<string, string>) => {
      const given = Object.entries(fields).map(([key, value]) => [key, filled(value)]);
      return seat(who).step(`${publicUrl}${filled(path)}`, { token: tokens.get(who)!, ...Object.fromEntries(given) });
    };
    const get = (who: string, path: string) => seat(who).step(`${publicUrl}${filled(path)}`);

    /** All that is kept but for what may be forgotten, who has opened what, and what chores and couriers do meanwhile. */
    async function kept(): Promise<string> {
      const rows = [];
      for (const table of ['entry', 'entry_content', 'record', 'question', 'clarification', 'sample', 'ledger'] as const)
        rows.push((await sql`select * from ${sql.table(table)}`.execute(database.query)).rows);
      return JSON.stringify(rows);
    }

    before(async () => {
      for (const who of ['rut', 'rolf', 'greta', 'arne', 'rita', 'ada']) tokens.set(who, (await signIn(who)).token);
      const one = await asked();
      Object.assign(made, { NUMBER: one.number, SESSION: one.session });
      const by = { id: 'x', name: 'Rut', role: 'registrar' } as const;
      made.MADE = guidance.newId();
      const words = { sv: 'Så här.', en: 'Like this.' };
      await add(one.session, {
        ...{ kind: 'clarify', id: made.MADE, flow: 'is-it-public', node: 'what', state: 'in force', words },
        ...{ cites: ['tf-2-3'], since: '2026-11-01', by },
      });
      const telling = newTelling(one.who.visitor.person, {
        ...{ session: one.session, kind: 'reply', words: { sv: ['Hej'], en: ['Hello'] }, now: guidance.now() },
      });
      await database.transact((tx) =>
        tx.insertInto('outbox').values({ ...telling, state: 'failed', due_at: null, because: '503' }).execute(),
      );
      made.TOLD = telling.id;
      made.LAST = await last(one.session);
      const drawn = await send('rut', '/review/samples', { from: '2026-01-01', to: '2026-12-31', size: '5' });
      made.SAMPLE = drawn.headers.get('location')!.split('/').at(-1)!;
      await send('rut', '/review/exports', { format: 'csv', query: '' });
      for (let tries = 0; tries < 200 && made.EXPORT === ''; tries += 1) {
        await get('rut', '/review/exports');
        made.EXPORT = /exports\/([\w-]+)\/file/.exec(seat('rut').html)?.[1] ?? '';
        if (made.EXPORT === '') await wait(50);
      }
    });

    test('each page opens for whoever may open it, and to look writes nothing', async () => {
      const earlier = await kept();
      for (const [who, path] of pages) {
        const { status } = await get(who, path);
        assert.ok(status === 200 || status === 303, `${path} ${status}`);
      }
      assert.equal(await kept(), earlier);
    });

    test('no form is taken without its token, with somebody else’s, with two, or from another site', async () => {
      const earlier = await kept();
      for (const [who, path, fields] of forms) {
        const cookie = [...seat(who).cookies].map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ');
        const own = tokens.get(who)!;
        const post = async (tokens: string[], headers: Record<string, string> = {}, type?: string) => {
          const given = Object.entries(fields).map(([key, value]) => [key, filled(value)]);
          const body = String(new URLSearchParams([...tokens.map((token) => ['token', token]), ...given]));
          const sent = { 'content-type': type ?? 'application/x-www-form-urlencoded', cookie, ...headers };
          const answer = await fetch(publicUrl + filled(path), { method: 'POST', redirect: 'manual', headers: sent, body });
          assert.equal(answer.status, 403, `${path} ${JSON.stringify({ tokens, headers, type })}`);
          assert.match(await answer.text(), /\p{L}{3,} \p{L}/u, path);
        };
        await post([]);
        await post(['']);
        await post([tokens.get(who === 'rut' ? 'rolf' : 'rut')!]);
        await post([own, own]);
        await post([own], { origin: 'https://evil.example' });
        await post([own], { origin: 'null' });
        await post([own], { 'sec-fetch-site': 'cross-site' });
        await post([own], {}, 'text/plain');
        await post([own], {}, 'application/json');
      }
      assert.equal(await kept(), earlier);
      assert.equal((await get('rut', '/review')).status, 200, 'still signed in');
    });

    test('whatever an address says, a page answers, and never with a fault of ours', async () => {
      const long = 'x'.repeat(100_000);
      const strange = [
        ...['%00', 'a%00b', '%ED%A0%80', '%FF', "'", '%25', '_____', '*', '"a" OR b*', 'NEAR(a b)', long.slice(0, 12_000)],
        ...['-1', '0', '1e999', '99999999999999999999', '2026-02-30', '0000-00-00', '+999999-01-01', 'Infinity'],
        ...['VGL-0000-00000', 'VGL-9999-9999999', 'waiting~2026-11-22T09:00:00.000Z~%00', '00000000-0000-0000-0000-000000000000'],
        ...['ffffffff-ffff-4fff-bfff-ffffffffffff', '__proto__', 'constructor', 'toString', '%E2%80%AE', '🦊', '\\'],
      ];
      const names = ['flow', 'outcome', 'unit', 'status', 'from', 'to', 'platform', 'reviewed', 'asked', 'unsure', 'held'];
      names.push('search', 'before', 'after', 'state', 'did', 'told', 'ended', 'sample', 'notice', 'reminders', 'follow');
      names.push('language', 'masked', '__proto__', 'hasOwnProperty');
      const queries = strange.map((value) => names.map((name) => `${name}=${value}`).join('&').slice(0, 14_000));
      queries.push('unit=a&'.repeat(2000), 'search=abc&'.repeat(900), 'unit[]=a&unit[b]=c&before[]=d&state[x]=y', '&=&&==');
      for (const [who, path] of pages)
        for (const query of path.endsWith('.pdf') || path.endsWith('/file') ? queries.slice(0, 2) : queries) {
          const answer = await get(who, `${path}?${query}`);
          assert.ok(answer.status < 500, `${path}?${query.slice(0, 60)} ${answer.status}`);
        }
      const ids = ['/review/samples/X', '/review/samples/X/next', '/review/clarifications/X', '/review/exports/X/file'];
      ids.push('/review/X', '/review/VGL-X', '/review/VGL-X.pdf', '/review/questions/X', '/review/questions/VGL-X', '/review/outbox/X');
      for (const path of ids)
        for (const value of strange) {
          const answer = await get('rut', path.replace('X', value.replace('\\', '%5C')));
          assert.ok([400, 404, 303, 200].includes(answer.status), `${path} ${value.slice(0, 40)} ${answer.status}`);
          if (answer.status !== 303) assert.match(seat('rut').html, /\p{L}{3,} \p{L}/u, `${path} ${value}`);
        }
      const tooLong = await get('rut', `/review?search=${long}`);
      assert.equal(tooLong.status, 431);
    });

    test('whatever a form says, a page answers, and never with a fault of ours', async () => {
      const earlier = await kept();
      const cookie = (who: string) => [...seat(who).cookies].map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ');
      for (const [who, path, fields] of forms) {
        if (path.endsWith('sign-out')) continue;
        const names = [...Object.keys(fields), 'sv', 'en', 'cites', 'since', 'from', 'should', 'clarify', 'tell', 'sure'];
        const other = (value: (name: string) => [string, string][]) => {
          const said = names.flatMap((name) => value(name));
          return String(new URLSearchParams([['token', tokens.get(who)!], ...said]));
        };
        const kindly = (name: string): [string, string] => [name, filled(fields[name] ?? '')];
        const bodies = [
          other((name) => [[name, '\0']]),
          other((name) => [[name, name === 'do' ? filled(fields[name] ?? '') : '\0\ud800']]),
          other((name) => [kindly(name), kindly(name)]),
          other((name) => [[`${name}[]`, 'x']]),
          other((name) => [[name, 'x'.repeat(3000)]]),
          other((name) => [[name, 'x'.repeat(60_000)]]),
          other(() => Array.from({ length: 2000 }, () => ['cites', 'a'])),
          `token=${tokens.get(who)}&do=%ZZ&name=%`,
        ];
        if (fields.do === 'answer') {
          const taken = { token: tokens.get(who)!, do: 'take', seq: filled('LAST'), from: 'a\0b' };
          bodies.push(String(new URLSearchParams(taken)));
        }
        for (const [i, body] of bodies.entries()) {
          const type = 'application/x-www-form-urlencoded';
          const sent = { method: 'POST', redirect: 'manual', headers: { 'content-type': type, cookie: cookie(who) }, body } as const;
          const answer = await fetch(publicUrl + filled(path), sent);
          assert.ok(answer.status < 500, `${path} ${i} ${answer.status}`);
          if (answer.status !== 303) assert.match(await answer.text(), /\p{L}{3,} \p{L}/u, `${path} ${i}`);
        }
        const odd = { cookie: cookie(who), 'content-type': 'application/x-www-form-urlencoded; charset=utf-7' };
        const answer = await fetch(publicUrl + filled(path), { method: 'POST', headers: odd, body: 'token=a' });
        assert.equal(answer.status, 415);
      }
      const [entries, ...lists] = JSON.parse(await kept()) as unknown[][];
      assert.equal(entries?.length, (JSON.parse(earlier) as unknown[][])[0]?.length);
      assert.ok(lists.length > 0);
    });
  });
