// What a waiter's service needs of the card machine it is at, and of the house around it.

import type { StartEvent } from '../../domain/activity.ts';
import type { TableRules } from '../../domain/table.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Observer } from '../../ports/observer.ts';
import type { TableAnswer, TerminalProfile } from '../../ports/terminal-driver.ts';
import type { PersistentStateMachine } from '../journal/persistent-state-machine.ts';
import type { PatOutbox } from './pat-outbox.ts';

export interface TableDeps {
  readonly clock: Clock;
  readonly observer: Observer;
  readonly outbox: PatOutbox;
  readonly tableRules: () => TableRules;
  /** Whether no table may be begun because the gateway is going down [C-3.46]. */
  readonly isDraining: () => boolean;
}

/** The machine at which the waiter stands. */
export interface TableTerminal {
  readonly tid: string;
  readonly stateMachine: PersistentStateMachine;
  readonly profile: TerminalProfile | undefined;
  /** Whether neither a job nor a table is in hand. */
  readonly isIdle: boolean;
  /** Begins a table; throws a `Refusal` if the machine is not idle. */
  begin(make: (id: string, at: number) => StartEvent): { readonly durable: Promise<void> };
  answer(number: number, answer: TableAnswer): void;
}
