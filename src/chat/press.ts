import { type Act, converse, look, lookAtStart } from '../guidance/conversation.ts';
import { readEntrance } from '../guidance/entrance.ts';
import type { Guidance, Visitor } from '../guidance/guidance.ts';
import type { View } from '../guidance/view.ts';
import type { Language } from '../record/entry.ts';
import { doorWords } from './words.ts';

/** Where on a card something was pressed: a session, the node shown, and the last entry that the card knew of. */
export interface Mark {
  session: string;
  node: string;
  seq: number;
}

/** What was pressed on a card. All of it is only a pointer: what it may lead to is decided here. */
export interface CardPress {
  verb: string;
  /** What stands on what was pressed: the option, or the button's own value. */
  value: string;
  /** All that is ticked, where the card has boxes. */
  ticked: string[] | undefined;
  mark: Mark | undefined;
}

/** What is unfolded on a card, for whoever asked to see it. */
export type Unfolded = 'why' | 'trail' | undefined;

/** What a press leads to. */
export interface Shown {
  view: View;
  /** In a message of its own, so that the one that was pressed stays to be read. */
  own: boolean;
  unfolded?: Unfolded;
}

/** What a press on a card leads to. @throws where the database fails; the same press can be made again. */
export async function press(guidance: Guidance, visitor: Visitor, pressed: CardPress): Promise<Shown> {
  const { verb, value, mark } = pressed;
  const own = verb === 'then' || (verb === 'start' && value === 'new') || (verb === 'show' && value === 'below');
  if (verb === 'start' && (value === '' || value === 'new')) return { view: await lookAtStart(guidance, visitor), own };
  const act = actOf(pressed);
  if (act && !(verb === 'change' && value === 'hide'))
    return { view: (await converse(guidance, visitor, mark, act)).view, own };
  const { view } = await look(guidance, visitor, mark?.session, verb === 'change' ? mark?.node : undefined);
  if (verb === 'why') return { view, own, unfolded: value === 'hide' ? undefined : 'why' };
  const changing = view.kind === 'question' && view.chosen !== undefined;
  if (verb === 'change') return { view, own, unfolded: changing || value === 'hide' ? undefined : 'trail' };
  if (verb === 'show') return { view, own };
  return { view: { ...view, notice: doorWords(view.language).oldButton }, own };
}

/** Reads on in this language from now on, and what is open as well. @returns what is open, or what can be started. */
export async function readIn(guidance: Guidance, visitor: Visitor, language: Language): Promise<View> {
  const before = await look(guidance, visitor);
  const open = before.view.kind === 'question' || before.view.kind === 'checklist' ? before.view : undefined;
  return (await converse(guidance, visitor, open, { verb: 'language', language })).view;
}

/** The acts of guidance that a press can be; undefined where it is none of them, or the door's own. */
export function actOf({ verb, value, ticked, mark }: CardPress): Act | undefined {
  const node = mark?.node ?? '';
  switch (verb) {
    case 'start': {
      const { flow, given } = readEntrance(value);
      return { verb, flow, given };
    }
    case 'then':
      return { verb, flow: value };
    case 'find':
      return { verb, words: value };
    case 'answer':
      return { verb, node, option: value };
    case 'tick':
      return { verb, node, items: ticked ?? [] };
    case 'done':
      return { verb, node, ...(ticked && { items: ticked }) };
    case 'change':
      return value === '' ? undefined : { verb, node, option: value };
    case 'language':
      return { verb, language: value === 'en' ? 'en' : 'sv' };
    case 'feedback':
      return { verb, helped: value === 'yes' };
    case 'ask':
      return { verb, node, words: value };
    case 'respond':
      return { verb, words: value };
    case 'unit':
      return { verb, unit: value };
    case 'back':
    case 'close':
      return { verb };
    default:
      return undefined;
  }
}

/** What somebody asks for by typing it, after `/isitpublic` or to the app itself. */
export type Typed =
  | { kind: 'start' | 'help' | 'mine' | 'review' }
  | { kind: 'language'; wanted: string }
  | { kind: 'find'; words: string };

/** One word that we know is asked for by itself; everything else is looked for. */
export function readTyped(typed: string): Typed {
  const words = typed.trim();
  const [, word = '', rest = ''] = /^(\S*)\s*([\s\S]*)$/.exec(words) ?? [];
  const only = rest === '' ? word.toLowerCase() : '';
  if (words === '') return { kind: 'start' };
  if (['help', 'hjälp', '?'].includes(only)) return { kind: 'help' };
  if (['mine', 'mina'].includes(only)) return { kind: 'mine' };
  if (['review', 'granska'].includes(only)) return { kind: 'review' };
  if (/^(language|språk)$/i.test(word) && rest.length < 20)
    return { kind: 'language', wanted: rest.toLowerCase().slice(0, 2) };
  return { kind: 'find', words };
}
