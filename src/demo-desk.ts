import type { OutboxRow } from './database/tables.ts';
import { atWork, type Clock, type Course, second } from './demo-days.ts';
import { openDice } from './demo-dice.ts';
import { type MadeUp, officers } from './demo-people.ts';
import { judge, noteOpening } from './demo-review.ts';
import { clarified, told } from './demo-words.ts';
import { tellConcerned } from './guidance/concerned.ts';
import { converse } from './guidance/conversation.ts';
import type { Guidance } from './guidance/guidance.ts';
import type { Content, ContentOf, Language } from './record/entry.ts';
import { readEntry, selectEntries } from './record/log.ts';
import { dayAfter, numberOf } from './record/number.ts';
import { newTelling, type Subject, type Telling } from './record/outbox.ts';
import { drawAmong } from './review/drawing.ts';

/**
 * Somebody asks at the first question of a flow, and the answer becomes a clarification, which somebody replaces a week
 * later and which then holds.
 */
export async function* makeClear(guidance: Guidance, clock: Clock, asker: MadeUp, today: string): Course {
  const { flows, log, newId, now } = guidance;
  const flow = flows.get('is-it-public');
  if (!flow) return;
  const dice = openDice(`clarification ${today}`);
  const add = async (...contents: Content[]) => {
    await log.append(session, await log.read(session), contents, now());
    await guidance.clarifications.refresh();
    await tellConcerned(guidance);
    await arrive(guidance);
  };
  yield atWork(dice, clock.now, 2);
  const { view } = await converse(guidance, asker.visitor, undefined, { verb: 'start', flow: flow.id });
  if (view.kind !== 'question') return;
  const asking = { verb: 'ask', node: view.node, words: clarified.question } as const;
  const asked = (await converse(guidance, asker.visitor, view, asking)).view;
  const session = 'session' in asked ? asked.session : '';
  if (asker.unit !== undefined) await add({ kind: 'unit', unit: asker.unit });
  yield atWork(dice, clock.now, 3);
  const [by, other] = officers(guidance).registrars;
  if (!by || !other) return;
  await noteOpening(guidance, session, by);
  const node = flow.nodes[view.node]!;
  const first: ContentOf<'clarify'> = {
    ...{ kind: 'clarify', id: newId(), flow: flow.id, node: view.node, state: 'in force' },
    ...{ words: clarified.first, cites: (node.cites ?? Object.keys(flow.sources)).slice(0, 1) },
    ...{ since: dayAfter(today, -120), by },
  };
  await add({ kind: 'reply', answers: true, words: clarified.answer, by }, first);
  yield atWork(dice, clock.now, 40);
  await noteOpening(guidance, session, other);
  const later = { ...first, id: newId(), words: clarified.second, replaces: first.id, by: other };
  await add({ ...first, state: 'replaced', why: clarified.why, by: other }, later);
}

/** Somebody draws a sample and looks through half of it. */
export async function* lookThroughHalf(guidance: Guidance, clock: Clock, today: string): Course {
  const { database, newId, now } = guidance;
  const dice = openDice(`sample ${today}`);
  yield atWork(dice, clock.now, 1);
  const by = officers(guidance).reviewers[0]!;
  const { id: who, name, role } = by;
  const member = { id: who, name, granted: [{ role, units: undefined }], own: [], local: false };
  const weights = { flows: {}, outcomes: {}, unsure: 3 };
  const asked = { from: dayAfter(today, -150), to: dayAfter(today, -14), size: 20, weights };
  const [id, at] = [newId(), now().toISOString()];
  const drawn = await drawAmong(database, member, asked, {
    ...{ id, at, who, first_day: asked.from, last_day: asked.to, units: null },
    ...{ weights: JSON.stringify(weights), seed: dice.whole(1, 1_000_000) },
  });
  if (drawn === 0) return;
  const noted = { id: newId(), at, who, name, role, what: 'sample', record: null, detail: id };
  await database.transact((tx) => tx.insertInto('access').values(noted).execute());
  const records = await database.query
    .selectFrom('sample_record')
    .innerJoin('record', 'record.id', 'sample_record.record')
    .select(['record.session', 'record.reviewed'])
    .where('sample', '=', id)
    .orderBy('place')
    .execute();
  for (const { session, reviewed } of records.slice(0, Math.ceil(records.length / 2))) {
    if (reviewed !== null) continue;
    yield clock.now + dice.whole(120, 600) * second;
    await judge(guidance, session, by, dice);
  }
}

/**
 * What some of those were told to whom somebody in office had something to say: most of it arrived, and some did not. None
 * of it waits, so that a program that runs on it sends nothing of it.
 */
export async function fillOutbox(guidance: Guidance): Promise<void> {
  const rows = await selectEntries(guidance.database.query)
    .innerJoin('record', 'record.session', 'entry.session')
    .select(['record.id', 'record.person', 'record.platform'])
    .where('record.platform', '<>', 'web')
    .where('entry.kind', 'in', ['reply', 'review'])
    .clearOrderBy()
    .orderBy('entry.time', 'desc')
    .orderBy('record.id')
    .limit(60)
    .execute();
  const tellings = rows.flatMap((row) => {
    const { session, time, content } = readEntry(row);
    const said = content && sayOf(content, numberOf(row.id));
    const now = new Date(Date.parse(time));
    return said ? newTelling({ hash: row.person, platform: row.platform }, { session, ...said, now }) : [];
  });
  const fates = ['sent', 'gone', 'uncertain', 'failed'] as const;
  for (const [i, row] of tellings.slice(0, 12).entries()) await end(guidance, row, fates[i] ?? 'sent');
}

function sayOf(content: Content, number: string): { kind: Subject; words: Telling } | undefined {
  const say = (sentence: Record<Language, (number: string) => string>, words: string): Telling => ({
    sv: [`DEMO: ${sentence.sv(number)}`, words],
    en: [`DEMO: ${sentence.en(number)}`, words],
  });
  if (content.kind === 'reply') return { kind: 'reply', words: say(told.reply, content.words) };
  if (content.kind !== 'review' || content.result === 'approved') return undefined;
  return { kind: content.result, words: say(told[content.result], content.why ?? '') };
}

/** Tells nobody what waits to be told: in the demo all of it has arrived. */
async function arrive(guidance: Guidance): Promise<void> {
  const rows = await guidance.database.query.selectFrom('outbox').selectAll().where('state', '=', 'waiting').execute();
  for (const row of rows) {
    const { sv, en } = JSON.parse(row.body) as Telling;
    const marked = ([first, ...more]: string[]) => [`DEMO: ${first}`, ...more];
    await end(guidance, { ...row, body: JSON.stringify({ sv: marked(sv), en: marked(en) }) }, 'sent');
  }
}

async function end({ database }: Guidance, row: OutboxRow, state: 'sent' | 'gone' | 'uncertain' | 'failed') {
  const because = {
    sent: null,
    gone: 'user_not_found',
    uncertain: 'the program ended while it was being told',
    failed: `${row.platform} is off`,
  }[state];
  const sent_at = state === 'sent' ? new Date(Date.parse(row.created_at) + 2 * second).toISOString() : null;
  const ended = { ...row, state, because, sent_at, due_at: null, attempts: state === 'failed' ? 7 : 1 };
  await database.transact(async (tx) => {
    await tx
      .insertInto('outbox')
      .values(ended)
      .onConflict((known) => known.column('id').doUpdateSet(ended))
      .execute();
    if (state === 'gone')
      await tx.updateTable('person').set({ unreachable: because }).where('hash', '=', row.recipient).execute();
  });
}
