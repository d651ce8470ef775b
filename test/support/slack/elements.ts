import { randomBytes } from 'node:crypto';
import { elementsOf, everyBlock, isObject, type Json, listOf } from './limits.ts';
import type { Which } from './wire.ts';

/** An element, and the block that it stands in. */
interface Found {
  element: Json;
  block: Json;
}

/** Everything that can be pressed or filled in. */
export function allElements(blocks: readonly Json[]): Found[] {
  return everyBlock(blocks).flatMap((block) =>
    elementsOf(block)
      .filter(({ action_id }) => action_id !== undefined)
      .map((element) => ({ element, block })),
  );
}

/** The first element that is meant. @throws with those that there are, where it is none of them. */
export function findElement(blocks: readonly Json[], which: Which): Found {
  const all = allElements(blocks);
  const found = all.find(({ element, block }) =>
    typeof which === 'string' ? element.action_id === which : which(element, block),
  );
  if (found) return found;
  const known = all.map(({ element }) =>
    [element.action_id, ...optionsOf(element).map(({ value }) => value)].join(' '),
  );
  throw new Error(`${typeof which === 'string' ? which : 'What is looked for'} is not there, but ${known.join(', ')}`);
}

/** What can be chosen in an element. */
export function optionsOf(element: Json): Json[] {
  return [element, ...listOf(element.option_groups)].flatMap((part) => listOf(part.options));
}

/** What an element says once this was chosen or written in it; without a value, what it says from the beginning. */
export function stateOf(element: Json, value?: string | string[]): Json {
  const type = String(element.type);
  const choose = (wanted: string) => {
    const option = optionsOf(element).find((one) => one.value === wanted);
    if (!option) throw new Error(`${element.action_id} has no option ${wanted}`);
    return option;
  };
  if (type === 'checkboxes' || type === 'multi_static_select') {
    const initial = listOf(element.initial_options);
    return { type, selected_options: value === undefined ? initial : [value].flat().map(choose) };
  }
  const one = [value].flat()[0];
  if (['radio_buttons', 'static_select', 'overflow'].includes(type))
    return { type, selected_option: one === undefined ? (element.initial_option ?? null) : choose(one) };
  const picked = /^(date|time|datetime|users_|channels_|conversations_)/.exec(type)?.[1];
  if (picked !== undefined) {
    const what = type.startsWith('datetime') ? 'date_time' : picked.replace(/_$|s_$/, '');
    return { type, [`selected_${what}`]: one ?? element[`initial_${what}`] ?? null };
  }
  return { type, value: one ?? element.initial_value ?? null };
}

/** What is sent when somebody uses the element. */
export function actionOf({ element, block }: Found, value?: string | string[]): Json {
  const { type, action_id, text, url, placeholder, initial_option, initial_options } = element;
  const ids = { type, action_id, block_id: block.block_id };
  const said =
    type === 'button' || type === 'icon_button'
      ? { text, ...(element.value !== undefined && { value: element.value }), ...(url !== undefined && { url }) }
      : {
          ...stateOf(element, value),
          ...(placeholder !== undefined && { placeholder }),
          ...(initial_option !== undefined && { initial_option }),
          ...(initial_options !== undefined && { initial_options }),
        };
  return { ...ids, ...said, action_ts: (Date.now() / 1000).toFixed(6) };
}

const stateless = ['button', 'icon_button', 'overflow', 'image', 'feedback_buttons'];

/** What all elements say together, by block and action id. */
export function valuesOf(blocks: readonly Json[], held: ReadonlyMap<string, Json> = new Map()) {
  const values: Record<string, Record<string, Json>> = {};
  for (const { element, block } of allElements(blocks)) {
    if (stateless.includes(String(element.type))) continue;
    const state = held.get(keyOf({ element, block })) ?? stateOf(element);
    values[String(block.block_id)] = { ...values[String(block.block_id)], [String(element.action_id)]: state };
  }
  return values;
}

/** By what Slack knows an element again after its message was drawn anew. */
export function keyOf({ element, block }: Found): string {
  return `${block.block_id} ${element.action_id}`;
}

/**
 * What a modal says once it is filled in. The values are named by block or by action id.
 * @throws where Slack would not let it be sent: something required is missing, too long, or no option.
 */
export function fillIn(blocks: readonly Json[], values: Record<string, string | string[]>) {
  const filled = new Map<string, Json>();
  const inputs = allElements(blocks).filter(({ block }) => block.type === 'input');
  const names = inputs.flatMap(({ element, block }) => [String(block.block_id), String(element.action_id)]);
  for (const name of Object.keys(values)) if (!names.includes(name)) throw new Error(`No input is called ${name}`);
  for (const { element, block } of inputs) {
    const value = values[String(block.block_id)] ?? values[String(element.action_id)];
    const state = stateOf(element, value);
    const said = state.selected_option ?? state.value ?? state.selected_date ?? listOf(state.selected_options)[0];
    if (!said && block.optional !== true) throw new Error(`${element.action_id} must be filled in`);
    if (typeof said === 'string' && said.length > Number(element.max_length ?? 3000))
      throw new Error(`${element.action_id} is too long`);
    filled.set(keyOf({ element, block }), state);
  }
  return filled;
}

/** The blocks as Slack keeps them: every block and element with an id, every text complete. */
export function asKept(blocks: unknown): Json[] {
  return listOf(complete(blocks)).map(named);
}

function complete(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(complete);
  if (!isObject(part)) return part;
  const whole = Object.fromEntries(Object.entries(part).map(([key, value]) => [key, complete(value)]));
  if (part.type === 'plain_text') return { emoji: true, ...whole };
  return part.type === 'mrkdwn' ? { verbatim: false, ...whole } : whole;
}

const usable = /button|select|input|picker|checkboxes|overflow/;

function named(block: Json): Json {
  const withId = (one: Json) => (usable.test(String(one.type)) ? { action_id: someId(), ...one } : one);
  const rest = Object.entries(block).map(([key, value]): [string, unknown] => {
    if (key === 'child_blocks' || block.type === 'carousel')
      return [key, Array.isArray(value) ? value.map(named) : value];
    if (key === 'elements' || key === 'actions') return [key, listOf(value).map(withId)];
    return [key, (key === 'accessory' || key === 'element') && isObject(value) ? withId(value) : value];
  });
  return { block_id: someId(), ...Object.fromEntries(rest) };
}

function someId(): string {
  return randomBytes(4).toString('base64url').slice(0, 5);
}

/** All that can be read in the blocks, a line for each piece of text. */
export function readText(part: unknown): string {
  return lines(part).join('\n');
}

const readable = ['text', 'alt_text', 'caption'];

function lines(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(lines);
  if (!isObject(part)) return [];
  if (/^rich_text_(section|quote|preformatted)$/.test(String(part.type)))
    return [
      listOf(part.elements)
        .map(({ text, url, name, fallback }) => text ?? url ?? (name ? `:${name}:` : (fallback ?? '')))
        .join(''),
    ];
  return Object.entries(part).flatMap(([key, value]) =>
    typeof value === 'string' ? (readable.includes(key) ? [value] : []) : lines(value),
  );
}
