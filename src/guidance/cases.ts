import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import type { Flow } from './flow.ts';

/**
 * Known cases of a flow, with the one right outcome of each. `answers` are the presses in order, by node: the option, or
 * for a checklist what is ticked.
 */
const Cases = z.array(
  z.strictObject({
    id: z.string(),
    sv: z.string(),
    flow: z.string(),
    code: z.string(),
    answers: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  }),
);
export type Case = z.infer<typeof Cases>[number];

/**
 * The cases that a flow is tried with, from `cases/<flow id>.yaml` beside the flows; none where there is no such file.
 * @throws an Error that names the file where it can't be read as cases.
 */
export function readCases(folder: string, flow: string): Case[] {
  const file = join(folder, 'cases', `${flow}.yaml`);
  if (!existsSync(file)) return [];
  try {
    return Cases.parse(parse(readFileSync(file, 'utf8')));
  } catch (fault) {
    throw new Error(`${file}: ${fault instanceof z.ZodError ? z.prettifyError(fault) : fault}`);
  }
}

/** An answer, by its question; of a checklist, `complete` or `incomplete`. */
export interface Way {
  node: string;
  option: string;
}

/** All answers that a flow offers. */
export function waysOf({ nodes }: Flow): Way[] {
  return Object.entries(nodes).flatMap(([node, one]) => {
    if ('question' in one) return one.options.map(({ id }) => ({ node, option: id }));
    return 'checklist' in one ? ['complete', 'incomplete'].map((option) => ({ node, option })) : [];
  });
}

/** The answers that no case of the flow gives: what nobody would notice if it led elsewhere. */
export function untouched(flow: Flow, cases: readonly Case[]): Way[] {
  const given = new Set(
    cases.flatMap(({ answers }) =>
      Object.entries(answers).map(([node, answer]) => {
        const items = flow.nodes[node] && 'checklist' in flow.nodes[node] ? flow.nodes[node].items : undefined;
        if (!items) return `${node} ${answer}`;
        const complete = answer === 'all' || items.every(({ id }) => [answer].flat().includes(id));
        return `${node} ${complete ? 'complete' : 'incomplete'}`;
      }),
    ),
  );
  return waysOf(flow).filter(({ node, option }) => !given.has(`${node} ${option}`));
}
