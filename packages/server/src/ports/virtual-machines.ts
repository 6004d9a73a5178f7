// The port for changing how a virtual card machine behaves, for people who try things out. A change
// lasts until the gateway stops.

import type { api } from '@tillgate/protocol';
import type { RecordName } from './store.ts';

export interface VirtualBehaviour {
  /** Absent: as all. */
  readonly pace?: 'realistic' | 'instant' | number;
  /** Last letters of a name [C-10.3] for the next transaction alone; absent: as its name says. */
  readonly nextOutcome?: string;
  /** What it does beside the letters of its name [C-10.24]; absent: nothing. */
  readonly scenario?: api.VirtualScenario;
}

export interface VirtualMachines {
  /** Undefined if that is no virtual card machine of the site. */
  behaviour(site: string, tid: string): VirtualBehaviour | undefined;
  /** From its next step on; the whole of it, so that what is absent is as usual again. */
  behave(site: string, tid: string, behaviour: VirtualBehaviour): void;
  /** Whether anything is set that would be lost with this object. */
  readonly holdsState: boolean;
  /** The record of a used machine that nothing declares was removed. */
  forget(record: RecordName): void;
}
