// What is wrong with a message of `tillgate send`, in words.

import type { ObservedMessage } from '@tillgate/protocol';

export function remarksOn(observed: ObservedMessage): readonly string[] {
  const { message, path, violations, remark } = observed;
  const faults = violations.map(
    (fault) => `${message} ${fault.path || '/'}: expected ${fault.expected}, got ${fault.got}`,
  );
  return remark === undefined ? faults : [...faults, path === '' ? remark : `${path}: ${remark}`];
}
