// Overview, the front page: what runs, a payment to take now, what somebody should look at, the payments of the last
// day, and how each site is. It follows the gateway live.

import './overview.css';
import { effect, signal } from '@preact/signals';
import type { api, ConnectionStateName } from '@tillgate/protocol';
import { useEffect } from 'preact/hooks';
import { LiveStream } from '../../api/live-stream.ts';
import { session } from '../../api/session.ts';
import { RequireSignIn, SignedInOperator } from '../../api/signed-in.tsx';
import { StreamRefused } from '../../api/stream-refused.tsx';
import { View } from '../../kit/panel.tsx';
import { setSdkConnection } from '../../socket/sdk-connections.ts';
import { AttentionPanel } from './attention-panel.tsx';
import { GatewayFacts, PublicFacts } from './gateway-facts.tsx';
import { PaymentsPanel } from './payments-panel.tsx';
import { SitesPanel } from './sites-panel.tsx';
import { TakePayment } from './take-payment.tsx';

const stream = new LiveStream('followOverview');
/** The last one; it stays while the gateway is away. */
const overview = signal<api.Overview | undefined>(undefined);

export function Overview() {
  const now = session.value;
  return (
    <View title="Overview" about="What runs here, and how it goes." actions={<SignedInOperator />}>
      {now.state === 'asked' && !now.over && <WithoutKey />}
      <RequireSignIn placeholder={<Board stream="connecting" overview={undefined} />}>
        <Followed />
      </RequireSignIn>
    </View>
  );
}

/** What a developer of a till sees who has a token and no operator key. */
function WithoutKey() {
  return (
    <>
      <PublicFacts />
      <TakePayment />
    </>
  );
}

function Followed() {
  useEffect(() => {
    openOverview();
    const label = `${location.host} · events`;
    const shown = effect(() => setSdkConnection('overview', { label, state: stream.state.value }));
    return () => {
      shown();
      setSdkConnection('overview', undefined);
      stream.close();
      overview.value = undefined;
    };
  }, []);
  const isRefused = stream.state.value === 'refused' && session.value.state === 'open';
  return (
    <>
      {isRefused && <StreamRefused onRetry={openOverview} />}
      <Board overview={overview.value} stream={stream.state.value} />
    </>
  );
}

interface BoardProps {
  /** Undefined until it has come: only then it is known how much there is to look at, above the rest. */
  readonly overview: api.Overview | undefined;
  readonly stream: ConnectionStateName;
}

function Board({ overview: now, stream: state }: BoardProps) {
  const isComing = now === undefined && (state === 'connecting' || state === 'connected');
  return (
    <>
      <GatewayFacts overview={now} stream={state} />
      {!isComing && (
        <>
          <AttentionPanel overview={now} />
          <div class="ovw columns">
            <TakePayment />
            <PaymentsPanel overview={now} />
          </div>
          <SitesPanel overview={now} />
        </>
      )}
    </>
  );
}

function openOverview(): void {
  stream.open({
    onEvent: (event) => {
      overview.value = event;
    },
  });
}
