import { z } from 'zod';
import type { CardPress } from '../press.ts';
import type { Account, Room } from './connector.ts';

const text = z.string().max(4000);
const named = text.min(1);
const account = z.object({
  id: named,
  aadObjectId: text.nullish(),
  name: z.string().max(300).nullish().catch(undefined),
  isTargeted: z.boolean().nullish(),
});

/** What Teams sends: https://github.com/microsoft/botframework-sdk, Activity. Only what we look at, and nothing of it is trusted. */
export const Activity = z.object({
  type: named,
  id: text.nullish(),
  name: text.nullish(),
  channelId: named,
  serviceUrl: named,
  from: account,
  recipient: account.optional(),
  conversation: z.object({
    id: named,
    conversationType: text.nullish(),
    tenantId: text.nullish(),
    isGroup: z.boolean().nullish(),
  }),
  channelData: z
    .object({ tenant: z.object({ id: text }).nullish().catch(undefined) })
    .nullish()
    .catch(undefined),
  locale: text.nullish().catch(undefined),
  entities: z.array(z.unknown()).max(100).nullish().catch(undefined),
  text: z.string().nullish().catch(undefined),
  value: z.unknown().optional(),
  replyToId: text.nullish(),
  action: text.nullish(),
  membersAdded: z
    .array(z.object({ id: text }))
    .nullish()
    .catch(undefined),
});
export type Activity = z.infer<typeof Activity>;

/** Who does something, where, and by which names Teams knows them. */
export interface Sender {
  tenant: string;
  /** The person's id in their organisation. */
  user: string;
  /** What others in Teams call them. */
  name: string;
  account: Account;
  bot: Account;
  room: Room;
  /** Nobody else reads along. */
  alone: boolean;
  /** What Teams says of their language, where it says anything. */
  english: boolean | undefined;
}

/** What somebody does in Teams, or what becomes of the bot there. */
export type Turn =
  | { kind: 'said'; words: string }
  /** On a card that stands in the room, under that id. */
  | { kind: 'pressed'; pressed: CardPress; spot: string | undefined }
  /** The same by a client that knows no better: what comes of it can't be answered, only written. */
  | { kind: 'submitted'; pressed: CardPress; spot: string | undefined }
  /** A dialog is asked for, beside a message or not. */
  | { kind: 'dialog'; message?: { permalink: string; text: string } }
  | { kind: 'dialog pressed'; pressed: CardPress }
  /** Something is done in the review, on a card, by a client that can be answered or not, or in a dialog. */
  | { kind: 'reviewed'; reviewed: ReviewPress; spot: string | undefined; by: 'press' | 'message' | 'dialog' }
  | { kind: 'consented'; upload: z.infer<typeof Upload>; session: string; draft: string; spot: string | undefined }
  | { kind: 'declined'; session: string; draft: string; spot: string | undefined }
  /** An address of ours is being written, to be shown with what it leads to. */
  | { kind: 'linked'; url: string }
  | { kind: 'welcomed' }
  | { kind: 'removed' }
  /** It makes no sense; what can be said of it depends on who waits for which answer. */
  | { kind: 'unreadable'; by: 'press' | 'message' | 'dialog' | 'file' }
  | { kind: 'unknown' }
  | { kind: 'nothing' };

/** What was pressed in the review: to look at something, or to do something to a record. All of it is only a pointer. */
export interface ReviewPress {
  what: string;
  number: string;
  /** The last entry of the record that the card knew of. */
  seq: number;
  /** What stands on what was pressed, or was written. */
  option: string;
  /** The outcome that was chosen. */
  should: string;
}

export function readSender(activity: Activity): Sender {
  const { from, recipient, conversation, serviceUrl } = activity;
  return {
    tenant: tenantsOf(activity)[0] ?? '',
    user: from.aadObjectId || from.id,
    name: from.name?.trim() || from.aadObjectId || from.id,
    account: { id: from.id },
    bot: { id: recipient?.id ?? '' },
    room: { serviceUrl, id: conversation.id },
    alone: isAlone(activity),
    english: isEnglish(activity.locale || localeIn(activity)),
  };
}

const isEnglish = (locale: string | undefined) => (locale ? /^en\b/i.test(locale) : undefined);

/** The organisations that something says it comes from: one, unless somebody is up to something. */
export function tenantsOf({ conversation, channelData }: Activity): string[] {
  const named = [conversation.tenantId, channelData?.tenant?.id].filter((id) => typeof id === 'string' && id !== '');
  return [...new Set(named.map((id) => id!.toLowerCase()))];
}

/** A chat between two people is called personal as well, where a dialog is opened beside it; ours has another kind of id. */
function isAlone({ conversation: { id, conversationType, isGroup } }: Activity): boolean {
  return (conversationType ?? (isGroup ? 'groupChat' : 'personal')) === 'personal' && !id.startsWith('19:');
}

export function readTurn(activity: Activity): Turn {
  const { type, name, recipient, membersAdded, action } = activity;
  if (type === 'message') return readMessage(activity);
  if (type === 'invoke') return readInvoke(activity, name ?? '');
  if (type === 'installationUpdate') {
    if (/^add/.test(action ?? '')) return { kind: 'welcomed' };
    return /^remove/.test(action ?? '') ? { kind: 'removed' } : { kind: 'nothing' };
  }
  const here = membersAdded?.some(({ id }) => id === recipient?.id);
  return type === 'conversationUpdate' && here ? { kind: 'welcomed' } : { kind: 'nothing' };
}

function readMessage(activity: Activity): Turn {
  const { text, value, replyToId } = activity;
  if (isObject(value) && !text?.trim()) {
    const pressed = readPress(value, undefined);
    const reviewed = readReview(value, undefined);
    if (reviewed) return { kind: 'reviewed', reviewed, spot: replyToId ?? undefined, by: 'message' };
    return pressed
      ? { kind: 'submitted', pressed, spot: replyToId ?? undefined }
      : { kind: 'unreadable', by: 'message' };
  }
  // What the app itself has put into somebody's message comes back as one.
  if (text?.includes('inline-compose-card')) return { kind: 'nothing' };
  const words = spoken(activity);
  return words === undefined ? { kind: 'nothing' } : { kind: 'said', words };
}

/** What is said to us, without our own name. @returns undefined where others talk, and not to us. */
function spoken(activity: Activity): string | undefined {
  const { text, entities, recipient } = activity;
  let words = (text ?? '').slice(0, 2000).replace(/&nbsp;|\u00A0/g, ' ');
  const mentions = (entities ?? []).flatMap((entity) => {
    const read = Mention.safeParse(entity);
    return read.success && read.data.mentioned.id === recipient?.id ? [read.data.text ?? ''] : [];
  });
  if (!isAlone(activity) && !recipient?.isTargeted && mentions.length === 0) return undefined;
  for (const mention of mentions) if (mention !== '') words = words.replace(mention, ' ');
  return withoutMarkup(words.replace(/<at\b[^<>]*>[^<]*<\/at>/gi, ' '))
    .replace(/^\/?isitpublic\b/i, '')
    .trim();
}

const Mention = z.object({
  type: z.literal('mention'),
  text: z.string().max(500).nullish(),
  mentioned: z.object({ id: z.string() }),
});

function readInvoke(activity: Activity, name: string): Turn {
  const { value, replyToId } = activity;
  const spot = replyToId ?? undefined;
  switch (name) {
    case 'adaptiveCard/action': {
      const read = CardAction.safeParse(value);
      const { verb, data } = read.data?.action ?? {};
      const reviewed = readReview(data, verb);
      if (reviewed) return { kind: 'reviewed', reviewed, spot, by: 'press' };
      const pressed = read.success ? readPress(data, verb) : undefined;
      return pressed ? { kind: 'pressed', pressed, spot } : { kind: 'unreadable', by: 'press' };
    }
    case 'composeExtension/fetchTask': {
      const payload = FetchTask.safeParse(value).data?.messagePayload;
      if (!payload) return { kind: 'dialog' };
      const permalink = payload.linkToMessage || permalinkOf(activity, payload.id ?? '');
      return { kind: 'dialog', message: { permalink, text: withoutMarkup(payload.body.content) } };
    }
    case 'composeExtension/queryLink':
      return { kind: 'linked', url: QueryLink.safeParse(value).data?.url ?? '' };
    case 'composeExtension/submitAction': {
      const read = SubmitAction.safeParse(value);
      const reviewed = readReview(read.data?.data, undefined);
      if (reviewed) return { kind: 'reviewed', reviewed, spot: undefined, by: 'dialog' };
      const pressed = read.success ? readPress(read.data.data, undefined) : undefined;
      return pressed ? { kind: 'dialog pressed', pressed } : { kind: 'unreadable', by: 'dialog' };
    }
    case 'fileConsent/invoke': {
      const read = Consent.safeParse(value);
      if (!read.success) return { kind: 'unreadable', by: 'file' };
      const { action, context, uploadInfo } = read.data;
      if (action !== 'accept' || !uploadInfo) return { kind: 'declined', ...context, spot };
      return { kind: 'consented', upload: uploadInfo, ...context, spot };
    }
    default:
      return { kind: 'unknown' };
  }
}

const CardAction = z.object({ action: z.object({ verb: text.nullish(), data: z.unknown().optional() }) });
const SubmitAction = z.object({ data: z.unknown().optional() });
const FetchTask = z.object({
  messagePayload: z
    .object({
      id: text.nullish(),
      linkToMessage: text.nullish(),
      body: z.object({ content: z.string().catch('') }).catch({ content: '' }),
    })
    .nullish(),
});
const QueryLink = z.object({ url: text });
const Upload = z.object({ uploadUrl: text, contentUrl: text, name: text, uniqueId: text, fileType: text });
const Consent = z.object({
  action: z.string(),
  context: z.object({ session: text.catch(''), draft: text.catch('') }).catch({ session: '', draft: '' }),
  uploadInfo: Upload.nullish(),
});

const Data = z.object({
  verb: text.nullish(),
  session: text,
  node: text.nullish().catch(''),
  seq: z.coerce.number().int().min(0).max(9_999_999).catch(0),
  boxes: z.boolean().catch(false),
  written: z.boolean().catch(false),
  option: z
    .union([text, z.number().transform(String), z.boolean().transform(String)])
    .nullish()
    .catch(undefined),
});

const Reviewed = z.object({
  verb: text.nullish().catch(undefined),
  what: z.string().max(20),
  number: z.string().max(30).catch(''),
  seq: z.coerce.number().int().min(0).max(9_999_999).catch(0),
  option: text.catch(''),
  should: z.string().max(100).catch(''),
});

/** @returns undefined where it is nothing of the review, or makes no sense. */
function readReview(data: unknown, verb: string | null | undefined): ReviewPress | undefined {
  const read = Reviewed.safeParse(data);
  if (!read.success) return undefined;
  const { verb: own, ...reviewed } = read.data;
  return (verb ?? own) === 'review' ? reviewed : undefined;
}

/** What a card sends back, with what was chosen on it. @returns undefined where it makes no sense. */
function readPress(data: unknown, verb: string | null | undefined): CardPress | undefined {
  const read = Data.safeParse(data);
  const named = /^[a-z-]{1,20}$/.exec(verb ?? read.data?.verb ?? '')?.[0];
  if (!read.success || named === undefined) return undefined;
  const { session, node, seq, option, boxes, written } = read.data;
  // A client leaves out what is empty: no option means that nothing is ticked, if there was something to tick.
  const ticking = named === 'tick' || (named === 'done' && (boxes || typeof option === 'string'));
  // What is sent without a word was written nowhere else; all others want to write some.
  const writes = named === 'ask' && !written && !option;
  return {
    verb: writes ? 'write' : named,
    value: option ?? '',
    ticked: ticking ? (option ?? '').split(',').filter((id) => id !== '') : undefined,
    mark: { session, node: node ?? '', seq },
  };
}

/** Where a message stands, as an address that opens it; for chats, where Teams itself gives none. */
function permalinkOf({ conversation }: Activity, id: string): string {
  const [room = ''] = conversation.id.split(';');
  const context = encodeURIComponent(JSON.stringify({ contextType: 'chat' }));
  const path = [room, id].map(encodeURIComponent).join('/');
  return id === '' ? '' : `https://teams.microsoft.com/l/message/${path}?context=${context}`;
}

/** What a person reads of a message: it is hashed, and let go. */
function withoutMarkup(html: string): string {
  return html
    .replace(/<(br|\/p|\/div|\/li)\b[^<>]*>/gi, '\n')
    .replace(/<\/?[a-z][^<>]*>/gi, '')
    .replace(/&(amp|lt|gt|quot|nbsp|#39);/g, (_, name: string) => signs[name]!)
    .trim();
}

const signs: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ', '#39': "'" };

function localeIn({ entities }: Activity): string | undefined {
  for (const entity of entities ?? [])
    if (isObject(entity) && entity.type === 'clientInfo' && typeof entity.locale === 'string') return entity.locale;
  return undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
