// `tillgate serve`: runs the gateway until a signal ends it.

import { flushCompileCache } from 'node:module';
import { resolve as resolvePath } from 'node:path';
import type { Gateway } from '../gateway.ts';
import type { Settings } from '../settings.ts';
import { localPacAddress, tillAddress } from './address.ts';
import { command as define } from './command.ts';
import { commandName } from './command-name.ts';
import { exitCode } from './exit-code.ts';
import { showStatus } from './output.ts';
import { readSettings, settingOptions, withFile } from './read-settings.ts';
import { RestartableGateway } from './restartable-gateway.ts';
import { onHangup, onInputClosed, onInterrupt } from './signals.ts';
import { tellSystemd } from './tell-systemd.ts';
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
    '  {"ready":true,"pac":"ws://...","pat":"ws://...","http":"http://...","site":"testhost"}',
    'SIGTERM and Ctrl-C let running transactions finish; a second one ends at once. So does closing the',
    'terminal in which the gateway runs. SIGHUP of a service reads the TLS files again.',
    'With --test-control, and a pipe as its stdin, it ends at once when that is closed.',
    'On a terminal the log is a line for each payment and event; elsewhere, and with --json, JSON lines.',
    'The variables OTEL_* of OpenTelemetry have traces and metrics sent to a collector (docs/operations.md).',
    'Each setting may also come as a variable TILLGATE_NAME or in the JSON file; flags win.',
  ],
  options: { ...options, ...settingOptions() },
  run: async (values) => {
    const { config, json } = values as { config?: string; json?: boolean };
    const settings = readSettings(withFile({ flags: values, env: process.env }, config));
    const isWatched = process.stderr.isTTY && !json;
    const running = await RestartableGateway.start(settings, {
      command: commandName(),
      openTelemetry: true,
      ...(isWatched && { logTo: terminalLog }),
    });
    const { gateway } = running;
    // A program may send a signal as soon as the gateway is said to be ready.
    const stopped = untilStopped(running, settings);
    if (json) process.stdout.write(`${JSON.stringify(ready(gateway))}\n`);
    else process.stdout.write(welcome(gateway));
    tellSystemd('READY=1');
    // Otherwise only at the end, which a crash does not have.
    flushCompileCache();
    await stopped;
    // What a collector has not taken by now would keep the process running.
    if (gateway.sendsTelemetry) process.exit(exitCode.done);
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
    ...(gateway.testSite && { site: gateway.testSite.name }),
    ...(gateway.selfSigned && { selfSigned: gateway.selfSigned }),
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
          `  try             ${commandName()} sale 12.34${where}`,
        ]
      : [`Sites: ${commandName()} site list`]),
    `  console         ${httpUrl}/console`,
    `  schemas         ${httpUrl}/schemas`,
    `  health          ${httpUrl}/readyz   metrics ${httpUrl}/metrics`,
    ...certificateLines(gateway),
    '',
  ];
  return `${lines.join('\n')}\n`;
}

/** What a client needs in order to trust a certificate that nobody else has signed. */
function certificateLines({ selfSigned, httpUrl }: Gateway): string[] {
  if (selfSigned === undefined) return [];
  const { file, certificateSha256, certificateValidUntil } = selfSigned;
  const about = `  certificate     self-signed, valid until ${certificateValidUntil.slice(0, 10)}`;
  const sum = `                  SHA-256 ${certificateSha256}`;
  if (file === undefined) {
    return [`${about}; --data FOLDER keeps one that clients can trust`, sum];
  }
  const path = resolvePath(file);
  return [
    `${about}, in ${path}`,
    sum,
    `  trust it        NODE_EXTRA_CA_CERTS="${path}" for ${commandName()} and other programs of Node`,
    `                  curl --cacert "${path}" ${httpUrl}/readyz`,
  ];
}

/**
 * Resolves when the gateway has stopped: SIGTERM, Ctrl-C, the end of its terminal or a fault of a test site drains it; a
 * second signal ends it at once. Rejects if it does not start again when such a fault restarts it.
 */
function untilStopped(
  running: RestartableGateway,
  { drain, testControl }: Settings,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let asked = false;
    const resolveAfter = (ending: Promise<void>): void => {
      ending.then(resolve, (cause: unknown) => {
        running.gateway.log.fault('stop', cause);
        resolve();
      });
    };
    const stop = (): void => {
      if (!asked) tellSystemd('STOPPING=1');
      const ending = asked ? running.stopNow() : running.stop();
      if (!asked) watchDrain(running, ending, drain);
      asked = true;
      resolveAfter(ending);
    };
    const stopOnce = (): void => {
      if (!asked) stop();
    };
    running.onStopAsked = stopOnce;
    running.onRestartFailed = reject;
    onInterrupt(stop);
    // A test run that was killed leaves no gateway behind.
    if (testControl) onInputClosed(() => resolveAfter(running.stopNow()));
    onHangup({
      // The shell may report it, too.
      onTerminalGone: stopOnce,
      onSignal: () => {
        // The gateway logs why it keeps the old certificate.
        running.gateway.renewTls().catch(() => {});
      },
    });
  });
}

/** Says what the gateway waits for, on a terminal. */
function watchDrain(
  running: RestartableGateway,
  ending: Promise<void>,
  drainSeconds: number,
): void {
  const until = performance.now() + drainSeconds * 1000;
  const show = (): void => {
    const seconds = Math.max(0, Math.ceil((until - performance.now()) / 1000));
    showStatus(drainText(running.gateway.workingTerminals, seconds));
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
