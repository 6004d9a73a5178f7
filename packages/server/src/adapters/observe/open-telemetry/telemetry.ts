// Traces and metrics by OTLP over HTTP, as the variables OTEL_* of OpenTelemetry ask for. Without them nothing of
// OpenTelemetry is loaded. Its packages are optional: who wants them installs them beside Tillgate.

import type { Env, Telemetry, TelemetryDeps } from './signals.ts';
import { signalsOf } from './signals.ts';

export type { Telemetry } from './signals.ts';

/** Undefined if nothing is wanted; rejects if a package or something that is asked for is missing. */
export async function openTelemetry(env: Env, deps: TelemetryDeps): Promise<Telemetry | undefined> {
  const signals = signalsOf(env);
  if (!signals.traces && !signals.metrics) return undefined;
  const { startSdk } = await import('./sdk.ts').catch((cause: unknown) => {
    if ((cause as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw cause;
    throw new Error(
      'The variables OTEL_* ask for OpenTelemetry, whose packages are not installed: see "Traces" in docs/operations.md.',
      { cause },
    );
  });
  return startSdk(env, signals, deps);
}
