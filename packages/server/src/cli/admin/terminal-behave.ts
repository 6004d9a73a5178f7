// `tillgate terminal behave`: sets how a virtual card machine of a running gateway behaves, over the admin API,
// since only the gateway holds that.

import { api } from '@tillgate/protocol';
import { localGateway } from '../address.ts';
import { command as define } from '../command.ts';
import { CommandError, exitCode, UsageError } from '../exit-code.ts';
import { clean, print, printJson } from '../output.ts';

const NONE = 'none';

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
    scenario: { type: 'string', value: 'NAME', about: 'From its next transaction on.' },
    'next-outcome': {
      type: 'string',
      value: 'LETTERS',
      about: 'Three letters of a TID, such as DIP; for the next transaction only.',
    },
    pace: { type: 'string', value: 'PACE', about: 'realistic, instant, or a factor such as 10.' },
    gateway: {
      type: 'string',
      value: 'URL',
      about: 'Where the gateway is [http://127.0.0.1:8765].',
    },
    key: {
      type: 'string',
      value: 'KEY',
      about: 'Of an operator [TILLGATE_KEY]; not needed on the same machine.',
    },
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
    const machine = await send(addressOf(values.gateway, { site, tid }), change, values.key);
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

function addressOf(
  gateway = localGateway,
  params: { readonly site: string; readonly tid: string },
): URL {
  const { path } = api.routes.changeTerminal;
  const below = api.routePath(path, params);
  const address = URL.parse(`${gateway.replace(/\/+$/, '')}${api.BASE_PATH}${below}`);
  if (address && /^https?:$/.test(address.protocol)) return address;
  throw new UsageError('--gateway: expected an address such as https://pay.example.');
}

async function send(
  address: URL,
  change: object,
  key = process.env.TILLGATE_KEY,
): Promise<api.Terminal> {
  const answer = await fetch(address, {
    method: api.routes.changeTerminal.method,
    headers: {
      'Content-Type': 'application/json',
      ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
    },
    body: JSON.stringify(change),
  }).catch((cause: unknown) => {
    const message = `No gateway answers at ${address.origin}.`;
    throw new CommandError(exitCode.notConnected, message, { cause });
  });
  const body: unknown = await answer.json().catch(() => ({}));
  if (answer.ok) return body as api.Terminal;
  throw refusedBy(answer.status, body as Partial<api.Problem>);
}

function refusedBy(status: number, { title, detail, errors = [] }: Partial<api.Problem>): Error {
  const message = detail ?? title ?? `The address answered with status ${status}.`;
  const unfit = errors.map(
    ({ path, expected, got }) => `${path}: expected ${expected}, got ${got}`,
  );
  return unfit.length > 0
    ? new UsageError(clean(unfit.join('; ')))
    : new CommandError(exitCode.refused, clean(message));
}

function behaviourText({ tid, scenario, nextOutcome, pace }: api.Terminal): string {
  const parts = [
    `scenario ${scenario ?? NONE}`,
    ...(nextOutcome === undefined ? [] : [`next outcome ${nextOutcome}`]),
    ...(pace === undefined ? [] : [`pace ${pace}`]),
  ];
  return `${tid}: ${parts.join(', ')}`;
}
