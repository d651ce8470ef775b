import { converse, look } from '../../guidance/conversation.ts';
import type { Guidance, Visitor } from '../../guidance/guidance.ts';
import type { View } from '../../guidance/view.ts';
import type { Mark } from '../press.ts';
import type { Submission } from './read.ts';

/** What came of something that was written in a form: what the card looks like then, or what is wrong with it. */
export type Written = { view: View } | { wrong: string };

/** Gives a session its heading. @returns what it looks like then, or what is wrong with the heading. */
export async function name(guidance: Guidance, visitor: Visitor, form: Submission['view']): Promise<Written> {
  const label = form.state.values.label?.label?.value ?? '';
  const before = await look(guidance, visitor, form.private_metadata);
  if (!('seq' in before.view)) return { wrong: said(before.view) };
  const { session, seq } = before.view;
  const { view, notice } = await converse(guidance, visitor, { session, seq }, { verb: 'label', label });
  return notice === 'labelTooLong' || notice === 'needsAnswerFirst' ? { wrong: view.notice ?? '' } : { view };
}

/** Puts a question to the registrar. @returns what the card looks like then, or why it was not sent. */
export async function ask(guidance: Guidance, visitor: Visitor, mark: Mark, words: string): Promise<Written> {
  const { view, notice } = await converse(guidance, visitor, mark, { verb: 'ask', node: mark.node, words });
  if (view.kind === 'refused') return { wrong: said(view) };
  const unsent = notice === 'askNeedsWords' || notice === 'askTooLong' || notice === 'stale' || notice === 'ended';
  return unsent ? { wrong: view.notice ?? '' } : { view };
}

/** Answers the reviewer who asks. @returns what the card looks like then, or why it was not kept. */
export async function answerReviewer(
  guidance: Guidance,
  visitor: Visitor,
  mark: Mark,
  words: string,
): Promise<Written> {
  const { view, notice } = await converse(guidance, visitor, mark, { verb: 'respond', words });
  const kept = notice === 'responded' || notice === 'respondCleaned';
  return kept ? { view } : { wrong: view.kind === 'refused' ? said(view) : (view.notice ?? '') };
}

const said = (view: View) => ('why' in view && view.why) || '';
