import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Database } from '../../database/database.ts';
import type { PersonRow } from '../../database/tables.ts';
import { converse, fetchDraft, look, lookAtMessage, lookAtStart } from '../../guidance/conversation.ts';
import type { Draft } from '../../guidance/draft.ts';
import { asText } from '../../guidance/draft.ts';
import { type Guidance, languageOf, type Visitor } from '../../guidance/guidance.ts';
import { hasMuted, mute } from '../../guidance/reminders.ts';
import type { View } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { findOwn, listOwn } from '../../record/list.ts';
import type { Told } from '../../record/outbox.ts';
import type { Teller } from '../courier.ts';
import { sessionOf } from '../deliver.ts';
import { newReference, openPeople, openSeen, openTasks, within } from '../intake.ts';
import { nameRecord, pointedTo } from '../own.ts';
import { type CardPress, readIn, readTyped } from '../press.ts';
import type { Reviewing } from '../reviewing.ts';
import { type Card, forDialog } from './card.ts';
import { openColleagues } from './colleagues.ts';
import { type Connector, explain, isShut, isUncertain, NotDone, type Room } from './connector.ts';
import { openPost, type Spot, type To, withCard } from './deliver.ts';
import { drawCard } from './draw.ts';
import { drawDraftInWords, drawHelp, drawMine, drawTelling, drawWaiting, drawWords } from './drawwords.ts';
import { see } from './press.ts';
import type { ReviewPress, Sender, Turn } from './read.ts';
import { review } from './review.ts';
import { teamsWords } from './words.ts';

/** Each thing that people do in Teams, and what comes of it. */
export interface Desk {
  /**
   * @param id under which Teams tells it once, or repeats it.
   * @returns what Teams is answered, where it waits for an answer; what is asked for in it is in the log by then.
   */
  take(turn: Turn, sender: Sender, id: string): Promise<object | undefined>;
  /** Tells somebody something that they have not asked for. */
  tell: Teller['tell'];
  /** The same in a channel. */
  announce: NonNullable<Teller['announce']>;
  /** Resolves when everything that was to be drawn is drawn. */
  settle(): Promise<void>;
}

/** What is the same whoever does something, and wherever. */
interface DeskSettings {
  /** The organisation that the bot belongs to, where it is known; channels to be told something are there. */
  home: string | undefined;
  /** The address at which Teams takes what is said, until Teams itself has said which it is. */
  usual: string | undefined;
  /** Whether a file may be put at an address. */
  mayUpload(address: string): boolean;
}

/** How long a person's answer may take to be on disk before they are told that we are still at it, in ms. */
const patience = 2000;

/**
 * Answers what people do: what they answer is in the log before Teams hears that it was received. The next card goes back
 * in the answer itself, and after that into the message that stands there.
 */
export function openDesk(
  guidance: Guidance,
  database: Database,
  connector: Connector,
  reviewing: Reviewing,
  { home, usual, mayUpload }: DeskSettings,
  logger: Logger,
): Desk {
  const post = openPost(database, connector, usual, logger);
  const colleagueOf = openColleagues(connector, reviewing.groups, guidance.now);
  const isNew = openSeen(database, 'teams-seen');
  const isUnwelcomed = openSeen(database, 'teams-welcome', 400 * 86_400_000);
  const personOf = openPeople(guidance, 'teams');
  const tasks = openTasks();
  // The files that were offered a moment ago: however often the button is pressed, it is asked once.
  const offered = new Set<string>();

  /** Goes on after Teams has been answered. */
  function afterwards(work: Promise<unknown>, what: string): void {
    const done = work.catch((fault) => logger.warn({ because: explain(fault).error }, what));
    void tasks.follow(done);
  }

  /** A fault of ours is logged in full, and shown as one line with its reference. */
  function tellFault(fault: unknown, language: Language): string {
    const reference = newReference();
    logger.error({ reference, err: fault }, 'something told by Teams could not be answered');
    return teamsWords(language).fault(reference);
  }

  async function take(turn: Turn, sender: Sender, id: string): Promise<object | undefined> {
    const known = personOf(sender.tenant, sender.user);
    const person = sender.alone ? { ...known, address: JSON.stringify(sender.room) } : known;
    const visitor: Visitor = { person, language: sender.english ? 'en' : 'sv' };
    const to: To = { ...sender, person };
    if (home === undefined || sender.tenant === home) post.noteAddress(sender.room);
    if (turn.kind !== 'dialog') afterwards(post.noteChat(to), 'where a chat is was not kept');
    switch (turn.kind) {
      case 'pressed':
        return answerPress(to, visitor, turn.pressed, turn.spot);
      case 'submitted':
        return void (await takeSubmitted(to, visitor, turn.pressed, turn.spot));
      case 'dialog':
        return openDialog(visitor, turn.message);
      case 'dialog pressed':
        return answerDialog(to, visitor, turn.pressed);
      case 'reviewed':
        return answerReview(to, visitor, turn);
      case 'linked':
        return (await within(patience, unfold(to, visitor, turn.url))) ?? {};
      case 'consented':
      case 'declined':
        afterwards(handOver(to, visitor, turn), 'a file could not be handed over');
        return {};
      case 'said':
        await tell(to, visitor, async () => {
          // Ids are numbers, and others have the same ones elsewhere.
          if (await isNew(id === '' ? '' : `${to.room.id} ${id}`)) await answerWords(to, visitor, turn.words);
        });
        return undefined;
      case 'welcomed':
        afterwards(
          tell(to, visitor, () => welcome(to, visitor)),
          'somebody could not be welcomed',
        );
        return undefined;
      case 'removed':
        if (to.alone) afterwards(post.forgetChat(to), 'where a chat was is still kept');
        return undefined;
      case 'unreadable':
        return tellUnreadable(to, visitor, turn.by);
      case 'unknown':
      case 'nothing':
        return undefined;
    }
  }

  async function tellUnreadable(
    to: To,
    { language }: Visitor,
    by: Extract<Turn, { kind: 'unreadable' }>['by'],
  ): Promise<object | undefined> {
    const { unreadable } = teamsWords(language);
    if (by === 'press') return message(unreadable);
    if (by === 'dialog') return closing(unreadable);
    if (by === 'message') afterwards(post.say(to, drawWords(language, unreadable)), 'something could not be said');
    return by === 'file' ? {} : undefined;
  }

  /** Does what was asked for in a message, and says so where it went wrong. Teams does not wait for long. */
  async function tell(to: To, { language }: Visitor, act: () => Promise<void>): Promise<void> {
    const done = act().catch((fault) => {
      if (fault instanceof NotDone) throw fault;
      return post.say(to, drawWords(language, tellFault(fault, language)));
    });
    afterwards(done, 'something could not be said');
    await within(
      patience,
      done.catch(() => {}),
    );
  }

  /** Answers a press with the card that it leads to, or with words where there is nothing to draw in its place. */
  async function answerPress(to: To, visitor: Visitor, pressed: CardPress, at: string | undefined): Promise<object> {
    const done = tasks.follow(seeAndDraw(to, visitor, pressed, at));
    const early = await within(patience, done);
    if (early) return 'card' in early ? card(early.card) : message(early.said);
    const { language } = visitor;
    const late = done.then((drawn) => ('said' in drawn ? post.say(to, drawWords(language, drawn.said)) : undefined));
    afterwards(late, 'something could not be said');
    return message(teamsWords(language).notYetSaved);
  }

  /** The same for clients that can't be answered. */
  async function takeSubmitted(to: To, visitor: Visitor, pressed: CardPress, at: string | undefined): Promise<void> {
    await tell(to, visitor, async () => {
      const spot = at ?? (await post.find(pressed.mark?.session ?? ''))?.message;
      const drawn = await seeAndDraw(to, visitor, pressed, spot);
      if ('said' in drawn) await post.say(to, drawWords(visitor.language, drawn.said));
      else if (spot === undefined) await post.post(to, drawn);
    });
  }

  /** What a press leads to. It is drawn where it was pressed, or in a message of its own; nobody waits for that. */
  async function seeAndDraw(
    to: To,
    visitor: Visitor,
    pressed: CardPress,
    at: string | undefined,
  ): Promise<{ card: Card; view?: View } | { said: string }> {
    try {
      if (pressed.verb === 'remind') {
        const card = await changeReminders(visitor, pressed.value);
        if (at !== undefined) post.replace(to, spotAt(to, at), { card });
        return { card };
      }
      if (pressed.verb === 'draft') return { said: await offerDraft(to, visitor, pressed) };
      const shown = await see(guidance, visitor, pressed);
      const { view, own } = shown;
      if (view.kind === 'refused') return { said: view.why };
      if (own) {
        afterwards(post.post(to, { card: shown.card, view }, onceFor(pressed)), 'a card could not be written');
        return { said: teamsWords(view.language).goesOn };
      }
      const spot = at === undefined ? undefined : await spotOf(to, view, at);
      if (spot) post.replace(to, spot, { card: shown.card, view });
      return shown;
    } catch (fault) {
      return { said: tellFault(fault, visitor.language) };
    }
  }

  /** Where a card was pressed; whether others are in the room, and don't see it, is known of a session's own card. */
  async function spotOf({ room, alone }: To, view: View, message: string): Promise<Spot> {
    const session = alone ? undefined : sessionOf(view);
    const known = session === undefined ? undefined : await post.find(session);
    return known?.message === message ? known : spotAt({ room, alone }, message);
  }

  /** In a room our cards are private ones: nothing else is ever drawn there. */
  function spotAt({ room, alone }: Pick<To, 'room' | 'alone'>, message: string): Spot {
    return { ...room, message, ...(!alone && { privately: true as const }) };
  }

  /** What reviewers do is shown in their own chat alone, in place of what they pressed. */
  async function answerReview(
    to: To,
    visitor: Visitor,
    { reviewed, spot, by }: Extract<Turn, { kind: 'reviewed' }>,
  ): Promise<object | undefined> {
    const { language } = visitor;
    const done = tasks.follow(lookIntoReview(to, visitor, reviewed)).then(
      (seen) => {
        if (!('card' in seen)) return seen;
        if (spot !== undefined) post.replace(to, { ...to.room, message: spot }, seen);
        else if (by === 'message') afterwards(post.post(to, seen), 'a card could not be written');
        return seen;
      },
      (fault: unknown) => ({ said: tellFault(fault, language) }),
    );
    const told = async (early = true) => {
      const seen = await done;
      if ('said' in seen && (by === 'message' || !early)) await post.say(to, drawWords(language, seen.said));
    };
    if (by === 'message') {
      await tell(to, visitor, told);
      return undefined;
    }
    const early = await within(patience, done);
    if (by === 'dialog') return closing(early && 'said' in early ? early.said : teamsWords(language).comesLater);
    if (early) return 'card' in early ? card(early.card) : message(early.said);
    afterwards(told(false), 'something could not be said');
    return message(teamsWords(language).notYetSaved);
  }

  async function lookIntoReview(
    to: To,
    visitor: Visitor,
    reviewed: ReviewPress,
  ): Promise<{ card: Card } | { said: string }> {
    const language = await languageOf(guidance, visitor);
    if (!to.alone) return { said: teamsWords(language).reviewAlone };
    return { card: await review(reviewing, await colleagueOf(to, language), reviewed) };
  }

  /** Turns reminders off, or on again. @returns the card that it stands on. */
  async function changeReminders(visitor: Visitor, value: string): Promise<Card> {
    if (value === 'on' || value === 'off') await mute(guidance, visitor, value === 'off');
    return helpFor(visitor);
  }

  async function helpFor(visitor: Visitor): Promise<Card> {
    return drawHelp(await languageOf(guidance, visitor), await hasMuted(guidance, visitor));
  }

  /** A dialog begins with the message that it was asked for at, or with the choice of what to ask. */
  async function openDialog(visitor: Visitor, about: { permalink: string; text: string } | undefined): Promise<object> {
    const { language } = visitor;
    const seen = about ? lookAtMessage(guidance, visitor, about.permalink, about.text) : lookAtStart(guidance, visitor);
    const done = seen.then(
      (view) => dialog(view.language, drawCard(view)),
      (fault: unknown) => dialog(language, drawWords(language, tellFault(fault, language))),
    );
    return (await within(patience, done)) ?? dialog(language, drawWords(language, teamsWords(language).slow));
  }

  /** In a dialog everything goes on in the dialog; what it comes to is also written into the person’s own chat, to be found again. */
  async function answerDialog(to: To, visitor: Visitor, pressed: CardPress): Promise<object> {
    const seen = tasks.follow(seeInDialog(to, visitor, pressed));
    const done = seen.then(
      (shown) => ({ shown }),
      (fault: unknown) => ({ said: tellFault(fault, visitor.language) }),
    );
    const early = await within(patience, done);
    if (early) return 'said' in early ? closing(early.said) : dialog(early.shown.view.language, early.shown.card);
    // The dialog closes; what comes of it is written where it can be found.
    const late = done.then((late) =>
      post.post(to, 'said' in late ? { card: drawWords(visitor.language, late.said) } : late.shown),
    );
    afterwards(late, 'a card could not be written');
    return closing(teamsWords(visitor.language).comesLater);
  }

  async function seeInDialog(to: To, visitor: Visitor, pressed: CardPress): Promise<{ view: View; card: Card }> {
    const offered = pressed.verb === 'draft' ? await offerDraft(to, visitor, pressed) : undefined;
    const { view, card, unfolded } = await see(
      guidance,
      visitor,
      offered === undefined ? pressed : { ...pressed, verb: 'show' },
    );
    const session = sessionOf(view);
    const spot = session === undefined ? undefined : await post.find(session);
    if (spot) post.replace(to, spot, { card: drawCard(view, unfolded), view });
    if (offered !== undefined) return { view, card: drawCard({ ...view, notice: offered }) };
    if (spot || view.kind !== 'outcome' || pressed.verb === 'label') return { view, card };
    afterwards(post.post(to, { card, view }), 'an outcome could not be written into a person’s own chat');
    return { view, card };
  }

  async function answerWords(to: To, visitor: Visitor, typed: string): Promise<void> {
    const language = await languageOf(guidance, visitor);
    const asked = readTyped(typed);
    switch (asked.kind) {
      case 'help':
        return post.say(to, await helpFor(visitor));
      case 'review': {
        const start = { what: 'queue', number: '', seq: 0, option: '', should: '' };
        const seen = await lookIntoReview(to, visitor, start);
        return post.say(to, 'card' in seen ? seen.card : drawWords(language, seen.said));
      }
      case 'mine':
        return post.say(to, drawMine(await listOwn(database, visitor.person.hash, 10), guidance, language));
      case 'language':
        return changeLanguage(to, visitor, asked.wanted, language);
      case 'find':
        return write(to, (await converse(guidance, visitor, undefined, { verb: 'find', words: asked.words })).view);
      case 'start':
        return write(to, await lookAtStart(guidance, visitor));
    }
  }

  /** Changes the language from now on, and that of what the person has open. */
  async function changeLanguage(to: To, visitor: Visitor, wanted: string, now: Language): Promise<void> {
    if (wanted !== 'sv' && wanted !== 'en') return post.say(to, drawWords(now, teamsWords(now).whichLanguage));
    const view = await readIn(guidance, visitor, wanted);
    await post.redraw(to, { card: drawCard(view), view });
    await post.say(to, drawWords(wanted, teamsWords(wanted).nowReading));
  }

  /** Writes a card to the person alone; where they asked in a room, they are told there where it is, and nobody else. */
  async function write(to: To, view: View): Promise<void> {
    const spot = await post.post(to, { card: drawCard(view), view }).catch((fault: unknown) => {
      logger.warn({ because: explain(fault).error }, 'a card could not be written');
      return undefined;
    });
    if (to.alone || spot?.privately) return;
    const { language } = view;
    const here = drawWaiting(language, `https://teams.microsoft.com/l/chat/0/0?users=${encodeURIComponent(to.bot.id)}`);
    const cant = drawWords(language, teamsWords(language).cantWrite);
    await post.say(to, spot ? here : cant).catch(async (fault) => {
      logger.info({ because: explain(fault).error }, 'a person could not be told in private');
      // Said before everybody, since there is no other way; there is nothing of the guidance in it.
      if (!spot) await post.say({ ...to, alone: true }, cant);
    });
  }

  /** Teams tells several times that we are new somewhere; where it does not say in which language, it will in a moment. */
  async function welcome(to: To, visitor: Visitor): Promise<void> {
    if (to.english === undefined) await wait(1000, undefined, { ref: false });
    if (!(await isUnwelcomed(`${to.tenant} ${to.alone ? to.person.hash : to.room.id}`))) return;
    const language = await languageOf(guidance, visitor);
    const text = teamsWords(language);
    if (!to.alone) return post.say({ ...to, alone: true }, drawWords(language, text.welcomeRoom));
    const view = await lookAtStart(guidance, visitor);
    await post.say(to, drawCard({ ...view, notice: text.welcome }));
  }

  /** A link to a record unfolds in its owner's own chat with the bot: elsewhere, others would read it too. */
  async function unfold({ alone, person }: To, visitor: Visitor, url: string): Promise<object> {
    const record = alone ? await findOwn(database, person.hash, pointedTo(url)) : undefined;
    if (!record) return {};
    const language = await languageOf(guidance, visitor);
    const title = nameRecord(record, guidance, language).replaceAll('\n', ' · ');
    const preview = { contentType: 'application/vnd.microsoft.card.thumbnail', content: { title } };
    const [attachment] = withCard(drawWords(language, title)).attachments;
    return {
      composeExtension: { type: 'result', attachmentLayout: 'list', attachments: [{ ...attachment, preview }] },
    };
  }

  /** Asks in the person's own chat whether the file may be put where they keep theirs. @returns what to say of it. */
  async function offerDraft(to: To, visitor: Visitor, { mark, value }: CardPress): Promise<string> {
    const language = await languageOf(guidance, visitor);
    const text = teamsWords(language);
    const found = await fetchDraft(guidance, visitor, mark?.session ?? '', value);
    if (found.kind === 'refused') return 'why' in found.view ? found.view.why : text.noDraft;
    const { draft } = found;
    const offer = `${mark?.session} ${draft.kind}`;
    if (offered.has(offer)) return text.draftComes;
    offered.add(offer);
    setTimeout(() => offered.delete(offer), 10_000).unref();
    const sending = writeFile(draft).then(async ({ name, bytes }) => {
      const context = { session: mark?.session, draft: draft.kind };
      const content = {
        description: text.draftAsks,
        sizeInBytes: bytes.length,
        acceptContext: context,
        declineContext: context,
      };
      const contentType = 'application/vnd.microsoft.teams.card.file.consent';
      await post.send(to, { summary: name, attachments: [{ contentType, name, content }] }).catch(async (fault) => {
        logger.info({ because: explain(fault).error }, 'a file could not be offered; its text is written instead');
        await post.post(to, { card: drawDraftInWords(language, draft.title, asText(draft)) });
      });
    });
    afterwards(sending, 'a draft could not be offered');
    return text.draftComes;
  }

  /** Puts the file where the person has said yes to, and says where it is; the question is taken away. */
  async function handOver(
    to: To,
    visitor: Visitor,
    turn: Extract<Turn, { kind: 'consented' | 'declined' }>,
  ): Promise<void> {
    offered.delete(`${turn.session} ${turn.draft}`);
    if (turn.spot !== undefined && to.alone)
      afterwards(connector.remove(to.room, turn.spot), 'the question about a file could not be taken away');
    if (turn.kind === 'declined' || !(await isNew(`file ${turn.upload.uploadUrl}`))) return;
    const language = await languageOf(guidance, visitor);
    try {
      const { uploadUrl, contentUrl, name, uniqueId, fileType } = turn.upload;
      if (!mayUpload(uploadUrl)) throw new Error('the address for a file is none of Microsoft’s');
      const found = await fetchDraft(guidance, visitor, turn.session, turn.draft);
      if (found.kind === 'refused') return await post.say(to, drawCard(found.view));
      await connector.upload(uploadUrl, (await writeFile(found.draft)).bytes);
      const contentType = 'application/vnd.microsoft.teams.card.file.info';
      await post.send(to, { attachments: [{ contentType, contentUrl, name, content: { uniqueId, fileType } }] });
    } catch (fault) {
      logger.warn({ because: explain(fault).error }, 'a file could not be handed over');
      await post.say(to, drawWords(language, teamsWords(language).noDraft));
    }
  }

  async function writeFile(draft: Draft): Promise<{ name: string; bytes: Buffer }> {
    // Large, and seldom needed: the program starts without it.
    const { writeDocx } = await import('../docx.ts');
    const bytes = await writeDocx(draft, guidance.municipality.name);
    return { name: `${draft.title} ${draft.number}.docx`, bytes };
  }

  async function inform(row: PersonRow, lines: readonly string[], session: string | null): Promise<Told> {
    const room = await post.chatOf(row);
    if (!room) return { kind: 'later', because: 'the person has no chat with the bot' };
    const { hash, tenant, user_id: userId } = row;
    const person = { hash, platform: 'teams', tenant, userId };
    const language = row.language === 'en' ? 'en' : 'sv';
    // It may be about somebody else's, which is not theirs to open here.
    const view = session === null ? undefined : await viewOf({ person, language }, session).catch(() => undefined);
    const said = await deliver(room, drawTelling(language, lines, view?.session));
    if (view && said.kind === 'sent') {
      const alone = { account: { id: '' }, bot: { id: '' }, name: '', alone: true, english: undefined };
      const drawn = post.redraw({ ...alone, tenant, user: userId, room, person }, { card: drawCard(view), view });
      afterwards(drawn, 'a card could not be drawn anew');
    }
    return said;
  }

  /** What a session of theirs looks like now. */
  async function viewOf(visitor: Visitor, session: string) {
    const { view } = await look(guidance, visitor, session);
    return view.kind === 'refused' || view.kind === 'start' || view.kind === 'found' ? undefined : view;
  }

  async function announce(channel: string, lines: readonly string[]): Promise<Told> {
    const room = await post.channel(channel);
    return room
      ? deliver(room, drawTelling('sv', lines))
      : { kind: 'later', because: 'Teams has not said where it can be reached' };
  }

  function deliver(room: Room, card: Card): Promise<Told> {
    return connector.post(room, withCard(card)).then(
      () => ({ kind: 'sent' }),
      (fault: unknown) => {
        const because = explain(fault).error;
        if (isShut(fault)) return { kind: 'gone', because };
        return { kind: isUncertain(fault) ? 'uncertain' : 'later', because };
      },
    );
  }

  return {
    take,
    tell: inform,
    announce,
    async settle() {
      await tasks.settle();
      await post.settle();
    },
  };
}

/** What is written once, however often the same button is pressed in a row. */
const onceFor = ({ verb, value, mark }: CardPress) => `${verb} ${mark?.session} ${value}`;

/** The answer to a press: the next card. */
function card(value: Card): object {
  return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value };
}

/** The answer to a press: words beside the card, which stays as it is. */
function message(value: string): object {
  return { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value };
}

/** The answer in a dialog: what stands in it next. */
function dialog(language: Language, card: Card): object {
  const content = { contentType: 'application/vnd.microsoft.card.adaptive', content: forDialog(card) };
  const value = { title: teamsWords(language).title, width: 'medium', height: 'large', card: content };
  return { task: { type: 'continue', value } };
}

/** The answer in a dialog: it closes with these words. */
function closing(words: string): object {
  return { task: { type: 'message', value: words } };
}
