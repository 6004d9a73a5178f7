import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainFailure, failureOf, fieldFaults, toFailure } from './failure.ts';
import { routeUrl } from './route-url.ts';

const unfit = {
  type: 'urn:tillgate:problem:unfit',
  errors: [{ in: 'body', path: '/name', expected: 'string', got: 'number 1' }],
};

test('a problem has a text, and the detail of the gateway replaces the general advice', () => {
  const gone = failureOf(404, { type: 'urn:tillgate:problem:notFound' });
  assert.equal(explainFailure(gone).happened, 'It is not there any more.');
  const detail = 'The machine plays a payment.';
  const busy = failureOf(409, { type: 'urn:tillgate:problem:notPossible', detail });
  assert.equal(explainFailure(busy).todo, detail);
});

test('a response that is not from the gateway is classified by its status', () => {
  assert.equal(failureOf(502, '<html>').code, 'unreachable');
  assert.equal(failureOf(401, undefined).code, 'notSignedIn');
  assert.equal(failureOf(418, { type: 'urn:tillgate:problem:toString' }).code, 'internal');
  assert.equal(toFailure(new Error('a fault of the page')).code, 'internal');
});

test('each fault is assigned to its field, with the text of the form if it has one', () => {
  const failure = failureOf(422, unfit);
  assert.deepEqual(fieldFaults(failure), { name: 'This takes string; it got number 1.' });
  assert.deepEqual(fieldFaults(failure, { name: 'A name.' }), { name: 'A name.' });
  assert.deepEqual(fieldFaults(undefined), {});
});

test('the URL of a route encodes any name as one path segment', () => {
  const address = routeUrl('/api/v1', '/sites/{site}/tokens/{id}', {
    params: { site: '../x', id: 'a b' },
    query: { limit: 5, before: undefined, tid: '' },
  });
  assert.equal(address, '/api/v1/sites/..%2Fx/tokens/a%20b?limit=5');
});
