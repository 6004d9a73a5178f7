// What a till prints, where it can tell: the receipts of a payment whole, and the copy to sign before the question about
// the signature is answered. Columns and line breaks are its own.

import type { PrintedLine } from './driver.ts';
import type { Evidence } from './evidence.ts';
import type { RecordedMessage } from './recording.ts';
import type { Finding, Rule } from './rule.ts';

/** Missing lines that a verdict names. */
const NAMED_LINES = 3;

/** A line of a receipt on the wire [C-5.5]. */
interface Line {
  readonly value: string;
  readonly type?: string;
  readonly format?: readonly string[];
}

const copies = { MERCHANT: 'merchant', CUSTOMER: 'customer' } as const;

export const receiptRules = {
  'prints-receipts': {
    severity: 'should',
    about: 'The till prints each copy of the receipt that it gets, whole.',
    cites: ['C-5.3', 'C-5.5'],
    judge: (evidence) => {
      const result = receiptOf(evidence);
      if (!evidence.printed || !result) return undefined;
      const { receiptLines } = Object(result.result);
      const missing = Object.entries(copies).flatMap(([key, copy]) =>
        unprinted(Object(receiptLines)[key], evidence.printed?.[copy]).map(
          (line) => `${copy}: ${line}`,
        ),
      );
      return foundMissing(missing, result);
    },
  },
  'prints-no-receipt': {
    severity: 'should',
    about: 'The till prints no receipt of the card machine where there is none.',
    cites: ['C-5.3'],
    judge: (evidence) => {
      const result = receiptOf(evidence);
      if (!evidence.printed || !result) return undefined;
      const { receiptLines } = Object(result.result);
      const invented = Object.entries(copies).filter(
        ([key, copy]) =>
          Object(receiptLines)[key] === undefined && squeezed(evidence.printed?.[copy]) !== '',
      );
      const passed = invented.length === 0;
      const names = invented.map(([, copy]) => copy).join(' and ');
      const why = passed ? 'It printed none.' : `It printed a ${names} copy that it did not get.`;
      return { passed, why, frames: [result.frame.number] };
    },
  },
  'prints-slip': {
    severity: 'must',
    about: 'The till prints the copy to sign as soon as it is asked about the signature.',
    cites: ['C-4.32', 'C-5.5'],
    judge: (evidence) => {
      const asked = signatureQuestionOf(evidence);
      if (!evidence.slipPrinted || !asked) return undefined;
      const { MERCHANT } = Object(asked.params.receiptLines);
      return foundMissing(unprinted(MERCHANT, evidence.slipPrinted), asked);
    },
  },
} as const satisfies Readonly<Record<string, Rule>>;

/** Whether all that the till got is printed, as far as it can tell. */
export function isAllPrinted(
  { messages, tid }: Pick<Evidence, 'messages' | 'tid'>,
  printed: Evidence['printed'],
): boolean {
  const result = receiptOf({ messages, tid });
  const { receiptLines } = Object(result?.result);
  return Object.entries(copies).every(
    ([key, copy]) => unprinted(Object(receiptLines)[key], printed?.[copy]).length === 0,
  );
}

/** Whether the copy to sign is printed. */
export function isSlipPrinted(
  evidence: Pick<Evidence, 'messages' | 'tid'>,
  slip: readonly PrintedLine[],
): boolean {
  const asked = signatureQuestionOf(evidence);
  const { MERCHANT } = Object(asked?.params.receiptLines);
  return asked !== undefined && unprinted(MERCHANT, slip).length === 0;
}

type Talk = Pick<Evidence, 'messages' | 'tid'>;

/** The last payment that the till got. */
function receiptOf({ messages, tid }: Talk): RecordedMessage | undefined {
  return messages.findLast(({ side, result }) => {
    const { receiptLines, tid: v1, tpi: v0 } = Object(result);
    return side === 'gateway' && receiptLines !== undefined && (v1 ?? v0) === tid;
  });
}

function signatureQuestionOf({ messages, tid }: Talk): RecordedMessage | undefined {
  return messages.find(
    (message) =>
      message.side === 'gateway' &&
      message.observed.method === 'signatureVerificationRequest' &&
      message.tid === tid,
  );
}

/** Texts of a copy that are not printed in their order, and those in another format, if the till tells formats. */
function unprinted(
  lines: readonly Line[] = [],
  printed: readonly PrintedLine[] = [],
): readonly string[] {
  const all = squeezed(printed);
  let at = 0;
  return lines.flatMap((line) => {
    const text = squeezed([line.value]);
    if (text === '') return [];
    const found = all.indexOf(text, at);
    if (found < 0) return [`"${line.value.trim()}"`];
    at = found + text.length;
    const isLost = printed.some((one) => isSameText(one, text) && !hasFormat(one, line));
    const isKept = printed.some((one) => isSameText(one, text) && hasFormat(one, line));
    return isLost && !isKept ? [`"${line.value.trim()}" in ${line.format?.join(' ')}`] : [];
  });
}

function isSameText(printed: PrintedLine, text: string): boolean {
  return squeezed([printed]) === text;
}

/** A line that is told as a text says nothing of its format. */
function hasFormat(printed: PrintedLine, { format = [] }: Line): boolean {
  if (typeof printed === 'string' || printed.format === undefined) return true;
  return format.every((one) => printed.format?.includes(one));
}

/** The text without blanks and line breaks. */
function squeezed(lines: readonly PrintedLine[] = []): string {
  const texts = lines.map((line) => (typeof line === 'string' ? line : line.value));
  return texts.join('').normalize('NFC').replaceAll(/\s/g, '');
}

function foundMissing(missing: readonly string[], message: RecordedMessage): Finding {
  const passed = missing.length === 0;
  const named = missing.slice(0, NAMED_LINES).join(', ');
  const why = passed
    ? 'It printed every line.'
    : `${missing.length} lines were not printed, the first: ${named}.`;
  return { passed, why, frames: [message.frame.number] };
}
