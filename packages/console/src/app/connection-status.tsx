// The state of the selected connection in the top bar: its label and its round-trip time.

import './connection-status.css';
import { Dot } from '../kit/badge.tsx';
import type { Tone } from '../kit/tone.ts';
import { connections, selectConnection, selectedConnection } from '../socket/connections.ts';
import type { SdkConnectionState } from '../socket/sdk-connections.ts';
import { sdkConnections } from '../socket/sdk-connections.ts';
import type { TillConnectionState as State, TillConnection } from '../socket/till-connection.ts';
import { hrefOf, routeLocation } from './route.ts';

export const connectionTones: Readonly<Record<State['state'], Tone>> = {
  opening: 'wait',
  open: 'good',
  refused: 'bad',
  closed: 'plain',
};

const sdkConnectionTones: Readonly<Record<SdkConnectionState['state'], Tone>> = {
  off: 'plain',
  opening: 'wait',
  open: 'good',
  waiting: 'wait',
  ended: 'bad',
};

export function ConnectionStatus() {
  const now = selectedConnection.value;
  const own =
    sdkConnections.value[routeLocation.value.view] ?? Object.values(sdkConnections.value)[0];
  if (!now && own) {
    return (
      <div class="line-state">
        <Dot tone={sdkConnectionTones[own.state]} />
        <span class="line-label">{own.label}</span>
      </div>
    );
  }
  if (!now) {
    return (
      <a class="line-state" href={hrefOf('connect')}>
        <Dot tone="plain" />
        <span class="line-label">Not connected</span>
      </a>
    );
  }
  return (
    <div class="line-state">
      <Dot tone={connectionTones[now.state.value.state]} />
      {connections.value.length > 1 ? <ConnectionSelect now={now} /> : <Label now={now} />}
      <span class="line-word">{wordOf(now)}</span>
    </div>
  );
}

function Label({ now }: { readonly now: TillConnection }) {
  return <span class="line-label">{now.name.label}</span>;
}

function ConnectionSelect({ now }: { readonly now: TillConnection }) {
  return (
    <select
      class="line-choice"
      aria-label="Connection to work with"
      value={now.name.id}
      onChange={({ currentTarget }) => selectConnection(currentTarget.value)}
    >
      {connections.value.map(({ name }) => (
        <option key={name.id} value={name.id}>
          {name.label}
        </option>
      ))}
    </select>
  );
}

function wordOf({ state, roundTripMs }: TillConnection): string {
  const words = { opening: 'connecting', open: 'connected', refused: 'refused', closed: 'closed' };
  const ms = roundTripMs.value;
  return ms === undefined ? words[state.value.state] : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
