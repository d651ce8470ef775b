import type { Language } from '../../record/entry.ts';
import { within } from '../intake.ts';
import type { Colleague } from '../reviewing.ts';
import type { Connector } from './connector.ts';
import type { To } from './deliver.ts';

/** Who somebody is to those who review. */
type Colleagues = (to: To, language: Language) => Promise<Colleague>;

/** How long what Teams says of members is taken for true, in ms. */
const lasting = 3 * 60_000;

/**
 * Asks Teams which of the teams and channels that have a role somebody is in. Where it does not answer in time, they are
 * in none; where the app is not in a team, nobody is.
 * @param groups all that have a role, by whatever id: only those of conversations are asked for.
 * @param patience in ms.
 */
export function openColleagues(
  connector: Connector,
  groups: () => readonly string[],
  now: () => Date,
  patience = 1200,
): Colleagues {
  const kept = new Map<string, { until: number; member: Promise<boolean> }>();

  function isMember({ person, account, room: { serviceUrl } }: To, id: string): Promise<boolean> {
    const key = `${person.hash} ${id}`;
    const before = kept.get(key);
    if (before && before.until > now().getTime()) return before.member;
    const asked = connector.isMember({ serviceUrl, id }, account).catch(() => false);
    const member = within(patience, asked).then((found) => found === true);
    if (kept.size > 10_000) kept.clear();
    kept.set(key, { until: now().getTime() + lasting, member });
    return member;
  }

  return async (to, language) => {
    const rooms = [...new Set(groups())].filter((id) => /^19:\S+@thread\.\w+$/.test(id));
    const own = await Promise.all(rooms.map(async (id) => ((await isMember(to, id)) ? [id] : [])));
    return { person: to.person, name: to.name, groups: own.flat(), language };
  };
}
