// `tillgate serve`: runs the gateway until a signal ends it.

import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import { localPacAddress, tillAddress } from './address.ts';
import { command as define } from './command.ts';
import { exitCode } from './exit-code.ts';
import { readSettings, settingOptions, withFile } from './read-settings.ts';

const options = {
  config: { type: 'string', value: 'FILE', about: 'JSON file with settings.' },
  json: { type: 'boolean', about: 'Print one JSON line when ready, for programs.' },
} as const;

export const command = define({
  usage: 'serve [--config FILE] [--json] [settings]',
  about: [
    'Runs the gateway. With --json it prints one line on stdout when it accepts connections:',
    '{"ready":true,"pac":"ws://...","pat":"ws://...","http":"http://..."}',
    'SIGTERM lets running transactions finish; a second one ends at once. SIGHUP reads TLS files again.',
    'Each setting may also come as a variable TILLGATE_NAME or in the JSON file; flags win.',
  ],
  options: { ...options, ...settingOptions() },
  run: async (values) => {
    const { config, json } = values as { config?: string; json?: boolean };
    const settings = readSettings(withFile({ flags: values, env: process.env }, config));
    const gateway = await startGateway(settings);
    if (json) process.stdout.write(`${JSON.stringify(ready(gateway))}\n`);
    else process.stdout.write(welcome(gateway));
    await untilStopped(gateway);
    return exitCode.done;
  },
});

function uri({ url, testSite }: Gateway, integration: 'pac' | 'pat'): string {
  return tillAddress(url, integration, testSite?.token);
}

function ready(gateway: Gateway) {
  return {
    ready: true,
    pac: uri(gateway, 'pac'),
    pat: uri(gateway, 'pat'),
    http: gateway.httpUrl,
  };
}

function welcome(gateway: Gateway): string {
  const { testSite, httpUrl } = gateway;
  const pac = uri(gateway, 'pac');
  const where = pac === localPacAddress() ? '' : ` --uri "${pac}"`;
  const lines = [
    `Tillgate is ready. Journal: ${gateway.journal}`,
    '',
    ...(testSite
      ? [
          `Test site "${testSite.name}", token ${testSite.token}`,
          `  pay at counter  ${pac}`,
          `  pay at table    ${uri(gateway, 'pat')}`,
          '  card machines   VCMINVLSIP0 (chip and PIN), VCMINVLSIS0 (signature), VCMINVLDIP0 (declined) ...',
          `  try             npm run tillgate -- sale 12.34${where}`,
        ]
      : ['Sites: tillgate site list']),
    `  console         ${httpUrl}/console`,
    `  schemas         ${httpUrl}/schemas`,
    `  health          ${httpUrl}/readyz   metrics ${httpUrl}/metrics`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** Resolves when the gateway has stopped: SIGTERM or SIGINT drains it; a second one ends it at once. */
function untilStopped(gateway: Gateway): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      const ending = asked ? gateway.stopNow() : gateway.stop();
      asked = true;
      ending.then(resolve, (cause: unknown) => {
        gateway.log.fault('stop', cause);
        resolve();
      });
    };
    process.on('SIGTERM', stop);
    process.on('SIGINT', stop);
    process.on('SIGHUP', () => {
      // The gateway logs why it keeps the old certificate.
      gateway.renewTls().catch(() => {});
    });
  });
}
