// `tillgate terminal behave`: sets how a virtual card machine of a running gateway behaves, over the admin API,
// since only the gateway holds that.

import { api } from '@tillgate/protocol';
import { command as define } from '../command.ts';
import { exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';
import type { GatewayValues } from './gateway-api.ts';
import { gatewayOptions, requestRoute } from './gateway-api.ts';

const NONE = 'none';
const scenarios = [...Object.keys(api.virtualScenarios), NONE];

export const command = define({
  usage: 'terminal behave --site NAME --tid TID [options]',
  about: [
    'Sets how a virtual card machine of a running gateway behaves, until that is restarted. What is',
    `not given stays as it is; ${NONE} restores the usual. The scenarios:`,
    ...Object.entries(api.virtualScenarios).map(([name, text]) => `  ${name.padEnd(20)}${text}`),
  ],
  options: {
    site: { type: 'string', value: 'NAME', about: 'The site of the card machine.' },
    tid: { type: 'string', value: 'TID', about: 'Its name, such as VCMINVLSIP0.' },
    scenario: {
      type: 'string',
      value: 'NAME',
      choices: scenarios,
      about: 'From its next transaction on.',
    },
    'next-outcome': {
      type: 'string',
      value: 'LETTERS',
      about: 'Three letters of a TID, such as DIP; for the next transaction only.',
    },
    pace: { type: 'string', value: 'PACE', about: 'realistic, instant, or a factor such as 10.' },
    ...gatewayOptions,
    json: { type: 'boolean', about: 'Print JSON, one object on a line.' },
  },
  run: async (values) => {
    const { site, tid, scenario, pace, 'next-outcome': nextOutcome } = values;
    if (site === undefined) throw new UsageError('--site is missing: the site of the machine.');
    if (tid === undefined) throw new UsageError('--tid is missing: the name of the card machine.');
    const change = {
      ...(scenario === undefined ? {} : { scenario: orNull(scenario) }),
      ...(nextOutcome === undefined ? {} : { nextOutcome: orNull(nextOutcome) }),
      ...(pace === undefined ? {} : { pace: readPace(pace) }),
    };
    if (Object.keys(change).length === 0) {
      throw new UsageError('Nothing to set: give --scenario, --next-outcome or --pace.');
    }
    const machine = await send(values, { site, tid, change });
    if (values.json) printJson(machine);
    else print(clean(behaviourText(machine)));
    return exitCode.done;
  },
});

function orNull(word: string): string | null {
  return word === NONE ? null : word;
}

/** The gateway checks the value. */
function readPace(word: string): string | number | null {
  const factor = Number(word);
  return Number.isNaN(factor) || word === '' ? orNull(word) : factor;
}

interface Change {
  readonly site: string;
  readonly tid: string;
  readonly change: object;
}

async function send(values: GatewayValues, { site, tid, change }: Change): Promise<api.Terminal> {
  const asked = { params: { site, tid }, body: JSON.stringify(change) };
  const answer = await requestRoute(values, 'changeTerminal', asked);
  return (await answer.json()) as api.Terminal;
}

function behaviourText({ tid, scenario, nextOutcome, pace }: api.Terminal): string {
  const parts = [
    `scenario ${scenario ?? NONE}`,
    ...(nextOutcome === undefined ? [] : [`next outcome ${nextOutcome}`]),
    ...(pace === undefined ? [] : [`pace ${pace}`]),
  ];
  return `${tid}: ${parts.join(', ')}`;
}
