// The one table of views. A view adds its row here and nowhere else; it is loaded when first opened.

import type { ComponentType } from 'preact';
import type { IconName } from '../kit/icon.tsx';

export interface Route {
  /** In the address: `#/till`; the first one is shown without a name, too. */
  readonly name: string;
  /** In the rail; one or two words. */
  readonly title: string;
  readonly icon: IconName;
  readonly load: () => Promise<ComponentType>;
}

/** In the order of the rail; on a phone the first four are in the bar, the others under "More". */
export const routes: readonly Route[] = [
  {
    name: 'overview',
    title: 'Overview',
    icon: 'overview',
    load: async () => (await import('../views/overview/overview.tsx')).Overview,
  },
  {
    name: 'till',
    title: 'Till',
    icon: 'till',
    load: async () => (await import('../views/till/till.tsx')).Till,
  },
  {
    name: 'compose',
    title: 'Compose',
    icon: 'pen',
    load: async () => (await import('../views/compose/compose.tsx')).Compose,
  },
  {
    name: 'traffic',
    title: 'Traffic',
    icon: 'traffic',
    load: async () => (await import('../views/traffic/traffic.tsx')).Traffic,
  },
  {
    name: 'tables',
    title: 'Tables',
    icon: 'table',
    load: async () => (await import('../views/tables/tables.tsx')).Tables,
  },
  {
    name: 'machines',
    title: 'Card machines',
    icon: 'machine',
    load: async () => (await import('../views/machines/machines.tsx')).Machines,
  },
  {
    name: 'transactions',
    title: 'Transactions',
    icon: 'list',
    load: async () => (await import('../views/transactions/transactions.tsx')).Transactions,
  },
  {
    name: 'sites',
    title: 'Sites',
    icon: 'site',
    load: async () => (await import('../views/sites/sites.tsx')).Sites,
  },
  {
    name: 'connect',
    title: 'Connect',
    icon: 'plug',
    load: async () => (await import('../views/connect/connect.tsx')).Connect,
  },
];
