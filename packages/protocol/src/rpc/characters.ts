// Text length as JSON Schema counts it: in Unicode characters, not in UTF-16 code units.

/** Whether `text` has `least` to `most` characters. Texts that are far too long are not scanned. */
export function hasCharacters(text: string, least: number, most: number): boolean {
  // A character is one or two code units long.
  if (text.length < least || text.length > 2 * most) return false;
  if (text.length >= 2 * least && text.length <= most) return true;
  const count = [...text].length;
  return count >= least && count <= most;
}
