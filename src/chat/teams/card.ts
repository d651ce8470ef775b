import { randomUUID } from 'node:crypto';
import type { Language } from '../../record/entry.ts';
import type { Mark } from '../press.ts';
import { piecesOf } from '../words.ts';

/** An Adaptive Card of version 1.5, as far as we draw with it; see https://adaptivecards.io/explorer. */
export interface Card {
  type: 'AdaptiveCard';
  $schema: string;
  version: '1.5';
  lang: Language;
  /** What a client says that can't draw the card; it is also what a notification says. */
  fallbackText: string;
  body: Element[];
}

export type Element = TextBlock | FactSet | Container | ActionSet | ChoiceSet | TextInput;

interface Placed {
  id?: string;
  isVisible?: boolean;
  separator?: boolean;
  spacing?: 'none' | 'small' | 'medium' | 'large' | 'extraLarge';
}

interface TextBlock extends Placed {
  type: 'TextBlock';
  text: string;
  wrap: true;
  style?: 'heading';
  size?: 'small' | 'medium' | 'large';
  weight?: 'bolder';
  isSubtle?: true;
}

/** A table of two columns, each row a name and what is said of it. */
interface FactSet extends Placed {
  type: 'FactSet';
  facts: { title: string; value: string }[];
}

interface Container extends Placed {
  type: 'Container';
  style?: 'emphasis' | 'accent';
  items: Element[];
}

interface ActionSet extends Placed {
  type: 'ActionSet';
  actions: Action[];
}

interface Input extends Placed {
  /** `should` where a card has two: the outcome that it should have been, beside why. */
  id: 'option' | 'should';
  label: string;
  value?: string;
  isRequired?: true;
  errorMessage?: string;
}

interface ChoiceSet extends Input {
  type: 'Input.ChoiceSet';
  choices: { title: string; value: string }[];
  style: 'expanded' | 'compact' | 'filtered';
  placeholder?: string;
  isMultiSelect?: true;
  wrap: true;
}

interface TextInput extends Input {
  type: 'Input.Text';
  maxLength: number;
  isMultiline?: true;
}

interface Pressable {
  title: string;
  /** Read out instead of the title, where that alone says too little. */
  tooltip?: string;
  style?: 'positive' | 'destructive';
}

type Action = Execute | Submit | ToggleVisibility | OpenUrl;

/** What a press carries back: a pointer, and nothing that decides. */
interface Carried {
  session: string;
  node: string;
  seq: number;
  option?: string;
  /** The card has boxes: where nothing is ticked, no option goes along. */
  boxes?: true;
  /** The card has a line that may be left empty: where nothing is written, no option goes along. */
  written?: true;
}

/** What a press in the review carries back: as much a pointer, to a record in the state in which it was read. */
interface Reviewed {
  what: string;
  number: string;
  seq: number;
  option?: string;
}

interface Execute extends Pressable {
  type: 'Action.Execute';
  verb: string;
  data: Carried | Reviewed;
  associatedInputs?: 'none';
  /** For clients that don't know Action.Execute. */
  fallback: Omit<Submit, 'title'> & { title: string };
}

interface Submit extends Pressable {
  type: 'Action.Submit';
  data: (Carried | Reviewed) & { verb: string };
  associatedInputs?: 'none';
}

interface ToggleVisibility extends Pressable {
  type: 'Action.ToggleVisibility';
  targetElements: string[];
}

interface OpenUrl extends Pressable {
  type: 'Action.OpenUrl';
  url: string;
}

/** The most characters of JSON that a card may have: a quarter of what Teams takes, so that any client draws it. */
const largest = 24_000;

/**
 * A card that Teams takes. Our own texts are written to fit; where somebody's own are longer, the longest are cut and
 * `more` says so, but what can be pressed stays.
 */
export function fit(lang: Language, spoken: string, elements: readonly (Element | undefined)[], more: string): Card {
  const make = (body: Element[]): Card => ({
    type: 'AdaptiveCard',
    $schema: 'https://adaptivecards.io/schemas/adaptive-card.json',
    version: '1.5',
    lang,
    fallbackText: harmless(cut(spoken, 2000)),
    body,
  });
  const all = elements.filter((element) => element !== undefined);
  let card = make(all);
  let text = JSON.stringify(card);
  for (let most = 2000; text.length > largest && most > 50; most /= 2) {
    card = make([...all.map((element) => shorten(element, most)), small(more)]);
    text = JSON.stringify(card);
  }
  written.set(card, text);
  return card;
}

const written = new WeakMap<object, string>();

/** Something with cards in it as JSON. A card is large, is sent twice, and has been written out already. */
export function writeJson(value: object): string {
  const cards: string[] = [];
  const text = JSON.stringify(value, (_, part: unknown) => {
    const card = typeof part === 'object' && part !== null ? written.get(part) : undefined;
    return card === undefined ? part : `${place}${cards.push(card) - 1}`;
  });
  return cards.length === 0 ? text : text.replace(places, (_, i) => cards[Number(i)]!);
}

/** Stands for a card; nobody can know it, and so nobody can write it. */
const place = randomUUID();
const places = new RegExp(`"${place}(\\d+)"`, 'g');

/** The same element with no text in it longer than `most`; what one writes in or presses is left alone. */
function shorten(element: Element, most: number): Element {
  if (element.type === 'TextBlock') return { ...element, text: cut(element.text, most) };
  if (element.type === 'Container') return { ...element, items: element.items.map((item) => shorten(item, most)) };
  return element;
}

/** Cuts at a word. */
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most - 1).replace(/\s+\S*$/, '')}…`;
}

/** Text as it is, where Teams would read Markdown, markup, or a date out of it. */
export function plain(text: string): string {
  return harmless(text)
    .replace(/[\\`*_]/g, '\\$&')
    .replaceAll('](', ']\\(');
}

/** The same where there is no Markdown: what would be a tag, a sign's name or a date is taken apart by a space without width. */
function harmless(text: string): string {
  return text.replace(/<(?=[a-z/!])|&(?=#?\w+;)|\{(?=\{)/gi, '$&\u200B');
}

/** The same, and what can be called or written to can be pressed. */
export function linked(text: string): string {
  return piecesOf(text)
    .map(({ text, address }) => (address ? `[${plain(text)}](${address})` : plain(text)))
    .join('');
}

/** A text that leads to an address; what is no address of a page leads nowhere, and none says more than it should. */
export function link(text: string, address: string): string {
  if (!address.startsWith('https://') || !URL.canParse(address)) return plain(text);
  const escaped = new URL(address).href.replace(/[()[\]\\<>"]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`);
  return `[${plain(text)}](${escaped})`;
}

export const bold = (text: string) => `**${plain(text)}**`;

/** The question, or what it came to: one on each card, before all other headings. */
export function heading(text: string): Element {
  return { type: 'TextBlock', text: plain(text), wrap: true, style: 'heading', size: 'large', weight: 'bolder' };
}

/** A part of the card under its own heading. */
export function part(title: string, ...elements: Element[]): Element {
  const head: Element = { ...subheading(title), spacing: 'none' };
  return { type: 'Container', spacing: 'medium', items: [head, ...elements] };
}

function subheading(text: string): TextBlock {
  return { type: 'TextBlock', text: plain(text), wrap: true, style: 'heading', size: 'medium', weight: 'bolder' };
}

/** A text that is Markdown already. */
export function paragraph(text: string): TextBlock {
  return { type: 'TextBlock', text, wrap: true, spacing: 'small' };
}

export function small(...texts: string[]): Element {
  return { type: 'TextBlock', text: texts.map(plain).join(' '), wrap: true, size: 'small', isSubtle: true };
}

/** Items that are Markdown already. */
export function list(kind: 'bullets' | 'steps', items: readonly string[]): Element {
  const lines = items.map((item, i) => `${kind === 'steps' ? `${i + 1}.` : '-'} ${item.replace(/\s*\n\s*/g, ' ')}`);
  return paragraph(lines.join('\n'));
}

/** Names, and what is said of each. */
export function table(rows: readonly (readonly [name: string, said: string])[]): Element {
  return { type: 'FactSet', facts: rows.map(([name, said]) => ({ title: plain(name), value: plain(said) })) };
}

/** Words to use or to take along, set apart; each line for itself. */
export function quote(text: string): Element {
  const items = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line): Element => ({ type: 'TextBlock', text: linked(line), wrap: true, spacing: 'small' }));
  return { type: 'Container', style: 'emphasis', items };
}

/** Said above everything else. */
export function notice(text: string): Element {
  return { type: 'Container', style: 'accent', items: [{ type: 'TextBlock', text: bold(text), wrap: true }] };
}

/** What somebody else has said about this, set apart under its own heading. */
export function panel(title: string, ...elements: Element[]): Element {
  return { type: 'Container', style: 'emphasis', spacing: 'medium', items: [subheading(title), ...elements] };
}

/** What belongs together, set off from what stands above. */
export function apart(id: string | undefined, ...items: Element[]): Element {
  const hidden = id !== undefined && ({ id, isVisible: false } as const);
  return { type: 'Container', ...hidden, separator: true, spacing: 'large', items };
}

/** Buttons in a row. */
export function row(...actions: Action[]): Element {
  return { type: 'ActionSet', actions };
}

/** Buttons that lead elsewhere, set off from what is asked: else they look like further answers. */
export function moves(...actions: Action[]): Element {
  return { type: 'ActionSet', separator: true, spacing: 'extraLarge', actions };
}

/** A button among others of its kind, what explains it, and what is said of it before that. */
interface Offer {
  action: Action;
  says?: string | undefined;
  first?: string | undefined;
}

/** A button has one line, and a phone shows no more than about so many characters of it. */
const longestOnPhone = 34;

/**
 * Buttons one below another, each with what is said of it: a phone may show only the first of a row, and cuts what does
 * not fit in a line, which is then said in full. Side by side only where they are as short as Yes and No.
 */
export function stack(offers: readonly Offer[]): Element[] {
  const actions = offers.map(({ action }) => action);
  const said = offers.map(({ action: { title }, says, first }) => {
    const explained = [title.length > longestOnPhone && title, says].filter(Boolean).join(' – ');
    return [first, explained].filter(Boolean).join(' ');
  });
  if (said.every((line) => line === '') && actions.map(({ title }) => title).join('').length <= 20)
    return [row(...actions)];
  return actions.flatMap((action, i): Element[] => [
    { ...row(action), spacing: 'medium' },
    ...(said[i] ? [{ ...paragraph(linked(said[i])), isSubtle: true } as const] : []),
  ]);
}

interface Looks {
  option?: string | undefined;
  /** Read out, where the title alone says too little. */
  spoken?: string;
  style?: 'positive' | 'destructive';
  /** It has nothing to do with what is written or chosen on the card. */
  apart?: true;
}

/** A button of ours. One with an option of its own takes nothing along that is written on the card. */
export function button(
  verb: string,
  title: string,
  { session, node = '', seq = 0 }: Pick<Mark, 'session'> & Partial<Mark>,
  { option, spoken, style, apart }: Looks = {},
): Action {
  const boxes = verb === 'tick' || verb === 'done';
  const written = verb === 'ask' && option === undefined;
  const data = {
    ...{ session, node, seq },
    ...(option !== undefined && { option }),
    ...(boxes && { boxes }),
    ...(written && { written }),
  };
  return execute(verb, title, data, !apart && takesInput(verb, option), { spoken, style });
}

/** A button of the review. One that looks at something, or that needs no words, takes nothing along that is written. */
export function reviewButton(
  title: string,
  { what, number = '', seq = 0, option }: Partial<Reviewed> & Pick<Reviewed, 'what'>,
  { takes = false, ...looks }: Pick<Looks, 'spoken' | 'style'> & { takes?: boolean } = {},
): Action {
  const data = { what, number, seq, ...(option !== undefined && { option }) };
  return execute('review', title, data, takes, looks);
}

function execute(
  verb: string,
  title: string,
  data: Carried | Reviewed,
  takes: boolean,
  { spoken, style }: { spoken?: string | undefined; style?: Looks['style'] | undefined },
): Action {
  const looks = {
    title: cut(title, 120),
    ...(spoken !== undefined && { tooltip: cut(spoken, 250) }),
    ...(style && { style }),
  };
  const inputs = takes ? {} : ({ associatedInputs: 'none' } as const);
  return {
    type: 'Action.Execute',
    verb,
    ...looks,
    ...inputs,
    data,
    fallback: { type: 'Action.Submit', title: looks.title, ...inputs, data: { verb, ...data } },
  };
}

/** Whether what is written or chosen on the card goes along. */
function takesInput(verb: string, option: string | undefined): boolean {
  const taking = ['start', 'answer', 'change', 'tick', 'done', 'find', 'label', 'ask', 'respond', 'unit'];
  return option === undefined && taking.includes(verb);
}

/** A button that shows what was hidden, and hides it again. */
export function toggle(id: string, title: string, style?: 'destructive'): Action {
  return { type: 'Action.ToggleVisibility', title, targetElements: [id], ...(style && { style }) };
}

export function open(url: string, title: string): Action {
  return { type: 'Action.OpenUrl', title, url };
}

interface Choice {
  id: string;
  label: string;
}

interface Choosing {
  placeholder: string;
  /** Where one has to be chosen. */
  errorMessage?: string;
  chosen?: string | undefined;
  /** Folded into one line, however few they are. */
  folded?: true;
  id?: 'should';
}

/** One of several: all in sight where they are few, else a list that is searched by typing. */
export function choose(
  label: string,
  choices: readonly Choice[],
  { placeholder, errorMessage, chosen, folded, id }: Choosing,
): Element {
  const inSight = folded ? 'compact' : 'expanded';
  return {
    type: 'Input.ChoiceSet',
    id: id ?? 'option',
    label,
    style: choices.length > 10 ? 'filtered' : inSight,
    placeholder,
    ...required(errorMessage),
    wrap: true,
    ...(chosen !== undefined && { value: chosen }),
    choices: choices.map(({ id, label }) => ({ title: label, value: id })),
  };
}

/** Boxes to tick. */
export function boxes(label: string, items: readonly (Choice & { ticked: boolean })[]): Element {
  return {
    type: 'Input.ChoiceSet',
    id: 'option',
    label,
    style: 'expanded',
    isMultiSelect: true,
    wrap: true,
    value: items
      .filter((item) => item.ticked)
      .map(({ id }) => id)
      .join(','),
    choices: items.map(({ id, label }) => ({ title: label, value: id })),
  };
}

/** A line to write in. */
export function line(
  label: string,
  { most, value, errorMessage }: { most: number; value?: string | undefined; errorMessage: string },
): Element {
  return {
    type: 'Input.Text',
    id: 'option',
    label,
    maxLength: most,
    isRequired: true,
    errorMessage,
    ...(value !== undefined && { value }),
  };
}

/** Several lines to write in; one may be left empty that says no word where it is. */
export function area(
  label: string,
  { most, value, errorMessage }: { most: number; value?: string | undefined; errorMessage?: string },
): Element {
  return {
    type: 'Input.Text',
    id: 'option',
    label,
    maxLength: most,
    isMultiline: true,
    ...required(errorMessage),
    ...(value && { value }),
  };
}

const required = (errorMessage: string | undefined) =>
  errorMessage === undefined ? {} : ({ isRequired: true, errorMessage } as const);

/** The same card for a dialog, which knows no Action.Execute: every button sends the same by Action.Submit. */
export function forDialog(card: Card): Card {
  return { ...card, body: card.body.map(submitting) };
}

function submitting(element: Element): Element {
  if (element.type === 'Container') return { ...element, items: element.items.map(submitting) };
  if (element.type !== 'ActionSet') return element;
  return {
    ...element,
    actions: element.actions.map((action): Action => {
      if (action.type !== 'Action.Execute') return action;
      const { fallback, tooltip, style } = action;
      return { ...fallback, ...(tooltip !== undefined && { tooltip }), ...(style && { style }) };
    }),
  };
}
