import type { Language } from '../../record/entry.ts';

/** A part of the page on what is kept. */
export interface Part {
  id: string;
  heading: string;
  lead?: string;
  items?: readonly string[];
  after?: string;
  /** The law behind it, by the ids of the sources. */
  cites?: readonly string[];
}

/** The words of the page on what is kept. */
export function keptWords(language: Language) {
  return all[language];
}

interface Words {
  heading: string;
  /** What leads here from the chat. */
  link: string;
  lead: string;
  parts: readonly Part[];
  ask: string;
}

const swedish: Words = {
  heading: 'Vad som sparas',
  link: 'Läs mer om vad som sparas',
  lead: 'Kommunens personal får vägledning här. Vägledningarna sparas i en logg. Här står vad som finns i den, vem som läser den och hur länge den finns.',
  parts: [
    {
      id: 'kept',
      heading: 'Det här sparas',
      items: [
        'Frågorna som visades, svaren som valdes och resultatet, ord för ord.',
        'När varje svar gavs, och om det gavs i Slack, Teams eller webben.',
        'Enheten, om personen har valt en.',
        'En kod som står för personen. Namn och konto står inte i loggen.',
        'Det personen själv skriver: en rubrik, eller en fråga till registratorn. Det som ser ut som personnummer, telefonnummer eller e-postadress tas bort innan det sparas. Namn tas inte bort.',
        'Om vägledningen hjälpte, om personen har svarat på det.',
        'Av ett meddelande i chatten: bara länken och ett kontrollvärde.',
        'Vad granskare, registratorer och arkivarier säger om en vägledning, med deras namn och roll.',
        'Vem som har öppnat någon annans vägledning, och när.',
      ],
      after:
        'Vid sidan av loggen finns en lista som säger vilket konto som hör till vilken kod, vilket språk personen läser och var det går att skriva till personen. Den behövs för att kunna svara. En person kan tas bort ur listan utan att loggen ändras.',
    },
    {
      id: 'not-kept',
      heading: 'Det här sparas inte',
      items: [
        'Ord som någon söker på.',
        'Texten i handlingen eller meddelandet som frågan gäller.',
        'Vem som har bett om en handling, eller varför. Det frågar vi inte om.',
      ],
      cites: ['tf-2-18'],
    },
    {
      id: 'readers',
      heading: 'Vem som läser',
      items: [
        'Den som har frågat ser sina egna vägledningar.',
        'Granskare ser vägledningar från sina egna enheter.',
        'Registratorer, arkivarier och revisorer ser alla.',
        'Administratörer ser roller och inställningar, men inga vägledningar.',
      ],
      after:
        'En granskare ser frågorna, svaren, resultatet och enheten. Granskare ser inga namn på dem som har frågat, och kan inte söka efter en person. Den som har frågat får veta när något rättas, och varför. Ingen granskar sina egna.',
    },
    {
      id: 'how-long',
      heading: 'Hur länge',
      lead: 'Tills kommunen beslutar om gallring, alltså om vad som ska förstöras och när. Utan ett sådant beslut tas inget bort ur loggen. Ingen ändrar det som står i den: den som rättar lägger till.',
      cites: ['tf-2-23', 'arkivlagen-10'],
    },
    {
      id: 'public-record',
      heading: 'Loggen är troligen en allmän handling',
      lead: 'Vi känner inte till något avgörande om det, så räkna med att den är det. Var och en kan be att få läsa den. Du behöver inte säga vem du är eller varför du frågar, utom när det behövs för att pröva om något är hemligt. Kontaktuppgifter till registratorn står längst ned.',
      cites: ['tf-2-1', 'tf-2-4', 'tf-2-10', 'tf-2-17', 'tf-2-18'],
    },
    {
      id: 'own',
      heading: 'Se dina egna',
      items: [
        'I Slack och Teams visar appen dina senaste vägledningar.',
        'I webben ser du dem på startsidan, i den webbläsare som du frågade i.',
        'Har du loggat in i granskningen finns de under ”Mina vägledningar”.',
      ],
      after: 'Vill du veta vilka personuppgifter som finns om dig, fråga registratorn.',
      cites: ['gdpr-15'],
    },
    {
      id: 'told',
      heading: 'Vad programmet säger till dig',
      lead: 'I Slack och Teams skriver programmet till dig när',
      items: [
        'någon har rättat din vägledning, eller har en fråga om den,',
        'registratorn svarar på din fråga,',
        'det har kommit ett förtydligande av något som du har frågat om eller varit osäker på.',
      ],
      after:
        'Det sista är en påminnelse. Påminnelser kan du stänga av i appen, eller under ”Mina vägledningar”. Svar på dina egna frågor och rättelser av dina egna vägledningar får du ändå.',
    },
    {
      id: 'statistics',
      heading: 'Statistik',
      lead: 'Vi räknar vägledningar för varje enhet och varje resultat, och var folk svarar ”Vet inte” eller ger upp. Antalen avrundas till närmaste femtal, och grupper med färre än fem personer visas inte. Anställda rangordnas inte.',
    },
    {
      id: 'cookies',
      heading: 'Kakor',
      lead: 'Chatten i webben sparar en kaka med ett slumptal, så att du hittar tillbaka till din vägledning. Den som loggar in i granskningen får en kaka som gäller i tolv timmar. Vi räknar inte besök, och inget hämtas från andra.',
    },
  ],
  ask: 'Fråga oss',
};

const english: Words = {
  heading: 'What is kept',
  link: 'Read more about what is kept',
  lead: 'The municipality’s staff get guidance here. The guidance is kept in a log. This page says what stands in it, who reads it and how long it is there.',
  parts: [
    {
      id: 'kept',
      heading: 'This is kept',
      items: [
        'The questions that were shown, the answers that were chosen and the outcome, word for word.',
        'When each answer was given, and whether in Slack, in Teams or on the web.',
        'The unit, if the person has chosen one.',
        'A code that stands for the person. Names and accounts do not stand in the log.',
        'What the person writes themselves: a heading, or a question to the registrar. What looks like an identity number, a phone number or an e-mail address is taken out before it is kept. Names are not taken out.',
        'Whether the guidance helped, if the person has answered that.',
        'Of a message in the chat: only the link and a check value.',
        'What reviewers, registrars and archivists say about guidance, with their names and roles.',
        'Who has opened another person’s guidance, and when.',
      ],
      after:
        'Beside the log there is a list that says which account belongs to which code, which language the person reads and where they can be written to. It is needed to be able to answer. A person can be taken out of the list without changing the log.',
    },
    {
      id: 'not-kept',
      heading: 'This is not kept',
      items: [
        'Words that somebody searches for.',
        'The text of the document or the message that the question is about.',
        'Who has asked for a document, or why. We do not ask about that.',
      ],
      cites: ['tf-2-18'],
    },
    {
      id: 'readers',
      heading: 'Who reads it',
      items: [
        'Whoever asked sees their own guidance.',
        'Reviewers see guidance from their own units.',
        'Registrars, archivists and auditors see all of it.',
        'Administrators see roles and settings, but no guidance.',
      ],
      after:
        'A reviewer sees the questions, the answers, the outcome and the unit. Reviewers see no names of those who asked, and can’t search for a person. Whoever asked is told when something is corrected, and why. Nobody reviews their own.',
    },
    {
      id: 'how-long',
      heading: 'For how long',
      lead: 'Until the municipality decides on disposal, that is, on what is to be destroyed and when. Without such a decision nothing is taken out of the log. Nobody changes what stands in it: whoever corrects something adds to it.',
      cites: ['tf-2-23', 'arkivlagen-10'],
    },
    {
      id: 'public-record',
      heading: 'The log is probably a public record',
      lead: 'We know of no ruling on it, so assume that it is. Anybody can ask to read it. You need not say who you are or why you ask, except where that is needed to assess whether something is secret. The registrar’s contact details are at the foot of the page.',
      cites: ['tf-2-1', 'tf-2-4', 'tf-2-10', 'tf-2-17', 'tf-2-18'],
    },
    {
      id: 'own',
      heading: 'See your own',
      items: [
        'In Slack and Teams the app shows your latest guidance.',
        'On the web you see it on the start page, in the browser that you asked in.',
        'If you have signed in to the review, it stands under “My guidance”.',
      ],
      after: 'If you want to know which personal data there are about you, ask the registrar.',
      cites: ['gdpr-15'],
    },
    {
      id: 'told',
      heading: 'What the program tells you',
      lead: 'In Slack and Teams the program writes to you when',
      items: [
        'somebody has corrected your guidance, or has a question about it,',
        'the registrar answers your question,',
        'something that you have asked about or been unsure of has been clarified.',
      ],
      after:
        'The last of these is a reminder. You can turn reminders off in the app, or under “My guidance”. Answers to your own questions and corrections of your own guidance still reach you.',
    },
    {
      id: 'statistics',
      heading: 'Statistics',
      lead: 'We count guidance for each unit and each outcome, and where people answer “I don’t know” or give up. The counts are rounded to the nearest five, and groups of fewer than five people are not shown. Employees are not ranked.',
    },
    {
      id: 'cookies',
      heading: 'Cookies',
      lead: 'The chat on the web keeps a cookie with a random number, so that you find your way back to your guidance. Whoever signs in to the review gets a cookie that holds for twelve hours. We do not count visits, and nothing is fetched from others.',
    },
  ],
  ask: 'Ask us',
};

const all = { sv: swedish, en: english };
