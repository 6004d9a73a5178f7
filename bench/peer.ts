// How each peer is started: Tillgate by its command line as an operator would, the others as theirs.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pace, Recording } from './conversation.ts';
import { recordedId, recordedTid, saleRequest } from './conversation.ts';
import type { Running } from './processes.ts';
import { here, serve } from './processes.ts';
import { openTill } from './till.ts';

export type PeerName = 'tillgate' | 'bare ws' | 'ocpp-rpc' | 'ocpp-rpc, unanswered';

export interface PeerOptions {
  readonly folder: string;
  readonly pace: Pace;
  readonly recording: string;
  readonly pingIntervalS?: number;
  readonly nodeFlags?: readonly string[];
  /** The file that is the gateway's command line; that of this checkout by default. */
  readonly gateway?: string;
  /** Of its journal; an empty one by default. */
  readonly data?: string;
  /** More of the command line. */
  readonly flags?: readonly string[];
  /** Budgets of messages: none by default, since all load comes from one site and address. */
  readonly budgets?: 'none' | 'default';
}

export interface StartedPeer {
  readonly server: Running;
  readonly pac: string;
  /** The folder of its journal, if it has one. */
  readonly data: string;
}

/** The protocol of each peer: there are two, one of them in two variants. */
export const wires: Readonly<Record<PeerName, string>> = {
  tillgate: 'tillgate',
  'bare ws': 'tillgate',
  'ocpp-rpc': 'ocpp',
  'ocpp-rpc, unanswered': 'ocpp-unanswered',
};

export async function startPeer(peer: PeerName, options: PeerOptions): Promise<StartedPeer> {
  const { folder, nodeFlags = [] } = options;
  const label = peer.replaceAll(/\W+/g, '-');
  const data = options.data ?? mkdtempSync(join(folder, 'data-'));
  const run = command(peer, options, data);
  return { data, ...(await serve({ label, folder, nodeFlags, run })) };
}

function command(peer: PeerName, options: PeerOptions, data: string): string[] {
  const { pace, recording, pingIntervalS = 20, budgets = 'none', flags = [] } = options;
  const args = ['--pace', String(pace), '--recording', recording];
  const pings = ['--ping-interval', String(pingIntervalS)];
  switch (peer) {
    case 'tillgate': {
      const unlimited = ['--site-messages', '0', '--address-messages', '0'];
      const spent = budgets === 'none' ? unlimited : [];
      const limits = ['--max-connections-per-site', '20000', ...spent, ...pings, ...flags];
      const serving = ['serve', '--port', '0', '--data', data, '--json'];
      return [options.gateway ?? gateway, ...serving, '--pace', String(pace), ...limits];
    }
    case 'bare ws':
      return [here('peers/bare-ws.ts'), ...args, ...pings, ...flags];
    case 'ocpp-rpc':
      return [here('peers/ocpp-rpc.ts'), ...args];
    case 'ocpp-rpc, unanswered':
      return [here('peers/ocpp-rpc.ts'), ...args, '--unanswered'];
  }
}

export const gateway = here('../packages/server/src/cli/tillgate.ts');
const cache = here('../node_modules/.cache');

/** A folder on the disk of the repository, since a temporary one may be in memory only. */
export function workFolder(): { readonly folder: string; readonly remove: () => void } {
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'bench-'));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/** Records one sale of the gateway, so that the peers can send the same messages. */
export async function record(folder: string): Promise<string> {
  const file = join(folder, 'recording.json');
  const { server, pac } = await startPeer('tillgate', { folder, pace: 'instant', recording: '' });
  try {
    const recording = await recordSale(new URL(pac));
    writeFileSync(file, JSON.stringify(recording));
    return file;
  } finally {
    await server.stop();
  }
}

async function recordSale(url: URL): Promise<Recording> {
  const notifications: string[] = [];
  const ended = Promise.withResolvers<string>();
  const till = await openTill(url, {
    onText: (text) => {
      if (text.includes('"method":')) notifications.push(text);
      else ended.resolve(text);
    },
    onBroken: (reason) => ended.reject(new Error(`The till lost its connection: ${reason}.`)),
  });
  till.send(saleRequest(recordedId, recordedTid));
  const timer = setTimeout(() => ended.reject(new Error('No result in 20 s.')), 20_000);
  const result = await ended.promise;
  clearTimeout(timer);
  if (!result.includes('"SUCCESSFUL"')) throw new Error(`The sale to record failed: ${result}`);
  await sleep(200);
  till.close();
  return { notifications, result, ping: till.pings > 0 };
}
