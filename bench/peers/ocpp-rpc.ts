// Another field's way: `ocpp-rpc`, made for charge points, in strict mode. The sale is a call of its
// own, checked on the way in and on the way out by our schemas; what the card machine shows goes to
// the till as calls, which are answered as the protocol of charge points demands, or, by option, not.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import type { Payment, ReceiptLine } from '@tillgate/protocol';
import { dialects, publishedSchemas } from '@tillgate/protocol';
import ocpp from 'ocpp-rpc';
import type { Recording } from '../conversation.ts';
import { readPace, recordedTid, values, waits } from '../conversation.ts';

const { values: options } = parseArgs({
  options: {
    pace: { type: 'string', default: 'instant' },
    recording: { type: 'string', default: '' },
    unanswered: { type: 'boolean', default: false },
  },
});

const recording: Recording = JSON.parse(readFileSync(options.recording, 'utf8'));
const payment: Payment = JSON.parse(recording.result).result;
const delays = waits(readPace(options.pace));

const published = publishedSchemas(dialects);
const draft = { $schema: 'http://json-schema.org/draft-07/schema' };
const validator = ocpp.createValidator('sale1', [
  { ...draft, $id: 'urn:Sale.req', ...part('sale.request', 'params') },
  { ...draft, $id: 'urn:Sale.conf', ...part('sale.response', 'result') },
  { ...draft, $id: 'urn:TerminalNotification.req', ...part('terminalNotification', 'params') },
  { ...draft, $id: 'urn:TerminalNotification.conf', type: 'object', additionalProperties: false },
]);

const server = new ocpp.RPCServer({
  protocols: ['sale1'],
  strictMode: true,
  strictModeValidators: [validator],
});

server.on('client', (client) => {
  client.on('strictValidationFailure', ({ error }: { error: Error }) => {
    console.error(error);
    process.exit(1);
  });
  client.handle('Sale', async ({ params }: { params?: { tid?: string } }) => {
    const tid = params?.tid ?? '';
    for (const [step, notificationValue] of values.entries()) {
      const notified = client.call(
        'TerminalNotification',
        { tid, notificationValue },
        { noReply: options.unanswered },
      );
      const delay = delays[step];
      if (delay !== undefined) await sleep(delay);
      await notified;
    }
    return paymentOf(tid);
  });
});

function paymentOf(tid: string): Payment {
  const { MERCHANT = [], CUSTOMER = [] } = payment.receiptLines;
  const receiptLines = { MERCHANT: printed(MERCHANT, tid), CUSTOMER: printed(CUSTOMER, tid) };
  return { ...payment, tid, receiptLines };
}

function printed(lines: readonly ReceiptLine[], tid: string): ReceiptLine[] {
  return lines.map((line) => ({ ...line, value: line.value.replace(recordedTid, tid) }));
}

/** The schema of one part of a message of ours. */
function part(message: string, key: string): object {
  const text = published.get(`v1/pac/${message}.json`);
  if (!text) throw new Error(`There is no schema for ${message}.`);
  return JSON.parse(text).properties[key];
}

const http = createServer();
http.on('upgrade', server.handleUpgrade);
process.on('SIGTERM', () => process.exit(0));
http.listen(0, '127.0.0.1', () => {
  const { port } = http.address() as AddressInfo;
  console.log(JSON.stringify({ ready: true, pac: `ws://127.0.0.1:${port}/till` }));
});
