// The driver of the linked card machines [C-13.1], and the registry to which their WebSocket connections are
// attached. It has one LinkedTerminal for each machine that has a connection or an open handle.

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
  /** Whether a machine is, or ever was, enrolled: unfinished orders of revoked machines are resumed too. */
  readonly isKnown: (site: string, tid: string) => boolean;
  /** The local time at the site, YYYY-MM-DDThh:mm:ss. */
  readonly localTime: (site: string) => string;
}

export class LinkDriver implements TerminalDriver, LinkRegistry {
  readonly #deps: LinkDriverDeps;
  /** Terminals with a connection or an open handle, by `site/tid`. */
  readonly #terminals = new Map<string, LinkedTerminal>();

  constructor(deps: LinkDriverDeps) {
    this.#deps = deps;
  }

  /** The number of terminals that have a connection or an open handle. */
  get activeTerminals(): number {
    return this.#terminals.size;
  }

  known(site: string): readonly string[] {
    return this.#deps.enrolled(site);
  }

  serves(site: string, tid: string): boolean {
    return this.#deps.isKnown(site, tid);
  }

  /** Throws if the machine was never enrolled, or has an open handle. */
  open(site: string, tid: string, onReport: (report: TerminalReport) => void): TerminalHandle {
    if (!this.serves(site, tid)) throw new Error(`No card machine ${tid} is enrolled at ${site}.`);
    return this.#terminal(site, tid).open(onReport);
  }

  /** Attaches a new connection of a machine; it becomes active with its first `connected` report. */
  link(site: string, tid: string, machine: LinkedMachine): LinkListener {
    return this.#terminal(site, tid).link(machine);
  }

  #terminal(site: string, tid: string): LinkedTerminal {
    const key = `${site}/${tid}`;
    const known = this.#terminals.get(key);
    if (known) return known;
    const terminal: LinkedTerminal = new LinkedTerminal({
      localTime: () => this.#deps.localTime(site),
      onUnused: () => {
        if (this.#terminals.get(key) === terminal) this.#terminals.delete(key);
      },
    });
    this.#terminals.set(key, terminal);
    return terminal;
  }
}
