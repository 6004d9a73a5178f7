// The audit trail: who changed what, newest first.

import type { api } from '@tillgate/protocol';
import { useEffect, useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { FailureNotice } from '../../api/query-state.tsx';
import { useMutation } from '../../api/use-query.ts';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { dateTimeText } from '../../kit/time-format.ts';
import { auditText, changeText, viaText } from './audit-text.ts';

interface Trail {
  readonly entries: readonly api.AuditEntry[];
  readonly next?: string | undefined;
}

export function AuditPanel() {
  const [trail, setTrail] = useState<Trail | undefined>(undefined);
  const { busy, failure, run } = useMutation();
  const ask = async (last: Trail | undefined) => {
    const query = last?.next === undefined ? {} : { before: last.next };
    const { entries, next } = await call('listAudit', { query });
    setTrail({ entries: [...(last?.entries ?? []), ...entries], next });
  };
  useEffect(() => void run(() => ask(undefined)), []);
  return (
    <Panel
      title="Audit trail"
      actions={
        <Button size="s" disabled={busy} onClick={() => void run(() => ask(undefined))}>
          Look again
        </Button>
      }
    >
      {failure && <FailureNotice failure={failure} />}
      {!trail && !failure && (
        <p class="quiet" role="status">
          Asking the gateway for the trail …
        </p>
      )}
      {trail?.entries.length === 0 && (
        <EmptyState icon="list" title="Nothing was changed yet">
          <p>Every change of a site, token, card machine or operator is written down here.</p>
        </EmptyState>
      )}
      <ol class="sit-trail">
        {trail?.entries.map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ol>
      {trail?.next !== undefined && (
        <Button size="s" disabled={busy} onClick={() => void run(() => ask(trail))}>
          Show earlier ones
        </Button>
      )}
    </Panel>
  );
}

function Entry({ entry }: { readonly entry: api.AuditEntry }) {
  const { at, by, via, from, changes = [] } = entry;
  const isNew = entry.action.endsWith('.add');
  return (
    <li>
      <time class="quiet" dateTime={at}>
        {dateTimeText(at)}
      </time>
      <div>
        <p>
          <b>{by}</b> {auditText(entry)}{' '}
          <span class="quiet">
            {viaText(via)}
            {from ? `, from ${from}` : ''}
          </span>
        </p>
        {changes.length > 0 && (
          <ul class="sit-changes">
            {changes.map((change) => (
              <li key={change.field}>{changeText(change, isNew)}</li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}
