// The site that the operator has selected: one for all views; the browser stores its name.

import { signal } from '@preact/signals';
import type { api } from '@tillgate/protocol';
import { Select } from '../kit/field.tsx';
import { read, write } from '../kit/storage.ts';
import { call } from './call.ts';
import type { Query } from './use-query.ts';
import { useQuery } from './use-query.ts';

const selectedSite = signal(read('site') ?? '');

export function selectSite(name: string): void {
  selectedSite.value = name;
  write('site', name);
}

export function useSites(): Query<readonly api.Site[]> {
  return useQuery('sites', async () => (await call('listSites', {})).sites);
}

/** The selected site if it still exists, otherwise the first. */
export function selectedSiteOf(sites: readonly api.Site[]): api.Site | undefined {
  return sites.find(({ name }) => name === selectedSite.value) ?? sites[0];
}

/** Renders nothing if there are fewer than two sites. */
export function SiteChoice({ sites }: { readonly sites: readonly api.Site[] }) {
  const now = selectedSiteOf(sites);
  if (!now || sites.length < 2) return null;
  return (
    <Select
      label="Site"
      value={now.name}
      options={sites.map(({ name }) => ({ value: name, label: name }))}
      onChange={selectSite}
    />
  );
}
