import { after } from 'node:test';
import { openDatabase } from '../../src/database/database.ts';
import { type Act, converse, look, type Seen } from '../../src/guidance/conversation.ts';
import type { Flows } from '../../src/guidance/flows.ts';
import { type Guidance, openGuidance, type Visitor } from '../../src/guidance/guidance.ts';
import type { View } from '../../src/guidance/view.ts';
import { recognise } from '../../src/record/person.ts';
import { shippedFlows } from './flows.ts';

export const secret = 'a secret that is only used in tests, and long enough';

/** The whole house without its doors, on the database given; the clock is the test's own. */
export async function openHouse(url: string, flows: Flows = shippedFlows()): Promise<House> {
  const database = await openDatabase(url);
  after(() => database.close().catch(() => {}));
  const clock = { now: new Date('2026-11-22T09:00:00Z') };
  const guidance = await openGuidance(database, flows, secret, () => clock.now);
  return { guidance, clock, visitor: (name) => new Colleague(guidance, name) };
}

export interface House {
  guidance: Guidance;
  /** Set `now` to move time. */
  clock: { now: Date };
  visitor(name: string): Colleague;
}

/** Somebody who asks: sees one view at a time, and presses what is in it. */
export class Colleague {
  readonly guidance: Guidance;
  readonly visitor: Visitor;
  seen: Seen | undefined;

  constructor(guidance: Guidance, name: string) {
    this.guidance = guidance;
    this.visitor = { person: recognise(guidance.keys.person, 'web', '', name), language: 'sv' };
  }

  get view(): View {
    if (!this.seen) throw new Error('Nothing has been pressed yet.');
    return this.seen.view;
  }

  /** What the next press would carry. */
  get pointer() {
    return 'session' in this.view ? { session: this.view.session, seq: this.view.seq } : undefined;
  }

  async press(act: Act, pointer = this.seen ? this.pointer : undefined): Promise<View> {
    this.seen = await converse(this.guidance, this.visitor, pointer, act);
    return this.view;
  }

  start(flow = 'is-it-public'): Promise<View> {
    return this.press({ verb: 'start', flow }, undefined);
  }

  answer(option: string): Promise<View> {
    const node = 'node' in this.view ? this.view.node : '';
    return this.press({ verb: 'answer', node, option });
  }

  async answers(...options: string[]): Promise<View> {
    for (const option of options) await this.answer(option);
    return this.view;
  }

  async look(session?: string, changing?: string): Promise<View> {
    this.seen = await look(this.guidance, this.visitor, session, changing);
    return this.view;
  }
}
