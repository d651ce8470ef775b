import { writeTime } from '../chat/words.ts';
import type { Flow } from '../guidance/flow.ts';
import type { Guidance } from '../guidance/guidance.ts';
import { pathOf } from '../guidance/session.ts';
import { citation } from '../guidance/view.ts';
import { type ContentOf, type Entry, isResponse, type Kind, type Language, officerOf } from '../record/entry.ts';
import { numberOf } from '../record/number.ts';
import { outcomeNow } from './acts.ts';
import { exportWords } from './exportwords.ts';
import { endSentence, nameFlow, sayStatus } from './queue.ts';
import { judgement, nameOutcome, type Sheet, seqsInForce, sign } from './sheet.ts';
import { consoleWords } from './words.ts';

/** A paper to be filed: what is said, in order, without how it looks. */
export interface Paper {
  language: Language;
  title: string;
  author: string;
  /** When what it says was last changed: the same record makes the same paper. ISO 8601. */
  at: string;
  /** What stands at the foot of every page, beside its number. */
  foot: string;
  blocks: Block[];
}

/** A piece of a paper, and the language that it is in. */
export type Block = { lang: Language } & (
  | { kind: 'heading'; level: 1 | 2 | 3; text: string }
  | { kind: 'text'; text: string; as?: 'lead' | 'small' | 'strong' | 'quote' | 'alert' }
  | { kind: 'list'; items: { text: string; strong?: boolean }[] }
  | { kind: 'terms'; terms: [name: string, said: string][] }
);

/** The record on paper: all that its page in the console says of it, word for word. */
export function paperOf(guidance: Guidance, sheet: Sheet, language: Language): Paper {
  const text = consoleWords(language);
  const words = exportWords(language);
  const { municipality } = guidance;
  const { row, proof } = sheet;
  const number = numberOf(row.id);
  const flow = nameFlow(guidance, row.flow, language);
  const came = row.outcome === null ? sayStatus(row.status, language) : nameOutcome(row.outcome, language);
  const ours = writer(language);
  return {
    language,
    title: `${number}: ${flow}`,
    author: municipality.name,
    at: row.last_at,
    foot: `${number} · ${municipality.name}`,
    blocks: [
      ours.text(words.paperFrom(municipality.name), 'small'),
      ours.heading(1, number),
      ours.text(flow, 'lead'),
      ours.text(came, 'strong'),
      ...(municipality.example ? [ours.text(text.example, 'alert')] : []),
      ...(row.status === 'open' ? [ours.text(words.unfinished(writeTime(row.last_at, language)), 'alert')] : []),
      ...(row.status === 'disposed' ? [ours.text(words.disposed, 'alert')] : []),
      ours.heading(2, text.facts),
      ours.terms(factsOf(sheet, language)),
      ours.heading(2, text.asWas),
      ours.text(text.asWasHelp, 'small'),
      ...entriesOf(sheet, language),
      ...pathBlocks(proof.entries, language),
      ...sealBlocks(sheet, language),
      ours.heading(2, text.judged),
      ...judgements(proof.entries, language),
    ],
  };
}

/** What the page says among other words stands alone here. */
const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Pieces in one language. */
function writer(lang: Language) {
  return {
    heading: (level: 1 | 2 | 3, text: string): Block => ({ kind: 'heading', lang, level, text }),
    text: (text: string, as?: Extract<Block, { kind: 'text' }>['as']): Block => ({
      kind: 'text',
      lang,
      text,
      ...(as && { as }),
    }),
    list: (items: (string | { text: string; strong?: boolean })[]): Block => ({
      kind: 'list',
      lang,
      items: items.map((item) => (typeof item === 'string' ? { text: item } : item)),
    }),
    terms: (terms: [string, string][]): Block => ({ kind: 'terms', lang, terms }),
  };
}

function factsOf({ row, proof, earlier, later }: Sheet, language: Language): [string, string][] {
  const text = consoleWords(language);
  const start = proof.entries[0]?.content;
  const message = start?.kind === 'start' ? start.message : undefined;
  const named = (linked: Sheet['later'][number]) => (linked.row ? numberOf(linked.row.id) : text.linkedHidden);
  const links = [
    ...(earlier ? [`${text.earlier[earlier.because]} ${named(earlier)}`] : []),
    ...later.map((one) => `${text.later} ${named(one)}`),
  ];
  const facts: [string, string | null | undefined][] = [
    [text.started, writeTime(row.started_at, language)],
    [text.ended, row.ended_at && writeTime(row.ended_at, language)],
    [text.statusIs, sayStatus(row.status, language)],
    [text.reviewedIs, text.reviews[(row.reviewed ?? 'no') as keyof typeof text.reviews]],
    [text.should, row.should && nameOutcome(row.should, language)],
    [text.askedIs, row.asked && text.asks[row.asked as keyof typeof text.asks]],
    [text.unitIs, row.unit ?? text.noUnit],
    [text.platformIs, text.platforms[row.platform as keyof typeof text.platforms] ?? row.platform],
    [text.label, row.label],
    [text.messageLink, message && `${message.permalink}. ${text.messageHelp}`],
    [text.linkedTo, links.join('; ')],
    [text.entryKinds.hold, row.held === 1 ? text.heldNow : undefined],
    [exportWords(language).versionIs, row.version],
  ];
  return facts.flatMap(([name, said]): [string, string][] => (said ? [[name, said]] : []));
}

/** What reviewers and archivists have added stands under a heading of its own. */
const apart: ReadonlySet<Kind> = new Set(['review', 'comment', 'hold']);

interface Telling {
  flow: Flow | undefined;
  language: Language;
  /** The language that it was shown in. */
  spoken: Language;
  /** Whether the answer held in the end. */
  holds: boolean;
  decided: ReadonlySet<string>;
  questions: ReadonlyMap<string, string>;
}

function entriesOf({ proof, flow }: Sheet, language: Language): Block[] {
  const { entries } = proof;
  const text = consoleWords(language);
  const holding = seqsInForce(entries);
  const decided = new Set(outcomeNow(entries)?.content.decided);
  const questions = questionsOf(entries);
  const ours = writer(language);
  let spoken: Language = 'sv';
  return entries.flatMap((entry) => {
    const { seq, kind, time, content } = entry;
    if (content?.kind === 'start' || content?.kind === 'language') spoken = content.language;
    if (apart.has(kind)) return [];
    const heading = exportWords(language).entry(seq, text.entryKinds[kind] ?? kind, writeTime(time, language));
    const telling = { flow, language, spoken, holds: holding.has(seq), decided, questions };
    return [ours.heading(3, heading), ...contentOf(entry, telling)];
  });
}

function questionsOf(entries: readonly Entry[]): Map<string, string> {
  return new Map(
    entries.flatMap(({ content }) =>
      content && 'node' in content && 'question' in content ? [[content.node, content.question]] : [],
    ),
  );
}

function contentOf({ content }: Entry, telling: Telling): Block[] {
  const { language, spoken, holds, decided, questions } = telling;
  const text = consoleWords(language);
  const [ours, theirs] = [writer(language), writer(spoken)];
  const asks = (nodes: readonly string[]) =>
    nodes.map((node) => questions.get(node) ?? node).join('; ') || text.noneSuch;
  switch (content?.kind) {
    case undefined:
      return [ours.text(text.goneContent, 'small')];
    case 'start':
      return [theirs.text(content.title), ...(content.notices ?? []).map((notice) => theirs.text(notice))];
    case 'answer':
    case 'change': {
      const known = content.offered.some(({ id }) => id === content.option);
      const offered = known ? content.offered : [...content.offered, { id: content.option, label: content.label }];
      return [
        theirs.text(content.question, 'strong'),
        ...(content.help ? [theirs.text(content.help)] : []),
        theirs.list(
          offered.map((option) => {
            const hint = 'hint' in option && option.hint ? ` – ${option.hint}` : '';
            const chosen = option.id === content.option;
            return { text: `${option.label}${chosen ? ` (${text.wasChosen})` : ''}${hint}`, strong: chosen };
          }),
        ),
        ...(content.kind === 'answer' && content.kept ? [ours.text(text.keptAnswer, 'small')] : []),
        ...(content.kind === 'change'
          ? [
              ours.text(
                `${text.keptStill}: ${endSentence(asks(content.kept))} ${text.fellAway}: ${endSentence(asks(content.dropped))}`,
                'small',
              ),
            ]
          : []),
        ...(holds ? [] : [ours.text(text.undone, 'small')]),
        ...(holds && decided.has(content.node) ? [ours.text(sentence(text.decided), 'small')] : []),
        ...lawOf(telling, content.node),
      ];
    }
    case 'tick':
    case 'done':
      return [
        theirs.text(content.question, 'strong'),
        theirs.list(
          content.items.map(({ label, ticked }) => ({
            text: `${label} (${ticked ? text.tickedThen : text.notTicked})`,
            strong: ticked,
          })),
        ),
        ...lawOf(telling, content.node),
      ];
    case 'back':
      return [theirs.text(asks([content.node]))];
    case 'language':
      return [ours.text(text.languages[content.language])];
    case 'label':
      return [content.label === '' ? ours.text(text.emptyLabel, 'small') : theirs.text(content.label)];
    case 'feedback':
      return [ours.text(content.helped ? text.yes : text.no)];
    case 'unit':
      return [theirs.text(content.unit)];
    case 'ask':
      return [theirs.text(content.question, 'strong'), ...(content.words ? [theirs.text(content.words, 'quote')] : [])];
    case 'reply':
      return [
        ...(content.answers ? [] : [ours.text(text.questionBack, 'small')]),
        theirs.text(content.words, 'quote'),
        ours.text(sign(content.by, language), 'small'),
      ];
    case 'clarify':
      return [theirs.text(content.words[spoken]), ours.text(sign(content.by, language), 'small')];
    case 'outcome':
      return outcomeBlocks(content, telling, asks(content.decided));
    case 'lapse':
      return [ours.text(`${text.lapses[content.because]} ${content.reason ?? ''}`.trim())];
    case 'dispose':
      return [theirs.text(content.basis)];
    case 'reopen':
    case 'close':
    case 'review':
    case 'comment':
    case 'hold':
      return [];
  }
}

/** An outcome as it was shown, word for word. */
function outcomeBlocks(content: ContentOf<'outcome'>, { language, spoken }: Telling, decided: string): Block[] {
  const text = consoleWords(language);
  const [ours, theirs] = [writer(language), writer(spoken)];
  const part = (name: string, said: Block | undefined) => (said ? [ours.text(name, 'strong'), said] : []);
  const prose = (said: string | undefined, as?: 'quote') => (said ? theirs.text(said, as) : undefined);
  const list = (items: readonly string[] | undefined) =>
    items && items.length > 0 ? theirs.list([...items]) : undefined;
  return [
    theirs.text(content.title, 'lead'),
    theirs.text(content.text),
    ...part(text.whyPerson, prose(content.why)),
    ...part(text.uncertain, prose(content.uncertain)),
    ...part(text.time, prose(content.clock)),
    ...part(text.say, prose(content.say, 'quote')),
    ...part(text.do, list(content.do)),
    ...part(text.missing, list(content.missing)),
    ours.text(`${sentence(text.decided)}: ${decided}`, 'strong'),
    ...part(text.law, theirs.terms(content.cites.map(({ title, says }) => [title, says]))),
  ];
}

/** The law that a question leaned on, in the version of then. */
function lawOf({ flow, language }: Telling, node: string): Block[] {
  const cites = (flow?.nodes[node]?.cites ?? []).flatMap((id) =>
    flow?.sources[id] ? [citation(flow.sources[id], id, language)] : [],
  );
  if (cites.length === 0) return [];
  const ours = writer(language);
  const law = cites.map(({ title, says, kind, unverified, secondHand }): [string, string] => [
    title,
    `${says} (${kind}${secondHand ? `, ${secondHand}` : ''})${unverified ? ` ${unverified}` : ''}`,
  ]);
  return [ours.text(consoleWords(language).lawThen, 'small'), ours.terms(law)];
}

/** The path that held in the end, as questions and answers. */
function pathBlocks(entries: readonly Entry[], language: Language): Block[] {
  const text = consoleWords(language);
  const questions = questionsOf(entries);
  const labels = new Map(
    entries.flatMap(({ content }) =>
      content?.kind === 'answer' || content?.kind === 'change'
        ? [[`${content.node} ${content.option}`, content.label] as const]
        : [],
    ),
  );
  const path = pathOf(entries).map((step): [string, string] => [
    questions.get(step.node) ?? step.node,
    step.kind === 'answered' ? (labels.get(`${step.node} ${step.option}`) ?? step.option) : text.entryKinds.done,
  ]);
  const spoken = entries.findLast(({ kind }) => kind === 'start' || kind === 'language')?.content;
  const theirs = writer(spoken && 'language' in spoken ? spoken.language : language);
  return path.length === 0 ? [] : [writer(language).heading(2, text.pathList), theirs.terms(path)];
}

function sealBlocks({ row, proof }: Sheet, language: Language): Block[] {
  const text = consoleWords(language);
  const ours = writer(language);
  const wrong = [...proof.faults, ...proof.misread];
  return [
    ours.heading(2, text.seal),
    ours.text(wrong.length === 0 ? text.sealWhole : text.sealBroken, ...(wrong.length === 0 ? [] : ['alert' as const])),
    ...(wrong.length === 0 ? [] : [writer('en').list(wrong)]),
    ours.text(proof.sealed ? text.sealAt(proof.sealed.position, proof.sealed.seq) : text.sealNever, 'small'),
    ours.terms([[exportWords(language).sealOf, row.seal]]),
  ];
}

function judgements(entries: readonly Entry[], language: Language): Block[] {
  const text = consoleWords(language);
  const ours = writer(language);
  const said = entries.filter(({ kind }) => apart.has(kind));
  if (said.length === 0) return [ours.text(text.notJudged)];
  return said.flatMap(({ seq, time, kind, content }) => {
    const what = judgement(content, language) ?? text.entryKinds[kind];
    const words = content?.kind === 'comment' ? content.words : content && 'why' in content ? content.why : undefined;
    return [
      ours.heading(3, exportWords(language).entry(seq, what, writeTime(time, language))),
      content ? ours.text(sign(officerOf(content), language)) : ours.text(text.goneContent, 'small'),
      ...(content?.kind === 'review' && content.should
        ? [ours.text(text.shouldBe(nameOutcome(content.should, language)))]
        : []),
      ...(content?.kind === 'review' ? [ours.text(text.entryNumber(content.of), 'small')] : []),
      ...(isResponse(content) && content.of !== undefined ? [ours.text(text.respondsTo(content.of), 'small')] : []),
      ...(words ? [ours.text(words, 'quote')] : []),
    ];
  });
}
