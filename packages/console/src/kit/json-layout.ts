// The layout of JSON for reading: what is on one line, and which violation belongs to which value. Pure.

import type { SchemaViolation } from '@tillgate/protocol';
import { escapeControls } from '@tillgate/protocol';

/** Longest text of an object or array in one line, in characters. */
const MAX_INLINE_CHARACTERS = 72;

export function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** A key or a plain value as JSON, with escapes for what would turn the direction of the text [C-13.20]. */
export function plainJson(value: unknown): string {
  return escapeControls(JSON.stringify(value));
}

/** Path of a member (RFC 6901). */
export function memberPointer(path: string, key: string): string {
  return `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** Whether a value is short, flat and without a violation inside, such as a line of a receipt. */
export function isInline(value: object, path: string, faults: readonly SchemaViolation[]): boolean {
  const inner = Object.values(value);
  if (inner.length === 0) return missingKeys(faults, path, value).length === 0;
  if (path === '' || inner.some((one) => isContainer(one) && Object.keys(one).length > 0))
    return false;
  if (faults.some((fault) => fault.path.startsWith(`${path}/`))) return false;
  return JSON.stringify(value).length <= MAX_INLINE_CHARACTERS;
}

export function faultsAt(
  faults: readonly SchemaViolation[],
  path: string,
): readonly SchemaViolation[] {
  return faults.filter((fault) => fault.path === path);
}

/** Violations of keys that are missing in `value`. */
export function missingKeys(
  faults: readonly SchemaViolation[],
  path: string,
  value: object,
): readonly SchemaViolation[] {
  const there = new Set(Object.keys(value).map((key) => memberPointer(path, key)));
  return faults.filter(
    (fault) =>
      fault.path.startsWith(`${path}/`) &&
      !fault.path.slice(path.length + 1).includes('/') &&
      !there.has(fault.path),
  );
}
