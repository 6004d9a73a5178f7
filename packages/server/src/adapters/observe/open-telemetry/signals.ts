// What the variables OTEL_* of OpenTelemetry ask for.

import type { MetricObjectWithValues, MetricValue } from 'prom-client';
import type { Tracer } from '../../../ports/tracer.ts';

export type Env = Readonly<Record<string, string | undefined>>;

/** What is sent. */
export interface Signals {
  readonly traces: boolean;
  readonly metrics: boolean;
}

export interface TelemetryDeps {
  readonly version: string;
  /** Tells this gateway from others of the same service. */
  readonly instance: string;
  readonly metrics: () => Promise<readonly MetricObjectWithValues<MetricValue<string>>[]>;
  readonly warn: (message: string, details: object) => void;
}

export interface Telemetry {
  /** Absent if no traces are wanted. */
  readonly tracer: Tracer | undefined;
  /** Sends what is left; does not reject. */
  close(): Promise<void>;
}

/** By the variables that the specification of OpenTelemetry names; throws for an exporter that there is not. */
export function signalsOf(env: Env): Signals {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return { traces: false, metrics: false };
  return { traces: isWanted(env, 'TRACES'), metrics: isWanted(env, 'METRICS') };
}

/** A collector that takes protobuf over HTTP takes JSON at the same address, but another one is for gRPC. */
function mustBeHttp(env: Env, signal: string): void {
  for (const name of ['OTEL_EXPORTER_OTLP_PROTOCOL', `OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`]) {
    if (env[name]?.trim() === 'grpc') {
      throw new Error(`${name} may be http/json or http/protobuf, not grpc: JSON is sent by HTTP.`);
    }
  }
}

function isWanted(env: Env, signal: 'TRACES' | 'METRICS'): boolean {
  const name = `OTEL_${signal}_EXPORTER`;
  const exporter = env[name]?.trim();
  if (exporter === 'none') return false;
  if (exporter && exporter !== 'otlp') {
    throw new Error(`${name} may be otlp or none, not ${exporter}.`);
  }
  const endpoints = ['OTEL_EXPORTER_OTLP_ENDPOINT', `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`];
  const isOn = exporter === 'otlp' || endpoints.some((endpoint) => Boolean(env[endpoint]?.trim()));
  if (isOn) mustBeHttp(env, signal);
  return isOn;
}
