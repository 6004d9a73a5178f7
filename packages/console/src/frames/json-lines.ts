// Frames as a file with one JSON object a line, so that traffic can be stored, sent and viewed again. Also reads the
// event stream of the gateway. Pure.

import type { api } from '@tillgate/protocol';
import type { Frame, RawFrame } from './frame.ts';
import type { SerializedFrame } from './serialized-frame.ts';
import { fromTrafficEvent, toFrame } from './serialized-frame.ts';

/** Oldest first, with unchanged texts and without the address of the connection. */
export function toJsonLines(frames: readonly Frame[]): string {
  return frames.map((frame) => `${JSON.stringify(toRow(frame))}\n`).join('');
}

function toRow({
  connection,
  at,
  direction,
  text,
}: Frame): SerializedFrame & { readonly time: string } {
  const { id, label, integration, version } = connection;
  const time = new Date(at).toISOString();
  return { time, at, line: id, label, integration, version, direction, text };
}

export interface ImportedFrames {
  readonly frames: readonly RawFrame[];
  /** Numbers of the lines of the file that are no frames, from 1. */
  readonly invalidLines: readonly number[];
}

/** Lines between the events of a saved stream. */
const BETWEEN = /^(?:id: .*|:.*|\s*)$/;
const DATA = /^data: /;

/**
 * Reads what `toJsonLines` wrote, or a saved `GET /api/v1/traffic`; `name` makes the ids of its connections
 * different from those of open ones.
 */
export function fromJsonLines(text: string, name: string): ImportedFrames {
  const frames: RawFrame[] = [];
  const invalidLines: number[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (BETWEEN.test(row)) continue;
    const read = readRow(row.replace(DATA, ''));
    if (read === 'missed') continue;
    const frame = read && toFrame(read, name);
    if (frame) frames.push(frame);
    else invalidLines.push(index + 1);
  }
  return { frames, invalidLines };
}

/** Undefined if it is not JSON; the value is not validated. */
function readRow(json: string): SerializedFrame | 'missed' | undefined {
  try {
    const value = Object(JSON.parse(json)) as SerializedFrame | api.TrafficEvent;
    if ('event' in value && value.event === 'missed') return 'missed';
    const row = 'event' in value ? fromTrafficEvent(value) : value;
    return { ...row, label: `${row.label} (file)` };
  } catch {
    return undefined;
  }
}
