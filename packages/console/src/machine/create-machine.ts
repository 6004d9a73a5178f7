// One card machine: creates its parts and connects them. The views get the parts that they show, so that a page can
// hold several machines and a test can create its own.

import type { Signal } from '@preact/signals';
import { effect, signal, untracked } from '@preact/signals';
import type { Identity } from './books/memory.ts';
import { MachineMemory } from './books/memory.ts';
import { Link } from './link/link.ts';
import { createNetworkSwitch } from './link/network-switch.ts';
import type { PageAddress } from './link/page-address.ts';
import type { FindTestSite } from './link/pairing.tsx';
import { Printer } from './paper/printer.ts';
import { Reports } from './paper/reports.ts';
import { PaymentRunner } from './payment/payment-runner.ts';
import type { Simulation } from './payment/simulation.ts';
import { createSimulation } from './payment/simulation.ts';
import { WaiterController } from './waiter/waiter-controller.ts';

export interface Machine {
  /** Undefined until the machine is paired. */
  readonly identity: Signal<Identity | undefined>;
  /** Why the machine was unpaired, for the pairing screen; empty if that need not be said. */
  readonly unpairedReason: string;
  readonly findTestSite: FindTestSite;
  /** The sentence on the idle screen. */
  readonly remark: Signal<string>;
  readonly memory: MachineMemory;
  readonly printer: Printer;
  readonly reports: Reports;
  readonly simulation: Simulation;
  readonly payments: PaymentRunner;
  readonly link: Link;
  readonly waiter: WaiterController;
}

export interface MachineOptions {
  /** Which machine it is; without site and TID the one that this browser used last. */
  readonly address: Pick<PageAddress, 'site' | 'tid'>;
  readonly storage: Storage;
  readonly findTestSite: FindTestSite;
  /** Called after the machine was unpaired or lost its memory. */
  readonly restart: () => void;
}

export function createMachine(options: MachineOptions): Machine {
  const { address, storage, findTestSite, restart } = options;
  const memory = new MachineMemory(storage, address);
  const identity = signal(memory.loadIdentity());
  const unpairedReason = memory.takeRemovalReason();
  const remark = signal('');
  const printer = new Printer();
  const reports = new Reports({ memory, printer });
  const simulation = createSimulation(memory, printer);
  const { settings } = simulation;
  const payments = new PaymentRunner({ memory, printer, settings, remark });
  const network = createNetworkSwitch();
  const link = new Link({ memory, reports, payments, network, identity, restart });
  const waiter = new WaiterController({ link, printer, remark });
  effect(() => {
    if (payments.flow.value) untracked(() => waiter.dispatch({ kind: 'interrupted' }));
  });
  // What was said before the link was lost or came back is over.
  link.isLinked.subscribe(() => {
    remark.value = '';
  });
  return {
    identity,
    unpairedReason,
    findTestSite,
    remark,
    memory,
    printer,
    reports,
    simulation,
    payments,
    link,
    waiter,
  };
}
