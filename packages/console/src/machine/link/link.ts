// The link of the machine to the gateway: connects, reconnects, runs the orders that come, makes the reports; and
// removes the pairing when the gateway has revoked it.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { computed, signal } from '@preact/signals';
import type { CardMachine, ConnectionState, TerminalLink } from '@tillgate/client';
import { Discontinued, HandshakeRefused, linkTerminal } from '@tillgate/client';
import type { ConnectionStateName } from '@tillgate/protocol';
import { connectionStateName } from '@tillgate/protocol';
import type { Identity, MachineMemory } from '../books/memory.ts';
import type { Reports } from '../paper/reports.ts';
import type { PaymentRunner } from '../payment/payment-runner.ts';
import type { NetworkSwitch } from './network-switch.ts';
import { setPageAddress } from './page-address.ts';

interface LinkDeps {
  readonly memory: MachineMemory;
  readonly reports: Reports;
  readonly payments: PaymentRunner;
  readonly network: NetworkSwitch;
  readonly identity: Signal<Identity | undefined>;
  /** Starts the machine again from what its memory holds. */
  readonly restart: () => void;
}

export class Link {
  /** Whether orders and requests can go to and fro now. */
  readonly isLinked = computed(
    () => this.#state.value.state === 'connected' && !this.network.isOff.value,
  );
  readonly #deps: LinkDeps;
  readonly #state = signal<ConnectionState>({ state: 'closed' });
  #terminal: TerminalLink | undefined;

  constructor(deps: LinkDeps) {
    this.#deps = deps;
  }

  get state(): ReadonlySignal<ConnectionState> {
    return this.#state;
  }

  /** The state by its name in the vocabulary. */
  get shownState(): ConnectionStateName {
    const state = this.#state.value;
    if (this.network.isOff.value) return 'offNetwork';
    if (state.state === 'stopped' && state.cause instanceof HandshakeRefused) return 'refused';
    return connectionStateName(state);
  }

  get network(): NetworkSwitch {
    return this.#deps.network;
  }

  /** The link of the SDK, for requests of the waiter; undefined before the first connection. */
  get terminal(): TerminalLink | undefined {
    return this.#terminal;
  }

  /** Links a paired machine; failed attempts are repeated. */
  async start(machine: Identity): Promise<void> {
    try {
      this.#terminal = await linkTerminal(
        {
          host: machine.host,
          tid: machine.tid,
          token: machine.token,
          retryFirst: true,
          open: this.#deps.network.open,
          onState: (state) => this.#onState(state),
        },
        this.#cardMachine(machine),
      );
      setPageAddress(machine);
    } catch (cause) {
      if (this.#state.value.state !== 'stopped')
        this.#state.value = { state: 'stopped', cause: toError(cause) };
    }
  }

  /** Stores the identity of a machine that was paired just now, with empty books, and links it. */
  pair(machine: Identity): void {
    const { memory, identity } = this.#deps;
    memory.saveIdentity(machine);
    memory.clear();
    identity.value = machine;
    void this.start(machine);
  }

  /** Reconnects now instead of after the pause between two attempts. */
  retryNow(): void {
    this.#terminal?.retryNow();
  }

  /** Removes the key of the machine from this browser; `reason` is shown on the pairing screen. */
  unpair(reason = ''): void {
    this.#terminal?.close();
    this.#deps.memory.removeIdentity(reason);
    this.#deps.restart();
  }

  /** Restarts the machine as after a loss of power and of all memory but its identity. */
  loseMemory(): void {
    this.#deps.memory.clear();
    this.#deps.restart();
  }

  #cardMachine(machine: Identity): CardMachine {
    const { memory, reports, payments } = this.#deps;
    return {
      profile: {
        currency: machine.currency,
        cashback: true,
        transactions: ['SALE', 'REFUND', 'PRE_AUTH', 'COMPLETION', 'ACCOUNT_VERIFICATION'],
        reports: ['X_BALANCE', 'Z_BALANCE', 'BANKING', 'END_OF_DAY'],
      },
      memory: memory.orders(),
      start: (order, screen) => payments.run(order, screen, machine),
      recall: (order) => payments.recall(order, machine),
      report: ({ reportType }) => reports.run(reportType, machine),
    };
  }

  #onState(state: ConnectionState): void {
    this.#state.value = state;
    if (state.state !== 'stopped') return;
    const { cause } = state;
    if (cause instanceof Discontinued && cause.reason === 'tokenRevoked') {
      this.unpair('The key of this machine was revoked.');
    } else if (cause instanceof HandshakeRefused && cause.code === 'unauthorized') {
      this.unpair('The gateway does not know this machine any more.');
    }
  }
}

function toError(cause: unknown): Error {
  return cause instanceof Error ? cause : new Error(String(cause));
}
