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
  StartableType,
} from '@tillgate/protocol';
import { linkEvents } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';
import type { OrderMemory } from './memory.ts';

/** What a card machine can do; the gateway refuses everything else to tills [C-4.7]. */
export interface MachineProfile {
  /** The one currency it works in. */
  readonly currency: Currency;
  /** Whether it hands out cash with a sale. */
  readonly cashback: boolean;
  /** The kinds of transaction that it supports. */
  readonly transactions: readonly StartableType[];
  /** The kinds of report that it supports; `[]` for none. */
  readonly reports: readonly ReportType[];
}

/** How a transaction ended. An absent value is blank, or that of the order. */
export interface PlayedOutcome {
  /** Only SUCCESSFUL took the money. */
  readonly transactionResult: LinkOutcome['transactionResult'];
  /** The machine's own id of the transaction. */
  readonly transactionId?: string;
  /** Four digits. */
  readonly transactionNumber?: string;
  /** YYYY-MM-DDThh:mm:ss, local time of the site; default: now, by the clock of this computer. */
  readonly transactionTime?: string;
  /** Cash that was given, in minor units; default: that of the order. The gateway refuses what the order excludes [C-13.21]. */
  readonly amountCashback?: number;
  /** Gratuity that was added, in minor units; default, at a table: that of the order [C-13.21]. */
  readonly amountGratuity?: number;
  /** What is known of the card. */
  readonly card?: Partial<LinkCard>;
  /** Both copies; the till prints them. */
  readonly receiptLines?: {
    /** The copy of the shop. */
    readonly MERCHANT?: readonly ReceiptLine[];
    /** The copy of the cardholder. */
    readonly CUSTOMER?: readonly ReceiptLine[];
  };
}

/** A finished report; the last of its lines is `REPORT COMPLETE` [C-4.30]. */
export type MadeReport = Partial<LinkReportResult>;

/** What the till needs to check a signature. */
export interface SignatureWanted {
  /** The copy with the signature line, as it is printed. */
  readonly merchantReceipt: readonly ReceiptLine[];
  /** What is known of the card. */
  readonly card: Partial<LinkCard>;
}

/** Whether a signature counts, as `askSignature` gives it. */
export interface SignatureVerdict {
  /** False: reverse the payment, which then ends VOID [C-4.35]. */
  readonly accepted: boolean;
  /** True: there was no answer in time, so the site's rule decided [C-4.36]. */
  readonly unanswered: boolean;
}

/** One transaction, as `start` reports it to the till. After `start` has ended these have no effect. */
export interface OrderScreen {
  /** Sends to the till what this machine shows; for its screen only [C-6.3]. */
  show(value: NotificationValue): void;
  /**
   * Aborted when the till wants to cancel. To cancel, return CANCELLED or, before `commit`, throw any
   * error; if `start` continues, the till is answered that it was too late. Before `commit` it is also
   * aborted when the gateway ends the link for good, because another machine is linked in its place.
   */
  readonly cancel: AbortSignal;
  /**
   * Saves that money may move from here on. Await it before anything that may charge the card: after a
   * crash before it, no money was taken; after a crash past it, the outcome is unknown until `recall`.
   * Rejects, and then nothing may be charged, if `cancel` was aborted before or the memory failed. From
   * here on a cancel is too late, unless `cancellable` is true (default: false); then call `commit`
   * again when it is no longer.
   */
  commit(how?: { readonly cancellable?: boolean }): Promise<void>;
  /**
   * Asks the till whether the signature is correct; call `commit` first. At a table (`order.table`) the
   * signature is accepted at once, because the waiter checks it at the machine [C-9.9].
   */
  askSignature(wanted: SignatureWanted): Promise<SignatureVerdict>;
}

/** What the author of a card machine provides. */
export interface CardMachine {
  /** What it can do, as the gateway is told. */
  readonly profile: MachineProfile;
  /** Saves the last order across loss of power: `orderInStorage`, or your own [C-13.11]. */
  readonly memory: OrderMemory;
  /**
   * Carries out a transaction; called for one at a time. If it throws before `screen.commit`, the
   * transaction ends UNSUCCESSFUL, or CANCELLED if the till requested that. If it throws after it,
   * nothing is sent to the till, and `recall` is called.
   */
  start(order: LinkOrder, screen: OrderScreen): PlayedOutcome | Promise<PlayedOutcome>;
  /** Makes a report; required if the profile has any. If it throws, there is no report [C-5.7]. */
  report?(order: LinkReportOrder): MadeReport | Promise<MadeReport>;
  /**
   * Returns the outcome of a transaction that was committed when the power failed or `start` threw: from
   * the machine's own journal, its acquirer or its device. Undefined, or no `recall`: the outcome is
   * unknown, and the till gets TIMED_OUT. If it throws, it is called again after a pause. Until it has
   * returned, the machine accepts no other order.
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
