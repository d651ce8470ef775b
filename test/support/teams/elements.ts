import { isObject, type Json, listOf } from '../slack/limits.ts';

/** An element of a card, where it stands, and everything that it stands in, the outermost first. */
export interface Found {
  element: Json;
  path: string;
  holders: Json[];
}

/** What a button on a card carries. */
export interface Button {
  title: string;
  verb: string;
  session?: string;
  node?: string;
  seq?: number;
  option?: string;
  /** In the review: what it leads to, and for which record. */
  what?: string;
  number?: string;
  action: Json;
}

/** By which properties an element holds others. */
export const holding: Record<string, string[]> = {
  AdaptiveCard: ['body', 'actions'],
  Container: ['items'],
  ColumnSet: ['columns'],
  Column: ['items'],
  ActionSet: ['actions'],
};

/** What only Teams draws; everywhere else its fallback stands in its place. */
const onlyInTeams =
  /^(Icon|Badge|CompoundButton|CodeBlock|Rating|Input\.Rating|ProgressBar|ProgressRing|Carousel|Chart\..+|Action\.Popover)$/;

/** The card as a client shows it that knows nothing but Adaptive Cards themselves. */
export function asOldest<Part>(part: Part): Part {
  if (Array.isArray(part))
    return part.flatMap((one): unknown[] => {
      if (!isObject(one) || !onlyInTeams.test(String(one.type)) || one.fallback === undefined) return [asOldest(one)];
      return one.fallback === 'drop' ? [] : [asOldest(one.fallback)];
    }) as Part;
  if (!isObject(part)) return part;
  return Object.fromEntries(Object.entries(part).map(([key, value]) => [key, asOldest(value)])) as Part;
}

/** All elements of a card, in the order in which they are read. */
export function everyElement(card: Json): Found[] {
  const found = known.get(card) ?? within(asOldest(card), '', []);
  known.set(card, found);
  return found;
}

/** A card is looked through many times, and never changed: another takes its place. */
const known = new WeakMap<Json, Found[]>();

function within(element: Json, path: string, holders: Json[]): Found[] {
  const around = [...holders, element];
  return (holding[String(element.type)] ?? []).flatMap((key) =>
    listOf(element[key]).flatMap((part, i) => {
      const at = `${path}${path && '.'}${key}[${i}]`;
      return [{ element: part, path: at, holders: around }, ...within(part, at, around)];
    }),
  );
}

/** Whether it can be seen, once what a toggle has shown or hidden is so. */
export function isShown({ element, holders }: Found, toggled: ReadonlyMap<string, boolean> = new Map()): boolean {
  return [...holders, element].every(({ id, isVisible }) => toggled.get(String(id)) ?? isVisible !== false);
}

/** What can be pressed on the card and reaches the program, in the order in which it is drawn. */
export function buttonsOn(card: Json, toggled?: ReadonlyMap<string, boolean>): Button[] {
  return everyElement(card)
    .filter((found) => isShown(found, toggled) && isSent(found.element))
    .map(({ element }) => asButton(element));
}

/** Whether the program is told when this is pressed. */
export function isSent({ type }: Json): boolean {
  return type === 'Action.Execute' || type === 'Action.Submit';
}

export function asButton(action: Json): Button {
  const data = isObject(action.data) ? action.data : {};
  return { title: String(action.title ?? ''), ...data, verb: String(action.verb ?? data.verb ?? ''), action };
}

/** Whether a button is meant: by its verb, by `verb:option` or `review:what`, or by looking at it. */
export function isMeant(button: Button, which: Which): boolean {
  if (typeof which !== 'string') return which(button);
  const [, verb, option] = /^([^:]*)(?::(.*))?$/s.exec(which)!;
  return button.verb === verb && (option === undefined || button.option === option || button.what === option);
}

/** Chooses a button by its verb, by `verb:option`, or by looking at it. */
export type Which = string | ((button: Button) => boolean);

/** The input of a card; there is at most one, but for the choice beside what is written. */
export function inputOn(card: Json): Json | undefined {
  return inputsOn(card)[0];
}

function inputsOn(card: Json): Json[] {
  return everyElement(card).flatMap(({ element }) => (String(element.type).startsWith('Input.') ? [element] : []));
}

/** What is chosen, ticked or written in the input of a card; by their ids where there are several. */
export type Filling = string | string[] | Record<string, string>;

/** What can be chosen or ticked on a card. */
export function choicesOn(card: Json): { title: string; value: string; chosen: boolean }[] {
  return choicesOf(inputOn(card) ?? {});
}

function choicesOf(input: Json): { title: string; value: string; chosen: boolean }[] {
  const chosen = String(input.value ?? '').split(',');
  return listOf(input.choices).map(({ title, value }) => ({
    title: String(title),
    value: String(value),
    chosen: chosen.includes(String(value)),
  }));
}

/**
 * What the client puts into a button's data once this was chosen or written; without a value, what the input says from
 * the beginning. An input that says nothing puts in nothing.
 * @throws where the client would not let it be chosen, written or left out
 */
export function filledIn(card: Json, { action }: Button, value?: Filling): Json {
  const inputs = inputsOn(card);
  if (inputs.length === 0 || action.associatedInputs === 'none') {
    if (value === undefined) return {};
    throw new Error(`Nothing can be filled in that goes along with ${action.title}`);
  }
  const each = inputs.map((input) => {
    const own = isObject(value) ? value[String(input.id)] : value;
    return filledInto(input, own as string | string[] | undefined);
  });
  return Object.assign({}, ...each);
}

function filledInto(input: Json, value: string | string[] | undefined): Json {
  const said = value === undefined ? String(input.value ?? '') : [value].flat().join(',');
  const known = choicesOf(input).map(({ value }) => value);
  if (input.type === 'Input.ChoiceSet')
    for (const one of said === '' ? [] : input.isMultiSelect === true ? said.split(',') : [said])
      if (!known.includes(one)) throw new Error(`There is no choice ${one}, but ${known.join(', ')}`);
  if (said.length > Number(input.maxLength ?? Infinity)) throw new Error(`${input.label} is too long`);
  if (typeof input.regex === 'string' && said !== '' && !new RegExp(input.regex).test(said))
    throw new Error(`${input.label} does not take ${said}`);
  if (said === '' && input.isRequired === true) throw new Error(`${input.label} must be filled in`);
  return said === '' ? {} : { [String(input.id)]: said };
}

/** The view's heading: the first text that is one. */
export function headingOf(card: Json): string {
  const found = everyElement(card).find(({ element }) => element.type === 'TextBlock' && element.style === 'heading');
  return found ? plain(String(found.element.text)) : '';
}

/** All that can be read on a card, a line for each piece of text. */
export function readText(card: Json, toggled?: ReadonlyMap<string, boolean>): string {
  return everyElement(card)
    .filter((found) => isShown(found, toggled))
    .flatMap(({ element }) => words(element))
    .join('\n');
}

function words({ type, text, title, label, altText, choices, facts }: Json): unknown[] {
  if (type === 'FactSet')
    return listOf(facts).map(({ title, value }) => `${plain(String(title))}: ${plain(String(value))}`);
  if (type === 'TextBlock') return [plain(String(text))];
  return [label, title, altText, ...listOf(choices).map((choice) => choice.title)].filter((one) => one !== undefined);
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: ' ' };

/** A text in Teams' Markdown as it is read once it is drawn. */
export function plain(markdown: string): string {
  const escaped: string[] = [];
  const keep = (sign: string) => `\u{e000}${escaped.push(sign) - 1}\u{e001}`;
  return markdown
    .replace(/\\([\\`*_{}[\]()#+\-.!~|<>&])/g, (_, sign) => keep(sign))
    .replace(/&(amp|lt|gt|quot|#39|nbsp);/g, (_, name) => keep(entities[name]!))
    .replace(/!?\[([^\]]*)\]\([^)\s]*\)/g, '$1')
    .replace(/(\*\*|__)(?=\S)(.+?)(?<=\S)\1/gs, '$2')
    .replace(/(?<![\p{L}\p{N}])([*_])(?=\S)([^*_]+?)(?<=\S)\1(?![\p{L}\p{N}])/gsu, '$2')
    .replace(/\u{e000}(\d+)\u{e001}/gu, (_, i) => escaped[Number(i)]!);
}
