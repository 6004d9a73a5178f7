// A peer at one end of a line in memory; at the other a hand that types and an ear that listens.

import { setImmediate } from 'node:timers/promises';
import type { Channel, Cuttable, PeerListener, PeerNote } from '@tillgate/protocol';
import { linkedPair, Peer } from '@tillgate/protocol';

export interface BareLine {
  readonly peer: Peer;
  /** The hand's end of the line. */
  readonly end: Channel & Cuttable;
  /** Every text that the peer sent. */
  readonly heard: readonly string[];
  /** What the peer traced. */
  readonly notes: readonly PeerNote[];
  /** Sends a text as it is and gives what came back until all was quiet. */
  say(text: string): Promise<unknown[]>;
}

export function bareLine(listener: Partial<PeerListener> = {}, lastId = 0): BareLine {
  const [end, other] = linkedPair();
  const heard: string[] = [];
  const notes: PeerNote[] = [];
  const trace = (note: PeerNote) => void notes.push(note);
  end.listen({ text: (text) => void heard.push(text), closed: () => {} });
  const peer = new Peer(
    other,
    { answer: ({ message }) => message.method, trace, ...listener },
    lastId,
  );
  const say = async (text: string) => {
    const before = heard.length;
    end.send(text);
    await quiet();
    return heard.slice(before).map((one): unknown => JSON.parse(one));
  };
  return { peer, end, heard, notes, say };
}

/** Waits until every promise that can go on has gone on. */
export async function quiet(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
