// The connection of a till at a test site with faults: it does with each message what the faults of the site say,
// as a network might.

import type { api, Channel, ChannelListener } from '@tillgate/protocol';
import type { Cancel, Clock } from '../../ports/clock.ts';
import type { Direction, SeenMessage } from './seen-message.ts';
import { MessageReader } from './seen-message.ts';

/** A channel whose connection can go wrong. */
export interface BreakableChannel extends Channel {
  /** Ends the connection without a close frame. */
  drop(): void;
  /** Whether pings of the other end get no pong. */
  ignorePings(ignored: boolean): void;
  /** Whether nothing is read from the connection. */
  stopReading(stopped: boolean): void;
}

/** What is done with a message. */
export type MessageAction = Extract<
  api.FaultAction,
  { kind: 'cut' | 'hold' | 'drop' | 'double' | 'swap' | 'unknown-value' }
>;

/** An action that is due, of a fault. */
export interface DueAction {
  readonly action: MessageAction;
  /**
   * Tells the fault that the action lasts until `end` is called, which the fault does when it is removed; returns a
   * function that tells that it has ended.
   */
  readonly lasts: (end: () => void) => () => void;
}

export interface FaultyChannelDeps {
  readonly clock: Clock;
  /** What is to be done with a message; each call counts. */
  readonly actionsFor: (message: SeenMessage) => readonly DueAction[];
  /** Called once, when the connection has closed. */
  readonly onClosed: () => void;
}

/** A swapped message that no other follows goes alone after so long, in milliseconds. */
const SWAP_LIMIT_MS = 10_000;
/** A value of `terminalNotification` that no version has [C-6.4]. */
const UNKNOWN_VALUE = 'UNKNOWN_VALUE';

export class FaultyChannel implements Channel, ChannelListener {
  readonly #channel: BreakableChannel;
  readonly #deps: FaultyChannelDeps;
  readonly #reader = new MessageReader();
  readonly #received: Lane;
  readonly #sent: Lane;
  #listener: ChannelListener | undefined;
  /** How many faults have it ignore pings, and read nothing. */
  readonly #faults = { ignorePings: 0, stopReading: 0 };

  constructor(channel: BreakableChannel, deps: FaultyChannelDeps) {
    this.#channel = channel;
    this.#deps = deps;
    this.#received = new Lane(deps.clock);
    this.#sent = new Lane(deps.clock);
  }

  /** Takes note of a frame that went over the connection before: its requests may be open. */
  recall(direction: Direction, text: string): void {
    this.#reader.read(direction, text);
  }

  listen(listener: ChannelListener): void {
    this.#listener = listener;
    this.#channel.listen(this);
  }

  send(text: string, onWritten?: () => void): void {
    this.#pass('sent', text, (then, isUnknown) =>
      this.#channel.send(isUnknown ? withUnknownValue(text) : text, () => {
        onWritten?.();
        then?.();
      }),
    );
  }

  /** What is held is lost: a connection may end at any time. */
  close(code: number, reason: string): void {
    this.#received.end();
    this.#sent.end();
    this.#channel.close(code, reason);
  }

  confirmDelivery(onDelivered: () => void): void {
    this.#sent.run(() => this.#channel.confirmDelivery(onDelivered));
  }

  deliveryCheckpoint(): () => void {
    return this.#channel.deliveryCheckpoint?.() ?? (() => {});
  }

  onMessage(text: string): void {
    this.#pass('received', text, (then) => {
      this.#listener?.onMessage(text);
      then?.();
    });
  }

  onActivity(): void {
    this.#listener?.onActivity?.();
  }

  onPingPayloadNotReturned(): void {
    this.#listener?.onPingPayloadNotReturned?.();
  }

  onClosed(code: number, reason: string): void {
    this.#received.end();
    this.#sent.end();
    this.#deps.onClosed();
    this.#listener?.onClosed(code, reason);
  }

  /** Ends the connection: with a close frame, if there is a code. Nothing more goes over it. */
  cut(code: number | undefined): void {
    this.#received.end();
    this.#sent.end();
    if (code === undefined) this.#channel.drop();
    else this.#channel.close(code, '');
  }

  /** Each call with true needs one with false. */
  ignorePings(ignored: boolean): void {
    this.#faults.ignorePings += ignored ? 1 : -1;
    this.#channel.ignorePings(this.#faults.ignorePings > 0);
  }

  /** Each call with true needs one with false. */
  stopReading(stopped: boolean): void {
    this.#faults.stopReading += stopped ? 1 : -1;
    this.#channel.stopReading(this.#faults.stopReading > 0);
  }

  #pass(direction: Direction, text: string, go: Go): void {
    const lane = direction === 'sent' ? this.#sent : this.#received;
    const due = this.#reader
      .read(direction, text)
      .flatMap((message) => this.#deps.actionsFor(message));
    if (due.length === 0) lane.pass(() => go());
    else this.#act(due, lane, go);
  }

  /** All faults of one message together: it waits, then it goes at most as often as one of them says, then the cut. */
  #act(due: readonly DueAction[], lane: Lane, go: Go): void {
    const first = <Kind extends MessageAction['kind']>(kind: Kind) =>
      due.find((one): one is DueAction & { action: { kind: Kind } } => one.action.kind === kind);
    for (const { action, lasts } of due) {
      if (action.kind === 'hold') lane.hold(action.seconds * 1000, lasts);
    }
    const cut = first('cut')?.action;
    const cutNow = cut && ((): void => this.cut(cut.code));
    const swap = first('swap');
    const isUnknown = first('unknown-value') !== undefined;
    if (cutNow && (cut.place === 'before' || first('drop'))) {
      lane.run(cutNow);
    } else if (first('drop')) {
      return;
    } else if (cutNow) {
      lane.pass(() => {
        go(cutNow, isUnknown);
        // Until the message is written.
        lane.end();
      });
    } else if (swap) {
      lane.passAfterNext(() => go(undefined, isUnknown), swap.lasts);
    } else {
      lane.pass(() => go(undefined, isUnknown));
      if (first('double')) lane.pass(() => go(undefined, isUnknown));
    }
  }
}

/** Lets a message go; takes what to do when it is through, and whether its value is one that no version has. */
type Go = (then?: () => void, isUnknown?: boolean) => void;

function withUnknownValue(text: string): string {
  return text.replace(/("notificationValue"\s*:\s*")[^"]*"/, `$1${UNKNOWN_VALUE}"`);
}

type Lasts = DueAction['lasts'];

/** What goes in one direction, in order; it waits while it is held. */
class Lane {
  readonly #clock: Clock;
  readonly #waiting: (() => void)[] = [];
  /** Ends the hold that is on. */
  #held: (() => void) | undefined;
  /** The ends of the holds and swaps that have begun, each with its timer. */
  readonly #lasting = new Map<() => void, Cancel | undefined>();
  /** Sends the message that waits for the next. */
  #swapped: (() => void) | undefined;
  #ended = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Does something in its turn that is no message. */
  run(step: () => void): void {
    if (this.#held || this.#waiting.length > 0) this.#waiting.push(step);
    else if (!this.#ended) step();
  }

  /** Lets a message go in its turn, and the one behind it that was swapped. */
  pass(message: () => void): void {
    this.run(() => {
      const swapped = this.#swapped;
      this.#swapped = undefined;
      message();
      swapped?.();
    });
  }

  /** All that comes from now on waits so long, after what waits already. */
  hold(ms: number, lasts: Lasts): void {
    if (this.#ended) return;
    const end = this.#begin(lasts, () => {
      if (this.#held === end) this.#release();
    });
    this.run(() => {
      if (!this.#lasting.has(end)) return;
      this.#held = end;
      this.#endAfter(ms, end);
    });
  }

  /** The message goes behind the next one. */
  passAfterNext(message: () => void, lasts: Lasts): void {
    this.run(() => {
      // Two that are swapped go in their order.
      this.#swapped?.();
      const end = this.#begin(lasts, () => {
        if (this.#swapped === end) this.#swapped = undefined;
        if (!this.#ended) message();
      });
      this.#swapped = end;
      this.#endAfter(SWAP_LIMIT_MS, end);
    });
  }

  /** What waits is lost. */
  end(): void {
    this.#ended = true;
    this.#waiting.length = 0;
    for (const end of this.#lasting.keys()) end();
  }

  /** Something begins that lasts; returns what ends it, once. */
  #begin(lasts: Lasts, onEnd: () => void): () => void {
    const end = (): void => {
      if (!this.#lasting.has(end)) return;
      this.#lasting.get(end)?.();
      this.#lasting.delete(end);
      hasEnded();
      onEnd();
    };
    this.#lasting.set(end, undefined);
    const hasEnded = lasts(end);
    return end;
  }

  #endAfter(ms: number, end: () => void): void {
    this.#lasting.set(end, this.#clock.after(ms, end));
  }

  #release(): void {
    this.#held = undefined;
    while (!this.#held) {
      const step = this.#waiting.shift();
      if (!step) return;
      step();
    }
  }
}
