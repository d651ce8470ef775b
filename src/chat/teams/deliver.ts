import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import { openStorage } from '../../database/storage.ts';
import type { PersonRow } from '../../database/tables.ts';
import type { View } from '../../guidance/view.ts';
import type { Person } from '../../record/person.ts';
import { type Deliveries, openDeliveries } from '../deliver.ts';
import type { Card } from './card.ts';
import { type Connector, explain, isShut, isUncertain, NotDone, type Room } from './connector.ts';
import { drawWords } from './drawwords.ts';
import type { Sender } from './read.ts';
import { teamsWords } from './words.ts';

/** Where a message stands. */
export interface Spot extends Room {
  message: string;
  /** Only one person sees it, where others are in the room. */
  privately?: true;
}

/** Whom a card is for, and where they asked for it. */
export interface To extends Sender {
  person: Person;
}

/** A card, and the view that it shows where it shows one. */
interface Drawing {
  card: Card;
  view?: View;
  calm?: number;
}

/** The ways to people in Teams. */
export interface Post extends Deliveries<To, Spot, Drawing> {
  /** Keeps where a person's own chat with the bot is; forgets it where `alone` is false. */
  noteChat(to: To): Promise<void>;
  forgetChat(to: To): Promise<void>;
  /** Where somebody's own chat with the bot is, if they have one. */
  chatOf(person: PersonRow): Promise<Room | undefined>;
  /** Keeps the address at which Teams takes what is said in an organisation: what is said of its own accord goes there. */
  noteAddress(room: Room): void;
  /** A channel by its id; undefined as long as Teams has not said where it takes what is said, and nobody else has. */
  channel(id: string): Promise<Room | undefined>;
  /** Says something to the person where they are: to nobody else where others read along. */
  say(to: To, card: Card): Promise<void>;
  /** Writes an activity of another kind into the person's own chat. */
  send(to: To, activity: object): Promise<Spot>;
}

/**
 * Opens the way to the chats that people have with the bot.
 * @param usual the address at which Teams takes what is said, until Teams itself has said which it is.
 */
export function openPost(database: Database, connector: Connector, usual: string | undefined, logger: Logger): Post {
  const addresses = openStorage<string>(database, 'teams-address', 400 * 86_400_000);
  let address: string | undefined;
  const chats = openStorage<Room>(database, 'teams-chat', 400 * 86_400_000);
  const near = new Map<string, string>();

  async function noteChat({ person, room, alone }: To): Promise<void> {
    const now = `${room.serviceUrl} ${room.id}`;
    if (!alone || near.get(person.hash) === now) return;
    if (near.size > 10_000) near.clear();
    near.set(person.hash, now);
    await chats.set(person.hash, room).catch((fault) => logger.warn({ err: fault }, 'where a chat is was not kept'));
  }

  async function forgetChat({ person }: To): Promise<void> {
    near.delete(person.hash);
    await chats.delete(person.hash);
  }

  /** Where the person is alone with the bot. */
  async function openChat({ person, account, bot, tenant, room, alone }: To): Promise<Room> {
    if (alone) return room;
    const known = await chats.get(person.hash).catch(() => undefined);
    // The latest address is the one that counts: conversations move.
    if (known) return { ...known, serviceUrl: room.serviceUrl };
    const chat = { serviceUrl: room.serviceUrl, id: await connector.openChat(room.serviceUrl, bot, account, tenant) };
    await chats.set(person.hash, chat).catch((fault) => logger.warn({ err: fault }, 'where a chat is was not kept'));
    return chat;
  }

  async function send(to: To, activity: object, chat?: Room): Promise<Spot> {
    const known = chat ?? (await openChat(to));
    try {
      return { ...known, message: await connector.post(known, activity) };
    } catch (fault) {
      if (to.alone || !isShut(fault)) throw fault;
      // The chat that we knew is gone; there may be another.
      await forgetChat(to);
      const anew = await openChat(to).catch((fault: unknown) => {
        throw new NotDone(explain(fault).error, { never: true });
      });
      return { ...anew, message: await connector.post(anew, activity) };
    }
  }

  /** Into the person's own chat, or else where they asked, so that nobody else sees it. */
  async function post(to: To, { card }: Drawing): Promise<Spot> {
    const chat = await openChat(to).catch((fault: unknown) => ({ fault }));
    try {
      if ('fault' in chat) throw chat.fault;
      return await send(to, withCard(card), chat);
    } catch (fault) {
      // What may have been written all the same is not written twice.
      if (to.alone || (!('fault' in chat) && isUncertain(fault))) throw fault;
      logger.info(
        { because: explain(fault).error },
        'a person’s own chat is closed to us; they are answered in private',
      );
      const message = await connector.post(to.room, withCard(card), to.account);
      return { ...to.room, message, privately: true };
    }
  }

  const deliveries = openDeliveries<To, Spot, Drawing>(
    'teams-card',
    {
      nameOf: ({ id, message }) => (message === '' ? '' : `${id} ${message}`),
      whoIs: ({ person }) => person.hash,
      post,
      update: (_, { message, privately, ...room }, { card }) =>
        connector.update(room, message, withCard(card), privately === true).then(() => undefined, explain),
      async postAgain(to, { message: _, privately, ...room }, { card }) {
        if (privately) return post(to, { card });
        return { ...room, message: await connector.post(room, withCard(card)) };
      },
      moved: (language) => ({ card: drawWords(language, teamsWords(language).moved) }),
      explain: (fault) => explain(fault).error,
    },
    database,
    logger,
  );

  return {
    ...deliveries,
    noteChat,
    forgetChat,
    send,
    async chatOf({ hash, address }) {
      const known = await chats.get(hash).catch(() => undefined);
      return known ?? (address === null ? undefined : (JSON.parse(address) as Room));
    },
    noteAddress({ serviceUrl }) {
      if (address === serviceUrl) return;
      address = serviceUrl;
      addresses
        .set('last', serviceUrl)
        .catch((fault) => logger.warn({ err: fault }, 'where Teams takes what is said was not kept'));
    },
    async channel(id) {
      const serviceUrl = address ?? (await addresses.get('last').catch(() => undefined)) ?? usual;
      return serviceUrl === undefined ? undefined : { serviceUrl, id };
    },
    async say({ room, account, alone }, card) {
      await connector.post(room, withCard(card), alone ? undefined : account);
    },
  };
}

/** A message with a card, and in words what a notification says of it. */
export function withCard(card: Card) {
  return {
    summary: card.fallbackText.slice(0, 200),
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content: card }],
  };
}
