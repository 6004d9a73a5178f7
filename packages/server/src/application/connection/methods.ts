// The table of contents of all messages that come in: which handler answers which. The wire's names
// of the methods stand in the dialects of @tillgate/protocol; here stands what they are decoded to.
//
//   a till at the counter   pacHandlers below
//   a till at the table     sends no requests [C-9.1]. The gateway asks it for tables, a lock, a bill and a
//                           final receipt (pat/pat.ts), and notifies it of payments, unlocks and reports
//                           (pat/pat-outbox.ts)
//   a waiter's program      tables, lock, bill, pay, leave: pat/pat.ts, TableService.onRequest [C-10.15]
//   a card machine          the same requests of its waiter [C-13.14], and linkReports below [C-13.4]

import type { LinkEvent, PacCommand } from '@tillgate/protocol';
import type { LinkReport } from '../../ports/link.ts';
import type { MachineReport } from '../../ports/terminal-driver.ts';
import type { PacAnswer, PacCommandOf, PacRequest } from '../pac/pac.ts';
import {
  cancel,
  describeTerminal,
  listTerminals,
  listTerminalsByTid,
  repeatLastPayment,
  startReport,
  startTransaction,
} from '../pac/pac.ts';

/** Requests of a till at the counter [C-4.1], by what its dialect decodes them to. */
const pacHandlers: Readonly<{
  [K in PacCommand['kind']]: (request: PacRequest, command: PacCommandOf<K>) => PacAnswer;
}> = {
  terminals: listTerminals,
  terminal: describeTerminal,
  terminalsByTid: listTerminalsByTid,
  transaction: startTransaction,
  duplicate: repeatLastPayment,
  cancel,
  report: startReport,
};

/** Gives the result or a promise of it, or throws a `Refusal`. */
export function handlePac<K extends PacCommand['kind']>(
  request: PacRequest,
  command: PacCommandOf<K>,
): PacAnswer {
  const handler = pacHandlers[command.kind as K];
  return handler(request, command);
}

/** Notifications of a linked card machine [C-13.4], by method: the report that each is. */
const linkReports: Readonly<{
  [M in LinkEvent['method']]: (params: ParamsOf<M>) => LinkReport;
}> = {
  hello: (profile) => ({ kind: 'connected', profile }),
  showing: ({ order, notificationValue: value }) => ({ kind: 'showing', order, value }),
  signatureWanted: ({ order, ...wanted }) => ({ kind: 'signatureWanted', order, wanted }),
  cancelDecided: (params) => ({ kind: 'cancelDecided', ...params }),
  finished: (params) => ({ kind: 'finished', ...params }),
  reported: ({ order, result }) => ({ kind: 'reported', order, result: result as MachineReport }),
};
type ParamsOf<M extends LinkEvent['method']> = Extract<LinkEvent, { method: M }>['params'];

export function linkReport<M extends LinkEvent['method']>({
  method,
  params,
}: Extract<LinkEvent, { method: M }>): LinkReport {
  return linkReports[method as M](params as ParamsOf<M>);
}
