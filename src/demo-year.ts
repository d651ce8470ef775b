import { sql } from 'kysely';
import type { Database } from './database/database.ts';
import { settleStorage } from './database/storage.ts';
import { atWork, type Clock, type Course, day, hour, second, startsIn } from './demo-days.ts';
import { fillOutbox, lookThroughHalf, makeClear } from './demo-desk.ts';
import { type Dice, numberIn, openDice } from './demo-dice.ts';
import { hashesOf, type MadeUp, madeUp, officers } from './demo-people.ts';
import { judge, noteOpening } from './demo-review.ts';
import { answers, labels, questions, questionsBack, secondTries } from './demo-words.ts';
import { type Act, converse, look } from './guidance/conversation.ts';
import { type Flow, type OutcomeCode, offered } from './guidance/flow.ts';
import type { Flows } from './guidance/flows.ts';
import { type Guidance, openGuidance } from './guidance/guidance.ts';
import { lapseIdle } from './guidance/lapse.ts';
import { inOrder, waysOn } from './guidance/paths.ts';
import type { ChecklistView, OutcomeView, QuestionView, View } from './guidance/view.ts';
import type { Content } from './record/entry.ts';
import { dayAfter, momentOf } from './record/number.ts';

/**
 * A year of guidance that never was, for newcomers to look at: made-up colleagues press their way through the real
 * flows, and made-up reviewers and registrars say what they think. The same day and count make the same records. All
 * free text begins with DEMO, all names say that they are made up, and nobody in it could be anybody.
 * @param today the first day that is no part of it, in Sweden: 2026-11-22.
 * @param count how many sessions are begun by themselves; some lead on to another one.
 */
export async function makeYear(database: Database, flows: Flows, secret: string, today: string, count = 600) {
  if (database.kind === 'sqlite') await sql`pragma synchronous = off`.execute(database.query);
  // Nobody waits for a demo that a power cut has taken: it is made anew.
  const quick: Database = { ...database, apart: undefined, jot: database.transact };
  const clock = { now: momentOf(dayAfter(today, -days), 0) };
  const guidance = await openGuidance(quick, flows, secret, () => new Date(clock.now));
  const people = madeUp(guidance);
  const end = momentOf(today, 0);
  const courses = planned(flows, today, count).map((plan) => ({
    at: plan.at,
    course: work({ guidance, clock, plan, end }, people),
  }));
  const others = [
    { at: clock.now, course: lapseEveryNight(guidance, clock) },
    { at: momentOf(dayAfter(today, -60), 0), course: makeClear(guidance, clock, people[6]!, today) },
    { at: momentOf(dayAfter(today, -12), 0), course: lookThroughHalf(guidance, clock, today) },
  ];
  await play(clock, [...courses, ...others], end);
  await fillOutbox(guidance);
  await settleStorage(quick);
  await guidance.log.close();
  if (database.kind === 'sqlite') await sql`pragma synchronous = full`.execute(database.query);
}

/**
 * Whose records a database holds: none, or a demo's (with what newcomers have pressed in the web chat of it), or
 * somebody's whom no demo has made up.
 */
export async function whose({ query }: Database, secret: string): Promise<'nobody' | 'demo' | 'somebody'> {
  const known = new Set(hashesOf(secret));
  const [first] = await query.selectFrom('record').select('person').orderBy('id').limit(1).execute();
  if (!first) return 'nobody';
  if (!known.has(first.person)) return 'somebody';
  const others = await query
    .selectFrom('record')
    .select('person')
    .distinct()
    .where('platform', '!=', 'web')
    .where('person', 'not in', [...known])
    .execute();
  return others.length > 0 ? 'somebody' : 'demo';
}

const days = 365;

/** Goes from moment to moment in the order of time, whoever's it is, so that the log is written as if it had been lived. */
async function play(clock: Clock, courses: { at: number; course: Course }[], end: number): Promise<void> {
  const waiting = courses.toSorted((one, other) => one.at - other.at);
  for (let next = waiting.shift(); next && next.at < end; next = waiting.shift()) {
    clock.now = next.at;
    const { value, done } = await next.course.next();
    if (done) continue;
    const at = Math.max(value, clock.now);
    const before = waiting.findIndex((other) => other.at > at);
    waiting.splice(before < 0 ? waiting.length : before, 0, { at, course: next.course });
  }
}

async function* lapseEveryNight(guidance: Guidance, clock: Clock): Course {
  for (;;) {
    await lapseIdle(guidance, { days: 14, checklistDays: 180 });
    yield clock.now + day;
  }
}

/** How somebody goes about it. */
type Style = 'plain' | 'back' | 'change' | 'left' | 'closed' | 'unsure' | 'registrar' | 'then';

/** What is to become of a question to the registrar; chance says it where nothing is said. */
type Fate = 'waiting' | 'answered' | 'asked back' | 'not asked' | undefined;

interface Plan {
  at: number;
  flow: Flow;
  style: Style;
  fate: Fate;
  /** The place among all plans. */
  index: number;
  dice: Dice;
}

/** As a team's work falls: in twenty sessions all of these ways. */
const deck: Style[] = [
  ...Array<Style>(9).fill('plain'),
  ...Array<Style>(2).fill('back'),
  ...Array<Style>(2).fill('change'),
  ...Array<Style>(3).fill('unsure'),
  'left',
  'closed',
  'registrar',
  'then',
];

/** Who begins what, when and how; each flow at least once, and in the last week some that only the registrar can answer. */
function planned({ flows }: Flows, today: string, count: number): Plan[] {
  const dice = openDice(`isitpublic demo ${today}`);
  const all = [...flows.values()];
  const recent = Math.min(6, count);
  const older = count - recent;
  // What stands first on the start view is begun most.
  const begun = Array.from({ length: Math.max(older - all.length, 0) }, () =>
    dice.weigh(all, (_, i) => 1 + 14 / (1 + i)),
  );
  const chosen = dice.shuffle([...dice.shuffle(all).slice(0, older), ...begun]);
  const styles = Array.from({ length: Math.ceil(older / deck.length) }, () => dice.shuffle(deck)).flat();
  const moments = startsIn(dice, today, days, older);
  const plans = chosen.map((flow, i) => ({ flow, style: styles[i]!, at: moments[i]!, fate: undefined as Fate }));
  const asked = all.filter((flow) => Object.values(flow.nodes).some(leadsToRegistrar));
  const fates: Fate[] = ['waiting', 'not asked', 'answered', 'waiting', 'asked back', 'not asked'];
  const week = startsIn(dice, today, 7, recent);
  if (asked.length > 0)
    plans.push(
      ...week.map((at, i) => ({ flow: asked[i % asked.length]!, style: 'registrar' as const, at, fate: fates[i] })),
    );
  return plans
    .toSorted((one, other) => one.at - other.at)
    .map((plan, index) => ({ ...plan, index, dice: openDice(`${today} ${index}`) }));
}

const leadsToRegistrar = (node: Flow['nodes'][string]) => 'outcome' in node && node.outcome === 'ask-registrar';

/** What a course is lived in. */
interface Life {
  guidance: Guidance;
  clock: Clock;
  plan: Plan;
  end: number;
}

/** One colleague at one session: sees one view at a time, and presses what is in it. */
class Clerk {
  readonly life: Life;
  readonly who: MadeUp;
  view: View | undefined;
  #session: string | undefined;

  constructor(life: Life, who: MadeUp) {
    this.life = life;
    this.who = who;
  }

  /** The session that they are in, or were in last. */
  get session(): string {
    if (this.#session === undefined) throw new Error('The demo has lost its way.');
    return this.#session;
  }

  async press(act: Act): Promise<void> {
    const pointer = this.view && 'session' in this.view ? this.view : undefined;
    const { view } = await converse(this.life.guidance, this.who.visitor, pointer, act);
    this.view = view;
    if ('session' in view) this.#session = view.session;
  }

  /** What is no press of guidance, written as those who answer for it do. */
  async add(...contents: Content[]): Promise<void> {
    const { log, now } = this.life.guidance;
    await log.append(this.session, await log.read(this.session), contents, now());
    await this.look();
  }

  /** The session as it is by now. */
  async look(): Promise<void> {
    const { view } = await look(this.life.guidance, this.who.visitor, this.session);
    this.view = view;
    if ('session' in view) this.#session = view.session;
  }
}

/** One session, with what comes of it. */
async function* work(life: Life, people: MadeUp[]): Course {
  const { dice, flow, style } = life.plan;
  // Some ask often and most do seldom.
  const who = people[Math.floor(people.length * dice.next() ** 1.3)]!;
  const clerk = new Clerk(life, who);
  await clerk.press({ verb: 'start', flow: flow.id });
  yield* walk(clerk, flow, style);
  if (clerk.view?.kind !== 'outcome') return yield* answerQuestion(clerk);
  if (style === 'change') yield* changeMind(clerk, flow);
  yield* afterOutcome(clerk, flow);
  const next = clerk.view?.kind === 'outcome' ? clerk.view.offers[0] : undefined;
  const onwards = next && life.guidance.flows.get(next.id);
  if (onwards && (style === 'then' || dice.chance(0.06))) {
    const led = new Clerk(life, who);
    led.view = clerk.view;
    yield life.clock.now + dice.whole(8, 60) * second;
    await led.press({ verb: 'then', flow: onwards.id });
    yield* walk(led, onwards, 'plain');
    yield* answerQuestion(clerk);
    yield* review(clerk, flow);
    if (led.view?.kind === 'outcome') yield* review(led, onwards);
    return;
  }
  yield* answerQuestion(clerk);
  yield* review(clerk, flow);
}

/** Answers until there is an outcome, or until the person has had enough; `again` where the session is known by then. */
async function* walk(clerk: Clerk, flow: Flow, style: Style, again = false): Course {
  const { clock, plan } = clerk.life;
  const { dice } = plan;
  const label = dice.chance(0.4);
  let backs = style === 'back' ? dice.whole(1, 2) : 0;
  for (let step = 0; step < 40; step += 1) {
    const { view } = clerk;
    if (view?.kind !== 'question' && view?.kind !== 'checklist') return;
    yield clock.now + Math.round(6 + 60 * dice.next() ** 2) * second;
    if ((style === 'left' || style === 'closed') && step > 0) {
      const last = view.kind === 'checklist' || !view.options.some(({ id }) => isWanted(flow, view.node, id, style));
      if (last || dice.chance(0.5)) return style === 'closed' ? clerk.press({ verb: 'close' }) : undefined;
    }
    if (step > 0 && backs > 0 && dice.chance(0.7)) {
      backs -= 1;
      await clerk.press({ verb: 'back' });
      continue;
    }
    if (view.kind === 'checklist') yield* tickOff(clerk, view);
    else yield* answer(clerk, flow, view, style);
    if (step === 0 && !again) yield* introduce(clerk, label);
  }
}

/** The unit is said once in the chat, and stands in the log from then on. */
async function* introduce(clerk: Clerk, label: boolean): Course {
  const { guidance, clock, plan } = clerk.life;
  const { unit, visitor } = clerk.who;
  const record = await guidance.log.read(clerk.session);
  const begun = record?.entries[0]?.content;
  if (unit !== undefined && begun?.kind === 'start' && begun.unit === undefined) {
    await clerk.add({ kind: 'unit', unit });
    await guidance.database.query.updateTable('person').set({ unit }).where('hash', '=', visitor.person.hash).execute();
  }
  if (!label) return;
  yield clock.now + plan.dice.whole(5, 20) * second;
  await clerk.press({
    verb: 'label',
    label: `DEMO: ${plan.dice.pick(labels[visitor.language][plan.flow.group ?? 'documents'])}`,
  });
}

async function* tickOff(clerk: Clerk, { node, items }: ChecklistView): Course {
  const { clock, plan } = clerk.life;
  const { dice } = plan;
  const all = dice.chance(0.6);
  const ticked = items.filter(() => all || dice.chance(0.7)).map(({ id }) => id);
  const half = ticked.slice(0, Math.ceil(ticked.length / 2));
  if (half.length > 0) {
    await clerk.press({ verb: 'tick', node, items: half });
    yield clock.now + (dice.chance(0.2) ? dice.whole(1, 3) * hour : dice.whole(20, 200) * second);
  }
  await clerk.press({ verb: 'done', node, items: ticked });
}

async function* answer(clerk: Clerk, flow: Flow, { node, question, options }: QuestionView, style: Style): Course {
  const { clock, plan } = clerk.life;
  const { dice } = plan;
  const ids = options.map(({ id }) => id);
  const towards = ids.filter((id) => isWanted(flow, node, id, style));
  const unsure = ids.includes('unsure');
  const doubt = (isHard(flow, node) ? 0.2 : 0.03) * (style === 'unsure' ? 3 : 1);
  const option =
    towards.length > 0
      ? dice.pick(towards)
      : unsure && dice.chance(doubt)
        ? 'unsure'
        : dice.weigh(
            ids.filter((id) => id !== 'unsure'),
            (id) => liking(flow, node, id),
          );
  if (option === 'unsure' && style === 'unsure' && clerk.view && 'seq' in clerk.view && clerk.view.seq > 0) {
    await clerk.add({ kind: 'ask', node, question, words: `DEMO: ${dice.pick(questions[clerk.view.language])}` });
    yield clock.now + dice.whole(10, 90) * second;
  }
  await clerk.press({ verb: 'answer', node, option });
}

/** Where people get lost: the tests of harm, and one question in eight beside them. */
function isHard(flow: Flow, id: string): boolean {
  const node = flow.nodes[id]!;
  return ('question' in node && node.strength !== undefined) || numberIn(`hard ${flow.id} ${id}`) < 0.125;
}

/** How often an answer is given, next to the others: most cases take some questions, and few are emergencies. */
function liking(flow: Flow, node: string, option: string): number {
  const asked = flow.nodes[node]!;
  const to = 'question' in asked ? asked.options.find(({ id }) => id === option)?.next : undefined;
  if (to === undefined) return 0;
  const next = flow.nodes[to]!;
  const depth = 1 + Math.log2(waysOn(flow)(to));
  const usual = 'outcome' in next ? (seldom[next.outcome] ?? 1) : depth;
  return usual * (0.1 + numberIn(`${flow.id} ${node} ${option}`) ** 2);
}

const seldom: Partial<Record<OutcomeCode, number>> = {
  'call-for-help': 0.1,
  freeze: 0.25,
  'ask-registrar': 0.25,
  'how-to': 0.5,
};

/** Whether an answer leads where this way of going about it needs to get: to the registrar, or not to the end at once. */
function isWanted(flow: Flow, node: string, option: string, style: Style): boolean {
  const asked = flow.nodes[node]!;
  const next = 'question' in asked ? asked.options.find(({ id }) => id === option)?.next : undefined;
  if (next === undefined) return false;
  if (style === 'left' || style === 'closed') return !('outcome' in flow.nodes[next]!);
  const far = distances(flow);
  return style === 'registrar' && (far.get(next) ?? Infinity) < (far.get(node) ?? Infinity);
}

/** How many answers there are from each node to the nearest outcome that hands over to the registrar. */
function distances(flow: Flow): Map<string, number> {
  const known = measured.get(flow);
  if (known) return known;
  const far = new Map<string, number>();
  for (const id of inOrder(flow).toReversed()) {
    const node = flow.nodes[id]!;
    const next = 'question' in node ? node.options.map(({ next }) => next) : [];
    far.set(id, leadsToRegistrar(node) ? 0 : 1 + Math.min(Infinity, ...next.map((to) => far.get(to) ?? Infinity)));
  }
  measured.set(flow, far);
  return far;
}

const measured = new WeakMap<Flow, Map<string, number>>();

/** Thinks better of an answer once the outcome is there. */
async function* changeMind(clerk: Clerk, flow: Flow): Course {
  const { clock, guidance, plan } = clerk.life;
  const { dice } = plan;
  const changeable = clerk.view?.kind === 'outcome' ? clerk.view.trail.filter((step) => step.changeable) : [];
  if (changeable.length === 0) return;
  const { node, option } = dice.pick(changeable);
  const asked = flow.nodes[node]!;
  if (!('question' in asked)) return;
  const others = offered(asked, guidance.municipality).filter(({ id }) => id !== option && id !== 'unsure');
  if (others.length === 0) return;
  yield clock.now + dice.whole(20, 120) * second;
  await clerk.press({ verb: 'change', node, option: dice.pick(others).id });
  yield* walk(clerk, flow, 'plain', true);
}

/** Whether it helped; and where it did not, what the registrar is asked. */
async function* afterOutcome(clerk: Clerk, flow: Flow): Course {
  const { clock, plan } = clerk.life;
  const { dice, fate } = plan;
  if (clerk.view?.kind !== 'outcome') return;
  const handedOver = atRegistrar(flow, clerk.view);
  const wants = fate === undefined ? dice.chance(handedOver ? 0.6 : 0.02) : fate !== 'not asked';
  if (dice.chance(0.45)) {
    yield clock.now + dice.whole(5, 40) * second;
    await clerk.press({ verb: 'feedback', helped: dice.chance(handedOver ? 0.5 : 0.87) });
  }
  if (!wants || clerk.view?.kind !== 'outcome') return;
  const words = dice.chance(0.8) ? { words: `DEMO: ${dice.pick(questions[clerk.view.language])}` } : {};
  yield clock.now + dice.whole(15, 120) * second;
  await clerk.add({ kind: 'ask', node: clerk.view.node, question: clerk.view.advice.title, ...words });
}

function atRegistrar(flow: Flow, view: OutcomeView): boolean {
  const node = flow.nodes[view.node];
  return node !== undefined && leadsToRegistrar(node);
}

/** A registrar answers within some hours of work, here and there after a question back. */
async function* answerQuestion(clerk: Clerk): Course {
  const { clock, guidance, plan } = clerk.life;
  const { dice, fate } = plan;
  const asked = (await guidance.log.read(clerk.session))?.entries.findLast(({ kind }) => kind === 'ask')?.content;
  if (asked?.kind !== 'ask' || fate === 'waiting') return;
  const by = dice.pick(officers(guidance).registrars);
  if (fate === 'asked back' || (fate === undefined && dice.chance(0.15))) {
    yield fate ? clock.now + dice.whole(600, 1200) * second : atWork(dice, clock.now, dice.whole(1, 5));
    await noteOpening(guidance, clerk.session, by);
    await clerk.add({ kind: 'reply', answers: false, words: `DEMO: ${dice.pick(questionsBack)}`, by });
    if (fate) return;
    yield atWork(dice, clock.now, dice.whole(1, 4));
    await clerk.add({ ...asked, words: `DEMO: ${dice.pick(secondTries)}` });
  }
  yield fate ? clock.now + dice.whole(1200, 2400) * second : atWork(dice, clock.now, dice.whole(1, 12));
  await noteOpening(guidance, clerk.session, by);
  await clerk.add({ kind: 'reply', answers: true, words: `DEMO: ${dice.pick(answers)}`, by });
}

/** Half of what has come to an outcome is looked at within two weeks; the newcomer finds the last week's questions untouched. */
async function* review(clerk: Clerk, flow: Flow): Course {
  const { clock, end, guidance, plan } = clerk.life;
  const { dice, index, fate } = plan;
  const { archivist, reviewers } = officers(guidance);
  const untouched = fate !== undefined || (clerk.view?.kind === 'outcome' && isRecent(clerk, flow, end));
  if (!untouched && dice.chance(0.5)) {
    const by = dice.pick(reviewers);
    yield atWork(dice, clock.now, dice.whole(6, 70));
    await judge(guidance, clerk.session, by, dice);
  }
  if (index % 40 !== 7) return;
  yield atWork(dice, clock.now, dice.whole(2, 10));
  await noteOpening(guidance, clerk.session, archivist);
  await clerk.add({ kind: 'hold', held: true, why: 'DEMO: Kan behövas i en tillsyn som pågår.', by: archivist });
  if (index % 80 !== 7 || index < 80) return;
  yield atWork(dice, clock.now, dice.whole(80, 200));
  await clerk.add({ kind: 'hold', held: false, why: 'DEMO: Tillsynen är avslutad.', by: archivist });
}

function isRecent(clerk: Clerk, flow: Flow, end: number): boolean {
  return clerk.view?.kind === 'outcome' && atRegistrar(flow, clerk.view) && clerk.life.plan.at > end - 8 * day;
}
