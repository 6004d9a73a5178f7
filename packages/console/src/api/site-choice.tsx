// Which site an operator looks at: one choice for all views, kept in this browser by its name.

import { signal } from '@preact/signals';
import type { api } from '@tillgate/protocol';
import { Select } from '../kit/field.tsx';
import { read, write } from '../kit/storage.ts';
import { call } from './call.ts';
import type { Asked } from './use-query.ts';
import { useAsked } from './use-query.ts';

const wished = signal(read('site') ?? '');

export function chooseSite(name: string): void {
  wished.value = name;
  write('site', name);
}

export function useSites(): Asked<readonly api.Site[]> {
  return useAsked('sites', async () => (await call('listSites', {})).sites);
}

/** The chosen one if it is still there, else the first. */
export function chosenOf(sites: readonly api.Site[]): api.Site | undefined {
  return sites.find(({ name }) => name === wished.value) ?? sites[0];
}

/** Nothing where there is no choice. */
export function SiteChoice({ sites }: { readonly sites: readonly api.Site[] }) {
  const now = chosenOf(sites);
  if (!now || sites.length < 2) return null;
  return (
    <Select
      label="Site"
      value={now.name}
      choices={sites.map(({ name }) => ({ value: name, label: name }))}
      onChange={chooseSite}
    />
  );
}
