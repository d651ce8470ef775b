import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { openFinder, readEntry, writeEntry } from '../../src/guidance/find.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { temporaryFolder } from '../support/databases.ts';
import { openHouse } from '../support/house.ts';

/** What colleagues type, and the flow that must be among the first three offers. */
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
  ],
  'register-it': [
    'diarieföra',
    'diariefora',
    'registrera',
    'diariet',
    'måste det diarieföras',
    'tjänsteanteckning',
    'register a letter',
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
  ],
  'start-account': [
    'starta konto',
    'ny instagram',
    'starta facebooksida',
    'tiktok',
    'öppna konto',
    'nytt konto',
    'new account',
  ],
  'close-account': ['stänga konto', 'avsluta konto', 'stänga facebooksidan', 'lägga ner kontot', 'close account'],
  'before-publishing': ['publicera', 'inlägg', 'lägga ut', 'skriva inlägg', 'rättelse', 'post on facebook'],
  'comment-came-in': [
    'kommentar',
    'facebookkommentar',
    'kommentarer',
    'direktmeddelande',
    'dm',
    'någon har skrivit på vår sida',
    'fråga på facebook',
    'comment',
  ],
  'take-down': [
    'avpublicera',
    'ta bort kommentar',
    'ta bort inlägg',
    'dölja kommentar',
    'spam',
    'radera kommentar',
    'hide a comment',
  ],
  'block-someone': ['blockera', 'blocka', 'blockering', 'spärra', 'stänga av användare', 'block'],
  'asked-for-everything': [
    'alla inlägg',
    'tweets',
    'begära ut inlägg',
    'allt ni skrivit',
    'begäran om kommentarer',
    'twitter',
    'all posts',
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
  ],
  'private-or-official': [
    'privat facebook',
    'privat konto',
    'lärare skrev på facebook',
    'yttrandefrihet',
    'min egen facebook',
    'politiker konto',
    'private account',
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
  ],
  'election-time': ['val', 'valet', 'valtid', 'kandidat', 'valrörelse', 'partipolitik före valet', 'election'],
  'ai-text': ['chatgpt', 'ai', 'ai-text', 'chattbot', 'copilot', 'språkmodell', 'ai-bild'],
  accessibility: [
    'tillgänglighet',
    'undertexter',
    'textning',
    'alt-text',
    'affisch',
    'direktsändning',
    'syntolkning',
    'captions',
  ],
  threats: ['hot', 'hat', 'hatar', 'hotfull kommentar', 'mordhot', 'näthat', 'hemadress', 'threat'],
};

const flows = loadFlows('flows');
const find = openFinder(flows);

describe('everyday words lead to the right flow', () => {
  test('there are at least 80 of them', () => assert.ok(Object.values(phrases).flat().length >= 80));

  for (const [flow, words] of Object.entries(phrases))
    for (const phrase of words)
      test(`“${phrase}” offers ${flow}`, () => {
        const offers = find(phrase).slice(0, 3).map(writeEntry);
        assert.ok(
          offers.some((offer) => readEntry(offer).flow === flow),
          `offers ${offers.join(', ') || 'nothing'}`,
        );
      });
});

describe('what comes of a search', () => {
  test('begins a flow with its first answers given, shown, and to be changed', async () => {
    const { visitor } = await openHouse(`sqlite:${join(temporaryFolder(), 'log.db')}`);
    const colleague = visitor('Alva');
    const found = await colleague.press({ verb: 'find', words: 'avgift för kopior' });
    assert.equal(found.kind, 'found');
    const offer = found.kind === 'found' && found.offers.find(({ entry }) => entry === 'is-it-public/how/fee');
    assert.ok(offer, 'no offer of the fee');
    assert.deepEqual(
      offer.answers.map(({ answer }) => answer),
      ['Jag vill bara veta hur jag ska göra', 'Vad får det kosta?'],
    );
    const { flow, given } = readEntry(offer.entry);
    const reached = await colleague.press({ verb: 'start', flow, given });
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
