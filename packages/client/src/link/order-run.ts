// One transaction at the card machine, from `start` to its end: sends what the machine shows and asks, and
// gives the machine's code its `OrderScreen`. Its state (`run-state.ts`) says whether money may have moved
// and whether a cancel came in time.

import type {
  LinkEvent,
  LinkOrder,
  LinkOutcome,
  NotificationValue,
  SchemaViolation,
} from '@tillgate/protocol';
import { linkEvents } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';
import type { Timing } from '../connection/timing.ts';
import { withResolvers } from '../connection/with-resolvers.ts';
import type {
  CardMachine,
  OrderScreen,
  PlayedOutcome,
  SignatureVerdict,
  SignatureWanted,
} from './machine.ts';
import { blankOutcome, outcomeOf, signatureOf } from './outcome.ts';
import type { RunEvent, RunState } from './run-state.ts';
import { isCommitted, next, uncommitted } from './run-state.ts';

/** Values shown during one order; the gateway closes a connection that sends a flood of them [C-13.19]. */
const MAX_SHOWN = 100;

export interface OrderRunDeps {
  readonly order: LinkOrder;
  /** Sends an event to the gateway; false if there is no connection. */
  readonly send: (event: LinkEvent) => boolean;
  /** Saves that money may move from now on. */
  readonly saveCommitted: () => Promise<void>;
  readonly signatureWithinMs: number;
  readonly timing: Timing;
  /** A warning to the author of the card machine's code. */
  readonly warn: (text: string, cause?: unknown) => void;
}

export class OrderRun {
  readonly #deps: OrderRunDeps;
  readonly #abort = new AbortController();
  #state: RunState = uncommitted;
  /** The saving of the commit, under way or done. */
  #commitment: Promise<void> | undefined;
  #hasConnection = true;
  #shownCount = 0;
  /** The value shown last, if it could not be sent. */
  #unsent: LinkEvent | undefined;
  #signature: PendingSignature | undefined;

  constructor(deps: OrderRunDeps) {
    this.#deps = deps;
  }

  get order(): LinkOrder {
    return this.#deps.order;
  }

  /** Fulfilled with the outcome; undefined if it is not known. */
  async run(start: CardMachine['start']): Promise<LinkOutcome | undefined> {
    const outcome = await this.#callStart(start);
    this.#apply({ kind: 'ended' });
    this.#signature?.cancelLimit();
    return outcome;
  }

  /** The till wants to cancel. */
  requestCancel(): void {
    this.#apply({ kind: 'cancelRequested' });
  }

  /** The end is saved, or is not known: a cancel that was not answered yet is answered now. */
  resolveCancel(outcome?: LinkOutcome): void {
    const cancelled = outcome?.transactionResult === 'CANCELLED';
    this.#apply({ kind: 'cancelResolved', cancelled });
  }

  resolveSignature(verdict: SignatureVerdict): void {
    this.#signature?.settle(verdict);
  }

  /**
   * There is no connection and will be none: nobody can judge a signature any more [C-4.36]. A `cause`
   * says that another device took over: then no card may be charged that was not committed [C-13.15].
   */
  connectionEnded(cause?: Error): void {
    this.#hasConnection = false;
    this.#signature?.settle(ACCEPTED_UNANSWERED);
    if (cause && !isCommitted(this.#state)) this.#abort.abort(cause);
  }

  /** Sends again what may have been missed while there was no connection. */
  resend(): void {
    const { send } = this.#deps;
    if (this.#unsent) send(this.#unsent);
    this.#unsent = undefined;
    if (this.#signature?.isOpen) send(this.#signature.request);
  }

  /** Moves to the next state and carries out what the change asks for. */
  #apply(event: RunEvent): void {
    const { state, effects } = next(this.#state, event);
    this.#state = state;
    for (const effect of effects) {
      if (effect.kind === 'abortSignal') this.#abort.abort();
      else this.#sendCancelDecided(effect.cancelled);
    }
  }

  /** The methods of the screen may be detached from it. */
  #screen(): OrderScreen {
    return {
      show: (value) => this.#show(value),
      cancel: this.#abort.signal,
      commit: (options) => this.#commit(options),
      askSignature: (wanted) => this.#askSignature(wanted),
    };
  }

  async #callStart(start: CardMachine['start']): Promise<LinkOutcome | undefined> {
    try {
      this.#abort.signal.throwIfAborted();
      return this.#parseOutcome(await start(this.order, this.#screen()));
    } catch (cause) {
      return this.#outcomeOfFailure(cause);
    }
  }

  #parseOutcome(given: PlayedOutcome): LinkOutcome {
    const { order, timing, warn } = this.#deps;
    const outcome = outcomeOf(given, order, {
      now: timing.now(),
      onOmitted: (violations) => warn(`start: ${omittedText(violations)}`),
    });
    const { transactionResult: result } = outcome;
    if (!isCommitted(this.#state) && (result === 'SUCCESSFUL' || result === 'VOID')) {
      const text = `start: ${result} without screen.commit(). A crash would have been reported wrongly.`;
      warn(text);
    }
    return outcome;
  }

  /** Before the commit nothing can have been taken; after it the outcome is not known [C-13.11]. */
  #outcomeOfFailure(cause: unknown): LinkOutcome | undefined {
    const { order, timing, warn } = this.#deps;
    const committed = isCommitted(this.#state);
    if (committed || !this.#abort.signal.aborted) warn('start failed.', cause);
    if (committed) return undefined;
    const byTill = this.#state.cancel === 'requested';
    return blankOutcome(byTill ? 'CANCELLED' : 'UNSUCCESSFUL', order, timing.now());
  }

  #show(notificationValue: NotificationValue): void {
    if (this.#state.kind === 'ended') return;
    const { order, send, warn } = this.#deps;
    const event: LinkEvent = {
      method: 'showing',
      params: { order: order.id, notificationValue },
    };
    if (!linkEvents.showing.message.isValid({ jsonrpc: '2.0', ...event })) {
      warn(`show: a card machine does not show ${notificationValue}.`);
      return;
    }
    this.#shownCount += 1;
    if (this.#shownCount === MAX_SHOWN + 1) {
      warn(`show: more than ${MAX_SHOWN} values; the rest is not sent.`);
    }
    if (this.#shownCount <= MAX_SHOWN) this.#unsent = send(event) ? undefined : event;
  }

  async #commit({ cancellable = false } = {}): Promise<void> {
    if (this.#state.kind === 'ended') throw new Error(`Order ${this.order.id} has ended.`);
    if (!isCommitted(this.#state)) this.#abort.signal.throwIfAborted();
    // The state changes before it is saved: a `start` that does not wait for it is not harmless.
    this.#apply({ kind: 'commitCalled', cancellable });
    this.#commitment ??= this.#deps.saveCommitted().catch((cause: unknown) => {
      this.#commitment = undefined;
      this.#apply({ kind: 'commitFailed' });
      throw cause;
    });
    await this.#commitment;
  }

  #askSignature(wanted: SignatureWanted): Promise<SignatureVerdict> {
    this.#signature ??= this.#requestSignature(wanted);
    return this.#signature.verdict;
  }

  #sendCancelDecided(cancelled: boolean): void {
    const { order, send } = this.#deps;
    send({ method: 'cancelDecided', params: { order: order.id, cancelled } });
  }

  #requestSignature(wanted: SignatureWanted): PendingSignature {
    const { order, send, timing, warn, signatureWithinMs } = this.#deps;
    const request: LinkEvent = {
      method: 'signatureWanted',
      params: signatureOf(wanted, order.id, (violations) =>
        warn(`askSignature: ${omittedText(violations)}`),
      ),
    };
    const signature = new PendingSignature(request);
    if (order.table || this.#state.kind === 'ended' || !this.#hasConnection) {
      if (order.table) warn('askSignature: at a table the waiter judges.');
      signature.settle(ACCEPTED_UNANSWERED);
      return signature;
    }
    if (!isCommitted(this.#state)) warn('askSignature came before screen.commit().');
    send(request);
    signature.limit(timing, signatureWithinMs);
    return signature;
  }
}

export function omittedText(violations: readonly SchemaViolation[]): string {
  return `what does not fit was left out. ${faultsText(violations)}.`;
}

/** The verdict where nobody judged; the gateway decides alike unless the site rejects on time-out [C-4.36]. */
const ACCEPTED_UNANSWERED: SignatureVerdict = { accepted: true, unanswered: true };

class PendingSignature {
  readonly request: LinkEvent;
  readonly #settled = withResolvers<SignatureVerdict>();
  #isOpen = true;
  #cancelLimit: () => void = () => undefined;

  constructor(request: LinkEvent) {
    this.request = request;
  }

  get verdict(): Promise<SignatureVerdict> {
    return this.#settled.promise;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** Counts as accepted unless it is settled within `limitMs`. */
  limit(timing: Timing, limitMs: number): void {
    this.#cancelLimit = timing.after(limitMs, () => this.settle(ACCEPTED_UNANSWERED));
  }

  cancelLimit(): void {
    this.#cancelLimit();
  }

  settle(verdict: SignatureVerdict): void {
    this.#isOpen = false;
    this.#cancelLimit();
    this.#settled.resolve(verdict);
  }
}
