// `tillgate listen`: follows the messages on the connections of a running gateway.

import type { api } from '@tillgate/protocol';
import { command as define } from '../command.ts';
import { timeText } from '../date-time.ts';
import { CommandError, exitCode } from '../exit-code.ts';
import { print, printJson } from '../output.ts';
import { onInterrupt } from '../signals.ts';
import { gatewayOptions, requestRoute } from './gateway-api.ts';
import { trafficEvents } from './traffic-events.ts';

export const command = define({
  usage: 'listen [options]',
  about: [
    'Shows each message on the connections of tills, waiters and card machines to a running gateway,',
    'and connections that open and close: ← received by the gateway, → sent by it. Begins with the',
    'last messages in memory. Tokens and card numbers are masked, receipts are not.',
    'Ctrl-C ends it with exit code 0; a gateway that ends it, with 4.',
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'Of this site only.' },
    tid: { type: 'string', value: 'TID', about: 'Messages about this card machine only.' },
    backlog: { type: 'string', value: 'N', about: 'Begin with the last N messages [200].' },
    ...gatewayOptions,
    json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
  },
  run: async (values) => {
    const { site, tid, backlog, json = false } = values;
    const left = new AbortController();
    const unsubscribe = onInterrupt(() => left.abort());
    try {
      const request = { query: { site, tid, backlog }, signal: left.signal };
      const { body } = await requestRoute(values, 'followTraffic', request);
      for await (const event of trafficEvents(body ?? new ReadableStream())) {
        if (json) printJson(event);
        else print(trafficText(event));
      }
    } catch (cause) {
      if (left.signal.aborted) return exitCode.done;
      if (cause instanceof Error && cause.name !== 'TypeError') throw cause;
      throw ended({ cause });
    } finally {
      unsubscribe();
    }
    throw ended();
  },
});

function ended(options?: ErrorOptions): CommandError {
  return new CommandError(exitCode.notConnected, 'The gateway ended the stream.', options);
}

/** One line; control characters are still in it. */
export function trafficText(event: api.TrafficEvent): string {
  if (event.event === 'missed')
    return `${event.count} events were skipped: the reader was too slow.`;
  const { at, site, connection, integration, eposId, tid } = event;
  const other = eposId ?? tid;
  const who = `${site} ${connection} ${integration}${other === undefined ? '' : ` ${other}`}`;
  return `${timeText(Date.parse(at), { ms: true })} ${who} ${happened(event)}`.replaceAll(
    '\n',
    ' ',
  );
}

function happened(event: Exclude<api.TrafficEvent, { event: 'missed' }>): string {
  switch (event.event) {
    case 'frame':
      return `${event.direction === 'sent' ? '→' : '←'} ${event.text}`;
    case 'opened':
      return 'opened';
    case 'closed':
      return `closed with ${event.code}`;
    case 'noted':
      return `! ${event.text}`;
  }
}
