import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, beforeEach, describe, test } from 'node:test';
import express from 'express';
import { html } from 'hono/html';
import { pino } from 'pino';
import { settleStorage } from '../../src/database/storage.ts';
import { recognise } from '../../src/record/person.ts';
import { openConsole, tokenField } from '../../src/review/console.ts';
import type { Member } from '../../src/review/members.ts';
import { openRoles } from '../../src/review/roles.ts';
import { openSignIn, type SignInSettings } from '../../src/review/signin.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { type House, openHouse } from '../support/house.ts';
import { freePort } from '../support/port.ts';
import { people as colleagues, startProvider, Traveller, type TriedProvider } from '../support/provider.ts';

const tenant = '11111111-2222-3333-4444-555555555555';
const people = {
  ...colleagues,
  // As Entra ID tells of somebody: the directory's ids, roles, and too many groups to send along.
  eva: { name: 'Eva Entra', tid: tenant, oid: 'aaaa-BBBB', roles: ['reviewers'] },
  olle: { name: 'Olle Överallt', email: 'olle@exempel.se', tid: tenant, oid: 'olle-1', hasgroups: true },
  // As Slack does.
  sture: { name: 'Sture Slack', 'https://slack.com/team_id': 'T0001', 'https://slack.com/user_id': 'U0001' },
  sigge: {
    name: 'Sigge Slack',
    'https://slack.com/enterprise_id': 'E0001',
    'https://slack.com/team_id': 'T0001',
    'https://slack.com/user_id': 'U0002',
  },
  // People who would like to be somebody else.
  kalle: { name: 'Kalle', email: 'RUT@exempel.se', email_verified: false },
  kelvin: { name: 'Kelvin', email: '\u212Aarin@exempel.se', email_verified: true },
  prefix: { name: 'Prefix', email: 'slack:T0001/U0001', email_verified: true },
  script: { name: '<script>alert(1)</script>', email: 'script@exempel.se', email_verified: true },
};

const grants = `
- role: registrar
  people: [rut@exempel.se, Karin@exempel.se]
- role: reviewer
  units: [Socialtjänsten]
  groups: [reviewers]
- role: reviewer
  people: ['slack:T0001/U0001', 'slack:E0001/U0002', 'oidc:script']
- role: archivist
  people: ['teams:${tenant}/olle-1']
`;

interface Program {
  house: House;
  publicUrl: string;
  provider: TriedProvider;
  /** Who pressed the button on the guarded page, in order. */
  pressed: Member[];
  roles(yaml: string): void;
  said(): string;
  traveller(): Traveller;
  /** The request of a forger, who does not follow. */
  address: string;
}

/** The sign-in in front of one guarded page with a form, in a server of its own. */
async function openProgram(
  url: string,
  {
    publicUrl: told,
    local = false,
    signIn = (settings) => settings,
  }: {
    publicUrl?: (port: number) => string;
    local?: boolean;
    signIn?: (settings: SignInSettings) => SignInSettings | undefined;
  } = {},
): Promise<Program> {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const publicUrl = told?.(port) ?? address;
  const provider = await startProvider(publicUrl, people);
  const file = join(temporaryFolder(), 'roles.yaml');
  writeFileSync(file, grants);
  let said = '';
  const logger = pino({ level: 'info' }, { write: (line: string) => (said += line) });
  const house = await openHouse(url);
  const { issuer, clientId, clientSecret } = provider;
  const settings = signIn({ issuer, clientId, clientSecret, publicUrl });
  const roles = openRoles(file, (fault) => logger.error({ err: fault }));
  const entrance = await openSignIn(settings, house.guidance, roles, () => local, logger);
  const review = openConsole(house.guidance, entrance, logger);
  const pressed: Member[] = [];
  const app = express();
  app.use(entrance.router);
  app.get(['/review', '/review/deep'], review.guard('read'), (request, response) => {
    const { member, token } = review.signed(request);
    const content = html`<h1>Inne</h1><p>${member.name}: ${member.granted.map(({ role }) => role).join(' ')}</p>
<form method="post" action="/review/press">${tokenField(token)}<button>Tryck</button></form>`;
    response.type('html').send(review.page(request, 'Inne', content));
  });
  app.post('/review/press', express.urlencoded({ extended: false }), review.guard('review'), (request, response) => {
    pressed.push(review.signed(request).member);
    response.redirect(303, '/review');
  });
  const server = createServer(app).listen(port, '127.0.0.1');
  await once(server, 'listening');
  assert.equal((server.address() as AddressInfo).port, port);
  after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    house,
    publicUrl,
    provider,
    pressed,
    address,
    roles: (yaml) => writeFileSync(file, yaml),
    said: () => said,
    traveller: () => new Traveller(address, publicUrl),
  };
}

const programs = await Promise.all(
  (await databases()).map(async ({ name, fresh }) => ({ name, program: await openProgram(await fresh()) })),
);
const tampered = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`);

for (const { name, program } of programs) {
  describe(`signing in, on ${name}`, () => {
    beforeEach(() => program.roles(grants));

    test('a registrar comes in by the provider, and ends where they were going', async () => {
      const rut = program.traveller();
      const response = await rut.signIn('rut', '/review/deep?flow=may-it-go&unit=Skola%20%26%20f%C3%B6rskola');
      assert.equal(response.status, 200);
      assert.equal(rut.address, `${program.publicUrl}/review/deep?flow=may-it-go&unit=Skola%20%26%20f%C3%B6rskola`);
      assert.match(rut.html, /Rut Registrator: registrar/);
      await rut.go('/review/press', { token: rut.token });
      assert.equal(program.pressed.at(-1)?.name, 'Rut Registrator');
      assert.equal(program.pressed.at(-1)?.local, false);
    });

    test('the groups of the provider, the ids of Teams and of Slack, and a name of the provider give roles', async () => {
      const { keys } = program.house.guidance;
      for (const [who, roles, own] of [
        ['greta', 'reviewer', []],
        ['eva', 'reviewer', [recognise(keys.person, 'teams', tenant, 'aaaa-BBBB').hash]],
        ['olle', 'archivist', [recognise(keys.person, 'teams', tenant, 'olle-1').hash]],
        ['sture', 'reviewer', [recognise(keys.person, 'slack', 'T0001', 'U0001').hash]],
        [
          'sigge',
          'reviewer',
          ['E0001', 'T0001'].map((tenant) => recognise(keys.person, 'slack', tenant, 'U0002').hash),
        ],
        ['script', 'reviewer', []],
      ] as const) {
        const browser = program.traveller();
        await browser.signIn(who);
        assert.match(browser.html, new RegExp(`: ${roles}</p>`), who);
        if (roles !== 'reviewer') continue;
        await browser.go('/review/press', { token: browser.token });
        assert.deepEqual(program.pressed.at(-1)?.own, own, who);
      }
      assert.match(program.said(), /more groups than Entra ID sends along/);
    });

    test('a person row gives the roles of their other ids, and their own records in every chat, from the next press on', async () => {
      const { keys } = program.house.guidance;
      const eva = program.traveller();
      await eva.signIn('eva');
      const { token } = eva;
      const own = async () => {
        await eva.go('/review/press', { token });
        return program.pressed.at(-1)?.own;
      };
      const inTeams = recognise(keys.person, 'teams', tenant, 'aaaa-BBBB').hash;
      assert.deepEqual(await own(), [inTeams]);
      const both = `- { person: [slack:T0001/U0009, 'teams:${tenant}/aaaa-BBBB'] }\n`;
      program.roles(`- { role: registrar, people: [slack:T0001/U0009] }\n${both}`);
      assert.deepEqual(await own(), [inTeams, recognise(keys.person, 'slack', 'T0001', 'U0009').hash]);
      await eva.visit('/review');
      assert.match(eva.html, /: registrar<\/p>/);
      program.roles(grants);
      assert.deepEqual(await own(), [inTeams]);
    });

    test('what the provider says about somebody is shown as text', async () => {
      const browser = program.traveller();
      await browser.signIn('script');
      assert.ok(!browser.html.includes('<script>'));
      assert.ok(browser.html.includes('&lt;script&gt;'));
    });

    test('an unproven address, a look-alike letter, or an id written as an address gives no role', async () => {
      for (const who of ['kalle', 'kelvin', 'prefix']) {
        const browser = program.traveller();
        const response = await browser.signIn(who);
        assert.equal(response.status, 403, who);
        assert.equal(new URL(browser.address).pathname, '/review/no-role', who);
      }
    });

    test('somebody without a role is told whom to ask, in either language, and can come in once they have one', async () => {
      const nils = program.traveller();
      await nils.signIn('nils');
      assert.equal(nils.heading, 'Du har ingen roll i granskningen');
      assert.ok(nils.html.includes(program.house.guidance.municipality.registrar.email));
      assert.ok(nils.html.includes('nils@exempel.se') && nils.html.includes('oidc:nils'));
      nils.language = 'en';
      await nils.visit('/review/no-role');
      assert.equal(nils.heading, 'You have no role in the review');
      assert.equal((await nils.visit('/review')).status, 403);
      program.roles(`${grants}- role: auditor\n  people: ['oidc:nils']\n`);
      await nils.visit('/review/no-role');
      assert.match(nils.html, /Nils Nyanställd: auditor/);
    });

    test('a role that is taken away is gone at the next press, and one that makes no sense changes nothing', async () => {
      const rut = program.traveller();
      await rut.signIn('rut');
      const { token } = rut;
      program.roles('- role: king\n  people: [rut@exempel.se]\n');
      assert.equal((await rut.visit('/review')).status, 200);
      program.roles('- role: auditor\n  people: [rut@exempel.se]\n');
      const count = program.pressed.length;
      assert.equal((await rut.go('/review/press', { token })).status, 403);
      assert.equal((await rut.visit('/review')).status, 200);
      program.roles('');
      assert.equal((await rut.visit('/review')).status, 403);
      assert.equal(program.pressed.length, count);
    });

    test('a form without its token, or with that of somebody else, is not taken', async () => {
      const [rut, greta] = [program.traveller(), program.traveller()];
      await rut.signIn('rut');
      await greta.signIn('greta');
      const count = program.pressed.length;
      for (const form of [{}, { token: '' }, { token: greta.token }, { token: 'x'.repeat(43) }]) {
        assert.equal((await rut.go('/review/press', form as Record<string, string>)).status, 403);
        assert.equal((await rut.go('/review/sign-out', form as Record<string, string>)).status, 403);
      }
      assert.equal(program.pressed.length, count);
      assert.equal((await rut.visit('/review')).status, 200);
    });

    test('signing out ends the session on the server, and a copy of the cookie with it', async () => {
      const [rut, thief] = [program.traveller(), program.traveller()];
      await rut.signIn('rut');
      for (const [key, value] of rut.cookies) if (key.startsWith(program.publicUrl)) thief.cookies.set(key, value);
      await thief.visit('/review');
      assert.match(thief.html, /Rut Registrator/);
      await rut.go('/review/sign-out', { token: rut.token });
      assert.equal(rut.heading, 'Du är utloggad härifrån');
      assert.equal(rut.cookie(' isitpublic-console'), undefined);
      const response = await thief.step(`${program.publicUrl}/review`);
      assert.equal(response.status, 303);
      assert.match(response.headers.get('location')!, /^\/review\/sign-in/);
    });

    test('the session is a new one at every sign-in, and one that was put into the browser is worth nothing', async () => {
      const rut = program.traveller();
      const planted = 'A'.repeat(43);
      rut.cookies.set(`${program.publicUrl} isitpublic-console`, planted);
      await rut.signIn('rut');
      const first = rut.cookie(' isitpublic-console')!;
      assert.match(first, /^[\w-]{43}$/);
      assert.notEqual(first, planted);
      await rut.visit('/review/sign-in');
      const second = rut.cookie(' isitpublic-console')!;
      assert.notEqual(second, first);
      const old = program.traveller();
      for (const id of [planted, first]) {
        old.cookies.set(`${program.publicUrl} isitpublic-console`, id);
        assert.equal((await old.step(`${program.publicUrl}/review`)).status, 303);
      }
    });

    test('neither the id of a session nor what its forms carry lies in the database', async () => {
      const rut = program.traveller();
      await rut.signIn('rut');
      const { database } = program.house.guidance;
      await settleStorage(database);
      const kept = JSON.stringify(await database.query.selectFrom('keyv').selectAll().execute());
      assert.match(kept, /sign-in:/);
      assert.ok(!kept.includes(rut.cookie(' isitpublic-console')!));
      assert.ok(!kept.includes(rut.token));
    });

    test('a session ends after twelve hours', async () => {
      const { clock } = program.house;
      const began = clock.now;
      const rut = program.traveller();
      await rut.signIn('rut');
      clock.now = new Date(began.getTime() + 11.9 * 3_600_000);
      assert.equal((await rut.step(`${program.publicUrl}/review`)).status, 200);
      clock.now = new Date(began.getTime() + 12.1 * 3_600_000);
      assert.equal((await rut.step(`${program.publicUrl}/review`)).status, 303);
    });

    test('two tabs of one browser can sign in beside each other', async () => {
      const rut = program.traveller();
      const first = await rut.signInUpTo('rut', '/review/deep?tab=1');
      const second = await rut.signInUpTo('rut', '/review/deep?tab=2');
      await rut.go(first);
      assert.match(rut.address, /tab=1$/);
      await rut.go(second);
      assert.match(rut.address, /tab=2$/);
    });
  });
}

/** A minute later: from one address only so many sign-ins can be begun within one. */
function soon({ house }: Program): void {
  house.clock.now = new Date(house.clock.now.getTime() + 60_000);
}

describe('a sign-in that somebody tampers with', () => {
  const program = tampered;

  async function refused(browser: Traveller, callback: string, status = 400): Promise<void> {
    const response = await browser.go(callback);
    assert.equal(response.status, status);
    assert.equal(browser.cookie(' isitpublic-console'), undefined);
    assert.equal((await browser.step(`${program.publicUrl}/review`)).status, 303);
  }

  function changed(callback: string, change: (query: URLSearchParams) => void): string {
    const address = new URL(callback);
    change(address.searchParams);
    return address.href;
  }

  test('a forged, a missing and a doubled state are refused, and the provider is not even asked', async () => {
    for (const change of [
      (query: URLSearchParams) => query.set('state', 'forged'),
      (query: URLSearchParams) => query.delete('state'),
      (query: URLSearchParams) => query.append('state', query.get('state')!),
    ]) {
      const rut = program.traveller();
      const callback = await rut.signInUpTo('rut', '/review');
      const asked = program.provider.asked();
      await refused(rut, changed(callback, change));
      assert.equal(rut.heading === '' ? 'Inloggningen blev inte klar' : rut.heading, 'Inloggningen blev inte klar');
      assert.equal(program.provider.asked(), asked);
    }
  });

  test('a forged and a missing code, and that of somebody else’s sign-in, are refused', async () => {
    for (const change of [
      (query: URLSearchParams) => query.set('code', 'x'.repeat(43)),
      (query: URLSearchParams) => query.delete('code'),
    ]) {
      const rut = program.traveller();
      await refused(rut, changed(await rut.signInUpTo('rut', '/review'), change));
    }
    const [attacker, victim] = [program.traveller(), program.traveller()];
    const theirs = new URL(await attacker.signInUpTo('greta', '/review')).searchParams.get('code')!;
    const callback = await victim.signInUpTo('rut', '/review');
    await refused(
      victim,
      changed(callback, (query) => query.set('code', theirs)),
    );
  });

  test('a sign-in with another nonce or another challenge than ours is refused', async () => {
    for (const name of ['nonce', 'code_challenge']) {
      const rut = program.traveller();
      const callback = await rut.signInUpTo('rut', '/review', (address) =>
        address.searchParams.set(name, 'x'.repeat(43)),
      );
      await refused(rut, callback);
    }
  });

  test('an answer of another provider is refused', async () => {
    const rut = program.traveller();
    const callback = await rut.signInUpTo('rut', '/review');
    await refused(
      rut,
      changed(callback, (query) => query.set('iss', 'https://evil.example')),
    );
  });

  test('a sign-in counts once, also for two at the same instant', async () => {
    const rut = program.traveller();
    const callback = await rut.signInUpTo('rut', '/review');
    const replay = program.traveller();
    for (const [key, value] of rut.cookies) replay.cookies.set(key, value);
    const again = program.traveller();
    for (const [key, value] of rut.cookies) again.cookies.set(key, value);
    const both = await Promise.all([rut.step(callback), again.step(callback)]);
    assert.deepEqual(both.map(({ status }) => status).sort(), [303, 400]);
    const asked = program.provider.asked();
    await refused(replay, callback);
    assert.equal(program.provider.asked(), asked);
  });

  test('a sign-in that another browser has begun is refused: nobody is signed in as somebody else', async () => {
    const [attacker, victim] = [program.traveller(), program.traveller()];
    const callback = await attacker.signInUpTo('greta', '/review');
    await refused(victim, callback);
    // Nor where the victim has begun one of their own.
    await victim.step(`${program.publicUrl}/review/sign-in`);
    await refused(victim, callback);
  });

  test('a sign-in that took more than ten minutes is refused', async () => {
    const { clock } = program.house;
    const rut = program.traveller();
    const callback = await rut.signInUpTo('rut', '/review');
    clock.now = new Date(clock.now.getTime() + 10.1 * 60_000);
    await refused(rut, callback);
  });

  test('somebody who thinks better of it at the provider is told so, and can begin anew', async () => {
    const rut = program.traveller();
    await rut.visit('/review/deep');
    const response = await rut.go(rut.address, { who: '' });
    assert.equal(response.status, 400);
    assert.equal(rut.heading, 'Inloggningen blev inte klar');
    await rut.go(/<a href="(\/review\/sign-in[^"]*)"/.exec(rut.html)![1]!.replaceAll('&amp;', '&'));
    await rut.go(rut.address, { who: 'rut' });
    assert.equal(new URL(rut.address).pathname, '/review/deep');
  });

  test('the way back never leads out of the console', async () => {
    const rut = program.traveller();
    await rut.signIn('rut');
    for (const back of [
      'https://evil.example/review',
      '//evil.example/review',
      '/\\evil.example/review',
      '/review/..//evil.example',
      '/review/../../evil.example',
      '/review/..\\..\\\\evil.example',
      '/review/%2e%2e//evil.example',
      '/review\r\nSet-Cookie: a=b',
      '/review@evil.example',
      '/review.evil.example',
      '/reviewers',
      '/',
      'javascript:alert(1)',
      '/review/sign-out',
      '/review/sign-in',
      '/review/callback?code=1',
      `/review/${'x'.repeat(9000)}`,
    ]) {
      soon(program);
      const callback = await rut.signInUpTo('rut', back);
      const response = await rut.step(callback);
      assert.equal(response.headers.get('location'), '/review', back);
    }
    // What was searched for goes no further, also in the address of the list that a record was opened from.
    const list = '/review/VGL-2026-00001?list=outcome%3Drelease%26search%3Dbron';
    const opened = await rut.step(await rut.signInUpTo('rut', list));
    assert.equal(opened.headers.get('location'), '/review/VGL-2026-00001?list=outcome%3Drelease');
    const twice = await rut.step(`${program.publicUrl}/review/sign-in?back=/review/deep&back=//evil.example`);
    const callback = await rut.go(twice.headers.get('location')!, undefined, /\/review\/callback/);
    assert.equal((await rut.step(callback.headers.get('location')!)).headers.get('location'), '/review');
  });

  test('that is begun again and again has to wait for a minute, in words, and asks the provider nothing', async () => {
    soon(program);
    const begin = () => fetch(`${program.address}/review/sign-in`, { redirect: 'manual' });
    for (let i = 1; i <= 60; i += 1) assert.equal((await begin()).status, 303, `sign-in ${i}`);
    const refused = await begin();
    assert.equal(refused.status, 429);
    assert.equal(refused.headers.get('retry-after'), '60');
    assert.match(await refused.text(), /<h1>För många inloggningar på kort tid/);
    soon(program);
    assert.equal((await begin()).status, 303);
  });

  test('what was sent stands in no log: neither codes nor names nor secrets', () => {
    const said = program.said();
    assert.match(said, /a sign-in was refused/);
    assert.doesNotMatch(said, /rut@exempel|Rut Registrator|code=|id_token/);
    assert.ok(!said.includes(program.provider.clientSecret));
  });
});

describe('the cookies', () => {
  test('are strict, and over https bound to this very host', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, {
      publicUrl: () => 'https://granskning.example',
    });
    const rut = program.traveller();
    assert.equal((await rut.signIn('rut')).status, 200);
    const ours = rut.set.filter((line) => /isitpublic/.test(line));
    const session = ours.find((line) => line.startsWith('__Host-isitpublic='))!;
    assert.match(session, /^__Host-isitpublic=[\w-]{43}; /);
    for (const line of ours) {
      assert.match(line, /^__Host-/);
      for (const flag of [/; Secure/, /; HttpOnly/, /; SameSite=Lax/, /; Path=\//]) assert.match(line, flag);
      assert.doesNotMatch(line, /Domain/i);
    }
    assert.doesNotMatch(session, /Max-Age|Expires/);
  });

  test('on this machine alone have a name of their own, and are strict too', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const rut = program.traveller();
    await rut.signIn('rut');
    const session = rut.set.find((line) => line.startsWith('isitpublic-console='))!;
    assert.match(session, /; HttpOnly/);
    assert.match(session, /; SameSite=Lax/);
    assert.doesNotMatch(session, /Secure/);
  });
});

describe('the provider', () => {
  test('that is down at sign-in is told of politely, everybody who is in stays in, and it is tried again', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const [rut, greta] = [program.traveller(), program.traveller()];
    await program.provider.stop();
    const response = await rut.visit('/review/deep');
    assert.equal(response.status, 503);
    assert.equal(rut.heading, 'Inloggningen svarar inte just nu');
    await program.provider.start();
    await greta.signIn('greta');
    await rut.go(/<a href="(\/review\/sign-in[^"]*)"/.exec(rut.html)![1]!.replaceAll('&amp;', '&'));
    await rut.go(rut.address, { who: 'rut' });
    assert.equal(new URL(rut.address).pathname, '/review/deep');

    const late = program.traveller();
    const callback = await late.signInUpTo('rut', '/review');
    await program.provider.stop();
    assert.equal((await late.go(callback)).status, 503);
    assert.equal((await greta.visit('/review')).status, 200);
    assert.match(program.said(), /the provider does not answer as it should/);
  });

  test('that breaks in the middle, answers nonsense or signs with another key lets nobody in', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const forged = (claims: object) =>
      [{ alg: 'RS256', kid: 'local' }, claims, 'forged'].map((part) =>
        Buffer.from(typeof part === 'string' ? part.repeat(50) : JSON.stringify(part)).toString('base64url'),
      );
    for (const answer of [
      { status: 500, body: 'oh' },
      { status: 200, body: 'oh' },
      { status: 200, body: '{}' },
      { status: 200, body: JSON.stringify({ access_token: 'x', token_type: 'bearer' }) },
    ]) {
      const rut = program.traveller();
      const callback = await rut.signInUpTo('rut', '/review');
      program.provider.interfere((request, response) => {
        if (request.url !== '/token') return false;
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(answer.body);
        return true;
      });
      const response = await rut.go(callback);
      program.provider.interfere(undefined);
      assert.ok([400, 503].includes(response.status), String(response.status));
      assert.equal(rut.cookie(' isitpublic-console'), undefined);
    }
    const rut = program.traveller();
    let nonce = '';
    const callback = await rut.signInUpTo('rut', '/review', (address) => {
      nonce = address.searchParams.get('nonce')!;
    });
    const now = Math.floor(Date.now() / 1000);
    const { issuer, clientId } = program.provider;
    program.provider.interfere((request, response) => {
      if (request.url !== '/token') return false;
      const token = forged({ iss: issuer, aud: clientId, sub: 'rut', nonce, iat: now, exp: now + 600 }).join('.');
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(JSON.stringify({ access_token: 'x', token_type: 'bearer', id_token: token }));
      return true;
    });
    const response = await rut.go(callback);
    assert.ok([400, 503].includes(response.status), String(response.status));
    assert.equal(rut.cookie(' isitpublic-console'), undefined);
  });

  test('that says no more than the token does lets people in with what it said', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    program.roles("- role: auditor\n  people: ['oidc:rut']\n");
    program.provider.interfere((request, response) => {
      if (request.url !== '/me') return false;
      response.writeHead(500).end();
      return true;
    });
    const rut = program.traveller();
    assert.equal((await rut.signIn('rut')).status, 200);
    assert.match(rut.html, /rut: auditor/);
  });

  test('on another machine has to be reached over https', async () => {
    await assert.rejects(
      openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, {
        signIn: (settings) => ({ ...settings, issuer: 'http://login.example.se' }),
      }),
      /begins with https/,
    );
  });
});

describe('the address of the console', () => {
  test('by another name than the provider knows leads to that one first, so that they can come back', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, {
      publicUrl: (port) => `http://localhost:${port}`,
    });
    const rut = program.traveller();
    await rut.go(`${program.address}/review/deep?unit=Skola`);
    await rut.go(rut.address, { who: 'rut' });
    assert.equal(rut.address, `${program.publicUrl}/review/deep?unit=Skola`);
    assert.match(rut.html, /Rut Registrator: registrar/);
  });

  test('after a form that came too late, a page stands between it and the provider', async () => {
    soon(tampered);
    const somebody = tampered.traveller();
    assert.equal((await somebody.visit('/review/session-ended')).status, 403);
    assert.equal(somebody.heading, 'Din inloggning har gått ut');
    await somebody.go(/<a href="(\/review\/sign-in)"/.exec(somebody.html)![1]!);
    assert.match(somebody.html, /Vem är du/);
  });
});

describe('without a sign-in', () => {
  test('this machine gets a fixed reviewer, whose forms carry a token too', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, {
      local: true,
      signIn: () => undefined,
    });
    const here = program.traveller();
    await here.visit('/review');
    assert.match(here.html, /Lokal granskare: reviewer registrar archivist auditor/);
    assert.match(here.html, /Du är här utan inloggning/);
    assert.doesNotMatch(here.html, /Logga in</);
    const { token } = here;
    assert.equal((await here.go('/review/press', {})).status, 403);
    await here.go('/review/press', { token });
    assert.equal(program.pressed.length, 1);
    assert.equal(program.pressed[0]?.local, true);
    assert.match(program.pressed[0]?.id ?? '', /^[0-9a-f]{64}$/);
  });

  test('all others are told that none has been set up', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, { signIn: () => undefined });
    const somebody = program.traveller();
    assert.equal((await somebody.visit('/review')).status, 403);
    assert.equal(somebody.heading, 'Inloggning är inte inställd');
    assert.equal((await somebody.visit('/review/callback?code=1&state=2')).status, 403);
    somebody.language = 'en';
    await somebody.visit('/review');
    assert.equal(somebody.heading, 'No sign-in has been set up');
  });

  test('one who has signed in at this machine is themselves, and local again once signed out', async () => {
    const program = await openProgram(`sqlite:${join(temporaryFolder(), 'log.db')}`, { local: true });
    const rut = program.traveller();
    await rut.visit('/review');
    assert.match(rut.html, /Lokal granskare/);
    assert.match(rut.html, /<a href="\/review\/sign-in">Logga in</);
    await rut.visit('/review/sign-in');
    await rut.go(rut.address, { who: 'rut' });
    assert.match(rut.html, /Rut Registrator: registrar/);
    await rut.go('/review/sign-out', { token: rut.token });
    await rut.visit('/review');
    assert.match(rut.html, /Lokal granskare/);
  });
});
