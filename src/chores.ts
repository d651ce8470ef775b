import type { Logger } from 'pino';
import type { Config } from './config.ts';
import { sweepStorage } from './database/storage.ts';
import { tellConcerned } from './guidance/concerned.ts';
import { raiseQuestions } from './guidance/desk.ts';
import type { Guidance } from './guidance/guidance.ts';
import { lapseIdle } from './guidance/lapse.ts';
import { swedishDay } from './record/number.ts';
import type { Roles } from './review/roles.ts';
import { type SummaryRoom, tellSummary } from './review/summary.ts';

/** What the program does of its own accord, and where it is told. */
interface House {
  config: Pick<Config, 'LAPSE_AFTER_DAYS' | 'LAPSE_CHECKLISTS_AFTER_DAYS'>;
  guidance: Guidance;
  roles: Roles;
  /** Where the summary of each week is told, and where others reach the console. */
  summaries: SummaryRoom[];
  console: string | undefined;
}

/**
 * Does what is due, now and once a minute. What fails holds up none of the others, and is tried again the next time.
 * @returns what stops it.
 */
export function openChores(house: House, logger: Logger): () => void {
  const { config, guidance, roles } = house;
  const { database, log } = guidance;
  const registrars = () =>
    roles.namesOf(roles.asRead().grants.flatMap(({ role, people }) => (role === 'registrar' ? people : [])));
  let noted: string | undefined;
  let warned = '';
  const count = (name: string, done: number, told: string) => void (done > 0 && logger.info({ [name]: done }, told));
  const chores: (() => Promise<void>)[] = [
    async () => {
      const idle = { days: config.LAPSE_AFTER_DAYS, checklistDays: config.LAPSE_CHECKLISTS_AFTER_DAYS };
      count('lapsed', await lapseIdle(guidance, idle), 'sessions lapsed');
    },
    async () => {
      await guidance.clarifications.refresh();
      count('told', await tellConcerned(guidance), 'people are told of a clarification');
    },
    async () => {
      const { raised, unheard } = await raiseQuestions(guidance, registrars);
      count('raised', raised, 'questions that wait for an answer were raised again');
      const today = swedishDay(guidance.now());
      if (unheard === 0 || warned === today) return;
      warned = today;
      logger.warn({ unheard }, nobodyHears);
    },
    async () =>
      count(
        'summaries',
        await tellSummary(guidance, house.summaries, house.console),
        'the summary of last week is told',
      ),
    () => sweepStorage(database, new Date()),
    async () => {
      const head = await log.head();
      if (noted !== undefined && head !== noted)
        logger.info({ head }, 'head of the ledger; keep it elsewhere for "records verify --head"');
      noted = head;
    },
  ];
  let going = false;
  async function go(): Promise<void> {
    if (going) return;
    going = true;
    for (const chore of chores)
      await chore().catch((fault) =>
        logger.error({ err: fault }, 'something that is done regularly failed; it is tried again in a minute'),
      );
    going = false;
  }
  const timer = setInterval(() => void go(), 60_000);
  void go();
  return () => clearInterval(timer);
}

const nobodyHears =
  'questions to the registrar have waited since an earlier day and nobody can be told: set SLACK_REGISTRAR_CHANNEL or TEAMS_REGISTRAR_CHANNEL, or name a registrar who has used the bot, as slack:<workspace>/<id> or teams:<organisation>/<id>, in the file that ROLES names';
