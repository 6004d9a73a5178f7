// A till without the SDK, with only a WebSocket and JSON, as it could be written in any language.
// Run `npm start` in one shell, and in another: npx node examples/pac/plain-websocket.ts

import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { address } from '../gateway-address.ts';
import { receiptText } from '../receipt-text.ts';

const socket = new WebSocket(address); // Answers the gateway's pings automatically.
let lastId = 0;
const waiting = new Map<number, PromiseWithResolvers<Message>>();

// Requests that are still unanswered when the connection closes must be rejected.
socket.on('close', () => {
  for (const { reject } of waiting.values()) reject(new Error('The connection closed.'));
});
socket.on('message', (data) => handleMessage(JSON.parse(String(data))));
await new Promise((resolve, reject) => {
  socket.once('open', resolve);
  socket.once('error', reject);
});

const list = await ask('connectedTerminals');
console.log('card machines:', list.result.map(({ tid }: { tid: string }) => tid).join(', '));

const sale = await ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });
assert.equal(sale.result.transactionResult, 'SUCCESSFUL');
console.log(receiptText(sale.result.receiptLines.CUSTOMER));

const signed = await ask('sale', { tid: 'VCMINVLSIS0', currency: 'GBP', amount: 5000 });
assert.equal(signed.result.cardholderVerificationMethod, 'SIGNATURE');

// An invalid request is answered with the path of each fault. Nothing was handed to a card machine.
const wrong = await ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 12.34 });
console.log('refused:', wrong.error.message, wrong.error.data.errors);
assert.equal(wrong.error.code, -32602);

socket.close(1000);

interface Message {
  readonly id?: number;
  readonly method?: string;
  // biome-ignore lint/suspicious/noExplicitAny: a till that checks answers uses the schemas.
  readonly [key: string]: any;
}

function ask(method: string, params: object = {}): Promise<Message> {
  lastId += 1;
  const answer = Promise.withResolvers<Message>();
  waiting.set(lastId, answer);
  socket.send(JSON.stringify({ jsonrpc: '2.0', id: lastId, method, params }));
  return answer.promise;
}

/** Handles a received message: a notification, a request of the gateway, or an answer to our request. */
function handleMessage(message: Message): void {
  const { id, method, params } = message;
  if (method === 'terminalNotification') {
    console.log(`${params.tid}: ${params.notificationValue}`);
  } else if (method === 'signatureVerificationRequest') {
    // The gateway numbers its requests independently of ours.
    console.log('Does the signature match? Staff: yes');
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { accepted: true } }));
  } else if (id !== undefined) {
    waiting.get(id)?.resolve(message);
    waiting.delete(id);
  } else {
    console.error('Error from the gateway:', message.error);
  }
}
