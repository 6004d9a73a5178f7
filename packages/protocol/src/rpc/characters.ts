// How long a text is, counted as the published schemas count: in characters, not in halves of UTF-16.

/**
 * Whether `text` has `least` to `most` characters. Looks at the text itself only where its length
 * leaves that open, so that a text far too long costs nothing.
 */
export function hasCharacters(text: string, least: number, most: number): boolean {
  // A character is one or two halves long.
  if (text.length < least || text.length > 2 * most) return false;
  if (text.length >= 2 * least && text.length <= most) return true;
  const count = [...text].length;
  return count >= least && count <= most;
}
