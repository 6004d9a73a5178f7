// The door of @tillgate/client: card payments for a till, at the counter and at the table, and the link
// for card machines, in Node and in a browser.

export type {
  AccountVerificationParams,
  AtTable,
  Balances,
  Banking,
  CancelPassedOn,
  CompletionParams,
  Currency,
  DuplicateParams,
  Fault,
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
  SignatureQuestion,
  StartedType,
  TablePayment,
  Terminal,
  TerminalStatus,
  TillReceiptLine,
  Totals,
  TransactionResult,
  VerificationMethod,
} from '@tillgate/protocol';
export { MAX_AMOUNT, MAX_CASHBACK, notificationValues } from '@tillgate/protocol';
export { openSocket } from '#socket';
export type { Address, AddressParts, WholeAddress } from './address.ts';
export { connect } from './connect.ts';
export type { ConnectionState } from './connection.ts';
export {
  BadAnswer,
  ConnectionLost,
  CouldNotConnect,
  Discontinued,
  HandshakeRefused,
  NoAnswer,
  NotSent,
  TillError,
} from './errors.ts';
export type { LinkBehaviour, LinkOptions, TerminalLink } from './link.ts';
export { linkTerminal } from './link.ts';
export type { LinkAddress, LinkAddressParts, PairOptions } from './link-address.ts';
export { pairTerminal } from './link-address.ts';
export type {
  CardMachine,
  MachineProfile,
  MadeReport,
  OrderScreen,
  PlayedOutcome,
  SignatureVerdict,
  SignatureWanted,
} from './link-machine.ts';
export type { KeptOrder, OrderMemory } from './link-memory.ts';
export { orderInMemory, orderInStorage } from './link-memory.ts';
export type { ListWish, LockWish, PayWish, WishAnswer } from './link-wishes.ts';
export type { ConnectionOptions, ConnectOptions, TillBehaviour, Unclaimed } from './options.ts';
export type {
  KnownOutcome,
  Outcome,
  ResolveOptions,
  UnknownOutcome,
  UnknownReason,
} from './outcome.ts';
export type { Machine, PacTill, TerminalFilter } from './pac.ts';
export type { TableTill, TableTillBehaviour, TableTillOptions } from './pat.ts';
export { serveTables } from './pat.ts';
export { preview } from './preview.ts';
export type { Shown } from './progress.ts';
export { progressText } from './progress-text.ts';
export type { Receipt, TextStyle } from './receipt.ts';
export { receipt } from './receipt.ts';
export type { NumberStorage } from './request-numbers.ts';
export type { KeyValueStorage, SeenPayments } from './seen-payments.ts';
export { seenInMemory, seenInStorage } from './seen-payments.ts';
export type { OnSignature } from './signature.ts';
export type { OpenSocket, SocketOptions, TlsOptions } from './socket.ts';
export type {
  FromMachine,
  LockAnswer,
  OpenTables,
  PaidTable,
  TableHandlers,
  TableReport,
} from './table-handlers.ts';
export type { Timing } from './timing.ts';
export type { Transaction, TransactionOptions } from './transaction.ts';
export type { Warning, WarningName } from './warning.ts';
