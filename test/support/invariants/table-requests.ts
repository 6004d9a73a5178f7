// The invariants of chapter 12 about requests to restaurant tills: their ids, and which of a site's
// connections they are sent on.

import type { Frame } from 'tillgate/testing';
import type { TraceEntry } from './trace.ts';

const NO_USABLE_ANSWER = -32076;
const DISCONTINUED = -32075;

/** C-12.14, C-12.16. */
export function tableRequestFaults(entries: readonly TraceEntry[]): string[] {
  const faults: string[] = [];
  const lines = new Map<number, Line>();
  const asked = new Map<string, number>();
  for (const entry of entries) {
    if (entry.kind !== 'sent' && entry.kind !== 'received') continue;
    if (entry.integration !== 'pat') continue;
    const line = lines.get(entry.line) ?? new Line(faults);
    lines.set(entry.line, line);
    if (entry.kind === 'sent') line.sent(entry.frame);
    else line.received(entry.frame);
    if (entry.kind === 'received' && isQuestion(entry.frame)) {
      const newest = asked.get(entry.site) ?? 0;
      if (entry.line < newest) faults.push(`C-12.16: line ${entry.line} was asked after ${newest}`);
      asked.set(entry.site, Math.max(newest, entry.line));
    }
  }
  return faults;
}

const isQuestion = ({ method, id }: Frame) => method !== undefined && id !== undefined;

class Line {
  readonly #faults: string[];
  readonly #open = new Set<unknown>();
  /** Ids that may still be complained of, once each. */
  readonly #judged = new Set<unknown>();
  #displaced = false;

  constructor(faults: string[]) {
    this.#faults = faults;
  }

  sent({ id, method }: Frame): void {
    if (method === undefined) this.#open.delete(id);
  }

  received(frame: Frame): void {
    const { id, method, error } = frame;
    if (isQuestion(frame)) this.#asked(id, method);
    else if (error?.code === NO_USABLE_ANSWER) this.#complained(id);
    else if (error?.code === DISCONTINUED) this.#displaced = true;
  }

  #asked(id: unknown, method: string | undefined): void {
    if (this.#open.has(id)) this.#faults.push(`C-12.14: id ${id} is open twice`);
    if (this.#displaced) this.#faults.push(`C-12.16: ${method} on a displaced connection`);
    this.#open.add(id);
    this.#judged.add(id);
  }

  #complained(id: unknown): void {
    if (!this.#judged.delete(id)) this.#faults.push(`C-12.14: an error for a stray answer ${id}`);
    this.#open.delete(id);
  }
}
