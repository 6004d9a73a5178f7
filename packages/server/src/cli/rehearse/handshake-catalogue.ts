// The scenarios of the handshake: refused for a while, refused until a person helps, answered late, by something else
// than the gateway or not at all, and closed directly after it.

import { CloseCode } from '@tillgate/protocol';
import type { RuleName } from './rules.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { BOTH_VERSIONS } from './scenario.ts';
import type { HandshakeAnswer } from './till-proxy.ts';

type Integration = Scenario['integration'];

interface HandshakeScenario {
  readonly name: string;
  readonly about: string;
  /** At the counter if absent. */
  readonly integration?: Integration;
  /** Both if absent. */
  readonly versions?: Scenario['versions'];
  /** How the handshakes are answered after the connection was lost. */
  readonly answers?: readonly HandshakeAnswer[];
  /** How all handshakes are answered after the connection was lost. */
  readonly always?: HandshakeAnswer;
  /** How the connection is closed directly after the handshake, each time so often. */
  readonly closed?: { readonly code: number; readonly times: number };
  /** Whether the till then stays away. */
  readonly endsTill?: true;
  readonly rules: readonly RuleName[];
}

/** Time in which a till that should stay away would have come back, in milliseconds of real time. */
const AWAY_MS = 2_000;
/** A handshake that takes so long is slow, and no reason to give it up [C-11.20]. */
const LATE_MS = 4_000;

/** As the gateway has it in C-2.9; the placeholders of a message are filled in. */
function refusal(status: number, error: string, message: string) {
  return { kind: 'refusal', status, error, message } as const;
}

const unavailable = refusal(
  503,
  'unavailable',
  'The gateway cannot read this site now. Connect again in a few seconds.',
);
const moving = refusal(
  503,
  'moving',
  'This site is moving to another node of the gateway. Connect again in a few seconds.',
);
const tooManyConnections = refusal(
  429,
  'too_many_connections',
  'This site already has 100 connections.',
);
const tooManyAttempts = refusal(
  429,
  'too_many_attempts',
  'Too many attempts with a wrong token. Try again in 3 seconds.',
);
const unauthorized = refusal(401, 'unauthorized', 'The token is missing or wrong.');
const v0Closed = refusal(
  403,
  'v0_closed',
  'This site no longer accepts v0. Connect with api-version=v1.',
);
const missingParameter = refusal(
  422,
  'missing_parameter',
  'v1 needs software-house-id and installer-id.',
);

const comesBack: readonly RuleName[] = ['returns', 'heeds-retry-after', 'back-off'];
const needsPerson: Pick<HandshakeScenario, 'endsTill' | 'rules'> = {
  ...{ endsTill: true, rules: ['waits-for-person'] },
};

const refusedForAWhile: readonly HandshakeScenario[] = [
  {
    name: 'handshake-503',
    about: 'The site cannot be read: 503 with Retry-After. The till waits so long.',
    answers: [{ ...unavailable, retryAfterS: 2 }],
    rules: comesBack,
  },
  {
    name: 'table-handshake-503',
    about: 'The site moves, at the table: 503 with Retry-After. The till waits so long.',
    integration: 'pat',
    answers: [{ ...moving, retryAfterS: 2 }],
    rules: comesBack,
  },
  {
    name: 'handshake-429',
    about: 'The site has too many connections: 429 without Retry-After. The till tries again.',
    answers: [tooManyConnections],
    rules: comesBack,
  },
  {
    name: 'handshake-429-wait',
    about: 'Too many attempts from this address: 429 with Retry-After. The till waits so long.',
    answers: [{ ...tooManyAttempts, retryAfterS: 3 }],
    rules: comesBack,
  },
];

const refusedForGood: readonly HandshakeScenario[] = [
  {
    ...needsPerson,
    name: 'handshake-wrong-token',
    about: 'The token is wrong: 401. The till says so, and waits for a person.',
    always: unauthorized,
  },
  {
    ...needsPerson,
    name: 'table-handshake-wrong-token',
    about: 'The token is wrong at the table: 401. The till says so, and waits for a person.',
    integration: 'pat',
    always: unauthorized,
  },
  {
    ...needsPerson,
    name: 'handshake-unknown-path',
    about: 'There is no such site or path: 404. The till says so, and waits for a person.',
    always: refusal(404, 'not_found', 'No such site or path.'),
  },
  {
    ...needsPerson,
    name: 'handshake-unknown-version',
    about: 'The gateway does not know the version: 400. The till waits for a person.',
    always: refusal(400, 'unknown_api_version', 'api-version must be v1 or v0.'),
  },
  {
    ...needsPerson,
    name: 'handshake-v1-closed',
    versions: ['v1'],
    about: 'The site does not accept v1: 403. The till waits for a person.',
    always: refusal(403, 'v1_closed', 'This site does not accept v1.'),
  },
  {
    ...needsPerson,
    name: 'handshake-v0-closed',
    versions: ['v0'],
    about: 'The site no longer accepts v0: 403. The till waits for a person.',
    always: v0Closed,
  },
  {
    ...needsPerson,
    name: 'handshake-missing-parameter',
    // v0 needs neither [C-8.1].
    versions: ['v1'],
    about: 'The partner ids are missing: 422. The till waits for a person.',
    always: missingParameter,
  },
];

const otherAnswers: readonly HandshakeScenario[] = [
  {
    name: 'handshake-proxy',
    about: 'A proxy cannot reach the gateway: 502 with a page of its own. The till tries again.',
    answers: [{ kind: 'bad-gateway' }],
    rules: comesBack,
  },
  {
    name: 'handshake-redirect',
    about: 'Something in front of the gateway redirects the till: it does not follow.',
    answers: [{ kind: 'redirect' }],
    rules: ['returns', 'follows-no-redirect', 'back-off'],
  },
  {
    name: 'handshake-cut',
    about: 'The connection ends in the middle of the handshake. The till tries again.',
    answers: [{ kind: 'none' }],
    rules: comesBack,
  },
  {
    name: 'handshake-slow',
    about: 'The answer to the handshake takes 4 s. The till waits.',
    answers: [{ kind: 'late', ms: LATE_MS }],
    rules: ['returns', 'waits-for-handshake', 'back-off'],
  },
];

const closedAfter: readonly HandshakeScenario[] = [
  {
    name: 'handshake-then-1008',
    about: 'The gateway closes with 1008 directly after the handshake, three times.',
    closed: { code: CloseCode.policyViolation, times: 3 },
    rules: ['returns', 'back-off'],
  },
  {
    name: 'handshake-then-4001',
    about: 'Another till takes over directly after the handshake: 4001. The till stays away.',
    answers: [],
    closed: { code: CloseCode.superseded, times: 1 },
    endsTill: true,
    rules: ['stays-away'],
  },
  {
    name: 'handshake-habits',
    about: 'What a till says in its address, and what it offers, when it connects again.',
    answers: [],
    rules: ['offers-no-subprotocol', 'plain-address', 'keeps-version'],
  },
];

function atHandshake(spec: HandshakeScenario): Scenario {
  const { name, about, integration = 'pac', versions = BOTH_VERSIONS, endsTill, rules } = spec;
  return {
    ...{ name, about, integration, versions, rules, letters: 'SIP0', expected: {} },
    ...(endsTill && { endsTill }),
    run: (context) => run({ ...spec, integration }, context),
  };
}

async function run(
  {
    integration,
    answers,
    always,
    closed,
    endsTill,
  }: HandshakeScenario & { integration: Integration },
  context: ScenarioContext,
): Promise<void> {
  await context.untilConnected(integration);
  if (answers || always) {
    if (always) context.answerAllHandshakes(integration, always);
    else context.answerHandshakes(integration, answers ?? []);
    await context.endConnection(integration, { kind: 'cut' });
    await context.untilHandshakesAnswered();
  }
  for (let count = 0; count < (closed?.times ?? 0); count += 1) {
    await context.untilConnected(integration);
    await context.endConnection(integration, { kind: 'cut', code: closed?.code ?? 0 });
  }
  if (endsTill) {
    await context.wait(AWAY_MS);
    return;
  }
  await context.removeFaults();
  await context.untilConnected(integration);
}

export const handshakeCatalogue: readonly Scenario[] = [
  ...[refusedForAWhile, refusedForGood, otherAnswers, closedAfter].flat().map(atHandshake),
];
