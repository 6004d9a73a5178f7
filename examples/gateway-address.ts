// The address of the gateway. A till has it in its settings, because each site has its own host and token.
// The examples take it from the command line, from TILLGATE_URI, or use the gateway that `npm start` runs
// on this machine.

const ON_THIS_MACHINE =
  'ws://127.0.0.1:8765/pac?token=00000000-0000-0000-0000-000000000000' +
  '&api-version=v1&software-house-id=ABC123&installer-id=123ABC';

export const address = process.argv[2] ?? process.env.TILLGATE_URI ?? ON_THIS_MACHINE;

/** The same address for a restaurant till: pay at table has its own path. */
export function tableAddress(given?: string): string {
  const uri = new URL(given ?? process.env.TILLGATE_URI ?? ON_THIS_MACHINE);
  uri.pathname = '/pat';
  return uri.href;
}
