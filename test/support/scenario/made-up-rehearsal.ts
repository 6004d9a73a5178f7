// A rehearsal that nobody played, with every kind of result and with texts that would do harm where they are not
// escaped, for the tests of its reports.

import type { api } from '@tillgate/protocol';
import type { Evidence } from '../../../packages/server/src/cli/rehearse/evidence.ts';
import type { PlayedRehearsal } from '../../../packages/server/src/cli/rehearse/report-data.ts';
import type { ScenarioResult } from '../../../packages/server/src/cli/rehearse/scenario-result.ts';

/** Markup, the ends of comments and sections, controls of direction and terminal, half a character, and 10 kB. */
export const HOSTILE =
  `"'><img src=x onerror="document.title='harm'"></style><script>document.title='harm'</script>]]>--&amp;` +
  `\u202egnp.exe\u0000\u001b[2J\u0007\ufffe\ud800 ${'long'.repeat(2500)}`;

const START = Date.parse('2026-03-14T09:26:53.000Z');

function at(ms: number): string {
  return new Date(START + ms).toISOString();
}

interface Sent {
  readonly number: number;
  readonly direction: 'received' | 'sent';
  readonly message: object | string;
  readonly eposId?: string;
}

function frame({ number, direction, message, eposId = 'TILL-1' }: Sent) {
  const event: api.Frame = {
    ...{ event: 'frame', number, at: at(number * 200), site: 'testhost', connection: 'c1' },
    ...{ integration: 'pac', version: 'v1', eposId, direction },
    text: typeof message === 'string' ? message : JSON.stringify(message),
  };
  return { event, realMs: number };
}

const tid = 'VCMREHEARSE001SIP0';
const sale = {
  jsonrpc: '2.0',
  id: 1,
  method: 'sale',
  params: { tid, currency: 'GBP', amount: 1250 },
};
const answer = {
  jsonrpc: '2.0',
  id: 1,
  result: { tid, transactionResult: 'SUCCESSFUL', amountTotal: 1250 },
};

const line = { site: 'testhost', integration: 'pac', version: 'v1', eposId: 'TILL-1' } as const;
const cut: api.TrafficEvent = {
  event: 'closed',
  at: at(700),
  connection: 'c1',
  ...line,
  code: 1006,
};

function opened(ms: number, connection: string) {
  const event: api.TrafficEvent = { event: 'opened', at: at(ms), connection, ...line };
  return { event, realMs: ms };
}

const quiet: Evidence = {
  ...{ tid, commands: [], messages: [], events: [], transactions: [], belief: undefined },
  ...{
    isConnected: true,
    cutAtMs: [],
    handshakes: [],
    printed: undefined,
    slipPrinted: undefined,
    version: 'v1',
    tookMs: 12.6,
  },
  returnsPingPayload: true,
};

type Scenario = ScenarioResult['scenario'];

function scenario(name: string, integration: 'pac' | 'pat' = 'pac', about = 'A sale.'): Scenario {
  return {
    name,
    integration,
    about,
    letters: 'SIP0',
    versions: ['v1'],
    rules: [],
    expected: {},
    run: async () => {},
  };
}

export const passed: ScenarioResult = {
  scenario: scenario('approved-chip-pin'),
  state: 'done',
  verdicts: [{ rule: 'one-payment', passed: true, why: 'It asked for 1.', frames: [1] }],
  evidence: {
    ...quiet,
    events: [
      opened(100, 'c1'),
      frame({ number: 1, direction: 'received', message: sale }),
      frame({ number: 2, direction: 'sent', message: answer }),
    ],
  },
};

export const failed: ScenarioResult = {
  scenario: scenario('drop-before-result', 'pac', 'The connection breaks before the result.'),
  state: 'done',
  verdicts: [
    { rule: 'fits-schemas', passed: false, why: '1 message does not fit.', frames: [5] },
    { rule: 'one-payment', passed: false, why: 'The customer may pay twice.', frames: [3, 4] },
    { rule: 'outcome', passed: true, why: 'The till holds it for approved.', frames: [6] },
  ],
  evidence: {
    ...quiet,
    events: [
      frame({ number: 3, direction: 'received', message: sale }),
      { event: cut, realMs: 1 },
      opened(750, 'c2'),
      frame({ number: 4, direction: 'received', message: { ...sale, id: 2 } }),
      frame({ number: 5, direction: 'received', message: 'no {JSON' }),
      frame({ number: 6, direction: 'sent', message: { ...answer, id: 2 } }),
    ],
  },
};

export const remarks: ScenarioResult = {
  scenario: scenario('gateway-restart'),
  state: 'done',
  verdicts: [{ rule: 'back-off', passed: false, why: 'It came back 40 times.', frames: [] }],
  evidence: quiet,
};

export const notDone: ScenarioResult = {
  scenario: scenario('table-split', 'pat', 'Three cards share the bill.'),
  state: 'not done',
  reason: 'Waited for the till to connect for pat, which did not happen.',
  verdicts: [],
  evidence: quiet,
};

export const leftOut: ScenarioResult = {
  scenario: scenario('refund'),
  state: 'left out',
  reason: 'The till cannot do "refund".',
  verdicts: [],
  evidence: quiet,
};

/** Hostile wherever a till, a driver or a card machine has a say, and in the catalogue, too. */
export const hostile: ScenarioResult = {
  scenario: scenario(HOSTILE, 'pat', HOSTILE),
  state: 'not done',
  reason: HOSTILE,
  verdicts: [
    { rule: 'outcome', passed: false, why: HOSTILE, frames: [7, 8] },
    { rule: 'one-payment', passed: true, why: HOSTILE, frames: [7] },
  ],
  evidence: {
    ...quiet,
    events: [
      frame({ number: 7, direction: 'received', message: HOSTILE, eposId: HOSTILE }),
      frame({ number: 8, direction: 'received', message: { method: HOSTILE, params: [HOSTILE] } }),
    ],
  },
};

export function played(...results: readonly ScenarioResult[]): PlayedRehearsal {
  return {
    results,
    notPlayed: [],
    startedAt: new Date(START),
    endedAt: new Date(START + 61_500),
    commands: { till: 'node my-till.mjs' },
  };
}

export const all = [passed, failed, remarks, notDone, leftOut] as const;
