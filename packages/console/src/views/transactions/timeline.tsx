// The steps of a transaction one below the other, with the time of each and what passed since the one
// before: the picture as text. A message, and an event as the journal has it, unfold.

import type { PictureStep } from '@tillgate/protocol';
import { gapOf, gapText } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import type { Frame } from '../../frames/frame.ts';
import { Segmented } from '../../kit/field.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { Icon } from '../../kit/icon.tsx';
import { StepDetail } from '../../kit/step-detail.tsx';
import { preciseClockTime } from '../../kit/time-format.ts';
import { actorOf, actorText } from './transaction-text.ts';

type Shown = 'all' | 'event' | 'frame';

interface TimelineProps {
  readonly steps: readonly PictureStep[];
  readonly leftOut: number;
  readonly frameOf: (number: number) => Frame | undefined;
}

export function Timeline({ steps: all, leftOut, frameOf }: TimelineProps) {
  const [shown, setShown] = useState<Shown>('all');
  const steps = all.filter((step) => shown === 'all' || step[shown] !== undefined);
  return (
    <>
      <Segmented
        label="Shown"
        value={shown}
        options={[
          { value: 'all', label: 'All' },
          { value: 'event', label: 'What happened' },
          { value: 'frame', label: 'Messages' },
        ]}
        onChange={setShown}
      />
      {leftOut > 0 && (
        <p class="quiet">
          {leftOut.toLocaleString('en-GB')} steps in the middle are left out here; the bug report
          has them.
        </p>
      )}
      <ol class="tx-steps">
        {steps.map((step, at) => (
          <TimelineRow key={step.key} step={step} gap={gapOf(steps, at)} frameOf={frameOf} />
        ))}
      </ol>
    </>
  );
}

interface TimelineRowProps extends Pick<TimelineProps, 'frameOf'> {
  readonly step: PictureStep;
  readonly gap: number | undefined;
}

function TimelineRow({ step, gap, frameOf }: TimelineRowProps) {
  const { icon, who, source } = lookOf(step);
  return (
    <li class="tx-step" data-source={source}>
      <span class="tx-time">
        <time dateTime={new Date(step.at).toISOString()}>{preciseClockTime(step.at)}</time>
        <span class="quiet">{gap === undefined ? 'start' : gapText(gap)}</span>
      </span>
      <span class="tx-mark">
        <Icon name={icon} size={15} />
      </span>
      <div class="tx-said">
        <p>
          <span class="tx-who">{who}</span> {step.text}
        </p>
        <Unfolding step={step} frameOf={frameOf} />
      </div>
    </li>
  );
}

const icons = { till: 'till', terminal: 'machine', waiter: 'table', gateway: 'plug' } as const;

interface StepLook {
  readonly icon: IconName;
  readonly who: string;
  readonly source: 'frame' | 'event' | 'write' | 'line';
}

function lookOf(step: PictureStep): StepLook {
  const { kind, frame, event } = step;
  if (frame) {
    const icon = frame.direction === 'received' ? 'right' : 'left';
    return { icon, who: 'Message', source: 'frame' };
  }
  if (event) {
    const actor = actorOf(step);
    return { icon: icons[actor], who: actorText(actor), source: 'event' };
  }
  if (kind === 'break') return { icon: 'plug', who: 'Connection', source: 'line' };
  return { icon: 'save', who: 'Journal', source: 'write' };
}

function Unfolding({ step, frameOf }: Omit<TimelineRowProps, 'gap'>) {
  const [open, setOpen] = useState(false);
  const { frame, event } = step;
  if (!frame && !event) return null;
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{frame ? 'Message' : 'As the journal has it'}</summary>
      {open && <StepDetail step={step} frame={frame && frameOf(frame.number)} />}
    </details>
  );
}
