import type { webApi } from '@slack/bolt';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database } from '../../database/database.ts';
import {
  chooseUnit,
  converse,
  fetchDraft,
  look,
  lookAtMessage,
  lookAtStart,
  unitOf,
} from '../../guidance/conversation.ts';
import { type Guidance, languageOf, type Visitor } from '../../guidance/guidance.ts';
import { hasMuted, mute } from '../../guidance/reminders.ts';
import { type StartView, type View, withNotice } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { findOwn, listOwn } from '../../record/list.ts';
import { newReference, openPeople, openSeen, openTasks, within } from '../intake.ts';
import { nameRecord, pointedTo } from '../own.ts';
import { actOf, press as lookAtPress, readIn as lookIn, readTyped, type Shown } from '../press.ts';
import type { Reviewing } from '../reviewing.ts';
import { type Card, paragraph } from './blocks.ts';
import { openColleagues } from './colleagues.ts';
import { explain, openSlackDeliveries, respond } from './deliver.ts';
import { drawCard } from './draw.ts';
import { drawToHome, drawWaiting, drawWords } from './drawwords.ts';
import { drawAsk, drawLabel, drawRespond } from './forms.ts';
import { drawHome, drawMine } from './home.ts';
import type { Where } from './installations.ts';
import { readMark } from './mark.ts';
import { openProfiles } from './profile.ts';
import {
  Command,
  MessageShortcut,
  type Pressed,
  permalinkOf,
  readPress,
  SlackEvent,
  Submission,
  Unreadable,
} from './read.ts';
import { lookAtReview, openRecord, submitReview, takeQuestion } from './reviewer.ts';
import { slackWords } from './words.ts';
import { answerReviewer, ask, name, type Written } from './written.ts';

/** What is told to us: by Slack, and checked by Bolt. */
export interface Told {
  client: webApi.WebClient;
  where: Where;
  body: unknown;
  /** Tells Slack that it was received, and an answer with it where there is one; within three seconds. */
  ack(answer?: object): Promise<void>;
}

/** What is told where nobody waits for an answer. */
type Heard = Omit<Told, 'ack'>;

/** Each thing that people do in Slack, and what comes of it. */
export interface Desk {
  press(told: Told): Promise<void>;
  command(told: Told): Promise<void>;
  shortcut(told: Told): Promise<void>;
  submit(told: Told): Promise<void>;
  event(told: Heard): Promise<void>;
  /** What a session of theirs looks like now; nothing where it is none of theirs. */
  findCard(visitor: Visitor, session: string): Promise<View | undefined>;
  /** Draws the card of a session where it stands, with what others have added. */
  drawAgain(client: webApi.WebClient, visitor: Visitor, session: string): void;
  /** Resolves when everything that was to be drawn is drawn. */
  settle(): Promise<void>;
}

/** How long a person's answer may take to be on disk before Slack is told that we are still at it, in ms. */
const patience = 2000;
/** How long a command waits for its guidance to be written, so that it can say where, in ms. */
const promptness = 1000;

/**
 * Answers what people do: what they answer is in the log before Slack hears that it was received, and what they see next
 * is drawn after that.
 * @param forget drops what is kept of an installation that is no more.
 */
export function openDesk(
  guidance: Guidance,
  database: Database,
  reviewing: Reviewing,
  logger: Logger,
  forget: (where: Where) => Promise<void>,
): Desk {
  const deliveries = openSlackDeliveries(database, logger);
  const languageIn = openProfiles(database);
  const isNew = openSeen(database, 'slack-seen');
  const colleagues = openColleagues(reviewing, guidance.now);

  const personOf = openPeople(guidance, 'slack');
  const tasks = openTasks();

  /** People are known within their organisation, or else within their workspace. */
  async function visitorOf({ client, where }: Heard, user: string): Promise<Visitor> {
    const person = personOf(where.enterpriseId ?? where.teamId ?? '', user);
    return { person, language: await languageIn(client, person) };
  }

  async function colleagueOf(told: Heard, visitor: Visitor) {
    return colleagues(told, visitor, await languageOf(guidance, visitor));
  }

  /** A fault of ours is logged in full, and shown as one line with its reference. */
  function tellFault(fault: unknown, language: Language): Card {
    const reference = newReference();
    logger.error({ reference, err: fault }, 'something told by Slack could not be answered');
    return drawWords(slackWords(language).fault(reference));
  }

  /** Says something to the person alone: beside the message that they pressed, or else in their conversation with the app. */
  async function reply({ client }: Told, { user, respondTo }: Replied, card: Card): Promise<void> {
    if (respondTo && (await respond(respondTo, { ...privately(card), replace_original: false }))) return;
    await deliveries
      .post({ client, user }, { card })
      .catch((fault) => logger.warn({ because: explain(fault) }, 'something could not be said'));
  }

  async function press(told: Told): Promise<void> {
    const pressed = readPress(told.body);
    if (!pressed) {
      await told.ack();
      const lines = [slackWords('sv').unreadable, slackWords('en').unreadable];
      return void (await respond(
        Unreadable.safeParse(told.body).data?.response_url ?? '',
        privately(drawWords(...lines)),
      ));
    }
    const visitor = await visitorOf(told, pressed.user);
    if (['label', 'ask', 'respond'].includes(pressed.verb)) return openForm(told, visitor, pressed);
    if (pressed.verb === 'draft') return sendDraft(told, visitor, pressed);
    if (pressed.verb === 'read') return showRecord(told, visitor, pressed);
    if (['queue', 'newest', 'take'].includes(pressed.verb)) return review(told, visitor, pressed);
    if (pressed.home && (pressed.verb === 'unit' || pressed.verb === 'reminders'))
      return chooseInHome(told, visitor, pressed);
    const done = see(told, visitor, pressed).then(
      (seen) => ({ seen }),
      (fault: unknown) => ({ fault }),
    );
    const early = await within(patience, done);
    await told.ack();
    if (!early) await reply(told, pressed, drawWords(slackWords(visitor.language).notYetSaved));
    const late = early ?? (await done);
    if ('fault' in late) return void (await reply(told, pressed, tellFault(late.fault, visitor.language)));
    await deliver(told, visitor, pressed, late.seen);
  }

  /** What a press leads to. Where there is no message to draw it in, it gets one of its own. */
  async function see({ client }: Told, visitor: Visitor, pressed: Pressed): Promise<Shown> {
    const act = pressed.home ? actOf(pressed) : undefined;
    if (act?.verb === 'language') return { view: await readIn(client, visitor, act.language), own: true };
    const shown = await lookAtPress(guidance, visitor, pressed);
    return { ...shown, own: shown.own || pressed.spot === undefined };
  }

  async function deliver(told: Told, visitor: Visitor, pressed: Pressed, shown: Shown): Promise<void> {
    const { client } = told;
    const { view, own, unfolded } = shown;
    const { user, home, spot, respondTo, verb, mark } = pressed;
    const to = { client, user };
    if (home && verb === 'language') return publishHome(told, visitor);
    if (view.kind === 'refused' && !home) return reply(told, pressed, drawCard(view));
    const drawing = { card: drawCard(view, unfolded), view };
    // Whoever ticks one box ticks the next: the last of them is drawn.
    const calm = verb === 'tick' ? 500 : 0;
    if (!own && spot) return deliveries.replace(to, spot, { ...drawing, respondTo, calm });
    const failed = await deliveries.post(to, drawing, `${verb} ${mark?.session} ${pressed.value}`).then(
      () => false,
      (fault: unknown) => {
        logger.warn({ because: explain(fault) }, 'a card could not be written');
        return true;
      },
    );
    const text = slackWords(view.language);
    if (home) await publishHome(told, visitor, { notice: failed ? text.cantWrite : text.waitingHere });
    else if (failed && respondTo)
      await respond(respondTo, { ...privately(drawWords(text.cantWrite)), replace_original: false });
  }

  /** Opens the form for a heading, for a question to the registrar, or for an answer to a reviewer. */
  async function openForm(told: Told, visitor: Visitor, { verb, mark, trigger, ...pressed }: Pressed) {
    await told.ack();
    try {
      const { view } = await look(guidance, visitor, mark?.session);
      if (verb === 'respond') {
        if (!('node' in view) || !view.judged?.asks)
          return reply(told, pressed, drawCard('node' in view ? withNotice(view, 'stale') : view));
        return void (await told.client.views.open({ trigger_id: trigger ?? '', view: drawRespond(view) }));
      }
      if (view.kind !== 'outcome' && view.kind !== 'question' && view.kind !== 'checklist')
        return reply(told, pressed, drawCard(view));
      const form = verb === 'ask' ? drawAsk(view) : drawLabel(view);
      await told.client.views.open({ trigger_id: trigger ?? '', view: form });
    } catch (fault) {
      await reply(told, pressed, tellFault(fault, visitor.language));
    }
  }

  async function sendDraft(told: Told, visitor: Visitor, { mark, value, spot, ...pressed }: Pressed) {
    const { client } = told;
    await told.ack();
    try {
      const { draftComes } = slackWords(await languageOf(guidance, visitor));
      const found = await fetchDraft(guidance, visitor, mark?.session ?? '', value);
      if (found.kind === 'refused') return reply(told, pressed, drawCard(found.view));
      const { draft } = found;
      // Large, and seldom needed: the program starts without it.
      const { writeDocx } = await import('../docx.ts');
      await client.filesUploadV2({
        channel_id: spot?.channel ?? (await client.conversations.open({ users: pressed.user })).channel!.id!,
        file: await writeDocx(draft, guidance.municipality.name),
        filename: `${draft.title} ${draft.number}.docx`,
        title: `${draft.title} ${draft.number}`,
        initial_comment: draftComes,
      });
    } catch (fault) {
      logger.warn({ err: fault }, 'a draft could not be sent');
      await reply(told, pressed, drawWords(slackWords(visitor.language).noDraft));
    }
  }

  /** Opens a record for somebody who may read it. */
  async function showRecord(told: Told, visitor: Visitor, { value, trigger, ...pressed }: Pressed): Promise<void> {
    await told.ack();
    try {
      const language = await languageOf(guidance, visitor);
      const view = await openRecord(reviewing, await colleagueOf(told, visitor), value, language);
      await told.client.views.open({ trigger_id: trigger ?? '', view });
    } catch (fault) {
      await reply(told, pressed, tellFault(fault, visitor.language));
    }
  }

  /** Shows another page of the queue, or takes a question. */
  async function review(told: Told, visitor: Visitor, pressed: Pressed): Promise<void> {
    const { verb, value } = pressed;
    const done = colleagueOf(told, visitor).then(async (colleague) => {
      const { notYours } = slackWords(await languageOf(guidance, visitor)).reviewing;
      if (!colleague) return { notice: notYours };
      if (verb === 'take') return { notice: await takeQuestion(reviewing, colleague, value) };
      return verb === 'queue' ? { before: value } : {};
    });
    await drawHomeAfter(told, visitor, pressed, done);
  }

  /** What somebody says in the home about themselves: their unit, and whether they want reminders. */
  async function chooseInHome(told: Told, visitor: Visitor, pressed: Pressed): Promise<void> {
    const { verb, value } = pressed;
    const done = verb === 'unit' ? chooseUnit(guidance, visitor, value) : mute(guidance, visitor, value === 'off');
    await drawHomeAfter(
      told,
      visitor,
      pressed,
      done.then(() => ({})),
    );
  }

  /** What was done in the home is on disk before Slack hears that it was received, and is drawn after that. */
  async function drawHomeAfter(
    told: Told,
    visitor: Visitor,
    pressed: Replied,
    done: Promise<HomeShown>,
  ): Promise<void> {
    await within(
      patience,
      done.catch(() => {}),
    );
    await told.ack();
    await done.then(
      (shown) => publishHome(told, visitor, shown),
      (fault) => reply(told, pressed, tellFault(fault, visitor.language)),
    );
  }

  async function submit(told: Told): Promise<void> {
    const read = Submission.safeParse(told.body);
    if (!read.success) return told.ack();
    const { user, view: form } = read.data;
    const visitor = await visitorOf(told, user.id);
    if (form.callback_id === 'g:label') return submitWords(told, visitor, 'label', name(guidance, visitor, form));
    if (form.callback_id === 'g:ask') return submitTo(told, visitor, form, 'g:ask', ask);
    if (form.callback_id === 'g:respond') return submitTo(told, visitor, form, 'g:respond', answerReviewer);
    if (form.callback_id === 'g:review') return submitRecord(told, visitor, form);
    await told.ack();
  }

  /** Does to a record what a form about it says, and shows in its place what came of it. */
  async function submitRecord(told: Told, visitor: Visitor, form: Submission['view']): Promise<void> {
    const language = await languageOf(guidance, visitor);
    const text = slackWords(language);
    const done = colleagueOf(told, visitor)
      .then((colleague) => submitReview(reviewing, colleague, form, language))
      .catch((fault: unknown) => {
        const words = tellFault(fault, language).text;
        return { kind: 'errors', errors: { do: words }, words } as const;
      });
    const early = await within(patience, done);
    const errors = early ? early.kind === 'errors' && early.errors : { do: text.notYetSaved };
    if (errors) await told.ack({ response_action: 'errors', errors });
    else if (early?.kind === 'shown') await told.ack({ response_action: 'update', view: early.view });
    const late = early ?? (await done);
    if (!early) await reply(told, { user: visitor.person.userId, respondTo: undefined }, drawWords(late.words));
    if (late.kind === 'shown') await publishHome(told, visitor);
  }

  /** What somebody has written about their guidance: drawn where its card stands, or to be mended in the form. */
  async function submitWords(told: Told, visitor: Visitor, field: string, written: Promise<Written>): Promise<void> {
    const user = visitor.person.userId;
    const done = written.catch((fault: unknown) => ({ wrong: tellFault(fault, visitor.language).text }));
    const early = await within(patience, done);
    const wrong = early ? 'wrong' in early && early.wrong : slackWords(visitor.language).notYetSaved;
    await told.ack(wrong ? { response_action: 'errors', errors: { [field]: wrong } } : undefined);
    const late = early ?? (await done);
    if ('view' in late)
      return deliveries.redraw({ client: told.client, user }, { card: drawCard(late.view), view: late.view });
    if (!early) await reply(told, { user, respondTo: undefined }, drawWords(late.wrong));
  }

  /** The same of what is written to somebody, in a field that says which session it is about. */
  async function submitTo(
    told: Told,
    visitor: Visitor,
    { state }: Submission['view'],
    name: string,
    send: typeof ask,
  ): Promise<void> {
    const [field = '', block] = Object.entries(state.values).find(([, block]) => block[name]) ?? [];
    const mark = readMark(field);
    if (!mark) return told.ack();
    await submitWords(told, visitor, field, send(guidance, visitor, mark, block?.[name]?.value ?? ''));
  }

  async function command(told: Told): Promise<void> {
    const read = Command.safeParse(told.body);
    if (!read.success) return told.ack();
    const { text: typed, user_id: user, channel_id: channel, trigger_id, response_url } = read.data;
    const visitor = await visitorOf(told, user);
    const from = { channel, domain: read.data.team_domain };
    const done = isNew(trigger_id)
      .then((first) => (first ? answerWords(told, visitor, typed, from) : undefined))
      .catch((fault) => tellFault(fault, visitor.language));
    const early = await within(
      promptness,
      done.then((card) => ({ card })),
    );
    if (early) return told.ack(early.card && privately(early.card));
    await told.ack();
    const card = await done;
    if (card) await respond(response_url, privately(card));
  }

  /** What is said where it was typed; nothing where the guidance stands right there. */
  async function answerWords(
    told: Heard,
    visitor: Visitor,
    typed: string,
    from: { channel: string; domain: string },
  ): Promise<Card | undefined> {
    const { client } = told;
    const language = await languageOf(guidance, visitor);
    const text = slackWords(language);
    const asked = readTyped(typed);
    if (asked.kind === 'help') return drawWords(...text.help);
    if (asked.kind === 'mine') return drawMine(await listOwn(database, visitor.person.hash, 10), guidance, language);
    if (asked.kind === 'review') return leadToReview(told, visitor, language);
    if (asked.kind === 'language') return changeLanguage(client, visitor, asked.wanted, language);
    const view =
      asked.kind === 'find'
        ? (await converse(guidance, visitor, undefined, { verb: 'find', words: asked.words })).view
        : await lookAtStart(guidance, visitor);
    return write(client, visitor, view, from);
  }

  /** Says where there is something to review, and draws it there. */
  async function leadToReview(told: Heard, visitor: Visitor, language: Language): Promise<Card> {
    const { reviewing: text, reviewInHome } = slackWords(language);
    if (!(await colleagueOf(told, visitor))) return drawWords(text.notYours);
    void tasks.follow(publishHome(told, visitor));
    return drawToHome(language, reviewInHome, reviewing.address);
  }

  async function changeLanguage(client: webApi.WebClient, visitor: Visitor, wanted: string, now: Language) {
    if (wanted !== 'sv' && wanted !== 'en') return drawWords(slackWords(now).whichLanguage);
    await readIn(client, visitor, wanted);
    return drawWords(slackWords(wanted).nowReading);
  }

  /** Changes the language from now on, and that of what the person has open. */
  async function readIn(client: webApi.WebClient, visitor: Visitor, language: Language): Promise<View> {
    const view = await lookIn(guidance, visitor, language);
    await deliveries.redraw({ client, user: visitor.person.userId }, { card: drawCard(view), view });
    return view;
  }

  /** Writes a card to the person, and says where they asked for it where it is to be found. */
  async function write(
    client: webApi.WebClient,
    { person }: Visitor,
    view: View,
    { channel, domain }: { channel: string; domain: string },
  ): Promise<Card | undefined> {
    try {
      const spot = await deliveries.post({ client, user: person.userId }, { card: drawCard(view), view });
      return spot.channel === channel ? undefined : drawWaiting(view.language, permalinkOf(domain, spot));
    } catch (fault) {
      logger.warn({ because: explain(fault) }, 'a card could not be written');
      return drawWords(slackWords(view.language).cantWrite);
    }
  }

  async function shortcut(told: Told): Promise<void> {
    await told.ack();
    const read = MessageShortcut.safeParse(told.body);
    if (!read.success || !(await isNew(read.data.trigger_id))) return;
    const { user, team, channel, message, message_ts, response_url = '' } = read.data;
    const visitor = await visitorOf(told, user.id);
    const domain = team?.domain ?? '';
    const spot = { channel: channel.id, ts: message.ts ?? message_ts ?? '' };
    const permalink = message.permalink ?? permalinkOf(domain, spot, message.thread_ts);
    const card = await lookAtMessage(guidance, visitor, permalink, message.text).then(
      (view) => write(told.client, visitor, view, { channel: channel.id, domain }),
      (fault) => tellFault(fault, visitor.language),
    );
    if (card) await respond(response_url, privately(card));
  }

  async function event(told: Heard): Promise<void> {
    const { client, where } = told;
    const read = Envelope.safeParse(told.body);
    if (!read.success) return;
    const { event, event_id } = read.data;
    try {
      if (event.type === 'app_uninstalled' || (event.type === 'tokens_revoked' && event.tokens.bot?.length))
        return await forget(where);
      if (!('user' in event) || event.user === undefined) return;
      const visitor = await visitorOf(told, event.user);
      if (event.type === 'app_home_opened') {
        if (event.tab === 'home') await publishHome(told, visitor);
        return;
      }
      if (!(await isNew(event_id))) return;
      if (event.type === 'link_shared') return await unfold(client, visitor, event);
      if (event.channel_type !== 'im' || event.subtype !== undefined || event.bot_id !== undefined) return;
      const from = { channel: event.channel, domain: '' };
      const card = await answerWords(told, visitor, event.text, from).catch((fault) =>
        tellFault(fault, visitor.language),
      );
      if (card) await deliveries.post({ client, user: event.user }, { card });
    } catch (fault) {
      logger.warn({ err: fault, event: event.type }, 'an event could not be answered');
    }
  }

  async function findCard(visitor: Visitor, session: string): Promise<View | undefined> {
    const { view } = await look(guidance, visitor, session);
    return 'node' in view ? view : undefined;
  }

  async function drawAgain(client: webApi.WebClient, visitor: Visitor, session: string): Promise<void> {
    const view = await findCard(visitor, session);
    if (view) await deliveries.redraw({ client, user: visitor.person.userId }, { card: drawCard(view), view });
  }

  /** A link to a record unfolds in its owner's own conversation with the app: elsewhere, others would read it too. */
  async function unfold(
    client: webApi.WebClient,
    visitor: Visitor,
    { channel, message_ts, links }: Extract<SlackEvent, { type: 'link_shared' }>,
  ): Promise<void> {
    const { channel: own } = await client.conversations.open({ users: visitor.person.userId });
    if (own?.id !== channel) return;
    const language = await languageOf(guidance, visitor);
    const unfurls: Record<string, { blocks: [ReturnType<typeof paragraph>] }> = {};
    for (const { url } of links) {
      const record = await findOwn(database, visitor.person.hash, pointedTo(url));
      if (record) unfurls[url] = { blocks: [paragraph(nameRecord(record, guidance, language))] };
    }
    if (Object.keys(unfurls).length > 0) await client.chat.unfurl({ channel, ts: message_ts, unfurls });
  }

  /** The app's own home is a convenience: where it can't be drawn, nothing else stops. */
  async function publishHome(told: Heard, visitor: Visitor, { notice, before }: HomeShown = {}): Promise<void> {
    try {
      const view: StartView = await lookAtStart(guidance, visitor);
      const own = await listOwn(database, visitor.person.hash, 10);
      const colleague = await colleagueOf(told, visitor);
      const review = colleague && (await lookAtReview(reviewing, colleague, before));
      const chosen = await unitOf(guidance, visitor.person);
      const muted = await hasMuted(guidance, visitor);
      const unit = { chosen, units: guidance.municipality.units };
      const drawn = drawHome(view, own, guidance, { notice, unit, muted, review });
      await told.client.views.publish({ user_id: visitor.person.userId, view: drawn });
    } catch (fault) {
      logger.warn({ because: explain(fault) }, 'the home of the app could not be drawn');
    }
  }

  const followed =
    <One>(act: (heard: One) => Promise<void>) =>
    (heard: One) =>
      tasks.follow(act(heard));
  return {
    press: followed(press),
    command: followed(command),
    shortcut: followed(shortcut),
    submit: followed(submit),
    event: followed(event),
    findCard,
    drawAgain: (client, visitor, session) =>
      void tasks.follow(drawAgain(client, visitor, session)).catch((fault) => {
        logger.warn({ err: fault }, 'a card could not be drawn with what others have added');
      }),
    async settle() {
      await tasks.settle();
      await deliveries.settle();
    },
  };
}

/** What is said at the top of the home, and which page of the queue is shown there. */
interface HomeShown {
  notice?: string;
  before?: string;
}

/** Whom to say something to, and where. */
type Replied = Pick<Pressed, 'user' | 'respondTo'>;

const Envelope = z.object({ event_id: z.string().max(200).default(''), event: SlackEvent });

function privately(card: Card) {
  return { response_type: 'ephemeral', ...card };
}
