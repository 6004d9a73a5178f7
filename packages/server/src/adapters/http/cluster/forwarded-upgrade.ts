// An upgrade that another node answers: hands on its head, and then joins the sockets, whatever the answer is.

import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Clock } from '../../../ports/clock.ts';
import { readAtLeast } from './read-socket.ts';
import { upgradeHead } from './request-head.ts';

/** As many bytes as tell the status of an answer. */
const STATUS_BYTES = 'HTTP/1.1 101'.length;

export interface UpgradeToForward {
  readonly request: IncomingMessage;
  /** What came behind the head of the request. */
  readonly head: Buffer;
  readonly host: string;
}

/** The beginning of the owner's answer, which is the client's. */
export interface UpgradeAnswer {
  readonly status: number;
  readonly bytes: Buffer;
}

/** Rejects if the owner ends the connection, or has not answered after `answerMs`. */
export async function answerToUpgrade(
  { request, head, host }: UpgradeToForward,
  owner: Socket,
  { clock, answerMs }: { readonly clock: Clock; readonly answerMs: number },
): Promise<UpgradeAnswer> {
  const cancelLimit = clock.after(answerMs, () =>
    owner.destroy(new Error(`The node has not answered an upgrade within ${answerMs} ms.`)),
  );
  owner.cork();
  owner.write(upgradeHead(request, host), 'latin1');
  owner.write(head);
  owner.uncork();
  try {
    const bytes = await readAtLeast(owner, STATUS_BYTES);
    return { status: Number(bytes.toString('latin1', STATUS_BYTES - 3, STATUS_BYTES)), bytes };
  } finally {
    cancelLimit();
  }
}
