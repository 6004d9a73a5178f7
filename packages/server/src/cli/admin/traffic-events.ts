// The stream of a gateway's traffic, as `listen` and `rehearse` read it.

import type { api } from '@tillgate/protocol';

/** The events of a stream of server-sent events, in whatever pieces it arrives. */
export async function* trafficEvents(
  stream: ReadableStream<Uint8Array>,
): AsyncGenerator<api.TrafficEvent> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const piece of stream) {
    text += decoder.decode(piece, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const data = block.split('\n').find((line) => line.startsWith('data: '));
      if (data !== undefined) yield JSON.parse(data.slice('data: '.length));
    }
  }
}
