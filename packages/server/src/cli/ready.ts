// `tillgate ready`: whether the gateway of this machine accepts payments, for health checks of containers.

import { request as requestPlain } from 'node:http';
import { request as requestTls } from 'node:https';
import { json } from 'node:stream/consumers';
import { addressesOf } from '../exposure.ts';
import type { Settings } from '../settings.ts';
import { command as define } from './command.ts';
import { CommandError, exitCode } from './exit-code.ts';
import { clean, print } from './output.ts';
import { readSettings, settingOptions, withFile } from './read-settings.ts';

/** A gateway that has not answered by then, in ms, is not well. */
const LIMIT_MS = 5_000;
/** Of a gateway that listens at all addresses, the one to ask. */
const loopbacks: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

interface Readiness {
  readonly ready?: boolean;
  readonly reason?: string;
}

export const command = define({
  usage: 'ready [--config FILE] [settings]',
  about: [
    'Asks the gateway that runs on this machine with the same settings whether it accepts payments, as /readyz',
    'says. Exit code: it does 0, it does not 1, nobody answers 4. For health checks of containers.',
  ],
  options: {
    config: { type: 'string', value: 'FILE', about: 'JSON file with settings.' },
    ...settingOptions(),
  },
  run: async (values) => {
    const { config } = values as { config?: string };
    const settings = readSettings(withFile({ flags: values, env: process.env }, config));
    const { ready, reason = 'The gateway accepts no payments.' } = await askReadiness(settings);
    if (!ready) throw new CommandError(exitCode.refused, clean(reason));
    print('The gateway accepts payments.');
    return exitCode.done;
  },
});

/** The certificate is for names that lead to the gateway from outside, so it is not looked at. */
async function askReadiness({ host, port, tls, tlsCert }: Settings): Promise<Readiness> {
  const isSecure = (tls ?? tlsCert) !== undefined;
  const { httpUrl } = addressesOf(loopbacks[host] ?? host, port, isSecure);
  const request = isSecure ? requestTls : requestPlain;
  const signal = AbortSignal.timeout(LIMIT_MS);
  const answer = new Promise<Readiness>((resolve, reject) => {
    const options = { rejectUnauthorized: false, agent: false as const, signal };
    request(`${httpUrl}/readyz`, options, (response) => {
      json(response).then((body) => resolve(body as Readiness), reject);
    })
      .on('error', reject)
      .end();
  });
  return answer.catch((cause: unknown) => {
    throw new CommandError(exitCode.notConnected, `No gateway answers at ${httpUrl}.`, { cause });
  });
}
