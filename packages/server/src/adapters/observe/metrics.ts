// The metrics for operators, as Prometheus text. Counting a message is one addition; the rest is done when
// the page is requested.

import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { ConnectionLabel, Observer } from '../../ports/observer.ts';

/** Resolution of the event loop's delay, in ms; each sample wakes an idle gateway. */
const EVENT_LOOP_LOOK_MS = 100;

export class Metrics implements Observer {
  readonly #registry = new Registry();
  readonly #connections = new Map<string, number>();
  readonly #received = new Map<string, number>();
  readonly #sent = new Map<string, number>();
  readonly #errors = new Map<string, number>();
  readonly #transactions: Counter<'type' | 'result'>;
  readonly #durations: Histogram<'type'>;
  readonly #faults: Counter<'where'>;
  readonly #roundTrip: Histogram;
  readonly #commit: Histogram;

  constructor() {
    const registers = [this.#registry];
    const eventLoopMonitoringPrecision = EVENT_LOOP_LOOK_MS;
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision });
    this.#countConnections();
    this.#counted('messages_total', ['method', 'direction'], {
      received: this.#received,
      sent: this.#sent,
    });
    this.#counted('errors_total', ['code', 'direction'], { sent: this.#errors });
    this.#transactions = new Counter({
      name: 'tillgate_transactions_total',
      help: 'Transactions and reports that ended, by type and result.',
      labelNames: ['type', 'result'],
      registers,
    });
    this.#durations = new Histogram({
      name: 'tillgate_transaction_seconds',
      help: 'Time from hand-over to outcome.',
      labelNames: ['type'],
      buckets: [0.1, 1, 2, 5, 10, 20, 40, 80, 120, 200, 400],
      registers,
    });
    this.#faults = new Counter({
      name: 'tillgate_faults_total',
      help: 'What broke, by place.',
      labelNames: ['where'],
      registers,
    });
    this.#roundTrip = new Histogram({
      name: 'tillgate_ping_seconds',
      help: 'From a ping to its pong.',
      buckets: [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 20],
      registers,
    });
    this.#commit = new Histogram({
      name: 'tillgate_journal_commit_seconds',
      help: 'From a write asked for to a write that is safe.',
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1, 5],
      registers,
    });
  }

  async page(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  connectionOpened({ integration, version }: ConnectionLabel): void {
    add(this.#connections, `${integration}|${version}`, 1);
  }

  connectionClosed({ integration, version }: ConnectionLabel): void {
    add(this.#connections, `${integration}|${version}`, -1);
  }

  messageReceived(method: string): void {
    add(this.#received, method, 1);
  }

  messageSent(method: string): void {
    add(this.#sent, method, 1);
  }

  errorSent(code: number): void {
    add(this.#errors, String(code), 1);
  }

  traced(): void {}

  pingPayloadNotReturned(): void {}

  transactionEnded(type: string, result: string, durationMs: number): void {
    this.#transactions.inc({ type, result });
    this.#durations.observe({ type }, durationMs / 1000);
  }

  fault(where: string): void {
    this.#faults.inc({ where });
  }

  observeRoundTrip = (seconds: number): void => this.#roundTrip.observe(seconds);

  observeCommit = (seconds: number): void => this.#commit.observe(seconds);

  #countConnections(): void {
    const connections = this.#connections;
    new Gauge({
      name: 'tillgate_connections',
      help: 'Open connections of tills, by integration and version.',
      labelNames: ['integration', 'version'],
      registers: [this.#registry],
      collect() {
        for (const [key, count] of connections) {
          const [integration = '', version = ''] = key.split('|');
          this.set({ integration, version }, count);
        }
      },
    });
  }

  /** Counted elsewhere, by direction; copied when the page is requested. */
  #counted(
    name: string,
    [label, direction]: readonly [string, string],
    counts: Readonly<Record<string, ReadonlyMap<string, number>>>,
  ): void {
    new Counter({
      name: `tillgate_${name}`,
      help: `What went over the wire, by ${label} and ${direction}.`,
      labelNames: [label, direction],
      registers: [this.#registry],
      collect() {
        this.reset();
        for (const [way, counted] of Object.entries(counts)) {
          for (const [key, count] of counted) this.inc({ [label]: key, [direction]: way }, count);
        }
      },
    });
  }
}

function add(counts: Map<string, number>, key: string, change: number): void {
  counts.set(key, (counts.get(key) ?? 0) + change);
}
