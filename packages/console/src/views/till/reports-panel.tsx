// What a card machine has in its books: its last payment, and its reports.

import { useState } from 'preact/hooks';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { Panel } from '../../kit/panel.tsx';
import { orderForm } from './order-form.ts';
import type { ReportKind } from './outcome-text.ts';
import { reports } from './outcome-text.ts';
import { till } from './till-connection.ts';
import { isBusy, runReport, showLastPayment } from './till-controller.ts';

export function ReportsPanel() {
  const { tid } = orderForm.value;
  const [sure, setSure] = useState<ReportKind | undefined>(undefined);
  const disabled = tid === '' || isBusy.value || till.state.value.state !== 'connected';
  const run = (kind: ReportKind) => void runReport(kind, reports[kind].label, tid);
  return (
    <Panel
      title="Books of the card machine"
      actions={<span class="mono quiet till-tid">{tid}</span>}
    >
      <div class="btns">
        <Button disabled={disabled} onClick={() => void showLastPayment(tid)}>
          Last payment
        </Button>
        {(Object.keys(reports) as ReportKind[]).map((kind) => (
          <Button
            key={kind}
            disabled={disabled}
            title={reports[kind].about}
            onClick={() => (reports[kind].ends ? setSure(kind) : run(kind))}
          >
            {reports[kind].label}
          </Button>
        ))}
      </div>
      <Dialog
        title={sure ? `${reports[sure].label}?` : ''}
        open={sure !== undefined}
        onClose={() => setSure(undefined)}
      >
        {sure && (
          <>
            <p>
              {reports[sure].about} It cannot be undone on card machine {tid}.
            </p>
            <div class="btns">
              <Button
                kind="main"
                onClick={() => {
                  setSure(undefined);
                  run(sure);
                }}
              >
                {reports[sure].label}
              </Button>
              <Button onClick={() => setSure(undefined)}>Not now</Button>
            </div>
          </>
        )}
      </Dialog>
    </Panel>
  );
}
