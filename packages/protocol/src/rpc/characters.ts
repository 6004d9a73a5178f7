// Characters of texts: their number as JSON Schema counts it, and those that a screen or printer would obey.

/** In Unicode characters, not in UTF-16 code units: whether `text` has `least` to `most` characters. Texts that are far too long are not scanned. */
export function hasCharacters(text: string, least: number, most: number): boolean {
  // A character is one or two code units long.
  if (text.length < least || text.length > 2 * most) return false;
  if (text.length >= 2 * least && text.length <= most) return true;
  const count = [...text].length;
  return count >= least && count <= most;
}

/**
 * Control characters (C0, DEL, C1), line and paragraph separators, and the controls of text direction (bidi), for
 * the class of a regular expression: they move the cursor of a terminal, or show a text in another order.
 */
export const CONTROLS =
  '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';

const CONTROL = new RegExp(`[${CONTROLS}]`, 'g');

/** `text` with `sign` for each of `CONTROLS`. */
export function replaceControls(text: string, sign: string): string {
  return text.replace(CONTROL, sign);
}

/** JSON text with an escape for each of `CONTROLS` that JSON.stringify leaves; line breaks between values stay. */
export function escapeControls(json: string): string {
  return json.replace(CONTROL, (control) => {
    const code = control.charCodeAt(0);
    return code < 0x20 ? control : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/**
 * A text on one line for XML and HTML, in an element or an attribute: `\ufffd` for each of `CONTROLS` and for what XML
 * cannot have.
 */
export function escapeMarkup(text: string): string {
  return replaceControls(text, '\ufffd')
    .replace(/[\p{Surrogate}\ufffe\uffff]/gu, '\ufffd')
    .replace(/[&<>"']/g, (sign) => entities[sign] ?? sign);
}
