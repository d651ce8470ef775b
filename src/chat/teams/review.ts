import type { ChatDeed, Colleague, QuestionDeed, ReviewDeed, Reviewing } from '../reviewing.ts';
import type { Card } from './card.ts';
import { drawForm, drawNotTheirs, drawQuestions, drawQueue, drawRecord, isWritten } from './drawreview.ts';
import type { ReviewPress } from './read.ts';
import { teamsWords } from './words.ts';

/**
 * What a press in the review leads to: a card to be drawn where it was pressed. Whether somebody may do it is asked at
 * every press. It is for their own chat alone.
 */
export async function review(reviewing: Reviewing, colleague: Colleague, press: ReviewPress): Promise<Card> {
  const { language } = colleague;
  const { what, number, option } = press;
  const { reads, answers } = reviewing.rightsOf(colleague);
  if (!reads && !answers) return drawNotTheirs(language);
  if (what === 'read') return showRecord(reviewing, colleague, number);
  if (what === 'questions' && answers) return showQuestions(reviewing, colleague);
  if (what === 'write' && isWritten(option)) {
    const outcomes = option === 'correct' ? await outcomesOf(reviewing, colleague, number) : [];
    return drawForm(option, press, outcomes, language);
  }
  return isDeed(what)
    ? perform(reviewing, colleague, what, press)
    : showQueue(reviewing, colleague, undefined, what === 'queue' ? option : '');
}

async function showQueue(reviewing: Reviewing, colleague: Colleague, said?: string, before = ''): Promise<Card> {
  const { language } = colleague;
  const { answers } = reviewing.rightsOf(colleague);
  const page = await reviewing.queue(colleague, before === '' ? undefined : before);
  const waiting = answers ? await reviewing.waiting(colleague) : undefined;
  return drawQueue(page, { language, address: reviewing.address, said, further: before !== '', waiting });
}

async function showQuestions(reviewing: Reviewing, colleague: Colleague, said?: string): Promise<Card> {
  const { language } = colleague;
  return drawQuestions(await reviewing.questions(colleague), { language, address: reviewing.address, said });
}

async function showRecord(reviewing: Reviewing, colleague: Colleague, number: string, said?: string): Promise<Card> {
  const { language } = colleague;
  const record = await reviewing.read(colleague, number);
  if (record) return drawRecord(record, language, said);
  return showQueue(reviewing, colleague, said ?? teamsWords(language).reviewing.gone);
}

/** The outcomes that it can be corrected to; whoever may not read it gets none. */
async function outcomesOf(reviewing: Reviewing, colleague: Colleague, number: string) {
  return (await reviewing.read(colleague, number))?.outcomes ?? [];
}

async function perform(
  reviewing: Reviewing,
  colleague: Colleague,
  what: ChatDeed['do'],
  { number, seq, option, should }: ReviewPress,
): Promise<Card> {
  const done = await reviewing.perform(colleague, { do: what, number, seq, words: option, should });
  if (done.kind === 'mend' && isWritten(what)) {
    const outcomes = what === 'correct' ? await outcomesOf(reviewing, colleague, number) : [];
    const before = { words: option, should, said: done.words };
    return drawForm(what, { number, seq }, outcomes, colleague.language, before);
  }
  // Whoever has taken a question goes on to answer it, and whoever was refused sees how it stands now.
  if (done.kind !== 'done' || what === 'take') return showRecord(reviewing, colleague, number, done.words);
  const isAnswer = what === 'answer' || what === 'ask back';
  return (isAnswer ? showQuestions : showQueue)(reviewing, colleague, done.words);
}

function isDeed(what: string): what is ReviewDeed | QuestionDeed {
  return what === 'approve' || what === 'take' || isWritten(what);
}
