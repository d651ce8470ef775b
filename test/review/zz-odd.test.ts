import { test, after } from 'node:test';
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { temporaryFolder } from '/work/main/test/support/databases.ts';
import { openHouse, Colleague } from '/work/main/test/support/house.ts';
import { memberOf, openOffice } from '/work/main/test/review/office.ts';
import { recognise } from '/work/main/src/record/person.ts';
import { numberOf } from '/work/main/src/record/number.ts';
import { loadFlows } from '/work/main/src/guidance/flows.ts';
import { verify } from '/work/main/src/record/verify.ts';
import { raiseQuestions } from '/work/main/src/guidance/desk.ts';
import { tellConcerned } from '/work/main/src/guidance/concerned.ts';
import { openReviewInChat } from '/work/main/src/review/inchat.ts';
const url = `sqlite:${join(temporaryFolder(), 'log.db')}`;
let n = 0;
async function asker(guidance: any, options = ['incoming']) {
  n++; const who = new Colleague(guidance, `K${n}`);
  who.visitor.person = recognise(guidance.keys.person, 'slack', 'T1', `K${n}`);
  await who.start(); await who.answers(...options); return who;
}
const show = (v: any) => JSON.stringify({ kind: v.kind, node: v.node, notice: v.notice, why: v.why, asked: v.asked, status: v.status })?.slice(0, 300);
test('odd', async () => {
  const house = await openHouse(url); const { guidance, clock } = house; const { log, database } = guidance;
  const add = async (s: string, ...c: any[]) => log.append(s, await log.read(s), c, guidance.now());
  // closed, lapsed, disposed
  for (const end of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }, { kind: 'dispose', basis: 'x' }] as any[]) {
    const who = await asker(guidance); const v: any = who.view; const pointer = { session: v.session, seq: v.seq };
    await add(v.session, end);
    const a: any = await who.press({ verb: 'ask', node: v.node, words: 'Hur?' }, pointer);
    console.log(end.kind, 'ask with old card:', show(a));
    const b: any = await who.press({ verb: 'ask', node: v.node, words: 'Hur?' }, pointer);
    console.log(end.kind, 'again:', show(b));
    const c: any = await who.press({ verb: 'ask', node: v.node, words: 'Något helt annat?' }, pointer);
    console.log(end.kind, 'other words:', show(c));
    console.log((await database.query.selectFrom('record').select(['status', 'asked']).where('person', '=', who.visitor.person.hash).execute()));
  }
  // replies to records whose session has ended
  const office = await openOffice(guidance); const rut = office.seat(memberOf('Rut', ['registrar']));
  for (const end of [{ kind: 'close' }, { kind: 'lapse', because: 'idle' }, { kind: 'dispose', basis: 'x' }] as any[]) {
    const who = await asker(guidance); const v: any = who.view; await who.press({ verb: 'ask', node: v.node, words: 'Hur?' });
    await add(v.session, end); const rec = (await log.read(v.session))!; const number = numberOf(rec.id);
    const page = await rut.get(`/review/questions/${number}`);
    const r = await rut.send(`/review/questions/${number}`, { do: 'answer', seq: String(rec.entries.length), words: 'Svar', clarify: 'yes', sv: 'a', en: 'b', cites: 'tf-2-3', since: '2026-11-01' });
    const back = await asker(guidance); 
    console.log(end.kind, page.status, r.status, r.location, /role="alert">([^<]*)/.exec(r.html)?.[1]);
    console.log('  sees', show(await who.look(v.session)));
  }
  // today's flow lacks the node; the version is readable
  const who = await asker(guidance); const v: any = who.view; await who.press({ verb: 'ask', node: v.node, words: 'Hur?' });
  const unreadable = await asker(guidance); const u: any = unreadable.view; await unreadable.press({ verb: 'ask', node: u.node, words: 'Hur?' });
  const flows = loadFlows('flows'); const flow: any = flows.flows.get('is-it-public');
  const { [v.node]: gone, ...nodes } = flow.nodes;
  (flows.flows as Map<string, any>).set('is-it-public', { ...flow, nodes, version: 'f'.repeat(64) });
  const later = await openHouse(url, flows); later.clock.now = new Date('2026-11-25T10:00:00Z');
  const off2 = await openOffice(later.guidance); const rolf = off2.seat(memberOf('Rolf', ['registrar']));
  const tryIt = async (guidance: any, seat: any, session: string, label: string) => {
    const rec = (await guidance.log.read(session))!; const number = numberOf(rec.id);
    const page = await seat.get(`/review/questions/${number}`); const sheet = await seat.get(`/review/${number}`); const list = await seat.get('/review/questions'); const pdf = await seat.get(`/review/${number}.pdf`);
    const withC = await seat.send(`/review/questions/${number}`, { do: 'answer', seq: String(rec.entries.length), words: 'Svar', clarify: 'yes', sv: 'a', en: 'b', cites: 'tf-2-3', since: '2026-11-01' });
    const plain = await seat.send(`/review/questions/${number}`, { do: 'answer', seq: String(rec.entries.length), words: 'Svar' });
    const after = await seat.get(`/review/questions/${number}`);
    console.log(label, page.status, sheet.status, list.status, pdf.status, withC.status, /role="alert">([^<]*)/.exec(withC.html)?.[1], plain.status, after.status);
  };
  console.log('raised', await raiseQuestions(later.guidance, () => []), 'told', await tellConcerned(later.guidance));
  await tryIt(later.guidance, rolf, v.session, 'node gone');
  // flow taken out
  const fewer = loadFlows('flows'); (fewer.flows as Map<string, any>).delete('is-it-public');
  const third = await openHouse(url, fewer); const off3 = await openOffice(third.guidance); const eva = off3.seat(memberOf('Eva', ['registrar']));
  third.clock.now = new Date('2026-11-26T10:00:00Z');
  console.log('raised', await raiseQuestions(third.guidance, () => []), 'told', await tellConcerned(third.guidance));
  await tryIt(third.guidance, eva, u.session, 'flow gone');
  for (const path of ['/review', '/review/clarifications', '/review/statistics', '/review/mine', '/review/outbox', '/review/samples']) console.log(path, (await eva.get(path)).status);
  const w: any = new Colleague(third.guidance, 'x'); w.visitor = who.visitor; console.log('asker sees', show(await w.look(v.session)));
  console.log('asks again', show(await w.press({ verb: 'ask', node: v.node, words: 'Igen?' }, { session: v.session, seq: 3 })));
  const inForce = await database.query.selectFrom('clarification').selectAll().where('state','=','in force').execute();
  for (const c of inForce) { const p = await eva.get(`/review/clarifications/${c.id}`); const r = await eva.send(`/review/clarifications/${c.id}`, { do: 'replace', why: 'x', sv: 'a', en: 'b', cites: 'tf-2-3', since: '2026-11-01' }); const wd = await eva.send(`/review/clarifications/${c.id}`, { do: 'withdraw', why: 'x' }); console.log('clar', p.status, r.status, /role="alert">([^<]*)/.exec(r.html)?.[1], wd.status, /role="alert">([^<]*)/.exec(wd.html)?.[1]); }
  console.log((await verify(database, guidance.keys.ledger)).faults);
  // locked for 3.4 s while replying, and for 1 s
  for (const ms of [1000, 4000]) {
    const k = await asker(guidance); const kv: any = k.view; await k.press({ verb: 'ask', node: kv.node, words: 'Hur?' });
    const rec = (await log.read(kv.session))!; const number = numberOf(rec.id);
    const { Worker } = await import('node:worker_threads');
    const w = new Worker(`const {DatabaseSync}=require('node:sqlite'); const d=new DatabaseSync(${JSON.stringify(url.slice(7))}); d.exec('BEGIN IMMEDIATE'); require('worker_threads').parentPort.postMessage(1); setTimeout(()=>{d.exec('COMMIT'); d.close();}, ${ms})`, { eval: true });
    await new Promise((r) => w.once('message', r));
    const s = performance.now();
    const r = await rut.send(`/review/questions/${number}`, { do: 'answer', seq: String(rec.entries.length), words: 'Svar' });
    console.log('locked', ms, r.status, Math.round(performance.now() - s), (await log.read(kv.session))!.entries.length - rec.entries.length);
    await new Promise((r) => w.once('exit', r));
    const q = await database.query.selectFrom('question').selectAll().where('session', '=', kv.session).executeTakeFirst(); console.log(q?.state, q?.taken_name);
    const r2 = await rut.send(`/review/questions/${number}`, { do: 'answer', seq: String(rec.entries.length), words: 'Svar' });
    console.log('again', r2.status, (await log.read(kv.session))!.entries.length - rec.entries.length, (await database.query.selectFrom('outbox').select('id').where('session', '=', kv.session).execute()).length);
  }
});
