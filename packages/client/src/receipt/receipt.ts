// Writes receipts for card machines: lays texts out in columns and gives the lines to send [C-5.5].

import type { TillReceiptLine } from '@tillgate/protocol';
import { alignText, columnsOf, cutText, wrapText } from '@tillgate/protocol';
import { NARROW } from './preview.ts';

/** How a text is printed. */
export interface TextStyle {
  /** Where it stands in its line. Default: left. */
  readonly align?: 'left' | 'centre' | 'right';
  /** Default: false. */
  readonly bold?: boolean;
  /** Twice as high. Default: false. */
  readonly doubleHeight?: boolean;
  /** Half as many columns stand in a line. */
  readonly doubleWidth?: boolean;
}

type Format = NonNullable<TillReceiptLine['format']>[number];

/**
 * A receipt for paper of `width` columns: 24, the default, fits every card machine; wider paper has 32 or
 * 48. Throws RangeError if `width` is not an integer of 8 or more.
 *
 * @example
 * const { lines } = receipt()
 *   .text('The Crown', { align: 'centre', bold: true, doubleHeight: true })
 *   .single()
 *   .columns('2 Dinner', '48.20')
 *   .double()
 *   .columns('To pay', '48.20', { bold: true })
 *   .barcode39('12A-0314');
 */
export function receipt(width: number = NARROW): Receipt {
  return new Receipt(width);
}

/**
 * Made by `receipt`. Each method adds lines and gives the receipt itself. Texts are normalised to NFC. They are laid
 * out in columns of paper: a wide sign of Chinese, Japanese or Korean takes two, a combining mark none.
 * `TypeError` if a text is no string or has control characters or line breaks.
 */
export class Receipt {
  readonly #width: number;
  readonly #lines: TillReceiptLine[] = [];

  constructor(width: number) {
    if (!Number.isInteger(width) || width < 8) {
      throw new RangeError(`width: expected integer, 8 or more, got ${width}.`);
    }
    this.#width = width;
  }

  /** What was added so far, as a handler gives it. */
  get lines(): readonly TillReceiptLine[] {
    return [...this.#lines];
  }

  /** A text; broken between words where it is too long. */
  text(text: string, style: TextStyle = {}): this {
    const room = this.#room(style);
    for (const row of wrapText(printable('text', text), room)) {
      this.#add(alignText(row, room, style.align), style);
    }
    return this;
  }

  /** One text at the left edge, the other, such as an amount, at the right. */
  columns(left: string, right: string, style: Omit<TextStyle, 'align'> = {}): this {
    const room = this.#room(style);
    const [text, amount] = [printable('left', left), printable('right', right)];
    const end = columnsOf(amount);
    // A right one that leaves no room for a word stands below.
    const beside = room - end - 1 >= 1 ? room - end - 1 : room;
    const rows = [...wrapText(text, beside)];
    const last = rows.pop() ?? '';
    for (const row of rows) this.#add(row, style);
    const fits = columnsOf(last) + 1 + end <= room;
    if (!fits) this.#add(last, style);
    const start = fits ? last : '';
    for (const [index, row] of cutText(amount, room).entries()) {
      const before = index === 0 ? start : '';
      this.#add(before + alignText(row, room - columnsOf(before), 'right'), style);
    }
    return this;
  }

  /** A single line across the paper. */
  single(): this {
    return this.#line('LINE_SEPARATOR_SINGLE');
  }

  /** A double line across the paper. */
  double(): this {
    return this.#line('LINE_SEPARATOR_DOUBLE');
  }

  /** An empty line. */
  blank(): this {
    return this.#line('CARRIAGE_RETURN');
  }

  /** Feeds the paper past the knife. */
  feed(): this {
    return this.#line('TICKET_FEED');
  }

  /** A picture that the card machine holds, by its name; machines with one logo print that. */
  logo(name: string): this {
    return this.#line('IMAGE_LOGO', printable('name', name));
  }

  /** Digits only. */
  barcode25(data: string): this {
    return this.#barcode('BARCODE_CODE25', data, /^[0-9]+$/);
  }

  /** Digits, capitals, space and `- . $ / + %`. */
  barcode39(data: string): this {
    return this.#barcode('BARCODE_CODE39', data, /^[0-9A-Z .$/+%-]+$/);
  }

  /** Any printable ASCII. */
  barcode128(data: string): this {
    return this.#barcode('BARCODE_CODE128', data, /^[ -~]+$/);
  }

  #barcode(type: NonNullable<TillReceiptLine['type']>, data: string, takes: RegExp): this {
    if (!takes.test(data)) throw new TypeError(`${type}: expected ${takes.source}.`);
    return this.#line(type, data);
  }

  #line(type: NonNullable<TillReceiptLine['type']>, value = ''): this {
    this.#lines.push({ type, value });
    return this;
  }

  #add(value: string, style: TextStyle): void {
    const format = formatOf(style);
    this.#lines.push({ value, type: 'TEXT', ...(format.length > 0 && { format }) });
  }

  #room({ doubleWidth = false }: TextStyle): number {
    return doubleWidth ? Math.floor(this.#width / 2) : this.#width;
  }
}

function formatOf({ bold, doubleHeight, doubleWidth }: TextStyle): Format[] {
  return [
    ...(bold ? (['BOLD'] as const) : []),
    ...(doubleHeight ? (['DOUBLE_HEIGHT'] as const) : []),
    ...(doubleWidth ? (['DOUBLE_WIDTH'] as const) : []),
  ];
}

/** What no printer prints as a sign in its place: control characters, line breaks, halves of a sign. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}]/u;

/** `text` in NFC; throws TypeError, without repeating it, if it cannot be printed as a line. */
function printable(name: string, text: unknown): string {
  if (typeof text !== 'string')
    throw new TypeError(`${name}: expected string, got ${typeof text}.`);
  const found = UNPRINTABLE.exec(text)?.[0].codePointAt(0);
  if (found === undefined) return text.normalize('NFC');
  const got = `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
  throw new TypeError(`${name}: expected no control characters and no line breaks, got ${got}.`);
}
