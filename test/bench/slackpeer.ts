import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import bolt from '@slack/bolt';

// What our door is held against: a Bolt app as one writes it, with Bolt's defaults, that acknowledges a press and
// answers it with the message in the file named. Without a file it acknowledges only. It logs nothing and keeps nothing.
const { App, HTTPReceiver } = bolt;
const { SLACK_SIGNING_SECRET: signingSecret = '', SLACK_BOT_TOKEN: token = '' } = process.env;
const file = process.argv[2];
const message = file === undefined ? undefined : JSON.parse(readFileSync(file, 'utf8'));

const receiver = new HTTPReceiver({ signingSecret });
const app = new App({ receiver, token, tokenVerificationEnabled: false, botId: 'B0BOT', botUserId: 'U0BOT' });
app.action(/^g:/, async ({ ack, respond }) => {
  await ack();
  if (message) await respond({ replace_original: true, text: message.text, blocks: message.blocks });
});
const server = await receiver.start({ port: 0, host: '127.0.0.1' });
console.log(`peer: http://127.0.0.1:${(server.address() as AddressInfo).port}`);
