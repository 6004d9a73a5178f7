// Two connections of this page have two names, also when the first is closed: its frames stay in Traffic.

const counts = new Map<string, number>();

/** The label itself for the first connection that has it, then with a number: `shop1 · pac v1 (2)`. */
export function distinctLabel(label: string): string {
  const count = (counts.get(label) ?? 0) + 1;
  counts.set(label, count);
  return count === 1 ? label : `${label} (${count})`;
}
