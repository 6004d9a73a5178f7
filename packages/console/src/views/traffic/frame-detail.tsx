// One frame in full: what it is, what is wrong with it, its text as coloured JSON, and the receipts
// in it as paper.

import { hrefOf } from '../../app/route.ts';
import type { Frame, Part } from '../../frames/frame.ts';
import { isAnswer, isTillLine, messageOf } from '../../frames/frame.ts';
import { Badge } from '../../kit/badge.tsx';
import { Copy } from '../../kit/copy-button.tsx';
import type { Fact } from '../../kit/description-list.tsx';
import { Facts } from '../../kit/description-list.tsx';
import { Json } from '../../kit/json.tsx';
import { Notice } from '../../kit/panel.tsx';
import { Paper } from '../../kit/receipt-view.tsx';
import { duration, timeOfDay } from '../../kit/time-format.ts';
import { directionOf, partTitle, titleOf } from './frame-text.ts';
import { paperKeys, receiptsIn } from './receipts.ts';
import { selectFrame, source } from './state.ts';

export function FrameDetail({ frame }: { readonly frame: Frame }) {
  const { direction, parts, text } = frame;
  const message = messageOf(frame);
  const faults = parts.flatMap((part) => part.violations);
  return (
    <>
      <div class="trf-title">
        <h2>{titleOf(frame)}</h2>
        <Badge tone={direction === 'sent' ? 'accent' : 'plain'}>{directionOf(direction)}</Badge>
      </div>
      <About frame={frame} />
      {parts.map((part, index) => (
        <Verdict key={index} frame={frame} part={part} />
      ))}
      {direction !== 'line' && (
        <>
          <Tools frame={frame} />
          {message === undefined ? (
            <pre class="json">{text}</pre>
          ) : (
            <Json
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
  const { at, line, text, direction, parts } = frame;
  const bytes = new TextEncoder().encode(text).length.toLocaleString('en-GB');
  return (
    <Facts
      facts={[
        ['Time', timeOfDay(at)],
        ['Connection', line.label],
        ['Size', direction !== 'line' && `${bytes} bytes`],
        ...parts.flatMap((part) => partnerFact(part, parts.length > 1)),
      ]}
    />
  );
}

function partnerFact(part: Part, many: boolean): readonly Fact[] {
  const { kind, partner, latencyMs, id } = part;
  const answers = isAnswer(part);
  if (kind !== 'request' && !answers && !partner) return [];
  const alone = answers ? 'Request' : 'Answer';
  const name = many ? `${partTitle(part)} ${id ?? ''}` : alone;
  const took = latencyMs !== undefined && `, ${duration(latencyMs)} between`;
  const link = partner && (
    <>
      <button type="button" class="trf-link" onClick={() => selectFrame(partner.seq)}>
        {answers ? 'Show its request' : 'Show its answer'}
      </button>
      {took}
    </>
  );
  return [[name, link || <span class="quiet">{answers ? 'none' : 'none yet'}</span>]];
}

function Verdict({ frame, part }: { readonly frame: Frame; readonly part: Part }) {
  const { message, violations, remark } = part;
  if (remark !== undefined) return <Notice tone="bad" title={remark} />;
  if (message === undefined) return null;
  const { version, integration } = frame.line;
  const schema = (
    <a href={`/schemas/${version}/${integration}/${message}.json`} target="_blank" rel="noreferrer">
      {version}/{integration}/{message}.json
    </a>
  );
  if (violations.length === 0) return <p class="quiet">Fits its schema {schema}.</p>;
  const count = violations.length === 1 ? 'one fault' : `${violations.length} faults`;
  return (
    <Notice tone="bad" title={`It departs from its schema: ${count}.`}>
      <ul class="trf-remarks">
        {violations.map(({ path, expected, got }) => (
          <li key={path + expected}>
            <code>{path || '/'}</code>: expected {expected}, got {got}
          </li>
        ))}
      </ul>
      <p>Schema: {schema}</p>
    </Notice>
  );
}

function Tools({ frame }: { readonly frame: Frame }) {
  return (
    <div class="btns">
      <Copy what="Text" label="Copy text" text={() => frame.text} />
      {frame.direction === 'sent' && isTillLine(frame.line) && (
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
        <Paper key={title} title={title} lines={lines} />
      ))}
    </div>
  );
}
