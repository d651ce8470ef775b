import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertPayload, faultsIn, type Json } from '../../support/slack/limits.ts';

const long = (length: number) => 'å'.repeat(length);
const plain = (length = 5) => ({ type: 'plain_text', text: long(length) });
const mrkdwn = (text: string | number = 5) => ({ type: 'mrkdwn', text: typeof text === 'string' ? text : long(text) });
const times = <T>(count: number, make: (i: number) => T) => Array.from({ length: count }, (_, i) => make(i));

const button = (more: Json = {}) => ({ type: 'button', text: plain(), ...more });
const options = (count: number, value = (i: number) => `v${i}`) =>
  times(count, (i) => ({ text: plain(), value: value(i) }));
const section = (text: unknown = mrkdwn()) => ({ type: 'section', text });
const actions = (...elements: Json[]) => ({ type: 'actions', elements });
const context = (...elements: Json[]) => ({ type: 'context', elements });
const input = (element: Json = { type: 'plain_text_input' }, more: Json = {}) => ({
  type: 'input',
  label: plain(),
  element,
  ...more,
});
const radio = (more: Json = {}) => actions({ type: 'radio_buttons', options: options(2), ...more });
const ticks = (more: Json = {}) => actions({ type: 'checkboxes', options: options(2), ...more });
const select = (more: Json = {}) => actions({ type: 'static_select', options: options(2), ...more });
const picture = { type: 'image', image_url: 'https://example.org/a.png', alt_text: 'A' };
const words = (...elements: Json[]) => ({ type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] });
const inRichText = (...elements: Json[]) => ({ type: 'rich_text', elements });
const item = { type: 'rich_text_section', elements: [{ type: 'text', text: 'a' }] };
const cell = { type: 'raw_text', text: 'a' };
const dataTable = (rows: number, columns: number, more: Json = {}) => ({
  type: 'data_table',
  caption: 'A',
  rows: times(rows, () => times(columns, () => cell)),
  ...more,
});
const card = (more: Json) => ({ type: 'card', ...more });
const container = (more: Json) => ({ type: 'container', title: plain(), child_blocks: [section()], ...more });

const message = (...blocks: unknown[]) => ({ text: 'Hello', blocks });
const modal = (more: Json = {}) => ({ type: 'modal', title: plain(), blocks: [section()], ...more });
const home = (more: Json = {}) => ({ type: 'home', blocks: [section()], ...more });

/** What goes through, and what lies just beyond. */
const edges: Record<string, [good: unknown, bad: unknown, fault: RegExp][]> = {
  message: [
    [{ text: long(3999) }, { text: long(4000) }, /^text: 4000 characters/],
    [{ text: 'a' }, {}, /^text: is missing/],
    [{ text: 'a' }, { text: ' \n' }, /^text: is empty/],
    [{ text: 'a' }, { text: 'a', blocks: [] }, /^blocks: 0 items/],
    [{ text: 'a', ts: '1.2', blocks: [] }, { text: 'a', blocks: {} }, /must be a list/],
    [{ text: 'a', replace_original: true, blocks: [] }, { text: 'a', replace_original: false, blocks: [] }, /0 items/],
    [{ delete_original: true }, { delete_original: false }, /^text: is missing/],
    [
      message(...times(50, () => ({ type: 'divider' }))),
      message(...times(51, () => ({ type: 'divider' }))),
      /51 items/,
    ],
    [message({ type: 'divider' }), message({ type: 'ruler' }), /ruler can't stand here/],
    [message({ type: 'divider' }), message({}), /undefined can't stand here/],
    [message({ type: 'divider' }), message(null), /must be an object/],
    [message({ type: 'divider' }), message({ type: 'divider', text: 'a' }), /text: is not known here/],
    [message({ type: 'divider' }), 'Hello', /must be an object/],
    [
      message(...times(4, () => section(mrkdwn(3000)))),
      message(...times(4, () => section(mrkdwn(3000))), section(mrkdwn(1))),
      /msg_blocks_too_long: 12001/,
    ],
    [message({ type: 'divider' }), message({ type: 'alert', text: plain() }), /alert can't stand here/],
    [{ text: 'a' }, { text: 'a', link_names: true }, /ping/],
    [{ text: 'a', parse: 'none' }, { text: 'a', parse: 'full' }, /ping/],
    [
      { text: 'a', attachments: [{ blocks: [section()] }] },
      { text: 'a', attachments: [{ blocks: [{ type: 'ruler' }] }] },
      /^attachments\[0\].blocks\[0\]/,
    ],
  ],
  ids: [
    [
      message({ type: 'divider', block_id: long(255) }),
      message({ type: 'divider', block_id: long(256) }),
      /block_id: 256 characters/,
    ],
    [
      message({ ...section(), block_id: 'a' }, { ...section(), block_id: 'b' }),
      message({ ...section(), block_id: 'a' }, { ...section(), block_id: 'a' }),
      /block_id a twice/,
    ],
    [
      message({ ...section(), block_id: 'a' }, container({})),
      message({ ...section(), block_id: 'a' }, container({ child_blocks: [{ ...section(), block_id: 'a' }] })),
      /block_id a twice/,
    ],
    [
      message(actions(button({ action_id: 'a' })), actions(button({ action_id: 'a' }))),
      message(actions(button({ action_id: 'a' }), button({ action_id: 'a' }))),
      /action_id a twice/,
    ],
    [message(actions(button({ action_id: long(255) }))), message(actions(button({ action_id: long(256) }))), /256/],
    [message(actions(button({ action_id: 'a' }))), message(actions(button({ action_id: '' }))), /is empty/],
  ],
  section: [
    [message(section(mrkdwn(3000))), message(section(mrkdwn(3001))), /3001 characters of 3000/],
    [message(section(mrkdwn(1))), message(section(mrkdwn(0))), /text.text: is empty/],
    [message(section(plain(1))), message(section('Hello')), /must be a text object/],
    [message(section(plain(1))), message(section({ type: 'markdown', text: 'a' })), /must be plain_text or mrkdwn/],
    [
      message(section({ ...plain(), emoji: true })),
      message(section({ ...mrkdwn(), emoji: true })),
      /emoji: is not known/,
    ],
    [message({ type: 'section', fields: [plain()] }), message({ type: 'section' }), /needs text or fields/],
    [
      message({ type: 'section', fields: times(10, () => plain(2)) }),
      message({ type: 'section', fields: times(11, () => plain(2)) }),
      /11 items/,
    ],
    [
      message({ type: 'section', fields: [plain(2000)] }),
      message({ type: 'section', fields: [plain(2001)] }),
      /2001 characters/,
    ],
    [message({ ...section(), accessory: button() }), message({ ...section(), accessory: input() }), /can't stand here/],
    [
      message({ ...section(), accessory: button() }),
      message({ ...section(), accessory: { type: 'plain_text_input' } }),
      /plain_text_input can't stand here/,
    ],
  ],
  texts: [
    [message({ type: 'header', text: plain(150) }), message({ type: 'header', text: plain(151) }), /151/],
    [message({ type: 'header', text: plain() }), message({ type: 'header', text: mrkdwn() }), /must be plain_text/],
    [message(context(...times(10, () => mrkdwn()))), message(context(...times(11, () => mrkdwn()))), /11 items/],
    [message(context(mrkdwn())), message(context()), /0 items/],
    [message(context(picture)), message(context(button())), /button can't stand here/],
    [
      message({ type: 'markdown', text: long(12_000) }),
      message({ type: 'markdown', text: long(12_001) }),
      /12001 characters/,
    ],
    [message({ type: 'markdown', text: 'a' }), home({ blocks: [{ type: 'markdown', text: 'a' }] }), /can't stand/],
    [message(picture), message({ ...picture, alt_text: undefined }), /alt_text: is missing/],
    [message({ ...picture, alt_text: long(2000) }), message({ ...picture, alt_text: long(2001) }), /2001/],
    [message(picture), message({ ...picture, image_url: undefined }), /needs one of/],
    [message(picture), message({ ...picture, image_url: 'file:///a.png' }), /leads to file/],
    [message(context(picture)), message(context({ ...picture, alt_text: '' })), /alt_text: is empty/],
  ],
  actions: [
    [message(actions(...times(25, () => button()))), message(actions(...times(26, () => button()))), /26 items/],
    [message(actions(button())), message(actions()), /0 items/],
    [message(actions(button())), message(actions({ type: 'lever' })), /lever can't stand here/],
    [message(actions(button({ text: plain(75) }))), message(actions(button({ text: plain(76) }))), /76 characters/],
    [message(actions(button())), message(actions(button({ text: mrkdwn() }))), /must be plain_text/],
    [message(actions(button())), message(actions({ type: 'button' })), /text: is missing/],
    [message(actions(button({ value: long(2000) }))), message(actions(button({ value: long(2001) }))), /2001/],
    [
      message(actions(button({ accessibility_label: long(75) }))),
      message(actions(button({ accessibility_label: long(76) }))),
      /76/,
    ],
    [message(actions(button({ style: 'danger' }))), message(actions(button({ style: 'default' }))), /must be one of/],
    [
      message(actions(button({ url: `https://example.org/${long(2980)}` }))),
      message(actions(button({ url: `https://example.org/${long(2981)}` }))),
      /3001/,
    ],
    ...(
      [
        [{ text: plain(300) }, { text: plain(301) }, /301/],
        [{ text: plain() }, {}, /confirm.text: is missing/],
        [{ text: plain(), title: plain(100) }, { text: plain(), title: plain(101) }, /101/],
        [{ text: plain(), confirm: plain(30) }, { text: plain(), confirm: plain(31) }, /31/],
        [{ text: plain(), deny: plain(30) }, { text: plain(), deny: mrkdwn() }, /must be plain_text/],
      ] as [Json, Json, RegExp][]
    ).map(([good, bad, fault]): [unknown, unknown, RegExp] => [
      message(actions(button({ confirm: good }))),
      message(actions(button({ confirm: bad }))),
      fault,
    ]),
  ],
  options: [
    [message(radio({ options: options(10) })), message(radio({ options: options(11) })), /11 items/],
    [message(ticks({ options: options(10) })), message(ticks({ options: options(11) })), /11 items/],
    [message(radio()), message(radio({ options: [] })), /0 items/],
    [message(select({ options: options(100) })), message(select({ options: options(101) })), /101 items/],
    [
      message(actions({ type: 'overflow', options: options(5) })),
      message(actions({ type: 'overflow', options: options(6) })),
      /6 items/,
    ],
    [message(radio()), message(radio({ options: options(2, () => 'same') })), /value same twice/],
    [
      message(select({ options: undefined, option_groups: [{ label: plain(), options: options(2) }] })),
      message(select({ options: undefined, option_groups: times(2, () => ({ label: plain(), options: options(1) })) })),
      /value v0 twice/,
    ],
    [
      message(select()),
      message(select({ option_groups: [{ label: plain(), options: options(1) }] })),
      /needs one of options, option_groups/,
    ],
    [
      message(radio({ options: options(1, () => long(150)) })),
      message(radio({ options: options(1, () => long(151)) })),
      /151/,
    ],
    [message(radio()), message(radio({ options: [{ text: plain() }] })), /value: is missing/],
    [
      message(radio({ options: [{ text: mrkdwn(75), value: 'a', description: plain(75) }] })),
      message(radio({ options: [{ text: mrkdwn(76), value: 'a' }] })),
      /76/,
    ],
    [
      message(radio({ options: [{ text: mrkdwn(), value: 'a', description: plain(75) }] })),
      message(radio({ options: [{ text: mrkdwn(), value: 'a', description: plain(76) }] })),
      /76/,
    ],
    [message(select()), message(select({ options: [{ text: mrkdwn(), value: 'a' }] })), /must be plain_text/],
    [
      message(radio({ initial_option: options(2)[1] })),
      message(radio({ initial_option: { ...options(2)[1], text: plain(6) } })),
      /initial_option: is none of the options/,
    ],
    [
      message(select({ initial_option: options(2)[1] })),
      message(select({ initial_option: { ...options(2)[1], value: 'v2' } })),
      /none of the options/,
    ],
    [
      message(ticks({ initial_options: options(2) })),
      message(ticks({ initial_options: options(3) })),
      /none of the options/,
    ],
    [message(ticks()), message(ticks({ initial_options: [] })), /0 items/],
    [message(select({ placeholder: plain(150) })), message(select({ placeholder: plain(151) })), /151/],
    [
      message(select({ focus_on_load: true }), select()),
      message(select({ focus_on_load: true }), select({ focus_on_load: true })),
      /more than one focus_on_load/,
    ],
  ],
  'rich text': [
    [message(words({ type: 'text', text: 'a' })), message(words({ type: 'text', text: '' })), /is empty/],
    [message(words({ type: 'text', text: 'a' })), message(words()), /0 items/],
    [message(words({ type: 'emoji', name: 'wave' })), message(words({ type: 'emoji' })), /name: is missing/],
    [message(words({ type: 'emoji', name: 'wave' })), message(words({ type: 'smile' })), /smile can't stand here/],
    [
      message(words({ type: 'text', text: 'a', style: { bold: true } })),
      message(words({ type: 'text', text: 'a', style: { fat: true } })),
      /style.fat: is not known/,
    ],
    [
      message(words({ type: 'date', timestamp: 1_700_000_000, format: '{date}' })),
      message(words({ type: 'date', timestamp: '1700000000', format: '{date}' })),
      /timestamp: must be a whole number/,
    ],
    [
      message(words({ type: 'link', url: 'https://example.org' })),
      message(words({ type: 'link', url: 'javascript:alert(1)' })),
      /leads to javascript/,
    ],
    [message(inRichText(item)), message(inRichText()), /0 items/],
    [message(inRichText(item)), message(inRichText({ type: 'text', text: 'a' })), /text can't stand here/],
    [
      message(inRichText({ type: 'rich_text_list', style: 'bullet', elements: [item] })),
      message(inRichText({ type: 'rich_text_list', style: 'bullet', elements: [{ type: 'text', text: 'a' }] })),
      /text can't stand here/,
    ],
    [
      message(inRichText({ type: 'rich_text_list', style: 'ordered', indent: 8, elements: [item] })),
      message(inRichText({ type: 'rich_text_list', style: 'ordered', indent: 9, elements: [item] })),
      /indent: must be/,
    ],
    [
      message(inRichText({ type: 'rich_text_list', style: 'bullet', elements: [item] })),
      message(inRichText({ type: 'rich_text_list', elements: [item] })),
      /style: must be one of/,
    ],
    [
      message(inRichText({ type: 'rich_text_quote', elements: [{ type: 'text', text: 'a' }] })),
      message(inRichText({ type: 'rich_text_quote', elements: [item] })),
      /rich_text_section can't stand here/,
    ],
    [
      message(inRichText({ type: 'rich_text_preformatted', elements: [{ type: 'text', text: 'a' }] })),
      message(inRichText({ type: 'rich_text_preformatted', elements: [{ type: 'emoji', name: 'wave' }] })),
      /emoji can't stand here/,
    ],
    [
      message(...times(2, () => words({ type: 'text', text: long(6000) }))),
      message(...times(2, () => words({ type: 'text', text: long(6001) }))),
      /msg_blocks_too_long: 12002/,
    ],
  ],
  'newer blocks': [
    [message(card({ title: mrkdwn(150) })), message(card({ title: mrkdwn(151) })), /151/],
    [message(card({ body: mrkdwn(200) })), message(card({ body: mrkdwn(201) })), /201/],
    [message(card({ body: mrkdwn() })), message(card({ icon: picture })), /needs hero_image or title/],
    [
      message(card({ actions: times(3, () => button()) })),
      message(card({ actions: times(4, () => button()) })),
      /4 items/,
    ],
    [
      message({ type: 'carousel', elements: times(10, () => card({ body: mrkdwn() })) }),
      message({ type: 'carousel', elements: times(11, () => card({ body: mrkdwn() })) }),
      /11 items/,
    ],
    [
      message(container({ child_blocks: times(10, () => section()) })),
      message(container({ child_blocks: times(11, () => section()) })),
      /11 items/,
    ],
    [message(container({})), message(container({ title: undefined })), /needs title or rich_text_title/],
    [message(container({})), message(container({ child_blocks: [container({})] })), /container can't stand here/],
    [
      message(container({ is_collapsible: true, default_collapsed: true })),
      message(container({ default_collapsed: true })),
      /not collapsible/,
    ],
    [message(dataTable(201, 2)), message(dataTable(202, 2)), /202 items/],
    [message(dataTable(2, 20)), message(dataTable(2, 21)), /21 items/],
    [message(dataTable(2, 2)), message(dataTable(1, 2)), /1 items/],
    [message(dataTable(2, 2)), message(dataTable(2, 2, { caption: undefined })), /caption: is missing/],
    [message(dataTable(2, 2, { page_size: 100 })), message(dataTable(2, 2, { page_size: 101 })), /page_size/],
    [message(dataTable(2, 2)), message(dataTable(2, 2, { rows: [[cell], [cell, cell]] })), /not equally long/],
    [
      message(dataTable(2, 2, { row_header_column_index: 1 })),
      message(dataTable(2, 2, { row_header_column_index: 2 })),
      /none of the columns/,
    ],
    [
      message({ type: 'table', rows: times(100, () => [cell]) }),
      message({ type: 'table', rows: times(101, () => [cell]) }),
      /101/,
    ],
    [
      message({ type: 'table', rows: [[cell]] }),
      message({ type: 'table', rows: [[cell]] }, { type: 'table', rows: [[cell]] }),
      /only_one_table/,
    ],
    [
      message({
        type: 'context_actions',
        elements: times(5, () => ({ type: 'icon_button', icon: 'trash', text: plain() })),
      }),
      message({
        type: 'context_actions',
        elements: times(6, () => ({ type: 'icon_button', icon: 'trash', text: plain() })),
      }),
      /6 items/,
    ],
    [
      modal({ blocks: [{ type: 'alert', text: plain(200), level: 'warning' }] }),
      modal({ blocks: [{ type: 'alert', text: plain(201) }] }),
      /201/,
    ],
    [
      modal({ blocks: [{ type: 'alert', text: plain() }] }),
      home({ blocks: [{ type: 'alert', text: plain() }] }),
      /can't/,
    ],
  ],
  views: [
    [modal({ title: plain(24) }), modal({ title: plain(25) }), /title.text: 25/],
    [modal(), modal({ title: undefined }), /title: is missing/],
    [modal({ submit: plain(24) }), modal({ submit: plain(25) }), /submit.text: 25/],
    [modal({ close: plain(24) }), modal({ close: plain(25) }), /close.text: 25/],
    [modal({ submit: plain(), blocks: [input()] }), modal({ blocks: [input()] }), /submit: is required/],
    [modal({ private_metadata: long(3000) }), modal({ private_metadata: long(3001) }), /3001/],
    [modal({ callback_id: long(255) }), modal({ callback_id: long(256) }), /256/],
    [modal({ external_id: long(255) }), modal({ external_id: long(256) }), /256/],
    [modal(), modal({ blocks: [] }), /0 items/],
    [modal(), modal({ blocks: undefined }), /blocks: is missing/],
    [home({ blocks: times(100, () => section()) }), home({ blocks: times(101, () => section()) }), /101 items/],
    [home(), home({ title: plain() }), /title: is not known here/],
    [
      home({ blocks: times(80, () => section(plain(1500))) }),
      home({ blocks: times(90, () => section(plain(1500))) }),
      /view_too_large/,
    ],
    [modal(), { response_action: 'update', view: modal({ title: plain(25) }) }, /^view.title/],
    [{ response_action: 'push', view: modal() }, { response_action: 'replace', view: modal() }, /response_action/],
    [{ response_action: 'clear' }, { response_action: 'update' }, /^view: must be an object/],
    [{ response_action: 'errors', errors: { a: 'No.' } }, { response_action: 'errors', errors: {} }, /name a block/],
    [{ response_action: 'errors', errors: { a: 'No.' } }, { response_action: 'errors', errors: { a: '' } }, /is empty/],
  ],
  inputs: [
    [message(input()), message({ ...input(), label: undefined }), /label: is missing/],
    [message(input({ type: 'plain_text_input' }, { label: plain(2000) })), message(input(button())), /can't stand/],
    [message({ ...input(), label: plain(2000) }), message({ ...input(), label: plain(2001) }), /2001/],
    [message({ ...input(), label: plain() }), message({ ...input(), label: mrkdwn() }), /must be plain_text/],
    [message({ ...input(), hint: plain(2000) }), message({ ...input(), hint: plain(2001) }), /2001/],
    [
      message({ ...input(), dispatch_action: true }),
      message({ ...input(), dispatch_action: 'true' }),
      /dispatch_action: must be true or false/,
    ],
    [
      message(input({ type: 'plain_text_input', max_length: 3000 })),
      message(input({ type: 'plain_text_input', max_length: 3001 })),
      /from 1 to 3000/,
    ],
    [
      message(input({ type: 'plain_text_input', min_length: 2, max_length: 2 })),
      message(input({ type: 'plain_text_input', min_length: 3, max_length: 2 })),
      /above max_length/,
    ],
    [
      message(input({ type: 'plain_text_input', max_length: 2, initial_value: 'ab' })),
      message(input({ type: 'plain_text_input', max_length: 2, initial_value: 'abc' })),
      /longer than max_length/,
    ],
    [
      message(
        input({ type: 'plain_text_input', dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] } }),
      ),
      message(input({ type: 'plain_text_input', dispatch_action_config: { trigger_actions_on: [] } })),
      /0 items/,
    ],
    [
      message(input({ type: 'number_input', is_decimal_allowed: false })),
      message(input({ type: 'number_input' })),
      /is_decimal_allowed/,
    ],
  ],
  pings: [
    ...['<!channel>', '<!here>', '<!everyone|all>', '<@U0ANNA>', '<@W0ANNA|anna>', '<!subteam^S0ALL>'].flatMap(
      (ping): [unknown, unknown, RegExp][] => [
        [message(section(plain())), message(section(mrkdwn(`See ${ping}`))), /pings/],
        [{ text: 'See #general' }, { text: `See ${ping}` }, /^text: pings/],
        [message(section({ type: 'plain_text', text: ping })), message({ type: 'markdown', text: ping }), /pings/],
      ],
    ),
    [message(words({ type: 'text', text: '<!here>' })), message(words({ type: 'user', user_id: 'U0ANNA' })), /pings/],
    [
      message(words({ type: 'channel', channel_id: 'C0ALL' })),
      message(words({ type: 'broadcast', range: 'here' })),
      /pings/,
    ],
    [
      message(words({ type: 'text', text: 'a' })),
      message(words({ type: 'usergroup', usergroup_id: 'S0ALL' })),
      /pings/,
    ],
  ],
  links: [
    ...['https://example.org/a?b=c#d', 'http://localhost:3000', 'mailto:a@example.org', 'tel:+4681234'].map(
      (url): [unknown, unknown, RegExp] => [
        message(section(mrkdwn(`<${url}|there>`)), actions(button({ url }))),
        message(section(mrkdwn(`<ftp:${url}|there>`))),
        /leads to ftp/,
      ],
    ),
    [message(section(mrkdwn('a &lt;b&gt;'))), message(section(mrkdwn('a <b>'))), /leads to b/],
    [message(section(mrkdwn('<#C0ALL>'))), message(section(mrkdwn('<javascript:alert(1)|x>'))), /javascript/],
    [
      message(section(mrkdwn('<!date^1700000000^{date}|2023-11-14>'))),
      message(section(mrkdwn('<!date^1700000000^{date}>'))),
      /no format or fallback/,
    ],
    [message(actions(button())), message(actions(button({ url: 'javascript:alert(1)' }))), /leads to javascript/],
  ],
  unfurls: [
    [
      { unfurls: { 'https://example.org': { blocks: [section()] } } },
      { unfurls: { 'https://example.org': { blocks: [section(mrkdwn('<!here>'))] } } },
      /^unfurls\[https:\/\/example.org\].*pings/,
    ],
  ],
};

for (const [name, rows] of Object.entries(edges))
  test(`${name}: what lies at the edge goes through, and what lies beyond is named`, () => {
    for (const [good, bad, fault] of rows) {
      assertPayload(good, JSON.stringify(good).slice(0, 300));
      const faults = faultsIn(bad);
      assert.ok(
        faults.some((one) => fault.test(one)),
        `${JSON.stringify(bad).slice(0, 300)} gave ${faults.join('; ') || 'no fault'} instead of ${fault}`,
      );
      assert.throws(() => assertPayload(bad, name));
    }
  });
