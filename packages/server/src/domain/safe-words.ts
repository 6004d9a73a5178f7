// What a machine says, without what must never be written down: every word of a machine passes here
// before it is decided upon [C-12.21]. Pure.

import type { ReceiptLine } from '@tillgate/protocol';
import { starCardNumbers } from '@tillgate/protocol';
import type { CardData, MachineOutcome, MachineReport, SignatureWanted } from './machine.ts';

export function safeOutcome(outcome: MachineOutcome): MachineOutcome {
  const { card, receiptLines } = outcome;
  const { MERCHANT, CUSTOMER } = receiptLines;
  return {
    ...outcome,
    card: safeCard(card),
    receiptLines: {
      ...(MERCHANT && { MERCHANT: safeLines(MERCHANT) }),
      ...(CUSTOMER && { CUSTOMER: safeLines(CUSTOMER) }),
    },
  };
}

export function safeSignature({ card, merchantReceipt }: SignatureWanted): SignatureWanted {
  return { card: safeCard(card), merchantReceipt: safeLines(merchantReceipt) };
}

export function safeReport(result: MachineReport): MachineReport {
  return { ...result, reportLines: safeLines(result.reportLines) };
}

/** A star for every digit but the last four, whatever the machine sent. */
function safeCard(card: CardData): CardData {
  const { primaryAccountNumber: number } = card;
  if (/^(\*+\d{4})?$/.test(number)) return card;
  const starred = number.length < 5 ? '' : `${'*'.repeat(number.length - 4)}${number.slice(-4)}`;
  return { ...card, primaryAccountNumber: starred };
}

function safeLines(lines: readonly ReceiptLine[]): ReceiptLine[] {
  return lines.map((line) => {
    const value = starCardNumbers(line.value);
    return value === line.value ? line : { ...line, value };
  });
}
