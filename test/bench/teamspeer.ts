import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import {
  ActivityHandler,
  type AdaptiveCardInvokeResponse,
  CardFactory,
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  type TurnContext,
} from 'botbuilder';
import express from 'express';

// What our door is held against: a bot as one writes it with botbuilder, with botbuilder's defaults and without an app
// id, that answers a press with the card in the file named, and draws it in the message as well. It keeps nothing.
const card = JSON.parse(readFileSync(process.argv[2]!, 'utf8'));

class Bot extends ActivityHandler {
  protected override async onAdaptiveCardInvoke(context: TurnContext): Promise<AdaptiveCardInvokeResponse> {
    const { replyToId } = context.activity;
    // Begun in the turn, and not waited for. Most bots wait for it there, and their people for both; to begin it after
    // the answer takes a turn of its own, which costs more: this is the kindest of the three to botbuilder.
    context
      .updateActivity({ type: 'message', id: replyToId!, attachments: [CardFactory.adaptiveCard(card)] })
      .catch(console.error);
    return { statusCode: 200, type: 'application/vnd.microsoft.card.adaptive', value: card };
  }
}

const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}));
const bot = new Bot();
const app = express();
app.post('/api/messages', express.json({ limit: '256kb' }), (request, response) =>
  adapter.process(request, response, (context) => bot.run(context)),
);
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`peer: http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
