// Makes the reports of the machine from its books, and prints what its own keys ask for: the last transaction and the
// totals.

import type { MadeReport } from '@tillgate/client';
import type { ReportType } from '@tillgate/protocol';
import { makeReport } from '../books/books.ts';
import type { Identity, MachineMemory } from '../books/memory.ts';
import { localTime } from '../books/transaction-record.ts';
import type { Printer } from './printer.ts';
import { receipts, reportLines } from './printouts.ts';

const titles: Readonly<Record<ReportType, string>> = {
  X_BALANCE: 'X balance',
  Z_BALANCE: 'Z balance',
  BANKING: 'Banking',
  END_OF_DAY: 'End of day',
};

interface ReportsDeps {
  readonly memory: MachineMemory;
  readonly printer: Printer;
}

export class Reports {
  readonly #memory: MachineMemory;
  readonly #printer: Printer;

  constructor({ memory, printer }: ReportsDeps) {
    this.#memory = memory;
    this.#printer = printer;
  }

  /** Prints a report for the till and resets what its type resets [C-4.27]. Throws without paper. */
  run(type: ReportType, machine: Identity): MadeReport {
    const { lines, time, books, sums } = this.#make(type, machine);
    if (!this.#printer.print(titles[type], lines)) throw new Error('There is no paper.');
    this.#memory.saveBooks(books);
    return { reportTime: time, ...sums, reportLines: lines };
  }

  /** Prints the totals so far and resets nothing. */
  printTotals(machine: Identity): void {
    const { lines } = this.#make('X_BALANCE', machine);
    this.#printer.print('Totals', lines);
  }

  /** Prints the customer's copy of the last transaction. Returns why it could not, else an empty string. */
  printLast(machine: Identity): string {
    const { last } = this.#memory.loadBooks(machine.currency);
    if (!last) return 'Nothing has been taken yet.';
    const { CUSTOMER } = receipts(last, machine);
    if (!CUSTOMER) return 'The last transaction took nothing.';
    this.#printer.print('Last transaction', CUSTOMER);
    return '';
  }

  #make(type: ReportType, machine: Identity) {
    const time = localTime();
    const { books, sums } = makeReport(this.#memory.loadBooks(machine.currency), type, time);
    const title = titles[type].toUpperCase();
    const lines = reportLines(sums, { ...machine, time, title });
    return { lines, time, books, sums };
  }
}
