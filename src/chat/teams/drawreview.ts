import type { Language } from '../../record/entry.ts';
import type {
  ChatDeed,
  QuestionDeed,
  QueueLine,
  QueuePage,
  ReadRecord,
  ReviewDeed,
  WaitingQuestion,
} from '../reviewing.ts';
import {
  area,
  bold,
  type Card,
  choose,
  type Element,
  fit,
  heading,
  linked,
  list,
  moves,
  notice,
  open,
  paragraph,
  part,
  plain,
  quote,
  reviewButton,
  row,
  small,
  stack,
} from './card.ts';
import { teamsWords } from './words.ts';

/** What is done with words of the reviewer's own. */
type WrittenDeed = Exclude<ReviewDeed | QuestionDeed, 'approve' | 'take'>;

/** At most so many questions are shown at once: the oldest, which are the most urgent. */
const mostQuestions = 6;

interface Around {
  language: Language;
  /** The console. */
  address: string | undefined;
  /** What came of the last press. */
  said?: string | undefined;
}

/** What somebody sees who has no role. */
export function drawNotTheirs(language: Language): Card {
  const { reviewing: text, more } = teamsWords(language);
  return fit(language, text.notYours, [heading(text.heading), paragraph(plain(text.notYours))], more);
}

/** What is to be reviewed, without names. @param waiting how many questions wait, where they may answer them. */
export function drawQueue(
  { lines, older }: QueuePage,
  { language, address, said, further, waiting }: Around & { further: boolean; waiting: number | undefined },
): Card {
  const { reviewing: text, more } = teamsWords(language);
  const moving = [
    ...(further ? [reviewButton(text.newest, { what: 'queue' })] : []),
    ...(older === undefined ? [] : [reviewButton(text.older, { what: 'queue', option: older })]),
    ...(address === undefined ? [] : [open(address, text.console)]),
  ];
  return fit(
    language,
    said ?? text.heading,
    [
      said === undefined ? undefined : notice(said),
      heading(text.heading),
      waiting ? row(reviewButton(`${text.questions} (${waiting})`, { what: 'questions' })) : undefined,
      paragraph(plain(lines.length > 0 ? text.help : text.none)),
      ...lines.map((line) => drawLine(line, text.read)),
      moving.length > 0 ? moves(...moving) : undefined,
    ],
    more,
  );
}

function drawLine({ number, flow, outcome, when, unit, marks }: QueueLine, read: string): Element {
  return part(
    number,
    paragraph(`${bold(outcome)} · ${plain(flow)}`),
    small([when, unit, ...marks].join(' · ')),
    row(reviewButton(read, { what: 'read', number }, { spoken: `${read} ${number}` })),
  );
}

/** The questions that wait, the oldest first, without names. */
export function drawQuestions(questions: readonly WaitingQuestion[], { language, address, said }: Around): Card {
  const { reviewing: text, noQuestions, toQueue, more } = teamsWords(language);
  return fit(
    language,
    said ?? text.questions,
    [
      said === undefined ? undefined : notice(said),
      heading(text.questions),
      questions.length === 0 ? paragraph(plain(noQuestions)) : undefined,
      ...questions.slice(0, mostQuestions).map((one) => drawWaitingQuestion(one, language)),
      moves(reviewButton(toQueue, { what: 'queue' }), ...(address === undefined ? [] : [open(address, text.console)])),
    ],
    more,
  );
}

function drawWaitingQuestion(question: WaitingQuestion, language: Language): Element {
  const { number, seq, flow, unit, at, words, marks, may } = question;
  const { reviewing: text, askedAt } = teamsWords(language);
  const take = { what: 'take', number, seq };
  return part(
    number,
    paragraph(plain(flow)),
    paragraph(plain(askedAt(at))),
    ...(words === '' ? [] : [quote(words)]),
    small([unit, ...marks].join(' · ')),
    row(
      ...(may.includes('take')
        ? [reviewButton(text.deeds.take, take, { spoken: `${text.deeds.take} ${number}` })]
        : []),
      reviewButton(text.answer, { what: 'read', number }, { spoken: `${text.answer} ${number}` }),
    ),
  );
}

/** One record to read, and below it what its reader may do. */
export function drawRecord(record: ReadRecord, language: Language, said?: string): Card {
  const { number, seq, title, parts, may, note, address } = record;
  const { reviewing: text, toQueue, more } = teamsWords(language);
  const offers = may.map((deed, i) => {
    const at = isWritten(deed) ? { what: 'write', number, seq, option: deed } : { what: deed, number, seq };
    const looks = { spoken: `${text.deeds[deed]} ${number}`, ...(i === 0 && ({ style: 'positive' } as const)) };
    return { action: reviewButton(text.deeds[deed], at, looks), says: text.deedHelp[deed] };
  });
  return fit(
    language,
    [said, `${number}. ${title}`].filter(Boolean).join(' '),
    [
      said === undefined ? undefined : notice(said),
      small(number),
      heading(title),
      note ? paragraph(plain(note)) : undefined,
      ...parts.map(({ title, lines }) => drawPart(title, lines)),
      ...(offers.length > 0 ? stack(offers) : []),
      moves(reviewButton(toQueue, { what: 'queue' }), ...(address === undefined ? [] : [open(address, text.console)])),
    ],
    more,
  );
}

function drawPart(title: string, lines: readonly string[]): Element {
  return part(title, lines.length === 1 ? paragraph(linked(lines[0]!)) : list('bullets', lines.map(linked)));
}

/** What was written in the form before, and why it was not taken. */
type Before = Pick<ChatDeed, 'words' | 'should'> & { said: string };

/** Where the words are written that go with it, and the right outcome chosen where one is corrected. */
export function drawForm(
  deed: WrittenDeed,
  { number, seq }: Pick<ChatDeed, 'number' | 'seq'>,
  outcomes: ReadRecord['outcomes'],
  language: Language,
  before?: Before,
): Card {
  const { reviewing: text, deedWords, writeCarefully, writeFirst, chooseOne, cancel, more } = teamsWords(language);
  const choices = outcomes.map(({ code, title }) => ({ id: code, label: title }));
  const known = outcomes.some(({ code }) => code === before?.should);
  const choosing = { id: 'should', folded: true, placeholder: text.choose, errorMessage: chooseOne } as const;
  return fit(
    language,
    [before?.said, `${text.deeds[deed]}. ${number}`].filter(Boolean).join(' '),
    [
      before ? notice(before.said) : undefined,
      small(number),
      heading(text.deeds[deed]),
      paragraph(plain(text.deedHelp[deed])),
      deed === 'correct'
        ? choose(text.should, choices, { ...choosing, ...(known && { chosen: before?.should }) })
        : undefined,
      area(deedWords[deed], { most: 1000, errorMessage: writeFirst, value: before?.words }),
      paragraph(plain(writeCarefully)),
      row(
        reviewButton(text.deeds[deed], { what: deed, number, seq }, { takes: true, style: 'positive' }),
        reviewButton(cancel, { what: 'read', number }),
      ),
    ],
    more,
  );
}

/** Whether words are needed for it. */
export function isWritten(deed: string): deed is WrittenDeed {
  return ['correct', 'return', 'comment', 'answer', 'ask back'].includes(deed);
}
