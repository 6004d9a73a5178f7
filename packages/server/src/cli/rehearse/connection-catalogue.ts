// The scenarios of the connection itself, at the counter and at the table: closed with each code, dropped, dropped again
// and again, not read, without pongs, superseded, and refused for a revoked token.

import type { api } from '@tillgate/protocol';
import { CloseCode } from '@tillgate/protocol';
import type { RuleName } from './rules.ts';
import type { Scenario, ScenarioContext } from './scenario.ts';
import { BOTH_VERSIONS } from './scenario.ts';
import { atOnce } from './scenario-faults.ts';

type Integration = Scenario['integration'];

interface ConnectionScenario {
  readonly name: string;
  readonly about: string;
  readonly integration: Integration;
  /** What happens to the connection. */
  readonly action: api.FaultAction;
  /** How often it happens, each time when the till is back; once if absent. */
  readonly times?: number;
  /** Whether it ends no connection, and lasts for several pings. */
  readonly isLong?: true;
  /** Whether the till stays away, so that the next scenario needs it started again. */
  readonly endsTill?: true;
  readonly rules: readonly RuleName[];
}

/** Time in which a till that stays away would have come back, in milliseconds of real time. */
const AWAY_MS = 2_000;

function atConnection(spec: ConnectionScenario): Scenario {
  const { name, about, integration, rules, endsTill } = spec;
  return {
    ...{ name, about, integration, letters: 'SIP0', rules, expected: {} },
    versions: BOTH_VERSIONS,
    ...(endsTill && { endsTill }),
    run: (context) => run(spec, context),
  };
}

async function run(spec: ConnectionScenario, context: ScenarioContext): Promise<void> {
  const { integration, action, times = 1, isLong, endsTill } = spec;
  await context.untilConnected(integration);
  if (isLong) {
    await context.fault({ when: { ...atOnce, till: { integration } }, action });
    await context.silence();
  } else {
    for (let count = 0; count < times; count += 1) {
      await context.untilConnected(integration);
      await context.endConnection(integration, action);
    }
  }
  if (endsTill) {
    await context.wait(AWAY_MS);
    return;
  }
  await context.removeFaults();
  await context.untilConnected(integration);
}

const closeWith = (code: number) => ({ kind: 'cut', code }) as const;
const comesBack: readonly RuleName[] = ['returns', 'back-off'];
const places = { pac: 'at the counter', pat: 'at the table' } as const;

function ofBoth(integration: Integration): readonly ConnectionScenario[] {
  const label = integration === 'pac' ? 'counter' : 'table-line';
  const where = places[integration];
  const basics = { integration, rules: comesBack };
  return [
    {
      ...{ ...basics, name: `${label}-dropped`, action: { kind: 'cut' } },
      about: `The connection ${where} breaks while nothing happens.`,
    },
    {
      ...{ ...basics, name: `${label}-dropped-again`, action: { kind: 'cut' }, times: 3 },
      about: `The connection ${where} breaks each time that the till is back.`,
    },
    {
      ...{ ...basics, name: `${label}-closed-1001`, action: closeWith(CloseCode.goingAway) },
      about: `The gateway closes the connection ${where} with 1001: it shuts down.`,
    },
    {
      ...{ ...basics, name: `${label}-closed-1012`, action: closeWith(CloseCode.serviceRestart) },
      about: `The gateway closes the connection ${where} with 1012: the site has moved.`,
    },
    {
      ...{ ...basics, name: `${label}-quiet`, action: { kind: 'ignore-pings' } },
      isLong: true,
      about: `The gateway answers no ping ${where} for a while: the till may connect again.`,
    },
  ];
}

const endings: readonly ConnectionScenario[] = [
  ...(['pac', 'pat'] as const).map((integration) => ({
    ...{
      name: integration === 'pac' ? 'counter-superseded' : 'table-line-superseded',
      integration,
    },
    about: `Another till took over ${places[integration]}: closed with 4001, and the till stays away.`,
    action: closeWith(CloseCode.superseded),
    endsTill: true as const,
    rules: ['stays-away'] as const,
  })),
  {
    name: 'token-revoked',
    about: 'The token is revoked: closed with 4003, then 401. The till does not try again at once.',
    integration: 'pac',
    action: { kind: 'revoke-token' },
    endsTill: true,
    rules: ['back-off'],
  },
];

export const connectionCatalogue: readonly Scenario[] = [
  ...[...ofBoth('pac'), ...ofBoth('pat'), ...endings].map(atConnection),
];
