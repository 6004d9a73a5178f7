// A site: one shop, its settings. Pure data and its defaults.

import type { Currency, Version } from '@tillgate/protocol';

/** Settings of one virtual card machine. */
export interface VirtualTerminalSettings {
  readonly currency?: Currency;
  /** Cash the customer types in at the machine, minor units; 0 for none [C-10.6]. */
  readonly cashback?: number;
  /** Gratuity the customer adds to a sale, minor units; 0 for none. */
  readonly gratuity?: number;
}

export interface Site {
  /** Also the first label of its host name: lower case letters, digits and dashes. */
  readonly name: string;
  /** Heads the receipts. */
  readonly title: string;
  readonly currency: Currency;
  /** Refuse unknown keys [C-3.5]. */
  readonly strict: boolean;
  readonly versions: readonly Version[];
  /** Every well-formed VCM TID exists here [C-10.2]. */
  readonly test: boolean;
  /** IANA name of the zone whose local time its payments carry. */
  readonly timeZone: string;
  readonly signatureOnTimeout: 'accept' | 'reject';
  /** Whether a finished report is also sent to the till at the table [C-9.21]; no if absent. */
  readonly patReports?: boolean;
  /** Refuse cashback that the card machine does not offer [C-4.7]; no if absent. */
  readonly strictCashback?: boolean;
  /** Spelling of the request for the final receipt [C-9.2]; that of the contract if absent. */
  readonly finalReceiptMethod?: 'finalPosReceiptRequest' | 'finalPOSReceiptRequest';
  /** Its virtual card machines by tid. */
  readonly terminals: Readonly<Record<string, VirtualTerminalSettings>>;
}
