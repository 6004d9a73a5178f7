// Card machines: all of a site, their state and when each last sent something; refreshed at an interval.

import './machines.css';
import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { call } from '../../api/call.ts';
import { QueryState } from '../../api/query-state.tsx';
import { RequireSignIn, SignedInOperator } from '../../api/signed-in.tsx';
import { SiteChoice, selectedSiteOf, useSites } from '../../api/site-choice.tsx';
import { useQuery } from '../../api/use-query.ts';
import { hrefOf } from '../../app/route.ts';
import { Button } from '../../kit/button.tsx';
import { EmptyState, Panel, View } from '../../kit/panel.tsx';
import { ConnectionsPanel } from './connections-panel.tsx';
import { EnrolDialog } from './enrol-dialog.tsx';
import { FaultsPanel } from './faults-panel.tsx';
import { MachineList } from './machine-list.tsx';

/** Between two looks at how they are. */
const POLL_MS = 3_000;

export function Machines() {
  return (
    <View
      title="Card machines"
      about="What is at the counter and at the tables of a site, and how it is now."
      actions={<SignedInOperator />}
    >
      <RequireSignIn>
        <Sites />
      </RequireSignIn>
    </View>
  );
}

function Sites() {
  const asked = useSites();
  const site = selectedSiteOf(asked.data ?? []);
  return (
    <>
      <QueryState query={asked} what="the sites" />
      {asked.data && <SiteChoice sites={asked.data} />}
      {site && <MachinesOf key={site.name} site={site} />}
      {asked.data && !site && (
        <Panel title="No site yet">
          <EmptyState icon="site" title="Card machines belong to a site">
            <p>Add a site first; then enrol its card machines here.</p>
            <a class="btn" data-kind="main" href={hrefOf('sites')}>
              Go to Sites
            </a>
          </EmptyState>
        </Panel>
      )}
    </>
  );
}

function MachinesOf({ site }: { readonly site: api.Site }) {
  const [enrolling, setEnrolling] = useState<string | undefined>(undefined);
  const asked = useQuery(
    `machines ${site.name}`,
    async () => (await call('listTerminals', { params: { site: site.name } })).terminals,
    POLL_MS,
  );
  const enrol = (
    <Button kind="main" size="s" icon="plus" onClick={() => setEnrolling('')}>
      Enrol a machine
    </Button>
  );
  return (
    <>
      <QueryState query={asked} what="the card machines" />
      {asked.data && (
        <Panel title={`At ${site.name}`} actions={enrol}>
          {asked.data.length === 0 ? (
            <EmptyState icon="machine" title="No card machine yet">
              <p>
                Enrol one that connects over the wire, or give the site virtual ones in its settings
                under Sites.
              </p>
            </EmptyState>
          ) : (
            <MachineList
              site={site}
              machines={asked.data}
              onChanged={() => void asked.reload()}
              onEnrol={setEnrolling}
            />
          )}
        </Panel>
      )}
      <ConnectionsPanel site={site.name} pollMs={POLL_MS} />
      {site.test && <FaultsPanel site={site.name} pollMs={POLL_MS} />}
      <EnrolDialog
        site={site}
        tid={enrolling}
        machines={asked.data ?? []}
        onClose={() => {
          setEnrolling(undefined);
          void asked.reload();
        }}
      />
    </>
  );
}
