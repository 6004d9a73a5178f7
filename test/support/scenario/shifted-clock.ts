// Loaded into a gateway before its own code: its time of day differs from that of the machine by the milliseconds that are
// in a file, whose path is the query of this module's URL.

import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export interface ShiftedClock {
  /** To be loaded before the gateway. */
  readonly preload: string;
  /** Sets the difference, also while the gateway runs. */
  set(offsetMs: number): void;
}

/** The clock of one gateway, whose file is in a folder of the test. */
export function shiftedClock(folder: string, name: string, offsetMs = 0): ShiftedClock {
  const path = join(folder, name);
  const set = (ms: number): void => {
    writeFileSync(`${path}.new`, String(ms));
    renameSync(`${path}.new`, path);
  };
  set(offsetMs);
  const preload = pathToFileURL(import.meta.filename);
  preload.search = path;
  return { preload: preload.href, set };
}

const { search } = new URL(import.meta.url);

if (search) {
  const file = search.slice(1);
  const machineNow = Date.now;
  Date.now = () => machineNow() + Number(readFileSync(file, 'utf8'));
  globalThis.Date = new Proxy(Date, {
    construct: (date, values, target) =>
      Reflect.construct(date, values.length === 0 ? [Date.now()] : values, target),
  });
}
