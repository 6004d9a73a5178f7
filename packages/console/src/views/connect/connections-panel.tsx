// The connections of this page side by side: the state of each, and why one was refused or has ended.

import { connectionStates } from '@tillgate/protocol';
import { hrefOf } from '../../app/route.ts';
import { Badge, Dot } from '../../kit/badge.tsx';
import { Button } from '../../kit/button.tsx';
import { DescriptionList } from '../../kit/description-list.tsx';
import { EmptyState, Notice, Panel } from '../../kit/panel.tsx';
import { Tabs } from '../../kit/tabs.tsx';
import {
  connections,
  removeConnection,
  selectConnection,
  selectedConnection,
} from '../../socket/connections.ts';
import { withoutToken } from '../../socket/gateway-address.ts';
import { openConnection } from '../../socket/open-connection.ts';
import type { TillConnection } from '../../socket/till-connection.ts';
import { CONNECTION_PANEL } from './form.ts';

export function ConnectionsPanel() {
  const now = selectedConnection.value;
  return <Panel title="Connections">{now ? <Connections now={now} /> : <NoConnections />}</Panel>;
}

function NoConnections() {
  return (
    <EmptyState icon="plug" title="Not connected yet">
      <p>
        Fill in the parts and press Connect. Several connections may stand side by side, as a till
        at the counter and one at the table.
      </p>
    </EmptyState>
  );
}

function Connections({ now }: { readonly now: TillConnection }) {
  const tabs = connections.value.map(({ name, state }) => ({
    key: name.id,
    label: (
      <>
        <Dot tone={connectionStates[state.value.state].tone} />
        {name.label}
      </>
    ),
  }));
  return (
    <>
      <Tabs
        label="Connections"
        tabs={tabs}
        selected={now.name.id}
        onSelect={selectConnection}
        panel={CONNECTION_PANEL}
      />
      <div
        class="stack"
        id={CONNECTION_PANEL}
        role="tabpanel"
        aria-labelledby={`${CONNECTION_PANEL}-${now.name.id}`}
      >
        <State now={now} />
        <About now={now} />
        <Actions now={now} />
      </div>
    </>
  );
}

function State({ now }: { readonly now: TillConnection }) {
  const state = now.state.value;
  switch (state.state) {
    case 'connecting':
      return <Notice tone="wait" title={`${connectionStates.connecting.word} …`} />;
    case 'connected':
      return (
        <Notice tone="good" title={`${connectionStates.connected.word}.`}>
          {now.name.integration === 'pac'
            ? 'Compose a message to ask the gateway something.'
            : 'The gateway asks when a waiter does something at a card machine; answer in Compose.'}
        </Notice>
      );
    case 'waiting':
      return (
        <Notice tone="wait" title={`${connectionStates.waiting.word} …`}>
          {state.why.happened} It is tried again by itself.
        </Notice>
      );
    case 'refused':
    case 'stopped':
    case 'closed':
      return (
        <Notice tone={state.state === 'closed' ? 'wait' : 'bad'} title={state.why.happened}>
          {state.why.todo}
        </Notice>
      );
  }
}

const PINGS =
  'The gateway pings each connection every 20 seconds; the browser answers by itself and shows pings to no page.';

function About({ now }: { readonly now: TillConnection }) {
  const { tone, word } = connectionStates[now.state.value.state];
  const ms = now.roundTripMs.value;
  return (
    <DescriptionList
      entries={[
        ['State', <Badge tone={tone}>{word}</Badge>],
        ['Round trip', ms === undefined ? '–' : `${ms.toFixed(1)} ms`],
        ['Pings', PINGS],
        ['Address', <span class="mono">{withoutToken(now.url)}</span>],
      ]}
    />
  );
}

function Actions({ now }: { readonly now: TillConnection }) {
  const { state } = now.state.value;
  const over = state === 'refused' || state === 'stopped' || state === 'closed';
  const again = () => {
    removeConnection(now);
    openConnection(now.address);
  };
  return (
    <div class="btns">
      {over ? (
        <>
          <Button icon="plug" onClick={again}>
            Connect again
          </Button>
          <Button icon="cross" onClick={() => removeConnection(now)}>
            Remove
          </Button>
        </>
      ) : (
        <Button kind="danger" icon="cross" onClick={() => now.close()}>
          Disconnect
        </Button>
      )}
      {state === 'connected' && (
        <a class="btn" href={hrefOf('compose')}>
          Compose a message
        </a>
      )}
    </div>
  );
}
