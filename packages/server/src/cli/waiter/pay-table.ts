// Pays a table from the command line: locks it, pays every part, and leaves it whatever happens. Returns the
// exit code.

import { once } from '../../waiting.ts';
import { exitCode } from '../exit-code.ts';
import { brokenOff } from '../exit-error.ts';
import { listenForInterrupt } from '../till/interrupt.ts';
import type { BillSplit } from './split-bill.ts';
import { billParts } from './split-bill.ts';
import type { LockedTable, TableOutput } from './table-output.ts';
import type { WaiterClient } from './waiter-client.ts';

export interface PayTableDeps {
  readonly waiter: WaiterClient;
  readonly output: TableOutput;
  readonly tid: string;
  readonly tableId: string;
  readonly waiterId?: string;
  readonly printBill: boolean;
  /** Nothing is paid if it is absent. */
  readonly split?: BillSplit;
}

const LEAVING = 'Leaving the table; what is under way ends first.';

/** Returns the exit code. */
export async function payTable(visit: PayTableDeps): Promise<number> {
  const { waiter, output } = visit;
  const interrupt = listenForInterrupt(LEAVING);
  const leave = once(async () => {
    const answer = await waiter.ask('leave');
    if (answer.answer === 'left') output.left(answer);
    else if (answer.answer === 'no') output.refused(answer);
  });
  const hurry = () => void leave().catch(() => undefined);
  interrupt.signal.addEventListener('abort', hurry, { once: true });
  waiter.onProgress(output.progress);
  try {
    const code = await serve(visit, interrupt.signal);
    // `leave` would wait for the card machine's answer; closing the connection leaves as well.
    if (code !== exitCode.unknown) await leave();
    return code;
  } catch (cause) {
    await leave().catch(() => undefined);
    throw brokenOff(cause, 'It is not known what was paid.');
  } finally {
    interrupt.close();
  }
}

async function serve(visit: PayTableDeps, gone: AbortSignal): Promise<number> {
  const { waiter, output, tid, tableId, waiterId } = visit;
  const answer = await waiter.ask('lock', { tableId, ...(waiterId ? { waiterId } : {}) });
  if (answer.answer !== 'locked') {
    if (answer.answer === 'no') output.refused(answer);
    return exitCode.refused;
  }
  const { amount, currency } = answer;
  const locked = { tid, tableId, amount, currency };
  output.locked(locked);
  if (visit.printBill && !gone.aborted) await showBill(visit);
  const { split } = visit;
  return split ? takeParts({ ...visit, split }, locked, gone) : exitCode.done;
}

/** Without a bill the visit goes on [C-9.15]. */
async function showBill({ waiter, output }: PayTableDeps): Promise<void> {
  const answer = await waiter.ask('bill');
  if (answer.answer === 'bill') output.bill(answer.receiptLines);
  else if (answer.answer === 'no') output.refused(answer);
}

async function takeParts(
  visit: PayTableDeps & { readonly split: BillSplit },
  locked: LockedTable,
  gone: AbortSignal,
): Promise<number> {
  const { waiter, output, split } = visit;
  const parts = billParts(locked.amount, split);
  for (const [index, part] of parts.entries()) {
    if (gone.aborted) return exitCode.notApproved;
    output.part(locked, { part, number: index + 1, of: parts.length });
    const answer = await waiter.ask('pay', part);
    if (answer.answer === 'unknown' || answer.answer === 'no') {
      output.refused(answer);
      return answer.answer === 'no' ? exitCode.refused : exitCode.unknown;
    }
    if (answer.answer !== 'payment') return exitCode.unknown;
    output.payment(locked, part, answer);
    if (!answer.paid) return exitCode.notApproved;
  }
  return parts.length > 0 ? exitCode.approved : exitCode.refused;
}
