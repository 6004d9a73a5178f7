// `tillgate serve`: runs the gateway until a signal ends it.

import type { Gateway } from '../gateway.ts';
import { startGateway } from '../gateway.ts';
import { localPacAddress, tillAddress } from './address.ts';
import { command as define } from './command.ts';
import { exitCode } from './exit-code.ts';
import { showStatus } from './output.ts';
import { readSettings, settingOptions, withFile } from './read-settings.ts';
import { onHangup, onInterrupt } from './signals.ts';
import { terminalLog } from './terminal-log.ts';

const STATUS_INTERVAL_MS = 1_000;
/** Card machines that are named while the gateway waits for them. */
const NAMED_TERMINALS = 3;

const options = {
  config: { type: 'string', value: 'FILE', about: 'JSON file with settings.' },
  json: { type: 'boolean', about: 'Print one JSON line when ready, for programs.' },
} as const;

export const command = define({
  usage: 'serve [--config FILE] [--json] [settings]',
  about: [
    'Runs the gateway. With --json it prints one line on stdout when it accepts connections:',
    '  {"ready":true,"pac":"ws://...","pat":"ws://...","http":"http://..."}',
    'SIGTERM and Ctrl-C let running transactions finish; a second one ends at once. So does closing the',
    'terminal in which the gateway runs. SIGHUP of a service reads the TLS files again.',
    'On a terminal the log is a line for each payment and event; elsewhere, and with --json, JSON lines.',
    'Each setting may also come as a variable TILLGATE_NAME or in the JSON file; flags win.',
  ],
  options: { ...options, ...settingOptions() },
  run: async (values) => {
    const { config, json } = values as { config?: string; json?: boolean };
    const settings = readSettings(withFile({ flags: values, env: process.env }, config));
    const isWatched = process.stderr.isTTY && !json;
    const gateway = await startGateway(settings, isWatched ? { logTo: terminalLog } : {});
    // A program may send a signal as soon as the gateway is said to be ready.
    const stopped = untilStopped(gateway, settings.drain);
    if (json) process.stdout.write(`${JSON.stringify(ready(gateway))}\n`);
    else process.stdout.write(welcome(gateway));
    await stopped;
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

/**
 * Resolves when the gateway has stopped: SIGTERM, Ctrl-C or the end of its terminal drains it; a second signal ends it
 * at once.
 */
function untilStopped(gateway: Gateway, drainSeconds: number): Promise<void> {
  return new Promise((resolve) => {
    let asked = false;
    const stop = (): void => {
      const ending = asked ? gateway.stopNow() : gateway.stop();
      if (!asked) watchDrain(gateway, ending, drainSeconds);
      asked = true;
      ending.then(resolve, (cause: unknown) => {
        gateway.log.fault('stop', cause);
        resolve();
      });
    };
    onInterrupt(stop);
    onHangup({
      // The shell may report it, too.
      onTerminalGone: () => {
        if (!asked) stop();
      },
      onSignal: () => {
        // The gateway logs why it keeps the old certificate.
        gateway.renewTls().catch(() => {});
      },
    });
  });
}

/** Says what the gateway waits for, on a terminal. */
function watchDrain(gateway: Gateway, ending: Promise<void>, drainSeconds: number): void {
  const until = performance.now() + drainSeconds * 1000;
  const show = (): void => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    showStatus(drainText(gateway.workingTerminals, seconds));
  };
  show();
  const timer = setInterval(show, STATUS_INTERVAL_MS);
  const end = (): void => {
    clearInterval(timer);
    showStatus('');
  };
  ending.then(end, end);
}

function drainText(working: Gateway['workingTerminals'], seconds: number): string {
  const again = 'Ctrl-C again ends at once.';
  if (working.length === 0) return `Closing the connections. ${again}`;
  const named = working.slice(0, NAMED_TERMINALS).map(({ site, tid }) => `${tid} at ${site}`);
  const others = working.length - named.length;
  const names = [...named, ...(others > 0 ? [`${others} more`] : [])].join(', ');
  return `${seconds} s left for ${names} to finish. ${again}`;
}
