// The paper that came out of the machine, newest first, until it is torn off.

import { Button } from '../../kit/button.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { play, sheets, tearOff } from '../state.ts';
import { InkView } from './signature.tsx';

export function Tray() {
  const all = sheets.value;
  return (
    <aside class="mc-tray" aria-label="Printed paper" data-open={all.length > 0 || undefined}>
      {all.length === 0 ? (
        <p class="quiet mc-no-paper">Receipts and bills slide out here.</p>
      ) : (
        <div class="mc-tear">
          <Button kind={play.value ? 'plain' : 'main'} icon="check" onClick={() => tearOff()}>
            Tear off
          </Button>
        </div>
      )}
      {all.map((sheet) => (
        <div key={sheet.id} class="mc-sheet" data-signed={sheet.ink ? true : undefined}>
          <ReceiptView title={sheet.title} lines={sheet.lines} />
          {sheet.ink && (
            <div class="mc-ink-on-paper">
              <InkView ink={sheet.ink} />
            </div>
          )}
        </div>
      ))}
    </aside>
  );
}
