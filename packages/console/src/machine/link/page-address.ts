// The machine that the address of the page names: `#site=shop1&tid=12345678`, and for pairing `&code=K7M2Q9XD`, with
// `&shop=` and `&currency=` for its settings. A browser sends no part of it to a server.

import type { Currency } from '@tillgate/protocol';

export interface PageAddress {
  /** Without site and tid the page is the machine that was used last. */
  readonly site: string;
  readonly tid: string;
  readonly code: string;
  readonly shop: string;
  readonly currency: Currency;
}

/** A part that is absent is empty. */
export function readPageAddress(): PageAddress {
  const given = new URLSearchParams(location.hash.slice(1));
  const of = (name: string) => given.get(name) ?? '';
  const currency = of('currency') === 'EUR' ? 'EUR' : 'GBP';
  return { site: of('site'), tid: of('tid'), code: of('code'), shop: of('shop'), currency };
}

/** Puts only the machine into the address: opened again, the page is the same machine. */
export function setPageAddress({ site, tid }: Pick<PageAddress, 'site' | 'tid'>): void {
  history.replaceState(null, '', `#${new URLSearchParams({ site, tid })}`);
}
