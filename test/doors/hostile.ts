import assert from 'node:assert/strict';
import type { Forged, Tester } from './door.ts';

/** What is tried, and what the log says of it afterwards, line by line over all records of whoever tries it. */
export interface Attempt {
  name: string;
  /** @param other somebody else, who stands where one begins */
  walk(visitor: Tester, other: Tester): Promise<void>;
  log: string[] | ((lines: string[]) => void);
  /** What the log says of the other one; nothing unless it is said here. */
  others?: string[];
}

/** Something that is begun before the program is restarted, and gone on with afterwards. */
export interface Interruption {
  name: string;
  /** Yields where the program is restarted. */
  walk(visitor: Tester): AsyncGenerator<void, void>;
  log: string[];
}

const stale = /redan besvarad eller har ändrats/;
const noAnswer = /Det svaret finns inte/;
const noSession = /Den vägledningen finns inte/;
const notYours = /hör till någon annan/;
const nonsense = ['', 'nothing', '__proto__', 'x'.repeat(10_000)];

async function guided(visitor: Tester, flow: string, ...options: string[]): Promise<void> {
  await visitor.start(flow);
  for (const option of options) await visitor.answer(option);
}

/** Several things at the same time, each in a window of its own; then looks at what has come of them. */
async function atOnce(visitor: Tester, ...acts: ((window: Tester) => Promise<void>)[]): Promise<void> {
  await Promise.all(acts.map((act) => act(visitor.window())));
  await visitor.look();
}

/** Sends these, and holds what is said against what should be; nothing before the person changes. */
async function refuses(visitor: Tester, said: RegExp, forged: readonly Forged[]): Promise<void> {
  const { heading, mark } = visitor;
  for (const one of forged) {
    assert.match(await visitor.forge(one), said, JSON.stringify(one).slice(0, 200));
    assert.deepEqual([visitor.heading, visitor.mark], [heading, mark], JSON.stringify(one).slice(0, 200));
  }
}

export const attempts: Attempt[] = [
  {
    name: 'five identical presses at once are one beginning, one answer, one outcome and one opinion',
    async walk(visitor) {
      await visitor.press('start', 'is-it-public', 5);
      const [{ heading }, { cards }] = [visitor, visitor];
      await visitor.press('answer', 'incoming', 5);
      assert.notEqual(visitor.heading, heading);
      await visitor.press('answer', 'none', 5);
      await visitor.press('answer', 'none', 5);
      await visitor.press('feedback', 'no', 5);
      assert.match(visitor.text, /Tack, ditt svar är sparat/);
      assert.equal(visitor.cards, cards);
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'feedback no',
    ],
  },
  {
    name: 'an undo that is pressed five times at once undoes one answer',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming', 'none');
      await visitor.press('back', undefined, 5);
      assert.equal(visitor.mark.node, 'exception');
    },
    log: ['start is-it-public', 'answer what incoming', 'answer exception none', 'back exception'],
  },
  {
    name: 'what an outcome offers is begun once, in however many windows it is pressed',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming', 'none', 'none');
      const { cards } = visitor;
      const windows = Array.from({ length: 4 }, () => visitor.window());
      await Promise.all(windows.map((window) => window.goOn('register-it')));
      assert.ok(visitor.cards <= cards + 1, `${visitor.cards - cards} cards below`);
      assert.equal(new Set(windows.map(({ mark }) => mark.session)).size, 1);
      await windows[0]!.answer('spoken');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'start register-it (offered)',
      'answer what spoken',
    ],
  },
  {
    name: 'what a search leads into is begun once, with the answers that it gives, and they can be changed',
    async walk(visitor) {
      await visitor.search('löner');
      const { cards } = visitor;
      await visitor.press('start', 'is-it-public/list', 5);
      assert.equal(visitor.cards, cards);
      assert.match(visitor.text, /Dina svar sparas i en logg/, 'the first question was not seen');
      await visitor.change('what', 'unsure');
    },
    log: ([start = '', ...lines]) => {
      assert.equal(start, 'start is-it-public');
      assert.match(lines.join('\n'), /^(answer .*\n)+change what unsure .*\noutcome ask-registrar$/);
    },
  },
  {
    name: 'of three different answers at once one counts, and it is the one that is shown',
    async walk(visitor) {
      await guided(visitor, 'is-it-public');
      const answers = ['log', 'incoming', 'made'].map((option) => (window: Tester) => window.answer(option));
      await atOnce(visitor, ...answers);
    },
    log(lines) {
      assert.match(lines.join('\n'), /^start is-it-public\nanswer what (log|incoming|made)$/);
    },
  },
  {
    name: 'answers, an undo, another language, the reasons and an end at once leave what is shown where the log is',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      await atOnce(
        visitor,
        (window) => window.answer('library'),
        (window) => window.back(),
        (window) => window.language(),
        (window) => window.why(),
        (window) => window.close(),
        (window) => window.answer('unsure'),
      );
    },
    log([start, first, ...lines]) {
      assert.deepEqual([start, first], ['start is-it-public', 'answer what incoming']);
      assert.match(lines.join(', '), /^(answer exception \w+, outcome [\w-]+|back what|language en|close)$/);
    },
  },
  {
    name: 'what is ticked and done in three windows at once is kept once',
    async walk(visitor) {
      await guided(visitor, 'start-account', 'new');
      const ticks = ['purpose', 'people'];
      await atOnce(visitor, ...Array.from({ length: 3 }, () => (window: Tester) => window.tick(ticks)));
      await visitor.press('done', undefined, 5);
    },
    log: [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'done points purpose people',
      'outcome not-ready',
    ],
  },
  {
    name: 'an old page shows where one is instead of answering twice',
    async walk(visitor) {
      await guided(visitor, 'is-it-public');
      const [other, same] = [visitor.window(), visitor.window()];
      await visitor.answer('incoming');
      const { heading } = visitor;
      await other.answer('log');
      assert.match(other.text, stale);
      assert.equal(other.heading, heading);
      await same.answer('incoming');
      assert.doesNotMatch(same.text, stale, 'the same answer twice is no news to anybody');
      assert.equal(same.heading, heading);
      const late = same.window();
      await other.answer('library');
      await late.back();
      assert.match(late.text, stale);
    },
    log: ['start is-it-public', 'answer what incoming', 'answer exception library', 'outcome not-a-public-record'],
  },
  {
    name: 'an old page from before an undo, or from before the first answer, answers nothing any more',
    async walk(visitor) {
      await guided(visitor, 'is-it-public');
      const unanswered = visitor.window();
      await visitor.answer('incoming');
      const answered = visitor.window();
      await visitor.back();
      for (const [window, option] of [
        [unanswered, 'log'],
        [answered, 'library'],
      ] as const) {
        await window.answer(option);
        assert.match(window.text, stale);
        assert.equal(window.heading, visitor.heading);
      }
    },
    log: ['start is-it-public', 'answer what incoming', 'back what'],
  },
  {
    name: 'two devices take turns, and each goes on where the other was',
    async walk(visitor) {
      await guided(visitor, 'is-it-public');
      const phone = visitor.window();
      await visitor.answer('incoming');
      await phone.look();
      await phone.answer('none');
      await visitor.look();
      await visitor.answer('health-care');
      await phone.look();
      await phone.change('exception', 'library');
      await visitor.look();
      assert.equal(visitor.heading, phone.heading);
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject health-care',
      'change exception library (dropped subject)',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'guidance in two windows is two records, and each window stays in its own',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      const first = visitor.window();
      await visitor.anew();
      await guided(visitor, 'register-it', 'spoken');
      const { heading } = visitor;
      await first.answer('library');
      await visitor.look();
      assert.equal(visitor.heading, heading);
      assert.notEqual(first.heading, heading);
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
      'start register-it',
      'answer what spoken',
    ],
  },
  {
    name: 'a page in the language of before shows where one is, in the language of now',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      const swedish = visitor.window();
      await visitor.language();
      const english = visitor.window();
      await swedish.answer('library');
      assert.match(swedish.text, /answered already or has changed/);
      assert.equal(swedish.heading, visitor.heading);
      await visitor.language();
      await english.language();
      assert.match(english.text, stale);
      await visitor.look();
      await visitor.language();
      await visitor.answer('library');
      assert.match(visitor.text, /What it means/);
      await visitor.language();
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'language en',
      'language sv',
      'language en',
      'answer exception library',
      'outcome not-a-public-record',
      'language sv',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'goes back over everything to the choice, and on again',
    async walk(visitor) {
      const choice = visitor.heading;
      await guided(visitor, 'is-it-public', 'incoming', 'none', 'none');
      for (const node of ['subject', 'exception', 'what']) {
        await visitor.back();
        assert.equal(visitor.mark.node, node);
      }
      await visitor.back();
      assert.equal(visitor.heading, choice);
      await visitor.comeBack();
      await visitor.answer('incoming');
      await visitor.answer('library');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'reopen',
      'back subject',
      'back exception',
      'back what',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'what was ended in one window is not gone on with in another',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      const [answers, ends] = [visitor.window(), visitor.window()];
      await visitor.close();
      for (const window of [answers, ends]) {
        await (window === ends ? window.close() : window.answer('library'));
        assert.match(window.text, /avslutad/);
        assert.deepEqual(window.options, []);
      }
    },
    log: ['start is-it-public', 'answer what incoming', 'close'],
  },
  {
    name: 'a press with a made-up answer, question, place or verb is answered in words, and writes nothing',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      const { mark } = visitor;
      const answer = { ...mark, verb: 'answer' };
      const made = (options: readonly string[]) => options.map((option) => ({ ...answer, option }));
      await refuses(visitor, noAnswer, made([...nonsense, 'log']));
      const elsewhere = ['what', 'not-a-record-private', 'constructor'].flatMap((node) => [
        { ...mark, node, verb: 'answer', option: 'unsure' },
        { ...mark, node, verb: 'tick', option: 'purpose' },
        { ...mark, node, verb: 'done', option: '' },
      ]);
      const wrongly = [
        { ...mark, verb: 'change', node: 'subject', option: 'none' },
        { ...mark, verb: 'change', option: 'nothing' },
        { ...mark, verb: 'feedback', option: 'yes' },
      ];
      const later = [0, 1, 3, 1_000_000].map((seq) => ({ ...answer, seq, option: 'library' }));
      await refuses(visitor, stale, [...elsewhere, ...wrongly, ...later]);
      // What can't be a place at all is nowhere for one door, and makes no sense to the other.
      const impossible = [
        ...['__proto__', '', 'x'.repeat(10_000), 'a:b:c'].map((node) => ({ ...answer, node })),
        ...[-1, 1.5, 'x'.repeat(10_000), 99_999_999].map((seq) => ({ ...answer, seq })),
        ...['dance', 'constructor', '__proto__', 'x'.repeat(10_000)].map((verb) => ({ ...mark, verb })),
      ];
      await refuses(visitor, /\p{L}{3}/u, impossible);
    },
    log: ['start is-it-public', 'answer what incoming'],
  },
  {
    name: 'a press that points to no session says so, and writes nothing; what is begun there is one’s own',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      const nowhere = ['00000000-0000-4000-8000-000000000000', 'nothing.00000000-0000-4000-8000-000000000000'];
      const pressed = (session: string) =>
        ['answer', 'back', 'why', 'show', 'close', 'label', 'draft'].map((verb) => ({
          ...visitor.mark,
          session,
          verb,
          option: 'library',
        }));
      await refuses(visitor, noSession, [...nowhere, 'nonsense'].flatMap(pressed));
      // What can't be a name of a session at all may also mean the one that is open.
      const impossible = ['', '__proto__', '../../etc', 'a:b:c:d', 'x'.repeat(10_000)];
      await refuses(
        visitor,
        /\p{L}{3}/u,
        impossible.flatMap((session) => [
          { ...visitor.mark, session, verb: 'answer', option: 'library' },
          { ...visitor.mark, session, verb: 'why', option: 'show' },
        ]),
      );
      await visitor.forge({ ...visitor.mark, session: 'nonsense', verb: 'start', option: 'register-it' });
      assert.equal(visitor.mark.seq, 0, 'what is begun from nowhere is something new');
    },
    log: ['start is-it-public', 'answer what incoming'],
  },
  {
    name: 'a press on another person’s guidance is refused in words, and leaves everything as it was',
    async walk(visitor, other) {
      await guided(visitor, 'is-it-public', 'incoming');
      await guided(other, 'is-it-public', 'incoming', 'none', 'none');
      for (const theirs of [other.mark, { ...other.mark, node: 'subject', seq: 4 }])
        await refuses(
          visitor,
          notYours,
          [
            'answer',
            'tick',
            'done',
            'back',
            'change',
            'why',
            'show',
            'language',
            'close',
            'feedback',
            'draft',
            'dance',
          ].map((verb) => ({ ...theirs, verb, option: verb === 'language' ? 'en' : 'none' })),
        );
      await refuses(visitor, notYours, [{ ...other.mark, verb: 'label', option: 'mitt' }]);
      await other.look();
      assert.equal(other.mark.seq, 5);
    },
    log: ['start is-it-public', 'answer what incoming'],
    others: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
    ],
  },
  {
    name: 'nobody begins anything that claims to go on from another person’s guidance',
    async walk(visitor, other) {
      await guided(other, 'is-it-public', 'incoming', 'none', 'none');
      const theirs = other.mark;
      await visitor.start('register-it');
      const own = visitor.mark;
      const claimed = { ...own, session: `${own.session}.${theirs.session}`, verb: 'answer', option: 'spoken' };
      await visitor.forge(claimed);
      for (const verb of ['then', 'start']) {
        await visitor.forge({ ...theirs, verb, option: 'register-it' });
        assert.equal(visitor.mark.seq, 0);
        await visitor.answer('made');
      }
    },
    log: [
      'start register-it',
      'answer what spoken',
      'start register-it',
      'answer what made',
      'start register-it',
      'answer what made',
    ],
    others: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
    ],
  },
  {
    name: 'a heading stands there as it was written, but for what says who somebody is',
    async walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming', 'library');
      for (const label of [
        '<!channel> <@U0> &lt; & "citat" \'apostrof\'',
        '*fet* _kursiv_ ~struken~ `kod` [länk](javascript:alert(1))',
        '<script>alert(1)</script> {{DATE(2026-11-22)}} 1. # > -',
      ]) {
        await visitor.label(label);
        // What Teams would read as a date is kept apart by something that nobody sees.
        const seen = visitor.text.replaceAll('\u200B', '');
        assert.ok(seen.includes(label), `${label} is shown as ${seen}`);
      }
      await visitor.label('Anna 19850709-9805 ringde från 070-123 45 67');
      assert.doesNotMatch(visitor.text, /9805|123 45/);
      assert.match(visitor.text, /Anna .* ringde från/);
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception library',
      'outcome not-a-public-record',
      'label',
      'label',
      'label',
      'label',
    ],
  },
];

export const interruptions: Interruption[] = [
  {
    name: 'the choice of what to begin',
    async *walk(visitor) {
      yield;
      await guided(visitor, 'is-it-public', 'incoming');
    },
    log: ['start is-it-public', 'answer what incoming'],
  },
  {
    name: 'what a search has found',
    async *walk(visitor) {
      await visitor.search('passerkort');
      yield;
      await visitor.press('start');
    },
    log: ['start is-it-public', 'answer what how', 'answer how pass-on', 'outcome how-to'],
  },
  {
    name: 'the first question',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public');
      yield;
      await visitor.press('answer', 'incoming', 5);
    },
    log: ['start is-it-public', 'answer what incoming'],
  },
  {
    name: 'a question, with an old page in another window',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public');
      const old = visitor.window();
      await visitor.answer('incoming');
      yield;
      await old.answer('log');
      assert.match(old.text, stale);
      await visitor.answer('library');
    },
    log: ['start is-it-public', 'answer what incoming', 'answer exception library', 'outcome not-a-public-record'],
  },
  {
    name: 'a question in the other language',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      await visitor.language();
      yield;
      await visitor.answer('library');
      assert.match(visitor.text, /What it means/);
      await visitor.anew();
      assert.equal(visitor.heading, 'What do you need help with?');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'language en',
      'answer exception library',
      'outcome not-a-public-record',
    ],
  },
  {
    name: 'a list that is half ticked',
    async *walk(visitor) {
      await guided(visitor, 'start-account', 'new');
      await visitor.tick(['purpose', 'people']);
      yield;
      await visitor.done();
      assert.match(visitor.text, /Det här saknas/);
    },
    log: [
      'start start-account',
      'answer what new',
      'tick points purpose people',
      'done points purpose people',
      'outcome not-ready',
    ],
  },
  {
    name: 'an answer that is being changed',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming', 'none');
      await visitor.askAgain('what');
      yield;
      await visitor.press('change', 'unsure');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'change what unsure (dropped exception)',
      'outcome ask-registrar',
    ],
  },
  {
    name: 'an outcome',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming', 'none', 'none');
      yield;
      await visitor.label('skolan');
      await visitor.feedback(true);
      await visitor.goOn('register-it');
      await visitor.answer('unsure');
    },
    log: [
      'start is-it-public',
      'answer what incoming',
      'answer exception none',
      'answer subject none',
      'outcome release',
      'label',
      'feedback yes',
      'start register-it (offered)',
      'answer what unsure',
    ],
  },
  {
    name: 'something that was left half-done',
    async *walk(visitor) {
      await guided(visitor, 'is-it-public', 'incoming');
      await visitor.anew();
      yield;
      await visitor.comeBack();
      await visitor.back();
    },
    log: ['start is-it-public', 'answer what incoming', 'back what'],
  },
];
