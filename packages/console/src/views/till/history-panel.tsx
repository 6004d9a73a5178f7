// The payments of this till, newest first; each can be looked at again.

import { outcomes } from '@tillgate/protocol';
import { Badge } from '../../kit/badge.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { SelectableRow } from '../../kit/selectable-row.tsx';
import { clockTime } from '../../kit/time-format.ts';
import { orderText, outcomeText } from './outcome-text.ts';
import type { PaymentEntry } from './payment-history.ts';
import { payments, showPayment, tillStatus } from './till-controller.ts';

export function HistoryPanel() {
  return (
    <Panel title="Payments of this till">
      {payments.value.length === 0 ? (
        <EmptyState icon="list" title="None yet">
          <p>The last twenty are listed here while this tab is open.</p>
        </EmptyState>
      ) : (
        <ol class="till-history">
          {payments.value.map((entry) => (
            <Row key={entry.key} entry={entry} />
          ))}
        </ol>
      )}
    </Panel>
  );
}

function Row({ entry }: { readonly entry: PaymentEntry }) {
  const { key, at, order } = entry;
  const now = tillStatus.value;
  const shown = now.kind === 'payment' && now.key === key;
  const words = outcomeText(entry);
  return (
    <li>
      <SelectableRow layout="till-paid" selected={shown} onSelect={() => showPayment(key)}>
        <span class="till-asked">{orderText(order)}</span>
        <span class="till-when">
          {clockTime(at)} <span class="mono">{order.tid}</span>
        </span>
        <Badge tone={words?.tone ?? outcomes.OPEN.tone}>{words?.word ?? outcomes.OPEN.word}</Badge>
      </SelectableRow>
    </li>
  );
}
