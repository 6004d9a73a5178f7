// The site of a gateway's address, by its host: what the pairing screen proposes, and where Till looks. Pure.

/** As a browser writes an address in place of a name. */
const LOCAL_OR_ADDRESS = /^(localhost|\d{1,3}(\.\d{1,3}){3}|\[[\da-f:.]+\])$/;

/** The site that a host name leads to [C-2.2]; at an address and at localhost that for tests. */
export function siteAt(hostname: string): string {
  return LOCAL_OR_ADDRESS.test(hostname) ? 'testhost' : (hostname.split('.')[0] ?? '');
}
