// One frame in full: what it is, what is wrong with it, its text as coloured JSON, and the receipts
// in it as paper.

import { hrefOf } from '../../app/route.ts';
import type { Frame, FrameMessage } from '../../frames/frame.ts';
import { isAnswer, isTillConnection, messageOf } from '../../frames/frame.ts';
import { Badge } from '../../kit/badge.tsx';
import { CopyButton } from '../../kit/copy-button.tsx';
import type { Description } from '../../kit/description-list.tsx';
import { DescriptionList } from '../../kit/description-list.tsx';
import { FrameVerdict } from '../../kit/frame-verdict.tsx';
import { JsonView } from '../../kit/json.tsx';
import { ReceiptView } from '../../kit/receipt-view.tsx';
import { durationText, preciseClockTime } from '../../kit/time-format.ts';
import { directionOf, partTitle, titleOf } from './frame-text.ts';
import { NextFaultTools } from './next-fault-tools.tsx';
import { paperKeys, receiptsIn } from './receipts.ts';
import { selectFrame, source } from './state.ts';

export function FrameDetail({ frame }: { readonly frame: Frame }) {
  const { direction, messages, text } = frame;
  const message = messageOf(frame);
  const faults = messages.flatMap((part) => part.violations);
  return (
    <>
      <div class="trf-title">
        <h2>{titleOf(frame)}</h2>
        <Badge tone={direction === 'sent' ? 'accent' : 'plain'}>{directionOf(direction)}</Badge>
      </div>
      <About frame={frame} />
      {messages.map((part, index) => (
        <FrameVerdict key={index} frame={frame} part={part} />
      ))}
      {direction !== 'line' && (
        <>
          <Tools frame={frame} />
          <NextFaultTools frame={frame} />
          {message === undefined ? (
            <pre class="json">{text}</pre>
          ) : (
            <JsonView
              key={frame.seq}
              label="Message"
              value={message}
              faults={faults}
              folded={receiptsIn(message).length > 0 ? paperKeys : []}
            />
          )}
          <Receipts message={message} />
        </>
      )}
    </>
  );
}

function About({ frame }: { readonly frame: Frame }) {
  const { at, connection, text, direction, messages } = frame;
  const bytes = new TextEncoder().encode(text).length.toLocaleString('en-GB');
  return (
    <DescriptionList
      entries={[
        ['Time', preciseClockTime(at)],
        ['Connection', connection.label],
        ['Size', direction !== 'line' && `${bytes} bytes`],
        ...messages.flatMap((part) => partnerFact(part, messages.length > 1)),
      ]}
    />
  );
}

function partnerFact(part: FrameMessage, many: boolean): readonly Description[] {
  const { kind, counterpart, latencyMs, id } = part;
  const answers = isAnswer(part);
  if (kind !== 'request' && !answers && !counterpart) return [];
  const alone = answers ? 'Request' : 'Answer';
  const name = many ? `${partTitle(part)} ${id ?? ''}` : alone;
  const took = latencyMs !== undefined && `, ${durationText(latencyMs)} between`;
  const link = counterpart && (
    <>
      <button type="button" class="trf-link" onClick={() => selectFrame(counterpart.seq)}>
        {answers ? 'Show its request' : 'Show its answer'}
      </button>
      {took}
    </>
  );
  return [[name, link || <span class="quiet">{answers ? 'none' : 'none yet'}</span>]];
}

function Tools({ frame }: { readonly frame: Frame }) {
  return (
    <div class="btns">
      <CopyButton what="Text" label="Copy text" text={() => frame.text} />
      {frame.direction === 'sent' && isTillConnection(frame.connection) && (
        <a
          class="btn"
          data-size="s"
          href={hrefOf('compose', { frame: String(frame.seq), of: source.value })}
        >
          Open in Compose
        </a>
      )}
    </div>
  );
}

function Receipts({ message }: { readonly message: unknown }) {
  const receipts = receiptsIn(message);
  if (receipts.length === 0) return null;
  return (
    <div class="trf-papers">
      {receipts.map(({ title, lines }) => (
        <ReceiptView key={title} title={title} lines={lines} />
      ))}
    </div>
  );
}
