// Tells systemd that the gateway is ready, or stops, where a unit with `Type=notify` started it (sd_notify(3)).

import { execFile } from 'node:child_process';
import { note } from './output.ts';

/** Without effect where nobody listens. */
export function tellSystemd(state: 'READY=1' | 'STOPPING=1'): void {
  if (process.env.NOTIFY_SOCKET === undefined) return;
  // Node has no datagram sockets of Unix, over which these messages go.
  execFile('systemd-notify', [state], (cause) => {
    if (cause) note(`systemd was not told ${state}: ${cause.message}`);
  });
}
