// What a scenario left behind, for the rules to judge: the messages of the till, the journal, and what the till holds
// for true.

import type { api, Version } from '@tillgate/protocol';
import type { DriverAnswer, DriverCommand, PrintedCopies, PrintedLine } from './driver.ts';
import type { RecordedEvent, RecordedMessage } from './recording.ts';
import type { Handshake } from './till-proxy.ts';

export interface Evidence {
  /** The card machine of the scenario. */
  readonly tid: string;
  /** What the driver was told to do. */
  readonly commands: readonly DriverCommand[];
  /** What went over the connections while the scenario ran. */
  readonly messages: readonly RecordedMessage[];
  readonly events: readonly RecordedEvent[];
  /** Transactions of the card machine, oldest first. */
  readonly transactions: readonly api.TransactionStory[];
  /** What the till holds for true in the end; undefined if it cannot tell. */
  readonly belief: DriverAnswer | undefined;
  /** What the till has printed in the end; undefined if it cannot tell, or was not asked. */
  readonly printed: PrintedCopies | undefined;
  /** The copy to sign as far as it was printed while the signature question was open; undefined as above. */
  readonly slipPrinted: readonly PrintedLine[] | undefined;
  /** Whether a connection of the till is open in the end. */
  readonly isConnected: boolean;
  /** Whether the scenario took the connection away, and when, in milliseconds of real time. */
  readonly cutAtMs: readonly number[];
  /** Of the wire, in which the till is rehearsed. */
  readonly version: Version;
  /** Handshakes of the till meanwhile, of every path. */
  readonly handshakes: readonly Handshake[];
  /** How long the scenario took, in milliseconds of real time. */
  readonly tookMs: number;
  readonly returnsPingPayload: boolean;
}

/** Commands that start something at a card machine, with the requests of the till that it may become. */
const startMethods: Readonly<Record<string, readonly string[]>> = {
  sale: ['sale'],
  refund: ['refund'],
  'pre-auth': ['preAuth'],
  completion: ['completion'],
  verify: ['accountVerification'],
  report: ['reportEndOfDay', 'reportBanking', 'reportXBalance', 'reportZBalance'],
};

export function isStart({ do: name }: DriverCommand): boolean {
  return Object.hasOwn(startMethods, name);
}

/** Requests of the till that start something at the machine of the scenario. */
export function startsOf(evidence: Evidence): readonly RecordedMessage[] {
  return requestsOf(evidence, ...Object.values(startMethods).flat());
}

/** The response or error to a request; undefined if none came on its connection. */
export function responseTo(
  { messages }: Pick<Evidence, 'messages'>,
  request: RecordedMessage,
): RecordedMessage | undefined {
  return messages.find(({ observed }) => observed.inReplyTo === request.observed);
}

/** Requests of the till of these methods that name the machine of the scenario. */
export function requestsOf(
  { messages, tid }: Pick<Evidence, 'messages' | 'tid'>,
  ...methods: readonly string[]
): readonly RecordedMessage[] {
  return messages.filter(
    (message) =>
      message.side === 'partner' &&
      message.observed.kind === 'request' &&
      methods.includes(message.observed.method ?? '') &&
      message.tid === tid,
  );
}

/** The true outcome in the words of the SDK. */
export function truthOf({ transactions }: Evidence): string | undefined {
  const last = transactions.at(-1);
  return last && wordOf(last.summary.result);
}

const words: Readonly<Record<string, string>> = {
  OPEN: 'open',
  SUCCESSFUL: 'approved',
  DECLINED: 'declined',
  VOID: 'void',
  CANCELLED: 'cancelled',
  UNSUCCESSFUL: 'unsuccessful',
  TIMED_OUT: 'unknown',
  COMPLETE: 'approved',
};

export function wordOf(result: string): string {
  return words[result] ?? result;
}
