// A collector of OpenTelemetry for tests: takes traces and metrics as JSON over HTTP and keeps them.

import { once } from 'node:events';
import type { IncomingHttpHeaders } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { TestEnd } from '../wait.ts';
import { atEnd } from '../wait.ts';

interface Value {
  readonly stringValue?: string;
  readonly boolValue?: boolean;
}
interface Attribute {
  readonly key: string;
  readonly value: Value;
}

export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly attributes: readonly Attribute[];
  readonly events: readonly { readonly name: string }[];
  readonly status: { readonly code?: number };
  /** Attributes of what has sent it. */
  readonly resource: Readonly<Record<string, string | boolean | undefined>>;
}

interface Point {
  readonly attributes: readonly Attribute[];
  readonly asDouble?: number;
  readonly asInt?: number;
  readonly count?: number;
  readonly bucketCounts?: readonly number[];
  readonly explicitBounds?: readonly number[];
}

export interface ReceivedMetric {
  readonly name: string;
  readonly sum?: { readonly isMonotonic: boolean; readonly dataPoints: readonly Point[] };
  readonly gauge?: { readonly dataPoints: readonly Point[] };
  readonly histogram?: { readonly dataPoints: readonly Point[] };
}

export interface OtlpReceiver {
  readonly url: string;
  readonly spans: ReceivedSpan[];
  /** Of the last message. */
  metrics: readonly ReceivedMetric[];
  readonly headers: IncomingHttpHeaders[];
  /** Everything that came, as text. */
  readonly bodies: string[];
}

export async function startOtlpReceiver(t: TestEnd): Promise<OtlpReceiver> {
  const server = createServer(async (request, response) => {
    const body = await text(request);
    received.bodies.push(body);
    received.headers.push(request.headers);
    take(received, JSON.parse(body));
    response.setHeader('content-type', 'application/json').end('{}');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(t, () => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const received: OtlpReceiver = {
    ...{ url: `http://127.0.0.1:${port}`, spans: [], metrics: [] },
    ...{ headers: [], bodies: [] },
  };
  return received;
}

/** The attributes of a span, by name. */
export function attributesOf({ attributes }: { readonly attributes: readonly Attribute[] }) {
  const all = attributes.map(({ key, value }) => [key, value.stringValue ?? value.boolValue]);
  return Object.fromEntries(all) as Record<string, string | boolean | undefined>;
}

interface Message {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly Omit<ReceivedSpan, 'resource'>[] }[];
  }[];
  readonly resourceMetrics?: readonly {
    readonly scopeMetrics: readonly { readonly metrics: readonly ReceivedMetric[] }[];
  }[];
}

function take(received: OtlpReceiver, { resourceSpans, resourceMetrics }: Message): void {
  for (const { resource: sender, scopeSpans } of resourceSpans ?? []) {
    const resource = attributesOf(sender);
    for (const { spans } of scopeSpans) {
      received.spans.push(...spans.map((span) => ({ ...span, resource })));
    }
  }
  if (resourceMetrics === undefined) return;
  received.metrics = resourceMetrics.flatMap(({ scopeMetrics }) =>
    scopeMetrics.flatMap(({ metrics }) => metrics),
  );
}
