// docs/models/ownership.pml, checked by Spin: the whole model has no error in all of its states, and
// each model that lacks one of its rules has an error of the kind that the rule is there to prevent.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';

const model = fileURLToPath(new URL('../../docs/models/ownership.pml', import.meta.url));
const tools = 'apt-get install --no-install-recommends spin gcc libc6-dev';
const MEMORY_MIB = 1000;
/** More steps than any run has: fewer would make the search incomplete, which Spin says. */
const DEPTH = 100_000;

interface Check {
  /** Rules to leave out and bounds, as in the model's `#ifdef` and `#ifndef`. */
  readonly model: readonly string[];
  /** The formula to check; without one the assertions are checked. */
  readonly formula?: string;
  /** The shortest run with an error is sought, level by level, rather than any. */
  readonly shortest?: boolean;
}

interface Finding {
  readonly summary: string;
  /** What happens, step by step, up to the error; empty if there is none. */
  readonly steps: string;
}

function check({ model: defines, formula, shortest = false }: Check): Finding {
  const folder = mkdtempSync(join(tmpdir(), 'tillgate-model-'));
  const run = (command: string, args: readonly string[]) => {
    const { error, stdout, stderr } = spawnSync(command, args, {
      cwd: folder,
      encoding: 'utf8',
      maxBuffer: 64 << 20,
    });
    if (error) throw new Error(`${command} cannot be run. Install it: ${tools}`, { cause: error });
    return stdout + stderr;
  };
  try {
    const names = [...defines, ...(formula ? ['LIVENESS'] : [])].map((name) => `-D${name}`);
    const kind = formula ? ['-DNFAIR=3'] : ['-DSAFETY', ...(shortest ? ['-DBFS'] : [])];
    let said = run('spin', [...names, '-a', model]);
    said += run('gcc', ['-w', `-DMEMLIM=${MEMORY_MIB}`, ...kind, '-o', 'pan', 'pan.c']);
    const search = formula ? ['-a', '-f', '-N', formula] : [];
    const summary = said + run('./pan', [`-m${DEPTH}`, ...search]);
    const trail = join(folder, 'ownership.pml.trail');
    const failed = /errors: [1-9]/.test(summary);
    return { summary, steps: failed ? run('spin', [...names, '-k', trail, model]) : '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the whole model of ownership', () => {
  const holds = (checked: Check) => {
    const { summary, steps } = check(checked);
    assert.match(summary, /errors: 0\n/, summary + steps);
    assert.doesNotMatch(summary, /not completed|too small|out of memory/);
  };

  test('every run of two nodes with two troubles keeps one owner, loses nothing and comes to rest served', () => {
    holds({ model: ['NEWEST'] });
  });

  test('every run of three nodes with one trouble keeps one owner, loses nothing and comes to rest served', () => {
    holds({ model: ['NEWEST', 'NODES=3', 'TROUBLES=1'] });
  });

  test('a site finds an owner again after a trouble', () => {
    holds({ model: ['TROUBLES=1'], formula: 'owned' });
  });

  test('a till gets its answer after a trouble', () => {
    holds({ model: ['TROUBLES=1'], formula: 'served' });
  });
});

describe('the model of ownership without one of its rules', () => {
  const fails = (missing: string, error: RegExp, troubles = 1) => {
    const { summary, steps } = check({
      model: [missing, `TROUBLES=${troubles}`],
      shortest: true,
    });
    assert.match(summary, error);
    assert.match(steps, /claims the site/);
    return steps;
  };
  const ORDER_AFTER_ANSWER = /assertion violated \(told==0\)/;
  const CONFLICT_OF_OWNER = /assertion violated \(held\[n\]!=lease\)/;
  const SITE_WITHOUT_OWNER = /assertion violated \(.*owner==id/;
  const TILL_WITHOUT_ANSWER = /assertion violated \(told!=0\)/;

  test('an append without the fence puts a row into the stream that its owner does not know', () => {
    assert.match(fails('NO_FENCE', CONFLICT_OF_OWNER), /late append, lease 1: 2/);
  });

  test('a deed without the guard gives the machine an order after the till was told its end', () => {
    assert.match(fails('NO_GUARD', ORDER_AFTER_ANSWER), /hands over the order, lease 1/);
  });

  test('a deed some time after the guard gives the machine an order after the till was told its end', () => {
    fails('GUARD_GAP', ORDER_AFTER_ANSWER);
  });

  test('a deadline counted from the answer to a renewal lets a deed follow the successor’s', () => {
    fails('LATE_DEADLINE', ORDER_AFTER_ANSWER, 2);
  });

  test('a dead node that goes on under its id acts under a lease that has been given anew', () => {
    fails('REVIVED', ORDER_AFTER_ANSWER);
  });

  test('a site whose owner nobody declares dead stays without one', () => {
    fails('NO_DECLARING', SITE_WITHOUT_OWNER);
  });

  test('a till whose pipe outlives the lease waits for ever', () => {
    fails('NO_PIPE_CUT', TILL_WITHOUT_ANSWER);
  });
});
