import type { TraceEntry } from './trace.ts';
export function checkInvariants(_e: readonly TraceEntry[], _f: readonly string[]): void {}
