// The door of the linked card machines: which there are, where their connections come in, and opening a
// line to one [C-13.1]. Knows neither how they are enrolled nor what goes over the wire.

import type { LinkedMachine, LinkListener, LinkRegistry } from '../../../ports/link.ts';
import type {
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../../../ports/terminal-driver.ts';
import { LinkSeat } from './linked-terminal.ts';

export interface LinkOptions {
  /** The tids that are enrolled at a site. */
  readonly enrolled: (site: string) => readonly string[];
  /** Whether a machine is, or ever was, enrolled: what it left open is taken up all the same. */
  readonly isKnown: (site: string, tid: string) => boolean;
  /** YYYY-MM-DDThh:mm:ss at the site, now. */
  readonly localTime: (site: string) => string;
}

export interface LinkTerminals extends TerminalDriver, LinkRegistry {
  /** Machines that have a connection or a line, over all sites. */
  readonly seats: number;
}

export function linkTerminals(options: LinkOptions): LinkTerminals {
  return new LinkDriver(options);
}

class LinkDriver implements LinkTerminals {
  readonly #options: LinkOptions;
  /** By site and tid; only those in use. */
  readonly #seats = new Map<string, LinkSeat>();

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  get seats(): number {
    return this.#seats.size;
  }

  known(site: string): readonly string[] {
    return this.#options.enrolled(site);
  }

  serves(site: string, tid: string): boolean {
    return this.#options.isKnown(site, tid);
  }

  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalHandle {
    if (!this.serves(site, tid)) throw new Error(`No card machine ${tid} is enrolled at ${site}.`);
    return this.#seat(site, tid).open(take);
  }

  link(site: string, tid: string, machine: LinkedMachine): LinkListener {
    return this.#seat(site, tid).link(machine);
  }

  #seat(site: string, tid: string): LinkSeat {
    const key = `${site}/${tid}`;
    const known = this.#seats.get(key);
    if (known) return known;
    const seat: LinkSeat = new LinkSeat({
      localTime: () => this.#options.localTime(site),
      deserted: () => {
        if (this.#seats.get(key) === seat) this.#seats.delete(key);
      },
    });
    this.#seats.set(key, seat);
    return seat;
  }
}
