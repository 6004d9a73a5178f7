// The state of a connection as a dot and its word, the same wherever a connection is shown; read out when it changes.

import './connection-word.css';
import type { ConnectionStateName } from '@tillgate/protocol';
import { connectionStates } from '@tillgate/protocol';
import { Dot } from './badge.tsx';

interface ConnectionWordProps {
  readonly state: ConnectionStateName;
  /** What it means here; absent: nothing beside the word. */
  readonly about?: string;
}

export function ConnectionWord({ state, about }: ConnectionWordProps) {
  const { word, tone, about: meaning } = connectionStates[state];
  return (
    <p class="connection-word" role="status" title={meaning}>
      <Dot tone={tone} />
      <strong>{word}</strong>
      {about && <span class="quiet">{about}</span>}
    </p>
  );
}
