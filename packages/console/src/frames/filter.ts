// Filters the frames of the history. Pure.

import type { Frame } from './frame.ts';
import { isFaulty } from './frame.ts';
import { framesOfRequest } from './payment-frames.ts';

export interface Filter {
  /** Anywhere in the text, in any case; empty: all. */
  readonly text: string;
  /** A method, of a request or of what an answer belongs to; empty: all. */
  readonly method: string;
  readonly direction: 'all' | 'sent' | 'received';
  /** An id as it is shown, `7` or `"7"`; empty: all. */
  readonly id: string;
  readonly onlyFaults: boolean;
  /** Empty: all. */
  readonly connectionId: string;
  /** Seq of the request of a payment; 0: all. */
  readonly payment: number;
}

export const NO_FILTER: Filter = {
  text: '',
  method: '',
  direction: 'all',
  id: '',
  onlyFaults: false,
  connectionId: '',
  payment: 0,
};

export function filterFrames(frames: readonly Frame[], filter: Filter): readonly Frame[] {
  if (isNoFilter(filter)) return frames;
  const needle = filter.text.toLowerCase();
  const id = filter.id.trim();
  return framesOf(frames, filter.payment).filter(
    (frame) =>
      (filter.connectionId === '' || frame.connection.id === filter.connectionId) &&
      (filter.direction === 'all' || frame.direction === filter.direction) &&
      (filter.method === '' || frame.messages.some(({ method }) => method === filter.method)) &&
      (id === '' || frame.messages.some((part) => part.id === id || part.id === `"${id}"`)) &&
      (!filter.onlyFaults || isFaulty(frame)) &&
      (needle === '' || frame.text.toLowerCase().includes(needle)),
  );
}

/** Of a payment that is gone none. */
export function framesOf(frames: readonly Frame[], payment: number): readonly Frame[] {
  if (payment === 0) return frames;
  const request = frames.find(({ seq }) => seq === payment);
  return request ? framesOfRequest(frames, request) : [];
}

/** Those of its parts that can stand in an address; connections have other names in another page. */
const ADDRESSED = ['text', 'method', 'direction', 'id'] as const;

/** A filter as the query of an address: only what is set. */
export function queryOfFilter(filter: Filter): Readonly<Record<string, string>> {
  const set = ADDRESSED.filter((key) => filter[key] !== NO_FILTER[key]);
  const query = Object.fromEntries(set.map((key) => [key, filter[key]]));
  return filter.onlyFaults ? { ...query, faults: 'yes' } : query;
}

/** From the query of an address; what it does not know is left out. */
export function filterOfQuery(query: Readonly<Record<string, string>>): Filter {
  const { text = '', method = '', id = '', direction, faults } = query;
  return {
    ...NO_FILTER,
    ...{ text, method, id, onlyFaults: faults === 'yes' },
    direction: direction === 'sent' || direction === 'received' ? direction : 'all',
  };
}

export function isNoFilter(filter: Filter): boolean {
  return (Object.keys(NO_FILTER) as (keyof Filter)[]).every(
    (key) => filter[key] === NO_FILTER[key],
  );
}

/** The methods that occur, in the order of the alphabet. */
export function methodsIn(frames: readonly Frame[]): readonly string[] {
  const all = frames.flatMap(({ messages }) => messages.map(({ method }) => method ?? ''));
  return [...new Set(all)].filter((method) => method !== '').toSorted();
}
