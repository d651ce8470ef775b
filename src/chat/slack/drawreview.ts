import type { types } from '@slack/bolt';
import type { Language } from '../../record/entry.ts';
import type { QueueLine, QueuePage, ReadRecord, WaitingQuestion } from '../reviewing.ts';
import {
  type Block,
  beside,
  bold,
  button,
  cut,
  divider,
  heading,
  link,
  list,
  paragraph,
  part,
  plain,
  radio,
  row,
  section,
  select,
  small,
} from './blocks.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** What somebody with a role sees in the app's home, beside what everybody sees. */
export interface ReviewHome {
  /** The queue where they may read it, and whether this is a page further back. */
  queue: QueuePage | undefined;
  further: boolean;
  questions: readonly WaitingQuestion[];
  /** The console. */
  address: string | undefined;
}

export function drawReviewHome({ queue, further, questions, address }: ReviewHome, language: Language): Block[] {
  const text = slackWords(language).reviewing;
  return [
    divider,
    ...(questions.length > 0
      ? [heading(text.questions), ...questions.flatMap((one) => drawQuestion(one, language))]
      : []),
    heading(text.heading),
    ...(queue ? drawQueue(queue, further, language) : []),
    ...(address === undefined ? [] : [paragraph(link(address, text.console))]),
  ];
}

function drawQueue({ lines, older }: QueuePage, further: boolean, language: Language): Block[] {
  const text = slackWords(language).reviewing;
  const moves = [
    ...(further ? [button('g:newest', text.newest)] : []),
    ...(older === undefined ? [] : [button('g:queue', text.older, { value: older })]),
  ];
  return [
    small(text.help),
    ...(lines.length > 0 ? lines.map((line) => drawLine(line, language)) : [paragraph(text.none)]),
    ...(moves.length > 0 ? [row(markOf('queue', 'moves'), ...moves)] : []),
  ];
}

function drawLine({ number, flow, outcome, when, unit, marks }: QueueLine, language: Language): Block {
  const { read } = slackWords(language).reviewing;
  const said = `${number} · ${flow}\n${outcome}\n${[when, unit, ...marks].join(' · ')}`;
  return beside(markOf(number, 'queue'), said, button('g:read', read, { value: number, spoken: `${read} ${number}` }));
}

function drawQuestion(question: WaitingQuestion, language: Language): Block[] {
  const { number, seq, flow, unit, at, words, marks, may } = question;
  const open = may.length > 0 ? slackWords(language).reviewing.answer : slackWords(language).reviewing.read;
  const text = slackWords(language).reviewing;
  const said = [
    `${number} · ${flow}`,
    at,
    ...(words === '' ? [] : [quoted(words, language)]),
    [unit, ...marks].join(' · '),
  ];
  const take = button('g:take', text.deeds.take, {
    value: `${number} ${seq}`,
    spoken: `${text.deeds.take} ${number}`,
  });
  return [
    { type: 'section', text: plain(cut(said.join('\n'), 3000)) },
    row(
      markOf(number, 'question'),
      ...(may.includes('take') ? [take] : []),
      button('g:read', open, { value: number, spoken: `${open} ${number}` }),
    ),
  ];
}

const quoted = (words: string, language: Language) => (language === 'sv' ? `”${words}”` : `“${words}”`);

const markOf = (about: string, part: string) => writeMark({ session: about.toLowerCase() }, part);

/** What was said or chosen in the form before, and why it was not taken. */
interface Before {
  refused: string;
  do: string;
  words: string;
  should: string;
}

/** The record to read, and below it what its reader may do. Ids of fields are the names that their faults are told by. */
export function drawRecord(record: ReadRecord, language: Language, before?: Before): types.ModalView {
  const text = slackWords(language);
  const { reviewing: said } = text;
  const { number, seq, title, parts, may, note, outcomes, address } = record;
  const deeds = may.map((id) => ({ id, label: said.deeds[id], hint: said.deedHelp[id] }));
  const fields = may.length === 0 ? [] : drawFields();
  const shown = [
    ...(before ? [paragraph(bold(before.refused))] : []),
    paragraph(bold(title)),
    ...(note ? [paragraph(note)] : []),
    ...parts.flatMap(drawPart),
    ...(address === undefined ? [] : [paragraph(link(address, said.console))]),
  ];
  return {
    type: 'modal',
    callback_id: 'g:review',
    private_metadata: JSON.stringify({ number, seq }),
    title: plain(number),
    ...(may.length > 0 && { submit: plain(text.save) }),
    close: plain(text.shut),
    // What can be done is never what there is no room for.
    blocks: [...fitting(shown, 100 - fields.length, text.more), ...fields],
  };

  function drawFields(): Block[] {
    return [
      divider,
      { type: 'input', block_id: 'do', label: plain(said.what), element: radio('do', deeds, before?.do) },
      ...(may.includes('correct') ? [drawShould()] : []),
      {
        type: 'input',
        block_id: 'words',
        optional: true,
        label: plain(said.words),
        hint: plain(said.wordsHelp),
        element: {
          type: 'plain_text_input',
          action_id: 'words',
          multiline: true,
          max_length: 3000,
          ...(before?.words && { initial_value: before.words }),
        },
      },
    ];
  }

  function drawShould(): Block {
    const choices = outcomes.slice(0, 100).map(({ code, title }) => ({ id: code, label: title }));
    return {
      type: 'input',
      block_id: 'should',
      optional: true,
      label: plain(said.should),
      hint: plain(said.shouldHelp),
      element: select('should', said.choose, [{ title: '', choices }], before?.should),
    };
  }
}

/** How much a record may hold in a form, in characters as they are sent: Slack takes 250 000 bytes. */
const largest = 80_000;

/** As much as there is room for, and that there is more. */
function fitting(blocks: readonly Block[], most: number, more: string): Block[] {
  let size = 0;
  const fitted = blocks.slice(0, most - 1).filter((block) => {
    size += JSON.stringify(block).length;
    return size <= largest;
  });
  return fitted.length === blocks.length ? fitted : [...fitted, small(more)];
}

/** A part in as many blocks as its lines need. */
function drawPart({ title, lines }: ReadRecord['parts'][number]): Block[] {
  const portions: string[][] = [[]];
  let length = 0;
  for (const line of lines.map((line) => cut(line, 2500))) {
    if (length + line.length > 2500) {
      portions.push([]);
      length = 0;
    }
    portions.at(-1)!.push(line);
    length += line.length;
  }
  return portions.map((some, i) => {
    const said =
      some.length === 1 && portions.length === 1
        ? section(some[0]!)
        : list(
            'bullet',
            some.map((line) => [line]),
          );
    return i === 0 ? part(title, said) : { type: 'rich_text', elements: [said] };
  });
}

/** What came of it. Closing it closes the record below as well, which is no longer as it was. */
export function drawDone(number: string, said: string, language: Language): types.ModalView {
  return {
    type: 'modal',
    callback_id: 'g:done',
    title: plain(number),
    close: plain(slackWords(language).shut),
    clear_on_close: true,
    blocks: [paragraph(said)],
  };
}
