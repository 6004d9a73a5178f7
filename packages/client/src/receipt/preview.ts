// Receipt lines as a printer with so many columns puts them on paper, for a screen of text.

import type { TillReceiptLine } from '@tillgate/protocol';
import { alignText, columnsOf, cutText, replaceControls, signsOf } from '@tillgate/protocol';

/** Columns of the narrowest common paper, and of virtual card machines [C-5.6]. */
export const NARROW = 24;

/** Bars that stand for any barcode; a screen of text cannot show one to read. */
const BARS = '|| ||| | || | ||| ||';

/**
 * The rows of paper, top to bottom, at 24, 32, 48 or any other number of columns [C-5.5]. What is
 * longer is cut where the paper ends and continues below. A wide sign of Chinese, Japanese or Korean takes two
 * columns, a combining mark none. Of the formats only double width is visible. A space stands for a control character,
 * a line break and a control of text direction, which no printer prints.
 *
 * @example
 * console.log(preview(receipt().columns('To pay', '48.20').lines).join('\n'));
 */
export function preview(
  lines: readonly TillReceiptLine[],
  width: number = NARROW,
): readonly string[] {
  return lines.flatMap(({ value, ...line }) =>
    rowsOf({ ...line, value: replaceControls(value.normalize('NFC'), ' ') }, width),
  );
}

function rowsOf({ type = 'TEXT', value, format }: TillReceiptLine, width: number) {
  switch (type) {
    case 'BOX_DECLINE':
    case 'BOX_VOID':
      return boxed(value.trim(), width);
    case 'CARRIAGE_RETURN':
      return [''];
    case 'LINE_SEPARATOR_SINGLE':
      return ['-'.repeat(width)];
    case 'LINE_SEPARATOR_DOUBLE':
      return ['='.repeat(width)];
    case 'TICKET_FEED':
      return ['', '- '.repeat(width / 2).trimEnd()];
    case 'IMAGE_LOGO':
      return centred(`[${value.trim()}]`, width);
    case 'BARCODE_CODE25':
    case 'BARCODE_CODE39':
    case 'BARCODE_CODE128':
      return [...centred(BARS, width), ...centred(value.trim(), width)];
    default: // TEXT, and whatever a later version may add.
      return format?.includes('DOUBLE_WIDTH')
        ? doubled(value, width)
        : cutText(value.trimEnd(), width);
  }
}

/** `ABC` as `A B C`. */
function doubled(text: string, width: number): readonly string[] {
  const room = Math.floor(width / 2);
  return cutText(text.trimEnd(), room).map((row) =>
    signsOf(row, room)
      .map((sign) => sign + ' '.repeat(columnsOf(sign)))
      .join('')
      .trimEnd(),
  );
}

function boxed(text: string, width: number): readonly string[] {
  const room = width - 4;
  const edge = `+${'-'.repeat(width - 2)}+`;
  const rows = cutText(text, room).map((row) => {
    const centred = alignText(row, room, 'centre');
    return `| ${centred}${' '.repeat(Math.max(0, room - columnsOf(centred)))} |`;
  });
  return [edge, ...rows, edge];
}

function centred(text: string, width: number): readonly string[] {
  return cutText(text, width).map((row) => alignText(row, width, 'centre').trimEnd());
}
