// The exports of @tillgate/protocol: what both ends of the wire share.

export * as api from './api/api.ts';
export { Conversation } from './conversation/conversation.ts';
export type { Endpoint, SplitAddress } from './conversation/endpoint.ts';
export { parseEndpoint, splitAddress, tillParameters } from './conversation/endpoint.ts';
export type { Assessment, ObservedMessage, Side } from './conversation/observed-message.ts';
export type {
  CancelConfirmed,
  CancelForwarded,
  Dialect,
  Dialects,
  Integration,
  ListedTerminal,
  Message,
  OfferedType,
  PacCodec,
  PacCommand,
  PacMethodCodec,
  PacResult,
  PatCodec,
  PatMethodCodec,
  TableContext,
  TableNotification,
  TableReply,
  TableRequest,
  TransactionRequest,
  ValidationOptions,
  Version,
} from './dialect/dialect.ts';
export { decodeRequest, validateNotification } from './dialect/dialect.ts';
export { dialects } from './dialect/dialects.ts';
export type { Exchange } from './dialect/exchanges.ts';
export { exchangesOf, integrations, integrationsOf } from './dialect/exchanges.ts';
export type {
  LinkCommands,
  LinkEvent,
  LinkNotificationSchema,
  LinkRequestSchema,
  LinkRequests,
} from './dialect/link.ts';
export { linkCommands, linkEvents, linkRequests, linkWaiterMethods } from './dialect/link.ts';
export type { PatMethodNames } from './dialect/pat.ts';
export { createPatCodec } from './dialect/pat.ts';
export { v0 } from './dialect/v0.ts';
export { v1 } from './dialect/v1.ts';
export { v1Pac } from './dialect/v1-pac.ts';
export { patMethodNames, v1Pat } from './dialect/v1-pat.ts';
export type { WaiterRequest } from './dialect/waiter.ts';
export { encodeShowing, waiterMethods } from './dialect/waiter.ts';
export { durationText, gapText } from './picture/duration-text.ts';
export { outcomeIconPaths } from './picture/icon-paths.ts';
export type { Picture, PlacedStep } from './picture/picture.ts';
export { MAX_STEPS, pictureOf } from './picture/picture.ts';
export type { PictureShapes, Shape, StepShapes } from './picture/shapes.ts';
export { shapesOf } from './picture/shapes.ts';
export type { PictureFrame, PictureLine, PictureSource } from './picture/source.ts';
export type { Lane, PictureStep } from './picture/steps.ts';
export { gapOf, stepsOf } from './picture/steps.ts';
export { pictureSvg } from './picture/svg.ts';
export { ASYNCAPI_FILES, asyncApi } from './published/asyncapi.ts';
export { BUNDLE_FILES, schemaBundle } from './published/bundle.ts';
export { publishedDocuments } from './published/documents.ts';
export type { Form } from './published/forms.ts';
export { forms } from './published/forms.ts';
export { openRpc, openRpcFile } from './published/openrpc.ts';
export { publishedIndex, publishedSchemas, SCHEMA_INDEX_FILE } from './published/schemas.ts';
export type { Breakable, Channel, ChannelListener } from './rpc/channel.ts';
export { linkedPair } from './rpc/channel.ts';
export { escapeControls, escapeMarkup, replaceControls } from './rpc/characters.ts';
export { CloseCode } from './rpc/close-code.ts';
export type { ErrorData, ErrorName, ErrorObject, SchemaViolation, Sender } from './rpc/error.ts';
export {
  addressedTo,
  describeValue,
  errorObject,
  errorTable,
  isErrorObject,
  Refusal,
  refuse,
  unusableMessageCodes,
} from './rpc/error.ts';
export { mask, maskFrame, maskPans, maskStoredFrame, sanitizeTexts } from './rpc/mask.ts';
export type { Id, Request, Response } from './rpc/message.ts';
export {
  errorText,
  idToText,
  JsonText,
  keepDigits,
  MAX_BATCH_ITEMS,
  notificationText,
  parseMessage,
} from './rpc/message.ts';
export type { IncomingRequest, PeerDiagnostic, PeerListener, ResponseHandler } from './rpc/peer.ts';
export { ConnectionClosed, ErrorResponse, InvalidResponse, idInUse, Peer } from './rpc/peer.ts';
export {
  alignText,
  columnsOf,
  cutText,
  labelledRows,
  signsOf,
  wrapText,
} from './schema/columns.ts';
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
export {
  AMOUNT_FORM,
  amountText,
  currencySign,
  MAX_AMOUNT,
  MAX_CASHBACK,
  moneyText,
  parseAmount,
} from './schema/money.ts';
export type { ReceiptLine, Receipts, TillReceiptLine } from './schema/receipt.ts';
export type { Balances, Banking, Report, ReportType, Totals } from './schema/report.ts';
export { reportTypes } from './schema/report.ts';
export type { TablePayment } from './schema/table.ts';
export { MAX_TABLES, MAX_WAITER_ID } from './schema/table.ts';
export type { NotificationValue, Terminal, TerminalStatus } from './schema/terminal.ts';
export {
  linkNotificationValues,
  MAX_IDENTIFIER,
  notificationValues,
  virtualTidPattern,
} from './schema/terminal.ts';
export { patternWords } from './schema/text.ts';
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
  StartableType,
  TransactionResult,
  VerificationMethod,
} from './schema/transaction.ts';
export {
  paymentMethods,
  paymentResults,
  startableTypes,
  verificationMethods,
} from './schema/transaction.ts';
export type {
  Static,
  TArray,
  TEnum,
  TObject,
  TOptional,
  TRecord,
  TSchema,
  TUnion,
  TValue,
} from './schema/type.ts';
export { Type } from './schema/type.ts';
export type { Validator } from './schema/validator.ts';
export { accept, createValidator } from './schema/validator.ts';
export { describeSchema, findViolations, violationAt } from './schema/violations.ts';
export type { WaiterAnswer } from './schema/waiter.ts';
export type { ConnectionStateName } from './vocabulary/connection-states.ts';
export { connectionStateName, connectionStates } from './vocabulary/connection-states.ts';
export { faultActionText, faultTriggerText } from './vocabulary/fault-words.ts';
export type { OutcomeWords } from './vocabulary/outcomes.ts';
export { approvals, outcomes, outcomeWords } from './vocabulary/outcomes.ts';
export { isOperatedByHand, terminalStates } from './vocabulary/terminal-states.ts';
