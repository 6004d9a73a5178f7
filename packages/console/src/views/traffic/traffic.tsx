// Traffic: every frame of every line, both directions, with its partner, its time and its verdict.

import './traffic.css';
import { hrefOf } from '../../app/route.ts';
import { Dialog } from '../../kit/dialog.tsx';
import { narrow } from '../../kit/narrow.ts';
import { Empty } from '../../kit/panel.tsx';
import { Split } from '../../kit/split.tsx';
import { lines } from '../../socket/lines.ts';
import { Actions } from './actions.tsx';
import { Detail } from './detail.tsx';
import { FilterBar } from './filter-bar.tsx';
import { List } from './list.tsx';
import { chosen, frame, recorded, shown } from './state.ts';

export function Traffic() {
  return (
    <div class="view trf">
      <header class="view-head">
        <div>
          <h1>Traffic</h1>
          <p>Every frame of this page's connections, held against the published schemas.</p>
        </div>
        <Actions />
      </header>
      <FilterBar />
      <div class="trf-body">{recorded.value.length === 0 ? <Nothing /> : <Frames />}</div>
    </div>
  );
}

function Nothing() {
  const isConnected = lines.value.some((line) => line.isOpen);
  return (
    <Empty icon="traffic" title="No frames yet">
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
    </Empty>
  );
}

function Frames() {
  if (shown.value.length === 0) {
    return (
      <Empty icon="search" title="No frame fits the filter">
        <p>{recorded.value.length} frames are hidden by it.</p>
      </Empty>
    );
  }
  if (!narrow.value) {
    return (
      <Split
        name="traffic"
        label="Width of the list"
        start={60}
        left={<List />}
        right={
          <div class="trf-detail">{frame.value ? <Detail frame={frame.value} /> : <Pick />}</div>
        }
      />
    );
  }
  const close = () => {
    chosen.value = undefined;
  };
  return (
    <>
      <List />
      <Dialog title="Frame" open={frame.value !== undefined} onClose={close}>
        <div class="trf-detail">{frame.value && <Detail frame={frame.value} />}</div>
      </Dialog>
    </>
  );
}

function Pick() {
  return (
    <Empty icon="search" title="Choose a frame">
      <p>Its partner is marked in the list. Arrow keys move from one to the next.</p>
    </Empty>
  );
}
