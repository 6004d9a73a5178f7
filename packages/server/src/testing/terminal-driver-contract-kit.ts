// What the promises of a terminal driver are tried with: a bench of card machines, and a line that
// notes all that is reported.

import type {
  MachineOutcome,
  TableAnswer,
  TableRequest,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../ports/terminal-driver.ts';

/** A driver with card machines to try it on. */
export interface DriverBench {
  readonly driver: TerminalDriver;
  readonly site: string;
  /** A machine that reads a chip card, asks for the PIN and approves. */
  readonly approving: string;
  /** A machine that asks for a signature. */
  readonly asking: string;
  /** Has the waiter at a machine whose line is open want something; a machine has one waiter. */
  readonly wish: (tid: string, wish: TableRequest) => Promise<TableAnswer>;
  /** Lets time go by until `done` holds; false if it never does. */
  readonly until: (done: () => boolean) => Promise<boolean>;
  /** The same machines, driver and machines having lost their power in between. */
  readonly powerLoss: () => Promise<DriverBench>;
  readonly close: () => Promise<void>;
}

/** A line to one machine, and all that it reported. */
export interface RecordedTerminal {
  readonly terminal: TerminalHandle;
  readonly reports: readonly TerminalReport[];
  /** The values it showed, in order. */
  readonly shown: () => readonly string[];
  /** How its orders ended, in order. */
  readonly outcomes: () => readonly MachineOutcome[];
}

/** `react` hears each report after it was noted. */
export function openRecorded(
  bench: Pick<DriverBench, 'driver' | 'site'>,
  tid: string,
  react: (report: TerminalReport) => void = () => undefined,
): RecordedTerminal {
  const reports: TerminalReport[] = [];
  const terminal = bench.driver.open(bench.site, tid, (report) => {
    reports.push(report);
    react(report);
  });
  return {
    terminal,
    reports,
    shown: () => reports.flatMap((told) => (told.kind === 'showing' ? [told.value] : [])),
    outcomes: () => reports.flatMap((told) => (told.kind === 'finished' ? [told.outcome] : [])),
  };
}

export function saleOrder(id: string, more: Partial<TransactionOrder> = {}): TransactionOrder {
  return {
    id,
    transactionType: 'SALE',
    currency: 'GBP',
    amount: 1250,
    amountCashback: 0,
    cardholderNotPresent: false,
    ...more,
  };
}

/** What a driver promises, each with the test that proves it. */
export type ContractTests = Readonly<Record<string, (bench: DriverBench) => Promise<void>>>;

export const hasEnded = (watched: RecordedTerminal) => () => watched.outcomes().length > 0;
export const hasShown = (watched: RecordedTerminal, value: string) => () =>
  watched.shown().includes(value);
export const hasReported = (watched: RecordedTerminal, report: TerminalReport['kind']) => () =>
  watched.reports.some((told) => told.kind === report);
