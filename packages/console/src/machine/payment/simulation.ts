// What the person at the page sets: the test card, how the bank responds, what fails, and what the machine asks
// customers for.

import type { ReadonlySignal, Signal } from '@preact/signals';
import { computed, signal } from '@preact/signals';
import type { MachineMemory, MachineSettings } from '../books/memory.ts';
import type { TestCardName } from '../books/test-cards.ts';
import type { Printer } from '../paper/printer.ts';
import type { SimulationSettings } from './card-flow.ts';

export interface Simulation {
  readonly bank: Signal<SimulationSettings['bank']>;
  /** A slow connection to the bank. */
  readonly slow: Signal<boolean>;
  /** The card that the customer presents. */
  readonly card: Signal<TestCardName>;
  /** Stored in the browser when they change. */
  readonly machineSettings: Signal<MachineSettings>;
  /** All of them together, as the flow of a payment reads them. */
  readonly settings: ReadonlySignal<SimulationSettings>;
}

export function createSimulation(memory: MachineMemory, { hasPaper }: Printer): Simulation {
  const bank = signal<SimulationSettings['bank']>('approves');
  const slow = signal(false);
  const card = signal<TestCardName>('debit');
  const machineSettings = signal(memory.loadSettings());
  const settings = computed(() => ({
    bank: bank.value,
    slow: slow.value,
    card: card.value,
    paper: hasPaper.value,
    ...machineSettings.value,
  }));
  return { bank, slow, card, machineSettings, settings };
}
