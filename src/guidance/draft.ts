import { numberOf } from '../record/number.ts';
import type { GuidanceRecord } from '../record/record.ts';
import { type Flow, type Municipality, type Outcome, optionOf, type Strength } from './flow.ts';
import type { Session } from './session.ts';
import { fill, headingOf } from './words.ts';

/**
 * Words ready to use: a document that the answers point to, for somebody with the right to decide or to register. It
 * follows from the session alone, so nothing of it is kept. Always in Swedish, since it is an authority's own document.
 */
export interface Draft {
  kind: DraftKind;
  /** The heading, and what the file is called. */
  title: string;
  /** VGL-2026-00042: the guidance that it follows from. */
  number: string;
  blocks: Block[];
  /** For whoever signs: taken out before the document is used. */
  notes: Block[];
}

/** What can be drafted: decisions to refuse, to set a condition and to allow disposal, and an entry for the register. */
export type DraftKind = 'refusal' | 'condition' | 'disposal-decision' | 'register-entry';

/** One piece of a draft. What has to be filled in stands in it as `[fyll i: what]`; see `blanksIn`. */
export type Block =
  | { kind: 'heading'; level: 2 | 3; text: string }
  | { kind: 'field'; label: string; text: string }
  | { kind: 'paragraph'; text: string }
  | { kind: 'item'; text: string };

/**
 * What the session can be helped on with: nothing before its outcome, and nothing after most.
 * @param record what the drafts get number and date from; without one there is none.
 */
export function drafts(session: Session, municipality: Municipality, record: GuidanceRecord | undefined): Draft[] {
  const outcome = session.flow.nodes[session.node];
  if (session.status !== 'concluded' || !record || !outcome || !('outcome' in outcome)) return [];
  const kind = kindFor(outcome);
  if (!kind) return [];
  const at = record.entries.findLast((entry) => entry.kind === 'outcome')?.time;
  const basis: Basis = { session, municipality, outcome, number: numberOf(record.id), ...(at && { at }) };
  return [{ kind, number: basis.number, ...write[kind](basis) }];
}

function kindFor({ outcome, draft }: Outcome): DraftKind | undefined {
  switch (outcome) {
    case 'refusal-for-decision':
      return 'refusal';
    case 'condition-for-decision':
      return 'condition';
    case 'register':
    case 'treat-as-matter':
    case 'take-down-and-register':
      return 'register-entry';
    default:
      return draft;
  }
}

/** What a draft is written from. */
interface Basis {
  session: Session;
  municipality: Municipality;
  outcome: Outcome;
  number: string;
  /** When the outcome was reached, ISO 8601. */
  at?: string;
}

type Written = Pick<Draft, 'title' | 'blocks' | 'notes'>;

const write: Record<DraftKind, (basis: Basis) => Written> = {
  refusal: writeRefusal,
  condition: writeCondition,
  'disposal-decision': writeDisposalDecision,
  'register-entry': writeRegisterEntry,
};

/** The draft as plain text, to be copied: a heading is told by its capitals, since nothing else can tell it there. */
export function asText({ title, blocks, notes }: Draft): string {
  const pieces = [...blocks, ...notes];
  const lines = pieces.flatMap((block, i) => {
    const before = pieces[i - 1];
    const tight =
      before?.kind === 'heading' || block.kind === 'item' || (block.kind === 'field' && before?.kind === 'field');
    return [...(tight ? [] : ['']), lineOf(block)];
  });
  return `${[title, ...lines].join('\n')}\n`;
}

function lineOf(block: Block): string {
  if (block.kind === 'heading' && block.level === 2) return block.text.toLocaleUpperCase('sv');
  if (block.kind === 'field') return `${block.label}: ${block.text}`;
  return block.kind === 'item' ? `- ${block.text}` : block.text;
}

/** A text in pieces: what stands there, and what is left to be filled in. */
export function blanksIn(text: string): { text: string; blank: boolean }[] {
  const pieces = text.split(/(\[fyll i: [^\]]*\])/).filter((piece) => piece !== '');
  return pieces.map((piece) => ({ text: piece, blank: piece.startsWith('[fyll i: ') }));
}

const blank = (what: string) => `[fyll i: ${what}]`;
const heading = (text: string, level: 2 | 3 = 2): Block => ({ kind: 'heading', level, text });
const field = (label: string, text: string): Block => ({ kind: 'field', label, text });
const paragraph = (text: string): Block => ({ kind: 'paragraph', text });
const item = (text: string): Block => ({ kind: 'item', text });

/** A decision not to hand out: all that a court of appeal looks for in one. */
function writeRefusal(basis: Basis): Written {
  return {
    title: 'UTKAST till beslut om att inte lämna ut handlingar',
    blocks: [
      ...opening(basis),
      item(`${blank('handling eller grupp av handlingar')} lämnas inte ut.`),
      item(
        `${blank('handling eller grupp av handlingar')} ${blank('lämnas ut, lämnas ut med vissa delar täckta eller lämnas inte ut')}.`,
      ),
      ...reasons(basis),
      paragraph(
        secrecyOf(basis.session)?.strength === 'absolute'
          ? 'Ett förbehåll räcker inte heller. Regeln prövar ingen skada, och då finns ingen risk som ett förbehåll kan ta bort.'
          : `Det räcker inte heller att lämna ut handlingarna med ett förbehåll, eftersom ${blank('varför risken finns kvar, eller varför det inte finns någon känd person att binda')}.`,
      ),
      ...ending(basis, 'hur du vill att beslutet ska ändras, och gärna varför'),
    ],
    notes: [
      ...signing,
      item('Besluta när personen ber om det, eller genast om det är tydligt att frågan ska prövas.'),
      item('Fråga inte vem personen är för att lämna ut beslutet. Ta inte betalt för det.'),
      ...reasoning,
      item('Är redan svaret att en handling finns hemligt? Fråga en jurist innan ni skriver om något har hittats.'),
      ...reading(basis),
      ...afterwards,
      ...path(basis),
    ],
  };
}

/** A decision to hand out to one person, who is bound not to pass it on. */
function writeCondition(basis: Basis): Written {
  return {
    title: 'UTKAST till beslut om att lämna ut handlingar med förbehåll',
    blocks: [
      ...opening(basis),
      item(`${blank('handling eller grupp av handlingar')} lämnas ut med förbehållet nedan.`),
      item(
        `${blank('handling eller grupp av handlingar')} ${blank('lämnas ut utan förbehåll, lämnas ut med vissa delar täckta eller lämnas inte ut')}.`,
      ),
      heading('Förbehåll'),
      field('Förbehållet binder', blank('namn på den person som får handlingarna')),
      field('Det gäller', blank('vilka uppgifter i vilka handlingar')),
      field('Du får inte', blank('exakt vad, till exempel lämna uppgifterna vidare eller publicera dem')),
      field('Så länge gäller det', blank('till och med vilken dag, eller vad som gör att det upphör')),
      paragraph(
        'Du får handlingarna när du har fått det här beslutet. Den som bryter mot förbehållet kan begå ett brott (20 kap. 3 § brottsbalken).',
      ),
      ...reasons(basis),
      paragraph(
        `Förbehållet tar bort risken, eftersom ${blank('varför det räcker för just den här personen och de här uppgifterna')}. Det går inte längre än vad som behövs, eftersom ${blank('varför ett mindre förbehåll inte räcker')}.`,
      ),
      ...ending(basis, 'hur du vill att beslutet eller förbehållet ska ändras, och gärna varför'),
    ],
    notes: [
      ...signing,
      item('Be bara om det namn som behövs för att binda personen. Ta inte betalt för beslutet.'),
      item(
        'Lämna ut handlingarna först när beslutet finns. Förklara förbehållet, och att det kan vara ett brott att bryta det.',
      ),
      item('Utforma inte förbehållet så att personen aldrig får se uppgifterna.'),
      ...reasoning,
      ...reading(basis),
      ...afterwards,
      ...path(basis),
    ],
  };
}

/** That it is a draft, whose decision it is to be, what was asked for, and what was found. */
function opening({ municipality }: Basis): Block[] {
  return [
    paragraph(
      'Det här är ett utkast och inget beslut. Den som har rätt att besluta enligt delegationsordningen prövar frågan, och kan komma fram till något annat. Fyll i allt som står inom hakparentes.',
    ),
    field('Myndighet', `${municipality.name}, ${blank('nämnd eller bolag som har handlingen')}`),
    field('Ärendenummer', blank('numret i diariet')),
    field('Datum', blank('dagen då beslutet fattas')),
    ...request,
    heading('Beslut'),
    paragraph(found),
    paragraph('Så här beslutar vi om varje handling eller grupp av handlingar:'),
  ];
}

/** Why it comes out so, up to what the one decision says and the other does not. */
function reasons(basis: Basis): Block[] {
  return [heading('Skäl för beslutet'), ...ground(basis), masking];
}

/** What every decision ends with. @param change what whoever appeals is asked to say. */
function ending(basis: Basis, change: string): Block[] {
  return [facts, ...rules(basis), ...deciders, ...appeal(basis, change), ...service];
}

const request: Block[] = [
  heading('Din begäran'),
  paragraph(
    `Den ${blank('datum')} begärde du att få ta del av ${blank('vad som begärdes, så som vi har förstått det: vilka handlingar, vilken tid, vilket konto eller vilket ärende')}.`,
  ),
  paragraph(`Beslutet gäller inte det som redan har lämnats ut: ${blank('vad och när, eller ”inget”')}.`),
];

const found = `Vi har sökt i ${blank('system, akter, konton och enheter')}. De begärda handlingarna har ${blank('hittats, till en del hittats eller inte hittats')}.`;

/** Why it is not handed out: the rule that the path led to, how strict it is, and the harm in words. */
function ground({ session }: Basis): Block[] {
  const secrecy = secrecyOf(session);
  if (!secrecy)
    return [
      paragraph(
        `Grunden är ${blank(
          'en av dessa: det är inte en handling; vi har den inte; den har inte kommit in; den är inte upprättad (utkast, minnesanteckning eller ärende som inte är avgjort); den hör till det som aldrig är allmänt; sammanställningen kräver mer än rutinåtgärder; vi saknar rätt i lag att göra sammanställningen; sekretess',
        )}.`,
      ),
      paragraph(
        `Gäller det sekretess: Uppgifterna omfattas av sekretess enligt ${provision([])}. Regeln skyddar ${interest}. Den är ${blank('hur sträng: absolut, omvänt, rakt eller kvalificerat rakt skaderekvisit, och vad det betyder')}. ${harm}.`,
      ),
      notPublic,
    ];
  const { strength, laws } = secrecy;
  return [
    paragraph(
      `Grunden är sekretess. Uppgifterna omfattas av sekretess enligt ${provision(laws)}. Regeln skyddar ${interest}.`,
    ),
    paragraph(strengths[strength].rule),
    paragraph(strengths[strength].test),
    notPublic,
  ];
}

const masking = paragraph(
  `Det räcker inte att täcka (maskera) de känsliga delarna, eftersom ${blank('varför resten inte går att läsa eller ändå avslöjar det hemliga')}.`,
);
const facts = paragraph(`De här omständigheterna har avgjort: ${blank('de fakta som beslutet bygger på')}.`);

const interest = blank('vem eller vad: en enskild person och de närmaste, ett företag eller det allmänna');
const harm = blank(
  'vad som kan hända, för vem och hur, om just de här uppgifterna lämnas ut. Skriv så konkret som det går utan att avslöja det hemliga. Pröva varje uppgift',
);
const notPublic = paragraph(
  blank(
    'gäller beslutet också något som inte är en allmän handling? Skriv då vad som avgör: vem som har gjort den, vem den har skickats till, om ärendet är avslutat och om den är arkiverad. Stryk annars stycket',
  ),
);

/** How strict a rule is, in words, and what the test of harm then has to say. */
const strengths: Record<Strength, { rule: string; test: string }> = {
  absolute: {
    rule: 'Sekretessen är absolut. Uppgifter av det här slaget är hemliga utan att det prövas om någon skadas.',
    test: `Uppgifterna är av det slag som regeln gäller, eftersom ${blank('vad det är i just de här uppgifterna som gör att de omfattas. Avslöja inget hemligt. Pröva varje uppgift')}.`,
  },
  reversed: {
    rule: 'Regeln har ett omvänt skaderekvisit. Utgångspunkten är att uppgifterna är hemliga. De får lämnas ut bara om det står klart att den som regeln skyddar, eller någon närstående, inte lider men.',
    test: `${harm}. Det står därför inte klart att uppgifterna kan lämnas ut utan att någon lider men.`,
  },
  straight: {
    rule: 'Regeln har ett rakt skaderekvisit. Utgångspunkten är att uppgifterna är offentliga. De är hemliga bara om det kan antas att den skada som regeln ska hindra uppstår om de lämnas ut.',
    test: `${harm}. Därför kan det antas att skada uppstår om uppgifterna lämnas ut.`,
  },
  qualified: {
    rule: 'Regeln har ett kvalificerat rakt skaderekvisit. Utgångspunkten är att uppgifterna är offentliga. De är hemliga bara om särskilda skäl talar för att skada uppstår om de lämnas ut.',
    test: `${harm}. Därför talar särskilda skäl för att skada uppstår om uppgifterna lämnas ut.`,
  },
};

/** The rule of secrecy that the path led to: the test of harm, and the law that the answer before it pointed to. */
function secrecyOf({ flow, path }: Session): { strength: Strength; laws: Law[] } | undefined {
  const at = path.findIndex(({ node: id }) => strengthAt(flow, id) !== undefined);
  const [step, strength] = [path[at - 1], strengthAt(flow, path[at]?.node)];
  const subject = flow.nodes[step?.node ?? ''];
  if (!strength || step?.kind !== 'answered' || !subject || !('question' in subject)) return undefined;
  return { strength, laws: lawsOf(flow, optionOf(subject, step.option)?.cites ?? []) };
}

function strengthAt(flow: Flow, id: string | undefined): Strength | undefined {
  const node = flow.nodes[id ?? ''];
  return node && 'question' in node ? node.strength : undefined;
}

type Law = Flow['sources'][string];

function lawsOf(flow: Flow, cites: readonly string[]): Law[] {
  return cites.map((id) => flow.sources[id]!).filter(({ kind }) => kind === 'law');
}

/** A court sends back what names a whole chapter: a section is chosen where there are several, asked for where there is none. */
function provision(laws: Law[]): string {
  const section = sectionOf(laws);
  if (section !== undefined) return `${section}, ${blank('vilket stycke')}`;
  const among = laws.length > 0 ? `. Välj bland: ${laws.map(({ title }) => title.sv).join('; ')}` : '';
  return blank(`kapitel, paragraf och stycke; ett helt kapitel räcker inte${among}`);
}

/** The one section that the subject has, if it has just one. */
function sectionOf([law, ...others]: Law[]): string | undefined {
  return law && others.length === 0 && law.title.sv.includes('§') ? law.title.sv : undefined;
}

/** The provisions applied: the one of secrecy, and those that the outcome leans on. */
function rules({ session, outcome }: Basis): Block[] {
  const section = sectionOf(secrecyOf(session)?.laws ?? []);
  const others = lawsOf(session.flow, outcome.cites).map(({ title }) => title.sv);
  const titles = new Set([section ?? blank('den paragraf som grunden bygger på'), ...others]);
  return [
    heading('Regler som har tillämpats', 3),
    ...[...titles].map(item),
    item(blank('andra regler som har tillämpats, eller stryk')),
  ];
}

const deciders: Block[] = [
  heading('Vem som har beslutat'),
  field('Beslutat av', `${blank('namn och befattning')}, enligt ${blank('punkt i delegationsordningen')}`),
  field('Föredragande', blank('namn och befattning, eller ”ingen”')),
  field('Andra som har medverkat i den slutliga handläggningen', blank('namn och befattning, eller ”ingen”')),
];

/** How to appeal, as the court asks for it: to whom, by way of whom, when, and with what. */
function appeal({ municipality }: Basis, change: string): Block[] {
  const { court, name, registrar } = municipality;
  return [
    heading('Så överklagar du'),
    paragraph(
      `Du kan överklaga beslutet till ${court.sv}. Skriv till kammarrätten, men skicka överklagandet till oss: ${name}, ${blank('nämnd eller bolag, och postadress')}, eller ${registrar.email}. Det ska ha kommit in till oss inom tre veckor från den dag då du fick del av beslutet.`,
    ),
    paragraph('Överklaga skriftligt och ange:'),
    item('vilket beslut du överklagar, med ärendenummer och datum'),
    item(change),
    item('ditt namn och hur vi och kammarrätten når dig. Ett anonymt överklagande prövas inte.'),
    paragraph('Har överklagandet kommit in i tid skickar vi det skyndsamt vidare till kammarrätten.'),
  ];
}

const service: Block[] = [
  heading('Så får du beslutet'),
  paragraph(
    `Du får beslutet den ${blank('datum')} genom ${blank('på vilket sätt, till exempel brev, e-post eller att du hämtar det')}.`,
  ),
];

const signing: Block[] = [
  heading('Innan du skriver under'),
  paragraph(
    'Den här delen ingår inte i beslutet. Ta bort den, ordet UTKAST och det första stycket när beslutet är klart.',
  ),
  item(
    'Låt ingen utan rätt enligt delegationsordningen skriva under. Ett beslut av fel person går inte att överklaga.',
  ),
];

const reasoning: Block[] = [
  item('Skriv inte bara ”arbetsmaterial”, ett helt kapitel eller en fras ur en mall. Pröva varje uppgift.'),
  item('Ta med alla skäl nu. Lägg inte till nya skäl i svaret till domstolen.'),
  item(
    'Namnen på dem som har beslutat ska stå i myndighetens eget exemplar. Befarar ni hot eller våld får de utelämnas i det exemplar som personen får (33 § förvaltningslagen).',
  ),
];

/** What must be read before anybody signs, and what of this nobody has been sure of. */
function reading({ session, municipality, outcome }: Basis): Block[] {
  const say = fill('sv', municipality);
  const laws = secrecyOf(session)?.laws ?? [];
  return [
    ...laws.map(({ title, verified }) =>
      item(
        `Läs ${title.sv} så som lagen lyder i dag: rätt paragraf och stycke, hur sträng regeln är och om tiden för sekretess har gått ut.${verified === 'memory' ? ' Vägledningen bygger här på minnet av lagen.' : ''}`,
      ),
    ),
    ...(outcome.uncertain ? [item(say(outcome.uncertain))] : []),
  ];
}

const afterwards: Block[] = [
  heading('Efter beslutet', 3),
  item('Anteckna hur och när personen fick beslutet. Diarieför det.'),
  item('Gallra inget av det som begärts så länge beslutet kan överklagas eller prövas i domstol.'),
  item(
    'Överklagas det: kontrollera att det kom in i tid, se om beslutet bör ändras, och skicka snabbt vidare beslutet och överklagandet. Skicka handlingarna säkert, och bara om domstolen ber om dem.',
  ),
  item('Skickar domstolen tillbaka frågan: pröva på nytt genast, och följ domstolen.'),
];

/** How the guidance came here: what the one who decides can check. */
function path({ session, municipality, number }: Basis): Block[] {
  const say = fill('sv', municipality);
  const answers = session.path.flatMap((step) => {
    const node = session.flow.nodes[step.node];
    const option = node && 'question' in node && step.kind === 'answered' && optionOf(node, step.option);
    return option ? [item(`${headingOf(node, 'sv', municipality)} ${say(option.label)}`)] : [];
  });
  return [heading(`Svaren i vägledningen ${number}`, 3), ...answers];
}

/** A general decision on what may be destroyed: the ten points that one needs. */
function writeDisposalDecision({ municipality, session, number }: Basis): Written {
  const say = fill('sv', municipality);
  const period = (example: string) => blank(`tid, till exempel ${example}`);
  return {
    title: 'UTKAST till beslut om gallring av handlingar av tillfällig eller ringa betydelse',
    blocks: [
      paragraph(
        'Det här är ett utkast och inget beslut. Den som beslutar om gallring enligt kommunens arkivreglemente prövar frågan. Fyll i allt som står inom hakparentes, och stryk det som inte passar.',
      ),
      field(
        'Beslutande',
        `${municipality.name}, ${blank('den nämnd eller arkivmyndighet som beslutar om gallring enligt arkivreglementet')}`,
      ),
      field('Datum', blank('dagen då beslutet fattas')),
      field('Nummer', blank('ärendenummer och paragraf i protokollet')),
      field('Gäller för', blank('vilka nämnder, förvaltningar eller bolag')),
      field('Gäller från', blank('datum')),
      field('Ersätter', blank('äldre beslut som slutar gälla, eller ”inget”')),
      heading('Beslut'),
      paragraph(
        `Handlingar av tillfällig eller ringa betydelse får gallras så som det här beslutet säger. Att gallra är att förstöra allmänna handlingar. Stödet är 10 § arkivlagen och ${blank('paragraf')} i kommunens arkivreglemente, som fullmäktige har beslutat enligt 16 § arkivlagen.`,
      ),
      heading('Villkor'),
      paragraph('En handling får gallras bara om'),
      item('allmänhetens rätt till insyn inte sätts ur spel'),
      item('handlingen saknar värde för rättskipning, förvaltning och forskning'),
      item('den inte är begärd, överklagad eller under granskning.'),
      heading('Vad som får gallras, och när'),
      paragraph('”Vid inaktualitet” betyder när handlingen inte längre behövs i det arbete som den kom till för.'),
      field('a) Läskvitton, tack och hälsningar', period('vid inaktualitet')),
      field('b) Kopior, när vi har kvar originalet', period('vid inaktualitet')),
      field('c) Meddelanden för kännedom som inte leder till någon åtgärd', period('vid inaktualitet')),
      field('d) Reklam och massutskick', period('vid inaktualitet')),
      field(
        'e) Handlingar som utan förlust har förts över till ärendesystemet eller ett annat medium',
        period('när överföringen är kontrollerad'),
      ),
      field('f) Loggar och kakor (cookies)', blank('vilka, och tid för varje')),
      field(
        'g) Sociala medier: enkla frågor och svar, reaktioner, åsikter utan värde för ett ärende, inlägg som också finns i en annan kanal, listor med länkar',
        `${period('två år, eller när bilden av kontot är sparad')}. Händelser som försvinner (stories): ${period('24 timmar')}`,
      ),
      field('h) Chatt: planering och samordning utan sakuppgifter', period('vid inaktualitet')),
      heading('Vad som aldrig omfattas'),
      item('ärenden, klagomål och beslut'),
      item('uppgifter som omfattas av sekretess'),
      item('bevis om sådant som vi har tagit bort och om personer som vi har blockerat'),
      item('kriskommunikation'),
      item('konton för kampanjer, med innehåll som inte finns någon annanstans'),
      item('allt som har ekonomisk eller rättslig betydelse.'),
      heading('Vem som bedömer och vem som gallrar'),
      paragraph(
        `Den som tvekar frågar ${blank('registrator eller arkivarie')}. Till dess bevaras handlingen. Gallringen utförs av ${blank('vem')}.`,
      ),
      heading('Hur det går till'),
      paragraph(
        `Handlingen förstörs så att den inte går att få tillbaka. Det gäller också papperskorgen, synkade enheter och plattformen. Säkerhetskopior skrivs över efter ${blank('tid')}.`,
      ),
      heading('Bilder av hur kontona såg ut'),
      paragraph(
        `En bild av varje konto i sociala medier sparas ${say({ sv: '{snapshot}', en: '{snapshot}' })}, och innan kontot stängs. Format: ${blank('filformat')}. Plats: ${blank('arkiv eller system')}.`,
      ),
      heading('Stopp för gallring'),
      paragraph(
        'Det som någon har begärt, som är överklagat, som är med i en tvist eller som någon granskar gallras inte förrän det är avslutat.',
      ),
      heading('Anteckningar, översyn och publicering'),
      paragraph(
        `Vid gallring antecknas vad, när, vem och vilken punkt i beslutet. Beslutet ses över varje år av ${blank('vem')}. Det publiceras ${blank('var')}. Vem som helst får begära att se det.`,
      ),
    ],
    notes: [
      heading('Innan beslutet fattas'),
      paragraph(
        `Den här delen ingår inte i beslutet. Ta bort den, ordet UTKAST och det första stycket när beslutet är klart. Utkastet följer av vägledningen ${number} (”${say(session.flow.title)}”).`,
      ),
      item(
        'Läs arkivreglementet. Ofta beslutar varje nämnd om sina handlingar efter samråd med arkivmyndigheten. Ibland beslutar arkivmyndigheten för alla.',
      ),
      item('Har arkivmyndigheten redan ett generellt beslut? Då räcker ett beslut om hur det ska tillämpas hos er.'),
      item(`Beslut som finns inlagda här i dag: ${say({ sv: '{decisions}', en: '{decisions}' })}.`),
      item('Namnge sorterna. ”All e-post efter sju dagar” räcker inte, oavsett vad som står i den.'),
      item('Riksarkivets föreskrifter gäller statens myndigheter och binder inte kommunen.'),
      item('Särskilda lagar går före, till exempel för socialtjänst, bokföring, patientjournaler och skola.'),
      item('Bevara handlingarna tills beslutet gäller.'),
    ],
  };
}

/** What the diary needs to know, without what is secret. The law lets sender and subject stand empty where they are. */
function writeRegisterEntry({ outcome, number, at }: Basis): Written {
  const takenDown = outcome.outcome === 'take-down-and-register';
  const day = at === undefined ? '' : `${swedishDay.format(new Date(at))}, `;
  const example = takenDown ? 'Borttagen kommentar på kommunens konto' : 'Fråga om skolskjuts';
  return {
    title: 'Uppgifter till diariet',
    blocks: [
      field('Datum', `${day}${blank('rätt dag, om handlingen kom in eller blev klar en annan dag')}`),
      field('Nummer', blank('diarienumret')),
      field('Från eller till', blank('vem handlingen kom från eller skickades till. Lämna tomt om det är hemligt')),
      field('Ärende', blank(`kort vad det gäller, utan namn och utan det hemliga, till exempel ”${example}”`)),
      field(
        'Sekretess',
        takenDown
          ? blank('ja, prövas enligt paragraf, eller nej om inget är hemligt')
          : blank('nej, eller ja med paragraf'),
      ),
      field('Handläggare', blank('vem som tar hand om det')),
      field('Vägledning', number),
    ],
    notes: [],
  };
}

const swedishDay = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Stockholm' });
