// The same without the SDK: nothing but a WebSocket and JSON, as a till in any language would do it.
// Run `npm start` in one shell, and in another: npx node examples/pac/plain-websocket.ts

import assert from 'node:assert/strict';
import { WebSocket } from 'ws';
import { address } from '../address.ts';
import { paper } from '../paper.ts';

const socket = new WebSocket(address); // Answers the gateway's pings by itself.
let lastId = 0;
const waiting = new Map<number, PromiseWithResolvers<Message>>();

// An open connection is not a delivered answer: whoever still waits when it closes must be told.
socket.on('close', () => {
  for (const { reject } of waiting.values()) reject(new Error('The connection closed.'));
});
socket.on('message', (data) => take(JSON.parse(String(data))));
await new Promise((resolve, reject) => {
  socket.once('open', resolve);
  socket.once('error', reject);
});

const list = await ask('connectedTerminals');
console.log('card machines:', list.result.map(({ tid }: { tid: string }) => tid).join(', '));

const sale = await ask('sale', { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1234 });
assert.equal(sale.result.transactionResult, 'SUCCESSFUL');
console.log(paper(sale.result.receiptLines.CUSTOMER));

const signed = await ask('sale', { tid: 'VCMINVLSIS0', currency: 'GBP', amount: 5000 });
assert.equal(signed.result.cardholderVerificationMethod, 'SIGNATURE');

// A wrong request is answered with each fault, by path. Nothing was handed to a card machine.
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

/** What comes is a notification, a question of the gateway, or the answer to a question of ours. */
function take(message: Message): void {
  const { id, method, params } = message;
  if (method === 'terminalNotification') {
    console.log(`${params.tid}: ${params.notificationValue}`);
  } else if (method === 'signatureVerificationRequest') {
    // The gateway's ids are its own; they may be the same as ours and mean nothing to us.
    console.log('Does the signature match? Staff: yes');
    socket.send(JSON.stringify({ jsonrpc: '2.0', id, result: { accepted: true } }));
  } else if (id !== undefined) {
    waiting.get(id)?.resolve(message);
    waiting.delete(id);
  } else {
    console.error('The gateway objects:', message.error);
  }
}
