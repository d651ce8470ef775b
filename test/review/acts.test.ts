import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { converse } from '../../src/guidance/conversation.ts';
import type { Guidance, Visitor } from '../../src/guidance/guidance.ts';
import type { Content, Role } from '../../src/record/entry.ts';
import { recognise, remember } from '../../src/record/person.ts';
import { rebuild } from '../../src/record/rebuild.ts';
import { verify } from '../../src/record/verify.ts';
import { type Deed, perform } from '../../src/review/acts.ts';
import { databases } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';
import { memberOf } from './office.ts';

const care = 'Vård och omsorg';
const school = 'Skola och förskola';

for (const { name, fresh } of await databases())
  describe(`what reviewers do, on ${name}`, { concurrency: 1 }, async () => {
    const house = await openHouse(await fresh());
    const { guidance } = house;

    const noErrors = async () => assert.deepEqual((await verify(guidance.database, guidance.keys.ledger)).faults, []);

    test('each role may do what is its own, in its own units, and nothing else', async () => {
      const deeds = ['approve', 'correct', 'return', 'comment', 'hold', 'release'] as const;
      const may: [Role, string[] | undefined, Deed['do'][]][] = [
        ['staff', undefined, []],
        ['reviewer', undefined, ['approve', 'correct', 'return', 'comment']],
        ['reviewer', [care], ['approve', 'correct', 'return', 'comment']],
        ['reviewer', [school], []],
        ['registrar', [school], ['approve', 'correct', 'return', 'comment']],
        ['archivist', [school], ['comment', 'hold', 'release']],
        ['auditor', undefined, []],
        ['administrator', undefined, []],
      ];
      for (const [role, units, allowed] of may) {
        const session = await asked(guidance, { unit: care });
        for (const deed of deeds) {
          const member = memberOf(`${role} ${units}`, [role], units && { units });
          const done = await perform(guidance, member, session, await deedOf(guidance, session, deed));
          const expected = allowed.includes(deed) ? 'done' : 'refused forbidden';
          assert.equal(`${done.kind}${done.kind === 'refused' ? ` ${done.why}` : ''}`, expected, `${role} ${deed}`);
        }
      }
      await noErrors();
    });

    test('a record without a unit is for those whose role holds everywhere', async () => {
      const session = await asked(guidance);
      const near = memberOf('Nära', ['reviewer'], { units: [care] });
      const deed = await deedOf(guidance, session, 'approve');
      assert.deepEqual(await perform(guidance, near, session, deed), { kind: 'refused', why: 'forbidden' });
      assert.equal((await perform(guidance, memberOf('Alla', ['reviewer']), session, deed)).kind, 'done');
    });

    test('nobody reviews or comments on their own', async () => {
      const session = await asked(guidance);
      const { row } = await rowOf(guidance, session);
      const self = memberOf('Själv', ['reviewer', 'registrar', 'archivist'], { own: [row.person] });
      for (const deed of ['approve', 'correct', 'return', 'comment'] as const)
        assert.deepEqual(await perform(guidance, self, session, await deedOf(guidance, session, deed)), {
          kind: 'refused',
          why: 'own',
        });
      assert.equal((await rowOf(guidance, session)).row.reviewed, null);
    });

    test('of two reviewers at once one is written, and the other is told who was quicker', async () => {
      const session = await asked(guidance);
      const deed = await deedOf(guidance, session, 'approve');
      const other = await deedOf(guidance, session, 'correct');
      const [anna, bo] = [memberOf('Anna', ['reviewer']), memberOf('Bo', ['reviewer'])];
      const done = await Promise.all([perform(guidance, anna, session, deed), perform(guidance, bo, session, other)]);
      assert.deepEqual(done.map(({ kind }) => kind).sort(), ['done', 'quicker']);
      const second = done.find(({ kind }) => kind === 'quicker');
      assert.deepEqual(second, { kind: 'quicker', who: done[0]!.kind === 'done' ? 'Anna' : 'Bo' });
      const { contents } = await rowOf(guidance, session);
      assert.equal(contents.filter(({ kind }) => kind === 'review').length, 1);
      await noErrors();
    });

    test('a form that is sent twice is written once', async () => {
      const session = await asked(guidance, { platform: 'slack' });
      const anna = memberOf('Anna', ['reviewer', 'archivist']);
      for (const what of ['correct', 'hold', 'comment'] as const) {
        const deed = await deedOf(guidance, session, what);
        assert.equal((await perform(guidance, anna, session, deed)).kind, 'done');
        assert.equal((await perform(guidance, anna, session, deed)).kind, 'done');
      }
      const { contents } = await rowOf(guidance, session);
      assert.deepEqual(
        contents.slice(-3).map(({ kind }) => kind),
        ['review', 'hold', 'comment'],
      );
      assert.equal((await told(guidance, session)).length, 1);
    });

    test('what is done on an older state of the record is not written', async () => {
      const person = visitor(guidance, 'Kim', 'web');
      const session = await asked(guidance, { person });
      const deed = await deedOf(guidance, session, 'approve');
      const seq = (await rowOf(guidance, session)).row.last_seq;
      await converse(guidance, person, { session, seq }, { verb: 'back' });
      const anna = memberOf('Anna', ['reviewer']);
      assert.deepEqual(await perform(guidance, anna, session, deed), { kind: 'refused', why: 'moved' });
      const again = await deedOf(guidance, session, 'approve');
      assert.deepEqual(await perform(guidance, anna, session, again), { kind: 'refused', why: 'noOutcome' });
      assert.deepEqual(await perform(guidance, anna, session, { ...again, seq: again.seq + 5 }), {
        kind: 'refused',
        why: 'moved',
      });
    });

    test('opened again, the record is no longer reviewed', async () => {
      const person = visitor(guidance, 'Kim', 'web');
      const session = await asked(guidance, { person });
      const anna = memberOf('Anna', ['reviewer']);
      const seq = (await rowOf(guidance, session)).row.last_seq;
      await perform(guidance, anna, session, await deedOf(guidance, session, 'correct'));
      const { row } = await rowOf(guidance, session);
      assert.deepEqual([row.reviewed, row.should], ['corrected', 'ask-registrar']);
      // What a reviewer adds makes nobody's page out of date.
      await converse(guidance, person, { session, seq }, { verb: 'back' });
      const after = (await rowOf(guidance, session)).row;
      assert.deepEqual([after.status, after.reviewed, after.should], ['open', null, null]);
      await noErrors();
    });

    test('a correction is a code of that flow, another one than it has, and says why', async () => {
      const session = await asked(guidance);
      const anna = memberOf('Anna', ['reviewer']);
      const deed = await deedOf(guidance, session, 'correct');
      const wrong: [Partial<Deed>, string][] = [
        [{ should: '' }, 'noCode'],
        [{ should: 'close-account' }, 'noCode'],
        [{ should: "'; drop table entry; --" }, 'noCode'],
        [{ should: 'release' }, 'sameCode'],
        [{ words: ' \u200b ' }, 'noWords'],
        [{ words: 'å'.repeat(1001) }, 'tooLong'],
      ];
      for (const [part, why] of wrong)
        assert.deepEqual(await perform(guidance, anna, session, { ...deed, ...part }), { kind: 'refused', why });
      assert.equal((await perform(guidance, anna, session, { ...deed, words: 'å'.repeat(1000) })).kind, 'done');
    });

    test('personal details are taken out before anything is stored, in the log and in what is told', async () => {
      const session = await asked(guidance, { platform: 'slack' });
      const anna = memberOf('Anna', ['reviewer']);
      const words = 'Ring 070-123 45 67 om 850709-9805, eller kim@example.org. Se VGL-2026-00001.';
      const done = await perform(guidance, anna, session, { ...(await deedOf(guidance, session, 'return')), words });
      assert.deepEqual(done, { kind: 'done', did: 'returned', masked: true, told: true });
      const clean = 'Ring [telefon] om [personnummer], eller [e-post]. Se VGL-2026-00001.';
      const { contents } = await rowOf(guidance, session);
      assert.deepEqual(contents.at(-1), {
        kind: 'review',
        result: 'returned',
        of: contents.findIndex(({ kind }) => kind === 'outcome') + 1,
        why: clean,
        by: { id: anna.id, name: 'Anna', role: 'reviewer' },
      });
      const [row] = await told(guidance, session);
      assert.ok(row!.body.includes(clean));
      assert.doesNotMatch(row!.body, /850709|070-123|kim@/);
    });

    test('the person is told of what was corrected or asked, just when it is written, and only where they can be', async () => {
      const anna = memberOf('Anna', ['reviewer']);
      for (const platform of ['slack', 'teams', 'web'] as const)
        for (const deed of ['approve', 'correct', 'return', 'comment'] as const) {
          const session = await asked(guidance, { platform });
          await perform(guidance, anna, session, await deedOf(guidance, session, deed));
          const rows = await told(guidance, session);
          const reached = platform !== 'web' && (deed === 'correct' || deed === 'return');
          assert.equal(rows.length, reached ? 1 : 0, `${platform} ${deed}`);
          if (!reached) continue;
          const { row } = await rowOf(guidance, session);
          assert.deepEqual(
            [rows[0]!.recipient, rows[0]!.platform, rows[0]!.kind, rows[0]!.state],
            [row.person, platform, deed === 'correct' ? 'corrected' : 'returned', 'waiting'],
          );
          const said = JSON.parse(rows[0]!.body) as { sv: string[]; en: string[] };
          assert.match(said.sv[0]!, /^Anna \(granskare\) har granskat din vägledning VGL-2026-\d{5} \(Är det/);
          assert.match(said.sv[0]!, /22 november 2026/);
          assert.match(said.en[0]!, /^Anna \(reviewer\) reviewed your guidance VGL-2026-\d{5}/);
          assert.match(said.sv.join(' '), /Resultatet var: Lämna ut handlingen\..* Så här tänker vi/);
        }
    });

    test('what was asked is answered once, the reviewer is told, and it is to be reviewed again', async () => {
      const [kim, rut] = [visitor(guidance, 'Kim', 'slack'), visitor(guidance, 'Rut', 'slack')];
      await remember(guidance.database, rut.person, 'sv');
      const anna = memberOf('Anna', ['reviewer'], { own: [rut.person.hash] });
      const session = await asked(guidance, { person: kim });
      const pointer = { session, seq: (await rowOf(guidance, session)).row.last_seq };
      const answer = (who: Visitor, words: string) => converse(guidance, who, pointer, { verb: 'respond', words });
      assert.equal((await answer(kim, 'Ingen har frågat.')).notice, 'stale');
      await perform(guidance, anna, session, await deedOf(guidance, session, 'return'));
      assert.match(
        (await told(guidance, session))[0]!.body,
        /svara granskaren direkt under frågan.*answer the reviewer/,
      );
      const before = await deedOf(guidance, session, 'approve');

      assert.equal((await answer(rut, 'Det är mitt.')).view.kind, 'refused');
      assert.equal((await answer(kim, ' \u200b ')).notice, 'respondNeedsWords');
      assert.equal((await answer(kim, 'å'.repeat(1001))).notice, 'respondTooLong');
      assert.equal((await rowOf(guidance, session)).row.reviewed, 'returned');
      const twice = await Promise.all([answer(kim, 'Ring 070-123 45 67.'), answer(kim, 'Ring 070-123 45 67.')]);
      assert.deepEqual(
        twice.map(({ notice }) => notice),
        ['respondCleaned', 'respondCleaned'],
      );
      assert.equal((await answer(kim, 'Något annat.')).notice, 'stale');
      const { row, contents } = await rowOf(guidance, session);
      const of = contents.findIndex(({ kind }) => kind === 'review') + 1;
      assert.deepEqual(contents.slice(of), [{ kind: 'comment', words: 'Ring [telefon].', of }]);
      assert.equal(row.reviewed, null);
      const [, ...news] = await told(guidance, session);
      assert.deepEqual(
        news.map(({ kind, recipient, platform }) => [kind, recipient, platform]),
        [['responded', rut.person.hash, 'slack']],
      );
      assert.match(news[0]!.body, /har svarat.*\/review\/VGL-2026-\d{5}/);
      assert.doesNotMatch(news[0]!.body, /Ring/, 'what was written is read where it is asked who may');

      assert.deepEqual(await perform(guidance, anna, session, before), { kind: 'refused', why: 'moved' });
      await perform(guidance, anna, session, await deedOf(guidance, session, 'return'));
      assert.equal(
        (await answer(kim, 'Ring 070-123 45 67.')).notice,
        'respondCleaned',
        'a page of before answers nothing',
      );
      assert.equal((await rowOf(guidance, session)).row.reviewed, 'returned');
      await noErrors();
    });

    test('who was told that it was wrong is told when that is taken back', async () => {
      const session = await asked(guidance, { platform: 'slack' });
      for (const [name, deed] of [
        ['Anna', 'correct'],
        ['Bo', 'approve'],
        ['Cia', 'approve'],
      ] as const)
        await perform(guidance, memberOf(name, ['reviewer']), session, await deedOf(guidance, session, deed));
      const rows = (await told(guidance, session)).toSorted((one, other) => (one.kind < other.kind ? -1 : 1));
      assert.deepEqual(
        rows.map(({ kind }) => kind),
        ['approved', 'corrected'],
      );
      assert.match(rows[0]!.body, /^{"sv":\["Bo .*Det är rätt\. Det som sades tidigare gäller inte längre\./);
    });

    test('what is told and what is written are never there without each other', async () => {
      const session = await asked(guidance, { platform: 'slack' });
      const deed = await deedOf(guidance, session, 'correct');
      const many = Array.from({ length: 8 }, (_, i) => memberOf(`Granskare ${i}`, ['reviewer']));
      const done = await Promise.all(many.map((member) => perform(guidance, member, session, deed)));
      assert.equal(done.filter(({ kind }) => kind === 'done').length, 1);
      assert.equal((await told(guidance, session)).length, 1);
      const { contents } = await rowOf(guidance, session);
      assert.equal(contents.filter(({ kind }) => kind === 'review').length, 1);
    });

    test('a hold is set once and let go once, each with its reason', async () => {
      const session = await asked(guidance);
      const arkiv = memberOf('Arkiv', ['archivist']);
      const act = async (what: Deed['do']) => perform(guidance, arkiv, session, await deedOf(guidance, session, what));
      assert.deepEqual(await act('release'), { kind: 'refused', why: 'same' });
      assert.equal((await act('hold')).kind, 'done');
      assert.equal((await rowOf(guidance, session)).row.held, 1);
      assert.deepEqual(await act('hold'), { kind: 'refused', why: 'same' });
      assert.equal((await act('release')).kind, 'done');
      assert.equal((await rowOf(guidance, session)).row.held, 0);
    });

    test('the log stays whole, and the list can be made anew from it', async () => {
      await noErrors();
      const all = () => guidance.database.query.selectFrom('record').selectAll().orderBy('id').execute();
      const before = await all();
      await rebuild(guidance.database);
      assert.deepEqual(await all(), before);
    });
  });

function visitor({ keys }: Guidance, name: string, platform: string): Visitor {
  return { person: recognise(keys.person, platform, 'T1', `${name} ${people++}`), language: 'sv' };
}

let people = 0;

/** Somebody has asked and been told to release it. @returns the session. */
async function asked(
  guidance: Guidance,
  { unit, platform = 'web', person }: { unit?: string; platform?: string; person?: Visitor } = {},
): Promise<string> {
  const who = person ?? visitor(guidance, 'Kim', platform);
  const options = ['incoming', 'none', 'none'];
  const { view } = await converse(guidance, who, undefined, { verb: 'start', flow: 'is-it-public', given: options });
  const session = 'session' in view ? view.session : '';
  const more: Content[] = unit === undefined ? [] : [{ kind: 'unit', unit }];
  if (more.length > 0) await guidance.log.append(session, await guidance.log.read(session), more, guidance.now());
  return session;
}

async function rowOf({ database, log }: Guidance, session: string) {
  const row = await database.query
    .selectFrom('record')
    .selectAll()
    .where('session', '=', session)
    .executeTakeFirstOrThrow();
  const contents = (await log.read(session))!.entries.map(({ content }) => content!);
  return { row, contents };
}

/** A deed as the page of this moment would send it. */
async function deedOf(guidance: Guidance, session: string, what: Deed['do']): Promise<Deed> {
  const { row } = await rowOf(guidance, session);
  return { do: what, seq: row.last_seq, words: 'Så här tänker vi.', should: what === 'correct' ? 'ask-registrar' : '' };
}

function told({ database }: Guidance, session: string) {
  return database.query.selectFrom('outbox').selectAll().where('session', '=', session).execute();
}
