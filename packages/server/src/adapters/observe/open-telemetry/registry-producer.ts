// The metrics of the page for Prometheus as those of OpenTelemetry, under the same names.

import type { HrTime } from '@opentelemetry/api';
import { ValueType } from '@opentelemetry/api';
import { emptyResource } from '@opentelemetry/resources';
import type {
  CollectionResult,
  DataPoint,
  Histogram,
  MetricData,
  MetricProducer,
} from '@opentelemetry/sdk-metrics';
import { AggregationTemporality, DataPointType } from '@opentelemetry/sdk-metrics';
import type { MetricObjectWithValues, MetricValue } from 'prom-client';

type Metric = MetricObjectWithValues<MetricValue<string>>;
type Sample = MetricValue<string> & { readonly metricName?: string };

export class RegistryProducer implements MetricProducer {
  readonly #scope: string;
  readonly #read: () => Promise<readonly Metric[]>;
  readonly #startTime = hrTime();

  constructor(scope: string, read: () => Promise<readonly Metric[]>) {
    this.#scope = scope;
    this.#read = read;
  }

  async collect(): Promise<CollectionResult> {
    const read = await this.#read();
    const times = { startTime: this.#startTime, endTime: hrTime() };
    const metrics = read.map((metric) => dataOf(metric, times));
    const scopeMetrics = [{ scope: { name: this.#scope }, metrics }];
    return { resourceMetrics: { resource: emptyResource(), scopeMetrics }, errors: [] };
  }
}

type Times = Pick<DataPoint<number>, 'startTime' | 'endTime'>;

function dataOf(metric: Metric, times: Times): MetricData {
  const { name, help: description } = metric;
  const type = String(metric.type);
  const base = {
    descriptor: { name, description, unit: '', valueType: ValueType.DOUBLE },
    aggregationTemporality: AggregationTemporality.CUMULATIVE,
  };
  if (type === 'histogram') {
    const dataPoints = histograms(metric.values, times);
    return { ...base, dataPointType: DataPointType.HISTOGRAM, dataPoints };
  }
  // A gauge of which nothing is known has no value.
  const known = metric.values.filter(({ value }) => Number.isFinite(value));
  const dataPoints = known.map(({ labels, value }) => pointOf(labels, value, times));
  if (type === 'counter') {
    return { ...base, dataPointType: DataPointType.SUM, isMonotonic: true, dataPoints };
  }
  return { ...base, dataPointType: DataPointType.GAUGE, dataPoints };
}

function pointOf<T>(labels: object, value: T, times: Times): DataPoint<T> {
  const attributes = Object.entries(labels).map(([key, label]) => [key, String(label)]);
  return { ...times, attributes: Object.fromEntries(attributes), value };
}

/** One for each set of labels. Prometheus counts in a bucket what is in those below it, too. */
function histograms(samples: readonly Sample[], times: Times): DataPoint<Histogram>[] {
  const sets = Map.groupBy(samples, ({ labels: { le: _, ...labels } }) => JSON.stringify(labels));
  return [...sets].map(([key, own]) => pointOf(JSON.parse(key), histogramOf(own), times));
}

function histogramOf(samples: readonly Sample[]): Histogram {
  const valueWith = (end: string) =>
    samples.find(({ metricName }) => metricName?.endsWith(end))?.value ?? 0;
  const buckets = samples.filter(({ metricName }) => metricName?.endsWith('_bucket'));
  const sums = buckets.map(({ value }) => value);
  return {
    buckets: {
      boundaries: buckets.map(({ labels }) => Number(labels.le)).filter(Number.isFinite),
      counts: sums.map((sum, index) => sum - (sums[index - 1] ?? 0)),
    },
    sum: valueWith('_sum'),
    count: valueWith('_count'),
  };
}

function hrTime(): HrTime {
  const now = performance.timeOrigin + performance.now();
  return [Math.trunc(now / 1000), Math.round((now % 1000) * 1e6)];
}
