// Traces and metrics by OTLP, as a collector gets them, and a gateway that sends none.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import test from 'node:test';
import { connectTill } from 'tillgate/testing';
import type { ReceivedSpan } from '../support/open-telemetry/otlp-receiver.ts';
import { attributesOf, startOtlpReceiver } from '../support/open-telemetry/otlp-receiver.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import {
  runCommand,
  startGatewayProcess,
  temporaryFolder,
} from '../support/scenario/gateway-process.ts';
import { eventually, within } from '../support/wait.ts';

const sale = { tid: 'VCMINVLSIS0', currency: 'GBP', amount: 1250 };

async function started(
  t: TestContext,
  env: Readonly<Record<string, string>>,
  ...flags: readonly string[]
): Promise<GatewayProcess> {
  const all = ['--port', '0', '--data', temporaryFolder(t), '--pace', 'instant', ...flags];
  const gateway = await startGatewayProcess(all, { env });
  t.after(() => gateway.stop());
  return gateway;
}

async function stopped(gateway: GatewayProcess): Promise<void> {
  gateway.kill('SIGTERM');
  assert.equal((await within('the end', gateway.exited)).code, 0);
}

/** A sale at which the till is asked for its judgement of a signature. */
async function sell(pac: string): Promise<void> {
  const till = await connectTill(pac);
  const id = till.ask('sale', sale);
  const question = await till.until(({ method }) => method === 'signatureVerificationRequest');
  till.send({ jsonrpc: '2.0', id: question.id, result: { accepted: true } });
  assert.equal((await till.answer(id)).result.transactionResult, 'SUCCESSFUL');
  await till.close();
}

/** Each span as its name and, of a commit, its event. */
function titles(spans: readonly ReceivedSpan[]): readonly string[] {
  return spans.map((span) => {
    const event = attributesOf(span)['tillgate.event'];
    return event === undefined ? span.name : `${span.name}: ${event}`;
  });
}

test('a sale is one trace, with its commits, the card machine, the question and the delivery', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const gateway = await started(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'x-api-key=secret',
    OTEL_SERVICE_NAME: 'payments',
    OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=staging',
  });
  await sell(gateway.pac);
  await stopped(gateway);
  const { spans } = receiver;
  assert.deepEqual(titles(spans).toSorted(), [
    ...['SALE', 'card machine', 'delivery'],
    ...['delivered', 'ended', 'signatureAsked', 'signatureJudged', 'started'].map(
      (event) => `journal commit: ${event}`,
    ),
    'signature question',
  ]);
  const root = spans.find(({ name }) => name === 'SALE');
  assert.ok(root && root.parentSpanId === undefined);
  for (const { traceId, parentSpanId, name } of spans) {
    assert.equal(traceId, root.traceId);
    if (name !== 'SALE') assert.equal(parentSpanId, root.spanId, name);
  }
  assert.deepEqual(attributesOf(root), {
    'tillgate.transaction': 'testhost/VCMINVLSIS0/1',
    'tillgate.site': 'testhost',
    'tillgate.tid': 'VCMINVLSIS0',
    'tillgate.type': 'SALE',
    'tillgate.resumed': false,
    'tillgate.result': 'SUCCESSFUL',
  });
  const notes = root.events.map(({ name }) => name);
  assert.ok(['accepted', 'PRESENT_CARD', 'APPROVED'].every((name) => notes.includes(name)));
  const machine = spans.find(({ name }) => name === 'card machine');
  const answer = spans.find(({ name }) => name === 'signature question');
  assert.ok(machine && answer && isWithin(machine, root) && isWithin(answer, machine));
  assert.deepEqual(attributesOf(answer), { 'tillgate.accepted': true, 'tillgate.by': 'till' });
  assert.equal(root.resource['service.name'], 'payments');
  assert.match(String(root.resource['service.instance.id']), /:0$/);
  assert.equal(root.resource['deployment.environment.name'], 'staging');
  assert.ok(receiver.headers.every((headers) => headers['x-api-key'] === 'secret'));
});

function isWithin(inner: ReceivedSpan, outer: ReceivedSpan): boolean {
  return (
    BigInt(inner.startTimeUnixNano) >= BigInt(outer.startTimeUnixNano) &&
    BigInt(inner.endTimeUnixNano) <= BigInt(outer.endTimeUnixNano)
  );
}

test('a sale that goes on after its gateway was killed is one trace', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_BSP_SCHEDULE_DELAY: '1' };
  const data = ['--data', temporaryFolder(t)];
  const first = await started(t, env, ...data, '--pace', 'realistic');
  const till = await connectTill(`${first.pac}&epos-id=T1`);
  till.ask('sale', sale);
  await till.shown('PRESENT_CARD');
  await eventually('a span', () => receiver.spans[0]);
  await first.stop();
  const again = await started(t, env, ...data);
  const back = await connectTill(`${again.pac}&epos-id=T1`);
  await eventually('the outcome', () => receiver.spans.find(({ name }) => name === 'SALE'));
  await back.close();
  await stopped(again);
  const root = receiver.spans.find(({ name }) => name === 'SALE');
  assert.ok(root);
  assert.equal(attributesOf(root)['tillgate.resumed'], true);
  assert.equal(receiver.spans[0]?.traceId, root.traceId);
  assert.ok(titles(receiver.spans).includes('journal commit: started'));
});

test('the metrics of the page are sent under the same names, with the same values', async (t) => {
  const receiver = await startOtlpReceiver(t);
  const gateway = await started(t, {
    OTEL_METRICS_EXPORTER: 'otlp',
    OTEL_EXPORTER_OTLP_METRICS_ENDPOINT: `${receiver.url}/v1/metrics`,
  });
  await sell(gateway.pac);
  const page = await (await fetch(`${gateway.http}/metrics`)).text();
  await stopped(gateway);
  assert.deepEqual(receiver.spans, []);
  const onPage = [...page.matchAll(/^# TYPE (\S+) /gm)].map(([, name]) => name);
  assert.deepEqual(receiver.metrics.map(({ name }) => name).toSorted(), onPage.toSorted());
  const named = (name: string) => receiver.metrics.find((metric) => metric.name === name);
  const sold = named('tillgate_transactions_total')?.sum;
  assert.equal(sold?.isMonotonic, true);
  const point = sold.dataPoints.find(
    (one) => JSON.stringify(attributesOf(one)) === '{"type":"SALE","result":"SUCCESSFUL"}',
  );
  assert.equal(point?.asDouble, 1);
  const [seconds] = named('tillgate_transaction_seconds')?.histogram?.dataPoints ?? [];
  assert.ok(seconds && (seconds.bucketCounts?.length ?? 0) === 12);
  assert.equal(
    seconds.bucketCounts?.reduce((sum, count) => sum + count),
    seconds.count,
  );
  assert.equal(named('tillgate_ready')?.gauge?.dataPoints.length, 1);
});

test('a collector that cannot be reached disturbs no sale, and is warned of once', async (t) => {
  const gateway = await started(t, {
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_TIMEOUT: '50',
    OTEL_BSP_SCHEDULE_DELAY: '1',
    OTEL_METRIC_EXPORT_INTERVAL: '100',
  });
  const warnings = () =>
    [...gateway.written.stderr.matchAll(/traces or metrics could not be sent/g)].length;
  await sell(gateway.pac);
  await eventually('a warning', () => warnings() || undefined);
  await sell(gateway.pac);
  await stopped(gateway);
  assert.equal(warnings(), 1);
});

test('a gateway that stops does not wait for a collector that does not answer', async (t) => {
  const server = createServer();
  const asked = once(server, 'request') as Promise<[IncomingMessage]>;
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => void server.close().closeAllConnections());
  const { port } = server.address() as AddressInfo;
  const gateway = await started(
    t,
    { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`, OTEL_BSP_SCHEDULE_DELAY: '1' },
    ...['--close-timeout', '0.1'],
  );
  await sell(gateway.pac);
  const [request] = await within('a trace', asked);
  const cut = once(request.socket, 'close');
  await stopped(gateway);
  await within('the end of the connection', cut);
});

test('nothing of OpenTelemetry is loaded unless a variable asks for it', async (t) => {
  const list = join(temporaryFolder(t), 'loaded.mjs');
  writeFileSync(list, LIST_LOADED);
  const loaded = async (env: Readonly<Record<string, string>>) => {
    const gateway = await startGatewayProcess(
      ['--port', '0', '--data', temporaryFolder(t), '--pace', 'instant'],
      { env, imports: [list] },
    );
    t.after(() => gateway.stop());
    await sell(gateway.pac);
    await stopped(gateway);
    return [...gateway.written.stderr.matchAll(/@opentelemetry\/([a-z-]+)/g)].map(
      ([, name]) => name,
    );
  };
  const receiver = await startOtlpReceiver(t);
  // prom-client loads the API, which does nothing by itself.
  const off = new Set(await loaded({ OTEL_SERVICE_NAME: 'payments' }));
  assert.deepEqual([...off], ['api']);
  const disabled = { OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url, OTEL_SDK_DISABLED: 'true' };
  assert.deepEqual([...new Set(await loaded(disabled))], ['api']);
  const on = await loaded({ OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url });
  assert.ok(on.includes('sdk-trace'));
});

/** Writes the modules that were loaded when the process ends. */
const LIST_LOADED = `
import { registerHooks } from 'node:module';
const urls = new Set();
registerHooks({ load: (url, context, next) => { urls.add(url); return next(url, context); } });
process.on('exit', () => process.stderr.write([...urls].filter((url) => url.includes('@opentelemetry')).join('\\n')));
`;

test('what a variable asks for and there is not is said at the start', async () => {
  for (const [name, value, said] of [
    ['OTEL_TRACES_EXPORTER', 'zipkin', /OTEL_TRACES_EXPORTER may be otlp or none/],
    ['OTEL_EXPORTER_OTLP_PROTOCOL', 'grpc', /OTEL_EXPORTER_OTLP_PROTOCOL may be http/],
    ['OTEL_TRACES_SAMPLER', 'some', /OTEL_TRACES_SAMPLER names no sampler: some/],
    ['OTEL_BSP_SCHEDULE_DELAY', 'soon', /OTEL_BSP_SCHEDULE_DELAY must be a number/],
  ] as const) {
    const env = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:1', [name]: value };
    const { code, stderr } = await runCommand(['serve', '--port', '0', '--data', 'memory'], env);
    assert.notEqual(code, 0);
    assert.match(stderr, said);
  }
});
