import type { ClarificationRow } from '../database/tables.ts';
import type { Entry } from './entry.ts';

/** What the list of clarifications says of one, as far as the log says it; how far it was told stands in the list alone. */
export type Clarified = Omit<ClarificationRow, 'told_to'>;

/** The clarifications that these entries make, replace and withdraw, each as it stands now. */
export function clarificationsOf(entries: readonly Entry[]): Clarified[] {
  const made = new Map<string, Clarified>();
  for (const { session, time, content } of entries) {
    if (content?.kind !== 'clarify') continue;
    const { id, flow, node, state, words, cites, since, by, replaces, quiet } = content;
    const known = made.get(id);
    // What was made clear, when and by whom stays; only whether it still holds can change.
    if (known) {
      made.set(id, { ...known, state });
      continue;
    }
    const earlier = quiet && replaces !== undefined ? made.get(replaces) : undefined;
    const { telling, until } = earlier ?? { telling: id, until: time };
    const text = { ...words, cites: JSON.stringify(cites), role: by.role };
    made.set(id, { id, session, flow, node, state, ...text, since, at: time, telling, until });
  }
  return [...made.values()];
}

/** Between which ids in the outbox stands what people are told under this one; each id goes on with who it is for. */
export function tellingsOf(telling: string): { from: string; to: string } {
  return { from: `${telling}:`, to: `${telling};` };
}
