// The metrics for operators, as Prometheus text. Counting a message is one addition; the rest is done when
// the page is requested.

import { errorTable, reportTypes, startableTypes } from '@tillgate/protocol';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type {
  ConnectionLabel,
  EndedTransaction,
  FaultPlace,
  HandshakeLabel,
  Observer,
  RefusalKind,
} from '../../ports/observer.ts';
import { faultPlaces, refusalKinds } from '../../ports/observer.ts';
import type { Readings } from './gauges.ts';
import { addGauges } from './gauges.ts';

/** The answers that a handshake may get [C-2.9]. */
const handshakeStatuses = [101, 400, 401, 403, 404, 422, 426, 429, 503];
const versionsOf = { pac: ['v1', 'v0'], pat: ['v1', 'v0'], waiter: ['v1'], terminal: ['v1'] };
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
  readonly #refusals: Counter<'kind'>;
  readonly #handshakes: Counter<'integration' | 'version' | 'status'>;
  readonly #roundTrip: Histogram;
  readonly #commit: Histogram;

  constructor() {
    const registers = [this.#registry];
    const eventLoopMonitoringPrecision = EVENT_LOOP_LOOK_MS;
    collectDefaultMetrics({ register: this.#registry, eventLoopMonitoringPrecision });
    // Gauges that are named like counters; their sums are of no use.
    for (const what of ['handles', 'requests', 'resources']) {
      this.#registry.removeSingleMetric(`nodejs_active_${what}_total`);
    }
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
    this.#refusals = new Counter({
      name: 'tillgate_refusals_total',
      help: 'What was refused or held back to protect the gateway, by kind.',
      labelNames: ['kind'],
      registers,
    });
    this.#handshakes = new Counter({
      name: 'tillgate_handshakes_total',
      help: 'Answers to WebSocket handshakes, by HTTP status.',
      labelNames: ['integration', 'version', 'status'],
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
    this.#startAtZero();
  }

  /** A first event is an increase only if the counter was there before with 0. */
  #startAtZero(): void {
    for (const type of [...startableTypes, ...reportTypes]) {
      // A verification takes no money: when its time is over nobody has to act.
      if (type === 'ACCOUNT_VERIFICATION') continue;
      this.#transactions.inc({ type, result: 'TIMED_OUT' }, 0);
    }
    for (const where of faultPlaces) this.#faults.inc({ where }, 0);
    for (const kind of refusalKinds) this.#refusals.inc({ kind }, 0);
    for (const { code } of Object.values(errorTable)) add(this.#errors, String(code), 0);
    for (const [integration, versions] of Object.entries(versionsOf)) {
      for (const version of versions) {
        add(this.#connections, `${integration}|${version}`, 0);
        for (const status of handshakeStatuses) {
          this.#handshakes.inc({ integration, version, status }, 0);
        }
      }
    }
  }

  /** Adds what is read when the page is requested. */
  read(readings: Readings): void {
    addGauges(this.#registry, readings);
  }

  /** Everything on the page, for others who send it on. */
  all = (): Promise<readonly MetricObjectWithValues<MetricValue<string>>[]> =>
    this.#registry.getMetricsAsJSON();

  async page(): Promise<{ readonly type: string; readonly text: string }> {
    return { type: this.#registry.contentType, text: await this.#registry.metrics() };
  }

  handshakeAnswered({ integration, version }: HandshakeLabel, status: number): void {
    this.#handshakes.inc({ integration, version, status });
  }

  handshakeRefused(): void {}

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

  transactionEnded({ type, result, durationMs }: EndedTransaction): void {
    this.#transactions.inc({ type, result });
    this.#durations.observe({ type }, durationMs / 1000);
  }

  refused(kind: RefusalKind): void {
    this.#refusals.inc({ kind });
  }

  fault(where: FaultPlace): void {
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
