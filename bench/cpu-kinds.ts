// What the samples of the main thread's CPU profile were taken in: each is counted for the kind of work of the innermost function
// that a rule names, so that parts of Node and small helpers count for what called them.

import type { CallFrame } from './stack-frames.ts';
import { add } from './stack-frames.ts';

export interface CpuProfile {
  readonly nodes: readonly ProfileNode[];
  readonly samples: readonly number[];
  /** Microseconds since the sample before, or since the start. */
  readonly timeDeltas: readonly number[];
  /** Microseconds of the monotonic clock. */
  readonly startTime: number;
}

interface ProfileNode {
  readonly id: number;
  readonly callFrame: CallFrame;
  readonly children?: readonly number[];
}

/** In microseconds of the monotonic clock. */
export interface Window {
  readonly from: number;
  readonly to: number;
}

type Rule = readonly [kind: string, matches: RegExp];

/** Tried in turn on `function url`. */
const rules: readonly Rule[] = [
  ['garbage collection', /^\(garbage collector\)/],
  ['event loop and Node outside JavaScript', /^\(program\)/],
  [
    "handing over to the journal's thread",
    /^postMessage |node:internal\/worker|sqlite\/(group-commit|batch)\.ts/,
  ],
  ['JSON in and out', /\/json-frames\.ts|journal\/result-text\.ts|rpc\/message\.ts/],
  [
    'writing to sockets, system calls',
    /^(writev|write(Utf8String|Latin1String|AsciiString|Buffer)) $/,
  ],
  ['streams of Node', /node:(net|_http_|internal\/(streams|stream_base|js_stream)|_tls_|stream)/],
  [
    'WebSocket frames',
    /\/node_modules\/ws\/|http\/(socket-|send-buffers|receive-|heartbeat|delivery-)/,
  ],
  ['timers and clock', /node:(internal\/)?timers|adapters\/clock\/|deadline-timer/],
  [
    'promises and ticks',
    /node:internal\/process\/task_queues|^runMicrotasks |async_(hooks|context)/,
  ],
  [
    'masking and kept frames',
    /rpc\/(mask|card-numbers|characters)\.ts|(transaction|kept)-frames|sanitize/,
  ],
  ['traffic', /connection\/traffic/],
  [
    'log and metrics',
    /node_modules\/(pino|sonic-boom|quick-format|prom-client|@opentel)|adapters\/observe|readings/,
  ],
  [
    'checks',
    /protocol\/(src|dist)\/(schema\/(compile|validator|violations|type)|dialect)|node_modules\/typebox/,
  ],
  ['virtual card machine', /adapters\/terminal\//],
  ['domain', /server\/(src|dist)\/domain\//],
  ['journal, in the main thread', /application\/journal\/|adapters\/store\//],
  ['JSON-RPC', /protocol\/(src|dist)\/rpc\//],
  ['faults of test sites', /application\/faults\//],
  ['connections, tills, card machines', /server\/(src|dist)\//],
  ['the peer itself', /\/bench\/peers\//],
];

const NOTHING = /^\(idle\)|node:inspector|\/bench\/probe\.ts/;

/** Microseconds by kind of work in the time between. */
export function kindsOf(profile: CpuProfile, window: Window): Map<string, number> {
  const callers = callersOf(profile);
  const kinds = new Map<string, number>();
  for (const [node, us] of selfTimes(profile, window)) add(kinds, kindOf(node, callers), us);
  return kinds;
}

/** The time in each function itself, without the idle time. */
export function selfTimes(profile: CpuProfile, window: Window): Map<ProfileNode, number> {
  const byId = new Map(profile.nodes.map((node) => [node.id, node]));
  const times = new Map<ProfileNode, number>();
  let at = profile.startTime;
  for (const [i, id] of profile.samples.entries()) {
    const us = profile.timeDeltas[i] ?? 0;
    at += us;
    const node = byId.get(id);
    if (!node || at < window.from || at > window.to || NOTHING.test(textOf(node))) continue;
    add(times, node, us);
  }
  return times;
}

function callersOf({ nodes }: CpuProfile): ReadonlyMap<number, ProfileNode> {
  const callers = new Map<number, ProfileNode>();
  for (const node of nodes) for (const child of node.children ?? []) callers.set(child, node);
  return callers;
}

function kindOf(node: ProfileNode, callers: ReadonlyMap<number, ProfileNode>): string {
  for (let at: ProfileNode | undefined = node; at; at = callers.get(at.id)) {
    const text = textOf(at);
    const rule = rules.find(([, matches]) => matches.test(text));
    if (rule) return rule[0];
  }
  return 'other parts of Node';
}

function textOf({ callFrame: { functionName, url } }: ProfileNode): string {
  return `${functionName} ${url}`;
}
