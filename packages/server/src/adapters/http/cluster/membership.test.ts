// The lines by which two nodes prove to each other that they are of one cluster.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { challengeLine, judge, membershipOf, newChallenge, prove } from './membership.ts';

const secret = 'a secret of the cluster, of 40 characters';
const ours = membershipOf({ secret });
const others = membershipOf({ secret: `${secret}!` });
const client = { address: '2001:db8::7', secure: true };

/** A challenge and the line that answers it, without its end. */
function proofLine(from = ours, challenge = newChallenge('node1'), of = client) {
  const proof = prove(from, challengeLine(challenge).trimEnd(), of);
  return { challenge, proof, line: proof.line.trimEnd() };
}

test('a node with the secret is believed, and the client is the one that it names', () => {
  for (const origin of [client, { address: '203.0.113.7', secure: false }]) {
    const { challenge, line } = proofLine(ours, newChallenge('node1'), origin);
    const result = judge(ours, challenge, line);
    assert(result.kind === 'member');
    assert.deepEqual(result.client, origin);
  }
});

test('a client of unknown address is passed on', () => {
  const unknown = { address: '', secure: false };
  const { challenge, line } = proofLine(ours, newChallenge('node1'), unknown);
  const result = judge(ours, challenge, line);
  assert(result.kind === 'member');
  assert.deepEqual(result.client, unknown);
});

test('while the secret is exchanged, a node with either is believed, and believes the answer', () => {
  const next = `${secret}!`;
  const exchanging = membershipOf({ secret, otherSecret: next });
  for (const from of [membershipOf({ secret: next }), ours, exchanging]) {
    const { challenge, proof, line } = proofLine(from);
    const { kind, answer } = judge(exchanging, challenge, line);
    assert.equal(kind, 'member');
    proof.check(answer.trimEnd());
  }
  const { challenge, line } = proofLine(membershipOf({ secret: `${secret}?` }));
  assert.equal(judge(exchanging, challenge, line).kind, 'refused');
  assert.throws(() => membershipOf({ secret, otherSecret: 'short' }), /at least 32/);
});

test('the secret is in no line', () => {
  const { challenge, line } = proofLine();
  const { answer } = judge(ours, challenge, line);
  for (const said of [challengeLine(challenge), line, answer]) assert(!said.includes(secret));
});

describe('a node is refused', () => {
  const { challenge, line } = proofLine();
  const words = line.split(' ');
  const lines = {
    'with another secret': proofLine(others, challenge).line,
    'with the proof of another connection': proofLine().line,
    'with the address of another client': line.replace('2001:db8::7', '2001:db8::8'),
    'that makes a plain client a secure one': proofLine(ours, challenge, {
      ...client,
      secure: false,
    }).line.replace(' 0 ', ' 1 '),
    'without a MAC': words.slice(0, -1).join(' '),
    'with half a MAC': line.slice(0, -20),
  };
  for (const [what, wrong] of Object.entries(lines)) {
    test(`${what}`, () => {
      const result = judge(ours, challenge, wrong);
      assert(result.kind === 'refused');
      assert.equal(result.refusal, 'proof');
    });
  }

  const strangers = {
    'that speaks HTTP': 'GET /pac HTTP/1.1',
    'that says nothing': '',
    'with an address that is none': line.replace('2001:db8::7', 'localhost'),
    'with an address in another spelling': line.replace('2001:db8::7', '2001:db8:0::7'),
    'that repeats the challenge': challengeLine(challenge).trimEnd(),
  };
  for (const [what, wrong] of Object.entries(strangers)) {
    test(`${what}`, () => {
      const result = judge(ours, challenge, wrong);
      assert(result.kind === 'refused');
      assert.equal(result.refusal, 'malformed');
    });
  }

  test('of another version, with a sentence that names both', () => {
    const result = judge(ours, challenge, line.replace('tillgate-node/1', 'tillgate-node/2'));
    assert(result.kind === 'refused');
    assert.equal(result.refusal, 'version');
    assert.match(result.answer, /in different versions: 1 here, 2 there\./);
  });
});

test('an owner is believed only if it has the secret and answers this proof', () => {
  const { challenge, line, proof } = proofLine();
  const right = judge(ours, challenge, line).answer.trimEnd();
  proof.check(right);
  const { line: othersLine } = proofLine(others, challenge);
  const ofAnother = proofLine(ours, challenge);
  const wrong = [
    judge(others, challenge, othersLine).answer.trimEnd(),
    judge(ours, challenge, ofAnother.line).answer.trimEnd(),
    right.slice(0, -1),
    `${right}A`,
    // The passing node's own MAC.
    `tillgate-node/1 accepted ${line.split(' ').at(-1)}`,
  ];
  for (const answer of wrong) {
    assert.throws(() => proof.check(answer), /does not prove that it is of this cluster/);
  }
});

test('a passing node says why an owner does not accept', () => {
  const { proof } = proofLine();
  const refusals = [
    ['tillgate-node/1 refused Too late.', /The other node refuses: Too late\./],
    ['tillgate-node/2 refused \x1b[2JWho?', /The other node refuses: \?\[2JWho\?/],
    ['tillgate-node/2 accepted x', /in different versions: 1 here, 2 there\./],
    ['HTTP/1.1 400 Bad Request', /no node of a cluster at that address/],
  ] as const;
  for (const [answer, message] of refusals) {
    assert.throws(() => proof.check(answer), { message });
    assert.throws(() => prove(ours, answer, client), { message });
  }
});

test('a cluster needs a secret of 32 characters, or certificates', () => {
  assert.throws(() => membershipOf({}), /need a shared secret, certificates, or both/);
  assert.throws(() => membershipOf({ secret: 'x'.repeat(31) }), /at least 32 characters/);
  membershipOf({ secret: 'x'.repeat(32) });
  membershipOf({ tls: { cert: '', key: '', ca: '' } });
});
