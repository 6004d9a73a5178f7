// The port for the ownership of sites: which node (one process of the gateway) runs a site. The contract suite in
// testing/ checks every adapter against what is written here.

/** A node, and where other nodes reach it. */
export interface NodeAddress {
  /** New for each start of a node. */
  readonly id: string;
  readonly host: string;
  readonly port: number;
}

/**
 * Why a lease is over: it was given back, another node has the site or may have it, or its node could not renew it in
 * time.
 */
export type LeaseEnd = 'released' | 'taken' | 'lapsed';

export interface Leased {
  /**
   * Calls `then` once, in a turn of its own: when the lease is over, or soon if it is already. Returns a function that
   * unsubscribes.
   */
  onOver(then: (why: LeaseEnd) => void): () => void;
}

/** The right to run a site. A lease that is over stays so; the site may be claimed again. */
export interface Lease extends Leased {
  readonly site: string;
  /** Goes with every write; never given twice. */
  readonly number: string;
  /** Asked immediately before each effect, with no `await` in between: one comparison. */
  holds(): boolean;
  /**
   * Gives the site back, where nothing is in progress. Never rejects: a store that cannot be reached hears of it later, and until then the site is
   * only free for this node.
   */
  release(): Promise<void>;
}

/**
 * Who runs a site. `onOver` of a site elsewhere is for the node that passes on its bytes: it is called when the lease of
 * the other node has ended, or when this node could not find out in time.
 */
export type Claim =
  | { readonly kind: 'here'; readonly lease: Lease }
  | ({ readonly kind: 'elsewhere'; readonly node: NodeAddress } & Leased);

export interface Ownership {
  /**
   * Takes a site for this node, unless a living node has it. Claims of one site at a time share one result; a site
   * that is here already gives the same lease. Rejects with `StoreFault` if it cannot be known who has the site, or this
   * node may not take it.
   */
  claim(site: string): Promise<Claim>;

  /**
   * Sites with incomplete activities that no living node has, but for those that were given back by `release`; at most
   * `limit`, 1 or more.
   */
  orphans(limit: number): Promise<readonly string[]>;

  /**
   * Calls `then` each time this node has found out that sites have become free since their node did not renew its lease:
   * there may be orphans. Returns a function that unsubscribes.
   */
  onFreed(then: () => void): () => void;

  /** Whether this node can take and keep sites; the reason if not. */
  health(): { readonly ok: boolean; readonly reason?: string };

  /** Gives every site back; later claims are rejected. */
  close(): Promise<void>;
}
