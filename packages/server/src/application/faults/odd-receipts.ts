// Receipts of a card machine with a fault: very long ones, and ones with signs that a small printer may not have.

import type { ReceiptLine, Receipts } from '@tillgate/protocol';
import type { TerminalReport } from '../../ports/terminal-driver.ts';

/** Lines that a long receipt has more than usual. */
const MANY_LINES = 300;

const longLines: readonly ReceiptLine[] = Array.from({ length: MANY_LINES }, (_, index) => ({
  value: `LINE ${String(index + 1).padStart(3, '0')} OF ${MANY_LINES}`,
}));

/** Wide signs, combining marks, other scripts and every format; no line is wider than 24 columns [C-5.6]. */
const wideLines: readonly ReceiptLine[] = [
  { value: '角の店のレストラン店' },
  { value: '宫保鸡丁', format: ['BOLD', 'DOUBLE_WIDTH'] },
  { value: 'Zoe\u0308 Łukasz Ñandú Åse', format: ['DOUBLE_HEIGHT'] },
  { value: 'Καφές Кофе € 12,50' },
  { value: 'BOLD AND LARGE', format: ['BOLD', 'DOUBLE_HEIGHT', 'DOUBLE_WIDTH'] },
];

export type OddReceipt = 'long-receipt' | 'wide-receipt';

/** The report with these receipts, where it has any. */
export function withOddReceipts(report: TerminalReport, odd: OddReceipt): TerminalReport {
  const more = odd === 'long-receipt' ? longLines : wideLines;
  if (report.kind === 'signatureWanted') {
    const merchantReceipt = lengthened(report.wanted.merchantReceipt, more);
    return { ...report, wanted: { ...report.wanted, merchantReceipt } };
  }
  if (report.kind !== 'finished') return report;
  const { MERCHANT, CUSTOMER } = report.outcome.receiptLines;
  const receiptLines: Receipts = {
    ...(MERCHANT && { MERCHANT: lengthened(MERCHANT, more) }),
    ...(CUSTOMER && { CUSTOMER: lengthened(CUSTOMER, more) }),
  };
  return { ...report, outcome: { ...report.outcome, receiptLines } };
}

/** The end of a receipt stays its end. */
function lengthened(lines: readonly ReceiptLine[], more: readonly ReceiptLine[]): ReceiptLine[] {
  return [...lines.slice(0, -1), ...more, ...lines.slice(-1)];
}
