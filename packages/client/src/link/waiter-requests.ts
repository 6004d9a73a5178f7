// Requests of the waiter at the card machine, which the gateway passes on to the till [C-13.14]: each gets
// one answer, also where there is no connection.

import type { Peer, WaiterAnswer, WaiterRequest } from '@tillgate/protocol';
import { ErrorResponse, errorTable, InvalidResponse, linkWaiterMethods } from '@tillgate/protocol';
import { faultsText } from '../connection/errors.ts';
import { parseTolerant } from '../connection/read.ts';
import type { Warn } from '../connection/warning.ts';

/** An answer of that name, or `no` with a sentence for the waiter. */
export type WaiterAnswerOf<Word extends WaiterAnswer['answer']> = Extract<
  WaiterAnswer,
  {
    /** Which answer it is. */
    readonly answer: Word | 'no';
  }
>;

type RequestOf<W extends WaiterRequest['kind']> = Omit<Extract<WaiterRequest, { kind: W }>, 'kind'>;
/** The waiter asks for the open tables. */
export type ListRequest = RequestOf<'tables'>;
/** The waiter has chosen a table. */
export type LockRequest = RequestOf<'lock'>;
/** The waiter takes a payment at the locked table; amounts are in minor units (pence, cents). */
export type PayRequest = Pick<RequestOf<'pay'>, 'by' | 'amount'> & Partial<RequestOf<'pay'>>;

const OUT_OF_REACH = 'The gateway is out of reach. Try again.';
const NOT_KNOWN = 'It is not known whether the card was charged. Look before you take another.';

interface WaiterCall {
  readonly kind: WaiterRequest['kind'];
  readonly params: object;
}

/** Throws TypeError for params that no gateway would take; never rejects otherwise. */
export async function sendWaiterRequest(
  peer: Peer | undefined,
  { kind, params }: WaiterCall,
  warn: Warn,
): Promise<WaiterAnswer> {
  const row = linkWaiterMethods[kind];
  if (!row) throw new Error(`There is no waiter request ${kind}.`);
  const given = Object.fromEntries(Object.entries(params).filter(([, one]) => one !== undefined));
  const faults = row.request.violations({ jsonrpc: '2.0', id: 1, method: kind, params: given });
  if (faults.length > 0) {
    const named = faults.map((fault) => ({ ...fault, path: fault.path.replace('/params/', '') }));
    throw new TypeError(`${kind}: ${faultsText(named)}.`);
  }
  if (!peer) return no(OUT_OF_REACH);
  try {
    const result = (await peer.request(kind, given)) as WaiterAnswer;
    const fitting = parseTolerant(row.result, result, () => undefined);
    if (fitting) return fitting;
    const message = `The answer to ${kind} does not fit: ${faultsText(row.result.violations(result))}.`;
    warn({ warning: 'badMessage', message });
  } catch (cause) {
    const refused = refusalIn(cause);
    if (refused) return refused;
  }
  return unanswered(kind, given);
}

/** The gateway says that it did nothing; of a fault of its own that is not sure. */
function refusalIn(cause: unknown): WaiterAnswer | undefined {
  if (cause instanceof InvalidResponse || !(cause instanceof ErrorResponse)) return undefined;
  const { code, message, data } = cause.error;
  return code === errorTable.internal.code ? undefined : no(data?.userMessage ?? message);
}

function unanswered(kind: WaiterCall['kind'], params: object): WaiterAnswer {
  const paying = kind === 'pay' && (params as Partial<PayRequest>).by === 'card';
  return paying ? { answer: 'unknown', message: NOT_KNOWN } : no(OUT_OF_REACH);
}

function no(message: string): WaiterAnswer {
  return { answer: 'no', message };
}
