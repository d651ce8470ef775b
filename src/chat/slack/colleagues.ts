import type { webApi } from '@slack/bolt';
import { z } from 'zod';
import type { Visitor } from '../../guidance/guidance.ts';
import type { Language } from '../../record/entry.ts';
import type { Colleague, Reviewing } from '../reviewing.ts';
import type { Where } from './installations.ts';

/** Who somebody is to those who review: nobody, where they have no role. */
export type Colleagues = (
  at: { client: webApi.WebClient; where: Where },
  visitor: Visitor,
  language: Language,
) => Promise<Colleague | undefined>;

/** How long what Slack says of groups and names is taken for true, in ms. */
const lasting = 3 * 60_000;

/**
 * Asks Slack in which user groups somebody is, where the app may see that, and by which name those with a role are
 * called. Where Slack does not answer in time, they are in no group.
 * @param patience in ms.
 */
export function openColleagues(
  { rightsOf, groups: withRoles }: Pick<Reviewing, 'rightsOf' | 'groups'>,
  now: () => Date,
  patience = 1500,
): Colleagues {
  const groups = openKept(now, patience, async (client, workspace) => {
    const { usergroups } = await client.usergroups.list({
      include_users: true,
      ...(workspace !== '' && { team_id: workspace }),
    });
    return Groups.parse(usergroups);
  });
  const names = openKept(now, patience, async (client, user) => {
    const { user: found } = await client.users.info({ user });
    return found?.profile?.real_name || found?.real_name || found?.name;
  });

  return async ({ client, where }, { person }, language) => {
    const { tenant, userId } = person;
    // An app of a whole organisation has to say in which of its workspaces.
    const workspace = where.isEnterpriseInstall ? (where.teamId ?? '') : '';
    const some = withRoles().some((group) => /^S[A-Z0-9]{2,30}$/.test(group));
    const all = (some && (await groups(client, `${tenant} ${workspace}`, workspace))) || [];
    const own = all.filter(({ users }) => users.includes(userId)).map(({ id }) => id);
    const aliases = where.teamId === undefined ? [] : [`slack:${where.teamId}/${userId}`];
    const nameless: Colleague = { person, name: userId, groups: own, aliases, language };
    const { reads, answers } = rightsOf(nameless);
    if (!reads && !answers) return undefined;
    return { ...nameless, name: (await names(client, `${tenant} ${userId}`, userId)) ?? userId };
  };
}

const Groups = z.array(z.object({ id: z.string(), users: z.array(z.string()).default([]) }));

/** What Slack has said lately; nothing where it does not say, which is remembered as well. */
function openKept<Found>(
  now: () => Date,
  patience: number,
  ask: (client: webApi.WebClient, about: string) => Promise<Found>,
): (client: webApi.WebClient, key: string, about: string) => Promise<Found | undefined> {
  const kept = new Map<string, { until: number; found: Promise<Found | undefined> }>();
  return (client, key, about) => {
    const before = kept.get(key);
    if (before && before.until > now().getTime()) return before.found;
    const late = new Promise<undefined>((resolve) => setTimeout(resolve, patience, undefined).unref());
    const found = Promise.race([ask(client, about), late]).catch(() => undefined);
    if (kept.size > 1000) kept.clear();
    kept.set(key, { until: now().getTime() + lasting, found });
    return found;
  };
}
