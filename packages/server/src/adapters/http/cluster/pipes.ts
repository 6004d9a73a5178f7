// The sockets and requests that this node passes on, by site: so that those of a site can be cut when its owner
// has lost it.

/** A socket or request that is passed on to another node. */
export interface Pipe {
  /** Bytes that have come from one end and are not yet handed to the other. */
  readonly bufferedBytes: number;
  /** Ends both ends at once; a client that waits for the owner's answer still gets a refusal. */
  close(): void;
}

export class Pipes {
  readonly #bySite = new Map<string, Set<Pipe>>();

  /** The returned function is to be called when the pipe has ended. */
  add(site: string, pipe: Pipe): () => void {
    const ofSite = this.#bySite.get(site) ?? new Set<Pipe>();
    this.#bySite.set(site, ofSite.add(pipe));
    return () => {
      if (ofSite.delete(pipe) && ofSite.size === 0) this.#bySite.delete(site);
    };
  }

  get size(): number {
    return this.#all().length;
  }

  get bufferedBytes(): number {
    return this.#all().reduce((sum, pipe) => sum + pipe.bufferedBytes, 0);
  }

  /** The sites of which something is passed on. */
  get sites(): readonly string[] {
    return [...this.#bySite.keys()];
  }

  closeSite(site: string): void {
    for (const pipe of [...(this.#bySite.get(site) ?? [])]) pipe.close();
  }

  closeAll(): void {
    for (const pipe of this.#all()) pipe.close();
  }

  #all(): readonly Pipe[] {
    return [...this.#bySite.values()].flatMap((ofSite) => [...ofSite]);
  }
}
