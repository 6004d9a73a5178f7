// The steps of a transaction one below the other, with the time of each and what passed since the one
// before. A message, and an event as the journal has it, unfold.

import type { api } from '@tillgate/protocol';
import { useState } from 'preact/hooks';
import { Segmented } from '../../kit/field.tsx';
import type { IconName } from '../../kit/icon.tsx';
import { Icon } from '../../kit/icon.tsx';
import { JsonView } from '../../kit/json.tsx';
import { preciseClockTime } from '../../kit/time-format.ts';
import type { TimelineStep } from './timeline-steps.ts';
import { frameText, gapOf, gapText, stepsOf } from './timeline-steps.ts';
import { actorText } from './transaction-text.ts';

type Shown = 'all' | 'event' | 'frame';

export function Timeline({ story }: { readonly story: api.TransactionStory }) {
  const [shown, setShown] = useState<Shown>('all');
  const steps = stepsOf(story).filter(({ kind }) => shown === 'all' || kind === shown);
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
      {story.frames.length === 0 && (
        <p class="quiet">Its messages are not in memory any more; the journal keeps the rest.</p>
      )}
      <ol class="tx-steps">
        {steps.map((step, at) => (
          <TimelineRow key={step.key} step={step} gap={gapOf(steps, at)} />
        ))}
      </ol>
    </>
  );
}

interface TimelineRowProps {
  readonly step: TimelineStep;
  readonly gap: number | undefined;
}

function TimelineRow({ step, gap }: TimelineRowProps) {
  const { icon, who, text } = stepText(step);
  return (
    <li class="tx-step" data-kind={step.kind}>
      <span class="tx-time">
        <time dateTime={new Date(step.at).toISOString()}>{preciseClockTime(step.at)}</time>
        <span class="quiet">{gap === undefined ? 'start' : gapText(gap)}</span>
      </span>
      <span class="tx-mark">
        <Icon name={icon} size={15} />
      </span>
      <div class="tx-said">
        <p>
          <span class="tx-who">{who}</span> {text}
        </p>
        <StepData step={step} />
      </div>
    </li>
  );
}

interface StepText {
  readonly icon: IconName;
  readonly who: string;
  readonly text: string;
}

const icons = { till: 'till', terminal: 'machine', waiter: 'table', gateway: 'plug' } as const;

function stepText(step: TimelineStep): StepText {
  switch (step.kind) {
    case 'frame': {
      const icon = step.frame.direction === 'received' ? 'right' : 'left';
      return { icon, who: 'Message', text: frameText(step.frame) };
    }
    case 'event':
      return { icon: icons[step.event.by], who: actorText(step.event.by), text: step.event.text };
    case 'write':
      return { icon: 'save', who: 'Journal', text: `Write ${step.entry} was handed to the disk.` };
  }
}

/** They stand beside it on paper. */
const RECEIPTS = ['receiptLines', 'merchantReceipt', 'reportLines'];

/** As text where it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function StepData({ step }: { readonly step: TimelineStep }) {
  const [open, setOpen] = useState(false);
  if (step.kind === 'write') return null;
  const value = step.kind === 'frame' ? parsed(step.frame.text) : step.event.data;
  const title = step.kind === 'frame' ? 'Message' : 'As the journal has it';
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary>{title}</summary>
      {open && <JsonView label={title} value={value} folded={RECEIPTS} />}
    </details>
  );
}
