// The sheets that the machine printed, newest first, until they are torn off.

import './paper-tray.css';
import { Button } from '../../kit/button.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import type { Printer } from './printer.ts';
import { SignatureView } from './signature.tsx';

interface PaperTrayProps {
  readonly printer: Printer;
  /** During a payment tearing off is not the main thing to do. */
  readonly paying: boolean;
}

export function PaperTray({ printer, paying }: PaperTrayProps) {
  const sheets = printer.sheets.value;
  return (
    <aside class="mc-tray" aria-label="Printed paper" data-open={sheets.length > 0 || undefined}>
      {sheets.length === 0 ? (
        <p class="quiet mc-no-paper">Receipts and bills slide out here.</p>
      ) : (
        <div class="mc-tear">
          <Button kind={paying ? 'plain' : 'main'} icon="tear" onClick={() => printer.tearOff()}>
            Tear off
          </Button>
        </div>
      )}
      {sheets.map(({ id, title, lines, signature }) => (
        <div key={id} class="mc-sheet" data-signed={signature ? true : undefined}>
          <ReceiptView title={title} lines={lines} />
          {signature && (
            <div class="mc-ink-on-paper">
              <SignatureView signature={signature} />
            </div>
          )}
        </div>
      ))}
    </aside>
  );
}
