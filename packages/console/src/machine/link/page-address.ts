// What the address of the page says of the machine: `#site=shop1&tid=12345678`, and for one to be paired
// `&code=K7M2Q9XD`, with `&shop=` and `&currency=` for its settings. No part of it is sent to any server.

import type { Currency } from '@tillgate/protocol';

export interface Addressed {
  /** Without both the page is the machine that was used last. */
  readonly site: string;
  readonly tid: string;
  readonly code: string;
  readonly shop: string;
  readonly currency: Currency;
}

/** Empty where it says nothing. */
export function addressed(): Addressed {
  const given = new URLSearchParams(location.hash.slice(1));
  const of = (name: string) => given.get(name) ?? '';
  const currency = of('currency') === 'EUR' ? 'EUR' : 'GBP';
  return { site: of('site'), tid: of('tid'), code: of('code'), shop: of('shop'), currency };
}

/** Names the machine in the address, and nothing more: opened again, the page is this one. */
export function address({ site, tid }: Pick<Addressed, 'site' | 'tid'>): void {
  history.replaceState(null, '', `#${new URLSearchParams({ site, tid })}`);
}
