// Traffic: every frame of every connection, in both directions, with its partner, its time and its verdict.

import './traffic.css';
import { connectionStates } from '@tillgate/protocol';
import { useEffect, useMemo } from 'preact/hooks';
import { openStream, streamState } from '../../api/event-stream.ts';
import { RequireSignIn } from '../../api/signed-in.tsx';
import { StreamRefused } from '../../api/stream-refused.tsx';
import { hrefOf, replaceQuery, routeLocation } from '../../app/route.ts';
import { pictureSourceOf } from '../../frames/picture-source.ts';
import { Button } from '../../kit/button.tsx';
import { Dialog } from '../../kit/dialog.tsx';
import { EmptyState, Notice } from '../../kit/panel.tsx';
import { PaymentPicture } from '../../kit/payment-picture.tsx';
import { SplitPane } from '../../kit/split-pane.tsx';
import { isNarrow } from '../../kit/viewport.ts';
import { connections } from '../../socket/connections.ts';
import { FilterBar } from './filter-bar.tsx';
import { FrameActions } from './frame-actions.tsx';
import { FrameDetail } from './frame-detail.tsx';
import { FrameList } from './frame-list.tsx';
import {
  addressQuery,
  chosen,
  filter,
  frame,
  frames as framesShown,
  paymentFrames,
  recorded,
  shown,
  showPayment,
  showQuery,
  source,
} from './state.ts';

export function Traffic() {
  useAddress();
  return (
    <div class="view trf">
      <header class="view-head">
        <div>
          <h1>Traffic</h1>
          <p>Every frame, in both directions, held against the published schemas.</p>
        </div>
        <FrameActions />
      </header>
      <FilterBar />
      {source.value === 'page' ? (
        <Recorded />
      ) : (
        <RequireSignIn>
          <LiveState />
          <Recorded />
        </RequireSignIn>
      )}
    </div>
  );
}

/** Keeps the source and the filter in the address; those of an address that is opened are taken from it. */
function useAddress(): void {
  const { query } = routeLocation.value;
  const address = JSON.stringify(query);
  useEffect(() => {
    if (address !== '{}') showQuery(query);
  }, [address]);
  const shownQuery = JSON.stringify(addressQuery.value);
  useEffect(() => {
    if (shownQuery !== address) replaceQuery('traffic', addressQuery.value);
  }, [shownQuery, address]);
}

function Recorded() {
  return <div class="trf-body">{recorded.value.length === 0 ? <Nothing /> : <Frames />}</div>;
}

/** Empty while the gateway's stream is open. */
function LiveState() {
  // After signing in the stream is opened again.
  useEffect(() => {
    if (streamState.value === 'refused') openStream();
  }, []);
  switch (streamState.value) {
    case 'waiting': {
      const { word, about } = connectionStates.waiting;
      return (
        <Notice tone="wait" title={`${word} …`}>
          {about}
        </Notice>
      );
    }
    case 'refused':
      return <StreamRefused onRetry={openStream} />;
    default:
      return null;
  }
}

function Nothing() {
  if (source.value === 'gateway') {
    return (
      <EmptyState icon="traffic" title="Nobody has said anything yet">
        <p>What tills, waiters and card machines say to this gateway is shown as it goes.</p>
      </EmptyState>
    );
  }
  return <NothingHere />;
}

function NothingHere() {
  const isConnected = connections.value.some((line) => line.isOpen);
  return (
    <EmptyState icon="traffic" title="No frames yet">
      {isConnected ? (
        <p>
          <a href={hrefOf('compose')}>Compose a message</a> and send it, or wait for what the
          gateway asks.
        </p>
      ) : (
        <p>
          <a href={hrefOf('connect')}>Connect</a> first. Frames exported before can be imported here
          without a connection.
        </p>
      )}
    </EmptyState>
  );
}

function Frames() {
  if (shown.value.length === 0) {
    return (
      <EmptyState icon="search" title="No frame fits the filter">
        <p>{recorded.value.length} frames are hidden by it.</p>
      </EmptyState>
    );
  }
  if (!isNarrow.value) {
    return (
      <SplitPane
        name="traffic"
        label="Width of the list"
        initialShare={60}
        left={<FrameList />}
        right={
          <div class="trf-detail">
            <Detail />
          </div>
        }
      />
    );
  }
  const close = () => {
    chosen.value = undefined;
  };
  return (
    <>
      {paymentFrames.value.length > 0 ? (
        <div class="trf-detail trf-payment">
          <OnePayment />
        </div>
      ) : (
        <FrameList />
      )}
      <Dialog title="Frame" open={frame.value !== undefined} onClose={close} closesOnBack>
        <div class="trf-detail">{frame.value && <FrameDetail frame={frame.value} />}</div>
      </Dialog>
    </>
  );
}

function Detail() {
  const isPayment = paymentFrames.value.length > 0;
  if (frame.value) {
    return (
      <>
        {isPayment && (
          <Button size="s" icon="left" onClick={() => showPayment(filter.value.payment)}>
            Show the picture
          </Button>
        )}
        <FrameDetail frame={frame.value} />
      </>
    );
  }
  return isPayment ? <OnePayment /> : <Pick />;
}

function OnePayment() {
  const frames = paymentFrames.value;
  const source = useMemo(() => pictureSourceOf(frames), [frames]);
  const { history } = framesShown.value;
  return (
    <PaymentPicture
      label="Picture of the payment"
      source={source}
      frameOf={(seq) => history.get(seq)}
    />
  );
}

function Pick() {
  return (
    <EmptyState icon="search" title="Choose a frame">
      <p>Its partner is marked in the list. Arrow keys move from one to the next.</p>
    </EmptyState>
  );
}
