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
import { openOffice as openSlack } from '../support/slack/office.ts';

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
    const filled = (text: string) =>
      text.replace(/NUMBER|MADE|TOLD|SAMPLE|EXPORT|LAST/g, (what) => made[what as 'MADE']);
    const send = async (who: string, path: string, fields: Record<string, string>) => {
      const given = Object.entries(fields).map(([key, value]) => [key, filled(value)]);
      return seat(who).step(`${publicUrl}${filled(path)}`, { token: tokens.get(who)!, ...Object.fromEntries(given) });
    };
    const get = (who: string, path: string) => seat(who).step(`${publicUrl}${filled(path)}`);

    /** All that is kept but for what may be forgotten, who has opened what, and what chores and couriers do meanwhile. */
    async function kept(): Promise<string> {
      const rows = [];
      for (const table of [
        'entry',
        'entry_content',
        'record',
        'question',
        'clarification',
        'sample',
        'ledger',
      ] as const)
        rows.push((await sql`select * from ${sql.table(table)}`.execute(database.query)).rows);
      // How far a clarification has been told goes on by itself.
      const said = (row: unknown) => JSON.stringify({ ...(row as object), told_to: 0 });
      return JSON.stringify(rows.map((table) => table.map(said).sort()));
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
        tx
          .insertInto('outbox')
          .values({ ...telling, state: 'failed', due_at: null, because: '503' })
          .execute(),
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

    test('what somebody searches for is not kept while they sign in to see it', async () => {
      const back = '/review?outcome=release&search=hemligheten';
      const begun = await fetch(`${publicUrl}/review/sign-in?${new URLSearchParams({ back })}`, { redirect: 'manual' });
      assert.equal(begun.status, 303);
      const stored = JSON.stringify(await database.query.selectFrom('keyv').selectAll().execute());
      assert.match(stored, /\/review\?outcome=release/);
      assert.doesNotMatch(stored, /hemligheten/);
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
          const answer = await fetch(publicUrl + filled(path), {
            method: 'POST',
            redirect: 'manual',
            headers: sent,
            body,
          });
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
        ...[
          '%00',
          'a%00b',
          '%ED%A0%80',
          '%FF',
          "'",
          '%25',
          '_____',
          '*',
          '"a" OR b*',
          'NEAR(a b)',
          long.slice(0, 12_000),
        ],
        ...['-1', '0', '1e999', '99999999999999999999', '2026-02-30', '0000-00-00', '+999999-01-01', 'Infinity'],
        ...[
          'VGL-0000-00000',
          'VGL-9999-9999999',
          'waiting~2026-11-22T09:00:00.000Z~%00',
          '00000000-0000-0000-0000-000000000000',
        ],
        ...['ffffffff-ffff-4fff-bfff-ffffffffffff', '__proto__', 'constructor', 'toString', '%E2%80%AE', '🦊', '\\'],
      ];
      const names = [
        'flow',
        'outcome',
        'unit',
        'status',
        'from',
        'to',
        'platform',
        'reviewed',
        'asked',
        'unsure',
        'held',
      ];
      names.push(
        'search',
        'before',
        'after',
        'state',
        'did',
        'told',
        'ended',
        'sample',
        'notice',
        'reminders',
        'follow',
      );
      names.push('language', 'masked', 'record', '__proto__', 'hasOwnProperty');
      // Each page meets each value under some name.
      const queries = Array.from({ length: Math.ceil(strange.length / 3) }, (_, k) =>
        names
          .map((name, i) => `${name}=${strange[(3 * k + i) % strange.length]}`)
          .join('&')
          .slice(0, 14_000),
      );
      queries.push(
        'unit=a&'.repeat(2000),
        'search=abc&'.repeat(900),
        'unit[]=a&unit[b]=c&before[]=d&state[x]=y',
        '&=&&==',
      );
      for (const [who, path] of pages)
        for (const query of path.endsWith('.pdf') || path.endsWith('/file') ? queries.slice(0, 2) : queries) {
          const answer = await get(who, `${path}?${query}`);
          assert.ok(answer.status < 500, `${path}?${query.slice(0, 60)} ${answer.status}`);
        }
      for (const value of strange)
        assert.ok((await get('rut', `/review?search=${value}&unit=${value}`)).status < 500, value.slice(0, 60));
      const ids = ['/review/samples/X', '/review/samples/X/next', '/review/clarifications/X', '/review/exports/X/file'];
      ids.push(
        '/review/X',
        '/review/VGL-X',
        '/review/VGL-X.pdf',
        '/review/questions/X',
        '/review/questions/VGL-X',
        '/review/outbox/X',
      );
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
      const cookie = (who: string) =>
        [...seat(who).cookies].map(([key, value]) => `${key.split(' ')[1]}=${value}`).join('; ');
      for (const [who, path, fields] of forms) {
        if (path.endsWith('sign-out')) continue;
        const names = [
          ...Object.keys(fields),
          'sv',
          'en',
          'cites',
          'since',
          'from',
          'should',
          'clarify',
          'tell',
          'sure',
        ];
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
          const sent = {
            method: 'POST',
            redirect: 'manual',
            headers: { 'content-type': type, cookie: cookie(who) },
            body,
          } as const;
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

    test('a reviewer of one unit comes to nothing of another one, and what is there is answered like what is not', async () => {
      const { number, session } = await asked({ unit: school, words: 'Hemlighet i skolan' });
      const none = 'VGL-2026-99998';
      for (const path of ['/review/NUMBER', '/review/NUMBER.pdf', '/review/questions/NUMBER', '/review/vgl-NUMBER']) {
        const [there, not] = [number, none].map((one) =>
          path.replace('vgl-NUMBER', one.toLowerCase()).replace('NUMBER', one),
        );
        const answers = [];
        for (const at of [there!, not!]) {
          const { status } = await get('greta', at);
          answers.push({ status, html: seat('greta').html.replaceAll(at.split('/').at(-1)!, '') });
        }
        assert.ok([403, 404].includes(answers[0]!.status), path);
        assert.deepEqual(answers[0], answers[1], path);
      }
      for (const at of [number, none]) {
        const { status } = await send('greta', `/review/${at}`, {
          do: 'comment',
          seq: await last(session),
          words: 'Hej',
        });
        assert.equal(status, 404);
      }
      for (const path of [
        `/review/samples/${made.SAMPLE}`,
        `/review/samples/${made.SAMPLE}/next`,
        '/review/outbox',
        '/review/access',
      ])
        assert.ok([403, 404].includes((await get('greta', path)).status), path);
      for (const path of [
        '/review/clarifications',
        `/review/clarifications/${made.MADE}`,
        `/review/outbox/${made.TOLD}`,
      ])
        assert.equal((await get('greta', path)).status, 403, path);
      assert.equal((await get('greta', `/review/exports/${made.EXPORT}/file`)).status, 404);
      const unit = encodeURIComponent(school);
      for (const query of [
        `unit=${unit}`,
        `unit=${unit}&unit=${encodeURIComponent(care)}`,
        'search=offentlig',
        'before=VGL-2026-99999',
        'asked=waiting',
        '',
      ])
        for (const where of ['/review', '/review/exports', '/review/statistics']) {
          await get('greta', `${where}?${query}`);
          assert.doesNotMatch(seat('greta').html, new RegExp(`${number}|Hemlighet`), `${where}?${query}`);
        }
      await send('greta', '/review/views', { name: 'Skolan', query: `unit=${unit}` });
      await get('greta', '/review');
      const [, saved] = /<a href="(\/review\?[^"]*)">Skolan</.exec(seat('greta').html) ?? [];
      await get('greta', saved!.replaceAll('&amp;', '&'));
      assert.doesNotMatch(seat('greta').html, new RegExp(number));
      assert.equal(
        (await log.read(session))!.entries.some(({ kind }) => kind === 'comment'),
        false,
      );
    });

    test('script in whatever anybody writes is text on every page; a personal number is kept nowhere', async () => {
      const secretly = '19850709-9805';
      const said = `${script} ${secretly}`;
      const { number, session, who } = await asked({ words: said });
      const seq = () => last(session);
      const done = async (who: string, path: string, fields: Record<string, string>) => {
        const answer = await send(who, path, fields);
        assert.equal(answer.status, 303, `${path} ${fields.do} ${seat(who).html}`);
      };
      await who.press({ verb: 'label', label: said });
      const made = { sv: said, en: said, cites: 'tf-2-3', since: '2026-11-01' };
      await done('rolf', `/review/questions/${number}`, { do: 'ask back', seq: await seq(), words: said });
      await done('rolf', `/review/questions/${number}`, {
        do: 'answer',
        seq: await seq(),
        words: said,
        clarify: 'yes',
        ...made,
      });
      for (const deed of ['approve', 'return', 'comment'])
        await done('rolf', `/review/${number}`, { do: deed, seq: await seq(), words: said });
      await done('rolf', `/review/${number}`, { do: 'correct', should: 'how-to', seq: await seq(), words: said });
      await done('arne', `/review/${number}`, { do: 'hold', seq: await seq(), words: said });
      const clarified = await database.query
        .selectFrom('clarification')
        .selectAll()
        .where('session', '=', session)
        .executeTakeFirstOrThrow();
      await done('rolf', `/review/clarifications/${clarified.id}`, { do: 'replace', why: said, tell: 'yes', ...made });
      await done('rolf', '/review/views', { name: script.slice(0, 60), query: 'status=open' });
      await done('rolf', '/review/exports', { format: 'xlsx', query: '' });

      const told = await database.query
        .selectFrom('outbox')
        .select(['id', 'body'])
        .where('session', '=', session)
        .execute();
      assert.ok(told.length >= 4);
      const shown: [string, string][] = [
        ...[
          '',
          `/${number}`,
          '/questions',
          `/questions/${number}`,
          '/clarifications',
          '/exports',
          '/outbox',
          '/statistics',
          '/samples',
        ].map((path): [string, string] => ['rolf', `/review${path}`]),
        ...told.map(({ id }): [string, string] => ['rolf', `/review/outbox/${id}`]),
        ...[...(await database.query.selectFrom('clarification').select('id').execute())].map(
          ({ id }): [string, string] => ['rolf', `/review/clarifications/${id}`],
        ),
        ...['access', `outbox/${told[0]!.id}`].map((path): [string, string] => ['rita', `/review/${path}`]),
        ...['people', 'settings'].map((path): [string, string] => ['ada', `/review/${path}`]),
      ];
      let times = 0;
      for (const [who, path] of shown) {
        assert.equal((await get(who, path)).status, 200, path);
        const { html } = seat(who);
        assert.doesNotMatch(html, /<script(?! src="\/assets\/)|<img|onerror=alert\(1\)>/, path);
        times += html.split('&lt;img src=x').length - 1;
      }
      assert.ok(times > 20, `${times}`);
      const pdf = await get('rolf', `/review/${number}.pdf`);
      assert.equal(pdf.headers.get('content-disposition'), `attachment; filename=${number}.pdf`);
      assert.doesNotMatch(JSON.stringify(await everything()), /850709-?9805/);
    });

    async function everything() {
      const rows = [];
      for (const table of ['entry_content', 'record', 'question', 'clarification', 'outbox', 'access'] as const)
        rows.push((await sql`select * from ${sql.table(table)}`.execute(database.query)).rows);
      return rows;
    }

    test('what is told to many of a clarification opens in the outbox, and each is met once on the way through it', async () => {
      const { session, who } = await asked();
      const id = guidance.newId();
      const rows = Array.from({ length: 120 }, (_, i) => ({
        ...newTelling(who.visitor.person, {
          ...{ session, kind: 'clarification', words: { sv: ['Så här'], en: ['Like this'] }, now: guidance.now() },
        }),
        ...{ id: `${id}:${String(i).padStart(32, '0')}`, state: 'failed', due_at: null, because: '503' },
      }));
      await database.transact((tx) => tx.insertInto('outbox').values(rows).execute());
      assert.equal((await get('rut', `/review/outbox/${rows[0]!.id}`)).status, 200);
      const met: string[] = [];
      for (let at: string | undefined = '/review/outbox?state=failed'; at !== undefined && met.length < 300; ) {
        await get('rut', at);
        const { html } = seat('rut');
        met.push(...[...html.matchAll(/href="\/review\/outbox\/([^"]+)"/g)].map((found) => found[1]!));
        at = /rel="next" href="([^"]+)"/.exec(html)?.[1]?.replaceAll('&amp;', '&');
      }
      assert.equal(met.length, new Set(met).size);
      assert.ok(rows.every(({ id }) => met.includes(id)));
    });

    test('of two at once one has answered, one has replaced, and one has corrected; a question put meanwhile is not lost', async () => {
      const one = await asked();
      const both = (path: string, fields: Record<string, string>) =>
        Promise.all(['rut', 'rolf'].map((who) => send(who, path, { ...fields, why: who, words: who })));
      const statuses = async (sent: Promise<Response[]>) => (await sent).map(({ status }) => status).sort();
      const seq = await last(one.session);
      const again = one.who.press({
        verb: 'ask',
        node: 'node' in one.who.view ? one.who.view.node : '',
        words: 'En sak till',
      });
      const answered = await statuses(both(`/review/questions/${one.number}`, { do: 'answer', seq }));
      await again;
      assert.ok(['303,409', '409,409'].includes(answered.join()), answered.join());
      const kinds = (await log.read(one.session))!.entries.map(({ kind }) => kind);
      assert.deepEqual(
        [kinds.filter((kind) => kind === 'ask').length, kinds.filter((kind) => kind === 'reply').length],
        [2, answered[0] === 303 ? 1 : 0],
      );
      const deed = { do: 'correct', should: 'how-to', seq: await last(one.session) };
      assert.deepEqual(await statuses(both(`/review/${one.number}`, deed)), [303, 409]);
      const replacing = { do: 'replace', sv: 'Nytt', en: 'New', cites: 'tf-2-3', since: '2026-11-01' };
      assert.deepEqual(await statuses(both(`/review/clarifications/${made.MADE}`, replacing)), [303, 409]);
      const inForce = await database.query
        .selectFrom('clarification')
        .select('state')
        .where('session', '=', made.SESSION)
        .execute();
      assert.deepEqual(inForce.map(({ state }) => state).sort(), ['in force', 'replaced']);
    });

    test('whoever loses their role in the middle gets no further: no page, no file made before, no form', async () => {
      const earlier = await kept();
      writeFileSync(file, '- role: staff\n  people: [somebody@exempel.se]\n');
      for (const [who, path] of pages) {
        const answer = await get(who, path);
        assert.ok([303, 403].includes(answer.status), `${path} ${answer.status}`);
        if (answer.status === 303) assert.equal(answer.headers.get('location'), '/review/no-role', path);
      }
      for (const [who, path, fields] of forms.filter(([, path]) => !path.endsWith('sign-out')))
        assert.equal((await send(who, path, fields)).status, 403, path);
      assert.equal(await kept(), earlier);
      writeFileSync(file, roles.replace('[rut@exempel.se, ', '['));
      assert.equal((await get('rut', `/review/exports/${made.EXPORT}/file`)).status, 303);
      writeFileSync(file, roles);
      assert.equal((await get('rut', `/review/exports/${made.EXPORT}/file`)).status, 200, 'it is theirs again');
    });

    test('after all of this the log is whole, and the lists made anew say the same', async () => {
      const earlier = await kept();
      for (const command of ['verify', 'rebuild', 'verify']) {
        const { code, stdout, stderr } = await runCommand('src/records.ts', [command], settings);
        assert.equal(code, 0, `${command}: ${stdout}${stderr}`);
      }
      assert.equal(await kept(), earlier);
      assert.doesNotMatch(program.output(), /"level":[56]0/);
    });
  });

test('killed between writing and telling, the program tells each of it once when it is back, and nothing is lost', async () => {
  const office = await openSlack({ SLACK_REGISTRAR_CHANNEL: 'C0ALL' });
  const [anna, bea] = [await office.guided('unsure'), await office.guided('ask', 'yes-sure')];
  const numberIn = (clerk: typeof anna) => numberOf(Number(office.records(clerk)[0]!.id));
  const rut = new Traveller(office.program.address);
  const send = async (path: string, fields: Record<string, string>) => {
    await rut.visit(path);
    const [, seq = ''] = /name="seq" value="(\d+)"/.exec(rut.html) ?? [];
    const [, cites = ''] = /name="cites" value="([^"]+)"/.exec(rut.html) ?? [];
    const [, should = ''] = /<option value="(ask-registrar)"/.exec(rut.html) ?? [];
    const form = { token: rut.token, seq, ...(should && { should }), ...(fields.clarify && { cites }), ...fields };
    assert.equal((await rut.step(path, form)).status, 303, path);
  };
  const states = () =>
    Object.fromEntries(office.rows('SELECT kind, state FROM outbox').map(({ kind, state }) => [kind, state]));

  office.delay('chat.postMessage', 2000);
  await anna.press('g:ask');
  await anna.submit({ 'g:ask': 'Hur då?' });
  await office.until(() => states().asked === 'sending', 'that it is being told');
  const clear = { clarify: 'yes', sv: 'Klart för alla.', en: 'Clear to all.', since: '2026-11-01' };
  await send(`/review/questions/${numberIn(anna)}`, { do: 'answer', words: 'Så här gör du.', ...clear });
  await send(`/review/${numberIn(bea)}`, { do: 'correct', words: 'Det var oklart.' });
  await office.program.stop('SIGKILL');
  assert.deepEqual([states().asked, states().reply, states().corrected], ['sending', 'waiting', 'waiting']);

  office.delay('chat.postMessage', 0);
  await office.open({ SLACK_REGISTRAR_CHANNEL: 'C0ALL' });
  const told = (words: string) =>
    office.calls.filter(({ method, args }) => method === 'chat.postMessage' && String(args.text).includes(words))
      .length;
  await office.until(
    () => Object.values(states()).filter((state) => state === 'sent').length === 3,
    () => JSON.stringify(states()),
  );
  await office.quiet();
  assert.deepEqual(
    ['Ny fråga till registratorn', 'Så här gör du.', 'Klart för alla.', 'Det var oklart.'].map(told),
    [1, 1, 1, 1],
  );
  assert.equal(states().asked, 'sending', 'nobody knows whether it arrived');
  assert.match(await office.verify(), /all as they were written/);
});
