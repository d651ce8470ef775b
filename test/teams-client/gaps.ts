import assert from 'node:assert/strict';
import type { Json } from '../support/slack/limits.ts';
import { cardType, consentType } from '../support/teams/cards.ts';
import { Clerk } from './clerk.ts';
import type { Playground } from './playground.ts';

/** What the client does otherwise than Teams. Where one of these fails, a newer version may show more, and we can test more. */
export const gaps: Record<string, (at: Playground) => Promise<void>> = {
  async 'what is meant for one person is shown to the whole room'(at) {
    const { status } = await call(at, 'POST', `${at.ids.group}/activities?isTargetedActivity=true`, {
      text: 'Only for you',
      recipient: { id: at.user.id, isTargeted: true },
    });
    assert.equal(status, 201);
    await at.enter('group');
    await at.page.getByText('Only for you').last().waitFor();
    await at.enter('personal');
  },

  async 'there are no commands behind a slash'({ page }) {
    await page.getByRole('textbox').last().click();
    await page.keyboard.type('/isit');
    assert.equal(await page.getByRole('listbox').getByRole('menuitem').count(), 0);
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Delete');
  },

  async 'everybody reads English'({ relay }) {
    const locales = new Set(relay.turns.map(({ activity }) => activity.locale ?? 'en-US'));
    assert.deepEqual([...locales], ['en-US']);
  },

  async 'a question about a file can’t be answered'(at) {
    const content = { description: 'A draft', sizeInBytes: 1, acceptContext: {}, declineContext: {} };
    const attachments = [{ contentType: consentType, name: 'draft.docx', content }];
    await call(at, 'POST', `${at.ids.personal}/activities`, { attachments });
    await at.page.getByText('File Consent Card is not supported yet').first().waitFor();
  },

  async 'a message with words and a card becomes two, and has no id'(at) {
    const answer = await call(at, 'POST', `${at.ids.personal}/activities`, {
      text: 'Words',
      ...attach(cardOf({ type: 'TextBlock', text: 'And a card' })),
    });
    assert.deepEqual(answer, { status: 202, text: '' });
  },

  async 'no message can be taken away'(at) {
    const { status } = await call(at, 'DELETE', `${at.ids.personal}/activities/1`, {});
    assert.equal(status, 501);
  },

  async 'the language of a card is not said to screen readers'(at) {
    await call(at, 'POST', `${at.ids.personal}/activities`, attach(cardOf({ type: 'TextBlock', text: 'På svenska' })));
    await at.page.getByText('På svenska').waitFor();
    assert.equal(await at.page.locator('[lang=sv]').count(), 0);
  },

  async 'what was chosen is lost when a press is answered with words'(at) {
    const choices = [{ title: 'Chosen', value: 'chosen' }];
    const actions = [{ type: 'Action.Execute', verb: 'answer', title: 'Send', data: {} }];
    const input = { type: 'Input.ChoiceSet', id: 'option', style: 'expanded', choices };
    const words = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Seen' };
    at.relay.instead = () => words;
    await call(at, 'POST', `${at.ids.personal}/activities`, attach(cardOf(input, { type: 'ActionSet', actions })));
    await at.page.getByRole('radio', { name: 'Chosen' }).check();
    await at.page.getByRole('button', { name: 'Send', exact: true }).click();
    await at.page.getByText('Seen').waitFor();
    at.relay.instead = undefined;
    assert.deepEqual(at.relay.turns.at(-1)?.activity.value, {
      action: { ...actions[0], data: { option: 'chosen' } },
    });
    assert.equal(await at.page.getByRole('radio', { name: 'Chosen' }).isChecked(), false);
  },

  async 'a dialog can’t open with words alone, and knows no Action.Execute'(at) {
    const clerk = new Clerk(at);
    at.relay.instead = () => ({ task: { type: 'message', value: 'Not now' } });
    await clerk.openDialog();
    await at.page.getByText('Unable to reach app').waitFor();
    await clerk.closeDialog();
    const action = { type: 'Action.Execute', verb: 'answer', title: 'Execute', data: {} };
    at.relay.instead = () => asDialog(cardOf({ type: 'ActionSet', actions: [action] }));
    await clerk.openDialog();
    const before = at.relay.turns.length;
    await at.page.getByRole('button', { name: 'Execute' }).click();
    await at.relay.settled(300);
    assert.equal(at.relay.turns.length, before);
    await clerk.closeDialog();
    at.relay.instead = undefined;
  },

  async 'all that stood there is forgotten once the page is loaded anew'(at) {
    await at.load();
    assert.equal(await at.page.locator('.ac-adaptiveCard').count(), 0);
  },
};

/** What the client says to a call that the program would make, past the relay, so that it is no fault of ours. */
async function call({ address }: Playground, method: string, path: string, activity: Json) {
  const headers = { 'content-type': 'application/json' };
  const url = `${address}/_connector/v3/conversations/${path}`;
  const response = await fetch(url, { method, headers, body: JSON.stringify({ type: 'message', ...activity }) });
  return { status: response.status, text: await response.text() };
}

const cardOf = (...body: Json[]) => ({ type: 'AdaptiveCard', version: '1.5', lang: 'sv', body });
const attach = (card: Json) => ({ attachments: [{ contentType: cardType, content: card }] });
const asDialog = (card: Json) => ({
  task: { type: 'continue', value: { title: 'Dialog', card: attach(card).attachments[0] } },
});
