// The Markdown of one page as HTML. HTML that stands in the Markdown is shown, never obeyed; a number
// of a rule becomes a link to it.

import type { RendererObject, Token, Tokens } from 'marked';
import { Marked } from 'marked';
import { escapeHtml, escapeProse, plainText } from './html.ts';
import { colouredJson } from './json-colours.ts';
import type { Links } from './links.ts';
import { RULE_NUMBER, ruleOfRow } from './outline.ts';
import type { Page } from './pages.ts';

export interface Rendered {
  readonly html: string;
  /** Links and rules that lead nowhere, and what cannot be shown. */
  readonly faults: readonly string[];
}

export function render(page: Page, links: Links): Rendered {
  const writer = new Writer(page, links);
  const html = new Marked({ renderer: writer.renderer() }).parser([...page.tokens]);
  return { html, faults: writer.faults };
}

class Writer {
  readonly faults: string[] = [];
  readonly #page: Page;
  readonly #links: Links;
  #inLink = false;

  constructor(page: Page, links: Links) {
    this.#page = page;
    this.#links = links;
  }

  renderer(): RendererObject {
    const writer = this;
    return {
      heading: (token) => writer.#heading(token),
      code: (token) => codeBlock(token),
      codespan: ({ text }) => `<code>${escapeHtml(text)}</code>`,
      html: ({ text }) => escapeHtml(text),
      image: ({ text, href }) => {
        const picture = writer.#links.picture(writer.#page, href);
        if (!picture) {
          writer.faults.push(`picture ${href}`);
          return escapeHtml(text);
        }
        const { href: src, width, height } = picture;
        return `<img src="${src}" alt="${escapeHtml(text)}" width="${width}" height="${height}" loading="lazy">`;
      },
      strong({ tokens, text }) {
        if (writer.#lays(text)) return ruleAnchor(text);
        return `<strong>${this.parser.parseInline(tokens)}</strong>`;
      },
      link({ href, tokens }) {
        writer.#inLink = true;
        const inner = this.parser.parseInline(tokens);
        writer.#inLink = false;
        return writer.#link(href, inner);
      },
      text(token) {
        if ('tokens' in token && token.tokens) return this.parser.parseInline(token.tokens);
        return writer.#text(token.text);
      },
      table(token) {
        const cellsOf = (cells: readonly Tokens.TableCell[]) =>
          cells.map(({ tokens }) => this.parser.parseInline(tokens));
        const rows = token.rows.map((row) => {
          const [first = '', ...rest] = cellsOf(row);
          const rule = ruleOfRow(token, row);
          return [rule !== undefined && writer.#lays(rule) ? ruleAnchor(rule) : first, ...rest];
        });
        const labels = token.header.map(({ tokens }) => plainText(tokens));
        return tableOf({ labels, header: cellsOf(token.header), rows });
      },
    };
  }

  #lays(rule: string): boolean {
    return RULE_NUMBER.test(rule) && this.#page.rules.includes(rule);
  }

  #heading(token: Tokens.Heading): string {
    const { id = '', text = '' } = this.#page.headings.get(token) ?? {};
    const { depth } = token;
    const label = escapeHtml(`Link to “${text}”`);
    const anchor = `<a class="anchor" href="#${escapeHtml(id)}" aria-label="${label}">#</a>`;
    const inner = `${headingText(token.tokens)}${depth === 1 ? '' : ` ${anchor}`}`;
    return `<h${depth} id="${escapeHtml(id)}">${inner}</h${depth}>\n`;
  }

  #link(href: string, inner: string): string {
    // A page that cites a rule means the rule itself, not the heading above it.
    const rule = RULE_NUMBER.test(inner) ? this.#links.rule(this.#page, inner) : undefined;
    const target = rule ?? this.#links.follow(this.#page, href);
    if (target === undefined) {
      this.faults.push(`link ${href}`);
      return inner;
    }
    const away = target.startsWith('http') ? ' rel="noreferrer"' : '';
    return `<a href="${escapeHtml(target)}"${away}>${inner}</a>`;
  }

  #text(text: string): string {
    if (this.#inLink) return escapeProse(text);
    const html = escapeProse(text).replaceAll(/\bC-\d+\.\d+(?:\/\w+)?/g, (cited) => {
      const number = cited.split('/')[0] ?? '';
      const href = this.#links.rule(this.#page, number);
      if (href === undefined) this.faults.push(`rule ${number}`);
      return href === undefined ? cited : `<a class="cite" href="${href}">${cited}</a>`;
    });
    if (this.#page.rules.length === 0) return html;
    return html.replaceAll(
      /\((seed|vendor|field|ours)\)/g,
      (mark) => `<span class="standing">${mark}</span>`,
    );
  }
}

/** A rule can be linked to, and its number is that link. */
function ruleAnchor(number: string): string {
  return `<strong class="rule" id="${number}"><a href="#${number}">${number}</a></strong>`;
}

function headingText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'codespan') return `<code>${escapeHtml(token.text)}</code>`;
      return 'tokens' in token && token.tokens
        ? headingText(token.tokens)
        : escapeProse('text' in token ? String(token.text) : '');
    })
    .join('');
}

/** Messages and addresses, which have no good place to break, are folded at the edge of the page. */
function codeBlock({ text, lang = '' }: Tokens.Code): string {
  const kind = /^\w+/.exec(lang)?.[0] ?? 'text';
  const isJson = kind === 'json' || kind === 'jsonl';
  const lines = text.split('\n').map((line) => (isJson ? colouredJson(line) : escapeHtml(line)));
  const folds = kind === 'jsonl' || kind === 'text' || (kind === 'json' && lines.length < 3);
  const inner = folds ? lines.map((line) => `<span class="line">${line}</span>`) : lines;
  const code = `<code>${inner.join('\n')}\n</code>`;
  return `<div class="code"><pre data-kind="${kind}">${code}</pre></div>\n`;
}

/** On a phone the rows of a table with many columns stand below each other, each cell with its label. */
const MANY_COLUMNS = 4;

interface Grid {
  readonly labels: readonly string[];
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The roles are said since a table that is drawn as something else is none to some readers. */
function tableOf({ labels, header, rows }: Grid): string {
  const head = header.map((cell) => `<th scope="col" role="columnheader">${cell}</th>`).join('');
  const cells = (row: readonly string[]) =>
    row.map(
      (cell, at) => `<td role="cell" data-label="${escapeHtml(labels[at] ?? '')}">${cell}</td>`,
    );
  const body = rows.map((row) => `<tr role="row">${cells(row).join('')}</tr>\n`).join('');
  const stacks = header.length >= MANY_COLUMNS ? ' class="stacks"' : '';
  return `<div class="wide"><table role="table"${stacks}>
<thead role="rowgroup"><tr role="row">${head}</tr></thead>
<tbody role="rowgroup">
${body}</tbody></table></div>
`;
}
