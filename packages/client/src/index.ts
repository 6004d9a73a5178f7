// The exports of @tillgate/client: card payments for a till, at the counter and at the table, and the link
// for card machines, in Node, Bun, Deno, browsers and React Native.

export type {
  AccountVerificationParams,
  Balances,
  Banking,
  CancelForwarded,
  CompletionParams,
  Currency,
  DuplicateParams,
  LinkCard as CardData,
  LinkOrder as TransactionOrder,
  LinkReportOrder as ReportOrder,
  NotificationValue,
  Payment,
  PaymentMethod,
  PreAuthParams,
  ReceiptLine,
  Receipts,
  RefundParams,
  Report,
  ReportType,
  SaleParams,
  SchemaViolation,
  SignatureQuestion,
  StartableType,
  TableContext,
  TablePayment,
  Terminal,
  TerminalStatus,
  TillReceiptLine,
  Totals,
  TransactionResult,
  VerificationMethod,
} from '@tillgate/protocol';
export { MAX_AMOUNT, MAX_CASHBACK, notificationValues } from '@tillgate/protocol';
export { connect } from './connect.ts';
export type { Address, AddressParts, WholeAddress } from './connection/address.ts';
export type { ConnectionState } from './connection/connection.ts';
export type { ClientError } from './connection/errors.ts';
export {
  BadAnswer,
  ConnectionLost,
  CouldNotConnect,
  Discontinued,
  HandshakeRefused,
  NoAnswer,
  NotSent,
  TillError,
  TillgateError,
} from './connection/errors.ts';
export { openSocket } from './connection/open-socket.ts';
export type { ConnectionOptions } from './connection/options.ts';
export type { OpenSocket, SocketOptions, TlsOptions } from './connection/socket.ts';
export type { KeyValueStorage, NumberStorage } from './connection/storage.ts';
export type { Timing } from './connection/timing.ts';
export type { Warning, WarningName } from './connection/warning.ts';
export type { LinkAddress, LinkAddressParts, PairOptions } from './link/address.ts';
export { pairTerminal } from './link/address.ts';
export type { LinkBehaviour, LinkOptions, TerminalLink } from './link/link.ts';
export { linkTerminal } from './link/link.ts';
export type {
  CardMachine,
  MachineProfile,
  MadeReport,
  OrderScreen,
  PlayedOutcome,
  SignatureVerdict,
  SignatureWanted,
} from './link/machine.ts';
export type { KeptOrder, OrderMemory } from './link/memory.ts';
export { orderInMemory, orderInStorage } from './link/memory.ts';
export type {
  ListRequest,
  LockRequest,
  PayRequest,
  WaiterAnswerOf,
} from './link/waiter-requests.ts';
export type { ConnectOptions, TillBehaviour, Unclaimed } from './pac/options.ts';
export type {
  KnownOutcome,
  Outcome,
  ResolveOptions,
  UnknownOutcome,
  UnknownReason,
} from './pac/outcome.ts';
export type { Machine, PacTill, TerminalFilter } from './pac/pac.ts';
export type { Shown } from './pac/progress.ts';
export { progressText } from './pac/progress-text.ts';
export type { OnSignature } from './pac/signature.ts';
export type { Transaction, TransactionOptions } from './pac/transaction.ts';
export type {
  FromMachine,
  LockAnswer,
  OpenTables,
  PaidTable,
  TableHandlers,
  TableReport,
} from './pat/handlers.ts';
export type { TableTill, TableTillBehaviour, TableTillOptions } from './pat/pat.ts';
export { serveTables } from './pat/pat.ts';
export type { SeenPayments } from './pat/seen-payments.ts';
export { seenInMemory, seenInStorage } from './pat/seen-payments.ts';
export { preview } from './receipt/preview.ts';
export type { Receipt, TextStyle } from './receipt/receipt.ts';
export { receipt } from './receipt/receipt.ts';
