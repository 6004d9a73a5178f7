// The state of the selected connection in the top bar: its label and its round-trip time.

import './connection-status.css';
import { connectionStates } from '@tillgate/protocol';
import { Dot } from '../kit/badge.tsx';
import { connections, selectConnection, selectedConnection } from '../socket/connections.ts';
import { sdkConnections } from '../socket/sdk-connections.ts';
import type { TillConnection } from '../socket/till-connection.ts';
import { hrefOf, routeLocation } from './route.ts';

/** That of the view which is shown, else the one that Compose sends on, else any other. */
export function ConnectionStatus() {
  const now = selectedConnection.value;
  const all = sdkConnections.value;
  const own = all[routeLocation.value.view] ?? (now ? undefined : Object.values(all)[0]);
  if (own) {
    return (
      <div class="line-state">
        <Dot tone={connectionStates[own.state].tone} />
        <span class="line-label">{own.label}</span>
        <span class="line-word">{connectionStates[own.state].word}</span>
      </div>
    );
  }
  if (!now) {
    return (
      <a class="line-state" href={hrefOf('connect')}>
        <Dot tone={connectionStates.closed.tone} />
        <span class="line-label">{connectionStates.closed.word}</span>
      </a>
    );
  }
  return (
    <div class="line-state">
      <Dot tone={connectionStates[now.state.value.state].tone} />
      {connections.value.length > 1 ? <ConnectionSelect now={now} /> : <Label now={now} />}
      <span class="line-word">
        <span>{connectionStates[now.state.value.state].word}</span>
        {roundTripText(now)}
      </span>
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

/** After the word, once it has been measured. */
function roundTripText({ roundTripMs }: TillConnection): string {
  const ms = roundTripMs.value;
  return ms === undefined ? '' : `, ${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
