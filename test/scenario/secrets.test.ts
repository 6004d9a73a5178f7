// Tokens, card numbers and receipts are planted wherever a till can put them: none may come out in a
// log line, a metric, a file or an error message [C-2.4, C-12.21].

import assert from 'node:assert/strict';
import test from 'node:test';
import type { TestTill } from 'tillgate/testing';
import { connectTill } from 'tillgate/testing';
import { startOtlpReceiver } from '../support/open-telemetry/otlp-receiver.ts';
import type { GatewayProcess } from '../support/scenario/gateway-process.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import {
  assertAbsent,
  assertNothingLogged,
  assertNothingWritten,
  CARDS,
  contentOf,
  distinctiveLines,
  refusalBody,
  secrets,
  TOKEN,
  unspeakable,
} from '../support/scenario/secrets.ts';
import { within } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };

test('no token, card number or receipt line appears in any output', async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--pace', 'instant', '--log-level', 'trace', '--failed-attempts', '1000'];
  const collector = await startOtlpReceiver(t);
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url };
  const gateway = await startGatewayProcess(['--port', '0', '--data', data, ...flags], { env });
  t.after(() => gateway.stop());

  const bodies = await knockWithSecrets(gateway);
  const till = await connectTill(`${gateway.pac}&epos-id=TILL-1&${CARDS[0]}=${CARDS[0]}`);
  const receipts = await payments(till);
  const planted = await plantInMessages(till);
  await till.close();
  const metrics = await (await fetch(`${gateway.http}/metrics`)).text();
  gateway.kill('SIGTERM');
  await within('the end', gateway.exited);

  assertNothingLogged(gateway, metrics, [...secrets, ...receipts]);
  assert.ok(collector.spans.length > 0 && collector.metrics.length > 0);
  assertAbsent('a trace or metric', collector.bodies.join('\n'), [...secrets, ...receipts]);
  assertAbsent('a refusal at the door', bodies.join('\n'), secrets);
  assertAbsent('an answer', planted.join('\n'), unspeakable);
  const written = contentOf(data);
  assert.match(written, /"kind":"ended"/, 'the journal tells something');
  assert.match(written, /\{"sockets":\{.*TRANSACTION_FINISHED/, 'and what was said');
  assertNothingWritten(data, secrets);
  t.diagnostic(
    `${bodies.length} knocks, ${planted.length} answers, ${receipts.length} receipt lines`,
  );
});

test('a card number given as authCode, however it is spelled, is not written to the journal', async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--pace', 'instant', '--log-level', 'trace'];
  const gateway = await startGatewayProcess(['--port', '0', '--data', data, ...flags]);
  t.after(() => gateway.stop());
  const till = await connectTill(gateway.pac);
  const codes = [CARDS[0] ?? '', '5018 0000 0009', '5018.0000.0009', '５０１８０００００００９'];
  for (const authCode of codes) {
    const { error } = await till.request('completion', { ...SALE, authCode });
    assert.equal(error?.code, -32602, authCode);
  }
  await till.close();
  await gateway.stop();
  assertAbsent('a file', contentOf(data), codes);
});

/** Handshakes that fail, with secrets in all parts of the address; gives what was answered. */
async function knockWithSecrets({ pac, http }: GatewayProcess): Promise<readonly string[]> {
  const bodies: string[] = [];
  for (const secret of secrets) {
    const word = encodeURIComponent(secret);
    const addresses = [
      pac.replace(TOKEN, `${word}x`),
      pac.replace('token=', `token=${word}&token=`),
      `${pac}&api-version=${word}`,
      pac.replace('api-version=v1', `api-version=${word}`),
      pac.replace('software-house-id=ABC123', `software-house-id=&${word}=${word}`),
      pac.replace('/pac?', `/${word}?`),
    ];
    for (const address of addresses) {
      bodies.push(await refusalBody(address));
    }
    for (const path of [
      `/pac?token=${word}`,
      `/handshake/pac?token=${word}x`,
      `/schemas/${word}`,
    ]) {
      bodies.push(await (await fetch(http + path)).text());
    }
  }
  return bodies;
}

/** Plays every reading and verification; gives the telling lines of all receipts and reports. */
async function payments(till: TestTill): Promise<readonly string[]> {
  const lines = new Set<string>();
  const note = (list: readonly { readonly value: string }[] = []) => {
    for (const line of distinctiveLines(list)) lines.add(line);
  };
  for (const letters of ['SIP0', 'DCD0', 'VSS0', 'SKN0', 'SIS0', 'UIP0', 'CIP0', 'TIP0']) {
    const id = till.ask('sale', { ...SALE, tid: `VCMCANARY${letters}` });
    if (letters.endsWith('SS0') || letters.endsWith('IS0')) {
      const question = await till.until(
        ({ method, params }) =>
          method === 'signatureVerificationRequest' && params.tid.endsWith(letters),
      );
      till.send({ jsonrpc: '2.0', id: question.id, result: { accepted: true } });
    }
    const { result } = await till.answer(id);
    for (const copy of Object.values(result.receiptLines)) note(copy as { value: string }[]);
  }
  const report = await till.request('reportEndOfDay', { tid: 'VCMCANARYSIP0' });
  note(report.result.reportLines);
  const known = [...lines].join('\n');
  assert.match(known, /PLEASE RETAIN RECEIPT/i);
  assert.match(known, /Tillgate test shop/i);
  return [...lines];
}

/** Secrets in every part of a message; gives what came back, without the ids, which are the till's. */
async function plantInMessages(till: TestTill): Promise<readonly string[]> {
  const from = till.received.length;
  const say = (message: object | string) =>
    till.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  let id = 1_000;
  for (const secret of secrets) {
    const request = (method: string, params: unknown) => {
      id += 1;
      say({ jsonrpc: '2.0', id, method, params });
    };
    request(secret, {});
    request(`sale ${secret}`, SALE);
    request('terminalDetails', { tid: secret.slice(0, 32) });
    request('sale', { ...SALE, tid: secret.slice(0, 32) });
    request('cancelTransaction', { tid: secret.slice(0, 32) });
    request('sale', { ...SALE, amount: Number(secret.replace(/\D/g, '')) });
    request('sale', { ...SALE, currency: secret });
    request('completion', { ...SALE, authCode: `${secret} is too long` });
    request('sale', { ...SALE, amount: 0, card: { number: secret } });
    request(secret, { [secret]: secret });
    say({ jsonrpc: '2.0', id: secret, method: 'connectedTerminals', params: { status: secret } });
    say({ jsonrpc: '2.0', id: secret, result: { accepted: secret } });
    say({ jsonrpc: '2.0', id: 77_777, error: { code: -1, message: secret } });
  }
  // Few enough not to be closed for them [C-11.13].
  for (const secret of CARDS) say(`{"jsonrpc": "2.0", "method": ${secret}`);
  say({ jsonrpc: '1.0', id: CARDS[0], method: CARDS[0], params: CARDS });
  const last = await till.request('terminalDetails', { tid: SALE.tid });
  assert.ok(last.result);
  return till.received.slice(from).map(({ id: _, ...rest }) => JSON.stringify(rest));
}

test('a card number given as software-house-id or installer-id is masked in the journal', async (t) => {
  const data = temporaryFolder(t);
  const gateway = await startGatewayProcess(['--port', '0', '--data', data, '--pace', 'instant']);
  t.after(() => gateway.stop());
  const number = '4539 5787 6362 1486';
  const uri = new URL(gateway.pac);
  uri.searchParams.set('software-house-id', number);
  uri.searchParams.set('installer-id', number);
  const till = await connectTill(uri.href);
  await till.request('sale', SALE);
  await till.close();
  await gateway.stop();
  assertAbsent('a file', contentOf(data), [number]);
});
