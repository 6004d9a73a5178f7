// Keys, sessions, tokens and codes pass through the admin API: none may stay in a log line, a metric, the
// trail, an error, or in clear in the journal's folder [C-2.4, C-12.21].

import assert from 'node:assert/strict';
import test from 'node:test';
import { connectTill } from 'tillgate/testing';
import { ApiClient, cookieIn } from '../support/api/api-client.ts';
import { startGatewayProcess, temporaryFolder } from '../support/scenario/gateway-process.ts';
import { assertAbsent, contentOf } from '../support/scenario/secrets.ts';
import { within } from '../support/wait.ts';

const SALE = { tid: 'VCMINVLSIP0', currency: 'GBP', amount: 1250 };
const site = { params: { site: 'testhost' } };
const RECEIPT_LINE = 'PLEASE RETAIN RECEIPT';

test('no secret that passes through the admin API is kept or logged anywhere', async (t) => {
  const data = temporaryFolder(t);
  const flags = ['--port', '0', '--data', data, '--pace', 'instant', '--log-level', 'trace'];
  const gateway = await startGatewayProcess(flags);
  t.after(() => gateway.stop());
  const local = new ApiClient(gateway.http);
  const answers: string[] = [];
  const { key } = await local.get('addOperator', { body: { name: 'anna' } });
  const opened = await local.request('openSession', { body: { key } });
  const cookie = cookieIn(opened);
  const { csrf } = opened.body;
  const inSession = local.withHeaders({ Cookie: cookie, 'X-CSRF-Token': csrf });
  const { token } = await inSession.get('addToken', { ...site, body: { label: 'till 3' } });
  const pairing = await inSession.get('addTerminal', { ...site, body: { tid: '123' } });
  const till = await connectTill(gateway.pac.replace(/token=[^&]*/, `token=${token}`));
  await till.request('sale', SALE);
  await till.close();

  const secret = cookie.split('=')[1] ?? '';
  const guess = 'wrong-5b0c7a52-0d3e-4f6b-9a41-2f8f0c1d7e90';
  const secrets = [key, secret, token, pairing.pairingCode, guess];
  const bearer = { Authorization: `Bearer ${guess}` };
  answers.push((await local.request('listSites', { headers: bearer })).text);
  answers.push((await local.request('openSession', { body: { key: guess } })).text);
  for (const word of secrets) {
    answers.push((await inSession.request('addSite', { body: { name: `${word}_` } })).text);
    answers.push((await inSession.request('addSite', { body: { [word]: word } })).text);
    const path = `/api/v1/sites?${encodeURIComponent(word)}=${encodeURIComponent(word)}`;
    answers.push((await inSession.raw({ method: 'GET', path })).text);
    answers.push((await inSession.raw({ method: 'GET', path: `/api/v1/${word}` })).text);
  }
  // The answer may quote a word that looks like no secret to its sender; what was kept is tried below.
  const recognisable = [key, token];
  assertAbsent('an error', answers.join('\n'), recognisable);
  const read = await Promise.all(
    (['listOperators', 'listSites', 'listAudit', 'readGateway'] as const).map((name) =>
      inSession.request(name),
    ),
  );
  const listed = [...read, await inSession.request('listTokens', site)];
  listed.push(await inSession.request('listTerminals', site));
  assertAbsent('what is listed', listed.map(({ text }) => text).join('\n'), secrets);
  const metrics = await (await fetch(`${gateway.http}/metrics`)).text();
  gateway.kill('SIGTERM');
  await within('the end', gateway.exited);
  assertAbsent('the log', gateway.written.stderr, [...secrets, RECEIPT_LINE]);
  assertAbsent('the metrics', metrics, secrets);
  assertAbsent('the folder', contentOf(data), [key, secret, token, pairing.pairingCode, csrf]);
  assert.ok(gateway.written.stderr.length > 0, 'the log tells something');
});
