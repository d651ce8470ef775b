import type { Source } from '../guidance/flow.ts';
import type { Language } from '../record/entry.ts';

/** What a source is called where there is little room: "2:10 TF", "RÅ 1999 ref. 36". Other titles stay as they are. */
export function shortTitle({ title }: Pick<Source, 'title'>, language: Language): string {
  const [, chapter, sections, name = ''] = /^(?:(\d+) kap\. )?(?:([\dab –,och]+) §§? )?(.+)$/.exec(title.sv) ?? [];
  const law = laws[name] ?? (language === 'sv' && name);
  if (law && chapter) return sections ? `${chapter}:${closeUp(sections)} ${law}` : `${chapter} kap. ${law}`;
  if (law && sections) return `${closeUp(sections)} § ${law}`;
  return abbreviations[language].reduce(
    (short, [long, abbreviation]) => short.replace(long, abbreviation),
    title[language],
  );
}

/** The laws' own abbreviations are the same in both languages. */
const laws: Record<string, string> = {
  tryckfrihetsförordningen: 'TF',
  regeringsformen: 'RF',
  yttrandefrihetsgrundlagen: 'YGL',
  'offentlighets- och sekretesslagen': 'OSL',
  'offentlighets- och sekretessförordningen': 'OSF',
  förvaltningslagen: 'FL',
  kommunallagen: 'KL',
  'lagen om ansvar för elektroniska anslagstavlor': 'BBS-lagen',
  upphovsrättslagen: 'URL',
  brottsbalken: 'BrB',
};

/** A guideline goes by whose it is and its year; an act that gives its own abbreviation goes by that. */
const guidelines: [RegExp, string][] = [
  [/^.*\(([A-ZÅÄÖ]{2,})\)$/, '$1'],
  [/^([^:]+): (?:.*,(?= \d{4}$))?.*?( \d{4})?$/, '$1$2'],
];

const abbreviations: Record<Language, [RegExp, string][]> = {
  sv: [
    ...guidelines,
    [/^Kammarrätten i (\S+), mål /, 'KR $1 '],
    [/^Kammarrätten/, 'KR'],
    [/^Riksarkivets föreskrift /, ''],
    [/^Artikel (\d+) i /, 'art. $1 '],
  ],
  en: [
    ...guidelines,
    [/^Supreme Administrative Court, (?=RÅ|HFD)/, ''],
    [/^Supreme Administrative Court/, 'HFD'],
    [/^Administrative Court of Appeal in (\S+), case /, 'KR $1 '],
    [/^Administrative Court of Appeal/, 'KR'],
    [/^Parliamentary Ombudsman \(JO\),? /, 'JO '],
    [/^Chancellor of Justice \(JK\),? /, 'JK '],
    [/^National Archives regulation /, ''],
    [/^Article (\d+) of the /, 'art. $1 '],
  ],
};

const closeUp = (sections: string) => sections.replace(/ (?=[ab])/g, '').replace(/ och /g, ', ');
