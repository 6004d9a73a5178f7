// Which site an operator looks at: one choice for all views, kept in this browser by its name.

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

/** The chosen one if it is still there, else the first. */
export function selectedSiteOf(sites: readonly api.Site[]): api.Site | undefined {
  return sites.find(({ name }) => name === selectedSite.value) ?? sites[0];
}

/** Nothing where there is no choice. */
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
