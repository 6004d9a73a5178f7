import type { Static } from './type.ts';
import { Type } from './type.ts';

// Receipt lines as a card machine prints them [C-5.5].

const value = Type.String({
  description: 'The text; leading spaces centre it. Ignored for separators, feeds, returns.',
});
const format = Type.Optional(
  Type.Array(Type.Enum(['BOLD', 'DOUBLE_HEIGHT', 'DOUBLE_WIDTH'], { title: 'LineFormat' }), {
    description: 'How to print it; empty means plain.',
  }),
);
const closed = { additionalProperties: false, description: 'One line of a receipt.' } as const;
const kind = { description: 'What kind of line it is; TEXT if absent.' };

const machineTypes = [
  'TEXT',
  'BOX_DECLINE',
  'BOX_VOID',
  'CARRIAGE_RETURN',
  'LINE_SEPARATOR_SINGLE',
  'LINE_SEPARATOR_DOUBLE',
  'TICKET_FEED',
] as const;

export const ReceiptLine = Type.Object(
  {
    value,
    type: Type.Optional(Type.Enum([...machineTypes], { ...kind, title: 'ReceiptLineType' })),
    format,
  },
  { ...closed, title: 'ReceiptLine' },
);
export type ReceiptLine = Static<typeof ReceiptLine>;

/** Lines that a till may have printed at the table: both lists of types are accepted [C-5.6]. */
export const TillReceiptLine = Type.Object(
  {
    value,
    type: Type.Optional(
      Type.Enum(
        [...machineTypes, 'IMAGE_LOGO', 'BARCODE_CODE25', 'BARCODE_CODE39', 'BARCODE_CODE128'],
        { ...kind, title: 'TillReceiptLineType' },
      ),
    ),
    format,
  },
  { ...closed, title: 'TillReceiptLine' },
);
export type TillReceiptLine = Static<typeof TillReceiptLine>;

export const ReceiptLines = Type.Array(ReceiptLine, { description: 'Lines in printing order.' });

/** The copies of a payment's receipt; `{}` where nothing is printed [C-5.3]. */
export const Receipts = Type.Object(
  {
    MERCHANT: Type.Optional(ReceiptLines),
    CUSTOMER: Type.Optional(ReceiptLines),
  },
  {
    additionalProperties: false,
    title: 'Receipts',
    description: 'The copies to print; {} if there are none.',
  },
);
export type Receipts = Static<typeof Receipts>;
