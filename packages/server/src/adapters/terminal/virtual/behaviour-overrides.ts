// What people have told virtual card machines to do while the gateway runs: how fast, and how the next
// transaction ends.

import type { VirtualBehaviour } from '../../../ports/virtual-machines.ts';
import type { Letters } from './scenario/tid.ts';
import { readTid } from './scenario/tid.ts';
import type { VirtualTimings } from './scenario/timings.ts';
import { timingsOf } from './scenario/timings.ts';

/** Machines told at once; a test site has any number of them. */
const MOST_TOLD = 10_000;

export class Behaviours {
  readonly #usual: VirtualTimings;
  readonly #told = new Map<string, { timings: VirtualTimings; behaviour: VirtualBehaviour }>();

  constructor(usual: VirtualTimings) {
    this.#usual = usual;
  }

  of(machine: string): VirtualBehaviour {
    return this.#told.get(machine)?.behaviour ?? {};
  }

  tell(machine: string, behaviour: VirtualBehaviour): void {
    const { pace } = behaviour;
    const timings = pace === undefined ? this.#usual : timingsOf(pace, {});
    this.#told.delete(machine);
    this.#told.set(machine, { timings, behaviour });
    const oldest = this.#told.keys().next().value;
    if (this.#told.size > MOST_TOLD && oldest !== undefined) this.#told.delete(oldest);
  }

  timings(machine: string): VirtualTimings {
    return this.#told.get(machine)?.timings ?? this.#usual;
  }

  /** Undefined: as the name tells. Told once: the transaction after it is as usual. */
  takeOutcome(machine: string): Letters | undefined {
    const { nextOutcome, ...rest } = this.of(machine);
    if (nextOutcome === undefined) return undefined;
    this.tell(machine, rest);
    return readTid(`VCM${nextOutcome}0`);
  }
}
