// What is behind a step of a payment: the message with its verdict, and the event as the journal has it.

import type { PictureStep } from '@tillgate/protocol';
import type { Frame } from '../frames/frame.ts';
import { FrameVerdict } from './frame-verdict.tsx';
import { JsonView } from './json.tsx';

interface StepDetailProps {
  readonly step: PictureStep;
  /** The message with what its conversation says of it, if the page knows. */
  readonly frame: Frame | undefined;
}

/** They stand beside it on paper. */
const RECEIPTS = ['receiptLines', 'merchantReceipt', 'reportLines'];

export function StepDetail({ step, frame }: StepDetailProps) {
  const { event } = step;
  const faults = frame?.messages.flatMap(({ violations }) => violations) ?? [];
  return (
    <>
      {frame?.messages.map((part, index) => (
        <FrameVerdict key={index} frame={frame} part={part} />
      ))}
      {step.frame && (
        <JsonView
          key={step.key}
          label="Message"
          value={parsed(step.frame.text)}
          faults={faults}
          folded={RECEIPTS}
        />
      )}
      {event && <p>{event.text}</p>}
      {event && (
        <JsonView
          key={`${step.key}e`}
          label="As the journal has it"
          value={event.data}
          folded={RECEIPTS}
        />
      )}
    </>
  );
}

/** As text where it is not JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
