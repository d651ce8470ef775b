import { benchDoor } from './doors.ts';

/** How many answers a second our door to Teams takes, beside a bot that is written with botbuilder. */
export function benchTeams(folder: string, rounds: number): Promise<void> {
  return benchDoor(folder, rounds, {
    name: 'teams',
    clerks: ['teamsclerks.ts'],
    settings: () => ({ TEAMS_UNAUTHENTICATED: 'true' }),
    peers: [{ name: 'botbuilder, fixed card', until: 'shown', args: (file) => ['teamspeer.ts', file] }],
    words: { card: 'card', ack: 'answer', calls: 'other calls of the connector' },
    held: ['ack', 'shown'],
  });
}
