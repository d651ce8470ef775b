import type { types } from '@slack/bolt';
import type { RecordRow } from '../../database/tables.ts';
import type { Flows } from '../../guidance/flows.ts';
import type { StartView } from '../../guidance/view.ts';
import type { Language } from '../../record/entry.ts';
import { numberOf } from '../../record/number.ts';
import { nameRecord, sayRecord } from '../own.ts';
import {
  type Block,
  beside,
  bold,
  button,
  type Card,
  divider,
  fit,
  heading,
  moment,
  paragraph,
  part,
  row,
  small,
  titled,
} from './blocks.ts';
import { drawFind, drawOpen, languageButton } from './draw.ts';
import { drawReviewHome, type ReviewHome } from './drawreview.ts';
import { drawUnits } from './drawtalk.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** What is shown in somebody's home beside what can be started. */
interface More {
  notice?: string | undefined;
  /** Their unit, and those there are. */
  unit?: { chosen?: string | undefined; units: readonly string[] } | undefined;
  /** Whether they have turned reminders off. */
  muted?: boolean | undefined;
  review?: ReviewHome | undefined;
}

/** The app's own home: what is open, what one has asked before, everything that can be started; and what there is to review. */
export function drawHome(
  view: StartView,
  own: readonly RecordRow[],
  flows: Flows,
  { notice, unit, muted, review }: More = {},
): types.HomeView {
  const text = slackWords(view.language);
  const starts = view.groups.flatMap(({ id, title, flows }): Block[] => [
    part(title),
    ...flows.map((flow) =>
      titled(
        writeMark({ session: view.ref }, `${id}-${flow.id}`.slice(0, 40)),
        flow.title,
        flow.about,
        button('g:start', text.begin, { value: flow.id, spoken: `${text.begin}: ${flow.title}` }),
      ),
    ),
  ]);
  const records = own.map((row) =>
    beside(
      writeMark({ session: row.session }, 'record'),
      nameRecord(row, flows, view.language),
      button('g:show', text.show, { spoken: `${text.show} ${numberOf(row.id)}` }),
    ),
  );
  const settings = [...drawUnits(view.language, homeMark('unit'), unit), ...drawMuting(view.language, muted)];
  const last = [
    ...(settings.length > 0 ? [divider, heading(text.settings), ...settings] : []),
    ...(review ? drawReviewHome(review, view.language) : []),
    divider,
    small(view.kept, ...(view.municipality.example ? [text.example] : [])),
    row(writeMark({ session: view.ref }, 'more'), languageButton(view)),
  ];
  const first = [
    ...(notice ? [paragraph(bold(notice))] : []),
    heading(text.startHeading),
    ...drawOpen(view),
    paragraph(text.startHelp),
    drawFind(view),
    ...(records.length > 0 ? [divider, heading(text.mine), ...records, divider] : []),
    ...starts,
  ];
  return { type: 'home', blocks: [...first.slice(0, 100 - last.length), ...last] };
}

const homeMark = (part: string) => writeMark({ session: 'home' }, part);

function drawMuting(language: Language, muted: boolean | undefined): Block[] {
  if (muted === undefined) return [];
  const text = slackWords(language);
  const turn = button('g:reminders', muted ? text.remindMe : text.remindMeNot, { value: muted ? 'on' : 'off' });
  return [beside(homeMark('reminders'), muted ? text.remindersOff : text.remindersOn, turn)];
}

/** Somebody's latest guidance, to read where they asked for it. */
export function drawMine(own: readonly RecordRow[], flows: Flows, language: Language): Card {
  const text = slackWords(language);
  if (own.length === 0) return fit(text.noneMine, [paragraph(text.noneMine)], text.more);
  const lines = own.flatMap((record) => [
    paragraph(bold(numberOf(record.id)), ` · ${sayRecord(record, flows, language)}`),
    small(moment(record.last_at, `${record.last_at.slice(0, 16).replace('T', ' ')} UTC`)),
  ]);
  const spoken = own.map((record) => nameRecord(record, flows, language)).join('; ');
  return fit(`${text.mine}: ${spoken}`, [heading(text.mine), ...lines], text.more);
}
