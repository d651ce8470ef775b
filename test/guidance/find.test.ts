import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';
import { nameEntrance, readEntrance, writeEntrance } from '../../src/guidance/entrance.ts';
import { openFinder } from '../../src/guidance/find.ts';
import { temporaryFolder } from '../support/databases.ts';
import { shippedFlows } from '../support/flows.ts';
import { openHouse } from '../support/house.ts';

/** What colleagues type, and the flow, or one of the flows, that must be among the first three offers. */
const phrases: Record<string, string[]> = {
  'is-it-public': [
    'löner',
    'loner',
    'lönelista',
    'journal',
    'hemlig',
    'sekretess',
    'får jag lämna ut',
    'journalist vill ha mejl',
    'e-postlogg',
    'avgift kopia',
    'vad får det kosta',
    'maskera pdf',
    'avslag',
    'överklagan',
    'klasslista',
    'betyg',
    'kalender',
    'fakturor',
    'anbud',
    'utkast',
    'egna anteckningar',
    'får jag fråga vem det är',
    'bygglovsritningar',
    'socialtjänstens akt',
    'polisen frågar',
    'public record',
    'salaries',
    'redact',
    'LÖNESTATISTIK',
    'lönen',
    'begära ut mejl',
    'e-post',
    'mejlväxling',
    'utlämnande av handlingar',
    'reseräkningar',
    'personalakt',
    'elevakt',
    'orosanmälan',
    'jobbansökan',
    'hur snabbt måste vi svara',
    'övervakningskamera',
    'freedom of information',
    'Hur maskerar jag en pdf så att det inte går att få fram texten?',
  ],
  'register-it': [
    'diarieföra',
    'diariefora',
    'registrera',
    'diariet',
    'måste det diarieföras',
    'tjänsteanteckning',
    'register a letter',
    'diarium',
    'diariföra',
    'dnr',
    'ska mejlet diarieföras',
    'inkommen skrivelse',
    'brevet',
    'dokumentera telefonsamtal',
    'klagomål ska diarieföras',
  ],
  'may-it-go': [
    'gallra',
    'gallring',
    'slänga papper',
    'kasta',
    'radera mejl',
    'rensa',
    'gallringsbeslut',
    'får vi förstöra fakturor',
    'dispose',
    'shred',
    'gallringsplan',
    'tömma inkorgen',
    'slänga gamla pärmar',
    'makulera',
    'hur länge ska det sparas',
    'dokumentförstöraren',
    'papperskorgen',
    'retention',
  ],
  'chat-and-sms': [
    'sms',
    'teamschatt',
    'chatt',
    'whatsapp',
    'messenger',
    'slack',
    'textmeddelande',
    'text message',
    'privat mobil',
    'smset',
    'SMS:a',
    'smsade',
    'wattsapp',
    'teamschatten',
    'slackmeddelanden',
    'chatthistorik',
    'snap',
    'jobbmobil',
  ],
  'start-account': [
    'starta konto',
    'ny instagram',
    'starta facebooksida',
    'tiktok',
    'öppna konto',
    'nytt konto',
    'new account',
    'skaffa instagram',
    'nytt instagramkonto',
    'youtubekanal',
    'lista över våra konton',
    'vi vill börja med tiktok',
  ],
  'close-account': [
    'stänga konto',
    'avsluta konto',
    'stänga facebooksidan',
    'lägga ner kontot',
    'close account',
    'avveckla konto',
    'vilande konto',
    'slå ihop sidor',
    'lägg ner kontot',
    'projektkonto',
    'delete account',
  ],
  'before-publishing': [
    'publicera',
    'inlägg',
    'lägga ut',
    'skriva inlägg',
    'rättelse',
    'post on facebook',
    'publicering',
    'facebookinlägg',
    'stavfel i inlägg',
    'köpa annons',
    'pressmeddelande',
    'felskrivning',
    'sponsored post',
  ],
  'comment-came-in': [
    'kommentar',
    'facebookkommentar',
    'kommentarer',
    'direktmeddelande',
    'dm',
    'någon har skrivit på vår sida',
    'fråga på facebook',
    'comment',
    'facebook kommentar',
    'facebookkommentarerna',
    'svara på kommentar',
    'arga kommentarer',
    'felanmälan via facebook',
    'någon skriver att hen vill dö',
    'När öppnar simhallen på söndag?',
  ],
  'take-down': [
    'avpublicera',
    'ta bort kommentar',
    'ta bort inlägg',
    'dölja kommentar',
    'spam',
    'radera kommentar',
    'hide a comment',
    'avpublicering',
    'avpubliserad',
    'moderera',
    'olämplig kommentar',
    'svordomar',
    'länkspam',
    'stänga av kommentarer',
    'namn på barn i kommentar',
  ],
  'block-someone': [
    'blockera',
    'blocka',
    'blockering',
    'spärra',
    'stänga av användare',
    'block',
    'nättroll',
    'avblockera',
    'blockerad',
    'banna',
    'stänga ute',
    'svartlista',
    'unblock',
  ],
  'asked-for-everything': [
    'alla inlägg',
    'tweets',
    'begära ut inlägg',
    'allt ni skrivit',
    'begäran om kommentarer',
    'twitter',
    'all posts',
    'lista på följare',
    'hela twitterflödet',
    'kopia på alla kommentarer',
    'begäran om raderade inlägg',
    'annonsstatistik',
    'everything you posted',
  ],
  'post-may-go': [
    'gallra inlägg',
    'stories',
    'blogg',
    'skärmdump',
    'skarmdump',
    'skärmbild',
    'arkivera sociala medier',
    'screenshot',
    'story försvinner',
    'skärmdumpen',
    'skärm dump',
    'skärmdumpar',
    'printscreen',
    'gallra tweets',
    'storyn',
    'bloggen',
    'webbarkivering',
  ],
  'private-or-official': [
    'privat facebook',
    'privat konto',
    'lärare skrev på facebook',
    'yttrandefrihet',
    'min egen facebook',
    'politiker konto',
    'private account',
    'privat instagram',
    'lojalitet',
    'repressalier',
    'lärarens facebook',
    'politikerkonto',
    'kollega skriver på facebook',
    'jobbfrågor på min privata messenger',
  ],
  'pictures-and-people': [
    'bild',
    'foto',
    'bilder på barn',
    'samtycke',
    'fotografera elever',
    'bildpublicering',
    'ångrar samtycke',
    'gdpr bild',
    'photo consent',
    'fotografering',
    'skolfoton',
    'drönarbild',
    'mingelbilder',
    'barnbild',
    'samtyckesblankett',
    'får vi filma barnen',
    'model release',
  ],
  'election-time': [
    'val',
    'valet',
    'valtid',
    'kandidat',
    'valrörelse',
    'partipolitik före valet',
    'election',
    'riksdagsval',
    'valet 2026',
    'valrorelsen',
    'valaffisch',
    'politisk reklam',
    'förtidsröstning',
    'besök av minister',
    'kandidater',
  ],
  'ai-text': [
    'chatgpt',
    'ai',
    'ai-text',
    'chattbot',
    'copilot',
    'språkmodell',
    'ai-bild',
    'chat gpt',
    'a.i.',
    'AI-genererad bild',
    'chattboten',
    'maskinöversättning',
    'språkmodeller',
    'artificiell intelligens',
    'deepfake',
  ],
  accessibility: [
    'tillgänglighet',
    'undertexter',
    'textning',
    'alt-text',
    'affisch',
    'direktsändning',
    'syntolkning',
    'captions',
    'tillgänglighetsanpassa',
    'wcag',
    'dos-lagen',
    'textad film',
    'teckenspråk',
    'hörselskadade',
    'alttext',
    'livesändning',
    'sign language',
  ],
  threats: [
    'hot',
    'hat',
    'hatar',
    'hotfull kommentar',
    'mordhot',
    'näthat',
    'hemadress',
    'threat',
    'dödshot',
    'hotelser',
    'hatbrev',
    'uthängd',
    'stalker',
    'polisanmälan',
    'trakasserad på nätet',
    'hot i dm',
    'någon hotar mig',
    'hate on Facebook',
  ],
  'comment-came-in or take-down': ['otrevlig kommentar', 'kommentarsfältet'],
  'comment-came-in or take-down or threats': ['rasistisk kommentar', 'hets mot folkgrupp'],
  'threats or take-down': ['hatkommentar', 'hate speech'],
  'block-someone or take-down': ['spammare'],
  'is-it-public or register-it': ['journalföring'],
  'start-account or before-publishing': ['ansvarig utgivare'],
};

const flows = shippedFlows();
const find = openFinder(flows);
const Cases = z.array(z.object({ sv: z.string(), flow: z.string() }));
const cases = readdirSync('flows/cases').flatMap((name) =>
  Cases.parse(parse(readFileSync(join('flows/cases', name), 'utf8'))),
);

/** The flows of the first three offers. */
const offered = (words: string) =>
  find(words)
    .slice(0, 3)
    .map(({ flow }) => flow);

describe('everyday words lead to the right flow', () => {
  test('there are at least 250 of them, and for each flow', () => {
    assert.ok(Object.values(phrases).flat().length >= 250);
    for (const flow of flows.flows.keys()) assert.ok((phrases[flow]?.length ?? 0) >= 8, flow);
  });

  for (const [right, words] of Object.entries(phrases))
    for (const phrase of words)
      test(`“${phrase}” offers ${right}`, () => {
        const offers = find(phrase).slice(0, 3).map(writeEntrance);
        assert.ok(
          offers.some((offer) => right.split(' or ').includes(readEntrance(offer).flow)),
          `offers ${offers.join(', ') || 'nothing'}`,
        );
      });

  test('a case of the law, typed as it stands, finds its flow nine times of ten', () => {
    const missed = cases.filter(({ sv, flow }) => !offered(sv).includes(flow)).map(({ sv }) => sv);
    assert.ok(missed.length <= cases.length / 10, missed.join('\n'));
  });
});

describe('a word is found however it is written', () => {
  const same = (words: string, other: string) =>
    test(`“${other}” finds what “${words}” finds`, () => assert.deepEqual(find(other), find(words)));
  for (const phrase of Object.values(phrases).flat()) {
    if (phrase !== phrase.toUpperCase()) same(phrase, phrase.toUpperCase());
    const bare = phrase.normalize('NFD').replace(/\p{M}/gu, '');
    if (phrase !== bare) same(phrase, bare);
  }

  const forms: Record<string, [words: string, flow: string][]> = {
    'in the plural': [
      ['lönelistor', 'is-it-public'],
      ['chattar', 'chat-and-sms'],
      ['hatbrev', 'threats'],
      ['skärmbilder', 'post-may-go'],
      ['kandidaterna', 'election-time'],
    ],
    'in the definite form': [
      ['diariet', 'register-it'],
      ['inlägget', 'before-publishing'],
      ['kontot', 'close-account'],
      ['hatet', 'threats'],
      ['samtycket', 'pictures-and-people'],
      ['chatten', 'chat-and-sms'],
      ['pdf:en', 'accessibility'],
    ],
    'in another form of the verb': [
      ['gallras', 'may-it-go'],
      ['avpublicerat', 'take-down'],
      ['blockerade', 'block-someone'],
      ['publicerar', 'before-publishing'],
      ['diarieförts', 'register-it'],
    ],
    'in a compound that stands nowhere': [
      ['instagramkommentar', 'comment-came-in'],
      ['sekretessutbildning', 'is-it-public'],
      ['brandritning', 'is-it-public'],
      ['följarlistan', 'asked-for-everything'],
      ['konferensfoto', 'pictures-and-people'],
      ['samtyckesarkiv', 'pictures-and-people'],
      ['tillgänglighetskonsult', 'accessibility'],
    ],
    misspelt: [
      ['diareföra', 'register-it'],
      ['facebokkommentar', 'comment-came-in'],
      ['skärmdunp', 'post-may-go'],
      ['tilgänglighet', 'accessibility'],
      ['bllockera', 'block-someone'],
      ['avpbulicera', 'take-down'],
      ['samtyke', 'pictures-and-people'],
    ],
    'written apart': [
      ['löne lista', 'is-it-public'],
      ['när besöket är slut: skärm bild', 'post-may-go'],
      ['chat bot', 'ai-text'],
    ],
    'in English': [
      ['salaries of teachers', 'is-it-public'],
      ['deleting comments', 'take-down'],
      ['screenshots', 'post-may-go'],
      ['blocked user', 'block-someone'],
      ['photographing children', 'pictures-and-people'],
      ['closing the account', 'close-account'],
    ],
  };
  for (const [form, words] of Object.entries(forms))
    for (const [word, flow] of words)
      test(`${form}: “${word}” offers ${flow}`, () =>
        assert.ok(offered(word).includes(flow), offered(word).join(', ')));
});

describe('a foreign word finds nothing rather than nonsense', () => {
  const foreign =
    'fotboll, lunchmeny recept, xyzzy, valp, hatt, hatten, karneval, valross, hotell, hotdog, väder, matlåda, cykel, ' +
    'smörgås, kaffebryggare, gitarr, tvättmaskin, dinosaurie, tandläkare, midsommar, trädgård, bildäck, kontorsstol, ' +
    'textil, arkipelag, arkitektur, smed, football, weather, banana, elephant, asdf, qwerty, , ?, och, vad är det';
  for (const words of foreign.split(', '))
    test(`“${words}” offers nothing`, () => assert.deepEqual(find(words).map(writeEntrance), []));
});

describe('the offers', () => {
  test('are of three flows first, at most two of each, and eight in all', () => {
    for (const phrase of Object.values(phrases).flat()) {
      const offers = find(phrase).map(({ flow }) => flow);
      assert.ok(offers.length <= 8);
      for (const flow of offers) assert.ok(offers.filter((other) => other === flow).length <= 2, phrase);
      const all = new Set(offers).size;
      assert.equal(new Set(offers.slice(0, 3)).size, Math.min(3, all, offers.length), phrase);
    }
  });
});

describe('what comes of a search', () => {
  test('begins a flow with its first answers given, shown, and to be changed', async () => {
    const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const colleague = visitor('Alva');
    const found = await colleague.press({ verb: 'find', words: 'avgift för kopior' });
    assert.equal(found.kind, 'found');
    const offer =
      found.kind === 'found' && found.offers.find((offer) => writeEntrance(offer) === 'is-it-public/how/fee');
    assert.ok(offer, 'no offer of the fee');
    assert.deepEqual(
      offer.answers.map(({ answer }) => answer),
      ['Jag vill bara veta hur jag ska göra', 'Vad får det kosta?'],
    );
    const reached = await colleague.press({ verb: 'start', flow: offer.flow, given: offer.given });
    assert.equal(reached.kind === 'outcome' && reached.advice.code, 'how-to');
    assert.ok(reached.kind === 'outcome' && reached.trail.every(({ changeable }) => changeable));
    const other = await colleague.press({ verb: 'change', node: 'how', option: 'form' });
    assert.equal(other.kind === 'outcome' && other.node, 'how-form');
  });

  test('an offer pressed twice begins once', async () => {
    const { guidance, visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const colleague = visitor('Alva');
    const found = await colleague.press({ verb: 'find', words: 'löner' });
    assert.equal(found.kind, 'found');
    const pointer = { session: found.kind === 'found' ? found.ref : '', seq: 0 };
    const press = () => visitor('Alva').press({ verb: 'start', flow: 'is-it-public', given: ['list'] }, pointer);
    const views = await Promise.all([press(), press(), press()]);
    for (const view of views) assert.equal(view.kind === 'question' && view.node, 'search');
    assert.equal((await guidance.database.query.selectFrom('record').selectAll().execute()).length, 1);
    const other = await visitor('Alva').press({ verb: 'start', flow: 'is-it-public', given: ['log'] }, pointer);
    assert.equal(
      other.kind === 'question' && other.node,
      'log-kind',
      'another offer on the same page begins another session',
    );
    const stranger = await visitor('Bo').press({ verb: 'start', flow: 'is-it-public', given: ['list'] }, pointer);
    assert.equal(stranger.kind === 'question' && stranger.node, 'search', 'a stranger begins one of their own');
    assert.equal((await guidance.database.query.selectFrom('record').selectAll().execute()).length, 3);
  });

  test('tells the duties and what is kept to whoever came in past the first question, and only there', async () => {
    const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const colleague = visitor('Alva');
    const first = await colleague.press({ verb: 'start', flow: 'is-it-public', given: ['incoming'] });
    assert.ok(first.kind === 'question' && first.notices.length > 0 && first.kept);
    const second = await colleague.answer('none');
    assert.ok(second.kind === 'question' && second.notices.length === 0 && !second.kept);
    const ordinary = visitor('Bo');
    await ordinary.start();
    const next = await ordinary.answer('incoming');
    assert.ok(next.kind === 'question' && next.notices.length === 0);
  });

  test('never answers yes or no for anybody', () => {
    for (const word of ['radera', 'mejl', 'konto', 'begärt', 'e-mail log', 'anbud', 'kommentar', 'hemligt'])
      for (const entry of find(word)) {
        const answers = nameEntrance(entry, flows, 'sv').answers.map(({ answer }) => answer);
        for (const answer of answers) assert.doesNotMatch(answer, /^(ja|nej)\b/i, `${word}: ${writeEntrance(entry)}`);
      }
  });

  test('an entry that is no entry begins the flow as far as it goes', async () => {
    const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const first = await visitor('Alva').press({ verb: 'start', flow: 'is-it-public', given: ['nonsense'] });
    assert.equal(first.kind === 'question' && first.node, 'what');
    const second = await visitor('Bo').press({ verb: 'start', flow: 'is-it-public', given: ['list', '__proto__'] });
    assert.equal(second.kind === 'question' && second.node, 'search');
    const none = await visitor('Cilla').press({ verb: 'start', flow: 'constructor', given: ['list'] });
    assert.equal(none.kind, 'refused');
  });

  test('nothing of the words is kept, in any table', async () => {
    const { guidance, visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    await visitor('Alva').press({ verb: 'find', words: 'Anna Svenssons löner qwertz' });
    const { entry, entry_content, record, keyv } = {
      entry: await guidance.database.query.selectFrom('entry').selectAll().execute(),
      entry_content: await guidance.database.query.selectFrom('entry_content').selectAll().execute(),
      record: await guidance.database.query.selectFrom('record').selectAll().execute(),
      keyv: await guidance.database.query.selectFrom('keyv').selectAll().execute(),
    };
    assert.doesNotMatch(JSON.stringify({ entry, entry_content, record, keyv }), /Svensson|qwertz/);
  });

  test('what was used last comes first', async () => {
    const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const colleague = visitor('Alva');
    for (const flow of ['threats', 'register-it', 'take-down', 'threats']) await colleague.start(flow);
    const start = await colleague.press({ verb: 'close' });
    assert.ok(start.kind === 'start' && start.groups[0]);
    assert.deepEqual(
      start.groups[0].flows.map(({ id }) => id),
      ['threats', 'take-down', 'register-it'],
    );
    const all = start.groups.flatMap((group) => group.flows.map(({ id }) => id));
    assert.equal(new Set(all).size, flows.flows.size, 'each flow stands there');
    assert.equal(all.length, flows.flows.size, 'and stands there once');
  });
});
