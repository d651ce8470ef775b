import type { types } from '@slack/bolt';
import { z } from 'zod';
import type { Language } from '../../record/entry.ts';
import type { ChatDeed, Colleague, Reviewing } from '../reviewing.ts';
import { drawDone, drawRecord, type ReviewHome } from './drawreview.ts';
import { slackWords } from './words.ts';

/** What came of a form that was sent: what is shown in its place, or what is to be mended in it. */
export type Reviewed =
  | { kind: 'shown'; view: types.ModalView; words: string; done: boolean }
  | { kind: 'errors'; errors: Record<string, string>; words: string };

/** What is to be shown in the app's home to somebody with a role. @param before the page of the queue. */
export async function lookAtReview(reviewing: Reviewing, colleague: Colleague, before?: string): Promise<ReviewHome> {
  const { reads, answers } = reviewing.rightsOf(colleague);
  return {
    queue: reads ? await reviewing.queue(colleague, before) : undefined,
    further: before !== undefined,
    questions: answers ? await reviewing.questions(colleague) : [],
    address: reviewing.address,
  };
}

/** A record in a form; in words, where there is none for them to read. */
export async function openRecord(
  reviewing: Reviewing,
  colleague: Colleague | undefined,
  number: string,
  language: Language,
): Promise<types.ModalView> {
  const { notYours, gone } = slackWords(language).reviewing;
  const title = /^VGL-\d{4}-\d{5,}$/.test(number) && number.length <= 24 ? number : 'isitpublic';
  if (!colleague) return drawDone(title, notYours, language);
  const record = await reviewing.read(colleague, number);
  return record ? drawRecord(record, language) : drawDone(title, gone, language);
}

/** Takes a question at a press. @returns what came of it, in words. */
export async function takeQuestion(reviewing: Reviewing, colleague: Colleague, value: string): Promise<string> {
  const [number = '', seq] = value.split(' ');
  const deed: ChatDeed = { do: 'take', number, seq: Number(seq) || 0, words: '', should: '' };
  return (await reviewing.perform(colleague, deed)).words;
}

/** What a form about a record says: what is done, and to which state of it. */
function readForm({ private_metadata, state }: Form): ChatDeed | undefined {
  const value = (name: string) => {
    const field = state.values[name]?.[name];
    return field?.selected_option?.value ?? field?.value ?? '';
  };
  const what = Deed.safeParse(value('do'));
  const place = Place.safeParse(parsed(private_metadata));
  if (!what.success || !place.success) return undefined;
  return { do: what.data, ...place.data, words: value('words'), should: value('should') };
}

/** Does what the form says. What was written is kept in the form where it was not taken. */
export async function submitReview(
  reviewing: Reviewing,
  colleague: Colleague | undefined,
  form: Form,
  language: Language,
): Promise<Reviewed> {
  const text = slackWords(language).reviewing;
  const deed = readForm(form);
  if (!deed) return { kind: 'errors', errors: { do: text.whatMissing }, words: text.whatMissing };
  const { number } = deed;
  const show = (view: types.ModalView, words: string, done = false): Reviewed => ({ kind: 'shown', view, words, done });
  if (!colleague) return show(drawDone(number, text.notYours, language), text.notYours);
  const performed = await reviewing.perform(colleague, deed);
  const { words } = performed;
  if (performed.kind === 'mend') return { kind: 'errors', errors: { [performed.field]: words }, words };
  if (performed.kind === 'done') return show(drawDone(number, words, language), words, true);
  const record = await reviewing.read(colleague, number);
  return show(
    record ? drawRecord(record, language, { refused: words, ...deed }) : drawDone(number, words, language),
    words,
  );
}

/** A form as Slack sends it. */
export interface Form {
  private_metadata: string;
  state: {
    values: Record<
      string,
      Record<string, { value?: string | null | undefined; selected_option?: { value: string } | null | undefined }>
    >;
  };
}

const Deed = z.enum(['approve', 'correct', 'return', 'comment', 'take', 'answer', 'ask back']);
const Place = z.object({ number: z.string().max(24), seq: z.number().int() });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
