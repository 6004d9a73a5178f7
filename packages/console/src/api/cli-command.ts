// How the command line of the gateway is called where it was installed: what is copied as a command begins with it.

import { signal } from '@preact/signals';
import { isLoopback } from '../socket/gateway-address.ts';
import { call, readSession } from './call.ts';
import { session } from './session.ts';

/** Without an answer as it works wherever npm is. */
export const cliCommand = signal('npx tillgate');

/** Asks where this page may without a key. Never rejects. */
export async function refreshCliCommand(): Promise<void> {
  try {
    if (session.peek().state === 'unknown' && isLoopback(location.hostname)) await readSession();
    if (session.peek().state !== 'open') return;
    const { command } = await call('readGateway', {});
    if (command) cliCommand.value = command;
  } catch {
    // It stays as it is.
  }
}
