// A receipt as a printer of 24 columns puts it on paper, for a screen of text.

import type { ReceiptLine } from '@tillgate/protocol';
import { clean } from './output.ts';

const WIDTH = 24;
const BOLD = '\u001b[1m';
const PLAIN = '\u001b[0m';

interface Printer {
  /** Whether the screen understands ANSI codes. */
  readonly bold: boolean;
}

/** The lines of paper, top to bottom [C-5.5]. */
export function receiptText(lines: readonly ReceiptLine[], { bold }: Printer): readonly string[] {
  return lines.flatMap((line) => {
    const printed = onPaper(line);
    const heavy = bold && (line.format ?? []).length > 0;
    return heavy ? printed.map((text) => `${BOLD}${text}${PLAIN}`) : printed;
  });
}

function onPaper({ type = 'TEXT', value }: ReceiptLine): readonly string[] {
  switch (type) {
    case 'TEXT':
      return wrapped(clean(value));
    case 'BOX_DECLINE':
    case 'BOX_VOID':
      return boxed(clean(value).trim());
    case 'CARRIAGE_RETURN':
      return [''];
    case 'LINE_SEPARATOR_SINGLE':
      return ['-'.repeat(WIDTH)];
    case 'LINE_SEPARATOR_DOUBLE':
      return ['='.repeat(WIDTH)];
    case 'TICKET_FEED':
      return ['', '- '.repeat(WIDTH / 2).trimEnd()];
    default:
      return wrapped(clean(value));
  }
}

/** Cut where the paper ends, as a printer does. */
function wrapped(text: string): readonly string[] {
  const characters = [...text.trimEnd()];
  const count = Math.max(1, Math.ceil(characters.length / WIDTH));
  return Array.from({ length: count }, (_, row) =>
    characters.slice(row * WIDTH, (row + 1) * WIDTH).join(''),
  );
}

function boxed(text: string): readonly string[] {
  const room = WIDTH - 4;
  const characters = [...text];
  const edge = `+${'-'.repeat(WIDTH - 2)}+`;
  const rows = Array.from({ length: Math.max(1, Math.ceil(characters.length / room)) }, (_, row) =>
    characters.slice(row * room, (row + 1) * room),
  );
  return [edge, ...rows.map((row) => `| ${centred(row, room)} |`), edge];
}

function centred(row: readonly string[], room: number): string {
  const left = (room - row.length) >> 1;
  return ' '.repeat(left) + row.join('') + ' '.repeat(room - row.length - left);
}
