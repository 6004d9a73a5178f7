// What people have told virtual card machines to do while the gateway runs: how fast, and how the next
// transaction ends.

import type { VirtualBehaviour } from '../../../ports/virtual-machines.ts';
import type { TidScenario } from './scenario/tid.ts';
import { readTid } from './scenario/tid.ts';
import type { VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';

/** Machines told at once; a test site has any number of them. */
const MAX_OVERRIDES = 10_000;

export class BehaviourOverrides {
  readonly #defaults: VirtualTimings;
  readonly #overrides = new Map<string, { timings: VirtualTimings; behaviour: VirtualBehaviour }>();

  constructor(usual: VirtualTimings) {
    this.#defaults = usual;
  }

  get(machine: string): VirtualBehaviour {
    return this.#overrides.get(machine)?.behaviour ?? {};
  }

  set(machine: string, behaviour: VirtualBehaviour): void {
    const { pace } = behaviour;
    const timings = pace === undefined ? this.#defaults : timingsOf(pace, {});
    this.#overrides.delete(machine);
    this.#overrides.set(machine, { timings, behaviour });
    const oldest = this.#overrides.keys().next().value;
    if (this.#overrides.size > MAX_OVERRIDES && oldest !== undefined)
      this.#overrides.delete(oldest);
  }

  timings(machine: string): VirtualTimings {
    return this.#overrides.get(machine)?.timings ?? this.#defaults;
  }

  /** Undefined: as the name tells. Told once: the transaction after it is as usual. */
  takeNextOutcome(machine: string): TidScenario | undefined {
    const { nextOutcome, ...rest } = this.get(machine);
    if (nextOutcome === undefined) return undefined;
    this.set(machine, rest);
    return readTid(`VCM${nextOutcome}0`);
  }
}
