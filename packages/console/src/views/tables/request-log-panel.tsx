// Shows the log of requests and notifications of card machines.

import { Dot } from '../../kit/badge.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { clockTime } from '../../kit/time-format.ts';
import { requestLog } from './request-log.ts';

export function RequestLogPanel() {
  return (
    <Panel title="What card machines ask">
      {requestLog.value.length === 0 ? (
        <EmptyState icon="machine" title="No card machine has asked yet">
          <p>Open the restaurant, then let the waiter take a card machine.</p>
        </EmptyState>
      ) : (
        <ol class="rst-log">
          {requestLog.value.map(({ key, at, tone, tid, text }) => (
            <li key={key}>
              <time>{clockTime(at)}</time>
              <Dot tone={tone} />
              <span>
                {text} {tid && <span class="mono quiet">{tid}</span>}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
