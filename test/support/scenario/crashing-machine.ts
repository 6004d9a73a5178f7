// A linked card machine as a process of its own, which kills itself at a given moment. Its memory and its
// bank's book are files. It prints `linked`. Usage: FOLDER URI [MOMENT].

import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { KeptOrder, OrderMemory } from '@tillgate/client';
import { linkTerminal, orderInStorage } from '@tillgate/client';
import { Bank, bankMachine } from '../terminal/bank-machine.ts';

const [folder = '', uri = '', moment = 'never'] = process.argv.slice(2);
const STEP_MS = 10;

/** Ends as in a power cut: nothing is closed. */
function dieAt(now: string): void {
  if (now === moment) process.kill(process.pid, 'SIGKILL');
}

/** One text in one file: written beside it, synced, and put in its place. */
function fileStorage(file: string) {
  return {
    getItem: () => (existsSync(file) ? readFileSync(file, 'utf8') : undefined),
    setItem: (_key: string, text: string) => {
      const beside = openSync(`${file}.new`, 'w');
      writeSync(beside, text);
      fsyncSync(beside);
      closeSync(beside);
      renameSync(`${file}.new`, file);
    },
  };
}

const inFile = orderInStorage(fileStorage(join(folder, 'order.json')));
const memory: OrderMemory = {
  load: () => inFile.load(),
  save: async (kept: KeptOrder) => {
    dieAt(`before ${kept.state}`);
    await inFile.save(kept);
    dieAt(`after ${kept.state}`);
  },
};

const bank = new Bank(join(folder, 'bank.jsonl'));
const machine = bankMachine({
  ...{ bank, memory },
  tick: (signal) => pause(STEP_MS, undefined, signal ? { signal } : {}),
  onStep: (step) => dieAt(step),
});
await linkTerminal({ uri }, machine);
console.log('linked');
