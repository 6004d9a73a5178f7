// The receipts of a story, each under its name. Pure.

import type { api, TillReceiptLine } from '@tillgate/protocol';

export interface TitledReceipt {
  readonly key: string;
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

const copies: Readonly<Record<string, string>> = {
  CUSTOMER: 'Customer copy',
  MERCHANT: 'Merchant copy',
};

/** One for each copy of each payment, and each report. */
export function receiptsOf({ results }: api.TransactionStory): readonly TitledReceipt[] {
  return results.flatMap((result, index) => {
    if ('reportLines' in result) {
      return [{ key: `r${index}`, title: 'Report', lines: result.reportLines ?? [] }];
    }
    return Object.entries(result.receiptLines ?? {}).flatMap(([copy, lines]) =>
      lines && lines.length > 0
        ? [{ key: `${index}${copy}`, title: copies[copy] ?? copy, lines }]
        : [],
    );
  });
}
