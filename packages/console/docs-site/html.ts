// Text into HTML, and Markdown tokens into the text that a reader sees.

import type { Token } from 'marked';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and for attributes. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? sign);
}

/** As `escapeHtml`, but a character reference of Markdown stays what it is. */
export function escapeProse(text: string): string {
  return escapeHtml(text).replaceAll(/&amp;(#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{1,31});/gi, '&$1;');
}

/** Without any marks. */
export function plainText(tokens: readonly Token[]): string {
  return tokens.map(plainOf).join('');
}

function plainOf(token: Token): string {
  if (token.type === 'br' || token.type === 'space') return ' ';
  if (token.type === 'table') return rowsOf(token as TableToken);
  if (token.type === 'list') {
    const { items = [] } = token as { readonly items?: readonly Token[] };
    return items.map((item) => `${plainOf(item)} `).join('');
  }
  if ('tokens' in token && token.tokens) return plainText(token.tokens);
  return 'text' in token ? String(token.text) : '';
}

interface TableToken {
  readonly rows: readonly (readonly { readonly tokens: readonly Token[] }[])[];
}

function rowsOf({ rows }: TableToken): string {
  return rows.map((row) => row.map(({ tokens }) => plainText(tokens)).join(' · ')).join('\n');
}
