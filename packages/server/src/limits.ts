// Settings in the form that the components take: seconds become milliseconds, words become choices.

import type { ForwardLimits } from './adapters/http/cluster/forwarder.ts';
import type { InternalLimits } from './adapters/http/cluster/internal-listener.ts';
import type { HeartbeatLimits } from './adapters/http/heartbeat.ts';
import type { HttpLimits } from './adapters/http/http-server.ts';
import type { MessageBudgets } from './adapters/http/receive-scheduler.ts';
import type { SendLimits } from './adapters/http/send-buffers.ts';
import type { Pace, VirtualTimings } from './adapters/terminal/virtual/scenario/timings.ts';
import { timingsOf } from './adapters/terminal/virtual/scenario/timings.ts';
import type { ConnectionLimits } from './application/connection/context.ts';
import type { PacLimits } from './application/pac/pac.ts';
import type { TableRules } from './domain/table.ts';
import type { Settings } from './settings.ts';
import { timingNames } from './settings.ts';

const MAX_BAD_MESSAGES = 20;
const MINUTE_MS = 60_000;
/** For another node to accept a connection: both are in one network. */
const CONNECT_MS = 2_000;
const MIB = 2 ** 20;

function paceOf(pace: string): Pace {
  if (pace === 'realistic' || pace === 'instant') return pace;
  const factor = Number(pace);
  if (factor > 0) return factor;
  throw new Error(`--pace is realistic, instant or a number above 0, not ${pace}.`);
}

const virtualNames = [
  'virtualStart',
  'virtualStep',
  'virtualCard',
  'virtualNoCard',
  'virtualPin',
  'virtualRemove',
  'virtualSilence',
  'virtualReport',
] as const;

/** The times of virtual card machines; throws if the pace is none. */
export function virtualTimingsOf(settings: Settings): VirtualTimings {
  const given = virtualNames.filter((name) => settings[name] !== undefined);
  const replaced = given.map((name) => [`${name}Ms`, (settings[name] ?? 0) * 1000]);
  return timingsOf(paceOf(settings.pace), Object.fromEntries(replaced));
}

/** The content of `/protocol/timings.json`, in seconds [C-11.1]. */
export function publishedTimings(settings: Settings): Record<string, number> {
  const timings = virtualTimingsOf(settings);
  return Object.fromEntries([
    ...timingNames.map((name) => [name, settings[name]]),
    ...virtualNames.map((name) => [name, timings[`${name}Ms`] / 1000]),
  ]);
}

export function connectionLimits(settings: Settings): PacLimits & ConnectionLimits {
  return {
    terminalAnswerMs: settings.terminalAnswer * 1000,
    terminalMessages: settings.terminalMessages,
    patRequestLimitMs: settings.patRequestLimit * 1000,
    startLimitMs: settings.startLimit * 1000,
    transactionLimitMs: settings.transactionLimit * 1000,
    cnpLimitMs: settings.cnpLimit * 1000,
    reportLimitMs: settings.reportLimit * 1000,
    signatureTimeoutMs: settings.signatureTimeout * 1000,
  };
}

/** A card payment at the table has the limit of one at the counter; no till judges its signature. */
export function tableRulesOf(settings: Settings): TableRules {
  const { startLimitMs, transactionLimitMs, signatureTimeoutMs } = connectionLimits(settings);
  return {
    payment: {
      startMs: startLimitMs,
      limitMs: transactionLimitMs,
      signatureMs: signatureTimeoutMs,
      signatureOnTimeout: 'accept',
    },
    idleMs: settings.tableIdle * 1000,
  };
}

/** Unusable messages after which a connection is closed [C-11.13]. */
export function badMessagesOf({ badMessages }: Settings) {
  return { most: MAX_BAD_MESSAGES, withinMs: badMessages * 1000 };
}

/** Wrong tokens and keys from one address after which it must wait. */
export function failedAttemptsOf({ failedAttempts }: Settings) {
  return { most: failedAttempts, withinMs: MINUTE_MS };
}

/** Refused handshakes from one address that are logged. */
export function refusalLinesOf({ refusalLines }: Settings) {
  return { most: refusalLines, withinMs: MINUTE_MS };
}

export function heartbeatLimits(settings: Settings): HeartbeatLimits {
  const { pingMisses } = settings;
  const pingIntervalMs = settings.pingInterval * 1000;
  return { pingIntervalMs, pingMisses };
}

export function sendLimitsOf({ slowConsumer }: Settings): SendLimits {
  return {
    socketBytes: MIB,
    siteBytes: 16 * MIB,
    processBytes: 128 * MIB,
    slowConsumerMs: slowConsumer * 1000,
  };
}

export function messageBudgetsOf(settings: Settings): MessageBudgets {
  return {
    connection: settings.connectionMessages,
    site: settings.siteMessages,
    address: settings.addressMessages,
  };
}

/** Behind a proxy all sockets have the address of the proxy. */
export function httpLimits(settings: Settings): HttpLimits {
  const { behindProxy, maxPendingSockets, maxPendingSocketsPerAddress } = settings;
  const handshakeMs = Math.round(settings.handshakeTimeout * 1000);
  const keepAliveMs = Math.round(settings.keepAliveTimeout * 1000);
  const closeMs = settings.closeTimeout * 1000;
  return {
    handshakeMs,
    keepAliveMs,
    closeMs,
    idleMs: keepAliveMs + handshakeMs,
    refusedMs: closeMs,
    responseMs: settings.responseTimeout * 1000,
    maxPending: maxPendingSockets,
    maxPendingPerAddress: behindProxy ? Number.POSITIVE_INFINITY : maxPendingSocketsPerAddress,
  };
}

/** Of what is passed on to another node. */
export function forwardLimits(settings: Settings): ForwardLimits {
  const handshakeMs = Math.round(settings.handshakeTimeout * 1000);
  return {
    connectMs: CONNECT_MS,
    answerMs: handshakeMs,
    lingerMs: 2 * settings.closeTimeout * 1000,
  };
}

/** Of what other nodes pass on. */
export function internalLimits({ handshakeTimeout, maxPendingSockets }: Settings): InternalLimits {
  return { requestMs: Math.round(handshakeTimeout * 1000), maxWaiting: maxPendingSockets };
}

export function retentionOf({ retention, auditRetention }: Settings) {
  return { retentionMs: retention * 1000, auditRetentionMs: auditRetention * 1000 };
}
