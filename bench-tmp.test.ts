import { test } from 'node:test';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { databases, temporaryFolder } from './test/support/databases.ts';
import { secret } from './test/support/house.ts';
import { openDatabase } from './src/database/database.ts';
import { openGuidance } from './src/guidance/guidance.ts';
import { loadFlows } from './src/guidance/flows.ts';
import { deriveKeys } from './src/record/seal.ts';
import { fill } from './test/bench/fill.ts';
import { recognise } from './src/record/person.ts';
import { converse } from './src/guidance/conversation.ts';
import { memberOf, openOffice } from './test/review/office.ts';
const dbs = await databases();
const count = Number(process.env.COUNT ?? 100000);
for (const { name, fresh } of dbs.filter((d) => !process.env.ONLY || d.name === process.env.ONLY))
test(name, { timeout: 900000 }, async () => {
  const url = await fresh();
  const raw = await openDatabase(url);
  let t = performance.now();
  await fill(raw, deriveKeys(secret).ledger, count); await raw.close();
  console.log(name, 'filled', count, Math.round(performance.now()-t));
  const database = await openDatabase(url, { server: true });
  const guidance = await openGuidance(database, loadFlows('flows'), secret);
  const office = await openOffice(guidance);
  const rut = office.seat(memberOf('Rut', ['registrar']));
  let n = 0;
  const press = async () => { const person = recognise(guidance.keys.person, 'web', 'T', 'p' + n++); const s = performance.now(); await converse(guidance, { person, language: 'sv' }, undefined, { verb: 'start', flow: 'is-it-public', given: ['incoming','none'] }); return performance.now() - s; };
  for (let i = 0; i < 50; i++) await press();
  for (const format of ['none', 'csv', 'jsonl', 'xlsx']) {
    const h = monitorEventLoopDelay({ resolution: 1 }); 
    const times: number[] = [];
    h.enable();
    const begun = performance.now();
    let on = true;
    const chat = (async () => { while (on) { times.push(await press()); await new Promise(r => setTimeout(r, 20)); } })();
    let html = '';
    if (format === 'none') await new Promise(r => setTimeout(r, 4000));
    else {
      const sent = await rut.send('/review/exports', { format, query: '' });
      if (sent.status !== 303) throw new Error(sent.html);
      let shot = false;
      for (;;) { html = (await rut.get('/review/exports')).html; if (!shot && html.includes('<progress')) { console.log(/<progress.*/.exec(html)![0]); shot = true; } if (!html.includes('/stop"')) break; await new Promise(r => setTimeout(r, 100)); }
    }
    const took = performance.now() - begun; on = false; await chat; h.disable();
    times.sort((a, b) => a - b);
    const p = (q: number) => times[Math.min(times.length - 1, Math.floor(q * times.length))]!.toFixed(1);
    console.log(name, format, 'ms', Math.round(took), 'rows/s', Math.round(count / took * 1000), 'loop p99', (h.percentile(99) / 1e6).toFixed(1), 'max', (h.max / 1e6).toFixed(1), 'press p50', p(.5), 'p99', p(.99), 'max', times.at(-1)!.toFixed(1), 'of', times.length, 'rss', Math.round(process.memoryUsage().rss / 1e6));
    if (format !== 'none') { const path = /href="(\/review\/exports\/[\w-]+\/file)"/.exec(html)![1]!; const r = await fetch(office.address + path, { headers: { 'x-member': 'id%20of%20Rut' } }); const b = Buffer.from(await r.arrayBuffer()); console.log(b.length, r.headers.get('content-type')); writeFileSync(`/tmp/exp/list.${format}`, b); await rut.send(path.replace('/file', '/remove'), {}); }
  }
  await guidance.log.close(); await database.close();
});
