// The state of the chosen line in the top bar: which till, which version, and how far the gateway is.

import './connection-status.css';
import { Dot } from '../kit/badge.tsx';
import type { Tone } from '../kit/tone.ts';
import { choose, line, lines } from '../socket/connections.ts';
import type { OwnState } from '../socket/sdk-connections.ts';
import { ownLines } from '../socket/sdk-connections.ts';
import type { LineState as State, TillLine } from '../socket/till-connection.ts';
import { hrefOf, place } from './route.ts';

export const tones: Readonly<Record<State['state'], Tone>> = {
  opening: 'wait',
  open: 'good',
  refused: 'bad',
  closed: 'plain',
};

const ownTones: Readonly<Record<OwnState['state'], Tone>> = {
  off: 'plain',
  opening: 'wait',
  open: 'good',
  waiting: 'wait',
  ended: 'bad',
};

export function LineState() {
  const now = line.value;
  const own = ownLines.value[place.value.view] ?? Object.values(ownLines.value)[0];
  if (!now && own) {
    return (
      <div class="line-state">
        <Dot tone={ownTones[own.state]} />
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
      <Dot tone={tones[now.state.value.state]} />
      {lines.value.length > 1 ? <Choice now={now} /> : <Label now={now} />}
      <span class="line-word">{wordOf(now)}</span>
    </div>
  );
}

function Label({ now }: { readonly now: TillLine }) {
  return <span class="line-label">{now.name.label}</span>;
}

function Choice({ now }: { readonly now: TillLine }) {
  return (
    <select
      class="line-choice"
      aria-label="Connection to work with"
      value={now.name.id}
      onChange={({ currentTarget }) => choose(currentTarget.value)}
    >
      {lines.value.map(({ name }) => (
        <option key={name.id} value={name.id}>
          {name.label}
        </option>
      ))}
    </select>
  );
}

function wordOf({ state, roundTripMs }: TillLine): string {
  const words = { opening: 'connecting', open: 'connected', refused: 'refused', closed: 'closed' };
  const ms = roundTripMs.value;
  return ms === undefined ? words[state.value.state] : `${ms.toFixed(ms < 10 ? 1 : 0)} ms`;
}
