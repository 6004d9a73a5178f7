// JSON of an example, marked for its colours. Made while the site is built, so that a reader's browser
// has nothing to do.

import { escapeHtml } from './html.ts';

const PART = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

export function colouredJson(text: string): string {
  let done = 0;
  let html = '';
  for (const found of text.matchAll(PART)) {
    const [all, string, colon, number] = found;
    html += between(text.slice(done, found.index));
    if (string !== undefined) {
      html += marked(colon === undefined ? 'string' : 'key', string) + escapeHtml(colon ?? '');
    } else {
      html += marked(number === undefined ? 'word' : 'number', all);
    }
    done = found.index + all.length;
  }
  return html + between(text.slice(done));
}

/** After a comma a line may be folded. */
function between(text: string): string {
  return escapeHtml(text).replaceAll(',', ',<wbr>');
}

function marked(kind: string, text: string): string {
  return `<span class="j-${kind}">${escapeHtml(text)}</span>`;
}
