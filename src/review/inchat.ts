import type {
  ChatDeed,
  Colleague,
  Performed,
  QuestionDeed,
  QueueLine,
  QueuePage,
  ReadRecord,
  ReviewDeed,
  Reviewing,
  WaitingQuestion,
} from '../chat/reviewing.ts';
import { writeTime } from '../chat/words.ts';
import type { QuestionRow, RecordRow } from '../database/tables.ts';
import type { Guidance } from '../guidance/guidance.ts';
import type { Content, ContentOf, Entry, Language } from '../record/entry.ts';
import { numberOf, readNumber } from '../record/number.ts';
import { noteAccess } from './access.ts';
import { codesOf, type Done, isReached, outcomeNow, perform, rightsOn } from './acts.ts';
import { deskWords } from './deskwords.ts';
import { type Member, may, mayWith, ownOf } from './members.ts';
import { takerOf, timeOf } from './question.ts';
import { findQuestion, performAtDesk } from './questionacts.ts';
import { type Listed, noteListed, readQuestions, sayQuestion, sayRefused } from './questions.ts';
import { nameFlow, readQueue, sayStatus, writeShort } from './queue.ts';
import type { Roles } from './roles.ts';
import { judgement, nameOutcome, openSheet, type Sheet, seqsInForce, sign } from './sheet.ts';
import { consoleWords } from './words.ts';

/** How many records a page in a chat has. */
const perPage = 8;
/** How many questions that wait are shown at most: those that have waited longest. */
const mostQuestions = 6;
/** How much of what others have added is shown in a form; the console shows all of it. */
const latest = 10;

/**
 * The console for those who work in a chat: the same rights, asked at every call, and the same acts.
 * @param home where the console stands for others, such as https://example.org/review.
 */
export function openReviewInChat(guidance: Guidance, roles: Roles, home: string | undefined): Reviewing {
  const member = ({ person, name, groups, aliases = [] }: Colleague): Member => {
    const { hash, platform, tenant, userId } = person;
    const names = roles.namesOf([`${platform}:${tenant}/${userId}`, ...aliases]);
    const own = [...new Set([hash, ...ownOf(guidance.keys.person, names)])];
    return { id: hash, name, granted: roles({ names, groups }), own, local: false };
  };

  return {
    address: home,
    groups: () => roles.asRead().grants.flatMap(({ groups }) => groups),
    rightsOf(colleague) {
      const found = member(colleague);
      return { reads: may(found, 'read'), answers: may(found, 'answer') };
    },
    async queue(colleague, before): Promise<QueuePage> {
      const found = member(colleague);
      if (!may(found, 'read')) return { lines: [], older: undefined };
      const asked = { filter: { reviewed: 'no' as const }, before: readNumber(before ?? ''), wrong: [], short: false };
      const { rows, more } = await readQueue(guidance, found, asked);
      const shown = rows.slice(0, perPage);
      return {
        lines: shown.map((row) => lineOf(guidance, found, row, colleague.language)),
        older: more || rows.length > perPage ? numberOf(shown.at(-1)!.id) : undefined,
      };
    },
    async waiting(colleague) {
      return (await waitingFor(guidance, member(colleague))).length;
    },
    async questions(colleague) {
      const found = member(colleague);
      const listed = await waitingFor(guidance, found);
      await noteListed(guidance, found, listed);
      return listed.map((one) => questionIn(guidance, found, one, colleague.language));
    },
    async read(colleague, number) {
      const found = member(colleague);
      const sheet = await openSheet(guidance, found, number);
      if (!sheet) return undefined;
      if (!found.own.includes(sheet.row.person)) await noteAccess(guidance, found, 'opened', { record: sheet.row });
      const question = await findQuestion(guidance, sheet.row.session);
      return describe(guidance, found, { ...sheet, question }, colleague.language, home);
    },
    async perform(colleague, deed) {
      const found = member(colleague);
      const row = await rowOf(guidance, deed.number);
      const text = consoleWords(colleague.language);
      if (!row || !mayWith(found, 'read', row)) return { kind: 'refused', words: text.notFoundHelp };
      const written = { seq: deed.seq, words: deed.words, should: deed.should };
      return isOfQuestion(deed.do)
        ? answerQuestion(guidance, found, row, { do: deed.do, ...written }, colleague.language)
        : performReview(guidance, found, row, { do: deed.do, ...written }, colleague.language);
    },
  };
}

/** The questions that wait for them, those that have waited longest. */
async function waitingFor(guidance: Guidance, member: Member): Promise<Listed[]> {
  if (!may(member, 'answer')) return [];
  const { listed } = await readQuestions(guidance, { state: 'waiting', after: undefined }, mostQuestions);
  return listed.filter(({ row }) => mayWith(member, 'answer', row));
}

function rowOf({ database }: Guidance, number: string): Promise<RecordRow | undefined> {
  const id = readNumber(number) ?? 0;
  return database.query.selectFrom('record').selectAll().where('id', '=', id).executeTakeFirst();
}

function lineOf(guidance: Guidance, member: Member, row: RecordRow, language: Language): QueueLine {
  const text = consoleWords(language);
  return {
    number: numberOf(row.id),
    flow: nameFlow(guidance, row.flow, language),
    outcome: cameOf(row, language),
    at: row.started_at,
    when: writeShort(row.started_at, language),
    unit: row.unit ?? text.noUnit,
    marks: [
      ...(member.own.includes(row.person) ? [text.ownMark] : []),
      ...(row.asked === null ? [] : [text.asks[row.asked as keyof typeof text.asks]]),
      ...(row.unsure > 0 ? [text.unsureMark(row.unsure)] : []),
      ...(row.held === 1 ? [text.heldMark] : []),
    ],
  };
}

function cameOf({ outcome, status }: RecordRow, language: Language): string {
  return outcome === null ? sayStatus(status, language) : nameOutcome(outcome, language);
}

/** What a reader sees of a record: the way that held in the end, where it led, and what others have added. */
function describe(
  guidance: Guidance,
  member: Member,
  { row, proof, choices, question }: Sheet & { question: QuestionRow | undefined },
  language: Language,
  home: string | undefined,
): ReadRecord {
  const text = consoleWords(language);
  const { entries } = proof;
  const outcome = outcomeNow(entries);
  const rights = rightsOn(member, row);
  const broken = proof.faults.length > 0;
  const open = row.status !== 'disposed' && !broken;
  const codes = codesOf(choices).filter((code) => code !== outcome?.content.code);
  const reviews: ReviewDeed[] = outcome ? ['approve', ...(codes.length > 0 ? ['correct' as const] : []), 'return'] : [];
  const number = numberOf(row.id);
  const asked = question && question.state !== 'answered' && mayWith(member, 'answer', row) ? question : undefined;
  const other = asked && asked.taken_by !== null && asked.taken_by !== member.id ? asked.taken_name : undefined;
  const notes = [
    other && deskWords(language).takenBy(other),
    broken && text.sealBroken,
    rights.own && text.ownRecord,
    rights.review && !outcome && text.notDoneYet,
    rights.review && !isReached(row) && text.notReached,
  ];
  return {
    number,
    seq: entries.at(-1)?.seq ?? 0,
    title: `${nameFlow(guidance, row.flow, language)} – ${cameOf(row, language)}`,
    parts: [
      { title: text.facts, lines: factsOf(row, language) },
      { title: text.pathList, lines: pathIn(entries, outcome?.content, language) },
      ...(outcome ? partsOf(outcome.content, language) : []),
      { title: text.askedIs, lines: talkIn(entries, language) },
      { title: text.judged, lines: judgementsIn(entries, language) },
    ].filter(({ lines }) => lines.length > 0),
    may: open
      ? [
          ...(asked && !other ? deedsOn(asked) : []),
          ...(rights.review ? reviews : []),
          ...(rights.comment ? ['comment' as const] : []),
        ]
      : [],
    note: notes.filter(Boolean).join(' ') || undefined,
    outcomes: codes
      .map((code) => ({ code, title: nameOutcome(code, language) }))
      .sort((one, other) => one.title.localeCompare(other.title, language)),
    address: home && `${home}/${number}`,
  };
}

function factsOf(row: RecordRow, language: Language): string[] {
  const text = consoleWords(language);
  const { reviewed, label, should, asked } = row;
  return [
    `${text.started}: ${writeTime(row.started_at, language)}`,
    `${text.unitIs}: ${row.unit ?? text.noUnit}`,
    `${text.platformIs}: ${text.platforms[row.platform as keyof typeof text.platforms] ?? row.platform}`,
    `${text.reviewedIs}: ${text.reviews[(reviewed ?? 'no') as keyof typeof text.reviews]}`,
    ...(should === null ? [] : [text.shouldBe(nameOutcome(should, language))]),
    ...(asked === null ? [] : [`${text.askedIs}: ${text.asks[asked as keyof typeof text.asks]}`]),
    ...(label === null ? [] : [`${text.label}: ${label}`]),
  ];
}

function pathIn(entries: readonly Entry[], outcome: ContentOf<'outcome'> | undefined, language: Language): string[] {
  const text = consoleWords(language);
  const holding = seqsInForce(entries);
  return entries.flatMap(({ seq, content }): string[] => {
    if (!content || !holding.has(seq)) return [];
    if (content.kind === 'answer' || content.kind === 'change') {
      const decided = outcome?.decided.includes(content.node) ? ` (${text.decided})` : '';
      return [`${content.question} → ${content.label}${decided}`];
    }
    if (content.kind !== 'done') return [];
    const items = content.items.map(({ label, ticked }) => `${label} (${ticked ? text.tickedThen : text.notTicked})`);
    return [`${content.question} → ${items.join('; ')}`];
  });
}

function partsOf(content: ContentOf<'outcome'>, language: Language): { title: string; lines: string[] }[] {
  const text = consoleWords(language);
  const said = (line: string | undefined) => (line ? [line] : []);
  return [
    {
      title: text.outcomeIs,
      lines: [content.title, content.text, ...said(content.why), ...said(content.uncertain), content.clock],
    },
    { title: text.missing, lines: content.missing ?? [] },
    { title: text.law, lines: content.cites.map(({ title, says }) => `${title}: ${says}`) },
  ];
}

/** What was asked of the registrar, and what was answered. */
function talkIn(entries: readonly Entry[], language: Language): string[] {
  const text = consoleWords(language);
  return shortened(
    entries.flatMap(({ time, content }): string[] => {
      const when = writeTime(time, language);
      if (content?.kind === 'ask') return [`${when}: ${[content.question, content.words].filter(Boolean).join(' – ')}`];
      if (content?.kind !== 'reply') return [];
      const kind = content.answers ? '' : `${text.questionBack}: `;
      return [`${when}, ${sign(content.by, language)}: ${kind}${content.words}`];
    }),
    language,
  );
}

/** What reviewers and archivists have said, and who and when. */
function judgementsIn(entries: readonly Entry[], language: Language): string[] {
  const text = consoleWords(language);
  return shortened(
    entries.flatMap(({ time, content }): string[] => {
      if (content?.kind !== 'review' && content?.kind !== 'comment' && content?.kind !== 'hold') return [];
      const what = judgement(content, language) ?? text.entryKinds.comment;
      const should = content.kind === 'review' && content.should;
      const more = [should && text.shouldBe(nameOutcome(should, language)), writtenIn(content)].filter(Boolean);
      const head = `${writeTime(time, language)}, ${sign(content.by, language)}: ${what}`;
      return [[head, ...more].join(' – ')];
    }),
    language,
  );
}

function writtenIn(content: Content): string | undefined {
  return content.kind === 'comment' ? content.words : 'why' in content ? content.why : undefined;
}

/** The latest of them; that there are more is said. */
function shortened(lines: string[], language: Language): string[] {
  const left = lines.length - latest;
  return left > 0 ? [inChatWords[language].earlier(left), ...lines.slice(-latest)] : lines;
}

/** What can be done to a question that nobody else is on. */
function deedsOn({ taken_by }: QuestionRow): QuestionDeed[] {
  return [...(taken_by === null ? ['take' as const] : []), 'answer', 'ask back'];
}

function questionIn(guidance: Guidance, member: Member, listed: Listed, language: Language): WaitingQuestion {
  const { question, row, entries } = listed;
  const text = deskWords(language);
  const { at, words, clock } = sayQuestion(listed);
  const taken = question.taken_by === null ? [] : [`${text.columns.who}: ${takerOf(question, member, language)}`];
  return {
    number: numberOf(row.id),
    seq: row.last_seq,
    flow: nameFlow(guidance, row.flow, language),
    unit: row.unit ?? consoleWords(language).noUnit,
    at,
    words: words.join(' · '),
    marks: [timeOf(question, entries, guidance.now(), language), ...(clock ? [clock] : []), ...taken],
    may: question.taken_by === null || question.taken_by === member.id ? deedsOn(question) : [],
  };
}

function isOfQuestion(what: ChatDeed['do']): what is QuestionDeed {
  return what === 'take' || what === 'answer' || what === 'ask back';
}

type Written<Kind> = { do: Kind } & Pick<ChatDeed, 'seq' | 'words' | 'should'>;

async function answerQuestion(
  guidance: Guidance,
  member: Member,
  { session }: RecordRow,
  { do: what, seq, words }: Written<QuestionDeed>,
  language: Language,
): Promise<Performed> {
  const text = deskWords(language);
  const unclear = { node: '', sv: '', en: '', cites: [], since: '' };
  const done = await performAtDesk(guidance, member, session, { do: what, seq, words, from: '', ...unclear });
  if (done.kind === 'done') return { kind: 'done', words: allThatWasDone(text.did[done.did], done, text) };
  if (done.kind === 'refused' && (done.why === 'noWords' || done.why === 'tooLong'))
    return { kind: 'mend', field: 'words', words: text.wrong[done.why] };
  const forbidden = done.kind === 'refused' && done.why === 'forbidden';
  return { kind: 'refused', words: forbidden ? inChatWords[language].forbidden : sayRefused(done, text) };
}

async function performReview(
  guidance: Guidance,
  member: Member,
  { session }: RecordRow,
  deed: Written<ReviewDeed>,
  language: Language,
): Promise<Performed> {
  return told(await perform(guidance, member, session, deed), language);
}

/** What came of it, in words. */
function told(done: Done, language: Language): Performed {
  const text = consoleWords(language);
  if (done.kind === 'quicker') return { kind: 'refused', words: text.wrong.quicker(done.who) };
  if (done.kind === 'refused') {
    if (done.why === 'forbidden') return { kind: 'refused', words: inChatWords[language].forbidden };
    const said = text.wrong[done.why];
    if (done.why === 'noWords' || done.why === 'tooLong') return { kind: 'mend', field: 'words', words: said };
    if (done.why === 'noCode' || done.why === 'sameCode') return { kind: 'mend', field: 'should', words: said };
    return { kind: 'refused', words: said };
  }
  return { kind: 'done', words: allThatWasDone(text.did[done.did], done, text) };
}

function allThatWasDone(
  did: string,
  done: { told: boolean; masked: boolean },
  text: { willBeTold: string; wasMasked: string },
): string {
  return [did, done.told && text.willBeTold, done.masked && text.wasMasked].filter(Boolean).join(' ');
}

const inChatWords = {
  sv: {
    earlier: (count: number) => `Dessutom ${count} tidigare. Allt står i granskningen på webben.`,
    forbidden: 'Din roll räcker inte till det, eller inte längre. Inget är sparat.',
  },
  en: {
    earlier: (count: number) => `And ${count} earlier. All of it stands in the review on the web.`,
    forbidden: 'Your role is not enough for that, or not any longer. Nothing has been saved.',
  },
};
