// The log for operators: one JSON line per event, on stderr. Anything that could be a token or a card
// number is masked before it is written [C-12.21], and what a terminal would obey is escaped [C-13.20].

import { escapeControls, mask } from '@tillgate/protocol';
import type { DestinationStream, Level } from 'pino';
import { destination, pino, stdTimeFunctions } from 'pino';
import type {
  ConnectionLabel,
  EndedTransaction,
  FaultPlace,
  Observer,
  RefusedHandshake,
} from '../../ports/observer.ts';

export type LogLevel = Level | 'silent';

export class Log implements Observer {
  readonly #pino;

  /** `to` is for tests; the default is stderr, since stdout is for the output of the command. */
  constructor(level: LogLevel, to: DestinationStream = destination(2)) {
    const timestamp = stdTimeFunctions.isoTime;
    this.#pino = pino({ level, base: null, timestamp, hooks: { streamWrite: safeLine } }, to);
  }

  info(message: string, details: object = {}): void {
    this.#pino.info(details, message);
  }

  warn(message: string, details: object = {}): void {
    this.#pino.warn(details, message);
  }

  handshakeAnswered(): void {}

  handshakeRefused(refused: RefusedHandshake): void {
    this.#pino.warn(refused, 'a handshake was refused');
  }

  connectionOpened(label: ConnectionLabel): void {
    this.#pino.debug(label, 'a socket opened');
  }

  connectionClosed(label: ConnectionLabel, code: number): void {
    this.#pino.debug({ ...label, code }, 'a socket closed');
  }

  messageReceived(): void {}

  messageSent(): void {}

  errorSent(code: number): void {
    this.#pino.debug({ code }, 'an error was sent');
  }

  traced(label: ConnectionLabel, note: string): void {
    this.#pino.debug(label, note);
  }

  pingPayloadNotReturned(label: ConnectionLabel): void {
    this.#pino.warn(label, "this till's library does not return ping payloads");
  }

  transactionEnded(ended: EndedTransaction): void {
    this.#pino.info(ended, 'a transaction ended');
  }

  /** Each kind has one line a minute (`refusal-warnings.ts`). */
  refused(): void {}

  fault(where: FaultPlace, cause: unknown): void {
    this.#pino.error({ where, cause: describe(cause) }, 'a fault');
  }
}

function safeLine(json: string): string {
  return escapeControls(mask(json));
}

function describe(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const deeper = cause.cause === undefined ? '' : `, because: ${describe(cause.cause)}`;
  return `${cause.name}: ${cause.message}${deeper}`;
}
