// How the line to the gateway is, in words. Pure.

import type { ConnectionState } from '@tillgate/client';
import type { Tone } from '../../kit/tone.ts';

export function lineWords(
  line: ConnectionState,
  pulled: boolean,
): { readonly tone: Tone; readonly text: string } {
  if (pulled) return { tone: 'bad', text: 'Off the network' };
  switch (line.state) {
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
