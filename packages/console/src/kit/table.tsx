// A table whose columns render the cells of a row. It scrolls horizontally if it is too wide; on a phone
// each row is a block with its cells below each other.

import './table.css';
import type { ComponentChildren } from 'preact';

export interface Column<Row> {
  readonly title: string;
  readonly cell: (row: Row) => ComponentChildren;
  readonly align?: 'left' | 'right';
  /** Whether only screen readers get its title, as of a column of buttons. */
  readonly untitled?: boolean;
}

interface TableProps<Row> {
  /** What the table lists, for screen readers; not shown. */
  readonly caption: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly isSelected?: (row: Row) => boolean;
}

export function Table<Row>({ caption, columns, rows, keyOf, isSelected }: TableProps<Row>) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard.
    <section class="tbl-wrap" aria-label={caption} tabIndex={0}>
      <table class="tbl">
        <caption class="unseen">{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, align, untitled }) => (
              <th key={title} scope="col" data-align={align}>
                {untitled ? <span class="unseen">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={keyOf(row)} aria-selected={isSelected?.(row) || undefined}>
              {columns.map(({ title, align, untitled, cell }) => (
                <td key={title} data-align={align} data-title={untitled ? undefined : title}>
                  {cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
