import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClientError } from './errors.ts';
import {
  BadAnswer,
  ConnectionLost,
  CouldNotConnect,
  Discontinued,
  HandshakeRefused,
  NoAnswer,
  NotSent,
  TillError,
  TillgateError,
} from './errors.ts';

const errors: readonly (readonly [ClientError, string, string | number])[] = [
  [
    new HandshakeRefused(401, { code: 'unauthorized', message: '' }),
    'HandshakeRefused',
    'unauthorized',
  ],
  [new HandshakeRefused(502, { code: '', message: '' }), 'HandshakeRefused', ''],
  [new CouldNotConnect('no network.'), 'CouldNotConnect', 'could_not_connect'],
  [new Discontinued('takenOver'), 'Discontinued', 'taken_over'],
  [new Discontinued('tokenRevoked'), 'Discontinued', 'token_revoked'],
  [new NotSent('sale'), 'NotSent', 'not_sent'],
  [new ConnectionLost('sale'), 'ConnectionLost', 'connection_lost'],
  [new NoAnswer('sale', 30_000), 'NoAnswer', 'no_answer'],
  [new BadAnswer('sale', []), 'BadAnswer', 'bad_answer'],
  [new TillError('sale', { code: -32071, message: 'busy' }), 'TillError', -32071],
];

for (const [error, name, code] of errors) {
  test(`a ${name} with the code ${JSON.stringify(code)} is a TillgateError that prints its name`, () => {
    assert.ok(error instanceof TillgateError);
    assert.ok(error instanceof Error);
    assert.equal(error.name, name);
    assert.equal(error.constructor.name, name);
    assert.equal(error.code, code);
    assert.match(error.stack ?? '', new RegExp(`^${name}|^Error`));
  });
}

test('a failed request keeps the error below it as its cause', () => {
  const cause = new CouldNotConnect('no network.', new Error('ENETUNREACH'));
  assert.equal(new NotSent('sale', cause).cause, cause);
});
