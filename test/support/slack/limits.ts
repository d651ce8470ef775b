import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

/** Anything that JSON writes in braces. */
export type Json = Record<string, unknown>;

/** Says where and what is wrong. */
type Note = (at: string, fault: string) => void;
type Check = (value: unknown, at: string, note: Note) => void;
type Fields = Record<string, Check>;

/** Fails where Slack would refuse the payload, or where it would be heard by somebody who should not be disturbed. */
export function assertPayload(payload: unknown, where: string): void {
  assert.deepEqual(faultsIn(payload), [], where);
}

/**
 * All that Slack would refuse in a message, a view or the answer to a submission, and what this program may never send:
 * mentions that ping, links that lead out of the web, messages that a screen reader can't read.
 * Blocks that this program has no use for (video, file, plan, task_card, data_visualization) count as unknown.
 */
export function faultsIn(payload: unknown): string[] {
  const faults: string[] = [];
  checkPayload(payload, '', (at, fault) => faults.push(`${at.replace(/^\./, '') || 'payload'}: ${fault}`));
  return faults;
}

function checkPayload(payload: unknown, at: string, note: Note) {
  if (!isObject(payload)) return note(at, 'must be an object');
  if ('response_action' in payload) return checkResponse(payload, at, note);
  if (payload.type === 'modal' || payload.type === 'home') return checkView(payload, at, note);
  if (isObject(payload.unfurls)) {
    for (const [url, unfurl] of Object.entries(payload.unfurls)) checkAttachment(unfurl, `${at}.unfurls[${url}]`, note);
    return;
  }
  checkMessage(payload, at, note);
}

function checkResponse(payload: Json, at: string, note: Note) {
  oneOf('update', 'push', 'clear', 'errors')(payload.response_action, `${at}.response_action`, note);
  if (payload.response_action === 'update' || payload.response_action === 'push')
    checkView(payload.view, `${at}.view`, note);
  if (payload.response_action !== 'errors') return;
  if (!isObject(payload.errors) || Object.keys(payload.errors).length === 0)
    return note(`${at}.errors`, 'must name a block');
  for (const [block, error] of Object.entries(payload.errors)) words(2000)(error, `${at}.errors.${block}`, note);
}

function checkMessage(message: Json, at: string, note: Note): void {
  if (message.delete_original === true) return;
  words(3999)(message.text, `${at}.text`, note);
  checkMarkup(message.text, `${at}.text`, note);
  if (message.link_names) note(`${at}.link_names`, 'makes names ping');
  if (message.parse === 'full') note(`${at}.parse`, 'makes names ping');
  // Only what replaces an earlier message can have its blocks taken away.
  const replaces = message.ts !== undefined || message.replace_original === true;
  if (message.blocks !== undefined)
    list(blockOn('message'), 50, replaces ? 0 : 1)(message.blocks, `${at}.blocks`, note);
  if (message.attachments !== undefined) list(anything, 100, 0)(message.attachments, `${at}.attachments`, note);
  listOf(message.attachments).forEach((one, i) => void checkAttachment(one, `${at}.attachments[${i}]`, note));
  const blocks = everyBlock([message, ...listOf(message.attachments)].flatMap((part) => listOf(part.blocks)));
  checkIds(blocks, at, note);
  checkCumulated(blocks, at, note);
}

function checkAttachment(attachment: unknown, at: string, note: Note) {
  if (!isObject(attachment)) return note(at, 'must be an object');
  if (attachment.blocks === undefined) words(3999)(attachment.text ?? attachment.fallback, `${at}.text`, note);
  else list(blockOn('message'), 50)(attachment.blocks, `${at}.blocks`, note);
  for (const key of ['text', 'fallback', 'pretext', 'title', 'footer'])
    checkMarkup(attachment[key], `${at}.${key}`, note);
  if (attachment.title_link !== undefined) link()(attachment.title_link, `${at}.title_link`, note);
}

function checkView(view: unknown, at: string, note: Note) {
  if (!isObject(view)) return note(at, 'must be an object');
  if (view.type !== 'modal' && view.type !== 'home') return note(`${at}.type`, 'must be modal or home');
  const shared = { private_metadata: string(3000, 0), callback_id: id, external_id: id };
  const frame = { submit: plain(24), close: plain(24), clear_on_close: flag, notify_on_close: flag };
  const blocks = list(blockOn(view.type), 100);
  const check =
    view.type === 'home' ? object({ blocks }, shared) : object({ title: plain(24), blocks }, { ...shared, ...frame });
  check(view, at, note);
  const size = Buffer.byteLength(JSON.stringify(view));
  if (size > 250_000) note(at, `view_too_large: ${size} bytes of 250 000`);
  const all = everyBlock(listOf(view.blocks));
  if (view.type === 'modal' && view.submit === undefined && all.some(({ type }) => type === 'input'))
    note(`${at}.submit`, 'is required with an input block');
  checkIds(all, at, note);
}

/** Ids may not repeat themselves, and only one element can be in focus. */
function checkIds(blocks: Json[], at: string, note: Note): void {
  const repeated = (ids: unknown[]) => ids.find((id, i) => id !== undefined && ids.indexOf(id) !== i);
  const block = repeated(blocks.map(({ block_id }) => block_id));
  if (block !== undefined) note(`${at}.blocks`, `block_id ${block} twice`);
  for (const { elements, block_id } of blocks) {
    const action = repeated(listOf(elements).map(({ action_id }) => action_id));
    if (action !== undefined) note(`${at}.blocks`, `action_id ${action} twice in block ${block_id ?? ''}`);
  }
  if (blocks.flatMap(elementsOf).filter(({ focus_on_load }) => focus_on_load).length > 1)
    note(`${at}.blocks`, 'more than one focus_on_load');
}

/** What holds for all blocks of one message together. */
function checkCumulated(blocks: Json[], at: string, note: Note): void {
  const markdown = blocks.filter(({ type }) => type === 'markdown').map(({ text }) => String(text));
  if (markdown.join('').length > 12_000) note(`${at}.blocks`, 'more than 12 000 characters of markdown');
  const length = blocks.filter((block) => !isNested(block, blocks)).reduce((sum, block) => sum + lengthOf(block), 0);
  if (length > 12_000) note(`${at}.blocks`, `msg_blocks_too_long: ${length} characters of 12 000`);
  if (blocks.filter(({ type }) => type === 'table').length > 1) note(`${at}.blocks`, 'only_one_table_allowed');
}

function isNested(block: Json, blocks: Json[]): boolean {
  return blocks.some((outer) => outer !== block && childrenOf(outer).includes(block));
}

/** Every character of a block that somebody may read. */
function lengthOf(part: unknown, key = ''): number {
  if (typeof part === 'string') return ['text', 'alt_text', 'caption', 'fallback'].includes(key) ? part.length : 0;
  if (Array.isArray(part)) return part.reduce((sum: number, one) => sum + lengthOf(one), 0);
  if (!isObject(part)) return 0;
  const bare = part.type === 'link' && part.text === undefined ? String(part.url).length : 0;
  return Object.entries(part).reduce((sum, [name, value]) => sum + lengthOf(value, name), bare);
}

/** The blocks, and those that lie in others. */
export function everyBlock(blocks: readonly Json[]): Json[] {
  return blocks.flatMap((block) => [block, ...everyBlock(childrenOf(block))]);
}

/** What can be pressed or filled in within one block. */
export function elementsOf(block: Json): Json[] {
  if (block.type === 'carousel' || block.type === 'rich_text') return [];
  return [block.accessory, block.element, ...listOf(block.elements), ...listOf(block.actions)].filter(isObject);
}

function childrenOf(block: Json): Json[] {
  return listOf(block.type === 'carousel' ? block.elements : block.child_blocks);
}

/** The objects in a list, and nothing where there is no list. */
export function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

// What fields are made of.

const anything: Check = () => {};

const flag: Check = (value, at, note) => {
  if (typeof value !== 'boolean') note(at, 'must be true or false');
};

const string =
  (max: number, min = 1): Check =>
  (value, at, note) => {
    if (typeof value !== 'string') note(at, value === undefined ? 'is missing' : 'must be a string');
    else if (value.length < min) note(at, 'is empty');
    else if (value.length > max) note(at, `${value.length} characters of ${max}`);
  };

const words =
  (max: number): Check =>
  (value, at, note) =>
    string(max)(typeof value === 'string' && value.trim() === '' ? '' : value, at, note);

const whole =
  (min: number, max: number): Check =>
  (value, at, note) => {
    if (!Number.isInteger(value) || Number(value) < min || Number(value) > max)
      note(at, `must be a whole number from ${min} to ${max}`);
  };

const oneOf =
  (...allowed: unknown[]): Check =>
  (value, at, note) => {
    if (!allowed.includes(value)) note(at, `must be one of ${allowed.join(', ')}`);
  };

const matching =
  (pattern: RegExp): Check =>
  (value, at, note) => {
    if (typeof value !== 'string' || !pattern.test(value)) note(at, `must match ${pattern}`);
  };

const list =
  (check: Check, max: number, min = 1): Check =>
  (value, at, note) => {
    if (!Array.isArray(value)) return note(at, value === undefined ? 'is missing' : 'must be a list');
    if (value.length < min || value.length > max) note(at, `${value.length} items, must be ${min} to ${max}`);
    value.forEach((one, i) => void check(one, `${at}[${i}]`, note));
  };

const object =
  (required: Fields, optional: Fields = {}): Check =>
  (value, at, note) => {
    if (!isObject(value)) return note(at, value === undefined ? 'is missing' : 'must be an object');
    for (const [key, check] of Object.entries(required)) check(value[key], `${at}.${key}`, note);
    for (const [key, one] of Object.entries(value)) {
      if (one === undefined || key === 'type' || key in required) continue;
      if (optional[key]) optional[key](one, `${at}.${key}`, note);
      else note(`${at}.${key}`, 'is not known here');
    }
  };

const and =
  (check: Check, ...more: ((value: Json, at: string, note: Note) => void)[]): Check =>
  (value, at, note) => {
    check(value, at, note);
    if (isObject(value)) for (const one of more) one(value, at, note);
  };

const atLeastOne =
  (...keys: string[]) =>
  (value: Json, at: string, note: Note) => {
    if (keys.every((key) => value[key] === undefined)) note(at, `needs ${keys.join(' or ')}`);
  };

const exactlyOne =
  (...keys: string[]) =>
  (value: Json, at: string, note: Note) => {
    if (keys.filter((key) => value[key] !== undefined).length !== 1) note(at, `needs one of ${keys.join(', ')}`);
  };

const id = string(255);

const text =
  (max: number, ...types: string[]): Check =>
  (value, at, note) => {
    if (!isObject(value)) return note(at, value === undefined ? 'is missing' : 'must be a text object');
    const allowed = types.length > 0 ? types : ['plain_text', 'mrkdwn'];
    if (!allowed.includes(String(value.type))) return note(`${at}.type`, `must be ${allowed.join(' or ')}`);
    const marked = value.type === 'mrkdwn';
    object({ text: words(max) }, marked ? { verbatim: flag } : { emoji: flag })(value, at, note);
    if (marked) checkMarkup(value.text, `${at}.text`, note);
  };

const plain = (max: number): Check => text(max, 'plain_text');
const mrkdwn = (max: number): Check => text(max, 'mrkdwn');

const address = /^(https?:\/\/|mailto:|tel:)[^\s<>|]+$/i;

const link =
  (pattern = address): Check =>
  (value, at, note) => {
    string(3000)(value, at, note);
    if (typeof value === 'string' && !pattern.test(value)) note(at, `leads to ${value.slice(0, 40)}`);
  };

const picture = link(/^https?:\/\/\S+$/i);

/** What stands in <> must be a link, a channel or a date. */
function checkMarkup(value: unknown, at: string, note: Note): void {
  for (const [, inside = ''] of typeof value === 'string' ? value.matchAll(/<([^<>]*)>/g) : []) {
    const [target = '', label] = inside.split('|');
    if (/^(@|!(channel|here|everyone|subteam)\b)/.test(target)) note(at, `pings: <${inside}>`);
    else if (target.startsWith('!date^')) {
      const [, , format, url] = target.split('^');
      if (!format || !label) note(at, `no format or fallback: <${inside}>`);
      if (url !== undefined) link()(url, at, note);
    } else if (!/^#[CG]\w+$/.test(target)) link()(target, at, note);
  }
}

// Elements.

const confirm = object(
  { text: text(300) },
  { title: plain(100), confirm: plain(30), deny: plain(30), style: oneOf('primary', 'danger') },
);
const named: Fields = { action_id: id };
const confirmed: Fields = { ...named, confirm };
const focused: Fields = { ...confirmed, focus_on_load: flag };
const hinted: Fields = { ...focused, placeholder: plain(150) };
const several: Fields = { ...hinted, max_selected_items: whole(1, 100) };
const typed: Fields = {
  ...named,
  focus_on_load: flag,
  placeholder: plain(150),
  initial_value: string(3000),
  dispatch_action_config: object({
    trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), 2),
  }),
};

const option = object({ text: text(75), value: string(150) }, { description: plain(75) });
const plainOption = object({ text: plain(75), value: string(150) }, { description: plain(75) });
const overflowOption = object({ text: plain(75), value: string(150) }, { description: plain(75), url: link() });
const group = object({ label: plain(75), options: list(plainOption, 100) });
const choices: Fields = { options: list(plainOption, 100), option_groups: list(group, 100) };

const consistent = (element: Json, at: string, note: Note) => {
  const options = [element, ...listOf(element.option_groups)].flatMap((part) => listOf(part.options));
  const values = options.map(({ value }) => value);
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  if (twice !== undefined) note(`${at}.options`, `value ${twice} twice`);
  for (const initial of [element.initial_option, ...listOf(element.initial_options)])
    if (initial !== undefined && !options.some((one) => isDeepStrictEqual(one, initial)))
      note(`${at}.initial_option`, 'is none of the options');
};

const lengths = (input: Json, at: string, note: Note) => {
  const { min_length: min = 0, max_length: max = 3000, initial_value: initial = '' } = input;
  if (Number(min) > Number(max)) note(`${at}.min_length`, 'is above max_length');
  if (String(initial).length > Number(max)) note(`${at}.initial_value`, 'is longer than max_length');
};

const image = and(
  object(
    { alt_text: words(2000) },
    { image_url: picture, slack_file: and(object({}, { id, url: picture }), exactlyOne('id', 'url')) },
  ),
  exactlyOne('image_url', 'slack_file'),
);

const feedback = object({ text: plain(75), value: string(2000, 0) }, { accessibility_label: words(75) });

const elements: Fields = {
  button: object(
    { text: plain(75) },
    {
      ...confirmed,
      url: link(),
      value: string(2000, 0),
      style: oneOf('primary', 'danger'),
      accessibility_label: words(75),
    },
  ),
  checkboxes: and(object({ options: list(option, 10) }, { ...focused, initial_options: list(option, 10) }), consistent),
  radio_buttons: and(object({ options: list(option, 10) }, { ...focused, initial_option: option }), consistent),
  overflow: and(object({ options: list(overflowOption, 5) }, confirmed), consistent),
  static_select: and(
    object({}, { ...hinted, ...choices, initial_option: plainOption }),
    exactlyOne('options', 'option_groups'),
    consistent,
  ),
  multi_static_select: and(
    object({}, { ...several, ...choices, initial_options: list(plainOption, 100) }),
    exactlyOne('options', 'option_groups'),
    consistent,
  ),
  users_select: object({}, { ...hinted, initial_user: id }),
  channels_select: object({}, { ...hinted, initial_channel: id, response_url_enabled: flag }),
  conversations_select: object(
    {},
    {
      ...hinted,
      initial_conversation: id,
      default_to_current_conversation: flag,
      response_url_enabled: flag,
      filter: object(
        {},
        { include: list(anything, 4), exclude_external_shared_channels: flag, exclude_bot_users: flag },
      ),
    },
  ),
  external_select: object({}, { ...hinted, initial_option: plainOption, min_query_length: whole(0, 100) }),
  datepicker: object({}, { ...hinted, initial_date: matching(/^\d{4}-\d\d-\d\d$/) }),
  timepicker: object({}, { ...hinted, initial_time: matching(/^([01]\d|2[0-3]):[0-5]\d$/), timezone: string(50) }),
  datetimepicker: object({}, { ...focused, initial_date_time: whole(1_000_000_000, 9_999_999_999) }),
  plain_text_input: and(
    object({}, { ...typed, multiline: flag, min_length: whole(0, 3000), max_length: whole(1, 3000) }),
    lengths,
  ),
  email_text_input: object({}, typed),
  url_text_input: object({}, typed),
  number_input: object({ is_decimal_allowed: flag }, { ...typed, min_value: string(20), max_value: string(20) }),
  file_input: object({}, { ...named, filetypes: list(string(20), 50), max_files: whole(1, 10) }),
  feedback_buttons: object({ positive_button: feedback, negative_button: feedback }, named),
  icon_button: object(
    { icon: string(75), text: plain(75) },
    { ...confirmed, value: string(2000, 0), accessibility_label: words(75), visible_to_user_ids: list(id, 10) },
  ),
  image,
  plain_text: plain(3000),
  mrkdwn: mrkdwn(3000),
};

const menus = ['static_select', 'multi_static_select', 'users_select', 'channels_select', 'conversations_select'];
const pickers = ['checkboxes', 'radio_buttons', 'datepicker', 'timepicker', 'external_select', ...menus];
const inputs = ['plain_text_input', 'email_text_input', 'url_text_input', 'number_input', 'file_input'];

/** One of the kinds that may stand here. */
const among =
  (kinds: () => Fields, ...allowed: string[]): Check =>
  (value, at, note) => {
    if (!isObject(value)) return note(at, value === undefined ? 'is missing' : 'must be an object');
    const type = String(value.type);
    const check = allowed.includes(type) ? kinds()[type] : undefined;
    if (check) check(value, at, note);
    else note(at, `${type} can't stand here`);
  };

const element = (...allowed: string[]) => among(() => elements, ...allowed);

// Text with its marks as data.

const style = object({}, { bold: flag, italic: flag, strike: flag, code: flag, underline: flag });
const ping: Check = (value, at, note) => note(at, `pings: ${isObject(value) ? value.type : ''}`);

const inline: Fields = {
  text: object({ text: string(12_000) }, { style }),
  link: object({ url: link() }, { text: string(3000), unsafe: flag, style }),
  emoji: object({ name: string(100) }, { unicode: string(100), style }),
  date: object(
    { timestamp: whole(1, 99_999_999_999), format: string(300) },
    { url: link(), fallback: string(300), style },
  ),
  channel: object({ channel_id: id }, { style }),
  color: object({ value: string(20) }, { style }),
  user: ping,
  usergroup: ping,
  broadcast: ping,
};

const run = list(
  among(() => inline, ...Object.keys(inline)),
  1000,
);
const border = oneOf(0, 1);

const paragraphs: Fields = {
  rich_text_section: object({ elements: run }),
  rich_text_list: object(
    {
      elements: list(
        among(() => paragraphs, 'rich_text_section'),
        1000,
      ),
      style: oneOf('bullet', 'ordered'),
    },
    { indent: whole(0, 8), offset: whole(0, 1000), border },
  ),
  rich_text_quote: object({ elements: run }, { border }),
  rich_text_preformatted: object(
    {
      elements: list(
        among(() => inline, 'text', 'link'),
        1000,
      ),
    },
    { border },
  ),
};

// Blocks.

const block = (required: Fields, optional: Fields = {}) => object(required, { ...optional, block_id: id });
const richText = block({
  elements: list(
    among(() => paragraphs, ...Object.keys(paragraphs)),
    1000,
  ),
});
const cells: Fields = {
  raw_text: object({ text: words(3000) }),
  raw_number: object({ value: anything, text: words(3000) }),
  rich_text: richText,
};
const cell = among(() => cells, ...Object.keys(cells));

const rectangular = (table: Json, at: string, note: Note) => {
  const rows = Array.isArray(table.rows) ? table.rows.filter(Array.isArray) : [];
  if (new Set(rows.map((row) => row.length)).size > 1) note(`${at}.rows`, 'are not equally long');
  if (lengthOf(rows) > 20_000) note(`${at}.rows`, 'more than 20 000 characters of cells');
  if (Number(table.row_header_column_index ?? 0) >= (rows[0]?.length ?? 1))
    note(`${at}.row_header_column_index`, 'is none of the columns');
};

const card = and(
  block(
    {},
    {
      title: mrkdwn(150),
      subtitle: mrkdwn(150),
      body: mrkdwn(200),
      subtext: mrkdwn(200),
      hero_image: element('image'),
      icon: element('image'),
      actions: list(element('button'), 3),
    },
  ),
  atLeastOne('hero_image', 'title', 'actions', 'body'),
);

const blocks: Fields = {
  actions: block({ elements: list(element('button', 'overflow', 'datetimepicker', ...pickers), 25) }),
  alert: block({ text: text(200) }, { level: oneOf('default', 'info', 'warning', 'error', 'success') }),
  card,
  carousel: block({
    elements: list(
      among(() => blocks, 'card'),
      10,
    ),
  }),
  container: and(
    block(
      {
        child_blocks: list(
          among(
            () => blocks,
            'actions',
            'context',
            'divider',
            'header',
            'image',
            'input',
            'rich_text',
            'section',
            'table',
          ),
          10,
        ),
      },
      {
        title: plain(150),
        rich_text_title: among(() => blocks, 'rich_text'),
        subtitle: text(150),
        width: oneOf('narrow', 'standard', 'wide', 'full'),
        icon: element('image'),
        is_collapsible: flag,
        default_collapsed: flag,
        has_header_divider: flag,
      },
    ),
    atLeastOne('title', 'rich_text_title'),
    (container, at, note) => {
      if (container.default_collapsed && !container.is_collapsible) note(at, 'is collapsed, but not collapsible');
    },
  ),
  context: block({ elements: list(element('image', 'plain_text', 'mrkdwn'), 10) }),
  context_actions: block({ elements: list(element('feedback_buttons', 'icon_button'), 5) }),
  data_table: and(
    block(
      { rows: list(list(cell, 20), 201, 2), caption: words(3000) },
      { page_size: whole(1, 100), row_header_column_index: whole(0, 19) },
    ),
    rectangular,
  ),
  divider: block({}),
  header: block({ text: plain(150) }),
  image: and(
    block(
      { alt_text: words(2000) },
      {
        title: plain(2000),
        image_url: picture,
        slack_file: and(object({}, { id, url: picture }), exactlyOne('id', 'url')),
      },
    ),
    exactlyOne('image_url', 'slack_file'),
  ),
  input: block(
    { label: plain(2000), element: element(...inputs, 'datetimepicker', ...pickers) },
    { hint: plain(2000), optional: flag, dispatch_action: flag },
  ),
  markdown: and(block({ text: words(12_000) }), ({ text }, at, note) => void checkMarkup(text, `${at}.text`, note)),
  rich_text: richText,
  section: and(
    block(
      {},
      {
        text: text(3000),
        fields: list(text(2000), 10),
        accessory: element('button', 'overflow', 'image', ...pickers),
        expand: flag,
      },
    ),
    atLeastOne('text', 'fields'),
  ),
  table: and(
    block(
      { rows: list(list(cell, 20), 100) },
      { column_settings: list(object({}, { align: oneOf('left', 'center', 'right'), is_wrapped: flag }), 20) },
    ),
    rectangular,
  ),
};

/** Blocks that are not for every place. */
const onlyOn: Record<string, string> = {
  alert: 'modal',
  context_actions: 'message',
  markdown: 'message',
  table: 'message',
};

const blockOn = (place: string): Check => {
  const allowed = Object.keys(blocks).filter((type) => (onlyOn[type] ?? place) === place);
  return among(() => blocks, ...allowed);
};
