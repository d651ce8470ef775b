import type { types } from '@slack/bolt';
import { piecesOf } from '../words.ts';

export type Block = types.KnownBlock;
type RichText = types.RichTextBlock;
type RichElement = RichText['elements'][number];
type Inline = types.RichTextElement;
type Actions = types.ActionsBlock['elements'][number];

/** What Slack is sent: blocks, and the same in words for notifications and screen readers. */
export interface Card {
  text: string;
  blocks: Block[];
}

/** What one message may hold; see https://docs.slack.dev/reference/block-kit/blocks. `all` is what it has been seen to take. */
const limits = {
  blocks: 50,
  all: 12_000,
  text: 3000,
  part: 3000,
  header: 150,
  button: 75,
  description: 75,
  pressed: 75,
};

/** A heading, also to a screen reader; one that is too long for that is a paragraph in bold. */
export function heading(text: string): Block {
  return text.length <= limits.header ? { type: 'header', text: plain(text) } : paragraph(bold(text));
}

/** Text that means nothing but itself: in rich text, nobody can be called upon and no link forged. */
export function paragraph(...inline: (Inline | string)[]): RichText {
  return { type: 'rich_text', elements: [section(...inline)] };
}

/** A heading in bold, and what stands under it. */
export function part(title: string, first?: RichElement, ...others: RichElement[]): RichText {
  if (first?.type !== 'rich_text_section')
    return { type: 'rich_text', elements: [section(bold(title)), ...(first ? [first] : []), ...others] };
  // In one piece, or what follows would stand on the same line.
  return { type: 'rich_text', elements: [section(bold(`${title}\n`), ...first.elements), ...others] };
}

export function section(...inline: (Inline | string)[]): types.RichTextSection {
  return { type: 'rich_text_section', elements: inlines(inline) };
}

export function quote(...inline: (Inline | string)[]): RichElement {
  return { type: 'rich_text_quote', elements: inlines(inline) };
}

/** Text to copy, word for word and line by line. */
export function preformatted(text: string): RichElement {
  return { type: 'rich_text_preformatted', elements: [{ type: 'text', text: cut(text, limits.part) }] };
}

export function list(style: 'bullet' | 'ordered', items: readonly (Inline | string)[][]): RichElement {
  return { type: 'rich_text_list', style, elements: items.map((item) => section(...item)) };
}

export function bold(text: string): Inline {
  return { type: 'text', text, style: { bold: true } };
}

export function link(url: string, text: string): Inline {
  return { type: 'link', url, text };
}

/** Words in which addresses and the emergency number can be pressed. */
export function linked(text: string): Inline[] {
  return piecesOf(text).map(({ text, address }) =>
    address === undefined ? { type: 'text', text } : link(address, text),
  );
}

/** A moment in the reader's own zone, in small print; where a client can't do that, in the words given. */
export function moment(time: string, otherwise: string): types.MrkdwnElement {
  const seconds = Math.floor(Date.parse(time) / 1000);
  return { type: 'mrkdwn', text: `<!date^${seconds}^{date_long} {time}|${disarm(otherwise)}>` };
}

function inlines(inline: (Inline | string)[]): Inline[] {
  return inline.map((one): Inline => (typeof one === 'string' ? { type: 'text', text: one } : one));
}

/** Small print. */
export function small(...texts: (string | types.MrkdwnElement)[]): Block {
  const elements = texts.map((text) => (typeof text === 'string' ? plain(cut(text, limits.part)) : text));
  return { type: 'context', elements };
}

export const divider: Block = { type: 'divider' };

/** What can be pressed, in a row; each row of a message has its own id. */
export function row(block_id: string, ...elements: Actions[]): Block {
  return { type: 'actions', block_id, elements };
}

/** What a button beside it begins: its name, and what it is. Texts of ours alone, since they are marked up. */
export function titled(block_id: string, name: string, about: string | undefined, accessory: types.Button): Block {
  const text = `*${disarm(name)}*${about ? `\n${disarm(about)}` : ''}`;
  return {
    type: 'section',
    block_id,
    text: { type: 'mrkdwn', text: cut(text, limits.part), verbatim: true },
    accessory,
  };
}

/** A text with one button beside it. */
export function beside(block_id: string, text: string, accessory: types.Button): Block {
  return { type: 'section', block_id, text: plain(cut(text, limits.part)), accessory };
}

interface Look {
  value?: string;
  /** What a screen reader says instead of the text. */
  spoken?: string;
  style?: 'primary' | 'danger';
  confirm?: types.ConfirmationDialog;
}

export function button(action_id: string, text: string, { value, spoken, style, confirm }: Look = {}): types.Button {
  return {
    type: 'button',
    action_id,
    text: plain(cut(text, limits.button)),
    ...(value !== undefined && { value }),
    ...(spoken && { accessibility_label: cut(spoken, limits.button) }),
    ...(style && { style }),
    ...(confirm && { confirm }),
  };
}

/** One thing to choose. */
export interface Choice {
  id: string;
  label: string;
  hint?: string | undefined;
}

function option({ id, label, hint }: Choice): types.PlainTextOption {
  return {
    value: id,
    text: plain(cut(label, limits.pressed)),
    ...(hint && { description: plain(cut(hint, limits.description)) }),
  };
}

export function radio(action_id: string, choices: readonly Choice[], chosen?: string): types.RadioButtons {
  const initial = choices.find(({ id }) => id === chosen);
  return {
    type: 'radio_buttons',
    action_id,
    options: choices.map(option),
    ...(initial && { initial_option: option(initial) }),
  };
}

/** A list that is opened; typing in it looks for what contains the words. */
export function select(
  action_id: string,
  placeholder: string,
  groups: readonly { title: string; choices: readonly Choice[] }[],
  chosen?: string,
): types.StaticSelect {
  const [first, ...others] = groups;
  const initial = groups.flatMap(({ choices }) => choices).find(({ id }) => id === chosen);
  const options =
    others.length === 0
      ? { options: (first?.choices ?? []).map(option) }
      : {
          option_groups: groups.map(({ title, choices }) => ({
            label: plain(cut(title, limits.pressed)),
            options: choices.map(option),
          })),
        };
  return {
    type: 'static_select',
    action_id,
    placeholder: plain(cut(placeholder, limits.header)),
    ...options,
    ...(initial && { initial_option: option(initial) }),
  };
}

export function boxes(action_id: string, choices: readonly Choice[], ticked: ReadonlySet<string>): types.Checkboxes {
  const initial = choices.filter(({ id }) => ticked.has(id));
  return {
    type: 'checkboxes',
    action_id,
    options: choices.map(option),
    ...(initial.length > 0 && { initial_options: initial.map(option) }),
  };
}

export function plain(text: string): types.PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/** The text, or as many whole words of it as there is room for. */
export function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const room = text.slice(0, most - 1);
  const words = room.slice(0, room.lastIndexOf(' ')).replace(/[\s,;:–-]+$/, '');
  return `${words.length > most / 2 ? words : room}…`;
}

/** The characters by which plain message text could call upon somebody or forge a link. */
function disarm(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * A card that Slack takes. The flows are written to fit; where somebody's own are longer, the longest texts are cut and
 * `more` says so, but what can be pressed stays.
 */
export function fit(text: string, blocks: readonly (Block | undefined)[], more: string): Card {
  const all = blocks.filter((block) => block !== undefined);
  const spoken = disarm(cut(text, limits.text));
  if (all.length <= limits.blocks && lengthOf(all) <= limits.all) return { text: spoken, blocks: all };
  let beyond = all.length - limits.blocks + 1;
  let fitted = all.toReversed().filter(({ type }) => type === 'actions' || beyond-- <= 0);
  fitted.reverse();
  for (let most = limits.part; lengthOf(fitted) > limits.all - more.length && most > 50; most /= 2)
    fitted = fitted.map((block) => shortened(block, most));
  return { text: spoken, blocks: [...fitted, small(more)] };
}

/** The same block with less to read, and as much to press. */
function shortened(block: Block, most: number): Block {
  if (block.type === 'section' && block.text) return { ...block, text: shorten(block.text, most) };
  return block.type === 'rich_text' || block.type === 'context' ? shorten(block, most) : block;
}

/** How many characters a reader gets to see. */
function lengthOf(part: object): number {
  let length = 0;
  // Lists go by themselves: to name each place in one takes several times as long, at every card.
  if (Array.isArray(part)) {
    for (const one of part) if (typeof one === 'object' && one !== null) length += lengthOf(one);
    return length;
  }
  for (const name in part) {
    const value = (part as Record<string, unknown>)[name];
    if (typeof value === 'string') length += name === 'text' || name === 'fallback' ? value.length : 0;
    else if (typeof value === 'object' && value !== null) length += lengthOf(value);
  }
  return length;
}

/** The same block with no text in it longer than `most`. */
function shorten<Part>(part: Part, most: number): Part {
  if (Array.isArray(part)) return part.map((one) => shorten(one, most)) as Part;
  if (typeof part !== 'object' || part === null) return part;
  const entries = Object.entries(part).map(([name, value]) => [
    name,
    name === 'text' && typeof value === 'string' ? cut(value, most) : shorten(value, most),
  ]);
  return Object.fromEntries(entries) as Part;
}

/** The same card for a workspace that does not know rich text yet: every block that may be new as plain paragraphs. */
export function withoutRichText({ text, blocks }: Card): Card {
  return {
    text,
    blocks: blocks.map((block): Block => {
      if (block.type !== 'rich_text') return block;
      return { type: 'section', text: plain(cut(block.elements.map(inWords).join('\n'), limits.part)) };
    }),
  };
}

function inWords(element: RichElement): string {
  if (element.type === 'rich_text_list')
    return element.elements
      .map((item, i) => `${element.style === 'ordered' ? `${i + 1}.` : '•'} ${inWords(item)}`)
      .join('\n');
  return element.elements
    .map((one) =>
      'text' in one ? (one.text ?? ('url' in one ? one.url : '')) : 'fallback' in one ? (one.fallback ?? '') : '',
    )
    .join('');
}
