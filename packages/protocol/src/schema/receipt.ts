// Receipt lines as a card machine prints them [C-5.5].

import type { Static } from 'typebox';
import Type from 'typebox';

export const ReceiptLine = Type.Object(
  {
    value: Type.String({
      description: 'The text; leading spaces centre it. Ignored for separators, feeds, returns.',
    }),
    type: Type.Optional(
      Type.Enum(
        [
          'TEXT',
          'BOX_DECLINE',
          'BOX_VOID',
          'CARRIAGE_RETURN',
          'LINE_SEPARATOR_SINGLE',
          'LINE_SEPARATOR_DOUBLE',
          'TICKET_FEED',
        ],
        { description: 'What kind of line it is; TEXT if absent.' },
      ),
    ),
    format: Type.Optional(
      Type.Array(Type.Enum(['BOLD', 'DOUBLE_HEIGHT', 'DOUBLE_WIDTH']), {
        description: 'How to print it; empty means plain.',
      }),
    ),
  },
  { additionalProperties: false, description: 'One line of a receipt.' },
);
export type ReceiptLine = Static<typeof ReceiptLine>;

export const ReceiptLines = Type.Array(ReceiptLine, { description: 'Lines in printing order.' });

/** The copies of a payment's receipt; `{}` where nothing is printed [C-5.3]. */
export const Receipts = Type.Object(
  {
    MERCHANT: Type.Optional(ReceiptLines),
    CUSTOMER: Type.Optional(ReceiptLines),
  },
  { additionalProperties: false, description: 'The copies to print; {} if there are none.' },
);
export type Receipts = Static<typeof Receipts>;
