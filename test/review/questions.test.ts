import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { look } from '../../src/guidance/conversation.ts';
import { citedBy } from '../../src/guidance/flow.ts';
import type { Guidance } from '../../src/guidance/guidance.ts';
import { list } from '../../src/record/list.ts';
import { numberOf } from '../../src/record/number.ts';
import { recognise } from '../../src/record/person.ts';
import { verify } from '../../src/record/verify.ts';
import { openReviewInChat } from '../../src/review/inchat.ts';
import { performAtDesk, type QuestionDeed } from '../../src/review/questionacts.ts';
import { openRoles } from '../../src/review/roles.ts';
import { databases, temporaryFolder } from '../support/databases.ts';
import { Colleague, type House, openHouse } from '../support/house.ts';
import { memberOf, openOffice, type Seat } from './office.ts';

const script = '<script>document.title="taken"</script><img src=x onerror=alert(1)>"\'&';

/** Somebody in a chat. */
class ChatColleague extends Colleague {
  constructor(guidance: Guidance, platform: string, name: string) {
    super(guidance, name);
    this.visitor.person = recognise(guidance.keys.person, platform, 'T1', name);
  }
}

let people = 0;

/** Somebody has gone this way, and asks. @returns who, the record's number and its session. */
async function askedBy(
  { guidance }: House,
  {
    options = ['incoming'],
    words = '',
    platform = 'slack',
  }: { options?: string[]; words?: string; platform?: string } = {},
) {
  people += 1;
  const who = new ChatColleague(guidance, platform, `Kim ${people}`);
  await who.start();
  await who.answers(...options);
  const node = 'node' in who.view ? who.view.node : '';
  const view = await who.press({ verb: 'ask', node, words });
  const session = 'session' in view ? view.session : '';
  return { who, node, session, number: numberOf((await guidance.log.read(session))!.id) };
}

const numbersOn = (html: string) =>
  [...html.matchAll(/href="\/review\/questions\/(VGL-[\d-]+)"/g)].map((found) => found[1]!);

for (const { name, fresh } of await databases())
  describe(`the question desk, on ${name}`, { concurrency: 1 }, async () => {
    const house = await openHouse(await fresh());
    const { guidance, clock } = house;
    const { database, log } = guidance;
    const office = await openOffice(guidance);
    const rut = office.seat(memberOf('Rut', ['registrar']));
    const rolf = office.seat(memberOf('Rolf', ['registrar']));

    const last = async (session: string) => (await log.read(session))!.entries.length;
    const send = async (seat: Seat, { number, session }: { number: string; session: string }, fields: object) =>
      seat.send(`/review/questions/${number}`, { seq: String(await last(session)), ...fields });
    const stateOf = (session: string) =>
      database.query.selectFrom('question').selectAll().where('session', '=', session).executeTakeFirstOrThrow();
    const told = (session: string) =>
      database.query
        .selectFrom('outbox')
        .selectAll()
        .where('session', '=', session)
        .where('kind', '=', 'reply')
        .execute();

    test('only those who answer questions see them, and every opening is noted', async () => {
      const asked = await askedBy(house, { words: `Ring 070-123 45 67. ${script}` });
      const paths = ['/review/questions', `/review/questions/${asked.number}`, '/review/clarifications'];
      const reviewer = office.seat(memberOf('reviewer', ['reviewer']));
      for (const path of paths) assert.equal((await reviewer.get(path)).status, 403, path);
      // Who reads all reads these too, with nothing to press.
      for (const role of ['archivist', 'auditor'] as const)
        for (const path of paths) {
          const { status, html } = await office.seat(memberOf(role, [role])).get(path);
          assert.equal(status, 200, `${role} ${path}`);
          assert.match(html, /<nav class="console".*href="\/review\/questions".*href="\/review\/clarifications"/s);
          assert.doesNotMatch(/<main.*<\/main>/s.exec(html)![0], /<form|<button/);
        }
      for (const role of ['reviewer', 'archivist', 'auditor'] as const) {
        const seat = office.seat(memberOf(role, [role]));
        assert.equal((await send(seat, asked, { do: 'answer', words: 'Nej.' })).status, 403, role);
        assert.equal(
          (await seat.send(`/review/clarifications/${asked.session}`, { do: 'withdraw' })).status,
          403,
          role,
        );
      }
      for (const path of ['/review/questions', `/review/questions/${asked.number}`]) {
        const { status, html } = await rut.get(path);
        assert.equal(status, 200);
        assert.match(html, /Ring \[telefon\]\. &lt;script&gt;/);
        assert.doesNotMatch(html, /<script(?! src="\/assets\/page\.js" defer><)|<img|070-123/);
        assert.doesNotMatch(html, new RegExp(asked.who.visitor.person.hash));
      }
      const seen = await database.query.selectFrom('access').selectAll().execute();
      assert.deepEqual(
        seen.map(({ who, what, detail }) => `${who} ${what} ${detail}`).sort(),
        ['Rut', 'archivist', 'auditor'].flatMap((who) => [
          `id of ${who} listed ${asked.number}`,
          `id of ${who} opened ${asked.number}`,
        ]),
      );
      // Where there is nothing of others to read, there is nothing to keep.
      assert.equal((await rut.get('/review/questions?state=answered')).status, 200);
      assert.equal((await database.query.selectFrom('access').select('id').execute()).length, seen.length);
      // The same list in a chat, but not how many there are.
      const file = join(temporaryFolder(), 'roles.yaml');
      writeFileSync(file, "- { role: registrar, people: ['slack:T1/Rut'] }\n");
      const roles = openRoles(file, (fault) => assert.fail(String(fault)));
      const inChat = openReviewInChat(guidance, roles, undefined);
      const person = recognise(guidance.keys.person, 'slack', 'T1', 'Rut');
      const colleague = { person, name: 'Rut', groups: [], language: 'sv' as const };
      assert.equal(await inChat.waiting(colleague), 1);
      assert.equal((await inChat.questions(colleague)).length, 1);
      const inTheChat = await database.query.selectFrom('access').selectAll().where('who', '=', person.hash).execute();
      assert.deepEqual(
        inTheChat.map(({ what, detail }) => [what, detail]),
        [['listed', asked.number]],
      );
      assert.match((await rut.get(`/review/${asked.number}`)).html, /\/review\/questions\/VGL/);
      for (const number of ['VGL-2026-09999', 'VGL-1', 'VGL-%00'])
        assert.equal((await rut.get(`/review/questions/${number}`)).status, 404, number);
      assert.equal((await send(rut, asked, { do: 'answer', words: 'Nej.', token: '' })).status, 403);
      for (const wrong of [
        { do: 'dance' },
        { do: 'answer', seq: 'x' },
        {},
        { do: 'answer', words: 'x'.repeat(20_001) },
      ])
        assert.equal((await send(rut, asked, wrong)).status, 422);
      assert.equal((await stateOf(asked.session)).state, 'waiting');
    });

    test('one takes a question and the others see who; the second is told, and can take it over', async () => {
      const asked = await askedBy(house);
      const both = await Promise.all([send(rut, asked, { do: 'take' }), send(rolf, asked, { do: 'take' })]);
      assert.deepEqual(both.map(({ status }) => status).sort(), [303, 409]);
      const [first, second] = both[0]!.status === 303 ? [rut, rolf] : [rolf, rut];
      assert.match(both.find(({ status }) => status === 409)!.html, new RegExp(`${first.member.name} hann före`));
      assert.equal((await send(first, asked, { do: 'take' })).status, 303);
      const page = (await second.get(`/review/questions/${asked.number}`)).html;
      assert.match(page, new RegExp(`${first.member.name} har tagit frågan`));
      assert.match(
        (await first.get(`/review/questions/${asked.number}`)).html,
        /Lämna tillbaka.*Någon annan kan ta den/s,
      );
      assert.doesNotMatch(page, /name="do" value="answer"/);
      assert.match(
        (await second.get('/review/questions')).html,
        new RegExp(`data-label="Vem har tagit den">${first.member.name}`),
      );
      const refused = await send(second, asked, { do: 'answer', words: 'Mitt svar.' });
      assert.equal(refused.status, 409);
      assert.equal((await send(second, asked, { do: 'give back' })).status, 409);
      assert.equal((await send(second, asked, { do: 'take', from: 'someone else' })).status, 409);
      assert.equal((await send(second, asked, { do: 'take', from: first.member.id })).status, 303);
      assert.equal((await stateOf(asked.session)).taken_name, second.member.name);
      assert.equal((await send(second, asked, { do: 'give back' })).status, 303);
      assert.equal((await stateOf(asked.session)).taken_by, null);
      assert.equal((await log.read(asked.session))!.entries.filter(({ kind }) => kind === 'reply').length, 0);
    });

    test('an answer reaches the person in their chat with the number, and stands where they asked', async () => {
      const asked = await askedBy(house, { options: ['incoming', 'none', 'none'], words: 'Gäller det här också?' });
      const before = asked.who.pointer!;
      const page = (await rut.get(`/review/questions/${asked.number}`)).html;
      assert.match(page, /Tiden löper, också medan frågan väntar/);
      assert.match(page, /Vad är det du har framför dig/);
      const words = 'Ja, lämna ut den. Ring 850709-9805 om det strular.';
      const done = await send(rut, asked, { do: 'answer', words });
      assert.match(done.location!, /did=answered&told=yes&masked=yes$/);
      const answered = (await rut.get(`/review/questions/${asked.number}`)).html;
      assert.doesNotMatch(answered, /Tiden löper/);
      // What the place itself leans on comes first, and in each list a law's sections stand as the law has them.
      const [, form] = answered.split('<fieldset>');
      const lists = form!.split('<ul class="sources-offered">').slice(1);
      const own = citedBy(guidance.flows.get('is-it-public')!.nodes[asked.node]!);
      assert.deepEqual([...lists[0]!.matchAll(/value="([^"]+)"/g)].map(([, id]) => id).sort(), own.sort());
      const sections = /> (\d+) kap\. (\d+)[^<]*§ offentlighets- och sekretesslagen</g;
      for (const list of lists) {
        const places = [...list.matchAll(sections)].map(
          ([, chapter, section]) => Number(chapter) * 100 + Number(section),
        );
        assert.deepEqual(
          places,
          places.toSorted((one, other) => one - other),
        );
      }
      assert.match(form!, /> 18 kap\. 8 §.*> 18 kap\. 13 §/s);
      const clean = 'Ja, lämna ut den. Ring [personnummer] om det strular.';
      const { entries } = (await log.read(asked.session))!;
      assert.deepEqual(entries.at(-1)!.content, {
        ...{ kind: 'reply', answers: true, words: clean },
        by: { id: 'id of Rut', name: 'Rut', role: 'registrar' },
      });
      const [row, ...others] = await told(asked.session);
      assert.equal(others.length, 0);
      assert.deepEqual(
        [row!.recipient, row!.platform, row!.state],
        [asked.who.visitor.person.hash, 'slack', 'waiting'],
      );
      const said = JSON.parse(row!.body) as { sv: string[]; en: string[] };
      assert.match(
        said.sv[0]!,
        new RegExp(`^Rut \\(registrator\\) har svarat på din fråga i vägledningen ${asked.number} `),
      );
      assert.deepEqual([said.sv[1], said.en[1]], [clean, clean]);
      const { view } = await look(guidance, asked.who.visitor, asked.session);
      const asking = 'asking' in view ? view.asking : undefined;
      assert.deepEqual([asking?.state, asking?.lines.at(-1)?.words], ['answered', clean]);
      // What the registrar says makes nobody's page out of date.
      assert.equal((await asked.who.press({ verb: 'label', label: 'Bron' }, before)).notice, undefined);
      assert.match((await rut.get('/review/questions?state=answered')).html, /besvarad efter/);
    });

    test('of two who answer at once one has answered; what the other wrote is still theirs', async () => {
      const asked = await askedBy(house);
      const seq = await last(asked.session);
      const deed = (words: string): QuestionDeed => ({
        ...{ do: 'answer', seq, words, from: '', node: '', sv: '', en: '', cites: [], since: '' },
      });
      const members = Array.from({ length: 6 }, (_, i) => memberOf(`Expert ${i}`, ['registrar']));
      const done = await Promise.all(
        members.map((member) => performAtDesk(guidance, member, asked.session, deed(`Svar av ${member.name}`))),
      );
      assert.equal(done.filter(({ kind }) => kind === 'done').length, 1);
      assert.equal(done.filter(({ kind }) => kind === 'quicker').length, 5);
      assert.equal((await told(asked.session)).length, 1);
      const winner = members[done.findIndex(({ kind }) => kind === 'done')]!;
      // A second press of the same answer is the same answer.
      const again = await performAtDesk(guidance, winner, asked.session, deed(`Svar av ${winner.name}`));
      assert.deepEqual(again, { kind: 'done', did: 'answered', masked: false, told: false });
      assert.equal((await told(asked.session)).length, 1);
      const late = await rut.send(`/review/questions/${asked.number}`, {
        do: 'answer',
        seq: String(seq),
        words: 'Mitt svar',
      });
      assert.equal(late.status, 409);
      assert.match(late.html, new RegExp(`${winner.name} hann före`));
      assert.match(late.html, />Mitt svar<\/textarea>/);
    });

    test('what can’t be saved is said, and kept in the box', async () => {
      const asked = await askedBy(house);
      const wrong: [object, RegExp][] = [
        [{ do: 'answer', words: ' \u200b ' }, /Skriv något i rutan/],
        [{ do: 'ask back', words: '' }, /Skriv något i rutan/],
        [{ do: 'answer', words: `${'å'.repeat(2000)}ä` }, /längre än 2 000 tecken/],
        [{ do: 'clarify', sv: 'a', en: 'b', cites: 'tf-2-3', since: '2026-11-01' }, /Svara på frågan först/],
      ];
      for (const [fields, said] of wrong) {
        const { status, html } = await send(rut, asked, fields);
        assert.equal(status, 422);
        assert.match(html, said);
        if ('words' in fields && fields.words !== '') assert.ok(html.includes(String(fields.words).trim()));
      }
      const added = await last(asked.session);
      await asked.who.press({ verb: 'ask', node: asked.node, words: 'En sak till.' });
      const moved = await rut.send(`/review/questions/${asked.number}`, {
        do: 'answer',
        seq: String(added),
        words: 'Ja.',
      });
      assert.equal(moved.status, 409);
      assert.match(moved.html, /Något mer har sagts/);
      assert.equal((await send(rut, asked, { do: 'answer', words: 'å'.repeat(2000) })).status, 303);
    });

    test('nobody answers their own question, and nobody on the web is written to', async () => {
      const asked = await askedBy(house, { platform: 'web' });
      const self = office.seat(memberOf('Själv', ['registrar'], { own: [asked.who.visitor.person.hash] }));
      for (const what of ['take', 'answer', 'ask back', 'clarify']) {
        const { status, html } = await send(self, asked, { do: what, words: 'Mitt svar' });
        assert.equal(status, 403, what);
        assert.match(html, /din egen fråga/);
      }
      const page = (await self.get(`/review/questions/${asked.number}`)).html;
      assert.doesNotMatch(page, /name="do"/);
      const open = (await rut.get(`/review/questions/${asked.number}`)).html;
      assert.match(open, /Svaret syns när personen öppnar.*Motfrågan syns när personen öppnar/s);
      const done = await send(rut, asked, { do: 'answer', words: 'Ja.' });
      assert.match(done.location!, /did=answered$/);
      assert.equal((await told(asked.session)).length, 0);
    });

    test('a question back is answered in the guidance, and waits again with whoever had it', async () => {
      const asked = await askedBy(house);
      await send(rut, asked, { do: 'ask back', words: 'Vilket ärende?' });
      const first = await stateOf(asked.session);
      assert.deepEqual([first.state, first.taken_by], ['asked back', 'id of Rut']);
      assert.ok(
        JSON.parse((await told(asked.session))[0]!.body)
          .sv.at(-1)
          .startsWith('Öppna vägledningen'),
      );
      clock.now = new Date(clock.now.getTime() + 60_000);
      await asked.who.look();
      await asked.who.press({ verb: 'ask', node: asked.node, words: 'Det om bron.' });
      const second = await stateOf(asked.session);
      assert.deepEqual(
        [second.state, second.taken_by, second.asked_at],
        ['waiting', 'id of Rut', clock.now.toISOString()],
      );
      assert.match((await rut.get(`/review/questions/${asked.number}`)).html, /Vilket ärende\?[\s\S]*Det om bron\./);
      await send(rut, asked, { do: 'answer', words: 'Då så.' });
      assert.equal((await send(rut, asked, { do: 'ask back', words: 'Men?' })).status, 409);
      assert.match((await send(rut, asked, { do: 'answer', words: 'Och så här.' })).location!, /did=answered/);
      // A new question after the answer is nobody's yet.
      await asked.who.press({ verb: 'ask', node: asked.node, words: 'Men då?' });
      assert.equal((await stateOf(asked.session)).taken_by, null);
    });

    test('the queue has the one that has waited longest first, each question once, and says how many wait', async () => {
      for (let i = 0; i < 55; i += 1) {
        clock.now = new Date(clock.now.getTime() + 60_000);
        const asked = await askedBy(house);
        if (i % 3 === 0) await send(rut, asked, { do: 'answer', words: 'Ja.' });
      }
      const rows = await database.query
        .selectFrom('question')
        .innerJoin('record', 'record.session', 'question.session')
        .select(['record.id', 'question.state', 'question.asked_at'])
        .orderBy('question.asked_at')
        .orderBy('question.session')
        .execute();
      const inState = (state: string) => rows.filter((row) => row.state === state).map(({ id }) => numberOf(id));
      const waiting = inState('waiting');
      const wanted = [...waiting, ...inState('asked back'), ...inState('answered').reverse()];
      const walk = async (path: string | undefined) => {
        const met: string[] = [];
        while (path !== undefined) {
          const { status, html } = await rut.get(path.replaceAll('&amp;', '&'));
          assert.equal(status, 200);
          met.push(...numbersOn(html));
          path = /rel="next" href="([^"]+)"/.exec(html)?.[1];
        }
        return met;
      };
      assert.deepEqual(await walk('/review/questions'), wanted);
      assert.deepEqual(await walk('/review/questions?state=answered'), inState('answered').reverse());
      const { html } = await rut.get('/review/questions?state=waiting');
      assert.ok(html.includes(`${waiting.length} frågor väntar. Den äldsta har väntat `));
      for (const odd of ['state=weird', 'after=%00', 'after=waiting~x~y', 'state=waiting&state=answered'])
        assert.match((await rut.get(`/review/questions?${odd}`)).html, /gick inte att läsa/);
      rut.language = 'en';
      assert.ok((await rut.get('/review/questions')).html.includes('Nobody has taken any of them.'));
      rut.language = 'sv';
    });

    test('the log is whole, and the record’s own list says the same as the desk', async () => {
      assert.deepEqual((await verify(database, guidance.keys.ledger)).faults, []);
      const states = new Map(
        (await database.query.selectFrom('question').selectAll().execute()).map(({ session, state }) => [
          session,
          state,
        ]),
      );
      for await (const row of list(database)) assert.equal(row.asked ?? undefined, states.get(row.session));
    });
  });
