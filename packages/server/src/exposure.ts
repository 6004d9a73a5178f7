// Who can reach the gateway: what its settings say of that, and under which addresses.

import type { Settings } from './settings.ts';

/** Tokens must not travel in clear by oversight [C-2.3]. */
export function checkExposure({
  host,
  tls,
  tlsCert,
  tlsKey,
  allowPlain,
  behindProxy,
}: Settings): void {
  if ((tlsCert === undefined) !== (tlsKey === undefined)) {
    throw new Error('--tls-cert and --tls-key go together.');
  }
  if (isLoopback(host) || tls || tlsCert || allowPlain || behindProxy) return;
  throw new Error(
    `Listening on ${host} without TLS would send tokens in clear. Give --tls-cert and --tls-key, ` +
      'or --behind-proxy if a proxy ends TLS, or --allow-plain if you want it so.',
  );
}

/** A clock that can be moved is for tests alone: no other machine, no other process, nothing that is kept. */
export function checkTestControl(settings: Settings): void {
  if (!settings.testControl) return;
  if (!isPrivate(settings)) {
    throw new Error(
      '--test-control lets a program move the clock, so the gateway must be reachable from this machine only: ' +
        'leave out --host and --behind-proxy.',
    );
  }
  if (settings.store === undefined && settings.data === 'memory') return;
  throw new Error(
    '--test-control lets a program move the clock, which must not touch payments that are kept: give --data memory.',
  );
}

/** Whether nobody but this machine can reach the gateway. */
export function isPrivate({ host, behindProxy }: Settings): boolean {
  return isLoopback(host) && !behindProxy;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}

/** Such as `ws://127.0.0.1:8765` and `http://127.0.0.1:8765`. */
export function addressesOf(host: string, port: number, secure: boolean) {
  const name = host.includes(':') ? `[${host}]` : host;
  const end = secure ? 's' : '';
  return { url: `ws${end}://${name}:${port}`, httpUrl: `http${end}://${name}:${port}` };
}
