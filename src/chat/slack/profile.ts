import type { webApi } from '@slack/bolt';
import type { Database } from '../../database/database.ts';
import { openStorage } from '../../database/storage.ts';
import type { Language } from '../../record/entry.ts';
import type { Person } from '../../record/person.ts';

/** The languages of people, as they have set it in Slack. */
export type Profiles = (client: webApi.WebClient, person: Person) => Promise<Language>;

/**
 * Asks Slack once a day in which language a person reads: Swedish, unless they have set English. Where Slack is slow or
 * does not say, nobody waits for it.
 * @param patience in ms.
 */
export function openProfiles(database: Database, patience = 800): Profiles {
  const kept = openStorage<Language>(database, 'slack-locale', 86_400_000);
  const near = new Map<string, { language: Language; until: number }>();

  function keep(hash: string, language: Language): Language {
    if (near.size > 10_000) near.clear();
    near.set(hash, { language, until: Date.now() + 3_600_000 });
    return language;
  }

  async function ask(client: webApi.WebClient, { hash, userId }: Person): Promise<Language> {
    const before = await kept.get(hash);
    if (before !== undefined) return keep(hash, before);
    const { user } = await client.users.info({ user: userId, include_locale: true });
    const language = /^en\b/i.test(user?.locale ?? '') ? 'en' : 'sv';
    await kept.set(hash, language);
    return keep(hash, language);
  }

  return (client, person) => {
    const known = near.get(person.hash);
    if (known && known.until > Date.now()) return Promise.resolve(known.language);
    const slow = new Promise<Language>((resolve) => setTimeout(() => resolve('sv'), patience).unref());
    return Promise.race([ask(client, person).catch((): Language => 'sv'), slow]);
  };
}
