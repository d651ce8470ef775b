/**
 * How a view names its session. Before the first answer there is no record to read, so the ref itself carries the
 * flow that was begun and the session that it goes on from: `is-it-public.<id>`, `is-it-public.<id>.<from>`.
 */
export interface Ref {
  id: string;
  flow?: string;
  from?: string;
}

/** A ref as a form carries it. */
export function writeRef({ flow, id, from }: Ref): string {
  return [flow, id, from].filter((part) => part !== undefined).join('.');
}

/** @returns undefined where the text is no ref. */
export function readRef(text: string): Ref | undefined {
  const found = ref.exec(text);
  if (!found?.[2]) return undefined;
  return { id: found[2], ...(found[1] && { flow: found[1] }), ...(found[3] && { from: found[3] }) };
}

const uuid = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}';
const ref = new RegExp(`^(?:([a-z0-9-]{1,60})\\.)?(${uuid})(?:\\.(${uuid}))?$`);
