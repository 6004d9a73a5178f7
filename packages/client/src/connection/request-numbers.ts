// The numbers of requests: upward over reconnects, and over restarts if `storage` keeps them [C-4.41].

import type { NumberStorage } from './storage.ts';
import type { Warn } from './warning.ts';

/** Requests run from 1 to here, then from 1 again [C-3.9]. */
const LAST_NUMBER = 999_999;

export interface RequestNumbersDeps {
  readonly storage?: NumberStorage | undefined;
  /** The till's own name was given, so results of an earlier run may still come [C-4.40]. */
  readonly named: boolean;
  readonly now: () => number;
  readonly warn: Warn;
}

export class RequestNumbers {
  readonly #storage: NumberStorage | undefined;
  readonly #warn: Warn;
  #last: number;

  constructor(rules: RequestNumbersDeps) {
    this.#storage = rules.storage;
    this.#warn = rules.warn;
    this.#last = this.#load() ?? firstNumber(rules);
  }

  get last(): number {
    return this.#last;
  }

  /** Keeps the coming number before it is used: a crash in between only leaves a gap. */
  reserve(): void {
    const next = this.#last >= LAST_NUMBER ? 1 : this.#last + 1;
    try {
      this.#storage?.save(next);
    } catch (cause) {
      this.#failed(cause);
    }
  }

  used(number: number): void {
    this.#last = number;
  }

  #load(): number | undefined {
    try {
      const last = this.#storage?.load();
      if (last === undefined) return undefined;
      if (Number.isInteger(last) && last >= 0 && last <= LAST_NUMBER) return last;
      this.#failed(new RangeError('storage.load: expected integer 0..999999.'));
    } catch (cause) {
      this.#failed(cause);
    }
    return undefined;
  }

  #failed(cause: unknown): void {
    const message = 'storage does not keep the number of the last request.';
    this.#warn({ warning: 'storageFailed', message, cause });
  }
}

/** Without storage a named till starts at the time in seconds: not where it was within the day. */
function firstNumber(rules: RequestNumbersDeps): number {
  return rules.named && !rules.storage ? Math.floor(rules.now() / 1000) % LAST_NUMBER : 0;
}
