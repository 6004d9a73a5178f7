// The card machine in an example: one that the site has. Pure.

import { listedVirtualTids } from '../../kit/virtual-terminal.ts';
import { readJson } from './json-text.ts';

const PLACES = ['/params/tid', '/params/tpi', '/params/tpis/0'];

/** `text` with the name of another card machine where a request has one. */
export function withMachine(text: string, tid: string): string {
  const read = readJson(text);
  const spot = read.ok ? PLACES.flatMap((place) => read.spots.get(place) ?? [])[0] : undefined;
  return spot ? text.slice(0, spot.from) + JSON.stringify(tid) + text.slice(spot.to) : text;
}

/** Of those known of a site: the one of test sites that approves if it is among them, or if none is known. */
export function machineForExamples(known: readonly string[]): string {
  const [approving = ''] = listedVirtualTids;
  return known.length === 0 || known.includes(approving) ? approving : (known[0] as string);
}
