// Whether a message of a frame fits its schema, and where it does not.

import './frame-verdict.css';
import type { Frame, FrameMessage } from '../frames/frame.ts';
import { Notice } from './panel.tsx';

export function FrameVerdict({
  frame,
  part,
}: {
  readonly frame: Frame;
  readonly part: FrameMessage;
}) {
  const { message, violations, remark } = part;
  if (remark !== undefined) return <Notice tone="bad" title={remark} />;
  if (message === undefined) return null;
  const { version, integration } = frame.connection;
  const schema = (
    <a href={`/schemas/${version}/${integration}/${message}.json`} target="_blank" rel="noreferrer">
      {version}/{integration}/{message}.json
    </a>
  );
  if (violations.length === 0) return <p class="quiet">Fits its schema {schema}.</p>;
  const count = violations.length === 1 ? 'one fault' : `${violations.length} faults`;
  return (
    <Notice tone="bad" title={`It departs from its schema: ${count}.`}>
      <ul class="verdict-faults">
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
