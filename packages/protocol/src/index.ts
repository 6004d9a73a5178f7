// The door of @tillgate/protocol: what both ends of the wire agree on.

export * as api from './api/api.ts';
export { Conversation } from './conversation/conversation.ts';
export type { Said, Side, Verdict } from './conversation/said.ts';
export type { Spoken } from './conversation/spoken.ts';
export { spokenAt } from './conversation/spoken.ts';
export { ASYNCAPI, asyncApi } from './dialect/asyncapi.ts';
export type {
  AtTable,
  Cancelled,
  CancelPassedOn,
  Dialect,
  Dialects,
  Integration,
  ListedTerminal,
  Message,
  Offer,
  PacResult,
  PacTable,
  PacWish,
  PatTable,
  QuestionRow,
  Reading,
  RequestRow,
  TableNotice,
  TableQuestion,
  TableReply,
  TransactionWish,
  Version,
} from './dialect/dialect.ts';
export { readNotice, readRequest } from './dialect/dialect.ts';
export { dialects } from './dialect/dialects.ts';
export type { Exchange } from './dialect/exchanges.ts';
export { exchangesOf, integrations, integrationsOf } from './dialect/exchanges.ts';
export type {
  LinkAsking,
  LinkNoticeRow,
  LinkQuestionRow,
  LinkTelling,
  LinkTold,
} from './dialect/link.ts';
export { linkNotices, linkQuestions, linkTellings, linkWishes } from './dialect/link.ts';
export type { PatWords } from './dialect/pat.ts';
export { patTable, patWords } from './dialect/pat.ts';
export { publishedIndex, publishedSchemas, SCHEMA_INDEX } from './dialect/published.ts';
export { v0 } from './dialect/v0.ts';
export { v1 } from './dialect/v1.ts';
export type { WaiterWish } from './dialect/waiter.ts';
export { showingText, waiterRequests } from './dialect/waiter.ts';
export type { Channel, ChannelEars, Cuttable } from './rpc/channel.ts';
export { linkedPair } from './rpc/channel.ts';
export { CloseCode } from './rpc/close-code.ts';
export type { ErrorData, ErrorName, ErrorObject, Fault } from './rpc/error.ts';
export { errorObject, errorTable, isErrorObject, Refusal, refuse } from './rpc/error.ts';
export { ConnectionClosed, ErrorAnswer, InvalidAnswer } from './rpc/failure.ts';
export { mask, starCardNumbers, starFrame } from './rpc/mask.ts';
export type { Id, Request, Response } from './rpc/message.ts';
export { errorText, JsonText, notificationText, parseMessage } from './rpc/message.ts';
export type { Call, PeerListener, PeerNote, TakeAnswer } from './rpc/peer.ts';
export { Peer } from './rpc/peer.ts';
export type { Checker } from './schema/checker.ts';
export { checker } from './schema/checker.ts';
export { expected, explain, show } from './schema/explain.ts';
export type {
  LinkCard,
  LinkLastOrder,
  LinkOrder,
  LinkOutcome,
  LinkProfile,
  LinkReportOrder,
  LinkReportResult,
} from './schema/link.ts';
export { noCard } from './schema/link.ts';
export type { Currency } from './schema/money.ts';
export { MAX_AMOUNT, MAX_CASHBACK } from './schema/money.ts';
export type { ReceiptLine, Receipts, TillReceiptLine } from './schema/receipt.ts';
export type { Balances, Banking, Report, ReportType, Totals } from './schema/report.ts';
export { reportTypes } from './schema/report.ts';
export type { TablePayment } from './schema/table.ts';
export { MAX_TABLES, MAX_WAITER_ID } from './schema/table.ts';
export type { NotificationValue, Terminal, TerminalStatus } from './schema/terminal.ts';
export {
  MAX_IDENTIFIER,
  machineValues,
  notificationValues,
  virtualTid,
} from './schema/terminal.ts';
export type {
  AccountVerificationParams,
  CompletionParams,
  DuplicateParams,
  Payment,
  PaymentMethod,
  PreAuthParams,
  RefundParams,
  SaleParams,
  SignatureAnswer,
  SignatureQuestion,
  StartedType,
  TransactionResult,
  VerificationMethod,
} from './schema/transaction.ts';
export { paymentMethods, startedTypes, verificationMethods } from './schema/transaction.ts';
export type { WaiterAnswer } from './schema/waiter.ts';
