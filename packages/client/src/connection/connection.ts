// Keeps one connection to the gateway: connects with a limit, reconnects with growing pauses, and stops for
// good when trying again cannot help. Used for tills at the counter and at the table and for card machines.

import type { Channel } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import { CouldNotConnect, Discontinued, HandshakeRefused } from './errors.ts';
import type { Timing } from './timing.ts';
import { pauseAfterMs } from './timing.ts';
import { onWake } from './wake.ts';

/** Longest wait for one opening [C-11.20]. */
const CONNECT_LIMIT_MS = 15_000;
/** After a connection that lasted this long the pauses start from the first again. */
const STABLE_AFTER_MS = 10_000;
/** Tills sent away together should not come back together. */
const SPREAD_MS = 1_000;
/** The longest Retry-After that is obeyed; a gateway asks for 60 s at most [C-2.20]. */
const LONGEST_RETRY_AFTER_MS = 60_000;
/** The refusals of a gateway that another try does not change, with their statuses [C-2.9]. */
const PERMANENT_REFUSALS: Readonly<Record<string, number>> = {
  bad_handshake: 400,
  bad_host: 400,
  foreign_origin: 403,
  missing_parameter: 422,
  not_found: 404,
  repeated_parameter: 400,
  unauthorized: 401,
  unknown_api_version: 400,
  upgrade_required: 426,
  v0_closed: 403,
  v1_closed: 403,
};
/** Close codes after which a till must not come back by itself [C-3.44, C-3.45]. */
const DISCONTINUED_REASONS: Readonly<Record<number, Discontinued['reason']>> = {
  [CloseCode.superseded]: 'takenOver',
  [CloseCode.tokenRevoked]: 'tokenRevoked',
};

/** How it stands with the connection to the gateway; `state` says which of five states it is. */
export type ConnectionState =
  | {
      /** The connection is being opened. */
      readonly state: 'connecting';
      /** Counts from 1 since the last connection that lasted. */
      readonly attempt: number;
    }
  | {
      /** The connection is open. */
      readonly state: 'connected';
    }
  | {
      /** The connection dropped or could not be opened, and is tried again. */
      readonly state: 'waiting';
      /** The number of the next try, from 1 since the last connection that lasted. */
      readonly attempt: number;
      /** Milliseconds until the next try. */
      readonly retryInMs: number;
      /** Why the connection ended or was not opened. */
      readonly cause: Error;
    }
  | {
      /** There is no further try: a person has to change something. */
      readonly state: 'stopped';
      /** What has to be changed. */
      readonly cause: Error;
    }
  | {
      /** `close()` was called. */
      readonly state: 'closed';
    };

export interface ConnectionDeps {
  readonly open: (signal: AbortSignal) => Promise<Channel>;
  readonly timing: Timing;
  /** Called with each channel that opens; whoever listens to it reports its end by `channelClosed`. */
  readonly onConnected: (channel: Channel) => void;
  readonly onState: (state: ConnectionState) => void;
}

export class Connection {
  readonly #deps: ConnectionDeps;
  #state: ConnectionState = { state: 'connecting', attempt: 1 };
  #failures = 0;
  #openedAt = 0;
  #channel: Channel | undefined;
  /** Cancels the pause or the opening that is under way. */
  #cancel: () => void = () => undefined;
  #stopWaking: (() => void) | undefined;

  constructor(deps: ConnectionDeps) {
    this.#deps = deps;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  start(): void {
    this.#stopWaking ??= onWake(() => this.#handleWake());
    this.#change({ state: 'connecting', attempt: this.#failures + 1 });
    const controller = new AbortController();
    const tooLate = new CouldNotConnect(`no answer within ${CONNECT_LIMIT_MS / 1000} s.`);
    let settled = false;
    const settle = (then: () => void) => {
      if (settled) return;
      settled = true;
      cancelLimit();
      then();
    };
    const cancelLimit = this.#deps.timing.after(CONNECT_LIMIT_MS, () => {
      settle(() => this.#handleFailure(tooLate));
      controller.abort(tooLate);
    });
    this.#cancel = () => {
      settle(() => undefined);
      controller.abort();
    };
    this.#deps.open(controller.signal).then(
      (channel) => {
        // One that opens after its limit is not wanted any more.
        if (settled) channel.close(CloseCode.normal, '');
        settle(() => this.#handleOpened(channel));
      },
      (cause: unknown) => settle(() => this.#handleFailure(asError(cause))),
    );
  }

  /** Ends a pause, whoever asked for it; nothing where there is none. */
  retryNow(): void {
    if (this.#state.state !== 'waiting') return;
    this.#cancel();
    this.start();
  }

  /** The channel that was opened last has ended. */
  channelClosed(code: number, reason: string): void {
    if (this.#state.state !== 'connected') return;
    this.#channel = undefined;
    const why = DISCONTINUED_REASONS[code];
    if (why) {
      this.#change({ state: 'stopped', cause: new Discontinued(why) });
      return;
    }
    if (this.#deps.timing.now() - this.#openedAt >= STABLE_AFTER_MS) this.#failures = 0;
    this.#pause(new CouldNotConnect(`the line dropped (${code}${reason && `, ${reason}`}).`));
  }

  close(): void {
    if (this.#state.state === 'closed' || this.#state.state === 'stopped') return;
    this.#cancel();
    this.#change({ state: 'closed' });
    this.#channel?.close(CloseCode.normal, '');
    this.#channel = undefined;
  }

  /** The pause that a gateway asked for is kept: other tills wake as well. */
  #handleWake(): void {
    const isAsked =
      this.#state.state === 'waiting' && retryAfterMs(this.#state.cause) !== undefined;
    if (!isAsked) this.retryNow();
  }

  #handleOpened(channel: Channel): void {
    this.#cancel = () => undefined;
    this.#openedAt = this.#deps.timing.now();
    this.#channel = channel;
    this.#deps.onConnected(channel);
    this.#change({ state: 'connected' });
  }

  #handleFailure(cause: Error): void {
    if (isForGood(cause)) this.#change({ state: 'stopped', cause });
    else this.#pause(cause);
  }

  #pause(cause: Error): void {
    const retryInMs = this.#pauseMs(cause);
    this.#failures += 1;
    this.#cancel = this.#deps.timing.after(retryInMs, () => this.start());
    this.#change({ state: 'waiting', attempt: this.#failures, retryInMs, cause });
  }

  /** Doubling, of which half is random; not shorter than the Retry-After, up to its limit. */
  #pauseMs(cause: Error): number {
    const { random } = this.#deps.timing;
    const pause = Math.round(pauseAfterMs(this.#failures) * (0.5 + random() / 2));
    const asked = retryAfterMs(cause);
    if (asked === undefined) return pause;
    return Math.max(pause, Math.round(asked + random() * SPREAD_MS));
  }

  #change(state: ConnectionState): void {
    this.#state = state;
    if (state.state === 'stopped' || state.state === 'closed') this.#stopWaking?.();
    this.#deps.onState(state);
  }
}

/** Settles `first` by the first try; with `retryFirst`, by the first that succeeds or is for good. */
export function settleFirst(
  state: ConnectionState,
  first: { resolve: () => void; reject: (cause: Error) => void },
  retryFirst: boolean,
): void {
  if (state.state === 'connected') first.resolve();
  else if (state.state === 'stopped') first.reject(state.cause);
  else if (state.state === 'waiting' && !retryFirst) first.reject(state.cause);
}

/** Only a gateway's own refusal; a proxy answers by itself while the gateway is away. */
function isForGood(cause: Error): boolean {
  return cause instanceof HandshakeRefused && PERMANENT_REFUSALS[cause.code] === cause.status;
}

function retryAfterMs(cause: Error): number | undefined {
  if (!(cause instanceof HandshakeRefused) || cause.retryAfterMs === undefined) return undefined;
  return Math.min(cause.retryAfterMs, LONGEST_RETRY_AFTER_MS);
}

function asError(cause: unknown): Error {
  return cause instanceof Error ? cause : new CouldNotConnect('it failed.', cause);
}
