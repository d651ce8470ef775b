import { createRequire } from 'node:module';
import { isObject, type Json, listOf } from '../slack/limits.ts';
import { asOldest, everyElement, type Found, holding, isSent, isShown } from './elements.ts';

/** Where a card stands: in a conversation, or in a dialog, whose buttons can only submit. */
export type Place = 'conversation' | 'dialog';

export const cardType = 'application/vnd.microsoft.card.adaptive';
export const consentType = 'application/vnd.microsoft.teams.card.file.consent';
export const fileType = 'application/vnd.microsoft.teams.card.file.info';

/** What the program may put on a button. */
const verbs =
  /^(start|answer|tick|done|back|change|why|find|then|ask|respond|unit|label|language|feedback|draft|show|close|remind|review)$/;

/** What a button of the review may lead to. */
const steps = /^(queue|questions|read|write|approve|correct|return|comment|take|answer|ask back)$/;

// Only this form of the library loads without a browser.
const library: typeof import('adaptivecards') = createRequire(import.meta.url)('adaptivecards/dist/adaptivecards.js');

/** Everything that is wrong with a message that is to be shown to somebody. */
export function faultsInActivity(activity: unknown): string[] {
  if (!isObject(activity)) return ['the activity must be an object'];
  const faults = Object.keys(activity)
    .filter((key) => !known.test(key))
    .map((key) => `${key}: is not known here`);
  if (activity.type !== 'message') faults.push(`type: ${activity.type} is shown to nobody`);
  const { text, attachments = [] } = activity;
  if (!Array.isArray(attachments)) return [...faults, 'attachments: must be a list'];
  if (text !== undefined) faults.push(...faultsInWords(text, 'text'));
  else if (attachments.length === 0) faults.push('text: is missing, and nothing else is shown');
  if (attachments.length > 1) faults.push('attachments: one message shows one card');
  const length = JSON.stringify(activity).length;
  if (length > 28_000) faults.push(`${length} characters of 28000`);
  return [...faults, ...attachments.flatMap((one, i) => faultsInAttachment(one, `attachments[${i}]`))];
}

const known =
  /^(type|id|text|textFormat|summary|locale|attachments|attachmentLayout|from|recipient|conversation|replyToId|inputHint|importance|channelId|serviceUrl|entities|channelData)$/;

function faultsInAttachment(attachment: unknown, path: string): string[] {
  const { contentType, content, name, contentUrl } = isObject(attachment) ? attachment : {};
  const { description, sizeInBytes, acceptContext, uniqueId, fileType: ending } = isObject(content) ? content : {};
  const missing = (...parts: [string, unknown][]) =>
    parts.filter(([, part]) => part === undefined || part === '').map(([key]) => `${path}: ${key} is missing`);
  switch (contentType) {
    case cardType:
      return faultsIn(content).map((fault) => `${path}.${fault}`);
    case consentType:
      return missing(['name', name], ['description', description], ['size', sizeInBytes], ['context', acceptContext]);
    case fileType:
      return missing(['name', name], ['contentUrl', contentUrl], ['uniqueId', uniqueId], ['fileType', ending]);
    default:
      return [`${path}: ${contentType} can't be sent`];
  }
}

/** Everything that Teams would not draw, or that must never be drawn. */
export function faultsIn(card: unknown, place: Place = 'conversation'): string[] {
  if (!isObject(card)) return ['the card must be an object'];
  const all = everyElement(card);
  return [
    ...faultsOfTheLibrary(card),
    ...faultsOfTheWhole(card, all),
    ...all.flatMap((found) => faultsOf(found, all, place).map((fault) => `${found.path}: ${fault}`)),
  ];
}

function faultsOfTheLibrary(card: Json): string[] {
  const { AdaptiveCard, SerializationContext, ValidationEvent, Versions } = library;
  const context = new SerializationContext(Versions.v1_5);
  const drawn = new AdaptiveCard();
  // It reads the language with an expression that remembers where it was, and refuses every other card for it.
  const { lang: _, ...rest } = asOldest(card);
  drawn.parse(rest, context);
  const events = Array.from({ length: context.eventCount }, (_, i) => context.getEventAt(i));
  return [...events, ...drawn.validateProperties().validationEvents]
    .filter(({ event }) => event !== ValidationEvent.TooManyActions)
    .map(({ message }) => message);
}

function faultsOfTheWhole(card: Json, all: readonly Found[]): string[] {
  const faults: string[] = [];
  const { version, lang, fallbackText, body, actions } = card;
  if (version !== '1.5') faults.push(`version: ${version} is not 1.5`);
  if (lang !== 'sv' && lang !== 'en') faults.push(`lang: ${lang} is neither sv nor en`);
  faults.push(...faultsInWords(fallbackText, 'fallbackText'), ...unknownIn(card));
  faults.push(...wrongParts(card));
  if (listOf(body).length === 0) faults.push('body: is empty');
  if (actions !== undefined) faults.push('actions: stand in the body');
  const { length } = JSON.stringify(card);
  if (length > 24_000) faults.push(`${length} characters of 24000`);
  const shown = all.filter((found) => isShown(found));
  const first = shown.findIndex(({ element }) => element.type === 'TextBlock' && element.style === 'heading');
  if (first < 0 && all.some(({ element }) => isSent(element))) faults.push('body: has no heading');
  if (shown.slice(0, Math.max(first, 0)).some(isUsed))
    faults.push('body: something is to be used before the heading is read');
  if (all.filter(({ element }) => /^(positive|primary)$/.test(String(element.style)) && isAction(element)).length > 1)
    faults.push('body: more than one button is the primary one');
  const inputs = all.filter(isInput).map(({ element }) => element.id);
  if (inputs.length > 1 && inputs.join() !== 'should,option') faults.push('body: more than one input');
  const takers = all.map(({ element }) => element).filter((one) => isSent(one) && one.associatedInputs !== 'none');
  const places = new Set(
    takers.map(({ data }) => (isObject(data) ? `${data.session} ${data.node} ${data.number}` : '')),
  );
  if (all.some(isInput) && places.size !== 1) faults.push(`body: the input goes along to ${places.size} places`);
  return [...faults, ...twice(all.map(({ element }) => element.id)).map((id) => `body: the id ${id} twice`)];
}

/** What this program draws with, and nothing else; what only Teams draws is held against these by its fallback. */
const fine =
  /^(TextBlock|FactSet|Image|Container|ColumnSet|Column|ActionSet|Input\.(Text|ChoiceSet)|Action\.(Execute|Submit|OpenUrl|ToggleVisibility))$/;

/** What is wrong with one element, where it stands. */
function faultsOf({ element }: Found, all: readonly Found[], place: Place): string[] {
  const type = String(element.type);
  if (!fine.test(type)) return [`${type} can't stand here`];
  const faults = [...unknownIn(element), ...wrongParts(element)];
  if (element.selectAction !== undefined) faults.push('selectAction: what can be pressed must look like it');
  if (isAction(element)) return [...faults, ...faultsInAction(element, all, place)];
  if (type === 'TextBlock') {
    faults.push(...faultsInWords(element.text, 'text'));
    if (element.wrap !== true) faults.push('wrap: a text that does not wrap is cut off on a phone');
  }
  if (type === 'FactSet')
    faults.push(
      ...listOf(element.facts).flatMap(({ title, value }) =>
        [title, value].flatMap((said) => faultsInWords(said, 'facts')),
      ),
    );
  if (type === 'Image') faults.push(...faultsInWords(element.altText, 'altText'), ...faultsInLink(element.url, 'url'));
  if (type === 'ActionSet') {
    const primary = listOf(element.actions).filter(({ mode }) => mode !== 'secondary');
    if (primary.length > 6) faults.push(`actions: ${primary.length} of 6 in sight`);
    if (listOf(element.actions).length === 0) faults.push('actions: is empty');
  }
  if (type.startsWith('Input.')) faults.push(...faultsInInput(element));
  return faults;
}

function faultsInInput(input: Json): string[] {
  const faults = faultsInWords(input.label, 'label');
  const { type, id, isRequired, isMultiSelect, style, value } = input;
  if (id !== 'option' && (id !== 'should' || type !== 'Input.ChoiceSet')) faults.push(`id: ${id} is not option`);
  if (isRequired === true) faults.push(...faultsInWords(input.errorMessage, 'errorMessage'));
  if (input.placeholder !== undefined) faults.push(...faultsInWords(input.placeholder, 'placeholder'));
  if (type === 'Input.Text') {
    if (!(Number(input.maxLength) > 0)) faults.push('maxLength: is missing');
    return faults;
  }
  const choices = listOf(input.choices);
  const values = choices.map(({ value }) => value);
  for (const { title } of choices) faults.push(...faultsInText(title, 'title'));
  faults.push(...twice(values).map((one) => `choices: ${one} twice`));
  for (const one of typeof value === 'string' && value !== '' ? (isMultiSelect ? value.split(',') : [value]) : [])
    if (!values.includes(one)) faults.push(`value: there is no choice ${one}`);
  if (isMultiSelect === true && values.some((one) => String(one).includes(',')))
    faults.push('choices: a comma parts what is ticked');
  if (style === 'expanded' && isMultiSelect !== true && choices.length > 10)
    faults.push(`choices: ${choices.length} of 10 in sight`);
  if (style === 'filtered' && isMultiSelect === true) faults.push('style: filtered takes one choice only');
  if (style === 'expanded' && input.wrap !== true) faults.push('wrap: choices that do not wrap are cut off on a phone');
  return faults;
}

function faultsInAction(action: Json, all: readonly Found[], place: Place): string[] {
  const faults = faultsInTitle(action.title);
  switch (action.type) {
    case 'Action.Execute':
      if (place === 'dialog') faults.push('Action.Execute does nothing in a dialog');
      return [...faults, ...faultsInPress(action.verb, action.data, action, all), ...faultsInFallback(action)];
    case 'Action.Submit': {
      if (place === 'conversation') faults.push('Action.Submit is for old clients: it stands as a fallback');
      const { verb, ...data } = isObject(action.data) ? action.data : {};
      return [...faults, ...faultsInPress(verb, data, action, all)];
    }
    case 'Action.OpenUrl':
      return [...faults, ...faultsInLink(action.url, 'url')];
    default: {
      const targets = Array.isArray(action.targetElements) ? action.targetElements : [];
      const ids = targets.map((target) => (isObject(target) ? target.elementId : target));
      if (ids.length === 0) faults.push('targetElements: is empty');
      const there = all.map(({ element }) => element.id);
      return [...faults, ...ids.filter((id) => !there.includes(id)).map((id) => `targetElements: there is no ${id}`)];
    }
  }
}

/** What a press would carry: a pointer, and nothing that anybody must believe. */
function faultsInPress(verb: unknown, data: unknown, action: Json, all: readonly Found[]): string[] {
  if (!isObject(data)) return ['data: is missing'];
  if (verb === 'review') return faultsInReview(data, action, all);
  const { session, node, seq, option, boxes, written, ...rest } = data;
  const faults = Object.keys(rest).map((key) => `data.${key}: is not known here`);
  if (typeof verb !== 'string' || !verbs.test(verb)) faults.push(`verb: ${verb} is none`);
  if (typeof session !== 'string') faults.push('data.session: is missing');
  if (typeof node !== 'string') faults.push('data.node: is missing');
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0)
    faults.push(`data.seq: ${seq} is no number of a line`);
  // Where nothing is ticked the client leaves the option out, as where there was nothing to tick.
  if (written !== (verb === 'ask' && option === undefined ? true : undefined)) faults.push(`data.written: ${written}`);
  if (boxes !== (/^(tick|done)$/.test(String(verb)) ? true : undefined)) faults.push(`data.boxes: ${boxes}`);
  if (option !== undefined && typeof option !== 'string') faults.push('data.option: must be a text');
  const takesInput =
    option === undefined && /^(start|answer|change|tick|done|find|label|ask|respond|unit)$/.test(String(verb));
  // The input has the name of the option, and would take its place; and a required one would hold back every press.
  if (!takesInput && all.some(isInput) && action.associatedInputs !== 'none')
    faults.push('associatedInputs: this button must not take the input along');
  return faults;
}

/** The same in the review, where a press points at a record by its number. */
function faultsInReview({ what, number, seq, option, ...rest }: Json, action: Json, all: readonly Found[]): string[] {
  const faults = Object.keys(rest).map((key) => `data.${key}: is not known here`);
  if (!steps.test(String(what))) faults.push(`data.what: ${what} is none`);
  if (!/^(VGL-\d{4}-\d{5,})?$/.test(String(number))) faults.push(`data.number: ${number} is none`);
  if (typeof seq !== 'number' || !Number.isInteger(seq) || seq < 0) faults.push(`data.seq: ${seq}`);
  if (option !== undefined && typeof option !== 'string') faults.push('data.option: must be a text');
  const takesInput = /^(correct|return|comment|answer|ask back)$/.test(String(what));
  if (takesInput !== (action.associatedInputs !== 'none') || (takesInput && !all.some(isInput)))
    faults.push('associatedInputs: what is written goes along with what is done, and with nothing else');
  return faults;
}

function faultsInFallback({ title, verb, data, fallback, associatedInputs }: Json): string[] {
  if (!isObject(fallback) || fallback.type !== 'Action.Submit') return ['fallback: is no Action.Submit'];
  const faults: string[] = [];
  if (!isSame(fallback.data, { ...(isObject(data) ? data : {}), verb }))
    faults.push('fallback: carries something else');
  if (fallback.title !== title) faults.push('fallback: is called something else');
  if (fallback.associatedInputs !== associatedInputs) faults.push('fallback: takes other inputs along');
  return faults;
}

function faultsInTitle(title: unknown): string[] {
  const faults = faultsInText(title, 'title');
  if (typeof title === 'string' && title.length > 128) faults.push(`title: ${title.length} characters of 128`);
  return faults;
}

/** A text in which Teams sees Markdown. */
function faultsInWords(text: unknown, where: string): string[] {
  const faults = faultsInText(text, where);
  if (typeof text !== 'string') return faults;
  for (const [, url] of text.matchAll(/(?<!\\)\]\(([^)\s]*)/g)) faults.push(...faultsInLink(url, where));
  if (/<\/?[a-z]/i.test(text)) faults.push(`${where}: HTML is drawn as it stands, and <at> would ping somebody`);
  return faults;
}

function faultsInText(text: unknown, where: string): string[] {
  if (text === undefined) return [`${where}: is missing`];
  if (typeof text !== 'string') return [`${where}: must be a text`];
  return text.trim() === '' ? [`${where}: is empty`] : [];
}

function faultsInLink(url: unknown, where: string): string[] {
  const there = URL.parse(String(url));
  const local = there?.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(there.hostname);
  const leads = there && (/^(https|mailto|tel):$/.test(there.protocol) || local);
  return leads ? [] : [`${where}: leads to ${String(url).slice(0, 40)}`];
}

/** Properties that the library does not know, and that Teams draws or leaves alone. */
const teamsOwn = ['targetWidth', 'roundedCorners', 'showBorder', 'layouts', 'msteams', 'msTeams', 'fallback'];

/** Properties that Adaptive Cards 1.5 do not know: the library passes over them, and so nobody would notice. */
function unknownIn(element: Json): string[] {
  const type = String(element.type);
  const drawn = namesOf.get(type) ?? namesIn(type);
  namesOf.set(type, drawn);
  return Object.keys(element)
    .filter((key) => drawn !== 'any' && !drawn.has(key))
    .map((key) => `${key}: is not known here`);
}

const namesOf = new Map<string, Set<string> | 'any'>();

/** What an element of this type may say; anything, where the library does not know the type. */
function namesIn(type: string): Set<string> | 'any' {
  const { AdaptiveCard, GlobalRegistry, Versions } = library;
  const one =
    type === 'AdaptiveCard'
      ? new AdaptiveCard()
      : (GlobalRegistry.elements.createInstance(type, Versions.v1_5) ??
        GlobalRegistry.actions.createInstance(type, Versions.v1_5));
  if (!one) return 'any';
  const schema = one.getSchema();
  const names = Array.from({ length: schema.getCount() }, (_, i) => schema.getItemAt(i))
    .filter(({ targetVersion }) => targetVersion.compareTo(Versions.v1_5) <= 0)
    .map(({ name }) => name);
  return new Set([...names, ...(holding[type] ?? []), ...teamsOwn]);
}

/** Parts that are no elements at all: the library passes over these too. */
function wrongParts(element: Json): string[] {
  const type = String(element.type);
  return (holding[type] ?? []).flatMap((key) => {
    const parts = element[key];
    if (parts === undefined) return [];
    if (!Array.isArray(parts)) return [`${key}: must be a list`];
    return parts.every(isObject) ? [] : [`${key}: must hold elements`];
  });
}

function isAction({ type }: Json): boolean {
  return String(type).startsWith('Action.');
}

function isInput({ element }: Found): boolean {
  return String(element.type).startsWith('Input.');
}

function isUsed(found: Found): boolean {
  return isInput(found) || isAction(found.element);
}

function twice(ids: readonly unknown[]): unknown[] {
  return [...new Set(ids.filter((id, i) => id !== undefined && ids.indexOf(id) < i))];
}

/** Whether two pieces of JSON say the same, in whatever order. */
export function isSame(one: unknown, other: unknown): boolean {
  return sorted(one) === sorted(other);
}

function sorted(part: unknown): string | undefined {
  return JSON.stringify(part, (_, value) =>
    isObject(value) ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) : value,
  );
}
