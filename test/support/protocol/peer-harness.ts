// A `Peer` at one end of an in-memory channel; the test sends and reads texts at the other end.

import { setImmediate } from 'node:timers/promises';
import type { Breakable, Channel, PeerDiagnostic, PeerListener } from '@tillgate/protocol';
import { linkedPair, Peer } from '@tillgate/protocol';

export interface PeerHarness {
  readonly peer: Peer;
  /** The test's end of the channel. */
  readonly remote: Channel & Breakable;
  /** Every text that the peer sent. */
  readonly sent: readonly string[];
  /** What the peer traced. */
  readonly notes: readonly PeerDiagnostic[];
  /** Sends a text and gives the messages that came back until nothing was under way. */
  send(text: string): Promise<unknown[]>;
}

export function startPeer(listener: Partial<PeerListener> = {}, lastId = 0): PeerHarness {
  const [remote, other] = linkedPair();
  const sent: string[] = [];
  const notes: PeerDiagnostic[] = [];
  const onDiagnostic = (note: PeerDiagnostic) => void notes.push(note);
  remote.listen({ onMessage: (text) => void sent.push(text), onClosed: () => {} });
  const peer = new Peer(
    other,
    { onRequest: ({ message }) => message.method, onDiagnostic, ...listener },
    lastId,
  );
  const send = async (text: string) => {
    const before = sent.length;
    remote.send(text);
    await settled();
    return sent.slice(before).map((one): unknown => JSON.parse(one));
  };
  return { peer, remote, sent, notes, send };
}

/** Waits until every promise that can go on has gone on. */
export async function settled(): Promise<void> {
  await setImmediate();
  await setImmediate();
}
