// The state of the connection to the gateway in words. Pure.

import type { ConnectionState } from '@tillgate/client';
import type { Tone } from '../../kit/tone.ts';

export function connectionText(
  connection: ConnectionState,
  networkOff: boolean,
): { readonly tone: Tone; readonly text: string } {
  if (networkOff) return { tone: 'bad', text: 'Off the network' };
  switch (connection.state) {
    case 'connected':
      return { tone: 'good', text: 'Linked' };
    case 'connecting':
      return { tone: 'wait', text: 'Linking' };
    case 'waiting':
      return { tone: 'wait', text: 'No line, trying again' };
    case 'stopped':
      return { tone: 'bad', text: 'Not linked' };
    case 'closed':
      return { tone: 'plain', text: 'Starting' };
  }
}
