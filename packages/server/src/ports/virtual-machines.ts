// How virtual card machines behave while the gateway runs, as a seam: people who try things out may bend
// one. Nothing of it outlives the gateway.

export interface VirtualBehaviour {
  /** Absent: as all. */
  readonly pace?: 'realistic' | 'instant' | number;
  /** Last letters of a name [C-10.3] for the next transaction alone; absent: as its name tells. */
  readonly nextOutcome?: string;
}

export interface VirtualMachines {
  /** Undefined if that is no virtual card machine of the site. */
  behaviour(site: string, tid: string): VirtualBehaviour | undefined;
  /** From its next step on; the whole of it, so that what is absent is as usual again. */
  behave(site: string, tid: string, behaviour: VirtualBehaviour): void;
}
