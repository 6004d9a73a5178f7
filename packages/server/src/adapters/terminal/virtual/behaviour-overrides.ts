// Behaviour of virtual card machines that was set over the admin API while the gateway runs: the pace, how the
// next transaction ends, and a scenario. Nothing of it is stored.

import type { VirtualBehaviour } from '../../../ports/virtual-machines.ts';
import type { MachineBehaviour } from './scenario/scenario.ts';
import type { TidScenario } from './scenario/tid.ts';
import { readTid } from './scenario/tid.ts';
import type { VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';

/** Limit of machines with overrides, as a test site has any number of them; the oldest are removed. */
const MAX_OVERRIDES = 10_000;

/** Overrides by machine, where a machine is `site/tid`. */
export class BehaviourOverrides {
  readonly #defaults: VirtualTimings;
  readonly #overrides = new Map<string, { timings: VirtualTimings; behaviour: VirtualBehaviour }>();

  constructor(defaults: VirtualTimings) {
    this.#defaults = defaults;
  }

  /** Whether every machine behaves as its TID says. */
  get isEmpty(): boolean {
    for (const { behaviour } of this.#overrides.values()) {
      if (Object.keys(behaviour).length > 0) return false;
    }
    return true;
  }

  /** The overrides of a machine; empty if it has none. */
  get(machine: string): VirtualBehaviour {
    return this.#overrides.get(machine)?.behaviour ?? {};
  }

  /** Replaces the overrides of a machine. */
  set(machine: string, behaviour: VirtualBehaviour): void {
    const { pace } = behaviour;
    const timings = pace === undefined ? this.#defaults : timingsOf(pace, {});
    this.#overrides.delete(machine);
    this.#overrides.set(machine, { timings, behaviour });
    const oldest = this.#overrides.keys().next().value;
    if (this.#overrides.size > MAX_OVERRIDES && oldest !== undefined)
      this.#overrides.delete(oldest);
  }

  /** The times of a machine now, in ms. */
  timings(machine: string): VirtualTimings {
    return this.#overrides.get(machine)?.timings ?? this.#defaults;
  }

  /** The behaviour in the next transaction: that of the TID, with the outcome that is set for one transaction. */
  take(machine: string, ofTid: TidScenario): MachineBehaviour {
    const { nextOutcome, ...rest } = this.get(machine);
    const { scenario: special } = rest;
    if (nextOutcome === undefined) return { ...ofTid, special };
    this.set(machine, rest);
    const { gratuityPercent } = ofTid;
    return { ...ofTid, ...readTid(`VCM${nextOutcome}0`), gratuityPercent, special };
  }
}
