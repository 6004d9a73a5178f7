// Version v0, declared as its differences from v1 [C-8.1, C-9.36]; everything else is the same in both.

import * as example from '../examples/pac.ts';
import type { Report } from '../schema/report.ts';
import type { NotificationValue } from '../schema/terminal.ts';
import { notificationValues, Terminal, Tid } from '../schema/terminal.ts';
import { neutralParams, Payment, PlainParams, SignatureQuestion } from '../schema/transaction.ts';
import { Type } from '../schema/type.ts';
import type { Dialect, ListedTerminal, OfferedType } from './dialect.ts';
import type { PacDefinition } from './pac.ts';
import { createPacCodec, extendSchema } from './pac.ts';
import { pacMessages } from './pac-messages.ts';
import { createPatCodec } from './pat.ts';
import { v1About } from './v1-about.ts';
import { v1Methods } from './v1-pac.ts';
import { patMethodNames } from './v1-pat.ts';

const TERMINAL_KEY = 'tpi';
/** Most card machines in one terminalsDetails request. */
const MAX_TIDS = 100;
const closed = { additionalProperties: false } as const;

/** What a card machine must offer to have a capability; `null` if every card machine has it. */
const offerOf = {
  SALE: 'SALE',
  REFUND: 'REFUND',
  DUPLICATE: null,
  CANCEL_TRANSACTION: null,
  REPORT_END_OF_DAY: 'END_OF_DAY',
  REPORT_BANKING: 'BANKING',
  REPORT_X_BALANCE: 'X_BALANCE',
  REPORT_Z_BALANCE: 'Z_BALANCE',
  TERMINAL_STATUS: null,
} as const satisfies Readonly<Record<string, OfferedType | null>>;
type Capability = keyof typeof offerOf;

const allCapabilities = Object.keys(offerOf) as Capability[];
const Capabilities = (description: string) =>
  Type.Array(
    Type.Enum(allCapabilities, {
      title: 'Capability',
      description: 'A capability of a card machine.',
    }),
    {
      description,
    },
  );

const CapableTerminal = extendSchema(Terminal, {
  capabilities: Capabilities('Its capabilities.'),
});

function withCapabilities({ offers, ...terminal }: ListedTerminal) {
  const has = (offer: OfferedType | null) => offer === null || offers.includes(offer);
  const capabilities = allCapabilities.filter((capability) => has(offerOf[capability]));
  return { ...terminal, capabilities };
}

interface Filters {
  readonly capabilities?: readonly Capability[];
}

const listingTerminals = {
  result: Type.Array(CapableTerminal, { description: 'The card machines.' }),
  encode: (listed: readonly ListedTerminal[]) => listed.map(withCapabilities),
};

const terminals = {
  connectedTerminals: {
    ...v1Methods.connectedTerminals,
    ...listingTerminals,
    params: extendSchema(v1Methods.connectedTerminals.params, {
      capabilities: Type.Optional(Capabilities('The card machine must have all of them.')),
    }),
    decode: ({ capabilities = [], ...filters }: Filters) => ({
      kind: 'terminals',
      ...filters,
      offers: capabilities.map((one) => offerOf[one]).filter((offer) => offer !== null),
    }),
  },
  terminalsDetails: {
    ...listingTerminals,
    params: Type.Object(
      {
        tpis: Type.Array(Tid, {
          minItems: 1,
          maxItems: MAX_TIDS,
          description: 'Which card machines.',
        }),
      },
      { ...closed, description: 'Which card machines.' },
    ),
    decode: ({ tpis }: { tpis: readonly string[] }) => ({ kind: 'terminalsByTid', tids: tpis }),
  },
} satisfies PacDefinition['methods'];

const V0Payment = extendSchema(Payment, {
  transactionType: transactionType(
    'Kind of transaction; the first and the last two come from duplicate only.',
  ),
  cardholderVerificationMethod: Type.Enum(['NONE', 'PIN', 'SIGNATURE', 'DEVICE'], {
    description: 'How the cardholder was verified; NONE also where that is not known.',
  }),
});

function transactionType(description: string) {
  return Type.Enum(['LOGON', 'SALE', 'REFUND', 'SALE_REVERSAL', 'REFUND_REVERSAL'], {
    description,
  });
}

function encodePayment(payment: Payment) {
  const { transactionType: type, cardholderVerificationMethod: method } = payment;
  return {
    ...payment,
    transactionType: type === 'COMPLETION' ? 'SALE' : type,
    cardholderVerificationMethod: method === 'UNKNOWN' ? 'NONE' : method,
  };
}

const payment = {
  params: PlainParams,
  ignored: neutralParams,
  result: V0Payment,
  encode: encodePayment,
};

/** v0 has no pre-authorisation and no account verification, so duplicate skips them. */
const duplicableTypes = [
  'LOGON',
  'SALE',
  'REFUND',
  'COMPLETION',
  'SALE_REVERSAL',
  'REFUND_REVERSAL',
] as const;

const transactions = {
  sale: { ...v1Methods.sale, ...payment },
  refund: { ...v1Methods.refund, ...payment },
  duplicate: {
    ...v1Methods.duplicate,
    result: V0Payment,
    decode: (params: { tid: string }) => ({ kind: 'duplicate', ...params, types: duplicableTypes }),
    encode: encodePayment,
  },
  cancelTransaction: {
    ...v1Methods.cancelTransaction,
    result: Type.Object(
      { cancelled: Type.Literal(true, { description: 'The card machine has cancelled.' }) },
      { ...closed, description: 'The transaction was cancelled.' },
    ),
    decode: ({ tid }: { tid: string }) => ({ kind: 'cancel', tid, respondWhen: 'decided' }),
  },
} satisfies PacDefinition['methods'];

const { reportEndOfDay, reportBanking, reportXBalance, reportZBalance } = v1Methods;

const v1OnlyNotifications: ReadonlySet<NotificationValue> = new Set<NotificationValue>([
  'ATTEMPTING_CANCEL',
  'CANCELLING',
  'UNABLE_TO_CANCEL',
  'REPLACE_PAPER',
  'ENTER_CASHBACK',
]);

const definition = {
  terminalKey: TERMINAL_KEY,
  methods: {
    ...terminals,
    ...transactions,
    reportEndOfDay,
    reportBanking,
    reportXBalance,
    reportZBalance,
  },
  notificationValues: notificationValues.filter((value) => !v1OnlyNotifications.has(value)),
  signatureQuestion: extendSchema(SignatureQuestion, {
    transactionType: transactionType('As in the payment.'),
  }),
  encodeResult: (result: Payment | Report) =>
    'transactionResult' in result ? encodePayment(result) : result,
} satisfies PacDefinition;

const about = {
  ...v1About,
  connectedTerminals: {
    ...v1About.connectedTerminals,
    answer: 'The card machines that pass every filter, ordered by tpi; [] if there are none.',
    exampleParams: [undefined, { capabilities: ['SALE', 'REFUND'] }],
  },
  terminalsDetails: {
    title: 'Look at some card machines',
    purpose: 'Asks for card machines of the site by name.',
    answer: 'Those that are connected, each once, in the order of the request.',
    exampleParams: [{ tpis: [example.tid, '99999999'] }],
    exampleResults: [[example.terminal], []],
    rules: [],
  },
  sale: { ...v1About.sale, exampleParams: [example.asked] },
  cancelTransaction: {
    ...v1About.cancelTransaction,
    answer: 'The card machine has cancelled; if it is too late the answer is error -32072.',
    exampleResults: [{ cancelled: true as const }],
  },
};
const messages = pacMessages(definition, { rules: ['C-8.1'], methods: about });

// v0 has no final receipt.
const { finalReceipt: _, ...requests } = patMethodNames.requests;
const pat = createPatCodec({ ...patMethodNames, terminalKey: TERMINAL_KEY, requests });

/** The version v0. */
export const v0: Dialect = {
  version: 'v0',
  messages: [...messages, ...pat.messages],
  pac: createPacCodec(definition),
  pat: pat.codec,
};
