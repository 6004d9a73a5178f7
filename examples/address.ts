// Where the gateway is. A till has this address in its settings, since the host and the token are
// another for each site; here it comes from the command line, from TILLGATE_URI, or is that of a
// gateway started by `npm start` on this machine.

const ON_THIS_MACHINE =
  'ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000' +
  '&api-version=v1&software-house-id=ABC123&installer-id=123ABC';

export const address = process.argv[2] ?? process.env.TILLGATE_URI ?? ON_THIS_MACHINE;

/** The same for a restaurant till: pay at table has a path of its own. */
export function tableAddress(given?: string): string {
  const uri = new URL(given ?? process.env.TILLGATE_URI ?? ON_THIS_MACHINE);
  uri.pathname = '/pat';
  return uri.href;
}
