// The list of frames: one row each, the partner of the chosen one marked.

import { gapText } from '@tillgate/protocol';
import type { Frame, FrameMessage } from '../../frames/frame.ts';
import { isAnswer, isFaulty } from '../../frames/frame.ts';
import { Badge } from '../../kit/badge.tsx';
import { Icon } from '../../kit/icon.tsx';
import { durationText, preciseClockTime } from '../../kit/time-format.ts';
import { isNarrow } from '../../kit/viewport.ts';
import { VirtualList } from '../../kit/virtual-list.tsx';
import { directionOf, excerptOf, titleOf, verdictOf } from './frame-text.ts';
import { chosen, frame, shown } from './state.ts';

const ROW_PX = 32;
const TALL_ROW_PX = 52;

export function FrameList() {
  const partners = new Set(frame.value?.messages.map(({ counterpart }) => counterpart?.seq));
  return (
    <div class="trf-list">
      <div class="trf-head" aria-hidden="true">
        <span>Time</span>
        <span class="trf-gap">After</span>
        <span />
        <span>Message</span>
        <span>Id</span>
        <span class="trf-ms">Took</span>
        <span>Verdict</span>
        <span>Text</span>
      </div>
      <VirtualList
        label="Frames"
        items={shown.value}
        keyOf={({ seq }) => seq}
        rowHeight={isNarrow.value ? TALL_ROW_PX : ROW_PX}
        selected={chosen.value}
        onSelect={(seq) => {
          chosen.value = seq;
        }}
        row={(one, index) => (
          <Row frame={one} before={shown.value[index - 1]} isPartner={partners.has(one.seq)} />
        )}
      />
    </div>
  );
}

const arrows = { sent: 'right', received: 'left', line: 'plug' } as const;

interface RowProps {
  readonly frame: Frame;
  /** The row above. */
  readonly before: Frame | undefined;
  readonly isPartner: boolean;
}

function Row({ frame: one, before, isPartner }: RowProps) {
  const { at, direction, messages } = one;
  const [first] = messages;
  return (
    <div class="trf-row" data-partner={isPartner || undefined}>
      <span class="trf-time">{preciseClockTime(at)}</span>
      <span class="trf-gap">{before && gapText(at - before.at)}</span>
      <span class="trf-dir" data-direction={direction}>
        <Icon name={arrows[direction]} size={15} />
        <span class="unseen">{directionOf(direction)}</span>
      </span>
      <span class="trf-method">{titleOf(one)}</span>
      <span class="trf-id">{first?.id ?? ''}</span>
      <span class="trf-ms">{tookOf(first)}</span>
      <span class="trf-verdict">
        <Verdict frame={one} />
      </span>
      <span class="trf-text">{excerptOf(one)}</span>
    </div>
  );
}

/** Told of the answer only: of the request it would stand there twice. */
function tookOf(part: FrameMessage | undefined): string {
  return part && isAnswer(part) && part.latencyMs !== undefined ? durationText(part.latencyMs) : '';
}

function Verdict({ frame: one }: { readonly frame: Frame }) {
  if (one.direction === 'line') return null;
  const word = verdictOf(one);
  return isFaulty(one) ? <Badge tone="bad">{word}</Badge> : <span class="quiet">{word}</span>;
}
