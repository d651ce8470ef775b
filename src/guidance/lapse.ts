import { Taken } from '../record/log.ts';
import type { Guidance } from './guidance.ts';
import { endOf, lapseOf } from './place.ts';

/** After how many days without a press a session lapses. */
export interface Patience {
  days: number;
  /** For flows with checklists, which are meant to be left half-done. */
  checklistDays: number;
}

/** Ends the open sessions that were left idle, and those whose version is out of use. @returns how many lapsed. */
export async function lapseIdle(guidance: Guidance, patience: Patience): Promise<number> {
  const { database, flows, log, now, versions } = guidance;
  const checklists = [...flows.values()]
    .filter((flow) => Object.values(flow.nodes).some((node) => 'checklist' in node))
    .map((flow) => flow.id);
  await versions.refresh();
  let lapsed = 0;
  let after = 0;
  for (;;) {
    const open = await database.query
      .selectFrom('record')
      .select(['id', 'session', 'flow', 'version', 'last_at'])
      .where('status', '=', 'open')
      .where('id', '>', after)
      .orderBy('id')
      .limit(500)
      .execute();
    if (open.length === 0) return lapsed;
    after = open.at(-1)!.id;
    for (const { session, flow, version, last_at } of open) {
      const days = checklists.includes(flow) ? patience.checklistDays : patience.days;
      const isIdle = (since: string) => now().getTime() - Date.parse(since) > days * 86_400_000;
      const found = await versions.find(version);
      if (found.kind === 'usable' && !isIdle(last_at)) continue;
      // The list was read a while ago; what counts is the log as it is now, and the append follows right after that.
      const record = await log.read(session);
      if (!record || endOf(record)) continue;
      if (found.kind === 'usable' && !isIdle(record.entries.at(-1)!.time)) continue;
      const lapse = found.kind === 'usable' ? { kind: 'lapse' as const, because: 'idle' as const } : lapseOf(found);
      lapsed += await log.append(session, record, [lapse], now()).then(() => 1, taken);
    }
  }
}

function taken(fault: unknown): number {
  if (fault instanceof Taken) return 0;
  throw fault;
}
