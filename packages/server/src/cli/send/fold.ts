// A message of the gateway folded to its meaning, for the prompt of `tillgate send`. Pure.

import { progressText } from '@tillgate/client';
import type { ObservedMessage, Payment } from '@tillgate/protocol';
import { moneyText } from '../../application/journal/money-text.ts';
import type { Line } from '../layout.ts';
import { isResult, outcomeSpan } from '../outcome-text.ts';

const ARROW = { text: '← ' };
/** Their lines are left out. */
const RECEIPT_NAME = /receiptlines|reportlines/i;

interface Message {
  readonly method?: string;
  readonly params?: { readonly tid?: string; readonly notificationValue?: string };
  readonly result?: unknown;
  readonly error?: {
    readonly code?: number;
    readonly message?: string;
    readonly data?: { readonly userMessage?: string; readonly errors?: readonly Fault[] };
  };
}

interface Fault {
  readonly path: string;
  readonly expected: string;
  readonly got: string;
}

/** One line for each message; control characters are still in it. */
export function foldedLines(text: string, said: readonly ObservedMessage[]): readonly Line[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return [[ARROW, { text }]];
  }
  const messages = (Array.isArray(value) ? value : [value]) as readonly Message[];
  return messages.flatMap((message, index) => {
    const [first = [], ...more] = foldedMessage(Object(message), said[index]);
    return [[ARROW, ...first], ...more];
  });
}

function foldedMessage(message: Message, said: ObservedMessage | undefined): readonly Line[] {
  const { error, params, method } = message;
  const id = said?.id === undefined || said.id === 'null' ? '' : ` ${said.id}`;
  const name = { text: `${method ?? said?.method ?? said?.kind ?? 'message'}${id}: ` };
  if (error) {
    const { code = 0, message: why = '', data } = error;
    return [
      [name, { text: `refused ${code}`, tone: 'bad' }, { text: `. ${why}` }],
      ...(data?.errors ?? []).map(({ path, expected, got }) => [
        { text: `    ${path}: expected ${expected}, got ${got}` },
      ]),
      ...(data?.userMessage ? [[{ text: `    ${data.userMessage}` }]] : []),
    ];
  }
  if (params?.notificationValue !== undefined) {
    const { tid = '', notificationValue } = params;
    const words = progressText(notificationValue as Parameters<typeof progressText>[0]);
    return [
      [
        { text: `${tid} shows: ` },
        { text: words, tone: 'accent' },
        { text: ` (${notificationValue})` },
      ],
    ];
  }
  if (method !== undefined) return [[name, { text: foldedJson(params ?? {}) }]];
  return foldedResult(name, message.result);
}

function foldedResult(name: Line[number], result: unknown): readonly Line[] {
  if (isPayment(result)) {
    const { transactionType, transactionResult, currency, amountTotal, authCode } = result;
    const code = authCode ? `, auth code ${authCode}` : '';
    const facts = ` ${moneyText(currency, amountTotal)}${code} (${transactionType} ${transactionResult})`;
    return [[name, outcomeSpan(transactionResult, transactionType), { text: facts }]];
  }
  if (Array.isArray(result) && result.length > 0) {
    const rows = result.map((one) => [{ text: `    ${foldedJson(one)}` }]);
    return [[name, { text: String(result.length) }], ...rows];
  }
  return [[name, { text: foldedJson(result) }]];
}

function isPayment(value: unknown): value is Payment {
  const { transactionResult, transactionType, amountTotal, currency } = Object(
    value,
  ) as Partial<Payment>;
  return (
    isResult(String(transactionResult)) &&
    typeof transactionType === 'string' &&
    typeof amountTotal === 'number' &&
    typeof currency === 'string'
  );
}

/** JSON without the lines of receipts. */
function foldedJson(value: unknown): string {
  return (
    JSON.stringify(value, (key, inner: unknown) =>
      RECEIPT_NAME.test(key) && typeof inner === 'object' ? '…' : inner,
    ) ?? ''
  );
}
