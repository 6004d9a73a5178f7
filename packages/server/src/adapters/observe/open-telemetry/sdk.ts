// The SDK of OpenTelemetry, set up by its variables. Loaded only if something is to be sent. The exporters read
// OTEL_EXPORTER_OTLP_* themselves.

import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPMetricExporter } from '@opentelemetry/exporter-metrics-otlp-http';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import type { Resource } from '@opentelemetry/resources';
import {
  defaultResource,
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import type { Sampler } from '@opentelemetry/sdk-trace';
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  BatchSpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace';
import { ActivityIds, ActivitySpans } from './activity-spans.ts';
import { RegistryProducer } from './registry-producer.ts';
import type { Env, Signals, Telemetry, TelemetryDeps } from './signals.ts';

const SCOPE = 'tillgate';
/** A warning of the SDK comes at most this often, in ms: while nothing can be sent there would be one for each try. */
const WARNING_INTERVAL_MS = 60_000;

export function startSdk(
  env: Env,
  { traces, metrics }: Signals,
  { version, instance, metrics: read, warn }: TelemetryDeps,
): Telemetry {
  diag.setLogger(warningsTo(warn), {
    logLevel: DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  });
  const resource = resourceOf({ version, instance });
  const spans = traces ? tracesBy(env, resource) : undefined;
  const meters = metrics ? metricsBy(env, resource, new RegistryProducer(SCOPE, read)) : undefined;
  return {
    tracer: spans && new ActivitySpans(spans.provider.getTracer(SCOPE, version), spans.ids),
    close: async () => {
      await Promise.allSettled([spans?.provider.shutdown(), meters?.shutdown()]);
      diag.disable();
    },
  };
}

/** OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES win. */
function resourceOf({ version, instance }: Pick<TelemetryDeps, 'version' | 'instance'>): Resource {
  const own = resourceFromAttributes({
    'service.name': SCOPE,
    'service.version': version,
    'service.instance.id': instance,
  });
  const detectors = [resourceAttributesEnvDetector, serviceNameEnvDetector];
  return defaultResource().merge(own).merge(detectResources({ detectors }));
}

function tracesBy(env: Env, resource: Resource) {
  const ids = new ActivityIds();
  const processor = new BatchSpanProcessor({
    exporter: new OTLPTraceExporter(),
    ...numberOf(env, 'OTEL_BSP_SCHEDULE_DELAY', 'scheduledDelayMillis'),
    ...numberOf(env, 'OTEL_BSP_EXPORT_TIMEOUT', 'exportTimeoutMillis'),
    ...numberOf(env, 'OTEL_BSP_MAX_QUEUE_SIZE', 'maxQueueSize'),
    ...numberOf(env, 'OTEL_BSP_MAX_EXPORT_BATCH_SIZE', 'maxExportBatchSize'),
  });
  const provider = new TracerProvider({
    ...{ resource, idGenerator: ids, sampler: samplerOf(env), spanProcessors: [processor] },
  });
  return { provider, ids };
}

/** An activity has no parent elsewhere, so that a sampler based on the parent is the one for roots. */
function samplerOf(env: Env): Sampler {
  const name = env.OTEL_TRACES_SAMPLER?.trim() || 'always_on';
  switch (name.replace(/^parentbased_/, '')) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return new TraceIdRatioBasedSampler(Number(env.OTEL_TRACES_SAMPLER_ARG ?? 1));
    default:
      throw new Error(`OTEL_TRACES_SAMPLER names no sampler: ${name}.`);
  }
}

function metricsBy(env: Env, resource: Resource, producer: RegistryProducer): MeterProvider {
  const reader = new PeriodicExportingMetricReader({
    exporter: new OTLPMetricExporter(),
    metricProducers: [producer],
    ...numberOf(env, 'OTEL_METRIC_EXPORT_INTERVAL', 'exportIntervalMillis'),
  });
  return new MeterProvider({ resource, readers: [reader] });
}

/** The option as the variable has it; nothing if that is not set. */
function numberOf<K extends string>(env: Env, name: string, option: K): { [key in K]?: number } {
  const text = env[name]?.trim();
  if (!text) return {};
  const value = Number(text);
  if (Number.isFinite(value) && value > 0) return { [option]: value } as { [key in K]?: number };
  throw new Error(`${name} must be a number above 0, not ${text}.`);
}

function warningsTo(warn: TelemetryDeps['warn']) {
  let warnedAt = Number.NEGATIVE_INFINITY;
  const once = (...words: readonly unknown[]): void => {
    if (performance.now() - warnedAt < WARNING_INTERVAL_MS) return;
    warnedAt = performance.now();
    warn('traces or metrics could not be sent', { cause: words.map(String).join(' ') });
  };
  const nothing = (): void => {};
  return { error: once, warn: once, info: nothing, debug: nothing, verbose: nothing };
}
