// The tokens of a site: what each opens, when it was last used, and taking it back.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { ConfirmDialog } from '../../api/confirm-dialog.tsx';
import { QueryState } from '../../api/query-state.tsx';
import { useQuery } from '../../api/use-query.ts';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import type { Column } from '../../kit/table.tsx';
import { Table } from '../../kit/table.tsx';
import { agoText, dateTimeText } from '../../kit/time-format.ts';
import { useNow } from '../../kit/use-now.ts';
import { AddToken } from './add-token.tsx';

interface TokensPanelProps {
  readonly site: string;
  /** After one was made or revoked. */
  readonly onChanged: () => void;
}

export function TokensPanel({ site, onChanged }: TokensPanelProps) {
  const [adding, setAdding] = useState(false);
  const [revoking, setRevoking] = useState<api.Token | undefined>(undefined);
  const asked = useQuery(
    `tokens ${site}`,
    async () => (await call('listTokens', { params: { site } })).tokens,
  );
  const done = () => {
    setAdding(false);
    setRevoking(undefined);
    void asked.reload();
    onChanged();
  };
  const revoke = async () => {
    if (revoking) await call('revokeToken', { params: { site, id: revoking.id } });
  };
  return (
    <Panel
      title="Tokens"
      actions={
        <Button kind="main" size="s" icon="plus" onClick={() => setAdding(true)}>
          Make a token
        </Button>
      }
    >
      <QueryState query={asked} what="the tokens" />
      {asked.data?.length === 0 && (
        <EmptyState icon="link" title="No token yet">
          <p>A till needs one to connect to this site. Make one for each till.</p>
        </EmptyState>
      )}
      {asked.data && asked.data.length > 0 && <List tokens={asked.data} onRevoke={setRevoking} />}
      <AddToken site={site} open={adding} onClose={done} />
      <ConfirmDialog
        title={`Revoke ${revoking?.label || revoking?.id}?`}
        open={revoking !== undefined}
        action="Revoke it"
        run={revoke}
        onClose={done}
      >
        Tills that use this token are cut off within a second and cannot come back with it.
      </ConfirmDialog>
    </Panel>
  );
}

interface ListProps {
  readonly tokens: readonly api.Token[];
  readonly onRevoke: (token: api.Token) => void;
}

function List({ tokens, onRevoke }: ListProps) {
  const now = useNow();
  const columns: readonly Column<api.Token>[] = [
    {
      title: 'Token',
      cell: ({ id, label, expired, expiresAt }) => (
        <div class="sit-name">
          <b>{label || 'no label'}</b>
          <span class="mono quiet">{id}</span>
          {expired && <Badge tone="bad">Expired</Badge>}
          {expiresAt && (
            <span class="quiet">
              {expired ? 'since' : 'until'} {dateTimeText(expiresAt)}
            </span>
          )}
        </div>
      ),
    },
    {
      title: 'Opens',
      cell: ({ scopes }) => (
        <span class="badges">
          {scopes.map((scope) => (
            <Badge key={scope}>{scope}</Badge>
          ))}
        </span>
      ),
    },
    {
      title: 'Last used',
      cell: ({ lastUsedAt }) =>
        lastUsedAt ? (
          <time dateTime={lastUsedAt} title={dateTimeText(lastUsedAt)}>
            {agoText(lastUsedAt, now)}
          </time>
        ) : (
          <span class="quiet">never</span>
        ),
    },
    {
      title: 'Made',
      cell: ({ createdAt }) => <time dateTime={createdAt}>{dateTimeText(createdAt)}</time>,
    },
    {
      title: 'Revoke',
      untitled: true,
      align: 'right',
      cell: (token) => (
        <Button size="s" kind="danger" onClick={() => onRevoke(token)}>
          Revoke<span class="unseen"> {token.label || token.id}</span>
        </Button>
      ),
    },
  ];
  return <Table caption="Tokens" columns={columns} rows={tokens} keyOf={({ id }) => id} />;
}
