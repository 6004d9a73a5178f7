// A receipt as the card machine prints it: its lines unchanged [C-5.5], but a space stands for a control character
// [C-13.20]; black on white in the dark theme too.

import './receipt-view.css';
import type { TillReceiptLine } from '@tillgate/protocol';
import { replaceControls } from '@tillgate/protocol';
import { useRef } from 'preact/hooks';
import { IconButton } from './button.tsx';
import { printReceipt } from './print-receipt.ts';

interface ReceiptViewProps {
  /** Such as "Customer copy". */
  readonly title: string;
  readonly lines: readonly TillReceiptLine[];
}

export function ReceiptView({ title, lines }: ReceiptViewProps) {
  const sheet = useRef<HTMLDivElement>(null);
  return (
    <figure class="paper" aria-label={`Receipt: ${title}`}>
      <figcaption>
        {title}
        <IconButton
          icon="print"
          size="s"
          label={`Print: ${title}`}
          onClick={() => sheet.current && printReceipt(sheet.current)}
        />
      </figcaption>
      <div class="paper-shadow">
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
        <div class="paper-sheet" tabIndex={0} ref={sheet}>
          {lines.map((line, index) => (
            <Line key={index} {...line} value={replaceControls(line.value, ' ')} />
          ))}
        </div>
      </div>
    </figure>
  );
}

function Line({ type = 'TEXT', value, format = [] }: TillReceiptLine) {
  switch (type) {
    case 'LINE_SEPARATOR_SINGLE':
      return <hr class="paper-rule" />;
    case 'LINE_SEPARATOR_DOUBLE':
      return <hr class="paper-rule" data-double />;
    case 'CARRIAGE_RETURN':
      return <div class="paper-line" />;
    case 'TICKET_FEED':
      return <div class="paper-line" data-feed />;
    case 'BOX_DECLINE':
    case 'BOX_VOID':
      return (
        <div class="paper-line" data-box>
          {value.trim()}
        </div>
      );
    case 'IMAGE_LOGO':
      return (
        <div class="paper-line" data-logo>
          [{value.trim()}]
        </div>
      );
    case 'BARCODE_CODE25':
    case 'BARCODE_CODE39':
    case 'BARCODE_CODE128':
      return (
        <div class="paper-line" data-code>
          {value.trim()}
        </div>
      );
    default: // TEXT, and whatever a later version may add.
      return (
        <div
          class="paper-line"
          data-bold={format.includes('BOLD') || undefined}
          data-tall={format.includes('DOUBLE_HEIGHT') || undefined}
          data-wide={format.includes('DOUBLE_WIDTH') || undefined}
        >
          <span>{value.trimEnd()}</span>
        </div>
      );
  }
}
