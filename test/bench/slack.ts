import { benchDoor } from './doors.ts';

const signingSecret = 'a signing secret that is thrown away';

/** How many answers a second our door to Slack takes, beside a Bolt app. */
export function benchSlack(folder: string, rounds: number): Promise<void> {
  return benchDoor(folder, rounds, {
    name: 'slack',
    clerks: ['slackclerks.ts', signingSecret],
    settings: (slack) => ({
      ...{ SLACK_BOT_TOKEN: 'xoxb-bench', SLACK_SIGNING_SECRET: signingSecret, SLACK_API_URL: `${slack}/api/` },
    }),
    peers: [
      { name: 'Bolt, fixed message', until: 'shown', args: (file) => ['slackpeer.ts', file] },
      { name: 'Bolt, ack only', until: 'ack', args: () => ['slackpeer.ts'] },
    ],
    words: { card: 'message', ack: 'ack', calls: 'calls of the Web API' },
    held: ['ack'],
    memory: 60,
  });
}
