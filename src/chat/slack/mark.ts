import type { Mark } from '../press.ts';

/** A mark as the id of a block. `part` tells the blocks of one card apart. */
export function writeMark(
  { session, node = '', seq = 0 }: Pick<Mark, 'session'> & Partial<Mark>,
  part: string,
): string {
  return [session, node, seq, part].join(':');
}

/** @returns undefined where the id is none of ours. */
export function readMark(text: string): Mark | undefined {
  const found = /^([a-z0-9.-]{1,150}):([a-z0-9-]{0,80}):(\d{1,7}):[a-z0-9-]{1,40}$/.exec(text);
  return found ? { session: found[1]!, node: found[2]!, seq: Number(found[3]) } : undefined;
}
