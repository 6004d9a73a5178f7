// Values that differ from a given one in one place, for checking what validators refuse.

const ODD: readonly unknown[] = [null, 0, -1, 1.5, '', 'X'.repeat(200), true, [], {}];

/** The value with one thing changed: a key missing, an unknown key, a value of another kind. */
export function* variants(value: unknown): Iterable<unknown> {
  yield* ODD.filter((one) => one !== value);
  if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) {
      for (const other of variants(item)) yield value.with(index, other);
    }
    return;
  }
  if (typeof value !== 'object' || value === null) return;
  yield { ...value, unknownKey: 1 };
  for (const [key, inner] of Object.entries(value)) {
    const { [key]: _, ...without } = value as Readonly<Record<string, unknown>>;
    yield without;
    for (const other of variants(inner)) yield { ...value, [key]: other };
  }
}
