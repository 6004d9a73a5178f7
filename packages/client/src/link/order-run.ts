// One transaction while it is played: what the machine shows and asks, whether money may have moved, and
// whether a cancel came in time. Knows neither the memory nor what comes after.

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
import type {
  CardMachine,
  OrderScreen,
  PlayedOutcome,
  SignatureVerdict,
  SignatureWanted,
} from './machine.ts';
import { blankOutcome, outcomeOf, signatureOf } from './outcome.ts';

/** Values of one order; the gateway passes on no more, and a flood of them ends the line [C-13.19]. */
const MAX_SHOWN = 100;

export interface OrderRunDeps {
  readonly order: LinkOrder;
  /** False if there is no line. */
  readonly send: (telling: LinkEvent) => boolean;
  /** Writes down that money may move. */
  readonly saveCommitted: () => Promise<void>;
  readonly signatureWithinMs: number;
  readonly timing: Timing;
  /** Tells the author of the machine. */
  readonly warn: (text: string, cause?: unknown) => void;
}

export class OrderRun {
  readonly #deps: OrderRunDeps;
  readonly #cancel = new AbortController();
  #cancelled: 'not asked' | 'asked' | 'too late' = 'not asked';
  /** Writes down that money may have moved; there once that is so. */
  #commitment: Promise<void> | undefined;
  #over = false;
  #cutOff = false;
  #shown = 0;
  /** The value shown last, if nobody heard it. */
  #missed: LinkEvent | undefined;
  #signature: PendingSignature | undefined;

  constructor(parts: OrderRunDeps) {
    this.#deps = parts;
  }

  get order(): LinkOrder {
    return this.#deps.order;
  }

  /** Fulfilled with how it ended; undefined if that is not known. */
  async run(start: CardMachine['start']): Promise<LinkOutcome | undefined> {
    const outcome = await this.#started(start);
    this.#over = true;
    this.#signature?.cancelLimit();
    return outcome;
  }

  /** The till wants to cancel. */
  requestCancel(): void {
    if (this.#cancelled === 'too late') this.#decideCancel(false);
    if (this.#cancelled !== 'not asked') return;
    this.#cancelled = 'asked';
    this.#cancel.abort();
  }

  /** The last word on a cancel, if one was asked and not answered. */
  resolveCancel(outcome?: LinkOutcome): void {
    if (this.#cancelled === 'asked') {
      this.#decideCancel(outcome?.transactionResult === 'CANCELLED');
    }
    this.#cancelled = 'too late';
  }

  resolveSignature(verdict: SignatureVerdict): void {
    this.#signature?.settle(verdict);
  }

  /**
   * There is no line and will be none: nobody can judge a signature any more [C-4.36]. With a cause the
   * word is with another, who knows of no card: none is to be charged that was not yet [C-13.15].
   */
  connectionEnded(cause?: Error): void {
    this.#cutOff = true;
    this.#signature?.settle(ACCEPTED_UNANSWERED);
    if (cause && !this.#committed) this.#cancel.abort(cause);
  }

  /** Tells again what nobody may have heard while there was no line. */
  resend(): void {
    const { send } = this.#deps;
    if (this.#missed) send(this.#missed);
    this.#missed = undefined;
    if (this.#signature?.open) send(this.#signature.message);
  }

  /** Its methods may be taken from it. */
  #screen(): OrderScreen {
    return {
      show: (value) => this.#show(value),
      cancel: this.#cancel.signal,
      commit: (how) => this.#commit(how),
      askSignature: (wanted) => this.#askSignature(wanted),
    };
  }

  async #started(start: CardMachine['start']): Promise<LinkOutcome | undefined> {
    try {
      this.#cancel.signal.throwIfAborted();
      return this.#read(await start(this.order, this.#screen()));
    } catch (cause) {
      return this.#failed(cause);
    }
  }

  #read(given: PlayedOutcome): LinkOutcome {
    const { order, timing, warn } = this.#deps;
    const outcome = outcomeOf(given, order, {
      now: timing.now(),
      onOmitted: (faults) => warn(`start: ${omittedText(faults)}`),
    });
    const { transactionResult: result } = outcome;
    if (!this.#committed && (result === 'SUCCESSFUL' || result === 'VOID')) {
      const text = `start: ${result} without screen.commit(). A crash would have been told wrongly.`;
      warn(text);
    }
    return outcome;
  }

  /** Before the commit nothing can have been taken; after it nobody knows [C-13.11]. */
  #failed(cause: unknown): LinkOutcome | undefined {
    const { order, timing, warn } = this.#deps;
    const givenUp = this.#cancel.signal.aborted && !this.#committed;
    if (!givenUp) warn('start failed.', cause);
    if (this.#committed) return undefined;
    const byTill = this.#cancelled === 'asked';
    return blankOutcome(byTill ? 'CANCELLED' : 'UNSUCCESSFUL', order, timing.now());
  }

  get #committed(): boolean {
    return this.#commitment !== undefined;
  }

  #show(notificationValue: NotificationValue): void {
    if (this.#over) return;
    const { order, send, warn } = this.#deps;
    const method = 'showing';
    const telling: LinkEvent = { method, params: { order: order.id, notificationValue } };
    if (!linkEvents.showing.message.isValid({ jsonrpc: '2.0', ...telling })) {
      warn(`show: a card machine does not show ${notificationValue}.`);
      return;
    }
    this.#shown += 1;
    if (this.#shown === MAX_SHOWN + 1) {
      warn(`show: more than ${MAX_SHOWN} values; the rest is not told.`);
    }
    if (this.#shown <= MAX_SHOWN) this.#missed = send(telling) ? undefined : telling;
  }

  async #commit({ cancellable = false } = {}): Promise<void> {
    if (this.#over) throw new Error(`Order ${this.order.id} has ended.`);
    if (!this.#committed) this.#cancel.signal.throwIfAborted();
    if (!cancellable) this.#closeCancel();
    // Set before it is written: a `start` that does not wait for it must not be taken for harmless.
    this.#commitment ??= this.#deps.saveCommitted().catch((cause: unknown) => {
      this.#commitment = undefined;
      throw cause;
    });
    await this.#commitment;
  }

  #askSignature(wanted: SignatureWanted): Promise<SignatureVerdict> {
    this.#signature ??= this.#askedSignature(wanted);
    return this.#signature.verdict;
  }

  /** From here on it is too late. */
  #closeCancel(): void {
    if (this.#cancelled === 'asked') this.#decideCancel(false);
    this.#cancelled = 'too late';
  }

  #decideCancel(cancelled: boolean): void {
    const { order, send } = this.#deps;
    send({ method: 'cancelDecided', params: { order: order.id, cancelled } });
  }

  #askedSignature(wanted: SignatureWanted): PendingSignature {
    const { order, send, timing, warn, signatureWithinMs } = this.#deps;
    const telling: LinkEvent = {
      method: 'signatureWanted',
      params: signatureOf(wanted, order.id, (faults) =>
        warn(`askSignature: ${omittedText(faults)}`),
      ),
    };
    const signature = new PendingSignature(telling);
    if (order.table || this.#over || this.#cutOff) {
      if (order.table) warn('askSignature: at a table the waiter judges.');
      signature.settle(ACCEPTED_UNANSWERED);
      return signature;
    }
    if (!this.#committed) warn('askSignature came before screen.commit().');
    send(telling);
    signature.cancelLimit = timing.after(signatureWithinMs, () =>
      signature.settle(ACCEPTED_UNANSWERED),
    );
    return signature;
  }
}

export function omittedText(faults: readonly SchemaViolation[]): string {
  return `what does not fit was left out. ${faultsText(faults)}.`;
}

/** What the gateway says too when nobody has judged, unless the site wants it otherwise [C-4.36]. */
const ACCEPTED_UNANSWERED: SignatureVerdict = { accepted: true, unanswered: true };

class PendingSignature {
  readonly message: LinkEvent;
  readonly verdict: Promise<SignatureVerdict>;
  open = true;
  cancelLimit: () => void = () => undefined;
  readonly #resolve: (verdict: SignatureVerdict) => void;

  constructor(telling: LinkEvent) {
    const { promise, resolve } = Promise.withResolvers<SignatureVerdict>();
    this.message = telling;
    this.verdict = promise;
    this.#resolve = resolve;
  }

  settle(verdict: SignatureVerdict): void {
    this.open = false;
    this.cancelLimit();
    this.#resolve(verdict);
  }
}
