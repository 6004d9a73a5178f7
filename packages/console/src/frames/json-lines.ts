// Frames as a file: one JSON object on a line, so that traffic can be kept, sent and looked at again.
// Reads what a gateway tells of its sockets as well. Pure.

import type { api } from '@tillgate/protocol';
import type { Frame, RawFrame } from './frame.ts';
import type { SerializedFrame } from './serialized-frame.ts';
import { fromTrafficEvent, toFrame } from './serialized-frame.ts';

/** Oldest first. The texts are as they went over the line; the address of the line is not told. */
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
  /** Numbers of lines that are none of ours, from 1. */
  readonly invalidLines: readonly number[];
}

/** What stands between the events of a stream that was saved, or before one. */
const BETWEEN = /^(?:id: .*|:.*|\s*)$/;
const DATA = /^data: /;

/**
 * Reads what `toJsonLines` wrote, or what `GET /api/v1/traffic` of a gateway told; `name` tells these
 * lines from those of now.
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

/** Undefined if it is not JSON; else it may still be anything. */
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
