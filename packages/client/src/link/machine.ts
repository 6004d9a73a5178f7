// What the author of a card machine writes, and what the SDK gives it to work with. Types only; amounts
// are integers in minor units (pence, cents).

import type {
  Currency,
  LinkCard,
  LinkOrder,
  LinkOutcome,
  LinkReportOrder,
  LinkReportResult,
  NotificationValue,
  ReceiptLine,
  ReportType,
  StartedType,
} from '@tillgate/protocol';
import { linkEvents } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';
import type { OrderMemory } from './memory.ts';

/** What a card machine can do; tills are refused the rest by the gateway [C-4.7]. */
export interface MachineProfile {
  /** The one currency it works in. */
  readonly currency: Currency;
  readonly cashback: boolean;
  readonly transactions: readonly StartedType[];
  readonly reports: readonly ReportType[];
}

/** How a transaction ended. What is left out is blank, or as it was ordered. */
export interface PlayedOutcome {
  /** Only SUCCESSFUL took the money. */
  readonly transactionResult: LinkOutcome['transactionResult'];
  /** The machine's own id of it. */
  readonly transactionId?: string;
  /** Four digits. */
  readonly transactionNumber?: string;
  /** YYYY-MM-DDThh:mm:ss, local time of the site; now, by the clock of this computer, if left out. */
  readonly transactionTime?: string;
  /** Cash really given; that of the order if left out. */
  readonly amountCashback?: number;
  /** Really added; that of the order, at a table, if left out. */
  readonly amountGratuity?: number;
  readonly card?: Partial<LinkCard>;
  /** Both copies; the till prints them. */
  readonly receiptLines?: {
    readonly MERCHANT?: readonly ReceiptLine[];
    readonly CUSTOMER?: readonly ReceiptLine[];
  };
}

/** A finished report; the last of its lines is `REPORT COMPLETE` [C-4.30]. */
export type MadeReport = Partial<LinkReportResult>;

export interface SignatureWanted {
  /** The copy with the signature line, as it is printed. */
  readonly merchantReceipt: readonly ReceiptLine[];
  readonly card: Partial<LinkCard>;
}

export interface SignatureVerdict {
  /** False: reverse the payment, which then ends VOID [C-4.35]. */
  readonly accepted: boolean;
  /** Nobody judged it in time, so a rule did [C-4.36]. */
  readonly unanswered: boolean;
}

/** One transaction, towards the till. After `start` has ended nothing here does anything. */
export interface OrderScreen {
  /** Tells the till's screen what is on this one; decides nothing [C-6.3]. */
  show(value: NotificationValue): void;
  /**
   * Aborted when the till wants to cancel. To give up, end CANCELLED or, before `commit`, throw
   * whatever comes of it; to go on is to be too late, and the till is told so. Before `commit` aborted
   * also when the gateway ends the link for good: whoever is linked instead speaks for the machine.
   */
  readonly cancel: AbortSignal;
  /**
   * From here on money may move. Wait for it before whatever may charge the card: it is written to the
   * memory, so that a crash before it is known to have taken nothing, and one after it to be unsure.
   * Rejects, and nothing may be charged, if `cancel` was aborted before or the memory failed. From
   * here on a cancel is too late, unless it is `cancellable` still; call it again once it is not.
   */
  commit(how?: { readonly cancellable?: boolean }): Promise<void>;
  /**
   * Has the signature judged by the till; `commit` comes first. At a table (`order.table`) it is
   * accepted at once: there the waiter judges, at the machine [C-9.9].
   */
  askSignature(wanted: SignatureWanted): Promise<SignatureVerdict>;
}

/** A card machine, as far as it is not the same for all of them. */
export interface CardMachine {
  readonly profile: MachineProfile;
  /** Keeps the last order over loss of power: `orderInStorage`, or a place of your own [C-13.11]. */
  readonly memory: OrderMemory;
  /**
   * Plays a transaction; one at a time. Throwing before `screen.commit` ends it UNSUCCESSFUL, or
   * CANCELLED if the till asked for that. Throwing after it tells the till nothing: `recall` is asked.
   */
  start(order: LinkOrder, screen: OrderScreen): PlayedOutcome | Promise<PlayedOutcome>;
  /** Makes a report; needed if the profile has any. One that throws is not made [C-5.7]. */
  report?(order: LinkReportOrder): MadeReport | Promise<MadeReport>;
  /**
   * Finds out what became of a transaction that was committed when the power went or `start` threw: by
   * the machine's own journal, its acquirer, its device. Undefined: it cannot be known any more, and
   * the till is told so (TIMED_OUT), as it is where there is no `recall`. Throwing: it is asked again
   * after a pause. Until it has answered the machine takes no other order.
   */
  recall?(order: LinkOrder): PlayedOutcome | undefined | Promise<PlayedOutcome | undefined>;
}

/** Throws TypeError if something is missing: better now than at the first customer. */
export function checkMachine(machine: CardMachine): void {
  const { profile, memory } = machine;
  const hello = { jsonrpc: '2.0', method: 'hello', params: profile };
  const faults = linkEvents.hello.message.violations(hello).map(({ path, ...fault }) => ({
    ...fault,
    path: path.replace('/params', 'machine.profile'),
  }));
  if (faults.length > 0) throw new TypeError(`${faultsText(faults)}.`);
  needFunction('machine.start', machine.start);
  needFunction('machine.memory.load', memory?.load);
  needFunction('machine.memory.save', memory?.save);
  if (profile.reports.length > 0) needFunction('machine.report', machine.report);
}

function needFunction(name: string, value: unknown): void {
  if (typeof value !== 'function') throw new TypeError(`${name}: expected a function.`);
}
