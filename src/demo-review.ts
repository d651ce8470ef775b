import type { Dice } from './demo-dice.ts';
import { comments, reasons } from './demo-words.ts';
import type { Guidance } from './guidance/guidance.ts';
import type { Officer } from './record/entry.ts';
import { numberOf } from './record/number.ts';

/** A made-up reviewer opens a record and says what they think of its outcome; where it has none, they say nothing. */
export async function judge(guidance: Guidance, session: string, by: Officer, dice: Dice): Promise<void> {
  const { flows, log, now } = guidance;
  await noteOpening(guidance, session, by);
  const record = await log.read(session);
  const begun = record?.entries[0]?.content;
  const reached = record?.entries.findLast(({ kind }) => kind === 'outcome');
  const flow = begun?.kind === 'start' ? flows.get(begun.flow) : undefined;
  if (!flow || reached?.content?.kind !== 'outcome') return;
  const { code } = reached.content;
  const said = dice.weigh(['approved', 'corrected', 'returned'] as const, (one) => shares[one]);
  const codes = [...new Set(Object.values(flow.nodes).flatMap((node) => ('outcome' in node ? node.outcome : [])))];
  const should = said === 'corrected' ? { should: dice.pick(codes.filter((one) => one !== code)) } : {};
  const why = said === 'approved' ? {} : { why: `DEMO: ${dice.pick(reasons[said])}` };
  const written = await log.append(
    session,
    record,
    [{ kind: 'review', of: reached.seq, result: said, ...should, ...why, by }],
    now(),
  );
  if (dice.chance(0.12))
    await log.append(session, written, [{ kind: 'comment', words: `DEMO: ${dice.pick(comments)}`, by }], now());
}

const shares = { approved: 0.8, corrected: 0.13, returned: 0.07 };

/** Opening somebody else's record leaves its own trace, in a demo as anywhere. */
export async function noteOpening(guidance: Guidance, session: string, { id, name, role }: Officer): Promise<void> {
  const record = await guidance.log.read(session);
  if (!record) return;
  const row = {
    ...{ id: guidance.newId(), at: guidance.now().toISOString(), who: id, name, role },
    ...{ what: 'opened', record: record.id, detail: numberOf(record.id) },
  };
  await guidance.database.transact((tx) => tx.insertInto('access').values(row).execute());
}
