// Frames as a file: one JSON object on a line, so that traffic can be kept, sent and looked at again.

import type { Frame, LineName, RawFrame } from './frame.ts';

/** Oldest first. The texts are as they went over the line; the address of the line is not told. */
export function toJsonLines(frames: readonly Frame[]): string {
  return frames.map((frame) => `${JSON.stringify(toRow(frame))}\n`).join('');
}

function toRow({ line, at, direction, text }: Frame) {
  const { id, label, integration, version } = line;
  const time = new Date(at).toISOString();
  return { time, at, line: id, label, integration, version, direction, text };
}

export interface Imported {
  readonly frames: readonly RawFrame[];
  /** Numbers of lines that are none of ours, from 1. */
  readonly bad: readonly number[];
}

/** Reads what `toJsonLines` wrote; `name` tells these lines from those of now. */
export function fromJsonLines(text: string, name: string): Imported {
  const frames: RawFrame[] = [];
  const bad: number[] = [];
  for (const [index, row] of text.split('\n').entries()) {
    if (row.trim() === '') continue;
    const frame = frameOf(row, name);
    if (frame) frames.push(frame);
    else bad.push(index + 1);
  }
  return { frames, bad };
}

function frameOf(row: string, name: string): RawFrame | undefined {
  try {
    const { at, line, label, integration, version, direction, text } = JSON.parse(row);
    const good =
      typeof text === 'string' &&
      Number.isFinite(at) &&
      ['pac', 'pat'].includes(integration) &&
      ['v1', 'v0'].includes(version) &&
      ['sent', 'received', 'line'].includes(direction);
    if (!good) return undefined;
    const id = `${name} ${line}`;
    const lineName: LineName = { id, label: `${label} (file)`, integration, version, scope: id };
    return { line: lineName, at, direction, text };
  } catch {
    return undefined;
  }
}
