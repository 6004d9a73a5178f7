// Starts transactions: checks the parameters, sends the request, and returns the promise of the outcome with
// its `progress` and `cancel`.

import type { Payment, Terminal, TransactionRequest } from '@tillgate/protocol';
import type { ConnectionState } from '../connection/connection.ts';
import { checkedParams, rowOf } from '../connection/read.ts';
import type { RpcClient } from '../connection/rpc-client.ts';
import type { Timing } from '../connection/timing.ts';
import type { Warn } from '../connection/warning.ts';
import { guard } from '../connection/warning.ts';
import { OpenTransaction } from './open-transaction.ts';
import type { Outcome, ResolveOptions } from './outcome.ts';
import type { PaymentMemory } from './payment-memory.ts';
import { resolveUnknown } from './resolve.ts';
import type { OnSignature } from './signature.ts';
import type { Transaction, TransactionOptions } from './transaction.ts';
import { refusedTransaction } from './transaction.ts';
import type { TransactionRegistry } from './transaction-registry.ts';

/** How long to wait for an outcome, in ms [C-11.19]. */
const TRANSACTION_LIMIT_MS = 290_000;
const NOT_PRESENT_LIMIT_MS = 490_000;
/** How long to wait for an answer that needs no card machine [C-11.20]. */
export const CALL_LIMIT_MS = 30_000;

export interface TransactionDeps {
  readonly rpc: RpcClient;
  readonly registry: TransactionRegistry;
  readonly memory: PaymentMemory;
  readonly onSignature: OnSignature | undefined;
  readonly timing: Timing;
  readonly warn: Warn;
}

export class TransactionStarter {
  readonly #deps: TransactionDeps;

  constructor(deps: TransactionDeps) {
    this.#deps = deps;
  }

  start(method: string, params: object, options: TransactionOptions = {}): Transaction {
    const row = rowOf(method);
    try {
      const checked = checkedParams(row, params);
      options.signal?.throwIfAborted();
      const read = row.decode(checked as never);
      if (read.kind !== 'transaction') throw new Error(`${method} starts no transaction.`);
      const open = this.#create(method, read.transaction, options);
      return this.#send(open, checked, options);
    } catch (cause) {
      return refusedTransaction(cause);
    }
  }

  #create(
    method: string,
    request: TransactionRequest,
    options: TransactionOptions,
  ): OpenTransaction {
    const { timing, memory, warn, registry } = this.#deps;
    const limitMs = request.cardholderNotPresent ? NOT_PRESENT_LIMIT_MS : TRANSACTION_LIMIT_MS;
    return new OpenTransaction({
      method,
      request,
      limitMs,
      onProgress: options.onProgress,
      onSignature: options.onSignature ?? this.#deps.onSignature,
      timing,
      memory,
      warn,
      resolve: (open, how) => this.#resolve(open, how),
      onFinished: (open) => registry.remove(open),
    });
  }

  #send(open: OpenTransaction, params: object, options: TransactionOptions): Transaction {
    const { rpc, registry, warn } = this.#deps;
    const requestId = rpc.request(open.deps.method, params, open);
    registry.add(open);
    open.sent(requestId);
    const cancel = this.#canceller(open);
    cancelOnAbort(open, cancel, options.signal);
    guard(warn, 'onSent', () => options.onSent?.(requestId));
    return Object.assign(open.outcome, { progress: open.progress, cancel });
  }

  #canceller(open: OpenTransaction): () => void {
    const { rpc, warn } = this.#deps;
    let asked = false;
    return () => {
      // Later, the machine may be busy with another transaction [C-4.25].
      if (asked || open.isSettled) return;
      asked = true;
      rpc.call('cancelTransaction', { tid: open.tid }, CALL_LIMIT_MS).catch((cause: unknown) => {
        const message = 'The request to cancel was not accepted.';
        warn({ warning: 'notCancelled', message, tid: open.tid, cause });
      });
    };
  }

  #resolve(open: OpenTransaction, options: ResolveOptions = {}): Promise<Outcome> {
    const { rpc, timing } = this.#deps;
    const ask = {
      terminal: async (tid: string) =>
        (await rpc.call('terminalDetails', { tid }, CALL_LIMIT_MS)) as Terminal,
      duplicate: async (tid: string) =>
        (await rpc.call('duplicate', { tid }, CALL_LIMIT_MS)) as Payment,
      reachability: () => reachability(rpc.state),
      timing,
    };
    return resolveUnknown(open, ask, options.limitMs ?? open.deps.limitMs);
  }
}

function cancelOnAbort(open: OpenTransaction, cancel: () => void, signal?: AbortSignal): void {
  if (!signal) return;
  signal.addEventListener('abort', cancel, { once: true });
  const removeListener = () => signal.removeEventListener('abort', cancel);
  open.outcome.then(removeListener, removeListener);
}

function reachability(state: ConnectionState): 'now' | 'later' | 'never' {
  switch (state.state) {
    case 'connected':
      return 'now';
    case 'connecting':
    case 'waiting':
      return 'later';
    case 'stopped':
    case 'closed':
      return 'never';
  }
}
