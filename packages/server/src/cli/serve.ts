// `tillgate serve`: runs the gateway until it is told to stop.

import { parseArgs } from 'node:util';
import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import type { Settings } from '../settings.ts';
import {
  describeSetting,
  flagOf,
  readSettings,
  settingFlags,
  settingNames,
} from './read-settings.ts';

export const serveHelp = (): string =>
  [
    'tillgate serve [--config FILE] [--json] [settings]',
    '',
    'Runs the gateway. With --json it prints one line on stdout when it accepts connections:',
    '{"ready":true,"pac":"ws://...","pat":"ws://...","http":"http://..."}',
    'SIGTERM lets running transactions finish; a second one ends at once. SIGHUP reads TLS files again.',
    '',
    'Settings, each also as a variable TILLGATE_NAME or in the JSON file:',
    ...settingNames.map((name) => `  --${flagOf(name).padEnd(26)} ${describeSetting(name)}`),
  ].join('\n');

export async function serve(words: readonly string[]): Promise<number> {
  const { values } = parseArgs({
    args: [...words],
    options: {
      ...settingFlags(),
      config: { type: 'string' },
      json: { type: 'boolean' },
    },
    allowNegative: true,
  });
  const config = values.config ?? process.env['TILLGATE_CONFIG'];
  const settings = readSettings({
    flags: values,
    env: process.env,
    ...(typeof config === 'string' ? { file: config } : {}),
  });
  const gateway = await startGateway(settings);
  if (values.json) process.stdout.write(`${JSON.stringify(ready(gateway))}\n`);
  else process.stdout.write(welcome(gateway, settings));
  await untilToldToStop(gateway);
  return 0;
}

const PARTNERS = 'api-version=v1&software-house-id=ABC123&installer-id=123ABC';

function uri(gateway: Gateway, integration: 'pac' | 'pat'): string {
  const token = gateway.testSite ? `token=${gateway.testSite.token}&` : '';
  return `${gateway.url}/${integration}?${token}${PARTNERS}`;
}

function ready(gateway: Gateway) {
  return {
    ready: true,
    pac: uri(gateway, 'pac'),
    pat: uri(gateway, 'pat'),
    http: gateway.httpUrl,
  };
}

function welcome(gateway: Gateway, { data }: Settings): string {
  const { testSite, httpUrl } = gateway;
  const lines = [
    `Tillgate is ready. Journal: ${data}`,
    '',
    ...(testSite
      ? [
          `Test site "${testSite.name}", token ${testSite.token}`,
          `  pay at counter  ${uri(gateway, 'pac')}`,
          `  pay at table    ${uri(gateway, 'pat')}`,
          '  card machines   VCMINVLSIP0 (chip and PIN), VCMINVLSIS0 (signature), VCMINVLDIP0 (declined) ...',
          '  try             npm run tillgate -- sale 12.34',
        ]
      : ['Sites: tillgate site list']),
    `  schemas         ${httpUrl}/schemas`,
    `  health          ${httpUrl}/readyz   metrics ${httpUrl}/metrics`,
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** SIGTERM or SIGINT drains; a second one ends at once. */
function untilToldToStop(gateway: Gateway): Promise<void> {
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
      gateway.renewTls().catch((cause: unknown) => gateway.log.fault('tls', cause));
    });
  });
}
