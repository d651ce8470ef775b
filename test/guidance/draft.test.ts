import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { asText, blanksIn, type Draft, drafts } from '../../src/guidance/draft.ts';
import { type Flow, knowing, type Municipality, optionOf } from '../../src/guidance/flow.ts';
import { loadFlows } from '../../src/guidance/flows.ts';
import { begin, type Step } from '../../src/guidance/session.ts';
import type { OutcomeView, View } from '../../src/guidance/view.ts';
import { fill } from '../../src/guidance/words.ts';
import { idOf } from '../../src/record/number.ts';
import { temporaryFolder } from '../support/databases.ts';
import { shippedFlows } from '../support/flows.ts';
import { openHouse } from '../support/house.ts';

const real = shippedFlows();
const small = loadFlows('test/support/papers');
const fresh = () => `sqlite:${join(temporaryFolder(), 'log.db')}`;

/** A colleague's way to an outcome, press by press. */
async function reach(
  flow: string,
  options: string[],
  flows = real,
  language: 'sv' | 'en' = 'sv',
): Promise<OutcomeView> {
  const { visitor } = await openHouse(fresh(), flows);
  const anna = visitor('anna');
  await anna.start(flow);
  await anna.answers(...options);
  return outcome(language === 'sv' ? anna.view : await anna.press({ verb: 'language', language }));
}

function outcome(view: View): OutcomeView {
  assert.equal(view.kind, 'outcome');
  return view as OutcomeView;
}

const toRefusal = ['made', 'no', 'closed', 'facts', 'pupil-health', 'not-clear', 'no'];
const toCondition = ['incoming', 'none', 'business', 'reason', 'condition'];

/** With DRAFTS=write the files are written anew; the difference is then for a lawyer to read. */
describe('the drafts as they are read, word for word', () => {
  for (const [name, flow, options, flows] of [
    ['refusal', 'is-it-public', toRefusal, real],
    ['condition', 'is-it-public', toCondition, real],
    ['disposal-decision', 'papers', ['no-decision'], small],
    ['register-entry', 'papers', ['secret'], small],
  ] as const)
    test(name, async () => {
      const [draft, ...others] = (await reach(flow, [...options], flows)).drafts;
      assert.deepEqual([draft?.kind, others], [name, []]);
      const file = `test/guidance/drafts/${name}.txt`;
      if (process.env.DRAFTS === 'write') writeFileSync(file, draft!.text);
      assert.equal(draft!.text, readFileSync(file, 'utf8'));
    });
});

/** What a decision to refuse must hold, one by one, and how it is seen in the draft. */
const elements: [string, RegExp][] = [
  ['authority', /^Myndighet: Exempelkommunen, \[fyll i: /m],
  ['case number', /^Ärendenummer: \[fyll i: /m],
  ['date', /^Datum: \[fyll i: /m],
  ['what was requested, as understood', /begärde du att få ta del av \[fyll i: [^\]]*så som vi har förstått det/],
  ['what is released already is not covered', /gäller inte det som redan har lämnats ut/],
  ['an outcome for each record or group', /^- \[fyll i: handling eller grupp av handlingar\] lämnas/m],
  ['whether anything was found', /har \[fyll i: hittats, till en del hittats eller inte hittats\]/],
  ['the ground', /^Grunden är /m],
  ['chapter, section and paragraph', /enligt (\d+ kap\. .*§.*, )?\[fyll i: [^\]]*stycke/],
  ['whose interest', /Regeln skyddar \[fyll i: /],
  ['how strict', /skaderekvisit|Sekretessen är absolut/],
  ['the harm in words', /\[fyll i: (vad som kan hända, för vem och hur|vad det är i just de här uppgifterna)/],
  ['why covering does not do', /Det räcker inte att täcka \(maskera\).* eftersom \[fyll i: /],
  ['a condition', /förbehåll/i],
  [
    'what decides where it is not public',
    /vem som har gjort den, vem den har skickats till, om ärendet är avslutat och om den är arkiverad/,
  ],
  ['decisive facts', /omständigheterna har avgjort: \[fyll i: /],
  ['rules applied', /^Regler som har tillämpats\n- /m],
  ['who decided, by delegation', /^Beslutat av: \[fyll i: [^\]]*\], enligt \[fyll i: punkt i delegationsordningen\]/m],
  ['who presented', /^Föredragande: \[fyll i: /m],
  ['who took part', /^Andra som har medverkat i den slutliga handläggningen: \[fyll i: /m],
  ['the court', /överklaga beslutet till Kammarrätten i Göteborg\./],
  ['sent to the authority', /skicka överklagandet till oss: Exempelkommunen/],
  ['in time', /ska ha kommit in till oss inom tre veckor från den dag då du fick del av beslutet\./],
  ['in writing', /Överklaga skriftligt/],
  ['which decision', /^- vilket beslut du överklagar, med ärendenummer och datum$/m],
  ['which change', /^- hur du vill att beslutet .*ska ändras/m],
  ['name and contact, never anonymous', /^- ditt namn och hur .* når dig\. Ett anonymt överklagande prövas inte\.$/m],
  ['how and when it was served', /Du får beslutet den \[fyll i: datum\] genom \[fyll i: /],
  ['register it', /Diarieför det\./],
  ['stop disposal', /Gallra inget av det som begärts/],
  [
    'a draft, and no decision',
    /^UTKAST till beslut[\s\S]*ett utkast och inget beslut\. Den som har rätt att besluta enligt delegationsordningen/,
  ],
  ['do not: charge', /Ta inte betalt/],
  ['do not: template phrases', /Skriv inte bara ”arbetsmaterial”/],
  ['do not: without delegation', /Låt ingen utan rätt enligt delegationsordningen skriva under/],
  ['do not: later reasons', /Lägg inte till nya skäl i svaret till domstolen/],
  ['names for the notice', /33 § förvaltningslagen/],
];

test('a refusal and a condition hold every element of a lawful decision, whatever way leads there', () => {
  for (const { draft, way } of [...allDrafts(real), ...allDrafts(small, real.municipality)]) {
    if (draft.kind !== 'refusal' && draft.kind !== 'condition') continue;
    const text = asText(draft);
    for (const [what, pattern] of elements) assert.match(text, pattern, `${what}: ${way}`);
  }
});

test('a refusal says not to ask who it is; a condition names whom it binds, exactly to what, and that a breach may be a crime', async () => {
  const refusal = (await reach('is-it-public', toRefusal)).drafts[0]!.text;
  assert.match(refusal, /Fråga inte vem personen är/);
  assert.match(refusal, /räcker inte heller att lämna ut handlingarna med ett förbehåll, eftersom \[fyll i: /);
  const condition = (await reach('is-it-public', toCondition)).drafts[0]!.text;
  assert.doesNotMatch(condition, /Fråga inte vem/);
  assert.match(condition, /^Förbehållet binder: \[fyll i: namn/m);
  assert.match(condition, /^Du får inte: \[fyll i: exakt vad/m);
  assert.match(condition, /kan begå ett brott \(20 kap\. 3 § brottsbalken\)/);
});

test('the decision names the section that the subject leads to and how strict it is, and leaves the paragraph blank', async () => {
  const strict = {
    absolute: 'Sekretessen är absolut',
    reversed: 'Regeln har ett omvänt skaderekvisit',
    straight: 'Regeln har ett rakt skaderekvisit',
    qualified: 'Regeln har ett kvalificerat rakt skaderekvisit',
  };
  const seen = new Set<string>();
  for (const { draft, path, flow, way } of allDrafts(real)) {
    if (draft.kind !== 'refusal' && draft.kind !== 'condition') continue;
    const text = asText(draft);
    const at = path.findIndex(({ node: id }) => strengthOf(flow, id));
    if (at < 0) continue;
    const strength = strengthOf(flow, path[at]!.node)!;
    assert.ok(text.includes(strict[strength]), way);
    const [step, subject] = [path[at - 1]!, flow.nodes[path[at - 1]!.node]!];
    const cites = (step.kind === 'answered' && 'question' in subject && optionOf(subject, step.option)?.cites) || [];
    const laws = cites.map((id) => flow.sources[id]!).filter(({ kind }) => kind === 'law');
    for (const { title } of laws) assert.ok(decision(draft).includes(title.sv), `${title.sv}: ${way}`);
    seen.add(strength);
  }
  assert.deepEqual([...seen].sort(), ['absolute', 'qualified', 'reversed', 'straight']);
});

test('a whole chapter is never enough, several sections are chosen among, and without a subject the section is blank', async () => {
  const text = async (...options: string[]) => (await reach('papers', options, small)).drafts[0]!.text;
  assert.match(
    await text('supervised', 'reason'),
    /enligt \[fyll i: [^\]]*ett helt kapitel räcker inte\. Välj bland: 30 kap\. provlagen\]/,
  );
  assert.match(await text('supervised', 'reason'), /bygger här på minnet av lagen/);
  assert.match(
    await text('disputed', 'reason'),
    /\[fyll i: [^\]]*Välj bland: 19 kap\. 6 § provlagen; 19 kap\. 9 § provlagen\]/,
  );
  const bare = await text('not-ours');
  assert.match(bare, /^Grunden är \[fyll i: en av dessa: /m);
  assert.match(bare, /omfattas av sekretess enligt \[fyll i: kapitel, paragraf och stycke/);
});

test('only an outcome for somebody to decide on or to register offers a draft', () => {
  const offers: Record<string, string> = {
    'refusal-for-decision': 'refusal',
    'condition-for-decision': 'condition',
    register: 'register-entry',
    'treat-as-matter': 'register-entry',
    'take-down-and-register': 'register-entry',
  };
  for (const { flows, municipality } of [real, small])
    for (const flow of flows.values())
      for (const [id, node] of Object.entries(flow.nodes)) {
        if (!('outcome' in node)) continue;
        const kinds = drafted(flow, id, [], municipality).map((draft) => draft.kind);
        const expected = node.draft ?? offers[node.outcome];
        assert.deepEqual(kinds, expected ? [expected] : [], `${flow.id} ${id}`);
      }
});

test('nothing is drafted before the outcome, nor where the session has ended without one', () => {
  const flow = small.flows.get('papers')!;
  const path: Step[] = [{ kind: 'answered', node: 'what', option: 'no-decision' }];
  const session = { ...begin(flow, 'sv'), path, node: 'keep', seq: 3 };
  for (const status of ['open', 'closed', 'lapsed', 'disposed'] as const)
    assert.deepEqual(drafts({ ...session, status }, small.municipality, record), []);
  assert.deepEqual(drafts({ ...session, status: 'concluded' }, small.municipality, undefined), []);
  assert.deepEqual(drafts({ ...begin(flow, 'sv'), status: 'concluded' }, small.municipality, record), []);
});

test('who reads in English gets the same Swedish document, under a heading in English', async () => {
  const [swedish] = (await reach('is-it-public', toRefusal)).drafts;
  const [english] = (await reach('is-it-public', toRefusal, real, 'en')).drafts;
  assert.equal(english?.text, swedish?.text);
  assert.notEqual(english?.title, swedish?.title);
});

test('a disposal decision holds its ten points, with the municipality’s own interval', async () => {
  const text = (await reach('papers', ['no-decision'], small)).drafts[0]!.text;
  for (const point of [
    /^Beslutande: Provkommunen, \[fyll i: [^\]]*enligt arkivreglementet\]\nDatum: .*\nNummer: .*\nGäller för: .*\nGäller från: .*\nErsätter: /m,
    /10 § arkivlagen och \[fyll i: paragraf\] i kommunens arkivreglemente/,
    /insyn inte sätts ur spel\n- handlingen saknar värde för rättskipning, förvaltning och forskning\n- den inte är begärd, överklagad eller under granskning/,
    /^a\) .*\nb\) .*\nc\) .*\nd\) .*\ne\) .*\nf\) .*\ng\) .*\nh\) /m,
    /^VAD SOM ALDRIG OMFATTAS\n- ärenden, klagomål och beslut\n/m,
    /”Vid inaktualitet” betyder/,
    /Den som tvekar frågar \[fyll i: registrator eller arkivarie\].*Gallringen utförs av \[fyll i: vem\]/,
    /inte går att få tillbaka.*papperskorgen, synkade enheter och plattformen. Säkerhetskopior skrivs över efter \[fyll i: tid\]/,
    /sparas en gång om året, och innan kontot stängs\. Format: \[fyll i: .*Plats: \[fyll i: /,
    /begärt, som är överklagat, som är med i en tvist eller som någon granskar gallras inte/,
    /antecknas vad, när, vem och vilken punkt.*ses över varje år av.*publiceras/,
  ])
    assert.match(text, point);
  for (const letter of 'abcdefgh') assert.match(text, new RegExp(`^${letter}\\) .*\\[fyll i: `, 'm'));
});

test('a register entry leaves the secret out, and asks of what was taken down whether it is secret', async () => {
  const [received] = (await reach('papers', ['arrived'], small)).drafts;
  assert.match(received!.text, /^Sekretess: \[fyll i: nej, eller ja med paragraf\]$/m);
  assert.match(received!.text, /^Datum: 2026-11-22, \[fyll i: /m);
  assert.match(received!.text, /utan namn och utan det hemliga/);
  const [taken] = (await reach('papers', ['secret'], small)).drafts;
  assert.match(taken!.text, /^Sekretess: \[fyll i: ja, prövas enligt paragraf, eller nej om inget är hemligt\]$/m);
  assert.match(taken!.text, /^Vägledning: VGL-2026-00001$/m);
});

test('the registrar gets the path, why, what is frozen, the time, and what the person is told meanwhile', async () => {
  const { summary } = await reach('papers', ['unsure'], small);
  assert.deepEqual(summary?.split('\n'), [
    'VGL-2026-00001 Vad gör vi med den?',
    '- Vad gäller det? Vet inte',
    '=> Fråga registratorn. Det går inte att säga här.',
    'Ingen radering: det som begärs ska inte raderas eller gallras förrän frågan är avgjord.',
    'Svara normalt samma dag. Några dagar får det ta om prövningen kräver det. Så säger praxis; lagen säger genast eller skyndsamt.',
    'Till den som frågar, så länge: ”Vi prövar det nu.”',
  ]);
});

const sum = /\d[\d\s.,]*(kr|kronor|öre|sek)\b|\b(kr|sek)\s*\d/i;

test('without a tariff no sum is named anywhere; with one it stands where the fee is told', async () => {
  const without = { ...real.municipality, tariff: null };
  const tariff = small.municipality.tariff!;
  const withOne = { ...real.municipality, tariff };
  let told = 0;
  for (const flow of real.flows.values())
    for (const text of textsOf(flow)) {
      for (const language of ['sv', 'en'] as const) {
        const said = fill(language, without)(text);
        assert.doesNotMatch(said, sum, `${flow.id}: ${said}`);
        if (!text[language].includes('{fee}')) continue;
        assert.ok(fill(language, withOne)(text).includes(`${tariff.says[language]} (${tariff.decided})`));
        told += 1;
      }
    }
  for (const { draft, way } of allDrafts({ ...real, municipality: without }))
    assert.doesNotMatch(asText(draft), sum, way);
  assert.ok(told > 0, 'the fee is told somewhere');
  const flow = real.flows.get('is-it-public')!;
  for (const id of ['how-fee', 'release', 'release-masked'])
    assert.match(fill('sv', withOne)({ sv: JSON.stringify(flow.nodes[id]), en: '' }), /3 kr per sida/, id);
});

test('a draft cites no section that the register of sources lacks', () => {
  const known = [...real.flows.values()].flatMap(({ sources }) => Object.values(sources).map(({ title }) => title.sv));
  const also = readFileSync('flows/sources.yaml', 'utf8');
  for (const { draft, way } of allDrafts(real))
    for (const [cited] of asText(draft).matchAll(
      /(\d+ kap\. )?\d+( [a-z])?(–\d+)? §§? [a-zåäö]+(lagen|balken|ordningen)/g,
    ))
      assert.ok(known.includes(cited) || also.includes(`"${cited}"`), `${cited}: ${way}`);
});

test('what is to be filled in is marked whole, and no place is left for the program to fill', () => {
  for (const { draft, way } of allDrafts(real)) {
    const text = asText(draft);
    assert.doesNotMatch(text, /\{[a-z]+\}|undefined|\[fyll i: \]/, way);
    assert.equal(text.split('[').length, text.split(']').length, way);
    assert.equal(blanksIn(text).filter(({ blank }) => blank).length, text.split('[fyll i: ').length - 1, way);
    assert.equal(
      blanksIn(text)
        .map((piece) => piece.text)
        .join(''),
      text,
    );
  }
});

const record = { id: idOf(2026, 1), session: '', entries: [] };

function drafted(flow: Flow, node: string, path: Step[], municipality: Municipality): Draft[] {
  return drafts({ ...begin(flow, 'sv'), status: 'concluded', path, node, seq: path.length }, municipality, record);
}

/** Each draft by each answer that can lead to it: the shortest way to the answer, and the shortest way on. */
function* allDrafts({ flows, municipality }: Pick<typeof real, 'flows' | 'municipality'>, as = municipality) {
  for (const flow of flows.values()) {
    const before = waysFrom(flow, flow.start);
    for (const [id, way] of before)
      for (const { step, next } of stepsOn(flow, id))
        for (const [end, after] of waysFrom(flow, next)) {
          const path = [...way, step, ...after];
          const [draft] = drafted(flow, end, path, as);
          if (draft) yield { draft, path, flow, way: `${flow.id} ${path.map(nameOf).join(' ')} ${end}` };
        }
  }
}

const nameOf = (step: Step) => `${step.node}=${step.kind === 'answered' ? step.option : 'done'}`;

/** Every node that can be reached, each by its shortest way. */
function waysFrom(flow: Flow, start: string): Map<string, Step[]> {
  const ways = new Map<string, Step[]>([[start, []]]);
  for (const [id, way] of ways)
    for (const { step, next } of stepsOn(flow, id)) if (!ways.has(next)) ways.set(next, [...way, step]);
  return ways;
}

function stepsOn(flow: Flow, id: string): { step: Step; next: string }[] {
  const node = flow.nodes[id]!;
  if ('question' in node)
    return knowing(node).map(({ id: option, next }) => ({ step: { kind: 'answered', node: id, option }, next }));
  if ('outcome' in node) return [];
  const ticked = node.items.map((item) => item.id);
  return [
    { step: { kind: 'done', node: id, ticked }, next: node.complete },
    { step: { kind: 'done', node: id, ticked: [] }, next: node.incomplete },
  ];
}

function strengthOf(flow: Flow, id: string) {
  const node = flow.nodes[id];
  return node && 'question' in node ? node.strength : undefined;
}

const decision = (draft: Draft) => asText({ ...draft, notes: [] });

/** Every text of a flow, however deep it lies. */
function textsOf(value: unknown): { sv: string; en: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('sv' in value && 'en' in value && typeof value.sv === 'string') return [value as { sv: string; en: string }];
  return Object.values(value).flatMap(textsOf);
}
