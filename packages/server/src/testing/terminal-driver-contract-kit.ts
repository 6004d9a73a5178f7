// Helpers of the terminal driver contract: the bench that a driver's author provides, and a handle that records
// all reports.

import type {
  MachineOutcome,
  TableAnswer,
  TableRequest,
  TerminalDriver,
  TerminalHandle,
  TerminalReport,
  TransactionOrder,
} from '../ports/terminal-driver.ts';

/** A driver with card machines for one test. */
export interface DriverBench {
  /** The adapter under test. */
  readonly driver: TerminalDriver;
  /** The site of the machines. */
  readonly site: string;
  /** The tid of a machine that reads a chip card, asks for the PIN and approves. */
  readonly approving: string;
  /** The tid of a machine that requests a signature. */
  readonly asking: string;
  /** Sends a request of the waiter at a machine with an open handle; a machine has one waiter. */
  readonly wish: (tid: string, request: TableRequest) => Promise<TableAnswer>;
  /** Advances time until `done` returns true; false if it does not within a minute or more. */
  readonly until: (done: () => boolean) => Promise<boolean>;
  /** A bench with the same machines, after the driver and the machines lost their power. */
  readonly powerLoss: () => Promise<DriverBench>;
  /** Ends the driver and its machines. */
  readonly close: () => Promise<void>;
}

/** The handle of one machine, and all its reports. */
export interface RecordedTerminal {
  readonly terminal: TerminalHandle;
  readonly reports: readonly TerminalReport[];
  /** The values it showed, in order. */
  readonly shown: () => readonly string[];
  /** How its orders ended, in order. */
  readonly outcomes: () => readonly MachineOutcome[];
}

/** Opens a machine and records its reports; `react` is called with each report after it was recorded. */
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
    shown: () => reports.flatMap((report) => (report.kind === 'showing' ? [report.value] : [])),
    outcomes: () =>
      reports.flatMap((report) => (report.kind === 'finished' ? [report.outcome] : [])),
  };
}

/** A sale of GBP 12.50 without cashback. */
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

/** Tests of the contract by their titles. */
export type ContractTests = Readonly<Record<string, (bench: DriverBench) => Promise<void>>>;

export const hasEnded = (watched: RecordedTerminal) => () => watched.outcomes().length > 0;
export const hasShown = (watched: RecordedTerminal, value: string) => () =>
  watched.shown().includes(value);
export const hasReported = (watched: RecordedTerminal, kind: TerminalReport['kind']) => () =>
  watched.reports.some((report) => report.kind === kind);
