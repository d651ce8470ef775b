import { z } from 'zod';
import type { CardPress } from '../press.ts';
import { readMark } from './mark.ts';

/** Where a message stands. */
export interface Spot {
  channel: string;
  ts: string;
}

/** What somebody pressed, as Slack tells it: who that is says Bolt. */
export interface Pressed extends CardPress {
  user: string;
  /** The message it was pressed on; on the app's own home, and where only one person sees the message, there is none. */
  spot: Spot | undefined;
  home: boolean;
  respondTo: string | undefined;
  trigger: string | undefined;
}

const text = z.string().max(3000);
const Address = z
  .url({ protocol: /^https?$/ })
  .optional()
  .catch(undefined);
const chosen = z.object({ value: text });
const Action = z.object({
  action_id: text.catch(''),
  block_id: text.catch(''),
  value: text.nullish().catch(undefined),
  selected_option: chosen.nullish().catch(undefined),
  selected_options: z.array(chosen).max(100).nullish().catch(undefined),
});
const BlockActions = z.object({
  user: z.object({ id: text }),
  container: z
    .object({ channel_id: text.optional(), message_ts: text.optional(), is_ephemeral: z.boolean().optional() })
    .default({}),
  channel: z.object({ id: text }).nullish(),
  message: z.object({ ts: text }).nullish(),
  view: z.object({ id: text }).nullish(),
  state: z
    .object({
      values: z.record(z.string(), z.record(z.string(), z.object({ selected_options: Action.shape.selected_options }))),
    })
    .nullish()
    .catch(undefined),
  response_url: Address,
  trigger_id: text.optional().catch(undefined),
  actions: z.array(Action).min(1),
});

/** Where whoever pressed can be told that we can't make out what. */
export const Unreadable = z.object({ response_url: Address });

/** @returns undefined where the payload makes no sense. */
export function readPress(body: unknown): Pressed | undefined {
  const read = BlockActions.safeParse(body);
  if (!read.success) return undefined;
  const {
    user,
    container,
    channel,
    message,
    view,
    state,
    response_url: respondTo,
    trigger_id: trigger,
    actions,
  } = read.data;
  const action = actions[0]!;
  const [, verb = '', arg] = /^g:([a-z-]{1,20})(?::([a-z0-9-]{1,80}))?$/.exec(action.action_id) ?? [];
  const [at, ts] = [container.channel_id ?? channel?.id, container.message_ts ?? message?.ts];
  return {
    user: user.id,
    verb,
    value: arg ?? action.selected_option?.value ?? action.value ?? '',
    ticked: tickedIn(state?.values, action),
    mark: readMark(action.block_id),
    spot: at && ts && !container.is_ephemeral ? { channel: at, ts } : undefined,
    home: view != null,
    respondTo,
    trigger,
  };
}

/** Boxes in several groups say together what is ticked; the group just pressed is told twice, and counts as pressed. */
function tickedIn(
  values: Record<string, Record<string, Pick<z.infer<typeof Action>, 'selected_options'>>> = {},
  { block_id, action_id, selected_options }: z.infer<typeof Action>,
): string[] | undefined {
  const groups = new Map<string, readonly { value: string }[]>();
  for (const [block, { 'g:tick': group }] of Object.entries(values))
    if (group?.selected_options) groups.set(block, group.selected_options);
  if (action_id === 'g:tick') groups.set(block_id, selected_options ?? []);
  return groups.size > 0 ? [...groups.values()].flatMap((options) => options.map(({ value }) => value)) : undefined;
}

/** A command, as it was typed. */
export const Command = z.object({
  text: z.string().default(''),
  user_id: text,
  channel_id: text.default(''),
  team_domain: text.default(''),
  trigger_id: text.default(''),
  response_url: text.default(''),
});

/** A message that somebody points at. Its text is read to be hashed, and let go. */
export const MessageShortcut = z.object({
  callback_id: text,
  user: z.object({ id: text }),
  team: z.object({ domain: text.default('') }).nullish(),
  channel: z.object({ id: text }),
  message_ts: text.optional(),
  message: z.object({
    ts: text.optional(),
    text: z.string().default(''),
    permalink: text.optional(),
    thread_ts: text.optional(),
  }),
  trigger_id: text.default(''),
  response_url: text.optional(),
});

const Field = z.object({ value: z.string().nullish(), selected_option: chosen.nullish() });

/** A form that was sent: a heading, a question, or what somebody does to a record. */
export const Submission = z.object({
  user: z.object({ id: text }),
  view: z.object({
    callback_id: text,
    private_metadata: text.default(''),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Field)) }),
  }),
});
export type Submission = z.infer<typeof Submission>;

/** What Slack tells of its own accord, as far as we listen. */
export const SlackEvent = z.discriminatedUnion('type', [
  z.object({ type: z.literal('app_home_opened'), user: text, tab: text.default('home') }),
  z.object({
    type: z.literal('message'),
    channel: text,
    channel_type: text.optional(),
    user: text.optional(),
    subtype: text.optional(),
    bot_id: text.optional(),
    ts: text.optional(),
    text: z.string().default(''),
  }),
  z.object({
    type: z.literal('link_shared'),
    channel: text,
    user: text,
    message_ts: text,
    links: z.array(z.object({ url: text })).max(100),
  }),
  z.object({ type: z.literal('app_uninstalled') }),
  z.object({ type: z.literal('tokens_revoked'), tokens: z.object({ bot: z.array(text).nullish() }).default({}) }),
]);

export type SlackEvent = z.infer<typeof SlackEvent>;

/** Where a message stands, as an address that opens it. */
export function permalinkOf(domain: string, { channel, ts }: Spot, thread?: string): string {
  const at = `https://${domain || 'app'}.slack.com/archives/${channel}/p${ts.replace('.', '')}`;
  return thread && thread !== ts ? `${at}?thread_ts=${thread}&cid=${channel}` : at;
}
