// The list of sites, and beside it the chosen one with its settings and tokens.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { QueryState } from '../../api/query-state.tsx';
import { mayManageAllSites } from '../../api/session.ts';
import { selectedSiteOf, selectSite, useSites } from '../../api/site-choice.tsx';
import { Badge } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import type { Description } from '../../kit/description-list.tsx';
import { DescriptionList } from '../../kit/description-list.tsx';
import { EmptyState, Panel } from '../../kit/panel.tsx';
import { SelectableRow } from '../../kit/selectable-row.tsx';
import { machineText } from './audit-text.ts';
import { RemoveSite } from './remove-site.tsx';
import { SiteDialog } from './site-dialog.tsx';
import { TokensPanel } from './tokens-panel.tsx';

type Open = 'add' | 'change' | 'remove';

export function SitesPanel() {
  const asked = useSites();
  const [open, setOpen] = useState<Open | undefined>(undefined);
  const sites = asked.data;
  const now = selectedSiteOf(sites ?? []);
  const done = () => {
    setOpen(undefined);
    void asked.reload();
  };
  const add = mayManageAllSites() && (
    <Button kind="main" size="s" icon="plus" onClick={() => setOpen('add')}>
      Add a site
    </Button>
  );
  return (
    <>
      <QueryState query={asked} what="the sites" />
      {sites && (
        <div class="sit columns">
          <Panel title="Sites" actions={add}>
            <SiteList sites={sites} now={now} />
          </Panel>
          {now && (
            <div class="stack">
              <Settings site={now} onOpen={setOpen} />
              <TokensPanel key={now.name} site={now.name} onChanged={() => void asked.reload()} />
            </div>
          )}
        </div>
      )}
      <SiteDialog kind="add" site={undefined} open={open === 'add'} onClose={done} />
      <SiteDialog kind="change" site={now} open={open === 'change'} onClose={done} />
      <RemoveSite site={open === 'remove' ? now?.name : undefined} onClose={done} />
    </>
  );
}

interface SiteListProps {
  readonly sites: readonly api.Site[];
  readonly now: api.Site | undefined;
}

function SiteList({ sites, now }: SiteListProps) {
  if (sites.length === 0) {
    return (
      <EmptyState icon="site" title="No site yet">
        <p>A site is one shop: a name, a currency, its tills and card machines. Add the first.</p>
      </EmptyState>
    );
  }
  return (
    <ul class="sit-list">
      {sites.map(({ name, title, tokens, test }) => (
        <li key={name}>
          <SelectableRow
            layout="sit-site"
            selected={name === now?.name}
            onSelect={() => selectSite(name)}
          >
            <b>{name}</b>
            <span class="quiet">{title === name ? '' : title}</span>
            <span class="badges">
              {test && <Badge tone="wait">Test</Badge>}
              <Badge>{tokens === 1 ? '1 token' : `${tokens} tokens`}</Badge>
            </span>
          </SelectableRow>
        </li>
      ))}
    </ul>
  );
}

interface SettingsProps {
  readonly site: api.Site;
  readonly onOpen: (open: Open) => void;
}

function Settings({ site, onOpen }: SettingsProps) {
  const machines = Object.entries(site.terminals).map(([tid, set]) => machineText(tid, set));
  const every = site.test ? ['All well-formed names'] : [];
  const facts: readonly Description[] = [
    ['Title on receipts', site.title ?? site.name],
    ['Currency', site.currency],
    ['Time zone', site.timeZone],
    ['Versions', site.versions.join(', ')],
    ['Unknown keys of a request', site.strict ? 'Refused' : 'Dropped'],
    ['A signature nobody judged', site.signatureOnTimeout === 'accept' ? 'Accepted' : 'Rejected'],
    ['Reports to the till at the table', site.patReports ? 'Sent' : 'Not sent'],
    ['Request for the final receipt', site.finalReceiptMethod],
    ['Cashback that a card machine does not offer', site.strictCashback ? 'Refused' : 'Left out'],
    ['Virtual card machines', [...every, ...machines].join('; ') || 'None'],
  ];
  return (
    <Panel
      title={site.name}
      actions={
        <div class="btns">
          <Button size="s" icon="pen" onClick={() => onOpen('change')}>
            Change
          </Button>
          {mayManageAllSites() && (
            <Button size="s" kind="danger" icon="trash" onClick={() => onOpen('remove')}>
              Remove
            </Button>
          )}
        </div>
      }
    >
      <DescriptionList entries={facts} stacked />
    </Panel>
  );
}
