// A gateway of another make, which says all that JSON-RPC allows and ours never does: null for what is absent, an id that
// the till has in use, and one that no double holds.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { WebSocketServer } from 'ws';

/** 2^53 + 1, as text: it is no number of JavaScript. */
const WIDE_ID = '9007199254740993';

interface OtherGateway {
  readonly uri: string;
  /** What the till has sent, in order. */
  readonly received: readonly string[];
}

/** Asks for a signature twice, and ends the sale as successful once both questions are answered. */
export async function startOtherGateway(t: TestContext): Promise<OtherGateway> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  await once(server, 'listening');
  t.after(() => server.close());
  const received: string[] = [];
  server.on('connection', (socket) => {
    let saleId = '';
    socket.on('message', (data) => {
      const text = String(data);
      received.push(text);
      const message = JSON.parse(text) as { readonly id: number; readonly method?: string };
      if (message.method === 'sale') {
        saleId = String(message.id);
        socket.send(notification);
        socket.send(question(saleId));
      } else if (message.method) {
        socket.send(answer(String(message.id), []));
      } else {
        socket.send(String(message.id) === saleId ? question(WIDE_ID) : answer(saleId, paid));
      }
    });
  });
  const { port } = server.address() as AddressInfo;
  return { uri: `ws://127.0.0.1:${port}/pac?token=any&api-version=v1`, received };
}

const tid = 'VCMINVLSIS0';
const params = { tid, notificationValue: 'SIGNATURE_VERIFICATION' };
const notification = JSON.stringify({
  ...{ jsonrpc: '2.0', id: null, method: 'terminalNotification', params },
  ...{ result: null, error: null },
});
const paid = {
  ...{ tid, transactionResult: 'SUCCESSFUL', transactionTime: '2026-03-14T12:31:07' },
  ...{ amountTotal: 5000, receiptLines: { CUSTOMER: [{ value: 'TOTAL' }] } },
};

function question(id: string): string {
  const asked = JSON.stringify({
    tid,
    timeout: 80,
    receiptLines: { MERCHANT: [{ value: 'SIGN' }] },
  });
  const method = '"method":"signatureVerificationRequest"';
  return `{"jsonrpc":"2.0","id":${id},${method},"params":${asked},"result":null,"error":null}`;
}

function answer(id: string, result: unknown): string {
  const text = JSON.stringify(result);
  return `{"jsonrpc":"2.0","id":${id},"method":null,"params":null,"result":${text},"error":null}`;
}
