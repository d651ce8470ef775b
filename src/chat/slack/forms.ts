import type { types } from '@slack/bolt';
import type { InSession } from '../../guidance/view.ts';
import { plain } from './blocks.ts';
import { writeMark } from './mark.ts';
import { slackWords } from './words.ts';

/** A form for the heading that somebody gives their guidance. */
export function drawLabel({ language, label, session }: InSession): types.ModalView {
  const text = slackWords(language);
  return {
    type: 'modal',
    callback_id: 'g:label',
    private_metadata: session,
    title: plain(text.label),
    submit: plain(text.save),
    close: plain(text.cancel),
    blocks: [
      {
        type: 'input',
        block_id: 'label',
        optional: true,
        label: plain(text.label),
        hint: plain(text.labelHelp),
        element: {
          type: 'plain_text_input',
          action_id: 'label',
          max_length: 120,
          ...(label && { initial_value: label }),
        },
      },
    ],
  };
}

/** A form for a question to the registrar: what goes with it is said. */
export function drawAsk(view: InSession & { node: string }): types.ModalView {
  const text = slackWords(view.language);
  return {
    type: 'modal',
    callback_id: 'g:ask',
    title: plain(text.ask),
    submit: plain(text.askSend),
    close: plain(text.cancel),
    blocks: [
      {
        type: 'input',
        block_id: writeMark(view, 'ask'),
        optional: true,
        label: plain(text.askWords),
        hint: plain(text.askHelp),
        element: { type: 'plain_text_input', action_id: 'g:ask', multiline: true, max_length: 1000 },
      },
    ],
  };
}

/** A form for what somebody answers a reviewer, with the question above it. */
export function drawRespond(view: InSession): types.ModalView {
  const text = slackWords(view.language);
  const asked = view.judged?.why;
  return {
    type: 'modal',
    callback_id: 'g:respond',
    title: plain(text.respond),
    submit: plain(text.respondSend),
    close: plain(text.cancel),
    blocks: [
      ...(asked === undefined ? [] : [{ type: 'section' as const, text: plain(asked) }]),
      {
        type: 'input',
        block_id: writeMark(view, 'respond'),
        label: plain(text.respondWords),
        hint: plain(text.respondHelp),
        element: { type: 'plain_text_input', action_id: 'g:respond', multiline: true, max_length: 1000 },
      },
    ],
  };
}
