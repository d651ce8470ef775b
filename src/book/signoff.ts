import type { Check, Flow } from '../guidance/flow.ts';

/** Whether somebody who knows the law has signed a flow; a signature holds for one version and no other. */
export type SignOff =
  | { kind: 'never' }
  | { kind: 'signed'; by: string; on: string }
  | { kind: 'stale'; by: string; on: string; version: string };

/** Holds what is written in a flow file against the flow as it is. A signature that names no version signs nothing. */
export function signOff({ version }: Flow, check: Check | undefined): SignOff {
  if (!check?.by || !check.version) return { kind: 'never' };
  const { by, on } = check;
  return check.version === version ? { kind: 'signed', by, on } : { kind: 'stale', by, on, version: check.version };
}
