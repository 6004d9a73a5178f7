// What the profilers of V8 say of a function, and how it reads in a table.

import { basename } from 'node:path';

export interface CallFrame {
  readonly functionName: string;
  readonly url: string;
  /** From 0. */
  readonly lineNumber: number;
}

/** Regular expressions have their text as the name. */
const LONGEST_NAME = 60;

/** A package, one of our rooms, or a part of Node. */
export function packageOf({ url, functionName }: CallFrame): string {
  const installed = url.match(/.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1];
  if (installed) return installed;
  const room = url.match(/\/packages\/(.+)\/[^/]+$/)?.[1];
  if (room) return room.replace('/src', '');
  if (url.startsWith('node:')) return 'node, JavaScript';
  if (url.includes('/bench/')) return 'bench';
  return functionName.startsWith('(') ? functionName : 'node, native';
}

export function nameOf({ functionName, url, lineNumber }: CallFrame): string {
  const name = (functionName || '(anonymous)').slice(0, LONGEST_NAME);
  return url ? `${name} ${basename(url)}:${lineNumber + 1}` : name;
}

/** Whether it is code of this repository: of the server that is measured, ours or a peer. */
export function isOurs({ url }: CallFrame): boolean {
  return /\/packages\/|\/bench\/peers\//.test(url);
}

/** Adds to the figure under a key. */
export function add<Key>(figures: Map<Key, number>, key: Key, value: number): void {
  figures.set(key, (figures.get(key) ?? 0) + value);
}

/** The greatest first. */
export function sorted(
  figures: ReadonlyMap<string, number>,
): readonly (readonly [string, number])[] {
  return [...figures].sort(([, a], [, b]) => b - a);
}
