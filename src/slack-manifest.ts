import { parseArgs } from 'node:util';
import { writeManifest } from './chat/slack/manifest.ts';
import { environment, Settings } from './config.ts';

const usage = `npm run --silent slack-manifest [-- --socket]

Prints the app manifest to paste at https://api.slack.com/apps: for HTTP where PUBLIC_URL is set, else for Socket Mode.

  --socket   for Socket Mode, also where PUBLIC_URL is set`;

const { values } = parseArgs({ options: { socket: { type: 'boolean' }, help: { type: 'boolean' } } });
const { PUBLIC_URL } = environment();
const address = Settings.shape.PUBLIC_URL.safeParse(PUBLIC_URL === '' ? undefined : PUBLIC_URL);
if (values.help) console.log(usage);
else if (!address.success) {
  console.error(`PUBLIC_URL is an address that begins with https://; it is "${PUBLIC_URL}" now.`);
  process.exitCode = 1;
} else console.log(JSON.stringify(writeManifest(address.data, values.socket ?? address.data === undefined), null, 2));
