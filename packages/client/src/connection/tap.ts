// Looks at the answers on a line before its peer does, for those that belong to no open request.

import type { Channel, Response } from '@tillgate/protocol';

/** `channel`, save that answers which `take` wants do not come through. */
export function tapAnswers(channel: Channel, take: (answer: Response) => boolean): Channel {
  return {
    send: (text) => channel.send(text),
    close: (code, reason) => channel.close(code, reason),
    confirmDelivery: (delivered) => channel.confirmDelivery(delivered),
    listen: (ears) =>
      channel.listen({
        onClosed: (code, reason) => ears.onClosed(code, reason),
        onMessage: (text) => {
          const answer = readAnswer(text);
          if (!answer || !take(answer)) ears.onMessage(text);
        },
      }),
  };
}

function readAnswer(text: string): Response | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || Object.hasOwn(value, 'method'))
    return undefined;
  // Both together are no answer at all [C-3.14].
  if (Object.hasOwn(value, 'result') === Object.hasOwn(value, 'error')) return undefined;
  return value as Response;
}
