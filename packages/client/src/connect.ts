// Connects a till at the counter: puts its parts together and waits for the first connection.

import { addressUri, eposIdOf } from './connection/address.ts';
import { settleFirst } from './connection/connection.ts';
import { openSocket } from './connection/open-socket.ts';
import { RequestNumbers } from './connection/request-numbers.ts';
import { RpcClient } from './connection/rpc-client.ts';
import { systemTiming } from './connection/timing.ts';
import { guard, warnSafely } from './connection/warning.ts';
import { withResolvers } from './connection/with-resolvers.ts';
import type { ConnectOptions } from './pac/options.ts';
import { PacTill } from './pac/pac.ts';
import { PaymentMemory } from './pac/payment-memory.ts';
import { TransactionRegistry } from './pac/transaction-registry.ts';

/**
 * Connects a till at the counter and keeps it connected, until `close()` or until the gateway
 * refuses it for good. Rejects with `TypeError` (wrong options), `HandshakeRefused` or
 * `CouldNotConnect` if the first try fails.
 *
 * @example
 * const till = await connect({ uri: 'ws://localhost:8080/pac?token=…' });
 * const outcome = await till.sale({ tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 });
 * if (outcome.outcome === 'approved') bookPayment(outcome.payment);
 * if (outcome.outcome === 'unknown') tellStaff(outcome.advice, await outcome.resolve());
 */
export async function connect(options: ConnectOptions): Promise<PacTill> {
  const { eposId, named } = nameOf(options);
  const uri = addressUri(options, eposId);
  const timing = options.timing ?? systemTiming;
  const warn = warnSafely(options.onWarning);
  const { onSignature, onUnclaimed, storage } = options;
  const registry = new TransactionRegistry({ onSignature, onUnclaimed, warn });
  const first = withResolvers<void>();
  const rpc: RpcClient = new RpcClient({
    uri,
    tls: options.tls,
    open: options.open ?? openSocket,
    timing,
    warn,
    numbers: new RequestNumbers({ storage, named, now: timing.now, warn }),
    onRequest: (call) => registry.handleRequest(call, rpc.connectionCount),
    onNotification: (message) => registry.handleNotification(message),
    onUnclaimed: (answer) => registry.handleUnclaimed(answer),
    onState: (state) => {
      guard(warn, 'onState', () => options.onState?.(state));
      settleFirst(state, first, options.retryFirst ?? false);
    },
  });
  rpc.start();
  await first.promise.catch((cause: unknown) => {
    rpc.close();
    throw cause;
  });
  return new PacTill({ rpc, registry, memory: new PaymentMemory(), onSignature, timing, warn });
}

function nameOf(options: ConnectOptions): { eposId: string | false; named: boolean } {
  if (options.eposId === false) return { eposId: false, named: false };
  const given = options.eposId ?? eposIdOf(options);
  return given === undefined ? { eposId: madeUp(), named: false } : { eposId: given, named: true };
}

/** Unlike any other till's; it is no secret, and React Native has no `crypto`. */
function madeUp(): string {
  const digits = Array.from({ length: 24 }, () => Math.floor(Math.random() * 16).toString(16));
  return `till-${digits.join('')}`;
}
