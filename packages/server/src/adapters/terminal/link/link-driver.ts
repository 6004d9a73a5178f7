// The door of the linked card machines: which there are, where their connections come in, and opening a
// line to one [C-13.1]. Knows neither how they are enrolled nor what goes over the wire.

import type { LinkedMachine, LinkListener, LinkRegistry } from '../../../ports/link.ts';
import type {
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
} from '../../../ports/terminal-driver.ts';
import { LinkedTerminal } from './linked-terminal.ts';

export interface LinkDriverDeps {
  /** The tids that are enrolled at a site. */
  readonly enrolled: (site: string) => readonly string[];
  /** Whether a machine is, or ever was, enrolled: what it left open is taken up all the same. */
  readonly isKnown: (site: string, tid: string) => boolean;
  /** YYYY-MM-DDThh:mm:ss at the site, now. */
  readonly localTime: (site: string) => string;
}

export class LinkDriver implements TerminalDriver, LinkRegistry {
  readonly #deps: LinkDriverDeps;
  /** By site and tid; only those in use. */
  readonly #terminals = new Map<string, LinkedTerminal>();

  constructor(options: LinkDriverDeps) {
    this.#deps = options;
  }

  get activeTerminals(): number {
    return this.#terminals.size;
  }

  known(site: string): readonly string[] {
    return this.#deps.enrolled(site);
  }

  serves(site: string, tid: string): boolean {
    return this.#deps.isKnown(site, tid);
  }

  open(site: string, tid: string, take: (report: TerminalReport) => void): TerminalHandle {
    if (!this.serves(site, tid)) throw new Error(`No card machine ${tid} is enrolled at ${site}.`);
    return this.#terminal(site, tid).open(take);
  }

  link(site: string, tid: string, machine: LinkedMachine): LinkListener {
    return this.#terminal(site, tid).link(machine);
  }

  #terminal(site: string, tid: string): LinkedTerminal {
    const key = `${site}/${tid}`;
    const known = this.#terminals.get(key);
    if (known) return known;
    const seat: LinkedTerminal = new LinkedTerminal({
      localTime: () => this.#deps.localTime(site),
      onUnused: () => {
        if (this.#terminals.get(key) === seat) this.#terminals.delete(key);
      },
    });
    this.#terminals.set(key, seat);
    return seat;
  }
}
