import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { recognise } from '../../src/record/person.ts';
import { type Member, may, mayWith, officer, ownOf, reach } from '../../src/review/members.ts';
import { type Granted, openRoles, WrongRoles } from '../../src/review/roles.ts';
import { temporaryFolder } from '../support/databases.ts';

function write(yaml: string): string {
  const file = join(temporaryFolder(), 'roles.yaml');
  writeFileSync(file, yaml);
  return file;
}

/** Where nothing is to complain about. */
function complain(fault: unknown): never {
  throw fault;
}

const nobody = { names: [], groups: [] };

describe('roles.yaml', () => {
  test('gives roles to people and to groups, with the units that they hold for', () => {
    const roles = openRoles(
      write(`
- role: reviewer
  units: [Socialtjänsten, Skola]
  groups: [abc]
- role: registrar
  people: [Rut@Exempel.se, slack:T1/U1, 'teams:AAAA/bbbb', oidc:AbC]
`),
      complain,
    );
    const registrar = [{ role: 'registrar', units: undefined }];
    assert.deepEqual(roles(nobody), []);
    assert.deepEqual(roles({ names: [], groups: ['abc'] }), [{ role: 'reviewer', units: ['Socialtjänsten', 'Skola'] }]);
    for (const name of ['rut@exempel.se', 'RUT@EXEMPEL.SE', 'slack:t1/u1', 'teams:aaaa/BBBB', 'oidc:AbC'])
      assert.deepEqual(roles({ names: [name], groups: [] }), registrar, name);
    assert.equal(roles({ names: ['rut@exempel.se'], groups: ['abc'] }).length, 2);
  });

  test('gives nothing to one who is nearly the one meant', () => {
    const roles = openRoles(
      write('- role: registrar\n  groups: [abc]\n  people: [karin@exempel.se, oidc:AbC, slack:T1/U1]\n'),
      complain,
    );
    for (const name of [
      '\u212Aarin@exempel.se',
      'karin@exempel.se.evil.example',
      'oidc:abc',
      'T1/U1',
      'slack:T1/U11',
      '',
    ])
      assert.deepEqual(roles({ names: [name], groups: [] }), [], name);
    for (const group of ['ABC', 'ab', '']) assert.deepEqual(roles({ names: [], groups: [group] }), [], group);
    // Neither is a group a person, nor the other way round.
    assert.deepEqual(roles({ names: ['abc'], groups: ['karin@exempel.se'] }), []);
  });

  test('says who is one person: a role for one of their ids holds for all of them, and for nobody else', () => {
    const [tenant, object] = ['aaaaaaaa-1111-2222-3333-444444444444', 'bbbbbbbb-1111-2222-3333-444444444444'];
    const file = write(`
- { role: registrar, people: [rut@exempel.se] }
- { person: [Rut@Exempel.se, 'slack:t1/u1', 'Teams:${tenant.toUpperCase()}/${object}', oidc:AbC] }
- { role: auditor, people: [slack:T1/U1] }
- { person: [slack:T1/U2, sam@exempel.se] }
`);
    const roles = openRoles(file, complain);
    const ids = ['Rut@Exempel.se', 'slack:T1/U1', `teams:${tenant}/${object}`, 'oidc:AbC'];
    for (const name of ['rut@exempel.se', ...ids]) {
      const held = roles({ names: [name], groups: [] }).map(({ role }) => role);
      assert.deepEqual(held, ['registrar', 'auditor'], name);
      assert.deepEqual(new Set(roles.namesOf([name])), new Set([name, ...ids]), name);
    }
    for (const name of ['slack:T1/U2', 'slack:T2/U1', 'oidc:abc']) {
      assert.deepEqual(roles({ names: [name], groups: [] }), [], name);
      assert.ok(!roles.namesOf([name]).includes('slack:T1/U1'), name);
    }
    const key = Buffer.alloc(32);
    const chats = [recognise(key, 'slack', 'T1', 'U1').hash, recognise(key, 'teams', tenant, object).hash];
    assert.deepEqual(ownOf(key, roles.namesOf(['oidc:AbC'])), chats);
    assert.deepEqual(
      roles.asRead().persons.map(({ line }) => line),
      [3, 5],
    );
    writeFileSync(file, '- { role: registrar, people: [rut@exempel.se] }\n');
    assert.deepEqual(roles({ names: ['slack:T1/U1'], groups: [] }), []);
    assert.deepEqual(roles.namesOf(['slack:T1/U1']), ['slack:T1/U1']);
  });

  test('that is not there or is empty gives nobody a role', () => {
    assert.deepEqual(openRoles(join(temporaryFolder(), 'roles.yaml'), complain)(nobody), []);
    for (const yaml of ['', '# nobody yet\n', '[]'])
      assert.deepEqual(openRoles(write(yaml), complain)({ names: ['a@b.se'], groups: ['abc'] }), []);
  });

  test('that makes no sense is refused at the start, with the place', () => {
    for (const [yaml, wrong] of [
      ['- role: king\n  people: [a@b.se]\n', /roles\.yaml:1:9 0\.role/],
      ['- role: reviewer\n  unit: Skola\n', /roles\.yaml:1:\d+ .*unit/],
      ['- role: reviewer\n  units: []\n', /roles\.yaml:2:10 0\.units/],
      ['- role: reviewer\n  role: auditor\n', /roles\.yaml:2:3/],
      ['role: reviewer\n', /roles\.yaml:1:1/],
      ['- king\n', /roles\.yaml:1:3 0: /],
      ['- { person: [a@b.se] }\n', /roles\.yaml:1:13 0\.person: .*two or more/],
      ['- { person: [a@b.se, U0456] }\n', /roles\.yaml:1:22 0\.person\.1: no id: write/],
      ['- { person: [a@b.se, slack:U0456] }\n', /roles\.yaml:1:22 0\.person\.1: no id: write/],
      ['- { person: [a@b.se, A@b.se] }\n', /roles\.yaml:1:22 0\.person\.1: stands on line 1 already/],
      [
        '- { person: [a@b.se, slack:T1/U1] }\n- { role: auditor }\n- { person: [c@d.se, slack:t1/u1] }\n',
        /roles\.yaml:3:22 2\.person\.1: stands on line 1 already/,
      ],
      ['- { person: [a@b.se, c@d.se], role: auditor }\n', /roles\.yaml:1:\d+ .*role/],
      ['- role: [\n', /roles\.yaml:\d/],
    ] as const)
      assert.throws(
        () => openRoles(write(yaml), complain),
        (fault) => fault instanceof WrongRoles && wrong.test(fault.message),
        yaml,
      );
  });

  test('is read again when it changes; what then makes no sense is told of once and changes nothing', () => {
    const file = write('- role: auditor\n  people: [a@b.se]\n');
    const complaints: unknown[] = [];
    const roles = openRoles(file, (fault) => complaints.push(fault));
    const rolesOf = () => roles({ names: ['a@b.se'], groups: [] }).map(({ role }) => role);
    assert.deepEqual(rolesOf(), ['auditor']);
    // As an editor does that writes beside it and puts it in its place.
    writeFileSync(`${file}.new`, '- role: reviewer\n  people: [a@b.se]\n');
    renameSync(`${file}.new`, file);
    assert.deepEqual(rolesOf(), ['reviewer']);
    writeFileSync(file, '- role: king\n');
    assert.deepEqual(rolesOf(), ['reviewer']);
    assert.deepEqual(rolesOf(), ['reviewer']);
    assert.equal(complaints.length, 1);
    rmSync(file);
    assert.deepEqual(rolesOf(), []);
  });
});

describe('what a role allows', () => {
  const member = (...granted: Granted[]): Member => ({ id: 'm', name: 'M', granted, own: ['mine'], local: false });
  const everywhere = (role: Granted['role']) => member({ role, units: undefined });
  const school = { unit: 'Skola', person: 'theirs' };

  test('each role does its own work and no more', () => {
    const allowed = {
      staff: [],
      reviewer: ['read', 'review', 'export', 'statistics'],
      registrar: ['read', 'review', 'questions', 'answer', 'export', 'statistics'],
      archivist: ['read', 'questions', 'hold', 'export', 'statistics'],
      auditor: ['read', 'questions', 'export', 'statistics', 'access log'],
      administrator: ['people'],
    } as const;
    const acts = [
      ...(['read', 'review', 'questions', 'answer', 'hold', 'export', 'statistics', 'access log', 'people'] as const),
    ];
    for (const role of ['staff', 'reviewer', 'registrar', 'archivist', 'auditor', 'administrator'] as const)
      assert.deepEqual(
        acts.filter((act) => may(everywhere(role), act)),
        allowed[role],
        role,
      );
    assert.deepEqual(
      acts.filter((act) => may(member(), act)),
      [],
    );
  });

  test('a reviewer reaches their units, and no record without one; a registrar all', () => {
    const reviewer = member({ role: 'reviewer', units: ['Skola'] });
    assert.deepEqual(reach(reviewer, 'read'), ['Skola']);
    assert.ok(mayWith(reviewer, 'review', school));
    assert.ok(!mayWith(reviewer, 'review', { ...school, unit: 'Socialtjänsten' }));
    assert.ok(!mayWith(reviewer, 'read', { ...school, unit: null }));
    const registrar = member({ role: 'registrar', units: ['Skola'] });
    assert.equal(reach(registrar, 'read'), undefined);
    assert.ok(mayWith(registrar, 'answer', { unit: null, person: 'theirs' }));
    assert.deepEqual(reach(member(), 'read'), []);
  });

  test('nobody reviews or answers their own, in whatever role; reading it is theirs', () => {
    const both = member({ role: 'reviewer', units: undefined }, { role: 'registrar', units: undefined });
    const own = { unit: 'Skola', person: 'mine' };
    assert.ok(!mayWith(both, 'review', own));
    assert.ok(!mayWith(both, 'answer', own));
    assert.ok(mayWith(both, 'read', own));
  });

  test('an act is done in the role that allows it, with that record', () => {
    const both = member({ role: 'reviewer', units: ['Skola'] }, { role: 'registrar', units: undefined });
    assert.equal(officer(both, 'review').role, 'reviewer');
    assert.equal(officer(both, 'review', school).role, 'reviewer');
    assert.equal(officer(both, 'review', { unit: 'Socialtjänsten' }).role, 'registrar');
    assert.equal(officer(both, 'answer', school).role, 'registrar');
    assert.throws(() => officer(both, 'hold'), /not this person's to do/);
    const narrow = member({ role: 'reviewer', units: ['Skola'] });
    assert.throws(() => officer(narrow, 'review', { unit: 'Socialtjänsten' }), /not this person's to do/);
  });
});
