// Who allocates: the samples of V8's heap profiler, those that were collected meanwhile among them, each counted
// for the nearest function of this repository that called for it.

import type { CallFrame } from './stack-frames.ts';
import { add, isOurs, nameOf, packageOf } from './stack-frames.ts';

export interface AllocationProfile {
  readonly head: AllocationNode;
}

interface AllocationNode {
  readonly callFrame: CallFrame;
  /** Bytes. */
  readonly selfSize: number;
  readonly children: readonly AllocationNode[];
}

export interface Allocations {
  readonly bytes: number;
  readonly byPackage: ReadonlyMap<string, number>;
  readonly byFunction: ReadonlyMap<string, number>;
}

export function allocationsOf({ head }: AllocationProfile): Allocations {
  const byPackage = new Map<string, number>();
  const byFunction = new Map<string, number>();
  let bytes = 0;
  const visit = (node: AllocationNode, caller: CallFrame | undefined): void => {
    const { callFrame, selfSize, children } = node;
    if (isMeasuring(callFrame)) return;
    const nearest = isOurs(callFrame) ? callFrame : caller;
    if (selfSize > 0) {
      bytes += selfSize;
      add(byPackage, packageOf(nearest ?? callFrame), selfSize);
      add(byFunction, nameOf(nearest ?? callFrame), selfSize);
    }
    for (const child of children) visit(child, nearest);
  };
  visit(head, undefined);
  return { bytes, byPackage, byFunction };
}

/** What the probe itself allocates. */
function isMeasuring({ url }: CallFrame): boolean {
  return url.startsWith('node:inspector') || url.endsWith('/bench/probe.ts');
}
