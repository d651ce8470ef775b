/**
 * How a view names its session. Before the first answer there is no record to read, so the ref itself carries the
 * flow that was begun and the session that it goes on from: `is-it-public.<id>`, `is-it-public.<id>.<from>`.
 */
export interface Ref {
  id: string;
  flow?: string;
  from?: string;
}

export function writeRef({ flow, id, from }: Ref): string {
  return [flow, id, from].filter((part) => part !== undefined).join('.');
}

export function readRef(text: string): Ref | undefined {
  const found = /^(?:([a-z0-9-]{1,60})\.)?([0-9a-f-]{36})(?:\.([0-9a-f-]{36}))?$/.exec(text);
  if (!found?.[2]) return undefined;
  return { id: found[2], ...(found[1] && { flow: found[1] }), ...(found[3] && { from: found[3] }) };
}
