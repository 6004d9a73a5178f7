// Payments at the counter of `tillgate trigger`: connects as a till, takes one and shows it.

import { randomUUID } from 'node:crypto';
import type {
  OpenSocket,
  Outcome,
  PacTill,
  Transaction,
  TransactionOptions,
} from '@tillgate/client';
import { openSocket } from '@tillgate/client';
import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { exitCode } from '../exit-code.ts';
import { hint } from '../output.ts';
import { codeOf, takeTransaction } from '../till/run-transaction.ts';
import { withTill } from '../till/till-options.ts';
import type { TransactionTarget } from '../till/transaction-options.ts';
import { transactionTarget } from '../till/transaction-options.ts';
import { transactionOutput } from '../till/transaction-output.ts';
import type { Kind } from './kind.ts';

/** What a kind works with. */
interface Counter {
  readonly till: PacTill;
  readonly basics: TransactionTarget & { readonly amount: number };
  /** Runs one transaction and shows it. */
  readonly run: (start: (options: TransactionOptions) => Transaction) => Promise<Outcome>;
  /** Closes the connection of the till, which then connects again. */
  readonly drop: () => void;
}

export interface CounterKind extends Omit<Kind, 'run'> {
  readonly expected: Outcome['outcome'];
  readonly take: (counter: Counter) => Promise<Outcome>;
  /** How the till answers a signature question. */
  readonly signature?: 'accept-signature' | 'reject-signature';
}

export const sale: CounterKind['take'] = ({ till, basics, run }) =>
  run((options) => till.sale(basics, options));

export function atCounter({ expected, take, signature, ...kind }: CounterKind): Kind {
  return {
    ...kind,
    run: async ({ values, tid, amount }) => {
      const { json = false } = values;
      const signing = signature === undefined ? {} : { [signature]: true };
      // Each run is a till of its own: results of another do not come to it.
      const asTill = { ...values, ...signing, tid, 'epos-id': `trigger-${randomUUID()}` };
      const line = droppableLine();
      const connected = async (till: PacTill): Promise<Outcome> => {
        const target = await transactionTarget(till, asTill);
        if (!json) hint(`Card machine ${tid}`);
        const run: Counter['run'] = async (start) => {
          const screen = transactionOutput(json);
          const outcome = await takeTransaction({ values: asTill, screen }, start);
          screen.outcome(outcome);
          return outcome;
        };
        return take({ till, run, basics: { ...target, amount }, drop: line.drop });
      };
      const outcome = await withTill(asTill, connected, { open: line.open });
      return outcome.outcome === expected ? exitCode.done : codeOf(outcome) || exitCode.notApproved;
    },
  };
}

/** A connection that can be closed below the SDK, as a network does; it is opened again at the SDK's wish. */
function droppableLine(): { readonly open: OpenSocket; readonly drop: () => void } {
  let channel: Channel | undefined;
  return {
    open: async (uri, options) => {
      channel = await openSocket(uri, options);
      return channel;
    },
    drop: () => {
      hint('The till loses its connection.');
      channel?.close(CloseCode.normal, '');
    },
  };
}
